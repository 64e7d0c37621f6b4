"""Gates: activations that multiply x by a step from 0 to 1.

Where the step is 0 in every dtype x is held at a bound, so that -inf gives 0 and not nan.
"""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError, Variable, elementwise, primitive

from ..choices import one_axis
from .activations import hardsigmoid, sigmoid, sigmoid_slope
from .normal import held, normal_cdf, normal_density

__all__ = ["gelu", "glu", "hardswish", "mish", "silu"]

_FAR = 12_000.0  # exp(-_FAR) is 0 in every dtype, and _FAR is a number in each
_CUBED = 38.0  # likewise σ(-0.07 _CUBED³), and the cube is a number
_GELU_SCALE, _GELU_CUBE = 2 * math.sqrt(2 / math.pi), 0.044715


def _near(x: Any) -> Any:
    return np.minimum(np.maximum(x, -_FAR), _FAR)


# --- logistic gates -------------------------------------------------------------------------------
@primitive
def silu(x: Any) -> Any:
    """x · σ(x), also called swish.

    Source: Elfwing et al., "Sigmoid-weighted linear units" (2018), equation 3.

    >>> silu(np.array([-1e4, 0.0, 2.0]))
    array([-0.    ,  0.    ,  1.7616])
    """
    return np.maximum(x, -_FAR) * sigmoid(x)


elementwise(silu, lambda g, x: g * (sigmoid(x) + _near(x) * sigmoid_slope(x)))


@primitive
def _mish_gate(x: Any) -> Any:
    """tanh(softplus(x)) = n/(n + 2) with n = eˣ(eˣ + 2), in powers of e⁻ˡˣˡ."""
    e = np.exp(-np.abs(x))
    top = np.where(x >= 0, 1 + 2 * e, e * (e + 2))
    return top / (top + 2 * np.where(x >= 0, e * e, 1))


def _mish_gate_slope(x: Any) -> Any:
    """4 eˣ(1 + eˣ)/(n + 2)²."""
    right = x >= 0
    e = np.exp(np.where(right, -x, x))  # of -|x| the second derivative would be wrong at 0
    root = 2 + 2 * e + e * e
    mirrored = 1 + 2 * e + 2 * e * e
    return np.where(
        right, 4 * (1 + e) * e * e / (mirrored * mirrored), 4 * (1 + e) * e / (root * root)
    )


elementwise(_mish_gate, lambda g, x: g * _mish_gate_slope(x))


@primitive
def mish(x: Any) -> Any:
    """x · tanh(softplus(x)).

    Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019).

    >>> mish(np.array([-1e4, 0.0, 2.0]))
    array([-0.   ,  0.   ,  1.944])
    """
    return np.maximum(x, -_FAR) * _mish_gate(x)


elementwise(mish, lambda g, x: g * (_mish_gate(x) + _near(x) * _mish_gate_slope(x)))


@primitive
def _gelu(x: Any) -> Any:
    return np.maximum(x, -_FAR) * normal_cdf(x)


@primitive
def _gelu_tanh(x: Any) -> Any:
    u = np.minimum(np.maximum(x, -_CUBED), _CUBED)
    return np.maximum(x, -_CUBED) * sigmoid(_GELU_SCALE * (u + _GELU_CUBE * u * u * u))


def _gelu_tanh_slope(x: Any) -> Any:
    u = np.minimum(np.maximum(x, -_CUBED), _CUBED)
    z = _GELU_SCALE * (u + _GELU_CUBE * u * u * u)
    inner = _GELU_SCALE * (1 + 3 * _GELU_CUBE * u * u)
    return sigmoid(z) + u * sigmoid_slope(z) * inner


def _gelu_slope(x: Any, y: Any) -> Any:
    """Φ(x) + x φ(x); of arrays Φ(x) is y/x, which saves computing it again."""
    if isinstance(x, Variable):
        return normal_cdf(x) + held(x) * normal_density(x)
    zero = (x == 0) | np.isinf(x)
    share = np.where(zero, np.where(x == 0, 0.5, x > 0), y / np.where(zero, 1, x))
    return share.astype(x.dtype, copy=False) + held(x) * normal_density(x)


elementwise(_gelu, lambda g, x, y: g * _gelu_slope(x, y))
elementwise(_gelu_tanh, lambda g, x: g * _gelu_tanh_slope(x))


def gelu(x: Any, approximate: str = "none") -> Any:
    """x · Φ(x), with the distribution function Φ of the normal law.

    Args:
        x: of any shape (...).
        approximate: ``"none"``, or ``"tanh"`` for ½x(1 + tanh(√(2/π)(x + 0.044715 x³))).
    Raises:
        ArgumentError: another string.

    Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016), §2.

    >>> gelu(np.array([-1.0, 0.0, 2.0]))
    array([-0.1587,  0.    ,  1.9545])
    """
    if approximate == "none":
        return _gelu(x)
    if approximate == "tanh":
        return _gelu_tanh(x)
    raise ArgumentError(
        f"gelu got approximate={approximate!r}.", hint="approximate='none' or approximate='tanh'"
    )


# --- others ---------------------------------------------------------------------------------------
@primitive
def hardswish(x: Any) -> Any:
    """x · hardsigmoid(x).

    Source: Howard et al., "Searching for MobileNetV3" (2019), §5.2.

    >>> hardswish(np.array([-9.0, 1.5, 9.0]))
    array([-0.   ,  1.125,  9.   ])
    """
    return np.maximum(x, -3) * hardsigmoid(x)


elementwise(hardswish, lambda g, x: np.where(np.abs(x) <= 3, g * (x / 3 + 0.5), g * (x > 0)))


def glu(x: Any, axis: int = -1, *, dim: int | None = None) -> Any:
    """The first half of the features times the sigmoid of the second.

    Args:
        x: of shape (..., 2n, ...) → (..., n, ...).
        axis: of the features; ``dim`` is PyTorch's name for it.
    Raises:
        ShapeError: an odd number of features.

    Source: Dauphin et al., "Language modeling with gated convolutional networks" (2017), §2.

    >>> glu(np.array([3.0, 4.0, 0.0, 0.0]))
    array([1.5, 2. ])
    """
    axis = one_axis("glu()", axis, dim)
    length = np.shape(x)[axis]
    if length % 2:
        raise ShapeError(
            f"glu needs an even number of features in axis {axis}; it got shape {np.shape(x)}.",
            "one half is the value, the other its gate.",
            f"{length + 1} features",
        )
    value, gate = np.split(x, 2, axis)
    return value * sigmoid(gate)
