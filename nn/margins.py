"""Losses with a margin, as modules: of sides, of classes, of ranks and of embeddings."""

from typing import Any

from . import functional as F
from .loss import Loss

__all__ = [
    "CosineEmbeddingLoss",
    "HingeLoss",
    "MarginRankingLoss",
    "MultiMarginLoss",
    "MulticlassHinge",
    "TripletMarginLoss",
]


class HingeLoss(Loss):
    """max(0, ``margin`` - t x), or its square.

    Args:
        margin: how far on the right side a score should be.
        squared: whether to square it.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        scores (N, ...) and targets 1 and -1, or 1 and 0, of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        LabelError: other targets.

    Source: Cortes and Vapnik, "Support-vector networks" (1995), §3.

    >>> HingeLoss()([0.5, 3.0], [1, 0]).item()
    2.25
    """

    def __init__(self, margin: float = 1.0, squared: bool = False, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin, self.squared = margin, squared

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of scores (N, ...) for targets of the same shape."""
        options: dict[str, Any] = {"margin": self.margin, "squared": self.squared}
        return F.hinge_loss(input, target, sample_weight, self.reduction, **options)


class MultiMarginLoss(Loss):
    """Σⱼ max(0, ``margin`` - x[t] + x[j])ᵖ / C over the wrong classes j.

    Args:
        margin: by how much the right class should lead.
        p: 1 or 2.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        scores (N, C) and labels (N,) → a number, or (N,).
    Raises:
        LabelError: labels that no class has.
        ShapeError: shapes that do not fit, or the mean of no rows.

    Source: Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based
    vector machines" (2001), for the margin; the sum over classes is PyTorch's.

    >>> MultiMarginLoss()([[0.0, 2.0, 1.5]], [1]).item()
    0.1667
    """

    def __init__(self, margin: float = 1.0, p: int = 1, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin, self.p = margin, p

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of scores (N, C) for labels (N,)."""
        options: dict[str, Any] = {"margin": self.margin, "p": self.p}
        return F.multi_margin_loss(input, target, sample_weight, self.reduction, **options)


MulticlassHinge = MultiMarginLoss


class MarginRankingLoss(Loss):
    """max(0, ``margin`` - t (x₁ - x₂)): t = 1 where the first should rank higher, -1 where lower.

    Args:
        margin: by how much.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        two scores and a target of one shape (N, ...) → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Herbrich et al., "Large margin rank boundaries for ordinal regression" (2000), §4.

    >>> MarginRankingLoss()([1.0, 1.0], [2.0, 2.0], [1, -1]).item()
    0.5
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of two scores (N, ...) for targets 1 and -1."""
        options = {"margin": self.margin}
        return F.margin_ranking_loss(
            input1, input2, target, sample_weight, self.reduction, **options
        )


class TripletMarginLoss(Loss):
    """max(0, |a - b|ₚ - |a - c|ₚ + ``margin``): b should be nearer to a than c is.

    Args:
        margin: by how much.
        p: of the norm, at least 1; its derivative at 0 is 0.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        anchor a, positive b and negative c, of one shape (N, D) → a number, or (N,).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Schroff et al., "FaceNet" (2015), equation 2.

    >>> TripletMarginLoss()([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]]).item()
    0.5
    """

    def __init__(self, margin: float = 1.0, p: float = 2, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin, self.p = margin, p

    def forward(self, anchor: Any, positive: Any, negative: Any, sample_weight: Any = None) -> Any:
        """The loss of three embeddings (N, D)."""
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            sample_weight,
            self.reduction,
            margin=self.margin,
            p=self.p,
        )


class CosineEmbeddingLoss(Loss):
    """1 - cos(x₁, x₂) where t = 1, max(0, cos(x₁, x₂) - ``margin``) where t = -1.

    Args:
        margin: the cosine that different ones may have.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        two embeddings (N, D) and targets (N,) → a number, or (N,).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Weston et al., "Deep learning via semi-supervised embedding" (2008), for the margin.

    >>> CosineEmbeddingLoss()([[1.0, 0.0]], [[1.0, 1.0]], [1]).item()
    0.2929
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of two embeddings (N, D) for targets 1 and -1."""
        options = {"margin": self.margin}
        return F.cosine_embedding_loss(
            input1, input2, target, sample_weight, self.reduction, **options
        )
