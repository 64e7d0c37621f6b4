"""Nested, complex and mixed arguments as one vector of real numbers."""

import numpy as np
import pytest

from autograd_core import Variable
from autograd_core.checking.problem import Problem, pack, unpack
from autograd_core.errors import ArgumentError


def test_packing_and_unpacking_are_inverse():
    """Shapes and dtypes come back, complex numbers from their two parts."""
    arrays = [np.arange(4.0).reshape(2, 2), np.array(1 + 2j), np.ones(3, np.float32)]

    again = unpack(pack(arrays), arrays)

    for one, other in zip(arrays, again, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_every_float_among_the_arguments_is_a_point():
    """Whole numbers, text and None are left as they are."""
    args = ({"a": 2.0, "b": [3.0]}, 4, 5.0)
    problem = Problem(lambda p, n, v: p["a"] * p["b"][0] * n * v, args, {})

    assert [float(point) for point in problem.points] == [2.0, 3.0, 5.0]
    assert problem.names == ["argument 0, 'p'", "argument 0, 'p'", "argument 2, 'v'"]
    assert problem.value(np.array([1.0, 2.0, 3.0])).tolist() == [24.0]


def test_variables_are_taken_by_value():
    """Their gradients are not touched."""
    x = Variable(3.0)

    problem = Problem(lambda x: x * x, (x,), {})

    assert pack(problem.pulled(np.ones(1))).tolist() == [6.0]
    assert x.grad is None


def test_products_with_the_jacobian():
    """J t and Jᵀ u of a small matrix."""
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    problem = Problem(lambda x: matrix @ x, (np.ones(2),), {})

    assert problem.pushed(np.array([1.0, 0.0])).tolist() == [1.0, 3.0]
    assert pack(problem.pulled(np.array([1.0, 0.0]))).tolist() == [1.0, 2.0]


def test_something_to_check_is_needed():
    """Integers alone have no derivative."""
    with pytest.raises(ArgumentError, match="no floating-point argument"):
        Problem(lambda x: x, (3,), {})


def test_a_result_is_no_function():
    """The value of a function in its place is named as such."""
    with pytest.raises(ArgumentError, match="checks a function; it got Variable"):
        Problem(Variable(1.0), (), {})
