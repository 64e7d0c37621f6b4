"""Gradients of functions that return one number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NotScalarError
from ..modes import enable_grad
from ..tape import Node
from ..trees import Tree, mapped
from ..variable import Variable
from .call import Call, check_kind, is_tracked, ones, own, with_aux
from .selection import Args, Kwargs, Selection, Transformed, described, name_of

NUMBERS = (Variable, np.ndarray, np.generic, float, int, complex)


def grad(
    f: Callable[..., Any],
    argnum: Any = 0,
    *,
    argnums: Any = None,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Any:
    """The function that computes the gradient of a scalar function.

    Args:
        f: returns one real number, or (number, extras) with ``has_aux``.
        argnum, argnums: by which argument: a position, a parameter's name, or a tuple of these.
            Arguments may be nested; numbers may be whole, and are promoted.
        has_aux: return (gradient, extras).
        holomorphic: f is complex and holomorphic, and f′(z) is wanted.
    Returns:
        a function of the same arguments; gradients have the structure, shapes and dtypes of the
        arguments, complex ones point in the direction of steepest ascent.
    Raises:
        NotScalarError, DtypeError: when called, if f does not return one real number.

    >>> grad(lambda x, y: x**2 * y, argnum=(0, "y"))(3.0, 2.0)
    (np.float64(12.0), np.float64(9.0))
    """
    selection = Selection(f, argnum, argnums)
    return Transformed(_grad, f, selection, has_aux, holomorphic)


def value_and_grad(
    f: Callable[..., Any],
    argnum: Any = 0,
    *,
    argnums: Any = None,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Any:
    """Like ``grad``, but the function returns (value, gradient), or ((value, extras), gradient).

    >>> value_and_grad(lambda x: x**2)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """
    selection = Selection(f, argnum, argnums)
    return Transformed(_value_and_grad, f, selection, has_aux, holomorphic)


def _grad(
    f: Callable[..., Any],
    args: Args,
    kwargs: Kwargs,
    selection: Selection,
    has_aux: bool,
    holomorphic: bool,
) -> Any:
    value, gradient = _value_and_grad(f, args, kwargs, selection, has_aux, holomorphic)
    return (gradient, value[1]) if has_aux else gradient


def _value_and_grad(
    f: Callable[..., Any],
    args: Args,
    kwargs: Kwargs,
    selection: Selection,
    has_aux: bool,
    holomorphic: bool,
) -> tuple[Any, Any]:
    call = Call(f, args, kwargs, selection)
    y, aux = with_aux(call.output) if has_aux else (call.output, None)
    seeds = _seeds(call, y, f, holomorphic)
    path = call.path(seeds)
    value = y if path.nested else own(y.data) if isinstance(y, Variable) else y
    if has_aux:
        value = value, call.plain(aux)
    gradients = call.closed(call.cotangents(seeds, path, True), not holomorphic)
    return value, selection.result(gradients)


def recorded_gradient(call: Call, f: Callable[..., Any]) -> list[Tree]:
    """The gradient of a call of f, on the tape of the call: ready to be differentiated again."""
    seeds = _seeds(call, call.output, f, False)
    path = call.path(seeds)._replace(nested=True)
    with enable_grad():
        return call.closed(call.cotangents(seeds, path))


def _seeds(call: Call, y: Any, f: Callable[..., Any], holomorphic: bool) -> dict[Node, Any]:
    """One, at the result of f; nothing if it does not depend on anything."""
    node = y.node if isinstance(y, Variable) else None
    if node is None or node.shape or node.dtype.kind != "f" or holomorphic:  # else all is well
        _check_scalar(y, f)
        check_kind(y, call.nodes, holomorphic, "grad")
    return {} if node is None else {node: ones(node)}


def _check_scalar(y: Any, f: Callable[..., Any]) -> None:
    if isinstance(y, NUMBERS):
        if getattr(y, "size", 1) == 1:
            return
        why = "the derivative of an array is a matrix."
        hint = "ac.jacobian(f), ac.elementwise_grad(f), or grad of a sum"
    elif isinstance(y, tuple):
        why, hint = "grad differentiates one number.", "grad(f, has_aux=True) for (value, extras)"
    else:
        why, hint = "grad differentiates one number.", "return a number computed with NumPy"
    raise NotScalarError(
        "A gradient needs a function that returns one number; "
        f"{name_of(f)} returned {described(y)}.",
        why,
        hint,
    )


def elementwise_grad(
    f: Callable[..., Any], argnum: Any = 0, *, argnums: Any = None, holomorphic: bool = False
) -> Any:
    """The derivative of each entry of the output by the same entry of the input.

    Args:
        f: acts entry by entry; in general the gradient is that of the sum of the output.
        argnum, argnums, holomorphic: as for ``grad``.

    >>> elementwise_grad(np.tanh)(np.zeros(2))
    array([1., 1.])
    """
    selection = Selection(f, argnum, argnums)
    return Transformed(_elementwise_grad, f, selection, holomorphic)


def _elementwise_grad(
    f: Callable[..., Any], args: Args, kwargs: Kwargs, selection: Selection, holomorphic: bool
) -> Any:
    call = Call(f, args, kwargs, selection)
    y = call.output
    check_kind(y, call.nodes, holomorphic, "elementwise_grad")
    seeds = {y.node: ones(y.node)} if is_tracked(y) else {}
    cotangents = call.cotangents(seeds, call.path(seeds), True)
    return selection.result(call.closed(cotangents, not holomorphic))


def stop_gradient(tree: Tree) -> Tree:
    """The same values, through which nothing is differentiated.

    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    return mapped(lambda leaf: leaf.detach() if isinstance(leaf, Variable) else leaf, tree)
