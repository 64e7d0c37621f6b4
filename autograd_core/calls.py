"""Elementwise calls, recorded: one function for each operation, built once from its rule.

Programs are made of these, so nothing generic stands in their way: test the operands, compute the
raw value, make the node and the Variable. What a node keeps was decided when the function was made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .differentials import Leased
from .forms import RULES
from .leases import Lease, keep
from .tape import Node, next_number, recording
from .variable import VARIABLES, Variable, kept, result
from .views import settle

new = object.__new__
ndarray = np.ndarray
NUMBERS = {float, int, complex, bool, *np.sctypeDict.values()}


def unary(op: Any, compute: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The recorded form of an elementwise function of one operand."""
    rule = RULES[op].differential((0,))
    keeps, pack, mixed = 0 in rule.needs, rule.pack if rule.places else None, rule.mixed

    def call(self: Variable) -> Variable:
        role = self.role
        if role is not None and role.base is not None:
            settle(self)
        x, parent = self._data, self.node
        y = compute(x)
        if parent is None or not recording():
            return result(y, None)
        node = new(Node)
        node.number, node.parents = next_number(), parent
        shape = parent.shape
        if y.shape == shape and y.dtype is parent.dtype:
            node.rule, node.shape, node.dtype = rule, shape, y.dtype
        else:
            node.rule, node.shape, node.dtype = mixed, y.shape, y.dtype
        if keeps and role is not None:
            x = kept(self)
            if type(x) is Lease:
                node.rule = Leased(node.rule)
        node.saved = () if pack is None else pack((x, y))
        out = new(Variable)
        out._data, out.node, out.role = y, node, None
        return out

    return call


def binary(op: Any, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The recorded form of an elementwise function of two operands, one of them a Variable."""
    declared = RULES[op]
    rules = [declared.differential(tracked) for tracked in ((0,), (1,), (0, 1))]
    left, right, both = rules
    packs = [rule.pack if rule.places else None for rule in rules]
    left_pack, right_pack, both_pack = packs
    left_x, left_y = 0 in left.needs, 1 in left.needs
    right_x, right_y = 0 in right.needs, 1 in right.needs
    both_x, both_y = 0 in both.needs, 1 in both.needs

    def call(first: Any, second: Any) -> Any:
        u = v = None
        if type(first) in VARIABLES:
            u = first.role
            if u is not None and u.base is not None:
                settle(first)
            x, a = first._data, first.node
        else:
            x, a = first if type(first) in NUMBERS else as_constant(first), None
        if type(second) in VARIABLES:
            v = second.role
            if v is not None and v.base is not None:
                settle(second)
            y, b = second._data, second.node
        else:
            y, b = second if type(second) in NUMBERS else as_constant(second), None
        if x is NotImplemented or y is NotImplemented:
            return NotImplemented
        z = compute(x, y)
        if (a is None and b is None) or not recording():
            return result(z, None)
        node = new(Node)
        node.number = next_number()
        shape, dtype = z.shape, z.dtype
        node.dtype = dtype
        if b is None:
            rule, pack, keeps_x, keeps_y = left, left_pack, left_x, left_y
            node.parents = a
            same = a.shape == shape and a.dtype is dtype
            node.shape = a.shape if same else shape
        elif a is None:
            rule, pack, keeps_x, keeps_y = right, right_pack, right_x, right_y
            node.parents = b
            same = b.shape == shape and b.dtype is dtype
            node.shape = b.shape if same else shape
        else:
            rule, pack, keeps_x, keeps_y = both, both_pack, both_x, both_y
            node.parents = (a, b)
            same = a.shape == shape and b.shape == shape and a.dtype is dtype and b.dtype is dtype
            node.shape = a.shape if same else shape
        node.rule = rule if same else rule.mixed
        if pack is None:
            node.saved = ()
        else:
            if keeps_x and (u is not None or (a is None and type(x) is ndarray)):
                x = kept(first) if type(first) in VARIABLES else keep(x)
                if type(x) is Lease:
                    node.rule = Leased(node.rule)
            if keeps_y and (v is not None or (b is None and type(y) is ndarray)):
                y = kept(second) if type(second) in VARIABLES else keep(y)
                if type(y) is Lease and type(x) is not Lease:
                    node.rule = Leased(node.rule)
            node.saved = pack((x, y, z))
        out = new(Variable)
        out._data, out.node, out.role = z, node, None
        return out

    return call


def as_constant(value: Any) -> Any:
    """The array behind an operand that is no Variable; NotImplemented for what should wrap us."""
    if type(value) is ndarray:
        return value
    if wraps_us(value):
        return NotImplemented
    array = np.asarray(value)
    return NotImplemented if array.dtype == object else array[()]


def wraps_us(value: Any) -> bool:
    """Whether a value's class takes part in NumPy's dispatch and is not one that we read."""
    kind = type(value)
    if kind in NUMBERS or kind in VARIABLES or issubclass(kind, ndarray | list | tuple):
        return False
    return hasattr(kind, "__array_ufunc__") and not hasattr(kind, "to_numpy")


CALLS: dict[Any, Callable[..., Any]] = {}


def recorded_form(op: Any) -> Callable[..., Any] | None:
    """The recorded form of an elementwise operation, or None for another."""
    call = CALLS.get(op)
    if call is None:
        rule = RULES.get(op)
        if rule is not None and rule.form == "elementwise":
            compute = op if isinstance(op, np.ufunc) else _scalars(op)
            call = CALLS[op] = elementwise_call(op, compute)
    return call


def elementwise_call(op: Any, compute: Callable[..., Any]) -> Callable[..., Any]:
    """The recorded form of an elementwise operation whose raw value ``compute`` gives."""
    return (unary if len(RULES[op].formulas) == 1 else binary)(op, compute)


def _scalars(op: Callable[..., Any]) -> Callable[..., Any]:
    """The operation with NumPy scalars in place of 0-d arrays and Python numbers."""
    return lambda *operands: np.asarray(op(*operands))[()]
