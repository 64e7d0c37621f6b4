"""Rows of a table: the numbers of a whole gradient, at the price of the rows."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.optim.tables import Table

RULES = [
    ("SGD", {}, True),
    ("SGD", {"maximize": True}, True),
    ("Adagrad", {"lr_decay": 0.1}, True),
    ("SGD", {"momentum": 0.9}, False),
    ("SGD", {"weight_decay": 0.1}, False),
    ("Adagrad", {"weight_decay": 0.1}, False),
    ("Adam", {}, False),
]


def look_up(weight, step):
    """A gradient in the rows of a hundred ids, some of them twice."""
    ids = np.random.default_rng(step).integers(0, 2000, 100)
    weight.grad = None
    (weight[ids] ** 2).sum().backward()


@pytest.mark.parametrize(("name", "options", "local"), RULES)
def test_rows_give_the_numbers_of_the_whole_gradient(name, options, local):
    """Bit for bit, with what is remembered; rules that move every row see them all."""
    start = np.random.default_rng(0).normal(size=(2000, 8))
    weights = [ac.Variable(start), ac.Variable(start)]
    optimizers = [getattr(nn, name)([w], lr=0.1, **options) for w in weights]

    for step in range(5):
        for weight, optimizer in zip(weights, optimizers):
            look_up(weight, step)
            if weight is weights[1]:
                weight.grad  # noqa: B018 (reading it spreads the rows)
            optimizer.step()
    assert local == isinstance(optimizers[0]._packs[0], Table)
    assert not isinstance(optimizers[1]._packs[0], Table)
    assert np.array_equal(weights[0].data, weights[1].data)
    first, second = (o.state_dict()["state"][0]["memory"] for o in optimizers)
    assert all(np.array_equal(first[k], second[k]) for k in first)


def test_a_table_goes_over_to_whole_gradients_and_back_to_a_file():
    """When somebody reads ``grad``, or switches momentum on; state is kept."""
    start = np.random.default_rng(0).normal(size=(2000, 8))
    weights = [ac.Variable(start), ac.Variable(start)]
    optimizers = [nn.Adagrad([w], lr=0.1) for w in weights]
    for step in range(4):
        for weight, optimizer in zip(weights, optimizers):
            look_up(weight, step)
            if weight is weights[1] or step == 2:
                weight.grad  # noqa: B018
            optimizer.step()
    assert np.array_equal(weights[0].data, weights[1].data)

    (weight,) = weights[:1]
    optimizer = nn.SGD([weight], lr=0.1)
    look_up(weight, 0)
    optimizer.step()
    optimizer.momentum = 0.9
    look_up(weight, 1)
    optimizer.step()
    assert "velocity" in optimizer.state_dict()["state"][0]["memory"]


def test_rows_that_are_not_finite():
    """Are found like any other gradient; nothing is changed."""
    weight = ac.Variable(np.ones((2000, 8)))
    optimizer = nn.SGD([weight], lr=0.1)
    with np.errstate(over="ignore", invalid="ignore"):
        (weight[np.arange(100)] * 1e200 * 1e200).sum().backward()

    with pytest.raises(ac.errors.OptimizerError, match="inf"):
        optimizer.step()
    assert (weight.data == 1).all()


def test_an_embedding_trains_on_the_rows_it_used():
    """The others stay as they are, and constraints still act."""
    layer = nn.Embedding(3000, 8, rng=0)
    optimizer = nn.SGD(layer, lr=0.1)
    before = layer.weight.data.copy()

    (layer(np.arange(100)) ** 2).sum().backward()
    optimizer.step()
    assert isinstance(optimizer._packs[0], Table)
    assert np.array_equal(before[100:], layer.weight.data[100:])
    assert np.allclose(0.8 * before[:100], layer.weight.data[:100])
