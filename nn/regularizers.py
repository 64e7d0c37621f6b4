"""Regularizers, which add to the loss, and constraints, which hold weights after each step.

A regularizer is called with a parameter and gives its penalty, a number; ``Module.penalty`` sums
them. A constraint is called with an array of weights and gives the array they become.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import ArgumentError

from .choices import choice
from .config import Configured
from .functional.lengths import length

__all__ = ["L1", "L2", "ElasticNet", "GroupLasso", "MaxNorm", "NonNegative", "UnitNorm"]

Regularizer = Callable[[Any], Any]
Array = NDArray[Any]


def get(name: str | Regularizer) -> Regularizer:
    """The regularizer of a name, with its default strength; an object is returned as it is.

    Args:
        name: ``"l1"``, ``"l2"``, ``"elastic_net"`` or ``"group_lasso"``; a function of a
            parameter, or a class of these.
    Raises:
        ArgumentError: nothing has this name; the message proposes the nearest.

    >>> get("l2")
    L2()
    """
    found: Any = name if callable(name) else choice("regularizer", name, _NAMES)
    return found() if isinstance(found, type) else found  # type: ignore[no-any-return]


# --- regularizers ---------------------------------------------------------------------------------
class L1(Configured):
    """``strength`` · Σ |w|: drives weights to zero.

    Raises:
        ArgumentError: ``strength`` is negative.

    Source: Tibshirani, "Regression shrinkage and selection via the lasso" (1996), §2.

    >>> L1(0.1)(np.array([1.0, -2.0])).item()
    0.3
    """

    def __init__(self, strength: float = 0.01) -> None:
        self.strength = _checked(self, "strength", strength)

    def __call__(self, w: Any) -> Any:
        """The penalty of a parameter, a number."""
        return self.strength * np.abs(w).sum()


class L2(Configured):
    """``strength`` · Σ w²: keeps weights small; as weight decay it is 2 · ``strength``.

    Raises:
        ArgumentError: ``strength`` is negative.

    Source: Krogh and Hertz, "A simple weight decay can improve generalization" (1992), equation 2.

    >>> L2(0.1)(np.array([1.0, -2.0])).item()
    0.5
    """

    def __init__(self, strength: float = 0.01) -> None:
        self.strength = _checked(self, "strength", strength)

    def __call__(self, w: Any) -> Any:
        """The penalty of a parameter, a number."""
        return self.strength * np.square(w).sum()


class ElasticNet(Configured):
    """``l1`` · Σ |w| + ``l2`` · Σ w².

    Raises:
        ArgumentError: a strength is negative.

    Source: Zou and Hastie, "Regularization and variable selection via the elastic net" (2005), §2.

    >>> ElasticNet(0.1, 0.1)(np.array([1.0, -2.0])).item()
    0.8
    """

    def __init__(self, l1: float = 0.01, l2: float = 0.01) -> None:
        self.l1, self.l2 = _checked(self, "l1", l1), _checked(self, "l2", l2)

    def __call__(self, w: Any) -> Any:
        """The penalty of a parameter, a number."""
        return self.l1 * np.abs(w).sum() + self.l2 * np.square(w).sum()


class GroupLasso(Configured):
    """``strength`` · Σ ‖w_g‖ over the groups: drives whole groups of weights to zero.

    Args:
        strength: of the penalty.
        axis: each of its places is a group; of a Linear's (in, out) weight axis 0 makes one of all
            weights that leave an input, axis 1 of all that enter an output.
    Raises:
        ArgumentError: ``strength`` is negative.

    The derivative of a norm at 0 is 0.

    Source: Yuan and Lin, "Model selection and estimation in regression with grouped variables"
    (2006), equation 2.1.

    >>> GroupLasso(0.1)(np.array([[3.0, 4.0], [0.0, 0.0]])).item()
    0.5
    """

    def __init__(self, strength: float = 0.01, axis: int = 0) -> None:
        self.strength, self.axis = _checked(self, "strength", strength), axis

    def __call__(self, w: Any) -> Any:
        """The penalty of a parameter, a number."""
        groups = np.moveaxis(w, self.axis, 0).reshape(w.shape[self.axis], -1)
        return self.strength * length(groups).sum()


# --- constraints ----------------------------------------------------------------------------------
class MaxNorm(Configured):
    """Scale the weights that enter a unit down to a norm of at most ``max_norm``.

    Args:
        max_norm: the largest norm.
        axis: over which norms are taken; by default 0 of (in, out), all but the first of a kernel
            (out, in, ...), and all of a vector.
    Raises:
        ArgumentError: ``max_norm`` is not positive.

    Source: Srebro et al., "Maximum-margin matrix factorization" (2005); Srivastava et al.,
    "Dropout" (2014), §5.1.

    >>> MaxNorm(2.5)(np.array([[3.0, 1.0], [4.0, 0.0]]))
    array([[1.5, 1. ],
           [2. , 0. ]])
    """

    def __init__(self, max_norm: float = 3.0, axis: int | tuple[int, ...] | None = None) -> None:
        if not max_norm > 0:
            raise ArgumentError(f"MaxNorm got max_norm={max_norm}.", hint="MaxNorm(3.0)")
        self.max_norm, self.axis = max_norm, axis

    def __call__(self, w: Array) -> Array:
        """What the weights become."""
        norm = _norm(w, self.axis)
        return w * np.where(norm > self.max_norm, self.max_norm / np.where(norm > 0, norm, 1), 1)


class UnitNorm(Configured):
    """Scale the weights that enter a unit to norm 1; weights of 0 stay.

    Args:
        axis: over which norms are taken; by default as of ``MaxNorm``.

    Source: Salimans and Kingma, "Weight normalization" (2016), §2, for what it separates.

    >>> UnitNorm()(np.array([[3.0, 0.0], [4.0, 0.0]]))
    array([[0.6, 0. ],
           [0.8, 0. ]])
    """

    def __init__(self, axis: int | tuple[int, ...] | None = None) -> None:
        self.axis = axis

    def __call__(self, w: Array) -> Array:
        """What the weights become."""
        norm = _norm(w, self.axis)
        return w / np.where(norm > 0, norm, 1)


class NonNegative(Configured):
    """Set negative weights to 0.

    Source: Lee and Seung, "Learning the parts of objects by non-negative matrix factorization"
    (1999), for what it is good for.

    >>> NonNegative()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def __call__(self, w: Array) -> Array:
        """What the weights become."""
        return np.maximum(w, 0)


def _norm(w: Array, axis: int | tuple[int, ...] | None) -> Array:
    """The norms over an axis, which stays with length 1, in the dtype of the weights."""
    if axis is None:
        axis = 0 if w.ndim == 2 else tuple(range(min(1, w.ndim - 1), w.ndim))
    norm: Array = np.sqrt(np.square(w).sum(axis=axis, keepdims=True))
    return norm


def _checked(regularizer: Configured, name: str, strength: float) -> float:
    if not strength >= 0:
        raise ArgumentError(
            f"{type(regularizer).__name__} got {name}={strength}.",
            "a negative penalty rewards large weights.",
            f"{name}={abs(strength)}",
        )
    return strength


_NAMES: dict[str, Any] = {
    "l1": L1,
    "l2": L2,
    "elastic_net": ElasticNet,
    "group_lasso": GroupLasso,
}
