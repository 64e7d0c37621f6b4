"""Learn digits of which 30 % are mislabeled: with Dropout, with DropConnect, and with neither.

Run it with ``python examples/dropconnect.py`` (needs the extra ``sklearn``, for the 1797 images of
eight by eight pixels that scikit-learn carries; nothing is downloaded); with the extra ``plot`` it
draws ``dropconnect.png``. A network of 85 000 weights can learn wrong labels by heart, and then
repeats them. Dropout (Srivastava et al., 2014) leaves out units, DropConnect (Wan et al., 2013)
single weights: what holds without half of them is what many images have in common.
"""

from importlib.util import find_spec

import numpy as np

import nn
from nn import datasets, metrics, plot

EPOCHS = 30
HIDDEN = 256
MISLABELED = 0.3  # on clean digits this network hardly overfits, and there is nothing to remedy
REMEDIES = ("none", "Dropout", "DropConnect")


def network(remedy, rng):
    """64 pixels → 256 → 256 → a score for each digit; the remedy is between the hidden layers."""

    def dense(inputs, outputs):
        linear = nn.Linear(inputs, outputs, rng=rng)
        if remedy == "none":
            return [linear]
        if remedy == "Dropout":
            return [nn.Dropout(0.5, rng=rng), linear]
        return [nn.DropConnect(linear, 0.5, rng=rng)]

    return nn.Model(
        nn.Linear(64, HIDDEN, rng=rng), nn.ReLU(),
        *dense(HIDDEN, HIDDEN), nn.ReLU(),
        *dense(HIDDEN, 10),
    )  # fmt: skip


def train(remedy, data, seed, epochs):
    """The trained network, and what ``fit`` measured.

    Args:
        remedy: one of REMEDIES.
        data: X_train, X_test, y_train, y_test.
        seed: of weights, orders and masks.
        epochs: how many.
    """
    X, X_test, y, y_test = data
    rng = np.random.default_rng(seed)
    with nn.default_dtype(np.float32):
        model = network(remedy, rng)
    history = model.fit(
        X, y, 32, epochs, nn.Adam(model), "cross_entropy", rng=rng, verbose=0,
        metrics=["accuracy"], validation_data=(X_test, y_test),
    )  # fmt: skip
    return model, history


def draw(held_out, by_heart, histories):
    """Bars of both shares, and the held-out accuracy over the epochs, in ``dropconnect.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    places = np.arange(len(REMEDIES))
    for shift, label, shares, color in (
        (-0.2, "held-out digits read right", held_out, "#333333"),
        (0.2, "wrong labels learned by heart", by_heart, "#bbbbbb"),
    ):
        bars = left.bar(places + shift, shares.values(), 0.38, label=label, color=color)
        left.bar_label(bars, fmt="{:.1%}", padding=2)
    left.set_xticks(places, REMEDIES)
    left.set(ylim=(0, 1.3), yticks=[], title=f"after {len(histories['none']['loss'])} epochs")
    left.spines[["top", "right", "left"]].set_visible(False)
    left.legend(frameon=False, loc="upper right")
    for remedy, history in histories.items():
        plot.loss_curve(history, metric="val_accuracy", label=remedy, ax=right)
    right.set(title="held-out digits read right, epoch by epoch", ylabel="")
    right.yaxis.set_major_formatter("{x:.0%}")
    figure.savefig("dropconnect.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Train with each remedy; how much more is read right with the lesser one than with none.

    Args:
        steps: epochs.
        seed: of the split, the wrong labels, weights, orders and masks.
    """
    X, y = datasets.digits()
    X, X_test, y, y_test = nn.train_test_split(X, y, stratify=y, rng=seed)
    rng = np.random.default_rng(seed)
    wrong = rng.random(len(y)) < MISLABELED
    given = np.where(wrong, (y + rng.integers(1, 10, size=len(y))) % 10, y)

    histories, held_out, by_heart = {}, {}, {}
    print(f"seed {seed}          held-out digits read right    wrong labels learned by heart")
    for remedy in REMEDIES:
        model, histories[remedy] = train(remedy, (X, X_test, given, y_test), seed, steps)
        held_out[remedy] = metrics.accuracy(y_test, model.predict(X_test))
        by_heart[remedy] = metrics.accuracy(given[wrong], model.predict(X[wrong]))
        print(f"  {remedy:14}{held_out[remedy]:28.1%}{by_heart[remedy]:33.1%}")
    gain = min(held_out["Dropout"], held_out["DropConnect"]) - held_out["none"]
    if steps >= EPOCHS:
        assert gain > 0.03, held_out
    if find_spec("matplotlib"):
        draw(held_out, by_heart, histories)
    return gain


if __name__ == "__main__":
    main()
