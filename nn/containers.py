"""Modules made of modules: one after the other, or side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, overload

import numpy as np

from autograd_core import ArgumentError, ShapeError

from .choices import choice, one_axis
from .holding import Lambda, Layer, Named, as_module
from .lists import ModuleDict, ModuleList, ParameterList
from .module import Module
from .paths import Failure, label

__all__ = [
    "Concat",
    "Lambda",
    "ModuleDict",
    "ModuleList",
    "Parallel",
    "ParameterList",
    "Residual",
    "Sequential",
]


# --- one after the other --------------------------------------------------------------------------
class Sequential(Named):
    """Layers one after the other: each is given what the one before it gives.

    Args:
        modules: Modules or functions; or one dict of name → module.

    It has a length, is indexed by position, slice or name, and ``+`` joins two.

    >>> from nn import Linear
    >>> model = Sequential(Linear(4, 8, rng=0), np.tanh, Linear(8, 2, rng=1))
    >>> model
    Sequential(
      (0): Linear(4, 8)
      (1): Lambda(tanh)
      (2): Linear(8, 2)
    )
    >>> model(np.ones((3, 4))).shape, len(model[:2])
    ((3, 2), 2)
    """

    def __init__(self, *modules: Layer | Mapping[str, Layer]) -> None:
        self._entries = {}
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self.add_module(name, as_module(module, self))
        else:
            self._hold(modules)

    def forward(self, x: Any) -> Any:
        """The last layer's result."""
        module: Any = None
        try:
            for module in self._entries.values():
                x = module(x)
        except Exception as error:
            modules = list(self._entries.values())
            Failure.of(error, module).after(modules[: modules.index(module)])
            raise
        return x

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    @overload
    def __getitem__(self, index: int | str) -> Module: ...

    def __getitem__(self, index: int | str | slice) -> Module:
        names = [*self._entries]
        if isinstance(index, slice):
            return _joined([(name, self._entries[name]) for name in names[index]])
        return self._entries[self._name(index)]

    def __setitem__(self, index: int | str, module: Layer) -> None:
        self._entries[self._name(index)] = as_module(module, self)

    def __delitem__(self, index: int | str) -> None:
        del self._entries[self._name(index)]
        self._entries = dict(_renumbered(self._entries.items()))

    def append(self, module: Layer) -> Sequential:
        """Add a layer at the end; returns this container."""
        return self.insert(len(self), module)

    def extend(self, modules: Iterable[Layer]) -> Sequential:
        """Add layers at the end; returns this container."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Layer) -> Sequential:
        """Add a layer before a position; later numbers move up. Returns this container."""
        entries = [*self._entries.items()]
        free = next(str(k) for k in range(len(entries), 2 * len(entries) + 1) if str(k) not in self)
        entries.insert(index, (free, as_module(module, self)))
        self._entries = dict(_renumbered(entries))
        return self

    def add_module(self, name: str, module: Module) -> None:
        """Add a layer at the end under a name that is not taken.

        Raises:
            ArgumentError: the name is taken, or is neither an identifier nor digits.
        """
        self._check_name(name, taken=name in self._entries)
        self._entries[name] = as_module(module, self)

    def __contains__(self, item: object) -> bool:
        return item in self._entries or any(item is module for module in self)

    def __add__(self, other: Iterable[Layer]) -> Sequential:
        """The layers of both, the same objects, in a new container."""
        entries = other._entries if isinstance(other, Sequential) else dict(enumerate(other))
        return _joined([*self._entries.items(), *((str(name), m) for name, m in entries.items())])


def _renumbered(entries: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Entries with their names; those that are numbers count from 0 again."""
    return [(str(k) if name.isdigit() else name, m) for k, (name, m) in enumerate(entries)]


def _joined(entries: list[tuple[str, Any]]) -> Sequential:
    """A Sequential of entries; where names meet, a number takes the place of the later one."""
    made, seen = Sequential(), set[str]()
    for k, (name, module) in enumerate(_renumbered(entries)):
        name = str(k) if name in seen else name
        seen.add(name)
        made.add_module(name, as_module(module, made))
    return made


# --- side by side ---------------------------------------------------------------------------------
class Residual(Module):
    """x + scale · f(x).

    Args:
        module: f, whose result has the shape of its input.
        scale: a number.
    Raises:
        ShapeError: when called, if f changes the shape.

    Source: He et al., "Deep residual learning for image recognition" (2016), equation 1.

    >>> Residual(Lambda(np.sin), scale=0.5)(np.zeros(2))
    Variable([0., 0.], requires_grad=False)
    """

    def __init__(self, module: Layer, scale: float = 1.0) -> None:
        self.module, self.scale = as_module(module, self), scale

    def forward(self, x: Any) -> Any:
        """The same shape as x."""
        y = self.module(x)
        if y.shape != np.shape(x):
            raise ShapeError(
                f"{label(self)} needs a layer that keeps the shape; {label(self.module)} made "
                f"{y.shape} of {np.shape(x)}.",
                hint="Parallel(module, Linear(...)) with a projection to the new shape",
            )
        return x + (y if self.scale == 1.0 else self.scale * y)

    def _shown(self) -> str:
        return "" if self.scale == 1.0 else f"scale={self.scale}"


def _total(values: list[Any]) -> Any:
    return sum(values[1:], values[0])


def _product(values: list[Any]) -> Any:
    product = values[0]
    for value in values[1:]:
        product = product * value
    return product


COMBINATIONS: dict[str, Callable[[list[Any]], Any]] = {
    "sum": _total,
    "mean": lambda values: _total(values) / len(values),
    "product": _product,
}


class Parallel(Named):
    """The same input to each of several layers, whose results are combined.

    Args:
        modules: Modules or functions, at least one.
        combine: "sum", "mean", "product", or a function of the list of results.
    Raises:
        ShapeError: when called, if "sum", "mean" or "product" would broadcast the results.

    >>> Parallel(np.sin, np.cos)(np.zeros(2))
    Variable([1., 1.], requires_grad=False)
    """

    def __init__(self, *modules: Layer, combine: str | Callable[..., Any] = "sum") -> None:
        self._hold(modules)
        _check_some(self)
        self.combine = combine
        self._combination = (
            choice("combine", combine, COMBINATIONS) if isinstance(combine, str) else combine
        )

    def forward(self, *args: Any) -> Any:
        """The combination of all results."""
        values = [module(*args) for module in self]
        shapes = [value.shape for value in values]
        if isinstance(self.combine, str) and len(set(shapes)) > 1:
            raise ShapeError(
                f"{label(self)} got results of shapes {', '.join(map(str, shapes))}.",
                f"their {self.combine} would broadcast them.",
                "Concat(*modules), or combine= a function of the results",
            )
        return self._combination(values)

    def _shown(self) -> str:
        return "" if self.combine == "sum" else f"combine={self.combine!r}"


class Concat(Named):
    """The same input to each of several layers, whose results are joined along an axis.

    Args:
        modules: Modules or functions, at least one.
        axis: along which to join; ``dim`` is another name for it.
    Raises:
        ShapeError: when called, if the results differ in another axis.

    >>> Concat(np.sin, np.cos)(np.zeros((1, 2)))
    Variable([[0., 0., 1., 1.]], requires_grad=False, shape=(1, 4))
    """

    def __init__(self, *modules: Layer, axis: int = -1, dim: int | None = None) -> None:
        self._hold(modules)
        _check_some(self)
        self.axis = one_axis("Concat()", axis, dim)

    def forward(self, *args: Any) -> Any:
        """The results, one after the other along the axis."""
        values = [module(*args) for module in self]
        try:
            return np.concatenate(values, axis=self.axis)
        except ValueError as error:
            shapes = ", ".join(str(value.shape) for value in values)
            raise ShapeError(
                f"{label(self)} cannot join results of shapes {shapes} along axis {self.axis}.",
                "they must agree in all other axes.",
                "layers of equal output shapes, or another axis=",
            ) from error

    def _options(self) -> dict[str, Any]:
        return {**super()._options(), "dim": None}

    def _shown(self) -> str:
        return "" if self.axis == -1 else f"axis={self.axis}"


def _check_some(container: Named) -> None:
    if not len(container):
        name = type(container).__name__
        raise ArgumentError(f"{name}() got no layers.", hint=f"{name}(Linear(4, 4), np.tanh)")
