"""Noise as functions."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F


@pytest.mark.parametrize("function", [F.dropout, F.dropout2d, F.alpha_dropout, F.gaussian_noise])
def test_one_seed_one_result(function):
    """The same seed gives the same noise; without training there is none."""
    x = np.random.default_rng(0).normal(size=(4, 3, 2, 2))

    assert (function(x, 0.4, rng=5) == function(x, 0.4, rng=5)).all()
    assert (function(x, 0.4, rng=5) != function(x, 0.4, rng=6)).any()
    assert function(x, 0.4, training=False) is x
    assert function(x, 0.0) is x


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("function", [F.dropout, F.dropout2d, F.alpha_dropout, F.gaussian_noise])
def test_dtypes_are_kept(function, dtype):
    """The result has the input's dtype."""
    assert function(np.ones((2, 3, 2), dtype), 0.3, rng=0).dtype == dtype


def test_dropout_keeps_the_mean():
    """A share p is dropped, the rest scaled by 1 / (1 - p)."""
    y = F.dropout(np.ones(100_000), 0.3, rng=0)

    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert abs(np.mean(y == 0) - 0.3) < 0.01


def test_dropout2d_drops_channels():
    """A channel is dropped as a whole, in one sample at a time."""
    y = F.dropout2d(np.ones((50, 20, 3, 2)), 0.5, rng=0)

    assert ((y == y[:, :, :1, :1]).all((2, 3))).all()
    assert 0.4 < np.mean(y == 0) < 0.6


def test_alpha_dropout_keeps_mean_and_variance():
    """Normal numbers keep mean 0 and variance 1."""
    y = F.alpha_dropout(np.random.default_rng(0).normal(size=200_000), 0.3, rng=0)

    assert abs(y.mean()) < 0.01
    assert abs(y.var() - 1) < 0.01


def test_gradient_sees_the_same_mask():
    """What was dropped takes no gradient, what was kept takes 1 / (1 - p)."""
    x = ac.Variable(np.ones(100))

    y = F.dropout(x, 0.5, rng=0)
    y.sum().backward()

    assert (x.grad == y.data).all()


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
@pytest.mark.parametrize("function", [F.dropout, F.dropout2d, F.alpha_dropout])
def test_no_probability(function, p):
    """p lies in [0, 1]."""
    with pytest.raises(ac.ArgumentError, match="got p="):
        function(np.ones((2, 2)), p)


def test_negative_deviation():
    """A standard deviation is not negative."""
    with pytest.raises(ac.ArgumentError, match="got std=-1"):
        F.gaussian_noise(np.ones(2), -1)
