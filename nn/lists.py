"""Lists and dicts of modules and parameters, for a loop of your own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any, SupportsIndex

from numpy.typing import ArrayLike

from .holding import Layer, Named, as_module
from .module import Module
from .parameter import Parameter
from .paths import near

__all__ = ["ModuleDict", "ModuleList", "ParameterList"]


class ModuleList(Named, MutableSequence[Module]):
    """A list of modules, called by a loop of your own.

    Args:
        modules: Modules or functions.

    >>> from nn import Linear
    >>> layers = ModuleList([Linear(2, 2), Linear(2, 3)])
    >>> layers.append(Linear(3, 1))
    >>> len(layers), layers[-1]
    (3, Linear(3, 1))
    """

    def __init__(self, modules: Iterable[Layer] = ()) -> None:
        self._hold(modules)

    def _options(self) -> dict[str, Any]:
        return {"modules": list(self)}

    def __getitem__(self, index: Any) -> Any:
        modules = list(self)
        return ModuleList(modules[index]) if isinstance(index, slice) else modules[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        modules: list[Any] = list(self)
        modules[index] = value
        self._hold(modules)

    def __delitem__(self, index: Any) -> None:
        modules = list(self)
        del modules[index]
        self._hold(modules)

    def insert(self, index: SupportsIndex, value: Layer) -> None:
        """Put a module before a position."""
        modules: list[Any] = list(self)
        modules.insert(index, value)
        self._hold(modules)


class ModuleDict(Named, MutableMapping[str, Module]):
    """A dict of modules, called by code of your own.

    Args:
        modules: name → Module or function.
    Raises:
        ArgumentError: a name that is neither an identifier nor digits.

    >>> from nn import Linear
    >>> heads = ModuleDict({"mean": Linear(4, 1), "scale": Linear(4, 1)})
    >>> list(heads)
    ['mean', 'scale']
    """

    def __init__(self, modules: Mapping[str, Layer] | None = None) -> None:
        self._entries = {}
        for name, module in (modules or {}).items():
            self[name] = module

    def _options(self) -> dict[str, Any]:
        return {"modules": dict(self._entries)}

    def __getitem__(self, name: str) -> Module:
        if name not in self._entries:
            raise KeyError(f"{name!r}; there is {near(name, self._entries)}")
        return self._entries[name]

    def __setitem__(self, name: str, module: Any) -> None:
        self._check_name(name, taken=False)
        self._entries[name] = as_module(module, self)

    def __delitem__(self, name: str) -> None:
        del self._entries[name]

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self._entries)

    __eq__, __hash__ = object.__eq__, object.__hash__  # modules are themselves, also this one


class ParameterList(Module, MutableSequence[Parameter]):
    """A list of parameters.

    Args:
        parameters: Parameters, or arrays to make them of.

    >>> import numpy as np
    >>> ParameterList([np.zeros(2), np.ones(3)])[1]
    Parameter([1., 1., 1.])
    """

    def __init__(self, parameters: Iterable[Parameter | ArrayLike] = ()) -> None:
        self._entries = [_as_parameter(p) for p in parameters]

    def _members(self) -> Iterable[tuple[str, Any]]:
        return [(str(k), p) for k, p in enumerate(self._entries)]

    def _options(self) -> dict[str, Any]:
        return {"parameters": [p.numpy() for p in self._entries]}

    def _shown(self) -> str:
        return ", ".join(f"{p.dtype}{list(p.shape)}" for p in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: Any) -> Any:
        found = self._entries[index]
        return ParameterList(found) if isinstance(found, list) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        many = isinstance(index, slice)
        self._entries[index] = [_as_parameter(v) for v in value] if many else _as_parameter(value)

    def __delitem__(self, index: Any) -> None:
        del self._entries[index]

    def insert(self, index: SupportsIndex, value: Any) -> None:
        """Put a parameter before a position."""
        self._entries.insert(index, _as_parameter(value))


def _as_parameter(value: Parameter | ArrayLike) -> Parameter:
    return value if isinstance(value, Parameter) else Parameter(value)
