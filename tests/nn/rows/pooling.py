"""Rows of the poolings; the formula looks at one window after the other."""

import numpy as np

import nn
from rows import Row, normal


def each(value, axes):
    """An option for each axis."""
    return value if isinstance(value, tuple) else (value,) * axes


def pooled(layer, x):
    """The maximum or the mean of what each window holds."""
    axes, largest = x.ndim - 2, "Max" in type(layer).__name__
    kernel, pads = each(layer.kernel_size, axes), each(layer.padding, axes)
    step = kernel if layer.stride is None else each(layer.stride, axes)
    gap = each(layer.dilation, axes) if largest else (1,) * axes
    lengths = []
    for n, k, s, p, d in zip(x.shape[2:], kernel, step, pads, gap):
        left = n + 2 * p - d * (k - 1) - 1
        more = layer.ceil_mode and left % s and (left // s + 1) * s < n + p
        lengths.append(left // s + 1 + bool(more))
    y = np.empty((*x.shape[:2], *lengths))
    for place in np.ndindex(*lengths) if x.size else ():
        starts = [i * s - p for i, s, p in zip(place, step, pads)]
        inner, count = [], 1
        for a, n, k, p, d in zip(starts, x.shape[2:], kernel, pads, gap):
            seen = [a + d * i for i in range(k)]
            inner.append([i for i in seen if 0 <= i < n])
            padded = [i for i in seen if i < n + p]
            count *= len(inner[-1] if largest or not layer.count_include_pad else padded)
        window = x[(slice(None), slice(None), *np.ix_(*inner))].reshape(*x.shape[:2], -1)
        y[(..., *place)] = window.max(-1) if largest else window.sum(-1) / count
    return y


def adaptive(layer, x):
    """The mean of each of so many windows."""
    sizes = [n if s is None else s for s, n in zip(each(layer.output_size, 2), x.shape[2:])]
    y = np.empty((*x.shape[:2], *sizes))
    for place in np.ndindex(*sizes):
        window = [
            slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip(place, x.shape[2:], sizes)
        ]
        y[(..., *place)] = x[(..., *window)].mean((-2, -1))
    return y


def row(name, kind, args, shape, wrong=(), **options):
    """A row for one layer; its twin takes the same arguments."""
    return Row(
        name,
        lambda: getattr(nn, kind)(*args, **options),
        normal(*shape),
        pooled,
        wrong=wrong,
        torch=lambda torch: getattr(torch.nn, kind)(*args, **options),
    )


FLAT = (np.ones((4, 4)), "2d needs images of shape (N, C, H, W); it got shape (4, 4)")
EMPTY = (np.ones((2, 3, 0, 4)), "it got shape (2, 3, 0, 4)")
SMALL = (np.ones((1, 1, 1, 4)), "larger than images of size (1, 4)")

ROWS = [
    row("MaxPool2d", "MaxPool2d", (2,), (2, 5, 4), wrong=[FLAT, EMPTY, SMALL]),
    row("MaxPool2d overlapping", "MaxPool2d", (3,), (1, 5, 6), stride=(1, 2), padding=1),
    row("MaxPool2d dilated", "MaxPool2d", ((2, 3),), (2, 5, 7), stride=2, dilation=2),
    row("MaxPool2d ceil_mode", "MaxPool2d", (2,), (2, 5, 3), stride=3, padding=1, ceil_mode=True),
    row("MaxPool1d", "MaxPool1d", (3,), (2, 8), stride=2, ceil_mode=True),
    row("AvgPool2d", "AvgPool2d", (2,), (2, 5, 4), wrong=[FLAT, EMPTY, SMALL]),
    row("AvgPool2d padded", "AvgPool2d", ((3, 2),), (2, 5, 6), stride=(1, 2), padding=1),
    row("AvgPool2d unpadded", "AvgPool2d", (3,), (2, 5, 4), padding=1, count_include_pad=False),
    row("AvgPool2d ceil_mode", "AvgPool2d", (3,), (2, 5, 6), stride=2, padding=1, ceil_mode=True),
    row("AvgPool1d", "AvgPool1d", (2,), (2, 7), ceil_mode=True),
    Row(
        "GlobalAvgPool2d",
        nn.GlobalAvgPool2d,
        normal(2, 3, 4),
        lambda _, x: x.mean((2, 3)),
        wrong=[FLAT, EMPTY],
        torch=lambda torch: torch.nn.AdaptiveAvgPool2d(1),
        output=lambda out: out.flatten(1),
    ),
    Row(
        "GlobalMaxPool2d",
        nn.GlobalMaxPool2d,
        normal(2, 3, 4),
        lambda _, x: x.max((2, 3)),
        wrong=[FLAT, EMPTY],
        torch=lambda torch: torch.nn.AdaptiveMaxPool2d(1),
        output=lambda out: out.flatten(1),
    ),
    Row(
        "AdaptiveAvgPool2d",
        lambda: nn.AdaptiveAvgPool2d((2, 3)),
        normal(2, 5, 4),
        adaptive,
        wrong=[FLAT, EMPTY],
        torch=lambda torch: torch.nn.AdaptiveAvgPool2d((2, 3)),
    ),
    Row(
        "AdaptiveAvgPool2d with None",
        lambda: nn.AdaptiveAvgPool2d((None, 1)),
        normal(2, 5, 4),
        adaptive,
        torch=lambda torch: torch.nn.AdaptiveAvgPool2d((None, 1)),
    ),
]
