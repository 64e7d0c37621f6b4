"""The tape: nodes, and the order in which they were made.

An operation on a tracked Variable leaves a Node; edges lead from it to the nodes of its operands.
The file knows nothing of Variables, and never refers to one: a tape has no cycles, so a dropped
graph is freed at once, without the garbage collector.
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import count
from math import prod
from typing import Any

import numpy as np

next_number = count(1).__next__
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
    found: dict[int, Node] = {}
    waiting = list(ends)
    push = waiting.append
    for node in waiting:  # which grows on the way
        number = node.number
        if number in found:
            continue
        found[number] = node
        if number < oldest:
            continue
        parents, partner = node.parents, node.partner
        if type(parents) is tuple:
            waiting.extend(parents)
        else:
            push(parents)
            if partner is not None:
                push(partner)
    numbers = sorted(found)
    first = bisect_left(numbers, oldest)
    return [found[number] for number in numbers[first:]], first > 0
