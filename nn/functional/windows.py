"""Windows that move over images: their largest entries and their sums, and the way back.

A window is taken apart into strided slices of the image, one for each of its entries; where the
entries need not be seen together, one axis follows the other. In this file ``(...)`` are the axes
along which windows move.
"""

from typing import Any

import numpy as np

from autograd_core import linear, primitive, pullback

from .geometry import Geometry, Lengths

__all__: list[str] = []

BLOCK = 2**18  # bytes of images worked on at once


# --- the largest of each window -------------------------------------------------------------------
@primitive
def window_maxima(x: Any, kernel: Lengths, geometry: Geometry) -> Any:
    """The largest entry of each window of x (N, C, ...)."""
    return reduced(np.maximum, _with_margins(x, geometry, _lowest(x.dtype)), kernel, geometry)


@primitive
def share_among_maxima(g: Any, x: Any, y: Any, kernel: Lengths, geometry: Geometry) -> Any:
    """Each g (N, C, ...) goes to the largest entries of its window, in equal parts.

    Args:
        g: as y.
        x, y: the images, and what ``window_maxima`` gave.
    Returns:
        as x.
    """
    shared = np.zeros(_padded_shape(x, geometry), np.result_type(g))
    apart = geometry.is_apart(kernel)
    for block in _blocks(x):
        padded = _with_margins(x[block], geometry, _lowest(x.dtype))
        places, largest, count = _largest(padded, y[block], kernel, geometry)
        part, into = g[block] / count, shared[block]
        for place, mask in zip(places, largest, strict=True):
            if apart:
                np.multiply(part, mask, out=into[place])
            else:
                into[place] += part * mask
    return shared[geometry.inside(x.shape[2:])]


@primitive
def mean_of_maxima(t: Any, x: Any, y: Any, kernel: Lengths, geometry: Geometry) -> Any:
    """The mean of t (N, C, ...) over those entries of each window where x is largest."""
    mean = np.empty(y.shape, np.result_type(t))
    for block in _blocks(x):
        padded = _with_margins(x[block], geometry, _lowest(x.dtype))
        places, largest, count = _largest(padded, y[block], kernel, geometry)
        values = _with_margins(t[block], geometry, 0)
        total = sum(values[place] * mask for place, mask in zip(places, largest, strict=True))
        mean[block] = total / count
    return mean


def _largest(x: Any, y: Any, kernel: Lengths, geometry: Geometry) -> tuple[Any, Any, Any]:
    """For each entry of a window its index, and where it is largest; how many there are."""
    places = [place for _, place in geometry.windows(kernel, y.shape[2:])]
    largest = [x[place] == y for place in places]
    count = largest[0].astype(np.intp if len(largest) > 127 else np.int8)
    for mask in largest[1:]:
        count += mask
    return places, largest, np.maximum(count, 1).astype(y.dtype)  # there are none where y is nan


@pullback(window_maxima, at=0)
def window_maxima_pullback(g: Any, out: Any, x: Any, kernel: Any, geometry: Any) -> Any:
    """Ties share equally: a step along x then raises the maximum as the mean of the ties does."""
    return share_among_maxima(g, x, out, kernel, geometry)


linear(
    share_among_maxima,
    lambda t, _g, x, y, kernel, geometry: mean_of_maxima(t, x, y, kernel, geometry),
    0,
    0,
    at=(0, 1, 2),
)
linear(
    mean_of_maxima,
    lambda g, _t, x, y, kernel, geometry: share_among_maxima(g, x, y, kernel, geometry),
    0,
    0,
    at=(0, 1, 2),
)


# --- the sum of each window -----------------------------------------------------------------------
@primitive
def window_sums(x: Any, kernel: Lengths, geometry: Geometry) -> Any:
    """The sum of each window of x (N, C, ...), with zeros around."""
    return reduced(np.add, _with_margins(x, geometry, 0), kernel, geometry)


@primitive
def spread_over_windows(g: Any, lengths: Lengths, kernel: Lengths, geometry: Geometry) -> Any:
    """Each g (N, C, ...) is added to all entries of its window, in images of these lengths."""
    for axis, length in enumerate(geometry.padded(lengths), 2):
        spread = np.zeros((*g.shape[:axis], length, *g.shape[axis + 1 :]), g.dtype)
        for place in _slices(axis, g.shape[axis], kernel, geometry):
            spread[place] += g
        g = spread
    return g[geometry.inside(lengths)]


linear(
    window_sums,
    lambda g, x, kernel, geometry: spread_over_windows(g, x.shape[2:], kernel, geometry),
)
linear(
    spread_over_windows,
    lambda t, _g, _lengths, kernel, geometry: window_sums(t, kernel, geometry),
)


# --- their parts ----------------------------------------------------------------------------------
def reduced(ufunc: Any, x: Any, kernel: Lengths, geometry: Geometry) -> Any:
    """A ufunc over all entries of each window of a padded image, axis after axis."""
    outputs = Geometry(geometry.stride, ((0, 0),) * len(kernel), geometry.dilation, 1).outputs(
        x.shape[2:], kernel
    )
    for axis, count in enumerate(outputs, 2):
        first, *others = _slices(axis, count, kernel, geometry)
        y = ufunc(x[first], x[others[0]]) if others else np.array(x[first])
        for place in others[1:]:
            ufunc(y, x[place], out=y)
        x = y
    return x


def _slices(axis: int, count: int, kernel: Lengths, geometry: Geometry) -> list[Any]:
    """For each entry of a window along one axis the index of what it meets, ``count`` times."""
    step, gap = geometry.stride[axis - 2], geometry.dilation[axis - 2]
    before = (slice(None),) * axis
    starts = [gap * k for k in range(kernel[axis - 2])]
    return [(*before, slice(start, start + step * (count - 1) + 1, step)) for start in starts]


def _blocks(x: Any) -> list[slice]:
    """Slices of so many images as fit into the cache together with what is made of them."""
    step = max(1, BLOCK // max(x[:1].nbytes, 1))
    return [slice(start, start + step) for start in range(0, len(x), step)]


def _padded_shape(x: Any, geometry: Geometry) -> Lengths:
    return (*x.shape[:2], *geometry.padded(x.shape[2:]))


def _with_margins(x: Any, geometry: Geometry, value: float) -> Any:
    """Images with margins of one value around; themselves where there are no margins."""
    if not any(map(any, geometry.padding)):
        return x
    padded = np.full(_padded_shape(x, geometry), value, x.dtype)
    padded[geometry.inside(x.shape[2:])] = x
    return padded


def _lowest(dtype: Any) -> Any:
    """The value below all others of a dtype."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min
