"""Rows of the convolutions; the formula lays every window beside every kernel."""

from itertools import product

import numpy as np

import nn
from rows import Row, normal

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def each(value, axes):
    """An option for each axis."""
    return value if isinstance(value, tuple) else (value,) * axes


def margins(layer, axes):
    """The padding as a pair for each axis."""
    if layer.padding == "valid":
        return [(0, 0)] * axes
    if layer.padding == "same":
        total = [d * (k - 1) for d, k in zip(each(layer.dilation, axes), layer.weight.shape[2:])]
        return [(t // 2, t - t // 2) for t in total]
    return [p if isinstance(p, tuple) else (p, p) for p in each(layer.padding, axes)]


def channels(layer, axes):
    """The bias as an image, or zero."""
    return 0 if layer.bias is None else layer.bias.numpy().reshape(-1, *[1] * axes)


def correlated(layer, x):
    """One sum over channels and kernel for each place of the result."""
    w, axes = layer.weight.numpy(), x.ndim - 2
    step, gap = each(layer.stride, axes), each(layer.dilation, axes)
    x = np.pad(x, [(0, 0), (0, 0), *margins(layer, axes)], mode=MODES[layer.padding_mode])
    lengths = [
        (n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[2:], w.shape[2:], step, gap)
    ]
    y = np.zeros((len(x), len(w), *lengths))
    depth, filters = w.shape[1], len(w) // layer.groups
    for group, place in product(range(layer.groups), np.ndindex(*lengths)):
        ends = zip(place, w.shape[2:], step, gap)
        window = tuple(slice(p * s, p * s + d * (k - 1) + 1, d) for p, k, s, d in ends)
        seen = x[(slice(None), slice(group * depth, (group + 1) * depth), *window)]
        mine = slice(group * filters, (group + 1) * filters)
        sums = np.tensordot(seen, w[mine], [range(1, axes + 2)] * 2)
        y[(slice(None), mine, *place)] = sums
    return y + channels(layer, axes)


def transposed(layer, x):
    """Each value lays its kernel down; the margins are cut off."""
    w, axes = layer.weight.numpy(), x.ndim - 2
    step, gap = each(layer.stride, axes), each(layer.dilation, axes)
    more, cut = each(layer.output_padding, axes), margins(layer, axes)
    full = [
        (n - 1) * s + d * (k - 1) + 1 + m
        for n, k, s, d, m in zip(x.shape[2:], w.shape[2:], step, gap, more)
    ]
    filters, depth = w.shape[1], len(w) // layer.groups
    y = np.zeros((len(x), filters * layer.groups, *full))
    for group, place in product(range(layer.groups), np.ndindex(*x.shape[2:])):
        mine = slice(group * depth, (group + 1) * depth)
        laid = np.tensordot(x[(slice(None), mine, *place)], w[mine], 1)
        ends = zip(place, w.shape[2:], step, gap)
        window = tuple(slice(p * s, p * s + d * (k - 1) + 1, d) for p, k, s, d in ends)
        y[(slice(None), slice(group * filters, (group + 1) * filters), *window)] += laid
    inside = tuple(slice(a, n - b) for (a, b), n in zip(cut, full))
    return y[(..., *inside)] + channels(layer, axes)


def same(state):
    """PyTorch has our names and shapes."""
    return state


def row(name, kind, args, shape, twin=True, formula=correlated, **options):
    """A row for one layer; its twin takes the same arguments."""
    cls = getattr(nn, kind)
    return Row(
        name,
        lambda: cls(*args, **options, bias_init="normal", rng=0),
        normal(*shape),
        formula,
        torch=(lambda torch: getattr(torch.nn, kind)(*args, **options)) if twin else None,
        to_torch=same,
    )


NHWC = (
    np.ones((2, 5, 6, 3)),
    "axis 1 holds the channels; here it is the last axis that has length 3",
)
SMALL = (np.ones((2, 3, 2, 6)), "larger than the padded images of size (2, 6)")

plain = row("Conv2d", "Conv2d", (3, 4, 3), (3, 5, 6))
plain.wrong = [
    NHWC,
    SMALL,
    (
        np.ones((2, 5, 6, 6)),
        "Conv2d (3 -> 4) needs images of shape (N, 3, H, W); it got shape (2, 5",
    ),
    (np.ones((3, 6, 6)), "the axis of the batch is missing"),
    (np.ones((2, 6)), "it got shape (2, 6)"),
]

ROWS = [
    plain,
    row("Conv2d with stride and padding", "Conv2d", (2, 3, 3), (2, 6, 5), stride=2, padding=1),
    row("Conv2d dilated", "Conv2d", (2, 3, (2, 3)), (2, 5, 7), dilation=(2, 3), padding=(1, 2)),
    row("Conv2d in groups, without bias", "Conv2d", (4, 6, 2), (4, 4, 4), groups=2, bias=False),
    row("Conv2d of one pixel", "Conv2d", (3, 2, 1), (3, 4, 4)),
    row("Conv2d same", "Conv2d", (2, 2, (3, 5)), (2, 4, 5), padding="same"),
    row("Conv2d same, even", "Conv2d", (2, 2, (2, 4)), (2, 4, 5), twin=False, padding="same"),
    row("Conv2d valid", "Conv2d", (2, 2, 2), (2, 3, 3), padding="valid"),
    row(
        "Conv2d with pairs of padding",
        "Conv2d",
        (2, 2, 3),
        (2, 4, 5),
        twin=False,
        padding=((0, 1), (2, 0)),
    ),
    *[
        row(f"Conv2d {mode}", "Conv2d", (2, 2, 3), (2, 4, 5), padding=(1, 2), padding_mode=mode)
        for mode in ("reflect", "replicate", "circular")
    ],
    row("Conv1d", "Conv1d", (2, 3, 3), (2, 7), stride=2, padding=1),
    row("Conv3d", "Conv3d", (2, 2, 2), (2, 3, 4, 3), padding=(1, 0, 1)),
    row("ConvTranspose1d", "ConvTranspose1d", (2, 3, 3), (2, 4), formula=transposed, stride=2),
    row(
        "ConvTranspose2d",
        "ConvTranspose2d",
        (4, 2, 3),
        (4, 3, 4),
        formula=transposed,
        stride=(2, 3),
        padding=1,
        output_padding=1,
        groups=2,
    ),
    row(
        "ConvTranspose2d dilated",
        "ConvTranspose2d",
        (2, 3, 2),
        (2, 3, 3),
        formula=transposed,
        dilation=2,
        bias=False,
    ),
    Row(
        "DepthwiseConv2d",
        lambda: nn.DepthwiseConv2d(3, 2, multiplier=2, bias_init="normal", rng=0),
        normal(3, 4, 3),
        correlated,
        wrong=[(np.ones((2, 4, 5, 5)), "DepthwiseConv2d (3 -> 6) needs images of shape (N, 3, H")],
        torch=lambda torch: torch.nn.Conv2d(3, 6, 2, groups=3),
        to_torch=same,
    ),
    Row(
        "SeparableConv2d",
        lambda: nn.SeparableConv2d(3, 2, 3, padding=1, bias_init="normal", rng=0),
        normal(3, 4, 3),
        lambda layer, x: correlated(layer.pointwise, correlated(layer.depthwise, x)),
        wrong=[(np.ones((2, 4, 5, 5)), "SeparableConv2d (3 -> 2) needs images")],
        torch=lambda torch: torch.nn.Sequential(
            torch.nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False), torch.nn.Conv2d(3, 2, 1)
        ),
        to_torch=lambda state: {
            name.replace("depthwise", "0").replace("pointwise", "1"): a for name, a in state.items()
        },
    ),
]
