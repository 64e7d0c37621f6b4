"""The data of both articles, and their pictures."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from autograd_core import ShapeError, require

from .. import datasets

__all__ = [
    "genSpiralData",
    "generate_data",
    "plot2DData",
    "plot2DDataWithDecisionBoundary",
    "plot_generated_data",
]

Array = NDArray[Any]


def genSpiralData(
    points_per_class: int = 100, num_classes: int = 3, *, rng: Any = None
) -> tuple[Array, Array]:
    """A's spirals: ``datasets.spiral``.

    >>> data, target = genSpiralData(100, 3, rng=0)
    >>> data.shape, target.shape
    ((300, 2), (300,))
    """
    return datasets.spiral(points_per_class, num_classes, rng=rng)


def generate_data(
    samples: int, shape_type: str = "circles", noise: float = 0.05, *, rng: Any = None
) -> Any:
    """B's data: a DataFrame with the columns x, y and label; needs pandas.

    Args:
        samples: rows.
        shape_type: "circles" or "moons".
        noise: the standard deviation of what is added to the points.
    Raises:
        ValueError: another shape.

    >>> generate_data(4, noise=0.0, rng=0)["label"].tolist()
    [0, 1, 0, 1]
    """
    makers = {"circles": datasets.circles, "moons": datasets.moons}
    if shape_type not in makers:
        raise ValueError(
            f"The introduced shape {shape_type} is not valid. Please use 'moons' or 'circles' "
        )
    pandas = require("pandas", extra="", feature="generate_data()")
    X, y = makers[shape_type](samples, noise=noise, rng=rng)
    return pandas.DataFrame({"x": X[:, 0], "y": X[:, 1], "label": y})


def plot2DData(data: ArrayLike, target: ArrayLike, ax: Any = None) -> Any:
    """A's scatter plot: ``plot.scatter``; returns the Axes.

    >>> plot2DData(*genSpiralData(10, rng=0)).get_xlabel()
    'x₁'
    """
    from ..plot import scatter

    return scatter(data, target, ax=ax)


def plot2DDataWithDecisionBoundary(
    data: ArrayLike, target: ArrayLike, model: Any, ax: Any = None
) -> Any:
    """A's picture of what was learned: ``plot.decision_boundary``; returns the Axes.

    >>> from nn.articles import Linear, Model
    >>> data, target = genSpiralData(10, rng=0)
    >>> plot2DDataWithDecisionBoundary(data, target, Model(Linear(2, 3))).get_xlabel()
    'x₁'
    """
    from ..plot import decision_boundary

    return decision_boundary(model, data, target, ax=ax)


def plot_generated_data(data: Any, ax: Any = None) -> Any:
    """B's scatter plot of a DataFrame with the columns x, y and label; returns the Axes.

    Raises:
        ShapeError: a column is missing.

    >>> plot_generated_data(generate_data(10, rng=0)).get_xlabel()
    'x₁'
    """
    missing = [name for name in ("x", "y", "label") if name not in data]
    if missing:
        raise ShapeError(
            f"plot_generated_data got no column {', '.join(missing)}.", hint="generate_data(500)"
        )
    return plot2DData(data[["x", "y"]].to_numpy(), data["label"].to_numpy(), ax=ax)
