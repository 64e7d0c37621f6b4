"""Convolution layers; what is computed stands in nn.functional.conv."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import DTypeLike

from . import functional as F
from .choices import choice
from .defaults import Seed, generator
from .functional.conv import PADDING_MODES
from .functional.geometry import (
    Lengths,
    check_groups,
    check_images,
    check_output_padding,
    margins_of,
    per_axis,
)
from .linear import Named, Regularizer, check_length
from .module import Module
from .parameter import Parameter
from .paths import label

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
]

PerAxis = int | Sequence[int]
_Drawing = tuple[Named, Regularizer]  # how a parameter starts, and what holds it small


class _Filters(Module):
    """What every convolution holds: a kernel for each filter, and a bias."""

    _sizes = ("in_channels", "out_channels")
    _axes: int
    _function: Callable[..., Any]
    in_channels: int
    out_channels: int
    weight: Parameter
    bias: Parameter | None

    def _check(self, kernel: PerAxis, stride: PerAxis, padding: Any, dilation: PerAxis) -> Lengths:
        """The kernel's lengths, once all that was asked makes sense."""
        who, axes = type(self).__name__, self._axes
        check_length(self, "in_channels", self.in_channels)
        check_length(self, "out_channels", self.out_channels)
        lengths = per_axis(who, "kernel_size", kernel, axes)
        stride = per_axis(who, "stride", stride, axes)
        dilation = per_axis(who, "dilation", dilation, axes)
        margins_of(who, padding, lengths, stride, dilation)
        return lengths

    def _draw(
        self, shape: Lengths, weight: _Drawing, bias: _Drawing | None, rng: Seed, dtype: Any
    ) -> None:
        """Draw the kernels, and the biases if there are any."""
        rng = generator(rng)
        init, regularizer = weight
        self.weight = Parameter.drawn(shape, init, rng=rng, dtype=dtype, regularizer=regularizer)
        self.bias = None
        if bias is not None:
            init, regularizer = bias
            self.bias = Parameter.drawn(
                (self.out_channels,), init, rng=rng, dtype=dtype, regularizer=regularizer
            )

    def _apply(self, x: Any, **options: Any) -> Any:
        """The function on images with the right channels."""
        if x.ndim != self._axes + 2 or x.shape[1] != self.in_channels:
            check_images(label(self), x, self.in_channels, self._axes)
        return type(self)._function(x, self.weight, self.bias, **options)

    def _multiply_adds(self, _inputs: list[Lengths], output: Lengths) -> int:
        """Every kernel at every position of the output."""
        return self.weight.size * output[0] * math.prod(output[2:])


class Convolution(_Filters):
    """A convolution of some number of axes; abstract."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: Any = 0,
        dilation: PerAxis = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        weight_init: Named = "kaiming_uniform",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.dilation, self.padding_mode, self.name = dilation, padding_mode, name
        kernel = self._check(kernel_size, stride, padding, dilation)
        check_groups(type(self).__name__, groups, in_channels, out_channels)
        choice("padding_mode", padding_mode, PADDING_MODES)
        biases = (bias_init, bias_regularizer) if bias else None
        shape = (out_channels, in_channels // groups, *kernel)
        self._draw(shape, (weight_init, weight_regularizer), biases, rng, dtype)

    def forward(self, x: Any) -> Any:
        """(N, in_channels, ...) → (N, out_channels, ...)."""
        return self._apply(
            x,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
            padding_mode=self.padding_mode,
        )


class Conv1d(Convolution):
    """Convolution of signals with kernels; otherwise as ``Conv2d``.

    As everywhere in the field, convolution means correlation: kernels are laid on as they are.
    ``np.flip(kernel)`` gives the other one.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            padding_mode, weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype,
            name: as for ``Conv2d``.
    Shapes:
        (N, in_channels, L) → (N, out_channels, ⌊(L + 2p - d(k - 1) - 1) / s⌋ + 1);
        weight (out, in // groups, k), bias (out,).
    Raises:
        ArgumentError, ShapeError: as for ``Conv2d``.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).

    >>> import numpy as np
    >>> Conv1d(2, 4, 3, padding="same", rng=0)(np.ones((5, 2, 10))).shape
    (5, 4, 10)
    """

    _axes = 1
    _function = staticmethod(F.conv1d)


class Conv2d(Convolution):
    """Correlation of images with kernels, which is what the field calls convolution.

    For the convolution of mathematics turn the kernels about: ``np.flip(weight, (2, 3))``.

    Args:
        in_channels, out_channels: how many channels come in, and how many kernels there are.
        kernel_size: for this, ``stride`` and ``dilation`` one value, or one for each axis.
        stride: how far the kernel moves.
        padding: how much is put around an image: one value, or one or a pair for each axis;
            ``"valid"`` is none, ``"same"`` keeps the image's size (stride 1).
        dilation: how far the entries of a kernel lie apart.
        groups: channels and kernels are divided into so many groups that do not see each other.
        bias: whether a number is added to each channel of the result.
        padding_mode: ``"zeros"``, ``"reflect"``, ``"replicate"`` or ``"circular"``.
        weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype, name: as for
            ``Linear``.
    Shapes:
        (N, in_channels, H, W) → (N, out_channels, ⌊(H + 2p - d(k - 1) - 1) / s⌋ + 1, as well W);
        weight (out, in // groups, kh, kw), bias (out,).
    Raises:
        ArgumentError: groups that do not divide; an option that is none of those above.
        ShapeError: when called on images with other channels, or smaller than the kernel.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).

    >>> import numpy as np
    >>> Conv2d(3, 16, 3, stride=2, padding=1, rng=0)(np.ones((5, 3, 28, 28))).shape
    (5, 16, 14, 14)
    """

    _axes = 2
    _function = staticmethod(F.conv2d)


class Conv3d(Convolution):
    """Convolution of volumes with kernels; otherwise as ``Conv2d``.

    As everywhere in the field, convolution means correlation: kernels are laid on as they are.
    ``np.flip(kernel)`` gives the other one.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            padding_mode, weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype,
            name: as for ``Conv2d``.
    Shapes:
        (N, in_channels, D, H, W) → (N, out_channels, ⌊(D + 2p - d(k - 1) - 1) / s⌋ + 1, as well
        H and W); weight (out, in // groups, kd, kh, kw), bias (out,).
    Raises:
        ArgumentError, ShapeError: as for ``Conv2d``.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).

    >>> import numpy as np
    >>> Conv3d(1, 4, 2, rng=0)(np.ones((2, 1, 5, 6, 7))).shape
    (2, 4, 4, 5, 6)
    """

    _axes = 3
    _function = staticmethod(F.conv3d)


class _Transposed(_Filters):
    """A transposed convolution of some number of axes."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: Any = 0,
        output_padding: PerAxis = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: PerAxis = 1,
        *,
        weight_init: Named = "kaiming_uniform",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.dilation, self.output_padding, self.name = dilation, output_padding, name
        kernel = self._check(kernel_size, stride, padding, dilation)
        check_groups(type(self).__name__, groups, in_channels, out_channels)
        check_output_padding(type(self).__name__, output_padding, stride, dilation, self._axes)
        biases = (bias_init, bias_regularizer) if bias else None
        shape = (in_channels, out_channels // groups, *kernel)
        self._draw(shape, (weight_init, weight_regularizer), biases, rng, dtype)

    def forward(self, x: Any) -> Any:
        """(N, in_channels, ...) → (N, out_channels, ...)."""
        return self._apply(
            x,
            stride=self.stride,
            padding=self.padding,
            output_padding=self.output_padding,
            groups=self.groups,
            dilation=self.dilation,
        )

    def _multiply_adds(self, inputs: list[Lengths], output: Lengths) -> int:
        """Every kernel at every position of the input."""
        return super()._multiply_adds(inputs, inputs[0] if inputs else output)


class ConvTranspose1d(_Transposed):
    """The transpose of ``Conv1d`` by its signals; otherwise as ``ConvTranspose2d``.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, bias,
            dilation, weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype,
            name: as for ``ConvTranspose2d``.
    Shapes:
        (N, in_channels, L) → (N, out_channels, (L - 1)s - 2p + d(k - 1) + output_padding + 1);
        weight (in, out // groups, k), bias (out,).
    Raises:
        ArgumentError, ShapeError: as for ``ConvTranspose2d``.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §4.

    >>> import numpy as np
    >>> ConvTranspose1d(4, 2, 3, stride=2, rng=0)(np.ones((5, 4, 10))).shape
    (5, 2, 21)
    """

    _axes = 1
    _function = staticmethod(F.conv_transpose1d)


class ConvTranspose2d(_Transposed):
    """The transpose of ``Conv2d`` by its images: each entry lays its kernel down, and they add.

    Args:
        in_channels, out_channels: how many channels come in, and go out.
        kernel_size: for this and the next ones one value, or one for each axis.
        stride: how far apart the kernels are laid.
        padding: how much is cut from the border of the result.
        output_padding: how much is left at the end; less than the stride, or the dilation.
        groups, bias, dilation: as for ``Conv2d``.
        weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype, name: as for
            ``Linear``.
    Shapes:
        (N, in_channels, H, W) → (N, out_channels, (H - 1)s - 2p + d(k - 1) + output_padding + 1,
        as well W); weight (in, out // groups, kh, kw), bias (out,).
    Raises:
        ArgumentError: groups that do not divide; an option that is none of those above.
        ShapeError: when called on images with other channels, or if nothing would be left.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), §4.

    >>> import numpy as np
    >>> ConvTranspose2d(16, 3, 2, stride=2, rng=0)(np.ones((5, 16, 7, 7))).shape
    (5, 3, 14, 14)
    """

    _axes = 2
    _function = staticmethod(F.conv_transpose2d)
