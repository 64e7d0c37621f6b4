"""Reading and writing parts of arrays: indices, masks, diagonals; functions that write in place.

``getitem``, ``scatter`` and ``assigned`` are operations of our own: what ``x[index]`` and
``x[index] = value`` are on the tape, and the transpose of the first.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple
from numpy.lib.stride_tricks import sliding_window_view

from ..errors import ConversionError
from ..forms import Deposit, Spec, composite, is_basic, linear, primitive


# --- parts of an array: where they are ------------------------------------------------------------
def last(index, shape):
    """True for each selected element that is the last one written to its place.

    >>> last([0, 2, 0], (3,))
    array([False,  True,  True])
    """
    latest = np.zeros(shape, np.intp)
    order = np.arange(latest[index].size).reshape(latest[index].shape)
    latest[index] = order
    return latest[index] == order


def within(indices, length, mode):
    """Indices into an axis, as ``mode`` understands those that lie outside of it."""
    indices = np.asarray(indices)
    if not indices.size:
        return indices.astype(np.intp)
    if mode == "wrap":
        return indices % length
    return np.clip(indices, 0, length - 1) if mode == "clip" else indices


def along(indices, shape, axis):
    """The index that ``take_along_axis`` means: everything else stays where it is."""
    axis = normalize_axis_index(axis, len(shape))
    grid = np.ogrid[tuple(slice(n) for n in shape)]
    return (*grid[:axis], np.asarray(indices), *grid[axis + 1 :])


def on_diagonal(shape, offset):
    """The index of a diagonal of the last two axes.

    >>> np.arange(6).reshape(2, 3)[on_diagonal((2, 3), 1)]
    array([1, 5])
    """
    rows, columns = shape[-2:]
    places = np.arange(max(min(rows + min(offset, 0), columns - max(offset, 0)), 0))
    return ..., places - min(offset, 0), places + max(offset, 0)


def windows(x, window_shape, axis):
    """The lengths of a sliding window, and the axis each of them slides along."""
    lengths = tuple(window_shape) if np.iterable(window_shape) else (window_shape,)
    axes = range(x.ndim) if axis is None else axis
    return lengths, normalize_axis_tuple(axes, x.ndim, allow_duplicate=True)


# --- operations of our own ------------------------------------------------------------------------
@primitive
def getitem(a, index):
    """a[index]."""
    return a[index]


@primitive
def scatter(g, index, shape):
    """Zeros of ``shape`` with ``g`` added at ``index``; repeated indices add up."""
    return Deposit(g, Spec.of(shape, g.dtype), index).spread(g.dtype)


@primitive
def assigned(base, value, index):
    """A copy of ``base`` with ``value`` at ``index``; of repeated indices the last one counts."""
    out = np.array(base)
    out[index] = value
    return out


@primitive
def overlapped(g, shape, window, axes):
    """Zeros of ``shape`` to which each sliding window is added where it was taken."""
    out = np.zeros(shape, g.dtype)
    for offsets in np.ndindex(*window):
        place = [slice(None)] * len(shape)
        for axis in set(axes):
            start = sum(o for o, along in zip(offsets, axes, strict=True) if along == axis)
            place[axis] = slice(start, start + g.shape[axis])
        out[tuple(place)] += g[(..., *offsets)]
    return out


# --- transposes -----------------------------------------------------------------------------------
def assigned_value_transpose(g, _base, _value, index):
    """What was written takes the cotangent of its place, unless it was written over."""
    read = g[index]
    return read if is_basic(index) else np.where(last(index, g.shape), read, 0)


def take_transpose(g, a, indices, axis=None, mode="raise"):
    """Add each entry where it was taken from."""
    if axis is None or a.ndim == 0:
        return scatter(g, within(indices, a.size, mode), (a.size,)).reshape(a.shape)
    axis = normalize_axis_index(axis, a.ndim)
    return scatter(g, (slice(None),) * axis + (within(indices, a.shape[axis], mode),), a.shape)


def take_along_axis_transpose(g, arr, indices, axis=-1):
    """Add each entry where it was taken from."""
    if axis is None:
        return scatter(g, np.asarray(indices), (arr.size,)).reshape(arr.shape)
    return scatter(g, along(indices, arr.shape, axis), arr.shape)


def choose_transpose(g, a, choices, mode="raise"):
    """Each choice, of a list or of one array's rows, takes the cotangent where it was chosen."""
    if isinstance(choices, list):
        a = within(a, len(choices), mode)
        return [np.where(a == k, g, 0) for k in range(len(choices))]
    a, rest = within(a, choices.shape[0], mode), choices.shape[1:]
    grid = np.ogrid[tuple(slice(n) for n in g.shape[g.ndim - len(rest) :])]
    return scatter(g, (a, *[k * (n > 1) for k, n in zip(grid, rest, strict=True)]), choices.shape)


def diag_transpose(g, v, k=0):
    """The other direction: a diagonal is read, or put into zeros."""
    return g.diagonal(k) if v.ndim == 1 else scatter(g, on_diagonal(v.shape, k), v.shape)


def diagonal_transpose(g, a, offset=0, axis1=0, axis2=1):
    """Put the diagonal into zeros; it is the last axis of ``g``."""
    axes = normalize_axis_tuple((axis1, axis2), a.ndim)
    shape = [n for k, n in enumerate(a.shape) if k not in axes] + [a.shape[k] for k in axes]
    return np.moveaxis(scatter(g, on_diagonal(shape, offset), tuple(shape)), (-2, -1), axes)


def sliding_window_view_transpose(g, x, window_shape, axis=None, *, _subok=False):
    """Add each window back to where it lies."""
    return overlapped(g, x.shape, *windows(x, window_shape, axis))


# fmt: off
#      op                    transpose
linear(getitem,              lambda g, a, index: scatter(g, index, a.shape),
                             fast=Deposit)
linear(scatter,              lambda g, _g, index, _shape: g[index])
linear(assigned,             lambda g, _base, _value, index: assigned(g, 0, index),
                             assigned_value_transpose)
linear(np.where,             0,  # the condition gets no cotangent
                             lambda g, condition, _x, _y: np.where(condition, g, 0.0),
                             lambda g, condition, _x, _y: np.where(condition, 0.0, g))
linear(np.take,              take_transpose)
linear(np.take_along_axis,   take_along_axis_transpose)
linear(np.choose,            choose_transpose, at=1)
linear(np.diag,              diag_transpose)
linear(np.diagonal,          diagonal_transpose)
linear(np.tril,              lambda g, _m, k=0: np.tril(g, k))
linear(np.triu,              lambda g, _m, k=0: np.triu(g, k))
linear(sliding_window_view,  sliding_window_view_transpose)
linear(overlapped,           lambda g, _g, _shape, window, axes:
                                 sliding_window_view(g, window, axes))
# fmt: on


# --- derived functions ----------------------------------------------------------------------------
composite(np.compress)(
    lambda condition, a, axis=None: np.take(a, np.flatnonzero(condition), axis=axis)
)
composite(np.extract)(lambda condition, arr: np.take(np.ravel(arr), np.flatnonzero(condition)))
composite(np.diagflat)(lambda v, k=0: np.diag(np.ravel(v), k))


@composite(np.select)
def select_composite(condlist, choicelist, default=0):
    """The choice of the first condition that is true: nested ``where``, from the last one."""
    if not condlist:
        raise ValueError("select with an empty condition list is not possible")
    for k, condition in enumerate(condlist):
        if np.asarray(condition).dtype != bool:
            raise TypeError(f"invalid entry {k} in condlist: should be boolean ndarray")
    out = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        out = np.where(condition, choice, out)
    return out


@composite(np.piecewise)
def piecewise_composite(x, condlist, funclist, *args):
    """Write f(x[condition]) for each condition; one function more is for all the rest."""
    if np.isscalar(condlist) or (not isinstance(condlist[0], list | np.ndarray) and x.ndim):
        condlist = [condlist]
    conditions = np.asarray(condlist, bool)
    if len(conditions) == len(funclist) - 1:
        rest = ~conditions.any(axis=0, keepdims=True)
        conditions = np.concatenate([conditions, rest])
    if len(conditions) != len(funclist):
        raise ValueError(
            f"with {len(condlist)} condition(s), either {len(condlist)} or {len(condlist) + 1} "
            "functions are expected"
        )
    out = np.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            out = assigned(out, function, condition)
        elif condition.any():
            out = assigned(out, function(x[condition], *args), condition)
    return out


@composite(np.apply_along_axis)
def apply_along_axis_composite(func1d, axis, arr, *args):
    """Stack the function's results on all slices; their axes stand where the slice's was."""
    axis = normalize_axis_index(axis, arr.ndim)
    slices = np.moveaxis(arr, axis, -1)
    lead = slices.shape[:-1]
    if 0 in lead:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    results = [func1d(slices[place], *args) for place in np.ndindex(lead)]
    inner = np.shape(results[0])
    out = np.reshape(np.stack(results), lead + inner)
    return np.moveaxis(out, range(len(lead), out.ndim), range(axis, axis + len(inner)))


@composite(np.apply_over_axes)
def apply_over_axes_composite(func, a, axes):
    """Apply the function along one axis after the other, keeping the number of axes."""
    for axis in np.atleast_1d(axes).tolist():
        axis = axis + a.ndim if axis < 0 else axis
        reduced = func(a, axis)
        if reduced.ndim != a.ndim:
            reduced = np.expand_dims(reduced, axis)
        if reduced.ndim != a.ndim:
            raise ValueError("function is not returning an array of the correct shape")
        a = reduced
    return a


# --- writing in place: the target is a Variable ---------------------------------------------------
def check_target(name, target, value=None):
    """Refuse to write what is tracked into a plain array."""
    if isinstance(target, np.ndarray) and getattr(value, "node", None) is not None:
        raise ConversionError(
            f"np.{name} into a plain array of shape {target.shape} would drop the gradient of a "
            f"tracked Variable of shape {value.shape}.",
            "a plain array does not remember how it was computed.",
            "b = ac.Variable(b, requires_grad=False) first, or build the rows with np.stack",
        )


def write_flat(a, places, values):
    """Write at places of the flattened array; values are repeated, or cut, to their number."""
    if places.size and np.size(values):
        cycled = np.ravel(values)[np.arange(places.size) % np.size(values)]
        a[...] = assigned(np.ravel(a), cycled, places).reshape(a.shape)


@composite(np.copyto)
def copyto_composite(dst, src, casting="same_kind", where=True):
    """dst[where] = src, for what may be cast."""
    check_target("copyto", dst, src)
    src = src if hasattr(src, "dtype") or np.isscalar(src) else np.asarray(src)
    like = src if np.isscalar(src) else np.zeros((), src.dtype)
    np.copyto(np.zeros((), dst.dtype), like, casting=casting)  # NumPy refuses what it cannot cast
    dst[...] = src if where is True else np.where(where, src, dst)


@composite(np.put)
def put_composite(a, ind, v, mode="raise"):
    """a.flat[ind] = v, where v repeats."""
    check_target("put", a, v)
    write_flat(a, np.arange(a.size)[within(ind, a.size, mode).ravel()], v)


@composite(np.putmask)
def putmask_composite(a, mask, values):
    """Where the mask is true, the value of the same place; values repeat."""
    check_target("putmask", a, values)
    if np.size(mask) != a.size:
        raise ValueError("putmask: mask and data must be the same size")
    places = np.flatnonzero(mask)
    if np.size(values):
        write_flat(a, places, np.ravel(values)[places % np.size(values)])


@composite(np.place)
def place_composite(arr, mask, vals):
    """Where the mask is true, the next of the values, in order; they repeat."""
    check_target("place", arr, vals)
    places = np.flatnonzero(mask)
    if places.size and not np.size(vals):
        raise ValueError("Cannot insert from an empty array!")
    write_flat(arr, places, vals)


@composite(np.put_along_axis)
def put_along_axis_composite(arr, indices, values, axis):
    """The places that take_along_axis reads are written."""
    check_target("put_along_axis", arr, values)
    if axis is None:
        write_flat(arr, np.arange(arr.size)[indices], np.broadcast_to(values, np.shape(indices)))
    else:
        arr[along(indices, arr.shape, axis)] = values


@composite(np.fill_diagonal)
def fill_diagonal_composite(a, val, wrap=False):
    """Write the main diagonal, along all axes; ``wrap`` begins anew below a tall matrix."""
    check_target("fill_diagonal", a, val)
    if a.ndim < 2:
        raise ValueError("array must be at least 2-d")
    if a.ndim > 2 and len(set(a.shape)) > 1:
        raise ValueError("All dimensions of input must be of equal length")
    step = 1 + sum(int(np.prod(a.shape[k:])) for k in range(1, a.ndim))
    end = a.shape[1] ** 2 if a.ndim == 2 and not wrap else None
    write_flat(a, np.arange(a.size)[:end:step], val)
