"""What is hidden, and the edges across it."""

import pytest
from patterns import chain, diamonds, edge, ends, labels, layers, leaf, op

from autograd_core.drawing.hiding import hidden, merged
from autograd_core.drawing.model import Graph, Summary
from autograd_core.errors import ArgumentError


def mixed():
    """x and a constant; reshape (a view), cast, and a named product."""
    nodes = [
        leaf(0, "x"),
        leaf(1, "2", "constant"),
        leaf(2, "w", "parameter"),
        op(3, "reshape"),
        op(4, "cast"),
        op(5, "multiply", name="h"),
        op(6, "add"),
    ]
    edges = [edge(0, 3, view=True), edge(3, 4), edge(4, 5, "0"), edge(1, 5, "1")]
    edges += [edge(5, 6, "0", note="v2"), edge(2, 6, "1")]
    return Graph(nodes, edges, ["n6"])


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("constants", ["n1"]),
        ("parameters", ["n2"]),
        ("views", ["n3"]),
        ("casts", ["n4"]),
        ("names", []),
        ("multiply", ["n5"]),
        ("add", []),
    ],
)
def test_words_for_what_is_hidden(word, gone):
    """A root stays in any case."""
    small = hidden(mixed(), [word])

    assert [f"n{k}" for k in range(7) if f"n{k}" not in {box.id for box in small}] == gone
    assert small.roots == ["n6"]


def test_names_of_results_are_hidden_alone():
    """Leaves keep theirs, they have nothing else."""
    small = hidden(mixed(), ["names"])

    assert (small["n5"].name, small["n0"].name) == (None, "x")
    assert mixed()["n5"].name == "h"


def test_edges_are_joined_across():
    """They keep what the user says of its operand."""
    small = hidden(mixed(), ["views", "casts", "multiply"])

    assert ends(small) == [("n0", "n6"), ("n1", "n6"), ("n2", "n6")]
    assert [(e.operand, e.note) for e in small.edges] == [("0", "v2"), ("0", "v2"), ("1", "")]


def test_a_view_through_views_is_a_view():
    """Through anything else it is not."""
    graph = chain(3, ["reshape"])
    for one in graph.edges:
        one.view = True
    graph.roots = ["n3"]

    assert [e.view for e in hidden(graph, ["reshape"]).edges] == [True]
    graph.edges[1].view = False
    assert [e.view for e in hidden(graph, ["reshape"]).edges] == [False]


def test_arrows_of_a_sweep_are_joined_among_themselves():
    """Each kind of arrow keeps its direction."""
    graph = chain(3, ["a", "b", "c"])
    back = [edge(k + 1, k, kind="gradient", contribution=Summary.of(1.0)) for k in range(3)]
    graph.edges += back

    small = hidden(graph, ["b"])

    assert [(e.tail, e.head, e.kind) for e in small.edges] == [
        ("n0", "n2", "operand"),
        ("n2", "n0", "gradient"),
        ("n2", "n3", "operand"),
        ("n3", "n2", "gradient"),
    ]
    assert [e.contribution is None for e in small.edges] == [True, True, True, False]


@pytest.mark.slow
def test_a_hundred_thousand_hidden_boxes():
    """Long chains, sixty diamonds, and long sums are walked once."""
    n = 50_000
    assert ends(hidden(chain(n, ["f", "g"]), ["f", "g"])) == [("n0", f"n{n}")]
    assert len(hidden(diamonds(60), ["add"]).edges) == 2

    nodes, edges = [leaf(0, "x")], []
    for k in range(1, n, 2):
        nodes += [leaf(k, f"x{k}"), op(k + 1, "add")]
        edges += [edge(k - 1, k + 1, "0"), edge(k, k + 1, "1")]
    small = hidden(Graph(nodes, edges, [nodes[-1].id]), ["add"])
    assert len(small.edges) == n // 2 + 1


def test_other_words_are_errors():
    """They name the nearest operation or word."""
    with pytest.raises(ArgumentError) as error:
        hidden(mixed(), ["constant"])

    assert str(error.value) == ("No operation of the graph matches 'constant'.\n  try: 'constants'")


def test_operations_alone():
    """Leaves are options of what uses them, values stand on the arrows, a root says its result."""
    graph = mixed()
    graph["n0"].value = Summary.of(0.5)
    graph["n1"].value = Summary.of(2.0)
    graph["n1"].label, graph["n1"].name = "constant", None
    graph["n5"].value = Summary.of(1.5)
    graph["n5"].shape = (1,)
    graph["n6"].value = Summary.of(2.0)
    graph["n3"].options = {"shape": "(1,)"}

    small = merged(graph)

    assert labels(small) == ["reshape", "cast", "multiply", "add"]
    assert [box.options for box in small] == [
        {"shape": "(1,)", "operand": "x = 0.5"},
        {},
        {"1": "2"},
        {"1": "w", "result": "2"},
    ]
    assert [(e.tail, e.head, e.note) for e in small.edges] == [
        ("n3", "n4", ""),
        ("n4", "n5", ""),
        ("n5", "n6", "1.5 (1,), v2"),
    ]
    assert small.options["show"] == "-value -grad -shape -dtype"
    assert graph["n3"].options == {"shape": "(1,)"}


def test_a_root_that_is_a_leaf_is_a_box():
    """There is nothing else to draw."""
    assert len(merged(Graph([leaf(0, "x")], [], ["n0"]))) == 1
    assert "x" not in labels(merged(layers(2)))
