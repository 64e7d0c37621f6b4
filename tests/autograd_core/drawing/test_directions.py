"""The view of a sweep: arrows turned round, and what flows along them."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.directions import summed


def total(edges):
    """The sum of contributions, entry by entry."""
    return np.sum([edge.contribution.numbers for edge in edges], axis=0)


def f(x, w):
    """Uses of every kind: twice, by parts, broadcast, one output of several."""
    a, b = np.split(x, 2)
    y = np.sin(a) * w + a * b + x[0] * x[1:3]
    y = y + np.exp(w)
    return np.sum(y * y) + np.sum(a)


def test_contributions_sum_to_the_gradient():
    """On the arrows of each box, to 1e-12."""
    graph = ac.graph(f, np.array([0.1, 0.2, 0.3, 0.4]), 0.7, direction="backward", fold=False)

    for box in graph:
        arrows = [edge for edge in graph.edges if edge.head == box.id]
        ports = [(o.name, o.grad) for o in box.outputs] or [("", box.grad)]
        for port, grad in ports:
            mine = [e for e in arrows if e.port == port and e.contribution is not None]
            if mine:
                np.testing.assert_allclose(total(mine), grad.numbers, rtol=1e-12, atol=1e-12)
    assert all(edge.kind == "gradient" for edge in graph.edges)
    assert graph.notes[0].startswith("Arrows follow the sweep")


def test_arrows_run_from_results_to_operands():
    """The place of the operand stays, and the formula of the rule."""
    graph = ac.graph(lambda x1, x2: np.sin(x1) + x1 * x2, 2.0, 3.0, direction="backward")

    assert [(e.tail, e.head, e.operand, e.contribution.text(), e.formula) for e in graph.edges] == [
        ("n1", "n0", "", "-0.4161", "g * np.cos(x)"),
        ("n3", "n0", "0", "3", "g * y"),
        ("n3", "n2", "1", "2", "g * x"),
        ("n4", "n1", "0", "1", "g"),
        ("n4", "n3", "1", "1", "g"),
    ]


def test_both_directions_stand_beside_each_other():
    """Operands first, then gradients."""
    graph = ac.graph(lambda x: x * 3.0, 2.0, direction="both")

    assert [edge.kind for edge in graph.edges] == ["operand", "operand", "gradient"]


def test_sums_over_broadcast_axes_are_said():
    """Of the operand that was expanded."""
    x, m = Variable(np.ones(3)), Variable(np.ones((2, 3)))

    graph = ac.graph(np.sum(x + m), direction="backward")

    assert [edge.note for edge in graph.edges] == ["sum over axes (0,)", "", ""]
    assert summed((1, 3), (2, 3)) == (0,)
    assert summed((2, 3), (3,)) == ()


def test_what_gets_no_gradient_is_marked():
    """Constants, and operands whose derivative is zero."""
    graph = ac.graph(lambda x, y: np.copysign(x, y) * 2.0, 1.0, -2.0, direction="backward")

    marks = {box.label: box.marks for box in graph}
    assert marks["constant"] == ("unreached",)
    assert marks["x"] == ()


def test_backward_sweeps_also_from_arrays():
    """The note says of what the gradients are."""
    graph = ac.graph(Variable([1.0, 2.0]) * 3.0, direction="backward")

    assert graph.nodes[0].grad.numbers == (3.0, 3.0)
    assert "Gradients are those of the sum of all entries." in graph.notes


@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 3), (1, 1), ()])
def test_the_axes_are_those_that_numpy_expands(shape):
    """Summing along them gives the operand's shape back, up to axes of length one."""
    full = np.broadcast_to(np.ones(shape), (2, 3))

    assert full.sum(summed(shape, full.shape)).size == np.ones(shape).size
