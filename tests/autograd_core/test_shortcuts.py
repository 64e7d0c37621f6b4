"""Short ways: the same bits, nodes and gradients as the general way."""

import numpy as np
import pytest
from harness import same_bits

import autograd_core as ac
from autograd_core import Variable, dispatch, primitive, pullback

A = np.random.default_rng(0).normal(size=(3, 4))
B = np.random.default_rng(1).normal(size=(4, 3))

CALLS = [
    (np.sum, (A,), {}),
    (np.sum, (A, 0), {}),
    (np.sum, (A,), {"axis": (0, 1)}),
    (np.sum, (A,), {"axis": -1, "keepdims": True}),
    (np.sum, (A, ()), {}),
    (np.mean, (A,), {}),
    (np.mean, (A, 1), {}),
    (np.mean, (A,), {"axis": 0, "keepdims": True}),
    (np.mean, (A.astype("f2"),), {}),
    (np.mean, (A.astype("f4"), 1), {}),
    (np.mean, (np.float64(2),), {}),
    (np.sum, (np.float64(2),), {}),
    (np.reshape, (A, (4, 3)), {}),
    (np.reshape, (A, -1), {}),
    (np.reshape, (A, (2, -1, 1)), {}),
    (np.transpose, (A,), {}),
    (np.transpose, (A, (1, 0)), {}),
    (np.transpose, (A, (-1, 0)), {}),
    (np.matmul, (A, B), {}),
    (np.matmul, (A, B[:, 0]), {}),
    (np.matmul, (A[0], B), {}),
    (np.matmul, (A[0], B[:, 0]), {}),
    (np.matmul, (A[None], B), {}),
    (np.where, (A > 0, A, 0.0), {}),
    (np.where, (A > 0, 1.0, A), {}),
    (np.where, (A > 0, A, A.copy()), {}),
    (np.where, (A[:, :1] > 0, A, A.copy()), {}),
    (np.sum, (np.zeros((0, 3)),), {}),
    (np.sum, (np.zeros((0, 3)), 0), {}),
    (np.sum, (A.astype("c16"),), {}),
    (np.sum, (A.astype("f4"), 0), {}),
]


def name(call):
    """The call as one reads it."""
    op, args, kwargs = call
    return f"{op.__name__}-{'-'.join(str(getattr(a, 'shape', a)) for a in args)}-{kwargs}"


def leaves_of(args):
    """Floating-point arrays become leaves."""
    return [Variable(a) if getattr(a, "dtype", np.dtype(int)).kind in "fc" else a for a in args]


@pytest.mark.parametrize("call", CALLS, ids=name)
def test_both_ways_agree(call):
    """Bit for bit, in value and gradient."""
    op, args, kwargs = call
    values, grads = [], []
    for way in (lambda *a: op(*a, **kwargs), lambda *a: dispatch.apply(op, a, kwargs)):
        leaves = leaves_of(args)
        y = way(*leaves)
        y.backward(np.ones(y.shape, y.dtype))
        values.append(y.data)
        grads.append([v.grad for v in leaves if isinstance(v, Variable)])

    same_bits(values[0], values[1], "value")
    same_bits(grads[0], grads[1], "gradients")


@pytest.mark.parametrize("call", CALLS, ids=name)
def test_the_value_is_numpys(call):
    """Bit for bit, dtype and type included; in memory of the same layout."""
    op, args, kwargs = call
    leaves = leaves_of(args)
    held = [v.data if isinstance(v, Variable) else v for v in leaves]

    same_bits(op(*leaves, **kwargs), op(*held, **kwargs), op.__name__)


def test_methods_take_the_same_ways():
    """v.sum(axis), v.mean(), v.reshape(...), v.T and v @ w."""
    v = Variable(A)

    same_bits(v.sum(axis=1), A.sum(axis=1), "sum")
    same_bits(v.mean(axis=0), A.mean(axis=0), "mean")
    same_bits(v.reshape(2, 6), A.reshape(2, 6), "reshape")
    same_bits(v.T, A.T, "T")
    same_bits(v @ B, A @ B, "matmul")


# --- operations with a pullback, by place ---------------------------------------------------------
@primitive
def affine(x, weight, bias, scale=1.0):
    """scale · (x @ weight + bias)."""
    return scale * (x @ weight + bias)


@pullback(affine, at=(0, 1, 2))
def affine_pullback(g, _out, x, weight, _bias, scale=1.0):
    """Each cotangent is computed if it is wanted."""
    g = scale * g
    return lambda: wanted("x", g @ weight.T), lambda: wanted("weight", x.T @ g), g


SEEN = []


def wanted(name, cotangent):
    """Note that a cotangent was computed."""
    SEEN.append(name)
    return cotangent


def test_a_pullback_by_place_agrees_with_the_composition():
    """To the second order, for each choice of tracked operands; with a default, and a number."""
    x, weight, bias = A, B, np.ones(3)

    ac.gradcheck(affine, x, weight, bias, order=2)
    ac.gradcheck(lambda w: affine(x, w, 1.5, 2.0), weight, order=2)
    ac.gradcheck(lambda b: affine(x, weight, b), bias, order=2)


def test_what_is_not_tracked_is_not_computed():
    """A function in place of a cotangent is called for tracked operands alone."""
    SEEN.clear()
    weight, bias = Variable(B), Variable(np.ones(3))
    affine(A, weight, bias).sum().backward()

    assert SEEN == ["weight"]
    np.testing.assert_array_equal(weight.grad, A.T @ np.ones((3, 3)))


def test_other_forms_of_the_call_take_the_general_way():
    """Keywords, lists, untracked Variables and no_grad(): the same values and gradients."""
    weight, bias = Variable(B), Variable(np.ones(3))
    expected = affine(A, weight, bias).data

    for y in (
        affine(A, weight, bias=bias),
        affine(A.tolist(), weight, bias),
        affine(Variable(A, requires_grad=False), weight, bias),
    ):
        assert y.requires_grad
        np.testing.assert_array_equal(y.data, expected)
    with ac.no_grad():
        assert not affine(A, weight, bias).requires_grad
    with pytest.raises(ac.NoRuleError, match="scale"):
        affine(A, weight, bias, Variable(2.0))


def test_large_operands_are_leased():
    """An array that the pullback needs and that is overwritten raises."""
    x, weight = np.ones((100, 50)), Variable(np.ones((50, 30)))
    older = x[:]
    y = affine(x, weight, np.ones(30))
    older[:] = 2.0

    with pytest.raises(ac.MutationError):
        y.sum().backward()
