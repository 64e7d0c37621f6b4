"""Activation functions, finite where their values are.

Each is one operation with its rule beside it, exact in the tails and twice differentiable; what is
written in others has none. At a kink the side of the negative numbers counts: relu′(0) = 0. The
clips ``hardtanh`` and ``hardsigmoid`` pass the gradient on their closed interval.
"""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError, elementwise, primitive, pullback

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
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
    return np.where(x > 0, x, weight * x)


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
    lambda g, x, y: np.where(x > 0, g, g * y),
    lambda g, x: np.where(x > 0, 0, g * x),
)


# --- exponential units ----------------------------------------------------------------------------
@primitive
def _elu(x: Any, alpha: float) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@primitive
def _celu(x: Any, alpha: float) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x / alpha, 0)))


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
def _sigmoid_slope(x: Any) -> Any:
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


elementwise(sigmoid, lambda g, x: g * _sigmoid_slope(x))
elementwise(_sigmoid_slope, lambda g, x, y: -g * y * np.tanh(x / 2))
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
    x = _finite(x)
    return x / (1 + np.abs(x))


@pullback(softsign)
def _softsign_pullback(g: Any, _out: Any, x: Any) -> Any:
    """1/(1 + |x|)², one division after the other: the square may overflow."""
    scale = 1 + np.abs(x)
    return g / scale / scale


# --- gates: x times a step from 0 to 1 ------------------------------------------------------------
@primitive
def silu(x: Any) -> Any:
    """x · σ(x), also called swish.

    Source: Elfwing et al., "Sigmoid-weighted linear units" (2018), equation 3.

    >>> silu(np.array([-1e4, 0.0, 2.0]))
    array([-0.    ,  0.    ,  1.7616])
    """
    return np.maximum(x, -_FAR) * sigmoid(x)


elementwise(silu, lambda g, x: g * (sigmoid(x) + _near(x) * _sigmoid_slope(x)))


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
def _normal_cdf(x: Any) -> Any:
    """Φ(x), the share of normal numbers below x, to 3e-16 of its value in the lower tail too.

    Φ(-u) = e^(-u²/2) P(u)/Q(u) for u ≥ 0, with the rational function that is nearest to
    e^(u²/2) Φ(-u) in relative error, 5e-17, up to 39; beyond it the exponential is 0. All
    coefficients are positive, so that nothing cancels.
    """
    u = np.minimum(np.abs(x), _DENSE)
    lower = np.exp(u * u * -0.5) * (_polynomial(_TAIL_TOP, u) / _polynomial(_TAIL_BOTTOM, u))
    return np.where(x >= 0, 1 - lower, lower)


def _polynomial(coefficients: tuple[float, ...], u: Any) -> Any:
    """Horner's scheme, the highest power first."""
    value = coefficients[0] * u + coefficients[1]
    for c in coefficients[2:]:
        value = value * u + c
    return value


_TAIL_TOP = (
    1.3853780110800218e-06, 3.724703392299364e-05, 4.903399611184166e-04, 4.088783669435026e-03,
    2.361994963134332e-02, 9.76912941695068e-02, 2.893147708973523e-01, 5.940213660521518e-01,
    7.748568251563467e-01, 0.5,
)  # fmt: skip
_TAIL_BOTTOM = (
    3.4726276936355644e-06, 9.336446837537872e-05, 1.2325726386140145e-03, 1.0342425211834629e-02,
    6.0428588772427766e-02, 2.549380802423631e-01, 7.819877890929376e-01, 1.7142980683903657,
    2.5611550997221473, 2.3475982111155487, 1.0,
)  # fmt: skip


def _normal_density(x: Any) -> Any:
    """φ(x) = e^(-x²/2)/√(2π)."""
    return np.exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi))


@primitive
def _gelu(x: Any) -> Any:
    return np.maximum(x, -_DENSE) * _normal_cdf(x)


@primitive
def _gelu_tanh(x: Any) -> Any:
    u = np.minimum(np.maximum(x, -_CUBED), _CUBED)
    return np.maximum(x, -_CUBED) * sigmoid(_GELU_SCALE * (u + _GELU_CUBE * u * u * u))


def _gelu_tanh_slope(x: Any) -> Any:
    u = np.minimum(np.maximum(x, -_CUBED), _CUBED)
    z = _GELU_SCALE * (u + _GELU_CUBE * u * u * u)
    inner = _GELU_SCALE * (1 + 3 * _GELU_CUBE * u * u)
    return sigmoid(z) + u * _sigmoid_slope(z) * inner


def _gelu_slope(x: Any) -> Any:
    u = np.minimum(np.maximum(x, -_DENSE), _DENSE)
    return _normal_cdf(x) + u * _normal_density(u)


def _normal_cdf_slope(x: Any) -> Any:
    return _normal_density(np.minimum(np.maximum(x, -_DENSE), _DENSE))


elementwise(_normal_cdf, lambda g, x: g * _normal_cdf_slope(x))
elementwise(_gelu, lambda g, x: g * _gelu_slope(x))
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
    axis = axis if dim is None else dim
    length = np.shape(x)[axis]
    if length % 2:
        raise ShapeError(
            f"glu needs an even number of features in axis {axis}; it got shape {np.shape(x)}.",
            "one half is the value, the other its gate.",
            f"{length + 1} features",
        )
    value, gate = np.split(x, 2, axis)
    return value * sigmoid(gate)


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


@primitive
def hardswish(x: Any) -> Any:
    """x · hardsigmoid(x).

    Source: Howard et al., "Searching for MobileNetV3" (2019), §5.2.

    >>> hardswish(np.array([-9.0, 1.5, 9.0]))
    array([-0.   ,  1.125,  9.   ])
    """
    return np.maximum(x, -3) * hardsigmoid(x)


elementwise(hardsigmoid, lambda g, x: g * (np.abs(x) <= 3) * (1 / 6))
elementwise(hardswish, lambda g, x: np.where(np.abs(x) <= 3, g * (x / 3 + 0.5), g * (x > 0)))


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
    e, total = _exponentials(x, axis if dim is None else dim)[1:]
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
    shifted, _, total = _exponentials(x, axis if dim is None else dim)
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
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    highest = np.maximum.reduce(x, axis, keepdims=True, initial=_lowest(x.dtype))
    shifted = np.subtract(x, highest)
    e = np.exp(shifted)
    return shifted, e, np.maximum(np.add.reduce(e, axis, keepdims=True), 1)


# --- limits that keep infinity times zero from happening ------------------------------------------
_FAR = 12_000.0  # exp(-_FAR) is 0 in every dtype, and _FAR is a number in each
_DENSE = 150.0  # likewise exp(-_DENSE²/2)
_CUBED = 38.0  # likewise σ(-0.07 _CUBED³), and the cube is a number
_GELU_SCALE, _GELU_CUBE = 2 * math.sqrt(2 / math.pi), 0.044715


def _near(x: Any) -> Any:
    return np.minimum(np.maximum(x, -_FAR), _FAR)


def _finite(x: Any) -> Any:
    """x, with the largest number of its dtype in place of infinity."""
    x = np.asarray(x, None if getattr(x, "dtype", np.dtype(int)).kind == "f" else float)[()]
    limit = np.finfo(x.dtype).max
    return np.minimum(np.maximum(x, -limit), limit)


def _lowest(dtype: Any) -> Any:
    return np.finfo(dtype).min
