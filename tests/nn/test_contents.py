"""What a module holds is found by a walk."""

import numpy as np

import nn


def test_long_lists_of_numbers_cost_nothing():
    """Numbers, texts and arrays in attributes are passed over, lists of losses among them."""
    layer = nn.Linear(2, 1)
    layer.losses, layer.notes, layer.table = [0.5] * 100_000, {"a": "b"}, [np.ones(3)] * 1000

    assert [path for path, _ in layer.named_parameters()] == ["weight", "bias"]
    assert len(layer._found(object)) < 10


def test_cycles_end():
    """A child that knows its parent is found once, and so is the parent."""
    parent, child = nn.Sequential(nn.Identity()), nn.Linear(1, 1)
    parent.append(child)
    child.parent = [parent]

    assert [path for path, _ in parent.named_modules()] == ["", "0", "1"]
    assert [path for path, _ in child.named_parameters()] == ["weight", "bias"]


def test_get_params():
    """The article's name for parameters()."""
    layer = nn.Linear(2, 1)

    assert layer.getParams() == layer.parameters()
    assert layer.type == "Linear"
