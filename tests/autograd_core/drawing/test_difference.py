"""Two graphs as one, with what was added and removed."""

import numpy as np
import pytest
from hypothesis import given
from patterns import chain, edge, ends, graphs, labels, op

import autograd_core as ac
from autograd_core.drawing import difference as module
from autograd_core.drawing.difference import difference
from autograd_core.drawing.model import Graph
from autograd_core.errors import ArgumentError


def marks(graph):
    """Each box with its sign."""
    signs = {(): " ", ("added",): "+", ("removed",): "-"}
    return [signs[box.marks] + box.label for box in graph]


def before():
    """sin(x1) + x1 · x2."""
    return ac.graph(lambda x1, x2: np.sin(x1) + x1 * x2, 2.0, 3.0)


def after():
    """cos(x1) + x1 · x2, squared."""
    return ac.graph(lambda x1, x2: (np.cos(x1) + x1 * x2) ** 2, 2.0, 3.0)


def test_what_is_in_one_alone_is_marked():
    """The others stay, with the new values."""
    both = before().diff(after())

    assert [m for m in marks(both) if "constant" not in m] == [
        *(" x1", "-sin", "+cos", " x2", " multiply", " add", "+power")
    ]
    assert both["n5" if both["n5"].label == "add" else "n6"].value == after().find("add")[0].value
    assert [both[root].label for root in both.roots] == ["power", "add"]
    assert both.notes[0].startswith(f"{sum(m[0] == '+' for m in marks(both))} boxes are added")


def test_every_writer_shows_it():
    """Colors in pictures, words everywhere; JSON and back."""
    both = before().diff(after())

    dot = both.to_dot().source
    assert dot.count("#d3f0d0") == sum(m[0] == "+" for m in marks(both))
    assert dot.count("#fbd9d5") == 1
    assert "sin" in both.to_text()
    assert "removed" in both.to_text()
    assert "added" in both.to_mermaid()
    assert marks(Graph.from_json(both.to_json())) == marks(both)


def test_arrows_between_old_boxes_say_what_became_of_them():
    """Where an operation uses another operand than before."""
    old, new = chain(3, "abc"), chain(3, "abc")
    new.edges[2] = edge(1, 3)

    both = difference(old, new)

    assert marks(both) == [" x", " b", " c", " a"]
    assert [(e.tail, e.head, e.note) for e in both.edges] == [
        ("n0", "n1", ""),
        ("n1", "n2", ""),
        ("n1", "n3", "added"),
        ("n2", "n3", "removed"),
    ]
    assert [bool(module.painted_edge(e)) for e in both.edges] == [False, False, True, True]


@given(graphs())
def test_equal_graphs_have_no_difference(graph):
    """Nothing is marked, and nothing is lost."""
    both = difference(graph, graph)

    assert set(marks(both)) <= {" " + label for label in labels(graph)}
    assert (len(both), len(both.edges)) == (len(graph), len(graph.edges))
    assert both.notes[0] == "0 boxes are added (green), 0 removed (red)."


@given(graphs(), graphs())
def test_both_graphs_are_in_the_difference(old, new):
    """Without what was added it is the old one, without what was removed the new one."""
    both = difference(old, new)

    for graph, other in ((old, "+"), (new, "-")):
        kept = [label[1:] for label in marks(both) if label[0] != other]
        assert kept == [box.label for box in graph]
    rank = {box.id: k for k, box in enumerate(both)}
    assert all(rank[used] < rank[user] for used, user in ends(both))


def test_long_graphs(monkeypatch):
    """Equal beginnings and ends are found at once; a long middle counts as changed."""
    old, new = chain(20_000), chain(20_000)
    new.nodes[7] = op(7, "cos")
    assert sum(box.marks != () for box in difference(old, new)) == 2

    monkeypatch.setattr(module, "MOST", 3)
    both = difference(chain(6, "abcdef"), chain(6, "afcdeb"))
    assert sum(box.marks != () for box in both) == 10


def test_it_compares_graphs():
    """Anything else is an error that says so."""
    with pytest.raises(ArgumentError, match="diff\\(\\) got str"):
        before().diff("after")
