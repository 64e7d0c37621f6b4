"""Operators and NumPy's two doors: as NumPy has them, on either side, in place, and by keyword."""

import operator

import numpy as np
import pytest

from autograd_core import Variable

X = np.array([[1.5, -0.5, 2.0], [0.25, 3.0, -1.75]])
Y = np.array([[0.5, 2.5, -1.0], [1.25, 0.75, 2.0]])


BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, operator.pow,
    operator.floordiv, divmod, operator.lt, operator.le, operator.gt, operator.ge, operator.eq,
    operator.ne,
]  # fmt: skip


@pytest.mark.parametrize("op", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "other", [2, 1.5, np.float64(0.75), np.float32(2), Y, [0.5, 2.5, 1.0], True], ids=repr
)
def test_operator_value_is_numpys(op, other):
    """On both sides, and with another Variable, bit for bit, dtype included."""
    a, number = np.abs(X), np.abs(np.asarray(other)) if isinstance(other, np.ndarray) else other
    pairs = [((a, number), (Variable(a), number)), ((number, a), (number, Variable(a)))]
    if isinstance(number, np.ndarray):
        pairs.append(((a, number), (Variable(a), Variable(number))))
    for plain, mine in pairs:
        expected, actual = op(*plain), op(*mine)
        if not isinstance(expected, tuple):
            expected, actual = (expected,), (actual,)
        for e, got in zip(expected, actual, strict=True):
            got = got.data if isinstance(got, Variable) else got
            assert got.dtype == e.dtype
            np.testing.assert_array_equal(got, e)


@pytest.mark.parametrize("op", [operator.neg, operator.pos, abs, round], ids=lambda f: f.__name__)
def test_unary_operator(op):
    """-x, +x, abs(x), round(x)."""
    actual = op(Variable(X))

    np.testing.assert_array_equal(
        getattr(actual, "data", actual), op(X) if op is not round else np.round(X)
    )


def test_positive_is_a_copy():
    """+x is a result of its own, as in NumPy."""
    v = Variable([1.0])

    w = +v
    w[0] = 5.0
    assert v.tolist() == [1.0]


@pytest.mark.parametrize(
    "op",
    [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.imod, operator.ipow],
    ids=lambda f: f.__name__,
)
def test_in_place_operator_rebinds_and_is_recorded(op):
    """x += y keeps the object; value and gradient are those of x = x + y."""
    grads, values = [], []
    for in_place in (True, False):
        a, b = Variable(np.abs(X)), Variable(np.abs(Y))
        v = a * 1.0
        before = v
        if in_place:
            v = op(v, b)
            assert v is before
        else:
            v = getattr(operator, op.__name__[1:])(v, b)
        (v * X).sum().backward()
        grads.append((a.grad, b.grad))
        values.append(v.data)

    np.testing.assert_array_equal(values[0], values[1])
    np.testing.assert_allclose(grads[0], grads[1], rtol=1e-14)


def test_matmul_on_both_sides():
    """@ with arrays on either side, and @= ."""
    v = Variable(X)

    assert isinstance(v @ Y.T, Variable)
    assert isinstance(Y.T @ v, Variable)
    np.testing.assert_array_equal((Y.T @ v).data, Y.T @ X)
    w = Variable(np.eye(3)) * 1.0
    w @= np.full((3, 3), 2.0)
    assert w.tolist() == np.full((3, 3), 2.0).tolist()


def test_three_argument_pow_is_refused():
    """pow(x, y, modulus) has no meaning for floats."""
    with pytest.raises(TypeError):
        pow(Variable(2.0), 3, 5)


@pytest.mark.parametrize(
    "index",
    [
        0, -1, (0, 1), slice(1, None), (slice(None), 1), Ellipsis, None, (Ellipsis, None), [0, 1],
        [True, False], X > 0, np.array(1), (np.array([0, 1]), [2, 2]), ([0, 1], slice(1, 3)),
        (slice(None), [0, 0, 2]), np.array([[0, 1], [1, 1]]), True, (0, Ellipsis), np.int64(1),
        (X > 0).any(axis=1), (None, [1], None), (slice(None, None, -1), slice(0, 0)), (),
    ],
    ids=repr,
)  # fmt: skip
def test_every_kind_of_index(index):
    """The value is NumPy's; the gradient counts how often each entry was read."""
    v = Variable(X)
    y = v[index]
    y.sum().backward()
    expected = np.zeros_like(X)
    np.add.at(expected, index, 1.0)

    np.testing.assert_array_equal(y.data, X[index])
    np.testing.assert_array_equal(v.grad, expected)


def test_an_untracked_variable_may_be_an_index():
    """It stands for the array it holds."""
    k = Variable(np.array([0, 1]), requires_grad=False)

    assert Variable(X)[k].shape == (2, 3)
    assert Variable(X)[k, 0].shape == (2,)


def test_a_variable_may_be_the_index_of_a_method():
    """take, repeat, reshape with untracked integers."""
    k = Variable(np.array([0, 1]), requires_grad=False)

    assert np.take(Variable(X), k, axis=1).shape == (2, 2)
