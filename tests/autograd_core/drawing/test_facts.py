"""What is known of nodes: the table of sources, cell by cell; the sweep of a drawing."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.collect import MISSING, RELEASED


def build():
    """A loss of a weight, an input and a constant, with a named step."""
    w, x = Variable(np.array([0.5, 2.0]), name="w"), Variable(np.array([1.0, 3.0]), name="x")
    h = w + x
    h.name = "h"
    return np.sum(np.sin(h * 3.0) * x), w, h


def facts(graph, label):
    """The box with a label."""
    return graph.find(label)[0]


def test_a_plain_tape_knows_what_its_rules_keep():
    """Topology, options, shapes, leaves' names, roots, saved values; gradients by a sweep."""
    y, _, _ = build()
    graph = ac.graph(y)

    assert [box.label for box in graph] == ["w", "x", "add", "multiply", "sin", "multiply", "sum"]
    assert [box.value is None for box in graph] == [False, False, True, False, False, True, False]
    assert all(box.grad is not None for box in graph)
    assert [box.name for box in graph] == ["w", "x", None, None, None, None, None]
    assert facts(graph, "sin").keeps == ("x",)
    assert facts(graph, "sin").saved_bytes == 16
    assert all(not box.line and box.seconds is None and not box.scope for box in graph)
    assert graph.notes == [MISSING]


def test_names_bring_intermediates():
    """Names and values, before a sweep and after it."""
    y, _, h = build()
    for _ in range(2):
        box = ac.graph(y, names={"h": h}).nodes[2]
        assert (box.name, box.value.text()) == ("h", "[1.5 5]")
        y.backward(retain_graph=True)


def test_a_released_tape_knows_leaves_and_roots():
    """Structure, shapes, leaves' gradients; what was kept is gone."""
    y, w, _ = build()
    y.backward()
    graph = ac.graph(y)

    assert [box.shape for box in graph] == [(2,)] * 6 + [()]
    assert [box.value is None for box in graph] == [False, False, True, True, True, True, False]
    assert graph.nodes[0].grad.numbers == tuple(w.grad)
    assert [box.grad is None for box in graph] == [False, False, True, True, True, True, False]
    assert all(box.released for box in graph if box.role == "operation")
    assert graph.notes == [RELEASED]


@pytest.mark.parametrize("swept", [False, True])
def test_a_recording_knows_all(swept):
    """Before and after backward."""
    with ac.recording():
        y, *_ = build()
    if swept:
        y.backward()
    graph = ac.graph(y)

    assert all(box.value is not None for box in graph)
    known = [box for box in graph if box.role != "constant"]
    assert all(box.grad is not None for box in known)
    assert graph.nodes[2].name == "h"
    assert all(box.line and box.seconds for box in graph if box.role == "operation")
    assert all(edge.contribution is not None for edge in graph.edges if edge.tail != "n3")
    assert graph.notes == []


def test_a_drawn_function_knows_all_and_leaves_nothing():
    """Its arguments get no gradient."""
    w = Variable(np.ones(2), name="w")
    graph = ac.graph(lambda x: np.sum(np.sin(w * x)), np.ones(2))

    assert all(box.value is not None and box.grad is not None for box in graph)
    assert w.grad is None
    assert not ac.is_recording()


def test_the_gradients_of_a_drawing_are_those_of_backward():
    """Reads, broadcasts, several outputs, complex numbers."""

    def f(x):
        s = np.linalg.svd(x.reshape(2, 2))[1]
        z = np.exp(1j * x[0]) * x
        return np.sum(s * s) + np.sum(np.abs(z)) + x[0] * x[1] + np.sum(x[[0, 0, 2]] * x[1:])

    x = Variable(np.array([0.2, 1.0, 0.7, 0.4]))
    y = f(x)
    graph = ac.graph(y)
    y.backward()

    np.testing.assert_allclose(graph.nodes[0].grad.numbers, x.grad, rtol=1e-14)


def test_a_seed_is_the_cotangent_of_its_root():
    """Of several roots one each."""
    x = Variable(2.0)
    y, z = x * 3.0, x * x

    assert ac.graph(y, seed=2.0).nodes[0].grad.numbers == (6.0,)
    assert ac.graph([y, z], seed=[1.0, 10.0]).nodes[0].grad.numbers == (43.0,)
    with pytest.raises(ac.ShapeError, match="1 seeds for 2 roots"):
        ac.graph([y, z], seed=1.0)
    with pytest.raises(ac.ShapeError):
        ac.graph(y, seed=np.ones(3))


def test_strong_zeros_hold_in_a_drawing_too():
    """As in backward."""
    x = Variable(0.0)
    with np.errstate(all="ignore"):
        y = np.sqrt(x) * 0.0
        with ac.strong_zeros():
            assert ac.graph(y).nodes[0].grad.numbers == (0.0,)


def test_hooks_are_not_called():
    """Drawing has no effect; a note says so."""
    x, calls = Variable(2.0), []
    y = x * 3.0
    y.register_hook(lambda g: calls.append(g))
    graph = ac.graph(y * 1.0)

    assert calls == []
    assert graph.notes == [
        "Hooks are not called by a drawing; gradients are without them.",
        MISSING,
    ]


def test_a_rule_that_fails_does_not_stop_the_drawing():
    """A line says where the gradients end."""

    class Broken(ac.Function):
        def forward(self, x):
            return x * 1.0

        def backward(self, g):
            raise ValueError("not today")

    graph = ac.graph(np.sin(Broken.apply(Variable(1.0, name="x"))))

    assert any("No gradient behind" in note and "not today" in note for note in graph.notes)
    assert graph["x"].grad is None


def test_no_path_is_told_from_unknown():
    """A zero derivative reaches nothing; without a sweep nobody knows."""
    x, n = Variable(2.0, name="x"), Variable(3.0, name="n")
    y = np.copysign(x, np.exp(n))

    swept, unswept = ac.graph(y), ac.graph(y, grad=False)

    assert {box.label: box.reached for box in swept} == {
        "x": True, "n": False, "exp": False, "copysign": True
    }  # fmt: skip
    assert all(box.reached for box in unswept)


def test_a_parameter_is_known_by_its_kind_or_by_its_model():
    """By a recording, or by the model that is named."""
    import nn

    layer = nn.Linear(2, 1, rng=0)
    y = layer(np.ones((1, 2)))
    graph = ac.graph(y, model=layer)

    roles = {box.name: box.role for box in graph if box.role in ("parameter", "input")}
    assert roles == {"weight": "parameter", "bias": "parameter"}
    with ac.recording():
        y = layer(np.ones((1, 2)))
    assert {box.role for box in ac.graph(y)} >= {"parameter"}
    with pytest.raises(ac.ArgumentError, match="model= is a Module"):
        ac.graph(y, model=3)
