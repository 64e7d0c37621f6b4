"""A graph as plain data, and summaries of arrays."""

import pickle

import numpy as np
import pytest

from autograd_core.drawing.model import Box, Edge, Graph, Summary


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (np.float32(0.90929742), "0.9093"),
        (1e-12, "1e-12"),
        (np.nan, "nan"),
        (3, "3"),
        (1 + 2j, "(1+2j)"),
        (np.array([True, False]), "[True False]"),
        (np.array([[1.0, 2 / 3], [3.0, 4.0]]), "[[1 0.6667] [3 4]]"),
        (np.zeros((0, 3)), "[]"),
        (np.arange(10.0), "min 0 mean 4.5 max 9 std 2.872"),
        (np.array([np.inf, np.nan, *range(8)]), "min 0 mean 3.5 max 7 std 2.291, 2 nan or inf"),
        (np.full(10, np.nan), "10 nan or inf"),
        (np.full(10, 3 + 4j), "min 5 mean 5 max 5 std 0"),
        (np.array(["text"]), "not computed"),
    ],
    ids=repr,
)
def test_an_array_is_summarized_in_a_line(value, text):
    """Few entries in full, many by their statistics."""
    assert Summary.of(value).text() == text


def test_precision_is_chosen_when_it_is_written():
    """A summary holds the numbers themselves."""
    summary = Summary.of(1 / 3)

    assert [summary.text(2), summary.text(6)] == ["0.33", "0.333333"]
    assert summary.norm == 1 / 3


def test_huge_arrays_are_not_even_read():
    """A broadcast array of a trillion entries takes no time."""
    summary = Summary.of(np.broadcast_to(1.0, (10**6, 10**6)))

    assert summary.text() == "not computed"
    assert summary.shape == (10**6, 10**6)


def test_a_summary_overflows_silently():
    """Drawing never warns."""
    assert Summary.of(np.full(10, 1e308)).norm == np.inf
    assert Summary.of(np.full(10, 6e4, np.float16)).text().startswith("min 6e+04")


@pytest.mark.parametrize(
    "array",
    [
        np.arange(100.0),
        np.random.default_rng(0).normal(size=(50, 40)),
        np.arange(30),
        np.full(10, 3.0),
        np.array([*range(10), np.nan, np.inf]),
        np.linspace(0, 1, 100) * (3 + 4j),
    ],
    ids=["evenly", "normal", "integers", "constant", "strange", "complex"],
)
def test_a_histogram_counts_the_finite_entries(array):
    """As NumPy's own does, in 20 parts of their range."""
    real = np.abs(array) if np.iscomplexobj(array) else array
    real = real[np.isfinite(real)]
    spread = real.max() > real.min()

    counts = Summary.of(array).histogram

    expected = np.histogram(real, 20)[0].tolist() if spread else [*[0] * 19, real.size]
    assert np.abs(np.cumsum(counts) - np.cumsum(expected)).max() <= 1  # an entry on a border
    assert sum(counts) == real.size


def test_a_histogram_is_quick_and_never_overflows():
    """Of a million entries a tenth is counted; few entries have none; the range may be huge."""
    large = Summary.of(np.arange(1_000_000.0)).histogram

    assert (sum(large), max(large) - min(large)) == (100_000, 0)
    assert Summary.of(np.ones(6)).histogram is None
    assert Summary.of(np.full(7, np.nan)).histogram is None
    assert Summary.of(np.array([-1.7e308, 1.7e308] * 4)).histogram == (4, *[0] * 18, 4)
    assert sum(Summary.of(np.array([5e-324, 0.0] * 4)).histogram) == 8


def test_a_graph_is_data():
    """It can be pickled, counted, walked, and asked by identifier or name."""
    boxes = [
        Box("n0", "input", "x", (), "float64", "x"),
        Box("n1", "operation", "sin", (), "float64"),
    ]
    graph = Graph(boxes, [Edge("n0", "n1")], ["n1"])

    assert pickle.loads(pickle.dumps(graph)) == graph
    assert len(graph) == 2
    assert [box.label for box in graph] == ["x", "sin"]
    assert graph["x"] is graph["n0"]
    with pytest.raises(KeyError):
        graph["y"]


@pytest.mark.parametrize("dtype", [np.longdouble, np.clongdouble])
def test_long_doubles_are_numbers_as_others(dtype):
    """Of Python's kind, so that JSON can hold them."""
    numbers = Summary.of(np.ones(2, dtype)).numbers

    assert {type(number) for number in numbers} <= {float, complex}
