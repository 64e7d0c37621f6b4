"""Averages and decay are written into arrays that exist already."""

import numpy as np

from nn.optim import formulas


def test_averages():
    """Of numbers and of their squares."""
    mean, scratch = np.array([1.0, 2.0]), np.empty(2)
    formulas.average(mean, np.array([3.0, 6.0]), 0.5, scratch)
    assert [2.0, 4.0] == mean.tolist()
    formulas.average_square(mean, np.array([2.0, 4.0]), 0.5, scratch)
    assert [3.0, 10.0] == mean.tolist()


def test_decay_does_not_touch_the_gradient():
    """The sum stands in the scratch array; without decay it is the gradient itself."""
    g, w, scratch = np.ones(2), np.full(2, 4.0), np.empty(2)

    assert formulas.penalized(g, w, 0.5, scratch) is scratch
    assert [3.0, 3.0] == scratch.tolist()
    assert formulas.penalized(g, w, 0.0, scratch) is g
    assert (g == 1).all()
