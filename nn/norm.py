"""Normalization layers; what is computed stands in nn.functional.normalization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import DTypeLike

from autograd_core import ArgumentError, ShapeError, Variable

from . import functional as F
from . import init
from .functional.geometry import LETTERS, check_groups
from .functional.normalization import (
    batch_axes,
    check_values,
    scaled,
    standardized,
    with_statistics,
)
from .hints import about_mode
from .linear import check_length
from .module import Module
from .parameter import Buffer, Parameter, spend
from .paths import label

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "LayerNorm",
    "RMSNorm",
]


class _Normalization(Module):
    """What every normalization holds: a factor and a shift for each channel or feature."""

    eps: Any
    weight: Parameter | None
    bias: Parameter | None

    def _make(
        self, shape: tuple[int, ...], eps: float | None, affine: bool, dtype: DTypeLike | None
    ) -> None:
        """Start with factors of one and shifts of zero, or without either."""
        if eps is not None and not eps > 0:
            raise ArgumentError(
                f"{type(self).__name__}() got eps={eps!r}.",
                "it keeps the quotient finite where all values are equal.",
                "eps=1e-5",
            )
        self.eps = eps
        self.weight = self.bias = None
        if affine:
            self.weight = Parameter.drawn(shape, "ones", dtype=dtype)
            self.bias = Parameter.drawn(shape, "zeros", dtype=dtype)

    def _check(self, x: Any, channels: int, further: Sequence[int]) -> None:
        """Refuse inputs (N, channels, ...) unless so many further axes are legal."""
        if x.ndim - 2 in further and x.shape[1] == channels:
            return
        shapes = [f"(N, {', '.join([str(channels), *LETTERS.get(n, '')])})" for n in further]
        raise ShapeError(
            f"{label(self)} needs inputs of shape {' or '.join(shapes[:3])}; "
            f"it got shape {x.shape}.",
            hint=f"x of {channels} channels in axis 1",
        )


class _BatchNorm(_Normalization):
    """Normalization by the statistics of a batch; ``_further`` says how many axes may follow."""

    _sizes = ("num_features",)
    _further: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        check_length(self, "num_features", num_features)
        if not 0 <= momentum <= 1:
            raise ArgumentError(
                f"{type(self).__name__}() got momentum={momentum!r}.",
                "it is the part of the new batch in the running statistics.",
                "momentum=0.1",
            )
        self.num_features, self.momentum, self.name = num_features, momentum, name
        self.affine, self.track_running_stats = affine, track_running_stats
        self._make((num_features,), eps, affine, dtype)
        self.running_mean: Buffer | None = None
        self.running_var: Buffer | None = None
        if track_running_stats:
            spend((2, num_features))
            self.running_mean = Buffer(init.zeros(num_features, dtype=dtype))
            self.running_var = Buffer(init.ones(num_features, dtype=dtype))

    def forward(self, x: Any) -> Any:
        """(N, C, ...) → the same; in training the running statistics move towards the batch."""
        self._check(x, self.num_features, self._further)
        about_mode(self)
        mean, var = self.running_mean, self.running_var
        if not self.training and mean is not None and var is not None:
            return with_statistics(x, self.weight, self.bias, mean, var, self.eps)
        axes = batch_axes(x)
        check_values(label(self), x, axes)
        y, batch_mean, batch_var = standardized(x, axes, self.eps)
        if self.training and mean is not None and var is not None and x.size:
            count = x.size // self.num_features
            self._move(mean, batch_mean, 1.0)
            self._move(var, batch_var, count / (count - 1))
        return scaled(y, self.weight, self.bias, (1, -1, *[1] * (x.ndim - 2)))

    def _move(self, running: Buffer, value: Any, factor: float) -> None:
        """Let a running statistic take up its part of a batch's."""
        batch = value.data if isinstance(value, Variable) else value
        rest, part = 1 - self.momentum, self.momentum * factor
        running.data = rest * running.data + (part * batch.reshape(-1)).astype(running.dtype)


class BatchNorm1d(_BatchNorm):
    """(x - mean) / √(var + eps) · weight + bias for each feature, or channel of a signal.

    Args:
        num_features, eps, momentum, affine, track_running_stats, dtype, name: as for
            ``BatchNorm2d``.
    Shapes:
        (N, C) or (N, C, L) → the same; weight, bias, running_mean, running_var (C,).
    Raises:
        ArgumentError, ShapeError: as for ``BatchNorm2d``.
    Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithms 1 and 2.

    >>> import numpy as np
    >>> layer = BatchNorm1d(2)
    >>> layer(np.array([[1.0, 0.0], [3.0, 0.0]])).numpy().round(3)
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> layer.running_mean.numpy()
    array([0.2, 0. ])
    """

    _further = (0, 1)


class BatchNorm2d(_BatchNorm):
    """(x - mean) / √(var + eps) · weight + bias for each channel of images.

    In training mean and variance (the biased one) are the batch's, and the running statistics move
    towards them (the unbiased one); in evaluation they are the running statistics.

    Args:
        num_features: how many channels there are.
        eps: what keeps the quotient finite.
        momentum: the part of the new batch in the running statistics.
        affine: whether there are a weight and a bias.
        track_running_stats: whether there are running statistics; without them evaluation takes
            the batch's too.
        dtype: of the parameters and the statistics; the default dtype for None.
        name: shown in messages.
    Shapes:
        (N, C, H, W) → the same; weight, bias, running_mean, running_var (C,).
    Raises:
        ArgumentError: an eps or a momentum out of range.
        ShapeError: when called on other channels, or in training on one value per channel.
    Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithms 1 and 2.

    >>> import numpy as np
    >>> BatchNorm2d(3)(np.ones((5, 3, 4, 4))).shape
    (5, 3, 4, 4)
    """

    _further = (2,)


class _InstanceNorm(_Normalization):
    """Normalization of each channel of each sample."""

    _sizes = ("num_features",)
    _further: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        affine: bool = False,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        check_length(self, "num_features", num_features)
        self.num_features, self.affine, self.name = num_features, affine, name
        self._make((num_features,), eps, affine, dtype)

    def forward(self, x: Any) -> Any:
        """(N, C, ...) → (N, C, ...)."""
        self._check(x, self.num_features, self._further)
        check_values(label(self), x, tuple(range(2, x.ndim)))
        return F.instance_norm(x, self.weight, self.bias, eps=self.eps)


class InstanceNorm1d(_InstanceNorm):
    """(x - mean) / √(var + eps) · weight + bias for each channel of each signal.

    Args:
        num_features, eps, affine, dtype, name: as for ``InstanceNorm2d``.
    Shapes:
        (N, C, L) → the same; weight, bias (C,).
    Raises:
        ArgumentError, ShapeError: as for ``InstanceNorm2d``.
    Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization" (2016), eq. 2.

    >>> import numpy as np
    >>> InstanceNorm1d(1)(np.array([[[1.0, 3.0]]])).numpy().round(3)
    array([[[-1.,  1.]]])
    """

    _further = (1,)


class InstanceNorm2d(_InstanceNorm):
    """(x - mean) / √(var + eps) · weight + bias for each channel of each image.

    Args:
        num_features: how many channels there are.
        eps: what keeps the quotient finite.
        affine: whether there are a weight and a bias.
        dtype, name: as for ``BatchNorm2d``.
    Shapes:
        (N, C, H, W) → the same; weight, bias (C,).
    Raises:
        ArgumentError: an eps that is not positive.
        ShapeError: when called on other channels, or on images of one pixel.
    Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization" (2016), eq. 2.

    >>> import numpy as np
    >>> InstanceNorm2d(3)(np.ones((5, 3, 4, 4))).shape
    (5, 3, 4, 4)
    """

    _further = (2,)


class GroupNorm(_Normalization):
    """(x - mean) / √(var + eps) over each group of channels of a sample, · weight + bias.

    Args:
        num_groups: how many groups the channels are divided into.
        num_channels: how many channels there are.
        eps: what keeps the quotient finite.
        affine: whether there are a weight and a bias.
        dtype, name: as for ``BatchNorm2d``.
    Shapes:
        (N, C, ...) → the same; weight, bias (C,).
    Raises:
        ArgumentError: groups that do not divide the channels.
        ShapeError: when called on other channels.
    Source: Wu and He, "Group normalization" (2018), §3.1.

    >>> import numpy as np
    >>> GroupNorm(2, 4)(np.array([[1.0, 3.0, 10.0, 30.0]])).numpy().round(3)
    array([[-1.,  1., -1.,  1.]])
    """

    _sizes = ("num_channels",)

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        check_length(self, "num_groups", num_groups)
        check_length(self, "num_channels", num_channels)
        check_groups(type(self).__name__, num_groups, num_channels, num_channels)
        self.num_groups, self.num_channels = num_groups, num_channels
        self.affine, self.name = affine, name
        self._make((num_channels,), eps, affine, dtype)

    def forward(self, x: Any) -> Any:
        """(N, C, ...) → (N, C, ...)."""
        self._check(x, self.num_channels, range(max(x.ndim - 1, 4)))
        return F.group_norm(x, self.num_groups, self.weight, self.bias, eps=self.eps)


class LayerNorm(_Normalization):
    """(x - mean) / √(var + eps) · weight + bias, over the last axes of each sample.

    Args:
        normalized_shape: the lengths of these axes, or the length of the only one.
        eps: what keeps the quotient finite.
        affine: whether there are a weight and a bias.
        dtype, name: as for ``BatchNorm2d``.
    Shapes:
        (..., *normalized_shape) → the same; weight, bias (*normalized_shape).
    Raises:
        ArgumentError: an eps that is not positive.
        ShapeError: when called on inputs with other last axes.
    Source: Ba, Kiros and Hinton, "Layer normalization" (2016), eq. 4.

    >>> import numpy as np
    >>> LayerNorm(2)(np.array([[1.0, 3.0], [10.0, 30.0]])).numpy().round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.normalized_shape, self.affine, self.name = normalized_shape, affine, name
        self._shape = _lengths(self, "normalized_shape", normalized_shape)
        self._make(self._shape, eps, affine, dtype)

    def forward(self, x: Any) -> Any:
        """(..., *normalized_shape) → the same."""
        _check_last(self, x, self._shape)
        return F.layer_norm(x, self.weight, self.bias, axes=len(self._shape), eps=self.eps)


class RMSNorm(_Normalization):
    """x / √(mean(x²) + eps) · weight, over the last axes of each sample.

    Args:
        shape: the lengths of these axes, or the length of the only one.
        eps: what keeps the quotient finite; by default the spacing of numbers at 1.
        affine: whether there is a weight.
        dtype, name: as for ``BatchNorm2d``.
    Shapes:
        (..., *shape) → the same; weight (*shape).
    Raises:
        ArgumentError: an eps that is not positive.
        ShapeError: when called on inputs with other last axes.
    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019), eq. 4.

    >>> import numpy as np
    >>> RMSNorm(2)(np.array([[3.0, 3.0]])).numpy()
    array([[1., 1.]])
    """

    def __init__(
        self,
        shape: int | Sequence[int],
        eps: float | None = None,
        affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.shape, self.affine, self.name = shape, affine, name
        self._shape = _lengths(self, "shape", shape)
        self._make(self._shape, eps, affine, dtype)
        self.bias = None

    def forward(self, x: Any) -> Any:
        """(..., *shape) → the same."""
        _check_last(self, x, self._shape)
        return F.rms_norm(x, self.weight, axes=len(self._shape), eps=self.eps)


def _lengths(module: Module, name: str, value: Any) -> tuple[int, ...]:
    """A shape, given as such or as the length of its only axis."""
    lengths = tuple(value) if isinstance(value, Sequence) else (value,)
    for length in lengths:
        check_length(module, name, length)
    if not lengths:
        raise ArgumentError(
            f"{type(module).__name__}() got an empty {name}.", hint=f"{name}=x.shape[-1]"
        )
    return lengths


def _check_last(module: Module, x: Any, shape: tuple[int, ...]) -> None:
    """Refuse inputs whose last axes have other lengths."""
    if x.shape[-len(shape) :] != shape:
        expected = ", ".join(["...", *map(str, shape)])
        raise ShapeError(
            f"{label(module)} needs inputs of shape ({expected}); it got shape {x.shape}.",
            hint=f"{type(module).__name__}({x.shape[-1] if x.shape else 1})",
        )
