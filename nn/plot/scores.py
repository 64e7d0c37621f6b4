"""Pictures of how good predictions are: the ROC curve and the confusion matrix."""

from typing import Any, Literal

import numpy as np

from .. import metrics
from ..keywords import checked
from .style import COLORS, INK, axes, dress

__all__ = ["confusion_matrix", "roc_curve"]


@checked
def roc_curve(
    y_true: Any, y_score: Any, *, ax: Any = None, label: str = "", title: str = ""
) -> Any:
    """Draw the true positive rate against the false one, with the area below in the legend.

    Args:
        y_true, y_score: as ``metrics.roc_curve`` takes them.
        ax: where to draw; more curves may be drawn into the same Axes.
        label: the name of this curve.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        LabelError, ShapeError, NumericError: as ``metrics.roc_curve`` does.
        MissingDependencyError: matplotlib is not installed.

    >>> ax = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['chance, 0.5', 'AUC 0.7500']
    """
    false, true, _ = metrics.roc_curve(y_true, y_score)
    area = float(np.sum(np.diff(false) * (true[1:] + true[:-1])) / 2)
    ax = axes(ax, "plot.roc_curve()", (5.0, 5.0))
    count = sum(line.get_gid() == "roc" for line in ax.lines)
    if not count:
        ax.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1, label="chance, 0.5")
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.02, 1.02)
        ax.set_aspect("equal")
    text = f"{label}, AUC {area:.4f}" if label else f"AUC {area:.4f}"
    color = COLORS[count % len(COLORS)]
    ax.plot(false, true, color=color, linewidth=2, label=text, gid="roc", clip_on=False)
    ax.legend(loc="lower right")
    return dress(ax, title, "false positive rate", "true positive rate")


@checked
def confusion_matrix(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    normalize: Literal["true", "pred", "all"] | None = None,
    names: Any = None,
    ax: Any = None,
    title: str = "",
) -> Any:
    """Draw how often each class was taken for each, with the numbers.

    Args:
        y_true, y_pred, labels, normalize: as ``metrics.confusion_matrix`` takes them.
        names: what to call the classes; their labels by default.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        LabelError, ArgumentError, ShapeError: as ``metrics.confusion_matrix`` does.
        MissingDependencyError: matplotlib is not installed.

    >>> [text.get_text() for text in confusion_matrix([0, 1, 1], [0, 0, 1]).texts]
    ['1', '0', '1', '1']
    """
    matrix = metrics.confusion_matrix(y_true, y_pred, labels=labels, normalize=normalize)
    shown = names if names is not None else labels
    if shown is None:
        shown = _classes(y_true, y_pred, len(matrix))
    count = len(matrix)
    side = float(np.clip(2.2 + 0.45 * count, 3.6, 10))
    ax = axes(ax, "plot.confusion_matrix()", (side, side))
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-12)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(matrix):
        color = "white" if shares[row, column] > 0.55 else INK if value else "#b0b0b0"
        text = f"{value:.2f}" if normalize else f"{value:d}"
        ax.text(column, row, text, ha="center", va="center", color=color, fontsize=9)
    turned = max(len(str(name)) for name in shown) > 3
    ax.set_xticks(
        range(count), shown, rotation=45 if turned else 0, ha="right" if turned else "center"
    )
    ax.set_yticks(range(count), shown)
    dress(ax, title, "predicted class", "true class", grid=None)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def _classes(y_true: Any, y_pred: Any, count: int) -> list[Any]:
    """The labels of the rows of a confusion matrix for which none were given."""
    true, predicted, columns = metrics.reading.label_pair("confusion_matrix", y_true, y_pred)
    return list(range(count)) if columns else np.union1d(true, predicted).tolist()
