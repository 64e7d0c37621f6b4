"""Activation functions, finite where their values are.

Each is one operation with its rule beside it, exact in the tails and twice differentiable; what is
written in others has none. At a kink the side of the negative numbers counts: relu′(0) = 0. The
clips ``hardtanh`` and ``hardsigmoid`` pass the gradient on their closed interval.
"""

from functools import cache
from typing import Any

import numpy as np

from autograd_core import ArgumentError, DtypeError, elementwise, primitive, pullback

from ..choices import one_axis

__all__ = [
    "celu",
    "elu",
    "hardsigmoid",
    "hardtanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


# --- rectifiers -----------------------------------------------------------------------------------
@primitive
def relu(x: Any) -> Any:
    """max(x, 0), entry by entry; the derivative at 0 is 0.

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(x, 0)


@primitive
def prelu(x: Any, weight: Any) -> Any:
    """x where it is positive, ``weight`` · x elsewhere.

    Args:
        x: of any shape (...).
        weight: what broadcasts with it.

    Source: He et al., "Delving deep into rectifiers" (2015), equation 1.

    >>> prelu(np.array([-1.0, 2.0]), np.array([0.5]))
    array([-0.5,  2. ])
    """
    return np.maximum(x, 0) + weight * np.minimum(x, 0)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x where it is positive, ``negative_slope`` · x elsewhere.

    >>> leaky_relu(np.array([-1.0, 2.0]))
    array([-0.01,  2.  ])
    """
    return prelu(x, negative_slope)


@primitive
def relu6(x: Any) -> Any:
    """min(max(x, 0), 6); the derivative at both bounds is 0.

    Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10" (2010).

    >>> relu6(np.array([-1.0, 2.0, 9.0]))
    array([0., 2., 6.])
    """
    return np.minimum(np.maximum(x, 0), 6)


elementwise(relu, lambda g, y: g * (y != 0))  # of nan too
elementwise(relu6, lambda g, x: g * ((x > 0) & (x < 6)))
elementwise(
    prelu,
    lambda g, x, y: g * (x > 0) + g * (x <= 0) * y,
    lambda g, x: g * (x <= 0) * x,
)


# --- exponential units ----------------------------------------------------------------------------
@primitive
def _elu(x: Any, alpha: float) -> Any:
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@primitive
def _celu(x: Any, alpha: float) -> Any:
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x / alpha, 0))


elementwise(_elu, lambda g, x, y: np.where(x > 0, g, g * y * np.exp(np.where(x > 0, 0, x))), 0)
elementwise(_celu, lambda g, x, y: np.where(x > 0, g, g * np.exp(np.where(x > 0, 0, x) / y)), 0)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, ``alpha`` · (eˣ - 1) elsewhere.

    Source: Clevert et al., "Fast and accurate deep network learning by ELUs" (2016), equation 16.

    >>> elu(np.array([-1.0, 2.0]))
    array([-0.6321,  2.    ])
    """
    return _elu(x, alpha)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, ``alpha`` · (exp(x/alpha) - 1) elsewhere.

    Raises:
        ArgumentError: ``alpha`` is not positive.

    Source: Barron, "Continuously differentiable exponential linear units" (2017), equation 2.

    >>> celu(np.array([-1.0, 2.0]), alpha=2.0)
    array([-0.7869,  2.    ])
    """
    if not alpha > 0:
        raise ArgumentError(f"celu got alpha={alpha}.", "it divides by it.", "alpha=1.0")
    return _celu(x, alpha)


def selu(x: Any) -> Any:
    """1.0507 · elu(x, 1.6733): the factors that keep mean 0 and variance 1 from layer to layer.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017), equation 2.

    >>> selu(np.array([-1.0, 2.0]))
    array([-1.1113,  2.1014])
    """
    return 1.0507009873554804934 * _elu(x, 1.6732632423543772848)


# --- logistic functions ---------------------------------------------------------------------------
@primitive
def sigmoid(x: Any) -> Any:
    """1/(1 + e⁻ˣ), without overflow and exact in both tails.

    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)


@primitive
def sigmoid_slope(x: Any) -> Any:
    """σ′(x) = e⁻ˣ/(1 + e⁻ˣ)²; y·(1 - y) would lose the tail."""
    e = np.exp(-np.abs(x))
    return e / np.square(1 + e)


@primitive
def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@primitive
def log_sigmoid(x: Any) -> Any:
    """log σ(x) = -log(1 + e⁻ˣ), without overflow.

    >>> log_sigmoid(np.array([-1e4, 0.0]))
    array([-1.0000e+04, -6.9315e-01])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


elementwise(sigmoid, lambda g, x: g * sigmoid_slope(x))
elementwise(sigmoid_slope, lambda g, x, y: -g * y * np.tanh(x / 2))
elementwise(_softplus, lambda g, x: g * sigmoid(x))
elementwise(log_sigmoid, lambda g, x: g * sigmoid(-x))


def softplus(x: Any, beta: float = 1.0) -> Any:
    """log(1 + exp(``beta`` · x)) / ``beta``, without overflow.

    Raises:
        ArgumentError: ``beta`` is not positive.

    Source: Dugas et al., "Incorporating second-order functional knowledge" (2001), equation 5.

    >>> softplus(np.array([0.0, 1e4]))
    array([6.9315e-01, 1.0000e+04])
    """
    if not beta > 0:
        raise ArgumentError(f"softplus got beta={beta}.", "it divides by it.", "beta=1.0")
    return _softplus(x) if beta == 1 else _softplus(x * beta) / beta


def tanh(x: Any) -> Any:
    """The hyperbolic tangent: np.tanh.

    Its derivative is taken from the output, 1 - y², exact to 1e-16 of 1 and 0 beyond ±19.

    >>> tanh(np.array([0.0, 1e4]))
    array([0., 1.])
    """
    return np.tanh(x)


@primitive
def softsign(x: Any) -> Any:
    """x/(1 + |x|).

    Source: Turian et al., "Quadratic features and deep architectures for chunking" (2009).

    >>> softsign(np.array([-1.0, 0.0, 3.0]))
    array([-0.5 ,  0.  ,  0.75])
    """
    x = finite(x)
    return x / (1 + np.abs(x))


@pullback(softsign)
def _softsign_pullback(g: Any, _out: Any, x: Any) -> Any:
    """1/(1 + |x|)², one division after the other: the square may overflow."""
    scale = 1 + np.abs(x)
    return g / scale / scale


# --- clips ----------------------------------------------------------------------------------------
def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x, clipped; the gradient passes on the closed interval.

    Raises:
        ArgumentError: ``min_val`` is above ``max_val``.

    Source: Collobert, "Large scale machine learning" (2004).

    >>> hardtanh(np.array([-3.0, 0.5]))
    array([-1. ,  0.5])
    """
    if min_val > max_val:
        raise ArgumentError(
            f"hardtanh got min_val={min_val} and max_val={max_val}.",
            hint=f"min_val={max_val}, max_val={min_val}",
        )
    return np.clip(x, min_val, max_val)


@primitive
def hardsigmoid(x: Any) -> Any:
    """x/6 + ½, clipped to [0, 1]; the gradient passes from -3 to 3, both included.

    Source: Courbariaux et al., "BinaryConnect" (2015), for the name; the slope is PyTorch's.

    >>> hardsigmoid(np.array([-9.0, 0.0, 1.5]))
    array([0.  , 0.5 , 0.75])
    """
    return np.minimum(np.maximum(x / 6 + 0.5, 0), 1)


elementwise(hardsigmoid, lambda g, x: g * (np.abs(x) <= 3) * (1 / 6))


# --- over an axis ---------------------------------------------------------------------------------
@primitive
def softmax(x: Any, axis: int = -1, dim: int | None = None) -> Any:
    """exp(x) / Σ exp(x), shifted by the maximum: rows of probabilities.

    Args:
        x: of any shape (...).
        axis: over which they sum to 1; ``dim`` is PyTorch's name for it.
    Returns:
        of the same shape. Where every entry is -inf there is nothing to choose, and all are 0.

    >>> softmax(np.array([0.0, 0.0, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    e, total = _exponentials(x, one_axis("softmax()", axis, dim))[1:]
    e /= total
    return e


@pullback(softmax)
def _softmax_pullback(g: Any, out: Any, _x: Any, axis: int = -1, dim: int | None = None) -> Any:
    """p ∘ (g - ⟨p, g⟩)."""
    return out * (g - (out * g).sum(axis if dim is None else dim, keepdims=True))


@primitive
def log_softmax(x: Any, axis: int = -1, dim: int | None = None) -> Any:
    """x - log Σ exp(x), shifted by the maximum: logarithms of probabilities.

    Args:
        x: of any shape (...).
        axis: over which the probabilities sum to 1; ``dim`` is PyTorch's name for it.
    Returns:
        of the same shape.

    >>> log_softmax(np.array([0.0, 1e4]))
    array([-10000.,      0.])
    """
    shifted, _, total = _exponentials(x, one_axis("log_softmax()", axis, dim))
    shifted -= np.log(total)
    return shifted


@pullback(log_softmax)
def _log_softmax_pullback(g: Any, out: Any, _x: Any, axis: int = -1, dim: int | None = None) -> Any:
    """g - p Σ g."""
    return g - np.exp(out) * g.sum(axis if dim is None else dim, keepdims=True)


def _exponentials(x: Any, axis: int) -> tuple[Any, Any, Any]:
    """x less its maximum, the exponentials of that, and their sums, at least 1.

    A maximum of -inf is shifted by the lowest finite number instead, since -inf + inf is nan.
    """
    x = _floating(x)
    highest = np.maximum(np.maximum.reduce(x, axis, keepdims=True), lowest(x.dtype))
    shifted = np.subtract(x, highest)
    e = np.exp(shifted)
    return shifted, e, np.maximum(np.add.reduce(e, axis, keepdims=True), 1)


# --- what keeps infinity times zero from happening ------------------------------------------------
def finite(x: Any) -> Any:
    """x, with the largest number of its dtype in place of infinity."""
    x = _floating(x)
    low = lowest(x.dtype)
    return np.minimum(np.maximum(x, low), -low)


@cache
def lowest(dtype: Any) -> Any:
    """The lowest number of a floating-point dtype."""
    return np.finfo(dtype).min


def _floating(x: Any) -> Any:
    """x as an array of floating-point numbers.

    Raises:
        DtypeError: it is complex.
    """
    x = np.asarray(x)
    if x.dtype.kind == "c":
        raise DtypeError(
            f"An activation got numbers of dtype {x.dtype}.",
            "it is defined on the real line.",
            "activation(np.abs(x))",
        )
    return x if x.dtype.kind == "f" else x.astype(float)
