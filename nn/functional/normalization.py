"""Normalization: values less their mean, over their standard deviation; over which axes varies."""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError, primitive, pullback

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]

Axes = tuple[int, ...]


# --- one operation --------------------------------------------------------------------------------
@primitive
def standardized(x: Any, axes: Axes, eps: float) -> tuple[Any, Any, Any]:
    """y = (x - mean) / √(var + eps) over the axes; with the mean, and the biased variance.

    Args:
        x: any shape.
        axes: at least one, increasing.
        eps: what keeps the quotient finite.
    Returns:
        y, of x's shape; mean and var, with axes of length 1. Of no values they are 0.
    """
    count = max(_count(x, axes), 1)
    mean = np.add.reduce(x, axes, keepdims=True) / count
    y = x - mean
    var = _sum_of_products(y, y, axes) / count
    y *= 1 / np.sqrt(var + eps)
    return y, mean, var


@pullback(standardized, at=0)
def standardized_pullback(g: Any, out: Any, _x: Any, axes: Any, eps: Any) -> Any:
    """x̄ = s (ȳ - mean(ȳ) - y mean(ȳ y)) + (mean's + 2 y var's / s) / n, for s = 1/√(var + eps).

    Source: Ioffe and Szegedy (2015), §3.
    """
    (g_y, g_mean, g_var), (y, _, var) = g, out
    count = max(_count(_x, axes), 1)
    scale, total = 1 / np.sqrt(var + eps), 0
    if g_y is not None:
        shift = np.sum(g_y, axis=axes, keepdims=True) / count
        total = scale * (g_y - shift - y * (_sum_of_products(g_y, y, axes) / count))
    if g_mean is not None:
        total = total + g_mean / count
    if g_var is not None:
        total = total + y * (2 * g_var / (scale * count))
    return total


def _count(x: Any, axes: Axes) -> int:
    return math.prod(x.shape[axis] for axis in axes)


def _sum_of_products(a: Any, b: Any, axes: Axes) -> Any:
    """Σ a b over the axes, which are kept; without an array between if they lie together."""
    shape = tuple([1 if k in axes else n for k, n in enumerate(a.shape)])
    inner = sum(axis >= a.ndim - k for k, axis in enumerate(reversed(axes), 1))  # how many are last
    if axes and a.size and inner:
        outer = a.ndim - inner
        rows = (*a.shape[:outer], math.prod(a.shape[outer:]))
        total = np.vecdot(a.reshape(rows), b.reshape(rows))
        return np.sum(total, axis=tuple([k for k in axes if k < outer])).reshape(shape)
    if axes and a.size and axes[-1] == len(axes) - 1:
        rows = (math.prod(a.shape[: len(axes)]), math.prod(a.shape[len(axes) :]))
        return np.einsum("ij,ij->j", a.reshape(rows), b.reshape(rows)).reshape(shape)
    return np.sum(a * b, axis=axes, keepdims=True)


@primitive
def affine(y: Any, weight: Any, bias: Any) -> Any:
    """y · weight + bias, where weight and bias have y's number of axes, and length 1 or y's."""
    product = y * weight
    if np.result_type(product, bias) == product.dtype:
        return np.add(product, bias, out=product)
    return product + bias


@pullback(affine)
def affine_pullback(g: Any, _out: Any, y: Any, weight: Any, _bias: Any) -> Any:
    """Sums over the axes along which the weight is one number."""
    axes = tuple([k for k, n in enumerate(weight.shape) if n == 1])
    return g * weight, _sum_of_products(g, y, axes), np.sum(g, axis=axes, keepdims=True)


def scaled(x: Any, weight: Any, bias: Any, shape: Axes) -> Any:
    """x · weight + bias, each where there is one, in a shape of x's number of axes."""
    if weight is not None and bias is not None:
        return affine(x, weight.reshape(shape), bias.reshape(shape))
    if weight is not None:
        x = x * weight.reshape(shape)
    return x if bias is None else x + bias.reshape(shape)


# --- the functions --------------------------------------------------------------------------------
def batch_norm(
    x: Any,
    weight: Any = None,
    bias: Any = None,
    *,
    mean: Any = None,
    var: Any = None,
    eps: float = 1e-5,
) -> Any:
    """(x - mean) / √(var + eps) · weight + bias, for each channel.

    Args:
        x: (N, C, ...).
        weight, bias: a number for each channel (C,), or none.
        mean, var: of each channel (C,); of this batch, biased, where none are given.
        eps: what keeps the quotient finite.
    Returns:
        (N, C, ...).
    Raises:
        ShapeError: fewer than two axes, or one value per channel and no mean given.
        ArgumentError: one of mean and var without the other.
    Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithm 1.

    >>> batch_norm(np.array([[1.0, 5.0], [3.0, 5.0]]), eps=1e-12)
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    if x.ndim < 2:
        raise ShapeError(
            f"batch_norm needs inputs of shape (N, C, ...); it got shape {x.shape}.", hint="x[None]"
        )
    if (mean is None) != (var is None):
        raise ArgumentError(
            "batch_norm got one of mean and var.",
            "they normalize together.",
            "both, or none to take those of the batch",
        )
    channels = (1, -1, *[1] * (x.ndim - 2))
    if mean is not None:
        return with_statistics(x, weight, bias, mean, var, eps)
    check_values("batch_norm", x, batch_axes(x))
    return scaled(standardized(x, batch_axes(x), eps)[0], weight, bias, channels)


def with_statistics(x: Any, weight: Any, bias: Any, mean: Any, var: Any, eps: float) -> Any:
    """Batch normalization by a given mean and variance: one product and one sum."""
    channels = (1, -1, *[1] * (x.ndim - 2))
    scale = 1 / np.sqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    if bias is not None:
        shift = shift + bias
    return x * scale.reshape(channels) + shift.reshape(channels)


def batch_axes(x: Any) -> Axes:
    """All axes but that of the channels."""
    return (0, *range(2, x.ndim))


def check_values(who: str, x: Any, axes: Axes) -> None:
    """Refuse to normalize one value by itself."""
    if _count(x, axes) == 1:
        raise ShapeError(
            f"{who} needs more than one value per channel to normalize; call eval(), "
            "or use a larger batch.",
            f"it got shape {x.shape}: each value is its own mean.",
            "model.eval()",
        )


def layer_norm(
    x: Any, weight: Any = None, bias: Any = None, *, axes: int = 1, eps: float = 1e-5
) -> Any:
    """(x - mean) / √(var + eps) · weight + bias, over the last axes of each sample.

    Args:
        x: (..., *shape).
        weight, bias: (*shape), or none.
        axes: how many axes the shape has.
        eps: what keeps the quotient finite.
    Returns:
        (..., *shape).
    Raises:
        ShapeError: fewer axes than that.
    Source: Ba, Kiros and Hinton, "Layer normalization" (2016), eq. 4.

    >>> layer_norm(np.array([[1.0, 3.0], [10.0, 30.0]]), eps=1e-12)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    last = _last("layer_norm", x, axes)
    return scaled(standardized(x, last, eps)[0], weight, bias, _shape_of(x, last))


def rms_norm(x: Any, weight: Any = None, *, axes: int = 1, eps: float | None = None) -> Any:
    """x / √(mean(x²) + eps) · weight, over the last axes of each sample.

    Args:
        x: (..., *shape).
        weight: (*shape), or none.
        axes: how many axes the shape has.
        eps: what keeps the quotient finite; by default the spacing of numbers at 1.
    Returns:
        (..., *shape).
    Raises:
        ShapeError: fewer axes than that.
    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019), eq. 4.

    >>> rms_norm(np.array([[3.0, 3.0]]))
    array([[1., 1.]])
    """
    last = _last("rms_norm", x, axes)
    small = float(np.finfo(x.dtype).eps) if eps is None else eps
    count = max(_count(x, last), 1)
    y = x / np.sqrt(_sum_of_products(x, x, last) / count + small)
    return scaled(y, weight, None, _shape_of(x, last))


def group_norm(
    x: Any, num_groups: int, weight: Any = None, bias: Any = None, *, eps: float = 1e-5
) -> Any:
    """(x - mean) / √(var + eps) over each group of channels of a sample, · weight + bias.

    Args:
        x: (N, C, ...).
        num_groups: how many groups the channels are divided into.
        weight, bias: a number for each channel (C,), or none.
        eps: what keeps the quotient finite.
    Returns:
        (N, C, ...).
    Raises:
        ShapeError: channels that the groups do not divide, or fewer than two axes.
    Source: Wu and He, "Group normalization" (2018), §3.1.

    >>> group_norm(np.array([[1.0, 3.0, 10.0, 30.0]]), 2, eps=1e-12)
    array([[-1.,  1., -1.,  1.]])
    """
    if x.ndim < 2 or x.shape[1] % num_groups:
        raise ShapeError(
            f"group_norm needs inputs of shape (N, C, ...) whose channels {num_groups} groups "
            f"divide; it got shape {x.shape}.",
            hint="num_groups=1",
        )
    divided = (len(x), num_groups, x.shape[1] // num_groups, *x.shape[2:])
    y = standardized(x.reshape(divided), tuple(range(2, len(divided))), eps)[0]
    return scaled(y.reshape(x.shape), weight, bias, (1, -1, *[1] * (x.ndim - 2)))


def instance_norm(x: Any, weight: Any = None, bias: Any = None, *, eps: float = 1e-5) -> Any:
    """(x - mean) / √(var + eps) over each channel of a sample, · weight + bias.

    Args:
        x: (N, C, ...).
        weight, bias: a number for each channel (C,), or none.
        eps: what keeps the quotient finite.
    Returns:
        (N, C, ...).
    Raises:
        ShapeError: one value per channel of a sample, or fewer than three axes.
    Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization" (2016), eq. 2.

    >>> instance_norm(np.array([[[1.0, 3.0], [10.0, 30.0]]]), eps=1e-12)
    array([[[-1.,  1.],
            [-1.,  1.]]])
    """
    if x.ndim < 3:
        raise ShapeError(
            f"instance_norm needs inputs of shape (N, C, ...) with further axes; "
            f"it got shape {x.shape}.",
            hint="x[..., None]",
        )
    axes = tuple(range(2, x.ndim))
    check_values("instance_norm", x, axes)
    return scaled(standardized(x, axes, eps)[0], weight, bias, (1, -1, *[1] * len(axes)))


def _last(who: str, x: Any, count: int) -> Axes:
    """The last axes of an input that has as many."""
    if not 0 < count <= x.ndim:
        raise ShapeError(
            f"{who} over {count} axes got an input of shape {x.shape}.", hint=f"axes={x.ndim}"
        )
    return tuple(range(x.ndim - count, x.ndim))


def _shape_of(x: Any, last: Axes) -> Axes:
    """The shape of what belongs to the last axes, with a 1 for every other one."""
    return tuple([n if k in last else 1 for k, n in enumerate(x.shape)])
