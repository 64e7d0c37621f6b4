"""What ``debug(writes=True)`` adds: copies of all that a tape keeps, compared when it is used.

The sample of a lease finds a write to the whole of an array; a copy finds a write to one entry.
Arrays that others can write are also compared at every operation, which tells where it was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakSet, WeakValueDictionary

import numpy as np

from .. import refusals
from ..errors import MutationError
from ..leases import Lease
from ..tape import Node

__all__ = ["Copies", "Sentry"]


class Copy:
    """An array, what it was, and the lines between which it was changed.

    Args:
        array: as the tape keeps it.
        lent: whether somebody else may write into it.
        place: the line of the operation that keeps it.
    """

    def __init__(self, array: np.ndarray, lent: bool, place: str) -> None:
        self.array, self.copy, self.lent = array, array.copy(), lent
        self.last, self.next = place, ""

    def differences(self) -> int:
        """How many entries are not what they were; nan is nan."""
        array, copy = self.array, self.copy
        return int(np.count_nonzero((array != copy) & ((array == array) | (copy == copy))))

    def look(self, place: str) -> None:
        """Take note of the line up to which nothing has changed, or at which something has."""
        if not self.next:
            if self.differences():
                self.next = place
            else:
                self.last = place


class Sentry:
    """The copies of one ``debug()`` block: one of each array, for as long as a tape keeps it."""

    def __init__(self) -> None:
        self.copies: WeakValueDictionary[int, Copy] = WeakValueDictionary()
        self.lent: WeakSet[Copy] = WeakSet()

    def copy(self, array: np.ndarray, lent: bool, place: str) -> Copy:
        """The copy of an array as it is now."""
        known = self.copies.get(id(array))
        if known is not None and known.array is array and not known.differences():
            return known
        self.copies[id(array)] = made = Copy(array, lent, place)
        if lent:
            self.lent.add(made)
        return made

    def look(self, place: str) -> None:
        """Compare what others can write, at the line of an operation."""
        for copy in list(self.lent):
            copy.look(place)


class Copies:
    """Copies of the arrays that a node keeps at the moment.

    Args:
        node: the operation.
        sentry: of the block.
        place: the line at which the operation was recorded.
    """

    def __init__(self, node: Node, sentry: Sentry, place: str) -> None:
        found = _arrays((node.saved, node.also))
        self.copies = [sentry.copy(array, lent, place) for array, lent in found]
        self.place = place

    def change(self, name: str) -> MutationError | None:
        """The error for the first array that is not what it was; None if all are.

        Args:
            name: the operation that keeps them.
        """
        for copy in self.copies:
            count = copy.differences()
            if count:
                error = refusals.changed(name, copy.array.shape)
                error.add_note(f"  {name} was recorded at {self.place}")
                between = ""
                if copy.lent:
                    between = f" after {copy.last} and before {copy.next or 'this use of it'}"
                error.add_note(f"  {count} of {copy.array.size} entries changed{between}")
                return error
        return None


def _arrays(saved: Any) -> Iterator[tuple[np.ndarray, bool]]:
    """The arrays in what a node keeps, and whether they are leased."""
    pending = [saved]
    while pending:
        value = pending.pop()
        if isinstance(value, list | tuple):
            pending.extend(value)
        elif isinstance(value, Lease):
            yield value.array, True
        elif isinstance(value, np.ndarray):
            yield value, False
