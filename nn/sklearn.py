"""Estimators for scikit-learn: networks in pipelines, searches and cross-validation.

``nn.sklearn`` is imported when it is asked for; it needs the extra ``sklearn``.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import ArgumentError

from .estimators import Array, Network  # first: it says which extra is missing
from .losses import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from .scoring import meaning, probabilities

# isort: split
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

__all__ = ["NNClassifier", "NNRegressor"]

# losses of output - target alone, whose targets may be shifted and scaled
DIFFERENCES = (MSELoss, L1Loss, SmoothL1Loss, HuberLoss)


def _has_probabilities(estimator: NNClassifier) -> bool:
    return meaning(estimator._chosen_loss()) not in (None, "margin")


class NNClassifier(ClassifierMixin, Network):  # type: ignore[misc]
    """A network that classifies, as an estimator of scikit-learn.

    Args:
        hidden: how many units each hidden layer has.
        activation: the activation of hidden layers.
        module: a callable ``(n_features, n_outputs, rng) -> Module`` in place of hidden,
            activation and dropout; ``set_params(module__x=...)`` gives it more arguments.
        optimizer, lr, loss, epochs, batch_size: as for ``nn.fit``; the loss is cross-entropy over
            as many outputs as classes. For two classes it may be ``"bce_with_logits"`` or
            ``"hinge"``, over one output.
        dropout: the share of hidden units that are dropped.
        l2: the strength of an L2 penalty on weights.
        early_stopping: hold out rows, stop after ten epochs in which their loss did not fall, and
            keep the best weights.
        validation_fraction: how many rows ``early_stopping`` holds out, each class its share.
        standardize: give all features mean 0 and deviation 1 first.
        warm_start: whether ``fit`` goes on where the last one ended.
        verbose: as for ``nn.fit``.
        random_state: an int, SeedSequence, Generator or RandomState, for results that repeat.
    Attributes:
        classes_: the labels (classes,), sorted.
        module_: the trained network.
        history_: what the last ``fit`` measured.
        n_iter_: how many epochs that took.
        n_features_in_, feature_names_in_: of X.

    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"]
    >>> NNClassifier(lr=0.1, epochs=30, random_state=0).fit(X, y).predict([[-1.0], [4.0]])
    array(['low', 'high'], dtype='<U4')
    """

    _loss = "cross_entropy"
    _y_checks = {"multi_output": False}  # noqa: RUF012

    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch on more rows.

        Args:
            X: features (n, F).
            y: labels (n,).
            classes: all labels there will be; needed in the first call, unless y has them all.
            sample_weight: (n,).
        Raises:
            ValueError: a label that is not among the classes.
        """
        return self._go_on(X, y, sample_weight, classes)

    def predict(self, X: ArrayLike) -> Array:
        """The likeliest label (n,) of each row of X (n, F)."""
        scores = self.decision_function(X)
        best = scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(np.intp)
        labels: Array = self.classes_[best]
        return labels

    def decision_function(self, X: ArrayLike) -> Array:
        """Scores (n, classes), of which the largest decides; of two classes (n,), by the sign."""
        outputs = self._output(X)
        if meaning(self._criterion) == "probability":
            outputs = outputs - 0.5
        if outputs.shape[1] == 2:
            outputs = outputs[:, 1:] - outputs[:, :1]
        return outputs[:, 0] if outputs.shape[1] == 1 and len(self.classes_) == 2 else outputs

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: ArrayLike) -> Array:
        """The probability of each class for each row: (n, F) → (n, classes)."""
        found = probabilities(self._output(X), self._criterion)
        return found if found.shape[1] == len(self.classes_) else np.hstack([1 - found, found])

    def _checked(
        self, X: Any, y: Any, sample_weight: Any, reset: bool
    ) -> tuple[Array, Array, Array | None]:
        X, y, weights = super()._checked(X, y, sample_weight, reset)
        check_classification_targets(y)
        return X, column_or_1d(y, warn=True), weights

    def _learn(self, y: Array) -> None:
        self.classes_ = np.unique(y)

    def _encoded(self, y: Array) -> Array:
        unknown = np.setdiff1d(y, self.classes_)
        if unknown.size:
            raise ValueError(f"y has the labels {unknown}; the classes are {self.classes_}.")
        labels = np.searchsorted(self.classes_, y)
        return labels[:, np.newaxis] if self._is_narrow() else labels

    def _is_narrow(self) -> bool:
        """Whether the loss tells two classes apart by one output."""
        return meaning(self._criterion) in ("sigmoid", "probability", "margin")

    def _outputs(self) -> int:
        if not self._is_narrow():
            return len(self.classes_)
        if len(self.classes_) > 2:
            raise ArgumentError(
                f"{self.loss!r} tells two classes apart; y has {len(self.classes_)}.",
                hint='loss="cross_entropy"',
            )
        return 1

    def _strata(self, y: Array) -> Array | None:
        labels = y.reshape(-1)
        sizes = np.bincount(labels)
        held_out = self.validation_fraction * len(labels)
        return labels if sizes.min() > 1 and held_out >= len(sizes) else None


class NNRegressor(RegressorMixin, Network):  # type: ignore[misc]
    """A network that predicts numbers, as an estimator of scikit-learn.

    Arguments and attributes are those of ``NNClassifier``, but for classes; the loss is the mean
    squared error. Of losses of the difference, ``standardize`` scales targets too, and predictions
    are in the units of y; with other losses targets and predictions are as the loss has them.

    >>> X = np.linspace(-1, 1, 40)[:, None]
    >>> model = NNRegressor(lr=0.02, random_state=0).fit(X, 100 + 10 * X[:, 0] ** 2)
    >>> model.score(X, 100 + 10 * X[:, 0] ** 2) > 0.95
    True
    """

    _loss = "mse"
    _y_checks = {"multi_output": True, "y_numeric": True}  # noqa: RUF012

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one epoch on more rows X (n, F), y (n,) or (n, outputs)."""
        return self._go_on(X, y, sample_weight)

    def predict(self, X: ArrayLike) -> Array:
        """(n, F) → (n,), or (n, outputs) if y had that shape."""
        found = self._output(X)
        if self._targets.weight:
            found = self._targets.inverse(found)
        return found.reshape(len(found), *self._shape)

    def _learn(self, y: Array) -> None:
        self._shape = y.shape[1:]

    def _encoded(self, y: Array) -> Array:
        if y.shape[1:] != self._shape:
            raise ValueError(f"y had shape {('n', *self._shape)} before; now it has {y.shape}.")
        return y.reshape(len(y), -1).astype(np.float64)

    def _standard(self, y: Array, weights: Array) -> Array:
        if not isinstance(self._criterion, DIFFERENCES):
            return y
        self._targets.update(y, weights)
        return self._targets.transform(y)

    def _outputs(self) -> int:
        return self._shape[0] if self._shape else 1

    def _strata(self, y: Array) -> Array | None:  # noqa: ARG002
        return None
