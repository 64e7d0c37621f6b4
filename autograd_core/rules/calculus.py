"""Differences."""

import numpy as np

from ..forms import composite, linear


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
