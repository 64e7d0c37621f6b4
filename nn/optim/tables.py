"""Table: a parameter of which a step changes a few rows, as an Embedding's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_core import Variable

from .packs import Array, State, copied, writable

__all__: list[str] = []


class Table:
    """A large parameter whose gradient is kept in rows; does what a Pack does.

    The rule sees the rows that have a gradient; the others stay as they are.

    Args:
        group: the hyperparameters.
        param: the parameter (n, ...).
        count: how many updates it has had.
        is_local: says whether the rule, with these hyperparameters, leaves an entry without
            gradient as it is.
    """

    def __init__(
        self,
        group: dict[str, Any],
        param: Variable,
        count: int,
        is_local: Callable[[dict[str, Any]], bool],
    ) -> None:
        self.group, self.params, self.count, self.is_local = group, [param], count, is_local
        self.holders = [param] if hasattr(param, "constraint") else []
        self.array = writable(param)
        self.blocks: list[tuple[slice | None, State]] = []

    def begin(
        self, init: Callable[[Array], State], states: Sequence[State], _scratch: dict[Any, Array]
    ) -> None:
        """Make the state of the whole table."""
        state = init(self.array)
        self.temporaries = [name for name in state if name.startswith("_")]
        self.state = copied(states[0] if states else state)
        self.collect()

    def collect(self) -> bool:
        """Fetch the rows of array, gradient and state; False if the gradient is of another kind."""
        param = self.params[0]
        found = param.grad_rows
        if found is None or param.data is not self.array or not self.is_local(self.group):
            return False
        self.index, rows = found
        self.grads = -rows if self.group["maximize"] else rows
        self.values = self.array[self.index]
        state = {
            name: value[self.index] if isinstance(value, np.ndarray) else value
            for name, value in self.state.items()
        }
        state.update({name: np.empty_like(self.values) for name in self.temporaries})
        self.blocks = [(None, state)]
        return True

    def square(self) -> float:
        """The sum of the squares of the gradients."""
        flat = self.grads.reshape(-1)
        return flat.dot(flat)  # type: ignore[no-any-return]

    def gradients(self) -> Iterator[Array]:
        """The rows of the gradient."""
        yield self.grads

    def store(self) -> None:
        """Put the rows back."""
        self.array[self.index] = self.values
        for name, value in self.blocks[0][1].items():
            if name in self.temporaries:
                continue
            if isinstance(value, np.ndarray):
                self.state[name][self.index] = value
            else:
                self.state[name] = value

    def states(self) -> list[State]:
        """A copy of the state."""
        return [copied(self.state)]
