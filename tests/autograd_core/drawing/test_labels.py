"""What stands in boxes and on arrows."""

import numpy as np
import pytest

from autograd_core.drawing.labels import (
    FIELDS,
    duration,
    edge_lines,
    keeps,
    lines,
    output_lines,
    printable,
    record_lines,
    size,
)
from autograd_core.drawing.model import Box, Edge, Output, Summary

ARRAY = np.array([[1.0, 2 / 3], [3.0, np.nan]])
LARGE = np.arange(10.0)


def box(label="dot", shape=(2, 2), dtype="float32", role="operation", **more):
    """An operation of which much is known."""
    return Box("n0", role, label, shape, dtype, **more)


FULL = box(
    name="z",
    value=Summary.of(ARRAY),
    grad=Summary.of(np.ones((2, 2))),
    options={"axis": "1"},
    keeps=("a", "b"),
    saved_bytes=64,
    seconds=(1e-6, 2e-3),
    line="train.py:31, in loss",
)
ROWS = {
    "name": "z = dot",
    "op": "dot",
    "value": "[[1 0.6667] [3 nan]]",
    "grad": "grad |2| [[1 1] [1 1]]",
    "shape": "(2, 2)",
    "dtype": "float32",
    "attrs": "axis=1",
    "saved": "keeps a, b: 64 B",
    "bytes": "16 B",
    "time": "1 µs forward, 2 ms backward",
    "line": "at train.py:31, in loss",
}


def test_a_box_says_all_that_is_known():
    """In one order, whatever was asked for first."""
    assert lines(FULL, FIELDS) == [
        *("z = dot", "axis=1", "[[1 0.6667] [3 nan]]", "grad |2| [[1 1] [1 1]]"),
        *("(2, 2) float32", "16 B", "keeps a, b: 64 B", "1 µs forward, 2 ms backward"),
        "at train.py:31, in loss",
    ]


@pytest.mark.parametrize(("field", "row"), ROWS.items())
def test_each_field_brings_its_row(field, row):
    """And no other."""
    assert lines(FULL, {"op", field}) == list(dict.fromkeys(["dot", row]))[-2 + (field == "name") :]


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        (box(shape=(), dtype="float64"), ["dot", "·", "grad ·"]),
        (box(shape=(), dtype="float64", reached=False), ["dot", "·", "grad none"]),
        (box(shape=(), dtype="float64", role="constant"), ["dot", "·"]),
        (box(shape=(), dtype="float64", count=12), ["dot x 12", "·", "grad ·"]),
        (box("a\nb\t", name="\u202e"), ["\\u202e = a", "b\\x09", "·", "grad ·", "(2, 2) float32"]),
        (box("cut", (), "", role="cut"), ["cut"]),
        (
            box("Linear", name="net.0", role="scope", options={"operations": "1", "in": "(3,)"}),
            ["net.0: Linear", "1 operation", "(3,) → ·"],
        ),
        (
            box(role="scope", options={"operations": "2 000", "bytes": "4 096"}),
            ["dot", "2 000 operations, 4.1 kB"],
        ),
        (box(marks=("bad", "culprit"), message="m"), [
            *("dot", "·", "grad ·", "(2, 2) float32", "first nan or inf", "m"),
        ]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_a_dot_and_what_is_usual_is_left_out(made, rows):
    """Never a zero in place of something unknown."""
    assert lines(made) == rows


def test_where_contributions_meet_their_sum_is_written_out():
    """Of numbers term by term, of arrays their count."""
    three, less = Summary.of(3.0), Summary.of(-0.4161468)

    total = box(shape=(), dtype="float64", grad=Summary.of(2.5838532))
    assert lines(total, {"grad"}, parts=[three, less]) == ["grad 3 + (-0.4161) = 2.584"]
    assert lines(total, {"grad"}, parts=[three, None]) == ["grad 2.584, sum of 2"]
    assert lines(FULL, {"grad"}, parts=[three, three])[-1].endswith(", sum of 2")


def test_arrays_beyond_max_elems_are_shown_by_statistics():
    """Unless statistics are taken away; then nothing is shown of them."""
    made = box(shape=(10,), value=Summary.of(LARGE))

    assert lines(made, {"value", "stats"}) == ["min 0 mean 4.5 max 9 std 2.872"]
    assert lines(made, {"value"}) == []
    few = box(value=Summary.of(np.array([1 + 2j, 3, True])))
    assert lines(few, {"value", "stats"}, max_elems=2) == ["min 1 mean 2.079 max 3 std 0.824"]
    assert lines(few, {"value"}, max_elems=3) == ["[(1+2j) (3+0j) (1+0j)]"]


def test_a_record_has_fields_in_place_of_rows():
    """Name, data, gradient; the name may be empty."""
    assert record_lines(FULL, {"value", "grad"}) == ["z", "data [[1 0.6667] [3 nan]]", ROWS["grad"]]
    assert record_lines(box(), {"grad"}) == ["", "grad ·"]


def test_outputs_have_rows_of_their_own():
    """Name, value if known, gradient, shape."""
    output = Output("U", (3,), "float64", grad=Summary.of([3.0, 4.0, 0.0]))
    assert output_lines(output) == ["U", "grad |5| [3 4 0]", "(3,) float64"]


@pytest.mark.parametrize(
    ("edge", "rows"),
    [
        (Edge("a", "b"), []),
        (Edge("a", "b", "0", "v2", count=3), ["0 v2 x 3"]),
        (Edge("a", "b", contribution=Summary.of(1.0)), []),
        (Edge("a", "b", "0", kind="gradient", contribution=Summary.of(2.5)), ["2.5"]),
        (
            Edge("a", "b", "", "sum over axes (0,)", "gradient", contribution=Summary.of([3, 4.0])),
            ["sum over axes (0,)", "(2,) |5|"],
        ),
        (
            Edge("a", "b", kind="gradient", contribution=Summary.of([3, np.nan])),
            ["(2,) |3|, 1 nan or inf"],
        ),
    ],
)
def test_arrows_say_what_flows(edge, rows):
    """Operands their place, gradients what they contribute."""
    assert edge_lines(edge) == rows


def test_formulas_are_shown_with_lines():
    """Also the shape, if it is handed in."""
    edge = Edge("a", "b", kind="gradient", formula="g * np.cos(x)")
    assert edge_lines(edge, FIELDS, shape=(3,)) == ["g * np.cos(x)", "(3,)"]


def test_keeping_ends_with_freeing():
    """Names, bytes, and when they are gone."""
    known = {"keeps": ("x",), "saved_bytes": 1_600_000}
    assert keeps(box(**known)) == "keeps x: 1.6 MB"
    assert keeps(box(**known, released=True)) == "keeps x: freed"
    assert keeps(box(keeps=("x",))) == "keeps x"
    assert keeps(box(saved_bytes=8)) == "keeps arrays: 8 B"
    assert keeps(box()) == ""


def test_sizes_and_times_have_three_digits():
    """Also just below the next unit."""
    assert [size(n) for n in (0, 999, 1000, 999_600, 10**15)] == [
        *("0 B", "999 B", "1 kB", "1 MB", "1000 TB"),
    ]
    assert [duration(t) for t in (0.0, 1e-9, 0.5, 12.0, 5000.0)] == [
        *("0 ns", "1 ns", "500 ms", "12 s", "5000 s"),
    ]


def test_whatever_cannot_be_printed_is_a_number():
    """Controls, lone surrogates, marks that turn text around; emoji and joiners stay."""
    assert printable("a\x00\x85\ud800\u2066\ufeff") == r"a\x00\x85\ud800\u2066\ufeff"
    assert printable("é👩\u200d🔬\n") == "é👩\u200d🔬\n"
