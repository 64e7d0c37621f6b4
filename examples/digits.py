"""Read handwritten digits with one hidden layer, and better with two convolutions.

Run it with ``python examples/digits.py`` (needs the extra ``sklearn``, for the 1797 images of eight
by eight pixels that scikit-learn carries; nothing is downloaded); with the extra ``plot`` it draws
``digits.png``: what was taken for what, the filters of the first convolution, and the mistakes.
"""

from importlib.util import find_spec

import numpy as np

import nn
from nn import datasets, metrics, plot

EPOCHS = 60


def perceptron(rng):
    """Images (n, 1, 8, 8) → 64 units → a score for each digit."""
    return nn.Model(nn.Flatten(), nn.Linear(64, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))


def convolutional(rng):
    """Images (n, 1, 8, 8) → 16 and 32 maps, pooled to 4 x 4 → 64 → a score for each digit."""
    return nn.Model(
        nn.Conv2d(1, 16, 3, padding=1, rng=rng), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, rng=rng), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.25, rng=rng),
        nn.Linear(32 * 4 * 4, 64, rng=rng), nn.ReLU(),
        nn.Linear(64, 10, rng=rng),
    )  # fmt: skip


def train(network, data, seed, epochs, lr, batch_size, callbacks=()):
    """A trained network, and the digits that it takes the held-out images for.

    Args:
        network: a function of a generator.
        data: X_train, X_test, y_train, y_test.
        seed: of weights, orders and masks.
        epochs, batch_size, callbacks: as ``fit`` takes them.
        lr: the rate of Adam.
    """
    X, X_test, y, _ = data
    rng = np.random.default_rng(seed)
    with nn.default_dtype(np.float32):  # a quarter faster than float64, and as good
        model = network(rng)
    model.fit(
        X, y, batch_size, epochs, nn.Adam(model, lr=lr), "cross_entropy",
        rng=rng, verbose=0, callbacks=callbacks,
    )  # fmt: skip
    return model, model.predict_labels(X_test)


def draw(X, y, model, found):
    """Confusion matrix, filters and mistakes, side by side, in ``digits.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 4.8), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    plot.confusion_matrix(y, found, ax=left, title="held-out digits")
    plot.conv_filters(model, ax=middle, title="filters of the first convolution")
    mistakes = np.flatnonzero(found != y)[:9]
    images = np.zeros((9, 12, 12))
    images[: len(mistakes), 1:9, 2:10] = X[mistakes, 0]
    right.imshow(images.reshape(3, 3, 12, 12).swapaxes(1, 2).reshape(36, 36), cmap="gray_r")
    for place, k in enumerate(mistakes):
        row, column = divmod(place, 3)
        text = f"{y[k]}, taken for {found[k]}"
        right.text(12 * column + 5.5, 12 * row + 9.9, text, ha="center", va="center")
    right.set(title=f"mistakes: {np.sum(found != y)} of {len(y)}", xticks=[], yticks=[])
    right.spines[:].set_visible(False)
    figure.savefig("digits.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Train both networks; the share of held-out images that the convolutional one reads right.

    Args:
        steps: epochs of the first; the second needs a quarter.
        seed: of the split, weights, orders and masks.
    """
    X, y = datasets.digits(images=True)
    data = nn.train_test_split(X, y, stratify=y, rng=seed)
    _, X_test, _, y_test = data
    plain, by_plain = train(perceptron, data, seed, steps, 3e-3, 32)
    # weights averaged over a hundred steps or so make 2 to 5 mistakes, from six seeds; else 2 to 7
    average = [nn.callbacks.EMA(0.99)]
    model, found = train(convolutional, data, seed, max(steps // 4, 1), 2e-3, 16, average)

    mlp, cnn = metrics.accuracy(y_test, by_plain), metrics.accuracy(y_test, found)
    print(f"accuracy on {len(y_test)} held-out digits, seed {seed}")
    for name, net, share in (("one hidden layer", plain, mlp), ("two convolutions", model, cnn)):
        weights = sum(p.size for p in net.parameters())
        print(f"  {name:20}{share:.3f}   {weights:6} weights")
    if steps >= EPOCHS:
        assert mlp >= 0.96, mlp
        assert cnn >= 0.98, cnn
    if find_spec("matplotlib"):
        draw(X_test, y_test, model, found)
    return cnn


if __name__ == "__main__":
    main()
