"""Tell circles and moons apart, and find out why an article's ROC AUC was 0.8061.

Run it with ``python examples/circles_and_moons.py``; with the extra ``plot`` it draws
``circles_and_moons.png``. The data and the smallest network are those of A. Pérez, "Create your own
Deep Learning framework using Numpy". Its network can do better: the score was computed from
labels instead of probabilities, all weights started positive, and the biases hardly moved.
"""

from functools import partial
from importlib.util import find_spec

import numpy as np

import nn
from nn import datasets, metrics, plot

SAMPLES = 5000
EPOCHS = 30
ARTICLE_EPOCHS = 10_000


SPREAD = {  # tanh without biases is odd, circles are even: the units start at different places
    "weight_init": "xavier_normal",
    "bias_init": partial(nn.init.uniform, low=-1.0, high=1.0),
}


def train(data, hidden, activation, seed, epochs, **start):
    """A network with one hidden layer, what ``fit`` measured, and its held-out ROC AUC.

    Args:
        data: X_train, X_test, y_train, y_test.
        hidden: how many units.
        activation: a layer.
        seed: of the first weights and the orders of the batches.
        epochs: how many.
        start: initializers of the hidden layer.
    """
    X, X_test, y, y_test = data
    rng = np.random.default_rng(seed)
    model = nn.Model(
        nn.Linear(2, hidden, rng=rng, **start), activation, nn.Linear(hidden, 1, rng=rng)
    )
    history = model.fit(
        X, y[:, None], 64, epochs, nn.Adam(model, lr=2e-2), "bce_with_logits", rng=rng, verbose=0
    )
    return model, history, metrics.roc_auc(y_test, model.predict(X_test))


def as_the_article_calls_it(data, seed, epochs):
    """The article's layers and its call, with He's weights and true gradients; the scores."""
    X, X_test, y, _ = data
    rng = np.random.default_rng(seed)
    model = nn.Model(
        nn.Linear(2, 5, weight_init="kaiming_normal", rng=rng), nn.ReLU(),
        nn.Linear(5, 1, weight_init="kaiming_normal", rng=rng), nn.Sigmoid(),
    )  # fmt: skip
    model.fit(
        X, y[:, None], len(X), epochs, nn.SGD(model, lr=0.05), nn.BCELoss(), rng=rng, verbose=0
    )
    return model.predict(X_test)[:, 0]


def as_the_article_wrote_it(data, seed, epochs, rate=0.05):
    """The article's classes in one loop, samples in columns; the scores of the held-out points.

    All weights are drawn from [0, 1), and the bias gradient is a mean over samples of what is
    divided by their number already.
    """
    X, X_test, y, _ = data
    rng = np.random.default_rng(seed)
    w1, b1, w2, b2 = (rng.random(shape) for shape in [(5, 2), (5, 1), (1, 5), (1, 1)])

    def forward(columns):
        hidden = np.maximum(0, w1 @ columns + b1)
        return hidden, 1 / (1 + np.exp(-(w2 @ hidden + b2)))

    for _ in range(epochs):
        hidden, p = forward(X.T)
        output = (p - y) / len(y)  # the derivative of the mean cross-entropy before the sigmoid
        inner = (w2.T @ output) * (hidden > 0)
        w2 -= rate * output @ hidden.T
        b2 -= rate * output.mean(axis=1, keepdims=True)
        w1 -= rate * inner @ X
        b1 -= rate * inner.mean(axis=1, keepdims=True)
    return forward(X_test.T)[1][0]


def thresholded(y, scores):
    """What remains of scores (n,) that are cut at 0.5 first: the balanced accuracy."""
    return metrics.balanced_accuracy(y, (scores > 0.5).astype(int))


def draw(data, model, history, curves):
    """Points and boundary, loss, and ROC curves, in ``circles_and_moons.png``."""
    from matplotlib.figure import Figure

    _, X_test, _, y_test = data
    figure = Figure(figsize=(15, 4.8), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    plot.decision_boundary(model, X_test, y_test, ax=left, title="held-out circles")
    plot.loss_curve(history, ax=middle, title="loss")
    for label, scores in curves.items():
        plot.roc_curve(y_test, scores, ax=right, label=label, title="ROC")
    figure.savefig("circles_and_moons.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Train on circles and moons, then as the article does; the held-out ROC AUC of the circles.

    Args:
        steps: epochs; in full, the article's own recipes take 10 000.
        seed: of data, weights and orders.
    """
    full = steps >= EPOCHS
    X, y = datasets.circles(SAMPLES, noise=0.04, rng=seed)
    circles = nn.train_test_split(X, y, test_size=0.2, rng=seed)
    X, y = datasets.moons(SAMPLES, noise=0.05, rng=seed)
    moons = nn.train_test_split(X, y, test_size=0.2, rng=seed)
    y_test = circles[3]

    model, history, sixteen = train(circles, 16, nn.ReLU(), seed, steps)
    _, _, five = train(circles, 5, nn.Tanh(), seed, steps, **SPREAD)
    _, _, crescent = train(moons, 16, nn.ReLU(), seed, steps)
    epochs = ARTICLE_EPOCHS if full else steps
    called = as_the_article_calls_it(circles, seed, epochs)
    written = as_the_article_wrote_it(circles, seed, epochs)

    print(f"held-out ROC AUC after {steps} epochs, seed {seed}     of scores   of labels")
    print(f"  circles, 16 ReLU                             {sixteen:.4f}")
    print(f"  circles, 5 tanh                              {five:.4f}")
    print(f"  moons, 16 ReLU                               {crescent:.4f}")
    for name, scores in {"as the article calls it": called, "as it is written": written}.items():
        of_scores, of_labels = metrics.roc_auc(y_test, scores), thresholded(y_test, scores)
        print(f"  circles, 5 ReLU, {name:24}    {of_scores:.4f}      {of_labels:.4f}")
    if full:
        assert sixteen > 0.995, sixteen
        assert five > 0.995, five
        assert crescent > 0.999, crescent
        assert metrics.roc_auc(y_test, called) > 0.99
        assert thresholded(y_test, written) < thresholded(y_test, called)
    if find_spec("matplotlib"):
        draw(circles, model, history, {"article's code": written, "its call here": called})
    return sixteen


if __name__ == "__main__":
    main()
