"""What a declaration becomes: Specs, cotangents of several outputs, deposits, saved values."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.differentials import Deposit, Parts, Spec, is_basic
from autograd_core.forms import RULES

A = np.arange(6.0).reshape(2, 3)


def test_a_spec_is_shape_and_dtype():
    """Of arrays, numbers and lists; without their values."""
    assert (Spec(A).shape, Spec(A).ndim, Spec(A).size, Spec(A).dtype) == ((2, 3), 2, 6, np.float64)
    assert (Spec(2.0).shape, Spec(2.0).size) == ((), 1)
    assert Spec([1, 2]).dtype == np.dtype(int)
    assert Spec(np.zeros((0, 3))).size == 0
    assert not hasattr(Spec(A), "__dict__")


def test_parts_add_by_output():
    """What is absent is zero."""
    both = Parts({0: A}) + Parts({1: A}) + Parts({0: A})

    np.testing.assert_array_equal(both[0], 2 * A)
    np.testing.assert_array_equal(both[1], A)
    assert both.listed([Spec(A), Spec(A), Spec(A)], linear=False)[2] is None
    np.testing.assert_array_equal(both.listed([Spec(A)] * 3, linear=True)[2], np.zeros((2, 3)))


@pytest.mark.parametrize("index", [0, (slice(None), 1), ([0, 0, 1],), (A > 2,), (0, [2, 2])])
def test_a_deposit_is_what_it_spreads_to(index):
    """Added into a buffer, or an array of its own; repeated indices add up."""
    g = np.ones_like(A[index])
    expected = np.zeros_like(A)
    np.add.at(expected, index, g)

    np.testing.assert_array_equal(Deposit(g, index, A.shape).spread(A.dtype), expected)
    np.testing.assert_array_equal(Deposit(g, index, A.shape).into(A.copy()), A + expected)


def test_basic_indices_select_each_entry_once():
    """Integers and slices; not lists, arrays or booleans."""
    assert all(map(is_basic, (0, slice(1), None, ..., (0, slice(2)), (..., None))))
    assert not any(map(is_basic, ([0], (0, [1]), np.array([0]), np.array(True), True)))


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
    v, a = Variable(np.ones(1000)), np.ones(1000)
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
