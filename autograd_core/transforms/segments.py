"""checkpoint: memory for time, by computing a part of the program again when it is swept."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import refusals
from ..backward import sweep
from ..leases import Lease, keep
from ..modes import recording
from ..tape import Node, ancestors, next_number, parents_of
from ..trees import Tree, leaves, mapped, restored
from ..variable import Variable, kept, lift, result
from .call import Call, is_tracked
from .custom import Custom, Operands, placed, plain
from .selection import Args, Kwargs, Transformed


def checkpoint(f: Callable[..., Any]) -> Any:
    """The same function, that keeps only its arguments and is computed again when swept.

    Args:
        f: arguments and results may be nested; it must compute the same each time. Gradients
            also reach the tracked Variables that it captures.
    Returns:
        a function of the same arguments.

    >>> import numpy as np
    >>> x = Variable(0.5)
    >>> checkpoint(lambda x: np.exp(np.sin(x)))(x).backward()
    >>> print(round(x.grad - np.exp(np.sin(0.5)) * np.cos(0.5), 12))
    0.0
    """
    return Transformed(_checkpoint, f)


def _checkpoint(f: Callable[..., Any], args: Args, kwargs: Kwargs) -> Any:
    if not recording():
        return f(*args, **kwargs)
    variables = [leaf for leaf in leaves((args, kwargs)) if is_tracked(leaf)]
    segment, start = Segment(f, (args, kwargs)), next_number()
    output = Call(segment.call, tuple([variable.numpy() for variable in variables]), {}).output
    fresh = [leaf for leaf in leaves(output) if _is_fresh(leaf, start)]
    segment.captured = _captured(fresh, start)
    segment.outputs = [plain(y) for y in fresh]
    parents = [*(variable.node for variable in variables), *segment.captured]
    if not fresh or not parents:
        return mapped(lambda leaf: plain(leaf) if _is_fresh(leaf, start) else leaf, output)
    saved = (segment, *map(kept, variables))
    made = iter(placed(Custom(f), parents, saved, segment.outputs))
    return mapped(lambda leaf: next(made) if _is_fresh(leaf, start) else leaf, output)


def _is_fresh(leaf: Any, start: int) -> bool:
    """Whether a result was computed after ``start``; what f only passes on was not."""
    return is_tracked(leaf) and leaf.node.number > start


def _captured(outputs: Sequence[Variable], start: int) -> list[Node]:
    """The older nodes to which the tape of a call leads, oldest first."""
    order, _ = ancestors([y.node for y in outputs if y.node is not None], start)
    found = {parent for node in order for parent in parents_of(node) if parent.number < start}
    return sorted(found, key=lambda node: node.number)


class Kept:
    """An argument without gradient as the tape keeps it: to be handed out again, if unchanged."""

    def __init__(self, value: Any) -> None:
        self.is_variable = isinstance(value, Variable)
        self.value = kept(value) if self.is_variable else keep(value)

    def opened(self) -> Any:
        """The array, or the Variable without gradient.

        Raises:
            MutationError: it has been overwritten.
        """
        value = self.value
        if isinstance(value, Lease):
            if not value.unchanged():
                raise refusals.changed("checkpoint", value.array.shape)
            value = value.array
        return result(value, None) if self.is_variable else value


def _constant(leaf: Any) -> Any:
    """What a segment keeps of one argument; of a tracked one the tape keeps the value."""
    if is_tracked(leaf):
        return 0.0
    return Kept(leaf) if isinstance(leaf, np.ndarray | Variable) else leaf


class Segment:
    """One checkpointed call: the function, its arguments, and what it has captured."""

    def __init__(self, f: Callable[..., Any], arguments: Tree) -> None:
        self.f, self.tracked = f, [is_tracked(leaf) for leaf in leaves(arguments)]
        self.arguments = mapped(_constant, arguments)
        self.captured: list[Node] = []
        self.outputs: list[Any] = []

    def call(self, *operands: Any) -> Any:
        """f with these values for its tracked arguments."""
        args, kwargs = restored(self.arguments, self._values(iter(operands)))
        return self.f(*args, **kwargs)

    def _values(self, operands: Iterator[Any]) -> Iterator[Any]:
        for leaf, tracked in zip(leaves(self.arguments), self.tracked, strict=True):
            yield next(operands) if tracked else leaf.opened() if type(leaf) is Kept else leaf

    def pulled(self, g: Sequence[Any], operands: Operands) -> list[Any]:
        """The cotangents of arguments and captured nodes, by running f again."""
        nested = any(isinstance(value, Variable) for value in (*g, *operands))
        start = next_number()
        call = Call(self.call, tuple(operands), {})
        outputs = [leaf for leaf in leaves(call.output) if _is_fresh(leaf, start)]
        if not nested and _captured(outputs, start) != self.captured:
            raise refusals.captured_changed()
        seeds: dict[Node, Any] = {}
        for y, c in zip(outputs, g, strict=True):
            if c is not None:
                seeds[y.node] = seeds[y.node] + c if y.node in seeds else c
        parents = [*call.nodes, *self.captured]
        found = sweep(seeds, frozenset(parents), lift if nested else None, not nested)
        return [found.get(node) for node in parents]

    def revived(self, _operands: Operands, _outputs: Operands) -> "Segment":
        """The segment itself: it is handed its operands whenever it is swept."""
        return self
