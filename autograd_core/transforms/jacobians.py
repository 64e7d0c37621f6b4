"""Whole Jacobians and Hessians, from one recorded call."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, DtypeError
from ..modes import enable_grad
from ..tape import Node
from ..trees import Tree, is_leaf, leaves, restored
from .batches import sweep_all
from .call import Call, Path, check_kind, check_number, is_tracked, value_of, with_aux
from .gradients import recorded_gradient
from .products import pushed
from .selection import Args, Kwargs, Selection, Transformed

LARGEST = 2**22  # numbers in one array of a batch
OVERHEAD = 3000  # numbers that are added in the time that an operation takes beside its arithmetic
MODES = ("reverse", "forward", "auto")


def jacobian(
    f: Callable[..., Any],
    argnum: Any = 0,
    *,
    argnums: Any = None,
    mode: str = "auto",
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Any:
    """The function that computes all partial derivatives, from one recorded call of f.

    Args:
        f: returns an array, a list or tuple of numbers (which count as one array), or a nested
            structure of arrays.
        argnum, argnums, has_aux, holomorphic: as for ``grad``.
        mode: "reverse" goes through the tape for the outputs, many at once; "forward" for one
            input at a time; "auto" takes what has less to do.
    Returns:
        a function of the same arguments; its result has shape output + input; of nested
        structures, that of the output with that of the input in place of each leaf.

    >>> jacobian(lambda x: [x[0] * x[1], x[1]])(np.array([2.0, 3.0]))
    array([[3., 2.],
           [0., 1.]])
    """
    _check_mode(mode, "jacobian")
    selection = Selection(f, argnum, argnums)
    return Transformed(_jacobian, f, selection, mode, has_aux, holomorphic)


def _check_mode(mode: str, what: str) -> None:
    if mode not in MODES:
        raise ArgumentError(f"{what} has no mode {mode!r}.", hint=f"one of: {', '.join(MODES)}")


def _jacobian(
    f: Callable[..., Any],
    args: Args,
    kwargs: Kwargs,
    selection: Selection,
    mode: str,
    has_aux: bool,
    holomorphic: bool,
) -> Any:
    call = Call(f, args, kwargs, selection)
    output, aux = with_aux(call.output) if has_aux else (call.output, None)
    result = _blocks(call, _joined(output), selection, mode, holomorphic)
    return (result, call.plain(aux)) if has_aux else result


def _blocks(call: Call, output: Tree, selection: Selection, mode: str, holomorphic: bool) -> Tree:
    """The derivatives of an output of the call, with those by the inputs in place of each leaf."""
    outputs = list(leaves(output))
    of_real = all(node.dtype.kind != "c" for node in call.nodes) and not holomorphic
    for y in outputs:
        if of_real:  # the columns of a complex result are complex
            check_number(y, "jacobian")
        else:
            check_kind(y, call.nodes, holomorphic, "jacobian")
    if mode == "auto":
        mode = _cheaper(call, outputs)
    rows = (_by_outputs if mode == "reverse" else _by_inputs)(call, outputs, holomorphic)
    blocks = [selection.result(call.closed(row, False)) for row in rows]
    return restored(output, iter(blocks))


def _cheaper(call: Call, outputs: Sequence[Any]) -> str:
    """The mode with less to do: pushes come one by one, sweeps in batches unless nested."""
    inward = sum(node.size for node in call.nodes)
    outward = sum(np.size(value_of(y)) for y in outputs)
    if call.path([y.node for y in outputs if is_tracked(y)]).nested:
        return "forward" if inward < outward else "reverse"
    forward, reverse = inward * (OVERHEAD + outward), OVERHEAD + outward * outward
    return "forward" if forward < reverse else "reverse"


def _joined(output: Tree) -> Tree:
    """A list or tuple of numbers as one array."""
    if not isinstance(output, list | tuple) or not output:
        return output
    if any(not is_leaf(y) or np.ndim(value_of(y)) for y in output):
        return output
    with enable_grad():
        return np.stack(output)


def _by_outputs(call: Call, outputs: Sequence[Any], holomorphic: bool) -> list[list[Any]]:
    """For each output, its derivatives by each input: a sweep per number of the output."""
    return [_rows(call, y, holomorphic) for y in outputs]


def _rows(call: Call, y: Any, holomorphic: bool) -> list[Any]:
    """The derivatives of one output by each input, of shape output + input."""
    shape = np.shape(value_of(y))
    if not is_tracked(y) or not y.size:
        return [np.zeros(shape + node.shape, node.dtype) for node in call.nodes]
    path, units = call.path([y.node]), _units(y)
    rows = _swept(call, y.node, units, path)
    if y.dtype.kind == "c" and not holomorphic:  # of real inputs: Re and Im by turns
        imaginary = _swept(call, y.node, -1j * units, path)
        rows = [a + 1j * b for a, b in zip(rows, imaginary, strict=True)]
    elif not holomorphic:
        rows = [part.conj() if part.dtype.kind == "c" else part for part in rows]
    return [part.reshape(shape + part.shape[1:]) for part in rows]


def _swept(call: Call, end: Node, units: Any, path: Path) -> list[Any]:
    """The cotangents of the inputs, each of shape (units, …its shape)."""
    if path.nested:
        rows = [call.cotangents({end: unit[()]}, path) for unit in units]
        return [np.stack(part) for part in zip(*rows, strict=True)]
    step = max(1, LARGEST // max(1, *(node.size for node in path.order if node.shape is not None)))
    parts = []
    for start in range(0, len(units), step):
        batch = units[start : start + step]
        found = sweep_all({end: batch}, path.order, path.targets, len(batch))
        zeros = ((len(batch), *node.shape) for node in call.nodes)
        parts.append(
            [
                found.get(node, np.zeros(shape, node.dtype))
                for node, shape in zip(call.nodes, zeros, strict=True)
            ]
        )
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def _units(spec: Any) -> Any:
    """The unit vectors of a space of arrays, along a first axis."""
    return np.eye(spec.size, dtype=spec.dtype).reshape(spec.size, *spec.shape)


def _by_inputs(call: Call, outputs: Sequence[Any], holomorphic: bool) -> list[list[Any]]:
    """For each output, its derivatives by each input: a push per number of the input."""
    path = call.path([y.node for y in outputs if is_tracked(y)])
    columns = [_columns(call, k, outputs, path, holomorphic) for k in range(len(call.nodes))]
    return [list(row) for row in zip(*columns, strict=True)]


def _columns(
    call: Call, which: int, outputs: Sequence[Any], path: Path, holomorphic: bool
) -> list[Any]:
    """The derivatives of each output by one input, of shape output + input."""
    node, columns = call.nodes[which], []
    for unit in _units(node):
        column = _along(call, which, outputs, path, unit[()])
        if node.dtype.kind == "c" and not holomorphic:  # of a real output: the steepest ascent
            imaginary = _along(call, which, outputs, path, 1j * unit[()])
            column = [a + 1j * b for a, b in zip(column, imaginary, strict=True)]
        columns.append(column)
    if not columns:
        return [np.zeros(np.shape(value_of(y)) + node.shape, node.dtype) for y in outputs]
    parts = [np.stack(part, axis=-1) for part in zip(*columns, strict=True)]
    return [part.reshape(part.shape[:-1] + node.shape) for part in parts]


def _along(call: Call, which: int, outputs: Sequence[Any], path: Path, tangent: Any) -> list[Any]:
    tangents = [tangent if k == which else None for k in range(len(call.nodes))]
    return pushed(call, list(outputs), tangents, path)


def hessian(
    f: Callable[..., Any], argnum: Any = 0, *, argnums: Any = None, mode: str = "auto"
) -> Any:
    """The function that computes all second derivatives of a scalar function.

    Args:
        f: returns one real number.
        argnum, argnums: as for ``grad``.
        mode: how the gradient is differentiated, as for ``jacobian``.
    Returns:
        a function of the same arguments; its result has shape input + input.

    >>> hessian(lambda x: x[0] * x[1] ** 2)(np.array([1.0, 2.0]))
    array([[0., 4.],
           [4., 2.]])
    """
    _check_mode(mode, "hessian")
    return Transformed(_hessian, f, Selection(f, argnum, argnums), mode)


def _hessian(
    f: Callable[..., Any], args: Args, kwargs: Kwargs, selection: Selection, mode: str
) -> Any:
    call = Call(f, args, kwargs, selection)
    for node in call.nodes:
        if node.dtype.kind == "c":
            raise DtypeError(
                f"hessian got an argument of dtype {node.dtype}.",
                "second derivatives by complex numbers do not fit into one complex matrix.",
                "real and imaginary parts as arguments of their own; or hvp, which applies it",
            )
    gradient = selection.result(recorded_gradient(call, f))
    return _blocks(call, gradient, selection, mode, False)


def curve_fit_jac(model: Callable[..., Any]) -> Any:
    """The ``jac`` that ``scipy.optimize.curve_fit`` takes, exact.

    Args:
        model: (xdata, *parameters) → values (M,), each parameter a number.
    Returns:
        (xdata, *parameters) → derivatives (M, number of parameters).

    >>> curve_fit_jac(lambda t, a, b: a * t + b)(np.arange(3.0), 1.0, 2.0)
    array([[0., 1.],
           [1., 1.],
           [2., 1.]])
    """
    return Transformed(_curve_fit_jac, model)


def _curve_fit_jac(model: Callable[..., Any], args: Args, kwargs: Kwargs) -> Any:
    positions = tuple(range(1, len(args)))
    return np.stack(jacobian(model, positions, mode="forward")(*args, **kwargs), axis=-1)
