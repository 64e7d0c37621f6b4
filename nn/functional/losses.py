"""Losses of numbers: one value per entry from an input and a target of the same shape.

Those of classes are in classification.py. Each is called as ``loss(input, target,
sample_weight=None, reduction="mean")``; with weights the mean is Σ wℓ / Σ w.
"""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, elementwise, primitive, pullback

from ..choices import choice
from .activations import relu
from .lengths import length
from .reduction import REDUCTIONS, floating, matched, reduced, report_nan

__all__ = [
    "cosine_embedding_loss",
    "gaussian_nll_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "margin_ranking_loss",
    "mse_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
    "triplet_margin_loss",
]


# --- distances ------------------------------------------------------------------------------------
@primitive
def _mean_square(x: Any) -> Any:
    flat = x.reshape(-1)
    return flat.dot(flat) / x.size


pullback(_mean_square)(lambda g, _out, x: (2 / x.size * g) * x)


def mse_loss(input: Any, target: Any, sample_weight: Any = None, reduction: str = "mean") -> Any:
    """(x - t)², the squared error.

    Args:
        input, target: of one shape (N, ...).
        sample_weight: of shape (N,), or one weight for each entry.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Returns:
        A number, or with ``"none"`` an array of the shape of the input.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        NumericError: a nan in the target.

    Source: Legendre, "Nouvelles méthodes pour la détermination des orbites" (1805), appendix.

    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    np.float64(2.0)
    """
    x, t = matched("MSELoss", input, target)
    error = x - t
    if sample_weight is None and reduction == "mean" and error.size:
        loss = _mean_square(error)
        report_nan("MSELoss", loss, t)
        return loss
    return reduced("MSELoss", error * error, t, sample_weight, reduction)


def l1_loss(input: Any, target: Any, sample_weight: Any = None, reduction: str = "mean") -> Any:
    """|x - t|, the absolute error; its derivative at 0 is 0.

    Args, returns and errors are those of ``mse_loss``.

    Source: Boscovich (1757); Laplace, "Mécanique céleste" (1799), book 3, §40.

    >>> l1_loss([1.0, 2.0], [1.0, 4.0])
    np.float64(1.0)
    """
    x, t = matched("L1Loss", input, target)
    return reduced("L1Loss", np.abs(x - t), t, sample_weight, reduction)


@primitive
def _huber(x: Any, delta: float) -> Any:
    distance = np.abs(x)
    inside = np.minimum(distance, delta)
    return inside * (distance - inside * 0.5)


elementwise(_huber, lambda g, x, y: g * np.minimum(np.maximum(x, -y), y), 0)


def huber_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    delta: float = 1.0,
) -> Any:
    """½r² for |r| ≤ ``delta``, ``delta`` (|r| - ½ ``delta``) beyond, with r = x - t.

    Args, returns and errors are those of ``mse_loss``.

    Raises:
        ArgumentError: ``delta`` is not positive.

    Source: Huber, "Robust estimation of a location parameter" (1964), §2.

    >>> huber_loss([0.0, 0.0], [1.0, 3.0], reduction="none")
    array([0.5, 2.5])
    """
    if not delta > 0:
        raise ArgumentError(f"HuberLoss got delta={delta}.", hint="delta=1.0")
    x, t = matched("HuberLoss", input, target)
    return reduced("HuberLoss", _huber(x - t, delta), t, sample_weight, reduction)


def smooth_l1_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    beta: float = 1.0,
) -> Any:
    """r²/(2 ``beta``) for |r| ≤ ``beta``, |r| - ½ ``beta`` beyond, with r = x - t.

    Args, returns and errors are those of ``mse_loss``; ``beta=0`` is ``l1_loss``.

    Raises:
        ArgumentError: ``beta`` is negative.

    Source: Girshick, "Fast R-CNN" (2015), equation 3.

    >>> smooth_l1_loss([0.0, 0.0], [1.0, 3.0], reduction="none")
    array([0.5, 2.5])
    """
    if not beta >= 0:
        raise ArgumentError(f"SmoothL1Loss got beta={beta}.", hint="beta=1.0")
    x, t = matched("SmoothL1Loss", input, target)
    losses = _huber(x - t, beta) * (1 / beta) if beta else np.abs(x - t)
    return reduced("SmoothL1Loss", losses, t, sample_weight, reduction)


# --- distances of distributions -------------------------------------------------------------------
def kl_div(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "batchmean",
    *,
    log_target: bool = False,
) -> Any:
    """t (log t - x): the divergence of a target from a model that gives log-probabilities x.

    Args:
        input: log-probabilities, of shape (N, ...).
        target: probabilities, or with ``log_target`` their logarithms, of the same shape.
        sample_weight: of shape (N,).
        reduction: ``"batchmean"``, the sum over each row and the mean over rows, which is the
            divergence; ``"mean"`` over all entries; ``"sum"``; ``"none"``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        NumericError: a nan in the target.

    Source: Kullback and Leibler, "On information and sufficiency" (1951), equation 2.4.

    >>> kl_div(np.log([[0.5, 0.5]]), [[1.0, 0.0]])
    np.float64(0.6931)
    """
    x, t = matched("KLDivLoss", input, target)
    if log_target:
        share, logarithm = np.exp(t), t
    else:
        share, logarithm = t, np.log(np.where(t > 0, t, 1))
    none = share == 0  # there 0 · -inf would be nan
    losses = share * (np.where(none, 0, logarithm) - np.where(none, 0, x))
    if reduction == "batchmean":
        rows = losses.sum(axis=tuple(range(1, losses.ndim)))
        return reduced("KLDivLoss", rows, t, sample_weight, "mean")
    choice("reduction", reduction, {**REDUCTIONS, "batchmean": "batchmean"})
    return reduced("KLDivLoss", losses, t, sample_weight, reduction)


def poisson_nll_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    log_input: bool = True,
) -> Any:
    """eˣ - t x: minus the log-likelihood of counts t with rate eˣ, but for log t!.

    Args:
        input: the logarithm of the rate, or without ``log_input`` the rate, (N, ...).
        target: counts, of the same shape.
        sample_weight, reduction: as of ``mse_loss``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        ArgumentError: a rate that is not positive.

    Source: Nelder and Wedderburn, "Generalized linear models" (1972), §3.2.

    >>> poisson_nll_loss([0.0], [2.0])
    np.float64(1.0)
    """
    x, t = matched("PoissonNLLLoss", input, target)
    if log_input:
        losses = np.exp(x) - t * x
    else:
        _check_positive("PoissonNLLLoss", "a rate", x, "log_input=True, or nn.Softplus() before it")
        losses = x - t * np.log(x)
    return reduced("PoissonNLLLoss", losses, t, sample_weight, reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, sample_weight: Any = None, reduction: str = "mean"
) -> Any:
    """½(log v + (x - t)²/v): minus the log-likelihood of a normal law, but for ½ log 2π.

    Args:
        input: the mean, of shape (N, ...).
        target: of the same shape.
        var: the variance v, of the same shape, or with one column for all.
        sample_weight, reduction: as of ``mse_loss``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        ArgumentError: a variance that is not positive.

    Source: Nix and Weigend, "Estimating the mean and variance of the target probability
    distribution" (1994), equation 4.

    >>> gaussian_nll_loss([1.0], [3.0], [4.0]).round(4)
    np.float64(1.1931)
    """
    x, t = matched("GaussianNLLLoss", input, target)
    v = floating(var)
    if v.shape != (*x.shape[:-1], 1):
        x, v = matched("GaussianNLLLoss", x, v)
    _check_positive("GaussianNLLLoss", "a variance", v, "nn.Softplus() before it, or np.exp(log_v)")
    error = x - t
    losses = (np.log(v) + error * error / v) * 0.5
    return reduced("GaussianNLLLoss", losses, t, sample_weight, reduction)


def _check_positive(name: str, what: str, values: Any, hint: str) -> None:
    if (values <= 0).any():
        raise ArgumentError(f"{name} got {what} <= 0.", "it takes its logarithm.", hint)


# --- distances of embeddings ----------------------------------------------------------------------
def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    margin: float = 0.0,
) -> Any:
    """max(0, ``margin`` - t (x₁ - x₂)): t = 1 where the first should rank higher, -1 where lower.

    Args:
        input1, input2, target: of one shape (N, ...).
        sample_weight, reduction: as of ``mse_loss``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Herbrich et al., "Large margin rank boundaries for ordinal regression" (2000), §4.

    >>> margin_ranking_loss([1.0, 1.0], [2.0, 2.0], [1, -1], reduction="none")
    array([1., 0.])
    """
    first, t = matched("MarginRankingLoss", input1, target)
    first, second = matched("MarginRankingLoss", first, input2)
    losses = relu(margin - t * (first - second))
    return reduced("MarginRankingLoss", losses, t, sample_weight, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    margin: float = 1.0,
    p: float = 2,
) -> Any:
    """max(0, |a - b|ₚ - |a - c|ₚ + ``margin``): b should be nearer to a than c is.

    Args:
        anchor, positive, negative: a, b, c, of one shape (N, D).
        sample_weight: of shape (N,).
        reduction: as of ``mse_loss``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        ArgumentError: ``p`` is below 1 or infinite.

    The derivative of a norm at 0 is 0.

    Source: Schroff et al., "FaceNet" (2015), equation 2.

    >>> triplet_margin_loss([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]])
    np.float64(0.5)
    """
    if not 1 <= p < math.inf:
        raise ArgumentError(f"TripletMarginLoss got p={p}.", "its norm has 1 <= p < inf.", "p=2")
    a, b = matched("TripletMarginLoss", anchor, positive)
    a, c = matched("TripletMarginLoss", a, negative)
    near, far = length(a - b, p), length(a - c, p)
    return reduced("TripletMarginLoss", relu(near - far + margin), near, sample_weight, reduction)


def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    margin: float = 0.0,
) -> Any:
    """1 - cos(x₁, x₂) where t = 1, max(0, cos(x₁, x₂) - ``margin``) where t = -1.

    Args:
        input1, input2: of one shape (N, D).
        target: 1 or -1, of shape (N,).
        sample_weight: of shape (N,).
        reduction: as of ``mse_loss``.
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    The cosine of a zero vector is 0, and so is its derivative.

    Source: Weston et al., "Deep learning via semi-supervised embedding" (2008), for the margin.

    >>> cosine_embedding_loss([[1.0, 0.0]], [[1.0, 1.0]], [1]).round(4)
    np.float64(0.2929)
    """
    first, second = matched("CosineEmbeddingLoss", input1, input2)
    cosine = (_direction(first) * _direction(second)).sum(axis=-1)
    cosine, t = matched("CosineEmbeddingLoss", cosine, target)
    losses = np.where(t > 0, 1 - cosine, relu(cosine - margin))
    return reduced("CosineEmbeddingLoss", losses, t, sample_weight, reduction)


def _direction(x: Any) -> Any:
    """Rows of length 1; a row of zeros stays, and counts as constant."""
    zero = (x == 0).all(axis=-1, keepdims=True)
    return np.where(zero, 0, x) / np.where(zero, 1, length(x)[..., None])
