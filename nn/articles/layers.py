"""Layers that can be called by hand, forwards and backwards."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import ArgumentError, Variable, enable_grad

from .. import activations, linear, module

__all__ = ["Layer", "Linear", "ReLU", "Sigmoid", "Tanh"]

Array = NDArray[Any]


class Layer(module.Module):
    """B's base of layers: ``forward``, ``backward``, ``optimize``; its length is its units.

    ``backward(gradient)`` pulls a gradient back through the last call: it returns the gradient of
    the input and adds those of the parameters to their ``.grad``, as in A. ``fit`` needs none of
    this.

    >>> layer = Linear(2, 5)
    >>> print(layer, len(layer))
    Linear Layer 5
    >>> y = layer.forward(np.ones((3, 2)))
    >>> layer.backward(np.ones((3, 5))).shape, layer.weights.grad.shape
    ((3, 2), (2, 5))
    """

    _input: Any = None

    @property
    def type(self) -> str:
        """The name of the kind of layer."""
        return type(self).__name__

    def forward(self, x: Any = None, *, input_val: Any = None) -> Any:
        """The layer's result; B names the input ``input_val``."""
        x = input_val if x is None else x
        self._input = x.numpy() if isinstance(x, Variable) else np.asarray(x)
        return super().forward(x)

    def backward(self, gradient: ArrayLike) -> Array:
        """The gradient of the last input, from that of the output.

        Raises:
            ArgumentError: nothing was computed yet.
        """
        if self._input is None:
            raise ArgumentError(
                f"{self.type}.backward() came before forward().", hint="layer.forward(x) first"
            )
        with enable_grad():
            x = Variable(self._input)
            super().forward(x).backward(np.asarray(gradient))
        pulled: Array = x.grad
        return pulled

    def optimize(self, dW: ArrayLike, dB: ArrayLike, rate: float) -> None:
        """w ← w - rate · dW, b ← b - rate · dB."""
        for parameter, slope in zip(self.parameters(), (dW, dB), strict=True):
            parameter.data = parameter.data - rate * np.asarray(slope).reshape(parameter.shape)

    def __len__(self) -> int:
        return int(getattr(self, "out_features", getattr(self, "units", None)) or 0)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return f"{self.type} Layer"


class Linear(Layer, linear.Linear):
    """``nn.Linear`` with ``backward`` and ``optimize``.

    >>> layer = Linear(2, 1, weight_init="ones")
    >>> layer.optimize(np.ones((2, 1)), np.ones(1), 0.5)
    >>> layer.weights.data.ravel(), layer.biases.data
    (array([0.5, 0.5]), array([-0.5]))
    """


class ReLU(Layer, activations.ReLU):
    """``nn.ReLU`` with ``backward``.

    >>> layer = ReLU(2)
    >>> y = layer.forward(np.array([[-1.0, 1.0]]))
    >>> layer.backward(np.ones((1, 2))).round(4)
    array([[0., 1.]])
    """


class Sigmoid(Layer, activations.Sigmoid):
    """``nn.Sigmoid`` with ``backward``.

    >>> layer = Sigmoid(2)
    >>> y = layer.forward(np.array([[0.0, 1.0]]))
    >>> layer.backward(np.ones((1, 2))).round(4)
    array([[0.25  , 0.1966]])
    """


class Tanh(Layer, activations.Tanh):
    """``nn.Tanh`` with ``backward``.

    >>> layer = Tanh(2)
    >>> y = layer.forward(np.array([[0.0, 1.0]]))
    >>> layer.backward(np.ones((1, 2))).round(4)
    array([[1.  , 0.42]])
    """
