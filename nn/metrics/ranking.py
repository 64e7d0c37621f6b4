"""Metrics of scores: how well their order tells classes apart, at every threshold at once."""

from typing import Any

import numpy as np

from autograd_core import LabelError

from ..hints import hint
from ..keywords import checked
from . import reading

__all__ = ["average_precision", "roc_auc", "roc_curve"]


@checked
def roc_auc(y_true: Any, y_score: Any, *, sample_weight: Any = None) -> float:
    """The probability that a positive sample has a higher score than a negative one.

    Ties count one half: it is the area under ``roc_curve``, and the rank statistic of Mann and
    Whitney with ties averaged.

    Args:
        y_true: two labels (n,), the larger one positive; or labels from 0 on, or one-hot rows.
        y_score: scores, logits or probabilities (n,), (n, 1) or, of both classes, (n, 2); for
            more classes (n, C), each is judged against the rest and the mean is given.
        sample_weight: (n,).
    Raises:
        LabelError: only one class occurs, or more than the scores can tell apart.
        ShapeError: the lengths differ, or there are no samples.
        NumericError: a score is NaN.
    Warns:
        UsageHint: the scores take at most two values, as predicted labels do.
    Source: T. Fawcett, "An introduction to ROC analysis" (2006), §7.

    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    true, score = reading.scores("roc_auc", y_true, y_score)
    weight = reading.weights("roc_auc", sample_weight, true.shape[1])
    if score.shape[1] > 2 and all(len(np.unique(row)) <= 2 for row in score):
        hint(
            "roc_auc got scores that take at most two values.",
            "of labels it is the balanced accuracy: the order of the scores is lost.",
            "model.predict_proba(X), or the outputs before the threshold",
        )
    areas = []
    for there, values in zip(true, score, strict=True):
        found, wrong, _ = _steps("roc_auc", there, values, weight)
        heights = found + np.r_[0.0, found[:-1]]
        areas.append(np.sum(np.diff(wrong, prepend=0.0) * heights) / (2 * found[-1] * wrong[-1]))
    return float(np.mean(areas))


@checked
def roc_curve(
    y_true: Any, y_score: Any, *, sample_weight: Any = None, drop_intermediate: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """False and true positive rates where samples of at least a threshold count as positive.

    Args:
        y_true: two labels (n,), the larger one positive, or one-hot rows (n, 2).
        y_score: scores (n,), (n, 1) or, of both classes, (n, 2).
        sample_weight: (n,).
        drop_intermediate: leave out what lies between two others on a straight line.
    Returns:
        false positive rate (m,), true positive rate (m,), thresholds (m,), from infinity down.
    Raises:
        LabelError, ShapeError, NumericError: as ``roc_auc`` does; or there are more classes.

    >>> roc_curve([0, 1, 1], [0.2, 0.9, 0.1])
    (array([0., 0., 1., 1.]), array([0. , 0.5, 0.5, 1. ]), array([inf, 0.9, 0.2, 0.1]))
    """
    true, score = reading.scores("roc_curve", y_true, y_score)
    if len(true) > 1:
        raise LabelError(
            f"roc_curve got scores of {len(true)} classes.",
            "one curve tells two classes apart.",
            "roc_curve(y_true == k, y_score[:, k])",
        )
    weight = reading.weights("roc_curve", sample_weight, true.shape[1])
    found, wrong, thresholds = _steps("roc_curve", true[0], score[0], weight)
    if drop_intermediate and len(found) > 2:
        bends = (np.diff(found, 2) != 0) | (np.diff(wrong, 2) != 0)
        keep = np.r_[True, bends, True]
        found, wrong, thresholds = found[keep], wrong[keep], thresholds[keep]
    rates = (np.r_[0.0, counts] / counts[-1] for counts in (wrong, found))
    return *rates, np.r_[np.inf, thresholds]


@checked
def average_precision(y_true: Any, y_score: Any, *, sample_weight: Any = None) -> float:
    """Σ (Rₖ - Rₖ₋₁) Pₖ over the thresholds, from the highest score down.

    Args:
        y_true, y_score, sample_weight: as ``roc_auc`` takes them.
    Raises:
        LabelError, ShapeError, NumericError: as ``roc_auc`` does.

    >>> average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.8333333333333333
    """
    true, score = reading.scores("average_precision", y_true, y_score)
    weight = reading.weights("average_precision", sample_weight, true.shape[1])
    values = []
    for there, row in zip(true, score, strict=True):
        found, wrong, _ = _steps("average_precision", there, row, weight)
        taken = found + wrong
        precision = found / np.where(taken == 0, 1, taken)
        values.append(np.sum(np.diff(found, prepend=0.0) * precision) / found[-1])
    return float(np.mean(values))


def _steps(
    name: str, there: np.ndarray, score: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights of positives and negatives with at least each score that occurs, and these scores.

    Args:
        there, score, weight: (n,) each.
    Returns:
        (m,) each, from the highest score down.
    """
    order = np.argsort(score, kind="stable")[::-1]
    score, gain, loss = score[order], (weight * there)[order], (weight * ~there)[order]
    ends = np.r_[np.flatnonzero(np.diff(score.astype(np.float64)) != 0), len(score) - 1]
    found, wrong = np.cumsum(gain)[ends], np.cumsum(loss)[ends]
    if not (found[-1] > 0 and wrong[-1] > 0):
        raise LabelError(
            f"{name} got weights that leave one class only.",
            "it says how well scores tell one class from another.",
            "a positive weight for a sample of each class",
        )
    return found, wrong, score[ends]
