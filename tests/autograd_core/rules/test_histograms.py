"""Counts in bins: their weights, their edges, and which bin an edge belongs to."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

T = np.array([0.0, 1.0, 2.5, 3.1, 4.0, 9.0])
Q = np.array([1.3, 2.1, 1.7, 3.2, 1.1, 1.2])
EDGES = np.array([0.0, 1.0, 2.0, 4.0])
BINS = [{"bins": 3}, {"bins": 4, "range": (0.5, 3.1)}, {"bins": EDGES}, {}]
DENSE = [{**o, "density": True} for o in BINS]
BY_WEIGHT = {"shapes": [(6,)], "low": 0.2, "high": 1.7}
SPREAD = {"make": lambda rng: [rng.permutation(6) / 3 + 0.1]}


def of_weights(w, **options):
    """Sums of weights in bins of plain data, whose edges are plain too."""
    return np.histogram(T, weights=w, **options)[0]


CASES = [
    case(
        np.bincount,
        shapes=[(4,)],
        call=lambda w, **o: np.bincount(np.array([0, 3, 3, 1]), w, **o),
        options=[{}, {"minlength": 7}],
    ),
    case(
        np.histogram,
        call=of_weights,
        options=[*BINS, *DENSE],
        **BY_WEIGHT,
    ),
    case(
        np.histogram,
        call=lambda a, **o: np.histogram(a, **o)[1],
        options=[{"bins": 3}, {"bins": "fd"}],
        **SPREAD,
    ),
    case(
        np.histogram,
        call=lambda a, **o: np.histogram(a, **o),
        options=[{"bins": 2, "density": True}],
        seed=1,
        **SPREAD,
    ),
    case(
        np.histogram,
        make=lambda rng: [np.array([0.1, 1.2, 2.2, 4.3])],
        call=lambda e, **o: np.histogram(T, bins=e, density=True, **o),
        options=[{}, {"weights": Q}],
    ),
    case(
        np.histogram_bin_edges,
        options=[{}, {"bins": 3}, {"bins": "auto"}, {"bins": "sturges"}],
        **SPREAD,
    ),
    case(
        np.histogram2d,
        call=lambda w, **o: np.histogram2d(T, Q, weights=w, **o)[0],
        options=[
            {"bins": 3},
            {"bins": EDGES},
            {"bins": [2, EDGES]},
            {"bins": 2, "density": True},
            {"bins": [2, 3], "range": [(0.0, 4.0), (1.0, 3.0)], "density": True},
        ],
        **BY_WEIGHT,
    ),
    case(np.histogram2d, call=lambda x: np.histogram2d(x, Q, 2, density=True)[:2], **SPREAD),
    case(
        np.histogramdd,
        call=lambda w, **o: np.histogramdd((T, Q, T * Q), weights=w, **o)[0],
        options=[{"bins": 2}, {"bins": (2, 3, 4), "density": True}, {"bins": (2, EDGES, 3)}],
        **BY_WEIGHT,
    ),
    case(
        np.histogramdd,
        make=lambda rng: [(rng.permutation(12) / 3 + 0.1).reshape(6, 2)],
        call=lambda s: np.histogramdd(s, 2, density=True),
    ),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_counts_are_plain():
    """Flat in what is counted: gradient zero, not lost."""
    counts, edges = np.histogram(ac.Variable(T), 3)

    assert type(counts) is np.ndarray
    assert counts.tolist() == np.histogram(T, 3)[0].tolist()
    assert isinstance(edges, ac.Variable)


@pytest.mark.parametrize("bins", [3, EDGES, [0.0, 1.0, 1.0, 9.0], [1.0, 2.0, 4.0, 4.0]])
def test_entries_on_edges(bins):
    """The weight of each entry is in the bin in which NumPy counts it; outside none."""
    a = np.array([0.0, 1.0, 1.0, 3.0, 4.0, 9.0, 9.5, -1.0, 6.0])
    w = np.arange(1.0, 10)
    jacobian = ac.jacobian(lambda w: np.histogram(a, bins, weights=w)[0])(w)

    assert (jacobian @ w).tolist() == np.histogram(a, bins, weights=w)[0].tolist()
    assert jacobian.sum(1).tolist() == np.histogram(a, bins)[0].tolist()


@pytest.mark.parametrize("dtype", ["f4", "F", "D"])
def test_sums_have_the_dtype_of_the_weights(dtype):
    """As in NumPy; complex ones too."""
    w = ac.Variable((Q * (1 + 1j)).astype(dtype) if dtype in "FD" else Q.astype(dtype))
    sums = np.histogram(T, 3, weights=w)[0]

    assert sums.dtype == np.dtype(dtype)
    assert sums.data == pytest.approx(np.histogram(T, 3, weights=w.data)[0])


def test_one_value_alone():
    """Equal entries get a bin of width one, that moves with them."""
    x = np.array([2.0, 2.0])
    edges = ac.jacobian(lambda x: np.histogram_bin_edges(x, 2))(x)
    assert edges.tolist() == [[0.5, 0.5]] * 3


def test_of_nothing():
    """Empty data have the bins of 0 to 1."""
    assert np.histogram_bin_edges(ac.Variable(np.zeros(0)), 2).data.tolist() == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda x: np.histogram(x, 0), "must be positive"),
        (lambda x: np.histogram(x, 3, (2, 1)), "max must be larger than min"),
        (lambda x: np.histogram(x, [3.0, 1.0]), "must increase monotonically"),
        (lambda x: np.histogram(x, 3, weights=Q[:2]), "same shape as a"),
        (lambda x: np.histogram2d(x, Q[:2]), "same length"),
        (lambda x: np.histogramdd(x, (2, 2)), "dimension of bins"),
    ],
)
def test_numpy_refuses(call, error):
    """With NumPy's own words."""
    with pytest.raises(ValueError, match=error):
        call(ac.Variable(T))
