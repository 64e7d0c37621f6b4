"""Pictures of the plane: points of classes, and what a model makes of every place."""

from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError, Variable, require

from ..keywords import checked
from ..module import Module
from .style import INK, MARKERS, axes, class_colors, dress, tints

__all__ = ["decision_boundary", "scatter"]


@checked
def scatter(X: Any, y: Any = None, *, ax: Any = None, title: str = "") -> Any:
    """Draw points: a color and marker per class, or a scale of colors for values.

    Args:
        X: (n, 2); the columns of a DataFrame name the axes.
        y: labels (n,) or (n, 1), or values of floating-point numbers (n,).
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ShapeError: X is not (n, 2), or y has another length.
        MissingDependencyError: matplotlib is not installed.

    >>> ax = scatter([[0, 0], [1, 1]], [0, 1])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0', 'class 1']
    """
    points, names = _points("plot.scatter", X)
    labels = None if y is None else _labels("plot.scatter", y, len(points))
    ax = axes(ax, "plot.scatter()", (5.6, 5.0))
    size = float(np.clip(9000 / max(len(points), 1), 7, 40))
    look = {"s": size, "linewidths": size / 80, "edgecolors": "white", "zorder": 3}
    if labels is None:
        ax.scatter(*points.T, color=class_colors(1)[0], **look)
    elif labels.dtype.kind == "f":
        drawn = ax.scatter(*points.T, c=labels, cmap="viridis", **look)
        ax.figure.colorbar(drawn, ax=ax, label=getattr(y, "name", None) or "value", shrink=0.8)
    else:
        classes = np.unique(labels)
        for k, (label, color) in enumerate(zip(classes, class_colors(len(classes)), strict=True)):
            some = points[labels == label]
            marker = MARKERS[k % len(MARKERS)]
            ax.scatter(*some.T, color=color, marker=marker, label=f"class {label}", **look)
        place = "best" if len(points) <= 1000 else "upper right"  # the search takes its time
        ax.legend(loc=place, framealpha=0.9, handletextpad=0.2)
    ax.set_aspect("equal", adjustable="datalim")
    return dress(ax, title, *names)


@checked
def decision_boundary(
    model: Any,
    X: Any,
    y: Any = None,
    *,
    resolution: int = 200,
    threshold: float | None = None,
    ax: Any = None,
    title: str = "",
) -> Any:
    """Draw what a model predicts at every place around the points, and the points.

    Of two classes the probability is shaded and the boundary drawn; of more, the area of each.

    Args:
        model: a Module, an object with ``predict_proba`` or ``predict``, or a function of places
            (m, 2); it gives (m,), (m, 1) or (m, C).
        X: points (n, 2), around which to look; the columns of a DataFrame name the axes.
        y: their labels (n,); without them only the areas are drawn.
        resolution: places per axis.
        threshold: where the boundary lies for a single output; by default 0.5 if all outputs
            are in [0, 1], otherwise 0.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ShapeError: X is not (n, 2), or the model gives something else.
        ArgumentError: ``resolution`` is below 2, or the model is none.
        MissingDependencyError: matplotlib is not installed.

    >>> ax = decision_boundary(lambda X: X.sum(axis=1) - 1, [[0, 0], [1, 1]], [0, 1], resolution=9)
    >>> ax.get_xlabel()
    'x₁'
    """
    points, names = _points("plot.decision_boundary", X)
    if resolution < 2 or not len(points):
        raise ArgumentError(
            f"plot.decision_boundary got resolution={resolution} for {len(points)} points.",
            hint="resolution=200, and points to look around",
        )
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.08 * np.max(high - low) + 1e-3
    ticks = np.linspace(low - margin, high + margin, resolution)
    grid = np.stack(np.meshgrid(*ticks.T), axis=-1)
    output = _asked(model, grid.reshape(-1, 2)).reshape(resolution, resolution, -1)
    ax = axes(ax, "plot.decision_boundary()", (5.6, 5.0))
    if output.shape[-1] == 2:
        output = output[..., 1:] - output[..., :1]
        threshold = 0.0 if threshold is None else threshold
    if output.shape[-1] == 1:
        _two_areas(ax, ticks, output[..., 0], threshold)
    else:
        _many_areas(ax, ticks, output)
    if y is None:
        dress(ax, title, *names, grid=None)
    else:
        scatter(points, y, ax=ax)
        dress(ax, title, *names, grid=None).grid(False)
    ax.set_xlim(ticks[0, 0], ticks[-1, 0])
    ax.set_ylim(ticks[0, 1], ticks[-1, 1])
    ax.set_aspect("equal", adjustable="box")
    return ax


def _two_areas(ax: Any, ticks: np.ndarray, output: np.ndarray, threshold: float | None) -> None:
    """Shade the probability of class 1 from the first color over white to the second."""
    probable = output.min() >= 0 and output.max() <= 1
    middle = (0.5 if probable else 0.0) if threshold is None else threshold
    if not probable:
        output, middle = _sigmoid(output), float(_sigmoid(middle))
    colors: Any = require("matplotlib.colors", extra="plot", feature="plot.decision_boundary()")
    first, second = tints(class_colors(2), 0.45)
    scale = colors.LinearSegmentedColormap.from_list("classes", [first, (1, 1, 1), second])
    norm = colors.TwoSlopeNorm(middle, min(0.0, middle - 1e-9), max(1.0, middle + 1e-9))
    steps = np.linspace(0, 1, 21)
    ax.contourf(*ticks.T, np.clip(output, 0, 1), steps, cmap=scale, norm=norm)
    ax.contour(*ticks.T, output, [middle], colors=INK, linewidths=1.5)


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), of a number or an array."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def _many_areas(ax: Any, ticks: np.ndarray, output: np.ndarray) -> None:
    """Fill the places where each class has the highest score."""
    fills = tints(class_colors(output.shape[-1]))
    for k, fill in enumerate(fills):
        lead = output[..., k] - np.delete(output, k, axis=-1).max(axis=-1)
        if lead.max() < 0:
            continue
        bounds = [0.0, max(float(lead.max()), 1e-9) * 1.01]
        ax.contourf(*ticks.T, lead, bounds, colors=[fill])
        ax.contour(*ticks.T, lead, [0.0], colors=INK, linewidths=0.8)


def _asked(model: Any, places: np.ndarray) -> np.ndarray:
    """What the model gives at places (m, 2): (m, C), a column for a single number."""
    from ..scoring import predict

    if isinstance(model, Module):
        output = predict(model, places)
    elif hasattr(model, "predict_proba"):
        output = model.predict_proba(places)
    elif hasattr(model, "predict"):
        output = model.predict(places)
    elif callable(model):
        output = model(places)
    else:
        raise ArgumentError(
            f"plot.decision_boundary got {type(model).__name__!r} as model.",
            hint="a Module, an estimator, or a function of places (m, 2)",
        )
    array = np.asarray(output.data if isinstance(output, Variable) else output)
    if array.ndim not in (1, 2) or len(array) != len(places):
        raise ShapeError(
            f"plot.decision_boundary asked for {len(places)} places and got shape {array.shape}.",
            "a model gives one row per place.",
            "a model of (n, 2) → (n,) or (n, classes)",
        )
    if array.ndim == 1 and array.dtype.kind != "f":
        labels, codes = np.unique(array, return_inverse=True)
        return codes[:, None].astype(float) if len(labels) <= 2 else np.eye(len(labels))[codes]
    return array.reshape(len(places), -1).astype(np.float64)


def _points(name: str, X: Any) -> tuple[np.ndarray, tuple[str, str]]:
    """Places (n, 2), and the names of the axes."""
    points = np.asarray(X.data if isinstance(X, Variable) else X, float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ShapeError(
            f"{name} got X of shape {points.shape}.",
            "a place in the plane has two coordinates.",
            "X[:, [0, 1]] for two of the features",
        )
    columns = [str(column) for column in getattr(X, "columns", ("x₁", "x₂"))]
    return points, (columns[0], columns[1])


def _labels(name: str, y: Any, rows: int) -> np.ndarray:
    """Labels (n,) in integers or strings, or values in floating-point numbers."""
    labels = np.asarray(y.data if isinstance(y, Variable) else y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (rows,):
        raise ShapeError(
            f"{name} got X of {rows} rows and y of shape {labels.shape}.",
            "each point has one label.",
            "y.argmax(axis=1) for one-hot rows",
        )
    if labels.dtype == object:
        labels = np.array(labels.tolist())
    if labels.dtype.kind == "f" and (labels == np.rint(labels)).all():
        whole = labels.astype(np.int64)
        return whole if len(np.unique(whole)) <= len(MARKERS) else labels
    return labels
