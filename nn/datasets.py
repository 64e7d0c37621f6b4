"""Toy data, drawn from a generator: the places of classes in the plane, and a few curves.

Rows come in random order, so that the last of them may be held out. ``X`` is float64, labels are
int64. ``digits`` alone is not drawn: it is read from scikit-learn, which carries it.
"""

from typing import Any

import numpy as np

from autograd_core import ArgumentError, require

from .defaults import Seed, generator
from .keywords import checked

__all__ = [
    "blobs",
    "checkerboard",
    "circles",
    "digits",
    "moons",
    "sine",
    "spiral",
    "swiss_roll",
    "xor",
]

Data = tuple[np.ndarray, np.ndarray]


@checked
def spiral(
    n_per_class: int = 100, n_classes: int = 3, noise: float = 0.1, *, rng: Seed = None
) -> Data:
    """Arms that wind about the origin by one and a half sectors each.

    Args:
        n_per_class: points in each arm.
        n_classes: the number C of arms.
        noise: the standard deviation of the angle, in radians.
        rng: a seed or generator.
    Returns:
        X (n_per_class · C, 2), y of 0 to C - 1.
    Raises:
        ArgumentError: a count is below 1, or ``noise`` below 0.
    Source: P. Bhatia, "Implementing a Deep Learning Library from Scratch in Python" (2020):
        radius 0 to 1, angle from 2πk/C to 2π(k + 1.5)/C, measured from the second axis.

    >>> X, y = spiral(rng=0)
    >>> X.shape, np.bincount(y)
    ((300, 2), array([100, 100, 100]))
    """
    _check("spiral", noise, n_per_class=n_per_class, n_classes=n_classes)
    random = generator(rng)
    y = np.repeat(np.arange(n_classes), n_per_class)
    along = np.tile(np.linspace(0, 1, n_per_class), n_classes)
    angle = 2 * np.pi / n_classes * (y + 1.5 * along) + noise * random.standard_normal(len(y))
    return _shuffled(along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)]), y, random)


@checked
def circles(
    n_samples: int = 100, noise: float = 0.05, factor: float = 0.8, *, rng: Seed = None
) -> Data:
    """A circle of radius 1, class 0, around one of radius ``factor``, class 1.

    Args:
        n_samples: in both together.
        noise: the standard deviation of each coordinate.
        factor: the inner radius, from 0 to 1.
        rng: a seed or generator.
    Returns:
        X (n_samples, 2), y of 0 and 1.
    Raises:
        ArgumentError: an argument is out of range.
    Source: the law of scikit-learn's ``make_circles``: angles at equal distances.

    >>> X, y = circles(6, noise=0.0, rng=0)
    >>> np.hypot(*X[y == 1].T)
    array([0.8, 0.8, 0.8])
    """
    _check("circles", noise, n_samples=n_samples)
    if not 0 <= factor <= 1:
        raise ArgumentError(f"circles got factor={factor}.", hint="a radius from 0 to 1")
    y, part, sizes = _halves(n_samples)
    angle = 2 * np.pi * part / sizes
    radius = np.where(y == 0, 1.0, factor)
    return _noisy(radius * np.cos(angle), radius * np.sin(angle), y, noise, rng)


@checked
def moons(n_samples: int = 100, noise: float = 0.05, *, rng: Seed = None) -> Data:
    """Two interleaving half circles: the upper one is class 0.

    Args:
        n_samples: in both together.
        noise: the standard deviation of each coordinate.
        rng: a seed or generator.
    Returns:
        X (n_samples, 2), y of 0 and 1.
    Raises:
        ArgumentError: an argument is out of range.
    Source: the law of scikit-learn's ``make_moons``: the lower half circle is at (1, 1/2).

    >>> X, y = moons(6, noise=0.0, rng=0)
    >>> np.hypot(*X[y == 0].T)
    array([1., 1., 1.])
    """
    _check("moons", noise, n_samples=n_samples)
    y, part, sizes = _halves(n_samples)
    angle = np.pi * part / np.maximum(sizes - 1, 1)
    x1 = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))
    x2 = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    return _noisy(x1, x2, y, noise, rng)


@checked
def blobs(
    n_samples: int = 100,
    n_classes: int = 3,
    n_features: int = 2,
    noise: float = 1.0,
    *,
    rng: Seed = None,
) -> Data:
    """A normal cloud per class, around centers drawn evenly from the cube [-10, 10]ᶠ.

    Args:
        n_samples: in all of them; the first classes have one more where it does not divide.
        n_classes: the number C of clouds.
        n_features: the dimension F.
        noise: the standard deviation of each coordinate.
        rng: a seed or generator.
    Returns:
        X (n_samples, F), y of 0 to C - 1.
    Raises:
        ArgumentError: an argument is out of range.

    >>> X, y = blobs(5, n_classes=2, rng=0)
    >>> X.shape, np.bincount(y)
    ((5, 2), array([3, 2]))
    """
    _check("blobs", noise, n_samples=n_samples, n_classes=n_classes, n_features=n_features)
    random = generator(rng)
    centers = random.uniform(-10, 10, (n_classes, n_features))
    y = np.arange(n_samples) % n_classes
    return _shuffled(centers[y] + noise * random.standard_normal((len(y), n_features)), y, random)


@checked
def xor(n_samples: int = 100, noise: float = 0.1, *, rng: Seed = None) -> Data:
    """Points about the corners of the unit square; the class is 1 where the corners' bits differ.

    Args:
        n_samples: at the four corners together.
        noise: the standard deviation of each coordinate.
        rng: a seed or generator.
    Returns:
        X (n_samples, 2), y of 0 and 1.
    Raises:
        ArgumentError: an argument is out of range.

    >>> X, y = xor(4, noise=0.0, rng=0)
    >>> np.array_equal(y, X.sum(axis=1) == 1)
    True
    """
    _check("xor", noise, n_samples=n_samples)
    corner = np.arange(n_samples) % 4
    first, second = corner // 2, corner % 2
    return _noisy(first, second, first ^ second, noise, rng)


@checked
def checkerboard(
    n_samples: int = 400, n_cells: int = 4, noise: float = 0.0, *, rng: Seed = None
) -> Data:
    """Points spread evenly over the unit square; the class is the color of the cell.

    Args:
        n_samples: in all cells together.
        n_cells: cells along each side; the one at the origin is class 0.
        noise: the standard deviation that is added to each coordinate after the coloring.
        rng: a seed or generator.
    Returns:
        X (n_samples, 2), y of 0 and 1.
    Raises:
        ArgumentError: an argument is out of range.

    >>> X, y = checkerboard(50, n_cells=2, rng=0)
    >>> np.array_equal(y, (X[:, 0] > 0.5) ^ (X[:, 1] > 0.5))
    True
    """
    _check("checkerboard", noise, n_samples=n_samples, n_cells=n_cells)
    random = generator(rng)
    X = random.random((n_samples, 2))
    y = np.floor(X * n_cells).astype(np.int64).sum(axis=1) % 2
    return X + noise * random.standard_normal(X.shape), y


@checked
def swiss_roll(n_samples: int = 400, noise: float = 0.0, *, rng: Seed = None) -> Data:
    """A sheet rolled up in space, and the place along the roll.

    Args:
        n_samples: points, spread evenly over the angle and the width of 21.
        noise: the standard deviation of each coordinate.
        rng: a seed or generator.
    Returns:
        X (n_samples, 3), t (n_samples,): the angle, from 3π/2 to 9π/2.
    Raises:
        ArgumentError: an argument is out of range.
    Source: Tenenbaum, de Silva and Langford (2000), with scikit-learn's constants:
        (t cos t, 21 u, t sin t).

    >>> X, t = swiss_roll(5, rng=0)
    >>> np.allclose(np.hypot(X[:, 0], X[:, 2]), t)
    True
    """
    _check("swiss_roll", noise, n_samples=n_samples)
    random = generator(rng)
    t = 1.5 * np.pi * (1 + 2 * random.random(n_samples))
    X = np.column_stack([t * np.cos(t), 21 * random.random(n_samples), t * np.sin(t)])
    return X + noise * random.standard_normal(X.shape), t


@checked
def sine(n_samples: int = 100, noise: float = 0.1, *, rng: Seed = None) -> Data:
    """A sine, measured with errors at places spread evenly over [-π, π].

    Args:
        n_samples: the number of places.
        noise: the standard deviation of the values.
        rng: a seed or generator.
    Returns:
        X (n_samples, 1), y (n_samples, 1): a column, as a network with one output gives.
    Raises:
        ArgumentError: an argument is out of range.

    >>> X, y = sine(5, noise=0.0, rng=0)
    >>> np.array_equal(y, np.sin(X))
    True
    """
    _check("sine", noise, n_samples=n_samples)
    random = generator(rng)
    X = random.uniform(-np.pi, np.pi, (n_samples, 1))
    return X, np.sin(X) + noise * random.standard_normal(X.shape)


@checked
def digits(*, images: bool = False) -> Data:
    """The 1797 handwritten digits of 8 x 8 pixels that scikit-learn carries; no download.

    Args:
        images: (1797, 1, 8, 8) for convolutions in place of (1797, 64).
    Returns:
        X of 0 to 1, y of 0 to 9, in the order of the source.
    Raises:
        MissingDependencyError: scikit-learn is not installed.
    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits" (1998), UCI.

    >>> X, y = digits(images=True)
    >>> X.shape, float(X.max())
    ((1797, 1, 8, 8), 1.0)
    """
    require("sklearn", extra="sklearn", feature="digits()")
    peer: Any = require("sklearn.datasets", extra="sklearn", feature="digits()")
    loaded = peer.load_digits()
    X = loaded.data / 16.0
    return X.reshape(-1, 1, 8, 8) if images else X, loaded.target.astype(np.int64)


def _check(name: str, noise: float, **counts: int) -> None:
    """Refuse a count below 1 and a noise below 0."""
    for argument, count in counts.items():
        if not isinstance(count, int | np.integer) or count < 1:
            raise ArgumentError(
                f"{name} got {argument}={count!r}.", hint=f"{argument}=100: a whole number above 0"
            )
    if not noise >= 0:
        raise ArgumentError(f"{name} got noise={noise!r}.", hint="a standard deviation, 0 or more")


def _halves(n_samples: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels of two halves (the second is larger by one if odd), places in them, their sizes."""
    sizes = np.array([n_samples // 2, n_samples - n_samples // 2])
    y = np.repeat([0, 1], sizes)
    part = np.concatenate([np.arange(size) for size in sizes])
    return y, part, sizes[y]


def _noisy(x1: np.ndarray, x2: np.ndarray, y: np.ndarray, noise: float, rng: Seed) -> Data:
    """Points (n, 2) with errors, in random order."""
    random = generator(rng)
    X = np.column_stack([x1, x2]) + noise * random.standard_normal((len(y), 2))
    return _shuffled(X, y, random)


def _shuffled(X: np.ndarray, y: np.ndarray, random: np.random.Generator) -> Data:
    """The rows of both in one random order; labels are int64."""
    order = random.permutation(len(y))
    return X[order], y[order].astype(np.int64)
