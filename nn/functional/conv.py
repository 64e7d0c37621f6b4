"""Convolution of one to three axes, and its transpose: what was asked, checked and carried out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import ShapeError

from ..choices import choice
from .correlation import correlate, scatter_windows
from .geometry import (
    Geometry,
    check_groups,
    check_images,
    check_output_padding,
    margins_of,
    per_axis,
)

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"]

PADDING_MODES: dict[str, Any] = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


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
