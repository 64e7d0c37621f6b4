"""Nested values as JSON and arrays, and back: states of optimizers, schedules and generators."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_core import StateError

from .entries import Array, numbers

__all__: list[str] = []


def pack(value: object, arrays: dict[str, Array], name: str) -> Any:
    """What JSON can hold of a value; its arrays go to ``arrays``, under names that begin so.

    None, truth values, integers, texts and finite floats stand for themselves, everything else is
    an object of one key that says what it is.

    Raises:
        StateError: there is something else in it.

    >>> arrays = {}
    >>> pack({"lr": 0.1, "m": [np.zeros(2), None]}, arrays, "adam")
    {'dict': [['lr', 0.1], ['m', {'list': [{'array': 'adam.m.0'}, None]}]]}
    >>> arrays
    {'adam.m.0': array([0., 0.])}
    """
    match value:
        case None | bool() | str():
            return value
        case np.ndarray() | np.generic():
            while name in arrays:
                name += "'"
            arrays[name] = numbers(name, value)
            return {"array" if isinstance(value, np.ndarray) else "scalar": name}
        case int():
            return int(value)
        case float():
            return value if math.isfinite(value) else {"float": str(value)}
        case list() | tuple():
            kind = "list" if isinstance(value, list) else "tuple"
            return {kind: [pack(v, arrays, f"{name}.{n}") for n, v in enumerate(value)]}
        case Mapping() if all(type(key) in (str, int) for key in value):
            return {"dict": [[k, pack(v, arrays, f"{name}.{k}")] for k, v in value.items()]}
    raise StateError(
        f"{name!r} cannot be saved: it is a {type(value).__name__}.",
        "files hold numbers, texts, arrays, and lists, tuples and dicts of these.",
        "leave it out, or convert it",
    )


def unpack(packed: object, arrays: Mapping[str, Array]) -> Any:
    """The value that was packed.

    Raises:
        ValueError: nothing packs to this.

    >>> unpack({"tuple": [1, {"float": "inf"}, {"array": "w"}]}, {"w": np.ones(2)})
    (1, inf, array([1., 1.]))
    """
    match packed:
        case None | bool() | int() | float() | str():
            return packed
        case {"array": str(name)} if name in arrays:
            return arrays[name]
        case {"scalar": str(name)} if name in arrays and arrays[name].shape == ():
            return arrays[name][()]
        case {"float": "nan" | "inf" | "-inf" as text}:
            return float(text)
        case {"list": list(items)}:
            return [unpack(item, arrays) for item in items]
        case {"tuple": list(items)}:
            return tuple(unpack(item, arrays) for item in items)
        case {"dict": list(pairs)}:
            return {_key(pair): unpack(pair[1], arrays) for pair in pairs}
    raise ValueError(f"no value is packed as {str(packed)[:60]}")


def _key(pair: object) -> str | int:
    """The key of a pair of key and value."""
    match pair:
        case [str() | int() as key, _]:
            return key
    raise ValueError(f"{str(pair)[:60]} is no pair of a key and its value")
