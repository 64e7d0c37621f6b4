"""Predict the course of diabetes, and say how far off a prediction may be.

Run it with ``python examples/diabetes.py`` (needs the extra ``sklearn``, for the 442 patients that
scikit-learn carries; nothing is downloaded); with the extra ``plot`` it draws ``diabetes.png``.

Intervals are conformal: as wide as the errors on patients whom the network had not seen. They
promise their coverage whatever the network and the law of the data, as long as patients come in
no particular order. Source: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World"
(2005); Barber et al., "Predictive inference with the jackknife+" (2021), §1.3 on cross-validation.
"""

from importlib.util import find_spec

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold, cross_val_predict

from nn.metrics import r2
from nn.sklearn import NNRegressor

EPOCHS = 200
FOLDS = 5
LEVELS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])


def network(epochs, seed):
    """A small network that is decayed, and stopped where held-out patients get worse."""
    return NNRegressor(
        hidden=(32,),
        lr=3e-3,
        l2=0.03,
        epochs=epochs,
        early_stopping=True,
        validation_fraction=0.2,
        random_state=seed,
    )


def half_widths(X, y, epochs, seed):
    """How far predictions may be off at each level, from errors on patients not trained on.

    Args:
        X, y: the patients at hand, (n, 10) and (n,).
        epochs, seed: of the networks.
    Returns:
        the ⌈level · (n + 1)⌉-th smallest absolute error, for each level.
    """
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    errors = np.sort(np.abs(y - cross_val_predict(network(epochs, seed), X, y, cv=folds)))
    ranks = np.ceil(LEVELS * (len(y) + 1)).astype(int)
    return errors[np.minimum(ranks, len(y)) - 1]


def evaluate(X, y, epochs, seed):
    """Five-fold R², and the share of patients inside their intervals at each level.

    Returns:
        R² of each fold (5,); predictions (n,), half-widths at 90 % (n,), shares (levels,).
    """
    scores, predicted, widths = [], np.empty(len(y)), np.empty((len(y), len(LEVELS)))
    for rest, held_out in KFold(FOLDS, shuffle=True, random_state=seed).split(X):
        model = network(epochs, seed).fit(X[rest], y[rest])
        predicted[held_out] = model.predict(X[held_out])
        widths[held_out] = half_widths(X[rest], y[rest], epochs, seed)
        scores.append(r2(y[held_out], predicted[held_out]))
    covered = (np.abs(y - predicted)[:, None] <= widths).mean(axis=0)
    return np.array(scores), predicted, widths[:, LEVELS == 0.9][:, 0], covered


def draw(y, predicted, widths, covered):
    """Predictions with their intervals, and the calibration, in ``diabetes.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    order = np.argsort(predicted)
    left.fill_between(
        np.arange(len(y)), (predicted - widths)[order], (predicted + widths)[order], alpha=0.3
    )
    left.plot(predicted[order])
    left.plot(y[order], ".", markersize=3)
    left.set(title="90 % intervals", xlabel="patients, by prediction", ylabel="progression")
    right.plot([0, 1], [0, 1], "--", color="gray")
    right.plot(LEVELS, covered, "o-")
    right.set(title="calibration", xlabel="promised", ylabel="share inside the interval")
    figure.savefig("diabetes.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Predict every patient by networks that have not seen them; the mean R² of five folds.

    Args:
        steps: the most epochs that a network is trained for.
        seed: of the folds, the weights and the orders.
    """
    X, y = load_diabetes(return_X_y=True)
    scores, predicted, widths, covered = evaluate(X, y, steps, seed)

    inside = float(covered[LEVELS == 0.9][0])
    if steps >= EPOCHS:
        assert scores.mean() >= 0.45, scores
        assert 0.85 <= inside <= 0.95, inside
        assert np.abs(covered - LEVELS).max() < 0.1, covered
    print(f"R² over {FOLDS} folds: {np.round(scores, 2)}, mean {scores.mean():.3f}")
    print(f"90 % intervals, ±{widths.mean():.0f} around predictions, hold {inside:.1%} of patients")
    if find_spec("matplotlib"):
        draw(y, predicted, widths, covered)
    return float(scores.mean())


if __name__ == "__main__":
    main()
