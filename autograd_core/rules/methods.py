"""The methods of ufuncs: reduce, accumulate, reduceat, outer and at.

Where a function of NumPy says the same (``np.sum`` for ``np.add.reduce``), its rule serves. What is
left is folded from the left, one recorded call per element; NumPy 2.4's own loops skip elements of
``np.power.reduce`` and ``np.arctan2.reduce`` on processors with AVX-512.
"""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..forms import composite, linear, primitive, pullback, pushforward
from .guards import ratio
from .indexing import along, assigned, check_target, scatter
from .reductions import unreduce

ABSENT = np._NoValue  # NumPy's own default of ``initial``
UFUNCS = dict.fromkeys(  # each once, by whatever names; in NumPy's order
    f for f in vars(np).values() if isinstance(f, np.ufunc) and f.signature is None
)
UNARY = [f for f in UFUNCS if f.nin == f.nout == 1 and f is not np.isnat]
BINARY = [f for f in UFUNCS if f.nin == 2]
FOLDED = [
    *(np.subtract, np.divide, np.power, np.float_power, np.remainder, np.fmod),
    *(np.arctan2, np.copysign, np.heaviside, np.nextafter),
]


# --- reduce ---------------------------------------------------------------------------------------
def folded(ufunc):
    """``ufunc.reduce`` as a left fold along the axis."""

    def reduce_composite(array, axis=0, dtype=None, keepdims=False, initial=ABSENT, where=True):
        plain = np.ones(array.shape, array.dtype)  # NumPy checks the arguments, and knows the
        out = ufunc.reduce(plain, axis, dtype, None, keepdims, initial, where)  # value of nothing
        axis = range(array.ndim) if axis is None or array.ndim == 0 else axis
        axes = normalize_axis_tuple(axis, array.ndim)
        items = in_front(array if out.dtype == array.dtype else array.astype(out.dtype), axes)
        chosen = in_front(np.broadcast_to(where, array.shape), axes)
        start = ufunc.identity if initial is ABSENT else initial
        total = None if start is None else np.full_like(out.reshape(items.shape[1:]), start)
        for k in range(items.shape[0]):
            value = items[k] if total is None else ufunc(total, items[k])
            total = value if total is None or where is True else np.where(chosen[k], value, total)
        return np.copy(total.reshape(out.shape))  # of a single element: no view

    return reduce_composite


def in_front(array, axes):
    """These axes as one, the first."""
    array, count = np.moveaxis(array, axes, range(len(axes))), len(axes)
    return array.reshape(math.prod(array.shape[:count]), *array.shape[count:])


def shared(g, hit, axis):
    """The cotangent in equal parts for what is hit along the axis."""
    count = hit.sum(axis=axis, dtype=g.dtype, keepdims=True)
    return g * hit / np.where(count == 0, 1, count)


def extremum_pullback(g, out, array, axis=0, keepdims=False):
    """Tied extrema share equally; a nan takes nothing."""
    g, out = unreduce(g, array, axis, keepdims), unreduce(out, array, axis, keepdims)
    return shared(g, array == out, axis)


def logaddexp_pullback(exp):
    """g exp(x - out): the share of each in the sum; infinities of one sign share equally."""

    def reduce_pullback(g, out, array, axis=0, keepdims=False):
        g, out = unreduce(g, array, axis, keepdims), unreduce(out, array, axis, keepdims)
        tie = (array == out) & np.isinf(out)
        gap = np.where(tie, 0, array) - np.where(tie, 0, out)
        return np.where(tie, shared(g, tie, axis), g * exp(gap))

    return reduce_pullback


@pullback(np.hypot.reduce)
def hypot_reduce_pullback(g, out, array, axis=0, keepdims=False):
    """g x / out, and 0 at the origin."""
    out = unreduce(out, array, axis, keepdims)
    return unreduce(g, array, axis, keepdims) * ratio(array, out)


pullback(np.fmax.reduce)(extremum_pullback)
pullback(np.fmin.reduce)(extremum_pullback)
pullback(np.logaddexp.reduce)(logaddexp_pullback(np.exp))
pullback(np.logaddexp2.reduce)(logaddexp_pullback(np.exp2))
for _ufunc in (np.hypot, np.fmax, np.fmin, np.logaddexp, np.logaddexp2, *FOLDED):
    composite(_ufunc.reduce)(folded(_ufunc))


def as_function(function):
    """``ufunc.reduce`` that is a function of NumPy; only what is given is passed on."""

    def reduce_composite(array, axis=0, dtype=None, keepdims=False, initial=ABSENT, where=True):
        array = array if dtype is None else array.astype(dtype)
        options = {"keepdims": keepdims}
        options |= {} if initial is ABSENT else {"initial": initial}
        options |= {} if where is True else {"where": where}
        return function(array, axis=axis, **options)

    return reduce_composite


composite(np.add.reduce)(as_function(np.sum))
composite(np.multiply.reduce)(as_function(np.prod))
composite(np.maximum.reduce)(as_function(np.max))
composite(np.minimum.reduce)(as_function(np.min))


# --- accumulate -----------------------------------------------------------------------------------
def accumulated(ufunc):
    """``ufunc.accumulate`` as a left fold along the axis."""

    def accumulate_composite(array, axis=0, dtype=None):
        dtype = ufunc.accumulate(np.ones(1, array.dtype), 0, dtype).dtype
        array = array if dtype == array.dtype else array.astype(dtype)
        items = np.moveaxis(array, normalize_axis_index(axis, array.ndim), 0)
        totals = [items[k] for k in range(min(len(items), 1))]
        for k in range(1, len(items)):
            totals.append(ufunc(totals[-1], items[k]))
        return np.stack(totals, axis) if totals else array

    return accumulate_composite


def winners(out, axis):
    """Where along the axis each running extremum was met first; nan is met once."""
    front = np.moveaxis(out, axis, 0)
    now, before = front[1:], front[:-1]
    new = (now != before) & ((now == now) | (before == before))
    order = np.arange(1, len(front)).reshape(-1, *(1,) * (out.ndim - 1))
    places = np.zeros(front.shape, np.intp)
    places[1:] = np.maximum.accumulate(np.where(new, order, 0), axis=0)
    return np.moveaxis(places, 0, axis)


def running_pullback(g, out, _array, axis=0):
    """Each result is one element, the first that won."""
    return scatter(g, along(winners(out, axis), out.shape, axis), out.shape)


def running_pushforward(t, out, _array, axis=0):
    """The tangent of the winner."""
    return np.take_along_axis(t, winners(out, axis), axis)


for _ufunc in (np.maximum, np.minimum, np.fmax, np.fmin):
    pullback(_ufunc.accumulate)(running_pullback)
    pushforward(_ufunc.accumulate)(running_pushforward)
for _ufunc in (np.hypot, np.logaddexp, np.logaddexp2, *FOLDED):
    composite(_ufunc.accumulate)(accumulated(_ufunc))
composite(np.add.accumulate)(lambda array, axis=0, dtype=None: np.cumsum(array, axis, dtype))
composite(np.multiply.accumulate)(lambda array, axis=0, dtype=None: np.cumprod(array, axis, dtype))


# --- reduceat -------------------------------------------------------------------------------------
def segments(indices, length):
    """From where to where each reduction of ``reduceat`` goes; one element at least."""
    starts = np.asarray(indices)
    stops = np.append(starts[1:], length)
    return zip(starts.tolist(), np.maximum(stops, starts + 1).tolist(), strict=True)


def reduced_at(ufunc):
    """``ufunc.reduceat`` as a reduction of every segment."""

    def reduceat_composite(array, indices, axis=0, dtype=None):
        dtype = ufunc.reduceat(np.ones(1, array.dtype), [0], 0, dtype).dtype
        items = np.moveaxis(array if dtype == array.dtype else array.astype(dtype), axis, 0)
        pairs = segments(indices, len(items))
        pieces = [items[i] if j == i + 1 else ufunc.reduce(items[i:j]) for i, j in pairs]
        return np.stack(pieces, axis)

    return reduceat_composite


def reduceat_transpose(g, array, indices, axis=0):
    """Each element of a segment takes its cotangent."""
    axis = normalize_axis_index(axis, array.ndim)
    pairs = list(segments(indices, array.shape[axis]))
    places = np.concatenate([np.arange(i, j) for i, j in pairs])
    spread = np.repeat(g, [j - i for i, j in pairs], axis)
    return scatter(spread, (slice(None),) * axis + (places,), array.shape)


linear(np.add.reduceat, reduceat_transpose)
for _ufunc in (
    *(np.add, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin),
    *(np.hypot, np.logaddexp, np.logaddexp2, *FOLDED),
):
    composite(_ufunc.reduceat)(reduced_at(_ufunc))


# --- outer ----------------------------------------------------------------------------------------
def paired(ufunc):
    """``ufunc.outer``: all pairs, by new axes."""

    def outer_composite(a, b, /, dtype=None):
        a = np.reshape(a, np.shape(a) + (1,) * np.ndim(b))
        return ufunc(a, b) if dtype is None else ufunc(a, b, dtype=dtype)

    return outer_composite


WITHOUT_OUTER = {
    *(np.logical_and, np.logical_or, np.logical_xor, np.bitwise_and, np.bitwise_or, np.bitwise_xor),
    *(np.left_shift, np.right_shift, np.gcd, np.lcm, np.floor_divide),
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
}  # constants
for _ufunc in BINARY:
    if _ufunc not in WITHOUT_OUTER:
        composite(_ufunc.outer)(paired(_ufunc))


# --- at: the first operand is a Variable ----------------------------------------------------------
@primitive
def added_at(a, b, indices):
    """A copy of ``a`` with ``b`` added at indices, as often as they repeat."""
    out = np.array(a)
    np.add.at(out, indices, b)
    return out


linear(added_at, lambda g, _a, _b, _indices: g, lambda g, _a, _b, indices: g[indices])


@composite(np.add.at)
def add_at_composite(a, indices, b, /):
    """a[indices] += b, as often as an index repeats."""
    check_target("add.at", a, b)
    a[...] = added_at(a, b, indices)


@composite(np.subtract.at)
def subtract_at_composite(a, indices, b, /):
    """a[indices] -= b, as often as an index repeats."""
    check_target("subtract.at", a, b)
    a[...] = added_at(a, -b, indices)


def occurrences(places):
    """How often each place has come up before.

    >>> occurrences(np.array([5, 3, 5, 5]))
    array([0, 0, 1, 2])
    """
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    ranks = np.arange(places.size) - np.searchsorted(ordered, ordered)
    return ranks[np.argsort(order)]


def changed_at(ufunc, a, indices, *b):
    """a[indices] = f(a[indices], b), occurrence by occurrence where an index repeats."""
    check_target(f"{ufunc.__name__}.at", a, *b)
    places = np.arange(a.size).reshape(a.shape)[indices]
    b = [np.ravel(np.broadcast_to(value, places.shape)) for value in b]
    flat, places = np.ravel(a), places.ravel()
    ranks = occurrences(places)
    for rank in range(ranks.max(initial=-1) + 1):
        now = ranks == rank
        value = ufunc(flat[places[now]], *[each[now] for each in b])
        if not np.can_cast(value.dtype, a.dtype, "same_kind"):
            raise TypeError(
                f"Cannot cast ufunc {ufunc.__name__!r} output from {value.dtype!r} to {a.dtype!r} "
                "with casting rule 'same_kind'"
            )
        flat = assigned(flat, value, places[now])
    a[...] = flat.reshape(a.shape)


def binary_at(ufunc):
    """``ufunc.at`` of two operands."""

    def at_composite(a, indices, b, /):
        changed_at(ufunc, a, indices, b)

    return at_composite


def unary_at(ufunc):
    """``ufunc.at`` of one operand."""

    def at_composite(a, indices, /):
        changed_at(ufunc, a, indices)

    return at_composite


for _ufunc in UNARY:
    composite(_ufunc.at)(unary_at(_ufunc))
for _ufunc in BINARY:
    if _ufunc.nout == 1 and _ufunc not in (np.add, np.subtract):
        composite(_ufunc.at)(binary_at(_ufunc))
