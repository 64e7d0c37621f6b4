"""The programs that are differentiated, written once for every library.

``xp`` offers NumPy's names (``libraries.namespace``): NumPy itself for us, the library's own copy
of it for a peer, and ``stop``, which makes a constant of what it is given. A program returns one
number.
"""

from itertools import pairwise

ROUNDS = 25  # of four operations: the chains have a hundred


def number_chain(xp, x, rounds=ROUNDS):
    """Sine, two products and a sum, repeated; x is one number."""
    sin, y = xp.sin, x
    for _ in range(rounds):
        y = sin(y) * x + y * 0.5
    return y


def array_chain(xp, x, rounds=ROUNDS):
    """The same for x (n,)."""
    return xp.sum(number_chain(xp, x, rounds))


def product_chain(xp, x, rounds=ROUNDS):
    """The chain without its sine: two products and a sum, repeated; x (n,)."""
    y = x
    for _ in range(rounds):
        y = y * x + y * 0.5
    return xp.sum(y)


def fan_out(xp, x, uses=50):
    """One array used many times: as many cotangents meet in it; x (n,)."""
    total = x * 0.5
    for _ in range(uses):
        total = total + x * 0.5
    return xp.sum(total)


def broadcast_bias(xp, x, scale, bias, rounds=20):
    """x (rows, n) times scale (n,) plus bias (n,), repeated."""
    for _ in range(rounds):
        x = x * scale + bias
    return xp.sum(x)


def reductions(xp, x, rounds=10):
    """x (rows, n) less its means and half its maxima, and its sum."""
    total = xp.sum(x)
    for _ in range(rounds):
        x = x - xp.mean(x, axis=0)
        x = x - xp.max(x, axis=1, keepdims=True) * 0.5
        total = total + xp.sum(x)
    return total


def slices_in_a_loop(xp, table, state):
    """Each row of table (rows, n) and half of it, added to a decaying state (n,)."""
    half = state.shape[0] // 2
    low, high = state[:half], state[half:]
    for i in range(table.shape[0]):
        row = table[i]
        low = low * 0.5 + row[:half]
        high = high * 0.5 + row[half:]
    return xp.sum(low) + xp.sum(high)


def shapes(xp, x, rounds=10):
    """x (n, n) reshaped, transposed, cut in two and joined."""
    n = x.shape[0]
    for _ in range(rounds):
        y = x.reshape(n * n // 4, 4).T.reshape(n, n)
        x = xp.concatenate((y[n // 2 :], y[: n // 2]), axis=1).reshape(n, n) * 0.9
    return xp.sum(x * x)


def small_products(xp, x, w, rounds=20):
    """x (8, 8) @ w (8, 8), repeated."""
    for _ in range(rounds):
        x = x @ w
    return xp.sum(x)


def choices(xp, x, y, rounds=20):
    """The larger part of x (n,) or of y (n,), by np.where, repeated."""
    for _ in range(rounds):
        x = xp.where(x > y, x * 0.9, y)
    return xp.sum(x)


def rosenbrock(xp, x):
    """The sum of 100 (xₖ₊₁ - xₖ²)² + (1 - xₖ)²; x (n,)."""
    return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_of_two(xp, x):  # noqa: ARG001 -- every program is handed the namespace
    """(1 - x₀)² + 100 (x₁ - x₀²)² on single numbers; x (2,)."""
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2


def squashed_map(xp, x, w):
    """tanh(w @ x) * x, a vector; x (n,), w (n, n) constant."""
    return xp.tanh(w @ x) * x


def log_sum_exp(xp, x):
    """The logarithms (rows,) of the sums of exp along each row of x (rows, n)."""
    shift = xp.max(x, axis=1, keepdims=True)
    return xp.log(xp.sum(xp.exp(x - shift), axis=1)) + shift[:, 0]


def mixture(xp, weights, means, log_diagonal, lower, project):
    """Log likelihood of a Gaussian mixture with triangular inverse factors, and Wishart's prior.

    weights (k,), means and log_diagonal (k, d), lower (k, d, d) of which the strict triangle
    counts; ``project(factor, means)`` gives factor @ (x - means), (n, k, d), and (eye, strict).
    """
    factor, residual = project(xp.exp(log_diagonal), lower, means)
    scores = weights + xp.sum(log_diagonal, axis=1) - 0.5 * xp.sum(residual * residual, axis=2)
    likelihood = xp.sum(log_sum_exp(xp, scores)) - scores.shape[0] * log_sum_exp(xp, weights[None])
    return xp.sum(likelihood) - 0.5 * xp.sum(factor * factor) + xp.sum(log_diagonal)


def mixture_by_one_product(xp, weights, means, log_diagonal, lower, x, eye, strict):
    """The mixture with one product of matrices, as a careful NumPy user writes it; x (n, d)."""
    (k, d), n = means.shape, x.shape[0]

    def project(diagonal, lower, means):
        factor = diagonal[:, :, None] * eye + lower * strict
        centers = xp.sum(factor * means[:, None, :], axis=2)
        return factor, (x @ factor.reshape(k * d, d).T).reshape(n, k, d) - centers

    return mixture(xp, weights, means, log_diagonal, lower, project)


def mixture_by_einsum(xp, weights, means, log_diagonal, lower, x, eye, strict):
    """The mixture as its formula reads: every factor times every centered row; x (n, d)."""

    def project(diagonal, lower, means):
        factor = diagonal[:, :, None] * eye + lower * strict
        return factor, xp.einsum("kij,nkj->nki", factor, x[:, None, :] - means)

    return mixture(xp, weights, means, log_diagonal, lower, project)


def lstm(xp, main, extra, sequence, built_in=False):
    """ADBench's LSTM: diagonal gates in two layers, predicting each next row of a sequence.

    main (4, 4n): weights and biases of two layers; extra (3, n); sequence (steps + 1, n) constant.
    ``built_in``: with the library's own sigmoid, one operation instead of four.
    """
    n = extra.shape[1]
    sigmoid = xp.sigmoid if built_in else lambda x: 1.0 / (1.0 + xp.exp(-x))
    zero = sequence[0] * 0.0
    states = [(zero, zero), (zero, zero)]
    total = 0.0
    for now, following in pairwise(sequence):
        x = now * extra[0]
        for layer, (hidden, cell) in enumerate(states):
            gates = xp.concatenate((x, hidden, x, hidden)) * main[2 * layer] + main[2 * layer + 1]
            forget, admit = sigmoid(gates[:n]), sigmoid(gates[n : 2 * n])
            emit, change = sigmoid(gates[2 * n : 3 * n]), xp.tanh(gates[3 * n :])
            cell = cell * forget + admit * change
            x = emit * xp.tanh(cell)
            states[layer] = x, cell
        guess = x * extra[1] + extra[2]
        total = total + xp.sum(following * (guess - xp.log(xp.sum(xp.exp(guess)) + 2.0)))
    return total * (-1.0 / (sequence.shape[0] - 1))


def minors(xp, *numbers):  # noqa: ARG001
    """The determinant of a square matrix of single numbers, by its minors along the first row."""
    n = int(len(numbers) ** 0.5)
    return _determinant([numbers[i * n : (i + 1) * n] for i in range(n)])


def _determinant(rows):
    first, rest = rows[0], rows[1:]
    if not rest:
        return first[0]
    total = None
    for k, entry in enumerate(first):
        term = entry * _determinant([row[:k] + row[k + 1 :] for row in rest])
        total = term if k == 0 else total - term if k % 2 else total + term
    return total


def number_perceptron(xp, *numbers, sizes=(2, 16, 16, 1), rows=((0.5, -1.0), (1.5, 0.25))):
    """The squared outputs of a perceptron made of single numbers, summed over a few rows."""
    total = 0.0
    for row in rows:
        parameters = iter(numbers)
        for fan_in, fan_out in pairwise(sizes):
            row = [_neuron(xp, parameters, row[:fan_in]) for _ in range(fan_out)]
        total = total + row[0] * row[0]
    return total


def _neuron(xp, parameters, inputs):
    total = next(parameters)
    for x in inputs:
        total = total + next(parameters) * x
    return xp.maximum(total, 0.0)


def perceptron(xp, w, b, v, c, x, rows, labels):
    """The loss of a layer of rectifiers and one of scores.

    w (n, k), b (k,), v (k, classes), c (classes,); constant: x (batch, n), its rows and labels.
    """
    hidden = xp.maximum(x @ w + b, 0.0)
    return cross_entropy(xp, hidden @ v + c, rows, labels)


def gather(xp, table, rows, weights):
    """The weighted sum of chosen rows of a table; table (rows, n), weights (chosen, n)."""
    return xp.sum(table[rows] * weights)


def cross_entropy(xp, scores, rows, labels):
    """The mean cross-entropy of labels (n,) under scores (n, classes); the shift is a constant."""
    shifted = scores - xp.stop(xp.max(scores, axis=1, keepdims=True))
    return xp.mean(xp.log(xp.sum(xp.exp(shifted), axis=1)) - shifted[rows, labels])
