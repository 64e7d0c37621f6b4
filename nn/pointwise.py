"""Activations without options, as modules; the formulas are in nn.functional."""

from typing import Any

from . import functional as F
from .module import Module

__all__ = [
    "SELU",
    "Hardsigmoid",
    "Hardswish",
    "LogSigmoid",
    "Mish",
    "ReLU6",
    "SiLU",
    "Softsign",
    "Swish",
]


class SELU(Module):
    """1.0507 · elu(x, 1.6733): keeps mean 0 and variance 1 from layer to layer.

    Shapes:
        (...) → (...)

    Source: Klambauer et al., "Self-normalizing neural networks" (2017), equation 2.

    >>> SELU()(1.0).item()
    1.0507
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.selu(x)


class SiLU(Module):
    """x · σ(x), also called Swish.

    Shapes:
        (...) → (...)

    Source: Elfwing et al., "Sigmoid-weighted linear units" (2018), equation 3.

    >>> SiLU()(1.0).item()
    0.7311
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.silu(x)


class Mish(Module):
    """x · tanh(softplus(x)).

    Shapes:
        (...) → (...)

    Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019).

    >>> Mish()(1.0).item()
    0.8651
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.mish(x)


class LogSigmoid(Module):
    """log σ(x), without overflow.

    Shapes:
        (...) → (...)

    Source: LeCun et al., "Efficient backprop" (1998), §4.4, for the sigmoid.

    >>> LogSigmoid()(0.0).item()
    -0.6931
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.log_sigmoid(x)


class Softsign(Module):
    """x/(1 + |x|).

    Shapes:
        (...) → (...)

    Source: Turian et al., "Quadratic features and deep architectures for chunking" (2009).

    >>> Softsign()(3.0).item()
    0.75
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.softsign(x)


class ReLU6(Module):
    """min(max(x, 0), 6); the derivative at both bounds is 0.

    Shapes:
        (...) → (...)

    Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10" (2010).

    >>> ReLU6()(9.0).item()
    6.0
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.relu6(x)


class Hardsigmoid(Module):
    """x/6 + ½, clipped to [0, 1].

    Shapes:
        (...) → (...)

    Source: Howard et al., "Searching for MobileNetV3" (2019), §5.2.

    >>> Hardsigmoid()(1.5).item()
    0.75
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.hardsigmoid(x)


class Hardswish(Module):
    """x · hardsigmoid(x).

    Shapes:
        (...) → (...)

    Source: Howard et al., "Searching for MobileNetV3" (2019), §5.2.

    >>> Hardswish()(9.0).item()
    9.0
    """

    def forward(self, x: Any) -> Any:
        """The activation of x (...)."""
        return F.hardswish(x)


Swish = SiLU
