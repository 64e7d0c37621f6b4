"""Convolutions channel by channel, alone and followed by a mixing of the channels."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from . import functional as F
from .conv import Conv2d, Convolution, PerAxis
from .defaults import Seed, generator
from .functional.geometry import check_images
from .linear import Named, Regularizer, check_length
from .module import Module
from .paths import label

__all__ = ["DepthwiseConv2d", "SeparableConv2d"]


class DepthwiseConv2d(Convolution):
    """Each channel is correlated with kernels of its own: ``Conv2d`` with a group per channel.

    Args:
        in_channels: how many channels come in.
        kernel_size, stride, padding, dilation: as for ``Conv2d``.
        multiplier: how many kernels each channel has.
        bias, padding_mode, weight_init, bias_init, weight_regularizer, bias_regularizer, rng,
            dtype, name: as for ``Conv2d``.
    Shapes:
        (N, in_channels, H, W) → (N, in_channels · multiplier, H', W') as ``Conv2d``;
        weight (in · multiplier, 1, kh, kw), bias (in · multiplier,).
    Raises:
        ArgumentError, ShapeError: as for ``Conv2d``.
    Source: Chollet, "Xception: deep learning with depthwise separable convolutions" (2017).

    >>> import numpy as np
    >>> DepthwiseConv2d(4, 3, padding="same", multiplier=2, rng=0)(np.ones((5, 4, 6, 6))).shape
    (5, 8, 6, 6)
    """

    _axes = 2
    _function = staticmethod(F.conv2d)

    def __init__(
        self,
        in_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: Any = 0,
        dilation: PerAxis = 1,
        multiplier: int = 1,
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
        check_length(self, "in_channels", in_channels)
        check_length(self, "multiplier", multiplier)
        self.multiplier = multiplier
        super().__init__(
            in_channels,
            in_channels * multiplier,
            kernel_size,
            stride,
            padding,
            dilation,
            in_channels,
            bias,
            padding_mode,
            weight_init=weight_init,
            bias_init=bias_init,
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
            name=name,
        )


class SeparableConv2d(Module):
    """A kernel for each channel, without bias, and then a mixing of the channels, with it.

    Args:
        in_channels, out_channels: how many channels come in, and go out.
        kernel_size, stride, padding, dilation, padding_mode: of the first part, as for ``Conv2d``.
        multiplier: how many kernels each channel has in the first part.
        bias: whether a number is added to each channel of the result.
        weight_init, weight_regularizer: for both parts; ``bias_init``, ``bias_regularizer``,
            ``rng``, ``dtype``, ``name`` as for ``Conv2d``.
    Shapes:
        (N, in_channels, H, W) → (N, out_channels, H', W') as ``Conv2d``; ``depthwise.weight``
        (in · multiplier, 1, kh, kw), ``pointwise.weight`` (out, in · multiplier, 1, 1).
    Raises:
        ArgumentError, ShapeError: as for ``Conv2d``.
    Source: Chollet, "Xception: deep learning with depthwise separable convolutions" (2017).

    >>> import numpy as np
    >>> SeparableConv2d(4, 6, 3, padding=1, rng=0)(np.ones((5, 4, 8, 8))).shape
    (5, 6, 8, 8)
    """

    _sizes = ("in_channels", "out_channels")

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: Any = 0,
        dilation: PerAxis = 1,
        multiplier: int = 1,
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
        self.in_channels, self.out_channels, self.name = in_channels, out_channels, name
        rng = generator(rng)
        self.depthwise = DepthwiseConv2d(
            in_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            multiplier,
            bias=False,
            padding_mode=padding_mode,
            weight_init=weight_init,
            weight_regularizer=weight_regularizer,
            rng=rng,
            dtype=dtype,
        )
        self.pointwise = Conv2d(
            in_channels * multiplier,
            out_channels,
            1,
            bias=bias,
            weight_init=weight_init,
            bias_init=bias_init,
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
        )

    def forward(self, x: Any) -> Any:
        """(N, in_channels, H, W) → (N, out_channels, H', W')."""
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            check_images(label(self), x, self.in_channels, 2)
        return self.pointwise(self.depthwise(x))
