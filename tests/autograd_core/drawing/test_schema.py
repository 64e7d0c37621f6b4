"""JSON there and back: every field, every number, every text."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_core.drawing.model import Box, Edge, Graph, Output, Scope, Summary
from autograd_core.drawing.schema import dumped, read
from autograd_core.errors import ArgumentError

FLOATS = st.floats(allow_nan=False)
SHAPES = st.lists(st.integers(0, 10**6), max_size=3).map(tuple)
TEXTS = st.text(max_size=8)
SUMMARIES = st.builds(
    Summary,
    shape=SHAPES,
    dtype=TEXTS,
    numbers=st.none()
    | st.lists(FLOATS | st.integers() | st.booleans(), max_size=3).map(tuple)
    | st.lists(st.complex_numbers(allow_nan=False), max_size=3).map(tuple),
    statistics=st.none() | st.tuples(FLOATS, FLOATS, FLOATS, FLOATS),
    strange=st.integers(0, 9),
    norm=st.none() | FLOATS,
)
OUTPUTS = st.builds(
    Output, TEXTS, SHAPES, TEXTS, value=st.none() | SUMMARIES, grad=st.none() | SUMMARIES
)
BOXES = st.builds(
    Box,
    id=TEXTS,
    role=st.sampled_from(["input", "operation", "constant", "parameter"]),
    label=TEXTS,
    shape=SHAPES,
    dtype=TEXTS,
    name=st.none() | TEXTS,
    value=st.none() | SUMMARIES,
    grad=st.none() | SUMMARIES,
    reached=st.booleans(),
    options=st.dictionaries(TEXTS, TEXTS, max_size=2),
    outputs=st.lists(OUTPUTS, max_size=2).map(tuple),
    scope=TEXTS,
    keeps=st.lists(TEXTS, max_size=2).map(tuple),
    saved_bytes=st.none() | st.integers(0),
    released=st.booleans(),
    line=TEXTS,
    seconds=st.none() | st.tuples(FLOATS, FLOATS),
    marks=st.lists(TEXTS, max_size=2).map(tuple),
    message=TEXTS,
    count=st.integers(1, 9),
    members=st.lists(TEXTS, max_size=2).map(tuple),
)
EDGES = st.builds(
    Edge,
    *[TEXTS] * 6,
    view=st.booleans(),
    count=st.integers(1, 9),
    contribution=st.none() | SUMMARIES,
    formula=TEXTS,
)
GRAPHS = st.builds(
    Graph,
    st.lists(BOXES, max_size=2),
    st.lists(EDGES, max_size=2),
    st.lists(TEXTS, max_size=2),
    st.lists(TEXTS, max_size=2),
    st.lists(st.builds(Scope, TEXTS, TEXTS), max_size=2),
    st.dictionaries(TEXTS, st.integers(), max_size=2),
    st.dictionaries(TEXTS, TEXTS | st.integers() | st.lists(TEXTS), max_size=2),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(GRAPHS)
def test_every_graph_comes_back(graph):
    """Names from all of Unicode, any shape, any number; the same bytes when written again."""
    text = dumped(graph)

    assert read(text) == graph
    assert dumped(read(text)) == text


def test_numbers_that_json_lacks_are_texts():
    """A browser reads them too: nan, infinities, complex numbers."""
    numbers = (float("nan"), float("inf"), -float("inf"), 1 + 2j, 3j, 1.5, 2, True)
    box = Box("n0", "input", "x", (8,), "object", value=Summary((8,), "object", numbers))

    text = dumped(Graph([box], [], ["n0"]))
    back = read(text).nodes[0].value.numbers

    written = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert written["nodes"][0]["value"]["numbers"][:5] == ["nan", "inf", "-inf", "(1+2j)", "3j"]
    assert back[0] != back[0]
    assert back[1:] == numbers[1:]
    assert type(back[-1]) is bool


def test_functions_among_the_options_are_left_out():
    """A hook of a style is no data."""
    graph = Graph([], [], [], options={"style_fn": len, "style": "paper"})

    assert read(dumped(graph)).options == {"style": "paper"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "no JSON"),
        ("[]", "no graph"),
        ('{"schema": "else"}', "no graph"),
        ('{"schema": "autograd_core.graph", "version": 99}', "version 99"),
        ('{"schema": "autograd_core.graph", "version": 1, "knots": []}', "no Graph has"),
        ('{"schema": "autograd_core.graph", "version": 1, "nodes": [{"idd": 1}]}', "no Box has"),
    ],
)
def test_other_texts_are_refused(text, what):
    """The message says what is wrong with it."""
    with pytest.raises(ArgumentError, match=what):
        read(text)
