"""All steps together: what they keep true of any graph."""

import copy
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patterns import below, chain, diamonds, ends, fan, graphs, labels, layers

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.links import ids
from autograd_core.drawing.reduce import reduced
from autograd_core.errors import ArgumentError

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "depth": st.integers(1, 3),
        "collapse": st.just(lambda scope: len(scope.path) % 2),
        "fold": st.booleans(),
        "max_nodes": st.none() | st.integers(1, 12),
    },
)


def where(graph):
    """Where each box went; every one is in one place alone."""
    found = [(member, box.id) for box in graph for member in ids(box)]
    assert len(found) == len(dict(found))
    return dict(found)


@given(graphs(), OPTIONS)
def test_every_box_stands_in_one_place(graph, options):
    """As itself or in the members of one other, so that opening all brings all back."""
    small = reduced(graph, **options)

    assert sorted(where(small)) == sorted(box.id for box in graph)
    own = {box.id: box for box in graph}
    assert [box for box in small if not box.members] == [
        own[box.id] for box in small if not box.members
    ]


@given(graphs(), OPTIONS)
def test_paths_stay(graph, options):
    """Where a path led from one box to another, one leads between those that stand for them."""
    small = reduced(graph, **options)

    place, before, after = where(small), below(graph), below(small)
    for start, reached in before.items():
        for end in reached:
            assert place[start] == place[end] or place[end] in after[place[start]]


@given(graphs(), st.sets(st.sampled_from(["constants", "parameters", "views", "casts", "names"])))
def test_hiding_keeps_paths_exactly(graph, words):
    """Between boxes that are still there a path leads if and only if one did."""
    small = reduced(graph, hide=sorted(words), fold=False, max_nodes=None)

    kept, before = {box.id for box in small}, below(graph)
    assert {*graph.roots} <= kept
    assert below(small) == {key: before[key] & kept for key in kept}


@given(graphs(), OPTIONS)
def test_no_circle_is_closed(graph, options):
    """Each box stands before those that use it, in the result as before."""
    small = reduced(graph, **options)

    rank = {box.id: k for k, box in enumerate(small)}
    assert all(rank[used] < rank[user] for used, user in ends(small))


@given(graphs(), OPTIONS, st.integers(1, 12))
def test_never_more_boxes_than_asked_for(graph, options, most):
    """Whatever else is asked for."""
    small = reduced(graph, **options | {"max_nodes": most})

    assert len(small) <= most
    assert sum(small.truncated.values()) == sum(
        len(box.members) for box in small if box.role == "cut"
    )


@given(graphs(), OPTIONS)
def test_roots_are_what_stands_for_them(graph, options):
    """In the same order, each once."""
    small = reduced(graph, **options)

    place = where(small)
    assert small.roots == list(dict.fromkeys(place[root] for root in graph.roots))


@given(graphs(), OPTIONS)
def test_two_runs_give_equal_graphs_and_the_first_stays(graph, options):
    """Nothing is left of the first run, and nothing of it in the graph."""
    before = copy.deepcopy(graph)

    assert reduced(graph, **options) == reduced(graph, **options)
    assert graph == before


@given(graphs(), st.sampled_from([1, 2, 3]))
def test_collapsing_and_expanding_is_the_identity(graph, depth):
    """What is to be collapsed and stays open is as if nothing had been asked for."""
    plain = reduced(graph, fold=False, max_nodes=None)

    closed = {"depth": depth, "collapse": lambda scope: True}
    open_again = reduced(graph, fold=False, max_nodes=None, **closed, expand=lambda scope: True)
    assert replace(open_again, notes=[]) == plain  # a graph without scopes says that it has none
    assert (plain.nodes, plain.edges, plain.roots) == (graph.nodes, graph.edges, graph.roots)


@given(graphs(), st.integers(0, 23), st.none() | st.integers(1, 12))
def test_the_focus_is_shown(graph, k, most):
    """It is a box of its own, or in the box of its scope, and all else lies on paths through it."""
    key = f"n{k % len(graph)}"
    small = reduced(graph, focus=key, max_nodes=most)

    shown = {box.id for box in small} | {m for box in small for m in box.members}
    before = below(graph)
    assert key in shown
    assert shown <= {key} | before[key] | {other for other in before if key in before[other]}


def test_large_graphs():
    """A chain of 100 000, sixty diamonds, a fan: each box and each edge is met a few times."""
    assert labels(reduced(chain(100_000))) == ["x", "sin x 100000"]
    assert len(reduced(chain(50_000, "ab"))) == 500
    assert len(reduced(diamonds(60), fold=False)) == 61
    assert len(reduced(fan(20_000))) <= 500
    assert labels(reduced(layers(1000))) == ["x", "Linear x 1000", "sum"]


def test_what_is_shown_of_how_many():
    """A part says so."""
    assert reduced(layers(3), focus="layers.1.weight").notes == ["6 of 11 boxes are shown."]
    assert reduced(layers(3), between=("layers.1.weight", "n8")).notes == [
        "4 of 11 boxes are shown."
    ]
    assert reduced(layers(3)).notes == []


def test_steps_in_their_order():
    """A part, without what is hidden, operations alone."""
    small = reduced(
        layers(3), upstream=4, hide="parameters", merge=True, fold=False, max_nodes=None
    )

    assert labels(small) == ["matmul", "tanh", "matmul", "tanh", "sum"][-len(small) :]
    assert len(small) == 5


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_nodes": 0}, "max_nodes got 0; it takes whole numbers from 1, or None."),
        ({"depth": 0}, "depth got 0; it takes whole numbers from 1, or None."),
        ({"upstream": -1}, "upstream got -1; it takes whole numbers from 0, or None."),
        ({"downstream": True}, "downstream got True; it takes whole numbers from 0, or None."),
        ({"max_nodes": 5.0}, "max_nodes got 5.0; it takes whole numbers from 1, or None."),
        ({"focus": "layer.1"}, "No box of the graph matches 'layer.1'."),
        ({"hide": "tan"}, "No operation of the graph matches 'tan'."),
    ],
)
def test_what_cannot_be_asked_for(options, text):
    """The error says what can."""
    with pytest.raises(ArgumentError) as error:
        reduced(layers(2), **options)

    assert str(error.value).startswith(text)


def test_variables_are_found_by_their_boxes():
    """``focus`` and ``between`` take them, alone, in lists, and one result of several."""
    A = Variable(np.eye(2) + 1, name="A")
    _, S, _ = np.linalg.svd(A)
    y = np.sum(S) + np.sum(A * 2)

    assert labels(ac.graph(y, focus=S, grad=False)) == ["A", "svd", "sum", "add"]
    assert labels(ac.graph(y, between=(A, S), grad=False)) == ["A", "svd"]
    assert len(ac.graph(y, focus=[S, A], grad=False)) == len(ac.graph(y, grad=False))
    with pytest.raises(ArgumentError, match="is not on the graph"):
        ac.graph(y, focus=Variable(1.0))


def steps(function, *args, **options):
    """How many lines of Python are executed, each pass of a loop anew."""
    count, before = 0, sys.gettrace()

    def trace(*_):
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)
    try:
        function(*args, **options)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "options",
    [
        {"max_nodes": 30},
        {"max_nodes": 30, "fold": False},
        {"max_nodes": None, "hide": ["parameters", "views"]},
    ],
    ids=["folded", "cut", "hidden"],
)
@pytest.mark.parametrize(
    "grown",
    [chain, diamonds, fan, layers, lambda n: layers(n, different=range(0, n, 2))],
    ids=["chain", "diamonds", "fan", "layers", "layers of two kinds"],
)
def test_twice_the_boxes_take_twice_the_steps(grown, options):
    """Counted in executed lines, not in seconds: each box and edge is visited a few times."""
    few, many = (steps(reduced, grown(n), **options) for n in (300, 600))

    assert many < 2.4 * few
