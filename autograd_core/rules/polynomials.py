"""Polynomials, given by their coefficients from the highest power down, and their zeros.

``np.poly1d`` calls these functions. Where NumPy cuts leading zeros off, they get no cotangent.
"""

import warnings

import numpy as np

from ..forms import composite, primitive, pullback
from .creation import stacked


def coefficients(p):
    """An array, of a list or a ``np.poly1d`` too."""
    return stacked(p.coeffs if isinstance(p, np.poly1d) else p)


def row(p):
    """Coefficients as an array of at least one dimension."""
    return np.atleast_1d(coefficients(p))


def like_poly1d(value, *operands):
    """The coefficients as a ``np.poly1d``, if an operand is one."""
    return np.poly1d(value) if any(isinstance(p, np.poly1d) for p in operands) else value


# --- values ---------------------------------------------------------------------------------------
@composite(np.polyval)
def polyval_composite(p, x):
    """Horner's rule; of a ``np.poly1d`` the polynomial in a polynomial."""
    x = x if isinstance(x, np.poly1d) else stacked(x)
    value = 0 if isinstance(x, np.poly1d) else np.zeros_like(x)
    for coefficient in coefficients(p):
        value = value * x + coefficient
    return value


def ascending(c):
    """Coefficients from the lowest power up, no integers."""
    c = np.atleast_1d(stacked(c))
    return c + 0.0 if c.dtype.kind in "biu" else c


def horner(x, c):
    """Coefficients from the lowest power up, along the first axis."""
    c = ascending(c)
    value = c[-1] + x * 0
    for k in range(2, len(c) + 1):
        value = c[-k] + value * x
    return value


def on_grid(x, c):
    """Horner's rule at every x for every polynomial: their axes come first, those of x last."""
    c = ascending(c)
    return horner(x, c.reshape((*c.shape, *(1,) * np.ndim(x))))


@composite(np.polynomial.polynomial.polyval2d)
def polyval2d_composite(x, y, c):
    """In x, then in y at the same points."""
    x, y = stacked(x), stacked(y)
    if x.shape != y.shape:
        raise ValueError("x, y are incompatible")
    return horner(y, on_grid(x, c))


@composite(np.polynomial.polynomial.polygrid2d)
def polygrid2d_composite(x, y, c):
    """In x, then in y at all points of the grid."""
    x, y = [stacked(a) if isinstance(a, list | tuple) else a for a in (x, y)]
    return on_grid(y, on_grid(x, c))


@pullback(np.vander)
def vander_pullback(g, out, _x, _N=None, increasing=False):
    """k xᵏ⁻¹, where the powers are those of the result."""
    if not increasing:
        g, out = g[:, ::-1], out[:, ::-1]
    counts = np.arange(1, max(out.shape[1], 1)).astype(out.dtype)
    return np.sum(g[:, 1:] * counts * out[:, :-1], axis=1)


# --- arithmetic -----------------------------------------------------------------------------------
def aligned(a, b):
    """Both coefficients with zeros before the shorter."""
    a, b = row(a), row(b)
    missing = len(b) - len(a)
    if missing > 0:
        return np.concatenate([np.zeros(missing, a.dtype), a]), b
    return a, b if missing == 0 else np.concatenate([np.zeros(-missing, b.dtype), b])


@composite(np.polyadd)
def polyadd_composite(a1, a2):
    """The shorter is filled up with zeros."""
    first, second = aligned(a1, a2)
    return like_poly1d(first + second, a1, a2)


@composite(np.polysub)
def polysub_composite(a1, a2):
    """The shorter is filled up with zeros."""
    first, second = aligned(a1, a2)
    return like_poly1d(first - second, a1, a2)


def without_leading_zeros(p):
    """The coefficients from the first that is not zero; of zeros alone, the last."""
    p = row(p)
    if p.ndim > 1:
        raise ValueError("Polynomial must be 1d only.")
    places = np.flatnonzero(p)
    return p[int(places[0]) if places.size else max(p.size - 1, 0) :]


@composite(np.polymul)
def polymul_composite(a1, a2):
    """A convolution."""
    first, second = [without_leading_zeros(p) for p in (a1, a2)]
    first, second = [p if p.size else np.zeros(1, p.dtype) for p in (first, second)]
    return like_poly1d(np.convolve(first, second), a1, a2)


@composite(np.polydiv)
def polydiv_composite(u, v):
    """Long division; of the remainder, leading coefficients that are nearly zero are cut off."""
    over, under = row(u) + 0.0, row(v) + 0.0
    scale, n = 1.0 / under[0], len(under)
    rest = over.astype((over[0] + under[0]).dtype)
    quotient = []
    for k in range(len(over) - n + 1):
        quotient.append(scale * rest[k])
        reduced = rest[k : k + n] - quotient[-1] * under
        rest = np.concatenate([rest[:k], reduced, rest[k + n :]])
    while len(rest) > 1 and np.allclose(rest[0], 0, rtol=1e-14):
        rest = rest[1:]
    quotient = np.stack(quotient) if quotient else np.zeros(1, rest.dtype)
    return like_poly1d(quotient, u, v), like_poly1d(rest, u, v)


# --- derivatives and integrals --------------------------------------------------------------------
@composite(np.polyder)
def polyder_composite(p, m=1):
    """Each coefficient times its power, m times."""
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    value = coefficients(p)
    if value.ndim != 1:
        np.polyder(np.zeros(value.shape), m)  # NumPy's own error, if it has one
    for _ in range(int(m)):
        value = value[:-1] * np.arange(len(value) - 1, 0, -1)
    return like_poly1d(value, p)


@composite(np.polyint)
def polyint_composite(p, m=1, k=None):
    """Each coefficient over its power, m times, and constants of integration."""
    m = int(m)
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = row(np.zeros(m) if k is None else k)
    k = np.broadcast_to(k, (m,)) if len(k) == 1 and m > 1 else k
    if len(k) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    value = coefficients(p)
    for place in range(m):
        divided = value / np.arange(len(value), 0, -1)
        value = np.concatenate([divided, k[place : place + 1]])
    return like_poly1d(value, p)


# --- zeros ----------------------------------------------------------------------------------------
@primitive
def characteristic(a):
    """The coefficients of det(λ I - A): those that have the eigenvalues for zeros."""
    return np.poly(a)


@pullback(characteristic)
def characteristic_pullback(g, out, a):
    """d cₖ₊₁ = -tr(Bₖ dA) with Bₖ = A Bₖ₋₁ + cₖ I: right also where eigenvalues are equal.

    Source: the recursion of Faddeev and LeVerrier.
    """
    eye = np.eye(a.shape[-1], dtype=a.dtype)
    power, total = eye, -g[1] * eye
    for k in range(1, a.shape[-1]):
        power = a @ power + out[k] * eye
        total = total - g[k + 1] * power.T
    return total


@composite(np.poly)
def poly_composite(seq_of_zeros):
    """The product of the factors λ - zero; real where complex zeros come in conjugate pairs."""
    zeros = np.atleast_1d(stacked(seq_of_zeros))
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        return characteristic(zeros)
    if zeros.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    if not zeros.size:
        return 1.0
    dtype = np.mintypecode(zeros.dtype.char)
    zeros = zeros if zeros.dtype.char == dtype else zeros.astype(dtype)
    out = one = np.ones(1, dtype)
    for k in range(zeros.size):
        out = np.convolve(out, np.concatenate([one, -zeros[k : k + 1]]))
    if zeros.dtype.kind == "c" and np.all(np.sort(zeros) == np.sort(np.conjugate(zeros))):
        return np.real(out)
    return out


def powers_of(x, n):
    """xⁿ⁻¹, …, x, 1 along a new last axis, in the dtype of x."""
    powers = [np.ones_like(x)]
    for _ in range(n - 1):
        powers.append(powers[-1] * x)
    return np.stack(powers[::-1], -1)


@pullback(np.roots)
def roots_pullback(g, out, p):
    """dr = -Σ rⁿ⁻ᵏ dpₖ / p'(r), for leading zeros of p too; not finite where r is repeated."""
    n = p.size
    powers = powers_of(out, n)
    steps = np.reshape(p, -1)[:-1] * np.arange(n - 1, 0, -1).astype(p.dtype)
    return -(g / (powers[:, 1:] @ steps)) @ powers


# --- fitting --------------------------------------------------------------------------------------
@composite(np.polyfit)
def polyfit_composite(x, y, deg, rcond=None, full=False, w=None, cov=False):
    """Least squares of the powers of x, each scaled to length one."""
    x, y, order = stacked(x) + 0.0, stacked(y) + 0.0, int(deg) + 1
    w = None if w is None else stacked(w) + 0.0
    if (
        deg < 0
        or x.ndim != 1
        or not x.size
        or y.ndim not in (1, 2)
        or len(x) != len(y)
        or (w is not None and w.shape != x.shape)
    ):
        plain = [None if a is None else np.zeros(a.shape) for a in (x, y, w)]
        return np.polyfit(*plain[:2], deg, w=plain[2])  # NumPy's own error
    rcond = len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    powers, values = np.vander(x, order), y
    if w is not None:
        powers = (powers * w[:, None]).astype(powers.dtype)
        values = (values * (w if y.ndim == 1 else w[:, None])).astype(y.dtype)
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / scale
    solution, squares, rank, s = np.linalg.lstsq(powers, values, rcond)
    solution = (solution.T / scale).T
    if full:
        return solution, squares, rank, s, rcond
    if rank != order:
        message = "Polyfit may be poorly conditioned"
        warnings.warn(message, np.exceptions.RankWarning, stacklevel=5)
    if not cov:
        return solution
    base = np.linalg.inv(np.dot(powers.T, powers)) / np.outer(scale, scale)
    if cov != "unscaled":
        if len(x) <= order:
            raise ValueError(
                "the number of data points must exceed order to scale the covariance matrix"
            )
        factor = squares / (len(x) - order)
        base = (base if y.ndim == 1 else base[:, :, None]) * factor
    elif y.ndim == 2:
        base = base[:, :, None]
    return solution, base
