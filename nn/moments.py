"""Mean and deviation of weighted rows that arrive in parts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__: list[str] = []

Array = NDArray[Any]


class Moments:
    """Mean and deviation of columns, over all rows seen so far; rows have weights.

    >>> seen = Moments()
    >>> seen.update(np.array([[1.0]]), np.array([1.0]))
    >>> seen.update(np.array([[4.0]]), np.array([2.0]))
    >>> seen.mean, seen.deviation
    (array([3.]), array([1.41421356]))

    Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
    sample variances" (1979), equations 1.5a and 1.5b.
    """

    def __init__(self) -> None:
        self.weight, self.mean, self.squares = 0.0, np.zeros(()), np.zeros(())

    def update(self, x: Array, weights: Array) -> None:
        """Take in rows x (n, F) with weights (n,)."""
        weight = float(weights.sum())
        mean = np.average(x, axis=0, weights=weights)
        gap, total = mean - self.mean, self.weight + weight
        self.squares = self.squares + weights @ (x - mean) ** 2
        self.squares = self.squares + gap**2 * (self.weight * weight / total)
        self.mean, self.weight = self.mean + gap * (weight / total), total

    @property
    def deviation(self) -> Array:
        """√(Σ w (x - mean)² / Σ w), and 1 where that is rounding error."""
        found = np.sqrt(self.squares / self.weight)
        return np.where(found > 1e-12 * np.abs(self.mean), found, 1.0)

    def transform(self, x: Array) -> Array:
        """x (n, F), standardized."""
        scaled: Array = (x - self.mean) / self.deviation
        return scaled

    def inverse(self, x: Array) -> Array:
        """x (n, F), in the units of before."""
        return x * self.deviation + self.mean
