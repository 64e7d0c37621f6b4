"""What all pictures share: where they are drawn, and in which colors."""

from typing import Any

import numpy as np

from autograd_core import require

__all__ = ["COLORS", "INK", "MARKERS", "axes", "class_colors", "dress", "tints"]

# Source: M. Okabe and K. Ito, "Color universal design" (2008).
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
INK = "#333333"


def axes(ax: Any, feature: str, size: tuple[float, float] = (6.0, 4.5)) -> Any:
    """The Axes given, or those of a new figure of this size in inches.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    require("matplotlib", extra="plot", feature=feature)
    if ax is not None:
        return ax
    pyplot: Any = require("matplotlib.pyplot", extra="plot", feature=feature)
    return pyplot.subplots(figsize=size, layout="constrained")[1]


def dress(ax: Any, title: str = "", x: str = "", y: str = "", grid: str | None = "both") -> Any:
    """Axes with a title, names, a quiet grid behind the data and no frame above and right."""
    if title:
        ax.set_title(title, color=INK)
    ax.set_xlabel(x, color=INK)
    ax.set_ylabel(y, color=INK)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color("#999999")
    ax.tick_params(colors=INK, which="both")
    if grid is not None:
        ax.grid(axis=grid, color="#e6e6e6", linewidth=0.8)
        ax.set_axisbelow(True)
    return ax


def class_colors(count: int) -> list[Any]:
    """A color per class: eight that all can tell apart; of more, steps of one scale."""
    if count <= len(COLORS):
        return list(COLORS[:count])
    colormaps: Any = require("matplotlib", extra="plot", feature="nn.plot").colormaps
    return list(colormaps["viridis"](np.linspace(0, 1, count)))


def tints(colors: list[Any], share: float = 0.35) -> list[tuple[float, ...]]:
    """The colors mixed with white, for areas behind points."""
    convert: Any = require("matplotlib.colors", extra="plot", feature="nn.plot").to_rgb
    return [tuple(1 - share * (1 - part) for part in convert(color)) for color in colors]
