"""A whole engine and a network in 150 lines: a table of rules, a tape of pairs, one loop.

Run it with ``python examples/tiny_engine.py``. It is autograd_core without all that makes a library
of it: NumPy hands every call to ``Tensor``, which looks up how the derivative goes. A test compares
it with the library on 50 expressions.
"""
# ruff: noqa: ARG005  (all rules are called alike)

import numpy as np

import nn

# A rule per argument: from the cotangent g of the output, the output and the arguments.
RULES = {
    np.add: (lambda g, out, x, y: g, lambda g, out, x, y: g),
    np.subtract: (lambda g, out, x, y: g, lambda g, out, x, y: -g),
    np.multiply: (lambda g, out, x, y: g * y, lambda g, out, x, y: g * x),
    np.divide: (lambda g, out, x, y: g / y, lambda g, out, x, y: -g * out / y),
    np.power: (
        lambda g, out, x, y: g * y * x ** (y - 1.0),
        lambda g, out, x, y: g * out * np.log(x),
    ),
    np.matmul: (lambda g, out, x, y: g @ y.T, lambda g, out, x, y: x.T @ g),
    np.maximum: (lambda g, out, x, y: g * (x > y), lambda g, out, x, y: g * (y >= x)),
    np.negative: (lambda g, out, x: -g,),
    np.exp: (lambda g, out, x: g * out,),
    np.log: (lambda g, out, x: g / x,),
    np.sin: (lambda g, out, x: g * np.cos(x),),
    np.cos: (lambda g, out, x: -g * np.sin(x),),
    np.tanh: (lambda g, out, x: g * (1 - out**2),),
    np.sqrt: (lambda g, out, x: g / (2 * out),),
    np.square: (lambda g, out, x: g * 2 * x,),
    np.absolute: (lambda g, out, x: g * np.sign(x),),
    np.sum: (lambda g, out, x, axis=None, keepdims=False: spread(g, x, axis, keepdims),),
    np.mean: (
        lambda g, out, x, axis=None, keepdims=False: (
            spread(g, x, axis, keepdims) * out.size / x.size
        ),
    ),
    np.reshape: (lambda g, out, x, shape: g.reshape(x.shape),),
    np.transpose: (lambda g, out, x: g.T,),
}


def spread(g, x, axis, keepdims):
    """The cotangent of a sum, along the axes that were summed."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, x.shape)


def fitted(g, shape):
    """The sum over what broadcasting has expanded."""
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    short = tuple(k for k, n in enumerate(shape) if n == 1 and g.shape[k] > 1)
    return np.sum(g, axis=short, keepdims=True) if short else g


class Tensor(np.lib.mixins.NDArrayOperatorsMixin):
    """An array, and for each Tensor it was computed from: that one, and how to get back to it."""

    def __init__(self, data, back=()):
        self.data, self.back = np.asarray(data, float), back
        self.grad, self.shape = np.zeros(self.data.shape), self.data.shape

    def __array_ufunc__(self, ufunc, method, *args, **options):
        return call(ufunc, args, options) if method == "__call__" else NotImplemented

    def __array_function__(self, function, types, args, options):
        return call(function, args, options)

    def __getitem__(self, index):
        def put(g):
            whole = np.zeros(self.shape)
            np.add.at(whole, index, g)
            return whole

        return Tensor(self.data[index], [(self, put)])

    def backward(self):
        """Add to ``grad`` of everything behind this number its derivative."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:  # parents before children, without recursion
            tensor, done = stack.pop()
            if done:
                order.append(tensor)
            elif id(tensor) not in seen:
                seen.add(id(tensor))
                stack.append((tensor, True))
                stack += [(parent, False) for parent, _ in tensor.back]
        self.grad = np.ones(self.shape)
        for tensor in reversed(order):
            for parent, pull in tensor.back:
                parent.grad = parent.grad + fitted(pull(tensor.grad), parent.shape)


def call(function, args, options):
    """The result of a NumPy function, with its way back."""
    plain = [a.data if isinstance(a, Tensor) else a for a in args]
    out = function(*plain, **options)
    return Tensor(out, [
        (a, lambda g, rule=rule: rule(g, out, *plain, **options))
        for a, rule in zip(args, RULES[function], strict=False) if isinstance(a, Tensor)
    ])  # fmt: skip


def cross_entropy(scores, labels):
    """The mean of -log softmax(scores)[label]; scores (n, c), labels (n,)."""
    shifted = scores - scores.data.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def main(steps=1500, seed=0):
    """Train 2-100-3 on three spiral arms with momentum; the accuracy."""
    X, y = nn.datasets.spiral(rng=seed)
    rng = np.random.default_rng(seed)
    weights = [
        Tensor(rng.standard_normal((2, 100))), Tensor(np.zeros(100)),
        Tensor(rng.standard_normal((100, 3)) * 0.1), Tensor(np.zeros(3)),
    ]  # fmt: skip
    velocities = [np.zeros(w.shape) for w in weights]

    def scores(x):
        w1, b1, w2, b2 = weights
        return np.maximum(x @ w1 + b1, 0) @ w2 + b2

    for _ in range(steps):
        rows = rng.integers(len(y), size=32)
        for w in weights:
            w.grad = np.zeros(w.shape)
        cross_entropy(scores(X[rows]), y[rows]).backward()
        for w, v in zip(weights, velocities, strict=True):
            v *= 0.9
            v -= 0.1 * w.grad
            w.data += v

    accuracy = float(np.mean(scores(X).data.argmax(axis=1) == y))
    if steps >= 1500:
        assert accuracy >= 0.95, accuracy
    print(f"accuracy after {steps} steps of a tiny engine, seed {seed}: {accuracy:.3f}")
    return accuracy


if __name__ == "__main__":
    main()
