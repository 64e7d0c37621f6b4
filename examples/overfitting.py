"""Overfit eighty noisy points, and see what dropout, BatchNorm, L2 and early stopping do about it.

Run it with ``python examples/overfitting.py``; with the extra ``plot`` it draws
``overfitting.png``. The network has 4417 weights for 80 points, so it can learn them by heart: the
loss on them falls to zero while the loss on a thousand others grows. Each remedy narrows the gap.
"""

from importlib.util import find_spec

import numpy as np

import nn
from nn import datasets, plot

EPOCHS = 200
HIDDEN = 64
REMEDIES = ("none", "dropout", "batch norm", "L2", "early stopping")


def network(remedy, rng):
    """Two hidden layers, with what belongs between them for this remedy."""
    layers = []
    for width in (2, HIDDEN):
        layers.append(nn.Linear(width, HIDDEN, rng=rng))
        if remedy == "batch norm":
            layers.append(nn.BatchNorm1d(HIDDEN))
        layers.append(nn.ReLU())
        if remedy == "dropout":
            layers.append(nn.Dropout(0.5, rng=rng))
    return nn.Model(*layers, nn.Linear(HIDDEN, 1, rng=rng))


def train(remedy, data, seed, epochs):
    """The trained network, what ``fit`` measured, and its losses on both parts of the data.

    Args:
        remedy: one of REMEDIES.
        data: X, X_test (n, 2), y, y_test (n, 1).
        seed: of weights, orders and masks.
        epochs: at most.
    """
    X, X_test, y, y_test = data
    rng = np.random.default_rng(seed)
    model = network(remedy, rng)
    history = model.fit(
        X, y, 20, epochs, nn.Adam(model, lr=1e-2), "bce_with_logits", rng=rng, verbose=0,
        validation_data=(X_test, y_test),
        regularizer=nn.L2(3e-3) if remedy == "L2" else None,
        callbacks=[nn.callbacks.EarlyStopping(patience=30)] if remedy == "early stopping" else [],
    )  # fmt: skip
    learned = model.evaluate(X, y)["loss"]
    scored = model.evaluate(X_test, y_test, metrics=["accuracy"])
    return model, history, learned, scored["loss"], scored["accuracy"]


def draw(data, results):
    """Two boundaries, and the losses on both kinds of points, in ``overfitting.png``."""
    from matplotlib.figure import Figure

    X, _, y, _ = data
    figure = Figure(figsize=(15, 4.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for ax, remedy in ((left, "none"), (middle, "L2")):
        title = "learned by heart" if remedy == "none" else f"with {remedy}"
        plot.decision_boundary(results[remedy][0], X, y, ax=ax, title=title)
    for remedy in REMEDIES:
        history, title = results[remedy][1], "loss on other points; dashed, on those learned"
        plot.loss_curve(history, metric="val_loss", label=remedy, log=False, ax=right, title=title)
        color, epochs = right.lines[-1].get_color(), range(1, len(history["loss"]) + 1)
        right.plot(epochs, history["loss"], "--", color=color, lw=1)
    right.set(ylabel="", ylim=(0, 1.5))
    figure.savefig("overfitting.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Train with each remedy; the widest gap that one leaves, as a share of the gap without any.

    Args:
        steps: epochs at most.
        seed: of data, weights, orders and masks.
    """
    X, y = datasets.moons(1080, noise=0.3, rng=seed)
    data = nn.train_test_split(X, y[:, None], test_size=1000, rng=seed)
    results = {remedy: train(remedy, data, seed, steps) for remedy in REMEDIES}

    print(f"seed {seed}           loss on 80 points   on 1000 others   accuracy there   epochs")
    for remedy, (_, history, learned, scored, accuracy) in results.items():
        print(f"  {remedy:16}{learned:15.3f}{scored:17.3f}{accuracy:17.1%}{history.epochs:11}")
    gaps = {remedy: scored - learned for remedy, (_, _, learned, scored, _) in results.items()}
    widest = max(gap for remedy, gap in gaps.items() if remedy != "none") / gaps["none"]
    if steps >= EPOCHS:
        assert widest < 0.7, gaps
        assert all(results["none"][3] > results[remedy][3] for remedy in REMEDIES[1:])
    if find_spec("matplotlib"):
        draw(data, results)
    return widest


if __name__ == "__main__":
    main()
