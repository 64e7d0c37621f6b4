"""Embedding beyond the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def test_initial_vectors():
    """Vectors start as normal numbers of variance 1; that of padding as zeros, drawn again too."""
    layer = nn.Embedding(1000, 20, padding_idx=3, rng=0)

    for _ in range(2):
        assert abs(layer.weight.data.std() - 1) < 0.02
        assert (layer.weight.data[3] == 0).all()
        layer.initialize(1)


def test_padding_stays():
    """A step of an optimizer leaves the row of padding alone."""
    layer = nn.Embedding(4, 2, padding_idx=0, rng=0)

    layer(np.array([0, 1, 0])).sum().backward()
    nn.SGD(layer, lr=1.0).step()

    assert (layer.weight.data[0] == 0).all()


@pytest.mark.parametrize(
    "make", [lambda: nn.Embedding(0, 2), lambda: nn.Embedding(3, 2, padding_idx=3)]
)
def test_what_makes_no_layer(make):
    """Mistakes are found when the layer is made."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert caught.value.hint
