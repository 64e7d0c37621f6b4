"""Error functions and the normal distribution: each rule, and its tails."""

import numpy as np
import pytest
from harness import case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

CASES = [
    case(sp.erf),
    case(sp.erfc),
    case(sp.erfi),
    case(sp.erfcx),
    case(sp.erfcx, low=10, high=25),
    case(sp.dawsn),
    case(sp.dawsn, low=10, high=25),
    case(sp.wofz),
    case(sp.erfinv, low=-0.8, high=0.8),
    case(sp.erfcinv, low=0.2, high=1.8),
    case(sp.ndtr),
    case(sp.ndtri, low=0.1, high=0.9),
    case(sp.ndtri_exp, low=-3, high=-0.1),
    case(sp.log_ndtr),
    case(sp.log_ndtr, low=-40, high=-20, complex=None),  # SciPy's own complex values end there
    case(sp.owens_t),
    case(sp.voigt_profile, low=[-2, 0.5, 0.5], high=[2, 1.5, 1.5]),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("x", [10.0, 14.9, 15.1, 1e3, 1e8, 1e100])
def test_tails_keep_their_digits(x):
    """Far out the derivatives are those of the asymptotic series."""
    leading = [1 / (np.sqrt(np.pi) * x * x), 1 / (2 * x * x)]
    rtol = 5 / x**2 + 1e-14

    np.testing.assert_allclose(ac.grad(sp.erfcx)(x), -leading[0], rtol=rtol)
    np.testing.assert_allclose(ac.grad(sp.dawsn)(x), -leading[1], rtol=rtol)
    np.testing.assert_allclose(ac.grad(sp.log_ndtr)(-x), x, rtol=5 / x**2 + 1e-14)
    np.testing.assert_allclose(ac.grad(ac.grad(sp.log_ndtr))(-x), -1, rtol=10 / x**2 + 1e-7)


def test_right_tail_of_log_ndtr():
    """Nothing overflows on the right, in any order."""
    f = sp.log_ndtr
    for _ in range(3):
        assert f(60.0) == 0
        f = ac.grad(f)


def test_asymptotic_series_meets_the_formula():
    """At 15 both ways agree in value and slope."""
    low, high = np.nextafter([15.0, 15.0], [0, 50])
    for f in (sp.erfcx, sp.dawsn):
        np.testing.assert_allclose(ac.grad(f)(low), ac.grad(f)(high), rtol=1e-12)
        second = ac.grad(ac.grad(f))
        np.testing.assert_allclose(second(low), second(high), rtol=1e-8)
