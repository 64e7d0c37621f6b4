"""How an object was made, as plain data: what ``repr`` shows and a file of weights holds.

A class that inherits ``Configured`` remembers the arguments of its constructor. ``encoded`` turns
them into what JSON can hold, ``built`` makes the object again. Names in a file are looked up among
the classes and functions of this package and in ``custom_objects``; nothing is imported by name.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Container, Mapping
from functools import cache, partial
from typing import Any, Self

import numpy as np

from autograd_core import StateError

from .defaults import get_default_dtype
from .keywords import Checked, signature

CLASSES: dict[str, type[Configured]] = {}  # those of this package, by name
PLAIN = (int, float, str, bool, type(None), tuple)


class Configured(Checked):
    """A base that remembers the arguments its instances were made with.

    >>> class Scale(Configured):
    ...     def __init__(self, factor, *, shift=0.0):
    ...         self.factor, self.shift = factor, shift
    >>> Scale(2.0)
    Scale(2.0)
    >>> Scale(2.0, shift=1.0).get_config()
    {'factor': 2.0, 'shift': 1.0}
    >>> Scale.from_config({"factor": 3.0})
    Scale(3.0)
    """

    _arguments: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """An instance that remembers its arguments.

        Raises:
            ArgumentError: a keyword that the constructor does not have.
        """
        self = super().__new__(cls, *args, **kwargs)
        vars(self)["_arguments"] = args, kwargs
        return self

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__module__.partition(".")[0] == __name__.partition(".")[0]:
            CLASSES.setdefault(cls.__name__, cls)  # the articles' layers bear the same names

    def _options(self) -> dict[str, Any]:
        """The arguments by name, as they are now where an attribute of the name holds them."""
        args, kwargs = self._arguments
        bound = signature(type(self)).bind_partial(*args, **kwargs)
        bound.apply_defaults()
        options = dict(bound.arguments)
        for name, given in options.items():
            now = vars(self).get(name, given)
            if type(now) in PLAIN and (now is not None or given is None):
                options[name] = now
        return options

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, in what JSON can hold; random generators are left out.

        Raises:
            StateError: an argument that cannot be written down.
        """
        kinds = signature(type(self)).parameters
        config: dict[str, Any] = {}
        for name, value in self._options().items():
            if kinds[name].kind is inspect.Parameter.VAR_KEYWORD:
                config.update({key: encoded(v) for key, v in value.items()})
            elif name != "rng":
                config[name] = _dtype(value) if name == "dtype" else encoded(value)
        return config

    @classmethod
    def from_config(
        cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
    ) -> Self:
        """An instance made with the arguments that ``get_config`` gave.

        Args:
            config: argument → value.
            custom_objects: name → class or function, for what this package does not know.
        Raises:
            StateError: a name that is unknown here, or arguments the class does not take.
        """
        values = {name: built(value, custom_objects) for name, value in config.items()}
        parameters = signature(cls).parameters.values()
        rest = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        args: list[Any] = []
        for p in parameters:
            if p.kind is p.VAR_POSITIONAL:
                args.extend(values.pop(p.name, ()))
            elif p.kind is not p.KEYWORD_ONLY and rest and p.name in values:
                args.append(values.pop(p.name))
        try:
            return cls(*args, **values)
        except TypeError as error:
            raise StateError(
                f"{cls.__name__} cannot be made with the arguments {', '.join(config)}.",
                str(error).partition("\n")[0],
                "the version of the library that wrote them",
            ) from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown(self)})"


def shown(obj: Configured, without: Container[str] = ()) -> str:
    """The arguments as one would write them, without those that are their default.

    Args:
        obj: whose arguments.
        without: names of arguments that are shown elsewhere.
    """
    parameters = signature(type(obj)).parameters
    parts: list[str] = []
    for name, value in obj._options().items():
        p = parameters[name]
        if name in without:
            continue
        if p.kind is p.VAR_POSITIONAL:
            parts += map(_text, value)
        elif p.kind is p.VAR_KEYWORD:
            parts += [f"{key}={_text(v)}" for key, v in value.items()]
        elif p.kind is not p.KEYWORD_ONLY and type(p.default) not in PLAIN:
            parts.append(_text(value))
        elif name == "dtype":
            usual = (None, get_default_dtype().name)
            parts += [] if _dtype(value) in usual else [f"dtype={_dtype(value)!r}"]
        elif name != "rng" and _differs(value, p.default):
            parts.append(f"{name}={_text(value)}")
    return ", ".join(parts)


def _differs(value: Any, default: Any) -> bool:
    return type(value) is not type(default) or (value is not default and value != default)


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, partial) or (callable(value) and not isinstance(value, Configured)):
        return getattr(value, "__name__", None) or type(value).__name__
    return repr(value)


def _dtype(value: Any) -> str | None:
    return None if value is None else np.dtype(value).name


# --- plain data -----------------------------------------------------------------------------------
def encoded(value: Any) -> Any:
    """A value in what JSON can hold.

    Raises:
        StateError: there is no way to write it down.

    >>> encoded((1, np.float32(0.5), None))
    {'tuple': [1, 0.5, None]}
    """
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return encoded(value.item())
    if isinstance(value, Configured):
        return {"class": type(value).__name__, "config": value.get_config()}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if type(value) is tuple:
        return {"tuple": [encoded(item) for item in value]}
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return {"dict": {key: encoded(item) for key, item in value.items()}}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return {"array": value.tolist(), "dtype": value.dtype.name}
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, type) and issubclass(value, Configured):
        return {"type": value.__name__}
    if isinstance(value, partial) and not value.args:
        return {"partial": encoded(value.func), "options": encoded(value.keywords)}
    name = getattr(value, "__name__", "")
    if isinstance(value, np.ufunc) and getattr(np, name, None) is value:
        return {"ufunc": name}
    if callable(value) and name.isidentifier():
        return {"function": name}
    raise StateError(
        f"A {type(value).__name__} cannot be written into a file.",
        "the architecture is stored as plain data, without code.",
        "a named function, or state_dict() and nn.save for the weights alone",
    )


def built(value: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The value that ``encoded`` wrote down.

    Args:
        value: plain data.
        custom_objects: name → class or function, for what this package does not know.
    Raises:
        StateError: a name that is unknown here, or data of another form.

    >>> built({"tuple": [1, 0.5, None]})
    (1, 0.5, None)
    """
    if isinstance(value, list):
        return [built(item, custom_objects) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"class": str(name), "config": dict(config)}:
            cls = _found(name, custom_objects, CLASSES)
            return cls.from_config(config, custom_objects)
        case {"float": "nan" | "inf" | "-inf" as text}:
            return float(text)
        case {"type": str(name)}:
            return _found(name, custom_objects, CLASSES)
        case {"tuple": list(items)}:
            return tuple([built(item, custom_objects) for item in items])
        case {"dict": dict(items)}:
            return {key: built(item, custom_objects) for key, item in items.items()}
        case {"array": items, "dtype": str(dtype)} if np.dtype(dtype).kind in "biuf":
            return np.array(items, dtype)
        case {"partial": function, "options": options}:
            return partial(built(function, custom_objects), **built(options, custom_objects))
        case {"ufunc": str(name)} if isinstance(getattr(np, name, None), np.ufunc):
            return getattr(np, name)
        case {"function": str(name)}:
            return _found(name, custom_objects, _functions())
    raise StateError(
        f"An architecture holds {', '.join(map(str, value))}, which means nothing here.",
        hint="the version of the library that wrote the file",
    )


def _found(name: str, custom_objects: Mapping[str, Any] | None, known: Mapping[str, Any]) -> Any:
    found = (custom_objects or {}).get(name, known.get(name))
    if found is None:
        raise StateError(
            f"The architecture names {name!r}, which this library does not know.",
            "nothing is imported by a name found in a file.",
            f'custom_objects={{"{name}": {name}}}',
        )
    return found


@cache
def _functions() -> dict[str, Any]:
    """The functions of this package that an argument may name."""
    from . import functional, init

    modules = (init, functional)
    return {name: getattr(module, name) for module in modules for name in module.__all__}
