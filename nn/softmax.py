"""Activations along an axis, whose entries belong together: softmax, its logarithm, GLU."""

from typing import Any

from . import functional as F
from .choices import one_axis
from .module import Module

__all__ = ["GLU", "LogSoftmax", "Softmax"]


class _OverAxis(Module):
    """An activation that mixes the entries along one axis; ``dim`` is PyTorch's name for it."""

    def __init__(self, axis: int = -1, *, dim: int | None = None) -> None:
        self.axis = one_axis(f"{type(self).__name__}()", axis, dim)

    def _options(self) -> dict[str, Any]:
        return {**super()._options(), "dim": None}


class Softmax(_OverAxis):
    """exp(x) / Σ exp(x): rows of probabilities.

    Args:
        axis: over which they sum to 1; ``dim`` is PyTorch's name for it.
    Shapes:
        (...) → (...)

    Before ``CrossEntropyLoss`` it is one too many: that loss applies it itself.

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990).

    >>> import numpy as np
    >>> Softmax()(np.array([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.softmax(x, self.axis)


class LogSoftmax(_OverAxis):
    """x - log Σ exp(x): logarithms of probabilities, as ``NLLLoss`` takes them.

    Args:
        axis: over which the probabilities sum to 1; ``dim`` is PyTorch's name for it.
    Shapes:
        (...) → (...)

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990).

    >>> import numpy as np
    >>> LogSoftmax()(np.array([0.0, 1e4])).tolist()
    [-10000.0, 0.0]
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.log_softmax(x, self.axis)


class GLU(_OverAxis):
    """The first half of the features times the sigmoid of the second.

    Args:
        axis: of the features; ``dim`` is PyTorch's name for it.
    Shapes:
        (..., 2n, ...) → (..., n, ...)
    Raises:
        ShapeError: an odd number of features.

    Source: Dauphin et al., "Language modeling with gated convolutional networks" (2017), §2.

    >>> import numpy as np
    >>> GLU()(np.array([3.0, 0.0])).tolist()
    [1.5]
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (..., 2n, ...)."""
        return F.glu(x, self.axis)
