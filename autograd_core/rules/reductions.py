"""Sums, products, extrema and scans along axes.

The plain options stand in the rules; ``dtype=``, ``where=`` and ``initial=`` in the composite of
the same function, which is differentiable in ``initial`` too.
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
    return g.reshape(shape)


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
def cumsum_transpose(g, a, axis=None, _dtype=None):
    """The sum of all later cotangents, and one's own."""
    axis = 0 if axis is None else axis
    return backwards(backwards(g, axis).cumsum(axis), axis).reshape(a.shape)


def without_initial(g, axis, include_initial):
    """What belongs to the entries, if a scan began with its neutral element."""
    return g[on_axis(axis or 0, g.ndim, slice(1, None))] if include_initial else g


def trace_transpose(g, a, offset=0, axis1=0, axis2=1, *, _dtype=None):
    """The cotangent on the diagonal, zeros beside it."""
    diagonal = np.eye(a.shape[axis1], a.shape[axis2], offset, dtype=bool)
    return np.moveaxis(np.where(diagonal, g[..., None, None], 0), (-2, -1), (axis1, axis2))


# fmt: off
linear(np.sum,     lambda g, a, axis=None, keepdims=False: unreduce(g, a, axis, keepdims))
linear(np.mean,    lambda g, a, axis=None, keepdims=False:
                       unreduce(g, a, axis, keepdims) * (g.size / max(a.size, 1)))
linear(np.cumsum,  cumsum_transpose)
linear(np.trace,   trace_transpose)
# fmt: on


# --- products -------------------------------------------------------------------------------------
def is_normal(x):
    """Whether no entry is zero, subnormal, infinite or nan: dividing by it loses nothing."""
    size = np.absolute(x)
    return bool(((size >= np.finfo(x.dtype).tiny) & (size < np.inf)).all())


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
    hit = (a == out) | (a != a)
    share = 1 / hit.sum(axis=axis, keepdims=True)  # the counts may be too large for float16
    return np.where(hit, g * share.astype(g.dtype), 0)


for op in (np.max, np.min, np.amax, np.amin):
    pullback(op)(extremum_pullback)


# --- rarer options --------------------------------------------------------------------------------
def selected(a, where, otherwise):
    """The array, with another value where it takes no part."""
    return a if where is True else np.where(np.broadcast_to(where, a.shape), a, otherwise)


def start(initial, dtype):
    """The value that a reduction starts from: one number, in the dtype of the result."""
    return np.reshape(initial, ()).astype(dtype)


@composite(np.sum)
def sum_composite(a, axis=None, dtype=None, keepdims=False, initial=None, where=True):
    """The sum of what is selected, and of the initial value."""
    a = a if dtype is None else a.astype(dtype)
    total = np.sum(selected(a, where, 0), axis=axis, keepdims=keepdims)
    return total if initial is None else total + start(initial, total.dtype)


@composite(np.prod)
def prod_composite(a, axis=None, dtype=None, keepdims=False, initial=None, where=True):
    """The product of what is selected, and of the initial value."""
    a = a if dtype is None else a.astype(dtype)
    total = np.prod(selected(a, where, 1), axis=axis, keepdims=keepdims)
    return total if initial is None else total * start(initial, total.dtype)


@composite(np.mean)
def mean_composite(a, axis=None, dtype=None, keepdims=False, where=True):
    """The sum of what is selected over its count; halves are summed in single precision."""
    half = dtype is None and a.dtype == np.float16
    count = np.sum(np.broadcast_to(where, a.shape), axis=axis, keepdims=keepdims)
    total = np.sum(a, axis, np.float32 if half else dtype, None, keepdims, where=where)
    mean = total / (count.astype(total.dtype) if total.dtype.kind in "fc" else count)
    return mean.astype(np.float16 if half else dtype or mean.dtype)


def extremum_composite(op, pair, last):
    """The composite of an extremum: of what is selected, then of that and the initial value."""

    def extremum(a, axis=None, keepdims=False, initial=None, where=True):
        a = selected(a, where, last if a.dtype.kind in "fc" else initial)
        most = op(a, axis=axis, keepdims=keepdims)
        return most if initial is None else pair(most, start(initial, most.dtype))

    return extremum


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
