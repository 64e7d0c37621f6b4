"""One layer or parameter in several places: it is one in the file, and one again when loaded."""

import numpy as np
import pytest

import nn
from autograd_core import StateError
from nn.serialize import opened, write
from nn.sharing import places, shared


class Tied(nn.Module):
    """A layer in an attribute, a list and a dict; a weight shared with another layer."""

    def __init__(self):
        self.inner, self.other = nn.Linear(3, 3, rng=0), nn.Linear(3, 3, rng=1)
        self.many, self.by_name = [nn.Linear(3, 3, rng=2)], {"a": nn.Linear(3, 3, rng=3)}

    def forward(self, x):
        """(n, 3) → (n, 3)."""
        return self.other(self.inner(x)) + self.many[0](x) + self.by_name["a"](x)


@pytest.fixture(params=["m.npz", "m.safetensors"])
def path(request, tmp_path):
    """A file of each kind."""
    return tmp_path / request.param


def test_places_and_what_is_shared():
    """Every place is shown, what stands there is entered once; a shared layer is one entry."""
    layer, twin = nn.Linear(2, 2), nn.Linear(2, 2)
    twin.weight = layer.weight

    model = nn.Sequential(layer, twin, layer)

    found = [place.path for place in places(model)]
    assert found == ["0", "0.weight", "0.bias", "1", "1.weight", "1.bias", "2"]
    assert [place.path for place in places(model, deep=False)] == ["0", "1", "2"]
    assert shared(model) == {"1.weight": "0.weight", "2": "0"}


@pytest.mark.parametrize("wrap", [nn.Sequential, nn.Model, nn.Parallel, nn.Concat])
def test_a_layer_that_appears_twice_comes_back_as_one(wrap, path):
    """In each container, also inside another; and it is trained as one."""
    layer, x = nn.Linear(3, 3, rng=0), np.random.default_rng(1).normal(size=(2, 3))
    model = wrap(layer, nn.Residual(nn.Sequential(nn.Tanh(), layer)))
    model.save(path)

    found = wrap.load(path)

    assert found[0] is found[1].module[1]
    assert found.num_parameters() == model.num_parameters() == 12
    assert repr(found) == repr(model)
    np.testing.assert_array_equal(found(x).data, model(x).data)


def test_a_parameter_of_two_layers_comes_back_as_one(path):
    """Tied after they were made, as a decoder's weight is to an encoder's."""
    model = nn.Sequential(nn.Linear(3, 3, rng=0), nn.Linear(3, 3, rng=1))
    model[1].weight = model[0].weight
    model.save(path)

    found = nn.Sequential.load(path)

    assert found[0].weight is found[1].weight
    np.testing.assert_array_equal(found(np.ones((1, 3))).data, model(np.ones((1, 3))).data)


def test_attributes_lists_and_dicts(path):
    """Wherever the things stand in a class of the user's."""
    model = Tied()
    model.other.weight = model.inner.weight
    model.many[0] = model.by_name["a"] = model.inner
    model.save(path)

    found = nn.Module.load(path, custom_objects={"Tied": Tied})

    assert found.other.weight is found.inner.weight
    assert found.many[0] is found.by_name["a"] is found.inner
    np.testing.assert_array_equal(found(np.ones((1, 3))).data, model(np.ones((1, 3))).data)


def test_parameter_lists(path):
    """The same parameter at two positions."""
    model = nn.Sequential(
        {"a": nn.ParameterList([np.ones(2)]), "b": nn.ParameterList([np.ones(2)])}
    )
    model["b"][0] = model["a"][0]
    model.save(path)

    found = nn.Sequential.load(path)
    assert found["a"][0] is found["b"][0]


@pytest.mark.parametrize(
    "claim",
    [{"2": "0"}, {"1": "7"}, {"1": "2"}, {"1": ["0"]}, {"1": ""}, {"1.weight": "0.bias"}],
)
def test_a_damaged_claim_is_refused(claim, path):
    """No such place, another kind of layer, another shape, no path at all."""
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.Tanh())
    model.save(path)
    with opened(path) as reader:
        arrays, metadata = reader.arrays(), {**reader.metadata, "shared": claim}
    write(path, arrays, metadata)

    with pytest.raises(StateError, match="is shared with"):
        nn.Sequential.load(path)


def test_what_holds_a_layer_cannot_stand_in_its_place(path):
    """A module inside itself would never end."""
    model = nn.Residual(nn.Residual(nn.Identity()))
    model.save(path)
    with opened(path) as reader:
        write(path, reader.arrays(), {**reader.metadata, "shared": {"module": "", "a": "module"}})

    with pytest.raises(StateError, match="is shared with"):
        nn.Residual.load(path)


def test_repr_shows_a_layer_each_time():
    """By its first name where it comes again."""
    layer = nn.Linear(2, 2)
    assert repr(nn.Sequential(layer, nn.ReLU(), layer, layer)) == (
        "Sequential(\n  (0): Linear(2, 2)\n  (1): ReLU()\n  (2-3): 2 x (0) again\n)"
    )
