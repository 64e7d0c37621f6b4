"""Exponentials and logarithms in other words, losses, Box and Cox: each rule, and its edges."""

import numpy as np
import pytest
from harness import case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

CASES = [
    case(sp.expit),
    case(sp.logit, low=0.1, high=0.9),
    case(sp.log_expit),
    case(sp.exp2),
    case(sp.exp10),
    case(sp.expm1),
    case(sp.exprel),
    case(sp.log1p, low=-0.8),
    case(sp.cbrt, low=0.1),
    case(sp.cosm1),
    *(case(op, low=20, high=70) for op in (sp.sindg, sp.cosdg, sp.tandg, sp.cotdg)),
    case(sp.entr, low=0.1),
    case(sp.wrightomega),
    case(sp.xlogy, low=0.1),
    case(sp.xlog1py, low=0.1),
    case(sp.rel_entr, low=0.1),
    case(sp.kl_div, low=0.1),
    case(sp.powm1, low=0.3),
    case(sp.huber, low=[0.4, -2], high=[0.9, 2]),
    case(sp.pseudo_huber, low=[0.4, -2], high=[0.9, 2]),
    case(sp.boxcox, low=[0.2, -1.5], high=[3, 1.5]),
    case(sp.boxcox1p, low=[-0.6, -1.5], high=[3, 1.5]),
    case(sp.inv_boxcox, low=[0.1, 0.2], high=[3, 1.5]),
    case(sp.inv_boxcox1p, low=[0.1, 0.2], high=[3, 1.5]),
    case(sp.radian, low=[5, 2, 3], high=[80, 50, 55]),
    case(sp._ufuncs._lambertw, low=0.2, shapes=[(2, 3)], call=sp.lambertw),
    case(sp.round),
    case(sp.gammasgn),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def derivatives(f, *point):
    """All first partial derivatives at one point."""
    return [float(g) for g in ac.grad(f, tuple(range(len(point))))(*point)]


def test_entropies_at_zero():
    """x log y and its family have limits where x is 0; and the mixed derivative is not lost."""
    assert derivatives(sp.xlogy, 0.0, 2.0) == [np.log(2.0), 0]
    assert derivatives(sp.xlog1py, 0.0, 2.0) == [np.log1p(2.0), 0]
    with np.errstate(divide="ignore"):
        assert derivatives(sp.xlogy, 0.0, 0.0) == [-np.inf, 0]
        assert derivatives(sp.rel_entr, 0.0, 2.0) == [-np.inf, 0]
        assert derivatives(sp.entr, 0.0) == [np.inf]
    mixed = ac.grad(ac.grad(sp.xlogy, 1), 0)
    assert mixed(0.0, 2.0) == 0.5


def test_huber_at_its_kink():
    """Both sides agree where the parabola meets the line."""
    assert derivatives(sp.huber, 1.0, 1.0) == [0, 1]
    assert derivatives(sp.huber, 1.0, -3.0) == [2, -1]
    assert derivatives(sp.pseudo_huber, 0.0, 1.0) == [1, 0]
    assert derivatives(sp.pseudo_huber, 0.0, 0.0) == [0, 0]


@pytest.mark.parametrize("power", [0.0, 1e-12, 1e-5, -1e-3])
def test_box_cox_near_power_zero(power):
    """The derivative by the power passes through 0 without loss: log²/2 + m log³/3."""
    log = np.log(3.0)
    expected = log**2 / 2 + power * log**3 / 3 + power**2 * log**4 / 8
    inverse = -np.exp(3.0) * 9 / 2

    np.testing.assert_allclose(derivatives(sp.boxcox, 3.0, power)[1], expected, rtol=1e-9)
    np.testing.assert_allclose(derivatives(sp.boxcox1p, 2.0, power)[1], expected, rtol=1e-9)
    assert derivatives(sp.boxcox, 0.0, 2.0)[1] == 0.25
    np.testing.assert_allclose(derivatives(sp.inv_boxcox, 3.0, power)[1], inverse, rtol=2e-2)
    np.testing.assert_allclose(derivatives(sp.inv_boxcox, 3.0, 0.0)[1], inverse, rtol=1e-14)


def test_lambert_w_at_zero():
    """W′(0) is 1, on the principal branch."""
    assert ac.grad(lambda x: sp.lambertw(x).real)(0.0) == 1


def test_second_derivative_of_exprel_at_zero():
    """1 + x/2 + x²/6 + …"""
    assert ac.grad(ac.grad(sp.exprel))(0.0) == pytest.approx(1 / 3, rel=1e-15)
