"""The same entries in another form, order or number."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import NoRuleError
from ..forms import composite, linear
from .indexing import scatter


# --- transposes -----------------------------------------------------------------------------------
def inverse(axes, ndim):
    """The permutation that undoes this one; axes may be negative."""
    if axes is None:
        return None
    order = [k % ndim for k in axes]
    return tuple(sorted(range(ndim), key=order.__getitem__))


def repeat_transpose(g, a, repeats, axis=None):
    """Add up the copies of each entry."""
    shape = (a.size,) if axis is None or not a.shape else a.shape
    axis = (axis or 0) % len(shape)
    head, n, tail = shape[:axis], shape[axis], shape[axis + 1 :]
    repeats = np.asarray(repeats)
    if repeats.size == 1:
        return g.reshape((*head, n, repeats.item(), *tail)).sum(axis + 1).reshape(a.shape)
    source = np.repeat(np.arange(n), repeats)
    return scatter(g, ((slice(None),) * axis + (source,)), shape).reshape(a.shape)


def tile_transpose(g, A, reps):
    """Add up the copies: each axis is split into the copies and the entries."""
    reps = np.atleast_1d(reps).tolist()
    ndim = max(len(reps), A.ndim)
    reps = [1] * (ndim - len(reps)) + reps
    lengths = (1,) * (ndim - A.ndim) + A.shape
    pairs = [n for pair in zip(reps, lengths, strict=True) for n in pair]
    return g.reshape(pairs).sum(tuple(range(0, 2 * ndim, 2))).reshape(A.shape)


# fmt: off
#      op                    transpose
linear(np.reshape,           lambda g, a, _shape, *, _copy=None: g.reshape(a.shape))
linear(np.ravel,             lambda g, a: g.reshape(a.shape))
linear(np.squeeze,           lambda g, a, _axis=None: g.reshape(a.shape))
linear(np.expand_dims,       lambda g, a, _axis: g.reshape(a.shape))
linear(np.transpose,         lambda g, a, axes=None: g.transpose(inverse(axes, a.ndim)))
linear(np.matrix_transpose,  lambda g, _x: g.mT)
linear(np.swapaxes,          lambda g, _a, axis1, axis2: g.swapaxes(axis1, axis2))
linear(np.moveaxis,          lambda g, _a, source, destination:
                                 np.moveaxis(g, destination, source))
linear(np.flip,              lambda g, _m, axis=None: np.flip(g, axis))
linear(np.fliplr,            lambda g, _m: g[:, ::-1])
linear(np.flipud,            lambda g, _m: g[::-1])
linear(np.rot90,             lambda g, _m, k=1, axes=(0, 1): np.rot90(g, -k, axes))
linear(np.roll,              lambda g, _a, shift, axis=None: np.roll(g, np.negative(shift), axis))
linear(np.broadcast_to,      lambda g, _array, _shape, *, _subok=False: g)  # the engine sums it
linear(np.repeat,            repeat_transpose)
linear(np.tile,              tile_transpose)
# fmt: on


# --- the order of entries -------------------------------------------------------------------------
def check_order(name, order):
    """Refuse an order that depends on how the array lies in memory."""
    if order not in ("C", "F"):
        raise NoRuleError(
            f"np.{name}(..., order={order!r}) is not differentiable with this option; "
            "it is with order='C'.",
            f"{order!r} follows the memory layout, which a cotangent does not share.",
            "order='C' or order='F'",
        )


@composite(np.reshape)
def reshape_composite(a, shape, order="C", *, copy=None):
    """Read and written with the first axis fastest: in row order, between two transpositions."""
    check_order("reshape", order)
    options = {} if copy is None else {"copy": copy}
    if order == "C":
        return np.reshape(a, shape, **options)
    shape = tuple(shape)[::-1] if np.iterable(shape) else shape
    return np.transpose(np.reshape(np.transpose(a), shape, **options))


@composite(np.ravel)
def ravel_composite(a, order="C"):
    """With the first axis fastest: the transposed array in row order."""
    check_order("ravel", order)
    return np.ravel(a if order == "C" else np.transpose(a))


# --- derived functions ----------------------------------------------------------------------------
@composite(np.rollaxis)
def rollaxis_composite(a, axis, start=0):
    """Move one axis to before another."""
    axis = normalize_axis_index(axis, a.ndim)
    start = normalize_axis_index(start, a.ndim + 1) if start >= 0 else start + a.ndim
    return np.moveaxis(a, axis, start - (axis < start))


@composite(np.broadcast_arrays)
def broadcast_arrays_composite(*args, _subok=False):
    """Each in the shape that they have together."""
    shape = np.broadcast_shapes(*[np.shape(arg) for arg in args])
    return tuple([np.broadcast_to(arg, shape) for arg in args])


def reshaped(args, shape):
    """Each argument in the shape that its own one leads to; one alone, or a tuple of several."""
    results = tuple([np.reshape(arg, shape(*np.shape(arg))) for arg in args])
    return results[0] if len(results) == 1 else results


def three(*shape):
    """A shape of at least three axes: rows stand in the middle, matrices in front."""
    front = (1,) if len(shape) < 2 else ()
    return (*front, *shape, *(1,) * (3 - len(front) - len(shape)))


composite(np.atleast_1d)(lambda *arys: reshaped(arys, lambda *s: s or (1,)))
composite(np.atleast_2d)(lambda *arys: reshaped(arys, lambda *s: (1,) * (2 - len(s)) + s))
composite(np.atleast_3d)(lambda *arys: reshaped(arys, three))


@composite(np.resize)
def resize_composite(a, new_shape):
    """The entries in row order, again and again, as many as the shape has place for."""
    shape = tuple(new_shape) if np.iterable(new_shape) else (new_shape,)
    if np.size(a) == 0:
        return np.broadcast_to(np.sum(a), shape)  # zeros, as NumPy has it
    places = np.arange(math.prod(shape)) % np.size(a)
    return np.take(np.ravel(a), places).reshape(shape)
