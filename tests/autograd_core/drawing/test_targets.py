"""Targets: Variables, lists of them, functions with their arguments; anything else is refused."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.targets import Target, tracked
from autograd_core.errors import ArgumentError


def names(graph):
    """The names of the inputs."""
    return [box.name for box in graph if box.role == "input"]


def test_variables_are_drawn_as_they_are():
    """One, or those in a list or dict."""
    x = Variable(1.0)

    assert Target(x, ()).roots == [x]
    assert Target({"a": [x], "b": x}, ()).roots == [x, x]


def test_inputs_take_the_names_of_parameters():
    """Of containers with a number, of ``*args`` with theirs."""
    assert names(ac.graph(lambda a, b: a * b, 1.0, 2.0)) == ["a", "b"]
    assert names(ac.graph(lambda *xs: xs[0] * xs[1], 1.0, 2.0)) == ["xs[0]", "xs[1]"]
    assert names(ac.graph(lambda p: p["w"] * p["b"], {"w": 1.0, "b": 2.0})) == ["p[0]", "p[1]"]
    assert names(ac.graph(np.multiply, 1.0, 2.0)) == ["x1", "x2"]


def test_only_floating_point_arguments_are_tracked():
    """An axis stays an axis, labels stay labels."""
    x, axis, labels, text = tracked(np.sum, (np.ones(2), 0, np.arange(3), "text"))

    assert isinstance(x, Variable)
    assert (axis, type(labels), text) == (0, np.ndarray, "text")


def test_a_function_is_called_where_gradients_are_on():
    """Also inside no_grad."""
    with ac.no_grad():
        assert len(ac.graph(np.sin, 1.0)) == 2


@pytest.mark.parametrize("target", [2.0, np.ones(3), "y", [Variable(1.0), 2.0]], ids=repr)
def test_only_variables_and_functions_are_drawn(target):
    """The message says how to make one."""
    with pytest.raises(ArgumentError, match="A graph is drawn of Variables"):
        ac.graph(target)


@pytest.mark.parametrize("target", [[], None, {}])
def test_nothing_is_not_drawn(target):
    """An empty list has no graph."""
    with pytest.raises(ArgumentError, match="it got none"):
        ac.graph(target)


def test_arguments_are_for_functions():
    """A second Variable belongs into a list."""
    x = Variable(1.0)

    with pytest.raises(ArgumentError, match=r"ac.graph\(\[y, z\]\)"):
        ac.graph(x, x)


def test_a_function_returns_something():
    """Numbers are roots too; nothing is not."""
    graph = ac.graph(lambda x: 3.0, 1.0)

    assert [(box.role, box.value.text()) for box in graph] == [("constant", "3")]
    with pytest.raises(ArgumentError, match="returned nothing"):
        ac.graph(lambda x: None, 1.0)


def test_several_results_are_several_roots():
    """Of a tuple or a dict."""
    graph = ac.graph(lambda x: {"a": np.sin(x), "b": [np.cos(x), x]}, 1.0)

    assert graph.roots == ["n1", "n2", "n0"]


def test_an_error_of_the_function_is_its_own():
    """Nothing is left behind."""
    with pytest.raises(ZeroDivisionError):
        ac.graph(lambda x: 1 / 0, 1.0)
    assert not ac.is_recording()
