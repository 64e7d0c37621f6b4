"""What containers are made of: modules under names, and functions as modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd_core import ArgumentError

from .module import Module
from .paths import label, near

Layer = Module | Callable[..., Any]


class Lambda(Module):
    """A differentiable function as a layer.

    Args:
        fn: a function of Variables, written in NumPy.
        name: shown in messages.

    >>> import numpy as np
    >>> Lambda(np.sin)(np.zeros(2))
    Variable([0., 0.], requires_grad=False)
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None) -> None:
        if isinstance(fn, type) or not callable(fn):
            raise ArgumentError(
                f"Lambda() got {fn!r}, which is no function.", hint="Lambda(np.sin)"
            )
        self.fn = fn
        if name is not None:
            self.name = name

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        return self.fn(*args, **kwargs)


def as_module(value: Any, container: Module) -> Module:
    """A Module as it is, a function as a Lambda.

    Raises:
        ArgumentError: a class in the place of an instance, or something that cannot be called.
    """
    if isinstance(value, Module):
        return value
    if isinstance(value, type):
        raise ArgumentError(
            f"{type(container).__name__} got the class {value.__name__} in the place of a layer.",
            hint=f"{value.__name__}()",
        )
    if isinstance(value, list | tuple):
        raise ArgumentError(
            f"{type(container).__name__} got a {type(value).__name__} in the place of a layer.",
            "layers are arguments of their own.",
            f"{type(container).__name__}(*layers)",
        )
    if not callable(value):
        raise ArgumentError(
            f"{type(container).__name__} got a {type(value).__name__} in the place of a layer.",
            "it holds Modules and functions.",
            "Sequential(Linear(4, 8), np.tanh)",
        )
    return Lambda(value)


class Named(Module):
    """What holds modules under names, numbers unless others are given."""

    _entries: dict[str, Module]

    def _hold(self, modules: Iterable[Any]) -> None:
        self._entries = {str(k): as_module(module, self) for k, module in enumerate(modules)}

    def _members(self) -> Iterable[tuple[str, Any]]:
        others = [pair for pair in super()._members() if pair[0] != "_entries"]
        return [*self._entries.items(), *others]

    def _options(self) -> dict[str, Any]:
        options = super()._options()
        names, modules = [*self._entries], tuple(self._entries.values())
        numbered = names == [str(k) for k in range(len(names))]
        options["modules"] = modules if numbered else (dict(self._entries),)
        return options

    def _shown(self) -> str:
        return ""

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: Any) -> Any:
        return self._entries[self._name(index)]

    def __iter__(self) -> Iterator[Module]:
        return iter(self._entries.values())

    def _name(self, index: int | str) -> str:
        names = [*self._entries]
        if isinstance(index, str):
            if index in self._entries:
                return index
            raise ArgumentError(f"{label(self)} has no layer {index!r}.", hint=near(index, names))
        if not -len(names) <= index < len(names):
            raise IndexError(f"{label(self)} has {len(names)} layers; there is none at {index}.")
        return names[index]

    def __bool__(self) -> bool:
        return True
