"""Putting arrays together, taking them apart, and padding them."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import NoRuleError
from ..forms import composite, linear, primitive
from .indexing import scatter


# --- transposes -----------------------------------------------------------------------------------
def concatenate_transpose(g, arrays, axis=0, _dtype=None, _casting="same_kind"):
    """Cut where the arrays met; the rows of one array, joined, are stacked again."""
    listed = isinstance(arrays, list)
    shapes = [a.shape for a in arrays] if listed else [arrays.shape[1:]] * arrays.shape[0]
    if axis is None:
        lengths, axis = [int(np.prod(shape)) for shape in shapes], 0
    else:
        axis = normalize_axis_index(axis, g.ndim)
        lengths = [shape[axis] for shape in shapes]
    before, start, parts = (slice(None),) * axis, 0, []
    for shape, length in zip(shapes, lengths, strict=True):
        parts.append(g[(*before, slice(start, start + length))].reshape(shape))
        start += length
    return parts if listed else np.stack(parts)


def stack_transpose(g, arrays, axis=0, _dtype=None, _casting="same_kind"):
    """Read what was stacked; of the rows of one array, move the axis back."""
    if not isinstance(arrays, list):
        return np.moveaxis(g, axis, 0)
    before = (slice(None),) * normalize_axis_index(axis, g.ndim)
    return [g[(*before, k)] for k in range(len(arrays))]


def split_transpose(g, ary, indices_or_sections, axis=0):
    """Join the parts; where they overlap, or leave something out, put each where it was."""
    joined = np.concatenate(g, axis)
    if joined.shape == ary.shape:
        return joined
    axis = normalize_axis_index(axis, ary.ndim)
    places = np.concatenate(np.array_split(np.arange(ary.shape[axis]), indices_or_sections))
    return scatter(joined, (slice(None),) * axis + (places,), ary.shape)


# fmt: off
#      op               transpose
linear(np.concatenate,  concatenate_transpose)
linear(np.stack,        stack_transpose)
linear(np.split,        split_transpose)
linear(np.array_split,  split_transpose)
if hasattr(np, "unstack"):  # NumPy 2.1
    linear(np.unstack,  lambda g, _x, axis=0: np.stack(g, axis))
# fmt: on


# --- derived functions ----------------------------------------------------------------------------
@composite(np.vstack)
def vstack_composite(tup, *, dtype=None, casting="same_kind"):
    """Rows, one below the other."""
    rows = [np.atleast_2d(a) for a in tup]
    return np.concatenate(rows, axis=0, dtype=dtype, casting=casting)


@composite(np.hstack)
def hstack_composite(tup, *, dtype=None, casting="same_kind"):
    """Side by side: along the second axis, or the only one."""
    arrays = [np.atleast_1d(a) for a in tup]
    axis = 0 if arrays and arrays[0].ndim == 1 else 1
    return np.concatenate(arrays, axis=axis, dtype=dtype, casting=casting)


@composite(np.dstack)
def dstack_composite(tup):
    """One behind the other: along the third axis."""
    return np.concatenate([np.atleast_3d(a) for a in tup], axis=2)


@composite(np.column_stack)
def column_stack_composite(tup):
    """Vectors as columns, matrices as they are, side by side."""
    columns = [a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in tup]
    return np.concatenate(columns, axis=1)


def depth(nested):
    """How deep the lists of a block matrix are nested."""
    if isinstance(nested, tuple):
        raise TypeError("arrays is a tuple; only lists can be used to arrange blocks")
    if not isinstance(nested, list):
        return 0
    depths = {depth(item) for item in nested}
    if len(depths) != 1:
        raise ValueError("List depths are mismatched" if depths else "List cannot be empty")
    return 1 + depths.pop()


def joined(nested, level, ndim):
    """Blocks of ``ndim`` axes, those of the innermost lists joined along the last one."""
    if level == 0:
        return np.reshape(nested, (1,) * (ndim - np.ndim(nested)) + np.shape(nested))
    return np.concatenate([joined(item, level - 1, ndim) for item in nested], axis=-level)


@composite(np.block)
def block_composite(arrays):
    """Join nested lists of blocks, the innermost ones along the last axis."""
    levels, leaves = depth(arrays), [arrays]
    for _ in range(levels):
        leaves = [item for nested in leaves for item in nested]
    return joined(arrays, levels, max(levels, *map(np.ndim, leaves)))


@composite(np.append)
def append_composite(arr, values, axis=None):
    """Join two arrays, flattened unless there is an axis."""
    return np.concatenate([arr, values], axis=axis)


@composite(np.hsplit)
def hsplit_composite(ary, indices_or_sections):
    """Split along the second axis, or the only one."""
    if ary.ndim == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return np.split(ary, indices_or_sections, axis=1 if ary.ndim > 1 else 0)


@composite(np.vsplit)
def vsplit_composite(ary, indices_or_sections):
    """Split along the first axis of several."""
    if ary.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return np.split(ary, indices_or_sections, axis=0)


@composite(np.dsplit)
def dsplit_composite(ary, indices_or_sections):
    """Split along the third axis."""
    if ary.ndim < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return np.split(ary, indices_or_sections, axis=2)


# --- among the entries of an axis -----------------------------------------------------------------
def flattened(arr, axis):
    """The array and the axis to work along: the flattened one if there is none."""
    if axis is None:
        return np.ravel(arr), 0
    return arr, normalize_axis_index(axis, np.ndim(arr))


@composite(np.delete)
def delete_composite(arr, obj, axis=None):
    """Take the entries that are left; NumPy says which, of the places."""
    arr, axis = flattened(arr, axis)
    return np.take(arr, np.delete(np.arange(arr.shape[axis]), obj), axis=axis)


@composite(np.insert)
def insert_composite(arr, obj, values, axis=None):
    """Join both, then take the entries in their new order; NumPy says which, of the places."""
    arr, axis = flattened(arr, axis)
    length, kept = arr.shape[axis], np.arange(arr.shape[axis])
    count = np.insert(kept, obj, -1).size - length
    if count == 1:  # one place takes any number of values
        values = np.reshape(values, (1,) * (arr.ndim - np.ndim(values)) + np.shape(values))
        values = np.moveaxis(values, 0, axis) if np.ndim(obj) == 0 else values
        count = values.shape[axis]
    values = np.broadcast_to(values, (*arr.shape[:axis], count, *arr.shape[axis + 1 :]))
    order = np.insert(kept, obj, length + np.arange(count))
    both = np.concatenate([arr, values], axis=axis, dtype=arr.dtype, casting="unsafe")
    return np.take(both, order, axis=axis)


# --- grids ----------------------------------------------------------------------------------------
@composite(np.meshgrid)
def meshgrid_composite(*xi, copy=True, sparse=False, indexing="xy"):
    """Each vector along its own axis; unless sparse, repeated along those of the others."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    grid = [np.reshape(x, [-1 if k == axis else 1 for k in axes]) for axis, x in enumerate(xi)]
    grid = grid if sparse else np.broadcast_arrays(*grid)
    return tuple([np.copy(x) if copy else x for x in grid])


@composite(np.ix_)
def ix_composite(*args):
    """Each vector along its own axis; of booleans, where they are true."""
    out = []
    for axis, vector in enumerate(args):
        x = vector if hasattr(vector, "dtype") else np.asarray(vector)
        if x.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        x = np.flatnonzero(x) if x.dtype == bool else x
        out.append(np.reshape(x, [x.size if k == axis else 1 for k in range(len(args))]))
    return tuple(out)


# --- padding --------------------------------------------------------------------------------------
@primitive
def padded(array, pad_width, mode, reflect_type):
    """np.pad by a mode that adds zeros, or multiples of the entries."""
    options = {"reflect_type": reflect_type} if mode in ("reflect", "symmetric") else {}
    return np.pad(array, pad_width, mode, **options)


def padded_transpose(g, array, pad_width, mode, reflect_type):
    """Zeros are cut off; an entry takes what its copies take, one axis after the other."""
    for axis, (before, after) in enumerate(pairs(pad_width, array.ndim)):
        n, front = array.shape[axis], (slice(None),) * axis
        if mode == "constant":
            g = g[(*front, slice(before, before + n))]
        elif reflect_type == "odd":
            weights = np.pad(np.eye(n, dtype=g.dtype), [(before, after), (0, 0)], mode,
                             reflect_type="odd")  # fmt: skip
            g = np.moveaxis(np.tensordot(g, weights, (axis, 0)), -1, axis)
        elif before or after:
            copies = np.pad(np.arange(n), (before, after), mode)
            g = scatter(g, (*front, copies), (*g.shape[:axis], n, *g.shape[axis + 1 :]))
    return g


linear(padded, padded_transpose)


def median(x, axis, keepdims):
    """The middle of the sorted entries, or the mean of the middle two; nan if there is one."""
    n, front = x.shape[axis], (slice(None),) * axis
    ordered = np.sort(x, axis=axis)
    middle = np.mean(ordered[(*front, slice((n - 1) // 2, n // 2 + 1))], axis, keepdims=keepdims)
    last = ordered[(*front, slice(-1, None))]
    return np.where(last == last, middle, last)


STATISTICS = {"maximum": np.max, "mean": np.mean, "median": median, "minimum": np.min}
PAD_OPTIONS = {
    "constant": {"constant_values"},
    "linear_ramp": {"end_values"},
    **dict.fromkeys(["reflect", "symmetric"], {"reflect_type"}),
    **dict.fromkeys(STATISTICS, {"stat_length"}),
    **dict.fromkeys(["edge", "empty", "wrap"], set()),
}


def pairs(given, ndim):
    """A pair (before, after) for each axis, from what NumPy understands as such.

    >>> pairs(2, 1), pairs((1, 2), 2), pairs(((1,), (2,)), 2), pairs({-1: 3}, 2)
    ([(2, 2)], [(1, 2), (1, 2)], [(1, 1), (2, 2)], [(0, 0), (3, 3)])
    """
    if isinstance(given, dict):
        given = [given.get(axis, given.get(axis - ndim, (0, 0))) for axis in range(ndim)]
    rows = list(given) if np.iterable(given) else [given]
    if not any(np.iterable(row) for row in rows):
        rows = [rows]
    rows = [tuple(row) if np.iterable(row) else (row,) for row in rows]
    rows = [row if len(row) == 2 else row * 2 for row in rows]
    rows = rows if len(rows) == ndim else rows * ndim
    if len(rows) != ndim or any(len(row) != 2 for row in rows):
        raise ValueError(f"{given!r} is not a pair for each of {ndim} axes")
    return rows


def border(x, axis, count, mode, option, end):
    """What is put before an axis, or at its end: ``count`` entries."""
    front, n = (slice(None),) * axis, x.shape[axis]
    if mode == "linear_ramp":
        edge = x[(*front, n - 1 if end else 0)]
        ramp = np.linspace(option, edge, count, endpoint=False, dtype=x.dtype, axis=axis)
        return np.flip(ramp, axis) if end else ramp
    if mode != "constant":
        length = n if option is None else min(option, n)
        part = x[(*front, slice(n - length, n) if end else slice(length))]
        option = STATISTICS[mode](part, axis=axis, keepdims=True)
        option = np.round(option) if x.dtype.kind in "iu" else option
    return np.broadcast_to(option, (*x.shape[:axis], count, *x.shape[axis + 1 :]))


@composite(np.pad)
def pad_composite(
    array,
    pad_width,
    mode="constant",
    *,
    constant_values=None,
    end_values=None,
    stat_length=None,
    reflect_type=None,
):
    """Zeros and copies at once; what depends on other values, or not linearly, by joining.

    The constants and end values may be Variables.
    """
    if callable(mode):
        raise NoRuleError(
            "np.pad(..., mode=<function>) is not differentiable with this option.",
            "the function writes into plain arrays, where a derivative would be lost.",
            "np.concatenate([before, x, after], axis)",
        )
    given = {
        "constant_values": constant_values,
        "end_values": end_values,
        "stat_length": stat_length,
        "reflect_type": reflect_type,
    }
    foreign = {k for k, v in given.items() if v is not None} - PAD_OPTIONS.get(mode, set())
    if foreign or mode not in PAD_OPTIONS:
        np.pad(np.zeros(1), 1, mode, **dict.fromkeys(foreign))  # NumPy's own error
    if mode in ("edge", "wrap", "reflect", "symmetric"):
        return padded(array, pad_width, mode, reflect_type or "even")
    if mode == "empty" or (mode == "constant" and is_zero(constant_values)):
        return padded(array, pad_width, "constant", "even")
    np.pad(np.zeros((1,) * array.ndim), pad_width)  # NumPy's own error
    (option,) = [given[name] for name in PAD_OPTIONS[mode]]
    option = 0 if option is None and mode == "linear_ramp" else option
    options = pairs(option, array.ndim)
    for axis, widths in enumerate(pairs(pad_width, array.ndim)):
        if any(widths):
            before, after = (
                border(array, axis, widths[end], mode, options[axis][end], end) for end in (0, 1)
            )
            array = np.concatenate(
                [before, array, after], axis, dtype=array.dtype, casting="unsafe"
            )
    return array


def is_zero(value):
    """Whether a constant is the number zero, or was not given."""
    return value is None or (isinstance(value, int | float) and value == 0)
