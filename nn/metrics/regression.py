"""Metrics of predicted values; several outputs (n, K) count alike."""

from typing import Any

import numpy as np

from autograd_core import ShapeError

from ..keywords import checked
from . import reading

__all__ = ["mae", "mse", "r2", "rmse"]


@checked
def mse(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean of the squared errors.

    Args:
        y_true, y_pred: values (n,), (n, 1) or (n, K).
        sample_weight: (n,).
    Raises:
        ShapeError: the shapes differ, or there are no samples.
        NumericError: a value is NaN.

    >>> mse([1.0, 2.0], [[1.0], [4.0]])
    2.0
    """
    return float(np.mean(_means("mse", y_true, y_pred, sample_weight, np.square)))


@checked
def rmse(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The root of the mean squared error; of several outputs, the mean of their roots.

    Args:
        y_true, y_pred, sample_weight: as ``mse`` takes them.
    Raises:
        ShapeError, NumericError: as ``mse`` does.

    >>> rmse([1.0, 2.0], [1.0, 4.0])
    1.4142135623730951
    """
    return float(np.mean(np.sqrt(_means("rmse", y_true, y_pred, sample_weight, np.square))))


@checked
def mae(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean of the absolute errors.

    Args:
        y_true, y_pred, sample_weight: as ``mse`` takes them.
    Raises:
        ShapeError, NumericError: as ``mse`` does.

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    return float(np.mean(_means("mae", y_true, y_pred, sample_weight, np.abs)))


@checked
def r2(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """1 - Σ(y - ŷ)² / Σ(y - mean)², the share of the variance that is explained.

    Where all true values are equal it is 1 for exact predictions and 0 for others. Of several
    outputs the mean is given.

    Args:
        y_true, y_pred, sample_weight: as ``mse`` takes them; two samples at least.
    Raises:
        ShapeError, NumericError: as ``mse`` does.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    """
    true, predicted = reading.value_pair("r2", y_true, y_pred)
    if len(true) < 2:
        raise ShapeError(
            "r2 got one sample.", "one value has no variance to explain.", "mse(y_true, y_pred)"
        )
    weight = reading.weights("r2", sample_weight, len(true))[:, None]
    mean = np.average(true, axis=0, weights=weight[:, 0])
    left = np.sum(weight * (true - predicted) ** 2, axis=0)
    whole = np.sum(weight * (true - mean) ** 2, axis=0)
    explained = 1 - left / np.where(whole == 0, 1, whole)
    return float(np.mean(np.where(whole == 0, left == 0, explained)))


def _means(name: str, y_true: Any, y_pred: Any, sample_weight: Any, size: np.ufunc) -> Any:
    """The mean size of the errors of each output, (K,)."""
    true, predicted = reading.value_pair(name, y_true, y_pred)
    weight = reading.weights(name, sample_weight, len(true))
    return np.average(size(true - predicted), axis=0, weights=weight)
