"""Exponential, trigonometric and Fresnel integrals, hypergeometric functions: rules and limits."""

import numpy as np
import pytest
from harness import by_last, case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

CASES = [
    case(sp.expi, low=0.3),
    case(sp.exp1, low=0.3),
    case(sp.spence, low=0.3, high=2),
    by_last(sp.expn, 0, low=0.3, high=3),
    by_last(sp.expn, 1, low=0.3, high=3),
    by_last(sp.expn, 3, low=0.3, high=3),
    case(sp.sici, low=0.3, high=4),
    case(sp.shichi, low=0.3, high=4),
    case(sp.fresnel),
    case(sp.modfresnelp, low=0.3),
    case(sp.modfresnelm, low=0.3),
    by_last(sp.hyp0f1, 1.4),
    by_last(sp.hyp1f1, 1.4, 2.3),
    by_last(sp.hyp2f1, 1.4, 2.3, 1.8, low=-0.6, high=0.6),
    by_last(sp.hyperu, 1.4, 2.3, low=0.4, high=3),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_limits():
    """Si and Shi have slope 1 at 0 and no curvature; the dilogarithm has slope -1 at 1."""
    for integrals in (sp.sici, sp.shichi):

        def first(x):
            return integrals(x)[0]

        assert ac.grad(first)(0.0) == 1
        assert ac.grad(ac.grad(first))(0.0) == 0
    assert ac.grad(sp.spence)(1.0) == -1
    assert ac.grad(ac.grad(sp.spence))(1.0) == 0.5


def test_orders_of_expn_in_an_array():
    """E₀ and E₂ side by side."""
    orders, x = np.array([0, 2]), np.array([1.5, 1.5])
    actual = ac.grad(lambda x: np.sum(sp.expn(orders, x)))(x)
    expected = [-np.exp(-1.5) * (1 / 1.5 + 1 / 1.5**2), -sp.exp1(1.5)]
    np.testing.assert_allclose(actual, expected, rtol=1e-14)
