"""Bessel functions and their family: each rule, their values at 0, and the refused orders."""

import numpy as np
import pytest
from harness import by_last, case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

CASES = [
    *(case(op) for op in (sp.j0, sp.j1, sp.i0, sp.i1, sp.i0e, sp.i1e)),
    *(case(op, low=0.5, high=4) for op in (sp.y0, sp.y1, sp.k0, sp.k1, sp.k0e, sp.k1e)),
    by_last(sp.jv, 1.3, low=0.5, high=4),
    by_last(sp.jv, 0),
    by_last(sp.yv, 1.3, low=0.5, high=4),
    by_last(sp.yn, 2, low=0.5, high=4),
    by_last(sp.kn, 0, low=0.5, high=4),
    by_last(sp.kn, 2, low=0.5, high=4),
    by_last(sp.iv, 1.3, low=0.5, high=4),
    by_last(sp.kv, 1.3, low=0.5, high=4),
    by_last(sp.jve, 1.3, low=0.5, high=4),
    by_last(sp.yve, 1.3, low=0.5, high=4),
    by_last(sp.ive, 2, low=-3, high=-0.5),
    by_last(sp.ive, 1.3, low=0.5, high=4),
    by_last(sp.kve, 1.3, low=0.5, high=4),
    by_last(sp.hankel1, 1.3, low=0.5, high=4),
    by_last(sp.hankel2, 1.3, low=0.5, high=4),
    by_last(sp.hankel1e, 1.3, low=0.5, high=4),
    by_last(sp.hankel2e, 1.3, low=0.5, high=4),
    by_last(sp.struve, 1.3, low=0.5, high=4),
    by_last(sp.struve, 0),
    by_last(sp.modstruve, 1.3, low=0.5, high=4),
    case(sp.itstruve0, low=0.3, high=4),
    case(sp.it2struve0, low=0.3, high=4),
    case(sp.itmodstruve0, low=0.3, high=4),
    by_last(sp.wright_bessel, 1.5, 1.2, low=0.3, high=2),
    case(sp.besselpoly, shapes=[(3,)], low=0.3, call=lambda a: sp.besselpoly(a, 1.2, 0.7)),
    case(sp.airy),
    case(sp.airye, low=0.3, high=4),
    case(sp.airye, shapes=[(3,)], low=-4, high=-0.3, call=lambda x: sp.airye(x)[2:]),
    case(sp.itairy, low=0.3, high=4, skip=["reverse", "forward", "zoo"]),  # six digits are right
    case(sp.itj0y0, low=0.3, high=4),
    case(sp.iti0k0, low=0.3, high=4),
    case(sp.it2j0y0, low=0.3, high=4),
    case(sp.it2i0k0, low=0.3, high=4),
    *(case(op, low=0.3, high=4) for op in (sp.ber, sp.bei, sp.ker, sp.kei)),
    *(case(op, low=0.3, high=4) for op in (sp.berp, sp.beip, sp.kerp, sp.keip)),
    case(sp.kelvin, low=0.3, high=4),
]
if hasattr(sp, "log_wright_bessel"):
    CASES.append(by_last(sp.log_wright_bessel, 1.5, 1.2, low=0.3, high=2))


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_values_at_zero():
    """The limits at 0 are there, also of the second derivative."""
    assert ac.grad(sp.j1)(0.0) == 0.5
    assert ac.grad(lambda x: sp.jv(0, x))(0.0) == 0
    assert ac.grad(ac.grad(sp.j0))(0.0) == -0.5
    assert (ac.grad(sp.berp)(0.0), ac.grad(sp.beip)(0.0)) == (0, 0.5)
    assert ac.grad(ac.grad(sp.beip))(0.0) == 0
    assert ac.grad(sp.it2struve0)(0.0) == -2 / np.pi


def test_integrals_of_airy_functions():
    """Their derivatives are the functions themselves, to more digits than the integrals."""
    x = np.array([0.5, 2.0])
    ways = [ac.elementwise_grad(lambda x, k=k: sp.itairy(x)[k])(x) for k in range(4)]

    expected = [sp.airy(x)[0], sp.airy(x)[2], sp.airy(-x)[0], sp.airy(-x)[2]]
    np.testing.assert_array_equal(ways, expected)


def test_orders_in_an_array():
    """Orders broadcast with arguments; whole numbers as well."""
    x = np.array([0.5, 1.5, 2.5])
    for op, orders in [(sp.jv, np.array([[0.5], [2.0]])), (sp.kn, np.array([[0], [3]]))]:
        actual = ac.grad(lambda x: np.sum(op(orders, x)))(x)
        expected = sum(ac.elementwise_grad(lambda x, n=n: op(n, x))(x) for n in orders[:, 0])
        np.testing.assert_allclose(actual, expected, rtol=1e-14)


def test_aliases_and_functions_of_others():
    """sp.jn is jv; derivatives and harmonics that SciPy writes in ufuncs are reached too."""
    x = ac.Variable(1.5)
    assert sp.jn is sp.jv
    for f in (sp.jvp, sp.yvp, sp.kvp, sp.ivp):
        ac.gradcheck(lambda x: f(2, x, 1), 1.5, order=2)
    assert sp.h1vp(2, x).requires_grad


@pytest.mark.parametrize("op", [sp.jv, sp.yv, sp.iv, sp.kv, sp.struve, sp.hankel1])
def test_orders_are_refused(op):
    """The derivative by the order raises at the call."""
    with pytest.raises(ac.NoRuleError, match="has no derivative by 'v'"):
        op(ac.Variable(1.5), 2.0)
