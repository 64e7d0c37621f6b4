"""Variance and standard deviation: every option, and equal values."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

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

CASES = [
    case(np.var, options=OPTIONS, also=[[(1, 2)]]),
    case(np.std, options=OPTIONS, also=[[(1, 2)]]),
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
