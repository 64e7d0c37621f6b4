"""Losses of several classes: cross-entropy of logits, of log-probabilities, and the margin.

The cross-entropy of logits is an operation of its own, stable for any logits: its gradient is the
difference between the probabilities and the target. Labels are the integers from 0.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError, Variable, primitive, pullback

from .activations import log_softmax, lowest, relu, softmax
from .labels import class_labels
from .reduction import combined, floating, matched, reduced, row_weights

__all__ = ["cross_entropy", "multi_margin_loss", "nll_loss"]


# --- several classes ------------------------------------------------------------------------------
class _Picked:
    """The place of each row's label, and the probabilities that the loss found on its way."""

    __slots__ = ("mean", "places", "probabilities")

    def __init__(self, labels: Any, classes: int, mean: bool) -> None:
        self.places = _starts(len(labels), classes) + labels
        self.mean = mean
        self.probabilities: Any = None


@primitive
def _cross_entropy(x: Any, picked: _Picked) -> Any:
    """log Σ exp xᵢ - xᵢ[tᵢ] of each row of x (n, C), or their mean."""
    z = np.subtract(x, _row_maxima(x)[:, None], order="C")
    chosen = z.reshape(-1).take(picked.places)
    np.exp(z, z)
    total = np.maximum(z.dot(_ones(x.shape[1], x.dtype.char)), 1)
    z /= total[:, None]
    picked.probabilities = z
    losses = np.log(total) - chosen
    return np.add.reduce(losses) / len(x) if picked.mean else losses


@pullback(_cross_entropy, at=0)
def _cross_entropy_pullback(g: Any, _out: Any, x: Any, picked: _Picked) -> Any:
    """g (p - one-hot): of arrays by the probabilities that the forward pass has kept."""
    scale = g * (1 / len(x)) if picked.mean else g[:, None]
    if isinstance(x, Variable):
        one_hot = np.zeros(x.shape, x.dtype)
        one_hot.reshape(-1)[picked.places] = 1
        return (softmax(x) - one_hot) * scale
    cotangent = picked.probabilities * scale
    cotangent.reshape(-1)[picked.places] -= scale if picked.mean else g
    return cotangent


def _row_maxima(x: Any) -> Any:
    """The largest of each row; along short rows NumPy is three times as quick in columns."""
    short = x.shape[1] <= 32
    maxima = np.maximum.reduce(x.T.copy(), 0) if short else np.maximum.reduce(x, 1)
    return np.maximum(maxima, lowest(x.dtype))


@lru_cache(4)
def _starts(rows: int, classes: int) -> Any:
    """The places of the first class of each row, in all rows one after the other."""
    return np.arange(0, rows * classes, classes)


@lru_cache(64)
def _ones(length: int, dtype: str) -> Any:
    return np.ones(length, dtype)


def cross_entropy(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    weight: Any = None,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    axis: int = 1,
) -> Any:
    """log Σ exp(x) - x[t]: minus the logarithm of the probability of the right class.

    Args:
        input: logits, of shape (N, C, ...), or (C,) of one sample.
        target: labels from 0 to C - 1, of any integer dtype, (N, ...); or rows of probabilities,
            of the shape of the input.
        sample_weight: of shape (N,), or one for each label.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``; the mean divides by the weights used.
        weight: of each class, (C,).
        ignore_index: a label whose rows do not count.
        label_smoothing: the share of each target that is spread evenly over the classes.
        axis: of the classes.
    Returns:
        A number, or with ``"none"`` an array (N, ...).
    Raises:
        LabelError: labels that are floats, one-based, signs, one-hot or out of range.
        ShapeError: shapes that do not fit, or the mean of no rows.
        NumericError: a nan in the target.

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990), for softmax and its gradient p - t; Szegedy et al., "Rethinking the Inception
    architecture" (2016), §7, for the smoothing.

    >>> cross_entropy(np.zeros((2, 4)), [0, 3]).round(4)
    np.float64(1.3863)
    """
    name, x = "CrossEntropyLoss", floating(input)
    if not 0 <= label_smoothing <= 1:
        raise ArgumentError(f"{name} got label_smoothing={label_smoothing}.", hint="from 0 to 1")
    target = target if isinstance(target, Variable) else np.asarray(target)
    if target.dtype.kind == "f" and target.shape == x.shape:
        if ignore_index is not None:
            raise ArgumentError(
                f"{name} got ignore_index={ignore_index} and rows of probabilities.",
                "a row of probabilities has no label.",
                "sample_weight=, with 0 for rows that do not count",
            )
        options = (weight, label_smoothing, axis)
        return _cross_entropy_of_rows(x, target, sample_weight, reduction, *options)
    bare = sample_weight is weight is ignore_index is None and not label_smoothing
    if bare and reduction == "mean" and axis == 1 and x.ndim == 2 and x.shape[0]:
        labels = class_labels(name, target, x.shape, 1)  # nearly every step of training
        return _cross_entropy(x, _Picked(labels, x.shape[1], True))

    def losses(rows: Any, labels: Any, weights: Any, mean: bool) -> Any:
        mean = mean and not label_smoothing
        found = _cross_entropy(rows, _Picked(labels, rows.shape[1], mean))
        found = found if weights is None else found * weights[labels]
        if not label_smoothing:
            return found
        others = -log_softmax(rows)
        others = (others if weights is None else others * weights).mean(axis=1)
        return (1 - label_smoothing) * found + label_smoothing * others

    return _by_label(name, x, target, sample_weight, reduction, weight, ignore_index, axis, losses)


def _cross_entropy_of_rows(
    input: Any,
    target: Any,
    sample_weight: Any,
    reduction: str,
    weight: Any,
    label_smoothing: float,
    axis: int,
) -> Any:
    """Σ t (log Σ exp(x) - x): the cross-entropy with rows of probabilities."""
    name = "CrossEntropyLoss"
    x, t = matched(name, input, target)
    axis = axis % x.ndim if x.ndim > 1 else 0
    shape, classes = x.shape[:axis] + x.shape[axis + 1 :], x.shape[axis]
    shares = _rows(t, axis)
    if label_smoothing:
        shares = (1 - label_smoothing) * shares + label_smoothing / classes
    if weight is not None:
        shares = shares * _class_weights(name, weight, classes, x.dtype)
    logarithms = np.where(shares == 0, 0, log_softmax(_rows(x, axis)))  # 0 · -inf would be nan
    losses = -(shares * logarithms).sum(axis=1)
    return reduced(name, losses.reshape(shape), t, sample_weight, reduction)


def nll_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    weight: Any = None,
    ignore_index: int | None = None,
    axis: int = 1,
) -> Any:
    """-x[t]: minus the log-probability of the right class.

    Args:
        input: log-probabilities, of shape (N, C, ...), or (C,) of one sample.
        target: labels from 0 to C - 1, of any integer dtype, (N, ...).
        sample_weight, reduction, weight, ignore_index, axis: as of ``cross_entropy``.
    Raises:
        LabelError: labels that are floats, one-based, signs, one-hot or out of range.
        ShapeError: shapes that do not fit, or the mean of no rows.

    >>> nll_loss(np.log([[0.5, 0.5], [0.25, 0.75]]), [0, 1], reduction="none")
    array([0.6931, 0.2877])
    """

    def losses(rows: Any, labels: Any, weights: Any, mean: bool) -> Any:
        found = -rows.reshape(-1)[_starts(*rows.shape) + labels]
        found = found if weights is None else found * weights[labels]
        return found.mean() if mean else found

    x = floating(input)
    return _by_label(
        "NLLLoss", x, target, sample_weight, reduction, weight, ignore_index, axis, losses
    )


def _by_label(
    name: str,
    x: Any,
    target: Any,
    sample_weight: Any,
    reduction: str,
    weight: Any,
    ignore_index: int | None,
    axis: int,
    losses_of: Callable[[Any, Any, Any, bool], Any],
) -> Any:
    """The frame of a loss of labels: checks, rows, weights, what is ignored, the reduction.

    ``losses_of(rows, labels, weights, mean)`` gives the losses of rows (n, C), weighted by their
    class, or if it can the mean of those of no weight.
    """
    axis = axis % x.ndim if x.ndim > 1 else 0
    labels = class_labels(name, target, x.shape, axis, ignore_index)
    rows, kept = _rows(x, axis), None
    if ignore_index is not None:
        kept = labels != ignore_index
        rows, labels = rows[kept], labels[kept]
    simple = weight is None and sample_weight is None
    weights = None if weight is None else _class_weights(name, weight, rows.shape[1], x.dtype)
    losses = losses_of(rows, labels, weights, simple and reduction == "mean" and len(labels) > 0)
    if not losses.shape:
        return losses
    shape = x.shape[:axis] + x.shape[axis + 1 :]
    norms = None if weights is None else weights[labels]
    if sample_weight is not None:
        factors = row_weights(name, sample_weight, shape, x.dtype)
        factors = np.broadcast_to(factors, shape).reshape(-1)
        factors = factors if kept is None else factors[kept]
        losses, norms = losses * factors, factors if norms is None else norms * factors
    if reduction == "none":
        losses = losses if kept is None else _spread(losses, kept)
        losses = losses.reshape(shape)
    return combined(name, losses, labels, None if norms is None else norms.sum(), reduction)


def _rows(x: Any, axis: int) -> Any:
    """Any shape with classes along an axis as rows (n, C)."""
    if x.ndim == 2 and axis == 1:
        return x
    return np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis])


def _class_weights(name: str, weight: Any, classes: int, dtype: Any) -> Any:
    weights = weight if isinstance(weight, Variable) else np.asarray(weight).astype(dtype)
    if weights.shape != (classes,):
        raise ShapeError(
            f"{name} got weight of shape {weights.shape} for {classes} classes.",
            "each class has one weight; those of samples are sample_weight.",
            f"a weight of shape ({classes},)",
        )
    return weights


def _spread(losses: Any, kept: Any) -> Any:
    """The losses of the rows that count, and 0 for the others."""
    if not len(losses):
        return np.zeros(len(kept), losses.dtype)
    places = np.maximum(np.cumsum(kept) - 1, 0)
    return np.where(kept, losses[places], 0)


def multi_margin_loss(
    input: Any,
    target: Any,
    sample_weight: Any = None,
    reduction: str = "mean",
    *,
    margin: float = 1.0,
    p: int = 1,
) -> Any:
    """Σⱼ max(0, ``margin`` - x[t] + x[j])ᵖ / C over the wrong classes j.

    Args:
        input: scores, of shape (N, C).
        target: labels from 0 to C - 1, (N,).
        sample_weight: of shape (N,).
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Raises:
        LabelError: labels that no class has.
        ShapeError: shapes that do not fit, or the mean of no rows.
        ArgumentError: ``p`` is neither 1 nor 2.

    Source: Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based
    vector machines" (2001), for the margin; the sum over classes is PyTorch's.

    >>> multi_margin_loss([[0.0, 2.0, 1.5]], [1])
    np.float64(0.1667)
    """
    name, x = "MultiMarginLoss", floating(input)
    if p not in (1, 2):
        raise ArgumentError(f"{name} got p={p}.", hint="p=1 or p=2")
    if x.ndim != 2:
        raise ShapeError(
            f"{name} got input of shape {x.shape}.", "it takes rows of scores, (N, C).", "x[None]"
        )
    labels = class_labels(name, target, x.shape, 1)
    rows = np.arange(len(labels))
    wrong = np.ones(x.shape, x.dtype)
    wrong[rows, labels] = 0
    missing = relu(margin - x[rows, labels][:, None] + x) * wrong
    losses = (missing if p == 1 else missing * missing).sum(axis=1) / x.shape[1]
    return reduced(name, losses, labels, sample_weight, reduction)
