"""Products with the Jacobian: of vectors on its left (vjp), on its right (jvp), twice (hvp)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, DtypeError, ShapeError, require
from ..forward import push
from ..modes import recording
from ..tape import Node
from ..trees import Tree, leaves, matching, restored
from ..variable import Variable, lift
from .call import Call, Path, is_tracked, own, with_aux, zeros
from .gradients import recorded_gradient
from .selection import Args, Kwargs, Selection, Transformed, name_of


class Pullback:
    """The map from a cotangent of the output to those of the primals; may be called again.

    Both sides are in the user's convention: of complex numbers, the direction of steepest ascent.
    """

    def __init__(self, call: Call, output: Tree) -> None:
        self._call, self._output = call, output

    def __call__(self, cotangent: Tree) -> tuple[Tree, ...]:
        """One cotangent for each primal.

        Args:
            cotangent: of the structure and shapes of the output.
        Raises:
            ShapeError, ArgumentError: it has another shape or structure.
        """
        seeds: dict[Node, Any] = {}
        nested = False
        for y, c in matching(self._output, cotangent, "the cotangent"):
            seed = fitting(c, y, "cotangent")
            if is_tracked(y):
                nested |= is_tracked(seed)
                seed = seed.conj() if seed.dtype.kind == "c" else seed
                seeds[y.node] = seeds[y.node] + seed if y.node in seeds else seed
        path = self._call.path(seeds)
        path = path._replace(nested=recording() and (nested or path.nested))
        return tuple(self._call.closed(self._call.cotangents(seeds, path)))


def fitting(value: Any, like: Any, what: str) -> Any:
    """A cotangent or tangent as an array of the dtype of ``like``.

    Raises:
        ShapeError, DtypeError: it is of another shape, or complex where ``like`` is real.
    """
    array = value if isinstance(value, Variable) else np.asarray(value)
    like = like if hasattr(like, "dtype") else np.asarray(like)
    if array.shape != like.shape:
        raise ShapeError(
            f"A {what} of shape {array.shape} was given for a value of shape {like.shape}.",
            f"a {what} has the shape of its value.",
            f"np.ones({like.shape}), or any array of that shape",
        )
    if array.dtype.kind not in "iufc" or (array.dtype.kind == "c" and like.dtype.kind != "c"):
        raise DtypeError(
            f"A {what} of dtype {array.dtype} was given for a value of dtype {like.dtype}.",
            hint=f"an array of dtype {like.dtype}",
        )
    if isinstance(array, Variable):
        return array if array.dtype == like.dtype else array.astype(like.dtype)
    return np.array(array, like.dtype)[()]


def vjp(f: Callable[..., Any], *primals: Tree, has_aux: bool = False) -> tuple[Any, ...]:
    """The value of f, and the map from a vector u to Jᵀ u.

    Args:
        f: a function of the primals; its output may be nested.
        primals: its arguments, each possibly nested.
        has_aux: f returns (value, extras); return (value, pullback, extras).
    Returns:
        (value, pullback); ``pullback(cotangent)`` is a tuple, one cotangent for each primal.

    >>> value, pullback = vjp(lambda x, y: x * y, 3.0, 2.0)
    >>> value, pullback(10.0)
    (np.float64(6.0), (np.float64(20.0), np.float64(30.0)))
    """
    call = Call(f, primals, {})
    output, aux = with_aux(call.output) if has_aux else (call.output, None)
    value, pullback = call.plain(output), Pullback(call, output)
    return (value, pullback, call.plain(aux)) if has_aux else (value, pullback)


def jvp(
    f: Callable[..., Any], primals: Sequence[Tree], tangents: Sequence[Tree], has_aux: bool = False
) -> tuple[Any, ...]:
    """The value of f, and the derivative of its output along the tangents (forward mode).

    Args:
        f: a function of the primals; its output may be nested.
        primals: its arguments, each possibly nested.
        tangents: for each primal one of the same structure and shapes.
        has_aux: f returns (value, extras); return (value, tangent, extras).
    Returns:
        (value, tangent), both of the structure of the output.
    Raises:
        ShapeError, ArgumentError: the tangents have other shapes or another structure.

    >>> jvp(lambda x, y: x * y, (3.0, 2.0), (1.0, 0.0))
    (np.float64(6.0), np.float64(2.0))
    """
    call = Call(f, tuple(primals), {})
    output, aux = with_aux(call.output) if has_aux else (call.output, None)
    pairs = matching(list(primals), list(tangents), "the tangents")
    given = [fitting(t, v, "tangent") for v, (_, t) in zip(call.inputs, pairs, strict=True)]
    value, tangent = call.plain(output), restored(output, iter(pushed(call, output, given)))
    return (value, tangent, call.plain(aux)) if has_aux else (value, tangent)


def pushed(
    call: Call, output: Tree, tangents: Sequence[Any], path: Path | None = None
) -> list[Any]:
    """The tangents of the output's leaves, given one for each stand-in; None for a zero one."""
    outputs = list(leaves(output))
    ends = [y.node for y in outputs if is_tracked(y)]
    path = call.path(ends) if path is None else path
    nested = recording() and (path.nested or any(map(is_tracked, tangents)))
    given = zip(call.nodes, tangents, strict=True)
    known = {node: tangent for node, tangent in given if tangent is not None}
    found = iter(push(ends, known, lift, nested, path.order))
    along = [next(found) if is_tracked(y) else None for y in outputs]
    return [_no_tangent(y) if t is None else own(t) for y, t in zip(outputs, along, strict=True)]


def _no_tangent(y: Any) -> Any:
    array = y if hasattr(y, "dtype") else np.asarray(y)
    return zeros(array) if array.dtype.kind in "fc" else np.zeros(array.shape)[()]


def hvp(f: Callable[..., Any], argnum: int = 0) -> Any:
    """The function (x, v) → H(x) v, the product of the Hessian of a scalar function with a vector.

    Args:
        f: returns one real number.
        argnum: the position of ``x``; ``v`` stands right after it, as in SciPy's ``hessp``.

    >>> hvp(lambda x: x[0] * x[1] ** 2)(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([0., 4.])
    """
    return Transformed(_hvp, f, argnum, Selection(f, argnum, None))


def _hvp(
    f: Callable[..., Any], args: Args, kwargs: Kwargs, argnum: int, selection: Selection
) -> Any:
    if not 0 <= argnum < len(args) - 1:
        raise ArgumentError(
            f"hvp({name_of(f)}) takes x and v; it was called with {len(args)} arguments.",
            hint="hvp(f)(x, v)",
        )
    call = Call(f, args[: argnum + 1] + args[argnum + 2 :], kwargs, selection)
    (gradient,) = recorded_gradient(call, f)
    return Pullback(call, gradient)(args[argnum + 1])[0]  # H is symmetric, a sweep is quick


def linear_operator(f: Callable[..., Any], x: Any) -> Any:
    """The Jacobian of f at x as a SciPy LinearOperator: never formed, only applied.

    Args:
        f: (n,) → (m,).
        x: where, of shape (n,).
    Returns:
        a ``scipy.sparse.linalg.LinearOperator`` of shape (m, n); from one recorded call.
    Raises:
        MissingDependencyError: SciPy is not installed.
    """
    linalg = require("scipy.sparse.linalg", extra="scipy", feature="linear_operator()")
    call = Call(f, (x,), {})
    output, (point,) = call.output, call.inputs
    pullback = Pullback(call, output)
    return linalg.LinearOperator(
        (output.size, point.size),
        matvec=lambda t: pushed(call, output, [np.array(t, point.dtype).reshape(point.shape)])[0],
        rmatvec=lambda u: pullback(np.reshape(u, output.shape))[0],
        dtype=output.dtype,
    )
