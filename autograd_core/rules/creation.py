"""New arrays from Variables: sequences between two ends, and what takes ``like=``.

NumPy hands ``np.array([x, y], like=x)`` over, without ``like=``; the other calls of these functions
never come here, but convert, which a tracked Variable refuses.
"""

import math

import numpy as np

from ..errors import ConversionError
from ..forms import composite, constant, linear, pullback


# --- between two ends -----------------------------------------------------------------------------
def fractions(g, num, endpoint, axis):
    """How far along each of the samples is, and the cotangents with the samples as last axis."""
    steps = max(num - 1 if endpoint else num, 1)
    return (np.arange(num, dtype=np.longdouble) / steps).astype(g.dtype), np.moveaxis(g, axis, -1)


def linspace_start(g, _start, _stop, num=50, endpoint=True, axis=0, *, _dtype=None, _device=None):
    """What is not yet gone of the way to the other end."""
    gone, g = fractions(g, num, endpoint, axis)
    return (g * (1 - gone)).sum(-1)


def linspace_stop(g, _start, _stop, num=50, endpoint=True, axis=0, *, _dtype=None, _device=None):
    """What is gone of the way from the other end."""
    gone, g = fractions(g, num, endpoint, axis)
    return (g * gone).sum(-1)


linear(np.linspace, linspace_start, linspace_stop)


@composite(np.linspace)
def linspace_composite(
    start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, _device=None
):
    """The samples, and the step between them."""
    samples = np.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)
    steps = num - 1 if endpoint else num
    step = (stop - start) / steps if steps > 0 else math.nan
    return (samples, step) if retstep else samples


@composite(np.logspace)
def logspace_composite(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """Powers of the base, whose exponents are evenly spaced."""
    if np.ndim(base):
        ends = np.broadcast_arrays(start, stop, base)
        start, stop, base = *ends[:2], np.expand_dims(ends[2], axis)
    samples = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return samples if dtype is None else samples.astype(dtype)


@pullback(np.geomspace)
def geomspace_pullback(g, out, start, stop, num=50, endpoint=True, _dtype=None, axis=0):
    """zₖ = x¹⁻ᵏ yᵏ: by x (1 - k) z / x, by y k z / y."""
    gone, g = fractions(g * out, num, endpoint, axis)
    return (g * (1 - gone)).sum(-1) / start, (g * gone).sum(-1) / stop


# --- arrays of Variables --------------------------------------------------------------------------
def stacked(nested):
    """One array from nested lists of Variables, arrays and numbers; an array is itself."""
    if hasattr(nested, "dtype"):
        return nested
    if isinstance(nested, list | tuple) and any(
        hasattr(item, "dtype") or isinstance(item, list | tuple) for item in nested
    ):
        return np.stack([stacked(item) for item in nested])
    return np.asarray(nested)


def converted(a, dtype=None, *flags):
    """``stacked``, in another dtype; a copy if it lacks one of these of NumPy's flags."""
    a = stacked(a)
    a = a if dtype is None or a.dtype == dtype else a.astype(dtype)
    has_all = all(a.flags[flag] for flag in flags)
    return a if has_all else np.copy(a, order="F" if "F" in flags else "C")


def layout(order):
    """The flag of an order of entries, if it is not left to NumPy."""
    return (order,) if order in ("C", "F") else ()


def held(value, dtype):
    """A value as an array of this dtype holds it.

    Raises:
        ConversionError: integers would drop its gradient.
    """
    if value.dtype == dtype:
        return value
    if np.dtype(dtype).kind not in "fc" and getattr(value, "node", None) is not None:
        raise ConversionError(
            f"A tracked Variable of shape {value.shape} was about to be put into an array of dtype "
            f"{np.dtype(dtype)}.",
            "derivatives live in floating-point or complex numbers.",
            "x.astype(float) for that array, or v.detach() for the value",
        )
    return value.astype(dtype)


def filling(value, shape):
    """A value broadcast to a shape as by assignment, which lets leading axes of length one go."""
    shape = tuple(shape) if np.iterable(shape) else (shape,)
    extra = max(value.ndim - len(shape), 0)
    if extra and value.shape[:extra] == (1,) * extra:
        value = value.reshape(value.shape[extra:])
    return np.broadcast_to(value, shape)


@composite(np.array)
def array_composite(object, dtype=None, *, copy=True, order="K", _subok=False, ndmin=0, _ndmax=0):
    """The nested lists as one array with at least so many axes; a copy of an array."""
    a = converted(object, dtype, *layout(order))
    a = np.copy(a, order="K") if copy and a is object else a
    return a if a.ndim >= ndmin else a.reshape((1,) * (ndmin - a.ndim) + a.shape)


@composite(np.asarray)
def asarray_composite(a, dtype=None, order=None, *, _device=None, copy=None):
    """The nested lists as one array; an array is itself."""
    out = converted(a, dtype, *layout(order))
    return np.copy(out, order="K") if copy and out is a else out


composite(np.asanyarray)(asarray_composite)
composite(np.asfortranarray)(lambda a, dtype=None: converted(a, dtype, "F"))
composite(np.ascontiguousarray)(lambda a, dtype=None: np.atleast_1d(converted(a, dtype, "C")))


@composite(np.require)
def require_composite(a, dtype=None, requirements=None):
    """The nested lists as one array that lies in memory as is asked for."""
    flags = {flag.upper()[0] for flag in requirements or ()}
    if flags >= {"C", "F"}:
        raise ValueError('Cannot specify both "C" and "F" order')
    return converted(a, dtype, *(flags - {"E"}))


@composite(np.full)
def full_composite(shape, fill_value, dtype=None, order="C", *, _device=None):
    """The value, or the values of the last axes, again and again."""
    return np.copy(filling(converted(fill_value, dtype), shape), order=order)


@composite(np.full_like)
def full_like_composite(
    a, fill_value, dtype=None, order="K", _subok=True, shape=None, *, _device=None
):
    """The value, or the values of the last axes, in the shape and dtype of another array."""
    value = held(stacked(fill_value), a.dtype) if dtype is None else converted(fill_value, dtype)
    order = "F" if order == "F" else "C"
    return full_composite(a.shape if shape is None else shape, value, order=order)


# --- without a derivative: ``like=`` alone brings these here, and the arrays are plain ------------
constant(np.zeros, np.ones, np.empty, np.eye, np.identity, np.tri, np.arange, np.fromfunction)
constant(np.fromiter, np.frombuffer, np.fromfile, np.fromstring, np.loadtxt, np.genfromtxt)
