"""Linear and Bilinear, beyond their rows in the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def test_aliases_of_the_articles():
    """The articles' keywords and attribute names mean ours."""
    layers = [
        nn.Linear(in_nodes=4, out_nodes=3, rng=0),
        nn.Linear(input_dim=4, output_dim=3, rng=0),
        nn.Dense(4, units=3, rng=0),
        nn.Linear(4, 3, rng=0),
    ]

    assert {repr(layer) for layer in layers} == {"Linear(4, 3)"}
    assert all((layer.weights.data == layers[-1].weight.data).all() for layer in layers)
    assert layers[0].biases is layers[0].bias
    assert len(layers[0]) == 3
    assert layers[0].get_config() == layers[-1].get_config()


@pytest.mark.parametrize(
    ("args", "options", "message"),
    [
        ((4,), {}, "got no out_features"),
        ((), {"out_nodes": 3}, "got no in_features"),
        ((4, 3), {"units": 2}, "got out_features twice, also as units"),
        ((4, 3), {"out_feature": 2}, "has no argument 'out_feature'"),
        ((0, 3), {}, "in_features=0"),
        ((4, 2.5), {}, "out_features=2.5"),
        ((4, 2), {"activation": "rleu"}, "did you mean 'relu'?"),
        ((4, 2), {"weight_init": "zeroes"}, "did you mean 'zeros'?"),
    ],
)
def test_wrong_arguments(args, options, message):
    """What the constructor does not take is named."""
    with pytest.raises(ac.ArgumentError) as caught:
        nn.Linear(*args, **options)

    assert message in str(caught.value)
    assert caught.value.hint


def test_lazy_layers_take_their_length_from_the_first_input():
    """Before the first input there are no parameters, and asking for them says so."""
    lazy, eager = nn.Linear(None, 3, rng=0), nn.Linear(4, 3, rng=0)
    model = nn.Sequential(lazy)
    assert repr(lazy) == "Linear(None, 3)"
    for ask in (model.parameters, model.state_dict, lambda: model.load_state_dict({})):
        with pytest.raises(ac.ArgumentError, match=r"'0.weight' does not exist yet"):
            ask()

    lazy(np.ones((2, 4)))

    assert (lazy.weight.data == eager.weight.data).all()
    assert repr(lazy) == "Linear(4, 3)"
    with pytest.raises(ac.ShapeError, match="4 features"):
        lazy(np.ones((2, 5)))


def test_a_lazy_layer_is_cast_before_it_is_made():
    """astype holds for parameters to come."""
    layer = nn.Linear(None, 3).astype(np.float32)

    layer(np.ones((2, 4), np.float32))

    assert layer.weight.dtype == np.float32


def test_columns_are_detected():
    """One row for each feature: the message says so."""
    with pytest.raises(ac.ShapeError, match="rows are samples here") as caught:
        nn.Linear(4, 2)(np.ones((4, 100)))

    assert caught.value.hint == "x.T"


def test_one_sample_and_lists():
    """A vector is one sample; nested lists are arrays."""
    layer = nn.Linear(2, 3, rng=0)

    assert layer(np.ones(2)).shape == (3,)
    assert layer([[1.0, 1.0]]).tolist() == layer(np.ones((1, 2))).tolist()


def test_dtype():
    """Parameters are made in the default dtype, or the layer's own."""
    with nn.default_dtype(np.float32):
        assert nn.Linear(2, 1).weight.dtype == np.float32
    layer = nn.Linear(2, 1, dtype="float32")
    assert layer.bias.dtype == np.float32
    assert layer.get_config()["dtype"] == "float32"


def test_regularizers_by_layer():
    """A layer's regularizers are part of the penalty."""
    layer = nn.Linear(2, 1, weight_init="ones", bias_init="ones", weight_regularizer=nn.L2(0.5))
    layer.bias.regularizer = nn.L1(2.0)

    assert layer.penalty().item() == 3.0
