"""Around a differential: leases that are checked, hooks of one node, and how they are found."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.differentials import Diagonal
from autograd_core.wrappers import Hooked, Leased, layer

A = np.arange(6.0).reshape(2, 3)


def test_a_lease_is_checked_when_it_is_used():
    """What was overwritten raises before a formula sees it."""
    v, a = Variable(np.ones(5000)), np.ones(5000)
    older = a[:]
    y = v * a
    older[:] = 3.0

    with pytest.raises(ac.MutationError):
        y.sum().backward()


def test_hooks_wrap_one_node_only():
    """Another call of the same operation has none."""
    v, seen = Variable(A), []
    first, second = v * 2, v * 2
    first.register_hook(seen.append)
    second.sum().backward()

    assert seen == []
    first.sum().backward()
    assert len(seen) == 1


def test_one_lease_wrapper_over_each_differential():
    """What varies is in the node, so that all nodes share it."""
    a = np.ones(5000)
    first, second = Variable(a) * a, Variable(a) * a

    assert type(first.node.rule) is Leased
    assert first.node.rule is second.node.rule


def test_wrappers_are_found_by_their_class():
    """However they are wrapped around one another."""
    y = Variable(np.ones(5000)) * np.ones(5000)
    y.register_hook(lambda g: 2 * g)

    assert type(layer(y.node.rule, Hooked)) is Hooked
    assert type(layer(y.node.rule, Leased)) is Leased
    assert type(layer(y.node.rule, Diagonal)) is Diagonal
    assert layer((Variable(A) * 2).node.rule, Hooked) is None
    y.sum().backward()
