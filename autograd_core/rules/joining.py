"""Putting arrays together, taking them apart, and adding to their borders."""

from functools import partial
from math import prod

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import NoRuleError
from ..forms import composite, linear, primitive
from .creation import filling, held, stacked
from .indexing import scatter
from .reductions import on_axis
from .shape import enlarged, in_one, in_three, in_two


# --- joining and splitting ------------------------------------------------------------------------
def concatenate_transpose(g, arrays, axis=0, *, _dtype=None, _casting="same_kind"):
    """Cut g where the arrays met; they are a list, or the slices of one array."""
    several = type(arrays) is list
    shapes = [a.shape for a in arrays] if several else [arrays.shape[1:]] * arrays.shape[0]
    lengths = [prod(shape) if axis is None else shape[axis] for shape in shapes]
    before = () if axis is None else (slice(None),) * (axis % g.ndim)
    pieces, stop = [], 0
    for length in lengths:
        begin, stop = stop, stop + length
        pieces.append(g[(*before, slice(begin, stop))] if before else g[begin:stop])
    if axis is None:
        pieces = [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]
    return pieces if several else np.stack(pieces)


def stack_transpose(g, arrays, axis=0, *, _dtype=None, _casting="same_kind"):
    """One slice of g for each array of a list, or all of them for the slices of one array."""
    if type(arrays) is not list:
        return np.moveaxis(g, axis, 0)
    head = (slice(None),) * (axis % g.ndim)
    return [g[(*head, k)] for k in range(len(arrays))]


def split_transpose(g, ary, indices_or_sections, axis=0):
    """Join the parts; where they overlap, because the indices do not increase, add them up."""
    parts = np.concatenate(g, axis)
    length = ary.shape[axis]
    if parts.shape[axis] == length:
        return parts
    places = np.concatenate(np.array_split(np.arange(length), indices_or_sections))
    return scatter(parts, on_axis(axis, len(ary.shape), places), ary.shape)


# fmt: off
linear(np.concatenate,  concatenate_transpose)
linear(np.stack,        stack_transpose)
linear(np.split,        split_transpose)
linear(np.array_split,  split_transpose)
if hasattr(np, "unstack"):  # from NumPy 2.1 on
    linear(np.unstack,  lambda g, _x, axis=0: np.stack(g, axis))
# fmt: on


# --- with a fixed axis ----------------------------------------------------------------------------
@composite(np.vstack)
def vstack_composite(tup, *, dtype=None, casting="same_kind"):
    """Rows, or matrices, one below the other."""
    return np.concatenate(enlarged(tup, in_two), 0, dtype=dtype, casting=casting)


@composite(np.hstack)
def hstack_composite(tup, *, dtype=None, casting="same_kind"):
    """Vectors one after the other; anything else side by side."""
    arrays = enlarged(tup, in_one)
    axis = 0 if arrays and arrays[0].ndim == 1 else 1
    return np.concatenate(arrays, axis, dtype=dtype, casting=casting)


def in_column(shape):
    """A vector as a matrix of one column."""
    return shape if len(shape) > 1 else (*(shape or (1,)), 1)


composite(np.dstack)(lambda tup: np.concatenate(enlarged(tup, in_three), 2))
composite(np.column_stack)(lambda tup: np.concatenate(enlarged(tup, in_column), 1))


@composite(np.append)
def append_composite(arr, values, axis=None):
    """One after the other, along an axis or as vectors."""
    if axis is None:
        arr, values, axis = np.ravel(arr), np.ravel(stacked(values)), 0
    return np.concatenate([arr, stacked(values)], axis)


@composite(np.block)
def block_composite(arrays):
    """Join the innermost lists along the last axis, those around them along the one before."""
    depth, part = 0, arrays
    while type(part) is list and part:
        depth, part = depth + 1, part[0]
    ndim = max([depth, *[np.ndim(leaf) for leaf in leaves(arrays, depth)]])

    def joined(part, level):
        if level == 0:
            return np.reshape(part, (1,) * (ndim - np.ndim(part)) + np.shape(part))
        return np.concatenate([joined(item, level - 1) for item in part], -level)

    return joined(arrays, depth) if depth else np.copy(arrays)


def leaves(part, depth):
    """The arrays in lists that are nested so deep."""
    if (type(part) is list) != (depth > 0):
        raise ValueError("np.block needs lists that are nested to the same depth everywhere")
    return [leaf for item in part for leaf in leaves(item, depth - 1)] if depth else [part]


def split_along(name, axis, least):
    """The composite of a split along a fixed axis; that of vectors is along their only one."""

    def split(ary, indices_or_sections):
        if ary.ndim < least:
            raise ValueError(f"{name} only works on arrays of {least} or more dimensions")
        return np.split(ary, indices_or_sections, min(axis, ary.ndim - 1))

    return split


composite(np.vsplit)(split_along("vsplit", 0, 2))
composite(np.hsplit)(split_along("hsplit", 1, 1))
composite(np.dsplit)(split_along("dsplit", 2, 3))


# --- grids ----------------------------------------------------------------------------------------
def directed(x, k, ndim):
    """All entries along axis ``k`` of ``ndim``."""
    return np.reshape(x, [-1 if axis == k else 1 for axis in range(ndim)])


@composite(np.meshgrid)
def meshgrid_composite(*xi, copy=True, sparse=False, indexing="xy"):
    """Each vector along an axis of its own; the first two change places in "xy"."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    grids = [directed(x, k, len(xi)) for x, k in zip(xi, axes, strict=True)]
    grids = grids if sparse else np.broadcast_arrays(*grids)
    return tuple([np.copy(grid) for grid in grids]) if copy else grids


@composite(np.ix_)
def ix_composite(*args):
    """Each vector along an axis of its own; of booleans, the places of those that are true."""
    vectors = [arg if hasattr(arg, "dtype") else np.asarray(arg) for arg in args]
    if any(v.ndim != 1 for v in vectors):
        raise ValueError("Cross index must be 1 dimensional")
    vectors = [np.flatnonzero(v) if v.dtype == bool else v for v in vectors]
    return tuple([directed(v, k, len(vectors)) for k, v in enumerate(vectors)])


# --- more entries, and fewer ----------------------------------------------------------------------
def places_of(obj):
    """What says which entries: a tracked Variable refuses to, as an array would."""
    return np.asarray(obj) if hasattr(obj, "dtype") else obj


@composite(np.insert)
def insert_composite(arr, obj, values, axis=None):
    """Gather from both, in the order that NumPy gives the places of the entries."""
    if axis is None:
        arr, axis = np.ravel(arr), 0
    obj, axis = places_of(obj), normalize_axis_index(axis, arr.ndim)
    places, values, shape = np.arange(arr.shape[axis]), stacked(values), list(arr.shape)
    count = np.insert(places, obj, -1).size - places.size
    if count == 1:  # then any number of slices goes there
        values = values.reshape((1,) * (arr.ndim - values.ndim) + values.shape)
        several = isinstance(obj, slice) or np.ndim(obj)
        values = values if several else np.moveaxis(values, 0, axis)
        count = values.shape[axis]
    shape[axis] = count
    order = np.insert(places, obj, places.size + np.arange(count))
    values = filling(held(values, arr.dtype), shape)
    return np.take(np.concatenate([arr, values], axis), order, axis)


@composite(np.delete)
def delete_composite(arr, obj, axis=None):
    """Gather what is left."""
    if axis is None:
        arr, axis = np.ravel(arr), 0
    return np.take(arr, np.delete(np.arange(arr.shape[axis]), places_of(obj)), axis)


# --- borders --------------------------------------------------------------------------------------
def widths(pad_width, ndim):
    """(before, after) for each axis, from one number, a pair, a pair for each, or a dictionary."""
    if isinstance(pad_width, dict):
        pairs = np.zeros((ndim, 2), int)
        for axis, width in pad_width.items():
            pairs[axis] = width
        return pairs.tolist()
    return np.broadcast_to(pad_width, (ndim, 2)).tolist()


def pad_transpose(g, array, pad_width):
    """What is within the border."""
    pairs = zip(widths(pad_width, array.ndim), array.shape, strict=True)
    return g[tuple([slice(width, width + n) for (width, _), n in pairs])]


@primitive
def extended(array, pad_width, mode, reflect_type):
    """np.pad by a mode that copies entries, or turns them about the ends."""
    options = {"reflect_type": reflect_type} if mode in ("reflect", "symmetric") else {}
    return np.pad(array, pad_width, mode, **options)


def extended_transpose(g, array, pad_width, mode, reflect_type):
    """An entry takes what its copies take; one that was turned, by its weights in the border."""
    for axis, pair in enumerate(widths(pad_width, array.ndim)):
        n = array.shape[axis]
        if reflect_type == "odd":
            weights = np.pad(np.eye(n, dtype=g.dtype), [pair, (0, 0)], mode, reflect_type="odd")
            g = np.moveaxis(np.tensordot(g, weights, (axis, 0)), -1, axis)
        elif any(pair):
            place = on_axis(axis, g.ndim, np.pad(np.arange(n), pair, mode))
            g = scatter(g, place, (*g.shape[:axis], n, *g.shape[axis + 1 :]))
    return g


linear(np.pad, pad_transpose)  # with zeros; everything else below
linear(extended, extended_transpose)


OPTIONS = {  # of each mode
    "constant": ["constant_values"], "linear_ramp": ["end_values"], "edge": [], "wrap": [],
    "empty": [], "reflect": ["reflect_type"], "symmetric": ["reflect_type"],
    **{mode: ["stat_length"] for mode in ("maximum", "minimum", "mean", "median")},
}  # fmt: skip


@composite(np.pad)
def pad_composite(
    array, pad_width, mode="constant", *,
    constant_values=None, end_values=None, stat_length=None, reflect_type=None,
):  # fmt: skip
    """Extend one axis after the other; the later ones see the borders of the earlier."""
    given = {"constant_values": constant_values, "end_values": end_values}
    given |= {"stat_length": stat_length, "reflect_type": reflect_type}
    value = checked_option(mode, {k: v for k, v in given.items() if v is not None})
    zero = isinstance(value, int | float) and value == 0
    if mode == "empty" or (mode == "constant" and zero) or not np.any(pad_width):
        return np.pad(array, pad_width)
    if mode not in BORDERS:
        return extended(array, pad_width, mode, value or "even")
    np.pad(np.zeros((1,) * array.ndim), pad_width)  # NumPy's own error
    default = None if mode in STATISTICS else 0
    value = np.broadcast_to(default if value is None else stacked(value), (array.ndim, 2))
    for axis, pair in enumerate(widths(pad_width, array.ndim)):
        array = bordered(array, axis, pair, mode, value[axis]) if any(pair) else array
    return array


def checked_option(mode, given):
    """The value of the one option that the mode has, or None."""
    if callable(mode):
        raise NoRuleError(
            "np.pad(..., mode=function) is not differentiable with this option; "
            "it is with the modes that have names.",
            "the function writes into a plain array.",
            "a mode with a name, or np.concatenate",
        )
    if mode not in OPTIONS:
        raise ValueError(f"mode '{mode}' is not supported")
    if unknown := set(given) - set(OPTIONS[mode]):
        raise ValueError(f"unsupported keyword arguments for mode '{mode}': {unknown}")
    return next(iter(given.values()), None)


def slab(x, axis, begin, end):
    """The entries from one place to another along an axis."""
    return x[on_axis(axis, x.ndim, slice(begin, end))]


def bordered(x, axis, pair, mode, values):
    """Extended on both sides by what the mode makes of the value for this side."""
    parts = [x]
    for side, width in enumerate(pair):
        shape = [width if k == axis else n for k, n in enumerate(x.shape)]
        border = BORDERS[mode](x, axis, side, width, values[side])
        border = np.broadcast_to(held(stacked(border), x.dtype), shape)
        parts.insert(side * len(parts), border)
    return np.concatenate(parts, axis)


def ramp(x, axis, side, width, value):
    """From a value to the edge, which it does not reach."""
    n = x.shape[axis]
    edge = x[on_axis(axis, x.ndim, n - 1 if side else 0)]
    steps = np.linspace(value, edge, width, endpoint=False, dtype=x.dtype, axis=axis)
    return np.flip(steps, axis) if side else steps


def statistic(function):
    """The border that is a statistic of the entries next to it; all, if no length is given."""

    def border(x, axis, side, _width, length):
        n = x.shape[axis]
        length = n if length is None else min(length, n)
        near = slab(x, axis, n - length, n) if side else slab(x, axis, 0, length)
        value = function(near, axis)
        return value if x.dtype.kind in "fc" else np.round(value)

    return border


def median(x, axis):
    """The mean of the middle two along an axis that is kept, or nan if there is one."""
    n, x = x.shape[axis], np.sort(x, axis)
    lower, upper = slab(x, axis, (n - 1) // 2, (n + 1) // 2), slab(x, axis, n // 2, n // 2 + 1)
    top = slab(x, axis, n - 1, n)
    return np.where(np.isnan(top), top, (lower + upper) / 2)


STATISTICS = {
    "maximum": partial(np.max, keepdims=True),
    "minimum": partial(np.min, keepdims=True),
    "mean": partial(np.mean, keepdims=True),
    "median": median,
}
BORDERS = {
    "constant": lambda _x, _axis, _side, _width, value: value,
    "linear_ramp": ramp,
    **{mode: statistic(function) for mode, function in STATISTICS.items()},
}
