"""Operators, indexing and NumPy's two doors, attached to Variable.

NumPy hands each operation on a Variable to ``__array_ufunc__`` or ``__array_function__``; operators
go straight to their rule. The elementwise ones, of which programs are made, are recorded by
functions built once from the rule table; nothing generic stands in their way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import partial
from sys import getrefcount
from types import ModuleType
from typing import Any

import numpy as np

from .calls import (
    CALLS,
    NUMBERS,
    binary,
    declared_late,
    elementwise_call,
    recorded_form,
    unary,
    wraps_us,
)
from .dispatch import apply, plain_arguments, plain_index, record
from .forms import RULES, is_basic
from .methods import Methods
from .modes import recording
from .rules.elementwise import raised
from .rules.indexing import assigned, getitem
from .shortcuts import matmul, mean, reshape, shortcut, sum_, transpose
from .tape import Node, next_number, shared
from .variable import VARIABLES, Variable, as_variable
from .views import View, check_writable, settle, write
from .writes import cast, into, masked, rebind, references_of_temporary

new = object.__new__
ndarray = np.ndarray
GETITEM = RULES[getitem].differential((0,))


# --- operators, written out from the rules --------------------------------------------------------
def _operator(ufunc: np.ufunc, compute: Callable[[Any, Any], Any]) -> tuple[Any, Any, Any]:
    """The three methods of a binary operator: plain, reflected and in place."""
    call = CALLS[ufunc] = binary(ufunc, compute)

    def reflected(self: Variable, other: Any) -> Any:
        if type(other) is complex and type(self._data) is np.float64:
            other = np.complex128(other)  # or Python would make a Python number of the two
        return call(other, self)

    return call, reflected, _in_place(call, ufunc)


def _in_place(call: Callable[[Any, Any], Any], ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    def in_place(self: Variable, other: Any) -> Any:
        check_writable(self, f" {SYMBOLS[ufunc]}= ...")
        value = call(self, other)
        if value is NotImplemented:
            return value
        if type(self._data) is not ndarray and value.shape:
            return value  # as with NumPy's scalars, which cannot grow in place
        rebind(self, as_variable(value))
        return self

    return in_place


def _plain_operator(compute: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """An operator whose result has no derivative, plain and reflected."""

    def reflected(self: Variable, other: Any) -> Any:
        settle(self)
        return compute(other, self._data)

    return _comparison(compute), reflected


def _power(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """x ** y; with a number for an exponent by a rule of its own, without arrays of exponents."""
    by_number, by_array = binary(raised, compute), binary(np.power, compute)
    return lambda x, y: (by_number if type(y) in NUMBERS else by_array)(x, y)


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Variable, Any], Any]:
    """A comparison of the values: a plain array, or NumPy's answer to an unknown operand."""

    def method(self: Variable, other: Any) -> Any:
        settle(self)
        if type(other) in VARIABLES:
            settle(other)
            return compare(self._data, other._data)
        return NotImplemented if wraps_us(other) else compare(self._data, plain_arguments(other))

    return method


CALLS[np.power] = _power(np.power)
CALLS[raised] = binary(raised, operator.pow)
power = _power(operator.pow)
SYMBOLS: dict[np.ufunc, str] = {
    np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.power: "**",
    np.remainder: "%", np.matmul: "@", np.floor_divide: "//",
}  # fmt: skip


class Operators(Methods):
    """What Variable is given below: operators, indexing, and NumPy's protocols."""

    __slots__ = ()

    _data: Any
    node: Any
    role: Any

    # --- NumPy's two doors ------------------------------------------------------------------------
    def __array_ufunc__(
        self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        if not kwargs and method == "__call__":
            call = CALLS.get(ufunc) or recorded_form(ufunc)
            if call is not None:
                return call(*inputs)
        if ufunc not in RULES and declared_late(ufunc):
            return self.__array_ufunc__(ufunc, method, *inputs, **kwargs)
        if any(wraps_us(value) for value in inputs):
            return NotImplemented
        held = getrefcount(kwargs["out"][0]) if "out" in kwargs else 0
        out = kwargs.pop("out", None)
        if type(out) is tuple and len(out) == 1:
            (out,) = out
        if method != "__call__":
            result = apply(getattr(ufunc, method), inputs, kwargs)
        else:
            where = kwargs.pop("where", True)
            if where is not True:
                owned = type(out) is ndarray and out.base is None
                if owned and held == references_of_temporary():
                    out = Variable(out, requires_grad=False)  # nobody else will see it
                return masked(ufunc, inputs, kwargs, out, where)
            if kwargs.get("dtype") is not None:
                dtype, casting = np.dtype(kwargs["dtype"]), kwargs.get("casting", "same_kind")
                inputs = tuple([cast(value, dtype, casting) for value in inputs])
            rule = RULES.get(ufunc)
            if rule is not None and rule.form == "elementwise":
                result = elementwise_call(ufunc, partial(ufunc, **kwargs))(*inputs)
            elif rule is not None and rule.form == "pullback":
                data = ufunc(*plain_arguments(inputs), **kwargs)
                result = record(rule, [*inputs], data)
            else:
                result = apply(ufunc, inputs, kwargs)
        return result if out is None else into(out, result, ufunc)

    def __array_function__(
        self: Any, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        result = shortcut(function, args, kwargs)
        if result is not NotImplemented:
            return result
        if "out" not in kwargs:
            return apply(function, args, kwargs)
        kwargs = dict(kwargs)
        out = kwargs.pop("out")
        result = apply(function, args, kwargs)
        return result if out is None else into(out, result, function)

    def __array_namespace__(self: Any, *, api_version: str | None = None) -> ModuleType:
        array: Any = np.empty(0)
        return array.__array_namespace__(api_version=api_version)  # type: ignore[no-any-return]

    # --- indexing ---------------------------------------------------------------------------------
    def __getitem__(self: Any, index: Any) -> Any:
        role = self.role
        if role is not None and type(role) is View and role.root._data is not role.seen:
            settle(self)
        if type(index) is not slice and type(index) is not int:
            index = plain_index(index)
            if not is_basic(index):
                return record(GETITEM.rule, [self, index], self._data[index])
        data, parent = self._data[index], self.node
        out = new(Variable)
        out._data, out.node, out.role = data, None, None
        if parent is not None and recording():
            out.node = node = Node()
            node.number, node.rule = next_number(), GETITEM
            node.parents, node.partner = parent, None
            node.saved, node.also = parent, index
            node.shape, node.dtype = shared(data.shape), parent.dtype
        if type(data) is ndarray:
            if not data.ndim:
                out._data = data[()]
            elif type(self._data) is ndarray:
                out.role = View(self, GETITEM.rule, index)
        return out

    def __setitem__(self: Any, index: Any, value: Any) -> None:
        check_writable(self, "[...] = ...")
        index = plain_index(index)
        write(self, as_variable(assigned(self, value, index)))

    def __iter__(self: Any) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a 0-d Variable")
        return (self[k] for k in range(self.shape[0]))

    def __len__(self: Any) -> int:
        if not self.shape:
            raise TypeError("len() of unsized Variable")
        return int(self.shape[0])

    def __contains__(self: Any, value: Any) -> bool:
        return bool(np.any(self == value))

    __hash__ = object.__hash__

    # --- operators --------------------------------------------------------------------------------
    __add__, __radd__, __iadd__ = _operator(np.add, operator.add)
    __sub__, __rsub__, __isub__ = _operator(np.subtract, operator.sub)
    __mul__, __rmul__, __imul__ = _operator(np.multiply, operator.mul)
    __truediv__, __rtruediv__, __itruediv__ = _operator(np.divide, operator.truediv)
    __mod__, __rmod__, __imod__ = _operator(np.remainder, operator.mod)
    __neg__, __pos__ = unary(np.negative, operator.neg), unary(np.positive, operator.pos)
    __abs__ = unary(np.absolute, abs)

    def __pow__(self: Any, exponent: Any, modulus: None = None) -> Any:
        if modulus is not None:
            raise TypeError("pow() with a modulus is not supported by NumPy arrays")
        return power(self, exponent)

    def __rpow__(self: Any, base: Any) -> Any:
        return power(base, self)

    __ipow__ = _in_place(lambda x, y: x**y, np.power)

    __matmul__ = matmul

    def __rmatmul__(self: Any, other: Any) -> Any:
        return matmul(other, self)

    __imatmul__ = _in_place(lambda x, y: x @ y, np.matmul)

    def __divmod__(self: Any, other: Any) -> Any:
        return np.divmod(self, other)

    def __rdivmod__(self: Any, other: Any) -> Any:
        return np.divmod(other, self)

    __floordiv__, __rfloordiv__ = _plain_operator(operator.floordiv)
    __and__, __rand__ = _plain_operator(operator.and_)
    __or__, __ror__ = _plain_operator(operator.or_)
    __xor__, __rxor__ = _plain_operator(operator.xor)
    __lshift__, __rlshift__ = _plain_operator(operator.lshift)
    __rshift__, __rrshift__ = _plain_operator(operator.rshift)

    def __invert__(self: Any) -> Any:
        settle(self)
        return ~self._data

    def __round__(self: Any, digits: int | None = None) -> Any:
        settle(self)
        return (
            round(self.item())
            if digits is None and not self.shape
            else np.round(self._data, digits or 0)
        )

    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)
    __eq__, __ne__ = _comparison(operator.eq), _comparison(operator.ne)

    # --- its form ---------------------------------------------------------------------------------
    @property
    def itemsize(self: Any) -> int:
        """Bytes of one entry."""
        return self._data.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self: Any) -> int:
        """Bytes of all entries."""
        return self._data.nbytes  # type: ignore[no-any-return]

    @property
    def strides(self: Any) -> tuple[int, ...]:
        """Bytes from one entry to the next along each axis."""
        return self._data.strides  # type: ignore[no-any-return]

    @property
    def flags(self: Any) -> Any:
        """NumPy's flags of the array as ``.data`` would show it."""
        return self._data.flags

    @property
    def base(self: Any) -> Any:
        """The Variable that this one is a view of, or None."""
        return self.role.base if self.role is not None else None

    @property
    def device(self: Any) -> str:
        """Where the entries are: always "cpu"."""
        return "cpu"

    def to_device(self: Any, device: str, /, *, stream: None = None) -> Any:
        """This Variable: there is no other device than "cpu"."""
        if device != "cpu" or stream is not None:
            raise ValueError(f"Unsupported device {device!r}: a Variable is on the cpu.")
        return self

    # --- short ways to the commonest functions ----------------------------------------------------
    def sum(
        self: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        **options: Any,
    ) -> Any:
        """np.sum; also with ``initial`` and ``where``."""
        if dtype is None and out is None and not options:
            return sum_(self, axis, keepdims)
        return np.sum(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **options)

    def mean(
        self: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        **options: Any,
    ) -> Any:
        """np.mean; also with ``where``."""
        if dtype is None and out is None and not options:
            return mean(self, axis, keepdims)
        return np.mean(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **options)

    def reshape(self: Any, *shape: Any, **options: Any) -> Any:
        """np.reshape; lengths, or a tuple of them."""
        shape = shape[0] if len(shape) == 1 else shape
        return np.reshape(self, shape, **options) if options else reshape(self, shape)

    def transpose(self: Any, *axes: Any) -> Any:
        """np.transpose; no axes, some, or a tuple of them."""
        if len(axes) == 1 and not isinstance(axes[0], int):
            (axes,) = axes
        return transpose(self, axes or None)

    @property
    def T(self: Any) -> Any:
        """The axes in reverse order; a view."""
        return self.transpose()

    @property
    def mT(self: Any) -> Any:
        """The last two axes exchanged; a view."""
        return np.matrix_transpose(self)

    @property
    def real(self: Any) -> Any:
        """The real part; may be assigned."""
        return np.real(self)

    @real.setter
    def real(self: Any, value: Any) -> None:
        np.real(self)[...] = value

    @property
    def imag(self: Any) -> Any:
        """The imaginary part; may be assigned."""
        return np.imag(self)

    @imag.setter
    def imag(self: Any, value: Any) -> None:
        np.imag(self)[...] = value


for _name, _method in vars(Operators).items():
    if _name not in ("__module__", "__doc__", "__slots__", "__annotations__"):
        setattr(Variable, _name, _method)
