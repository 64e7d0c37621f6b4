"""Rows of the containers that compute."""

import numpy as np

import nn
from rows import Row, normal


def affine(layer, x):
    """x W + b."""
    return x @ layer.weight.numpy() + layer.bias.numpy()


def torch_sequential(torch):
    """The same network."""
    layers = torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2)
    return torch.nn.Sequential(*layers)


ROWS = [
    Row(
        "Sequential",
        lambda: nn.Sequential(nn.Linear(4, 5, rng=0), nn.Tanh(), nn.Linear(5, 2, rng=1)),
        normal(4),
        lambda model, x: affine(model[2], np.tanh(affine(model[0], x))),
        wrong=[(np.ones((3, 5)), "Linear '0' (4 -> 5) needs inputs with 4 features")],
        torch=torch_sequential,
    ),
    Row(
        "Residual",
        lambda: nn.Residual(nn.Linear(3, 3, rng=0), scale=0.5),
        normal(3),
        lambda layer, x: x + 0.5 * affine(layer.module, x),
    ),
    Row(
        "Residual without a scale",
        lambda: nn.Residual(nn.Linear(3, 3, rng=0)),
        normal(3),
        lambda layer, x: x + affine(layer.module, x),
        wrong=[(np.ones(2), "Linear 'module' (3 -> 3) needs inputs with 3 features")],
    ),
    Row(
        "Parallel",
        lambda: nn.Parallel(nn.Linear(3, 2, rng=0), nn.Linear(3, 2, rng=1)),
        normal(3),
        lambda layer, x: affine(layer[0], x) + affine(layer[1], x),
    ),
    Row(
        "Parallel by products",
        lambda: nn.Parallel(nn.Linear(3, 3, rng=0), nn.Tanh(), combine="product"),
        normal(3),
        lambda layer, x: affine(layer[0], x) * np.tanh(x),
    ),
    Row(
        "Concat",
        lambda: nn.Concat(nn.Linear(3, 2, rng=0), nn.Identity()),
        normal(3),
        lambda layer, x: np.hstack([affine(layer[0], x), x]),
    ),
    Row("Lambda", lambda: nn.Lambda(np.sin), normal(3), lambda _, x: np.sin(x)),
]
