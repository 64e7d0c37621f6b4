"""What leads to a box, what follows from it, and what lies between two."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.drawing.model import Box, Edge, Graph, Scope
from autograd_core.drawing.paths import chosen, found, part, reached
from autograd_core.errors import ArgumentError


@pytest.fixture
def graph():
    """y = sin(x1) + x1·x2: x1, sin, x2, multiply, add."""
    return ac.graph(lambda x1, x2: np.sin(x1) + x1 * x2, 2.0, 3.0)


def labels(graph):
    """The boxes' labels in order."""
    return [box.label for box in graph]


def test_boxes_are_found_by_pattern(graph):
    """Name, label or identifier."""
    assert [box.id for box in found(graph, "x*")] == ["n0", "n2"]
    assert [box.label for box in graph.find("mul*")] == ["multiply"]
    assert graph.find("cos") == []


def test_what_is_not_there_has_near_names(graph):
    """An error that lists them."""
    assert chosen(graph, "n3") == chosen(graph, "multiply") == ["n3"]
    with pytest.raises(ArgumentError, match="'multiply'"):
        chosen(graph, "multply")


def test_parts_along_the_arrows(graph):
    """Upstream, downstream, and both."""
    assert labels(graph.upstream("multiply")) == ["x1", "x2", "multiply"]
    assert labels(graph.downstream("x2")) == ["x2", "multiply", "add"]
    assert labels(graph.between("x1", "multiply")) == ["x1", "multiply"]
    assert labels(graph.upstream("add", levels=1)) == ["sin", "multiply", "add"]
    assert graph.upstream("multiply").roots == ["n3"]
    assert graph.downstream("x2").roots == graph.roots


def test_arrows_of_a_sweep_are_read_backwards():
    """From a result to its operand."""
    boxes = [Box(key, "operation", key, (), "") for key in "abc"]
    graph = Graph(boxes, [Edge("c", "b", kind="gradient"), Edge("b", "a", kind="gradient")], ["c"])

    assert reached(graph, ["b"], upstream=True) == {"a", "b"}


def test_scopes_stay_where_boxes_stay():
    """Those around them too."""
    boxes = [Box("n0", "input", "x", (), "", scope="a.b"), Box("n1", "input", "y", (), "")]
    graph = Graph(boxes, [], ["n1"], scopes=[Scope("a"), Scope("a.b"), Scope("c")])

    assert [scope.path for scope in part(graph, {"n0"}).scopes] == ["a", "a.b"]
    assert part(graph, {"n1"}).scopes == []


@pytest.mark.slow
def test_a_long_chain_is_no_problem():
    """Nothing recurs."""
    count = 100_000
    boxes = [Box(f"n{k}", "operation", "add", (), "") for k in range(count)]
    graph = Graph(boxes, [Edge(f"n{k}", f"n{k + 1}") for k in range(count - 1)], [f"n{count - 1}"])

    assert len(graph.upstream(f"n{count - 1}")) == count
