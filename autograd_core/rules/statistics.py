"""Variance and standard deviation: means of squared distances from the mean."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..forms import composite, pullback
from .guards import ratio
from .reductions import unreduce


def per_freedom(a, axis, where, correction):
    """1 / (count - correction) of each slice, nan where that is not positive.

    A Python number; with ``where`` an array of a's precision, reduced axes kept. It is the inverse
    because the counts themselves may be too large for float16.
    """
    if where is True:
        axes = normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim)
        freedom = math.prod(a.shape[k] for k in axes) - correction
        return 1 / freedom if freedom > 0 else math.nan
    freedom = np.sum(np.broadcast_to(where, a.shape), axis=axis, keepdims=True) - correction
    return (1 / np.where(freedom > 0, freedom, np.nan)).astype(np.finfo(a.dtype).dtype)


@pullback(np.var)
def var_pullback(g, _out, a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    """2 (a - mean) / (count - ddof); what ``where`` leaves out takes nothing."""
    a = a if where is True else np.where(where, a, 0)
    distance = (a - np.mean(a, axis=axis, keepdims=True, where=where)).conj()
    scale = per_freedom(a, axis, where, ddof if correction is None else correction)
    g = unreduce(g, a, axis, keepdims) * (2 * scale)
    return g * distance if where is True else np.where(where, g * distance, 0)


@pullback(np.std)
def std_pullback(g, out, a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    """That of the variance over 2 std; 0 where all values are equal."""
    return var_pullback(ratio(g / 2, out), None, a, axis, ddof, keepdims, where, correction)


@composite(np.var)
def var_composite(
    a, axis=None, dtype=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None
):
    """The variance about a given mean, or in another dtype."""
    a = a if where is True else np.where(where, a, 0)
    a = a if dtype is None else a.astype(dtype)
    if mean is None:
        mean = np.mean(a, axis=axis, keepdims=True, where=where)
    distance = a - mean
    total = np.sum((distance * distance.conj()).real, axis=axis, keepdims=True, where=where)
    total = total * per_freedom(a, axis, where, ddof if correction is None else correction)
    return total if keepdims else np.squeeze(total, axis=axis)


@composite(np.std)
def std_composite(
    a, axis=None, dtype=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None
):
    """The root of that variance, with derivative 0 where it is 0."""
    lost = ddof if correction is None else correction
    variance = np.var(a, axis, dtype, None, lost, keepdims, where=where, mean=mean)
    flat = variance == 0
    return np.where(flat, 0, np.sqrt(np.where(flat, 1, variance)))
