"""NumPy alone: the plain function, and gradients as one would write them without a library."""

import numpy as np

from .. import programs
from ..training.by_hand import predict, step  # noqa: F401 -- modes, as the functions here
from . import direction, namespace

IMPORT = "import numpy"
xp = namespace(np, maximum=np.maximum, sigmoid=lambda x: 1.0 / (1.0 + np.exp(-x)), stop=lambda x: x)


def function(case):
    """The program on plain arrays."""
    parameters, constants = case.arrays()
    return lambda: case.run(xp, *parameters, *constants)


def chain(x, rounds=programs.ROUNDS):
    """The gradient of both chains with a sine; x (n,) or a number."""
    x = np.asarray(x)[()]
    y, kept = x, []
    for _ in range(rounds):
        s = np.sin(y)
        kept.append((y, s))
        y = s * x + y * 0.5
    g, total = np.ones_like(y)[()], np.zeros_like(y)[()]
    while kept:
        y, s = kept.pop()
        total += g * s
        g = g * x * np.cos(y) + g * 0.5
    return [total + g]


def products(x, rounds=programs.ROUNDS):
    """The gradient of the chain without its sine; x (n,)."""
    y, kept = x, []
    for _ in range(rounds):
        kept.append(y)
        y = y * x + y * 0.5
    g, total = np.ones_like(y), np.zeros_like(y)
    while kept:
        total += g * kept.pop()
        g = g * x + g * 0.5
    return [total + g]


def gather(table, rows, weights):
    """Each row of the weights, added where its row of the table came from."""
    g = np.zeros_like(table)
    width = table.shape[1]
    flat = rows[:, None] * width + np.arange(width)
    np.add.at(g.reshape(-1), flat.reshape(-1), weights.reshape(-1))
    return [g]


def cross_entropy(scores, rows, labels):
    """(softmax - one at the label) / rows, in place."""
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[rows, labels] -= 1.0
    p /= len(rows)
    return [p]


def perceptron(w, b, v, c, x, rows, labels):
    """The gradient of two layers, in place where that is easily seen."""
    hidden = x @ w
    hidden += b
    np.maximum(hidden, 0.0, out=hidden)
    scores = hidden @ v
    scores += c
    (by_scores,) = cross_entropy(scores, rows, labels)
    by_v, by_c = hidden.T @ by_scores, by_scores.sum(0)
    by_hidden = by_scores @ v.T
    by_hidden *= hidden > 0
    return [x.T @ by_hidden, by_hidden.sum(0), by_v, by_c]


def mixture(weights, means, log_diagonal, lower, x, eye, strict):
    """The gradient of both mixtures, by products of matrices."""
    (k, d), n = means.shape, x.shape[0]
    diagonal = np.exp(log_diagonal)
    factor = diagonal[:, :, None] * eye + lower * strict
    centers = np.matmul(factor, means[:, :, None])[:, :, 0]
    residual = (x @ factor.reshape(k * d, d).T).reshape(n, k, d)
    residual -= centers
    scores = weights + log_diagonal.sum(1) - 0.5 * np.einsum("nki,nki->nk", residual, residual)
    share, prior = _softmax(scores), _softmax(weights[None])[0]
    by_scores = share.sum(0)
    residual *= -share[:, :, None]
    by_centers = -residual.sum(0)
    by_factor = (residual.reshape(n, k * d).T @ x).reshape(k, d, d)
    by_factor += by_centers[:, :, None] * means[:, None, :]
    by_factor -= factor
    by_means = np.matmul(by_centers[:, None, :], factor)[:, 0]
    by_log = by_scores[:, None] + 1.0 + diagonal * np.einsum("kii->ki", by_factor)
    return [by_scores - n * prior, by_means, by_log, by_factor * strict]


def _softmax(x):
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p


GRADIENTS = {
    programs.number_chain: chain,
    programs.array_chain: chain,
    programs.product_chain: products,
    programs.gather: gather,
    programs.perceptron: perceptron,
    programs.cross_entropy: cross_entropy,
    programs.mixture_by_one_product: mixture,
    programs.mixture_by_einsum: mixture,
}


def gradient(case):
    """The gradient written for this program."""
    parameters, constants = case.arrays()
    by_hand = GRADIENTS[case.program]
    return lambda: by_hand(*parameters, *constants, **case.options)


def hessian(case):
    """The Hessian of Rosenbrock's function in n variables (n, n)."""
    (x,), _ = case.arrays()

    def call():
        n = len(x)
        h = np.zeros((n, n))
        flat = h.reshape(-1)
        flat[1 :: n + 1] = flat[n :: n + 1] = -400.0 * x[:-1]
        diagonal = flat[:: n + 1]
        diagonal[:-1] = 1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0
        diagonal[1:] += 200.0
        return h

    return call


def hessian_product(case):
    """Rosenbrock's three diagonals times a vector (n,)."""
    (x,), _ = case.arrays()
    v = direction(case)

    def call():
        out = np.empty_like(x)
        out[:-1] = (1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0) * v[:-1]
        out[-1] = 0.0
        out[1:] += 200.0 * v[1:] - 400.0 * x[:-1] * v[:-1]
        out[:-1] -= 400.0 * x[:-1] * v[1:]
        return out

    return call


def jacobian(case):
    """d tanh(w x) x = diag(tanh(w x)) + diag(x (1 - tanh²)) w  (n, n)."""
    (x,), (w,) = case.arrays()

    def call():
        t = np.tanh(w @ x)
        j = (x * (1.0 - t * t))[:, None] * w
        j.reshape(-1)[:: len(x) + 1] += t
        return j

    return call
