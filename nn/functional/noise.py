"""Noise: what is dropped, and what is added, so that a network does not rely on single values."""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError, Variable

from ..defaults import Seed, generator

__all__ = ["alpha_dropout", "dropout", "dropout2d", "gaussian_noise"]

SELU_FLOOR = -1.7580993408473766  # -λα of SELU: where it saturates


def dropout(x: Any, p: float = 0.5, *, training: bool = True, rng: Seed = None) -> Any:
    """Each value is zero with probability p, and x / (1 - p) otherwise.

    Args:
        x: any shape.
        p: from 0 to 1; 1 gives zeros.
        training: without it, x as it is.
        rng: the generator to draw from.
    Returns:
        as x.
    Raises:
        ArgumentError: p outside of [0, 1].
    Source: Srivastava et al., "Dropout" (2014), §4, with the scaling moved into training.

    >>> dropout(np.ones(6), 0.5, rng=0)
    array([2., 2., 2., 0., 0., 0.])
    """
    check_probability("dropout", p)
    return x * kept(x.shape, p, x.dtype, rng) if training and p else x


def dropout2d(x: Any, p: float = 0.5, *, training: bool = True, rng: Seed = None) -> Any:
    """Each channel of each image is zero with probability p, and x / (1 - p) otherwise.

    Args:
        x: (N, C, ...).
        p, training, rng: as for ``dropout``.
    Returns:
        as x.
    Raises:
        ArgumentError: p outside of [0, 1].
        ShapeError: fewer than two axes.
    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015), §3.

    >>> dropout2d(np.ones((1, 4, 1, 2)), 0.5, rng=0)[0, 2:, 0]
    array([[2., 2.],
           [0., 0.]])
    """
    check_probability("dropout2d", p)
    if x.ndim < 2:
        raise ShapeError(
            f"dropout2d needs inputs of shape (N, C, ...); it got shape {x.shape}.", hint="x[None]"
        )
    shape = (*x.shape[:2], *[1] * (x.ndim - 2))
    return x * kept(shape, p, x.dtype, rng) if training and p else x


def alpha_dropout(x: Any, p: float = 0.5, *, training: bool = True, rng: Seed = None) -> Any:
    """Values are set to SELU's floor with probability p; mean 0 and variance 1 are kept.

    Args:
        x, p, training, rng: as for ``dropout``.
    Returns:
        as x.
    Raises:
        ArgumentError: p outside of [0, 1].
    Source: Klambauer et al., "Self-normalizing neural networks" (2017), "new dropout technique".

    >>> alpha_dropout(np.zeros(4), 0.5, rng=0).round(4)
    array([ 0.7792,  0.7792,  0.7792, -0.7792])
    """
    check_probability("alpha_dropout", p)
    if not training or p == 0:
        return x
    q = 1 - p
    mask = kept(x.shape, p, x.dtype, rng) * q
    scale = 1 / math.sqrt(q + SELU_FLOOR**2 * q * p) if q else 0.0
    return (x * mask + (1 - mask) * SELU_FLOOR) * scale - scale * p * SELU_FLOOR


def gaussian_noise(x: Any, std: float, *, training: bool = True, rng: Seed = None) -> Any:
    """x with normal noise added.

    Args:
        x: any shape.
        std: the standard deviation of the noise.
        training: without it, x as it is.
        rng: the generator to draw from.
    Returns:
        as x.
    Raises:
        ArgumentError: a negative std.

    >>> gaussian_noise(np.zeros(3), 1.0, rng=0).round(3)
    array([ 0.126, -0.132,  0.64 ])
    """
    check_deviation("gaussian_noise", std)
    if not training or std == 0:
        return x
    noise: Any = generator(rng).standard_normal(
        x.shape, np.float32 if x.dtype == "f4" else np.float64
    )
    return x + (std * noise).astype(x.dtype, copy=False)


def kept(shape: tuple[int, ...], p: float, dtype: Any, rng: Seed) -> Any:
    """1 / (1 - p) with probability 1 - p, and 0 otherwise, as an array."""
    if p == 1:
        return np.zeros(shape, dtype)
    drawn = generator(rng).random(shape, np.float32) >= p
    return np.multiply(drawn, 1 / (1 - p), dtype=dtype)


def check_probability(who: str, p: Any, name: str = "p") -> None:
    """Refuse what is no probability."""
    if isinstance(p, Variable) or not 0 <= p <= 1:
        raise ArgumentError(
            f"{who} got {name}={p!r}.", "it is the probability to drop a value.", f"{name}=0.5"
        )


def check_deviation(who: str, std: Any) -> None:
    """Refuse what is no standard deviation."""
    if isinstance(std, Variable) or not 0 <= std < math.inf:
        raise ArgumentError(f"{who} got std={std!r}.", "it is not negative.", "std=0.1")
