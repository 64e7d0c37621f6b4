"""What A's classes are made of: Tensor, Function, Optimizer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

import autograd_core
from autograd_core import Variable

from .. import init, module, optim
from ..parameter import Parameter

__all__ = ["Function", "Optimizer", "Tensor"]


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
