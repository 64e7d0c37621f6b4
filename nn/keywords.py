"""Keywords: one that a function or class does not have is an error that proposes the nearest."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

from autograd_core import ArgumentError

__all__: list[str] = []

P = ParamSpec("P")
R = TypeVar("R")


def unknown_keyword(function: str, name: str, known: Iterable[str]) -> ArgumentError:
    """Error 16, for a keyword that a function does not have.

    >>> print(unknown_keyword("fit()", "epoch", ["X", "epochs"]))
    fit() has no argument 'epoch'.
      try: epochs=
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, 1) or known
    return ArgumentError(
        f"{function} has no argument {name!r}.", hint=", ".join(f"{k}=" for k in near)
    )


def signature(cls: Any) -> inspect.Signature:
    """What the constructor of a class takes, without ``self``."""
    found: inspect.Signature | None = vars(cls).get("_signature")
    if found is None:
        parameters = [*inspect.signature(cls.__init__).parameters.values()][1:]
        if cls.__init__ is object.__init__:
            parameters = []
        found = cls._signature = inspect.Signature(parameters)
    return found


class Checked:
    """A base whose subclasses refuse keywords that their constructors do not have.

    >>> class Scale(Checked):
    ...     def __init__(self, factor, shift=0.0):
    ...         self.factor, self.shift = factor, shift
    >>> try:
    ...     Scale(2.0, shfit=1.0)
    ... except ArgumentError as error:
    ...     print(error)
    Scale() has no argument 'shfit'.
      try: shift=
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """An instance, if the constructor has all of the keywords, and none was given by its place.

        Raises:
            ArgumentError: it has not, or one was.
        """
        if kwargs:
            _check(cls, args, kwargs)
        return super().__new__(cls)


def _check(cls: type, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    parameters = signature(cls).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return
    placed = [p.name for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD][: len(args)]
    for name in kwargs:
        if name not in parameters:
            raise unknown_keyword(f"{cls.__name__}()", name, parameters)
        if name in placed:
            raise _given_twice(cls.__name__, name, placed, args)


def _given_twice(
    function: str, name: str, placed: list[str], args: tuple[Any, ...]
) -> ArgumentError:
    """For a keyword that was given by its place too, as by ``DataLoader(X, y, batch_size=32)``."""
    given = args[placed.index(name)]
    several = hasattr(given, "__len__") and not isinstance(given, str)
    return ArgumentError(
        f"{function}() got {name!r} twice.",
        f"without names, its arguments are {', '.join(placed)}.",
        f"{function}((X, y), {name}=...)" if several else f"{name}= once",
    )


def spelled(**aliases: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function take other names for its keywords; an unknown one is an ArgumentError."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        code = function.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        known = [name for name in names if name not in ("self", "module")]

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for name in [name for name in kwargs if name not in names]:
                own = aliases.get(name)
                if own is None:
                    raise unknown_keyword(f"{function.__name__}()", name, known)
                if own in kwargs or names.index(own) < len(args):
                    raise ArgumentError(
                        f"{function.__name__}() got {own!r} twice, also as {name!r}.",
                        hint=f"{own}=",
                    )
                kwargs[own] = kwargs.pop(name)
            return function(*args, **kwargs)

        return call

    return decorated


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function answer an unknown keyword with an ArgumentError.

    >>> @checked
    ... def power(x, exponent=2):
    ...     return x**exponent
    >>> try:
    ...     power(3, exponnt=3)
    ... except ArgumentError as error:
    ...     print(error)
    power() has no argument 'exponnt'.
      try: exponent=
    """
    return spelled()(function)
