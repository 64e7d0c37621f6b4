"""The two seed articles' own names: their programs run from here with only their imports changed.

Source: P. Bhatia, "Implementing a Deep Learning Library from Scratch in Python" (2020), here A;
A. Pérez, "Create your own Deep Learning framework using Numpy" (2019), here B. What differs: rows
are samples everywhere but in B's ``model.train`` and what is predicted after it; gradients are
computed by the tape, so that ``backward`` is needed by those who call it themselves alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

import autograd_core
from autograd_core import ArgumentError, ShapeError, Variable, enable_grad, require

from . import activations, datasets, init, linear, losses, model, module, optim
from .loading import DataGenerator
from .metrics import roc_auc as roc_auc_score
from .optim import SGD, Adam, RMSprop
from .parameter import Parameter

__all__ = [
    "SGD",
    "Adam",
    "BinaryCrossEntropy",
    "DataGenerator",
    "Function",
    "Layer",
    "Linear",
    "MeanSquaredError",
    "Model",
    "Optimizer",
    "RMSprop",
    "ReLU",
    "Sigmoid",
    "SoftMaxLoss",
    "SoftmaxWithLoss",
    "Tanh",
    "Tensor",
    "genSpiralData",
    "generate_data",
    "plot2DData",
    "plot2DDataWithDecisionBoundary",
    "plot_generated_data",
    "roc_auc_score",
]

Array = NDArray[Any]


# --- what A's classes are made of -----------------------------------------------------------------
class Tensor(Parameter):
    """A parameter of a shape, drawn small and normal, whose gradient starts as zeros.

    Args:
        shape: its shape; only here a shape stands for an array.

    >>> weights = Tensor((3, 4))
    >>> weights.data.shape, weights.grad.sum()
    ((3, 4), np.float64(0.0))
    """

    __slots__ = ()

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(init.normal(shape))
        self.initializer = init.normal

    @property
    def grad(self) -> Any:
        """The gradient, zeros where there is none."""
        found = Parameter.grad.fget(self)  # type: ignore[attr-defined]
        return np.zeros(self.shape, self.dtype) if found is None else found

    @grad.setter
    def grad(self, value: Any) -> None:
        whole = None if value is None else np.broadcast_to(value, self.shape).copy()
        Parameter.grad.fset(self, whole)  # type: ignore[attr-defined]


class Function(autograd_core.Function):
    """A's base of operators: ``forward(x)``, ``backward(dY)``, and ``getParams()`` if it has some.

    ``forward`` may write into what it is given. ``Model.add`` takes an instance as a layer.

    >>> class Square(Function):
    ...     def forward(self, x):
    ...         self.input = x
    ...         return x * x
    ...
    ...     def backward(self, d_y):
    ...         return d_y * 2 * self.input
    >>> x = Variable([1.0, 2.0])
    >>> Square()(x).sum().backward()
    >>> x.grad
    array([2., 4.])
    """

    def __init_subclass__(cls) -> None:
        forward: Callable[..., Any] | None = vars(cls).get("forward")
        if forward is not None:
            setattr(cls, "forward", _on_copies(forward))  # noqa: B010  (mypy: a method is assigned)

    def getParams(self) -> list[Any]:
        """The Tensors whose ``.grad`` ``backward`` adds to."""
        return []


def _on_copies(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A ``forward`` that may write into its arrays."""

    @wraps(forward)
    def copied(self: Any, *args: Any) -> Any:
        return forward(self, *[np.array(a) if isinstance(a, np.ndarray) else a for a in args])

    return copied


class Operator(module.Module):
    """A Function as a layer; its Tensors are parameters."""

    def __init__(self, function: Function) -> None:
        self.function, self.tensors = function, list(function.getParams())

    def forward(self, x: Any) -> Any:
        """The operator of x; tracked, so that ``backward`` reaches its Tensors."""
        if not isinstance(x, Variable) or not x.requires_grad:
            x = Variable(x.numpy() if isinstance(x, Variable) else x)
        return self.function(x)


class _Parameters(list[Any]):
    """A list, as A's optimizers have it, that may also be called, as ours do."""

    def __call__(self) -> list[Any]:
        return list(self)


class Optimizer(optim.Optimizer):
    """A's base of optimizers: ``step()`` updates ``self.parameters`` by their ``.grad``.

    Args:
        parameters: a list, or ``model.parameters``.

    >>> class Descent(Optimizer):
    ...     def step(self):
    ...         for p in self.parameters:
    ...             p.data = p.data - 0.1 * p.grad
    >>> w = Variable([1.0])
    >>> optimizer = Descent([w])
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([0.8])
    """

    def __init__(self, parameters: Any) -> None:
        super().__init__(parameters, lr=1.0)
        self.parameters = _Parameters(super().parameters())  # type: ignore[method-assign]

    def step(self, closure: Any = None) -> Any:
        """A subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define step(self).")


# --- layers that can be called by hand ------------------------------------------------------------
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

    def getParams(self) -> list[Parameter]:
        """The parameters, under A's name."""
        return self.parameters()

    def __len__(self) -> int:
        return int(getattr(self, "out_features", getattr(self, "units", None)) or 0)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return f"{self.type} Layer"


class Linear(Layer, linear.Linear):
    """``nn.Linear`` with ``backward`` and ``optimize``."""


class ReLU(Layer, activations.ReLU):
    """``nn.ReLU`` with ``backward``."""


class Sigmoid(Layer, activations.Sigmoid):
    """``nn.Sigmoid`` with ``backward``."""


class Tanh(Layer, activations.Tanh):
    """``nn.Tanh`` with ``backward``."""


# --- losses that remember -------------------------------------------------------------------------
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
            raise ArgumentError(f"{type(self).__name__}.backward() came before forward().")
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


# --- the model ------------------------------------------------------------------------------------
class Model(model.Model):
    """``nn.Model`` with the articles' spellings.

    ``fit`` is A's, with its order of arguments; ``train(X_train=...)`` is B's, in whose program
    samples are columns: after it ``predict`` takes and gives columns too.

    >>> model = Model()
    >>> model.add(Linear(2, 5, rng=0)).add(ReLU()).add(Linear(5, 3, rng=1)).computation_graph
    [Linear(2, 5), ReLU(), Linear(5, 3)]
    """

    _columns = False
    _output: Any = None

    def add(self, layer: Any, name: str | None = None) -> Self:
        """Append a layer, or one of A's Functions."""
        return super().add(Operator(layer) if isinstance(layer, Function) else layer, name)

    @property
    def computation_graph(self) -> list[Any]:
        """The layers."""
        return [layer.function if isinstance(layer, Operator) else layer for layer in self]

    @property
    def loss(self) -> list[float]:
        """The loss of each epoch of the last run."""
        return list(self.history.get("loss", []))

    def forward(self, x: Any) -> Any:
        """The layers, one after the other; the result is kept for ``backward``."""
        self._output = super().forward(x)
        return self._output

    def backward(self, gradient: Any = None) -> None:
        """Pull a gradient of the last output back; None, which ``loss.backward()`` gave, is done.

        Raises:
            ArgumentError: a gradient before ``forward``.
        """
        if gradient is None:
            return
        if self._output is None:
            raise ArgumentError("model.backward() came before forward().", hint="model(X) first")
        self._output.backward(as_plain(gradient))

    def train(
        self,
        mode: Any = True,
        Y_train: ArrayLike | None = None,
        learning_rate: float = 0.05,
        epochs: int = 10_000,
        verbose: bool = False,
        *,
        X_train: ArrayLike | None = None,
    ) -> Any:
        """Switch the mode, or, given data, run B's training: all rows at once by plain descent.

        Args:
            mode: True or False; or the data, as ``X_train``.
            Y_train: labels 0 and 1, (n,).
            learning_rate: the rate of ``SGD``.
            epochs: how many steps.
            verbose: a line every 50 epochs.
            X_train: (features, n) as in the article, or (n, features).
        Raises:
            ShapeError: neither axis of ``X_train`` has the length of ``Y_train``.
        """
        if X_train is None and isinstance(mode, bool):
            return super().train(mode)
        if Y_train is None:
            raise ArgumentError("model.train() got no targets.", hint="Y_train=Y")
        X, y = np.asarray(mode if X_train is None else X_train), np.asarray(Y_train).reshape(-1, 1)
        self._columns = X.ndim == 2 and X.shape[1] == len(y) != X.shape[0]
        return self.fit(
            X.T if self._columns else X,
            y,
            None,
            epochs,
            SGD(self, lr=learning_rate),
            losses.BCELoss(),
            print_every=50 if verbose else None,
            verbose=0,
        )

    def predict(self, X: Any, batch_size: int = 256) -> Array:
        """The outputs, (n, ...); columns for columns after B's ``train``."""
        if self._columns:
            return model.predict(self, np.asarray(X).T, batch_size).T
        return model.predict(self, X, batch_size)


# --- data and pictures ----------------------------------------------------------------------------
def genSpiralData(
    points_per_class: int = 100, num_classes: int = 3, *, rng: Any = None
) -> tuple[Array, Array]:
    """A's spirals: ``datasets.spiral``.

    >>> data, target = genSpiralData(100, 3, rng=0)
    >>> data.shape, target.shape
    ((300, 2), (300,))
    """
    return datasets.spiral(points_per_class, num_classes, rng=rng)


def generate_data(
    samples: int, shape_type: str = "circles", noise: float = 0.05, *, rng: Any = None
) -> Any:
    """B's data: a DataFrame with the columns x, y and label; needs pandas.

    Args:
        samples: rows.
        shape_type: "circles" or "moons".
        noise: the standard deviation of what is added to the points.
    Raises:
        ValueError: another shape.
    """
    makers = {"circles": datasets.circles, "moons": datasets.moons}
    if shape_type not in makers:
        raise ValueError(
            f"The introduced shape {shape_type} is not valid. Please use 'moons' or 'circles' "
        )
    pandas = require("pandas", extra="", feature="generate_data()")
    X, y = makers[shape_type](samples, noise=noise, rng=rng)
    return pandas.DataFrame({"x": X[:, 0], "y": X[:, 1], "label": y})


def plot2DData(data: ArrayLike, target: ArrayLike, ax: Any = None) -> Any:
    """A's scatter plot: ``plot.scatter``; returns the Axes."""
    from .plot import scatter

    return scatter(data, target, ax=ax)


def plot2DDataWithDecisionBoundary(
    data: ArrayLike, target: ArrayLike, model: Any, ax: Any = None
) -> Any:
    """A's picture of what was learned: ``plot.decision_boundary``; returns the Axes."""
    from .plot import decision_boundary

    return decision_boundary(model, data, target, ax=ax)


def plot_generated_data(data: Any, ax: Any = None) -> Any:
    """B's scatter plot of a DataFrame with the columns x, y and label; returns the Axes.

    Raises:
        ShapeError: a column is missing.
    """
    missing = [name for name in ("x", "y", "label") if name not in data]
    if missing:
        raise ShapeError(
            f"plot_generated_data got no column {', '.join(missing)}.", hint="generate_data(500)"
        )
    return plot2DData(data[["x", "y"]].to_numpy(), data["label"].to_numpy(), ax=ax)
