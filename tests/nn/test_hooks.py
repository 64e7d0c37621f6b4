"""Hooks: functions that run when a module is called."""

import numpy as np

import nn


def test_forward_hooks_see_and_replace():
    """A pre-hook may replace the arguments, a forward hook the output."""
    layer, seen = nn.Identity(), []
    layer.register_forward_pre_hook(lambda module, args: (args[0] + 1,))
    layer.register_forward_hook(lambda module, args, out: seen.append((module, args, out)))
    layer.register_forward_hook(lambda module, args, out: 10 * out)

    y = layer(np.ones(2))

    assert y.tolist() == [20.0, 20.0]
    assert seen[0][0] is layer
    assert seen[0][1][0].tolist() == [2.0, 2.0]


def test_handles_are_removed():
    """remove() ends a hook, and so does leaving the block; twice is once."""
    layer, calls = nn.Identity(), []
    handle = layer.register_forward_hook(lambda *_: calls.append(1))
    with layer.register_forward_hook(lambda *_: calls.append(2)):
        layer(np.ones(1))
    layer(np.ones(1))
    handle.remove()
    handle.remove()
    layer(np.ones(1))

    assert calls == [1, 2, 1]
    assert "_hooks" not in vars(layer)


def test_backward_hooks_see_and_replace_the_gradient():
    """The gradient that arrives at the output is shown; what is returned goes on."""
    first, second, seen = nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=1), []
    second.register_backward_hook(lambda module, g: seen.append(g))
    first.register_backward_hook(lambda module, g: 0 * g)

    second(first(np.ones((3, 2)))).sum().backward()

    assert seen[0].tolist() == [[1.0]] * 3
    assert (second.weight.grad != 0).any()
    assert (first.weight.grad == 0).all()


def test_backward_hooks_of_what_is_handed_through():
    """A hook of Identity is not called for other uses of its input."""
    layer, seen, p = nn.Identity(), [], nn.Parameter([1.0, 2.0])
    layer.register_backward_hook(lambda module, g: seen.append(g.tolist()))

    (layer(p).sum() + 5 * p.sum()).backward()

    assert seen == [[1.0, 1.0]]
    assert p.grad.tolist() == [6.0, 6.0]
