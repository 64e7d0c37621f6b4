"""Model: layers one after the other, with the loop, the scores and the file format as methods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from numpy.typing import ArrayLike

from autograd_core import ArgumentError

from . import options, scoring, training
from .containers import Sequential
from .diagnosis import diagnose
from .history import History
from .holding import as_module
from .inputs import (
    Array,
    as_array,
    as_inputs,
    cast,
    check_rows,
    check_weights,
    parameter_dtype,
    takes_integers,
)
from .keywords import checked
from .metrics import accuracy, r2
from .optim import Optimizer
from .optim.names import get as get_optimizer
from .options import Settings
from .scoring import Metric, evaluate, labels, meaning, predict, probabilities, wants_floats
from .training import fit

__all__ = ["History", "Model", "evaluate", "fit", "predict"]


class Model(Sequential):
    """Layers one after the other that train themselves.

    Args:
        modules: layers or functions; one Module of any kind is wrapped.
        name: shown in messages.

    ``nn.fit``, ``nn.evaluate`` and ``nn.predict`` do the same for any Module.

    >>> from nn import Linear, ReLU, datasets
    >>> X, y = datasets.moons(200, noise=0.1, rng=0)
    >>> model = Model(Linear(2, 16, rng=0), ReLU(), Linear(16, 2, rng=1))
    >>> history = model.fit(X, y, 32, 30, "adam", "cross_entropy", lr=0.02, verbose=0, rng=0)
    >>> model.score(X, y) > 0.95
    True
    >>> model.predict(X[:3]).shape
    (3, 2)
    """

    def __init__(self, *modules: Any, name: str | None = None) -> None:
        super().__init__(*modules)
        if name is not None:
            self.name = name
        self._settings = Settings()

    def add(self, layer: Any, name: str | None = None) -> Self:
        """Append a layer, under a name or its position; returns the model.

        Raises:
            ArgumentError: the name is taken.
        """
        if name is None:
            self.append(layer)
        else:
            self.add_module(name, as_module(layer, self))
        return self

    @property
    def layers(self) -> list[Any]:
        """The layers, in order."""
        return list(self)

    @checked
    def compile(
        self,
        optimizer: Any = "adam",
        loss: Any = None,
        metrics: Iterable[str | Metric] = (),
        *,
        lr: float | None = None,
    ) -> Self:
        """Say once what ``fit``, ``evaluate`` and ``train_on_batch`` use; returns the model.

        Args:
            optimizer, loss, metrics, lr: as ``fit`` takes them.
        Raises:
            ArgumentError: a name that is not known.
        """
        chosen = scoring.named_metrics(metrics)
        if not isinstance(optimizer, Optimizer):
            get_optimizer(optimizer)
        found = None if loss is None else options.chosen_loss(loss, None)
        self._settings = Settings(asked=(optimizer, lr), loss=found, metrics=chosen)
        return self

    # --- training ---------------------------------------------------------------------------------
    def train(self, mode: bool = True, *data: Any, **options: Any) -> Self:
        """Switch to training mode, or back; ``fit`` is what trains.

        Raises:
            ArgumentError: data, as one of the articles gives them to its ``train``.
        """
        if data or options:
            raise ArgumentError(
                "train() sets the mode, True or False; it got data to train on.",
                "fit() is what trains; Model of nn.articles has train(X_train=, Y_train=).",
                'fit(X, y, None, 10_000, "sgd", "bce", lr=0.05)',
            )
        return super().train(mode)

    fit = fit
    predict = predict
    diagnose = diagnose

    @property
    def history(self) -> History:
        """What the last ``fit`` measured."""
        return self._settings.history

    @property
    def optimizer(self) -> Any:
        """The optimizer of the last ``fit``, or None."""
        return self._settings.optimizer

    @checked
    def train_on_batch(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> dict[str, float]:
        """One step on these rows; the loss and metrics of the outputs before it.

        The optimizer and loss are those of ``compile`` or the last ``fit``.

        Raises:
            ArgumentError: there is no loss yet.
            ShapeError: X and y have different lengths.
        """
        inputs, target, weights = self._batch("train_on_batch", X, y, sample_weight)
        settings = self._settings
        loss = options.chosen_loss(settings.loss, y)
        optimizer, asked = options.chosen_optimizer(self, settings, options.ADAM, None)
        settings.optimizer, settings.asked = optimizer, asked
        optimizer.zero_grad()
        output = self(*inputs)
        value = loss(output, target, *weights)
        total = value + self.penalty() if any(p.regularizer for p in self.parameters()) else value
        total.backward()
        optimizer.step()
        measured = scoring.scores(output.numpy(), target, loss, settings.metrics, only_metrics=True)
        return {"loss": float(value.item()), **measured}

    @checked
    def test_on_batch(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> dict[str, float]:
        """The loss and metrics of these rows in eval mode."""
        return self.evaluate(X, y, len(as_inputs(X)[0]), sample_weight=sample_weight)

    @checked
    def partial_fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """One step on these rows, as scikit-learn names it; returns the model."""
        self.train_on_batch(X, y, sample_weight)
        return self

    def _batch(
        self, name: str, X: Any, y: ArrayLike, sample_weight: ArrayLike | None
    ) -> tuple[tuple[Array, ...], Array, list[Array]]:
        inputs, target = as_inputs(X), as_array(y)
        rows = check_rows(name, inputs, target)
        training.complete(self, X)
        dtype, integers = parameter_dtype(self), takes_integers(self)
        weights = []
        if sample_weight is not None:
            weights.append(check_weights(name, sample_weight, rows).astype(dtype))
        target = cast(target, dtype, wants_floats(self._settings.loss))
        return tuple(cast(x, dtype, integers) for x in inputs), target, weights

    # --- using it ---------------------------------------------------------------------------------
    @checked
    def evaluate(
        self,
        X: Any,
        y: ArrayLike | None = None,
        batch_size: int = 256,
        metrics: Iterable[str | Metric] = (),
        sample_weight: ArrayLike | None = None,
        *,
        loss: Any = None,
    ) -> dict[str, float]:
        """The loss and metrics on data; ``nn.evaluate`` with the loss of the last ``fit``."""
        settings = self._settings
        chosen = tuple(metrics) or tuple(settings.metrics.values())
        loss = settings.loss if loss is None else loss
        return evaluate(self, X, y, batch_size, chosen, sample_weight, loss=loss)

    @checked
    def predict_proba(self, X: Any, batch_size: int = 256) -> Array:
        """Probabilities: the softmax or sigmoid of the outputs, as the loss has it.

        Returns:
            (n, classes), or the shape of the outputs where each is a probability of its own.
        Raises:
            ArgumentError: the loss does not say what outputs mean.
        """
        return probabilities(self.predict(X, batch_size), self._settings.loss)

    @checked
    def predict_labels(self, X: Any, batch_size: int = 256) -> Array:
        """Labels (n,): the class of the largest output, or 1 above the middle of a single one.

        Raises:
            ArgumentError: the loss does not say what outputs mean.
        """
        return labels(self.predict(X, batch_size), self._settings.loss)

    @checked
    def score(self, X: Any, y: ArrayLike, batch_size: int = 256) -> float:
        """The accuracy where the loss is one of classes, R² otherwise.

        Args:
            X: inputs (n, ...).
            y: labels, one-hot rows, or numbers.
        Raises:
            ShapeError: X and y have different lengths.
        """
        target = as_array(y)
        check_rows("score", as_inputs(X), target)
        kind = meaning(self._settings.loss)
        if kind is None:
            return float(r2(target, self.predict(X, batch_size)))
        found = self.predict_labels(X, batch_size)
        if kind in ("softmax", "log"):
            target = target.argmax(axis=1) if target.ndim == found.ndim + 1 else target
        else:
            target = (target > (0 if kind == "margin" else 0.5)).astype(found.dtype)
            target = target.reshape(found.shape)
        return float(accuracy(target, found))
