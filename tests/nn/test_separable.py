"""Depthwise and separable convolutions beyond the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def test_depthwise_sees_one_channel():
    """A channel of the result depends on its own channel alone."""
    layer = nn.DepthwiseConv2d(3, 2, multiplier=2, rng=0)
    x = np.zeros((1, 3, 4, 4))
    x[:, 1] = 1.0

    y = layer(x).data

    assert (y[:, [0, 1, 4, 5]] == 0).all()
    assert (y[:, 2:4] != 0).all()


def test_separable_has_fewer_parameters():
    """k² C + C O + O numbers in place of k² C O + O."""
    assert nn.SeparableConv2d(8, 16, 3).num_parameters() == 9 * 8 + 8 * 16 + 16


@pytest.mark.parametrize(
    "make", [lambda: nn.DepthwiseConv2d(3, 2, multiplier=0), lambda: nn.SeparableConv2d(0, 2, 3)]
)
def test_what_makes_no_layer(make):
    """Numbers of channels are positive."""
    with pytest.raises(ac.ArgumentError):
        make()
