"""Specs, cotangents of several outputs, deposits, and rows that stay apart until wanted."""

import numpy as np
import pytest

from autograd_core import Variable
from autograd_core.cotangents import Deposit, Parts, Spec, is_basic

A = np.arange(6.0).reshape(2, 3)
ROWS = np.random.default_rng(0).integers(-40, 50, (4, 30))


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

    np.testing.assert_array_equal(Deposit(g, A, index).spread(A.dtype), expected)
    np.testing.assert_array_equal(Deposit(g, A, index).into(A.copy()), A + expected)


def test_basic_indices_select_each_entry_once():
    """Integers and slices; not lists, arrays or booleans."""
    assert all(map(is_basic, (0, slice(1), None, ..., (0, slice(2)), (..., None))))
    assert not any(map(is_basic, ([0], (0, [1]), np.array([0]), np.array(True), True)))


def test_rows_apart_are_the_same_cotangent():
    """Each row once, in order; negative numbers count from the end."""
    g = np.random.default_rng(1).normal(size=(*ROWS.shape, 7))
    whole = Deposit(g, np.zeros((50, 7)), ROWS)
    apart = whole.apart()

    assert np.all(np.diff(apart.index) > 0)
    assert apart.g.shape == (apart.index.size, 7)
    np.testing.assert_allclose(apart.spread(g.dtype), whole.spread(g.dtype), rtol=1e-13)


def table(order=1):
    """A table of 50 rows, and the sum of powers of some of them."""
    w = Variable(np.random.default_rng(2).normal(size=(50, 7)))
    return w, lambda: (w[ROWS] ** order).sum()


def expected(w, order=1):
    """The gradient of that sum."""
    g = np.zeros(w.shape)
    np.add.at(g, ROWS, order * w.data[ROWS] ** (order - 1))
    return g


def test_the_gradient_of_a_table_stays_in_rows():
    """Until .grad is read, which then is an array that the user owns."""
    w, loss = table(2)
    loss().backward()

    numbers, rows = w.grad_rows
    np.testing.assert_array_equal(numbers, np.unique(ROWS % 50))
    np.testing.assert_allclose(rows, expected(w, 2)[numbers], rtol=1e-13)
    np.testing.assert_allclose(w.grad, expected(w, 2), rtol=1e-13)
    assert w.grad_rows is None
    assert w.grad.flags.writeable


def test_rows_are_out_of_reach():
    """Writing into the row numbers or into another gradient after backward() changes nothing."""
    w, _ = table()
    index, scale = ROWS.copy(), Variable(np.ones((*ROWS.shape, 7)))
    (w[index] * scale + 0 * scale).sum().backward()
    index[:] = 0
    scale.grad[:] = np.nan

    np.testing.assert_allclose(w.grad, expected(w), rtol=1e-13)


@pytest.mark.parametrize("second", ["rows", "whole", "both at once", "hook", "again"])
def test_rows_meet_other_contributions(second):
    """Added up, as whole gradients are."""
    w, loss = table()
    factor = 1 + (second in ("rows", "again")), second in ("whole", "both at once")
    if second == "hook":
        w.register_hook(lambda g: g)
        loss().backward()
    elif second == "again":
        loss().backward()
        loss().backward()
    else:
        more = {"rows": loss, "whole": w.sum, "both at once": lambda: (w * 1.0).sum()}[second]
        (loss() + more()).backward()

    assert w.grad_rows is None
    np.testing.assert_allclose(w.grad, factor[0] * expected(w) + factor[1], rtol=1e-13)


def test_no_rows_of_anything_else():
    """A result, a leaf without gradient, one read otherwise: None."""
    w, loss = table()
    assert w.grad_rows is None
    assert loss().grad_rows is None
    w[3:5].sum().backward()
    assert w.grad_rows is None
