"""Pictures of layers: their weights, gradients, outputs and filters."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import numpy as np

from autograd_core import ArgumentError, Variable

from ..keywords import checked
from ..module import Module
from .style import COLORS, INK, axes, dress, tints

__all__ = ["activations", "conv_filters", "gradient_flow", "weight_histograms"]


@checked
def gradient_flow(model: Module, *, ax: Any = None, title: str = "") -> Any:
    """Draw the mean and the maximum of |gradient| of each layer, the first on top.

    Call it after ``backward()``. Means that fall from row to row, by a factor each, are gradients
    that vanish; a row that says so has none.

    Args:
        model: a Module whose parameters have gradients.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: no parameter has a gradient.
        MissingDependencyError: matplotlib is not installed.

    >>> from nn import Linear, Sequential
    >>> model = Sequential(Linear(2, 3), Linear(3, 1))
    >>> model(np.ones((1, 2))).sum().backward()
    >>> [text.get_text() for text in gradient_flow(model).get_yticklabels()]
    ['0 Linear', '1 Linear']
    """
    layers: dict[str, list[np.ndarray]] = {}
    for path, parameter in model.named_parameters():
        owner = path.rpartition(".")[0]
        kind = type(model.get_submodule(owner) if owner else model).__name__
        sizes = layers.setdefault(f"{owner} {kind}".strip(), [])
        if parameter.grad is not None:
            sizes.append(np.abs(np.asarray(parameter.grad)).reshape(-1))
    if not any(layers.values()):
        raise ArgumentError(
            "plot.gradient_flow found no gradients.",
            "they are there between backward() and zero_grad().",
            "loss.backward() before it",
        )
    names = list(layers)
    ax = axes(ax, "plot.gradient_flow()", (6.4, 1.4 + 0.36 * len(names)))
    sizes = [np.concatenate(parts) if parts else np.zeros(0) for parts in layers.values()]
    means = np.array([np.mean(part) if part.size else 0.0 for part in sizes])
    peaks = np.array([np.max(part, initial=0.0) for part in sizes])
    rows = np.arange(len(names))
    alive = means > 0
    ax.hlines(rows[alive], means[alive], peaks[alive], color="#b5cde0", linewidth=4, zorder=2)
    ax.scatter(means[alive], rows[alive], color=COLORS[0], s=42, label="mean", zorder=3)
    ax.scatter(
        peaks[alive], rows[alive], color="white", edgecolors=COLORS[5], linewidths=1.8, s=42,
        label="maximum", zorder=3,
    )  # fmt: skip
    for row in rows[~alive]:
        text = "all zero" if sizes[row].size else "no gradient"
        ax.text(0.02, row, text, color=COLORS[5], va="center", transform=ax.get_yaxis_transform())
    if alive.any():
        ax.set_xscale("log")
        bounds = np.floor(np.log10(means[alive].min())), np.ceil(np.log10(peaks[alive].max()))
        ax.set_xlim(0.8 * 10.0 ** bounds[0], 1.25 * 10.0 ** bounds[1])
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16 - 0.5 / len(names)), ncols=2)
    _rows(ax, names)
    return dress(ax, title, "|gradient|", "", grid="x")


@checked
def weight_histograms(model: Module, *, bins: int = 60, ax: Any = None, title: str = "") -> Any:
    """Draw how the values of each parameter are spread, a row each, the first on top.

    Args:
        model: a Module.
        bins: how many intervals each row has.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: the model has no parameters.
        MissingDependencyError: matplotlib is not installed.

    >>> from nn import Linear
    >>> [text.get_text() for text in weight_histograms(Linear(2, 3)).get_yticklabels()]
    ['weight', 'bias']
    """
    named = [(path, p.data.reshape(-1)) for path, p in model.named_parameters()]
    ax = _ridges("plot.weight_histograms", named, bins, ax)
    return dress(ax, title, "weight", "", grid="x")


@checked
def activations(model: Module, x: Any, *, bins: int = 60, ax: Any = None, title: str = "") -> Any:
    """Draw how the outputs of each layer are spread, a row each, and how many are zero.

    A row of zeros is a dead layer; one at its bounds is saturated.

    Args:
        model: a Module; it is called in eval mode, and nothing is recorded.
        x: inputs (n, ...).
        bins: how many intervals each row has.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: no layer gives an array.
        MissingDependencyError: matplotlib is not installed.

    >>> from nn import Linear, Sequential
    >>> model = Sequential(Linear(2, 3), Linear(3, 1))
    >>> [text.get_text() for text in activations(model, np.ones((1, 2))).get_yticklabels()]
    ['0 Linear', '1 Linear']
    """
    from ..scoring import predict

    outputs: dict[str, list[np.ndarray]] = {}
    with ExitStack() as hooks:
        for path, module in model.named_modules():
            if not module.children():
                name = f"{path or 'model'} {type(module).__name__}"
                keep = outputs.setdefault(name, [])
                hooks.enter_context(module.register_forward_hook(_keeper(keep)))
        predict(model, x)
    named = [(name, np.concatenate(parts)) for name, parts in outputs.items() if parts]
    ax = _ridges("plot.activations", named, bins, ax)
    for row, (_, values) in enumerate(named):
        zeros = float(np.mean(values == 0)) if values.size else 0.0
        if zeros:
            ax.text(
                1.01, row, f"{zeros:.0%} zero", color=COLORS[5] if zeros > 0.9 else INK,
                va="bottom", fontsize=9, transform=ax.get_yaxis_transform(),
            )  # fmt: skip
    return dress(ax, title, "output", "", grid="x")


def _keeper(keep: list[np.ndarray]) -> Any:
    """A forward hook that keeps the values of what a layer gives."""

    def hook(_module: Module, _args: Any, output: Any) -> None:
        first = output[0] if isinstance(output, tuple) else output
        values = first.data if isinstance(first, Variable) else np.asarray(first)
        keep.append(np.array(values).reshape(-1))

    return hook


def _ridges(feature: str, named: list[tuple[str, np.ndarray]], bins: int, ax: Any) -> Any:
    """A histogram per name, each on a line of its own, all of one height."""
    named = [(name, values[np.isfinite(values)]) for name, values in named]
    filled = [values for _, values in named if values.size]
    if not filled:
        raise ArgumentError(f"{feature} found no values to draw.", hint="a model with parameters")
    ax = axes(ax, f"{feature}()", (6.8, 1.2 + 0.55 * len(named)))
    low, high = (float(f([f(values) for values in filled])) for f in (np.min, np.max))
    spread = 0.03 * (high - low) or 0.5
    edges = np.linspace(low - spread, high + spread, bins + 1)
    tint = tints([COLORS[0]], 0.45)[0]
    for row, (_, values) in enumerate(named):
        counts = np.histogram(values, edges)[0].astype(float)
        heights = 0.85 * counts / max(counts.max(), 1.0)
        ax.stairs(row - heights, edges, baseline=row, fill=True, color=tint, zorder=2 + row)
        ax.stairs(row - heights, edges, baseline=None, color=COLORS[0], zorder=2 + row)
    _rows(ax, [name for name, _ in named])
    ax.set_ylim(len(named) - 0.6, -1.0)
    return ax


def _rows(ax: Any, names: Iterable[str]) -> None:
    """Name the rows, the first on top."""
    names = list(names)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)


@checked
def conv_filters(model: Module, *, limit: int = 64, ax: Any = None, title: str = "") -> Any:
    """Draw the kernels of the first convolution: red for positive weights, blue for negative.

    A row per filter and a column per input channel; filters of one channel fill a square, those of
    three channels are shown in color.

    Args:
        model: a convolution, or a Module that has one.
        limit: how many filters to draw at most.
        ax: where to draw; a new figure by default.
        title: what to write above.
    Returns:
        The Axes.
    Raises:
        ArgumentError: there is no kernel of one or two dimensions.
        MissingDependencyError: matplotlib is not installed.

    >>> from nn import Conv2d
    >>> conv_filters(Conv2d(1, 4, 3)).get_title()
    'weight: 4 filters'
    """
    found = [(path, p) for path, p in model.named_parameters() if p.ndim in (3, 4)]
    if not found:
        raise ArgumentError(
            "plot.conv_filters found no kernels of one or two dimensions.",
            hint="a Conv1d or Conv2d, or a model that has one",
        )
    path, kernel = found[0]
    filters = np.asarray(kernel.data, float)[:limit]
    if filters.ndim == 3:  # (out, in, k): a picture of channels and places per filter
        filters = filters[:, None]
    count, channels = filters.shape[:2]
    in_color = channels == 3 and kernel.ndim == 4
    columns = channels if not in_color and channels > 1 else int(np.ceil(np.sqrt(count)))
    tiles = filters.transpose(0, 2, 3, 1) if in_color else filters.reshape(-1, *filters.shape[2:])
    peak = float(np.abs(filters).max(initial=0.0)) or 1.0
    tiles = (tiles / peak + 1) / 2 if in_color else tiles
    picture = _tiled(tiles, columns)
    height, width = picture.shape[:2]
    side = 5.2 / max(height, width)
    ax = axes(ax, "plot.conv_filters()", (1.6 + side * width, 0.9 + side * height))
    if in_color:
        ax.imshow(np.nan_to_num(picture, nan=1.0))
    else:
        drawn = ax.imshow(picture, cmap="RdBu_r", vmin=-peak, vmax=peak)
        ax.figure.colorbar(drawn, ax=ax, shrink=0.7, label="weight")
    total = kernel.shape[0]
    shown = f"the first {count} of {total}" if total > count else str(count)
    dress(ax, title or f"{path}: {shown} filters", grid=None)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax


def _tiled(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Pictures (n, h, w[, 3]) side by side in rows, with a gap of nan between them."""
    rows = -(-len(tiles) // columns)
    height, width = tiles.shape[1] + 1, tiles.shape[2] + 1
    picture = np.full((rows * height - 1, columns * width - 1, *tiles.shape[3:]), np.nan)
    for k, tile in enumerate(tiles):
        top, left = k // columns * height, k % columns * width
        picture[top : top + height - 1, left : left + width - 1] = tile
    return picture
