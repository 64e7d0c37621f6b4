"""Put a network into scikit-learn's pipelines, searches and cross-validation.

Run it with ``python examples/pipeline.py`` (needs the extra ``sklearn``, for its tools and two
tables that it carries; nothing is downloaded); with the extra ``plot`` it draws ``pipeline.png``.

The search for the penalty and the width of the network runs anew inside each fold, so that the
accuracy is that on rows that neither weights nor choices have seen.
"""

from importlib.util import find_spec

import numpy as np
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_score,
    validation_curve,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nn.sklearn import NNClassifier

EPOCHS = 30
FOLDS = 5
TABLES = {"breast cancer": load_breast_cancer, "wine": load_wine}
GRID = {"nnclassifier__l2": [0.0, 1e-2], "nnclassifier__hidden": [(8,), (32,)]}
PENALTIES = np.logspace(-4, -0.5, 6)


def pipeline(epochs, seed):
    """Scaled columns, then a network."""
    network = NNClassifier(
        epochs=epochs, batch_size=64, lr=2e-2, standardize=False, random_state=seed
    )
    return make_pipeline(StandardScaler(), network)


def search(epochs, seed):
    """A pipeline that chooses penalty and width by three folds of what it is trained on."""
    return GridSearchCV(pipeline(epochs, seed), GRID, cv=3)


def accuracy(X, y, epochs, seed):
    """The accuracy on each of five folds (5,), of features X (n, F) and labels y (n,)."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return cross_val_score(search(epochs, seed), X, y, cv=folds)


def draw(X, y, epochs, seed):
    """Accuracy in training and on held-out rows over the penalty, in ``pipeline.png``."""
    from matplotlib.figure import Figure

    trained, held_out = validation_curve(
        pipeline(epochs, seed), X, y, param_name="nnclassifier__l2", param_range=PENALTIES, cv=3
    )
    figure = Figure(figsize=(6, 4.6), layout="constrained")
    axes = figure.subplots()
    for name, scores in (("training", trained), ("held out", held_out)):
        mean, deviation = scores.mean(axis=1), scores.std(axis=1)
        axes.semilogx(PENALTIES, mean, "o-", label=name)
        axes.fill_between(PENALTIES, mean - deviation, mean + deviation, alpha=0.2)
    axes.set(title="breast cancer", xlabel="l2", ylabel="accuracy")
    axes.legend()
    figure.savefig("pipeline.png", dpi=110)


def main(steps=EPOCHS, seed=0):
    """Search and cross-validate on both tables; the lower of the two accuracies.

    Args:
        steps: epochs of each network.
        seed: of the folds, the weights and the orders.
    """
    accuracies = {}
    for name, load in TABLES.items():
        X, y = load(return_X_y=True)
        accuracies[name] = accuracy(X, y, steps, seed)
        chosen = search(steps, seed).fit(X, y).best_params_
        print(f"{name}: {accuracies[name].mean():.3f} over {FOLDS} folds; of all rows, {chosen}")

    worst = min(scores.mean() for scores in accuracies.values())
    if steps >= EPOCHS:
        assert worst >= 0.95, accuracies
    if find_spec("matplotlib"):
        draw(*load_breast_cancer(return_X_y=True), steps, seed)
    return float(worst)


if __name__ == "__main__":
    main()
