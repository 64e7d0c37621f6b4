"""Scopes as boxes: those that were asked for, and as many as it takes."""

import pytest
from patterns import edge, layers, op

from autograd_core.drawing.collapsing import Collapser
from autograd_core.drawing.model import Graph, Scope
from autograd_core.errors import ArgumentError


def drawn(graph, depth=None, collapse=(), expand=(), fold=False, protected=(), most=None):
    """The names of what is drawn."""
    found = Collapser(graph, collapse, expand, fold, protected).fitted(depth, most)
    return [box.name or box.label for box in found]


def test_depth_counts_scopes_from_outside():
    """One box for each scope of this depth; what lies outside stays."""
    graph = layers(3)

    assert drawn(graph, 1) == ["x", "layers", "sum"]
    assert drawn(graph, 2) == ["x", "layers.0", "layers.1", "layers.2", "sum"]
    assert len(drawn(graph, 3)) == len(graph)


@pytest.mark.parametrize(
    ("collapse", "names"),
    [
        ("layers.1", ["layers.1"]),
        (["layers.0", "layers.2"], ["layers.0", "layers.2"]),
        ("layers.[12]", ["layers.1", "layers.2"]),
        (lambda scope: scope.path.endswith("1"), ["layers.1"]),
        ("*", ["layers"]),
    ],
)
def test_scopes_are_chosen_by_path_pattern_or_predicate(collapse, names):
    """The outermost one that is meant is the box."""
    graph = layers(3)

    small = Collapser(graph, collapse, (), False, ()).drawn(None)

    assert [box.name for box in small if box.role == "scope"] == names


def test_a_scope_stays_open_with_those_around_it():
    """Its neighbors are collapsed nevertheless."""
    names = drawn(layers(3), depth=1, expand="layers.1")

    assert names == ["x", "layers.0", "layers.1.weight", "matmul", "tanh", "layers.2", "sum"]
    assert len(drawn(layers(3), depth=1, expand="*")) == 11


def test_all_calls_of_a_module_are_meant_by_its_path():
    """A recording numbers them."""
    nodes = [op(0, "f", "cell"), op(1, "g"), op(2, "f", "cell:2")]
    graph = Graph(nodes, [edge(0, 1), edge(1, 2)], ["n2"])

    assert drawn(graph, collapse="cell") == ["cell", "g", "cell:2"]


def test_inner_scopes_are_collapsed_first():
    """Until the picture fits; one level at least is left."""
    graph = layers(3)

    assert len(drawn(graph, most=11)) == 11
    assert drawn(graph, most=10) == ["x", "layers.0", "layers.1", "layers.2", "sum"]
    assert drawn(graph, most=4) == ["x", "layers", "sum"]
    assert drawn(graph, most=1) == ["x", "layers", "sum"]
    small = Collapser(graph, (), (), False, ()).fitted(None, 5)
    assert small.notes == [
        "Scopes are collapsed to stay within 5 boxes; max_nodes=None opens them."
    ]


def test_repeats_are_folded_before():
    """Twelve layers are one box, unless one of them is looked at or kept open."""
    graph = layers(12)

    (box,) = [b for b in Collapser(graph, (), (), True, ()).drawn(None) if b.role == "scope"]
    assert (box.name, box.label, box.count) == ("layers.0-11", "Linear", 12)
    assert box.options["operations"] == "2"
    assert len(box.members) == 36
    assert drawn(graph, fold=True, protected=["n20"])[1:3] == ["layers.0-5", "layers.6.weight"]
    assert "layers.3.weight" in drawn(graph, fold=True, expand="layers.3")


def test_many_levels_are_searched_by_halves():
    """Scopes inside each other, a hundred of them."""
    paths = [".".join(["s"] * k) for k in range(1, 101)]
    nodes = [op(k, f"f{k}", path) for k, path in enumerate(paths)]
    graph = Graph(nodes, [edge(k, k + 1) for k in range(99)], ["n99"], [], list(map(Scope, paths)))

    assert len(drawn(graph, most=37)) == 37


@pytest.mark.parametrize("option", ["collapse", "expand"])
def test_a_path_that_no_scope_has_lists_near_ones(option):
    """Also if there are no scopes at all."""
    with pytest.raises(ArgumentError) as error:
        drawn(layers(3), **{option: "layer.1"})
    assert "No scope of the graph matches 'layer.1'." in str(error.value)
    assert "'layers.1'" in error.value.hint

    with pytest.raises(ArgumentError, match="the graph has no scope"):
        drawn(Graph([op(0, "f")], [], ["n0"]), **{option: "layer.1"})


def test_depth_without_scopes_says_why_nothing_happens():
    """A plain tape knows none."""
    small = Collapser(Graph([op(0, "f")], [], ["n0"]), (), (), False, ()).fitted(1, None)

    assert small.notes == ["No scopes are known: build the graph inside ac.recording()."]
