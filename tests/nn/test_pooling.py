"""Pooling layers beyond the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.MaxPool2d(3, padding=2),
        lambda: nn.AvgPool1d(2, padding=2),
        lambda: nn.MaxPool2d(0),
        lambda: nn.MaxPool1d(2, dilation=0),
        lambda: nn.AdaptiveAvgPool2d(0),
        lambda: nn.AdaptiveAvgPool2d((1, 2, 3)),
    ],
)
def test_what_makes_no_layer(make):
    """Mistakes are found when the layer is made."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert caught.value.hint


def test_ties_share_equally():
    """A constant image has its gradient divided among the entries of each window."""
    x = ac.Variable(np.ones((1, 1, 4, 4)))

    nn.MaxPool2d(2)(x).sum().backward()

    assert (x.grad == 0.25).all()


def test_global_ties_share_equally():
    """So does the maximum of a whole channel."""
    x = ac.Variable(np.ones((1, 2, 2, 2)))

    nn.GlobalMaxPool2d()(x).sum().backward()

    assert (x.grad == 0.25).all()
