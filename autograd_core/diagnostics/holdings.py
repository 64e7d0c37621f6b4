"""tape_stats: how much a graph holds, and how deep it is.

Every node and every saved value is visited once, without recursion; nothing is computed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ..drawing.recording import Recorded
from ..drawing.saved import differential, is_output, label
from ..errors import ArgumentError
from ..leases import Lease, owner
from ..tape import Node, ancestors, parents_of
from ..variable import VARIABLES, Variable
from ..views import settle
from ..wrappers import layer
from .anomalies import Checked

__all__ = ["tape_stats"]

OPAQUE = (Node, str, bytes, type, np.dtype, ModuleType, FunctionType, MethodType, np.ufunc)


@dataclass(frozen=True)
class TapeStats:
    """What ``tape_stats`` counted; its text is the report.

    Attributes:
        operations: recorded operations; one with several results counts once.
        parameters: leaves that a gradient reaches.
        constants: operands without gradient; an array that several operations keep counts once.
        longest_path: operations on the longest way from a leaf to the result.
        arrays: how many arrays wait for backward(), beside those that the leaves hold anyway;
            views of one buffer count once.
        bytes: of their buffers.
        largest: (operation, scope, shape, dtype, bytes) of the largest of them, or None; the scope
            is known where ``recording()`` or ``debug()`` was open.
        bookkeeping: bytes of everything else: nodes, tuples, numbers, shapes.
        released: operations whose values a sweep has released.
    """

    operations: int
    parameters: int
    constants: int
    longest_path: int
    arrays: int
    bytes: int
    largest: tuple[str, str, tuple[int, ...], str, int] | None
    bookkeeping: int
    released: int

    @property
    def bytes_per_operation(self) -> float:
        """Bookkeeping for each operation, 0 without any."""
        return self.bookkeeping / self.operations if self.operations else 0.0

    def __repr__(self) -> str:
        counts = (
            _counted(self.operations, "operation"),
            _counted(self.parameters, "parameter"),
            _counted(self.constants, "constant"),
        )
        held = f"held for backward: {_size(self.bytes)} in {_counted(self.arrays, 'array')}"
        if self.largest is not None:
            operation, scope, shape, dtype, size = self.largest
            inside = f" in {scope!r}" if scope else ""
            held += f"; largest: {operation}{inside}, {shape} {dtype}, {_size(size)}"
        lines = [f"{', '.join(counts)}; longest path {self.longest_path}", held]
        if self.released:
            lines.append(f"released: {self.released} of them keep nothing; backward() has run")
        each = f"{self.bytes_per_operation:.0f} bytes per operation"
        return "\n".join([*lines, f"bookkeeping: {self.bookkeeping / 1000:.1f} kB, {each}"])


def tape_stats(y: Variable) -> TapeStats:
    """Count what the graph behind a Variable consists of, and what it holds in memory.

    Args:
        y: a result; of a leaf or a constant the counts are those of no operations.
    Returns:
        operations, parameters, constants, longest path, arrays and bytes held for backward(), the
        largest array, bookkeeping; it prints as a report.
    Raises:
        ArgumentError: y is not a Variable.

    >>> x = Variable(np.ones((100, 100)))
    >>> stats = tape_stats(np.sum(np.tanh(x) * 2.0))
    >>> stats.operations, stats.longest_path, stats.bytes
    (3, 3, 80000)
    >>> print(str(stats).rpartition("\\n")[0])
    3 operations, 1 parameter, 1 constant; longest path 3
    held for backward: 78.1 KiB in 1 array; largest: tanh, (100, 100) float64, 78.1 KiB
    """
    if not isinstance(y, Variable):
        raise ArgumentError(
            f"tape_stats() takes a Variable; it got {type(y).__name__}.",
            "a plain number does not remember how it was computed.",
            "ac.tape_stats(loss) before loss.item()",
        )
    settle(y)
    order, _ = ancestors([] if y.node is None else [y.node])
    recorded = [node for node in order if node.rule is not None]
    operations = [node for node in recorded if not is_output(node)]
    memory = Memory(order)
    for node in recorded:
        memory.add(node)
    return TapeStats(
        operations=len(operations),
        parameters=sum(node.rule is None for node in order),
        constants=_constants(operations),
        longest_path=_longest(order),
        arrays=memory.arrays,
        bytes=memory.bytes,
        largest=memory.largest,
        bookkeeping=memory.bookkeeping,
        released=sum(node.saved is None for node in operations),
    )


def _longest(order: list[Node]) -> int:
    """Operations on the longest path to the last node; ``order`` is oldest first."""
    depth: dict[Node, int] = {}
    for node in order:
        before = max((depth[parent] for parent in parents_of(node)), default=0)
        depth[node] = before + (node.rule is not None and not is_output(node))
    return max(depth.values(), default=0)


def _constants(operations: list[Node]) -> int:
    """How many operands are not tracked; an array that is kept more than once counts once."""
    seen, count = set(), 0
    for node in operations:
        for value in constants_of(node):
            if id(value) not in seen:
                count += 1
            if isinstance(value, np.ndarray | Lease):
                seen.add(id(value))
    return count


def constants_of(node: Node) -> Iterator[Any]:
    """What the tape keeps of the operands that are not tracked; None where it keeps nothing.

    A list of operands, as ``np.concatenate`` takes, gives one for each entry.
    """
    inner = differential(node)
    rule, tracked = inner.rule, getattr(inner, "tracked", ())
    if rule.form == "elementwise":
        values = [None] * len(rule.formulas)
        for place, value in zip(getattr(inner, "places", ()), _listed(node), strict=False):
            if place < len(values):
                values[place] = value
        yield from (value for k, value in enumerate(values) if k not in tracked)
        return
    values = list(_listed(node))[rule.form == "pullback" :]
    for position in getattr(rule, "at", ()) or ():
        if position in tracked or position >= len(values):
            continue
        value = values[position]
        if isinstance(value, list | tuple):
            yield from (v for k, v in enumerate(value) if (position, k) not in tracked)
        else:
            yield value


def _listed(node: Node) -> Any:
    """What a node keeps, as a sequence."""
    kept = node.kept
    return () if kept is None else kept if isinstance(kept, tuple) else (kept,)


class Memory:
    """Adds up what nodes keep: each buffer, and each small object, once."""

    def __init__(self, order: list[Node]) -> None:
        leaves = [node.value for node in order if node.rule is None]  # type: ignore[attr-defined]
        self.seen = {id(owner(value)) for value in leaves if isinstance(value, np.ndarray)}
        self.arrays = self.bytes = self.bookkeeping = 0
        self.largest: tuple[str, str, tuple[int, ...], str, int] | None = None

    def add(self, node: Node) -> None:
        """One node, and all that it keeps."""
        self.bookkeeping += sys.getsizeof(node) + sys.getsizeof(node.number)
        pending = [node.saved, node.also, node.shape, node.parents]
        while pending:
            value: Any = pending.pop()
            if value is None or isinstance(value, OPAQUE):
                continue
            if isinstance(value, Lease):
                value = value.array
            elif type(value) in VARIABLES:
                value = value._data
            held = owner(value)
            if id(held) in self.seen:
                continue
            self.seen.add(id(held))
            if isinstance(held, np.ndarray):
                self._array(node, held)
                continue
            self.bookkeeping += sys.getsizeof(value)
            if isinstance(value, tuple | list):
                pending.extend(value)
            elif isinstance(value, dict):
                pending.extend(value.values())
            elif hasattr(value, "__dict__"):
                pending.extend(vars(value).values())

    def _array(self, node: Node, array: np.ndarray) -> None:
        self.arrays += 1
        self.bytes += array.nbytes
        if self.largest is None or array.nbytes > self.largest[-1]:
            dtype = array.dtype.name
            self.largest = label(node), _scope(node), array.shape, dtype, array.nbytes


def _scope(node: Node) -> str:
    """The scope that an operation was recorded in; "" if nobody has noted it."""
    recorded, checked = layer(node.rule, Recorded), layer(node.rule, Checked)
    return recorded.note.scope if recorded else checked.scope if checked else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _size(size: int) -> str:
    """Bytes as one reads them.

    >>> _size(512), _size(2048), _size(3 * 2**20)
    ('512 bytes', '2.0 KiB', '3.0 MiB')
    """
    if size < 1024:
        return f"{size} bytes"
    exponent = min((size.bit_length() - 1) // 10, 4)
    return f"{size / 1024**exponent:.1f} {' KMGT'[exponent]}iB"
