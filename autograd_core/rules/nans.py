"""Reductions that leave nan out: the plain ones of what is left. A nan takes nothing."""

import warnings

import numpy as np

from ..forms import composite, pullback
from .creation import stacked
from .reductions import ABSENT, per_count, unreduce
from .sorting import plainly
from .statistics import freedom, root


def given(initial, where):
    """The options of a reduction that are not at their default."""
    options = {} if initial is ABSENT else {"initial": initial}
    return options if where is True else {**options, "where": where}


# --- sums and products ----------------------------------------------------------------------------
def reduction_without_nan(op, plain, neutral):
    """Declare a reduction in which a neutral element stands for each nan."""

    @composite(op)
    def without_nan(a, axis=None, dtype=None, keepdims=False, initial=ABSENT, where=True):
        a = np.where(np.isnan(a), neutral, a)
        return plain(a, axis=axis, dtype=dtype, keepdims=keepdims, **given(initial, where))


def scan_without_nan(op, plain, neutral):
    """Declare a scan in which a neutral element stands for each nan."""

    @composite(op)
    def without_nan(a, axis=None, dtype=None):
        return plain(np.where(np.isnan(a), neutral, a), axis=axis, dtype=dtype)


reduction_without_nan(np.nansum, np.sum, 0)
reduction_without_nan(np.nanprod, np.prod, 1)
scan_without_nan(np.nancumsum, np.cumsum, 0)
scan_without_nan(np.nancumprod, np.cumprod, 1)


# --- means ----------------------------------------------------------------------------------------
def check_dtype(dtype):
    """Raise, as NumPy does, for a dtype in which there is no nan."""
    if dtype is not None and np.dtype(dtype).kind not in "fc":
        raise TypeError("If a is inexact, then dtype must be inexact")


@pullback(np.nanmean)
def nanmean_pullback(g, _out, a, axis=None, _dtype=None, keepdims=False, where=True):
    """Each that is no nan takes its share."""
    valid = ~np.isnan(a) & where
    return np.where(valid, unreduce(g, a, axis, keepdims) * per_count(valid, axis, g.dtype), 0)


def variance_without_nan(a, axis, dtype, lost, keepdims, valid, mean):
    """About a given mean, or summed in another dtype; distances are in that of a, as in NumPy."""
    a = stacked(a)
    kept = {"axis": axis, "dtype": dtype, "keepdims": True}
    if mean is ABSENT:
        total = np.sum(np.where(valid, a, 0), **kept)
        count = np.maximum(np.sum(valid, axis=axis, keepdims=True), 1)
        mean = total / count.astype(np.finfo(total.dtype).dtype)
    distance = np.where(valid, a - mean, 0).astype(a.dtype)
    absolute = a.dtype.kind == "c"
    total = np.sum((distance * distance.conj()).real if absolute else distance**2, **kept)
    left = freedom(a, axis, valid, lost)
    if np.any(np.isnan(left)):
        warnings.warn("Degrees of freedom <= 0 for slice.", RuntimeWarning, stacklevel=2)
    variance = total / left.astype(np.finfo(total.dtype).dtype)
    return variance if keepdims else np.squeeze(variance, axis=axis)


def spread_without_nan(op, plain, finish):
    """Declare a variance or standard deviation of what is no nan."""

    @composite(op)
    def without_nan(
        a, axis=None, dtype=None, ddof=0, keepdims=False, *,
        where=True, mean=ABSENT, correction=ABSENT,
    ):  # fmt: skip
        check_dtype(dtype)
        corrected = {} if correction is ABSENT else {"correction": correction}
        valid = ~np.isnan(a) & where
        if dtype is None and mean is ABSENT:
            with np.errstate(invalid="ignore", divide="ignore"):
                return plain(a, axis=axis, ddof=ddof, keepdims=keepdims, where=valid, **corrected)
        np.var(np.zeros((2, 2)), ddof=ddof, **corrected)  # both are an error, NumPy's own
        lost = corrected.get("correction", ddof)
        return finish(variance_without_nan(a, axis, dtype, lost, keepdims, valid, mean))


spread_without_nan(np.nanvar, np.var, lambda variance: variance)
spread_without_nan(np.nanstd, np.std, root)


# --- extrema --------------------------------------------------------------------------------------
def extremum_without_nan(op, plain, last):
    """Declare an extremum: tied entries share, and nothing is equal to nan."""

    @pullback(op)
    def extremum_pullback(g, out, a, axis=None, keepdims=False):
        g, out = unreduce(g, a, axis, keepdims), unreduce(out, a, axis, keepdims)
        hit = a == out
        return np.where(hit, g * per_count(hit, axis, g.dtype), 0)

    @composite(op)
    def extremum_composite(a, axis=None, keepdims=False, initial=ABSENT, where=True):
        if initial is ABSENT:
            return plainly(op, a, axis, keepdims=keepdims, where=where)  # NumPy's own error
        a = np.where(np.isnan(a), last, a)
        return plain(a, axis=axis, keepdims=keepdims, **given(initial, where))


extremum_without_nan(np.nanmax, np.max, -np.inf)
extremum_without_nan(np.nanmin, np.min, np.inf)
