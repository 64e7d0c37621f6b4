"""Functions that act entry by entry: one formula for each operand, in what it names.

``g`` is the cotangent, ``x`` and ``y`` the operands, the last letter the output. Beside the ufuncs
stand the functions that copy, cast and take apart, ``clip``, and two series of derivatives that
NumPy lacks: those of ``sinc`` and of ``i0``. The file knows nothing of shapes.
"""

import math

import numpy as np

from ..forms import composite, elementwise, linear, primitive, pullback
from .guards import (
    direction,
    power_log,
    power_slope,
    ratio,
    share,
    share_of_numbers,
    share_of_powers,
)

DEGREE = math.pi / 180  # as Python numbers, which widen no dtype
LOG_2 = math.log(2)
LOG_10 = math.log(10)

# fmt: off
#           y = f(x)         dy = f′(x) dx
elementwise(np.negative,    -1)
elementwise(np.positive,     1)
elementwise(np.conjugate,    lambda g: g.conj())
elementwise(np.absolute,     lambda g, x: g * direction(x))
elementwise(np.fabs,         lambda g, x: g * np.sign(x))
elementwise(np.reciprocal,   lambda g, y: -g * y * y)
elementwise(np.square,       lambda g, x: (g + g) * x)
elementwise(np.sqrt,         lambda g, y: g / (y + y))
elementwise(np.cbrt,         lambda g, y: g / (3 * y * y))
elementwise(np.exp,          lambda g, y: g * y)
elementwise(np.exp2,         lambda g, y: g * y * LOG_2)
elementwise(np.expm1,        lambda g, x: g * np.exp(x))
elementwise(np.log,          lambda g, x: g / x)
elementwise(np.log2,         lambda g, x: g / (x * LOG_2))
elementwise(np.log10,        lambda g, x: g / (x * LOG_10))
elementwise(np.log1p,        lambda g, x: g / (1 + x))
elementwise(np.sin,          lambda g, x: g * np.cos(x))
elementwise(np.cos,          lambda g, x: -g * np.sin(x))
elementwise(np.tan,          lambda g, y: g + g * y * y)
elementwise(np.arcsin,       lambda g, x: g / cosine_root(x))
elementwise(np.arccos,       lambda g, x: -g / cosine_root(x))
elementwise(np.arctan,       lambda g, x: g / (1 + x * x))
elementwise(np.sinh,         lambda g, x: g * np.cosh(x))
elementwise(np.cosh,         lambda g, x: g * np.sinh(x))
elementwise(np.tanh,         lambda g, y: g - g * y * y)
elementwise(np.arcsinh,      lambda g, x: g / hyperbola_root(x))
elementwise(np.arccosh,      lambda g, x: g / (np.sqrt(x - 1) * np.sqrt(x - -1)))
elementwise(np.arctanh,      lambda g, x: g / ((1 - x) * (1 + x)))
elementwise(np.deg2rad,      DEGREE)
elementwise(np.radians,      DEGREE)
elementwise(np.rad2deg,      1 / DEGREE)
elementwise(np.degrees,      1 / DEGREE)

#           z = f(x, y)      ∂z/∂x                            ∂z/∂y
elementwise(np.add,          1,                               1)
elementwise(np.subtract,     1,                              -1)
elementwise(np.multiply,     lambda g, y: g * y,              lambda g, x: g * x,
            twice=lambda g, x: (g + g) * x)
elementwise(np.divide,       lambda g, y: g / y,              lambda g, y, z: -g * z / y)
elementwise(np.remainder,    1,                               lambda g, x, y: -g * (x // y))
elementwise(np.fmod,         1,
                             lambda g, x, y, z: -g * laps(x, y, z))
elementwise(np.power,        lambda g, x, y: power_slope(g, x, y),
                             lambda g, x, z: g * power_log(x, z))
elementwise(np.float_power,  lambda g, x, y: power_slope(g, x, y, np.float_power),
                             lambda g, x, z: g * power_log(x, z))
elementwise(np.maximum,      lambda g, x, y: share(g, x, y),  lambda g, x, y: share(g, y, x))
elementwise(np.minimum,      lambda g, x, y: share(g, x, y, np.less),
                             lambda g, x, y: share(g, y, x, np.less))
elementwise(np.fmax,         lambda g, x, y: share_of_numbers(g, x, y),
                             lambda g, x, y: share_of_numbers(g, y, x))
elementwise(np.fmin,         lambda g, x, y: share_of_numbers(g, x, y, np.less),
                             lambda g, x, y: share_of_numbers(g, y, x, np.less))
elementwise(np.hypot,        lambda g, x, z: g * ratio(x, z), lambda g, y, z: g * ratio(y, z))
elementwise(np.arctan2,      lambda g, x, y: g * turning(y, np.hypot(x, y)),
                             lambda g, x, y: -g * turning(x, np.hypot(x, y)))
elementwise(np.logaddexp,    lambda g, x, y: g * share_of_powers(x, y),
                             lambda g, x, y: g * share_of_powers(y, x))
elementwise(np.logaddexp2,   lambda g, x, y: g * share_of_powers(x, y, np.exp2),
                             lambda g, x, y: g * share_of_powers(y, x, np.exp2))
elementwise(np.copysign,     lambda g, x, z: g * np.sign(x) * np.sign(z), 0)
elementwise(np.heaviside,    0,                               lambda g, x: np.where(x == 0, g, 0))
elementwise(np.ldexp,        lambda g, y: np.ldexp(g, y),     0)
elementwise(np.nextafter,    1,                               0)

#           two outputs: of divmod the rest counts, of the others what is no whole number
pullback(np.divmod)(lambda g, _out, x, y: (g[1], None if g[1] is None else -g[1] * (x // y)))
pullback(np.modf)(lambda g, _out, _x: g[0])
pullback(np.frexp)(lambda g, _out, x: None if g[0] is None else np.ldexp(g[0], -np.frexp(x)[1]))

#           the identity, and what is linear over the reals alone; the engine casts back
linear(np.copy,              lambda g, _a, _order="K", _subok=False: g)
linear(np.real,              lambda g, _val: g)
linear(np.imag,              lambda g, _val: g * -1j)
# fmt: on


@primitive
def cast(x, dtype, copy=True):
    """``x`` in another dtype; np.astype itself takes no NumPy scalars before NumPy 2.4."""
    return x.astype(dtype, copy=copy)


linear(cast, lambda g, _x, _dtype, _copy=True: g)


@composite(np.astype)
def astype_composite(x, dtype, copy=True, device=None):
    """A cast, on the one ``device`` that NumPy has."""
    np.empty(0, device=device)  # NumPy's own error for another
    return cast(x, dtype, copy)


def cosine_root(x):
    """√(1 - x²), of a complex number on x's side of the branch cuts.

    The side is the sign of a zero: x - -1 keeps it, x + 1 and 1 - x do not.
    """
    return np.sqrt(-(x - 1) * (x - -1) if x.dtype.kind == "c" else (1 - x) * (1 + x))


def hyperbola_root(x):
    """√(1 + x²), of a real number without overflow."""
    return np.sqrt(x * x - -1) if x.dtype.kind == "c" else np.hypot(1, x)


def laps(x, y, z):
    """trunc(x / y), from the rest z: also where the quotient was rounded up to a whole number."""
    return np.rint((x - z) / y)


def turning(x, h):
    """x / h², and 0 at the origin; h² itself would under- and overflow."""
    return ratio(ratio(x, h), h)


@pullback(np.angle)
def angle_pullback(g, _out, z, deg=False):
    """The imaginary part of d log z; 0 at 0. A real number does not turn."""
    if z.dtype.kind != "c":
        return 0 * g
    return ratio(g * -1j, z) * (1 / DEGREE if deg else 1)


# --- what a transform puts between its argument and the tape behind it ----------------------------
@primitive
def identity(a):
    """``a`` itself, as an operation of its own."""
    return a


linear(identity, lambda g, _a: g)


# --- powers with a number for an exponent ---------------------------------------------------------
@primitive
def raised(x, y):
    """x ** y, where y is a Python or NumPy number: what ``x ** 3`` is on the tape."""
    return x**y


def raised_slope(g, x, y):
    """g · y x**(y-1), by products where the exponent is small; 0 for x**0, also at 0."""
    if y == 0:
        return 0 * g
    if y in (1, 2, 3):
        return g if y == 1 else g * (x + x) if y == 2 else 3 * g * x * x
    return g * (y * x ** (y - 1))


elementwise(raised, raised_slope, 0)


# --- clip, and what else looks at values to decide ------------------------------------------------
def clip_composite(a, a_min=None, a_max=None, *, min=None, max=None):
    """Inside the closed interval a, outside the bound; everywhere the upper one if they cross."""
    if (a_min is not None or a_max is not None) and (min is not None or max is not None):
        raise ValueError("np.clip takes a_min and a_max, or min and max, but not both")
    low, high = min if a_min is None else a_min, max if a_max is None else a_max
    if low is not None:
        a = np.where((a < low) | (low != low), low, a)
    if high is not None:
        a = np.where((a > high) | (high != high), high, a)
    return np.copy(a) if low is None and high is None else a


composite(np.clip)(clip_composite)


@composite(np._core.umath.clip)
def clip_ufunc_composite(x, low, high, dtype=None, _casting=None, _order=None, _subok=None):
    """What ndarray.clip calls; only ``dtype`` of a ufunc's options concerns the result."""
    z = clip_composite(x, low, high)
    return z if dtype is None else z.astype(dtype)


@composite(np.nan_to_num)
def nan_to_num_composite(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """x where it is finite; the parts of a complex number apart; ``copy=False`` writes into x."""
    if not np.issubdtype(x.dtype, np.inexact):
        return np.copy(x) if copy else x  # whole numbers are finite
    if np.iscomplexobj(x):
        real, imag = (np.nan_to_num(part, True, nan, posinf, neginf) for part in (x.real, x.imag))
        finite = real + 1j * imag
    else:
        limits = np.finfo(x.dtype)
        high = limits.max if posinf is None else posinf
        low = limits.min if neginf is None else neginf
        finite = np.where(x == np.inf, high, np.where(x == -np.inf, low, x))
        finite = np.where(x != x, nan, finite).astype(x.dtype)
    if copy:
        return finite
    x[...] = finite
    return x


@composite(np.real_if_close)
def real_if_close_composite(a, tol=100):
    """The real part, if all imaginary parts are within ``tol`` (above 1: in machine epsilons)."""
    if np.isrealobj(a):
        return a
    if tol > 1:
        tol = tol * np.finfo(a.dtype).eps
    return np.real(a) if np.all(np.absolute(np.imag(a)) < tol) else a


# --- derivatives of every order that NumPy lacks --------------------------------------------------
@primitive
def sinc_derivative(x, n):
    """The n-th derivative of sin(πx) / πx.

    Up to 1 by the series Σₖ (-1)ᵏ π²ᵏ x²ᵏ⁻ⁿ / ((2k + 1)(2k - n)!), where division by powers of
    x would lose all digits; beyond it by x·sₙ + n·sₙ₋₁ = πⁿ⁻¹ sin(πx + nπ/2).
    """
    small = np.absolute(x) <= 1
    near, far = np.where(small, x, 0), np.where(small, 1, x)
    start, square = n + n % 2, near * near
    series = 0 * near
    for k in reversed(range(start, start + 32, 2)):
        series = series * square + (-1) ** (k // 2) * math.pi**k / ((k + 1) * math.factorial(k - n))
    s = np.sin(math.pi * far) / (math.pi * far)
    for m in range(1, n + 1):
        s = (math.pi ** (m - 1) * np.sin(math.pi * far + m * math.pi / 2) - m * s) / far
    return np.where(small, series * near ** (n % 2), s)


@primitive
def i0_derivative(x, n):
    """The n-th derivative of i0(x) = ∫ exp(x cos θ) dθ / π, by the mean over 128 angles in (0, π).

    The midpoint rule on a periodic integrand is exact to rounding up to the overflow of i0.
    """
    cosines = [math.cos((k + 0.5) * math.pi / 128) for k in range(64)]  # and as many below zero
    return sum(c**n / 128 * (np.exp(c * x) + (-1) ** n * np.exp(-c * x)) for c in cosines)


pullback(np.sinc)(lambda g, _out, x: g * sinc_derivative(x, 1))
pullback(np.i0)(lambda g, _out, x: g * i0_derivative(x, 1))
elementwise(sinc_derivative, lambda g, x, y: g * sinc_derivative(x, y + 1), 0)
elementwise(i0_derivative, lambda g, x, y: g * i0_derivative(x, y + 1), 0)


# --- numpy.emath: into the complex plane where the real line ends ---------------------------------
def with_plane(x, outside):
    """x, complex if it is real and somewhere outside the domain of a real function."""
    if np.iscomplexobj(x) or not np.any(outside(x)):
        return x
    return x.astype(np.complex64 if x.dtype == np.float32 else complex)


def is_negative(x):
    """Where square roots and logarithms leave the real line."""
    return x < 0


def is_beyond_one(x):
    """Where the inverses of sine, cosine and hyperbolic tangent leave the real line."""
    return np.absolute(x) > 1


# fmt: off
composite(np.emath.sqrt)(   lambda x:    np.sqrt(with_plane(x, is_negative)))
composite(np.emath.log)(    lambda x:    np.log(with_plane(x, is_negative)))
composite(np.emath.log2)(   lambda x:    np.log2(with_plane(x, is_negative)))
composite(np.emath.log10)(  lambda x:    np.log10(with_plane(x, is_negative)))
composite(np.emath.logn)(   lambda n, x: np.emath.log(x) / np.emath.log(n))
composite(np.emath.power)(  lambda x, p: np.power(with_plane(x, is_negative), p))
composite(np.emath.arccos)( lambda x:    np.arccos(with_plane(x, is_beyond_one)))
composite(np.emath.arcsin)( lambda x:    np.arcsin(with_plane(x, is_beyond_one)))
composite(np.emath.arctanh)(lambda x:    np.arctanh(with_plane(x, is_beyond_one)))
# fmt: on
