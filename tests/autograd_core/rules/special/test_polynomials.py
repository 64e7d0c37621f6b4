"""Orthogonal polynomials: each rule, and the lowest degrees."""

import numpy as np
import pytest
from harness import by_last, checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

OF_DEGREE = [
    sp.eval_chebyt, sp.eval_chebyu, sp.eval_chebyc, sp.eval_chebys, sp.eval_legendre,
    sp.eval_laguerre,
]  # fmt: skip
SHIFTED = [sp.eval_sh_chebyt, sp.eval_sh_chebyu, sp.eval_sh_legendre]
CASES = [
    *(by_last(op, n, low=-0.8, high=0.8) for op in OF_DEGREE for n in (3, 2.4)),
    *(by_last(op, n, low=0.2, high=0.8) for op in SHIFTED for n in (3, 2.4)),
    by_last(sp.eval_hermite, 3),
    by_last(sp.eval_hermitenorm, 3),
    *(by_last(sp.eval_gegenbauer, n, 1.3, low=-0.8, high=0.8) for n in (3, 2.4)),
    *(by_last(sp.eval_jacobi, n, 1.3, 0.6, low=-0.8, high=0.8) for n in (3, 2.4)),
    *(by_last(sp.eval_sh_jacobi, n, 2.3, 1.6, low=0.2, high=0.8) for n in (3, 2.4)),
    *(by_last(sp.eval_genlaguerre, n, 1.3, low=0.2, high=3) for n in (3, 2.4)),
    by_last(sp.lpmv, 1, 3, low=-0.8, high=0.8),
    by_last(sp.lpmv, 0, 0.7, low=-0.8, high=0.8),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("op", [*OF_DEGREE, *SHIFTED, sp.eval_hermite, sp.eval_hermitenorm])
def test_low_degrees(op):
    """Degree 0 is flat in every order, degree 1 a line, whether the degree is a number or many."""
    x = np.array([0.2, 0.5])
    flat, line = (ac.elementwise_grad(lambda x, n=n: op(n, x)) for n in (0, 1))
    both = ac.elementwise_grad(lambda x: op(np.array([0, 1]), x))(x)

    assert flat(x).tolist() == [0, 0]
    assert np.ptp(line(x)) == 0
    assert both.tolist() == [0, line(x)[1]]
    assert ac.elementwise_grad(flat)(x).tolist() == [0, 0]
    assert ac.elementwise_grad(line)(x).tolist() == [0, 0]


def test_legendre_functions_of_degree_zero():
    """P₀ is 1, and P₀¹ is 0 by SciPy: their derivatives vanish."""
    assert ac.grad(lambda x: sp.lpmv(0, 0, x))(0.3) == 0


def test_degrees_are_refused():
    """The derivative by the degree raises at the call."""
    with pytest.raises(ac.NoRuleError, match="has no derivative by 'n'"):
        sp.eval_legendre(ac.Variable(2.5), 0.3)
