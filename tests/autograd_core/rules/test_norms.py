"""Norms and condition numbers: every order and axis, zero, ties, what overflows."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.rules import norms

INF = np.inf


def square(*shape):
    """Matrices that are far from singular."""
    return lambda rng: [rng.normal(size=shape) + 3 * np.eye(shape[-1])]


def normal(shape):
    """Numbers without structure."""
    return lambda rng: [rng.normal(size=shape)]


VECTOR_NORMS = [
    {}, {"axis": 1}, {"axis": -1, "keepdims": True}, {"ord": 3, "axis": 0}, {"ord": 1, "axis": 1},
    {"ord": 2.5, "axis": 1}, {"ord": INF, "axis": 1}, {"ord": -INF, "axis": 0},
    {"ord": 0.5, "axis": 0}, {"ord": -1, "axis": 1}, {"keepdims": True}, {"ord": 2, "axis": (1,)},
]  # fmt: skip
MATRIX_NORMS = [{"ord": p} for p in ("fro", "nuc", 1, -1, 2, -2, INF, -INF)]

CASES = [
    case(norms.lengths, shapes=[(2, 3)], args=(3, 1)),
    case(np.linalg.norm, shapes=[(2, 3)], options=VECTOR_NORMS),
    case(np.linalg.norm, make=normal((3, 4)), options=MATRIX_NORMS, seed=1),
    case(np.linalg.norm, make=normal((3, 2, 4)), options=[
        {"ord": "nuc", "axis": (2, 0)}, {"ord": 2, "axis": (0, 1), "keepdims": True},
        {"ord": 1, "axis": (-1, 0)}, {}, {"axis": (0, 2)},
    ]),
    case(np.linalg.vector_norm, shapes=[(2, 3)], options=[
        {}, {"axis": 1, "ord": 3}, {"axis": (0, 1), "keepdims": True}, {"axis": 0, "ord": INF},
    ]),
    case(np.linalg.matrix_norm, make=normal((2, 3, 4)), options=[{}, {"ord": "nuc"}, {"ord": 1}]),
    case(np.linalg.cond, make=square(2, 3, 3),
         options=[{"p": p} for p in (None, 1, -1, INF, "fro", -2)]),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("order", [None, 1, 2, 3, 1.5, 0.5, INF, -INF])
def test_vector_norms_at_zero(order):
    """0 in silence."""
    with np.errstate(all="raise"):
        assert list(ac.grad(lambda x: np.linalg.norm(x, order))(np.zeros(3))) == [0, 0, 0]


@pytest.mark.parametrize("order", ["fro", "nuc", 1, 2, INF])
def test_matrix_norms_at_zero(order):
    """0 in silence."""
    with np.errstate(all="raise"):
        g = ac.grad(lambda x: np.linalg.norm(x, order))(np.zeros((2, 3)))
    np.testing.assert_array_equal(g, np.zeros((2, 3)))


def test_norms_of_huge_and_tiny_vectors():
    """The ratio is taken first: nothing overflows."""
    x = np.array([3.0, 4.0])
    for order, scale in ((2, 1e-150), (2, 1e150), (3, 1e-100), (3, 1e100)):
        expected = ac.grad(lambda x: np.linalg.norm(x, order))(x)
        actual = ac.grad(lambda x: np.linalg.norm(x, order))(scale * x)
        np.testing.assert_allclose(actual, expected, rtol=1e-12)


def test_extreme_entries_share():
    """Ties of the maximum norm, of columns, of singular values."""
    largest = ac.grad(lambda x: np.linalg.norm(x, INF))(np.array([1.0, -1.0, 0.5]))
    assert list(largest) == [0.5, -0.5, 0]
    columns = ac.grad(lambda x: np.linalg.norm(x, 1))(np.ones((2, 2)))
    assert (columns == 0.5).all()
    spectral = ac.grad(lambda x: np.linalg.norm(x, 2))(np.eye(2))
    np.testing.assert_allclose(spectral, np.eye(2) / 2, atol=1e-15)


def test_order_zero_counts():
    """The number of entries that are not 0 is constant: a plain array."""
    counted = np.linalg.norm(ac.Variable([1.0, 0.0, 2.0]), 0)
    assert (counted, type(counted)) == (2.0, np.float64)


@pytest.mark.parametrize(
    ("order", "axis"), [("nuc", None), (3, (0, 1)), ("fro", 0), (None, (0, 1, 2)), (2, (1, 1))]
)
def test_impossible_norms_are_numpys_errors(order, axis):
    """The same error, with the same text."""
    x = np.ones((2, 2, 2))
    with pytest.raises((ValueError, TypeError)) as expected:
        np.linalg.norm(x, order, axis)

    with pytest.raises(type(expected.value)) as actual:
        np.linalg.norm(ac.Variable(x), order, axis)
    assert str(actual.value) == str(expected.value)


def test_condition_of_singular_matrices():
    """inf, beside the numbers of the others."""
    batch = np.stack([np.ones((2, 2)), 2 * np.eye(2)])

    assert list(np.linalg.cond(ac.Variable(batch), 1).data) == [INF, 1]
