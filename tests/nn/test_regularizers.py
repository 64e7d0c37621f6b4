"""Regularizers and constraints."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn import regularizers

W = np.random.default_rng(0).normal(size=(4, 3))
FORMULAS = [
    (nn.L1(0.3), lambda w: 0.3 * np.abs(w).sum()),
    (nn.L2(0.3), lambda w: 0.3 * (w * w).sum()),
    (nn.ElasticNet(0.3, 0.2), lambda w: 0.3 * np.abs(w).sum() + 0.2 * (w * w).sum()),
    (nn.GroupLasso(0.3), lambda w: 0.3 * sum(np.sqrt(row @ row) for row in w)),
    (nn.GroupLasso(0.3, axis=1), lambda w: 0.3 * sum(np.sqrt(col @ col) for col in w.T)),
]


@pytest.mark.parametrize(("regularizer", "formula"), FORMULAS, ids=[repr(r) for r, _ in FORMULAS])
def test_penalties(regularizer, formula):
    """Each is its formula, differentiable, in the dtype of the weights, and storable."""
    assert regularizer(W) == pytest.approx(formula(W), rel=1e-14)
    assert ac.gradcheck(regularizer, W, order=2)
    assert regularizer(ac.Variable(W.astype(np.float32))).dtype == np.float32
    other = type(regularizer).from_config(regularizer.get_config())
    assert repr(other) == repr(regularizer)


def test_penalty_of_a_module():
    """penalty() sums over the parameters that have a regularizer, as a Variable."""
    layer = nn.Linear(
        3, 2, weight_regularizer=nn.L2(0.1), bias_regularizer="l1", bias_init="ones", rng=0
    )
    weight = layer.weight.numpy()

    penalty = layer.penalty()
    penalty.backward()

    assert penalty.item() == pytest.approx(0.1 * (weight**2).sum() + 0.02)
    np.testing.assert_allclose(layer.weight.grad, 0.2 * weight)
    assert layer.bias.grad.tolist() == [0.01, 0.01]


def test_group_lasso_at_zero():
    """A group of zeros stays at zero: the derivative of its norm is 0."""
    w = ac.Variable(np.zeros((2, 2)))
    nn.GroupLasso(1.0)(w).backward()

    assert (w.grad == 0).all()


def test_names():
    """A name has a default strength; an object stays; a typo is told."""
    assert repr(regularizers.get("l2")) == "L2()"
    assert isinstance(regularizers.get(nn.L1), nn.L1)
    penalty = nn.L1(0.5)
    assert regularizers.get(penalty) is penalty
    with pytest.raises(ac.ArgumentError, match="did you mean 'group_lasso'"):
        regularizers.get("group_laso")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.L1(-1.0), "L1 got strength=-1.0."),
        (lambda: nn.L2(-1.0), "L2 got strength=-1.0."),
        (lambda: nn.L2(float("nan")), "L2 got strength=nan."),
        (lambda: nn.ElasticNet(0.1, -0.2), "ElasticNet got l2=-0.2."),
        (lambda: nn.GroupLasso(-1.0), "GroupLasso got strength=-1.0."),
        (lambda: nn.MaxNorm(0.0), "MaxNorm got max_norm=0.0."),
    ],
)
def test_what_is_refused(make, message):
    """A strength is not negative, a bound is positive."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert message in str(caught.value)
    assert caught.value.hint


def test_max_norm():
    """Columns of (in, out) longer than the bound are scaled to it, the others stay."""
    w = np.array([[3.0, 0.3], [4.0, 0.4]])

    bounded = nn.MaxNorm(1.0)(w)

    np.testing.assert_allclose(bounded, [[0.6, 0.3], [0.8, 0.4]])
    kernels = np.ones((2, 3, 2, 2), np.float32)
    norms = np.sqrt((nn.MaxNorm(1.0)(kernels) ** 2).sum((1, 2, 3)))
    np.testing.assert_allclose(norms, 1, rtol=1e-6)
    assert nn.MaxNorm(1.0)(kernels).dtype == np.float32
    np.testing.assert_allclose(nn.MaxNorm(1.0)(np.array([3.0, 4.0])), [0.6, 0.8])
    np.testing.assert_allclose(nn.MaxNorm(1.0, axis=1)(w.T), bounded.T)


def test_unit_norm_and_non_negative():
    """Columns of norm 1, zeros left alone; no negative weights."""
    w = np.array([[3.0, 0.0], [-4.0, 0.0]])

    assert nn.UnitNorm()(w).tolist() == [[0.6, 0.0], [-0.8, 0.0]]
    assert nn.NonNegative()(w).tolist() == [[3.0, 0.0], [0.0, 0.0]]


def test_weight_decay_is_l2():
    """SGD(weight_decay=λ) equals L2(λ/2) to rounding."""
    x, t = np.ones((5, 4)), np.arange(10.0).reshape(5, 2)
    weights = []
    for decay, strength in ((0.02, 0.0), (0.0, 0.01)):
        layer = nn.Linear(4, 2, bias=False, weight_regularizer=nn.L2(strength), rng=0)
        optimizer = nn.SGD(layer, lr=0.05, weight_decay=decay)
        for _ in range(20):
            optimizer.zero_grad()
            (nn.MSELoss()(layer(x), t) + layer.penalty()).backward()
            optimizer.step()
        weights.append(layer.weight.numpy())

    np.testing.assert_allclose(*weights, rtol=1e-13)
