"""Differences, slopes, integrals, interpolation, phases."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..forms import composite, linear, pullback
from .creation import stacked
from .indexing import scatter
from .reductions import on_axis


# --- differences ----------------------------------------------------------------------------------
def diff_transpose(g, a, n=1, axis=-1):
    """Minus the difference of g between two zeros, n times."""
    shape = list(a.shape)
    shape[axis] = 1
    edge = np.zeros(shape, g.dtype)
    if g.size == 0:
        return edge  # nothing is left of the axis; the engine expands
    for _ in range(n):
        g = -np.diff(np.concatenate([edge, g, edge], axis), axis=axis)
    return g


linear(np.diff, diff_transpose)


@composite(np.diff)
def diff_composite(a, n=1, axis=-1, prepend=None, append=None):
    """With more values at the ends: join them first; a number stands for one slice of it."""
    if n == 0:
        return a
    slice_shape = list(np.shape(a))
    slice_shape[axis] = 1
    parts = [
        np.broadcast_to(part, slice_shape) if np.ndim(part) == 0 else part
        for part in (prepend, a, append)
        if part is not None
    ]
    return np.diff(np.concatenate(parts, axis), n, axis)


@composite(np.ediff1d)
def ediff1d_composite(ary, to_end=None, to_begin=None):
    """Differences of all entries in a row, and what is put at the ends, in their dtype."""
    ary = np.ravel(stacked(ary))
    parts = []
    for name, part in (("to_begin", to_begin), ("", ary[1:] - ary[:-1]), ("to_end", to_end)):
        part = ary[:0] if part is None else np.ravel(stacked(part))
        if not np.can_cast(part.dtype, ary.dtype, casting="same_kind"):
            raise TypeError(
                f"dtype of `{name}` must be compatible with input `ary` under the `same_kind` rule."
            )
        parts.append(part if part.dtype == ary.dtype else part.astype(ary.dtype))
    return np.concatenate(parts)


# --- slopes ---------------------------------------------------------------------------------------
@composite(np.gradient)
def gradient_composite(f, *varargs, axis=None, edge_order=1):
    """Slopes along each axis; differentiable also by the spacings and the coordinates."""
    f = stacked(f)
    given = [stacked(d) if isinstance(d, list | tuple) else d for d in varargs]
    axes = normalize_axis_tuple(range(f.ndim) if axis is None else axis, f.ndim)
    shared = len(given) == 1 and np.ndim(given[0]) == 0
    distances = given * len(axes) if shared else given or [1.0] * len(axes)
    fits = len(distances) == len(axes) and all(
        np.shape(d) in ((), (f.shape[k],)) for d, k in zip(distances, axes, strict=True)
    )
    if not fits or edge_order > 2 or any(f.shape[k] <= edge_order for k in axes):
        plain = [np.zeros(np.shape(d)) for d in given]
        with np.errstate(all="ignore"):  # NumPy's own error
            return np.gradient(np.zeros(f.shape), *plain, axis=axis, edge_order=edge_order)
    f = f.astype(float) if f.dtype.kind in "iu" else f
    slopes = tuple(
        [along_axis(f, steps_of(d), k, edge_order) for d, k in zip(distances, axes, strict=True)]
    )
    return slopes[0] if len(axes) == 1 else slopes


def steps_of(distance):
    """One distance, or those between neighbors; of plain equal ones, as in NumPy, the first."""
    if np.ndim(distance) == 0:
        return distance
    steps = np.diff(distance.astype(float) if distance.dtype.kind in "iu" else distance)
    even = isinstance(steps, np.ndarray) and np.all(steps == steps[0])
    return steps[0] if even else steps


def along_axis(f, step, axis, edge_order):
    """Central differences inside, at the edges those of ``edge_order``, in the dtype of f."""
    even = np.ndim(step) == 0
    if even:
        inside = (part(f, axis, 2, None) - part(f, axis, None, -2)) / (2.0 * step)
    else:
        shape = [-1 if k == axis else 1 for k in range(f.ndim)]
        weights = [w.reshape(shape) for w in parabola(step[:-1], step[1:], 1)]
        inside = weighted(f, axis, weights)
    if edge_order == 1:
        before = (part(f, axis, 1, 2) - part(f, axis, 0, 1)) / (step if even else step[0])
        after = (part(f, axis, -1, None) - part(f, axis, -2, -1)) / (step if even else step[-1])
    else:
        before = weighted(part(f, axis, None, 3), axis, edge(step, 0))
        after = weighted(part(f, axis, -3, None), axis, edge(step, 2))
    return np.concatenate([p.astype(f.dtype) for p in (before, inside, after)], axis)


def part(f, axis, start, stop):
    """A slice along one axis."""
    return f[on_axis(axis, f.ndim, slice(start, stop))]


def weighted(f, axis, weights):
    """The weighted sum of three neighbors along an axis."""
    a, b, c = weights
    end = f.shape[axis]
    return a * part(f, axis, 0, end - 2) + b * part(f, axis, 1, end - 1) + c * part(f, axis, 2, end)


def edge(step, place):
    """The weights of the first three values (place 0), or of the last three (2), at the edge."""
    if np.ndim(step) == 0:
        sign = 1 if place else -1
        weights = 1.5 * sign / step, -2.0 * sign / step, 0.5 * sign / step
        return weights[::-1] if place else weights
    return parabola(step[0], step[1], 0) if place == 0 else parabola(step[-2], step[-1], 2)


def parabola(d, e, place):
    """What three values, at distances d and e, weigh in the slope of their parabola at one of them.

    Source: B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids"
    (1988).
    """
    if place == 0:
        return -(2.0 * d + e) / (d * (d + e)), (d + e) / (d * e), -d / (e * (d + e))
    if place == 1:
        return -e / (d * (d + e)), (e - d) / (d * e), d / (e * (d + e))
    return e / (d * (d + e)), -(e + d) / (d * e), (2.0 * e + d) / (e * (d + e))


# --- integrals ------------------------------------------------------------------------------------
@composite(np.trapezoid)
def trapezoid_composite(y, x=None, dx=1.0, axis=-1):
    """The sum of the distances times the means of neighbors."""
    y = stacked(y)
    axis = normalize_axis_index(axis, y.ndim)
    if x is not None:
        x = stacked(x)
        dx = np.diff(x, axis=-1 if x.ndim == 1 else axis)
        if x.ndim == 1:
            shape = [1] * y.ndim
            shape[axis] = dx.shape[0]
            dx = dx.reshape(shape)
    later = y[on_axis(axis, y.ndim, slice(1, None))]
    earlier = y[on_axis(axis, y.ndim, slice(None, -1))]
    return np.sum(dx * (later + earlier) / 2.0, axis=axis)


# --- interpolation --------------------------------------------------------------------------------
@pullback(np.interp)
def interp_pullback(g, _out, x, xp, fp):
    """For x the slope times g; for the values g in shares 1 - t and t; for the knots minus both.

    On a knot the interval to its right counts. Outside, all goes to the value at that end. A nan
    among x is its own value, and takes nothing.
    """
    number, above = x == x, x > xp[-1]
    j = np.clip(np.searchsorted(xp, x, "right") - 1, 0, max(xp.size - 2, 0))
    k = np.minimum(j + 1, xp.size - 1)
    start, width = xp[j], xp[k] - xp[j]
    within = number & (x >= xp[0]) & ~above & (width != 0)
    g, width = np.where(number, g, 0), np.where(within, width, 1)
    slope = np.where(within, (fp[k] - fp[j]) / width, 0)
    last = above | (x == xp[-1])
    t = np.where(within, (x - start) / width, np.where(last, 1.0, 0.0))

    def to_both(c):
        return scatter(c * (1 - t), j, xp.shape) + scatter(c * t, k, xp.shape)

    return g * slope, lambda: to_both(-g * slope), lambda: to_both(g)


@composite(np.interp)
def interp_composite(x, xp, fp, left=None, right=None, period=None):
    """What counts outside is differentiable too, and so is a period, as it is reduced by it."""
    x, xp, fp = stacked(x), stacked(xp), stacked(fp)
    if period is None:
        out = np.interp(x, xp, fp)
        out = out if left is None else np.where(x < xp[0], np.reshape(left, ()), out)
        return (out if right is None else np.where(x > xp[-1], np.reshape(right, ()), out))[()]
    if period == 0 or xp.ndim != 1 or xp.shape != fp.shape:
        plain = [np.zeros(np.shape(a)) for a in (x, xp, fp)]
        return np.interp(*plain, period=0 if period == 0 else 1)  # NumPy's own error
    period = np.absolute(period)
    x, xp = x.astype(float) % period, xp.astype(float) % period
    order = np.argsort(xp)
    xp, fp = xp[order], fp[order]
    xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return np.interp(x, xp, np.concatenate([fp[-1:], fp, fp[:1]]))


# --- phases ---------------------------------------------------------------------------------------
@pullback(np.unwrap, at=0)
def unwrap_pullback(g, _out, _p, _discont=None, _axis=-1, _period=2 * math.pi):
    """Constants are added."""
    return g
