"""Normalization as functions."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F
from nn.functional.normalization import standardized


def composed(x, axes, eps):
    """The plain composition."""
    mean, var = np.mean(x, axis=axes, keepdims=True), np.var(x, axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps), mean, var


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 2), (0, 2, 3), (2, 3), (1, 2, 3), (0, 1, 2, 3)])
def test_standardized_is_its_composition(axes):
    """Values, and first and second derivatives of all three results, are the composition's."""
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(2, 3, 2, 3)), rng.normal(size=(2, 3, 2, 3))

    def loss(function):
        return lambda x: sum(np.sum(np.sin(part * weights)) for part in function(x, axes, 1e-3))

    for ours, plain in zip(standardized(x, axes, 1e-3), composed(x, axes, 1e-3)):
        np.testing.assert_allclose(ours, plain, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        ac.grad(loss(standardized))(x), ac.grad(loss(composed))(x), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        ac.hvp(loss(standardized))(x, weights),
        ac.hvp(loss(composed))(x, weights),
        rtol=1e-8,
        atol=1e-11,
    )


def test_large_values():
    """Far from zero the variance is still that of the differences."""
    x = 1e8 + np.array([[0.0, 1.0, 2.0, 3.0]])

    np.testing.assert_allclose(F.layer_norm(x), F.layer_norm(x - 1e8), rtol=1e-7)


def test_constant_values():
    """Equal values give zeros, and finite gradients."""
    x = ac.Variable(np.full((2, 4), 3.0))

    y = F.layer_norm(x)
    np.sum(y * np.arange(4.0)).backward()

    assert (y.data == 0).all()
    assert np.isfinite(x.grad).all()


def test_batch_norm_by_given_statistics():
    """With a mean and a variance the batch's are not used."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])

    y = F.batch_norm(x, mean=np.array([1.0, 0.0]), var=np.array([4.0, 1.0]), eps=1e-12)

    np.testing.assert_allclose(y, [[0.0, 2.0], [1.0, 4.0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.batch_norm(np.ones(3)), "needs inputs of shape (N, C, ...)"),
        (lambda: F.batch_norm(np.ones((1, 3))), "more than one value per channel"),
        (lambda: F.batch_norm(np.ones((2, 3)), mean=np.ones(3)), "one of mean and var"),
        (lambda: F.layer_norm(np.ones(3), axes=2), "layer_norm over 2 axes"),
        (lambda: F.group_norm(np.ones((2, 3)), 2), "2 groups divide; it got shape (2, 3)"),
        (lambda: F.instance_norm(np.ones((2, 3))), "with further axes"),
        (lambda: F.instance_norm(np.ones((2, 3, 1))), "more than one value per channel"),
    ],
)
def test_errors(call, message):
    """Each refusal says what it got."""
    with pytest.raises((ac.ShapeError, ac.ArgumentError)) as caught:
        call()

    assert message in str(caught.value)
    assert caught.value.hint
