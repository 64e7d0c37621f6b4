"""Losses that remember what they compared, so that ``backward()`` needs no argument."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import ArgumentError, Variable, enable_grad

from .. import losses, module

__all__ = ["BinaryCrossEntropy", "MeanSquaredError", "SoftMaxLoss", "SoftmaxWithLoss"]

Array = NDArray[Any]


class _Remembered(module.Module):
    """A loss called in any of three ways.

    ``loss(input, target)``; A's ``loss.forward(input, target)`` and ``loss.backward()``; B's
    ``loss = Loss(predicted, real)`` with ``loss.forward()`` and ``loss.backward()``.
    """

    predicted: Any = None
    real: Any = None

    def _remember(self, predicted: Any, real: Any) -> None:
        self.predicted = predicted
        shape = np.shape(predicted)
        same = np.size(predicted) == np.size(real) and np.ndim(predicted) != np.ndim(real)
        self.real = np.reshape(as_plain(real), shape) if same else real

    def forward(self, input: Any = None, target: Any = None, sample_weight: Any = None) -> Any:
        """The loss, of what is given here or was given before."""
        if input is not None:
            self.predicted, self.real = input, target
        if self.predicted is None:
            raise ArgumentError(f"{type(self).__name__} got nothing to compare.", hint="(y, t)")
        return super().forward(self.predicted, self.real, sample_weight)

    def backward(self) -> Array:
        """The gradient of the loss with respect to its last input.

        Raises:
            ArgumentError: nothing was compared yet.
        """
        if self.predicted is None:
            raise ArgumentError(
                f"{type(self).__name__}.backward() came before forward().",
                hint="loss.forward() first",
            )
        with enable_grad():
            x = Variable(as_plain(self.predicted))
            super().forward(x, self.real).backward()
        gradient: Array = x.grad
        return gradient


def as_plain(values: Any) -> Array:
    """Variables and arrays as arrays of their own."""
    return values.numpy() if isinstance(values, Variable) else np.array(values)


class SoftmaxWithLoss(_Remembered, losses.CrossEntropyLoss):
    """``nn.CrossEntropyLoss`` with A's ``backward()``: the gradient of the last logits.

    >>> loss = SoftmaxWithLoss()
    >>> value = loss.forward(np.zeros((1, 2)), np.array([0]))
    >>> loss.backward()
    array([[-0.5,  0.5]])
    """


SoftMaxLoss = SoftmaxWithLoss


class MeanSquaredError(_Remembered, losses.MSELoss):
    """``nn.MSELoss``, also as ``MeanSquaredError(predicted, real)`` with B's two methods.

    B's own ``backward`` gives one number for all entries; this is the gradient, (…) like predicted.

    >>> error = MeanSquaredError(np.array([1.0, 2.0]), np.array([0.0, 0.0]))
    >>> float(error.forward()), error.backward()
    (2.5, array([1., 2.]))
    """

    def __init__(self, predicted: Any = None, real: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self._remember(predicted, real)


class BinaryCrossEntropy(_Remembered, losses.BCELoss):
    """``nn.BCELoss``, also as ``BinaryCrossEntropy(predicted, real)`` with B's two methods.

    >>> error = BinaryCrossEntropy(np.array([[0.5, 0.5]]), np.array([1, 0]))
    >>> f"{error.forward().item():.4f}", error.backward()
    ('0.6931', array([[-1.,  1.]]))
    """

    def __init__(self, predicted: Any = None, real: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self._remember(predicted, real)
