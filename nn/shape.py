"""Layers that change shapes: flatten, reshape, permute, pad, upsample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, ShapeError

from .choices import choice
from .module import Module
from .paths import label

__all__ = ["Flatten", "Identity", "Permute", "Reshape", "Unflatten", "Upsample", "ZeroPad2d"]


class Identity(Module):
    """The input itself.

    >>> Identity()(np.ones(2))
    Variable([1., 1.], requires_grad=False)
    """

    def forward(self, x: Any) -> Any:
        """x."""
        return x


class Flatten(Module):
    """Several neighboring axes as one; by default all but the batch axis.

    Args:
        start_dim, end_dim: the first and the last of the axes.
    Shapes:
        (N, C, H, W) → (N, C · H · W).
    Raises:
        ShapeError: when called on an input that lacks these axes.

    >>> Flatten()(np.ones((2, 3, 4))).shape
    (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        """(N, C, H, W) → (N, C · H · W)."""
        shape = x.shape
        start, end = _axis(self.start_dim, len(shape)), _axis(self.end_dim, len(shape))
        if start is None or end is None or start > end:
            raise ShapeError(
                f"{label(self)} joins axes {self.start_dim} to {self.end_dim}; "
                f"it got shape {shape}.",
                hint="x[None] for one sample without its batch axis, or Flatten(start_dim=0)",
            )
        return x.reshape(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])


class Unflatten(Module):
    """One axis as several: the inverse of Flatten.

    Args:
        dim: the axis.
        shape: the lengths of the new axes, one of them may be -1.
    Shapes:
        (N, C · H · W) → (N, C, H, W).
    Raises:
        ShapeError: when called on an input whose axis has another length than their product.

    >>> Unflatten(1, (3, 4))(np.ones((2, 12))).shape
    (2, 3, 4)
    """

    def __init__(self, dim: int, shape: tuple[int, ...]) -> None:
        self.dim, self.shape = dim, tuple(shape)
        _check_lengths(self, self.shape)

    def forward(self, x: Any) -> Any:
        """(N, C · H · W) → (N, C, H, W)."""
        axis = _axis(self.dim, x.ndim)
        if axis is None:
            raise ShapeError(
                f"{label(self)} splits axis {self.dim}; it got shape {x.shape}.",
                hint="another dim=, or an input with more axes",
            )
        lengths = _filled(self, self.shape, x.shape[axis], x.shape)
        return x.reshape(*x.shape[:axis], *lengths, *x.shape[axis + 1 :])


class Reshape(Module):
    """Each sample in another shape; the batch axis is kept.

    Args:
        shape: the lengths of a sample's axes, one of them may be -1.
    Shapes:
        (N, ...) → (N, *shape).
    Raises:
        ShapeError: when called on samples with another number of entries.

    >>> Reshape(2, -1)(np.ones((3, 8))).shape
    (3, 2, 4)
    """

    def __init__(self, *shape: int) -> None:
        self.shape = tuple(shape)
        _check_lengths(self, self.shape)

    def forward(self, x: Any) -> Any:
        """(N, ...) → (N, *shape)."""
        if not x.shape:
            raise ShapeError(
                f"{label(self)} needs a batch axis; it got shape ().", hint="x.reshape(1, -1)"
            )
        lengths = _filled(self, self.shape, math.prod(x.shape[1:]), x.shape)
        return x.reshape(x.shape[0], *lengths)


class Permute(Module):
    """The axes in another order; the batch axis is kept.

    Args:
        axes: the input's axes 1, 2, ... in the order they shall have; a leading 0 may be given.
    Shapes:
        ``Permute(3, 1, 2)``: (N, H, W, C) → (N, C, H, W).
    Raises:
        ArgumentError: these are not the numbers from 1 up.
        ShapeError: when called on an input with another number of axes.

    >>> Permute(3, 1, 2)(np.ones((2, 28, 28, 3))).shape
    (2, 3, 28, 28)
    """

    def __init__(self, *axes: int) -> None:
        self.axes = tuple(axes)
        self._order = self.axes if self.axes[:1] == (0,) else (0, *self.axes)
        if sorted(self._order) != list(range(len(self._order))):
            raise ArgumentError(
                f"Permute() got axes {self.axes}.",
                "the batch axis 0 stays first; the others are each named once.",
                "Permute(3, 1, 2)",
            )

    def forward(self, x: Any) -> Any:
        """The same entries under permuted axes."""
        if x.ndim != len(self._order):
            raise ShapeError(
                f"{label(self)} needs inputs with {len(self._order)} axes, the batch axis "
                f"included; it got shape {x.shape}.",
                hint=f"Permute({', '.join(map(str, range(1, x.ndim)))}) names all of these",
            )
        return x.transpose(self._order)


class ZeroPad2d(Module):
    """Zeros around the last two axes.

    Args:
        padding: how many on every side, (rows, columns), or (left, right, top, bottom).
    Shapes:
        (..., H, W) → (..., H + top + bottom, W + left + right).
    Raises:
        ArgumentError: a negative or fractional number, or another number of them.
        ShapeError: when called on an input with fewer than two axes.

    >>> ZeroPad2d((1, 0, 0, 0))(np.ones((1, 1, 1, 2)))
    Variable([[[[0., 1., 1.]]]], requires_grad=False, shape=(1, 1, 1, 3))
    """

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        self.padding = padding
        given = tuple(padding) if isinstance(padding, tuple | list) else (padding,)
        if len(given) not in (1, 2, 4) or any(type(n) is not int or n < 0 for n in given):
            raise ArgumentError(
                f"ZeroPad2d() got padding={padding!r}.",
                "rows and columns can be added, not taken away.",
                "ZeroPad2d(1), ZeroPad2d((rows, columns)), ZeroPad2d((left, right, top, bottom))",
            )
        if len(given) == 4:
            left, right, top, bottom = given
            self._widths = (top, bottom), (left, right)
        else:
            rows, columns = given[0], given[-1]
            self._widths = (rows, rows), (columns, columns)

    def forward(self, x: Any) -> Any:
        """(..., H, W) → (..., H + top + bottom, W + left + right)."""
        if x.ndim < 2:
            raise ShapeError(
                f"{label(self)} needs inputs of shape (..., H, W); it got shape {x.shape}.",
                hint="x.reshape(N, C, H, W)",
            )
        return np.pad(x, [*[(0, 0)] * (x.ndim - 2), *self._widths])


class Upsample(Module):
    """Images, sequences or volumes with more pixels.

    Args:
        scale: how many times as many, along every axis or one number for each.
        mode: "nearest" repeats each pixel; "linear", "bilinear" and "trilinear", which are one,
            interpolate between the centers of pixels, and repeat the outermost.
    Shapes:
        (N, C, H, W) → (N, C, scale · H, scale · W), likewise with other numbers of axes.
    Raises:
        ArgumentError: an unknown mode, or a scale that is no positive integer.
        ShapeError: when called on an input without axes to enlarge.

    >>> Upsample(2)(np.array([[[1.0, 2.0]]]))
    Variable([[[1., 1., 2., 2.]]], requires_grad=False, shape=(1, 1, 4))
    >>> Upsample(2, mode="linear")(np.array([[[1.0, 2.0]]]))
    Variable([[[1. , 1.25, 1.75, 2. ]]], requires_grad=False, shape=(1, 1, 4))
    """

    def __init__(self, scale: int | tuple[int, ...], mode: str = "nearest") -> None:
        self.scale, self.mode = scale, mode
        self._enlarged = choice("mode", mode, _MODES)
        scales = tuple(scale) if isinstance(scale, tuple | list) else (scale,)
        if not scales or any(type(n) is not int or n < 1 for n in scales):
            raise ArgumentError(
                f"Upsample() got scale={scale!r}.",
                "each pixel becomes a whole number of pixels.",
                "Upsample(2), or Upsample((2, 3)) for rows and columns",
            )

    def forward(self, x: Any) -> Any:
        """(N, C, H, W) → (N, C, scale · H, scale · W)."""
        axes = x.ndim - 2
        scales = (self.scale,) * axes if isinstance(self.scale, int) else self.scale
        if axes < 1 or len(scales) != axes:
            expected = "..." if isinstance(self.scale, int) else ", ".join("L" * len(self.scale))
            raise ShapeError(
                f"{label(self)} needs inputs of shape (N, C, {expected}); it got shape {x.shape}.",
                hint="x.reshape(N, C, H, W)",
            )
        for axis, scale in enumerate(scales, 2):
            x = self._enlarged(x, scale, axis)
        return x


def _repeated(x: Any, scale: int, axis: int) -> Any:
    return np.repeat(x, scale, axis)


def _interpolated(x: Any, scale: int, axis: int) -> Any:
    """Linear interpolation along an axis: a product with a matrix of two numbers a column."""
    length = x.shape[axis]
    if not length:
        return x
    centers = np.clip((np.arange(scale * length) + 0.5) / scale - 0.5, 0, length - 1)
    left = np.minimum(centers.astype(int), max(length - 2, 0))
    weights = np.zeros((length, scale * length), x.dtype if x.dtype.kind == "f" else float)
    columns = np.arange(scale * length)
    weights[left, columns] = 1 - (centers - left)
    weights[np.minimum(left + 1, length - 1), columns] += centers - left
    return np.moveaxis(np.moveaxis(x, axis, -1) @ weights, -1, axis)


_MODES = {
    "nearest": _repeated,
    "linear": _interpolated,
    "bilinear": _interpolated,
    "trilinear": _interpolated,
}


# --- lengths of axes ------------------------------------------------------------------------------
def _axis(axis: int, ndim: int) -> int | None:
    """The number of an axis counted from the front, or None if there is no such axis."""
    return axis % ndim if -ndim <= axis < ndim else None


def _check_lengths(module: Module, lengths: tuple[Any, ...]) -> None:
    """Refuse lengths that are none, and a second -1."""
    integers = all(type(n) is int and n >= -1 for n in lengths)
    if not integers or lengths.count(-1) > 1:
        raise ArgumentError(
            f"{type(module).__name__}() got lengths {lengths}.",
            "they are integers; one may be -1, for what is left.",
            f"{type(module).__name__}({'1, ' if isinstance(module, Unflatten) else ''}-1)",
        )


def _filled(
    module: Module, lengths: tuple[int, ...], size: int, shape: tuple[int, ...]
) -> tuple[int, ...]:
    """The lengths with -1 replaced, whose product is ``size``; or a ShapeError with both."""
    known = math.prod(n for n in lengths if n != -1)
    if -1 in lengths and known and size % known == 0:
        return tuple([size // known if n == -1 else n for n in lengths])
    if -1 not in lengths and known == size:
        return lengths
    product = " * ".join(map(str, lengths)) or "1"
    fits = f"{known}" if -1 not in lengths else f"a multiple of {known}"
    raise ShapeError(
        f"{label(module)} makes {lengths} of {size} entries; it got shape {shape}.",
        f"{product} needs {fits} entries, the input has {size}.",
        f"lengths whose product is {size}",
    )
