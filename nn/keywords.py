"""Arguments that a function or class does not have: an error that proposes the nearest."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

from autograd_core import ArgumentError

__all__: list[str] = []

P = ParamSpec("P")
R = TypeVar("R")
NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


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


def too_many(
    function: str, count: int, placed: Sequence[str], known: Iterable[str]
) -> ArgumentError:
    """The error for more arguments by place than a function has.

    >>> print(too_many("Linear", 3, ["in_features", "out_features"], ["activation"]))
    Linear() got 3 arguments by their place.
      why: it takes 2: Linear(in_features, out_features).
      try: activation=
    """
    named = [f"{name}=" for name in known if name not in placed]
    form = f"{function}({', '.join(placed)})"
    return ArgumentError(
        f"{function}() got {count} arguments by their place.",
        f"it takes {len(placed)}: {form}.",
        ", ".join(named) or form,
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
    """A base whose subclasses refuse arguments that their constructors do not have, or lack.

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
        """An instance, if its arguments fit the constructor; pickle and copy give none.

        Raises:
            ArgumentError: they do not fit.
        """
        if args or kwargs:
            cls._refuse(args, kwargs)
            check_arguments(cls.__name__, signature(cls).parameters, args, kwargs)
        return super().__new__(cls)

    @classmethod
    def _refuse(cls, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Nothing: a subclass may refuse a call that it can say more of."""


def check_arguments(
    name: str,
    parameters: Mapping[str, inspect.Parameter],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> None:
    """Refuse what a function or class of this name does not have, gets twice, or lacks."""
    kinds = {p.kind for p in parameters.values()}
    placed = [p.name for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    if inspect.Parameter.VAR_POSITIONAL not in kinds and len(args) > len(placed):
        raise too_many(name, len(args), placed, parameters)
    required = [p.name for p in parameters.values() if p.default is p.empty and p.kind in NAMED]
    form = f"{name}({', '.join(required)})"
    given = placed[: len(args)]
    for key in kwargs:
        if key in given:
            raise ArgumentError(
                f"{name}() got {key!r} twice.",
                f"argument {given.index(key) + 1} is {key}, by its place.",
                form,
            )
        if key not in parameters and inspect.Parameter.VAR_KEYWORD not in kinds:
            raise unknown_keyword(f"{name}()", key, parameters)
    for key in required:
        if key not in given and key not in kwargs:
            raise ArgumentError(f"{name}() got no {key}.", hint=form)


def misfit(
    name: str, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> ArgumentError | None:
    """The error of arguments that a function cannot take, or None.

    >>> print(misfit("Linear", lambda x: x, [1.0], {"training": True}))
    A call of Linear() has no argument 'training'.
      why: a layer is in a mode, which its parts share.
      try: train() or eval() of the model, before the call
    """
    parameters = inspect.signature(function).parameters
    try:
        check_arguments(name, parameters, args, kwargs)
    except ArgumentError as error:
        if "training" in kwargs and "training" not in parameters:
            return ArgumentError(
                f"A call of {name}() has no argument 'training'.",
                "a layer is in a mode, which its parts share.",
                "train() or eval() of the model, before the call",
            )
        return ArgumentError(f"A call of {error.what}", error.why, error.hint)
    return None


def spelled(**aliases: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function take other names for its keywords; an unknown one is an ArgumentError."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        code = function.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        known = [name for name in names if name not in ("self", "module")]
        most = float("inf") if code.co_flags & inspect.CO_VARARGS else code.co_argcount
        own = int(names[:1] in (("self",), ("module",)))  # of a method

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if len(args) > most:
                placed = names[own : code.co_argcount]
                raise too_many(function.__name__, len(args) - own, placed, known)
            for name in [name for name in kwargs if name not in names]:
                meant = aliases.get(name)
                if meant is None:
                    raise unknown_keyword(f"{function.__name__}()", name, known)
                if meant in kwargs or names.index(meant) < len(args):
                    raise ArgumentError(
                        f"{function.__name__}() got {meant!r} twice, also as {name!r}.",
                        hint=f"{meant}=",
                    )
                kwargs[meant] = kwargs.pop(name)
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
