"""Options: in one of two tables, or an error with the nearest."""

import pytest

import autograd_core as ac
from autograd_core.drawing.model import Graph
from autograd_core.drawing.options import PRESENTATION, STRUCTURE, checked, refuse_value, written
from autograd_core.errors import ArgumentError


def test_the_tables_are_apart():
    """An option shapes the graph or its text."""
    assert not STRUCTURE & PRESENTATION


def test_a_writer_gets_what_it_has():
    """By its signature; ** stands for all options of presentation."""

    def some(graph, *, precision=4):
        return ""

    def every(graph, **options):
        return ""

    assert checked(some, "to_it()", {"precision": 3}) == {"precision": 3}
    assert checked(every, "to_it()", {"rankdir": "LR"}) == {"rankdir": "LR"}
    with pytest.raises(ArgumentError, match=r"to_it\(\) has no option 'rankdir'"):
        checked(some, "to_it()", {"rankdir": "LR"})
    with pytest.raises(ArgumentError, match="try: rankdir="):
        checked(every, "to_it()", {"rankdri": "LR"})


def test_a_format_is_written_by_its_module():
    """Here DOT."""
    assert written(Graph([], [], []), "dot", {}).source.startswith("digraph {")


def test_a_word_is_one_of_those_known():
    """The message lists them."""
    with pytest.raises(ArgumentError, match="'forward', 'backward', 'both'"):
        ac.graph(ac.Variable(1.0), direction="sideways")
    refuse_value("direction", "both", ["both"])
