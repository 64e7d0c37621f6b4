"""Orthogonal polynomials, at any degree; the derivative by the degree is refused.

A derivative is a polynomial of one degree less, and 0 for degree 0.
"""

from scipy import special as sp

from ...forms import pullback

# fmt: off
pullback(sp.eval_chebyt, at=1)(    lambda g, _out, n, x: g * n * before(sp.eval_chebyu, n, x))
pullback(sp.eval_chebyu, at=1)(    lambda g, _out, n, x: (
    g * 2 * before(sp.eval_gegenbauer, n, 2, x)))
pullback(sp.eval_chebyc, at=1)(    lambda g, _out, n, x: g * n * before(sp.eval_chebyu, n, x / 2))
pullback(sp.eval_chebys, at=1)(    lambda g, _out, n, x: (
    g * before(sp.eval_gegenbauer, n, 2, x / 2)))
pullback(sp.eval_sh_chebyt, at=1)( lambda g, _out, n, x: (
    g * (2 * n) * before(sp.eval_chebyu, n, 2 * x - 1)))
pullback(sp.eval_sh_chebyu, at=1)( lambda g, _out, n, x: (
    g * 4 * before(sp.eval_gegenbauer, n, 2, 2 * x - 1)))
pullback(sp.eval_gegenbauer, at=2)(lambda g, _out, n, a, x: (
    g * (2 * a) * before(sp.eval_gegenbauer, n, a + 1, x)))
pullback(sp.eval_legendre, at=1)(  lambda g, _out, n, x: (
    g * ((n + 1) / 2) * before(sp.eval_jacobi, n, 1, 1, x)))
pullback(sp.eval_sh_legendre, at=1)(lambda g, _out, n, x: (
    g * (n + 1) * before(sp.eval_jacobi, n, 1, 1, 2 * x - 1)))
pullback(sp.eval_jacobi, at=3)(    lambda g, _out, n, a, b, x: (
    g * ((n + a + b + 1) / 2) * before(sp.eval_jacobi, n, a + 1, b + 1, x)))
pullback(sp.eval_sh_jacobi, at=3)( lambda g, _out, n, p, q, x: (
    g * shifted_scale(n, p, g) * before(sp.eval_jacobi, n, p - q + 1, q, 2 * x - 1)))
pullback(sp.eval_laguerre, at=1)(  lambda g, _out, n, x: (
    -g * before(sp.eval_genlaguerre, n, 1, x)))
pullback(sp.eval_genlaguerre, at=2)(lambda g, _out, n, a, x: (
    -g * before(sp.eval_genlaguerre, n, a + 1, x)))
pullback(sp.eval_hermite, at=1)(   lambda g, _out, n, x: (
    g * (2 * n) * before(sp.eval_hermite, n, x)))
pullback(sp.eval_hermitenorm, at=1)(lambda g, _out, n, x: (
    g * n * before(sp.eval_hermitenorm, n, x)))
pullback(sp.lpmv, at=2)(           lambda g, out, m, v, x: (
    g * (v * x * out - (v + m) * sp.lpmv(m, abs(v - 0.5) - 0.5, x)) / (x * x - 1)))
# fmt: on


def before(f, n, *rest):
    """f of one degree less, and 0 for degree 0."""
    above = n != 0
    return above * f(n - above, *rest)


def shifted_scale(n, p, g):
    """(n + p) / binom(2n + p - 1, n)."""
    return (n + p) / g.dtype.type(sp.binom(2 * n + p - 1, n))
