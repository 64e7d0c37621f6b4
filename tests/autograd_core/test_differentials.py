"""What a declaration becomes: shared differentials, positions for names, leases, hooks."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.forms import RULES

A = np.arange(6.0).reshape(2, 3)


def test_differentials_are_shared():
    """One for each set of tracked operands, made once."""
    rule = RULES[np.multiply]

    assert rule.differential((0,)) is rule.differential((0,))
    assert rule.differential((0,)) is not rule.differential((0, 1))
    v = Variable(A)
    assert (v * 2).node.rule is (v * 3).node.rule


def test_an_elementwise_formula_becomes_positions():
    """Names are resolved at registration; a formula of one name is called as it is."""
    differential = RULES[np.multiply].differential((0, 1))

    left, right = differential.pull(2.0, (3.0, 5.0))
    assert sorted([left, right]) == [6.0, 10.0]


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
