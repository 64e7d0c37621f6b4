"""What a module holds: parameters, buffers, modules and generators, found where they stand.

Nothing is registered: each question is answered by a walk over the attributes as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_core import ArgumentError

from .parameter import Buffer, Parameter, Pending
from .paths import PLAIN, items_of, label, near, walk

if TYPE_CHECKING:
    from .module import Module

INTERNAL = {"_arguments", "_hooks"}


class Contents:
    """The part of Module that finds things; lists are in order of definition."""

    def _members(self) -> Iterable[tuple[str, Any]]:
        """The (name, value) pairs in which parameters and modules are looked for."""
        return [(k, v) for k, v in vars(self).items() if type(v) not in PLAIN and k not in INTERNAL]

    def _found(self, kind: type | tuple[type, ...], deep: bool = True) -> list[tuple[str, Any]]:
        """All values of a kind with their paths; of the module alone unless ``deep``."""

        def members(value: Any) -> Iterable[tuple[str, Any]] | None:
            if isinstance(value, Contents):
                return value._members() if deep or value is self else ()
            return items_of(value)

        return [(path, value) for path, value in walk(self, members) if isinstance(value, kind)]

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        """The parameters with their paths; one without a name of its own is named by its path."""
        found = self._found((Parameter, Pending))
        for path, parameter in found:
            if isinstance(parameter, Pending):
                raise parameter.refusal(path)
        for path, parameter in found:
            name = parameter.name
            if name is None or path.endswith(f".{name}"):
                parameter.name = path
        return found

    def parameters(self) -> list[Parameter]:
        """The parameters, trained and frozen."""
        return [parameter for _, parameter in self.named_parameters()]

    def getParams(self) -> list[Parameter]:
        """``parameters()``, under the name that one of the articles gives it."""
        return self.parameters()

    def named_buffers(self) -> list[tuple[str, Buffer]]:
        """The buffers with their paths."""
        return self._found(Buffer)

    def buffers(self) -> list[Buffer]:
        """The buffers."""
        return [buffer for _, buffer in self.named_buffers()]

    def named_modules(self) -> list[tuple[str, Module]]:
        """This module, under the empty path, and all modules inside it."""
        return self._found(Contents)

    def modules(self) -> list[Module]:
        """This module and all modules inside it."""
        return [module for _, module in self.named_modules()]

    def named_children(self) -> list[tuple[str, Module]]:
        """The modules directly inside this one."""
        return self._found(Contents, deep=False)[1:]

    def children(self) -> list[Module]:
        """The modules directly inside this one, without their names."""
        return [module for _, module in self.named_children()]

    def named_generators(self) -> list[tuple[str, np.random.Generator]]:
        """The random generators with their paths: state, which a checkpoint stores."""
        return self._found(np.random.Generator)

    def num_parameters(self, trainable: bool | None = None) -> int:
        """How many numbers the parameters have: all, the trained ones, or the frozen ones."""
        chosen = [p for p in self.parameters() if trainable in (None, p.requires_grad)]
        return sum(p.size for p in chosen)

    def get_submodule(self, path: str) -> Module:
        """The module at a path.

        Raises:
            ArgumentError: there is none; the message lists the near ones.
        """
        found: Module = _at(path, self.named_modules(), "module", self)
        return found

    def get_parameter(self, path: str) -> Parameter:
        """The parameter at a path.

        Raises:
            ArgumentError: there is none; the message lists the near ones.
        """
        found: Parameter = _at(path, self.named_parameters(), "parameter", self)
        return found


def _at(path: str, found: list[tuple[str, Any]], kind: str, module: Any) -> Any:
    named = dict(found)
    if path not in named:
        raise ArgumentError(
            f"{label(module)} has no {kind} {path!r}.", hint=near(path, filter(None, named))
        )
    return named[path]
