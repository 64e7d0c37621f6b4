"""Results that go into what is there already: ``out=``, ``where=`` and operators in place."""

from __future__ import annotations

from functools import cache
from sys import getrefcount
from typing import Any

import numpy as np

from . import refusals
from .binding import name_of
from .dispatch import is_tracked, plain_arguments
from .errors import NoRuleError, ShapeError
from .rules.indexing import assigned
from .variable import VARIABLES, Variable, as_variable
from .views import check_writable, write


def into(out: Any, result: Any, op: Any) -> Any:
    """Write a result where ``out=`` says."""
    if isinstance(out, tuple):
        return tuple([r if o is None else into(o, r, op) for o, r in zip(out, result, strict=True)])
    if not isinstance(out, Variable):
        if is_tracked(result):
            raise refusals.into_plain(name_of(op), result.shape)
        out[...] = plain_arguments(result)
        return out
    check_writable(out, f" as out= of {name_of(op)}")
    if np.shape(result) != out.shape and not isinstance(op, np.ufunc):
        raise ShapeError(
            f"{name_of(op)}(..., out=...) has shape {np.shape(result)}; out= has {out.shape}.",
            hint="the result itself, without out=",
        )
    rebind(out, as_variable(result))
    return out


def rebind(variable: Variable, value: Variable) -> None:
    """Give a Variable new content, cast and broadcast as NumPy would, or with NumPy's own error."""
    shape, dtype = variable._data.shape, variable._data.dtype
    if value._data.dtype != dtype:
        np.copyto(np.empty((), dtype), np.empty((), value._data.dtype), casting="same_kind")
        value = value.astype(dtype)
    if value._data.shape != shape:
        value = np.broadcast_to(value, shape).copy()  # type: ignore[assignment]
    write(variable, value)


def masked(
    ufunc: np.ufunc, inputs: tuple[Any, ...], kwargs: dict[str, Any], out: Any, where: Any
) -> Any:
    """A ufunc on selected elements only, written into ``out``: what is masked cannot make a nan."""
    if not any(is_tracked(value) for value in (*inputs, out)):
        kwargs["where"] = plain_arguments(where)
        if out is None:
            return ufunc(*plain_arguments(inputs), **kwargs)
        start = np.array(plain_arguments(out))
        return into(out, ufunc(*plain_arguments(inputs), **kwargs, out=start), ufunc)
    if out is None:
        raise NoRuleError(
            f"{name_of(ufunc)}(..., where=...) is not differentiable without out=.",
            "the other elements would be whatever was in memory.",
            "np.where(condition, f(x), other), or out=ac.Variable(other, requires_grad=False)",
        )
    if not isinstance(out, Variable):
        return into(out, next(value for value in inputs if is_tracked(value)), ufunc)
    check_writable(out, f" as out= of {name_of(ufunc)}")
    mask = np.broadcast_to(plain_arguments(where), out.shape)
    chosen = [np.broadcast_to(value, out.shape)[mask] for value in inputs]
    write(out, as_variable(assigned(out, ufunc(*chosen, **kwargs), mask)))
    return out


class _Probe:
    """Stands in for a Variable to count what NumPy holds of ``out=`` during a call."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> int:
        return getrefcount(kwargs["out"][0])


@cache
def references_of_temporary() -> int:
    """How often an ``out=`` array is referred to that exists for the call alone.

    ``np.divide(x, y, out=np.zeros(2), where=y != 0)`` starts from such an array; it may become a
    Variable, for nobody can look for the result there. 0 where the interpreter does not tell it
    from an array with a name.
    """
    named = np.zeros(1)
    probe: Any = _Probe()
    alone, shared = np.add(probe, 1, out=np.zeros(1)), np.add(probe, 1, out=named)
    return int(alone) if alone < shared else 0


def cast(value: Any, dtype: np.dtype, casting: Any = "same_kind") -> Any:
    """An operand of a ufunc that computes in another dtype; TypeError if it may not be cast."""
    if type(value) not in VARIABLES or value.dtype == dtype:
        return value
    return value.astype(dtype, casting=casting)
