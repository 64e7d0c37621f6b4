"""Order and sets. A permutation is found once, on plain values, and is a constant from then on.

Ties keep their order: the permutation is that of a stable sort, whatever kind NumPy used; of equal
values of a set the first one counts.
"""

import numpy as np

from ..forms import composite, constant, primitive, pullback
from .creation import stacked


@primitive
def plainly(op, *args, **options):
    """What NumPy's own function answers, or raises, on the values alone."""
    return op(*args, **options)


@primitive
def stable_order(a, axis=-1):
    """The permutation of a stable sort: of thousands any that sorts, if there are no ties."""
    if a.size > 4096:
        order = np.argsort(a, axis=axis)
        ordered = np.moveaxis(np.take_along_axis(a, order, axis), axis, -1)
        if np.all(ordered[..., :-1] < ordered[..., 1:]):
            return order  # four times as quickly
    return np.argsort(a, axis=axis, stable=True)


constant(plainly, stable_order)


# --- order ----------------------------------------------------------------------------------------
@composite(np.sort)
def sort_composite(a, axis=-1, _kind=None, _stable=None):
    """Gather by the stable permutation; ``axis=None`` flattens first."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.take_along_axis(a, stable_order(a, axis), axis=axis)


@composite(np.sort_complex)
def sort_complex_composite(a):
    """Sorted along the last axis, as complex numbers."""
    ordered = np.sort(a)
    if ordered.dtype.kind == "c":
        return ordered
    return ordered.astype(np.clongdouble if ordered.dtype == np.longdouble else complex)


@pullback(np.partition, at=0)
def partition_pullback(g, out, a, _kth, axis=-1, _kind="introselect"):
    """Match result and operand by their stable orders: argpartition arranges ties differently."""
    if axis is None:
        return partition_pullback(g, out, a.reshape(-1), _kth, 0).reshape(a.shape)
    ranks = np.argsort(stable_order(a, axis), axis=axis)
    places = np.take_along_axis(stable_order(out, axis), ranks, axis=axis)
    return np.take_along_axis(g, places, axis=axis)


# --- sets -----------------------------------------------------------------------------------------
def firsts(x, equal_nan, axis=None):
    """Where each value of a set comes first, the values in order."""
    return plainly(np.unique, x, return_index=True, equal_nan=equal_nan, axis=axis)[1]


@composite(np.unique)
def unique_composite(
    ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *,
    equal_nan=True, sorted=True,
):  # fmt: skip
    """Gather the first of equal entries, or slices; NumPy may give entries in any other order."""
    index = firsts(ar, equal_nan, axis)
    asked = {"return_inverse": return_inverse, "return_counts": return_counts}
    asked = {"return_index": return_index} | asked
    if not (sorted or any(asked.values())):
        values = plainly(np.unique, ar, axis=axis, equal_nan=equal_nan, sorted=False)
        index = rearranged(index, values) if axis is None else index
    chosen = np.ravel(ar)[index] if axis is None else np.take(ar, index, axis)
    if not any(asked.values()):
        return chosen
    found = plainly(np.unique, ar, axis=axis, equal_nan=equal_nan, **asked)
    return (chosen, *found[1:])


def rearranged(index, values):
    """The index of ordered values for the same values in this order."""
    out = np.empty_like(index)
    out[np.argsort(values, stable=True)] = index
    return out


def chosen_values(op):
    """Declare one of the four functions of the array API; no two nan are equal there."""

    @composite(op)
    def unique_values_composite(x, /):
        found = plainly(op, x)
        several = isinstance(found, tuple)
        index = rearranged(firsts(x, False), found.values if several else found)
        values = np.ravel(x)[index]
        return found._replace(values=values) if several else values


for _op in (np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values):
    chosen_values(_op)


@composite(np.union1d)
def union1d_composite(ar1, ar2):
    """The set of all entries of both."""
    return np.unique(np.concatenate([stacked(ar1), stacked(ar2)], axis=None))


@composite(np.intersect1d)
def intersect1d_composite(ar1, ar2, assume_unique=False, return_indices=False):
    """What is in both, taken from the first."""
    values, first, second = plainly(np.intersect1d, ar1, ar2, assume_unique, return_indices=True)
    chosen = np.ravel(stacked(ar1))[first].astype(values.dtype)
    return (chosen, first, second) if return_indices else chosen


@composite(np.setdiff1d)
def setdiff1d_composite(ar1, ar2, assume_unique=False):
    """What is in the first and not in the second."""
    ar1 = stacked(ar1)
    ar1 = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return ar1[np.isin(ar1, ar2, invert=True)]


@composite(np.setxor1d)
def setxor1d_composite(ar1, ar2, assume_unique=False):
    """What is in one of the two: in order, without what stands beside its equal."""
    sets = [np.ravel(stacked(a)) if assume_unique else np.unique(a) for a in (ar1, ar2)]
    both = np.sort(np.concatenate(sets))
    alone, differs = np.ones(both.shape, bool), both[1:] != both[:-1]
    alone[1:] &= differs
    alone[:-1] &= differs
    return both[alone]


@composite(np.trim_zeros)
def trim_zeros_composite(filt, trim="fb", axis=None):
    """What is left after cutting zeros off: a slice, of the size that NumPy says."""
    only = {} if axis is None else {"axis": axis}  # a parameter from NumPy 2.2 on
    shape = plainly(np.trim_zeros, filt, trim, **only).shape
    places = np.argwhere(filt)
    begin = [0] * filt.ndim if "f" not in trim.lower() or not len(places) else places.min(0)
    starts = [b if n < m else 0 for b, n, m in zip(begin, shape, filt.shape, strict=True)]
    return filt[tuple([slice(b, b + n) for b, n in zip(starts, shape, strict=True)])]
