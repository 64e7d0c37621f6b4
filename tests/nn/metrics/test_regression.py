"""Metrics of values equal scikit-learn's."""

import numpy as np
import pytest

import autograd_core as ac
from nn import metrics

PEERS = {
    "mse": "mean_squared_error",
    "rmse": "root_mean_squared_error",
    "mae": "mean_absolute_error",
    "r2": "r2_score",
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(40,), (40, 1), (40, 3)], ids=str)
@pytest.mark.parametrize("name", PEERS)
def test_values_are_judged_as_sklearn_does(name, shape, weighted):
    """One output or several, with and without weights."""
    peer = getattr(pytest.importorskip("sklearn.metrics"), PEERS[name])
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=(2, *shape))
    options = {"sample_weight": rng.random(40)} if weighted else {}

    assert getattr(metrics, name)(y_true, y_pred, **options) == pytest.approx(
        peer(y_true, y_pred, **options), abs=1e-12
    )


@pytest.mark.parametrize("guess", [[2.0, 2.0], [2.0, 3.0]])
def test_r2_of_a_constant_is_finite(guess):
    """1 if it is met, 0 otherwise, as scikit-learn has it."""
    peer = pytest.importorskip("sklearn.metrics")

    assert metrics.r2([2.0, 2.0], guess) == peer.r2_score([2.0, 2.0], guess)


def test_a_column_is_compared_with_a_vector():
    """(n, 1) against (n,) is unambiguous here; nothing is broadcast to (n, n)."""
    assert metrics.mse([1.0, 2.0], ac.Variable([[1.0], [4.0]])) == 2.0


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: metrics.mse([1.0, 2.0], [1.0]), ac.ShapeError, "one true value"),
        (lambda: metrics.mse(np.ones((2, 2)), np.ones(2)), ac.ShapeError, "one true value"),
        (lambda: metrics.mse([], []), ac.ShapeError, "there are none"),
        (lambda: metrics.mse(1.0, 1.0), ac.ShapeError, "there are none"),
        (lambda: metrics.mae([np.nan], [1.0]), ac.NumericError, "NaN in row 0"),
        (lambda: metrics.r2([1.0], [1.0]), ac.ShapeError, "one sample"),
    ],
)
def test_what_cannot_be_compared_is_an_error(call, error, text):
    """Each says what it got."""
    with pytest.raises(error) as caught:
        call()

    assert text in str(caught.value)
