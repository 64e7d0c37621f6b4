"""Keywords of constructors: other spellings, and an error that proposes the one that was meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from autograd_core import ArgumentError

from ..keywords import check_arguments

__all__: list[str] = []

ALIASES = {"parameters": "params", "learning_rate": "lr"}  # as other libraries call them


class Spelled:
    """A base whose subclasses take their keywords in other spellings too, and refuse unknown ones.

    >>> class Rule(Spelled):
    ...     def __init__(self, params, lr=0.1):
    ...         self.lr = lr
    >>> Rule([], learning_rate=0.5).lr
    0.5
    >>> try:
    ...     Rule([], momentum=0.5)
    ... except ArgumentError as error:
    ...     print(error.what)
    Rule() has no argument 'momentum'.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__init__" in vars(cls):
            cls.__init__ = _spelled(cls.__init__)  # type: ignore[method-assign]


@cache
def parameters_of(init: Callable[..., None]) -> Mapping[str, inspect.Parameter]:
    """What a constructor takes, without ``self``."""
    return dict([*inspect.signature(init).parameters.items()][1:])


def _spelled(init: Callable[..., None]) -> Callable[..., None]:
    code = init.__code__
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    aliases = {other: name for other, name in ALIASES.items() if name in names}

    @wraps(init)
    def wrapper(self: Any, *args: Any, **options: Any) -> None:
        for name in list(options):
            if name in names:
                continue
            spelling = aliases.get(name)
            if spelling is not None:
                if spelling in options or names.index(spelling) < len(args):
                    raise ArgumentError(
                        f"{type(self).__name__}() got both {spelling} and {name}.",
                        "they are two names of one argument.",
                        f"{spelling}=",
                    )
                options[spelling] = options.pop(name)
        check_arguments(type(self).__name__, parameters_of(init), args, options)
        init(self, *args, **options)

    return wrapper
