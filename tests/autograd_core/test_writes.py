"""Writes into what is there: values and cotangents of the target, and nothing of what is masked."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

X = np.array([[1.5, -0.5, 2.0], [0.25, 3.0, -1.75]])


def test_out_is_written_and_returned():
    """A Variable as out= is rebound; a plain array is refused."""
    v, target = Variable(X), Variable(np.zeros((2, 3)), requires_grad=False)

    assert np.sin(v, out=target) is target
    target.sum().backward()
    np.testing.assert_allclose(v.grad, np.cos(X))
    with pytest.raises(ac.ConversionError):
        np.sin(v, out=np.zeros((2, 3)))


def test_where_with_out_lets_nothing_through():
    """Masked entries keep the target's value and cotangent; no nan comes from them."""
    x, y = Variable([1.0, 1.0]), np.array([0.0, 2.0])
    out = Variable([5.0, 5.0])
    target = out * 1.0
    z = np.divide(x, y, out=target, where=y != 0)
    z.sum().backward()

    assert z is target
    assert z.tolist() == [5.0, 0.5]
    assert x.grad.tolist() == [0.0, 0.5]
    assert out.grad.tolist() == [1.0, 0.0]


def test_where_without_out_is_refused():
    """The other entries would be whatever was in memory."""
    with pytest.raises(ac.NoRuleError, match="out"):
        np.sin(Variable(X), where=X > 0)


def test_dtype_casts_the_operands_first():
    """And the cotangent back."""
    v = Variable(X.astype("f4"))
    y = np.exp(v, dtype=np.float64)
    y.sum().backward()

    assert y.dtype == np.float64
    assert v.grad.dtype == np.float32


def test_many_outputs_into_many_targets():
    """out= takes a tuple."""
    v = Variable(np.abs(X))
    first, second = (Variable(np.zeros((2, 3)), requires_grad=False) for _ in range(2))
    np.modf(v, out=(first, second))

    np.testing.assert_array_equal(first.data, np.modf(np.abs(X))[0])
    np.testing.assert_array_equal(second.data, np.modf(np.abs(X))[1])


def test_a_target_of_another_shape_is_refused():
    """By name, with both shapes; the target stays as it was."""
    v, target = Variable(X), Variable(np.zeros(2), requires_grad=False)

    with pytest.raises(
        ac.ShapeError, match=r"sum\(\.\.\., out=\.\.\.\) has shape \(3,\); out= has"
    ):
        np.sum(v, axis=0, out=target)
    assert target.tolist() == [0.0, 0.0]


def test_a_target_takes_only_what_numpy_would_cast():
    """A float result does not go into integers; a wide one goes into a narrow target."""
    v = Variable(X)
    narrow = Variable(np.zeros((2, 3), "f4"), requires_grad=False)
    np.exp(v, out=narrow)
    narrow.sum().backward()

    assert (narrow.dtype, v.grad.dtype) == (np.float32, np.float64)
    with pytest.raises(TypeError, match="same_kind"):
        np.add(v, 1.0, out=Variable(np.zeros((2, 3), int), requires_grad=False))
