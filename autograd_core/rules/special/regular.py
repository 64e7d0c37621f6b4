"""Quotients with a removable singularity, derived orders of functions, and what orders cost.

The other files of this folder stand on these: series where a plain formula would lose all digits,
so that every derivative is right there as well, and the shapes that many rules share.
"""

import math

import numpy as np
from scipy import special as sp

from ...forms import primitive, pullback
from ..guards import select

ZETA = getattr(sp, "_special_ufuncs", sp._ufuncs)._zeta  # where sp.zeta(s, q) ends


def in_precision(g, *orders):
    """Constant parameters as numbers of the precision of g, for SciPy widens Python's."""
    dtype = np.finfo(g.dtype).dtype
    converted = [np.asarray(order, dtype)[()] for order in orders]
    return converted if len(converted) > 1 else converted[0]


def joint(g, *slopes):
    """The sum of the cotangents of several outputs, each times its derivative.

    A cotangent of None is none; a function in place of a derivative is called if it is wanted.
    """
    pairs = [(c, slope) for c, slope in zip(g, slopes, strict=True) if c is not None]
    terms = [c * (slope() if callable(slope) else slope) for c, slope in pairs]
    return sum(terms[1:], terms[0])


def quotient(x, y):
    """x / y, and 0 at 0 / 0 alone: a wider guard spoils the mixed derivative."""
    zero = (x == 0) & (y == 0)
    return select(zero, 0, x) / select(zero, 1, y)


def polynomial(x, coefficients):
    """Σ cₖ xᵏ by Horner's rule."""
    total = 0 * x
    for c in reversed(coefficients):
        total = total * x + c
    return total


def near_and_far(x, small):
    """x where it is small and 0 elsewhere; x where it is not and 1 elsewhere."""
    return select(small, x, 0), select(small, 1, x)


EXPREL_SLOPE = [(k + 1) / math.factorial(k + 2) for k in range(20)]


def exprel_slope(x):
    """The derivative of (eˣ - 1) / x."""
    small = np.absolute(x) < 1
    near, far = near_and_far(x, small)
    return select(small, polynomial(near, EXPREL_SLOPE), (np.exp(far) - sp.exprel(far)) / far)


LOG1P_RATIO = [(-1) ** k / (k + 1) for k in range(20)]
LOG1P_RATIO_SLOPE = [(k + 1) * c for k, c in enumerate(LOG1P_RATIO[1:])]


def log1p_ratio(x):
    """log(1 + x) / x."""
    small = np.absolute(x) < 0.125
    near, far = near_and_far(x, small)
    return select(small, polynomial(near, LOG1P_RATIO), np.log1p(far) / far)


def log1p_ratio_slope(x):
    """Its derivative."""
    small = np.absolute(x) < 0.125
    near, far = near_and_far(x, small)
    plain = (1 / (1 + far) - np.log1p(far) / far) / far
    return select(small, polynomial(near, LOG1P_RATIO_SLOPE), plain)


def sinh_ratio(x):
    """sinh(x) / x."""
    if x.dtype.kind == "c":
        return np.sinc(x * (1j / math.pi))
    return (sp.exprel(x) + sp.exprel(-x)) / 2


def bessel_rest(x, sign):
    """(I₀(x) - 1) / x for sign 1, (J₀(x) - 1) / x for sign -1."""
    small = np.absolute(x) < 1
    near, far = near_and_far(x, small)
    series = [sign**k / (4**k * math.factorial(k) ** 2) for k in range(1, 12)]
    plain = ((sp.i0 if sign > 0 else sp.j0)(far) - 1) / far
    return select(small, near * polynomial(near * near, series), plain)


# --- ψ′ and its derivatives, in the plane ---------------------------------------------------------
BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]


@primitive
def hurwitz(s, q):
    """ζ(s, q) = Σₖ (q + k)⁻ˢ for a whole s ≥ 2 and a real or complex q.

    In the plane by the Euler–Maclaurin formula, after so many terms that the rest starts right
    of 12. Source: NIST Digital Library of Mathematical Functions, 25.11.7.
    """
    if np.asarray(q).dtype.kind != "c":
        return ZETA(s, q)
    count = math.ceil(max(0.0, 12 - np.min(np.real(q), initial=12.0)))
    total = sum([(q + k) ** -s for k in range(count)], 0 * q)
    a = q + count
    total = total + a ** (1 - s) / (s - 1) + a**-s / 2
    rising, power = s, a ** (-s - 1)
    for k, b in enumerate(BERNOULLI, 1):
        total = total + b / math.factorial(2 * k) * rising * power
        rising, power = rising * (s + 2 * k - 1) * (s + 2 * k), power / (a * a)
    return total


pullback(hurwitz, at=1)(lambda g, _out, s, q: -s * g * hurwitz(s + 1, q))
pullback(ZETA, at=1)(lambda g, _out, s, q: g * ZETA(s + 1, q) * -in_precision(g, s))
