"""Rows of the dense layers."""

import numpy as np

import nn
from rows import Row, normal, together


def affine(layer, x):
    """x W + b."""
    bias = 0.0 if layer.bias is None else layer.bias.numpy()
    return np.einsum("...i,io->...o", x, layer.weight.numpy()) + bias


def bilinear(layer, x, y):
    """x1ᵀ A x2 + b."""
    products = x[..., None, :, None] * layer.weight.numpy() * y[..., None, None, :]
    return products.sum((-2, -1)) + layer.bias.numpy()


ROWS = [
    Row(
        "Linear",
        lambda: nn.Linear(4, 2, bias_init="normal", rng=0),
        normal(4),
        affine,
        wrong=[
            (np.ones((3, 5)), "Linear (4 -> 2) needs inputs with 4 features in the last axis"),
            (np.ones((3, 2, 2)), "needs inputs of shape (..., 4); it got shape (3, 2, 2)"),
            (np.ones(()), "it got shape ()"),
        ],
        torch=lambda torch: torch.nn.Linear(4, 2),
    ),
    Row(
        "Linear without bias, three axes",
        lambda: nn.Linear(4, 2, bias=False, rng=0),
        normal(5, 4),
        affine,
        torch=lambda torch: torch.nn.Linear(4, 2, bias=False),
    ),
    Row(
        "Linear with an activation",
        lambda: nn.Linear(4, 1, activation="tanh", rng=0),
        normal(4),
        lambda layer, x: np.tanh(affine(layer, x)),
    ),
    Row(
        "Bilinear",
        lambda: nn.Bilinear(2, 3, 4, bias_init="normal", rng=0),
        together(normal(2), normal(3)),
        bilinear,
        wrong=[
            ((np.ones((3, 2)), np.ones((3, 2))), "needs inputs of shapes (..., 2) and (..., 3)")
        ],
        torch=lambda torch: torch.nn.Bilinear(2, 3, 4),
    ),
]
