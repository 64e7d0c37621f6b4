"""Convolution of one to three axes, and its transpose.

Three operations carry it: ``correlate``, ``scatter_windows`` and ``correlate_windows`` are each
bilinear, and the transposes of each are the other two. So every derivative, of any order, is made
of them. They keep images and kernels, never the columns between; these are made again, a block of
images at a time, small enough for the cache.

In this file ``(...)`` are the axes along which the kernel moves, one to three of them.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd_core import ShapeError, bilinear, primitive

from ..choices import choice
from .geometry import (
    Geometry,
    Lengths,
    check_groups,
    check_images,
    check_output_padding,
    margins_of,
    per_axis,
)

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"]

BLOCK = 2**20  # bytes of columns made at once
PADDING_MODES: dict[str, Any] = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


# --- three operations, each the others' transpose -------------------------------------------------
@primitive
def correlate(x: Any, w: Any, geometry: Geometry) -> Any:
    """Images x (N, C, ...) with kernels w (O, C / groups, ...) → (N, O, ...)."""
    filters, kernel = len(w), w.shape[2:]
    outputs = geometry.outputs(x.shape[2:], kernel)
    y = np.empty((len(x), filters, *outputs), np.result_type(x, w))
    matrices = _matrices(w, geometry.groups)
    for block, columns in _columns(x, kernel, outputs, geometry):
        np.matmul(matrices, columns, out=_rows(y[block], geometry.groups))
    return y


@primitive
def scatter_windows(g: Any, w: Any, lengths: Lengths, geometry: Geometry) -> Any:
    """Each entry of g (N, O, ...) adds its kernel to images of these lengths: (N, C, ...)."""
    channels, kernel, outputs = w.shape[1] * geometry.groups, w.shape[2:], g.shape[2:]
    x = np.empty((len(g), channels, *lengths), np.result_type(g, w))
    matrices = _matrices(w, geometry.groups).mT
    size = channels * math.prod(kernel) * math.prod(outputs) * x.itemsize
    for block in _blocks(len(g), size):
        columns = matrices @ _rows(np.ascontiguousarray(g[block]), geometry.groups)
        columns = columns.reshape(-1, channels, *kernel, *outputs)
        padded = np.zeros((len(columns), channels, *geometry.padded(lengths)), x.dtype)
        for place, window in geometry.windows(kernel, outputs):
            padded[window] += columns[(slice(None), slice(None), *place)]
        x[block] = padded[geometry.inside(lengths)]
    return x


@primitive
def correlate_windows(x: Any, g: Any, kernel: Lengths, geometry: Geometry) -> Any:
    """Images x (N, C, ...) with results g (N, O, ...) → kernels (O, C / groups, *kernel)."""
    groups, filters, channels = geometry.groups, g.shape[1], x.shape[1] // geometry.groups
    size = (groups, filters // groups, channels * math.prod(kernel))
    w = np.zeros(size, np.result_type(x, g))
    for block, columns in _columns(x, kernel, g.shape[2:], geometry):
        rows = _rows(np.ascontiguousarray(g[block]), groups)
        w += np.add.reduce(rows @ columns.mT, 0)
    return w.reshape(filters, channels, *kernel)


bilinear(
    correlate,
    lambda g, x, w, geometry: scatter_windows(g, w, x.shape[2:], geometry),
    lambda g, x, w, geometry: correlate_windows(x, g, w.shape[2:], geometry),
)
bilinear(
    scatter_windows,
    lambda t, _g, w, _lengths, geometry: correlate(t, w, geometry),
    lambda t, g, w, _lengths, geometry: correlate_windows(t, g, w.shape[2:], geometry),
)
bilinear(
    correlate_windows,
    lambda t, x, g, _kernel, geometry: scatter_windows(g, t, x.shape[2:], geometry),
    lambda t, x, _g, _kernel, geometry: correlate(x, t, geometry),
)


def _blocks(count: int, size: int) -> Iterator[slice]:
    """Slices of ``count`` images whose columns take ``size`` bytes each."""
    step = max(1, BLOCK // max(size, 1))
    return (slice(start, min(start + step, count)) for start in range(0, count, step))


def _matrices(w: Any, groups: int) -> Any:
    """Kernels as one matrix for each group: (groups, O / groups, C / groups · k)."""
    return w.reshape(groups, len(w) // groups, math.prod(w.shape[1:]))


def _rows(y: Any, groups: int) -> Any:
    """Images (N, O, ...) as a matrix for each group: (N, groups, O / groups, …)."""
    return y.reshape(len(y), groups, y.shape[1] // groups, math.prod(y.shape[2:]))


def _columns(
    x: Any, kernel: Lengths, outputs: Lengths, geometry: Geometry
) -> Iterator[tuple[slice, Any]]:
    """What the kernel meets at each place: blocks (n, groups, C / groups · k, places)."""
    count, channels, *lengths = x.shape
    groups, size = geometry.groups, math.prod(kernel) * math.prod(outputs)
    depth = channels // groups * math.prod(kernel)
    blocks = list(_blocks(count, channels * size * x.itemsize))
    largest = blocks[0].stop if blocks else 0
    padded: Any = np.zeros((largest, channels, *geometry.padded(lengths)), x.dtype)
    columns: Any = np.empty((largest, channels, *kernel, *outputs), x.dtype)
    inside = geometry.inside(lengths)
    for block in blocks:
        n = block.stop - block.start
        padded[:n][inside] = x[block]
        for place, window in geometry.windows(kernel, outputs):
            columns[(slice(n), slice(None), *place)] = padded[:n][window]
        yield block, columns[:n].reshape(n, groups, depth, math.prod(outputs))


# --- the functions --------------------------------------------------------------------------------
def conv1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: int | Sequence[int] = 1,
    padding: Any = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Any:
    """Correlate each signal (N, C, L) with each kernel; otherwise as ``conv2d``.

    Args:
        x: signals (N, C, L).
        weight: kernels (O, C // groups, k).
        bias: a number for each kernel (O,), or none.
        stride, padding, dilation, groups, padding_mode: as for ``conv2d``.
    Returns:
        (N, O, ⌊(L + 2·padding - dilation·(k - 1) - 1) / stride⌋ + 1).
    Raises:
        ShapeError, ArgumentError: as for ``conv2d``.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).

    >>> conv1d(np.array([[[1.0, 2.0, 4.0, 8.0]]]), np.array([[[-1.0, 1.0]]]))
    array([[[1., 2., 4.]]])
    """
    return _convolved("conv1d", x, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: int | Sequence[int] = 1,
    padding: Any = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Any:
    """Correlate each image with each kernel, which is what the field calls convolution.

    For the convolution of mathematics turn the kernels about: ``np.flip(weight, (2, 3))``.

    Args:
        x: images (N, C, H, W).
        weight: kernels (O, C // groups, kh, kw).
        bias: a number for each kernel (O,), or none.
        stride: how far the kernel moves; for this and the next two, one value or one per axis.
        padding: how much is put around an image; an axis may have a pair, before and after it.
            ``"valid"`` is none; ``"same"`` lets the result have the image's size (stride 1).
        dilation: how far the entries of a kernel lie apart.
        groups: channels and kernels are divided into so many groups that do not see each other.
        padding_mode: what is put around: ``"zeros"``, ``"reflect"`` the image about its border,
            ``"replicate"`` the border, or ``"circular"``, the image's other side.
    Returns:
        (N, O, ⌊(H + 2·padding - dilation·(kh - 1) - 1) / stride⌋ + 1, likewise for W).
    Raises:
        ShapeError: the channels differ, or the kernel is larger than the padded image.
        ArgumentError: groups that do not divide; an option that is none of those above.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), padding=1)
    array([[[[4., 6., 4.],
             [6., 9., 6.],
             [4., 6., 4.]]]])
    """
    return _convolved("conv2d", x, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv3d(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: int | Sequence[int] = 1,
    padding: Any = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Any:
    """Correlate each volume (N, C, D, H, W) with each kernel; otherwise as ``conv2d``.

    Args:
        x: volumes (N, C, D, H, W).
        weight: kernels (O, C // groups, kd, kh, kw).
        bias: a number for each kernel (O,), or none.
        stride, padding, dilation, groups, padding_mode: as for ``conv2d``.
    Returns:
        (N, O, ⌊(D + 2·padding - dilation·(kd - 1) - 1) / stride⌋ + 1, likewise for H and W).
    Raises:
        ShapeError, ArgumentError: as for ``conv2d``.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).

    >>> conv3d(np.ones((1, 2, 3, 3, 3)), np.ones((4, 2, 3, 3, 3))).shape
    (1, 4, 1, 1, 1)
    """
    return _convolved("conv3d", x, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv_transpose1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: int | Sequence[int] = 1,
    padding: Any = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Any:
    """The transpose of ``conv1d`` by its signals; otherwise as ``conv_transpose2d``.

    Args:
        x: signals (N, C, L).
        weight: kernels (C, O // groups, k).
        bias: a number for each channel of the result (O,), or none.
        stride, padding, output_padding, groups, dilation: as for ``conv_transpose2d``.
    Returns:
        (N, O, (L - 1)·stride - 2·padding + dilation·(k - 1) + output_padding + 1).
    Raises:
        ShapeError, ArgumentError: as for ``conv_transpose2d``.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §4.

    >>> conv_transpose1d(np.array([[[1.0, 2.0]]]), np.array([[[1.0, 10.0, 100.0]]]))
    array([[[  1.,  12., 120., 200.]]])
    """
    return _transposed(
        "conv_transpose1d", x, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: int | Sequence[int] = 1,
    padding: Any = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Any:
    """The transpose of ``conv2d`` by its images: each entry of x lays its kernel down, and adds.

    Args:
        x: images (N, C, H, W).
        weight: kernels (C, O // groups, kh, kw).
        bias: a number for each channel of the result (O,), or none.
        stride: how far apart the kernels are laid.
        padding: how much is cut from the border of the result.
        output_padding: how much is left at the end, less than the stride or the dilation: of the
            sizes that ``conv2d`` makes into that of x, which one.
        groups, dilation: as for ``conv2d``.
    Returns:
        (N, O, (H - 1)·stride - 2·padding + dilation·(kh - 1) + output_padding + 1, as well W).
    Raises:
        ShapeError: the channels differ, or nothing would be left.
        ArgumentError: groups that do not divide; an option that is none of those above.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §4.

    >>> conv_transpose2d(np.array([[[[1.0, 2.0]]]]), np.ones((1, 1, 2, 2)), stride=2)
    array([[[[1., 1., 2., 2.],
             [1., 1., 2., 2.]]]])
    """
    return _transposed(
        "conv_transpose2d", x, weight, bias, stride, padding, output_padding, groups, dilation
    )


def _convolved(
    who: str,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
    padding_mode: str,
) -> Any:
    """Every convolution: what was asked becomes a Geometry, and is checked."""
    axes = np.ndim(weight) - 2
    filters, channels, *kernel = np.shape(weight)
    check_images(f"{who} ({channels * groups} -> {filters})", x, channels * groups, axes)
    check_groups(who, groups, channels * groups, filters)
    steps, gaps = per_axis(who, "stride", stride, axes), per_axis(who, "dilation", dilation, axes)
    margins = margins_of(who, padding, kernel, steps, gaps)
    mode = choice("padding_mode", padding_mode, PADDING_MODES)
    if mode != "constant" and any(map(any, margins)):
        x = np.pad(x, ((0, 0), (0, 0), *margins), mode=mode)
        margins = ((0, 0),) * axes
    geometry = Geometry(steps, margins, gaps, groups)
    padded = geometry.padded(np.shape(x)[2:])
    reach = tuple([d * (k - 1) + 1 for k, d in zip(kernel, gaps, strict=True)])
    if any(r > length for r, length in zip(reach, padded, strict=True)):
        raise ShapeError(
            f"{who} has kernels of size {reach}, larger than the padded images of size {padded}.",
            f"the images have shape {np.shape(x)}; a kernel must fit at least once.",
            "a smaller kernel, or padding='same'",
        )
    return _shifted(correlate(x, weight, geometry), bias, axes)


def _transposed(
    who: str,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Any:
    """Every transposed convolution: what was asked becomes a Geometry, and is checked."""
    axes = np.ndim(weight) - 2
    channels, filters, *kernel = np.shape(weight)
    check_images(f"{who} ({channels} -> {filters * groups})", x, channels, axes)
    check_groups(who, groups, channels, filters * groups)
    steps, gaps = per_axis(who, "stride", stride, axes), per_axis(who, "dilation", dilation, axes)
    margins = margins_of(who, padding, kernel, steps, gaps)
    more = check_output_padding(who, output_padding, stride, dilation, axes)
    each = zip(np.shape(x)[2:], steps, margins, gaps, kernel, more, strict=True)
    lengths = tuple([(n - 1) * s - sum(p) + d * (k - 1) + m + 1 for n, s, p, d, k, m in each])
    if any(length < 1 for length in lengths):
        raise ShapeError(
            f"{who} would give images of size {lengths}; it got shape {np.shape(x)}.",
            f"padding {margins} cuts off more than there is.",
            "less padding",
        )
    geometry = Geometry(steps, margins, gaps, groups)
    return _shifted(scatter_windows(x, weight, lengths, geometry), bias, axes)


def _shifted(y: Any, bias: Any, axes: int) -> Any:
    """A number added to each channel."""
    return y if bias is None else y + bias.reshape(-1, *[1] * axes)
