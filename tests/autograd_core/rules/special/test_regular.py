"""Quotients with a removable singularity, and the zeta function, which rules need in the plane."""

import numpy as np
import pytest
from harness import by_last, case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402
from autograd_core.rules.special import regular  # noqa: E402

CASES = [
    by_last(regular.hurwitz, 2, low=0.3, high=4),
    by_last(regular.hurwitz, 3, low=-2.7, high=-2.3),
    by_last(regular.ZETA, 2.5, low=0.3, high=4),
    case(regular.ZETA, shapes=[(3,)], low=0.5, high=3, call=lambda q: sp.zeta(3, q)),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (regular.exprel_slope, [1 / 2, 1 / 3, 1 / 4, 1 / 5]),
        (regular.log1p_ratio, [1, -1 / 2, 2 / 3, -3 / 2]),
        (regular.log1p_ratio_slope, [-1 / 2, 2 / 3, -3 / 2, 24 / 5]),
        (regular.sinh_ratio, [1, 0, 1 / 3, 0]),
        (lambda x: regular.bessel_rest(x, 1), [0, 1 / 4, 0, 3 / 32]),
        (lambda x: regular.bessel_rest(x, -1), [0, -1 / 4, 0, 3 / 32]),
    ],
    ids=["exprel'", "log1p/x", "(log1p/x)'", "sinh/x", "(I0-1)/x", "(J0-1)/x"],
)
def test_derivatives_at_zero(function, values):
    """Each order has the coefficient of the power series."""
    actual = []
    for _ in values:
        actual.append(function(np.float64(0.0)))
        function = ac.grad(function)
    np.testing.assert_allclose(actual, values, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(
    ("function", "edge"),
    [(regular.exprel_slope, 1), (regular.log1p_ratio, 0.125), (regular.log1p_ratio_slope, 0.125)],
)
def test_series_and_formula_meet(function, edge):
    """Where the series ends, value and slope go on."""
    inside, outside = np.nextafter([edge, edge], [0, 2])

    for f in (function, ac.grad(function)):
        np.testing.assert_allclose(f(inside), f(outside), rtol=1e-12)


def test_hurwitz_in_the_plane_is_scipys_on_the_line():
    """Real and complex arguments agree, right and left of zero."""
    q = np.array([0.2, 1.0, 7.5, 30.0, -0.3, -7.7])

    np.testing.assert_allclose(regular.hurwitz(2, q + 0j), sp.zeta(2, q), rtol=1e-13)
    np.testing.assert_allclose(regular.hurwitz(4, q + 0j), sp.zeta(4, q), rtol=1e-13)
