"""Rows of the noise layers: the formula draws from the layer's generator."""

import numpy as np

import nn
from nn.functional.noise import SELU_FLOOR
from rows import Row, normal


def mask(generator, p, shape):
    """1 / (1 - p) where a value is kept, else 0."""
    return (generator.random(shape, np.float32) >= p) / (1 - p)


def alpha(layer, x):
    """Dropped values at SELU's floor, then mean and variance restored."""
    p, floor = layer.p, SELU_FLOOR
    kept = mask(layer.rng, p, x.shape) > 0
    scale = ((1 - p) * (1 + p * floor**2)) ** -0.5
    return scale * np.where(kept, x, floor) - scale * p * floor


def connected(layer, x):
    """A linear layer with masked weights."""
    inner = layer.module
    weight = inner.weight.numpy()
    return x @ (weight * mask(layer.rng, layer.p, weight.shape)) + inner.bias.numpy()


def normed(layer, x):
    """A linear layer whose columns have the given lengths."""
    v = layer.module.weight.numpy()
    weight = layer.magnitude.numpy() * v / np.linalg.norm(v, axis=0)
    return x @ weight + layer.module.bias.numpy()


def linear():
    """What is wrapped."""
    return nn.Linear(4, 3, bias_init="normal", rng=0)


def doubled(layer):
    """With another magnitude than at the start."""
    layer.magnitude.data = 2 * layer.magnitude.data
    return layer


ROWS = [
    Row(
        "Dropout",
        lambda: nn.Dropout(0.3, rng=0),
        normal(4),
        lambda layer, x: x * mask(layer.rng, 0.3, x.shape),
    ),
    Row("Dropout of everything", lambda: nn.Dropout(1.0), normal(4), lambda _, x: 0 * x),
    Row(
        "Dropout in evaluation",
        lambda: nn.Dropout(0.3, rng=0),
        normal(4),
        lambda _, x: x,
        training=False,
        torch=lambda torch: torch.nn.Dropout(0.3),
    ),
    Row(
        "Dropout2d",
        lambda: nn.Dropout2d(0.5, rng=0),
        normal(4, 2, 3),
        lambda layer, x: x * mask(layer.rng, 0.5, (*x.shape[:2], 1, 1)),
        wrong=[(np.ones(3), "dropout2d needs inputs of shape (N, C, ...)")],
    ),
    Row("AlphaDropout", lambda: nn.AlphaDropout(0.3, rng=0), normal(4), alpha),
    Row(
        "GaussianNoise",
        lambda: nn.GaussianNoise(0.5, rng=0),
        normal(4),
        lambda layer, x: x + 0.5 * layer.rng.standard_normal(x.shape),
    ),
    Row("DropConnect", lambda: nn.DropConnect(linear(), 0.4, rng=0), normal(4), connected),
    Row(
        "DropConnect in evaluation",
        lambda: nn.DropConnect(linear(), 0.4, rng=0),
        normal(4),
        lambda layer, x: x @ layer.module.weight.numpy() + layer.module.bias.numpy(),
        training=False,
    ),
    Row("WeightNorm", lambda: doubled(nn.WeightNorm(linear())), normal(4), normed),
]
