"""Pictures of training: losses and rates over time, and the loss around the weights."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_core import ArgumentError

from ..defaults import Seed, generator
from ..history import direction
from ..keywords import checked
from ..module import Module
from ..parameter import Parameter
from .style import COLORS, INK, axes, dress

__all__ = ["loss_curve", "loss_landscape", "lr_curve"]


@checked
def loss_curve(
    history: Any,
    *,
    metric: str = "loss",
    log: bool | None = None,
    label: str = "",
    ax: Any = None,
    title: str = "",
) -> Any:
    """Draw a quantity over the epochs, with its validation twin and the best of that.

    Args:
        history: what ``fit`` returned, or a mapping of lists per epoch; or one list of numbers,
            such as ``history.batch_loss``, drawn over the steps.
        metric: which quantity; ``"val_" + metric`` is drawn where it is there.
        log: a logarithmic scale; by default where positive values span a factor of 50.
        label: a name for the quantity, which is then drawn alone.
        ax: where to draw; more histories may be drawn into the same Axes.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: the history has no such quantity, or no epochs.
        MissingDependencyError: matplotlib is not installed.

    >>> loss_curve({"loss": [1.0, 0.5, 0.3], "val_loss": [1.1, 0.6, 0.5]}).get_xlabel()
    'epoch'
    """
    curves = _curves(history, metric)
    if label:
        curves = [(label, curves[0][1])]
    ax = axes(ax, "plot.loss_curve()", (6.4, 4.0))
    every = np.concatenate([values for _, values in curves])
    every = every[np.isfinite(every)]
    for name, values in curves:
        epochs = np.arange(1, len(values) + 1)
        color = COLORS[sum(line.get_gid() == "history" for line in ax.lines) % len(COLORS)]
        look = {"color": color, "linewidth": 1.8, "gid": "history"}
        if len(values) < 20:
            look |= {"marker": "o", "markersize": 4}
        if not label and name.startswith("val_") and np.isfinite(values).any():
            pick = np.nanargmax if direction(metric, "auto") == "max" else np.nanargmin
            best = int(pick(values))
            name = f"{name}, best {values[best]:.3g} in epoch {best + 1}"
            ax.plot(best + 1, values[best], "o", color=color, markersize=9, fillstyle="none")
        ax.plot(epochs, values, label=name, **look)
    if log or (log is None and every.size and every.min() > 0 and every.max() > 50 * every.min()):
        ax.set_yscale("log")
    if label or len(curves) > 1:
        ax.legend()
    ax.xaxis.get_major_locator().set_params(integer=True)
    steps = not isinstance(history, Mapping)
    return dress(ax, title, "step" if steps else "epoch", metric)


def _curves(history: Any, metric: str) -> list[tuple[str, np.ndarray]]:
    """The named series (n,) to draw, not empty."""
    if isinstance(history, Mapping):
        names = [name for name in (metric, f"val_{metric}") if name in history]
        curves = [(name, np.asarray(history[name], float)) for name in names]
    else:
        curves = [(metric, np.asarray(history, float).reshape(-1))]
    curves = [(name, values) for name, values in curves if len(values)]
    if not curves:
        known = ", ".join(map(str, history)) if isinstance(history, Mapping) else ""
        raise ArgumentError(
            f"plot.loss_curve found no {metric!r} in the history.",
            hint=f"metric= one of {known}" if known else "a history of at least one epoch",
        )
    return curves


@checked
def lr_curve(
    rates: Any,
    losses: Any = None,
    *,
    steps: int | None = None,
    ax: Any = None,
    title: str = "",
) -> Any:
    """Draw learning rates over time; or, of a range test, the loss over the rates.

    Args:
        rates: a list of rates, what ``fit`` returned, or a schedule: a function of the step.
        losses: the losses (n,) that a range test met at these rates; the place of the steepest
            fall is marked.
        steps: how many steps of a schedule to draw.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: there are no rates, a schedule without ``steps``, ``steps`` without one, or
            another number of losses than of rates.
        MissingDependencyError: matplotlib is not installed.

    >>> lr_curve(lambda step: 0.1 * 0.99**step, steps=100).get_ylabel()
    'learning rate'
    """
    if callable(rates) != (steps is not None):
        raise ArgumentError(
            "plot.lr_curve takes a schedule and the steps to draw, or rates alone.",
            hint="lr_curve(nn.schedules.cosine(0.1, 100), steps=100)",
        )
    values = [rates(step) for step in range(steps)] if steps is not None else rates
    values = np.asarray(getattr(values, "lr", values), float).reshape(-1)
    found = None if losses is None else np.asarray(losses, float).reshape(-1)
    if not len(values) or (found is not None and found.shape != values.shape):
        raise ArgumentError(
            f"plot.lr_curve got {len(values)} rates"
            + (f" and {len(found)} losses." if found is not None else "."),
            hint="one loss per rate",
        )
    ax = axes(ax, "plot.lr_curve()", (6.4, 4.0))
    if found is None:
        first = int(hasattr(rates, "lr"))  # epochs are counted from 1, steps from 0
        ax.plot(np.arange(first, len(values) + first), values, color=COLORS[0], linewidth=1.8)
        ax.set_ylim(bottom=0)
        return dress(ax, title, "epoch" if first else "step", "learning rate")
    ax.plot(values, found, color=COLORS[0], linewidth=1.8)
    ax.set_xscale("log")
    if len(values) > 2:
        slope = np.gradient(found, np.log(values))
        best = int(np.nanargmin(np.where(np.isfinite(slope), slope, np.nan)))
        ax.axvline(values[best], color=COLORS[5], linestyle="--", linewidth=1.2)
        ax.text(
            values[best], 0.97, f" {values[best]:.2g}", color=COLORS[5], va="top",
            transform=ax.get_xaxis_transform(),
        )  # fmt: skip
    return dress(ax, title, "learning rate", "loss")


@checked
def loss_landscape(
    model: Module,
    X: Any,
    y: Any,
    loss: Any = None,
    *,
    span: float = 1.0,
    resolution: int = 25,
    rng: Seed = None,
    ax: Any = None,
    title: str = "",
) -> Any:
    """Draw the loss over two random directions in weight space, the weights in the middle.

    Each filter of a direction has the norm of the weights' filter, so that pictures of networks
    of different scale can be compared; vectors, such as biases, stay as they are. The weights are
    put back.

    Args:
        model: a Module.
        X, y: the data on which the loss is taken.
        loss: a loss, its class or name; by default the one the model was trained with.
        span: how far to go, in norms of the weights.
        resolution: points per axis; the loss is taken resolution² times.
        rng: a seed or generator for the directions.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: no loss is known, or ``resolution`` is below 2.
        MissingDependencyError: matplotlib is not installed.
    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets"
        (2018), §4.

    >>> from nn import Linear
    >>> model = Linear(2, 1, rng=0)
    >>> ax = loss_landscape(model, np.eye(2), np.ones((2, 1)), "mse", resolution=3, rng=0)
    >>> ax.get_xlabel()
    'first direction'
    """
    if resolution < 2:
        raise ArgumentError(
            f"plot.loss_landscape got resolution={resolution}.", hint="resolution=25"
        )
    value = _loss_of(model, X, y, loss)
    ax = axes(ax, "plot.loss_landscape()", (5.8, 5.0))
    weights = [p for p in model.parameters() if p.ndim > 1]
    places = [p.data.copy() for p in weights]
    random = generator(rng)
    first, second = ([_direction(p, random) for p in weights] for _ in range(2))
    ticks = np.linspace(-span, span, resolution)
    heights = np.empty((resolution, resolution))
    try:
        for (row, column), _ in np.ndenumerate(heights):
            for p, at, u, v in zip(weights, places, first, second, strict=True):
                p.data = at + ticks[column] * u + ticks[row] * v
            heights[row, column] = value()
    finally:
        for p, at in zip(weights, places, strict=True):
            p.data = at
    shown = np.log10(np.maximum(heights, 1e-12)) if heights.min() > 0 else heights
    drawn = ax.contourf(ticks, ticks, shown, 24, cmap="cividis")
    ax.contour(ticks, ticks, shown, 12, colors="white", linewidths=0.4, alpha=0.6)
    ax.plot(0, 0, "*", color=COLORS[5], markersize=13, markeredgecolor="white")
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.8)
    bar.set_label("log₁₀ loss" if heights.min() > 0 else "loss", color=INK)
    ax.set_aspect("equal")
    ax.locator_params(nbins=5)
    return dress(ax, title, "first direction", "second direction", grid=None)


def _loss_of(model: Module, X: Any, y: Any, loss: Any) -> Callable[[], float]:
    """The loss of the model as it stands."""
    from ..scoring import evaluate

    if loss is not None:
        return lambda: evaluate(model, X, y, loss=loss)["loss"]
    asked = getattr(model, "evaluate", None)
    if asked is None or "loss" not in asked(X, y):
        raise ArgumentError(
            "plot.loss_landscape needs a loss.",
            "the model has not been trained with one.",
            'loss_landscape(model, X, y, loss="mse")',
        )
    return lambda: float(asked(X, y)["loss"])


def _direction(p: Parameter, random: np.random.Generator) -> np.ndarray:
    """A random array of p's shape whose filters have the norms of p's.

    A filter is what makes one output: a column of (in, out), an entry of (out, in, ...).
    """
    drawn = random.standard_normal(p.shape).astype(p.dtype)
    axis: Iterable[int] = (0,) if p.ndim == 2 else range(1, p.ndim)
    norms = [np.sqrt(np.sum(a**2, axis=tuple(axis), keepdims=True)) for a in (p.data, drawn)]
    scaled: np.ndarray = drawn * (norms[0] / np.maximum(norms[1], 1e-12))
    return scaled
