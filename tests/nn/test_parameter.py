"""Parameter and Buffer."""

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.parameter import BUDGET, Pending


def test_results_are_plain_variables():
    """What is computed from a parameter is a Variable."""
    p = nn.Parameter([1.0, 2.0])

    assert type(p * 2) is ac.Variable
    assert p.requires_grad


def test_drawn_remembers():
    """A drawn parameter can be drawn again; regularizer and initializer survive copies."""
    p = nn.Parameter.drawn((3, 2), "normal", rng=0, dtype=np.float32, regularizer=np.sum)

    for made in (copy.deepcopy(p), pickle.loads(pickle.dumps(p))):
        assert made.initializer is nn.init.normal
        assert made.regularizer is np.sum
        assert made.constraint is None
        assert (made.data == p.data).all()
        assert made.dtype == np.float32


def test_gain_follows_the_activation():
    """An initializer with a gain is given that of the activation; the others are left alone."""
    relu, tanh, gelu, plain = (
        nn.Parameter.drawn((50, 50), "kaiming_uniform", rng=0, activation=a).data
        for a in ("relu", "tanh", "gelu", None)
    )

    np.testing.assert_allclose(tanh / relu, 5 / 3 / 2**0.5)
    assert (gelu == plain).all()
    assert (relu == plain).all()
    zeros = nn.Parameter.drawn((2,), "zeros", activation="tanh")
    assert zeros.tolist() == [0.0, 0.0]


def test_an_initializer_gives_the_shape_asked_for():
    """Another shape is an error."""
    with pytest.raises(ac.ShapeError, match=r"\(2,\); it was asked for \(3,\)"):
        nn.Parameter.drawn((3,), lambda shape, rng, dtype: np.zeros(2))
    with pytest.raises(ac.ArgumentError, match="kaiming_uniform"):
        nn.Parameter.drawn((3,), "kaming_uniform")


def test_budget_limits_what_is_drawn():
    """While a budget is set, no more numbers are drawn than it has."""
    token = BUDGET.set(5)
    try:
        nn.Parameter.drawn((4,), "zeros")
        with pytest.raises(ac.StateError, match=r"shape \(2,\) is larger"):
            nn.Parameter.drawn((2,), "zeros")
    finally:
        BUDGET.reset(token)


def test_pending():
    """A pending parameter is drawn once the missing length is known."""
    pending = Pending((None, 2), "kaiming_normal", rng=0)

    assert (pending.drawn(3).data == nn.init.kaiming_normal((3, 2), rng=0)).all()


def test_buffer_is_a_constant():
    """A buffer is updated by .data, in place or anew, and needs no gradient."""
    mean, x = nn.Buffer(np.zeros(2)), ac.Variable([3.0, 4.0])
    mean.data[...] = [1.0, 2.0]

    y = np.sum((x - mean) * mean)
    mean.data = np.array([9.0, 9.0])
    y.backward()

    assert x.grad.tolist() == [1.0, 2.0]
    assert mean.tolist() == [9.0, 9.0]
    made = pickle.loads(pickle.dumps(nn.Buffer(1.0, persistent=False)))
    assert (type(made), made.persistent) == (nn.Buffer, False)
