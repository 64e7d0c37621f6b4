"""Perceptrons in NumPy alone, as one writes them who knows what is slow."""

import numpy as np

from .networks import RATE

BETA, BETA2, EPS = 0.9, 0.999, 1e-8


def _gradients(parameters, x, labels, rows):
    """Those of the cross-entropy, by layers; in place where that is easily seen."""
    pairs = list(zip(parameters[::2], parameters[1::2], strict=True))
    inputs = [x]
    for w, b in pairs:
        x = x @ w
        x += b
        if len(inputs) < len(pairs):
            np.maximum(x, 0.0, out=x)
            inputs.append(x)
    g = x
    g -= g.max(axis=1, keepdims=True)
    np.exp(g, out=g)
    g /= g.sum(axis=1, keepdims=True)
    g[rows, labels] -= 1.0
    g /= len(rows)
    found = []
    while inputs:
        x, (w, _) = inputs.pop(), pairs.pop()
        found += [g.sum(axis=0), x.T @ g]
        if inputs:
            g = g @ w.T
            g *= x > 0
    return found[::-1]


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
    update, rows, found = (
        {"SGD": _sgd, "Adam": _adam}[case.optimizer](parameters),
        np.arange(len(x)),
        [],
    )

    def read():
        return found, parameters

    def call():
        found[:] = _gradients(parameters, x, labels, rows)
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
