"""Losses of two classes: cross-entropy of logits and of probabilities, focal loss, hinge.

The cross-entropy of logits is an operation of its own, stable for any logits: its gradient is the
difference between the probability and the target.
"""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, Variable, elementwise, primitive

from .activations import finite, relu, sigmoid, softplus
from .labels import fractions, signs
from .reduction import matched, reduced

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "focal_loss",
    "hinge_loss",
]


@primitive
def _logistic_loss(x: Any, t: Any) -> Any:
    """max(x, 0) - x t + log(1 + e⁻ˡˣˡ)."""
    x = finite(x)
    return np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))


elementwise(_logistic_loss, lambda g, x, y: g * (sigmoid(x) - y), lambda g, x: -g * x)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    pos_weight: Any = None,
) -> Any:
    """max(x, 0) - x t + log(1 + e⁻ˡˣˡ): -t log σ(x) - (1 - t) log(1 - σ(x)), without overflow.

    Args:
        input: logits, of shape (N, ...).
        target: probabilities of class 1, or labels 0 and 1, of the same shape.
        sample_weight: of shape (N,), or one for each entry.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        pos_weight: the factor of the first term, a number or one for each column.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: a target outside [0, 1].
        NumericError: a nan in the target.

    Source: Cox, "The regression analysis of binary sequences" (1958), §2.

    >>> binary_cross_entropy_with_logits([0.0, 1e4], [1, 1]).round(4)
    np.float64(0.3466)
    """
    name = "BCEWithLogitsLoss"
    x, t = matched(name, input, target)
    fractions(name, t)
    if pos_weight is None:
        losses = _logistic_loss(x, t)
    else:
        factor = pos_weight if isinstance(pos_weight, Variable) else np.asarray(pos_weight)[()]
        losses = factor.astype(x.dtype) * t * softplus(-x) + (1 - t) * softplus(x)
    return reduced(name, losses, t, sample_weight, reduction)


@primitive
def _bernoulli_loss(p: Any, t: Any) -> Any:
    """-t log p - (1 - t) log(1 - p), with logarithms of at least -100."""
    return -(t * _logarithm(p) + (1 - t) * _logarithm_of_rest(p))


def _logarithm(p: Any) -> Any:
    inside = ~(p <= _FLOOR)  # a nan stays one
    return np.where(inside, np.log(np.where(inside, p, 1)), -100)


def _logarithm_of_rest(p: Any) -> Any:
    inside = ~(p >= 1)
    return np.where(inside, np.log1p(-np.where(inside, p, 0)), -100)


def _reciprocal(p: Any) -> Any:
    """1/p, and 0 where the logarithm is cut off."""
    inside = ~(p <= _FLOOR)
    return np.where(inside, 1 / np.where(inside, p, 1), 0)


_FLOOR = math.exp(-100)
elementwise(
    _bernoulli_loss,
    lambda g, x, y: g * ((1 - y) * _reciprocal(1 - x) - y * _reciprocal(x)),
    lambda g, x: g * (_logarithm_of_rest(x) - _logarithm(x)),
)


def binary_cross_entropy(
    input: Any, target: Any, sample_weight: Any = None, reduction: str = "mean"
) -> Any:
    """-t log p - (1 - t) log(1 - p), the logarithms cut off at -100.

    Args:
        input: probabilities, of shape (N, ...).
        target: probabilities of class 1, or labels 0 and 1, of the same shape.
        sample_weight: of shape (N,), or one for each entry.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Raises:
        ArgumentError: an input outside [0, 1].
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: a target outside [0, 1].
        NumericError: a nan in the target.

    Source: Good, "Rational decisions" (1952), §8.

    >>> binary_cross_entropy([0.5, 1.0], [1, 1], reduction="none")
    array([ 0.6931, -0.    ])
    """
    name = "BCELoss"
    p, t = matched(name, input, target)
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise ArgumentError(
            f"{name} got {np.count_nonzero(outside)} of {p.size} inputs outside [0, 1].",
            "it takes probabilities; these look like logits.",
            "BCEWithLogitsLoss(), or a Sigmoid as the last layer",
        )
    fractions(name, t)
    return reduced(name, _bernoulli_loss(p, t), t, sample_weight, reduction)


def focal_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
) -> Any:
    """α (1 - p)ᵞ times the cross-entropy, with p the probability of the right class.

    Args:
        input: logits, of shape (N, ...).
        target: labels 0 and 1, or probabilities of 1, of the same shape.
        sample_weight: of shape (N,), or one for each entry.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        alpha: the weight of class 1, and 1 - alpha that of class 0; None for none.
        gamma: how much what is easy counts less; 0 for not at all.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: a target outside [0, 1].
        NumericError: a nan in the target.
        ArgumentError: ``gamma`` is negative, or ``alpha`` outside [0, 1].

    Source: Lin et al., "Focal loss for dense object detection" (2017), equation 5.

    >>> focal_loss([0.0, 4.0], [1, 1], reduction="none").round(6)
    array([4.3322e-02, 1.0000e-06])
    """
    name = "FocalLoss"
    if not gamma >= 0 or (alpha is not None and not 0 <= alpha <= 1):
        raise ArgumentError(
            f"{name} got alpha={alpha} and gamma={gamma}.", hint="alpha=0.25, gamma=2"
        )
    x, t = matched(name, input, target)
    fractions(name, t)
    missed = (1 - t) * sigmoid(x) + t * sigmoid(-x)
    losses = _logistic_loss(x, t) * missed**gamma
    if alpha is not None:
        losses = losses * (alpha * t + (1 - alpha) * (1 - t))
    return reduced(name, losses, t, sample_weight, reduction)


def hinge_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    margin: float = 1.0,
    squared: bool = False,
) -> Any:
    """max(0, ``margin`` - t x), or its square.

    Args:
        input: scores, of shape (N, ...).
        target: 1 and -1, or 1 and 0, of the same shape.
        sample_weight: of shape (N,), or one for each entry.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: other targets.
        NumericError: a nan in the target.

    Source: Cortes and Vapnik, "Support-vector networks" (1995), §3.

    >>> hinge_loss([0.5, 3.0], [1, 0], reduction="none")
    array([0.5, 4. ])
    """
    name = "HingeLoss"
    x, t = matched(name, input, signs(name, target))
    missing = relu(margin - t * x)
    return reduced(name, missing * missing if squared else missing, t, sample_weight, reduction)
