"""Hints: when they come, and at whose line."""

import warnings

import numpy as np
import pytest

import nn
from autograd_core import UsageHint, no_grad
from nn import hints


def test_large_features_want_scaling():
    """Beyond ±100; integers that stay integers are names."""
    with pytest.warns(UsageHint, match="features up to 5e\\+03") as caught:
        hints.about_features((np.array([[1.0, -5000.0]]),))
    assert "Standardize()" in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hints.about_features((np.array([[100.0]]), np.array([[7000]]), np.zeros((0, 2))))


def test_sorted_classes_want_shuffling():
    """Only if nobody shuffles, and one batch does not hold them all."""
    y = np.repeat([0, 1, 2], 20)
    with pytest.warns(UsageHint, match="sorted by class"):
        hints.about_order(y, shuffle=False, batch_size=10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hints.about_order(y, shuffle=True, batch_size=10)
        hints.about_order(y, shuffle=False, batch_size=60)
        hints.about_order(np.random.default_rng(0).permutation(y), shuffle=False, batch_size=10)
        hints.about_order(np.sort(np.random.default_rng(0).random(60)), False, 10)


def test_a_hint_is_at_the_users_line():
    """The file of the caller of fit, not one of ours."""
    X, y = np.full((8, 2), 1e4), np.zeros((8, 1))
    with pytest.warns(UsageHint) as caught:
        nn.Model(nn.Linear(2, 1, rng=0)).fit(X, y, loss="mse", epochs=0, verbose=0)
    assert caught[0].filename == __file__


def test_a_loss_that_falls_brings_none():
    """Neither does one that has fallen once, nor a short run."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hints.about_progress([1.0] * 10)
        hints.about_progress([1.0, 0.9, *[2.0] * 9])
        hints.about_progress([1.0] * 12)


@pytest.mark.parametrize("layer", [nn.Dropout(0.5, rng=0), nn.BatchNorm1d(2)])
def test_a_forgotten_eval_is_said_once(layer):
    """In training mode inside no_grad(), and nowhere else."""
    X = np.ones((3, 2))
    layer(X)
    with no_grad():
        with pytest.warns(UsageHint, match=r"in training mode(.|\n)*model\.eval\(\)"):
            layer(X)
        layer(X)
        layer.eval()(X)
