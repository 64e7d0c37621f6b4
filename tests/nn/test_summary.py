"""The table of a module."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def model():
    """Two layers around an activation, the second one frozen."""
    made = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5, rng=0), nn.Linear(8, 2))
    made[2].freeze()
    return made


def test_the_table():
    """Paths, layers, shapes, parameters, bytes, products, and the totals."""
    table = model().summary((4,))

    assert str(table) == (
        "Sequential\n"
        "path  layer    output shape  parameters  bytes  multiply-adds\n"
        "-------------------------------------------------------------\n"
        "0     Linear   (N, 8)                40    320             32\n"
        "1     Dropout  (N, 8)                 0      0              0\n"
        "2     Linear   (N, 2)                18    144             16\n"
        "-------------------------------------------------------------\n"
        "58 parameters (18 frozen), 464 bytes, 48 multiply-adds per sample"
    )
    assert (table.parameters, table.trainable, table.nbytes, table.products) == (58, 40, 464, 48)


def test_without_an_input_shape():
    """Parameters are counted; what only a call can tell is left open."""
    table = model().summary()

    assert table.lines[0].shape is None
    assert table.products is None
    assert "58 parameters" in str(table)


def test_nothing_is_changed():
    """Modes, random generators, hooks and gradients are as before."""
    made = model()
    made[0].eval()
    state = made[1].rng.bit_generator.state

    made.summary((4,))

    assert [m.training for m in made.modules()] == [True, False, True, True]
    assert made[1].rng.bit_generator.state == state
    assert not any("_hooks" in vars(m) for m in made.modules())


def test_shared_layers_count_once():
    """A layer called twice has its parameters once and its products twice."""

    class Net(nn.Module):
        def __init__(self):
            self.a = nn.Linear(3, 3, bias=False)
            self.b = nn.Bilinear(3, 2, 1)

        def forward(self, x, y):
            return self.b(self.a(self.a(x)), y)

    table = Net().summary([(3,), (2,)])

    assert [line.parameters for line in table.lines] == [9, 7]
    assert [line.products for line in table.lines] == [18, 6]


def test_integers_where_they_are_wanted():
    """A layer of ids is tried with integers."""
    table = nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(20, 1)).summary((5,))

    assert [line.shape for line in table.lines] == ["(N, 5, 4)", "(N, 20)", "(N, 1)"]
    assert [line.products for line in table.lines] == [0, 0, 20]


def test_convolutions():
    """A kernel meets every output position."""
    table = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.MaxPool2d(2)).summary((3, 6, 6))

    assert table.lines[0].products == 3 * 8 * 9 * 36
    assert table.lines[1].shape == "(N, 8, 3, 3)"


def test_lazy_layers_are_made():
    """An input shape tells a lazy layer its length; without one there is nothing to count."""
    with pytest.raises(ac.ArgumentError, match="does not exist yet"):
        nn.Sequential(nn.Linear(None, 2)).summary()

    assert nn.Linear(None, 2).summary((3,)).parameters == 8


def test_what_does_not_fit_is_said():
    """An input shape that the module does not take raises its error."""
    with pytest.raises(ac.ShapeError, match=r"Linear '0' \(4 -> 8\)"):
        model().summary((5,))


def test_html():
    """The notebook shows a table, with names escaped."""
    html = nn.Sequential({"a": nn.Linear(2, 1)}).summary(2)._repr_html_()

    assert "<td>a</td><td>Linear</td><td>(N, 1)</td><td>3</td>" in html


def test_bytes_follow_the_dtype():
    """float32 takes half."""
    assert nn.Linear(2, 1).astype(np.float32).summary().nbytes == 12
