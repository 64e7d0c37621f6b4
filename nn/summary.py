"""The table of a module: path, layer, output shape, parameters, bytes, multiply-adds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import escape
from typing import Any, NamedTuple

import numpy as np

from autograd_core import AutogradError, no_grad

from .module import Module
from .parameter import Parameter
from .paths import label

__all__ = ["Summary", "summary"]

Shape = tuple[int, ...]
HEADS = ("path", "layer", "output shape", "parameters", "bytes", "multiply-adds")


class Line(NamedTuple):
    """One layer: numbers of its own parameters, without those of the layers inside it.

    ``shape`` is the output's with "N" for the batch axis, or None where the layer was not called;
    ``products`` are the multiply-adds of its weights for one sample, or None.
    """

    path: str
    layer: str
    shape: str | None
    parameters: int
    nbytes: int
    products: int | None


class Summary:
    """What ``module.summary()`` returns: prints as a table, holds its ``lines`` and totals.

    ``parameters``, ``trainable`` and ``nbytes`` count the module's parameters, shared ones once;
    ``products`` are the multiply-adds for one sample, or None without an input shape.
    """

    def __init__(self, title: str, lines: list[Line], module: Module) -> None:
        self.title, self.lines = title, lines
        self.parameters = module.num_parameters()
        self.trainable = module.num_parameters(trainable=True)
        self.nbytes = sum(p.size * p.dtype.itemsize for p in module.parameters())
        known = [line.products for line in lines if line.products is not None]
        self.products = sum(known) if known else None

    def _cells(self) -> list[tuple[str, ...]]:
        return [
            (
                *(line.path, line.layer, line.shape or "-"),
                *("-" if n is None else f"{n:,}" for n in line[3:]),
            )
            for line in self.lines
        ]

    def _last(self) -> str:
        frozen = self.parameters - self.trainable
        parts = [f"{self.parameters:,} parameters" + (f" ({frozen:,} frozen)" if frozen else "")]
        parts.append(f"{self.nbytes:,} bytes")
        if self.products is not None:
            parts.append(f"{self.products:,} multiply-adds per sample")
        return ", ".join(parts)

    def __repr__(self) -> str:
        rows = [HEADS, *self._cells()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for row in rows:
            cells = [cell.ljust(w) for cell, w in zip(row[:3], widths[:3], strict=True)]
            cells += [cell.rjust(w) for cell, w in zip(row[3:], widths[3:], strict=True)]
            lines.append("  ".join(cells).rstrip())
        rule = "-" * max(map(len, lines))
        return "\n".join([self.title, lines[0], rule, *lines[1:], rule, self._last()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in HEADS)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._cells()
        )
        return (
            f"<table><caption>{escape(self.title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table><p>{escape(self._last())}</p>"
        )


def summary(module: Module, input_shape: Any = None) -> Summary:
    """The table of a module; with an input shape, also output shapes and multiply-adds.

    Args:
        module: any Module.
        input_shape: of one sample, without the batch axis; a list of shapes for several inputs.
    Raises:
        ArgumentError: a lazy layer has no parameters yet, and no input shape is given.
        ShapeError: the module does not take this input.

    >>> from nn import Linear, ReLU, Sequential
    >>> summary(Sequential(Linear(4, 8), ReLU(), Linear(8, 2)), (4,))
    Sequential
    path  layer   output shape  parameters  bytes  multiply-adds
    ------------------------------------------------------------
    0     Linear  (N, 8)                40    320             32
    1     ReLU    (N, 8)                 0      0              0
    2     Linear  (N, 2)                18    144             16
    ------------------------------------------------------------
    58 parameters, 464 bytes, 48 multiply-adds per sample
    """
    calls: dict[int, list[tuple[list[Shape], Shape]]] = {}
    if input_shape is not None:
        calls = _calls(module, _shapes(input_shape))
    counted: set[int] = set()
    lines = []
    for path, layer in module.named_modules():
        own = [p for _, p in layer._found(Parameter, deep=False) if id(p) not in counted]
        counted.update(map(id, own))
        if layer.children() and not own:
            continue
        made = calls.get(id(layer))
        lines.append(
            Line(
                path,
                type(layer).__name__,
                _batched(made[0][1]) if made else None,
                sum(p.size for p in own),
                sum(p.size * p.dtype.itemsize for p in own),
                sum(layer._multiply_adds(*call) for call in made) // BATCH if made else None,
            )
        )
    return Summary(label(module), lines, module)


BATCH = 2  # samples in the trial call: more than one, so that the batch axis shows


def _shapes(input_shape: Any) -> list[Shape]:
    """One shape, or a list of them, as a list."""
    if isinstance(input_shape, int):
        return [(input_shape,)]
    several = len(input_shape) > 0 and not isinstance(input_shape[0], int)
    return [tuple(shape) for shape in input_shape] if several else [tuple(input_shape)]


def _calls(module: Module, shapes: list[Shape]) -> dict[int, list[tuple[list[Shape], Shape]]]:
    """Input and output shapes of every call of every layer, on zeros."""
    found: dict[int, list[tuple[list[Shape], Shape]]] = {}

    def note(layer: Module, args: Any, output: Any) -> None:
        made = [np.shape(a) for a in args if hasattr(a, "shape")], _shape_of(output)
        found.setdefault(id(layer), []).append(made)

    trials = [[np.zeros((BATCH, *shape), dtype) for shape in shapes] for dtype in _dtypes(module)]
    with _as_it_was(module) as stack, no_grad():
        for layer in module.modules():
            stack.enter_context(layer.register_forward_hook(note))
        try:
            module.eval()(*trials[0])
        except (AutogradError, IndexError, TypeError):  # it may want integers, as Embedding does
            found.clear()
            try:
                module(*trials[1])
            except (AutogradError, IndexError, TypeError):
                found.clear()
                module(*trials[0])
    return found


def _dtypes(module: Module) -> list[Any]:
    """What to try for inputs: numbers as the parameters are, then integers."""
    own = module._found(Parameter)
    return [own[0][1].dtype if own else np.dtype(float), np.dtype(int)]


@contextmanager
def _as_it_was(module: Module) -> Iterator[ExitStack]:
    """A block after which modes, random generators and hooks are what they were."""
    modes = [(m, m.training) for m in module.modules()]
    states = [(g, g.bit_generator.state) for _, g in module.named_generators()]
    try:
        with ExitStack() as stack:
            yield stack
    finally:
        for inner, mode in modes:
            inner.training = mode
        for g, state in states:
            g.bit_generator.state = state


def _shape_of(output: Any) -> Shape:
    """The shape of a result; of several, the first one's."""
    while isinstance(output, tuple | list) and output:
        output = output[0]
    return np.shape(output)


def _batched(shape: Shape) -> str:
    """A shape with N for the batch axis."""
    lengths = ["N", *map(str, shape[1:])] if shape[:1] == (BATCH,) else [*map(str, shape)]
    return f"({', '.join(lengths)}{',' * (len(lengths) == 1)})"
