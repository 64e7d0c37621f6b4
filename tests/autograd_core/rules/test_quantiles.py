"""Medians, quantiles and percentiles: every method, levels, weights, ties and nan."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

STEPS = ["averaged_inverted_cdf", "closest_observation", "lower", "higher", "midpoint", "nearest"]
STEPS += ["inverted_cdf"]
MOVING = ["interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased"]
MOVING += ["normal_unbiased"]
NAN = np.nan


HOLES = np.zeros((3, 5), bool)
HOLES[1, 2] = HOLES[2, 0] = HOLES[2, 4] = True


def with_holes(op):
    """The operation on rows of five, four and three; differences need numbers to move."""
    return lambda a, *levels, **options: op(np.where(HOLES, NAN, a), *levels, **options)


def spaced(rng, *shape):
    """Distinct numbers, well apart."""
    return (rng.permutation(int(np.prod(shape))) / 7 + 0.03).reshape(shape)


AXES = [{"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)}, {"axis": ()}]
METHODS = [{"axis": 1, "method": m} for m in [*STEPS, *MOVING]]
WEIGHTS = {"weights": np.arange(1.0, 16).reshape(3, 5) % 4 + 0.3, "method": "inverted_cdf"}
LEVELS = [0.37, np.array(0.37), np.array([0.21, 0.83]), np.array([[0.12, 0.57], [0.9, 0.43]])]


def rows(rng):
    """Three rows of five."""
    return spaced(rng, 3, 5)


def of_array(op, scale=1, call=None):
    """Cases by the array alone: at levels of every shape, with every option."""
    q = {"q": 0.37 * scale}
    options = [{**q, **o} for o in [{}, *AXES[:3], *METHODS, {"axis": 1, **WEIGHTS}]]
    options += [{"q": level * scale, "axis": 1} for level in LEVELS]
    return case(op, make=lambda rng: [rows(rng)], options=options, call=call)


def of_both(op, scale=1, call=None):
    """Cases by array and levels; a level of float16 is too coarse to be moved."""
    return case(
        op,
        make=lambda rng: [rows(rng), np.array([0.23, 0.58]) * scale],
        options=[{}, *AXES[:3], *METHODS],
        dtypes=("float32", "longdouble"),
        call=call,
    )


CASES = [
    case(np.median, make=lambda rng: [rows(rng)], options=[{}, *AXES]),
    case(np.median, shapes=[(4, 2)], options=[{}, *AXES], seed=1),
    case(
        np.nanmedian,
        make=lambda rng: [rows(rng)],
        call=with_holes(np.nanmedian),
        options=[{}, {"axis": 1}, *AXES[:3]],
    ),
    of_array(np.quantile),
    of_array(np.percentile, 100),
    of_array(np.nanquantile, 1, with_holes(np.nanquantile)),
    of_array(np.nanpercentile, 100, with_holes(np.nanpercentile)),
    of_both(np.quantile),
    of_both(np.percentile, 100),
    of_both(np.nanquantile, 1, with_holes(np.nanquantile)),
    of_both(np.nanpercentile, 100, with_holes(np.nanpercentile)),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_every_method_is_tried():
    """NumPy's own list."""
    with pytest.raises(ValueError, match="is not a valid method") as caught:
        np.quantile([1.0, 2.0], 0.5, method="?")
    assert all(repr(m) in str(caught.value) for m in [*STEPS, *MOVING])
    assert str(caught.value).count("'") == 2 * (len(STEPS) + len(MOVING) + 1)


def test_weights_of_neighbours():
    """1 - f and f, at the entries and not at their ranks."""
    slope = ac.grad(lambda x: np.percentile(x, 30.0))(np.array([3.0, 1.0, 2.0, 10.0]))
    assert slope == pytest.approx([0, 0.1, 0.9, 0])


def test_ties_are_stable():
    """Equal entries keep their order: the first of the twos is the third of all."""
    x = np.array([2.0, 1.0, 2.0, 0.0, 2.0])
    assert ac.grad(np.median)(x).tolist() == [1, 0, 0, 0, 0]
    assert ac.grad(lambda x: np.quantile(x, 0.75))(x).tolist() == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("method", MOVING)
def test_ends_are_flat_in_the_level(method):
    """Beyond the first and the last position nothing moves."""
    x = np.array([3.0, 1.0, 2.0])
    slope = ac.grad(lambda q: np.sum(np.quantile(x, q, method=method)))(np.array([0.01, 1.0]))
    numeric = [np.quantile(x, q, method=method) for q in (0.01 + 1e-6, 0.01 - 1e-6)]

    assert slope[0] == pytest.approx((numeric[0] - numeric[1]) / 2e-6)
    assert slope[1] == 0


@pytest.mark.parametrize(
    "f", [np.median, lambda x: np.quantile(x, 0.3), lambda x: np.percentile(x, [30, 60]).sum()]
)
def test_nan_takes_all_of_its_slice(f):
    """As with the extremum, and levels move nothing."""
    x = np.array([1.0, NAN, 3.0, 2.0])
    slope = ac.grad(lambda x: np.sum(f(x)))(x)

    assert np.isnan(f(x))
    assert slope[[0, 2, 3]].tolist() == [0, 0, 0]
    assert slope[1] > 0
    assert ac.grad(lambda q: np.quantile(x, q))(0.3) == 0


@pytest.mark.filterwarnings("ignore:All-NaN:RuntimeWarning")
@pytest.mark.parametrize(
    "f",
    [
        lambda x, q: np.nanquantile(x, q, axis=1),
        lambda x, q: np.nanpercentile(x, 100 * q, axis=1),
        lambda x, q: np.nanmedian(x, axis=1) * q,
    ],
)
def test_slice_of_nan_alone(f):
    """Its value is nan; it takes nothing, and does no harm to the others."""
    x = np.array([[NAN, NAN, NAN], [1.0, NAN, 4.0]])
    by_x, by_q = ac.grad(lambda x, q: f(x, q)[0] + 0 * f(x, q)[1], (0, 1))(x, 0.5)

    assert np.isnan(f(x, 0.5)).tolist() == [True, False]
    assert by_x.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert by_q == 0 or "nanmedian" in str(f.__code__.co_names)


def test_sweep_over_nan_does_not_warn():
    """NumPy's warning comes once, at the call."""
    x = ac.Variable([[NAN, NAN], [1.0, NAN]])
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        y = np.nanmedian(x, axis=1)
    y[1].backward()
    assert x.grad.tolist() == [[0, 0], [1, 0]]


def test_tracked_weights_take_nothing():
    """They choose an entry, and move none."""
    x, w = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    options = {"method": "inverted_cdf"}
    by_x, by_w = ac.grad(lambda x, w: np.quantile(x, 0.4, weights=w, **options), (0, 1))(x, w)

    assert by_x.tolist() == [0, 0, 1]
    assert by_w.tolist() == [0, 0, 0]


def test_operand_is_not_sorted_in_place():
    """overwrite_input allows it; a Variable is never written by it."""
    x = ac.Variable([3.0, 1.0, 2.0])
    np.median(x, overwrite_input=True).backward()

    assert x.data.tolist() == [3, 1, 2]
    assert x.grad.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.quantile(x, 1.5), r"Quantiles must be in the range \[0, 1\]"),
        (lambda x: np.percentile(x, 150), r"Percentiles must be in the range \[0, 100\]"),
        (lambda x: np.quantile(x, 0.5, weights=np.ones(3)), "supports weights"),
        (lambda x: np.quantile(x, 0.5, method="no"), "is not a valid method"),
    ],
)
def test_numpy_refuses(call, message):
    """With NumPy's own words."""
    with pytest.raises(ValueError, match=message):
        call(ac.Variable([1.0, 2.0, 3.0]))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [np.median, np.nanmedian, lambda x: np.nanquantile(x, 0.3)])
def test_of_nothing(f):
    """NumPy's nan, and a gradient of no entries."""
    assert ac.grad(f)(np.zeros(0)).shape == (0,)


def test_single_precision_chooses_numpys_entry():
    """Where n q is a whole number but for rounding, the value is that of the entry that takes g."""
    rng = np.random.default_rng(0)
    for q in (0.1, 0.2, 0.3, 0.6, 0.7):
        for method in STEPS:
            x = rng.permutation(10).astype(np.float32)
            slope = ac.grad(lambda x, q=q, m=method: np.quantile(x, q, method=m))(x)
            assert slope @ x == np.quantile(x, q, method=method)
