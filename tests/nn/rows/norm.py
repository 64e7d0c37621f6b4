"""Rows of the normalizations."""

import numpy as np

import nn
from rows import Row, normal


def same(state):
    """PyTorch has our names and shapes."""
    return state


def standardized(layer, x, axes):
    """x less its mean over its standard deviation."""
    mean, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(var + layer.eps)


def affine(layer, y, shape=None):
    """y times the weight plus the bias."""
    if layer.weight is None:
        return y
    shape = (1, -1, *[1] * (y.ndim - 2)) if shape is None else shape
    return y * layer.weight.numpy().reshape(shape) + layer.bias.numpy().reshape(shape)


def batch(layer, x):
    """By the statistics of the batch, or by the running ones."""
    channels = (1, -1, *[1] * (x.ndim - 2))
    if layer.training or layer.running_mean is None:
        y = standardized(layer, x, (0, *range(2, x.ndim))) if x.size else x
    else:
        mean, var = layer.running_mean.numpy(), layer.running_var.numpy()
        y = (x - mean.reshape(channels)) / np.sqrt(var.reshape(channels) + layer.eps)
    return affine(layer, y)


def grouped(layer, x):
    """Each group of channels of a sample by itself."""
    parts = np.split(x, layer.num_groups, axis=1)
    return affine(
        layer, np.hstack([standardized(layer, p, tuple(range(1, x.ndim))) for p in parts])
    )


def drawn(layer):
    """The layer with parameters and statistics that are not those of the start."""
    rng = np.random.default_rng(0)
    for value in layer.parameters() + layer.buffers():
        value.data = rng.uniform(0.5, 2.0, value.shape)
    return layer


def row(name, kind, args, shape, formula, wrong=(), twin=None, **options):
    """A row for one layer; its twin takes the same arguments."""
    names = {"training", "batches", "scale"}
    mine = {key: value for key, value in options.items() if key in names}
    rest = {key: value for key, value in options.items() if key not in names}
    renamed = (
        {{"affine": twin}.get(key, key): value for key, value in rest.items()} if twin else rest
    )
    return Row(
        name,
        lambda: drawn(getattr(nn, kind)(*args, **rest)),
        normal(*shape),
        formula,
        wrong=wrong,
        torch=lambda torch: getattr(torch.nn, kind)(*args, **renamed),
        to_torch=same,
        **mine,
    )


ONE = (
    np.ones((1, 3)),
    "BatchNorm1d (3) needs more than one value per channel to normalize; "
    "call eval(), or use a larger batch",
)

ROWS = [
    row(
        "BatchNorm1d",
        "BatchNorm1d",
        (3,),
        (3,),
        batch,
        wrong=[ONE, (np.ones((2, 4)), "needs inputs of shape (N, 3) or (N, 3, L)")],
        batches=(0, 2, 5),
    ),
    row("BatchNorm1d of signals", "BatchNorm1d", (3,), (3, 4), batch),
    row("BatchNorm1d in evaluation", "BatchNorm1d", (3,), (3,), batch, training=False),
    row(
        "BatchNorm2d",
        "BatchNorm2d",
        (2,),
        (2, 3, 4),
        batch,
        wrong=[(np.ones((2, 3, 4, 4)), "BatchNorm2d (2) needs inputs of shape (N, 2, H, W)")],
        momentum=0.3,
    ),
    row("BatchNorm2d in evaluation", "BatchNorm2d", (2,), (2, 3, 4), batch, training=False),
    row("BatchNorm2d plain", "BatchNorm2d", (2,), (2, 3, 4), batch, affine=False, eps=1e-3),
    row(
        "BatchNorm2d without running statistics",
        "BatchNorm2d",
        (2,),
        (2, 3, 4),
        batch,
        track_running_stats=False,
        training=False,
    ),
    row(
        "LayerNorm",
        "LayerNorm",
        (4,),
        (3, 4),
        lambda layer, x: affine(layer, standardized(layer, x, (-1,)), (4,)),
        wrong=[(np.ones((2, 3)), "LayerNorm needs inputs of shape (..., 4); it got shape (2, 3)")],
    ),
    row(
        "LayerNorm of two axes",
        "LayerNorm",
        ((3, 4),),
        (3, 4),
        lambda layer, x: affine(layer, standardized(layer, x, (-2, -1)), (3, 4)),
    ),
    row(
        "LayerNorm plain",
        "LayerNorm",
        (4,),
        (4,),
        lambda layer, x: standardized(layer, x, (-1,)),
        twin="elementwise_affine",
        affine=False,
    ),
    row(
        "GroupNorm",
        "GroupNorm",
        (2, 4),
        (4, 3, 2),
        grouped,
        wrong=[(np.ones((2, 3, 2)), "GroupNorm (4) needs inputs of shape")],
    ),
    row("GroupNorm of vectors", "GroupNorm", (2, 6), (6,), grouped),
    row(
        "InstanceNorm1d",
        "InstanceNorm1d",
        (3,),
        (3, 4),
        lambda layer, x: affine(layer, standardized(layer, x, (2,))),
        wrong=[(np.ones((2, 3, 1)), "needs more than one value per channel")],
        affine=True,
    ),
    row(
        "InstanceNorm2d",
        "InstanceNorm2d",
        (2,),
        (2, 3, 2),
        lambda layer, x: affine(layer, standardized(layer, x, (2, 3))),
        wrong=[(np.ones((2, 2, 3)), "InstanceNorm2d (2) needs inputs of shape (N, 2, H, W)")],
    ),
    row(
        "RMSNorm",
        "RMSNorm",
        (4,),
        (3, 4),
        lambda layer, x: (
            x
            / np.sqrt((x * x).mean(-1, keepdims=True) + np.finfo(float).eps)
            * layer.weight.numpy()
        ),
        wrong=[(np.ones((2, 3)), "RMSNorm needs inputs of shape (..., 4)")],
    ),
]
