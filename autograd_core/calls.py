"""Elementwise calls, recorded: one function for each operation, built once from its rule.

Programs are made of these, so nothing generic stands in their way: test the operands, compute the
raw value, make the node and the Variable. What a node keeps was decided when the function was made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from .forms import RULES
from .leases import Lease, keep
from .modes import recording
from .tape import ALONE, Node, next_number
from .variable import VARIABLES, Variable, kept
from .views import View, settle
from .wrappers import Leased

new = object.__new__
ndarray = np.ndarray
float64, DOUBLE = np.float64, np.dtype(np.float64)
FOREIGN = object()  # the role of an operand that is no Variable
NUMBERS = {float, int, complex, bool, *np.sctypeDict.values()}


def unary(op: Any, compute: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The recorded form of an elementwise function of one operand."""
    rule = RULES[op].differential((0,))
    mixed, keeps, both = rule.mixed, 0 in rule.needs, rule.both
    only_output, only_operand = rule.places == (1,), rule.places == (0,)

    def call(operand: Variable) -> Variable:
        role = operand.role
        if role is not None and type(role) is View and role.root._data is not role.seen:
            settle(operand)
        x, parent = operand._data, operand.node
        y = compute(x)
        out = new(Variable)
        out._data, out.node, out.role = y, None, None
        if parent is None or not recording():
            return out
        out.node = node = Node()
        node.number, node.parents, node.partner = next_number(), parent, None
        if type(y) is float64:
            shape, dtype = (), DOUBLE
        else:
            shape, dtype = y.shape, y.dtype
        if shape == parent.shape and dtype is parent.dtype:
            node.rule, node.shape, node.dtype = rule, parent.shape, dtype
        else:
            node.rule, node.shape, node.dtype = mixed, shape, dtype
        if keeps and role is not None and type(x) is ndarray:
            x = kept(operand)
            if type(x) is Lease:
                node.rule = Leased.of(node.rule)
        if both:
            node.saved, node.also = x, y
        else:
            node.saved, node.also = y if only_output else x if only_operand else (), ALONE
        return out

    return call


def binary(op: Any, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The recorded form of an elementwise function of two operands, one of them a Variable."""
    left, right, both = (RULES[op].differential(tracked) for tracked in ((0,), (1,), (0, 1)))
    narrow = getattr(np, op.__name__, None) is op  # NumPy's keep float32 beside a Python number

    def call(first: Any, second: Any) -> Any:
        if type(first) in VARIABLES:
            u = first.role
            if u is not None and type(u) is View and u.root._data is not u.seen:
                settle(first)
            x, a = first._data, first.node
        else:
            x, a, u = first if type(first) in NUMBERS else as_constant(first), None, FOREIGN
            if x is NotImplemented:
                return x
        if type(second) in VARIABLES:
            v = second.role
            if v is not None and type(v) is View and v.root._data is not v.seen:
                settle(second)
            y, b = second._data, second.node
        else:
            y, b, v = second if type(second) in NUMBERS else as_constant(second), None, FOREIGN
            if y is NotImplemented:
                return y
        z = compute(x, y)
        out = new(Variable)
        out._data, out.node, out.role = z, None, None
        if (a is None and b is None) or not recording():
            return out
        out.node = node = Node()
        node.number = next_number()
        if type(z) is float64:
            shape, dtype = (), DOUBLE
        else:
            shape, dtype = z.shape, z.dtype
        if b is None:
            rule, node.parents, node.partner = left, a, None
            same = a.shape == shape and a.dtype is dtype and (narrow or type(y) not in NUMBERS)
        elif a is None:
            rule, node.parents, node.partner = right, b, None
            same = b.shape == shape and b.dtype is dtype and (narrow or type(x) not in NUMBERS)
        else:
            rule, node.parents, node.partner = both, a, b
            same = a.shape == shape == b.shape and a.dtype is dtype is b.dtype
        if same:
            node.rule, node.shape, node.dtype = rule, (a or b).shape, dtype
        else:
            node.rule, node.shape, node.dtype = rule.mixed, shape, dtype
        needs = rule.needs
        if needs:
            if u is not None and type(x) is ndarray and 0 in needs:
                x = kept(first) if u is not FOREIGN else keep(x)
                if type(x) is Lease:
                    node.rule = Leased.of(node.rule)
            if v is not None and type(y) is ndarray and 1 in needs:
                y = kept(second) if v is not FOREIGN else keep(y)
                if type(y) is Lease and type(node.rule) is not Leased:
                    node.rule = Leased.of(node.rule)
            if rule.both:
                node.saved, node.also = x, y
            elif rule.second:
                node.saved, node.also = y, ALONE
            elif rule.pair:
                node.saved, node.also = rule.pack((x, y, z))
            else:
                node.saved, node.also = rule.pack((x, y, z)), ALONE
        else:
            node.saved, node.also = (), ALONE
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


def declared_late(ufunc: np.ufunc) -> bool:
    """Whether an unknown ufunc has a rule after all: SciPy's are declared when one arrives."""
    if "scipy.special" not in sys.modules:
        return False
    import_module("autograd_core.rules.special")
    return ufunc in RULES


def elementwise_call(op: Any, compute: Callable[..., Any]) -> Callable[..., Any]:
    """The recorded form of an elementwise operation whose raw value ``compute`` gives."""
    return (unary if len(RULES[op].formulas) == 1 else binary)(op, compute)


def _scalars(op: Callable[..., Any]) -> Callable[..., Any]:
    """The operation with NumPy scalars in place of 0-d arrays and Python numbers."""
    op = getattr(op, "plain", op)

    def compute(*operands: Any) -> Any:
        y = op(*operands)
        return y if type(y) is ndarray and y.ndim else np.asarray(y)[()]

    return compute
