"""What ``debug(writes=True)`` adds: copies of all that a tape keeps, compared when it is used.

The sample of a lease finds a write to the whole of an array; a copy finds a write to one entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import refusals
from ..errors import MutationError
from ..leases import Lease
from ..tape import Node

__all__ = ["Copies"]


class Copies:
    """Copies of the arrays that a node keeps at the moment."""

    def __init__(self, node: Node) -> None:
        self.pairs = [(array, array.copy()) for array in _arrays((node.saved, node.also))]

    def change(self, name: str, place: str) -> MutationError | None:
        """The error for the first array that is not what it was; None if all are.

        Args:
            name: the operation that keeps them.
            place: where it was recorded.
        """
        for array, copy in self.pairs:
            same = (array == copy) | ((array != array) & (copy != copy))  # nan is nan
            if not np.all(same):
                error = refusals.changed(name, array.shape)
                count = f"{np.count_nonzero(~same)} of {array.size} entries differ"
                error.add_note(f"  {name} was recorded at {place}; {count}")
                return error
        return None


def _arrays(saved: Any) -> Iterator[np.ndarray]:
    """The arrays in what a node keeps, out of their leases."""
    pending = [saved]
    while pending:
        value = pending.pop()
        if isinstance(value, list | tuple):
            pending.extend(value)
        elif isinstance(value, Lease):
            yield value.array
        elif isinstance(value, np.ndarray):
            yield value
