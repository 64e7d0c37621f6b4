"""Short ways for the commonest functions that are not elementwise: same rules, fewer steps.

Each takes a plain form of its function, computes the raw value without NumPy's Python wrappers, and
records it with the rule's differential. Any other form goes the general way of dispatch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import index as as_index
from typing import Any

import numpy as np

from .calls import CALLS, NUMBERS, as_constant, recorded_form
from .cotangents import Spec, is_basic
from .dispatch import SINGLE, apply, is_option, record, single_result
from .forms import RULES, Rule
from .leases import Lease, keep
from .modes import recording
from .rules.indexing import scatter
from .tape import ALONE, Node, next_number
from .variable import VARIABLES, kept, node_of, result
from .views import settle, view_of
from .wrappers import Leased

ndarray = np.ndarray
add_reduce: Any = np.add.reduce


def _values(op: Any) -> tuple[Any, list[Any]]:
    """A rule's differential by its first operand, and its arguments at their defaults."""
    rule = RULES[op]
    return rule.differential((0,)), rule.binding.template


def _places(op: Any, *names: str) -> list[int]:
    """Where these options stand among the arguments of a rule."""
    listed = [slot.name for slot in RULES[op].binding.before]
    return [listed.index(name) for name in names]


SUM, SUM_VALUES = _values(np.sum)
MEAN, MEAN_VALUES = _values(np.mean)
RESHAPE, RESHAPE_VALUES = _values(np.reshape)
TRANSPOSE, TRANSPOSE_VALUES = _values(np.transpose)
AXIS, KEEPDIMS = _places(np.sum, "axis", "keepdims")
MEAN_AXIS, MEAN_KEEPDIMS = _places(np.mean, "axis", "keepdims")


def sum_(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """np.sum along axes."""
    settle(a)
    values = SUM_VALUES.copy()
    values[AXIS], values[KEEPDIMS] = axis, keepdims
    return single_result(a, SUM, add_reduce(a._data, axis, None, None, keepdims), values)


def mean(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """np.mean along axes, of float32 and wider."""
    settle(a)
    x = a._data
    if type(x) is not ndarray or not x.size or x.dtype.char not in "fdgFDG":
        return apply(np.mean, (a, axis), {"keepdims": keepdims})
    total = add_reduce(x, axis, None, None, keepdims)
    count = float(x.size // total.size)  # a whole number takes NumPy longer
    values = MEAN_VALUES.copy()
    values[MEAN_AXIS], values[MEAN_KEEPDIMS] = axis, keepdims
    return single_result(a, MEAN, total / count, values)


def _extremum(op: Any, reduce: Callable[..., Any]) -> Callable[..., Any]:
    """np.max or np.min along axes."""
    rule, template = _values(op)

    def extremum(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        settle(a)
        values = template.copy()
        values[1:] = axis, keepdims
        return single_result(a, rule, reduce(a._data, axis, None, None, keepdims), values)

    return extremum


def concatenate(arrays: Any, axis: Any = 0) -> Any:
    """np.concatenate of a list or tuple of Variables and arrays."""
    if type(arrays) is not tuple and type(arrays) is not list:
        return NotImplemented
    data, specs, tracked, parents = [], [], [], []
    for place, value in enumerate(arrays):
        if type(value) in VARIABLES:
            settle(value)
            raw, node = value._data, value.node
            if node is not None:
                tracked.append((0, place))
                parents.append(node)
        else:
            raw, node = np.asarray(value), None
        data.append(raw)
        specs.append(node or Spec(raw))
    z = np.concatenate(data, axis)
    if not parents or not recording() or z.dtype.kind not in "fc":
        return result(z, None) if not parents or not recording() else z
    node = Node()
    node.number, node.shape, node.dtype = next_number(), z.shape, z.dtype
    node.rule = CONCATENATE.differential(tuple(tracked))
    node.parents, node.partner = tuple(parents) if len(parents) > 1 else parents[0], None
    node.saved, node.also = specs, axis
    return result(z, node)


def reshape(a: Any, shape: Any) -> Any:
    """np.reshape in C order."""
    settle(a)
    data = a._data.reshape(shape)
    values = RESHAPE_VALUES.copy()
    values[1] = data.shape
    return single_result(a, RESHAPE, data, values)


def transpose(a: Any, axes: Any = None) -> Any:
    """np.transpose."""
    settle(a)
    if axes is not None:
        axes = tuple([as_index(axis) for axis in (axes if np.iterable(axes) else (axes,))])
    values = TRANSPOSE_VALUES.copy()
    values[1] = axes
    return single_result(a, TRANSPOSE, np.asarray(a._data).transpose(axes), values)


def _bilinear(op: Any, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The recorded form of a product of two operands without options."""
    left, right, both = (RULES[op].differential(t) for t in ((0,), (1,), (0, 1)))

    def call(first: Any, second: Any) -> Any:
        is_variable = type(first) in VARIABLES, type(second) in VARIABLES
        if is_variable[0]:
            settle(first)
        if is_variable[1]:
            settle(second)
        x, a = (first._data, first.node) if is_variable[0] else (as_constant(first), None)
        y, b = (second._data, second.node) if is_variable[1] else (as_constant(second), None)
        if x is NotImplemented or y is NotImplemented:
            return _foreign_product(first, second)
        z = compute(x, y)
        if (a is None and b is None) or not recording():
            return result(z, None)
        node = Node()
        node.number, node.shape, node.dtype = next_number(), z.shape, z.dtype
        if b is None:
            saved, also = a, kept(second) if is_variable[1] else keep(y)
            node.rule, node.parents, node.partner = left, a, None
        elif a is None:
            saved, also = kept(first) if is_variable[0] else keep(x), b
            node.rule, node.parents, node.partner = right, b, None
        else:
            saved, also = kept(first), kept(second)
            node.rule, node.parents, node.partner = both, a, b
        if type(saved) is Lease or type(also) is Lease:
            node.rule = Leased.of(node.rule)
        node.saved, node.also = saved, also
        return result(z, node)

    return call


def _foreign_product(first: Any, second: Any) -> Any:
    """The product with a sparse matrix on the right; NumPy never asks us about one on the left."""
    if not hasattr(second, "tocsr"):
        return NotImplemented
    from .sparse import matmul

    return matmul(first, second)


def _product(x: Any, y: Any) -> Any:
    """x @ y; of vectors and matrices by ``dot``, which is half as long under way."""
    if 0 < x.ndim < 3 and 0 < y.ndim < 3 and x.shape[-1] == y.shape[0]:
        return x.dot(y)
    return np.matmul(x, y)


CALLS[np.matmul] = matmul = _bilinear(np.matmul, _product)


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """np.where with an array for a condition, and Variables or numbers for the branches."""
    if type(condition) is not ndarray or condition.dtype.char != "?":
        return NotImplemented
    first, a = _branch(x)
    second, b = _branch(y)
    if first is None or second is None:
        return NotImplemented
    z = np.where(condition, first, second)
    z = z if z.ndim else z[()]
    if (a is None and b is None) or not recording():
        return result(z, None)
    condition = keep(condition)
    node = Node()
    node.number, node.shape, node.dtype = next_number(), z.shape, z.dtype
    node.rule = WHERE[a is not None, b is not None]
    node.parents, node.partner = (b, None) if a is None else (a, b)
    node.saved, node.also = (condition, a or Spec(first), b or Spec(second)), ALONE
    if type(condition) is Lease:
        node.rule = Leased.of(node.rule)
    return result(z, node)


def _branch(value: Any) -> tuple[Any, Any]:
    if type(value) in VARIABLES:
        settle(value)
        return value._data, value.node
    return (value if type(value) in (float, int, ndarray, np.float64) else None), None


def scattered(g: Any, index: Any, shape: Any) -> Any:
    """scatter, the transpose of reading an index, by slices and integers."""
    if type(g) not in VARIABLES or not is_basic(index):
        return NotImplemented
    settle(g)
    data = scatter.plain(g._data, index, shape)  # type: ignore[attr-defined]
    return single_result(g, SCATTER, data, [g, index, shape])


SCATTER = RULES[scatter].differential((0,))
WHERE = {
    (True, False): RULES[np.where].differential((1,)),
    (False, True): RULES[np.where].differential((2,)),
    (True, True): RULES[np.where].differential((1, 2)),
}
SHORTCUTS: dict[Any, Callable[..., Any]] = {
    np.sum: sum_,
    np.mean: mean,
    np.reshape: reshape,
    np.transpose: transpose,
    np.max: _extremum(np.max, np.maximum.reduce),
    np.min: _extremum(np.min, np.minimum.reduce),
    np.where: where,
    np.concatenate: concatenate,
    scatter: scattered,
}
CONCATENATE = RULES[np.concatenate]
OPTIONS = {"axis", "keepdims", "axes"}
OF_THREE = {np.where, scatter}  # the functions of three arguments, by place


def by_place(rule: Rule) -> Callable[..., Any]:
    """The recorded form of an operation with a pullback whose arguments come by place.

    Operands are Variables, arrays and numbers; a list, or a Variable that is no operand, takes the
    general way.
    """
    compute, at = getattr(rule.op, "plain", rule.op), frozenset(rule.at)
    template, required = rule.binding.template, rule.binding.required
    places, _, unlisted, _ = rule.binding.plan(len(template), ())
    most = 0 if unlisted or any(k != place for k, place in places) else len(template)

    def call(*args: Any) -> Any:
        if not required <= len(args) <= most:
            return NotImplemented
        raw, tracked, parents = list(args), [], []
        for position, value in enumerate(args):
            kind = type(value)
            if kind in VARIABLES:
                if position not in at:
                    return NotImplemented
                settle(value)
                raw[position] = value._data
                if value.node is not None:
                    tracked.append(position)
                    parents.append(value.node)
            elif kind is not ndarray and kind not in PLAIN:
                if not is_option(value):
                    return NotImplemented
                if kind is not tuple:
                    PLAIN.add(kind)
        if not tracked or not recording():
            return NotImplemented
        y, values = compute(*raw), [*args, *template[len(args) :]]
        if type(y) not in SINGLE or y.dtype.kind not in "fc":
            return record(rule, values, y)
        y = y if y.shape else y[()]
        differential = rule.differential(tuple(tracked))
        node = node_of(differential, parents[0] if len(parents) == 1 else tuple(parents), None, y)
        for position, value in enumerate(values):
            if position in at and position not in differential.needs:
                values[position] = getattr(value, "node", None) or Spec(raw[position])
            elif type(value) in VARIABLES:
                values[position] = kept(value)
            elif type(value) is ndarray:
                values[position] = keep(value)
            if type(values[position]) is Lease:
                node.rule = Leased.of(differential)
        node.kept = (y if differential.keeps_output else Spec(y), *values)
        out = result(y, node)
        if len(at) == 1 and type(y) is ndarray and y.base is not None:
            out.role = view_of(args[rule.at[0]], rule, values, y)
        return out

    return call


BY_PLACE: dict[Any, Callable[..., Any]] = {}
PLAIN = {*NUMBERS}  # the classes of arguments that are numbers or options, as far as they were met


def shortcut(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The result of a call in a plain form, or NotImplemented for the general way."""
    way = SHORTCUTS.get(function)
    if way is None:
        if kwargs:
            return NotImplemented
        way = BY_PLACE.get(function)
        if way is None:
            rule = RULES.get(function)
            if rule is None:
                return NotImplemented
            if rule.form == "elementwise" and len(args) == len(rule.formulas):
                return (CALLS.get(function) or recorded_form(function))(*args)  # type: ignore[misc]
            if rule.form != "pullback":
                return NotImplemented
            way = BY_PLACE[function] = by_place(rule)
        return way(*args)
    if kwargs and not OPTIONS.issuperset(kwargs):
        return NotImplemented
    count = len(args)
    if count == 3:
        return way(*args, **kwargs) if function in OF_THREE else NotImplemented
    if 0 < count < 3 and (type(args[0]) in VARIABLES or way is concatenate):
        return way(*args, **kwargs)
    return NotImplemented
