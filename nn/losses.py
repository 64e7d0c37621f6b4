"""Losses as modules, and by name; the formulas are in nn.functional.

Each is called as ``loss(input, target, sample_weight=None)``. Shapes must match; ``reduction`` is
``"mean"``, ``"sum"`` or ``"none"``, and with weights the mean is Σ wℓ / Σ w.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Variable

from . import functional as F
from .choices import choice
from .hints import hint
from .likelihoods import GaussianNLLLoss, KLDivLoss, PoissonNLLLoss
from .loss import Loss
from .margins import (
    CosineEmbeddingLoss,
    HingeLoss,
    MarginRankingLoss,
    MulticlassHinge,
    MultiMarginLoss,
    TripletMarginLoss,
)

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CosineEmbeddingLoss", "CrossEntropyLoss", "FocalLoss",
    "GaussianNLLLoss", "HingeLoss", "HuberLoss", "KLDivLoss", "L1Loss", "MSELoss",
    "MarginRankingLoss", "MultiMarginLoss", "MulticlassHinge", "NLLLoss", "PoissonNLLLoss",
    "SmoothL1Loss", "SoftMaxLoss", "SoftmaxLoss", "SoftmaxWithLoss", "TripletMarginLoss",
]  # fmt: skip


def get(name: str | Callable[..., Any]) -> Callable[..., Any]:
    """The loss of a name; a function or module is returned as it is, a class is called.

    Args:
        name: as ``"mse"`` or ``"cross_entropy"``, or the name of a class; a callable.
    Raises:
        ArgumentError: nothing has this name; the message proposes the nearest.

    >>> get("mse")
    MSELoss()
    """
    found: Any = name if callable(name) else choice("loss", name, _NAMES)
    return found() if isinstance(found, type) else found  # type: ignore[no-any-return]


# --- classes --------------------------------------------------------------------------------------
class CrossEntropyLoss(Loss):
    """log Σ exp(x) - x[t]: minus the logarithm of the probability of the right class.

    Args:
        weight: of each class, (C,).
        ignore_index: a label whose rows do not count.
        label_smoothing: the share of each target that is spread evenly over the classes.
        axis: of the classes.
        reduction: ``"mean"``, which divides by the weights used, ``"sum"`` or ``"none"``.
    Shapes:
        logits (N, C, ...) and labels (N, ...) of any integer dtype, or rows of probabilities
        (N, C, ...) → a number, or (N, ...) without reduction.
    Raises:
        LabelError: labels that are floats, one-based, signs, one-hot or out of range.
        ShapeError: shapes that do not fit, or the mean of no rows.

    It applies softmax itself, and hints once where the input looks like its result.

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990), for softmax and its gradient p - t; Szegedy et al., "Rethinking the Inception
    architecture" (2016), §7, for the smoothing.

    >>> CrossEntropyLoss()(np.zeros((2, 4)), [0, 3]).item()
    1.3863
    """

    _hinted = False

    def __init__(
        self,
        weight: ArrayLike | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        axis: int = 1,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else np.asarray(weight)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing
        self.axis = axis

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of logits (N, C, ...) for labels (N, ...)."""
        if not self._hinted:
            self._hinted = True
            _hint_at_softmax(_values(input), self.axis)
        return F.cross_entropy(
            input,
            target,
            sample_weight,
            self.reduction,
            weight=self.weight,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            axis=self.axis,
        )


SoftmaxLoss = SoftMaxLoss = SoftmaxWithLoss = CrossEntropyLoss


class NLLLoss(Loss):
    """-x[t]: minus the log-probability of the right class, as ``LogSoftmax`` gives them.

    Args:
        weight: of each class, (C,).
        ignore_index: a label whose rows do not count.
        axis: of the classes.
        reduction: ``"mean"``, which divides by the weights used, ``"sum"`` or ``"none"``.
    Shapes:
        log-probabilities (N, C, ...) and labels (N, ...) → a number, or (N, ...).
    Raises:
        LabelError: labels that are floats, one-based, signs, one-hot or out of range.
        ShapeError: shapes that do not fit, or the mean of no rows.

    >>> NLLLoss()(np.log([[0.5, 0.5]]), [0]).item()
    0.6931
    """

    def __init__(
        self,
        weight: ArrayLike | None = None,
        ignore_index: int | None = None,
        axis: int = 1,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else np.asarray(weight)
        self.ignore_index, self.axis = ignore_index, axis

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of log-probabilities (N, C, ...) for labels (N, ...)."""
        return F.nll_loss(
            input,
            target,
            sample_weight,
            self.reduction,
            weight=self.weight,
            ignore_index=self.ignore_index,
            axis=self.axis,
        )


class BCEWithLogitsLoss(Loss):
    """-t log σ(x) - (1 - t) log(1 - σ(x)), without overflow; its gradient is σ(x) - t.

    Args:
        pos_weight: the factor of the first term, a number or one for each column.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        logits (N, ...) and targets in [0, 1] of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: a target outside [0, 1].

    It applies the sigmoid itself, and hints once where the input is the result of one.

    Source: Cox, "The regression analysis of binary sequences" (1958), §2.

    >>> BCEWithLogitsLoss()([0.0, 1e4], [1, 1]).item()
    0.3466
    """

    _hinted = False

    def __init__(self, pos_weight: ArrayLike | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.pos_weight = pos_weight

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of logits (N, ...) for targets of the same shape."""
        if not self._hinted:
            self._hinted = True
            _hint_at_sigmoid(input)
        return F.binary_cross_entropy_with_logits(
            input, target, sample_weight, self.reduction, pos_weight=self.pos_weight
        )


class BCELoss(Loss):
    """-t log p - (1 - t) log(1 - p), the logarithms cut off at -100.

    Args:
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        probabilities (N, ...) and targets in [0, 1] of the same shape → a number, or (N, ...).
    Raises:
        ArgumentError: an input outside [0, 1].
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: a target outside [0, 1].

    Source: Good, "Rational decisions" (1952), §8.

    >>> BCELoss()([0.5, 1.0], [1, 1]).item()
    0.3466
    """

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of probabilities (N, ...) for targets of the same shape."""
        return F.binary_cross_entropy(input, target, sample_weight, self.reduction)


class FocalLoss(Loss):
    """α (1 - p)ᵞ times the cross-entropy, with p the probability of the right one of two classes.

    Args:
        alpha: the weight of class 1, and 1 - alpha that of class 0; None for none.
        gamma: how much what is easy counts less; 0 for not at all.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        logits (N, ...) and targets in [0, 1] of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: a target outside [0, 1].

    Source: Lin et al., "Focal loss for dense object detection" (2017), equation 5.

    >>> FocalLoss()([0.0, 4.0], [1, 1]).item()
    0.0217
    """

    def __init__(
        self, alpha: float | None = 0.25, gamma: float = 2.0, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.alpha, self.gamma = alpha, gamma

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of logits (N, ...) for targets of the same shape."""
        return F.focal_loss(
            input, target, sample_weight, self.reduction, alpha=self.alpha, gamma=self.gamma
        )


# --- numbers --------------------------------------------------------------------------------------
class MSELoss(Loss):
    """(x - t)², the squared error.

    Args:
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        (N, ...) and targets of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Legendre, "Nouvelles méthodes pour la détermination des orbites" (1805), appendix.

    >>> MSELoss()([1.0, 2.0], [1.0, 4.0]).item()
    2.0
    """

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of an input (N, ...) for targets of the same shape."""
        return F.mse_loss(input, target, sample_weight, self.reduction)


class L1Loss(Loss):
    """|x - t|, the absolute error; its derivative at 0 is 0.

    Args:
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        (N, ...) and targets of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Bishop, "Pattern recognition and machine learning" (2006), §1.5.5.

    >>> L1Loss()([1.0, 2.0], [1.0, 4.0]).item()
    1.0
    """

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of an input (N, ...) for targets of the same shape."""
        return F.l1_loss(input, target, sample_weight, self.reduction)


class HuberLoss(Loss):
    """½r² for |r| ≤ ``delta``, ``delta`` (|r| - ½ ``delta``) beyond, with r = x - t.

    Args:
        delta: where the quadratic part ends.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        (N, ...) and targets of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Huber, "Robust estimation of a location parameter" (1964), §2.

    >>> HuberLoss()([0.0, 0.0], [1.0, 3.0]).item()
    1.5
    """

    def __init__(self, delta: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of an input (N, ...) for targets of the same shape."""
        return F.huber_loss(input, target, sample_weight, self.reduction, delta=self.delta)


class SmoothL1Loss(Loss):
    """r²/(2 ``beta``) for |r| ≤ ``beta``, |r| - ½ ``beta`` beyond, with r = x - t.

    Args:
        beta: where the quadratic part ends; 0 is ``L1Loss``.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        (N, ...) and targets of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Girshick, "Fast R-CNN" (2015), equation 3.

    >>> SmoothL1Loss()([0.0, 0.0], [1.0, 3.0]).item()
    1.5
    """

    def __init__(self, beta: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of an input (N, ...) for targets of the same shape."""
        return F.smooth_l1_loss(input, target, sample_weight, self.reduction, beta=self.beta)


# --- hints ----------------------------------------------------------------------------------------
def _values(input: Any) -> Any:
    return input.data if isinstance(input, Variable) else np.asarray(input)


def _hint_at_softmax(x: Any, axis: int) -> None:
    """Rows of logits that are probabilities already."""
    axis = axis if x.ndim > 1 else 0
    if not x.size or x.shape[axis] < 2 or x.dtype.kind != "f" or x.min() < 0:
        return
    if np.abs(x.sum(axis=axis) - 1).max() < 16 * np.finfo(x.dtype).eps:
        hint(
            "CrossEntropyLoss got rows that already sum to 1.",
            "it applies softmax itself; twice slows learning.",
            "drop the Softmax, or use NLLLoss after LogSoftmax",
        )


def _hint_at_sigmoid(x: Any) -> None:
    """Logits that a sigmoid has made; values alone would not tell, for any logits may be small."""
    if isinstance(x, Variable) and x.op is F.sigmoid:
        hint(
            "BCEWithLogitsLoss got the result of a sigmoid.",
            "it applies the sigmoid itself; twice slows learning.",
            "drop the Sigmoid, or use BCELoss",
        )


_NAMES: dict[str, type[Loss]] = {
    "bce": BCELoss,
    "bce_with_logits": BCEWithLogitsLoss,
    "binary_cross_entropy": BCELoss,
    "binary_cross_entropy_with_logits": BCEWithLogitsLoss,
    "categorical_crossentropy": CrossEntropyLoss,
    "cosine_embedding": CosineEmbeddingLoss,
    "cross_entropy": CrossEntropyLoss,
    "focal": FocalLoss,
    "gaussian_nll": GaussianNLLLoss,
    "hinge": HingeLoss,
    "huber": HuberLoss,
    "kl_div": KLDivLoss,
    "l1": L1Loss,
    "mae": L1Loss,
    "margin_ranking": MarginRankingLoss,
    "mean_absolute_error": L1Loss,
    "mean_squared_error": MSELoss,
    "mse": MSELoss,
    "multi_margin": MultiMarginLoss,
    "nll": NLLLoss,
    "poisson_nll": PoissonNLLLoss,
    "smooth_l1": SmoothL1Loss,
    "softmax": CrossEntropyLoss,
    "sparse_categorical_crossentropy": CrossEntropyLoss,
    "triplet_margin": TripletMarginLoss,
}
_NAMES |= {f"{name}_loss": loss for name, loss in _NAMES.items()}
_NAMES |= {loss.__name__.lower(): loss for loss in {*_NAMES.values()}}
