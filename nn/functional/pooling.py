"""Pooling: the maximum or the mean of what lies in a window that moves over images."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError

from .geometry import LETTERS, PLURALS, Geometry, Lengths, per_axis
from .windows import reduced, window_maxima, window_sums

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "global_avg_pool2d",
    "global_max_pool2d",
    "max_pool1d",
    "max_pool2d",
]

PerAxis = int | Sequence[int]


def max_pool1d(
    x: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest value of each window of a signal; otherwise as ``max_pool2d``.

    Args:
        x: signals (N, C, L).
        kernel_size, stride, padding, dilation, ceil_mode: as for ``max_pool2d``.
    Returns:
        (N, C, ⌊(L + 2·padding - dilation·(k - 1) - 1) / stride⌋ + 1).
    Raises:
        ShapeError, ArgumentError: as for ``max_pool2d``.

    >>> max_pool1d(np.array([[[1.0, 3.0, 2.0, 2.0]]]), 2)
    array([[[3., 2.]]])
    """
    return _max_pool("max_pool1d", 1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest value of each window of an image; ties share the gradient equally.

    Args:
        x: images (N, C, H, W).
        kernel_size: of the window; all sizes are one value, or one for each axis.
        stride: how far it moves, by default its size.
        padding: how much is put around the image; it is never the largest.
        dilation: how far the entries of a window lie apart.
        ceil_mode: whether a last window that only begins in the image counts too.
    Returns:
        (N, C, ⌊(H + 2·padding - dilation·(kh - 1) - 1) / stride⌋ + 1, as well W), with ⌈⌉ for
        ``ceil_mode``.
    Raises:
        ShapeError: no images, or smaller than the window.
        ArgumentError: a padding above half the window, or a size that is no positive integer.

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """
    return _max_pool("max_pool2d", 2, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    x: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of each window of a signal; otherwise as ``avg_pool2d``.

    Args:
        x: signals (N, C, L).
        kernel_size, stride, padding, ceil_mode, count_include_pad: as for ``avg_pool2d``.
    Returns:
        (N, C, ⌊(L + 2·padding - k) / stride⌋ + 1).
    Raises:
        ShapeError, ArgumentError: as for ``avg_pool2d``.

    >>> avg_pool1d(np.array([[[1.0, 3.0, 2.0, 2.0]]]), 2)
    array([[[2., 2.]]])
    """
    return _avg_pool("avg_pool1d", 1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    x: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of each window of an image.

    Args:
        x: images (N, C, H, W).
        kernel_size: of the window; all sizes are one value, or one for each axis.
        stride: how far it moves, by default its size.
        padding: how many zeros are put around the image.
        ceil_mode: whether a last window that only begins in the image counts too; what of it lies
            beyond the padding does not count.
        count_include_pad: whether the padding counts among the values of a window.
    Returns:
        (N, C, ⌊(H + 2·padding - kh) / stride⌋ + 1, as well W), with ⌈⌉ for ``ceil_mode``.
    Raises:
        ShapeError: no images, or smaller than the window.
        ArgumentError: a padding above half the window, or a size that is no positive integer.

    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """
    return _avg_pool("avg_pool2d", 2, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def adaptive_avg_pool2d(x: Any, output_size: int | Sequence[int | None] | None) -> Any:
    """The mean of windows that divide an image into a given number of rows and columns.

    Args:
        x: images (N, C, H, W).
        output_size: one number, or one for each axis; None leaves an axis as it is.
    Returns:
        (N, C, *output_size); window i of n reaches from ⌊i L / n⌋ to ⌈(i + 1) L / n⌉.
    Raises:
        ShapeError: no images, or without any pixels.
        ArgumentError: a size that is no positive integer.

    >>> adaptive_avg_pool2d(np.arange(6.0).reshape(1, 1, 2, 3), (1, 2))
    array([[[[2., 3.]]]])
    """
    check_pooled("adaptive_avg_pool2d", x, 2)
    sizes = output_size if isinstance(output_size, Sequence) else (output_size, output_size)
    lengths = [x.shape[k + 2] if n is None and k < 2 else n for k, n in enumerate(sizes)]
    rows, columns = per_axis("adaptive_avg_pool2d", "output_size", lengths, 2)
    height, width = x.shape[2:]
    return _means(height, rows, x.dtype) @ (x @ _means(width, columns, x.dtype).T)


def global_avg_pool2d(x: Any) -> Any:
    """The mean of each channel of an image: (N, C, H, W) → (N, C).

    Raises:
        ShapeError: no images, or without any pixels.

    >>> global_avg_pool2d(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[1.5, 5.5]])
    """
    check_pooled("global_avg_pool2d", x, 2)
    return np.mean(x, axis=(2, 3))


def global_max_pool2d(x: Any) -> Any:
    """The largest value of each channel of an image: (N, C, H, W) → (N, C); ties share equally.

    Raises:
        ShapeError: no images, or without any pixels.

    >>> global_max_pool2d(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[3., 7.]])
    """
    check_pooled("global_max_pool2d", x, 2)
    return np.max(x, axis=(2, 3))


def _max_pool(
    who: str,
    axes: int,
    x: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    padding: PerAxis,
    dilation: PerAxis,
    ceil_mode: bool,
) -> Any:
    check_pooled(who, x, axes)
    kernel, steps, pads = pooling_sizes(who, kernel_size, stride, padding, axes)
    gaps = per_axis(who, "dilation", dilation, axes)
    geometry = _pooling_geometry(who, x.shape[2:], kernel, steps, pads, gaps, ceil_mode)
    return window_maxima(x, kernel, geometry)


def _avg_pool(
    who: str,
    axes: int,
    x: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    padding: PerAxis,
    ceil_mode: bool,
    count_include_pad: bool,
) -> Any:
    check_pooled(who, x, axes)
    kernel, steps, pads = pooling_sizes(who, kernel_size, stride, padding, axes)
    geometry = _pooling_geometry(who, x.shape[2:], kernel, steps, pads, (1,) * axes, ceil_mode)
    sums = window_sums(x, kernel, geometry)
    return sums / _counted(x.shape[2:], kernel, pads, geometry, count_include_pad, sums.dtype)


def _counted(
    lengths: Lengths,
    kernel: Lengths,
    pads: Lengths,
    geometry: Geometry,
    count_include_pad: bool,
    dtype: Any,
) -> Any:
    """How many entries of each window count: a number, or an array where the windows differ."""
    whole = tuple([(p, p) for p in pads]) == geometry.padding
    if whole and (count_include_pad or not any(pads)):
        return int(np.prod(kernel))
    counting = pads if count_include_pad else (0,) * len(pads)
    ones = np.zeros(geometry.padded(lengths), dtype if dtype.kind == "f" else float)
    each = zip(lengths, pads, counting, strict=True)
    ones[tuple([slice(p - c, p + n + c) for n, p, c in each])] = 1
    return reduced(np.add, ones[None, None], kernel, geometry)


def _means(length: int, count: int, dtype: Any) -> Any:
    """The matrix (count, length) that takes the mean of each of so many windows."""
    matrix = np.zeros((count, length), dtype if dtype.kind == "f" else float)
    for k, row in enumerate(matrix):
        start, stop = k * length // count, -(-(k + 1) * length // count)
        row[start:stop] = 1 / (stop - start)
    return matrix


# --- what was asked -------------------------------------------------------------------------------
def check_pooled(who: str, x: Any, axes: int) -> None:
    """Refuse what is not a batch of images with pixels."""
    if x.ndim != axes + 2 or 0 in x.shape[2:]:
        raise ShapeError(
            f"{who} needs {PLURALS[axes]} of shape (N, C, {', '.join(LETTERS[axes])}); "
            f"it got shape {x.shape}.",
            hint="x[None] for one sample" if x.ndim == axes + 1 else f"x of {axes + 2} axes",
        )


def pooling_sizes(
    who: str, kernel_size: PerAxis, stride: PerAxis | None, padding: PerAxis, axes: int
) -> tuple[Lengths, Lengths, Lengths]:
    """Window, stride and padding, one integer for each axis."""
    kernel = per_axis(who, "kernel_size", kernel_size, axes)
    steps = kernel if stride is None else per_axis(who, "stride", stride, axes)
    pads = per_axis(who, "padding", padding, axes, least=0)
    if any(2 * p > k for p, k in zip(pads, kernel, strict=True)):
        raise ArgumentError(
            f"{who} got padding {pads} for windows of size {kernel}.",
            "above half a window, a window would hold nothing but padding.",
            f"padding={tuple([k // 2 for k in kernel])}",
        )
    return kernel, steps, pads


def _pooling_geometry(
    who: str,
    lengths: Lengths,
    kernel: Lengths,
    steps: Lengths,
    pads: Lengths,
    gaps: Lengths,
    ceil_mode: bool,
) -> Geometry:
    """The geometry of a pooling; for ``ceil_mode`` with more margin at the end."""
    margins = []
    for n, k, s, p, d in zip(lengths, kernel, steps, pads, gaps, strict=True):
        left = n + 2 * p - d * (k - 1) - 1
        if left < 0:
            raise ShapeError(
                f"{who} has windows of size {kernel}, larger than images of size {lengths}.",
                hint=f"kernel_size={min(lengths)}, or padding",
            )
        extra = -left % s if ceil_mode and (left // s + 1) * s < n + p else 0
        margins.append((p, p + extra))
    return Geometry(steps, tuple(margins), gaps, 1)
