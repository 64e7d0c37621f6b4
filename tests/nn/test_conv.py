"""Convolution layers beyond the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(0, 4, 3), "in_channels=0"),
        (lambda: nn.Conv2d(3, 4, 0), "kernel_size=0"),
        (lambda: nn.Conv2d(3, 4, 3, stride=0), "stride=0"),
        (lambda: nn.Conv2d(3, 4, 3, dilation=(1, 2, 3)), "dilation=(1, 2, 3)"),
        (lambda: nn.Conv2d(3, 4, 3, padding="some"), "padding='some'"),
        (lambda: nn.Conv2d(3, 4, 3, stride=2, padding="same"), "padding='same' with stride"),
        (lambda: nn.Conv2d(3, 4, 3, groups=2), "cannot divide 3 channels into 4 by groups=2"),
        (lambda: nn.Conv2d(3, 4, 3, padding_mode="zero"), "did you mean 'zeros'"),
        (lambda: nn.Conv2d(3, 4, 3, strides=2), "has no argument 'strides'"),
        (lambda: nn.ConvTranspose2d(3, 4, 3, output_padding=1), "output_padding (1, 1)"),
        (lambda: nn.ConvTranspose1d(3, 4, 3, groups=3), "into 4 by groups=3"),
    ],
)
def test_what_makes_no_layer(make, message):
    """Mistakes are found when the layer is made."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert message in str(caught.value)
    assert caught.value.hint


def test_error_4_in_a_model():
    """The message names the layer by its path."""
    model = nn.Sequential(nn.Conv2d(3, 16, 3))

    with pytest.raises(ac.ShapeError) as caught:
        model(np.ones((32, 28, 28, 3)))

    assert str(caught.value).startswith(
        "Conv2d '0' (3 -> 16) needs images of shape (N, 3, H, W); it got shape (32, 28, 28, 3)."
    )
    assert caught.value.hint == "x.transpose(0, 3, 1, 2)"


def test_initial_weights():
    """Kernels start by the fan of their inputs, biases at zero; the same seed gives the same."""
    layer = nn.Conv2d(8, 64, 3, groups=2, rng=0)

    assert layer.weight.shape == (64, 4, 3, 3)
    assert np.abs(layer.weight.data).max() <= np.sqrt(6 / 36)
    assert (layer.bias.data == 0).all()
    assert (layer.weight.data == nn.Conv2d(8, 64, 3, groups=2, rng=0).weight.data).all()


def test_repr_shows_what_was_given():
    """Options that are their default are left out."""
    assert repr(nn.Conv2d(3, 16, 3)) == "Conv2d(3, 16, 3)"
    assert repr(nn.Conv2d(3, 16, 3, padding="same", bias=False)) == (
        "Conv2d(3, 16, 3, padding='same', bias=False)"
    )
