"""Losses of two classes: stable for any logit, exact at probabilities 0 and 1."""

import math

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

X = np.array([0.0, 1e-300, 1.0, -1.0, 40.0, -40.0, 745.0, -745.0, 1e4, -1e4])


def softplus(x):
    """log(1 + eˣ) of a number, exact in both tails."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
def test_logits_to_twelve_digits(target):
    """The loss of a logit is t softplus(-x) + (1 - t) softplus(x), its slope σ(x) - t."""
    t = np.full(X.shape, target)
    expected = [target * softplus(-x) + (1 - target) * softplus(x) for x in X]

    found = F.binary_cross_entropy_with_logits(X, t, reduction="none")
    slope = ac.grad(lambda x: F.binary_cross_entropy_with_logits(x, t, reduction="sum"))(X)

    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(slope, F.sigmoid(X) - target, rtol=1e-14)


def test_fused_equals_composed():
    """The fused operation and its plain composition agree to the second derivative."""
    x, t = np.array([-1.5, 0.3, 2.0]), np.array([0.0, 0.4, 1.0])

    def composed(x, t):
        p = 1 / (1 + np.exp(-x))
        return np.mean(-t * np.log(p) - (1 - t) * np.log(1 - p))

    for transform in (lambda f: f, ac.grad, ac.hessian):
        for loss in (
            F.binary_cross_entropy_with_logits,
            lambda x, t: F.binary_cross_entropy(F.sigmoid(x), t),
            lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=1.0),
            lambda x, t: F.focal_loss(x, t, alpha=None, gamma=0.0),
        ):
            np.testing.assert_allclose(transform(loss)(x, t), transform(composed)(x, t), rtol=1e-9)


def test_infinite_logits():
    """An infinite logit on the right side costs nothing, and no warning."""
    x, t = np.array([np.inf, -np.inf]), np.array([1.0, 0.0])

    assert F.binary_cross_entropy_with_logits(x, t) == 0
    slope = ac.grad(lambda x: F.binary_cross_entropy_with_logits(x, t))(x)
    assert slope.tolist() == [0.0, 0.0]


def test_probabilities_zero_and_one():
    """Logarithms are cut off at -100: certain and wrong costs 100, and nothing is nan."""
    p, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])

    losses = F.binary_cross_entropy(p, t, reduction="none")
    slope = ac.grad(lambda p: F.binary_cross_entropy(p, t))(p)

    assert losses.tolist() == [0.0, 0.0, 100.0, 100.0]
    assert slope.tolist() == [0.25, -0.25, 0.0, 0.0]


def test_small_probabilities_keep_their_digits():
    """log(1 - p) is exact for the smallest p."""
    assert F.binary_cross_entropy([1e-300], [0]) == 1e-300
    slope = ac.grad(lambda p: F.binary_cross_entropy(p, [0.0]))(np.array([1e-300]))
    assert slope.tolist() == [1.0]


def test_pos_weight_against_torch():
    """One factor for each column, as in PyTorch."""
    torch = pytest.importorskip("torch")
    x, t = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[1.0, 0.0], [0.3, 1.0]])
    leaf = torch.tensor(x, requires_grad=True)
    weight = torch.tensor([2.0, 5.0], dtype=torch.float64)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        leaf, torch.tensor(t), pos_weight=weight
    )
    expected.backward()

    def loss(x):
        return F.binary_cross_entropy_with_logits(x, t, pos_weight=[2.0, 5.0])

    assert loss(x) == pytest.approx(expected.item(), rel=1e-13)
    np.testing.assert_allclose(ac.grad(loss)(x), leaf.grad.numpy())


def test_hinge_takes_labels_and_signs():
    """Targets 0 and 1 are -1 and 1; other ones are refused."""
    x = np.array([0.5, -2.0, 3.0])

    assert F.hinge_loss(x, [1, 0, 0]) == F.hinge_loss(x, [1, -1, -1])
    assert F.hinge_loss(x, np.array([True, False, False])) == F.hinge_loss(x, [1, 0, 0])
    for wrong in ([0, 1, -1], [1, 2, 1], [0.5, 1, 0]):
        with pytest.raises(ac.LabelError, match="HingeLoss got targets"):
            F.hinge_loss(x, wrong)


@pytest.mark.parametrize(
    "loss", [F.binary_cross_entropy_with_logits, F.binary_cross_entropy, F.focal_loss]
)
def test_targets_outside_the_unit_interval(loss):
    """A target is a probability; signs are told how to become one."""
    with pytest.raises(ac.LabelError) as caught:
        loss([0.5, 0.5], [-1, 1])

    assert caught.value.what.endswith("got targets from -1 to 1.")
    assert caught.value.hint == "(target + 1) / 2"
