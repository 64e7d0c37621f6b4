"""Sums, products, extrema and scans along axes.

The plain options stand in the rules, the rarer ones in the composites of the same functions. The
file knows nothing of ufuncs: their ``reduce`` and ``accumulate`` are in methods.py.
"""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..forms import composite, linear, pullback

ABSENT = np._NoValue  # NumPy's own default of ``initial``


def unreduce(g, a, axis, keepdims):
    """Put the reduced axes back with length one; the engine expands them."""
    if keepdims or axis is None or a.ndim == 0:  # NumPy lets a number be reduced along axis 0
        return g
    if type(axis) is int:
        axis = normalize_axis_index(axis, a.ndim)
        return g.reshape((*g.shape[:axis], 1, *g.shape[axis:]))
    axes = normalize_axis_tuple(axis, a.ndim)
    return g.reshape([1 if k in axes else n for k, n in enumerate(a.shape)])


def spread(g, a, axis, keepdims, where):
    """A cotangent of sums for the summands: nothing for those that were left out."""
    g = unreduce(g, a, axis, keepdims)
    return g if where is True else np.where(where, g, 0)


def per_count(hit, axis, dtype):
    """One over how many are hit along the axis, 0 for none, of a dtype; reduced axes kept.

    The division is by whole numbers: 70 000 is too many for float16, its inverse is not.
    """
    count = np.add.reduce(hit, axis, np.intp, keepdims=True)
    return (1 / np.maximum(count, 1)).astype(dtype)


def mean_transpose(g, a, axis=None, _dtype=None, keepdims=False, where=True):
    """Each summand takes its share of the cotangent."""
    if where is True:
        return unreduce(g, a, axis, keepdims) * (g.size / max(a.size, 1))
    shares = per_count(np.broadcast_to(where, a.shape), axis, g.dtype)
    return spread(g, a, axis, keepdims, where) * shares


def cumsum_transpose(g, a, axis=None, _dtype=None):
    """The sums from the other end."""
    if axis is None:
        return g[::-1].cumsum()[::-1].reshape(a.shape)
    back = (slice(None),) * normalize_axis_index(axis, a.ndim) + (slice(None, None, -1),)
    return g[back].cumsum(axis)[back]


# fmt: off
#      op           transpose
linear(np.sum,      lambda g, a, axis=None, _dtype=None, keepdims=False, where=True:
                        spread(g, a, axis, keepdims, where))
linear(np.mean,     mean_transpose)
linear(np.cumsum,   cumsum_transpose)
# fmt: on


@composite(np.sum)
def sum_composite(a, axis=None, dtype=None, keepdims=False, initial=ABSENT, where=True):
    """The sum, and what it starts from."""
    total = np.sum(a, axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    if initial is ABSENT:
        return total
    return total + (initial if dtype is None else np.astype(np.asarray(initial), dtype)[()])


@composite(np.trace)
def trace_composite(a, offset=0, axis1=0, axis2=1, dtype=None):
    """The sum of the diagonal."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


# --- extrema --------------------------------------------------------------------------------------
@pullback(np.max)
@pullback(np.amax)
@pullback(np.min)
@pullback(np.amin)
def extremum_pullback(g, out, a, axis=None, keepdims=False):
    """Tied extrema share the cotangent equally; a nan takes all of it, as it is the result."""
    g, out = unreduce(g, a, axis, keepdims), unreduce(out, a, axis, keepdims)
    hit = (a == out) | (a != a)
    return g * hit * per_count(hit, axis, g.dtype)


def extremum_composite(extremum, larger, worst):
    """An extremum among selected entries and an initial value, which ties as an operand would."""

    def composed(a, axis=None, keepdims=False, initial=ABSENT, where=True):
        if where is not True:
            if initial is ABSENT:
                raise ValueError("reduction operation with a mask has no identity; give initial=")
            a = np.where(where, a, worst)
        if initial is not ABSENT and not a.size:
            return np.full(np.sum(np.empty(a.shape), axis=axis, keepdims=keepdims).shape, initial)
        found = extremum(a, axis=axis, keepdims=keepdims)
        return found if initial is ABSENT else larger(found, initial)

    return composed


for _max, _min in ((np.max, np.min), (np.amax, np.amin)):
    composite(_max)(extremum_composite(_max, np.maximum, -np.inf))
    composite(_min)(extremum_composite(_min, np.minimum, np.inf))


@composite(np.ptp)
def ptp_composite(a, axis=None, keepdims=False):
    """From the smallest to the largest."""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


# --- products, without a division by what may be zero ---------------------------------------------
def shifted(x, steps, fill):
    """Entries moved towards the start of the first axis; ``fill`` comes in at its end."""
    return np.concatenate([x[steps:], np.full(x[:steps].shape, fill, x.dtype)])


def scanned(g, x):
    """rᵢ = gᵢ + xᵢ₊₁ rᵢ₊₁ along the first axis, in log n steps that double the stride."""
    factor, r, step = shifted(x, 1, 0), g, 1
    while step < x.shape[0]:
        r = r + factor * shifted(r, step, 0)
        factor = factor * shifted(factor, step, 0)
        step *= 2
    return r


def exclusive(out):
    """The products of all entries before each, from the running products; along the first axis."""
    return np.concatenate([np.ones(out[:1].shape, out.dtype), out[:-1]])


@pullback(np.cumprod)
def cumprod_pullback(g, out, a, axis=None, _dtype=None):
    """x̄ᵢ = Lᵢ rᵢ: what is before, times the scan of what comes after; any number of zeros."""
    if axis is None:
        return (exclusive(out) * scanned(g, a.reshape(-1))).reshape(a.shape)
    front = [np.moveaxis(array, axis, 0) for array in (g, out, a)]
    return np.moveaxis(exclusive(front[1]) * scanned(front[0], front[2]), 0, axis)


@pullback(np.prod)
def prod_pullback(g, out, a, axis=None, keepdims=False):
    """g times the product of all others: by division where nothing is 0, else by scans."""
    g, out = unreduce(g, a, axis, keepdims), unreduce(out, a, axis, keepdims)
    if a.size and np.all(np.absolute(out) >= np.finfo(out.dtype).tiny):
        return g * out / a
    axes = normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim)
    first = np.moveaxis(a, axes, range(len(axes)))
    flat = first.reshape(math.prod(first.shape[: len(axes)]), *first.shape[len(axes) :])
    others = exclusive(np.cumprod(flat, axis=0)) * exclusive(np.cumprod(flat[::-1], axis=0))[::-1]
    return g * np.moveaxis(others.reshape(first.shape), range(len(axes)), axes)


@composite(np.prod)
def prod_composite(a, axis=None, dtype=None, keepdims=False, initial=ABSENT, where=True):
    """The product of selected entries, in another dtype, times what it starts from."""
    a = a if where is True else np.where(where, a, 1)
    a = a if dtype is None else np.astype(a, dtype)
    product = np.prod(a, axis=axis, keepdims=keepdims)
    return product if initial is ABSENT else product * initial


# --- the array standard's scans, in the older ones ------------------------------------------------
def cumulative_composite(scan, start):
    """A running sum or product, with what it starts from in front on demand."""

    def composed(x, *, axis=None, dtype=None, include_initial=False):
        if axis is None and x.ndim != 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` is required.")
        axis = axis or 0
        out = scan(x, axis=axis, dtype=dtype)
        if not include_initial:
            return out
        shape = [1 if k == axis % x.ndim else n for k, n in enumerate(x.shape)]
        return np.concatenate([np.full(shape, start, out.dtype), out], axis=axis)

    return composed


if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    composite(np.cumulative_sum)(cumulative_composite(np.cumsum, 0))
    composite(np.cumulative_prod)(cumulative_composite(np.cumprod, 1))
