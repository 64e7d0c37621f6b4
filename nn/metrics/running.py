"""Metrics by name, and metrics of data that come in batches."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core import StateError

from ..choices import choice
from . import classification, ranking, reading, regression

__all__ = ["Running", "get"]

_MODULES = (classification, ranking, regression)
_NAMED = {
    name: getattr(module, name)
    for module in _MODULES
    for name in module.__all__
    if name not in ("confusion_matrix", "roc_curve")
}
_MEANS = {  # means over samples: those of batches add up
    classification.accuracy,
    classification.brier,
    classification.log_loss,
    classification.top_k_accuracy,
    regression.mae,
    regression.mse,
}


def get(metric: str | Callable[..., Any]) -> Callable[..., Any]:
    """The metric of this name; a callable is returned as it is.

    Args:
        metric: a name, such as ``"accuracy"``, or a function of ``(y_true, y_pred)``.
    Raises:
        ArgumentError: there is no such metric; the message names the nearest.

    >>> get("mse")([1.0], [3.0])
    4.0
    """
    if callable(metric):
        return metric
    found: Callable[..., Any] = choice("metric", metric, _NAMED)
    return found


class Running:
    """A metric of all batches together, equal to the metric of all samples at once.

    Metrics that are means over samples keep two numbers; all others keep what they were given,
    for no sum over batches equals them.

    Args:
        metric: a name or a function of ``(y_true, y_pred)``.
        options: keywords of the metric.
    Raises:
        ArgumentError: there is no such metric.
        StateError: ``compute`` before the first ``update``.

    >>> running = Running("accuracy")
    >>> running.update([0, 1, 1], [0, 1, 0])
    >>> running.update([1], [1])
    >>> running.compute()
    0.75
    """

    def __init__(self, metric: str | Callable[..., Any], **options: Any) -> None:
        self.metric = get(metric)
        self.options = options
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._sum, self._weight = 0.0, 0.0
        self._weighted = False
        self._batches: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def update(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take one more batch, as the metric takes all.

        Raises:
            AutogradError: what the metric raises of such data; nothing is changed then.
        """
        name = getattr(self.metric, "__name__", "Running")
        true, predicted = reading.plain(name, y_true), reading.plain(name, y_pred)
        weight = reading.weights(name, sample_weight, len(true))
        if self.metric in _MEANS:
            self._sum += self._of(true, predicted, sample_weight) * float(weight.sum())
            self._weight += float(weight.sum())
        else:
            self._weighted |= sample_weight is not None
            self._batches.append((true.copy(), predicted.copy(), weight))

    def compute(self) -> Any:
        """The metric of all samples since the last ``reset``."""
        if self._batches:
            true, predicted, weight = map(np.concatenate, zip(*self._batches, strict=True))
            return self._of(true, predicted, weight if self._weighted else None)
        if not self._weight:
            raise StateError(
                "A running metric was asked before its first batch.",
                hint="update(y_true, y_pred) before compute()",
            )
        return self._sum / self._weight

    def _of(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Any:
        """The metric of these; its weights are named only where there are some."""
        weight = {} if sample_weight is None else {"sample_weight": sample_weight}
        return self.metric(y_true, y_pred, **self.options, **weight)
