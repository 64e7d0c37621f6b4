"""Architectures as plain data."""

import json
from functools import partial

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.config import CLASSES, Configured, built, encoded


class Swish2(nn.Module):
    """A layer of somebody's own."""

    def __init__(self, slope=1.0):
        self.slope = slope

    def forward(self, x):
        """x · slope."""
        return self.slope * x


def test_round_trip_through_json():
    """A nested architecture is plain data, and gives an equal module."""
    model = nn.Sequential(
        nn.Linear(4, 8, activation="relu", weight_init=partial(nn.init.normal, std=0.1)),
        np.tanh,
        nn.Residual(nn.Linear(8, 8, dtype=np.float32), scale=0.5),
        nn.Concat(nn.Linear(8, 2), nn.Identity(), axis=1),
        nn.Flatten(),
    )
    architecture = json.loads(json.dumps(encoded(model)))

    made = built(architecture)

    assert repr(made) == repr(model)
    assert made[1].fn is np.tanh
    assert {k: v.shape for k, v in made.state_dict().items()} == {
        k: v.shape for k, v in model.state_dict().items()
    }
    assert made[2].module.weight.dtype == np.float32
    assert encoded(made) == architecture


def test_named_layers_keep_their_names():
    """A Sequential of names is made again with the names."""
    model = nn.Sequential({"a": nn.Identity(), "b": nn.Linear(2, 1)})

    made = built(encoded(model))

    assert [name for name, _ in made.named_children()] == ["a", "b"]


def test_attributes_win_over_arguments():
    """What was changed after construction is what is stored and shown."""
    layer = nn.Residual(nn.Identity(), scale=0.5)
    layer.scale = 2.0

    assert layer.get_config()["scale"] == 2.0


def test_custom_objects():
    """A class unknown here is named with the argument that makes it known."""
    architecture = encoded(nn.Sequential(Swish2(2.0)))

    with pytest.raises(ac.StateError) as caught:
        built(architecture)

    assert caught.value.hint == 'custom_objects={"Swish2": Swish2}'
    assert built(architecture, {"Swish2": Swish2})[0].slope == 2.0


def test_classes_and_functions_are_named():
    """A class or a function of the package in an argument is stored by its name."""
    layer = nn.Linear(2, 2, activation=nn.functional.relu, weight_init=nn.init.zeros)

    made = nn.Linear.from_config(json.loads(json.dumps(layer.get_config())))

    assert made.activation is nn.functional.relu
    assert made.weight.initializer is nn.init.zeros
    assert built(encoded(nn.Linear)) is nn.Linear


@pytest.mark.parametrize("value", [lambda x: x, object(), {1: 2}, 1j])
def test_what_cannot_be_written_down(value):
    """Code and unknown objects are refused with the way out."""
    with pytest.raises(ac.StateError, match="cannot be written"):
        encoded(value)


@pytest.mark.parametrize(
    "data",
    [{"weird": 1}, {"ufunc": "load"}, {"array": [1], "dtype": "O"}, {"class": 3, "config": {}}, {}],
)
def test_data_of_another_form(data):
    """What encoded() does not write is refused."""
    with pytest.raises(ac.StateError):
        built(data)


def test_arguments_the_class_does_not_take():
    """A configuration of another version is refused by name."""
    with pytest.raises(ac.StateError, match="Linear cannot be made"):
        nn.Linear.from_config({"in_features": 2, "out_features": 1, "colour": 3})


@pytest.mark.parametrize("value", [1, 2.5, "a", None, True, [1, [2]], (1, (2,)), {"a": (1,)}])
def test_values_come_back(value):
    """Plain values keep their types."""
    assert built(json.loads(json.dumps(encoded(value)))) == value


def test_arrays_come_back():
    """Small arrays are stored as lists with their dtype."""
    made = built(encoded(np.array([[1, 2]], np.int8)))

    assert made.dtype == np.int8
    assert made.tolist() == [[1, 2]]


def test_error_16():
    """An unknown keyword is refused, and the nearest proposed."""
    with pytest.raises(ac.ArgumentError) as caught:
        nn.Flatten(start=2)

    assert str(caught.value).startswith("Flatten() has no argument 'start'.\n  try: start_dim=")
    with pytest.raises(ac.ArgumentError, match="try: activation="):
        nn.Linear(2, 2, activaton="relu")
    with pytest.raises(TypeError, match="missing"):
        nn.Reshape.from_config({}) and nn.Residual()


def test_only_the_package_is_known():
    """Classes of users are not looked up by name, nor can they take the place of ours."""
    type("Linear", (Configured,), {"__module__": "elsewhere"})

    assert CLASSES["Linear"] is nn.Linear
    assert "Swish2" not in CLASSES
