"""Norms of vectors and matrices, and the condition of a matrix.

Their derivative at 0 is 0; extreme entries, columns and singular values that tie share equally.
"""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..forms import composite, primitive, pullback
from .guards import direction, ratio
from .linalg import bar


@primitive
def lengths(x, order, axis):
    """The norm of each vector along an axis, or of all entries."""
    return np.linalg.norm(x.reshape(-1) if axis is None else x, order, axis)


@pullback(lengths, at=0)
def lengths_pullback(g, out, x, order, axis):
    """sign(x) (|x| / n)^(p - 1), the ratio first, so that nothing overflows; 0 where x is 0."""
    if axis is not None:
        g, out = np.expand_dims(g, axis), np.expand_dims(out, axis)
    if order == 2:
        return g * ratio(bar(x), out)
    if order == 1:
        return g * direction(x)
    if abs(order) == math.inf:  # the extreme entries share
        hit = np.absolute(x) == out
        return g * direction(x) * (hit / np.sum(hit, axis, out.dtype, keepdims=True))
    part = ratio(np.absolute(x), out)
    power = np.where(part == 0, 1, part) ** (order - 1)
    return g * direction(x) * power


def vector_norm(x, order, axis):
    """Of vectors along one axis, or of all entries; order 0 counts the entries that are not 0."""
    if order == 0:
        return np.sum(x != 0, axis, np.finfo(x.dtype).dtype)
    return lengths(x, 2 if order in (None, 2) else float(order), axis)


MATRIX_NORMS = {  # of (…, m, n)
    "nuc": lambda x: np.sum(positive_values(x), axis=-1),
    2: lambda x: np.max(positive_values(x), axis=-1),
    -2: lambda x: np.min(positive_values(x), axis=-1),
    1: lambda x: np.max(np.sum(np.absolute(x), axis=-2), axis=-1),
    -1: lambda x: np.min(np.sum(np.absolute(x), axis=-2), axis=-1),
    math.inf: lambda x: np.max(np.sum(np.absolute(x), axis=-1), axis=-1),
    -math.inf: lambda x: np.min(np.sum(np.absolute(x), axis=-1), axis=-1),
    "fro": lambda x: lengths(flattened(x, 2), 2, -1),
}
MATRIX_NORMS[None] = MATRIX_NORMS["f"] = MATRIX_NORMS["fro"]


def flattened(x, count):
    """The last axes as one."""
    return x.reshape(*x.shape[: x.ndim - count], math.prod(x.shape[x.ndim - count :]))


def positive_values(x):
    """The singular values, and 0 for what is 0 to rounding: it has no direction of its own."""
    s = np.linalg.svdvals(x)
    return np.where(s > max(x.shape[-2:]) * np.finfo(s.dtype).eps * s[..., :1], s, 0)


pullback(np.linalg.norm)(lambda g, out, x: g * ratio(bar(x), out))  # of all entries, order 2


@composite(np.linalg.norm)
def norm_composite(x, ord=None, axis=None, keepdims=False):
    """Of all entries, of vectors along one axis, or of matrices in two."""
    x = x if x.dtype.kind in "fc" else x.astype(float)
    if x.size == 0:  # 0, or NumPy's own error
        out = np.linalg.norm(np.zeros(x.shape, x.dtype), ord, axis, keepdims)
        return out + np.sum(np.absolute(x))
    if axis is None and (ord is None or x.ndim == 1):
        axes, norm = tuple(range(x.ndim)), lambda: vector_norm(x, ord, None)
    else:
        axes = range(x.ndim) if axis is None else axis
        axes = normalize_axis_tuple(axes, x.ndim, allow_duplicate=True)
        if len(axes) == 1 and not isinstance(ord, str):
            norm = lambda: vector_norm(x, ord, axes[0])  # noqa: E731
        elif len(set(axes)) == 2 and ord in MATRIX_NORMS:
            norm = lambda: MATRIX_NORMS[ord](np.moveaxis(x, axes, (-2, -1)))  # noqa: E731
        else:
            return np.linalg.norm(np.zeros(x.shape), ord, axis)  # NumPy's own error
    out = norm()
    return np.expand_dims(out, axes) if keepdims else out


@composite(np.linalg.vector_norm)
def vector_norm_composite(x, /, *, axis=None, keepdims=False, ord=2):
    """Several axes are one vector."""
    axes = normalize_axis_tuple(range(x.ndim) if axis is None else axis, x.ndim)
    if len(axes) == 1:
        return norm_composite(x, ord, axes[0], keepdims)
    moved = flattened(np.moveaxis(x, axes, range(-len(axes), 0)), len(axes))
    out = norm_composite(moved, ord, -1)
    return np.expand_dims(out, axes) if keepdims else out


@composite(np.linalg.matrix_norm)
def matrix_norm_composite(x, /, *, keepdims=False, ord="fro"):
    """Of the last two axes."""
    return norm_composite(x, ord, (-2, -1), keepdims)


@composite(np.linalg.cond)
def cond_composite(x, p=None):
    """The ratio of the extreme singular values, or |A| |A⁻¹| in another norm; inf if singular."""
    if p in (None, 2, -2):
        s = np.linalg.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    singular = np.linalg.det(x) == 0
    eye = np.eye(x.shape[-1], dtype=x.dtype)
    inverse = np.linalg.inv(np.where(singular[..., None, None], eye, x))
    axes = (-2, -1)
    found = norm_composite(x, p, axes) * norm_composite(inverse, p, axes)
    return np.where(singular, math.inf, found)[()]
