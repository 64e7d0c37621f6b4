"""Sums, products, extrema and scans along axes.

What keeps a function linear or simple stands in its rule; the other options in the composite of the
same function, which is differentiable in ``initial`` too. The file knows nothing of ufuncs: their
``reduce`` and ``accumulate`` are in methods.py.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..forms import composite, linear, pullback


# --- axes -----------------------------------------------------------------------------------------
def unreduce(g, a, axis, keepdims):
    """Put the reduced axes back with length one; the engine expands them."""
    if keepdims or axis is None or not a.shape:
        return g
    shape = list(a.shape)
    for k in axis if type(axis) is tuple else (axis,):
        shape[k] = 1
    return g.reshape(tuple(shape))


def on_axis(axis, ndim, part):
    """The index that takes a part of one axis, and all of the others.

    >>> on_axis(-2, 3, 0)
    (slice(None, None, None), 0)
    """
    return (*(slice(None),) * (axis % ndim), part)


def backwards(x, axis):
    """The entries along an axis in reverse order."""
    return x[on_axis(axis, x.ndim, slice(None, None, -1))]


def line(a, axis):
    """What a scan runs along: the array and its axis; all entries in a row where that is None."""
    return (a.reshape(-1), 0) if axis is None or not a.shape else (a, axis)


# --- sums and means -------------------------------------------------------------------------------
def spread(g, a, axis, keepdims, where):
    """A cotangent of sums for the summands: nothing for those that were left out."""
    g = unreduce(g, a, axis, keepdims)
    return g if where is True else np.where(where, g, 0)


def per_count(hit, axis, dtype):
    """One over how many are hit along the axis, of a dtype; 0 for none; reduced axes kept.

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
    """The sum of all later cotangents, and one's own."""
    axis = 0 if axis is None else axis
    return backwards(backwards(g, axis).cumsum(axis), axis).reshape(a.shape)


def without_initial(g, axis, include_initial):
    """What belongs to the entries, if a scan began with its neutral element."""
    return g[on_axis(axis or 0, g.ndim, slice(1, None))] if include_initial else g


def trace_transpose(g, a, offset=0, axis1=0, axis2=1, _dtype=None):
    """The cotangent on the diagonal, zeros beside it."""
    diagonal = np.eye(a.shape[axis1], a.shape[axis2], offset, dtype=bool)
    return np.moveaxis(np.where(diagonal, g[..., None, None], 0), (-2, -1), (axis1, axis2))


# fmt: off
linear(np.sum,     lambda g, a, axis=None, _dtype=None, keepdims=False, where=True:
                       spread(g, a, axis, keepdims, where))
linear(np.mean,    mean_transpose)
linear(np.cumsum,  cumsum_transpose)
linear(np.trace,   trace_transpose)
# fmt: on


# --- products -------------------------------------------------------------------------------------
def is_normal(x):
    """Whether no entry, of at least one, is zero, subnormal, infinite or nan: safe to divide by."""
    size = np.absolute(x)
    least, most = np.minimum.reduce(size, axis=None), np.maximum.reduce(size, axis=None)
    return np.finfo(x.dtype).tiny <= least and most < np.inf


def joined(a, axis):
    """The array with the reduced axes as one at its end, and the permutation that led there."""
    axes = normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim)
    order = [k for k in range(a.ndim) if k not in axes] + list(axes)
    moved = a.transpose(order)
    return moved.reshape((*moved.shape[: a.ndim - len(axes)], -1)), order


def before(x):
    """Along the last axis, for each entry the product of those before it; 1 for the first."""
    one = np.ones((*x.shape[:-1], 1), x.dtype)
    return np.cumprod(np.concatenate([one, x[..., :-1]], -1), -1)


def prod_pullback(g, out, a, axis=None, keepdims=False):
    """ḡ times the product of all others: no division, unless no digit is lost by it."""
    g = unreduce(g, a, axis, keepdims)
    if a.size < 2:
        return g
    if type(a) is np.ndarray and is_normal(out):
        return g * unreduce(out, a, axis, keepdims) / a
    x, order = joined(a, axis)
    others = before(x) * before(x[..., ::-1])[..., ::-1]
    shape = [a.shape[k] for k in order]
    return g * others.reshape(shape).transpose(np.argsort(order).tolist())


def rest(x, g):
    """r with r[i] = g[i] + x[i+1] r[i+1] along the last axis, by doubling the step."""
    factor, step = x[..., 1:], 1
    while step < x.shape[-1]:
        head = g[..., :-step] + factor * g[..., step:]
        g = np.concatenate([head, g[..., -step:]], -1)
        factor, step = factor[..., :-step] * factor[..., step:], 2 * step
    return g


def cumprod_pullback(g, out, a, axis=None):
    """x̄ᵢ = Lᵢ rᵢ: the product before, times what the cotangents from here on make of the rest."""
    x, axis = line(a, axis)
    if a.size < 2:
        return g.reshape(a.shape)
    if type(a) is np.ndarray and is_normal(out):
        return (cumsum_transpose(g * out, x, axis) / x).reshape(a.shape)
    x, g = x.swapaxes(axis, -1), g.swapaxes(axis, -1)
    return (before(x) * rest(x, g)).swapaxes(axis, -1).reshape(a.shape)


pullback(np.prod)(prod_pullback)
pullback(np.cumprod)(cumprod_pullback)

if hasattr(np, "cumulative_sum"):  # from NumPy 2.1 on
    linear(
        np.cumulative_sum,
        lambda g, x, axis=None, _dtype=None, include_initial=False: cumsum_transpose(
            without_initial(g, axis, include_initial), x, axis
        ),
    )

    @pullback(np.cumulative_prod)
    def cumulative_prod_pullback(g, out, x, axis=None, include_initial=False):
        """As cumprod; the initial 1 takes nothing."""
        g, out = (without_initial(part, axis, include_initial) for part in (g, out))
        return cumprod_pullback(g, out, x, axis)

    composite(np.cumulative_prod)(
        lambda x, axis=None, dtype=None, include_initial=False: np.cumulative_prod(
            x.astype(dtype), axis=axis, include_initial=include_initial
        )
    )


# --- extrema --------------------------------------------------------------------------------------
def extremum_pullback(g, out, a, axis=None, keepdims=False):
    """Tied entries share the cotangent equally; a nan is the extremum of its slice."""
    g, out = unreduce(g, a, axis, keepdims), unreduce(out, a, axis, keepdims)
    hit = a == out
    if np.count_nonzero(hit) == out.size == np.count_nonzero(out == out):  # no tie, and no nan
        return np.where(hit, g, 0.0)
    hit = hit | (a != a)
    return np.where(hit, g * per_count(hit, axis, g.dtype), 0.0)


for op in (np.max, np.min, np.amax, np.amin):
    pullback(op)(extremum_pullback)


# --- rarer options --------------------------------------------------------------------------------
ABSENT = np._NoValue  # NumPy's own default of ``initial``


def started(combine, total, initial):
    """A reduction and the one number that it starts from, in the dtype of the result."""
    if initial is ABSENT or initial is None:
        return total
    return combine(total, np.reshape(initial, ()).astype(total.dtype))


@composite(np.sum)
def sum_composite(a, axis=None, dtype=None, keepdims=False, initial=ABSENT, where=True):
    """The sum, and what it starts from."""
    total = np.sum(a, axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    return started(np.add, total, initial)


@composite(np.prod)
def prod_composite(a, axis=None, dtype=None, keepdims=False, initial=ABSENT, where=True):
    """The product of what is selected, in another dtype, times what it starts from."""
    a = a if where is True else np.where(where, a, 1)
    a = a if dtype is None else a.astype(dtype)
    return started(np.multiply, np.prod(a, axis=axis, keepdims=keepdims), initial)


def extremum_composite(extremum, pair, last):
    """An extremum of what is selected; an initial value ties with it as an operand would."""

    def composed(a, axis=None, keepdims=False, initial=ABSENT, where=True):
        if where is not True:
            if initial is ABSENT:
                raise ValueError("reduction operation with a mask has no identity; give initial=")
            a = np.where(where, a, last if a.dtype.kind in "fc" else initial)
        if a.size:
            return started(pair, extremum(a, axis=axis, keepdims=keepdims), initial)
        nothing = np.sum(a, axis=axis, keepdims=keepdims)  # of the shape and dtype of the result
        return nothing + np.reshape(initial, ()).astype(nothing.dtype)

    return composed


for op in (np.max, np.amax):
    composite(op)(extremum_composite(op, np.maximum, -np.inf))
for op in (np.min, np.amin):
    composite(op)(extremum_composite(op, np.minimum, np.inf))

composite(np.cumprod)(lambda a, axis=None, dtype=None: np.cumprod(a.astype(dtype), axis=axis))
composite(np.ptp)(
    lambda a, axis=None, keepdims=False: (
        np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)
    )
)
