"""Classify handwritten digits with two layers, from Variables and NumPy alone.

Run it with ``python examples/digits_from_primitives.py`` (needs the extra ``sklearn``, for the
1797 images of eight by eight pixels that scikit-learn carries; nothing is downloaded); with the
extra ``plot`` it draws ``digits_from_primitives.png``: what the first layer looks for in an image,
and the images that are read wrong.
"""

from importlib.util import find_spec

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


def tiles(images):
    """Images (n * n, 8, 8) as one picture of n rows, with gaps of nan between them."""
    n = round(len(images) ** 0.5)
    framed = np.pad(images, ((0, 0), (2, 0), (1, 1)), constant_values=np.nan)
    return framed.reshape(n, n, 10, 10).swapaxes(1, 2).reshape(10 * n, 10 * n)


def draw(weights, images, labels):
    """The weights of the first layer and the mistakes, in ``digits_from_primitives.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    w1 = weights[0].numpy()
    most = np.abs(w1).max()
    shown = left.imshow(tiles(w1.T.reshape(HIDDEN, 8, 8)), cmap="RdBu_r", vmin=-most, vmax=most)
    figure.colorbar(shown, ax=left, shrink=0.8)
    left.set_title(f"weights of the {HIDDEN} hidden units")
    with ac.no_grad():
        found = np.argmax(scores(weights, images), axis=1)
    wrong = np.flatnonzero(found != labels)
    pictures = np.full((9, 8, 8), np.nan)
    pictures[: len(wrong[:9])] = images[wrong[:9]].reshape(-1, 8, 8)
    right.imshow(tiles(pictures), cmap="gray_r")
    for place, k in enumerate(wrong[:9]):
        row, column = divmod(place, 3)
        text = f"{labels[k]}, taken for {found[k]}"
        right.text(10 * column + 4.5, 10 * row + 0.6, text, ha="center", va="center")
    right.set_title(f"mistakes: {len(wrong)} of {len(labels)}")
    for ax in (left, right):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    figure.savefig("digits_from_primitives.png", dpi=110)


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
    if find_spec("matplotlib"):
        draw(weights, *held_out)
    return share


if __name__ == "__main__":
    main()
