"""Values at kinks and edges: one value each, whatever the route, and silent where it is finite.

The table is that of ``docs/conventions.md`` in full: (expression, point, derivative). Second
derivatives are listed where they are said to be 0.
"""

import contextlib
import warnings

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

INF, NAN = np.inf, np.nan
A = np.array

TABLE = [
    ("np.abs(x)", 0.0, 0.0),
    ("np.fabs(x)", 0.0, 0.0),
    ("abs(x)", -0.0, 0.0),
    ("np.abs(x + 0j)", 0.0, 0.0),
    ("np.sign(x) + x", 0.0, 1.0),
    ("np.floor(x) + x", 1.0, 1.0),
    ("np.ceil(x) + x", 1.0, 1.0),
    ("np.rint(x) + x", 0.5, 1.0),
    ("np.trunc(x) + x", 0.0, 1.0),
    ("np.round(x) + x", 0.5, 1.0),
    ("x // 1.0 + x", 1.0, 1.0),
    ("np.heaviside(x, 0.5) + x", 0.0, 1.0),
    ("np.heaviside(0.0, x)", 0.3, 1.0),
    ("np.heaviside(2.0, x) + 0 * x", 0.3, 0.0),
    ("np.sqrt(x)", 0.0, INF),
    ("np.cbrt(x)", 0.0, INF),
    ("x ** 0.5", 0.0, INF),
    ("np.log(x)", 0.0, INF),
    ("np.log2(x)", 0.0, INF),
    ("np.log10(x)", 0.0, INF),
    ("1 / x", 0.0, -INF),
    ("np.log1p(x)", -1.0, INF),
    ("np.arcsin(x)", 1.0, INF),
    ("np.arccos(x)", 1.0, -INF),
    ("np.arctanh(x)", 1.0, INF),
    ("np.arccosh(x)", 1.0, INF),
    ("np.sqrt(x * x)", 0.0, NAN),
    ("np.maximum(x, 1.0)", 1.0, 0.5),
    ("np.minimum(x, 1.0)", 1.0, 0.5),
    ("np.maximum(x, x)", 3.0, 1.0),
    ("np.fmax(x, 1.0)", 1.0, 0.5),
    ("np.fmin(1.0, x)", 1.0, 0.5),
    ("np.maximum(x, 0)", 0.0, 0.5),
    ("np.fmax(x, np.nan)", 1.0, 1.0),
    ("np.fmax(np.nan, x)", 1.0, 1.0),
    ("np.fmin(x, 2.0)", NAN, 0.0),
    ("np.maximum(x, 2.0)", NAN, 1.0),
    ("np.maximum(2.0, x)", NAN, 1.0),
    ("np.max(x)", A([1.0, 3.0, 3.0]), A([0.0, 0.5, 0.5])),
    ("x.max()", A([2.0, 2.0]), A([0.5, 0.5])),
    ("np.min(x, axis=1).sum()", A([[1.0, 1.0], [0.0, 2.0]]), A([[0.5, 0.5], [1.0, 0.0]])),
    ("np.ptp(x)", A([1.0, 1.0, 1.0]), A([0.0, 0.0, 0.0])),
    ("np.max(x)", A([1.0, NAN, 3.0]), A([0.0, 1.0, 0.0])),
    ("np.max(x, axis=(0, 1))", A([[5.0, 1.0], [5.0, 5.0]]), A([[1, 0], [1, 1]]) / 3),
    ("np.max(x, initial=9.0) + 0 * x.sum()", A([1.0, 5.0]), A([0.0, 0.0])),
    ("np.max(x, initial=5.0)", A([1.0, 5.0]), A([0.0, 0.5])),
    ("np.clip(x, 0.0, 1.0).sum()", A([-1.0, 0.0, 0.5, 1.0, 2.0]), A([0.0, 1.0, 1.0, 1.0, 0.0])),
    ("np.clip(2.0, x, 3.0)", 2.0, 0.0),
    ("np.clip(1.0, x, 3.0)", 2.0, 1.0),
    ("np.clip(4.0, 0.0, x)", 2.0, 1.0),
    ("np.clip(x, 2.0, 1.0) + 0 * x", 1.5, 0.0),
    ("np.clip(1.5, 2.0, x)", 1.0, 1.0),
    ("np.hypot(x, 0.0)", 0.0, 0.0),
    ("np.arctan2(x, 0.0)", 0.0, 0.0),
    ("np.arctan2(0.0, x)", 0.0, 0.0),
    ("np.std(x)", A([2.0, 2.0, 2.0]), A([0.0, 0.0, 0.0])),
    ("np.std(x, axis=1).sum()", A([[2.0, 2.0], [0.0, 2.0]]), A([[0.0, 0.0], [-0.5, 0.5]])),
    ("x ** 0", 0.0, 0.0),
    ("x ** 0", 2.0, 0.0),
    ("0.0 ** x", 2.0, 0.0),
    ("0.0 ** x", 0.0, 0.0),
    ("np.power(x, 0.0)", 0.0, 0.0),
    ("x ** x * 0 + x ** 1", 0.0, 1.0),
    ("(-2.0) ** x", 3.0, -8 * np.log(2)),
    ("x ** 3", -2.0, 12.0),
    ("x ** 2", 0.0, 0.0),
    ("x ** 1", 0.0, 1.0),
    ("x ** 3", 0.0, 0.0),
    ("x ** -1", -2.0, -0.25),
    ("np.power(-3.0, x)", 2.0, 9 * np.log(3)),
    ("np.mod(7.3, x)", 2.0, -3.0),
    ("np.fmod(-7.3, x)", 2.0, 3.0),
    ("np.mod(x, 2.0)", 4.0, 1.0),
    ("np.logaddexp(x, -np.inf)", -INF, 0.5),
    ("np.logaddexp(-np.inf, x)", -INF, 0.5),
    ("np.logaddexp(x, 1.0)", INF, 1.0),
    ("np.logaddexp(1.0, x)", -INF, 0.0),
    ("np.logaddexp(x, 0.0)", INF, 1.0),
    ("(np.sort(x) * A([1.0, 2.0, 3.0])).sum()", A([2.0, 1.0, 2.0]), A([2.0, 1.0, 3.0])),
    (
        "np.interp(x, [0.0, 1.0, 2.0], [0.0, 10.0, 12.0]).sum()",
        A([-1.0, 0.0, 1.0, 2.0]),
        A([0.0, 10.0, 2.0, 2.0]),
    ),
    ("np.nan_to_num(x).sum()", A([NAN, INF, 1.0, -INF]), A([0.0, 0.0, 1.0, 0.0])),
    ("np.sinc(x)", 0.0, 0.0),
    ("np.sinc(x)", 1e-8, -3.2898681336964526e-08),
    ("np.copysign(x, -1.0)", 0.0, 0.0),
    ("np.angle(x + 0j)", 0.0, 0.0),
    ("np.sum(x)", np.zeros(0), np.zeros(0)),
    ("np.prod(x)", np.zeros(0), np.zeros(0)),
    ("np.prod(x)", A([0.0, 2.0, 3.0]), A([6.0, 0.0, 0.0])),
    ("np.prod(x)", A([0.0, 0.0, 3.0]), A([0.0, 0.0, 0.0])),
    ("np.prod(x)", A([1e-200, 1e-200, 1e300]), A([1e100, 1e100, 0.0])),
    ("np.cumprod(x).sum()", A([0.0, 2.0, 3.0]), A([9.0, 0.0, 0.0])),
    ("np.expm1(x)", -40.0, np.exp(-40.0)),
    ("np.tanh(x)", 1000.0, 0.0),
    ("np.arctan2(x, 1e-200)", 1e-200, 5e199),
    ("np.arctan2(x, 1e200)", 1e200, 5e-201),
    ("np.hypot(x, 1e-200)", 1e-200, np.sqrt(0.5)),
    ("np.log1p(x)", 1e-20, 1.0),
    ("np.divide(1.0, x)", 1e150, -1e-300),
    ("np.logaddexp(x, 0.0)", -800.0, 0.0),
]

SECOND = [
    ("np.abs(x)", 0.0, 0.0),
    ("np.sinc(x)", 0.0, -(np.pi**2) / 3),
    ("x ** 2", 0.0, 2.0),
    ("x ** 1", 0.0, 0.0),
    ("x ** 0", 0.0, 0.0),
    ("np.tanh(x)", 1000.0, 0.0),
    ("np.tanh(x)", 0.0, 0.0),
    ("np.hypot(x, 0.0)", 0.0, 0.0),
    ("np.logaddexp(x, 0.0)", 0.0, 0.25),
    ("np.logaddexp(x, 0.0)", 40.0, np.exp(-40.0)),
    ("np.maximum(x, 0)", 0.0, 0.0),
    ("x ** 3", 0.0, 0.0),
    ("np.exp(x) * 0", 0.0, 0.0),
    ("np.arctan2(x, 1.0)", 0.0, 0.0),
    ("np.expm1(x)", 0.0, 1.0),
    ("np.square(x)", 0.0, 2.0),
]


def gradient(expression, point):
    """The derivative by ``backward()``."""
    v = Variable(point)
    with np.errstate(all="ignore"):
        eval(expression, {"np": np, "x": v, "A": A}).backward()
    return v.grad


def name(row):
    """The expression and its point."""
    return f"{row[0]} at {row[1]}".replace("\n", "")


@pytest.mark.parametrize("row", TABLE, ids=name)
def test_derivative_at_a_kink(row):
    """The value of the table, by backward() and by grad()."""
    expression, point, expected = row
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        by_backward = gradient(expression, point)
        by_grad = ac.grad(lambda x: eval(expression, {"np": np, "x": x, "A": A}))(point)

    np.testing.assert_allclose(by_backward, expected, rtol=1e-14, equal_nan=True)
    np.testing.assert_array_equal(by_grad, by_backward)


@pytest.mark.parametrize("row", SECOND, ids=name)
def test_second_derivative_at_a_kink(row):
    """A rule that is right at first order can spoil the second."""
    expression, point, expected = row
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        second = ac.grad(ac.grad(lambda x: eval(expression, {"np": np, "x": x, "A": A})))(point)

    np.testing.assert_allclose(second, expected, rtol=1e-13, atol=1e-18)


def test_third_derivatives_of_sinc_and_tanh():
    """Series and exact formulas, not a guard that flattens."""
    for f, expected in ((np.sinc, 0.0), (np.tanh, -2.0), (np.arctan, -2.0), (np.sinh, 1.0)):
        third = ac.grad(ac.grad(ac.grad(f)))(0.0)
        assert third == pytest.approx(expected, abs=1e-12)


FINITE = [row for row in TABLE if np.all(np.isfinite(row[2])) and np.all(np.isfinite(row[1]))]


@pytest.mark.parametrize("row", FINITE, ids=name)
def test_a_finite_derivative_is_computed_in_silence(row):
    """No nan from 0·inf inside a rule: errstate raises for divide, invalid and overflow."""
    expression, point, _ = row
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        v = Variable(point)
        eval(expression, {"np": np, "x": v, "A": A}).backward(create_graph=True)
        g = v.grad
        v.grad = None
        extreme = "1e" in expression or np.any((np.abs(point) > 0) & (np.abs(point) < 1e-100))
        if isinstance(g, Variable) and not extreme:
            with contextlib.suppress(ac.NoPathError):  # a constant slope
                g.sum().backward()

    assert np.all(np.isfinite(np.asarray(getattr(g, "_data", g))))


ROUTES = [
    ("np.maximum(x, y)", ["np.fmax(x, y)", "np.max(np.stack([x, y]), axis=0)"]),
    ("x + y", ["np.add(x, y)", "np.sum(np.stack([x, y]), axis=0)"]),
    ("abs(x)", ["np.abs(x)", "np.absolute(x)", "np.fabs(x)"]),
    ("x ** 2", ["np.square(x)", "np.power(x, 2)", "x * x", "np.float_power(x, 2)"]),
    ("x.max()", ["np.max(x)", "np.amax(x)", "np.maximum.reduce(x)"]),
    (
        "x.clip(0, 1)",
        ["np.clip(x, 0, 1)", "np.clip(x, 0, np.float64(1))", "np.minimum(np.maximum(x, 0.0), 1.0)"],
    ),
    ("x / y", ["np.divide(x, y)", "np.true_divide(x, y)"]),
    ("x % 2", ["np.mod(x, 2)", "np.remainder(x, 2)"]),
    ("x.std()", ["np.std(x)", "np.sqrt(np.var(x))"]),
]


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row[0])
def test_the_value_does_not_depend_on_the_route(row):
    """Operator, function, method and out= agree, ties included (but for clip on its bounds)."""
    first, others = row
    point = A([2.0, -1.0, 2.0]) if "clip" not in first else A([0.5, -1.0, 2.0])

    def by(expression):
        v, w = Variable(point), Variable(A([2.0, 3.0, 1.0]))
        y = eval(expression, {"np": np, "x": v, "y": w})
        y.backward(np.arange(1.0, y.size + 1).reshape(y.shape))
        return v.grad

    for other in others:
        np.testing.assert_allclose(by(other), by(first), rtol=1e-14)
