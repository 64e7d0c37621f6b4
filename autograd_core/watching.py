"""Watch operations on Variables while somebody wants to see them, and cost nothing otherwise.

``debug()`` and ``recording()`` are such modes. While one is open anywhere, the operators of
Variable and NumPy's two doors are replaced by ones that tell the observers of this thread or task
what was made, and the readers what came out of any door, conversions to plain arrays included;
when the last block ends, all is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from threading import Lock
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from .modes import Flag, Mode
from .variable import VARIABLES, Variable, result

# fmt: off
DOORS: dict[str, Any] = {  # and the function that each stands for, if it is always the same
    "__array_ufunc__": None, "__array_function__": None, "__getitem__": None, "__setitem__": None,
    "__neg__": np.negative, "__abs__": np.absolute, "__pow__": np.power, "__rpow__": np.power,
    "__add__": np.add, "__radd__": np.add, "__sub__": np.subtract, "__rsub__": np.subtract,
    "__mul__": np.multiply, "__rmul__": np.multiply,
    "__truediv__": np.divide, "__rtruediv__": np.divide,
    "__mod__": np.remainder, "__rmod__": np.remainder,
    "__matmul__": np.matmul, "__rmatmul__": np.matmul, "__pos__": np.positive,
    "__iadd__": np.add, "__isub__": np.subtract, "__imul__": np.multiply,
    "__itruediv__": np.divide, "__imod__": np.remainder, "__ipow__": np.power,
    "__imatmul__": np.matmul,
    "sum": np.sum, "mean": np.mean, "reshape": np.reshape,
    "transpose": np.transpose,
    "__lt__": np.less, "__le__": np.less_equal, "__gt__": np.greater, "__ge__": np.greater_equal,
    "__eq__": np.equal, "__ne__": np.not_equal,
    "__floordiv__": np.floor_divide, "__rfloordiv__": np.floor_divide,
}
# off the tape, to a new one, and through it
EXITS = (
    "data", "detach", "item", "numpy", "tolist", "__array__", "__float__", "__init__", "backward",
)
# fmt: on
CALL = "__call__"


class Observer(Protocol):
    """What is told of operations; ``op`` is NumPy's function, None if a door does not say."""

    def made(
        self, result: Any, op: Any, operands: tuple[Any, ...], seconds: float, written: bool
    ) -> None:
        """A Variable was made of the operands, or written; called for inner operations first.

        Of one that was written the first operand shows what it was before.
        """

    def failed(self, op: Any, operands: tuple[Any, ...], error: Exception) -> None:
        """An operation raised; the error climbs on."""


Reader = Callable[[Any, Any, tuple[Any, ...]], None]

readers: list[Reader] = []  # told of (what came out, NumPy's function or the exit's name, operands)
_flags: list[Flag] = []
_lock, _open = Lock(), [0]
_callables: list[type] = []
_originals: list[tuple[type, str, Any]] = []  # the doors as they are when nobody watches


def watch_calls(kind: type) -> None:
    """Watch the calls of the instances of a class too, which are operations of the user's."""
    _callables.append(kind)


def observing(name: str, first: bool = False) -> Flag:
    """A new kind of observation: the flag holds the observer of each thread or task, or None.

    Args:
        name: for messages.
        first: whether it is told before the kinds there are, which may raise.
    """
    flag = Flag(name, None)
    _flags.insert(0 if first else len(_flags), flag)
    return flag


def is_recording() -> bool:
    """Whether scopes are noted here: ``recording()`` or ``debug()`` is open in this thread or task.

    >>> is_recording()
    False
    """
    return _open[0] > 0 and any(flag.on.get() is not None for flag in _flags)


class Watch(Mode):
    """A mode whose value is an Observer: while one is open, the doors of Variable are watched."""

    def __enter__(self) -> Any:
        try:
            with _lock:
                _open[0] += 1
                if _open[0] == 1:
                    _replace()
            super().__enter__()
        except BaseException:
            _close()
            raise
        return self.value

    def __exit__(self, *exception: object) -> None:
        try:
            super().__exit__(*exception)  # raises in another task, where a generator was dropped
        finally:
            _close()

    def _recreate_cm(self) -> Watch:
        return type(self)(self.flag, self.value)


def _replace() -> None:
    """Put a watched door in the place of each door, also of those that a subclass has."""
    for kind in _callables:
        _originals.append((kind, CALL, kind.__call__))
        setattr(kind, CALL, _watched(CALL, None, kind.__call__))
    for kind in VARIABLES:
        for name in (*DOORS, *EXITS):
            door = getattr(Variable, name) if kind is Variable else vars(kind).get(name)
            if door is None:
                continue
            _originals.append((kind, name, door))
            if isinstance(door, property):
                watched: Any = property(
                    _watched(name, DOORS.get(name), door.fget), door.fset, doc=door.__doc__
                )
            else:
                watched = _watched(name, DOORS.get(name), door)
            setattr(kind, name, watched)


def _close() -> None:
    """One block less is open; after the last, all doors are as they were."""
    with _lock:
        _open[0] -= 1
        while _originals and not _open[0]:
            setattr(*_originals[-1])
            del _originals[-1]


def _watched(name: str, op: Any, method: Any) -> Callable[..., Any]:
    """A door that tells the observers of this thread or task what comes out of it."""
    writes = name == "__setitem__" or (name.startswith("__i") and name in DOORS)

    @wraps(method)
    def door(self: Any, *args: Any, **kwargs: Any) -> Any:
        observers = [found for flag in _flags if (found := flag.on.get()) is not None]
        if not observers:
            return method(self, *args, **kwargs)
        before = self
        if writes:
            before = result(self._data, self.node)
            before.role = self.role
        asked, operands = op, (before, *args)
        if name == "__array_ufunc__":
            asked, operands = args[0], args[2:]
        elif name == "__array_function__":
            asked, operands = args[0], args[2]
        elif name == CALL:
            asked, operands = type(self), args
        elif name.startswith("__r"):
            operands = (*args, self)
        elif not name.startswith("__"):
            operands = (self,)
        start = perf_counter()
        try:
            out = method(self, *args, **kwargs)
        except Exception as error:
            for observer in () if name in EXITS else observers:
                observer.failed(asked, operands, error)
            raise
        seconds = perf_counter() - start
        if name in EXITS:
            if name == "__init__":
                out, operands = self, (*args, *kwargs.values())
            for read in readers:
                read(out, name, operands)
            return None if name == "__init__" else out
        for made in _parts(self if name == "__setitem__" else out):
            found = asked
            if type(made) in VARIABLES:
                found = made.op or asked
                for observer in observers:
                    observer.made(made, found, operands, seconds, writes and made is self)
            for read in readers:
                read(made, found, operands)
        return out

    return door


def _parts(out: Any) -> Iterator[Any]:
    """What came out; of a list or tuple each item."""
    if isinstance(out, list | tuple):
        for part in out:
            yield from _parts(part)
    else:
        yield out
