"""The tape: nodes, the order in which they were made, the modes, and what may be kept.

An operation on a tracked Variable leaves a Node; edges lead from it to the nodes of its operands.
The file knows nothing of Variables, and never refers to one: a tape has no cycles, so a dropped
graph is freed at once, without the garbage collector.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from functools import wraps
from inspect import iscoroutinefunction
from itertools import count
from operator import attrgetter
from threading import Lock
from typing import Any

import numpy as np

next_number = count(1).__next__
SMALL = 4096  # bytes up to which a copy is cheaper than a lease


class Node:
    """One operation: what was done, what its rule keeps, and where the operands came from.

    ``number`` grows with creation; ``rule`` is a differential of forms.py, None for a Source;
    ``saved`` is what the rule names, None once swept; ``parents`` is the node of the one tracked
    operand, or a tuple of several. ``shape`` and ``dtype`` are the result's: a Node is the Spec of
    its own result, whose values it does not hold. A node of several outputs has shape None.
    """

    __slots__ = ("dtype", "number", "parents", "rule", "saved", "shape")

    @property
    def ndim(self) -> int:
        """How many axes the result has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many entries the result has."""
        size = 1
        for length in self.shape:
            size *= length
        return size


class Source(Node):
    """Where a tape begins: a leaf, or the argument of a transform.

    ``grad`` accumulates what backward() finds, as the user sees it; ``hooks`` see or replace a
    gradient that arrives; ``retired`` marks the argument of a transform that has returned.
    """

    __slots__ = ("grad", "hooks", "retired")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self.number, self.shape, self.dtype = next_number(), shape, dtype
        self.rule, self.saved, self.parents = None, (), ()
        self.grad, self.hooks, self.retired = None, (), False


def parents_of(node: Node) -> tuple[Node, ...]:
    """The nodes of the tracked operands, always as a tuple."""
    parents = node.parents
    return parents if type(parents) is tuple else (parents,)


def ancestors(ends: Iterable[Node], oldest: int = 0) -> tuple[list[Node], bool]:
    """The nodes that lead to ``ends``, oldest first, and whether some were older than ``oldest``.

    Numbers grow along edges, so the reachable nodes in order of creation are in topological order:
    no recursion, no counting of children. What is older than ``oldest`` is not visited.
    """
    seen = {node for node in ends if node.number >= oldest}
    stack, outside = list(seen), len(seen) < len(set(ends)) if oldest else False
    pop, push, mark = stack.pop, stack.append, seen.add
    while stack:
        parents = pop().parents
        for node in parents if type(parents) is tuple else (parents,):
            if node not in seen:
                if node.number < oldest:
                    outside = True
                else:
                    mark(node)
                    push(node)
    order = list(seen)
    order.sort(key=attrgetter("number"))
    return order, outside


class Mode(ContextDecorator):
    """Set a flag of this thread or task for the time of a block or of a function; may be nested."""

    def __init__(self, flag: ContextVar[bool], value: bool) -> None:
        self.flag, self.value = flag, value
        self.tokens: list[Token[bool]] = []

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
        self.tokens.append(self.flag.set(self.value))

    def __exit__(self, *exception: object) -> None:
        self.flag.reset(self.tokens.pop())


_recording = ContextVar("recording", default=True)
_strong = ContextVar("strong_zeros", default=False)
recording: Callable[[], bool] = _recording.get
zeros_are_strong: Callable[[], bool] = _strong.get


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


class Lease:
    """A constant array that a tape needs, made read-only until the tape is swept or dropped.

    Its bases become read-only too, so NumPy refuses a write at the line that tries it. A writable
    view made before is out of reach: ``unchanged`` compares a sample of the entries.
    """

    __slots__ = ("array", "locked", "sample")

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.locked = array, []
        with _lock:
            for owner in owners(array):
                if owner.flags.writeable or id(owner) in _leased:
                    _leased[id(owner)] = _leased.get(id(owner), 0) + 1
                    owner.flags.writeable = False
                    self.locked.append(owner)
        self.sample = self._fingerprint()

    def _fingerprint(self) -> bytes:
        array = self.array.T if self.array.flags.f_contiguous else self.array
        if array.flags.c_contiguous:
            flat = array.reshape(-1)
            return flat[:: flat.size // 63].tobytes() + flat[-1:].tobytes()
        places = np.linspace(0, array.size - 1, 64).astype(np.intp)
        return array[np.unravel_index(places, array.shape)].tobytes()

    def unchanged(self) -> bool:
        """Whether 64 entries, first and last included, are what they were."""
        return self.sample == self._fingerprint()

    def __del__(self) -> None:
        with _lock:
            for owner in reversed(self.locked):  # a base first: a view cannot be freer than it
                _leased[id(owner)] -= 1
                if not _leased[id(owner)]:
                    del _leased[id(owner)]
                    owner.flags.writeable = True


_lock = Lock()
_leased: dict[int, int] = {}


def owners(array: Any) -> Iterator[np.ndarray]:
    """The array and its bases, as far as they are arrays."""
    while isinstance(array, np.ndarray):
        yield array
        array = array.base


def is_frozen(array: np.ndarray) -> bool:
    """Whether nobody can write into the array: it and all its bases are read-only."""
    return not any(owner.flags.writeable or id(owner) in _leased for owner in owners(array))


def is_leased(array: np.ndarray) -> bool:
    """Whether a tape holds the array read-only at the moment."""
    return id(array) in _leased


def keep(array: np.ndarray) -> "np.ndarray | Lease":
    """What a tape may keep of an array that others can write: a copy, the array, or a lease."""
    if array.nbytes <= SMALL:
        return array.copy()
    return array if is_frozen(array) else Lease(array)
