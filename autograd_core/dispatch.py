"""What a call with Variables leaves on the tape: NumPy's value, and a node of what its rule keeps.

The general way, for any function with a rule; shortcuts.py and calls.py have the short ways.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import refusals
from .binding import name_of
from .calls import recorded_form
from .cotangents import Spec
from .differentials import Differential, Pullback
from .errors import NoRuleError
from .forms import EMPTY, RULES, Rule
from .leases import Lease, keep
from .modes import recording
from .rules.constants import INSTEAD
from .tape import ALONE, Node, next_number
from .variable import VARIABLES, Variable, array, kept, node_of, picked, result
from .views import settle, view_of
from .wrappers import Leased

new = object.__new__
ndarray = np.ndarray
FIRST = (0,)
SIMPLE = {int, bool, float, str, type(None), slice, type(Ellipsis), type(np._NoValue)}
SINGLE = {ndarray, *np.sctypeDict.values()}


def apply(op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Compute an operation that is called with Variables, and record it by its rule."""
    rule = RULES.get(op)
    if rule is None:
        if recording() and any(is_tracked(value) for value in (*args, *kwargs.values())):
            raise no_rule(op, args, kwargs)
        return op(*plain_arguments(args), **plain_arguments(kwargs))
    if rule.binding is None:
        if rule.form == "constant":
            return _constant_result(op, args, kwargs)
        if rule.form == "elementwise" and not kwargs and len(args) == len(rule.formulas):
            return recorded_form(op)(*args)  # type: ignore[misc]
        return composed(rule, args, kwargs, {name: (v, EMPTY) for name, v in kwargs.items()})
    values, _, unlisted = rule.binding(args, kwargs)
    if unlisted:
        return composed(rule, args, kwargs, unlisted)
    if rule.at == FIRST and _is_short(values):
        first = values[0]
        settle(first)
        data = op(first._data, *args[1:], **kwargs) if args else op(**plain_arguments(kwargs))
        if type(data) in SINGLE:
            return single_result(first, rule.differential(FIRST), data, values)
    else:
        data = op(*plain_arguments(args), **plain_arguments(kwargs))
    if values[-1] is EMPTY:  # np.where of a condition alone: where it holds
        return data
    return record(rule, values, data)


def _is_short(values: list[Any]) -> bool:
    """Whether the first argument is a Variable, and the others nothing that may hold one."""
    if type(values[0]) not in VARIABLES:
        return False
    return all(type(value) in SIMPLE or is_option(value) for value in values[1:])


def is_option(value: Any) -> bool:
    """Whether an argument is nothing that may hold a Variable."""
    kind = type(value)
    if kind is tuple:
        return set(map(type, value)) <= SIMPLE
    return kind in SIMPLE or not (hasattr(kind, "__iter__") or hasattr(kind, "__array__"))


def single_result(
    operand: Variable, differential: Differential, data: Any, values: list[Any]
) -> Any:
    """Record a linear operation or a pullback of its first argument, the only Variable.

    Args:
        operand: that argument.
        differential: by it.
        data: the raw result, one array or number.
        values: all arguments in the order of the rule.
    """
    if type(data) is ndarray and not data.ndim:
        data = data[()]
    parent = operand.node
    out = new(Variable)
    out._data, out.node, out.role = data, None, None
    if parent is not None and recording():
        dtype = data.dtype
        if dtype is not parent.dtype and dtype.kind not in "fc":
            return data
        out.node = node = Node()
        node.number, node.rule = next_number(), differential
        node.parents, node.partner = parent, None
        node.shape, node.dtype = data.shape, dtype
        if type(differential) is Pullback:
            first = kept(operand) if differential.needs else parent
            if type(first) is Lease:
                node.rule = Leased.of(differential)
            node.kept = (data if differential.keeps_output else Spec(data), first, *values[1:])
        elif len(values) == 2:
            node.saved, node.also = parent, values[1]
        else:
            node.saved, node.also = (parent, *values[1:]), ALONE
    if type(data) is ndarray and (data.base is not None or data is operand._data):
        out.role = view_of(operand, differential.rule, values, data)
    return out


def _constant_result(op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    result = op(*plain_arguments(args), **plain_arguments(kwargs))
    if isinstance(op, np.ufunc) and getattr(result, "dtype", np.dtype(float)).kind == "c":
        raise NoRuleError(
            f"{name_of(op)} of a complex Variable is not constant, and has no derivative.",
            "it is piecewise constant on the real line only.",
            INSTEAD.get(op, "z / np.abs(z), or the real and imaginary parts"),
        )
    return result


def composed(
    rule: Rule, args: tuple[Any, ...], kwargs: dict[str, Any], unlisted: dict[str, Any]
) -> Any:
    """Express a call in other operations."""
    if rule.composite is None:
        raise rule.refuse(unlisted)
    values, options, unlisted = rule.composite_binding(args, kwargs)
    if unlisted:
        raise rule.refuse(unlisted)
    if any(value is EMPTY for value in values):
        rule.op(*plain_arguments(args), **plain_arguments(kwargs))  # NumPy's own error, or
        raise rule.refuse({name: (v, EMPTY) for name, v in kwargs.items()})
    return rule.composite(*values, **options)


def record(rule: Rule, values: list[Any], data: Any) -> Any:
    """Wrap a raw result, with a node if an operand is tracked.

    Args:
        rule: of a form other than elementwise.
        values: the arguments in the order of the rule, Variables among them.
        data: what NumPy computed; an array, a number, or a tuple or list of several.
    """
    positions = rule.operands(len(values))
    for position in positions:
        if type(values[position]) in (list, tuple):
            values[position] = _joined(values[position], len(rule.at) == 1)
    tracked, parents = _tracked_operands(values, positions)
    several = type(data) is list or isinstance(data, tuple)
    node = None
    if recording() and not tracked:
        _check_constants(rule, values, positions)
    elif tracked and recording():
        differential = rule.differential(tracked)
        saved = _saved(rule, differential, values, positions, data)
        spec = Several([Spec(o) for o in data]) if several else Spec(data)
        node = node_of(differential, parents[0] if len(parents) == 1 else parents, saved, spec)
        if any(type(v) is Lease or (type(v) in (tuple, list) and _has_lease(v)) for v in saved):
            node.rule = Leased.of(differential)
    operand = values[rule.at[0]] if len(rule.at) == 1 else None
    if several:
        outputs = [_output(rule, values, operand, o, node, k) for k, o in enumerate(data)]
        return data._make(outputs) if hasattr(data, "_make") else type(data)(outputs)
    return _output(rule, values, operand, data, node, None)


def _output(
    rule: Rule, values: list[Any], operand: Any, data: Any, node: Node | None, k: int | None
) -> Any:
    """A result as the user sees it: plain if it has no derivative, a view if it shares memory."""
    data = np.asarray(data)[()] if getattr(data, "shape", ()) == () else data
    if node is not None and data.dtype.kind not in "fc":
        return data
    out = result(data, node if node is None or k is None else picked(node, k))
    if type(operand) in VARIABLES:
        out.role = view_of(operand, rule, values, data, k)
    return out


def _joined(value: Any, jointly: bool) -> Any:
    """A list in place of an operand as one Variable; of a list of operands, each inner list."""
    if not jointly:
        return array(value)
    nested = [type(item) in (list, tuple) and is_tracked(item) for item in value]
    return [array(v) if deep else v for v, deep in zip(value, nested, strict=True)]


def _tracked_operands(
    values: list[Any], positions: Any
) -> tuple[tuple[Any, ...], tuple[Node, ...]]:
    """Which operands are tracked, by position or (position, place in a list); their nodes."""
    tracked: list[Any] = []
    parents: list[Node] = []
    for position in positions:
        value = values[position]
        if type(value) in VARIABLES:
            if value.node is not None:
                tracked.append(position)
                parents.append(value.node)
        elif type(value) in (list, tuple):
            for place, item in enumerate(value):
                if type(item) in VARIABLES and item.node is not None:
                    tracked.append((position, place))
                    parents.append(item.node)
    return tuple(tracked), tuple(parents)


def _saved(
    rule: Rule, differential: Any, values: list[Any], positions: Any, data: Any
) -> tuple[Any, ...]:
    """What the tape keeps of a call: operands by value where the rule needs it, else as Specs."""
    arguments = []
    for position, value in enumerate(values):
        if position in positions:
            value = _operand(value, position in differential.needs)
        elif type(value) not in SIMPLE:
            value = _argument(rule, position, value)
        arguments.append(value)
    if rule.form != "pullback":
        return tuple(arguments)
    if isinstance(data, tuple | list):
        return ([o if differential.keeps_output else Spec(o) for o in data], *arguments)
    return (data if differential.keeps_output else Spec(data), *arguments)


def _operand(value: Any, needed: bool) -> Any:
    if type(value) in (list, tuple):
        return [_operand(item, False) for item in value]
    if type(value) in VARIABLES:
        if needed:
            return kept(value)
        return value.node if value.node is not None else Spec(value._data)
    if not needed:
        return Spec(value)
    value = np.asarray(value)[()]
    return keep(value) if type(value) is ndarray else value


def _check_constants(rule: Rule, values: list[Any], positions: Any) -> None:
    """Refuse a tracked Variable that is no operand, where none of the operands is tracked."""
    for position, value in enumerate(values):
        if position not in positions and is_tracked(value):
            _argument(rule, position, value)


def _argument(rule: Rule, position: int, value: Any) -> Any:
    """An argument that is no operand, as the tape may keep it."""
    if type(value) in VARIABLES:
        if value.node is not None and position not in rule.ignored:
            name = rule.binding.before[position].name.lstrip("_")
            raise NoRuleError(
                f"{name_of(rule.op)} has no derivative by {name!r}, which is a tracked Variable "
                f"of shape {value.shape}.",
                *_way_out(rule.op, name),
            )
        return kept(value)
    if type(value) in (list, tuple):
        return type(value)([_argument(rule, position, item) for item in value])
    return keep(value) if type(value) is ndarray else value


def _way_out(op: Any, name: str) -> tuple[str, str]:
    """Why an argument that is no operand has no derivative, and what to write instead."""
    if isinstance(op, np.ufunc):
        return "none is known in closed form.", f"{INSTEAD[np.ufunc]}; or {name}.detach()"
    return "an index, an axis or a condition is constant.", f"{name}={name}.detach()"


def _has_lease(saved: Any) -> bool:
    if type(saved) in (tuple, list):
        return any(_has_lease(value) for value in saved)
    return type(saved) is Lease


def plain_arguments(value: Any) -> Any:
    """The arguments of a call with arrays in place of Variables."""
    kind = type(value)
    if kind in VARIABLES:
        settle(value)
        return value._data
    if kind is tuple or kind is list:
        return kind([v if type(v) in SIMPLE else plain_arguments(v) for v in value])
    if kind is dict:
        return {key: plain_arguments(item) for key, item in value.items()} if value else value
    return value


def is_tracked(value: Any) -> bool:
    """Whether an argument is a tracked Variable, or a list with one in it."""
    if type(value) in (list, tuple):
        return any(is_tracked(item) for item in value)
    return type(value) in VARIABLES and value.node is not None


class Several:
    """The spec of a node with several outputs: no shape, and their Specs in place of a dtype."""

    shape = None

    def __init__(self, specs: list[Spec]) -> None:
        self.dtype = specs


def plain_index(index: Any) -> Any:
    """An index with arrays in place of lists and of untracked Variables."""
    kind = type(index)
    if kind is tuple:
        return tuple([plain_index(item) for item in index])
    if kind is list:
        return np.asarray(index) if index else np.zeros(0, int)
    if isinstance(index, np.integer):
        return int(index)
    if kind in VARIABLES:
        if index.node is not None:
            raise refusals.as_index(index.shape)
        return plain_arguments(index)
    return index


def no_rule(op: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None) -> NoRuleError:
    """The error of a function that has no derivative, with what to do instead."""
    values = (*args, *(kwargs or {}).values())
    shapes = [value.shape for value in values if type(value) in VARIABLES]
    on = f"; it was called on a tracked Variable of shape {shapes[0]}." if shapes else "."
    found = INSTEAD.get(op) or INSTEAD.get(name_of(op).rpartition(".")[0])
    known = [] if found else [name_of(known) for known in RULES]
    near = difflib.get_close_matches(name_of(op), known, 2)
    hints = [found] if found else [f"near it: {', '.join(near)}"] if near else []
    hints.append("declare one with @ac.primitive (docs: writing rules); or pass x.detach()")
    return NoRuleError(
        f"{name_of(op)} has no derivative rule{on}",
        "only declared rules are differentiated.",
        "; ".join(hints),
    )
