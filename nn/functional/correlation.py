"""The operations that carry convolutions: correlate, and the way back to images and to kernels.

``correlate``, ``scatter_windows`` and ``correlate_windows`` are each bilinear, and the transposes
of each are the other two: every derivative, of any order, is made of them. They keep images and
kernels, never the columns between; these are made again, a block of images at a time, small enough
for the cache.

In this file ``(...)`` are the axes along which the kernel moves, one to three of them; P is how
many places it takes on an image, K how many entries of an image it meets at each of them.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_core import bilinear, primitive

from .geometry import Geometry, Lengths

__all__: list[str] = []

BLOCK = 2**19  # bytes of columns made at once
DEEP = 32  # rows of a matrix from which a product is worth its while
WIDE = 4  # kernels per channel up to which images are gathered, not scattered


# --- three operations, each the others' transpose -------------------------------------------------
@primitive
def correlate(x: Any, w: Any, geometry: Geometry) -> Any:
    """Images x (N, C, ...) with kernels w (O, C / groups, ...) → (N, O, ...)."""
    kernel = w.shape[2:]
    outputs = geometry.outputs(x.shape[2:], kernel)
    y = np.empty((len(x), len(w), *outputs), np.result_type(x, w))
    matrices = _matrices(w, _is_cut(x, kernel, geometry), geometry.groups)
    for block, columns in _columns(x, kernel, outputs, geometry):
        total = _rows(y[block], geometry.groups)
        np.matmul(matrices[0], columns[0], out=total)
        for matrix, more in zip(matrices[1:], columns[1:], strict=True):
            total += matrix @ more
    return y


@primitive
def scatter_windows(g: Any, w: Any, lengths: Lengths, geometry: Geometry) -> Any:
    """Each entry of g (N, O, ...) adds its kernel to images of these lengths: (N, C, ...)."""
    kernel, outputs = w.shape[2:], g.shape[2:]
    turned = geometry.turned(kernel, lengths, outputs)
    if turned is not None and len(w) <= WIDE * w.shape[1] * geometry.groups:
        return correlate(g, _turned(w, geometry.groups), turned)
    channels = w.shape[1] * geometry.groups
    x = np.empty((len(g), channels, *lengths), np.result_type(g, w))
    (matrices,) = _matrices(w, False, geometry.groups)
    for block in _blocks(len(g), channels * math.prod(kernel) * math.prod(outputs) * x.itemsize):
        columns = matrices.mT @ _rows(np.ascontiguousarray(g[block]), geometry.groups)
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
    parts = kernel[0] if _is_cut(x, kernel, geometry) else 1
    size = (parts, groups, channels * math.prod(kernel) // parts, filters // groups)
    total = np.zeros(size, np.result_type(x, g))
    for block, columns in _columns(x, kernel, g.shape[2:], geometry):
        rows = _rows(np.ascontiguousarray(g[block]), groups).mT
        for part, column in zip(total, columns, strict=True):
            part += np.add.reduce(column @ rows, 0)
    rest = kernel[1:] if parts > 1 else kernel
    w = total.reshape(parts, groups, channels, math.prod(rest), filters // groups)
    return w.transpose(1, 4, 2, 0, 3).reshape(filters, channels, *kernel)


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


# --- their parts ----------------------------------------------------------------------------------
def _is_cut(x: Any, kernel: Lengths, geometry: Geometry) -> bool:
    """Whether kernels are cut along their first axis.

    Each part meets the same columns, a row further down: a third of them for three parts. That pays
    where what is left of a kernel is still a deep matrix.
    """
    depth = x.shape[1] // geometry.groups * math.prod(kernel[1:])
    return geometry.stride[0] == 1 and depth >= DEEP


def _columns(
    x: Any, kernel: Lengths, outputs: Lengths, geometry: Geometry
) -> Iterator[tuple[slice, list[Any]]]:
    """What each part of the kernel meets at each place: blocks of matrices (n, groups, K, P)."""
    count, channels, *lengths = x.shape
    padded = geometry.padded(lengths)
    if _is_cut(x, kernel, geometry):
        rest, rows = kernel[1:], (padded[0], *outputs[1:])
        windows = [
            (place, (..., slice(None), *window[2:]))
            for place, window in geometry.windows((1, *rest), outputs)
        ]
        windows = [(place[1:], window) for place, window in windows]
        starts = [geometry.dilation[0] * k for k in range(kernel[0])]
        parts = [slice(start, start + outputs[0]) for start in starts]
    else:
        rest, rows = kernel, outputs
        windows, parts = list(geometry.windows(kernel, outputs)), [slice(outputs[0])]
    matrix = (geometry.groups, channels // geometry.groups * math.prod(rest), math.prod(outputs))
    blocks = list(_blocks(count, channels * math.prod(rest) * math.prod(rows) * x.itemsize))
    largest = blocks[0].stop if blocks else 0
    image: Any = np.zeros((largest, channels, *padded), x.dtype)
    columns: Any = np.empty((largest, channels, *rest, *rows), x.dtype)
    along = len(columns.shape) - len(rows)
    for block in blocks:
        n = block.stop - block.start
        image[:n][geometry.inside(lengths)] = x[block]
        for place, window in windows:
            columns[(slice(n), slice(None), *place)] = image[:n][window]
        seen = [columns[(slice(n), *[slice(None)] * (along - 1), part)] for part in parts]
        yield block, [part.reshape(n, *matrix) for part in seen]


def _blocks(count: int, size: int) -> Iterator[slice]:
    """Slices of ``count`` images whose columns take ``size`` bytes each."""
    step = max(1, BLOCK // max(size, 1))
    return (slice(start, min(start + step, count)) for start in range(0, count, step))


def _matrices(w: Any, is_cut: bool, groups: int) -> list[Any]:
    """Each part of the kernels as matrices (groups, O / groups, K)."""
    parts = [w[:, :, k] for k in range(w.shape[2])] if is_cut else [w]
    return [part.reshape(groups, len(w) // groups, math.prod(part.shape[1:])) for part in parts]


def _rows(y: Any, groups: int) -> Any:
    """Images (N, O, ...) as matrices (N, groups, O / groups, P)."""
    return y.reshape(len(y), groups, y.shape[1] // groups, math.prod(y.shape[2:]))


def _turned(w: Any, groups: int) -> Any:
    """Kernels (O, C / groups, ...) turned about, for the way back: (C, O / groups, ...)."""
    turned = np.flip(w, tuple(range(2, w.ndim)))
    parts = turned.reshape(groups, len(w) // groups, *w.shape[1:]).swapaxes(1, 2)
    return parts.reshape(groups * w.shape[1], len(w) // groups, *w.shape[2:])
