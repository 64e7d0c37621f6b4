"""The networks that are trained: their losses in plain NumPy to check by, and their inputs.

A loss is (xp, *parameters, *constants) → one number, as in ``programs``; the namespace is not
needed here. Weights are (in, out) and stand before their bias. The last constant are the labels.
"""

from itertools import pairwise

import numpy as np

RATE = 1e-3  # small: a network that has learned its one batch has zeros for gradients


# --- losses ---------------------------------------------------------------------------------------
def cross_entropy(scores, labels):
    """The mean of log Σ exp(scores) less the score of the label; scores (n, classes)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels])


def mlp_scores(_xp, *arrays):
    """Layers of rectifiers, and one of scores; arrays: (weight, bias) each, and x (n, features)."""
    *parameters, x = arrays
    *hidden, (w, b) = zip(parameters[::2], parameters[1::2], strict=True)
    for weight, bias in hidden:
        x = np.maximum(x @ weight + bias, 0.0)
    return x @ w + b


def mlp(xp, *arrays):
    """The cross-entropy of ``mlp_scores``."""
    *others, labels = arrays
    return cross_entropy(mlp_scores(xp, *others), labels)


def cnn(_xp, *arrays):
    """Two 3x3 convolutions with rectifiers and 2x2 maxima, and a layer of scores; x NCHW."""
    kernel, bias, second, second_bias, w, b, x, labels = arrays
    x = _pooled(np.maximum(_convolved(x, kernel) + bias[:, None, None], 0.0))
    x = _pooled(np.maximum(_convolved(x, second) + second_bias[:, None, None], 0.0))
    return cross_entropy(x.reshape(len(x), -1) @ w + b, labels)


def _convolved(x, kernel):
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    return np.einsum("ncijuv,ocuv->noij", windows, kernel, optimize=True)


def _pooled(x):
    n, channels, height, width = x.shape
    return x.reshape(n, channels, height // 2, 2, width // 2, 2).max(axis=(3, 5))


def lstm(_xp, w, u, b, c, x, target):
    """The mean squared distance of an LSTM's outputs and a target, both (n, steps, units)."""
    units = len(u)
    h = cell = np.zeros((len(x), units))
    total = 0.0
    for k in range(x.shape[1]):
        sums = x[:, k] @ w + b + h @ u + c
        i, f, g, o = (sums[:, n * units : (n + 1) * units] for n in range(4))
        cell = cell / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(cell) / (1 + np.exp(-o))
        total = total + np.sum((h - target[:, k]) ** 2)
    return total / target.size


def bag(_xp, table, w, b, ids, labels):
    """The mean of looked-up rows, and a layer of scores; ids (n, words)."""
    return cross_entropy(table[ids].mean(axis=1) @ w + b, labels)


# --- inputs ---------------------------------------------------------------------------------------
def mlp_inputs(*sizes, batch):
    """Weights in Kaiming's scale, biases, a batch and its labels."""

    def draw(rng):
        parameters = [a for lengths in pairwise(sizes) for a in _affine(rng, *lengths)]
        return parameters, [rng.normal(size=(batch, sizes[0])), rng.integers(sizes[-1], size=batch)]

    return draw


def scores_inputs(*sizes, batch):
    """The same without labels."""

    def draw(rng):
        parameters, (x, _) = mlp_inputs(*sizes, batch=batch)(rng)
        return parameters, [x]

    return draw


def _affine(rng, n, m):
    return rng.normal(size=(n, m)) * (2 / n) ** 0.5, rng.normal(size=m) * 0.1


def cnn_inputs(rng, batch=64, side=28, channels=(1, 16, 32), classes=10):
    """Kernels (out, in, 3, 3), and images (batch, 1, side, side)."""
    parameters = []
    for n, m in pairwise(channels):
        kernel = rng.normal(size=(m, n, 3, 3)) * (2 / (9 * n)) ** 0.5
        parameters += [kernel, rng.normal(size=m) * 0.1]
    parameters += _affine(rng, channels[-1] * (side // 4) ** 2, classes)
    images = rng.normal(size=(batch, channels[0], side, side))
    return parameters, [images, rng.integers(classes, size=batch)]


def lstm_inputs(rng, batch=32, units=64, steps=50):
    """The parameters of a layer, sequences as wide as its units, and a target."""
    shapes = ((units, 4 * units), (units, 4 * units), 4 * units, 4 * units)
    parameters = [rng.normal(size=shape) / units**0.5 for shape in shapes]
    return parameters, [rng.normal(size=(batch, steps, units)) for _ in range(2)]


def bag_inputs(rng, batch=64, words=50, rows=10_000, width=64, classes=10):
    """A table, a layer of scores, and the ids of a batch of texts."""
    parameters = [rng.normal(size=(rows, width)), *_affine(rng, width, classes)]
    return parameters, [rng.integers(rows, size=(batch, words)), rng.integers(classes, size=batch)]


def spiral_inputs(rng, each=100, classes=3):
    """Two-dimensional points on the arms of a spiral, and which arm; a new network each run."""
    radius = np.tile(np.linspace(0.05, 1.0, each), classes)
    arm = np.repeat(np.arange(classes), each)
    angle = 4.0 * radius + arm * 2 * np.pi / classes + rng.normal(size=radius.size) * 0.1
    return [], [np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), arm]
