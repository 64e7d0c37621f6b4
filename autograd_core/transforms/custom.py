"""Calls that answer for their own derivative: how the tape sees an operation of the user's."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..dispatch import Several
from ..forms import Spec
from ..leases import Lease
from ..tape import Node, parents_of
from ..variable import Variable, node_of, picked, result
from ..wrappers import Leased

Operands = Sequence[Any]


class Custom:
    """How the tape sees one call: a rule, and its differential, that ask the call itself.

    What is saved is (call, operand, …); a call has ``pulled(g, operands)``, the cotangents of the
    node's parents, and ``revived(operands, outputs)``, the same call with Variables for arrays.
    """

    form, at, push = "function", (), None
    direct = deposits = elementwise = False
    sign = 0

    def __init__(self, op: Any, tracked: Sequence[int] = ()) -> None:
        self.op, self.name, self.tracked = op, getattr(op, "__name__", repr(op)), tracked
        self.rule = self

    def pull(self, g: Any, saved: Operands) -> Any:
        """The cotangents of the parents; unconjugated, as everywhere on the tape."""
        call, *operands = saved
        found = call.pulled(g if isinstance(g, list) else [g], operands)
        cotangents = tuple([c[()] if type(c) is np.ndarray else c for c in found])
        return cotangents if len(cotangents) > 1 else cotangents[0]

    quick = pull

    def pair(self, g: Any, saved: Any, also: Any) -> Any:
        """The same of a call with one operand."""
        return self.pull(g, (saved, also))

    def lifted(self, node: Node, lift: Callable[..., Any]) -> Operands:
        """What was saved, with Variables in place of arrays."""
        call, *values = node.kept
        operands = [lift(v, p) for v, p in zip(values, parents_of(node), strict=False)]
        several = node.shape is None
        outputs = [lift(y, node, k if several else None) for k, y in enumerate(call.outputs)]
        return [call.revived(operands, outputs), *operands]


def placed(rule: Custom, parents: Sequence[Node], saved: Operands, outputs: Sequence[Any]) -> Any:
    """Put a call on the tape; its outputs as Variables."""
    several = len(outputs) > 1
    spec = Several([Spec(y) for y in outputs]) if several else Spec(outputs[0])
    differential = Leased.of(rule) if any(isinstance(v, Lease) for v in saved) else rule
    node = node_of(
        differential, tuple(parents) if len(parents) > 1 else parents[0], tuple(saved), spec
    )
    return [result(y, picked(node, k) if several else node) for k, y in enumerate(outputs)]


def plain(value: Any) -> Any:
    """The array or number that a tape keeps, or that a Variable holds."""
    if isinstance(value, Lease):
        return value.array
    return value.numpy()[()] if isinstance(value, Variable) else value
