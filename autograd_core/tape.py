"""The tape: nodes, the order in which they were made, and the modes.

An operation on a tracked Variable leaves a Node; edges lead from it to the nodes of its operands.
The file knows nothing of Variables, and never refers to one: a tape has no cycles, so a dropped
graph is freed at once, without the garbage collector.
"""

from collections.abc import Callable, Iterable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from functools import lru_cache, wraps
from inspect import iscoroutinefunction
from itertools import count
from math import prod
from operator import attrgetter
from typing import Any

import numpy as np

next_number, next_mode = count(1).__next__, count(1).__next__
ALONE: Any = object()  # where there is no second saved value


class Node:
    """One operation: what was done, what its rule keeps, and where the operands came from.

    ``number`` grows with creation; ``rule`` is a differential of forms.py, None for a Source;
    ``saved`` is what the rule names, None once swept; of two values it is the first, and ``also``
    the second. ``parents`` is the node of the one tracked operand; of two it is the first, and
    ``partner`` the second; of more it is a tuple. (Tuples of two would be one more object for the
    garbage collector to follow, or two.) ``shape`` and ``dtype`` are the result's: a Node is the
    Spec of its own result, whose values it does not hold. A node of several outputs has shape None.
    """

    __slots__ = ("also", "dtype", "number", "parents", "partner", "rule", "saved", "shape")

    number: int
    rule: Any
    saved: Any
    also: Any
    parents: Any
    partner: Any
    shape: Any
    dtype: Any

    @property
    def ndim(self) -> int:
        """How many axes the result has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many entries the result has."""
        return prod(self.shape)

    @property
    def kept(self) -> Any:
        """What the rule names: one value, or a tuple of them; None once swept."""
        return self.saved if self.also is ALONE else (self.saved, self.also)

    @kept.setter
    def kept(self, values: Any) -> None:
        pair = type(values) is tuple and len(values) == 2
        self.saved, self.also = values if pair else (values, ALONE)


class Source(Node):
    """Where a tape begins: a leaf, or the argument of a transform.

    ``grad`` accumulates what backward() finds, as the user sees it; ``hooks`` see or replace a
    gradient that arrives; ``retired`` marks the argument of a transform, which is nobody's leaf.
    ``name`` and ``value`` are those of the leaf, for a drawing to show.
    """

    __slots__ = ("grad", "hooks", "name", "retired", "value")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self.number, self.shape, self.dtype = next_number(), shape, dtype
        self.rule, self.saved, self.parents, self.partner = None, (), (), None
        self.also = ALONE
        self.grad: Any = None
        self.hooks: tuple[Any, ...] = ()
        self.name: str | None = None
        self.value: Any = None
        self.retired = False


@lru_cache(4096)
def shared(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The one tuple that stands for a shape, so that the collector has fewer to follow."""
    return shape


def parents_of(node: Node) -> tuple[Node, ...]:
    """The nodes of the tracked operands, always as a tuple."""
    parents, partner = node.parents, node.partner
    if partner is not None:
        return parents, partner
    return parents if type(parents) is tuple else (parents,)


def ancestors(ends: Iterable[Node], oldest: int = 0) -> tuple[list[Node], bool]:
    """The nodes that lead to ``ends``, oldest first, and whether some were older than ``oldest``.

    Numbers grow along edges, so the reachable nodes in order of creation are in topological order:
    no recursion, no counting of children. What is older than ``oldest`` is not visited.
    """
    ends = list(ends)
    order = [node for node in ends if node.number >= oldest]
    outside, seen = len(order) < len(ends), set(order)
    push, mark = order.append, seen.add
    for node in order:  # which grows on the way
        parents, partner = node.parents, node.partner
        if partner is not None:
            parents = (parents, partner)
        for parent in parents if type(parents) is tuple else (parents,):
            if parent in seen:
                continue
            mark(parent)
            if parent.number < oldest:
                outside = True
            else:
                push(parent)
    order.sort(key=attrgetter("number"))
    return order, outside


class Flag:
    """A switch of each thread or task, and the number of the mode that it is set by, or 0."""

    def __init__(self, name: str, default: bool) -> None:
        self.on = ContextVar(name, default=default)
        self.innermost = ContextVar(f"{name} by", default=0)


class Mode(ContextDecorator):
    """Set a flag of this thread or task for the time of a block or of a function; may be nested.

    Ctrl-C may come between any two steps of ``__enter__`` and ``__exit__``: ``before`` is noted
    first and forgotten last, and what a dropped mode has left undone is done then.
    """

    def __init__(self, flag: Flag, value: bool) -> None:
        self.flag, self.value, self.number = flag, value, next_mode()
        self.before: list[tuple[bool, int]] = []
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
