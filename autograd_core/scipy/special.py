"""scipy.special on Variables: the functions of it that are no ufuncs.

Everything else of scipy.special is reached by SciPy's own name, as all its ufuncs take Variables.
Parameters that count (orders, dimensions) are constants.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NoRuleError, require
from ..forms import primitive, pullback
from ..transforms import stop_gradient
from ..variable import Variable

SPECIAL = require("scipy.special", extra="scipy", feature="autograd_core.scipy.special")

__all__ = [
    "comb",
    "factorial",
    "log_softmax",
    "logsumexp",
    "multigammaln",
    "perm",
    "polygamma",
    "softmax",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
]


def __getattr__(name: str) -> Any:
    """SciPy's own object of that name."""
    return getattr(SPECIAL, name)


def operand(value: Any) -> Any:
    """An argument as a Variable or an array."""
    return value if isinstance(value, Variable) else np.asarray(value)


def inexact(value: Any) -> Any:
    """An argument as a Variable or an array, of floating-point or complex numbers."""
    value = operand(value)
    return value if value.dtype.kind in "fc" else value.astype(float)


# --- exponentials, shifted so that they do not overflow -------------------------------------------
@primitive
def log_of_sum(a: Any, b: Any, axis: Any) -> Any:
    """log Σ b exp(a) over some axes, which are kept."""
    return SPECIAL.logsumexp(a, axis, b, keepdims=True)


@primitive
def signed_log_of_sum(a: Any, b: Any, axis: Any) -> Any:
    """log |Σ b exp(a)| and the sign of the sum."""
    return SPECIAL.logsumexp(a, axis, b, keepdims=True, return_sign=True)


def share(a: Any, b: Any, axis: Any) -> Any:
    """exp(a) / Σ b exp(a): infinities share equally, and with factor 0 count for nothing."""
    level = stop_gradient(np.real(a))
    top = np.max(np.where(b == 0, -np.inf, level), axis=axis, keepdims=True, initial=-np.inf)
    endless = np.isinf(top)
    tie = (level == top) & endless & (b != 0)
    none = (endless & ~tie) | ((b == 0) & np.isinf(level))
    powers = np.where(none, 0, np.exp(np.where(tie | none, 0, a) - np.where(endless, 0, top)))
    whole = np.where(endless, 1, np.sum(b * powers, axis=axis, keepdims=True))
    count = np.sum(tie, axis=axis, keepdims=True, dtype=level.dtype)
    return np.where(tie, 1 / np.where(count == 0, 1, count), powers / whole)


@pullback(log_of_sum, at=(0, 1))
def log_of_sum_pullback(g: Any, _out: Any, a: Any, b: Any, axis: Any) -> Any:
    """The share of each in the sum."""
    part = share(a, b, axis)
    return lambda: g * (b * part), lambda: g * part


@pullback(signed_log_of_sum, at=(0, 1))
def signed_log_of_sum_pullback(g: Any, out: Any, a: Any, b: Any, axis: Any) -> Any:
    """The same of log |S|, the real part of log S; the sign turns with its imaginary part."""
    part, sign = share(a, b, axis), out[1]
    total = 0 if g[0] is None else g[0]
    if g[1] is not None and sign.dtype.kind == "c":
        total = total + 1j * np.imag(g[1] * sign)
    return lambda: total * (b * part), lambda: total * part


def logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    """The logarithm of the sum of exponentials, log Σ b exp(a).

    Args:
        a: array (…), real or complex.
        axis: over which the sum runs; an int, a tuple, or None for all.
        b: factors that broadcast with a; those of 0 count for nothing.
        keepdims: whether the axes stay, with length one.
        return_sign: whether log |Σ| and the sign of the sum are returned.
    Returns:
        array (…) without the axes; with return_sign a pair. A negative sum has the logarithm nan.

    >>> print(logsumexp(Variable(np.array([1000.0, 1000.0]))))
    1000.6931471805599
    """
    a = inexact(a)
    b = np.ones((), a.dtype) if b is None else operand(b)
    shape = np.broadcast_shapes(a.shape, b.shape) or (1,)
    a = np.broadcast_to(a, shape)
    axes = tuple(range(len(shape))) if axis is None else axis
    if return_sign:
        log, sign = signed_log_of_sum(a, b, axes)
        return (log, sign) if keepdims else (np.squeeze(log, axes)[()], np.squeeze(sign, axes)[()])
    log = log_of_sum(a, b, axes)
    return log if keepdims else np.squeeze(log, axes)[()]


def softmax(x: Any, axis: Any = None) -> Any:
    """exp(x) / Σ exp(x), of one shape with x.

    Args:
        x: array (…).
        axis: over which the sum runs; an int, a tuple, or None for all.

    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    x = inexact(x)
    powers = np.exp(x - stop_gradient(np.max(x, axis=axis, keepdims=True)))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """log(softmax(x)) without its loss of digits.

    Args:
        x: array (…).
        axis: over which the sum runs; an int, a tuple, or None for all.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    x = inexact(x)
    top = stop_gradient(np.max(x, axis=axis, keepdims=True))
    shifted = x - np.where(np.isfinite(top), top, 0)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


# --- gamma functions ------------------------------------------------------------------------------
@primitive
def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function Γ_d(a).

    Args:
        a: array (…), above (d - 1) / 2.
        d: the dimension, a whole number.
    Raises:
        ValueError: SciPy's own, for other arguments.

    >>> print(multigammaln(2.0, 1))
    0.0
    """
    return SPECIAL.multigammaln(a, d)


@pullback(multigammaln, at=0)
def multigammaln_pullback(g: Any, _out: Any, a: Any, d: int) -> Any:
    """Γ_d is a product of d gamma functions of a, a - 1/2, …"""
    return g * sum(SPECIAL.psi(a - k / 2) for k in range(d))


@primitive
def polygamma(n: Any, x: Any) -> Any:
    """The n-th derivative of ψ.

    Args:
        n: whole numbers that broadcast with x; constant.
        x: real array (…).

    >>> print(polygamma(1, 1.0))
    1.6449340668482266
    """
    return SPECIAL.polygamma(n, x)


@pullback(polygamma, at=1)
def polygamma_pullback(g: Any, _out: Any, n: Any, x: Any) -> Any:
    """The next one."""
    return g * polygamma(n + 1, x)


def smooth(name: str, exact: bool, *values: Any) -> None:
    """Refuse exact=True, which is arithmetic of whole numbers, on tracked Variables."""
    if exact and any(isinstance(v, Variable) and v.requires_grad for v in values):
        raise NoRuleError(
            f"scipy.special.{name}(..., exact=True) is not differentiable with this option; "
            "it is with exact=False.",
            "whole numbers have no derivative.",
            "exact=False",
        )


def plain(value: Any) -> Any:
    """An argument without history."""
    return value.data if isinstance(value, Variable) else value


def factorial(n: Any, exact: bool = False, extend: str = "zero") -> Any:
    """n! = Γ(n + 1), of any real n; 0 for a negative one.

    Args:
        n: array (…).
        exact: arithmetic of whole numbers, for constants alone.
        extend: "zero" or "complex", as in SciPy.
    Raises:
        NoRuleError: exact, of a tracked Variable.

    >>> print(factorial(Variable(3.0)))
    6.0
    """
    smooth("factorial", exact, n)
    options = {} if extend == "zero" else {"extend": extend}  # since SciPy 1.15
    if exact or not isinstance(n, Variable):
        return SPECIAL.factorial(plain(n), exact, **options)
    if extend == "complex":
        return SPECIAL.gamma(np.add(n, 1))
    dtype = SPECIAL.factorial(n.data, exact, **options).dtype  # or SciPy's own error
    negative = n.data < 0
    return np.where(negative, 0, SPECIAL.gamma(np.where(negative, 0, n) + 1))[()].astype(dtype)


def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """The number of ways to choose k of N things, by the gamma function; 0 where k is beyond N.

    Args:
        N: array (…).
        k: array that broadcasts with N.
        exact: arithmetic of whole numbers, for constants alone.
        repetition: whether a thing may be taken more than once.
    Raises:
        NoRuleError: exact, of a tracked Variable.

    >>> print(comb(Variable(4.0), 2.0))
    6.0
    """
    smooth("comb", exact, N, k)
    if exact or not (isinstance(N, Variable) or isinstance(k, Variable)):
        return SPECIAL.comb(plain(N), plain(k), exact=exact, repetition=repetition)
    N, k = operand(N), operand(k)
    if repetition:
        N = N + k - 1
    inside = (k <= N) & (N >= 0) & (k >= 0)
    return np.where(inside, SPECIAL.binom(np.where(inside, N, 1), np.where(inside, k, 1)), 0)[()]


def perm(N: Any, k: Any, exact: bool = False) -> Any:
    """The number of ways to arrange k of N things, by the gamma function; 0 where k is beyond N.

    Args:
        N: array (…).
        k: array that broadcasts with N.
        exact: arithmetic of whole numbers, for constants alone.
    Raises:
        NoRuleError: exact, of a tracked Variable.

    >>> print(perm(Variable(4.0), 2.0))
    12.0
    """
    smooth("perm", exact, N, k)
    if exact or not (isinstance(N, Variable) or isinstance(k, Variable)):
        return SPECIAL.perm(plain(N), plain(k), exact)
    N, k = operand(N), operand(k)
    inside = (k <= N) & (N >= 0) & (k >= 0)
    below = np.where(inside, N - k + 1, 1)
    return np.where(inside, SPECIAL.poch(below, np.where(inside, k, 1)), 0)[()]


# --- spherical Bessel functions -------------------------------------------------------------------
def spherical(name: str, before: int, after: int) -> Callable[..., Any]:
    """A spherical Bessel function fₙ with fₙ′ = (± n fₙ₋₁ ± (n + 1) fₙ₊₁) / (2n + 1)."""
    function = getattr(SPECIAL, name)

    @primitive
    def value(n: Any, z: Any) -> Any:
        return function(n, z)

    def slope(n: Any, z: Any) -> Any:
        n, z = np.asarray(n)[()], inexact(z)
        m = n.astype(np.finfo(z.dtype).dtype)
        parts = before * m * value(n - (n > 0), z) + after * (m + 1) * value(n + 1, z)
        return parts / (2 * m + 1)

    def value_pullback(g: Any, _out: Any, n: Any, z: Any) -> Any:
        return g * slope(n, z)

    def call(n: Any, z: Any, derivative: bool = False) -> Any:
        if not isinstance(z, Variable) and not isinstance(n, Variable):
            return function(n, z, derivative)
        return slope(n, z) if derivative else value(n, z)

    pullback(value, at=1)(value_pullback)
    value.__name__ = value.__qualname__ = call.__name__ = call.__qualname__ = name
    call.__doc__ = f"""scipy.special.{name}, or its derivative, of constant orders n.

    Args:
        n: orders, whole numbers from 0 that broadcast with z.
        z: array (…), real or complex.
        derivative: whether the derivative is returned instead.
    """
    return call


spherical_jn = spherical("spherical_jn", 1, -1)
spherical_yn = spherical("spherical_yn", 1, -1)
spherical_in = spherical("spherical_in", 1, 1)
spherical_kn = spherical("spherical_kn", -1, -1)
