"""What is to be drawn: Variables as they are, or a function with its arguments, which is called."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import Parameter, signature
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..modes import enable_grad
from ..trees import leaves, mapped
from ..variable import Variable
from ..views import settle
from .model import Graph
from .recording import Failure, Recorder, Recording

FLOATS = (float, complex, np.ndarray, np.generic)


class Target:
    """The roots of a drawing, and how they were found.

    ``roots`` are Variables and ``ends`` the nodes to start from; ``called`` says whether a function
    was called for them, and ``model`` is the Module that was; ``failure`` and ``ended`` are those
    of a recording.
    """

    def __init__(self, target: Any, args: tuple[Any, ...]) -> None:
        self.called = not isinstance(target, Variable | Recording) and callable(target)
        self.model = target if hasattr(target, "named_parameters") else None
        self.failure: Failure | None = None
        self.ended = ""
        self.roots: list[Variable] = []
        if self.called:
            with Recorder(alone=True), unchanged(target):
                self.roots = _results(target, args)
        elif args:
            raise ArgumentError(
                f"graph() got {len(args)} arguments for a {type(target).__name__}.",
                "only a function is called with arguments; options have names.",
                "ac.graph([y, z]) for several Variables",
            )
        elif isinstance(target, Recording):
            self.failure, self.ended = target.failure, target.ended
            self.ends = target.ends()
            return
        else:
            _refuse_graphs(target)
            self.roots = list(leaves(target))
            _refuse_others(self.roots)
        for root in self.roots:
            settle(root)
        self.ends = [root.node for root in self.roots if root.node is not None]


def _refuse_graphs(target: Any) -> None:
    for item in target if isinstance(target, list | tuple) else [target]:
        if isinstance(item, Graph):
            raise ArgumentError(
                "A graph is drawn of Variables; it got a Graph.",
                "it is drawn already.",
                "graph.to_text(), graph.save('y.svg'); ac.to_html([g0, g1]) for several",
            )


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
    if not roots:
        raise ArgumentError(
            "The function that is drawn returned nothing.", hint="return the result at its end"
        )
    return [r if isinstance(r, Variable) else Variable(r, requires_grad=False) for r in roots]


@contextmanager
def unchanged(module: Any) -> Iterator[None]:
    """A block after which a Module's buffers and random generators are what they were."""
    held = [v for _, v in module.named_buffers()] if hasattr(module, "named_buffers") else []
    buffers = [(v, v._data, v.numpy()) for v in held]
    found = module.named_generators() if hasattr(module, "named_generators") else []
    states = [(g, g.bit_generator.state) for _, g in found]
    try:
        yield
    finally:
        for buffer, data, copy in buffers:
            if isinstance(data, np.ndarray) and not np.array_equal(data, copy, equal_nan=True):
                data[...] = copy
            if buffer._data is not data:
                buffer.data = data
        for g, state in states:
            g.bit_generator.state = state


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
