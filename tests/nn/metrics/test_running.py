"""A running metric of batches equals the metric of all samples."""

import numpy as np
import pytest

import autograd_core as ac
from nn import metrics
from nn.metrics import running

BINARY = ["accuracy", "average_precision", "balanced_accuracy", "brier", "f1", "log_loss"]
BINARY += ["precision", "recall", "roc_auc", "mae", "mse", "r2", "rmse"]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", BINARY)
def test_batches_of_any_size_add_up(name, weighted):
    """Ragged batches, with and without weights."""
    rng = np.random.default_rng(0)
    y, p, weight = rng.integers(0, 2, 60), rng.random(60), rng.random(60)
    metric = metrics.Running(name)

    for part in np.split(np.arange(60), [7, 8, 40]):
        metric.update(y[part], p[part], weight[part] if weighted else None)
    expected = metrics.get(name)(y, p, sample_weight=weight if weighted else None)
    assert metric.compute() == pytest.approx(expected, abs=1e-12)


def test_options_and_own_functions():
    """Keywords go to the metric; any function of (y_true, y_pred) is one."""
    top = metrics.Running("top_k_accuracy", k=1)
    top.update([0, 1], np.eye(2))
    own = metrics.Running(lambda y_true, y_pred: float(np.max(np.abs(y_true - y_pred))))
    own.update([1.0], [1.5])
    own.update([1.0, 2.0], [1.0, 4.0])

    assert top.compute() == 1.0
    assert own.compute() == 2.0


def test_a_batch_may_be_overwritten_after_it_was_taken():
    """What is kept is a copy."""
    y, p = np.array([0, 1]), np.array([0.2, 0.7])
    metric = metrics.Running("roc_auc")
    metric.update(y, p)
    p[:] = 0.0

    assert metric.compute() == 1.0


def test_reset_forgets():
    """After a reset there is nothing to compute from."""
    metric = metrics.Running("accuracy")
    metric.update([1], [1])
    metric.reset()

    with pytest.raises(ac.StateError, match="before its first batch"):
        metric.compute()


def test_a_bad_batch_changes_nothing():
    """An error leaves the sums as they were."""
    metric = metrics.Running("accuracy")
    metric.update([1], [1])
    with pytest.raises(ac.ShapeError):
        metric.update([1, 0], [1])

    assert metric.compute() == 1.0


def test_names_are_proposed():
    """An unknown metric is an error with the nearest name; every scalar metric has its name."""
    with pytest.raises(ac.ArgumentError, match="did you mean 'accuracy'"):
        metrics.get("acuracy")
    others = {"Running", "get", "confusion_matrix", "roc_curve"}
    assert set(running._NAMED) == set(metrics.__all__) - others
