"""What rules say where a plain formula would divide by zero, overflow, or count a tie twice.

Each guard masks the input as well as the output (the double ``np.where``), so that the derivatives
of the guarded formula are finite too, and silent under ``np.errstate(all="raise")``. Comparisons of
Variables are plain arrays, so that a mask is a constant. The file stands below all rules.
"""

import numpy as np


def select(mask, x, y):
    """np.where; of single numbers the branch itself, ten times as quick and never a 0-d array."""
    return np.where(mask, x, y) if type(mask) is np.ndarray else x if mask else y


def ratio(x, y):
    """x / y, and 0 where y is 0."""
    zero = y == 0
    return select(zero, y.dtype.type(0), x / select(zero, y.dtype.type(1), y))


def direction(x):
    """x̄ / |x|: the sign of a real number, 0 at the origin."""
    return ratio(x, np.absolute(x)).conj() if x.dtype.kind == "c" else np.sign(x)


def share(g, x, y, beats=np.greater):
    """All of g where x beats y, or is nan; half where they tie; none elsewhere."""
    whole, tie, none = beats(x, y) | (x != x), x == y, g.dtype.type(0)
    if type(tie) is np.ndarray and not tie.any():  # nearly always: one array instead of three
        return np.where(whole, g, none)
    return select(whole, g, select(tie, g / 2, none))


def share_of_numbers(g, x, y, beats=np.greater):
    """As ``share``, but any number beats a nan."""
    return select(beats(x, y) | (y != y), g, select(x == y, g / 2, g.dtype.type(0)))


def share_of_powers(x, y, exp=np.exp):
    """eˣ / (eˣ + eʸ) without overflow; half where both are the same infinity."""
    tie = (x == y) & np.isinf(x)
    d = select(tie, 0, x) - y
    e = exp(select(d >= 0, -d, d))  # at most 1; |d| would lose the curvature at 0
    return select(tie, 0.5, select(d >= 0, 1, e) / (1 + e))


def power_slope(g, x, y, power=np.power):
    """g · y x**(y-1); 0 at 0**0, and there alone: a wider guard spoils the mixed derivative."""
    zero = (x == 0) & (y == 0)
    return select(zero, 0, g) * y * power(select(zero, 1, x), y - x.dtype.type(1))


def power_log(x, z):
    """z log x for a power z of x; 0 at x = 0, and z log |x|, the real part, where z is real."""
    zero = x == 0
    x = z.dtype.type(1) * select(zero, 1, x)  # in z's dtype: a number x would widen float32
    return select(zero, 0, z) * np.log(x if x.dtype.kind == "c" else np.absolute(x))
