"""The tracked arrays among the extra arguments of a function, as one vector and back.

SciPy's solvers call a function many times with plain arrays. What they return is then one
operation of that vector, so that it does not matter how the arguments are nested.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NoRuleError
from ..transforms.call import is_tracked, value_of
from ..transforms.selection import name_of
from ..trees import flatten, leaves, mapped, restored
from ..variable import Variable, array


class Parameters:
    """How a vector of numbers finds its places among the arguments; holds no Variable.

    ``plain`` are the arguments without history, those that are not tracked in memory of their own.
    """

    def __init__(self, args: tuple[Any, ...], solver: str) -> None:
        values = list(leaves(args))
        self.tracked = [is_tracked(value) for value in values]
        self.plain = mapped(constant, args)
        numbers = [v for v, tracked in zip(values, self.tracked, strict=True) if tracked]
        if any(v.dtype.kind == "c" for v in numbers):
            raise NoRuleError(
                f"{solver} has no derivative by complex arguments.",
                hint="give real and imaginary parts as arguments of their own",
            )
        _, self.unflatten = flatten([value_of(v) for v in numbers])

    def vector(self, args: tuple[Any, ...]) -> Any:
        """The tracked arguments, one after the other."""
        return flatten([value for value in leaves(args) if is_tracked(value)])[0]

    def __call__(self, vector: Any) -> tuple[Any, ...]:
        """The arguments with the numbers of a vector."""
        numbers = iter(self.unflatten(vector))
        pairs = zip(leaves(self.plain), self.tracked, strict=True)
        values = [next(numbers) if tracked else value for value, tracked in pairs]
        arguments: tuple[Any, ...] = restored(self.plain, iter(values))
        return arguments


def constant(value: Any) -> Any:
    """An argument without history; an array as a copy, that nobody else can write into."""
    value = value_of(value)
    return value.copy() if isinstance(value, np.ndarray) else value


def entered(
    f: Callable[..., Any], args: Any, solver: str, start: Any, value: Callable[..., Any]
) -> tuple[Parameters, Any]:
    """The parameters of a function, and the vector of what is tracked among its arguments.

    Args:
        f: the function of the user's.
        args: its extra arguments.
        solver: who asks.
        start: the place of a first evaluation.
        value: what is evaluated there, f or something that calls it.
    Raises:
        NoRuleError: f uses something tracked that is not among its arguments.
    """
    parameters = Parameters(args, solver)
    if any(map(is_tracked, leaves(value(start, *parameters.plain)))):
        raise NoRuleError(
            f"{solver} has no derivative by what {name_of(f)} takes from around it, a tracked "
            "Variable.",
            "gradients flow through its arguments alone.",
            "args=(w,), and a parameter w of the function; or w.detach()",
        )
    return parameters, parameters.vector(args)


def joined(value: Any) -> Any:
    """What a function returned, as one array or Variable: SciPy takes lists too."""
    if not isinstance(value, list | tuple):
        return value
    return array(value) if any(isinstance(v, Variable) for v in leaves(value)) else np.array(value)


def as_tuple(args: Any) -> tuple[Any, ...]:
    """Extra arguments; SciPy takes a single one as it is."""
    return args if isinstance(args, tuple) else (args,)
