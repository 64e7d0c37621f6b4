"""Losses that are minus the logarithm of a density, as modules, and the divergence of two."""

from typing import Any

from . import functional as F
from .functional.reduction import REDUCTIONS
from .loss import Loss

__all__ = ["GaussianNLLLoss", "KLDivLoss", "PoissonNLLLoss"]


class KLDivLoss(Loss):
    """t (log t - x): the divergence of a target from a model that gives log-probabilities x.

    Args:
        log_target: whether the target holds logarithms.
        reduction: ``"batchmean"``, the sum over each row and the mean over rows, which is the
            divergence; ``"mean"`` over all entries; ``"sum"``; ``"none"``.
    Shapes:
        log-probabilities (N, ...) and probabilities of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.

    Source: Kullback and Leibler, "On information and sufficiency" (1951), equation 2.4.

    >>> import numpy as np
    >>> KLDivLoss()(np.log([[0.5, 0.5]]), [[1.0, 0.0]]).item()
    0.6931
    """

    def __init__(self, log_target: bool = False, reduction: str = "batchmean") -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def _reductions(self) -> dict[str, str]:
        return {**REDUCTIONS, "batchmean": "batchmean"}

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The divergence of targets (N, ...) from log-probabilities of the same shape."""
        options = {"log_target": self.log_target}
        return F.kl_div(input, target, sample_weight, self.reduction, **options)


class PoissonNLLLoss(Loss):
    """eˣ - t x: minus the log-likelihood of counts t with rate eˣ, but for log t!.

    Args:
        log_input: whether the input is the logarithm of the rate; otherwise it is the rate.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        (N, ...) and counts of the same shape → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        ArgumentError: a rate that is not positive.

    Source: Nelder and Wedderburn, "Generalized linear models" (1972), §3.2.

    >>> PoissonNLLLoss()([0.0], [2.0]).item()
    1.0
    """

    def __init__(self, log_input: bool = True, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.log_input = log_input

    def forward(self, input: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of logarithms of rates (N, ...) for counts of the same shape."""
        options = {"log_input": self.log_input}
        return F.poisson_nll_loss(input, target, sample_weight, self.reduction, **options)


class GaussianNLLLoss(Loss):
    """½(log v + (x - t)²/v): minus the log-likelihood of a normal law, but for ½ log 2π.

    Args:
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Shapes:
        means (N, ...), targets of the same shape, variances v of the same shape or with one
        column for all → a number, or (N, ...).
    Raises:
        ShapeError: the shapes differ, or the mean of no rows.
        ArgumentError: a variance that is not positive.

    Source: Nix and Weigend, "Estimating the mean and variance of the target probability
    distribution" (1994), equation 4.

    >>> GaussianNLLLoss()([1.0], [3.0], [4.0]).item()
    1.1931
    """

    def forward(self, input: Any, target: Any, var: Any, sample_weight: Any = None) -> Any:
        """The loss of means (N, ...) and variances for targets of the same shape."""
        return F.gaussian_nll_loss(input, target, var, sample_weight, self.reduction)
