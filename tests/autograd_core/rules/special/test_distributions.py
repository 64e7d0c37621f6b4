"""Distribution functions and their inverses: each rule, what is flat, and the ends."""

import numpy as np
import pytest
from harness import by_last, case, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402


def but_second(op, constant, **how):
    """The case of an operation by its first and third operand."""
    return case(op, shapes=[(3,), (3,)], call=lambda a, c: op(a, constant, c), same=False, **how)


CASES = [
    by_last(sp.chdtr, 3.2, low=0.3, high=4),
    by_last(sp.chdtrc, 3.2, low=0.3, high=4),
    by_last(sp.chdtri, 3.2, low=0.2, high=0.8),
    but_second(sp.gdtr, 1.7, low=0.4, high=2),
    but_second(sp.gdtrc, 1.7, low=0.4, high=2),
    but_second(sp.gdtria, 1.7, low=[0.2, 0.5], high=[0.8, 2]),
    but_second(sp.gdtrix, 1.7, low=[0.5, 0.2], high=[2, 0.8]),
    but_second(sp.chndtr, 3.2, low=[0.5, 0.3], high=[4, 2]),
    but_second(sp.chndtr, 3.2, low=[16, 15], high=[22, 21]),
    but_second(sp.chndtrix, 3.2, low=[0.2, 0.3], high=[0.8, 2]),
    but_second(sp.chndtrinc, 3.2, low=[5, 0.2], high=[8, 0.6]),
    by_last(sp.fdtr, 3.2, 4.1, low=0.3, high=3),
    by_last(sp.fdtrc, 3.2, 4.1, low=0.3, high=3),
    by_last(sp.fdtri, 3.2, 4.1, low=0.2, high=0.8),
    by_last(sp.stdtr, 3.2),
    by_last(sp.stdtrit, 3.2, low=0.2, high=0.8),
    by_last(sp.nctdtr, 3.2, 0.7, low=-0.9, high=0.9),
    by_last(sp.nctdtr, 3.2, 0.7, low=1.1, high=3),
    by_last(sp.nctdtrit, 3.2, 0.7, low=0.2, high=0.8),
    case(sp.pdtr, low=[2.1, 0.5], high=[2.9, 3]),
    case(sp.pdtrc, low=[2.1, 0.5], high=[2.9, 3]),
    by_last(sp.pdtri, 2.0, low=0.2, high=0.8),
    but_second(sp.bdtr, 7, low=[2.1, 0.2], high=[2.9, 0.8]),
    but_second(sp.bdtrc, 7, low=[2.1, 0.2], high=[2.9, 0.8]),
    by_last(sp.bdtri, 2.0, 7, low=0.2, high=0.8),
    by_last(sp.nbdtr, 2, 7, low=0.2, high=0.8),
    by_last(sp.nbdtrc, 2, 7, low=0.2, high=0.8),
    by_last(sp.nbdtri, 2, 7, low=0.2, high=0.8),
    case(sp.nrdtrimn, low=[0.2, 0.5, -1], high=[0.8, 2, 1]),
    case(sp.nrdtrisd, low=[-1, 0.6, 1.2], high=[1, 0.9, 2]),
    case(sp.tklmbda, low=[-0.8, 0.3], high=[0.8, 1]),
    case(sp.tklmbda, low=[-0.8, -0.7], high=[0.8, -0.2]),
    case(sp.kolmogorov, low=0.5, high=1.6),
    case(sp.kolmogi, low=0.1, high=0.9),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_without_noncentrality():
    """At c = 0 the noncentral chi-squared is the central one, in the mixed derivative as well."""
    x = 2.5

    def density(c):
        return ac.grad(lambda x: sp.chndtr(x, 5.0, c))(x)

    np.testing.assert_allclose(density(0.0), ac.grad(lambda x: sp.chdtr(5.0, x))(x), rtol=1e-12)
    expected = (ac.grad(lambda x: sp.chdtr(7.0, x))(x) - density(0.0)) / 2
    np.testing.assert_allclose(ac.grad(density)(0.0), expected, rtol=1e-10)


def test_tukeys_lambda():
    """m = 0 is the logistic distribution, m = 1 a uniform one; beyond its support all is flat."""
    np.testing.assert_allclose(ac.grad(sp.tklmbda)(0.7, 0.0), ac.grad(sp.expit)(0.7), rtol=1e-13)
    assert ac.grad(sp.tklmbda, (0, 1))(5.0, 1.5) == (0, 0)


def test_kolmogorov_all_along():
    """The two series meet at 1, and left of 0.04 nothing is left."""
    slope = ac.elementwise_grad(sp.kolmogorov)
    low, high = np.nextafter([1.0, 1.0], [0, 2])

    np.testing.assert_allclose(slope(low), slope(high), rtol=1e-13)
    np.testing.assert_array_equal(slope(np.array([-1.0, 0.0, 0.03])), [0, 0, 0])


def test_numbers_of_degrees_are_refused():
    """The derivative by what counts degrees of freedom raises at the call."""
    with pytest.raises(ac.NoRuleError, match="chdtr has no derivative by 'v'"):
        sp.chdtr(ac.Variable(3.0), 1.0)
    with pytest.raises(ac.NoRuleError, match="custom_gradient"):
        sp.stdtridf(ac.Variable(0.6), 1.0)


def test_counts_are_rounded_down():
    """As SciPy does: 0.7 successes are none."""
    slope = ac.grad(lambda y: sp.bdtri(0.7, 2, y))(0.3)

    assert slope == ac.grad(lambda y: sp.bdtri(0, 2, y))(0.3)
