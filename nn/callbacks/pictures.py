"""A film of the decision boundary as it forms."""

from os import PathLike, fspath
from typing import Any

from numpy.typing import ArrayLike

from autograd_core import require

from .base import Callback

__all__ = ["DecisionBoundaryMovie"]


class DecisionBoundaryMovie(Callback):
    """Draw the decision boundary after some of the epochs, and write a GIF at the end.

    Args:
        path: the file.
        X: points (n, 2), drawn in every picture.
        y: their labels (n,).
        every: how many epochs lie between two pictures.
        fps: pictures per second.
        resolution: points per axis at which the model is asked.
    Raises:
        MissingDependencyError: matplotlib is not installed.

    >>> movie = DecisionBoundaryMovie("spiral.gif", X, y, every=5)  # doctest: +SKIP
    >>> model.fit(X, y, loss="cross_entropy", callbacks=[movie])  # doctest: +SKIP
    """

    def __init__(
        self,
        path: str | PathLike[str],
        X: ArrayLike,
        y: ArrayLike,
        every: int = 1,
        fps: int = 10,
        resolution: int = 100,
    ) -> None:
        self.path, self.X, self.y = path, X, y
        self.every, self.fps, self.resolution = every, fps, resolution
        self._writers: Any = require("matplotlib.animation", "plot", "DecisionBoundaryMovie")
        self._figures: Any = require("matplotlib.figure", "plot", "DecisionBoundaryMovie")

    def on_train_begin(self) -> None:
        """Open the film."""
        self._figure = self._figures.Figure(figsize=(5, 5))
        self._writer = self._writers.PillowWriter(fps=self.fps)
        self._writer.setup(self._figure, fspath(self.path), dpi=80)

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Draw a picture."""
        from ..plot import decision_boundary

        if epoch % self.every:
            return
        self._figure.clear()
        ax = self._figure.add_subplot()
        decision_boundary(self.model, self.X, self.y, resolution=self.resolution, ax=ax)
        ax.set_title(f"epoch {epoch + 1}, loss {logs['loss']:.3g}")
        self._writer.grab_frame()

    def on_train_end(self) -> None:
        """Write the file."""
        self._writer.finish()
