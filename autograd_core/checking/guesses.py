"""What a mistake may be, told from how the wrong numbers and the right ones are related."""

from typing import Any

import numpy as np

Vector = np.ndarray[Any, Any]


def guess(ours: Vector, numeric: Vector, point: Vector) -> str:
    """A mistake that would explain the numbers, or nothing.

    Args:
        ours, numeric: derivatives by the entries of one input, of shape (rows, entries).
        point: that input.

    >>> guess(np.array([[-1.0, -2.0]]), np.array([[1.0, 2.0]]), np.zeros(2))
    'the sign'
    """
    if not np.all(np.isfinite(ours)):
        return "a division by zero, or infinity times zero"
    if not ours.any():
        return "zero: a path that was not followed"
    if not numeric.any():
        return "numbers where nothing changes: a point on a jump?"
    if _same(ours, -numeric):
        return "the sign"
    if point.dtype.kind == "c" and _same(_conjugated(ours), numeric):
        return "a missing conjugate, or one too many"
    if point.ndim > 1 and _same(_transposed(ours, point), numeric):
        return "transposed"
    factor = float(np.sum(ours * numeric) / np.sum(ours * ours))
    if _same(factor * ours, numeric):
        return _factor(factor, ours.shape[1])
    if ours.size > 1 and np.ptp(ours) <= 1e-9 * np.max(np.abs(ours)):
        return "one number for every entry; a mean where a sum over entries belongs?"
    return ""


def _same(one: Vector, other: Vector) -> bool:
    return bool(np.allclose(one, other, rtol=1e-4, atol=1e-7 * float(np.max(np.abs(other)))))


def _conjugated(ours: Vector) -> Vector:
    """Imaginary parts, at the odd places, with the other sign."""
    return ours * np.where(np.arange(ours.shape[1]) % 2, -1, 1)


def _transposed(ours: Vector, point: Vector) -> Vector:
    """Rows that were laid out for the last two axes in the other order."""
    if ours.shape[1] != point.size:
        return ours
    *outer, n, m = point.shape
    turned = ours.reshape(-1, *outer, m, n)
    return np.swapaxes(turned, -1, -2).reshape(ours.shape)


def _factor(factor: float, entries: int) -> str:
    if entries > 1 and abs(factor - entries) < 1e-4 * entries:
        return f"{entries} times too small; a mean where a sum over entries belongs?"
    if entries > 1 and abs(factor * entries - 1) < 1e-4:
        return f"{entries} times too large; a sum where a mean over entries belongs?"
    return f"a factor of {1 / factor:.4g}"
