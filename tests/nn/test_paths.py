"""Paths, labels and replaced parameters."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.paths import label, near, replaced


def test_near():
    """The close ones, or all, ten at most."""
    assert near("wieght", ["weight", "bias"]) == "weight"
    assert near("zzz", [f"p{k}" for k in range(12)]).endswith("p9, ...")


def test_label():
    """Class, name, sizes; a layer without sizes is its class."""
    assert label(nn.Identity()) == "Identity"
    assert label(nn.Linear(2, 1, name="n"), "path") == "Linear 'n' (2 -> 1)"


def test_replaced_reaches_every_place():
    """In lists, tuples and dicts, and wherever the parameter is shared; then all is as before."""

    class Holder(nn.Module):
        def __init__(self):
            self.a = nn.Parameter(1.0)
            self.many, self.by_name = [(self.a,)], {"a": self.a, "b": nn.Parameter(2.0)}

        def forward(self):
            return self.a + 10 * self.many[0][0] + 100 * self.by_name["a"] * self.by_name["b"]

    holder = Holder()

    with replaced(holder, {"a": ac.Variable(3.0)}):
        inside = holder().item()

    assert inside == 3 + 30 + 600
    assert holder().item() == 1 + 10 + 200
    assert holder.many[0][0] is holder.a


def test_replaced_restores_after_an_error():
    """The parameters are back, whatever happens inside; unknown paths change nothing."""
    layer = nn.Linear(2, 1)
    weight = layer.weight

    with pytest.raises(ac.ShapeError), replaced(layer, {"weight": np.ones((2, 1))}):
        layer(np.ones(3))
    with pytest.raises(ac.ArgumentError, match="wight"), replaced(layer, {"wight": 1}):
        pass

    assert layer.weight is weight
