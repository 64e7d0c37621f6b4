"""Pooling layers; what is computed stands in nn.functional.pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import functional as F
from .functional.geometry import per_axis
from .functional.pooling import PerAxis, check_pooled, pooling_sizes
from .module import Module
from .paths import label

__all__ = [
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "MaxPool1d",
    "MaxPool2d",
]


class _MaxPool(Module):
    """The maximum over windows of some number of axes."""

    _axes: int

    def __init__(
        self,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        padding: PerAxis = 0,
        dilation: PerAxis = 1,
        ceil_mode: bool = False,
    ) -> None:
        pooling_sizes(type(self).__name__, kernel_size, stride, padding, self._axes)
        per_axis(type(self).__name__, "dilation", dilation, self._axes)
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.dilation, self.ceil_mode = dilation, ceil_mode

    def forward(self, x: Any) -> Any:
        """(N, C, ...) → (N, C, ...)."""
        check_pooled(label(self), x, self._axes)
        pool = F.max_pool1d if self._axes == 1 else F.max_pool2d
        return pool(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class MaxPool1d(_MaxPool):
    """The largest value of each window of a signal; otherwise as ``MaxPool2d``.

    Args:
        kernel_size, stride, padding, dilation, ceil_mode: as for ``MaxPool2d``.
    Shapes:
        (N, C, L) → (N, C, ⌊(L + 2·padding - dilation·(k - 1) - 1) / stride⌋ + 1).
    Raises:
        ArgumentError, ShapeError: as for ``MaxPool2d``.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §1.2.

    >>> import numpy as np
    >>> MaxPool1d(2)(np.array([[[1.0, 3.0, 2.0, 2.0]]])).numpy()
    array([[[3., 2.]]])
    """

    _axes = 1


class MaxPool2d(_MaxPool):
    """The largest value of each window of an image; ties share the gradient equally.

    Args:
        kernel_size: of the window; all sizes are one value, or one for each axis.
        stride: how far it moves, by default its size.
        padding: how much is put around the image; it is never the largest.
        dilation: how far the entries of a window lie apart.
        ceil_mode: whether a last window that only begins in the image counts too.
    Shapes:
        (N, C, H, W) → (N, C, ⌊(H + 2·padding - dilation·(kh - 1) - 1) / stride⌋ + 1, as well W),
        with ⌈⌉ for ``ceil_mode``.
    Raises:
        ArgumentError: a padding above half the window, or a size that is no positive integer.
        ShapeError: when called on what is no batch of images, or on smaller ones than the window.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §1.2.

    >>> import numpy as np
    >>> MaxPool2d(2)(np.ones((5, 16, 28, 28))).shape
    (5, 16, 14, 14)
    """

    _axes = 2


class _AvgPool(Module):
    """The mean over windows of some number of axes."""

    _axes: int

    def __init__(
        self,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        padding: PerAxis = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        pooling_sizes(type(self).__name__, kernel_size, stride, padding, self._axes)
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, x: Any) -> Any:
        """(N, C, ...) → (N, C, ...)."""
        check_pooled(label(self), x, self._axes)
        pool = F.avg_pool1d if self._axes == 1 else F.avg_pool2d
        return pool(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )


class AvgPool1d(_AvgPool):
    """The mean of each window of a signal; otherwise as ``AvgPool2d``.

    Args:
        kernel_size, stride, padding, ceil_mode, count_include_pad: as for ``AvgPool2d``.
    Shapes:
        (N, C, L) → (N, C, ⌊(L + 2·padding - k) / stride⌋ + 1).
    Raises:
        ArgumentError, ShapeError: as for ``AvgPool2d``.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §1.2.

    >>> import numpy as np
    >>> AvgPool1d(2)(np.array([[[1.0, 3.0, 2.0, 2.0]]])).numpy()
    array([[[2., 2.]]])
    """

    _axes = 1


class AvgPool2d(_AvgPool):
    """The mean of each window of an image.

    Args:
        kernel_size: of the window; all sizes are one value, or one for each axis.
        stride: how far it moves, by default its size.
        padding: how many zeros are put around the image.
        ceil_mode: whether a last window that only begins in the image counts too; what of it lies
            beyond the padding does not count.
        count_include_pad: whether the padding counts among the values of a window.
    Shapes:
        (N, C, H, W) → (N, C, ⌊(H + 2·padding - kh) / stride⌋ + 1, as well W), with ⌈⌉ for
        ``ceil_mode``.
    Raises:
        ArgumentError: a padding above half the window, or a size that is no positive integer.
        ShapeError: when called on what is no batch of images, or on smaller ones than the window.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §1.2.

    >>> import numpy as np
    >>> AvgPool2d(2)(np.ones((5, 16, 28, 28))).shape
    (5, 16, 14, 14)
    """

    _axes = 2


class GlobalAvgPool2d(Module):
    """The mean of each channel of an image.

    Shapes:
        (N, C, H, W) → (N, C).
    Raises:
        ShapeError: when called on what is no batch of images with pixels.

    Source: Lin et al., "Network in network" (2014), §3.2.

    >>> import numpy as np
    >>> GlobalAvgPool2d()(np.arange(8.0).reshape(1, 2, 2, 2)).numpy()
    array([[1.5, 5.5]])
    """

    def forward(self, x: Any) -> Any:
        """(N, C, H, W) → (N, C)."""
        check_pooled(label(self), x, 2)
        return F.global_avg_pool2d(x)


class GlobalMaxPool2d(Module):
    """The largest value of each channel of an image; ties share the gradient equally.

    Shapes:
        (N, C, H, W) → (N, C).
    Raises:
        ShapeError: when called on what is no batch of images with pixels.

    Source: Oquab et al., "Is object localization for free?" (2015).

    >>> import numpy as np
    >>> GlobalMaxPool2d()(np.arange(8.0).reshape(1, 2, 2, 2)).numpy()
    array([[3., 7.]])
    """

    def forward(self, x: Any) -> Any:
        """(N, C, H, W) → (N, C)."""
        check_pooled(label(self), x, 2)
        return F.global_max_pool2d(x)


class AdaptiveAvgPool2d(Module):
    """The mean of windows that divide an image into a given number of rows and columns.

    Args:
        output_size: one number, or one for each axis; None leaves an axis as it is.
    Shapes:
        (N, C, H, W) → (N, C, *output_size); window i of n goes from ⌊i L / n⌋ to ⌈(i + 1) L / n⌉.
    Raises:
        ArgumentError: a size that is no positive integer.
        ShapeError: when called on what is no batch of images with pixels.

    Source: He et al., "Spatial pyramid pooling in deep convolutional networks" (2014), §2.

    >>> import numpy as np
    >>> AdaptiveAvgPool2d((3, None))(np.ones((5, 16, 28, 28))).shape
    (5, 16, 3, 28)
    """

    def __init__(self, output_size: int | Sequence[int | None] | None) -> None:
        self.output_size = output_size
        sizes = output_size if isinstance(output_size, Sequence) else (output_size, output_size)
        given = [1 if size is None else size for size in sizes]
        per_axis(type(self).__name__, "output_size", given, 2)

    def forward(self, x: Any) -> Any:
        """(N, C, H, W) → (N, C, *output_size)."""
        check_pooled(label(self), x, 2)
        return F.adaptive_avg_pool2d(x, self.output_size)
