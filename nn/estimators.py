"""What the two estimators of nn.sklearn share: arguments, checks, training."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import ArgumentError, require

from .callbacks import EarlyStopping
from .choices import choice
from .containers import Sequential
from .data import train_test_split
from .defaults import generator
from .dropout import Dropout
from .history import History
from .linear import Linear
from .losses import get as get_loss
from .module import Module
from .moments import Moments
from .regularizers import L2
from .scoring import predict
from .training import fit

require("sklearn", extra="sklearn", feature="nn.sklearn")

from sklearn.base import BaseEstimator  # noqa: E402
from sklearn.utils.validation import (  # noqa: E402
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

__all__: list[str] = []

Array = NDArray[Any]
PATIENCE = 10  # epochs without improvement that early stopping allows
MODULE = "module__"


class Network(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What the two estimators share."""

    _loss: str
    module_: Module

    def __init__(
        self,
        hidden: Sequence[int] = (16,),
        activation: str | Callable[..., Any] = "relu",
        module: Callable[..., Module] | None = None,
        optimizer: Any = "adam",
        lr: float = 1e-3,
        loss: Any = None,
        epochs: int = 200,
        batch_size: int | None = 32,
        dropout: float = 0.0,
        l2: float = 0.0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        standardize: bool = True,
        warm_start: bool = False,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.module = module
        self.optimizer = optimizer
        self.lr = lr
        self.loss = loss
        self.epochs = epochs
        self.batch_size = batch_size
        self.dropout = dropout
        self.l2 = l2
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.standardize = standardize
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state

    # --- parameters -------------------------------------------------------------------------------
    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments, and with ``deep`` also those given to ``module``, as ``module__x``."""
        found: dict[str, Any] = super().get_params(deep=deep)
        if deep and isinstance(self.module, partial):
            found |= {MODULE + name: value for name, value in self.module.keywords.items()}
        return found

    def set_params(self, **params: Any) -> Self:
        """Set arguments; ``module__x=`` becomes an argument of ``module``.

        Raises:
            ArgumentError: ``module`` takes no such argument.
            ValueError: the estimator takes no such argument.
        """
        own = {name: value for name, value in params.items() if not name.startswith(MODULE)}
        super().set_params(**own)
        given = {name.removeprefix(MODULE): v for name, v in params.items() if name not in own}
        if given:
            module = _taking(self.module, given)
            self.module = partial(module, **given)
        return self

    # --- training ---------------------------------------------------------------------------------
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train a network on X (n, F) and y; with ``warm_start`` the last one goes on.

        Args:
            X: features (n, F).
            y: targets (n,), of a regressor also (n, outputs).
            sample_weight: (n,); a row of weight k counts as k rows.
        Raises:
            ValueError: X or y are not finite numbers, or their lengths differ.
        """
        fresh = not (self.warm_start and hasattr(self, "module_"))
        self._train(X, y, sample_weight, fresh, self.epochs, self.early_stopping)
        self.n_iter_ = self.history_.epochs
        return self

    def _go_on(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Self:
        """Train for one epoch more, or for the first."""
        fresh = not hasattr(self, "module_")
        self._train(X, y, sample_weight, fresh, 1, False, classes)
        self.n_iter_ = 1 if fresh else self.n_iter_ + 1
        return self

    def _train(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        fresh: bool,
        epochs: int,
        stop: bool,
        classes: Any = None,
    ) -> None:
        """Train a fresh network, or the one there is; an error leaves no half-trained fresh one."""
        X, y, weights = self._checked(X, y, sample_weight, reset=fresh)
        if fresh:
            if hasattr(self, "module_"):
                del self.module_
            self._rng = _generator(self.random_state)
            self._inputs, self._targets = Moments(), Moments()
            self._standardized, self._criterion = self.standardize, self._chosen_loss()
            self._learn(y if classes is None else np.asarray(classes))
        y = self._encoded(y)
        if self._standardized:
            counted = np.ones(len(X)) if weights is None else weights
            self._inputs.update(X, counted)
            X, y = self._inputs.transform(X), self._standard(y, counted)
        module = self._made(X.shape[1], self._outputs()) if fresh else self.module_
        held_out: Any = None
        callbacks: list[EarlyStopping] = []
        if stop:
            X, y, weights, held_out = self._held_out(X, y, weights)
            callbacks = [EarlyStopping(patience=PATIENCE)]
        self.history_: History = fit(
            module,
            X,
            y,
            batch_size=self.batch_size,
            epochs=epochs,
            optimizer=self.optimizer,
            loss=self._criterion,
            lr=self.lr,
            sample_weight=weights,
            regularizer=L2(self.l2) if self.l2 else None,
            validation_data=held_out,
            callbacks=callbacks,
            verbose=self.verbose,
            rng=self._rng,
        )
        self.module_ = module

    def _made(self, inputs: int, outputs: int) -> Module:
        """The network: what ``module`` makes, or layers of the sizes in ``hidden``."""
        if self.module is not None:
            return self.module(inputs, outputs, self._rng)
        layers: list[Module] = []
        for before, size in pairwise((inputs, *self.hidden)):
            layers.append(Linear(before, size, activation=self.activation, rng=self._rng))
            if self.dropout:
                layers.append(Dropout(self.dropout, rng=self._rng))
        last = (inputs, *self.hidden)[-1]
        return Sequential(*layers, Linear(last, outputs, rng=self._rng))

    def _held_out(self, X: Array, y: Array, weights: Array | None) -> Any:
        """What is trained on, and the validation data."""
        arrays = [X, y] if weights is None else [X, y, weights]
        parts = train_test_split(
            *arrays, test_size=self.validation_fraction, stratify=self._strata(y), rng=self._rng
        )
        trained, held_out = parts[0::2], parts[1::2]
        return trained[0], trained[1], None if weights is None else trained[2], tuple(held_out)

    def _checked(
        self, X: Any, y: Any, sample_weight: Any, reset: bool
    ) -> tuple[Array, Array, Array | None]:
        """Rows, targets and weights as arrays; rows without weight are left out."""
        X, y = validate_data(
            self, X, y, dtype=(np.float64, np.float32), reset=reset, **self._y_checks
        )
        if sample_weight is None:
            return X, y, None
        weights = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        counted = weights > 0
        if not counted.any():
            raise ValueError("All sample weights are zero; at least one row must count.")
        return X[counted], y[counted], weights[counted]

    def _output(self, X: ArrayLike) -> Array:
        """Raw outputs (n, outputs) of the network."""
        check_is_fitted(self, "module_")
        rows: Array = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        return predict(self.module_, self._inputs.transform(rows) if self._standardized else rows)

    def _chosen_loss(self) -> Any:
        return get_loss(self._loss if self.loss is None else self.loss)

    # --- what the two differ in -------------------------------------------------------------------
    _y_checks: Mapping[str, Any]

    def _learn(self, y: Array) -> None:
        """Learn what the targets are."""
        raise NotImplementedError

    def _encoded(self, y: Array) -> Array:
        """Targets as the loss wants them."""
        raise NotImplementedError

    def _standard(self, y: Array, weights: Array) -> Array:  # noqa: ARG002
        """Encoded targets, standardized where that makes sense."""
        return y

    def _outputs(self) -> int:
        """The number of outputs that the loss wants."""
        raise NotImplementedError

    def _strata(self, y: Array) -> Array | None:
        """Labels whose shares a split keeps, or None."""
        raise NotImplementedError


def _generator(random_state: Any) -> np.random.Generator:
    """A generator of its own from what scikit-learn calls a random state."""
    if isinstance(random_state, np.random.RandomState):
        return generator(random_state.randint(2**31))
    return generator(random_state)


def _taking(module: Any, given: Mapping[str, Any]) -> Callable[..., Module]:
    """The callable, if it takes these arguments."""
    if module is None:
        raise ArgumentError(
            f"There is no module to give {', '.join(given)} to.",
            hint="NNClassifier(module=make_network)",
        )
    parameters = inspect.signature(module).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        for name in given:
            choice("argument of module", name, dict(parameters))
    found: Callable[..., Module] = module
    return found
