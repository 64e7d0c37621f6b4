"""Nan and infinity: affected boxes, and the first operation that made one."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def marks(graph):
    """The marks that are set, by label."""
    return {box.label: box.marks for box in graph if box.marks}


def test_the_first_operation_with_finite_inputs_is_the_culprit():
    """With its input range, its scope and its line."""

    def f(x):
        with ac.name_scope("loss"):
            return np.sum(np.sqrt(np.log(x)) * 2.0)

    graph = ac.graph(f, np.array([2.0, 0.0]), grad=False)

    assert marks(graph) == {
        "log": ("bad", "culprit"),
        "sqrt": ("bad",),
        "multiply": ("bad",),
        "sum": ("bad",),
    }
    (note,) = graph.notes
    assert note.startswith("log (n1) is the first to give nan or inf; its input is 0 to 2;")
    assert "inside loss; at test_marks.py:" in note


def test_a_bad_input_has_no_culprit():
    """It was bad from the start."""
    graph = ac.graph(lambda x: x * 2.0, np.nan, grad=False)

    assert marks(graph) == {"x": ("bad",), "multiply": ("bad",)}
    assert graph.notes == []


def test_where_operands_are_not_known_nobody_is_blamed():
    """A plain tape may not know what came before; its gradients are bad for that reason alone."""
    x = Variable([1.0, 0.0, 2.0])
    with np.errstate(all="ignore"):
        y = np.sum(np.sqrt(x - 1.0) * 2.0)

    graph = ac.graph(y)

    assert all("culprit" not in box.marks for box in graph)
    assert graph.notes[-1] == (
        "sqrt (n2) has nan or inf; whether it is the first is not known: "
        "build the graph inside ac.recording()."
    )
    assert all("first" not in note for note in ac.graph(np.sum(Variable([np.nan]) * 2.0)).notes)


def test_a_bad_derivative_has_a_culprit_too():
    """Its value is finite, its gradient is finite, and what its rule gives is not."""
    graph = ac.graph(lambda x: np.sqrt(x) * 2.0, 0.0)

    assert marks(graph) == {"x": ("bad",), "sqrt": ("culprit",)}
    assert graph.notes[0].startswith("sqrt (n1) has the first derivative with nan or inf")


def test_good_graphs_have_no_marks():
    """Nothing to report."""
    assert marks(ac.graph(np.sin, 1.0)) == {}


def test_one_of_several_outputs_may_be_bad():
    """The box is, and what uses it."""
    x = Variable([1.0, np.inf])
    a, _ = np.split(x, 2)

    assert marks(ac.graph(a, grad=False)) == {"x1": ("bad",)}


@pytest.mark.parametrize("many", [3, 100])
def test_the_range_is_told_of_few_and_of_many(many):
    """By numbers, or by statistics."""
    graph = ac.graph(lambda x: np.log(x), np.linspace(0.0, 4.0, many), grad=False)

    assert "its input is 0 to 4" in graph.notes[0]
