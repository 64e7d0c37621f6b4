"""Affine and bilinear maps."""

from typing import Any

import numpy as np

__all__ = ["bilinear", "linear"]


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x W + b.

    Args:
        x: (..., in).
        weight: (in, out).
        bias: (out,), or None.
    Returns:
        (..., out).

    >>> linear(np.ones((1, 2)), np.eye(2), np.array([0.0, 1.0]))
    array([[1., 2.]])
    """
    y = x @ weight
    return y if bias is None else y + bias


def bilinear(x1: Any, x2: Any, weight: Any, bias: Any = None) -> Any:
    """x1ᵀ A x2 + b for each matrix A.

    Args:
        x1: (..., in1).
        x2: (..., in2).
        weight: (out, in1, in2), a matrix for each output.
        bias: (out,), or None.
    Returns:
        (..., out).

    >>> bilinear(np.array([1.0, 2.0]), np.array([3.0]), np.ones((1, 2, 1)))
    array([9.])
    """
    y = np.einsum("...i,oij,...j->...o", x1, weight, x2)
    return y if bias is None else y + bias
