"""The length of rows, with the derivative 0 at 0."""

from typing import Any

import numpy as np

from autograd_core import primitive, pullback

__all__ = ["length"]


@primitive
def length(x: Any, p: float = 2) -> Any:
    """The p-norm of x along its last axis.

    Args:
        x: of shape (..., D).
        p: 1 or more, and finite.
    Returns:
        of shape (...).

    >>> length(np.array([[3.0, -4.0], [0.0, 0.0]]))
    array([5., 0.])
    """
    return np.linalg.norm(x, p, axis=-1)


@pullback(length)
def _length_pullback(g: Any, out: Any, x: Any, p: float = 2) -> Any:
    """sign(x) (|x|/|x|ₚ)ᵖ⁻¹, and 0 for a row of zeros."""
    share = x / np.where(out == 0, 1, out)[..., None]
    if p != 2:
        share = np.sign(x) * np.abs(share) ** (p - 1)
    return g[..., None] * share
