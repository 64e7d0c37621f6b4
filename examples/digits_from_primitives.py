"""Classify handwritten digits with two layers, from Variables and NumPy alone.

Run it with ``python examples/digits_from_primitives.py`` (needs the extra ``sklearn``, for the
1797 images of eight by eight pixels that scikit-learn carries; nothing is downloaded).
"""

import numpy as np
from sklearn.datasets import load_digits

import autograd_core as ac

HIDDEN = 64
BATCH = 64
RATE = 0.1
MOMENTUM = 0.9
HELD_OUT = 360  # images, a fifth


def split(rng):
    """Shuffled pixels in [0, 1] and labels: (images, labels) to train with, and held out."""
    images, labels = load_digits(return_X_y=True)
    order = rng.permutation(len(labels))
    images, labels = images[order] / 16.0, labels[order]
    return (images[HELD_OUT:], labels[HELD_OUT:]), (images[:HELD_OUT], labels[:HELD_OUT])


def scores(weights, images):
    """Two layers: images (n, 64) → (n, 10), a score per digit."""
    w1, b1, w2, b2 = weights
    return np.maximum(images @ w1 + b1, 0) @ w2 + b2


def cross_entropy(scores, labels):
    """The mean of -log softmax(scores)[label]; scores (n, 10), labels (n,)."""
    shifted = scores - ac.stop_gradient(np.max(scores, axis=1, keepdims=True))
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def accuracy(weights, images, labels):
    """The share of images (n, 64) whose best score is at their label."""
    with ac.no_grad():
        return float(np.mean(np.argmax(scores(weights, images), axis=1) == labels))


def main(steps=600):
    """Train with momentum on random batches; the accuracy on the held-out fifth."""
    rng = np.random.default_rng(0)
    (images, labels), held_out = split(rng)
    weights = [
        ac.Variable(rng.standard_normal((64, HIDDEN)) * np.sqrt(2 / 64), name="w1"),
        ac.Variable(np.zeros(HIDDEN), name="b1"),
        ac.Variable(rng.standard_normal((HIDDEN, 10)) * np.sqrt(2 / HIDDEN), name="w2"),
        ac.Variable(np.zeros(10), name="b2"),
    ]
    velocities = [np.zeros(w.shape) for w in weights]
    for _ in range(steps):
        batch = rng.integers(len(labels), size=BATCH)
        loss = cross_entropy(scores(weights, images[batch]), labels[batch])
        loss.backward()
        with ac.no_grad():
            for w, v in zip(weights, velocities, strict=True):
                v *= MOMENTUM
                v -= RATE * w.grad
                w += v
                w.grad = None

    share = accuracy(weights, *held_out)
    if steps >= 600:
        assert share >= 0.95, share
    print(f"accuracy on {HELD_OUT} held-out digits after {steps} steps: {share:.1%}")
    return share


if __name__ == "__main__":
    main()
