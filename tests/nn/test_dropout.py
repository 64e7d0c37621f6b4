"""Noise layers, DropConnect and WeightNorm beyond the table of cases."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import nn


def test_aliases():
    """Seed A writes DropOut."""
    assert nn.DropOut is nn.Dropout


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Dropout(1.5),
        lambda: nn.Dropout2d(-0.1),
        lambda: nn.AlphaDropout(2),
        lambda: nn.GaussianNoise(-1.0),
        lambda: nn.DropConnect(nn.Linear(2, 2), 3.0),
        lambda: nn.DropConnect(nn.Linear(2, 2), names=("wieght",)),
        lambda: nn.WeightNorm(nn.Linear(2, 2), "wieght"),
    ],
)
def test_what_makes_no_layer(make):
    """Mistakes are found when the layer is made."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert caught.value.hint


def test_calls_differ():
    """Each call draws anew; a copy goes on as the original would."""
    layer = nn.Dropout(0.5, rng=0)
    twin = copy.deepcopy(layer)
    x = np.ones(50)

    first, second = layer(x).data, layer(x).data

    assert (first != second).any()
    assert (twin(x).data == first).all()


def test_dropconnect_masks_weights():
    """One mask for all samples; the weights themselves stay, and take the masked gradient."""
    layer = nn.DropConnect(nn.Linear(6, 1, weight_init="ones"), 0.5, rng=0)
    inner = layer.module

    y = layer(np.ones((3, 6)))
    y.sum().backward()

    assert np.ptp(y.data) == 0
    assert (inner.weight.data == 1).all()
    assert set(inner.weight.grad.ravel()) == {0.0, 6.0}
    assert [name for name, _ in layer.named_parameters()] == ["module.weight", "module.bias"]


def test_dropconnect_of_several_weights():
    """Names may be paths into the module."""
    inner = nn.Sequential(nn.Linear(3, 3, rng=0), nn.Linear(3, 2, rng=0))
    layer = nn.DropConnect(inner, 0.9, names=("0.weight", "1.weight", "1.bias"), rng=0)

    assert (layer(np.ones((2, 3))).data != inner(np.ones((2, 3))).data).any()


def test_dropconnect_gives_the_weights_back():
    """After an error inside the module its weights stand where they stood."""
    layer = nn.DropConnect(nn.Linear(3, 2), 0.5, rng=0)
    weight = layer.module.weight

    with pytest.raises(ac.ShapeError):
        layer(np.ones((2, 4)))

    assert layer.module.weight is weight


@pytest.mark.parametrize(
    ("inner", "x"),
    [
        (lambda: nn.Linear(3, 2, rng=0), np.ones((4, 3))),
        (lambda: nn.Conv2d(2, 3, 2, rng=0), np.ones((2, 2, 3, 3))),
    ],
)
def test_weightnorm_changes_nothing_at_first(inner, x):
    """At the start the length is that of the weight; then both are trained."""
    layer = nn.WeightNorm(inner())

    np.testing.assert_allclose(layer(x).data, inner()(x).data, rtol=1e-12)
    layer(x).sum().backward()
    assert layer.magnitude.grad.shape == layer.magnitude.shape
    direction, grad = layer.module.weight.data, layer.module.weight.grad
    axes = (0,) if direction.ndim == 2 else (1, 2, 3)
    np.testing.assert_allclose(np.sum(direction * grad, axis=axes), 0, atol=1e-12)


def test_weightnorm_is_drawn_again():
    """initialize() draws lengths by the law of the weight."""
    layer = nn.WeightNorm(nn.Linear(4, 3, rng=0))
    before = layer.magnitude.numpy()

    layer.initialize(1)

    assert layer.magnitude.shape == before.shape
    assert (layer.magnitude.data != before).all()


@pytest.mark.parametrize("wrap", [nn.DropConnect, nn.WeightNorm])
def test_the_module_is_shown_once(wrap):
    """In its line of the tree, not among the arguments."""
    assert repr(wrap(nn.Linear(2, 3))) == f"{wrap.__name__}(\n  (module): Linear(2, 3)\n)"
