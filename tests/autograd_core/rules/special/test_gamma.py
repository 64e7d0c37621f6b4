"""The gamma and beta functions: each rule, its poles, and the derivatives of every order."""

import numpy as np
import pytest
from harness import by_last, case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

CASES = [
    case(sp.gamma, low=0.4, high=3),
    case(sp.gamma, low=-2.8, high=-2.2),
    case(sp.gammaln, low=0.4, high=4),
    case(sp.loggamma, low=0.4, high=4),
    case(sp.rgamma, low=-2.6, high=3),
    case(sp.psi, low=0.3, high=4),
    case(sp.psi, low=-2.8, high=-2.2),
    case(sp.beta, low=0.4, high=3),
    case(sp.betaln, low=0.4, high=3),
    case(sp.poch, low=0.4, high=3),
    case(sp.binom, low=[3.2, 0.3], high=[5, 2.8]),
    case(sp.binom, low=[0.2, 2.6], high=[1.8, 4.8]),
    case(sp.binom, low=[0.2, -2.8], high=[1.8, -1.2]),
    by_last(sp.gammainc, 2.3, low=0.3, high=4),
    by_last(sp.gammaincc, 2.3, low=0.3, high=4),
    by_last(sp.gammaincinv, 2.3, low=0.2, high=0.8),
    by_last(sp.gammainccinv, 2.3, low=0.2, high=0.8),
    by_last(sp.betainc, 2.3, 1.4, low=0.2, high=0.8),
    by_last(sp.betaincc, 2.3, 1.4, low=0.2, high=0.8),
    by_last(sp.betaincinv, 2.3, 1.4, low=0.2, high=0.8),
    by_last(sp.betainccinv, 2.3, 1.4, low=0.2, high=0.8),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_reciprocal_gamma_at_its_zeros():
    """(1/Γ)′ at -n is (-1)ⁿ n!, and the second derivative goes through."""
    points = np.array([0.0, -1.0, -2.0, -3.0])
    slope = ac.elementwise_grad(sp.rgamma)
    second = ac.elementwise_grad(slope)

    np.testing.assert_allclose(slope(points), [1, -1, 2, -6], rtol=1e-13)
    h = 1e-5
    np.testing.assert_allclose(
        second(points), (slope(points + h) - slope(points - h)) / (2 * h), rtol=1e-7
    )


def test_binomials_at_their_zeros():
    """Where more is chosen than there is, or less than nothing, the derivatives are finite."""
    h = 1e-6
    for n, k in [(3.0, 5.0), (1.0, 2.0), (3.0, -2.0), (0.5, -1.0)]:
        actual = ac.grad(sp.binom, (0, 1))(n, k)
        by_n = (sp.binom(n + h, k) - sp.binom(n - h, k)) / (2 * h)
        by_k = (sp.binom(n, k + h) - sp.binom(n, k - h)) / (2 * h)
        np.testing.assert_allclose(actual, [by_n, by_k], rtol=1e-7, atol=1e-9)


def test_polygammas_come_of_themselves():
    """The n-th derivative of ψ is SciPy's polygamma."""
    f, x = sp.psi, np.array([0.4, 1.0, 3.7, -1.5])
    for n in range(1, 5):
        f = ac.elementwise_grad(f)
        np.testing.assert_allclose(f(x), sp.polygamma(n, x), rtol=1e-12)


def test_incomplete_functions_at_the_ends():
    """The densities at 0 are those of the exponential and the uniform distribution."""
    assert ac.grad(lambda x: sp.gammainc(1.0, x))(0.0) == 1
    assert ac.grad(lambda x: sp.gammainc(2.0, x))(0.0) == 0
    assert ac.grad(lambda x: sp.betainc(1.0, 1.0, x))(0.0) == 1
    assert ac.grad(lambda x: sp.betainc(1.0, 1.0, x))(1.0) == 1


@pytest.mark.parametrize("call", [
    lambda a: sp.gammainc(a, 1.0), lambda a: sp.betainc(a, 2.0, 0.5),
    lambda a: sp.gammaincinv(a, 0.5),
])  # fmt: skip
def test_shape_parameters_are_refused(call):
    """What has no closed form raises at the call and names the way out."""
    with pytest.raises(ac.NoRuleError, match=r'custom_gradient\(f, jac="2-point"\)'):
        call(ac.Variable(2.0))
