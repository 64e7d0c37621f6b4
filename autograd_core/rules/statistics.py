"""Variance and standard deviation: means of squared distances from the mean."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..forms import composite, pullback
from .guards import ratio
from .reductions import unreduce


def freedom(a, axis, where, correction):
    """count - correction of each slice, reduced axes kept; nan where that is not positive.

    A Python number, which widens nothing; with ``where`` an array of float64.
    """
    if where is True:
        axes = normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim)
        left = math.prod(a.shape[k] for k in axes) - correction
        return left if left > 0 else math.nan
    left = np.sum(np.broadcast_to(where, a.shape), axis=axis, keepdims=True) - correction
    return np.where(left > 0, left, np.nan)


def selected(a, where):
    """a with zeros for what ``where`` leaves out, and the option that says so to NumPy."""
    return (a, {}) if where is True else (np.where(where, a, 0), {"where": where})


@pullback(np.var)
def var_pullback(g, _out, a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    """2 (a - mean) / (count - ddof); what ``where`` leaves out takes nothing."""
    a, only = selected(a, where)
    distance = (a - np.mean(a, axis=axis, keepdims=True, **only)).conj()
    scale = 2 / freedom(a, axis, where, ddof if correction is None else correction)
    if only:
        scale = scale.astype(np.finfo(a.dtype).dtype)
    pulled = unreduce(g, a, axis, keepdims) * scale * distance
    return np.where(where, pulled, 0) if only else pulled


@pullback(np.std)
def std_pullback(g, out, a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    """That of the variance over 2 std; 0 where all values are equal."""
    return var_pullback(ratio(g / 2, out), None, a, axis, ddof, keepdims, where, correction)


@composite(np.var)
def var_composite(
    a, axis=None, dtype=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None
):
    """The variance about a given mean, or in another dtype."""
    absolute = a.dtype.kind == "c"  # NumPy squares a real operand, even in a complex dtype
    a, only = selected(a if dtype is None else a.astype(dtype), where)
    if mean is None:
        mean = np.mean(a, axis=axis, keepdims=True, **only)
    distance = a - mean
    squares = (distance * distance.conj()).real if absolute else distance * distance
    total = np.sum(squares, axis=axis, dtype=dtype, keepdims=True, **only)
    left = freedom(a, axis, where, ddof if correction is None else correction)
    variance = total / (left.astype(total.dtype) if only else left)
    return variance if keepdims else np.squeeze(variance, axis=axis)


@composite(np.std)
def std_composite(
    a, axis=None, dtype=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None
):
    """The root of that variance, with derivative 0 where it is 0."""
    lost = ddof if correction is None else correction
    variance = var_composite(a, axis, dtype, lost, keepdims, where=where, mean=mean)
    flat = variance == 0
    return np.where(flat, 0, np.sqrt(np.where(flat, 1, variance)))
