"""Which arguments of a function a transform differentiates by, and how it dresses its result."""

from collections.abc import Callable, Sequence
from functools import update_wrapper
from inspect import Parameter, signature
from types import MethodType
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..trees import Tree

Place = tuple[int | None, str | None]
Args = tuple[Any, ...]
Kwargs = dict[str, Any]


class Transformed:
    """A function made from another: it keeps name, documentation and signature, and pickles.

    Args:
        run: (f, args, kwargs, *settings) → the result of a call.
        f: the function that is transformed.
        settings: of the transform.
    Raises:
        ArgumentError: f is not a function.
    """

    def __init__(self, run: Callable[..., Any], f: Callable[..., Any], *settings: Any) -> None:
        if not callable(f):
            raise ArgumentError(
                f"{run.__name__.strip('_')} takes a function; it got {described(f)}.",
                hint="ac.grad(f)(x), not ac.grad(f(x))",
            )
        self._run, self._f, self._settings = run, f, settings
        update_wrapper(self, f, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Whatever the transform makes of f at these arguments."""
        return self._run(self._f, args, kwargs, *self._settings)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __repr__(self) -> str:
        return f"{self._run.__name__.strip('_')}({name_of(self._f)})"


def name_of(f: Callable[..., Any]) -> str:
    """What messages call a function."""
    return getattr(f, "__name__", None) or repr(f)


def described(value: Any) -> str:
    """A value as messages mention it: its shape, or its type."""
    if value is None:
        return "None"
    if hasattr(value, "shape"):
        return f"an array of shape {value.shape}"
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"


class Selection:
    """The arguments to differentiate by: places in a call, by position or by name.

    ``single``: there is one of them, so that results are not tuples. ``numbers``: the positions,
    if all were given as such, in calls of ``least`` arguments or more.
    """

    def __init__(self, f: Callable[..., Any], argnum: Any, argnums: Any) -> None:
        wanted = argnum if argnums is None else argnums
        self.single = not isinstance(wanted, tuple | list)
        self.places = [_place(f, which) for which in ([wanted] if self.single else wanted)]
        numbers = [number for number, name in self.places if name is None and number is not None]
        self.numbers = numbers if len(numbers) == len(self.places) else []
        self.least = max(numbers, default=0) + 1 if min(numbers, default=-1) >= 0 else np.inf

    def values(self, f: Callable[..., Any], args: Args, kwargs: Kwargs) -> list[Tree]:
        """The chosen arguments of a call, also where they are defaults."""
        if self.numbers and len(args) >= self.least:  # the usual call, decided once
            return [args[number] for number in self.numbers]
        return [_value(f, place, args, kwargs) for place in self.places]

    def replaced(
        self, f: Callable[..., Any], args: Args, kwargs: Kwargs, values: Sequence[Tree]
    ) -> tuple[Args, Kwargs]:
        """The arguments of a call, with other values for the chosen ones."""
        changed, named = list(args), kwargs
        if self.numbers and len(args) >= self.least:
            for number, value in zip(self.numbers, values, strict=True):
                changed[number] = value
            return tuple(changed), kwargs
        for (position, name), value in zip(self.places, values, strict=True):
            if _is_given(position, args):
                changed[position] = value  # type: ignore[index]
            else:
                named = {**named, name or _parameters(f)[position][0]: value}  # type: ignore[index]
        return tuple(changed), named

    def result(self, values: Sequence[Any]) -> Any:
        """One value, or the tuple of them."""
        return values[0] if self.single else tuple(values)


def _is_given(position: int | None, args: Args) -> bool:
    return position is not None and -len(args) <= position < len(args)


def _place(f: Callable[..., Any], which: Any) -> Place:
    if isinstance(which, int | np.integer) and not isinstance(which, bool):
        return int(which), None
    if not isinstance(which, str):
        raise ArgumentError(
            f"argnum is a position or a parameter's name; it was {which!r}.",
            hint="argnum=0, argnum=(0, 1) or argnum='x'",
        )
    parameters = _parameters(f)
    for position, (name, kind) in enumerate(parameters):
        if name == which:
            return (None if kind is Parameter.KEYWORD_ONLY else position), which
    if parameters and all(kind is not Parameter.VAR_KEYWORD for _, kind in parameters):
        names = ", ".join(name for name, _ in parameters)
        raise ArgumentError(f"{name_of(f)} has no parameter {which!r}.", hint=f"one of: {names}")
    return None, which


def _parameters(f: Callable[..., Any]) -> list[tuple[str, Any]]:
    """Names and kinds of a function's parameters; empty where nothing is published."""
    try:
        return [(p.name, p.kind) for p in signature(f).parameters.values()]
    except (TypeError, ValueError):
        return []


def _value(f: Callable[..., Any], place: Place, args: Args, kwargs: Kwargs) -> Any:
    """The value of an argument that was passed by position, by name, or not at all."""
    position, name = place
    if position is not None and _is_given(position, args):
        return args[position]
    parameters = _parameters(f)
    if name is None and position is not None and 0 <= position < len(parameters):
        name = parameters[position][0]
    if name in kwargs:
        return kwargs[name]
    if any(name == known for known, _ in parameters):
        default = signature(f).parameters[str(name)].default
        if default is not Parameter.empty:
            return default
    raise ArgumentError(
        f"{name_of(f)} is to be differentiated by argument {place[1] or position!r}; "
        f"it was called with {len(args)} positional arguments.",
        hint="pass that argument, or choose another with argnum=",
    )
