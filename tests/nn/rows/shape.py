"""Rows of the layers that change shapes."""

import numpy as np

import nn
from rows import Row, normal


def bilinear(_, x):
    """Interpolation between the centers of pixels, pixel by pixel."""
    n, c, h, w = x.shape
    out = np.empty((n, c, 2 * h, 3 * w))
    for i in range(2 * h):
        for j in range(3 * w):
            r, s = np.clip((i + 0.5) / 2 - 0.5, 0, h - 1), np.clip((j + 0.5) / 3 - 0.5, 0, w - 1)
            a, b = int(r), int(s)
            p, q = min(a + 1, h - 1), min(b + 1, w - 1)
            top = (1 - (s - b)) * x[:, :, a, b] + (s - b) * x[:, :, a, q]
            low = (1 - (s - b)) * x[:, :, p, b] + (s - b) * x[:, :, p, q]
            out[:, :, i, j] = (1 - (r - a)) * top + (r - a) * low
    return out


def padded(_, x):
    """Zeros around: 1 left, 2 right, none above, 3 below."""
    out = np.zeros((*x.shape[:2], x.shape[2] + 3, x.shape[3] + 3))
    out[:, :, : x.shape[2], 1 : 1 + x.shape[3]] = x
    return out


ROWS = [
    Row(
        "Identity",
        nn.Identity,
        normal(4),
        lambda _, x: x,
        torch=lambda torch: torch.nn.Identity(),
    ),
    Row(
        "Flatten",
        nn.Flatten,
        normal(3, 2, 2),
        lambda _, x: x.reshape(len(x), 12),
        wrong=[(np.ones(3), "Flatten joins axes 1 to -1; it got shape (3,)")],
        torch=lambda torch: torch.nn.Flatten(),
    ),
    Row(
        "Flatten of two axes",
        lambda: nn.Flatten(1, 2),
        normal(3, 2, 2),
        lambda _, x: x.reshape(len(x), 6, 2),
        torch=lambda torch: torch.nn.Flatten(1, 2),
    ),
    Row(
        "Unflatten",
        lambda: nn.Unflatten(1, (3, 4)),
        normal(12),
        lambda _, x: x.reshape(len(x), 3, 4),
        wrong=[
            (np.ones((2, 10)), "3 * 4 needs 12 entries, the input has 10"),
            (np.ones(12), "Unflatten splits axis 1; it got shape (12,)"),
        ],
        torch=lambda torch: torch.nn.Unflatten(1, (3, 4)),
    ),
    Row(
        "Reshape",
        lambda: nn.Reshape(2, -1),
        normal(4, 3),
        lambda _, x: x.reshape(len(x), 2, 6),
        wrong=[
            (np.ones((2, 5)), "2 * -1 needs a multiple of 2 entries, the input has 5"),
            (np.ones(()), "needs a batch axis"),
        ],
    ),
    Row(
        "Permute",
        lambda: nn.Permute(3, 1, 2),
        normal(4, 5, 3),
        lambda _, x: np.einsum("nhwc->nchw", x),
        wrong=[(np.ones((2, 3)), "needs inputs with 4 axes, the batch axis included")],
    ),
    Row(
        "ZeroPad2d",
        lambda: nn.ZeroPad2d((1, 2, 0, 3)),
        normal(2, 3, 4),
        padded,
        wrong=[(np.ones(3), "needs inputs of shape (..., H, W)")],
        torch=lambda torch: torch.nn.ZeroPad2d((1, 2, 0, 3)),
    ),
    Row(
        "ZeroPad2d by one number",
        lambda: nn.ZeroPad2d(1),
        normal(1, 2, 2),
        lambda _, x: np.einsum("ih,nchw,jw->ncij", np.eye(4)[:, 1:3], x, np.eye(4)[:, 1:3]),
        torch=lambda torch: torch.nn.ZeroPad2d(1),
    ),
    Row(
        "Upsample",
        lambda: nn.Upsample(2),
        normal(2, 3, 4),
        lambda _, x: np.einsum("nchw,ij->nchiwj", x, np.ones((2, 2))).reshape(-1, 2, 6, 8),
        wrong=[(np.ones((3, 3)), "needs inputs of shape (N, C, ...)")],
        torch=lambda torch: torch.nn.Upsample(scale_factor=2),
    ),
    Row(
        "Upsample by interpolation",
        lambda: nn.Upsample((2, 3), mode="bilinear"),
        normal(2, 3, 4),
        bilinear,
        wrong=[(np.ones((1, 1, 3)), "needs inputs of shape (N, C, L, L)")],
        torch=lambda torch: torch.nn.Upsample(scale_factor=(2, 3), mode="bilinear"),
    ),
]
