"""SGD, step by step against its formula."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def steps(count=3, **options):
    """The parameter after each step along the gradient 1, from 0 with the rate 1."""
    w = ac.Variable(np.zeros(2))
    optimizer, found = nn.SGD([w], lr=1.0, **options), []
    for _ in range(count):
        w.grad = np.ones(2)
        optimizer.step()
        found.append(-w.data[0])
    return found


def test_the_first_velocity_is_the_gradient():
    """Not damped, whatever the dampening."""
    assert np.allclose([1.0, 2.5, 4.25], steps(momentum=0.5))
    assert np.allclose([1.0, 1.7, 2.25], steps(momentum=0.5, dampening=0.8))


def test_nesterov_steps_along_gradient_and_velocity():
    """By g + μ v."""
    assert np.allclose([1.5, 1.5 + 1.75, 1.5 + 1.75 + 1.875], steps(momentum=0.5, nesterov=True))


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_needs_an_undamped_velocity(options):
    """Said when the optimizer is made."""
    with pytest.raises(ac.errors.OptimizerError, match="nesterov"):
        nn.SGD([ac.Variable(1.0)], nesterov=True, **options)
