"""Networks in NumPy alone, as one writes them who knows what is slow."""

import numpy as np

from .networks import RATE

BETA, BETA2, EPS = 0.9, 0.999, 1e-8


def _by_scores(scores, labels, rows):
    """The gradient of the cross-entropy, in place of the scores."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    scores[rows, labels] -= 1.0
    scores /= len(rows)
    return scores


def _mlp(parameters, x, labels, rows):
    """The gradients by layers; in place where that is easily seen."""
    pairs = list(zip(parameters[::2], parameters[1::2], strict=True))
    inputs = [x]
    for w, b in pairs:
        x = x @ w
        x += b
        if len(inputs) < len(pairs):
            np.maximum(x, 0.0, out=x)
            inputs.append(x)
    g, found = _by_scores(x, labels, rows), []
    while inputs:
        x, (w, _) = inputs.pop(), pairs.pop()
        found += [g.sum(axis=0), x.T @ g]
        if inputs:
            g = g @ w.T
            g *= x > 0
    return found[::-1]


def _cnn(parameters, x, labels, rows):
    """The same, with columns of blocks of images that stay in the cache."""
    kernel, bias, second, second_bias, w, b = parameters
    first = _convolved(x, kernel, bias)
    small = _pooled(first)
    last = _convolved(small, second, second_bias)
    flat = _pooled(last).reshape(len(x), -1)
    scores = flat @ w
    scores += b
    g = _by_scores(scores, labels, rows)
    by_w, by_b = flat.T @ g, g.sum(axis=0)
    by_last = _by_slices((g @ w.T).reshape(len(x), -1, *[n // 2 for n in last.shape[2:]]), last)
    by_second, by_small = _by_kernel(by_last, small, second, further=True)
    by_first = _by_slices(by_small, first)
    by_kernel, _ = _by_kernel(by_first, x, kernel, further=False)
    return [by_kernel, by_first.sum((0, 2, 3)), by_second, by_last.sum((0, 2, 3)), by_w, by_b]


BLOCK = 8  # images


def _columns(x):
    """The 3x3 surroundings of each pixel (n, 9 channels, pixels)."""
    n, channels, height, width = x.shape
    padded = np.zeros((n, channels, height + 2, width + 2), x.dtype)
    padded[:, :, 1:-1, 1:-1] = x
    columns = np.empty((n, channels, 9, height, width), x.dtype)
    for k in range(9):
        i, j = divmod(k, 3)
        columns[:, :, k] = padded[:, :, i : i + height, j : j + width]
    return columns.reshape(n, 9 * channels, height * width)


def _convolved(x, kernel, bias):
    """The rectified convolution."""
    n, _, height, width = x.shape
    flat, out = kernel.reshape(len(kernel), -1), np.empty((n, len(kernel), height, width), x.dtype)
    for start in range(0, n, BLOCK):
        block = out[start : start + BLOCK].reshape(-1, len(kernel), height * width)
        np.matmul(flat, _columns(x[start : start + BLOCK]), out=block)
        block += bias[:, None]
        np.maximum(block, 0.0, out=block)
    return out


def _by_kernel(g, x, kernel, further):
    """The gradients by the kernel, and by the images if they go further."""
    n, channels, height, width = x.shape
    flat = kernel.reshape(len(kernel), -1)
    by_kernel, by_x = np.zeros_like(flat), np.empty_like(x) if further else None
    for start in range(0, n, BLOCK):
        images = x[start : start + BLOCK]
        block = g[start : start + BLOCK].reshape(len(images), len(kernel), -1)
        by_kernel += np.matmul(block, _columns(images).transpose(0, 2, 1)).sum(axis=0)
        if further:
            columns = (flat.T @ block).reshape(len(images), channels, 9, height, width)
            padded = np.zeros((len(images), channels, height + 2, width + 2), x.dtype)
            for k in range(9):
                i, j = divmod(k, 3)
                padded[:, :, i : i + height, j : j + width] += columns[:, :, k]
            by_x[start : start + BLOCK] = padded[:, :, 1:-1, 1:-1]
    return by_kernel.reshape(kernel.shape), by_x


def _pooled(x):
    """The maxima of 2x2 pixels."""
    rows = np.maximum(x[:, :, ::2], x[:, :, 1::2])
    return np.maximum(rows[..., ::2], rows[..., 1::2])


def _by_slices(g, x):
    """Through a maximum of 2x2 and a rectifier: where a pixel is the maximum and positive."""
    out, largest = np.empty_like(x), _pooled(x)
    g = g * (largest > 0)
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        np.multiply(g, x[:, :, i::2, j::2] == largest, out=out[:, :, i::2, j::2])
    return out


GRADIENTS = {"mlp": _mlp, "cnn": _cnn}


def _sgd(parameters):
    def update(gradients):
        for p, g in zip(parameters, gradients, strict=True):
            p -= RATE * g

    return update


def _adam(parameters):
    """Kingma and Ba's, all parameters in one vector, of which they are made views."""
    sizes = [p.size for p in parameters]
    flat = np.concatenate([p.reshape(-1) for p in parameters])
    for k, (end, size) in enumerate(zip(np.cumsum(sizes), sizes, strict=True)):
        parameters[k] = flat[end - size : end].reshape(parameters[k].shape)
    state = [flat, *(np.zeros_like(flat) for _ in range(4)), 0]

    def update(gradients):
        flat, m, v, g, scratch, count = state
        state[-1] = count = count + 1
        np.concatenate([part.reshape(-1) for part in gradients], out=g)
        np.multiply(g, g, out=scratch)
        scratch *= 1 - BETA2
        v *= BETA2
        v += scratch
        g *= 1 - BETA
        m *= BETA
        m += g
        np.sqrt(v, out=scratch)
        scratch /= (1 - BETA2**count) ** 0.5
        scratch += EPS
        np.divide(m, scratch, out=scratch)
        scratch *= RATE / (1 - BETA**count)
        flat -= scratch

    return update


def step(case):
    """Forward, backward, optimizer."""
    parameters, (x, labels) = case.arrays()
    update = {"SGD": _sgd, "Adam": _adam}[case.optimizer](parameters)
    gradients, rows, found = GRADIENTS[case.network], np.arange(len(x)), []

    def read():
        return found, parameters

    def call():
        found[:] = gradients(parameters, x, labels, rows)
        update(found)
        return read

    return call


def predict(case):
    """The scores of a batch."""
    parameters, (x,) = case.arrays()
    w, b, v, c = parameters

    def call():
        hidden = x @ w
        hidden += b
        np.maximum(hidden, 0.0, out=hidden)
        scores = hidden @ v
        scores += c
        return scores

    return call
