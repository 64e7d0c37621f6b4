"""What initializers scale by: the fans of a shape, and the gains of nonlinearities."""

import math
from collections.abc import Sequence

from autograd_core import ArgumentError, ShapeError

from .choices import choice

__all__ = ["calculate_gain", "fans", "lengths_of"]

Shape = int | Sequence[int]


def lengths_of(shape: Shape) -> tuple[int, ...]:
    """A shape as a tuple.

    >>> lengths_of(3), lengths_of([2, 3])
    ((3,), (2, 3))
    """
    return (shape,) if isinstance(shape, int) else tuple(shape)


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs feed one output, and how many outputs one input feeds.

    Args:
        shape: of a weight: ``(in, out)`` of a Linear, ``(out, in // groups, *k)`` of a convolution.
    Returns:
        ``(in, out)`` as they stand, or ``in // groups * ∏k`` and ``out * ∏k``.
    Raises:
        ShapeError: fewer than two axes.

    >>> fans((784, 100)), fans((16, 3, 5, 5))
    ((784, 100), (75, 400))
    """
    lengths = lengths_of(shape)
    if len(lengths) < 2:
        raise ShapeError(
            f"An initializer that scales by fans got shape {lengths}.",
            "fans are counted of (in, out) or (out, in, *kernel).",
            "init.normal, init.uniform or init.zeros for a vector",
        )
    if len(lengths) == 2:
        return lengths
    field = math.prod(lengths[2:])
    return lengths[1] * field, lengths[0] * field


def calculate_gain(name: str, param: float | None = None) -> float:
    """The factor that keeps the size of signals through a nonlinearity.

    Args:
        name: of an activation.
        param: the slope of ``leaky_relu`` below zero, 0.01 unless given.
    Raises:
        ArgumentError: an unknown name, or a ``param`` for another one.

    Source: He et al., "Delving deep into rectifiers" (2015), for relu and its leaky form; the
    others are the customary values of PyTorch's table.

    >>> calculate_gain("tanh"), round(calculate_gain("relu"), 4)
    (1.6666666666666667, 1.4142)
    """
    if name == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope * slope))
    gain = choice("nonlinearity", name, {**_GAINS, "leaky_relu": math.sqrt(2 / 1.0001)})
    if param is not None:
        raise ArgumentError(
            f"calculate_gain({name!r}) takes no parameter; it got {param!r}.",
            hint=f"calculate_gain({name!r})",
        )
    return gain


_GAINS = {
    "linear": 1.0,
    "identity": 1.0,
    "conv": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
}
