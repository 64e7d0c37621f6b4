"""Parts of a graph, found by name."""

import numpy as np
import pytest
from patterns import chain, diamonds, edge, labels, layers, op

import autograd_core as ac
from autograd_core.drawing.focus import between, focused, found, named
from autograd_core.drawing.model import Graph
from autograd_core.errors import ArgumentError


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("n2", ["n2"]),
        ("layers.1.weight", ["n4"]),
        ("layers.1", ["n4", "n5", "n6"]),
        ("layers", [f"n{k}" for k in range(1, 10)]),
        ("mat*", ["n2", "n5", "n8"]),
        ("tanh", ["n3", "n6", "n9"]),
        ("*.weight", ["n1", "n4", "n7"]),
        ("layers.?", [f"n{k}" for k in range(1, 10)]),
        (["x", "sum", "x"], ["n0", "n10"]),
    ],
)
def test_boxes_are_found(target, found):
    """By identifier, name, scope, operation, or a pattern of them; in the order of the graph."""
    assert named(layers(3), target) == found


@pytest.mark.parametrize(
    ("target", "hint"),
    [("layers.1.wieght", "'layers.1.weight'"), ("matmull", "'matmul'"), ("zz*", "'x'")],
)
def test_what_nothing_is_called_lists_near_names(target, hint):
    """Or some, if none is near."""
    with pytest.raises(ArgumentError) as error:
        named(layers(3), target)

    assert str(error.value).startswith(f"No box of the graph matches {target!r}.")
    assert error.value.hint.startswith(hint)


def test_a_box_is_no_number():
    """The error says what it may be."""
    with pytest.raises(ArgumentError, match="asked for by int"):
        named(chain(2), [3])
    with pytest.raises(ArgumentError, match="the graph has no box"):
        named(Graph([], [], []), "x")


def test_the_focus_keeps_what_lies_on_a_path_through_it():
    """All of it, or so many levels."""
    graph = layers(3)

    assert labels(focused(graph, ["n4"])) == [
        *("layers.1.weight", "matmul", "tanh", "matmul", "tanh", "sum")
    ]
    assert [box.id for box in focused(graph, ["n6"], 1, 2)] == ["n5", "n6", "n8", "n9"]
    assert [box.id for box in focused(graph, ["n6"], 0, 0)] == ["n6"]
    assert focused(graph, ["n6"], 0, 0).roots == ["n6"]


def test_levels_without_a_focus():
    """Upstream they count from the roots, downstream from the leaves."""
    graph = layers(3)

    assert [box.id for box in focused(graph, None, 2)] == ["n8", "n9", "n10"]
    assert focused(graph, None, 2).roots == ["n10"]
    assert [box.id for box in focused(graph, None, None, 0)] == ["n0", "n1", "n4", "n7"]
    assert len(focused(diamonds(60), None, 59)) == 60


def test_paths_between_two_boxes():
    """In whichever direction they are; none is an error."""
    graph = layers(3)

    assert [box.id for box in between(graph, ["n4"], ["n8"])] == ["n4", "n5", "n6", "n8"]
    assert between(graph, ["n8"], ["n4"]) == between(graph, ["n4"], ["n8"])
    with pytest.raises(ArgumentError) as error:
        between(graph, ["n4"], ["n7"])
    assert str(error.value).startswith(
        "No path leads from 'layers.1.weight' to 'layers.2.weight'.\n  why: neither"
    )


def test_an_arrow_of_a_sweep_counts_backward():
    """What is upstream stays upstream."""
    graph = chain(3)
    for one in graph.edges:
        one.tail, one.head, one.kind = one.head, one.tail, "gradient"

    assert [box.id for box in focused(graph, ["n2"], 1, 0)] == ["n1", "n2"]


def test_the_graph_is_left_as_it_is():
    """A part is a new graph."""
    graph = chain(3)
    graph.nodes.append(op(9, "cos"))
    graph.edges.append(edge(0, 9))

    focused(graph, ["n9"])

    assert len(graph) == 5


# --- as methods of a Graph ------------------------------------------------------------------------
@pytest.fixture
def sine():
    """y = sin(x1) + x1·x2: x1, sin, x2, multiply, add."""
    return ac.graph(lambda x1, x2: np.sin(x1) + x1 * x2, 2.0, 3.0)


def test_boxes_are_listed_by_pattern(sine):
    """By name, label or identifier; there may be none."""
    assert [box.id for box in found(sine, "x*")] == ["n0", "n2"]
    assert [box.label for box in sine.find("mul*")] == ["multiply"]
    assert sine.find("cos") == []


def test_parts_along_the_arrows(sine):
    """Upstream, downstream, and what lies between two boxes."""
    assert labels(sine.upstream("multiply")) == ["x1", "x2", "multiply"]
    assert labels(sine.downstream("x2")) == ["x2", "multiply", "add"]
    assert labels(sine.between("x1", "multiply")) == ["x1", "multiply"]
    assert labels(sine.upstream("add", levels=1)) == ["sin", "multiply", "add"]
    assert sine.upstream("multiply").roots == ["n3"]
    assert sine.downstream("x2").roots == sine.roots


def test_a_part_that_is_not_there(sine):
    """An error lists near names, or says that no path leads there."""
    with pytest.raises(ArgumentError, match="try: 'multiply'"):
        sine.upstream("multply")
    with pytest.raises(ArgumentError, match="No path leads from 'sin' to 'x2'"):
        sine.between("sin", "x2")


@pytest.mark.slow
def test_a_long_chain_is_no_problem():
    """Nothing recurs."""
    long = chain(100_000)

    assert len(long.upstream(long.roots[0])) == len(long)
