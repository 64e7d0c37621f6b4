"""Variances, averages and correlations: every option, equal values, weights."""

import warnings

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.rules.statistics import bounded

MASK = np.array([[True, False, True], [True, True, True]])
OPTIONS = [
    {},
    {"axis": 1},
    {"axis": (0, 1), "keepdims": True},
    {"axis": -1, "ddof": 1},
    {"correction": 0.5},
    {"where": MASK},
    {"where": MASK, "axis": 1, "ddof": 1},
    {"where": MASK, "axis": 0, "keepdims": True, "ddof": -1},
    {"dtype": "f8"},
    {"dtype": complex, "axis": 0},
    {"dtype": "g", "axis": 1, "where": MASK},
    {"mean": np.array([[0.3], [0.4]]), "axis": 1},
]

TALL = np.arange(1.0, 7).reshape(2, 3) / 3
ROW = np.array([0.3, 1.4, 0.6])
FREQUENT = {"fweights": np.array([1, 2, 3, 1])}
WEIGHTED = {"aweights": np.array([0.6, 2.1, 1.3, 0.4])}
COV = [{}, {"rowvar": False}, {"bias": True}, {"ddof": 0}, FREQUENT, WEIGHTED]
COV += [{**FREQUENT, **WEIGHTED}, {**WEIGHTED, "bias": True}, {**FREQUENT, "ddof": 2}]
COV[1:2] = [{"rowvar": False, "dtype": "g"}]
BY_WEIGHT = {"low": 0.2, "high": 1.9}

CASES = [
    case(np.var, options=OPTIONS, also=[[(1, 2)]]),
    case(np.std, options=OPTIONS, also=[[(1, 2)]]),
    case(
        np.average,
        options=[
            {},
            {"axis": 1},
            {"axis": (0, 1), "keepdims": True},
            {"weights": TALL},
            {"weights": TALL, "axis": 0},
            {"weights": ROW, "axis": 1},
            {"weights": TALL.T, "axis": (1, 0), "keepdims": True},
            {"weights": ROW, "axis": -1},
        ],
    ),
    case(
        np.average,
        shapes=[(2, 3), (2, 3)],
        low=[-2, 0.3],
        high=2,
        call=lambda a, w, **o: np.average(a, weights=w, **o),
        options=[{}, {"axis": 1}, {"axis": 0, "returned": True}],
    ),
    case(
        np.average,
        shapes=[(3,)],
        call=lambda w: np.average(np.array([[1, 2, 5], [3, -1, 2]]), 1, w, returned=True),
        **BY_WEIGHT,
    ),
    case(np.cov, shapes=[(3, 4)], options=COV),
    case(np.cov, shapes=[(4,), (4,)], options=COV),
    case(np.cov, shapes=[(2, 4), (4,)], options=[{}, {"rowvar": True, **WEIGHTED}]),
    case(np.cov, shapes=[(4, 2), (4, 1)], options=[{"rowvar": False}]),
    case(
        np.cov,
        shapes=[(2, 4), (4,)],
        low=[-2, 0.2],
        high=2,
        complex=None,  # weights are real
        dtypes=("float16", "float32"),  # and double
        call=lambda m, w, **o: np.cov(m, aweights=w, **o),
        options=[{}, {"bias": True}, FREQUENT],
    ),
    case(np.corrcoef, shapes=[(3, 4)], options=[{}, {"rowvar": False}, {"dtype": "g"}]),
    case(np.corrcoef, shapes=[(4,), (4,)]),
    case(bounded, low=-0.9, high=0.9),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("op", [np.var, np.std])
def test_mean_is_differentiable(op):
    """A tracked mean= takes its part; the true mean takes none of the variance."""
    a = np.array([[1.0, 2.0, 4.0]])
    given = ac.grad(lambda m: op(a, axis=1, mean=m)[0])(np.array([[2.0]]))
    both = ac.grad(lambda a: op(a, axis=1, mean=np.mean(a, 1, keepdims=True))[0])(a)

    step = 1e-6
    plus, minus = (op(a, axis=1, mean=np.array([[2.0 + s]]))[0] for s in (step, -step))
    assert given[0, 0] == pytest.approx((plus - minus) / (2 * step), rel=1e-6)
    assert both == pytest.approx(ac.grad(lambda a: op(a, axis=1)[0])(a), rel=1e-12)


@pytest.mark.parametrize("options", [{}, {"dtype": "f4"}, {"where": [True, True, False]}])
def test_equal_values(options):
    """std of equal values is 0 with derivatives 0 to the second order, in silence."""
    x = np.array([2.0, 2.0, 2.0])
    with np.errstate(all="raise"):
        assert list(ac.grad(lambda x: np.std(x, **options))(x)) == [0, 0, 0]
        assert (ac.hessian(lambda x: np.std(x, **options))(x) == 0).all()


def test_one_constant_row_leaves_the_others_alone():
    """Rows are guarded one by one."""
    x = np.array([[1.0, 5.0], [1.0, 7.0]])
    assert ac.grad(lambda x: np.sum(np.std(x, axis=0)))(x).tolist() == [[0, -0.5], [0, 0.5]]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_degrees_of_freedom():
    """NumPy's nan, and its derivative."""
    assert np.isnan(ac.grad(lambda x: np.var(x, ddof=1))(np.array([2.0]))).all()


def test_nan_outside_where_does_no_harm():
    """What where= leaves out is neither used nor given anything."""
    x, where = np.array([1.0, np.nan, 4.0]), [True, False, True]
    for op in (np.var, np.std):
        assert np.isfinite(ac.grad(lambda x, op=op: op(x, where=where))(x)).all()


def test_complex_spread():
    """|z - mean|² pulls along the distance."""
    z = np.array([1.0 + 2.0j, -0.5 + 0.3j, 0.2 - 1.0j])
    assert ac.grad(np.var)(z) == pytest.approx(2 / 3 * (z - z.mean()))


def test_many_halves():
    """The count is applied once, as a Python number: 70,000 does not fit into float16."""
    x = np.resize(np.array([0.25, -0.25], np.float16), 70_000)
    slope = ac.grad(lambda x: np.var(x * 512, dtype=np.float32))(x)

    assert slope.dtype == np.float16
    assert np.isfinite(slope).all()
    assert (slope[:2] != 0).all()


def test_scale_of_an_average():
    """returned=True adds the sum of weights, or how many there are."""
    x, w = np.array([[1.0, 2.0, 4.0], [0.5, 3.0, 1.0]]), np.array([1.0, 2.0, 3.0])
    for options in ({}, {"axis": 1}, {"axis": 1, "weights": w}, {"axis": 0, "keepdims": True}):
        expected = np.average(x, returned=True, **options)
        actual = np.average(ac.Variable(x), returned=True, **options)

        assert np.array_equal(actual[0].data, expected[0])
        assert type(actual[1]) is type(expected[1])
        assert np.array_equal(actual[1], expected[1])


def test_one_variable():
    """Its covariance is its variance, and it is correlated with itself."""
    x = np.array([1.0, 2.0, 4.0])
    assert ac.grad(np.cov)(x) == pytest.approx(ac.grad(lambda x: np.var(x, ddof=1))(x))
    assert ac.grad(np.corrcoef)(x) == pytest.approx([0, 0, 0])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("shapes", [[(1, 3)], [(1, 3), (1, 3)], [(3,), (1, 3)], [(3, 2), (1, 3)]])
def test_a_single_row(shapes):
    """A variable or an observation, or an error, as in each version of NumPy."""
    arrays = [np.arange(1.0, np.prod(shape) + 1).reshape(shape) ** 2 for shape in shapes]
    for first in (arrays[0], ac.Variable(arrays[0])):
        try:
            found = np.cov(first, *arrays[1:], rowvar=False)
        except ValueError as error:
            found = str(error)
        if first is arrays[0]:
            expected = found
    if isinstance(expected, str):
        assert found == expected
    else:
        assert found.data == pytest.approx(expected, nan_ok=True)


def test_no_variables():
    """Nothing to correlate."""
    assert np.cov(ac.Variable(np.zeros((0, 3)))).shape == (0, 0)


@pytest.mark.parametrize("f", [np.var, np.std])
def test_sweep_without_degrees_of_freedom(f):
    """NumPy's warning comes at the call, once, also in another dtype; the sweep is silent."""
    x = ac.Variable([[1.0], [2.0]])
    for options in ({"ddof": 1}, {"ddof": 1, "dtype": "f4"}):
        with np.errstate(invalid="ignore"), pytest.warns(RuntimeWarning, match="Degrees") as caught:
            y = f(x, axis=1, **options)
        assert len(caught) == 1
        y.sum().backward()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [np.var, np.std, np.nanvar])
def test_sweep_of_nothing(f):
    """A gradient of no entries, in silence."""
    x = ac.Variable(np.zeros((0, 3)))
    y = f(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y.backward()
    assert x.grad.shape == (0, 3)


def test_slices_that_are_left_out_whole():
    """A sweep past a slice without entries is silent."""
    where = np.array([[False, False], [True, True]])
    x = ac.Variable([[1.0, 2.0], [1.0, 3.0]])
    with np.errstate(invalid="ignore"), pytest.warns(RuntimeWarning, match="Degrees"):
        y = np.var(x, axis=1, where=where)
    y[1].backward()
    assert x.grad.tolist() == [[0, 0], [-1, 1]]


def test_bounded_by_rounding_alone():
    """What is cut off is rounding: the derivative does not see it."""
    c = np.array([1 + 1e-15, 0.5])
    assert bounded(c).tolist() == [1, 0.5]
    assert ac.grad(lambda c: np.sum(bounded(c)))(c).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: np.average(x, weights=[1.0, -1.0]), ZeroDivisionError, "sum to zero"),
        (lambda x: np.average(x, weights=[1.0]), TypeError, "Axis must be specified"),
        (lambda x: np.average(x, 0, [1.0]), ValueError, "Shape of weights"),
        (lambda x: np.cov(x, ddof=0.5), ValueError, "ddof must be integer"),
        (lambda x: np.cov(x[None, None]), ValueError, "m has more than 2 dimensions"),
        (lambda x: np.cov(x, fweights=[1, -1]), ValueError, "fweights cannot be negative"),
        (lambda x: np.cov(x, fweights=[1.5, 1]), TypeError, "fweights must be integer"),
        (lambda x: np.cov(x, aweights=[1.0]), RuntimeError, "samples and aweights"),
    ],
)
def test_numpy_refuses(call, error, message):
    """With NumPy's own words."""
    with pytest.raises(error, match=message):
        call(ac.Variable([1.0, 2.0]))
