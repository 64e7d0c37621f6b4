"""The tracked arrays among the arguments of a function, as a vector and back."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.scipy.parameters import Parameters, as_tuple, entered, joined
from autograd_core.trees import leaves


def test_there_and_back():
    """What is tracked goes into the vector, in order; the rest stays where it is."""
    a, b = ac.Variable(2.0), ac.Variable(np.ones((2, 2), np.float32))
    args = ({"a": a, "n": 3}, [b, None, "mode"], np.zeros(2))

    parameters = Parameters(args, "root")
    assert parameters.vector(args).tolist() == [2, 1, 1, 1, 1]
    found = parameters(np.arange(5.0))
    assert found[0] == {"a": 0.0, "n": 3}
    assert found[1][0].tolist() == [[1, 2], [3, 4]]
    assert found[1][0].dtype == np.float32
    assert found[1][1:] == [None, "mode"]
    assert parameters.plain[0]["a"] == 2.0
    assert not isinstance(parameters.plain[1][0], ac.Variable)


def test_arrays_are_copied():
    """A write into an argument afterwards does not reach the derivative."""
    constant = np.ones(2)
    parameters = Parameters((constant,), "root")
    constant[0] = 5.0

    assert parameters.plain[0].tolist() == [1, 1]


def test_no_variable_is_held():
    """A node that keeps the parameters keeps no Variable alive."""
    parameters = Parameters((ac.Variable(np.ones(2)), {"b": ac.Variable(2.0)}), "root")

    held = [*vars(parameters).values(), *vars(parameters.unflatten).values()]
    assert not any(isinstance(value, ac.Variable) for value in leaves(held))


def test_refusals():
    """Complex parameters; functions that use what is tracked around them."""
    with pytest.raises(ac.NoRuleError, match=r"root has no derivative by complex"):
        Parameters((ac.Variable(1j),), "root")
    w = ac.Variable(2.0)
    with pytest.raises(ac.NoRuleError, match="takes from around it"):
        entered(max, (), "root", 1.0, lambda x: [x, x * w])
    with ac.no_grad():
        entered(max, (), "root", 1.0, lambda x: x * w)


def test_forms_of_arguments_and_results():
    """One argument without a tuple; lists of numbers, plain or not."""
    assert as_tuple(3) == (3,)
    assert as_tuple((1, 2)) == (1, 2)
    assert type(joined([1.0, 2.0])) is np.ndarray
    assert isinstance(joined([1.0, ac.Variable(2.0)]), ac.Variable)
    assert joined(3.0) == 3.0
