"""What is to be drawn: Variables as they are, or a function with its arguments, which is called."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..modes import enable_grad
from ..trees import leaves, mapped
from ..variable import Variable

FLOATS = (float, complex, np.ndarray, np.generic)


class Target:
    """The roots of a drawing, and how they were found.

    ``roots`` are Variables; ``called`` whether a function was called for them.
    """

    def __init__(self, target: Any, args: tuple[Any, ...]) -> None:
        self.called = not isinstance(target, Variable) and callable(target)
        if self.called:
            self.roots = _results(target, args)
        elif args:
            raise ArgumentError(
                f"graph() got {len(args)} arguments for a {type(target).__name__}.",
                "only a function is called with arguments; options have names.",
                "ac.graph([y, z]) for several Variables",
            )
        else:
            self.roots = list(leaves(target))
            _refuse_others(self.roots)


def _refuse_others(roots: list[Any]) -> None:
    for root in roots:
        if not isinstance(root, Variable):
            raise ArgumentError(
                f"A graph is drawn of Variables; it got {type(root).__name__}.",
                "a plain number does not remember how it was computed.",
                "x = ac.Variable(x) before computing from it; or ac.graph(f, x)",
            )
    if not roots:
        raise ArgumentError("A graph is drawn of Variables; it got none.", hint="ac.graph(y)")


def _results(function: Callable[..., Any], args: tuple[Any, ...]) -> list[Variable]:
    """What a function returns of tracked inputs, as Variables."""
    with enable_grad():
        output = function(*tracked(function, args))
    roots = list(leaves(output))
    return [r if isinstance(r, Variable) else Variable(r, requires_grad=False) for r in roots]


def tracked(function: Callable[..., Any], args: tuple[Any, ...]) -> list[Any]:
    """The arguments, with a named input in place of each floating-point number or array."""
    names = _parameters(function, len(args))
    return [_inputs(name, value) for name, value in zip(names, args, strict=True)]


def _inputs(name: str, value: Any) -> Any:
    """The inputs of one argument; of a container ``name[0]``, ``name[1]``, …"""
    several = len(list(leaves(value))) > 1
    numbers = iter(range(len(list(leaves(value)))))

    def entered(leaf: Any) -> Any:
        place = next(numbers)
        if type(leaf) is int or not isinstance(leaf, FLOATS):
            return leaf
        if np.asarray(leaf).dtype.kind not in "fc":
            return leaf
        return Variable(leaf, name=f"{name}[{place}]" if several else name)

    return mapped(entered, value)


def _parameters(function: Callable[..., Any], count: int) -> list[str]:
    """The names of a function's first parameters; x1, x2, … where they are not known."""
    function = getattr(function, "forward", function)
    try:
        parameters = list(signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    rest = [p.name for p in parameters if p.kind is Parameter.VAR_POSITIONAL]
    label = f"{rest[0]}[{{}}]" if rest else "x{}"
    more = [label.format(k if rest else k + 1) for k in range(count)]
    return [*names, *more[: max(0, count - len(names))]][:count]
