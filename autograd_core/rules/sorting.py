"""Order. A permutation is found once, on plain values, and is a constant from then on.

Ties keep their order: the permutation is that of a stable sort, whatever kind NumPy used.
"""

import numpy as np

from ..forms import composite, pullback


@composite(np.sort)
def sort_composite(a, axis=-1, _kind=None, _stable=None):
    """Gather by the stable permutation; ``axis=None`` flattens first."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.take_along_axis(a, np.argsort(a, axis=axis, stable=True), axis=axis)


@pullback(np.partition, at=0)
def partition_pullback(g, out, a, _kth, axis=-1, _kind="introselect"):
    """Match result and operand by their stable orders: argpartition arranges ties differently."""
    if axis is None:
        return partition_pullback(g, out, a.reshape(-1), _kth, 0).reshape(a.shape)
    ranks = np.argsort(np.argsort(a, axis=axis, stable=True), axis=axis)
    places = np.take_along_axis(np.argsort(out, axis=axis, stable=True), ranks, axis=axis)
    return np.take_along_axis(g, places, axis=axis)
