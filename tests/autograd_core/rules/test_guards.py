"""What rules say where a plain formula would divide by zero, overflow, or count a tie twice."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.rules import guards

INF = np.inf


def strictly(function, *args):
    """The value, computed with every floating-point error raised."""
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        return function(*args)


def test_ratio_is_zero_where_the_divisor_is():
    """Silently, and with finite derivatives of both orders."""
    x, y = np.array([3.0, 0.0, -2.0]), np.array([2.0, 0.0, 0.0])

    assert strictly(guards.ratio, x, y).tolist() == [1.5, 0.0, 0.0]
    v, w = ac.Variable(x), ac.Variable(y)
    strictly(lambda: guards.ratio(v, w).sum().backward(create_graph=True))
    assert v.grad.tolist() == [0.5, 0.0, 0.0]
    assert w.grad.tolist() == [-0.75, 0.0, 0.0]
    g, w.grad = w.grad, None
    strictly(lambda: g.sum().backward())
    assert w.grad.tolist() == [0.75, 0.0, 0.0]


def test_direction_is_the_sign_or_the_conjugate_phase():
    """0 at the origin, real or complex."""
    assert guards.direction(np.array([-3.0, 0.0, 2.0])).tolist() == [-1.0, 0.0, 1.0]
    z = np.array([3 + 4j, 0j])
    np.testing.assert_allclose(strictly(guards.direction, z), [0.6 - 0.8j, 0])


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [(2.0, 1.0, 1.0), (1.0, 2.0, 0.0), (1.0, 1.0, 0.5), (np.nan, 1.0, 1.0), (1.0, np.nan, 0.0)],
)
def test_share(x, y, expected):
    """All to the winner, or to the nan; half each where they tie."""
    assert guards.share(np.float64(1.0), np.float64(x), np.float64(y)) == expected


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [(2.0, 1.0, 1.0), (1.0, 2.0, 0.0), (1.0, 1.0, 0.5), (np.nan, 1.0, 0.0), (1.0, np.nan, 1.0)],
)
def test_share_of_numbers(x, y, expected):
    """A number beats a nan."""
    assert guards.share_of_numbers(np.float64(1.0), np.float64(x), np.float64(y)) == expected


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.0, 0.0, 0.5), (-INF, -INF, 0.5), (INF, INF, 0.5), (INF, 3.0, 1.0), (3.0, INF, 0.0),
        (-INF, 3.0, 0.0), (1000.0, 0.0, 1.0), (-1000.0, 0.0, 0.0), (1.0, 0.0, 1 / (1 + np.exp(-1))),
    ],
)  # fmt: skip
def test_share_of_powers(x, y, expected):
    """eˣ / (eˣ + eʸ) for any two numbers, infinite ones too."""
    share = guards.share_of_powers(np.float64(x), np.float64(y))

    np.testing.assert_allclose(share, expected, rtol=1e-15)


def test_power_slope_at_zero():
    """0 at 0⁰, finite or infinite as x**(y-1) is elsewhere."""
    x, y = np.array([0.0, 0.0, 0.0, -2.0]), np.array([0.0, 1.0, 2.0, 3.0])

    assert guards.power_slope(1.0, x, y).tolist() == [0.0, 1.0, 0.0, 12.0]


def test_power_log():
    """z log |x| of a real base, 0 of 0, and the logarithm itself where the power is complex."""
    x, z = np.array([-2.0, 0.0, 2.0, 0.0]), np.array([4.0, 1.0, 4.0, INF])

    assert guards.power_log(x, z).tolist() == [4 * np.log(2), 0, 4 * np.log(2), 0]
    assert guards.power_log(-2, np.complex64(1)) == np.log(np.complex64(-2))
    assert guards.power_log(3, np.float32(1)).dtype == np.float32


def test_power_slope_of_unsigned_exponents():
    """One less than an unsigned 0 is -1."""
    assert guards.power_slope(1.0, np.array([2.0]), np.array([0], np.uint8)) == 0


def test_share_of_powers_keeps_its_curvature():
    """No absolute value flattens it where both are equal."""

    def logistic(x):
        return guards.share_of_powers(x, 0.3)

    assert ac.grad(logistic)(0.3) == 0.25
    assert ac.grad(ac.grad(logistic))(0.3) == 0
    assert ac.grad(ac.grad(ac.grad(logistic)))(0.3) == pytest.approx(-1 / 8)
