"""Containers, beyond their rows in the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def three():
    """Three layers by number."""
    return nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1))


def names(container):
    """The names of what is directly inside."""
    return [name for name, _ in container.named_children()]


def test_sequential_is_indexed_like_a_list():
    """Positions, negative ones, slices and names."""
    model = three()

    assert model[0] is model["0"] is model[-3]
    assert list(model[1:]) == list(model)[1:]
    assert isinstance(model[1:], nn.Sequential)
    assert names(model[1:]) == ["0", "1"]
    assert len(model) == 3
    with pytest.raises(IndexError, match="has 3 layers; there is none at 3"):
        model[3]
    with pytest.raises(ac.ArgumentError, match="no layer '7'"):
        model["7"]


def test_sequential_is_changed_like_a_list():
    """append, insert, extend, replacement and deletion; later numbers move."""
    model = three()
    first, last = model[0], model[2]
    assert model.append(nn.ReLU()) is model
    model.insert(1, np.sin).extend([nn.Identity()])
    assert names(model) == list("012345")
    assert model[0] is first
    assert model[3] is last
    assert isinstance(model[1], nn.Lambda)

    del model[0]
    model[0] = nn.Sigmoid()

    assert names(model) == list("01234")
    assert isinstance(model["0"], nn.Sigmoid)
    assert model[2] is last
    assert last in model
    assert first not in model


def test_sequential_by_names():
    """A dict gives the names; numbers are given beside them; sums keep names where they can."""
    model = nn.Sequential({"body": nn.Linear(2, 3), "head": nn.Linear(3, 1)})
    model.append(nn.Tanh())

    assert names(model) == ["body", "head", "2"]
    assert names(model[1:]) == ["head", "1"]
    assert names(model + nn.Sequential({"head": nn.Identity()})) == ["body", "head", "2", "3"]
    more = [nn.ReLU()]
    assert names(three() + more) == list("0123")
    with pytest.raises(ac.ArgumentError, match="'head' already"):
        model.add_module("head", nn.Identity())
    with pytest.raises(ac.ArgumentError, match="identifiers"):
        nn.Sequential({"a b": nn.Identity()})


def test_an_empty_sequential_is_the_identity():
    """No layers: the input comes back; and the container is true."""
    model = nn.Sequential()

    assert model(np.ones(2)).tolist() == [1.0, 1.0]
    assert model
    assert repr(model) == "Sequential()"


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.ReLU, "try: ReLU()"),
        (3, "got a int in the place of a layer"),
        ([nn.ReLU()], "(*layers)"),
    ],
)
def test_what_is_no_layer(layer, message):
    """A class, or what cannot be called, is refused with what was meant."""
    for make in (nn.Sequential, lambda x: nn.ModuleList([x]), lambda x: nn.ModuleDict({"a": x})):
        with pytest.raises(ac.ArgumentError) as caught:
            make(layer)
        assert message in str(caught.value)


def test_parallel_refuses_to_broadcast():
    """Results of different shapes are not summed."""
    layer = nn.Parallel(nn.Linear(2, 1), nn.Linear(2, 3))

    with pytest.raises(ac.ShapeError, match=r"\(4, 1\), \(4, 3\)"):
        layer(np.ones((4, 2)))
    with pytest.raises(ac.ArgumentError, match="did you mean 'product'"):
        nn.Parallel(nn.ReLU(), combine="produkt")
    with pytest.raises(ac.ArgumentError, match="got no layers"):
        nn.Parallel()


def test_parallel_by_a_function():
    """combine= may be a function of the results."""
    layer = nn.Parallel(np.sin, np.cos, combine=lambda results: results[0] / results[1])

    np.testing.assert_allclose(layer(np.array([0.3])).data, np.tan([0.3]))


def test_lambda_takes_functions():
    """A class or a number is no function."""
    with pytest.raises(ac.ArgumentError, match="no function"):
        nn.Lambda(3)
    assert nn.Lambda(np.sin, name="sine").name == "sine"
