"""Activations as modules: by name, with units, and in place."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from nn import activations

X = np.array([[-1.0, 2.0, 0.5]])


def test_names():
    """A name gives the function of nn.functional; classes are called, objects stay."""
    assert activations.get("relu") is F.relu
    assert activations.get("Swish") is F.silu
    assert activations.get("leaky-relu") is F.leaky_relu
    assert isinstance(activations.get("prelu"), nn.PReLU)
    assert isinstance(activations.get(nn.GELU), nn.GELU)
    assert activations.get(np.tanh) is np.tanh
    assert activations.get("linear")(X) is X


def test_a_typo():
    """Error 16: the nearest name is proposed; where none is near, they are listed."""
    with pytest.raises(ac.ArgumentError) as caught:
        activations.get("rleu")

    assert str(caught.value) == "activation='rleu', did you mean 'relu'?\n  try: activation='relu'"
    with pytest.raises(ac.ArgumentError, match="activation='xyzzy' is not known"):
        activations.get("xyzzy")


@pytest.mark.parametrize("name", sorted(set(activations.__all__)))
def test_every_activation_has_a_name(name):
    """The string of an activation and its module compute the same."""
    layer = getattr(nn, name)()
    x = np.array([[-1.0, 2.0, 0.5, -3.0]])

    found = activations.get(name)(x)

    values = found.numpy() if isinstance(found, ac.Variable) else found
    np.testing.assert_array_equal(values, layer(x).numpy())


@pytest.mark.parametrize("layer", [nn.ReLU, nn.Sigmoid, nn.Tanh])
def test_units(layer):
    """A number of units is shown and checked against the last axis."""
    named = layer(3)

    assert repr(named) == f"{layer.__name__}(units=3)"
    assert (named(X).numpy() == layer()(X).numpy()).all()
    with pytest.raises(ac.ShapeError) as caught:
        nn.Sequential(nn.Linear(2, 4), named)(np.ones((1, 2)))
    text = str(caught.value)
    expected = f"{layer.__name__} '1' (3) needs inputs with 3 features in the last axis; it got"
    assert text.startswith(expected)


def test_inplace_writes_into_results_only():
    """An intermediate Variable is written into; arrays and leaves are not."""
    relu, x, array = nn.ReLU(inplace=True), ac.Variable(X), X.copy()
    between = x + 0.0

    out = relu(between)

    assert out is between
    assert between.tolist() == [[0.0, 2.0, 0.5]]
    out.sum().backward()
    assert x.grad.tolist() == [[0.0, 1.0, 1.0]]
    assert relu(x) is not x
    relu(array)
    assert (array == X).all()
    assert (x.numpy() == X).all()


def test_inplace_and_a_value_still_needed():
    """A value that a derivative needs is kept when relu writes over it."""
    x = ac.Variable(X)

    nn.ReLU(inplace=True)(np.exp(x * x)).sum().backward()

    np.testing.assert_allclose(x.grad, 2 * X * np.exp(X * X))


def test_prelu_learns_its_slopes():
    """The slope is a parameter, and starts at init."""
    layer = nn.PReLU(2, init=0.1, dtype=np.float32)

    assert layer.num_parameters() == 2
    assert layer.weight.dtype == np.float32
    layer(np.array([[-1.0, -2.0]], np.float32)).sum().backward()
    assert layer.weight.grad.tolist() == [-1.0, -2.0]
    assert (layer.initialize().weight.numpy() == np.float32(0.1)).all()


def test_numbers_may_be_given():
    """A single number is a legal input."""
    assert nn.ReLU()(3.0).item() == 3.0
    assert nn.Sigmoid()(np.float64(0.0)).item() == 0.5


def test_length_is_the_number_of_units():
    """As a layer's of one of the articles; without units there is none, and it is true."""
    assert [len(kind(4)) for kind in (nn.ReLU, nn.Sigmoid, nn.Tanh)] == [4, 4, 4]
    with pytest.raises(ac.ArgumentError, match="ReLU has no length"):
        len(nn.ReLU())
    assert nn.ReLU()


@pytest.mark.parametrize("layer", [nn.Softmax, nn.LogSoftmax, nn.GLU])
def test_dim_is_axis(layer):
    """Shown as axis; the two may not contradict each other."""
    assert repr(layer(dim=0)) == f"{layer.__name__}(axis=0)"
    with pytest.raises(ac.ArgumentError, match="got axis=0 and dim=1"):
        layer(0, dim=1)


def test_inputs_are_no_number_of_units():
    """An activation is made first and called then; the error shows both."""
    for x in (ac.Variable([1.0, -1.0]), np.ones(2)):
        with pytest.raises(ac.ArgumentError, match=r"try: ReLU\(\)\(x\)"):
            nn.ReLU(x)
