"""Clipping holds gradients within bounds, and says what their norm was."""

import math

import numpy as np
import pytest

import autograd_core as ac
import nn


def variables():
    """Four Variables; the last has no gradient."""
    rng = np.random.default_rng(0)
    found = [ac.Variable(np.zeros(shape)) for shape in ((3, 2), (), (1, 1), (4,))]
    for v in found[:3]:
        v.grad = rng.normal(size=v.shape) * 3
    return found


@pytest.mark.parametrize("p", [0.5, 1.0, 2.0, 3.0, math.inf])
@pytest.mark.parametrize("max_norm", [0.1, 1000.0])
def test_norms_are_those_of_pytorch(p, max_norm):
    """The norm before clipping, and the gradients after it."""
    torch = pytest.importorskip("torch")
    params = variables()
    twins = [torch.zeros(v.shape, dtype=torch.float64, requires_grad=True) for v in params]
    for v, twin in zip(params[:3], twins):
        twin.grad = torch.tensor(v.grad)

    norm = nn.clip_grad_norm_(params, max_norm, p)
    expected = torch.nn.utils.clip_grad_norm_(twins, max_norm, p)
    assert isinstance(norm, float)
    assert np.isclose(expected.item(), norm, rtol=1e-12)
    for v, twin in zip(params[:3], twins):
        assert np.allclose(twin.grad.numpy(), v.grad, rtol=1e-5)
    assert params[3].grad is None


def test_the_norm_is_met_exactly():
    """Afterwards it is the largest allowed, also for huge and tiny gradients."""
    for scale in (1e200, 1e-200, 1.0):
        w = ac.Variable(np.zeros(2))
        w.grad = np.array([3.0, 4.0]) * scale
        assert np.isclose(5 * scale, nn.clip_grad_norm_(w, scale))
        assert np.allclose(np.array([0.6, 0.8]) * scale, w.grad)


def test_no_gradient_at_all():
    """Has the norm 0, as an empty one has."""
    empty = ac.Variable(np.zeros((0, 2)))
    empty.grad = np.zeros((0, 2))
    assert 0.0 == nn.clip_grad_norm_([empty], 1.0, math.inf)
    assert 0.0 == nn.clip_grad_norm_([ac.Variable(1.0)], 1.0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_norm_that_is_not_finite(value):
    """Is an error that names the parameters, and changes nothing."""
    model = nn.Linear(2, 2, rng=0)
    model.weight.grad, model.bias.grad = np.ones((2, 2)), np.array([1.0, value])

    with pytest.raises(ac.errors.NumericError, match="'bias' has entries"):
        nn.clip_grad_norm_(model, 0.1)
    assert (model.weight.grad == 1).all()


def test_values_are_cut():
    """To the bound on either side."""
    w = ac.Variable(np.zeros(3, np.float32))
    w.grad = np.array([-3.0, 0.5, 9.0])

    nn.clip_grad_value_([w, ac.Variable(1.0)], 1.0)
    assert [-1.0, 0.5, 1.0] == w.grad.tolist()
    assert np.float32 == w.grad.dtype


def test_rows_of_a_table_stay_rows():
    """A norm and a bound reach them without spreading the gradient."""
    weight = ac.Variable(np.ones((2000, 8)))
    for clip, expected in ((nn.clip_grad_norm_, 1 / math.sqrt(800)), (nn.clip_grad_value_, 1.0)):
        weight.grad = None
        (weight[np.arange(100)] * 5).sum().backward()
        clip([weight], 1.0)
        assert weight.grad_rows is not None
        assert np.allclose(expected, weight.grad_rows[1])


@pytest.mark.parametrize("bound", [0.0, -1.0, np.nan])
def test_bounds_are_positive(bound):
    """Otherwise an error says so."""
    for clip in (nn.clip_grad_norm_, nn.clip_grad_value_):
        with pytest.raises(ac.errors.OptimizerError, match="positive"):
            clip([ac.Variable(1.0)], bound)
