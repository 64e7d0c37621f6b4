"""The modes: whether operations are recorded, and how strong a zero is; per thread and per task."""

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from functools import wraps
from inspect import iscoroutinefunction
from itertools import count
from typing import Any

next_mode = count(1).__next__


class Flag:
    """A switch of each thread or task, and the number of the mode that it is set by, or 0."""

    def __init__(self, name: str, default: Any) -> None:
        self.on: ContextVar[Any] = ContextVar(name, default=default)
        self.innermost = ContextVar(f"{name} by", default=0)


class Mode(ContextDecorator):
    """Set a flag of this thread or task for the time of a block or of a function; may be nested.

    Ctrl-C may come between any two steps of ``__enter__`` and ``__exit__``: ``before`` is noted
    first and forgotten last, and what a dropped mode has left undone is done then.
    """

    def __init__(self, flag: Flag, value: Any) -> None:
        self.flag, self.value, self.number = flag, value, next_mode()
        self.before: list[tuple[Any, int]] = []
        self.tokens: list[Token[Any]] = []

    def _recreate_cm(self) -> "Mode":
        return Mode(self.flag, self.value)

    def __call__(self, function: Any) -> Any:
        """The function, run in this mode; also a coroutine function."""
        if not iscoroutinefunction(function):
            return super().__call__(function)

        @wraps(function)
        async def within(*args: Any, **kwargs: Any) -> Any:
            with self._recreate_cm():
                return await function(*args, **kwargs)

        return within

    def __enter__(self) -> None:
        self.before.append((self.flag.on.get(), self.flag.innermost.get()))
        try:
            self.flag.innermost.set(self.number)
            self.tokens.append(self.flag.on.set(self.value))
        except BaseException:
            self._undo()
            raise

    def __exit__(self, *exception: object) -> None:
        try:
            self.flag.on.reset(self.tokens[-1])
        finally:
            self.flag.innermost.set(self.before[-1][1])
            del self.tokens[-1], self.before[-1]

    def _undo(self) -> None:
        value, innermost = self.before.pop()
        self.flag.on.set(value)
        self.flag.innermost.set(innermost)
        del self.tokens[len(self.before) :]

    def __del__(self) -> None:
        before = getattr(self, "before", ())  # there is none if __init__ was interrupted
        while before and self.flag.innermost.get() == self.number:  # else an outer mode has ended
            self._undo()


_recording = Flag("recording", True)
_strong = Flag("strong_zeros", False)
recording: Callable[[], bool] = _recording.on.get
zeros_are_strong: Callable[[], bool] = _strong.on.get


def is_grad_enabled() -> bool:
    """Whether operations are recorded here: outside ``no_grad``, in this thread or task.

    >>> is_grad_enabled()
    True
    """
    return recording()


def no_grad() -> Mode:
    """Record nothing in this block or function, in this thread or task.

    >>> with no_grad():
    ...     recording()
    False
    """
    return Mode(_recording, False)


def enable_grad() -> Mode:
    """Record in this block or function, also inside ``no_grad``.

    >>> with no_grad(), enable_grad():
    ...     recording()
    True
    """
    return Mode(_recording, True)


def strong_zeros() -> Mode:
    """Let a zero cotangent stay zero through any elementwise formula, also an infinite one.

    >>> with strong_zeros():
    ...     zeros_are_strong()
    True
    """
    return Mode(_strong, True)
