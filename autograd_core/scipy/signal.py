"""scipy.signal on Variables: convolutions in any number of dimensions, directly or by transforms.

Each mode cuts a part out of the full convolution z. A cotangent, with zeros for what was cut off,
goes back by ``ā = z̄ ⋆ b``, the "valid" convolution with b reversed; nothing is conjugated.
"""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..errors import require
from ..forms import bilinear, composite, primitive

SIGNAL = require("scipy.signal", extra="scipy", feature="autograd_core.scipy.signal")


@primitive
def convolved(a: Any, b: Any, mode: str, method: str | None, axes: tuple[int, ...]) -> Any:
    """The convolution, by transforms along some axes if there is no method to choose."""
    if method is None:
        return SIGNAL.fftconvolve(a, b, mode, axes)
    return SIGNAL.convolve(a, b, mode, method)


def completed(g: Any, first: Any, second: Any, mode: str, axes: tuple[int, ...]) -> Any:
    """A cotangent with zeros around it, for the full convolution of two operands."""
    widths = []
    for axis, (m, n) in enumerate(zip(first.shape, second.shape, strict=True)):
        length = m + n - 1 if axis in axes else max(m, n)
        before = (length - m) // 2 if mode == "same" else 0
        if mode == "valid" and axis in axes:
            before = min(m, n) - 1
        widths.append((before, length - g.shape[axis] - before))
    return np.pad(g, widths)


def by_first(g: Any, a: Any, b: Any, mode: str, method: str | None, axes: tuple[int, ...]) -> Any:
    """The cotangent of the first operand."""
    full = completed(g, a, b, mode, axes)
    return convolved(full, np.flip(b, axes), "valid", method, axes)


def by_second(g: Any, a: Any, b: Any, mode: str, method: str | None, axes: tuple[int, ...]) -> Any:
    """The cotangent of the second operand."""
    full = completed(g, a, b, mode, axes)
    return convolved(full, np.flip(a, axes), "valid", method, axes)


bilinear(convolved, by_first, by_second)


@primitive
def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """The convolution of two arrays of the same number of dimensions.

    Args:
        in1, in2: the arrays.
        mode: "full"; "same", the middle of it, in the shape of ``in1``; or "valid", where the
            two overlap completely.
        method: "direct", "fft", or "auto" for what SciPy deems faster.

    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0]), method="direct")
    array([1., 3., 5., 3.])
    """
    return SIGNAL.convolve(in1, in2, mode, method)


@composite(convolve)
def convolve_composite(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """Along all axes."""
    return recorded(in1, in2, mode, method, tuple(range(np.ndim(in1))))


@primitive
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """The convolution of two arrays by Fourier transforms.

    Args:
        in1, in2: arrays of the same number of dimensions.
        mode: "full", "same" or "valid", as for ``convolve``.
        axes: along which to convolve, all by default; the others are broadcast.

    >>> np.round(fftconvolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0])), 12)
    array([1., 3., 5., 3.])
    """
    return SIGNAL.fftconvolve(in1, in2, mode, axes)


@composite(fftconvolve)
def fftconvolve_composite(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """Along some axes."""
    ndim = np.ndim(in1)
    axes = range(ndim) if axes is None else axes
    return recorded(in1, in2, mode, None, normalize_axis_tuple(axes, ndim))


def recorded(a: Any, b: Any, mode: str, method: str | None, axes: tuple[int, ...]) -> Any:
    """The convolution as an operation; of numbers, the product."""
    if np.ndim(a) == 0 == np.ndim(b):
        return np.multiply(a, b)
    return convolved(a, b, mode, method, axes)


__all__ = ["convolve", "fftconvolve"]
