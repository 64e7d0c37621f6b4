"""Rules that scale by size or by sign, where a formula can be told by eye."""

import numpy as np

import autograd_core as ac
import nn


def run(optimizer, w, grads):
    """The parameter after each of some gradients."""
    found = []
    for g in grads:
        w.grad = np.array([g])
        optimizer.step()
        found.append(float(w.data[0]))
    return found


def test_steps_of_rprop_grow_and_shrink():
    """Where the sign is kept, and where it turns: there no step is made, then the shorter one."""
    w = ac.Variable(np.zeros(1))
    found = run(nn.Rprop([w], lr=1.0, etas=(0.5, 2.0)), w, [3.0, 0.1, -5.0, -1.0, -1.0])

    assert np.allclose([-1.0, -3.0, -3.0, -2.0, 0.0], found)


def test_steps_of_lion_have_one_length():
    """That of the rate, in every entry."""
    w = ac.Variable(np.zeros(1))
    found = run(nn.Lion([w], lr=0.5), w, [1e-3, 1e3, 1.0])

    assert np.allclose([-0.5, -1.0, -1.5], found)


def test_adagrad_slows_down():
    """As one over the root of the number of steps."""
    w = ac.Variable(np.zeros(1))
    found = run(nn.Adagrad([w], lr=1.0), w, [2.0] * 4)

    assert np.allclose(-np.cumsum(1 / np.sqrt([1, 2, 3, 4])), found)


def test_the_alias_of_the_seed():
    """One class under two names."""
    assert nn.RMSProp is nn.RMSprop
