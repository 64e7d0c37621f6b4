"""A loss as a function of one vector."""

import numpy as np

import autograd_core as ac
import nn
from nn.optim.objective import Objective


def test_vectors_go_in_and_out():
    """Of matrices, single numbers and empty arrays, in order; frozen ones are left out."""
    params = [ac.Variable(np.ones((2, 2))), ac.Variable(5.0), ac.Variable(np.ones((0, 3)))]
    frozen = ac.Variable(np.ones(3), requires_grad=False)
    objective = Objective(nn.LBFGS([*params, frozen]), lambda: None)

    assert [1.0, 1.0, 1.0, 1.0, 5.0] == objective.point().tolist()
    objective.move(np.arange(5.0))
    assert [[0.0, 1.0], [2.0, 3.0]] == params[0].data.tolist()
    assert 4.0 == params[1].data
    assert (frozen.data == 1).all()


def test_losses_are_numbers_with_a_sign():
    """Negative for an optimizer that climbs; zeros where there is no gradient."""
    w, v = ac.Variable([1.0, 2.0]), ac.Variable(3.0)

    def closure():
        w.grad = v.grad = None
        loss = (w * w).sum()
        loss.backward()
        return loss

    value, grad = Objective(nn.LBFGS([w, v], maximize=True), closure)()
    assert -5.0 == value
    assert [-2.0, -4.0, 0.0] == grad.tolist()
