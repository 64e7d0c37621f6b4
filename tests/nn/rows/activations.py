"""Rows of the activations: each formula once more, from Python's own mathematics."""

import math

import numpy as np

import nn
from rows import Row, normal


def each(function):
    """A function of one number as a formula of a module."""
    return lambda _, x: np.array([function(v) for v in x.ravel().tolist()]).reshape(x.shape)


def logistic(x):
    """1/(1 + e⁻ˣ)."""
    return 1 / (1 + math.exp(-x))


def softmax(x, axis):
    """exp(x) / Σ exp(x)."""
    e = np.exp(x)
    return e / e.sum(axis, keepdims=True)


def prelu(module, x):
    """x, or its slope times x, per channel."""
    slopes = module.weight.numpy().reshape((-1,) + (1,) * (x.ndim - 2)) if x.ndim > 1 else 0.25
    return np.maximum(x, 0) + slopes * np.minimum(x, 0)


def row(name, make, function, torch, wrong=()):
    """A row of an activation that acts entry by entry."""
    return Row(name, make, normal(2, 3), each(function), wrong=wrong, torch=torch)


ROWS = [
    row("ReLU", nn.ReLU, lambda x: max(x, 0.0), lambda torch: torch.nn.ReLU()),
    row(
        "ReLU with units",
        lambda: nn.ReLU(3),
        lambda x: max(x, 0.0),
        lambda torch: torch.nn.ReLU(),
        wrong=[(np.ones((2, 4)), "ReLU (3) needs inputs with 3 features in the last axis")],
    ),
    row("ReLU in place", lambda: nn.ReLU(inplace=True), lambda x: max(x, 0.0), None),
    row("Sigmoid", nn.Sigmoid, logistic, lambda torch: torch.nn.Sigmoid()),
    row(
        "Sigmoid with units",
        lambda: nn.Sigmoid(units=3),
        logistic,
        None,
        wrong=[(np.ones(()), "Sigmoid (3) needs inputs with 3 features")],
    ),
    row("Tanh", nn.Tanh, math.tanh, lambda torch: torch.nn.Tanh()),
    row(
        "Tanh with units",
        lambda: nn.Tanh(3),
        math.tanh,
        None,
        wrong=[(np.ones((3, 1)), "Tanh (3) needs inputs with 3 features")],
    ),
    row(
        "LeakyReLU",
        lambda: nn.LeakyReLU(0.2),
        lambda x: max(x, 0.0) + 0.2 * min(x, 0.0),
        lambda torch: torch.nn.LeakyReLU(0.2),
    ),
    row(
        "ELU",
        lambda: nn.ELU(1.5),
        lambda x: x if x > 0 else 1.5 * math.expm1(x),
        lambda torch: torch.nn.ELU(1.5),
    ),
    row(
        "CELU",
        lambda: nn.CELU(1.5),
        lambda x: x if x > 0 else 1.5 * math.expm1(x / 1.5),
        lambda torch: torch.nn.CELU(1.5),
    ),
    row(
        "SELU",
        nn.SELU,
        lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
        lambda torch: torch.nn.SELU(),
    ),
    row(
        "GELU",
        nn.GELU,
        lambda x: x * math.erfc(-x / math.sqrt(2)) / 2,
        lambda torch: torch.nn.GELU(),
    ),
    row(
        "GELU by tanh",
        lambda: nn.GELU("tanh"),
        lambda x: x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        lambda torch: torch.nn.GELU("tanh"),
    ),
    row("SiLU", nn.SiLU, lambda x: x * logistic(x), lambda torch: torch.nn.SiLU()),
    row(
        "Mish",
        nn.Mish,
        lambda x: x * math.tanh(math.log1p(math.exp(x))),
        lambda torch: torch.nn.Mish(),
    ),
    row(
        "Softplus",
        nn.Softplus,
        lambda x: math.log1p(math.exp(x)),
        lambda torch: torch.nn.Softplus(),
    ),
    row(
        "Softplus with beta",
        lambda: nn.Softplus(3.0),
        lambda x: math.log1p(math.exp(3 * x)) / 3,
        lambda torch: torch.nn.Softplus(3.0),
    ),
    row(
        "LogSigmoid",
        nn.LogSigmoid,
        lambda x: math.log(logistic(x)),
        lambda torch: torch.nn.LogSigmoid(),
    ),
    row("Softsign", nn.Softsign, lambda x: x / (1 + abs(x)), lambda torch: torch.nn.Softsign()),
    row(
        "Hardtanh",
        lambda: nn.Hardtanh(-0.5, 0.7),
        lambda x: min(max(x, -0.5), 0.7),
        lambda torch: torch.nn.Hardtanh(-0.5, 0.7),
    ),
    row("ReLU6", nn.ReLU6, lambda x: min(max(x, 0.0), 6.0), lambda torch: torch.nn.ReLU6()),
    row(
        "Hardsigmoid",
        nn.Hardsigmoid,
        lambda x: min(max(x / 6 + 0.5, 0.0), 1.0),
        None,  # PyTorch's slope is a sixth in float32 only
    ),
    row(
        "Hardswish",
        nn.Hardswish,
        lambda x: x * min(max(x / 6 + 0.5, 0.0), 1.0),
        lambda torch: torch.nn.Hardswish(),
    ),
    Row(
        "PReLU",
        nn.PReLU,
        normal(2, 3),
        prelu,
        torch=lambda torch: torch.nn.PReLU(),
    ),
    Row(
        "PReLU with a slope per channel",
        lambda: nn.PReLU(2, init=0.1),
        normal(2, 3),
        prelu,
        wrong=[(np.ones((2, 3)), "PReLU (2) needs inputs with 2 channels in axis 1")],
        torch=lambda torch: torch.nn.PReLU(2),
    ),
    Row(
        "Softmax",
        nn.Softmax,
        normal(2, 3),
        lambda _, x: softmax(x, -1),
        torch=lambda torch: torch.nn.Softmax(-1),
    ),
    Row(
        "Softmax over axis 1",
        lambda: nn.Softmax(dim=1),
        normal(2, 3),
        lambda _, x: softmax(x, 1),
        torch=lambda torch: torch.nn.Softmax(1),
    ),
    Row(
        "LogSoftmax",
        lambda: nn.LogSoftmax(axis=1),
        normal(2, 3),
        lambda _, x: np.log(softmax(x, 1)),
        torch=lambda torch: torch.nn.LogSoftmax(1),
    ),
    Row(
        "GLU",
        nn.GLU,
        normal(2, 4),
        lambda _, x: x[..., :2] / (1 + np.exp(-x[..., 2:])),
        wrong=[
            (np.ones((2, 3)), "needs an even number of features in axis -1; it got shape (2, 3)")
        ],
        torch=lambda torch: torch.nn.GLU(),
    ),
]
