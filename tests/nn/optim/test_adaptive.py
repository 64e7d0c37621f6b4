"""Adam and its relatives, where a formula can be told by eye."""

import numpy as np

import autograd_core as ac
import nn


def first_step(name, g, **options):
    """How far the first step goes, against a gradient, with the rate 1."""
    w = ac.Variable(np.zeros(2))
    w.grad = np.array([g, -g])
    getattr(nn, name)([w], lr=1.0, **options).step()
    assert w.data[0] == -w.data[1]
    return -w.data[0]


def test_the_first_step_is_as_long_as_the_rate():
    """However large the gradient; RAdam's is the gradient itself."""
    for g in (1e-3, 1.0, 1e3):
        for name in ("Adam", "AdamW", "Adamax"):
            assert np.isclose(1.0, first_step(name, g), rtol=1e-4)
        assert np.isclose(g, first_step("RAdam", g))


def test_amsgrad_never_forgets_a_large_gradient():
    """After one the steps stay short; without it they grow again."""
    found = {}
    for amsgrad in (False, True):
        w = ac.Variable(np.zeros(1))
        optimizer = nn.Adam([w], lr=1.0, betas=(0.0, 0.5), amsgrad=amsgrad)
        for g in [100.0] + 60 * [1.0]:
            before = w.data.copy()
            w.grad = np.array([g])
            optimizer.step()
        found[amsgrad] = float((before - w.data)[0])
    assert found[True] < 0.03 < 0.9 < found[False]
