"""Metrics of predicted classes: what is right, and what is taken for what."""

from typing import Any, Literal

import numpy as np

from autograd_core import ArgumentError, LabelError, ShapeError

from ..choices import choice
from ..keywords import checked
from . import reading

__all__ = [
    "accuracy",
    "balanced_accuracy",
    "brier",
    "confusion_matrix",
    "f1",
    "log_loss",
    "precision",
    "recall",
    "top_k_accuracy",
]

Average = Literal["binary", "macro", "micro", "weighted"] | None


@checked
def accuracy(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The share of samples whose class is the predicted one.

    Args:
        y_true: labels (n,) or (n, 1), or one-hot rows (n, C).
        y_pred: the same, or a score per class (n, C), or probabilities of class 1 (n,) or (n, 1),
            which are cut at 0.5.
        sample_weight: (n,).
    Raises:
        LabelError: labels that are none, or do not fit the columns of ``y_pred``.
        ArgumentError: a single column outside [0, 1] that holds no labels.
        ShapeError: the lengths differ, or there are no samples.

    >>> accuracy([0, 1, 2], [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.6, 0.2, 0.2]])
    0.6666666666666666
    """
    true, predicted, _ = reading.label_pair("accuracy", y_true, y_pred)
    weight = reading.weights("accuracy", sample_weight, len(true))
    return float(np.average(true == predicted, weights=weight))


@checked
def balanced_accuracy(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean over the true classes of the share of each that is found.

    Args:
        y_true, y_pred, sample_weight: as ``accuracy`` takes them.
    Raises:
        LabelError, ArgumentError, ShapeError: as ``accuracy`` does.

    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    found, _, actual, _ = _counts("balanced_accuracy", y_true, y_pred, sample_weight)
    there = actual > 0
    return float(np.mean(found[there] / actual[there]))


@checked
def confusion_matrix(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    normalize: Literal["true", "pred", "all"] | None = None,
    sample_weight: Any = None,
) -> np.ndarray:
    """How often each class, a row, was taken for each, a column.

    Args:
        y_true, y_pred, sample_weight: as ``accuracy`` takes them.
        labels: the classes to show, in this order; by default all that occur, sorted, or one per
            column of ``y_pred``.
        normalize: divide by the sums of the rows (``"true"``), columns or all; 0/0 is 0.
    Returns:
        (C, C): counts, or float64 with weights or ``normalize``.
    Raises:
        LabelError: none of ``labels`` occurs; otherwise as ``accuracy`` does.

    >>> confusion_matrix([0, 1, 1], [0, 0, 1])
    array([[1, 0],
           [1, 1]])
    """
    true, predicted, columns = reading.label_pair("confusion_matrix", y_true, y_pred)
    weight = reading.weights("confusion_matrix", sample_weight, len(true))
    if labels is not None:
        classes = np.asarray(labels)
    else:
        classes = np.union1d(true, predicted) if columns is None else np.arange(columns)
    if not np.isin(classes, true).any():
        raise LabelError(
            f"confusion_matrix got labels {classes[:10].tolist()}, none of which is in y_true.",
            hint=f"labels={np.unique(true)[:10].tolist()}",
        )
    matrix = _table(true, predicted, weight, classes)
    if normalize is not None:
        axes: dict[str, Any] = {"true": 1, "pred": 0, "all": (0, 1)}
        total = matrix.sum(axis=choice("normalize", normalize, axes), keepdims=True)
        return matrix / np.where(total == 0, 1, total)
    return matrix if sample_weight is not None else matrix.astype(np.int64)


def _table(
    true: np.ndarray, predicted: np.ndarray, weight: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """The weights (C, C) of the samples of each pair of these classes; others are left out."""
    order = np.argsort(classes)
    known = np.isin(true, classes) & np.isin(predicted, classes)
    row, column = (
        order[np.searchsorted(classes, a[known], sorter=order)] for a in (true, predicted)
    )
    size = len(classes)
    flat = np.bincount(row * size + column, weights=weight[known], minlength=size * size)
    return flat.reshape(size, size)


def _counts(
    name: str, y_true: Any, y_pred: Any, sample_weight: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per class that occurs: the weight found, predicted and actual; and the classes."""
    true, predicted, _ = reading.label_pair(name, y_true, y_pred)
    weight = reading.weights(name, sample_weight, len(true))
    classes = np.union1d(true, predicted)
    table = _table(true, predicted, weight, classes)
    return np.diag(table), table.sum(axis=0), table.sum(axis=1), classes


@checked
def precision(
    y_true: Any,
    y_pred: Any,
    *,
    average: Average = "binary",
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> Any:
    """Of what was taken for a class, the share that belongs to it; 0/0 is 0.

    Args:
        y_true, y_pred, sample_weight: as ``accuracy`` takes them.
        average: ``"binary"``: of the class ``pos_label``; ``"macro"``: the mean over classes;
            ``"weighted"``: by their sizes; ``"micro"``: of all counts; None: an array, per class.
        pos_label: the class that ``"binary"`` is about.
    Raises:
        LabelError: ``"binary"`` with more than two classes, or without ``pos_label``; otherwise
            as ``accuracy`` does.
        ArgumentError: an unknown ``average``.

    >>> precision([0, 1, 1, 0], [1, 1, 1, 0])
    0.6666666666666666
    """
    counts = _counts("precision", y_true, y_pred, sample_weight)
    found, predicted, actual = _averaged("precision", counts, average, pos_label)
    return _mean(_ratio(found, predicted), actual, average)


@checked
def recall(
    y_true: Any,
    y_pred: Any,
    *,
    average: Average = "binary",
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> Any:
    """Of what belongs to a class, the share that was taken for it; 0/0 is 0.

    Args:
        y_true, y_pred, average, pos_label, sample_weight: as ``precision`` takes them.
    Raises:
        LabelError, ArgumentError: as ``precision`` does.

    >>> recall([0, 1, 1, 0], [1, 1, 0, 0])
    0.5
    """
    counts = _counts("recall", y_true, y_pred, sample_weight)
    found, _, actual = _averaged("recall", counts, average, pos_label)
    return _mean(_ratio(found, actual), actual, average)


@checked
def f1(
    y_true: Any,
    y_pred: Any,
    *,
    average: Average = "binary",
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> Any:
    """The harmonic mean of precision and recall; 0/0 is 0.

    Args:
        y_true, y_pred, average, pos_label, sample_weight: as ``precision`` takes them.
    Raises:
        LabelError, ArgumentError: as ``precision`` does.

    >>> f1([0, 1, 2, 2], [0, 2, 2, 2], average=None)
    array([1. , 0. , 0.8])
    """
    counts = _counts("f1", y_true, y_pred, sample_weight)
    found, predicted, actual = _averaged("f1", counts, average, pos_label)
    return _mean(_ratio(2 * found, predicted + actual), actual, average)


def _averaged(
    name: str, counts: tuple[np.ndarray, ...], average: Average, pos_label: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The counts (K,) that an average is made of: one for ``"binary"`` and ``"micro"``."""
    found, predicted, actual, classes = counts
    known = {"binary": 0, "macro": 1, "weighted": 2, "micro": 3}
    kind = None if average is None else choice("average", average, known)
    if kind == 3:
        return found.sum()[None], predicted.sum()[None], actual.sum()[None]
    if kind != 0:
        return found, predicted, actual
    positive = classes == pos_label
    if len(classes) > 2 or (len(classes) == 2 and not positive.any()):
        raise LabelError(
            f"{name} got {len(classes)} classes, {', '.join(map(str, classes[:10].tolist()))}.",
            f"average='binary' is about the class {pos_label!r} of two.",
            "average='macro', 'weighted', 'micro' or None" if len(classes) > 2 else "pos_label=",
        )
    sums = (np.sum(count[positive], keepdims=True) for count in (found, predicted, actual))
    return tuple(sums)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, 0 where both are 0."""
    return part / np.where(whole == 0, 1, whole)


def _mean(values: np.ndarray, actual: np.ndarray, average: Average) -> Any:
    """The average of the classes' values; all of them for None."""
    if average is None:
        return values
    return float(np.average(values, weights=actual if average == "weighted" else None))


@checked
def top_k_accuracy(y_true: Any, y_score: Any, k: int = 2, *, sample_weight: Any = None) -> float:
    """The share of samples whose class is among the k of the highest scores.

    Args:
        y_true: labels (n,) from 0 to C - 1, or one-hot rows.
        y_score: a score per class (n, C); of equal ones the later column counts as higher.
        k: how many, from 1 to C.
        sample_weight: (n,).
    Raises:
        ArgumentError: k is not between 1 and C.
        ShapeError: ``y_score`` is not (n, C).

    >>> top_k_accuracy([0, 2], [[0.3, 0.5, 0.2], [0.5, 0.4, 0.1]], k=2)
    0.5
    """
    score = reading.plain("top_k_accuracy", y_score)
    if score.ndim != 2:
        raise ShapeError(
            f"top_k_accuracy got y_score of shape {score.shape}.",
            "it needs a score per class, (n, C).",
            "accuracy(y_true, y_pred) for labels",
        )
    if not 1 <= k <= score.shape[1]:
        raise ArgumentError(
            f"top_k_accuracy got k={k} for {score.shape[1]} classes.", hint="k from 1 to C"
        )
    true, _, _ = reading.label_pair("top_k_accuracy", y_true, score.astype(np.float64))
    weight = reading.weights("top_k_accuracy", sample_weight, len(true))
    best = np.argsort(score, axis=1, kind="stable")[:, -k:]
    return float(np.average((best == true[:, None]).any(axis=1), weights=weight))


@checked
def log_loss(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean of -log p of the true class; p is kept off 0 and 1 by the dtype's epsilon.

    Args:
        y_true: labels from 0 on (n,) or (n, 1), or one-hot rows (n, C).
        y_pred: probabilities (n, C), or those of class 1 (n,) or (n, 1).
        sample_weight: (n,).
    Raises:
        ArgumentError: probabilities outside [0, 1], or rows that do not sum to 1.
        LabelError, ShapeError: as ``accuracy`` does.

    >>> log_loss([0, 1], [0.5, 0.5])
    0.6931471805599453
    """
    true, rows = reading.probabilities("log_loss", y_true, y_pred)
    weight = reading.weights("log_loss", sample_weight, len(true))
    edge = np.finfo(rows.dtype).eps
    chosen = np.clip(rows, edge, 1 - edge)[np.arange(len(true)), true]
    return float(np.average(-np.log(chosen), weights=weight))


@checked
def brier(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean of (p - y)² over samples; for more than two classes, summed over classes.

    Args:
        y_true, y_pred, sample_weight: as ``log_loss`` takes them.
    Raises:
        ArgumentError, LabelError, ShapeError: as ``log_loss`` does.
    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability" (1950),
        halved for two classes.

    >>> brier([0, 1], [0.5, 1.0])
    0.125
    """
    true, rows = reading.probabilities("brier", y_true, y_pred)
    weight = reading.weights("brier", sample_weight, len(true))
    wrong = (rows - (true[:, None] == np.arange(rows.shape[1]))) ** 2
    per_sample = wrong[:, 1] if rows.shape[1] == 2 else wrong.sum(axis=1)
    return float(np.average(per_sample, weights=weight))
