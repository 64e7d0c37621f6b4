"""The same entries in another form: other axes, another order, more copies of them.

Nothing is computed here: every rule puts entries back where they came from. Repeated entries are
summed; those that broadcasting repeats are summed by the engine.
"""

from inspect import signature

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..errors import NoRuleError
from ..forms import composite, linear
from .creation import stacked
from .indexing import scatter


def inverse(axes, ndim):
    """The permutation that undoes this one; axes may be negative.

    >>> inverse((2, 0, -2), 3)
    [1, 2, 0]
    """
    if axes is None:
        return None
    return sorted(range(ndim), key=normalize_axis_tuple(axes, ndim).__getitem__)


# --- transposes -----------------------------------------------------------------------------------
def rollaxis_transpose(g, _a, axis, start=0):
    """Move the axis back; it was rolled until it stood before ``start``."""
    axis = normalize_axis_index(axis, g.ndim)
    start = start + g.ndim if start < 0 else start
    return np.moveaxis(g, start - (axis < start), axis)


def repeat_transpose(g, a, repeats, axis=None):
    """Sum the repetitions of each entry; where their number varies, add them where they belong."""
    if axis is None or not a.ndim:
        shape, axis = (a.size,), 0
    else:
        shape, axis = a.shape, normalize_axis_index(axis, a.ndim)
    before, n, after = shape[:axis], shape[axis], shape[axis + 1 :]
    if np.ndim(repeats) == 0:
        return g.reshape(*before, n, repeats, *after).sum(axis + 1).reshape(a.shape)
    places = np.repeat(np.arange(n), repeats)
    return scatter(g, (slice(None),) * axis + (places,), shape).reshape(a.shape)


def tile_transpose(g, A, reps):
    """Put each tile on an axis of its own, and sum over those."""
    reps = tuple(reps) if np.iterable(reps) else (reps,)
    count = max(len(reps), A.ndim)
    reps = (1,) * (count - len(reps)) + reps
    lengths = (1,) * (count - A.ndim) + A.shape
    tiles = g.reshape([n for pair in zip(reps, lengths, strict=True) for n in pair])
    return tiles.sum(tuple(range(0, 2 * count, 2))).reshape(A.shape)


# fmt: off
#      op                    transpose
linear(np.ravel,             lambda g, a: g.reshape(a.shape))
linear(np.squeeze,           lambda g, a, _axis=None: g.reshape(a.shape))
linear(np.expand_dims,       lambda g, a, _axis: g.reshape(a.shape))
linear(np.transpose,         lambda g, a, axes=None: g.transpose(inverse(axes, a.ndim)))
linear(np.matrix_transpose,  lambda g, _x: g.mT)
linear(np.swapaxes,          lambda g, _a, axis1, axis2: g.swapaxes(axis1, axis2))
linear(np.moveaxis,          lambda g, _a, source, destination:
                                 np.moveaxis(g, destination, source))
linear(np.rollaxis,          rollaxis_transpose)
linear(np.flip,              lambda g, _m, axis=None: np.flip(g, axis))
linear(np.fliplr,            lambda g, _m: g[:, ::-1])
linear(np.flipud,            lambda g, _m: g[::-1])
linear(np.rot90,             lambda g, _m, k=1, axes=(0, 1): np.rot90(g, -k, axes))
linear(np.roll,              lambda g, _a, shift, axis=None:
                                 np.roll(g, np.negative(shift), axis))
linear(np.broadcast_to,      lambda g, _array, _shape, _subok=False: g)  # the engine sums it back
linear(np.repeat,            repeat_transpose)
linear(np.tile,              tile_transpose)
# fmt: on


# --- rarer options, derived functions -------------------------------------------------------------
def reshape_composite(a, shape, order="C", *, copy=None):
    """In Fortran's order: in C's order between two transposes."""
    if order != "F":
        raise memory_order("np.reshape", order)
    backwards = tuple(shape)[::-1] if np.iterable(shape) else shape
    options = {} if copy is None else {"copy": copy}
    return np.transpose(np.reshape(np.transpose(a), backwards, **options))


if "copy" in signature(np.reshape).parameters:  # NumPy 2.1
    linear(np.reshape, lambda g, a, _shape, *, _copy=None: g.reshape(a.shape))
    composite(np.reshape)(reshape_composite)
else:
    linear(np.reshape, lambda g, a, _newshape: g.reshape(a.shape))
    composite(np.reshape)(lambda a, newshape, order="C": reshape_composite(a, newshape, order))


@composite(np.ravel)
def ravel_composite(a, order="C"):
    """All entries in a row, the first index running fastest if ``order`` is F."""
    if order not in ("C", "F"):
        raise memory_order("np.ravel", order)
    row = np.reshape(a, -1, order=order)
    return row if a.flags.f_contiguous else np.copy(row)  # a view only of what lies that way


def memory_order(name, order):
    """The error for an order of entries that depends on how they lie in memory."""
    return NoRuleError(
        f"{name}(..., order={order!r}) is not differentiable with this option; "
        "it is with order='C'.",
        f"{order!r} follows the memory layout, which a cotangent does not share.",
        "order='C' or order='F'",
    )


def enlarged(args, larger):
    """Each array in the shape that its own leads to; one that has it already is itself."""
    pairs = [(a, larger(a.shape)) for a in map(stacked, args)]
    return [a if a.shape == shape else a.reshape(shape) for a, shape in pairs]


def in_one(shape):
    """At least one length."""
    return shape or (1,)


def in_two(shape):
    """At least two lengths: ones are put in front."""
    return (1,) * (2 - len(shape)) + shape


def in_three(shape):
    """At least three lengths: ones are put around a vector, and behind a matrix."""
    return {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}.get(len(shape), shape)


def atleast_composite(larger):
    """One enlarged array, or a tuple of several."""

    def composed(*arys):
        out = enlarged(arys, larger)
        return tuple(out) if len(out) != 1 else out[0]

    return composed


composite(np.atleast_1d)(atleast_composite(in_one))
composite(np.atleast_2d)(atleast_composite(in_two))
composite(np.atleast_3d)(atleast_composite(in_three))


@composite(np.broadcast_arrays)
def broadcast_arrays_composite(*args, subok=False):
    """Each array in the shape that all have together; one that has it already is itself."""
    args = [stacked(a) for a in args]
    shape = np.broadcast_shapes(*[a.shape for a in args])
    return tuple([a if a.shape == shape else np.broadcast_to(a, shape, subok) for a in args])


@composite(np.resize)
def resize_composite(a, new_shape):
    """As many entries as the new shape has, in their order, over and over; zeros if none are."""
    shape = tuple(new_shape) if np.iterable(new_shape) else (new_shape,)
    if min(shape, default=0) < 0:
        raise ValueError("all elements of `new_shape` must be non-negative")
    if not a.size:
        return np.broadcast_to(np.sum(a), shape)
    return np.take(a, np.arange(np.prod(shape, dtype=np.intp)) % a.size).reshape(shape)
