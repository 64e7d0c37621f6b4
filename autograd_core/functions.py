"""Operations of your own: Function, as in PyTorch, and custom_gradient for black boxes.

Each call is one node of the tape. What a Function keeps on ``self`` becomes Variables again when
its ``backward`` is differentiated in turn; what cannot be traced raises.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import partial, update_wrapper
from typing import Any

import numpy as np

from .errors import ArgumentError, ConversionError, DtypeError, NoRuleError, ShapeError
from .leases import Lease, keep
from .modes import recording
from .transforms.call import is_tracked
from .transforms.custom import Custom, Operands, placed, plain
from .trees import leaves, mapped
from .variable import Variable, as_variable, kept
from .views import settle
from .watching import watch_calls


# --- Function -------------------------------------------------------------------------------------
class Function:
    """An operation of your own: ``forward`` computes it, ``backward`` pulls a gradient back.

    Subclass it, keep on ``self`` what ``backward`` needs, and call an instance, or ``apply``.
    Both methods see arrays, ``forward`` read-only ones; each call works on a copy of the
    instance. Of complex numbers, gradients are in the convention of ``.grad``.

    >>> class Cube(Function):
    ...     def forward(self, x):
    ...         self.x = x
    ...         return x**3
    ...
    ...     def backward(self, g):
    ...         return g * 3 * self.x**2
    >>> x = Variable(2.0)
    >>> Cube.apply(x).backward()
    >>> x.grad
    np.float64(12.0)
    """

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The result, an array or a tuple of arrays, from arrays and options."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward(self, ...).")

    def backward(self, *gradients: Any) -> Any:
        """The gradients of the arguments of ``forward``, from those of its results.

        One for each argument, or for each argument that is an array; None where there is none.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define backward(self, g).")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Call a new instance."""
        return cls()(*args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The result of ``forward``, recorded if an argument is tracked."""
        _check_arguments(self, args, kwargs)
        variables = any(isinstance(value, Variable) for value in args)
        if not (recording() and any(map(is_tracked, args))):
            output = _fresh(self).forward(*map(plain, args), **kwargs)
            return mapped(as_variable, output) if variables else output
        held = [_held(value) for value in args]
        tracked = [k for k, value in enumerate(args) if is_tracked(value)]
        call = Applied(self, [_shown(value) for value in held], kwargs, tracked)
        output = call.run()
        leased = [v for k, v in enumerate(held) if k not in tracked and isinstance(v, Lease)]
        saved, parents = [held[k] for k in tracked], [args[k].node for k in tracked]
        made = placed(Custom(type(self), tracked), parents, (call, *saved, *leased), call.outputs)
        return made[0] if not isinstance(output, tuple | list) else _like(output, made)


watch_calls(Function)


def _fresh(function: Function) -> Function:
    """A copy with lists and dicts of its own, so that calls do not meet in them."""
    new = copy(function)
    vars(new).update({key: mapped(lambda x: x, value) for key, value in vars(function).items()})
    return new


def _held(value: Any) -> Any:
    """What a tape may keep of an argument."""
    if isinstance(value, Variable):
        settle(value)
        return kept(value)
    return keep(value) if type(value) is np.ndarray else value


def _shown(value: Any) -> Any:
    """What forward sees of it: arrays that it cannot write into."""
    value = plain(value)
    if type(value) is np.ndarray:
        value = value.view()
        value.flags.writeable = False
    return value


def _like(output: Any, values: list[Any]) -> Any:
    return getattr(output, "_make", type(output))(values)


def _check_arguments(function: Function, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """A tracked Variable in a keyword, or inside a list, would lose its gradient."""
    for value in leaves((kwargs, [x for x in args if not isinstance(x, Variable)])):
        if is_tracked(value):
            raise ArgumentError(
                f"{type(function).__name__} got a tracked Variable of shape {value.shape} in a "
                "keyword or a container.",
                "backward() gives gradients to positional arguments only.",
                "pass it as an argument of its own",
            )


class Applied:
    """One call of a Function: the instance that worked, its arguments, and its results."""

    def __init__(
        self, prototype: Function, args: list[Any], kwargs: dict[str, Any], positions: list[int]
    ) -> None:
        self.prototype, self.function = _fresh(prototype), _fresh(prototype)
        self.args, self.kwargs, self.positions = args, kwargs, positions
        self.returned: list[Any] = []
        self.outputs: list[Any] = []

    def run(self) -> Any:
        """Call forward; its results as arrays of their own, none of them an argument."""
        output = self.function.forward(*self.args, **self.kwargs)
        self.returned = list(output) if isinstance(output, tuple | list) else [output]
        values = [np.asarray(y)[()] for y in self.returned]
        for y in values:
            if y.dtype.kind not in "fc":
                raise DtypeError(
                    f"{type(self.function).__name__}.forward returned dtype {y.dtype}.",
                    "derivatives live in floating-point or complex numbers.",
                    "call it with x.detach(), or return floats",
                )
        same = [
            any(y is x for x in self.args) or getattr(y, "base", None) is not None for y in values
        ]
        self.outputs = [y.copy() if alias else y for y, alias in zip(values, same, strict=True)]
        return output

    def pulled(self, g: Sequence[Any], _operands: Operands) -> Iterator[Any]:
        """The cotangents of the tracked arguments, by the user's backward."""
        full = [np.zeros_like(y) if c is None else c for c, y in zip(g, self.outputs, strict=True)]
        found = self.function.backward(*[_surface(c) for c in full])
        given = list(found) if isinstance(found, tuple | list) else [found]
        name = type(self.function).__name__
        places = [k for k, value in enumerate(self.args) if _is_inexact(value)]
        if len(given) == len(self.args):
            places = list(range(len(self.args)))
        if len(given) != len(places):
            raise ArgumentError(
                f"{name}.backward returned {len(given)} gradients for {len(self.args)} arguments.",
                hint="return one for each argument of forward, None where there is none",
            )
        by_place = dict(zip(places, given, strict=True))
        return (_surface(by_place.get(position)) for position in self.positions)

    def revived(self, operands: Operands, outputs: Operands) -> "Applied":
        """The same call with Variables where ``self`` keeps arguments or results of forward."""
        call = copy(self)
        pairs = [(self.args[k], v) for k, v in zip(self.positions, operands, strict=True)]
        known = [*pairs, *zip(self.returned, outputs, strict=True)]
        constants = [x for k, x in enumerate(self.args) if k not in self.positions]
        before = {id(leaf) for leaf in leaves([vars(self.prototype), constants])}
        attributes = vars(self.function)
        if all(
            id(leaf) in before or _found(leaf, known) is not None
            for leaf in leaves(attributes)
            if _is_inexact(leaf)
        ):
            call.function = copy(self.function)
            vars(call.function).update(mapped(lambda leaf: _found(leaf, known, leaf), attributes))
        else:
            call.function = self._rerun(operands)
        return call

    def _rerun(self, operands: Operands) -> Function:
        """forward once more, on Variables: what it keeps then has a history."""
        function, args = _fresh(self.prototype), list(self.args)
        for position, variable in zip(self.positions, operands, strict=True):
            args[position] = variable
        try:
            function.forward(*args, **self.kwargs)
        except (ConversionError, NoRuleError) as err:
            raise NoRuleError(
                f"backward of {type(function).__name__} cannot be differentiated.",
                "it uses an intermediate that forward kept, whose history NumPy cannot trace.",
                "keep only arguments and results on self, or write forward in NumPy",
            ) from err
        return function


def _found(leaf: Any, known: Sequence[tuple[Any, Any]], default: Any = None) -> Any:
    """The Variable of a kept array, by identity."""
    return next((variable for value, variable in known if value is leaf), default)


def _is_inexact(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic | float | complex) and (
        np.asarray(value).dtype.kind in "fc"
    )


def _surface(g: Any) -> Any:
    """Between the tape's convention and the user's: conjugated if complex."""
    return g.conj() if getattr(g, "dtype", np.dtype(float)).kind == "c" else g


# --- black boxes ----------------------------------------------------------------------------------
STEPS = {"2-point": 2.0**-26, "3-point": 2.0**-17}  # sqrt and cube root of the rounding unit


class BlackBox(Function):
    """A function that NumPy cannot see into, with its Jacobian beside it."""

    def __init__(self, f: Callable[..., Any], jac: Callable[..., Any] | str) -> None:
        self.f, self.jac = f, jac
        update_wrapper(self, f, updated=())

    def __repr__(self) -> str:
        return f"custom_gradient({getattr(self.f, '__name__', repr(self.f))})"

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The value of f."""
        self.args, self.options = args, kwargs
        return self.f(*args, **kwargs)

    def backward(self, *gradients: Any) -> Any:
        """Each Jacobian times the gradient of the result."""
        if len(gradients) > 1:
            raise ArgumentError(
                f"{self!r} returned {len(gradients)} results.", hint="np.stack them into one array"
            )
        inexact = [k for k, x in enumerate(self.args) if isinstance(x, Variable) or _is_inexact(x)]
        found = [None] * len(self.args)
        jacobians = self._jacobians(inexact)
        for k, matrix in zip(inexact, jacobians, strict=True):
            found[k] = None if matrix is None else self._product(gradients[0], matrix, self.args[k])
        return tuple(found)

    def _jacobians(self, inexact: list[int]) -> list[Any]:
        """A Jacobian for each floating-point argument."""
        if isinstance(self.jac, str):
            if any(isinstance(x, Variable) for x in self.args):
                raise NoRuleError(
                    f"{self!r} has no second derivative.",
                    f"its first one is computed by differences, jac={self.jac!r}.",
                    f"jac=ac.custom_gradient(jac, jac={self.jac!r}) with an exact jac",
                )
            return [self._differences(k) for k in inexact]
        found = self.jac(*self.args, **self.options)
        if not isinstance(found, tuple | list) or (len(inexact) == 1 and len(found) != 1):
            return [found]
        if len(found) == len(self.args):
            return [found[k] for k in inexact]
        return list(found)

    def _product(self, g: Any, matrix: Any, x: Any) -> Any:
        matrix = matrix if isinstance(matrix, Variable) else np.asarray(matrix)
        if matrix.shape != g.shape + np.shape(x) and matrix.size != g.size * np.size(x):
            raise ShapeError(
                f"The Jacobian of {self!r} has shape {matrix.shape}.",
                "its shape is that of the result, then that of the argument.",
                f"return an array of shape {g.shape + np.shape(x)}",
            )
        return (g.reshape(1, -1) @ _surface(matrix).reshape(g.size, -1)).reshape(np.shape(x))

    def _differences(self, k: int) -> Any:
        """The Jacobian by argument k, a column for each of its entries."""
        x = np.array(self.args[k])
        if x.dtype.kind == "c":
            raise DtypeError(f"{self!r} has a complex argument.", hint="give jac as a function")
        columns, here = [], self._value(k, x)
        for index in np.ndindex(*x.shape):
            h = STEPS[str(self.jac)] * max(1.0, abs(float(x[index])))
            right, left = x.copy(), x.copy()
            right[index] += h
            left[index] -= h
            other, width = (here, h) if self.jac == "2-point" else (self._value(k, left), 2 * h)
            columns.append((self._value(k, right) - other) / width)
        return np.stack(columns, axis=-1).reshape(here.shape + x.shape)

    def _value(self, k: int, x: Any) -> Any:
        return np.asarray(self.f(*self.args[:k], x[()], *self.args[k + 1 :], **self.options))


def custom_gradient(f: Callable[..., Any] | None = None, *, jac: Callable[..., Any] | str) -> Any:
    """Make a black box differentiable: a function of arrays, and its Jacobian.

    Args:
        f: takes arrays and numbers, returns one array or number; NumPy need not see inside.
        jac: a function of the same arguments that returns the Jacobian, of shape output + input
            (of several arguments a tuple of one for each); or "2-point", "3-point" for
            differences. Where it is itself differentiable, so is the gradient.
    Returns:
        a function like f, that may be given Variables; or a decorator, without f.

    >>> import math
    >>> erf = custom_gradient(math.erf, jac=lambda x: 2 / math.pi**0.5 * np.exp(-x * x))
    >>> x = Variable(0.0)
    >>> erf(x).backward()
    >>> print(round(x.grad, 6))
    1.128379
    """
    if f is None:
        return partial(custom_gradient, jac=jac)
    if not callable(jac) and jac not in STEPS:
        raise ArgumentError(f"jac is {jac!r}.", hint="a function, '2-point' or '3-point'")
    return BlackBox(f, jac)
