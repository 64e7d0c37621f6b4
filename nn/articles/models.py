"""The model of both articles."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import ArgumentError

from .. import losses, model
from ..optim import SGD
from .functions import Function, Operator
from .losses import as_plain

__all__ = ["Model"]

Array = NDArray[Any]


class Model(model.Model):
    """``nn.Model`` with the articles' spellings.

    ``fit`` is A's, with its order of arguments; ``train(X_train=...)`` is B's, in whose program
    samples are columns: after it ``predict`` takes and gives columns too.

    >>> from nn.articles import Linear, ReLU
    >>> model = Model()
    >>> model.add(Linear(2, 5, rng=0)).add(ReLU()).add(Linear(5, 3, rng=1)).computation_graph
    [Linear(2, 5), ReLU(), Linear(5, 3)]
    """

    _columns = False
    _output: Any = None

    def add(self, layer: Any, name: str | None = None) -> Self:
        """Append a layer, or one of A's Functions."""
        return super().add(Operator(layer) if isinstance(layer, Function) else layer, name)

    @property
    def computation_graph(self) -> list[Any]:
        """The layers."""
        return [layer.function if isinstance(layer, Operator) else layer for layer in self]

    @property
    def loss(self) -> list[float]:
        """The loss of each epoch of the last run."""
        return list(self.history.get("loss", []))

    def forward(self, x: Any) -> Any:
        """The layers, one after the other; the result is kept for ``backward``."""
        self._output = super().forward(x)
        return self._output

    def backward(self, gradient: Any = None) -> None:
        """Pull a gradient of the last output back; None, which ``loss.backward()`` gave, is done.

        Raises:
            ArgumentError: a gradient before ``forward``.
        """
        if gradient is None:
            return
        if self._output is None:
            raise ArgumentError("model.backward() came before forward().", hint="model(X) first")
        self._output.backward(as_plain(gradient))

    def train(
        self,
        mode: Any = True,
        Y_train: ArrayLike | None = None,
        learning_rate: float = 0.05,
        epochs: int = 10_000,
        verbose: bool = False,
        *,
        X_train: ArrayLike | None = None,
    ) -> Any:
        """Switch the mode, or, given data, run B's training: all rows at once by plain descent.

        Args:
            mode: True or False; or the data, as ``X_train``.
            Y_train: labels 0 and 1, (n,).
            learning_rate: the rate of ``SGD``.
            epochs: how many steps.
            verbose: a line every 50 epochs.
            X_train: (features, n) as in the article, or (n, features).
        Raises:
            ShapeError: neither axis of ``X_train`` has the length of ``Y_train``.
        """
        if X_train is None and isinstance(mode, bool):
            return super().train(mode)
        if Y_train is None:
            raise ArgumentError("model.train() got no targets.", hint="Y_train=Y")
        X, y = np.asarray(mode if X_train is None else X_train), np.asarray(Y_train).reshape(-1, 1)
        self._columns = X.ndim == 2 and X.shape[1] == len(y) != X.shape[0]
        return self.fit(
            X.T if self._columns else X,
            y,
            None,
            epochs,
            SGD(self, lr=learning_rate),
            losses.BCELoss(),
            print_every=50 if verbose else None,
            verbose=0,
        )

    def predict(self, X: Any, batch_size: int = 256) -> Array:
        """The outputs, (n, ...); columns for columns after B's ``train``."""
        if self._columns:
            return model.predict(self, np.asarray(X).T, batch_size).T
        return model.predict(self, X, batch_size)
