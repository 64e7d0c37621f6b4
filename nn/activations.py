"""Activations as modules, and by name; the formulas are in nn.functional."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import ArgumentError, ShapeError, Variable

from . import functional as F
from .choices import choice
from .init import constant
from .module import Module
from .parameter import Parameter
from .paths import label
from .pointwise import (
    SELU,
    Hardsigmoid,
    Hardswish,
    LogSigmoid,
    Mish,
    ReLU6,
    SiLU,
    Softsign,
    Swish,
)
from .softmax import GLU, LogSoftmax, Softmax

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Swish",
    "Tanh",
]  # fmt: skip

Activation = Callable[[Any], Any]


def get(name: str | Activation) -> Activation:
    """The activation of a name; a function or module is returned as it is, a class is called.

    Args:
        name: a function of ``nn.functional``, as ``"relu"``; ``"linear"`` for none; a callable.
    Raises:
        ArgumentError: nothing has this name; the message proposes the nearest.

    >>> get("relu")(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    found: Any = name if callable(name) else choice("activation", name, _NAMES)
    return found() if isinstance(found, type) else found  # type: ignore[no-any-return]


def linear(x: Any) -> Any:
    """x itself.

    >>> linear(2.0)
    2.0
    """
    return x


# --- with a number of units -----------------------------------------------------------------------
class _WithUnits(Module):
    """An activation that may be told how many features it sees, shows that and checks it."""

    def __init__(self, units: int | None = None, *, name: str | None = None) -> None:
        if isinstance(units, Variable | np.ndarray):
            kind = type(self).__name__
            raise ArgumentError(
                f"{kind}() got inputs in the place of a number of units.",
                "it makes a layer, which is called with the inputs.",
                f"{kind}()(x)",
            )
        self.units = units
        if units is not None:
            self._sizes = ("units",)
        if name is not None:
            self.name = name

    def _check(self, x: Any) -> None:
        if self.units is not None and np.shape(x)[-1:] != (self.units,):
            raise ShapeError(
                f"{label(self)} needs inputs with {self.units} features in the last axis; "
                f"it got shape {np.shape(x)}.",
                hint=f"{type(self).__name__}(), which takes any number",
            )

    def __len__(self) -> int:
        if self.units is None:
            raise ArgumentError(
                f"{label(self)} has no length: it takes any number of units.",
                hint=f"{type(self).__name__}(units)",
            )
        return self.units

    def __bool__(self) -> bool:
        return True


class ReLU(_WithUnits):
    """max(x, 0), entry by entry; the derivative at 0 is 0.

    Args:
        units: the number of features, shown and checked; None for any.
        inplace: write into the input, when it is the result of an operation; an array, or a
            Variable made by the caller, is not written into.
    Shapes:
        (...) → (...)
    Raises:
        ShapeError: the last axis has another length than ``units``.
        MutationError: with ``inplace``, the input's value is still needed.

    Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines"
    (2010).

    >>> ReLU()(np.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def __init__(
        self, units: int | None = None, inplace: bool = False, *, name: str | None = None
    ) -> None:
        super().__init__(units, name=name)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        if self.units is not None:
            self._check(x)
        if self.inplace and isinstance(x, Variable) and not x.is_leaf and x.shape:
            result: Any = x
            result[...] = F.relu(x)
            return x
        return F.relu(x)


class Sigmoid(_WithUnits):
    """1/(1 + e⁻ˣ), without overflow.

    Args:
        units: the number of features, shown and checked; None for any.
    Shapes:
        (...) → (...)
    Raises:
        ShapeError: the last axis has another length than ``units``.

    Source: LeCun et al., "Efficient backprop" (1998), §4.4.

    >>> Sigmoid()(np.array([-1e4, 0.0])).tolist()
    [0.0, 0.5]
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        if self.units is not None:
            self._check(x)
        return F.sigmoid(x)


class Tanh(_WithUnits):
    """The hyperbolic tangent.

    Args:
        units: the number of features, shown and checked; None for any.
    Shapes:
        (...) → (...)
    Raises:
        ShapeError: the last axis has another length than ``units``.

    Source: LeCun et al., "Efficient backprop" (1998), §4.4.

    >>> Tanh()(np.array([-1e4, 0.0])).tolist()
    [-1.0, 0.0]
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        if self.units is not None:
            self._check(x)
        return F.tanh(x)


# --- with options ---------------------------------------------------------------------------------
class LeakyReLU(Module):
    """x where it is positive, ``negative_slope`` · x elsewhere.

    Shapes:
        (...) → (...)

    Source: Maas et al., "Rectifier nonlinearities improve neural network acoustic models" (2013).

    >>> LeakyReLU(0.1)(np.array([-1.0, 2.0])).tolist()
    [-0.1, 2.0]
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.leaky_relu(x, self.negative_slope)


class PReLU(Module):
    """x where it is positive, a · x elsewhere, with a learned.

    Args:
        num_parameters: 1, or the number of channels, which have one slope each.
        init: the slopes to start from.
        dtype: of the slopes; the default dtype for None.
    Shapes:
        (N, C, ...) → (N, C, ...), or (...) with one slope; weight (num_parameters,).
    Raises:
        ShapeError: another number of channels than ``num_parameters``.

    Source: He et al., "Delving deep into rectifiers" (2015), equation 1.

    >>> PReLU()(np.array([-1.0, 2.0])).tolist()
    [-0.25, 2.0]
    """

    _sizes = ("slopes",)

    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.slopes, self.init = num_parameters, init
        if name is not None:
            self.name = name
        start = partial(constant, value=init)
        self.weight = Parameter.drawn((num_parameters,), start, dtype=dtype)

    def forward(self, x: Any) -> Any:
        """The activation of x (N, C, ...)."""
        if self.slopes == 1:
            return F.prelu(x, self.weight)
        shape = np.shape(x)
        if shape[1:2] != (self.slopes,):
            raise ShapeError(
                f"{label(self)} needs inputs with {self.slopes} channels in axis 1; "
                f"it got shape {shape}.",
                hint="PReLU(), with one slope for all",
            )
        return F.prelu(x, np.reshape(self.weight, (-1,) + (1,) * (len(shape) - 2)))


class ELU(Module):
    """x where it is positive, ``alpha`` · (eˣ - 1) elsewhere.

    Shapes:
        (...) → (...)

    Source: Clevert et al., "Fast and accurate deep network learning by ELUs" (2016), equation 16.

    >>> ELU()(np.array([-1.0, 2.0])).tolist()
    [-0.6321, 2.0]
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.elu(x, self.alpha)


class CELU(Module):
    """x where it is positive, ``alpha`` · (exp(x/alpha) - 1) elsewhere.

    Shapes:
        (...) → (...)
    Raises:
        ArgumentError: ``alpha`` is not positive.

    Source: Barron, "Continuously differentiable exponential linear units" (2017), equation 2.

    >>> CELU(2.0)(np.array([-1.0, 2.0])).tolist()
    [-0.7869, 2.0]
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.celu(x, self.alpha)


class GELU(Module):
    """x · Φ(x), with the distribution function Φ of the normal law.

    Args:
        approximate: ``"none"``, or ``"tanh"``.
    Shapes:
        (...) → (...)
    Raises:
        ArgumentError: another string.

    Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016), §2.

    >>> GELU()(np.array([-1.0, 2.0])).tolist()
    [-0.1587, 1.9545]
    """

    def __init__(self, approximate: str = "none") -> None:
        F.gelu(0.0, approximate)  # its error for another string
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.gelu(x, self.approximate)


class Softplus(Module):
    """log(1 + exp(``beta`` · x)) / ``beta``, without overflow.

    Shapes:
        (...) → (...)
    Raises:
        ArgumentError: ``beta`` is not positive.

    Source: Dugas et al., "Incorporating second-order functional knowledge" (2001), equation 5.

    >>> Softplus()(np.array([0.0, 1e4])).tolist()
    [0.6931, 10000.0]
    """

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.softplus(x, self.beta)


class Hardtanh(Module):
    """x, clipped; the gradient passes on the closed interval.

    Shapes:
        (...) → (...)
    Raises:
        ArgumentError: ``min_val`` is above ``max_val``.

    Source: Collobert, "Large scale machine learning" (2004).

    >>> Hardtanh()(np.array([-3.0, 0.5])).tolist()
    [-1.0, 0.5]
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.hardtanh(x, self.min_val, self.max_val)


_NAMES: dict[str, Any] = {
    **{f.__name__: f for f in (
        F.celu, F.elu, F.gelu, F.glu, F.hardsigmoid, F.hardswish, F.hardtanh, F.leaky_relu,
        F.log_sigmoid, F.log_softmax, F.mish, F.relu, F.relu6, F.selu, F.sigmoid, F.silu,
        F.softmax, F.softplus, F.softsign, F.tanh, linear,
    )},
    "identity": linear,
    "prelu": PReLU,
    "swish": F.silu,
}  # fmt: skip
