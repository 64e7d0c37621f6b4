"""EMA keeps averaged weights, lends them to the model, and can be saved."""

import contextlib

import numpy as np
import pytest

import autograd_core as ac
import nn


def test_the_average_is_what_the_formula_says():
    """After some steps, in the dtype of the weights, also of a single number."""
    w, v = ac.Variable(np.zeros(3, np.float32)), ac.Variable(0.0)
    ema, expected = nn.EMA([w, v], decay=0.9), 0.0
    for step in range(1, 6):
        w.data[...] = step
        v.data = float(step)
        ema.update()
        expected = 0.9 * expected + 0.1 * step

    assert np.allclose(expected, ema.averages[0])
    assert np.isclose(expected, ema.averages[1])
    assert np.float32 == ema.averages[0].dtype


def test_weights_are_lent_and_given_back():
    """Also after an exception; not twice at a time."""
    model = nn.Linear(2, 2, rng=0)
    ema = nn.EMA(model, decay=0.5)
    before = model.weight.data.copy()
    model.weight.data[...] = 0.0
    ema.update()

    with contextlib.suppress(RuntimeError), ema:
        assert np.allclose(before / 2, model.weight.data)
        raise RuntimeError
    assert (model.weight.data == 0).all()
    with ema, pytest.raises(ac.errors.OptimizerError, match="in use"), ema:
        pass
    assert (model.weight.data == 0).all()
    ema.copy_to()
    assert np.allclose(before / 2, model.weight.data)


def test_averages_go_to_another_model():
    """Of the same shapes; otherwise nothing is changed."""
    ema, other = nn.EMA(nn.Linear(2, 3, rng=0)), nn.Linear(2, 3, rng=1)
    ema.copy_to(other)
    assert np.array_equal(ema.averages[0], other.weight.data)
    with pytest.raises(ac.errors.StateError):
        ema.copy_to(nn.Linear(3, 2))


def test_saving():
    """A state is a copy, and fits its own parameters only."""
    w = ac.Variable([1.0, 2.0])
    ema = nn.EMA([w], decay=0.9)
    state = ema.state_dict()
    w.data[...] = 0.0
    ema.update()
    assert [1.0, 2.0] == state["averages"][0].tolist()

    other = nn.EMA([w])
    other.load_state_dict(state)
    assert 0.9 == other.decay
    assert [1.0, 2.0] == other.averages[0].tolist()
    for wrong in ({}, {"decay": 0.5, "averages": [np.zeros(3)]}):
        with pytest.raises(ac.errors.StateError):
            ema.load_state_dict(wrong)


def test_the_decay_is_checked():
    """It lies in [0, 1)."""
    with pytest.raises(ac.errors.OptimizerError, match="decay"):
        nn.EMA([ac.Variable(1.0)], decay=1.0)
