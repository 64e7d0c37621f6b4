"""Watch operations on Variables while somebody wants to see them, and cost nothing otherwise.

``debug()`` and ``recording()`` are such modes. While one is open anywhere, the operators of
Variable and NumPy's two doors are replaced by ones that tell the observers of this thread or task
what was made; when the last block ends, all is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from threading import Lock
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from .modes import Flag, Mode
from .variable import VARIABLES, Variable

# fmt: off
DOORS: dict[str, Any] = {  # and the function that each stands for, if it is always the same
    "__array_ufunc__": None, "__array_function__": None, "__getitem__": None, "__setitem__": None,
    "__neg__": np.negative, "__abs__": np.absolute, "__pow__": np.power, "__rpow__": np.power,
    "__add__": np.add, "__radd__": np.add, "__sub__": np.subtract, "__rsub__": np.subtract,
    "__mul__": np.multiply, "__rmul__": np.multiply,
    "__truediv__": np.divide, "__rtruediv__": np.divide,
    "__mod__": np.remainder, "__rmod__": np.remainder,
    "__matmul__": np.matmul, "__rmatmul__": np.matmul, "__pos__": np.positive,
    "__iadd__": np.add, "__isub__": np.subtract, "__imul__": np.multiply, "__ipow__": np.power,
    "__itruediv__": np.divide, "__imod__": np.remainder, "__imatmul__": np.matmul,
    "sum": np.sum, "mean": np.mean, "reshape": np.reshape, "transpose": np.transpose,
}
# fmt: on


class Observer(Protocol):
    """What is told of operations; ``op`` is NumPy's function, None if a door does not say."""

    def made(self, result: Any, op: Any, operands: tuple[Any, ...], seconds: float) -> None:
        """A Variable was made of the operands; called for inner operations first."""

    def failed(self, op: Any, operands: tuple[Any, ...], error: Exception) -> None:
        """An operation raised; the error climbs on."""


_flags: list[Flag] = []
_lock, _open = Lock(), [0]
_kinds: list[tuple[type, dict[str, Any]]] = [(Variable, DOORS)]
_originals: dict[tuple[type, str], Any] = {}  # the doors as they are when nobody watches


def watch_calls(kind: type) -> None:
    """Watch the calls of the instances of a class too, which are operations of the user's."""
    _kinds.append((kind, {"__call__": None}))


def observing(name: str, first: bool = False) -> Flag:
    """A new kind of observation: the flag holds the observer of each thread or task, or None.

    Args:
        name: for messages.
        first: whether it is told before the kinds there are, which may raise.
    """
    flag = Flag(name, None)
    _flags.insert(0 if first else len(_flags), flag)
    return flag


class Watch(Mode):
    """A mode whose value is an Observer: while one is open, the doors of Variable are watched."""

    def __enter__(self) -> Any:
        with _lock:
            _open[0] += 1
            if _open[0] == 1:
                for kind, doors in _kinds:
                    for name, op in doors.items():
                        door = _originals[kind, name] = getattr(kind, name)
                        setattr(kind, name, _watched(name, op, door))
        super().__enter__()
        return self.value

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        with _lock:
            _open[0] -= 1
            if not _open[0]:
                for (kind, name), door in _originals.items():
                    setattr(kind, name, door)

    def _recreate_cm(self) -> Watch:
        return type(self)(self.flag, self.value)


def _watched(name: str, op: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    """A door that tells the observers of this thread or task what comes out of it."""

    @wraps(method)
    def door(self: Any, *args: Any, **kwargs: Any) -> Any:
        observers = [found for flag in _flags if (found := flag.on.get()) is not None]
        if not observers:
            return method(self, *args, **kwargs)
        asked, operands = op, (self, *args)
        if name == "__array_ufunc__":
            asked, operands = args[0], args[2:]
        elif name == "__array_function__":
            asked, operands = args[0], args[2]
        elif name == "__call__":
            asked, operands = type(self), args
        elif name.startswith("__r"):
            operands = (*args, self)
        start = perf_counter()
        try:
            result = method(self, *args, **kwargs)
        except Exception as error:
            for observer in observers:
                observer.failed(asked, operands, error)
            raise
        seconds = perf_counter() - start
        for made in _variables(self if name == "__setitem__" else result):
            for observer in observers:
                observer.made(made, made.op or asked, operands, seconds)
        return result

    return door


def _variables(result: Any) -> Iterator[Any]:
    """The Variables of a result, also of a list or tuple of them."""
    if type(result) in VARIABLES:
        yield result
    elif isinstance(result, list | tuple):
        for part in result:
            yield from _variables(part)
