"""Parameter and Buffer: the Variables that a module finds, with and without a gradient."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_core import ArgumentError, ShapeError, StateError, Variable

from . import init
from .defaults import Seed, generator

__all__ = ["Buffer", "Parameter"]

Initializer = Callable[..., np.ndarray]
BUDGET: ContextVar[int | None] = ContextVar("budget", default=None)  # numbers that may be drawn


def spend(shape: tuple[int, ...]) -> bool:
    """Refuse an array that is larger than a file's architecture may ask for.

    Whatever makes arrays of a size that its arguments tell asks here first.

    Returns:
        whether a model is being made from a file.
    Raises:
        StateError: the arrays made so far and this one have more numbers than the file warrants.
    """
    budget = BUDGET.get()
    if budget is None:
        return False
    left = budget - math.prod(map(int, shape))
    if left < 0:
        raise StateError(
            f"An array of shape {shape} is larger than what the file holds.",
            hint="a file whose architecture fits its weights",
        )
    BUDGET.set(left)
    return True


class Parameter(Variable):
    """A Variable that modules find: it is trained, saved and counted.

    Args:
        data: a number, an array, or nested lists; copied.
        requires_grad: whether ``backward()`` computes a gradient for it.
        name: shown in messages and graphs; otherwise its path, once a module has told it.

    ``initializer`` draws it again, ``regularizer`` is its part of ``module.penalty()``,
    ``constraint`` is applied after each step of an optimizer; each is None where there is none.

    >>> Parameter([1.0, 2.0])
    Parameter([1., 2.])
    """

    __slots__ = ("constraint", "initializer", "regularizer")

    initializer: Initializer | None
    regularizer: Callable[[Variable], Any] | None
    constraint: Callable[..., Any] | None

    def __init__(self, data: ArrayLike, requires_grad: bool = True, name: str | None = None):
        super().__init__(data, requires_grad, name)
        self.initializer = self.regularizer = self.constraint = None

    @classmethod
    def drawn(
        cls,
        shape: tuple[int, ...],
        initializer: str | Initializer,
        *,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        activation: object = None,
        regularizer: Any = None,
    ) -> Parameter:
        """A parameter drawn by an initializer, which it remembers.

        Args:
            shape: its shape.
            initializer: a name of ``nn.init``, or a function of ``(shape, *, rng, dtype)``.
            rng: the generator to draw from.
            dtype: its dtype; the default dtype for None.
            activation: the name of what follows; an initializer with a gain is given its gain.
            regularizer: a name, an object or a function of the parameter.
        Raises:
            ArgumentError: an unknown name.
            ShapeError: the initializer returns another shape.

        >>> Parameter.drawn((2, 3), "zeros").shape
        (2, 3)
        """
        initializer = draw = _with_gain(init.get(initializer), activation)
        if spend(shape):
            draw = init.zeros  # the file's numbers follow; the generator stays where it is
        data = draw(shape, rng=generator(rng), dtype=dtype)
        if np.shape(data) != tuple(shape):
            raise ShapeError(
                f"An initializer returned shape {np.shape(data)}; it was asked for {shape}.",
                hint="return an array of the shape given",
            )
        parameter = cls(data)
        parameter.initializer = initializer
        if regularizer is not None:
            from . import regularizers

            parameter.regularizer = regularizers.get(regularizer)
        return parameter

    def _set_data(self, value: ArrayLike) -> None:
        if np.shape(value) != self.shape:
            raise ShapeError(
                f"A Parameter of shape {self.shape} was given data of shape {np.shape(value)}.",
                "layers and optimizers rely on its shape.",
                "a new Parameter in a new layer",
            )
        Variable.data.fset(self, value)  # type: ignore[attr-defined]

    data = property(Variable.data.fget, _set_data, doc=Variable.data.__doc__)  # type: ignore[attr-defined]

    def __reduce__(self) -> Any:
        return _restored, (
            type(self),
            (self._stored(), self.requires_grad, self.name),
            (self.initializer, self.regularizer, self.constraint),
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        copy = _restored(
            type(self),
            (np.array(self._stored()), self.requires_grad, self.name),
            (self.initializer, self.regularizer, self.constraint),
        )
        memo[id(self)] = copy
        return copy


class Buffer(Variable):
    """State without a gradient that a module finds, such as running statistics.

    Args:
        data: a number, an array, or nested lists; copied.
        persistent: whether ``state_dict()`` holds it.

    It is updated by ``buffer.data = value`` or ``buffer.data[...] = value``; in expressions it is
    a constant.

    >>> mean = Buffer([0.0, 0.0])
    >>> mean.data = 0.9 * mean.data + 0.1 * np.ones(2)
    >>> print(mean)
    [0.1 0.1]
    """

    __slots__ = ("persistent",)

    persistent: bool

    def __init__(self, data: ArrayLike, persistent: bool = True):
        super().__init__(data, requires_grad=False)
        self.persistent = persistent

    def __reduce__(self) -> Any:
        return type(self), (self._stored(), self.persistent)

    def __deepcopy__(self, memo: dict[int, Any]) -> Buffer:
        copy = memo[id(self)] = type(self)(np.array(self._stored()), self.persistent)
        return copy


class Pending:
    """Stands for a parameter whose shape the first input will tell.

    Args:
        shape: its shape, with None for the length to come.
        initializer: and ``options``, what ``Parameter.drawn`` is given.
    """

    def __init__(self, shape: tuple[int | None, ...], initializer: Any, **options: Any) -> None:
        self.shape, self.initializer, self.options = shape, initializer, options

    def drawn(self, length: int) -> Parameter:
        """The parameter, with the length that was missing."""
        shape = tuple([length if n is None else n for n in self.shape])
        return Parameter.drawn(shape, self.initializer, **self.options)

    def refusal(self, path: str) -> ArgumentError:
        """The error for what asks for parameters too early."""
        return ArgumentError(
            f"The parameter {path!r} does not exist yet.",
            "its layer takes the number of its inputs from the first input.",
            "model(X[:1]) first, or give in_features",
        )


def _restored(
    kind: type[Parameter], stored: tuple[Any, bool, str | None], extras: tuple[Any, Any, Any]
) -> Parameter:
    """A Parameter from its stored parts, without running the ``__init__`` of a subclass."""
    parameter = kind.__new__(kind)
    Parameter.__init__(parameter, *stored)
    parameter.initializer, parameter.regularizer, parameter.constraint = extras
    return parameter


def _with_gain(draw: Initializer, activation: object) -> Initializer:
    """The initializer with the gain of an activation, where it takes one and the name has one."""
    if activation is None or isinstance(draw, partial):
        return draw
    kind = type(activation).__name__
    name = activation if isinstance(activation, str) else getattr(activation, "__name__", kind)
    if "gain" not in inspect.signature(draw).parameters:
        return draw
    try:
        return partial(draw, gain=init.calculate_gain(name.lower()))
    except ArgumentError:
        return draw
