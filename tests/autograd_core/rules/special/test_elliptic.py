"""Elliptic integrals and functions: each rule, and where the closed expressions divide by zero."""

import numpy as np
import pytest
from harness import case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

CASES = [
    case(sp.ellipk, high=0.8),
    case(sp.ellipkm1, low=0.2, high=3),
    case(sp.ellipe, high=0.8),
    case(sp.ellipkinc, low=[-1.4, -1.5], high=[1.4, 0.8]),
    case(sp.ellipkinc, low=[4, -1.5], high=[7, 0.8]),
    case(sp.ellipeinc, low=[-1.4, -1.5], high=[1.4, 0.8]),
    case(sp.ellipeinc, low=[4, -1.5], high=[7, 0.8]),
    case(sp.ellipj, low=[-1.4, 0.1], high=[3, 0.8]),
    case(sp.agm, low=0.4, high=3),
    case(sp.agm, low=-3, high=-0.4),
    case(sp.elliprc, low=0.4, high=3),
    case(sp.elliprd, low=0.4, high=3),
    case(sp.elliprf, low=0.4, high=3),
    case(sp.elliprg, low=0.4, high=3),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize(
    ("f", "coefficients"),
    [
        (sp.ellipk, [np.pi / 8, 9 * np.pi / 64, 75 * np.pi / 256]),
        (sp.ellipe, [-np.pi / 8, -3 * np.pi / 64, -15 * np.pi / 256]),
    ],
)
def test_modulus_zero(f, coefficients):
    """K and E have all derivatives at m = 0, those of their power series."""
    actual = []
    for _ in coefficients:
        f = ac.grad(f)
        actual.append(f(0.0))
    np.testing.assert_allclose(actual, coefficients, rtol=1e-13)


def test_incomplete_integrals_at_modulus_zero():
    """F and E of modulus 0 have slopes ±(f - sin f cos f) / 4, beyond the first period too."""
    for f in (0.7, 2.5, -6.0):
        expected = (f - np.sin(f) * np.cos(f)) / 4
        np.testing.assert_allclose(ac.grad(sp.ellipkinc, 1)(f, 0.0), expected, rtol=1e-12)
        np.testing.assert_allclose(ac.grad(sp.ellipeinc, 1)(f, 0.0), -expected, rtol=1e-12)


def test_jacobi_functions_at_modulus_zero():
    """∂sn/∂m at m = 0 is -cos u (u - sin u cos u) / 4."""
    u = 0.9
    expected = -np.cos(u) * (u - np.sin(u) * np.cos(u)) / 4

    actual = ac.grad(lambda m: sp.ellipj(u, m)[0])(0.0)
    np.testing.assert_allclose(actual, expected, rtol=1e-13)


def test_equal_means():
    """Both derivatives of the arithmetic-geometric mean are ½ where its arguments are equal."""
    np.testing.assert_allclose(ac.grad(sp.agm, (0, 1))(2.0, 2.0), [0.5, 0.5], rtol=1e-13)
    second = ac.grad(ac.grad(sp.agm))(2.0, 2.0)
    np.testing.assert_allclose(second, -1 / 16, rtol=1e-12)


def test_carlson_with_equal_arguments():
    """R_D(a, a, a) = a^{-3/2}: its derivatives add up to -3/2 a^{-5/2}, in parts 3 : 3 : 9 / 10."""
    slopes = ac.grad(sp.elliprd, (0, 1, 2))(1.0, 1.0, 1.0)
    np.testing.assert_allclose(slopes, [-0.3, -0.3, -0.9], rtol=1e-13)


@pytest.mark.parametrize("scale", [1e-200, 1e-8, 1.0, 1e8, 1e150])
def test_composite_is_scipys_value(scale):
    """The duplications settle for arguments of very different sizes."""
    rng = np.random.default_rng(3)
    x, y, z = scale * 10 ** rng.uniform(-6, 6, (3, 200))

    actual = sp.elliprd(ac.Variable(x), y, z).data
    np.testing.assert_allclose(actual, sp.elliprd(x, y, z), rtol=8 * 2.3e-16)


def test_the_third_kind_is_refused():
    """R_J has no rule: it raises at the call and names the way out."""
    with pytest.raises(ac.NoRuleError, match="custom_gradient"):
        sp.elliprj(ac.Variable(1.0), 2.0, 3.0, 4.0)
