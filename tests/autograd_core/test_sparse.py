"""Sparse matrices beside Variables: every format, both sides, systems, what is kept."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core import sparse

formats = pytest.importorskip("scipy.sparse")
linalg = pytest.importorskip("scipy.sparse.linalg")

RNG = np.random.default_rng(0)
DENSE = np.where(RNG.random((4, 5)) < 0.5, RNG.normal(size=(4, 5)), 0)
SQUARE = DENSE[:, :4] + 4 * np.eye(4)
A, S = formats.csr_array(DENSE), formats.csr_matrix(SQUARE)

CASES = [
    case(sparse.product, shapes=[(5,)], call=lambda v: sparse.matmul(A, v)),
    case(sparse.product, shapes=[(5, 3)], call=lambda v: sparse.matmul(A.tocsc(), v)),
    case(sparse.product, shapes=[(4,)], call=lambda v: sparse.matmul(v, A)),
    case(sparse.product, shapes=[(3, 4)], call=lambda v: sparse.matmul(v, A)),
    case(sparse.product, shapes=[(5,)], call=lambda v: sparse.matmul((1 + 2j) * A, v)),
    case(sparse.solution, shapes=[(4,)], call=lambda b: sparse.spsolve(S, b)),
    case(sparse.solution, shapes=[(4, 2)], call=lambda b: sparse.spsolve(S, b)),
    case(sparse.solution, shapes=[(4,)], call=lambda b: sparse.spsolve(S * (1 + 1j), b)),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("name", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
def test_every_format(name):
    """As matrix and as array, on the left and on the right."""
    v = np.arange(1.0, 6)
    for kind in ("matrix", "array"):
        matrix = getattr(formats, f"{name}_{kind}")(DENSE)
        np.testing.assert_allclose(sparse.matmul(matrix, v), DENSE @ v)
        gradient = ac.grad(lambda v: np.sum(sparse.matmul(matrix, v) ** 2))(v)
        np.testing.assert_allclose(gradient, 2 * DENSE.T @ (DENSE @ v))
        gradient = ac.grad(lambda u: np.sum(sparse.matmul(u, matrix) ** 2))(v[:4])
        np.testing.assert_allclose(gradient, 2 * DENSE @ (DENSE.T @ v[:4]))


def test_systems_are_scipys():
    """The solution of spsolve, for vectors and matrices, with each permutation of columns."""
    b = np.arange(8.0).reshape(4, 2)
    for order in (None, "NATURAL", "MMD_AT_PLUS_A"):
        np.testing.assert_allclose(sparse.spsolve(S, b, order), linalg.spsolve(S.tocsc(), b))
        found = sparse.spsolve(S, ac.Variable(b[:, 0]), permc_spec=order)
        np.testing.assert_allclose(found.detach(), linalg.spsolve(S.tocsc(), b[:, 0]))


def test_one_factorization(monkeypatch):
    """Value, gradient and Hessian share it."""
    count, splu = [], linalg.splu
    monkeypatch.setattr(linalg, "splu", lambda *a, **k: count.append(1) or splu(*a, **k))

    hessian = ac.hessian(lambda b: np.sum(sparse.spsolve(S, b) ** 2))(np.ones(4))
    inverse = np.linalg.inv(SQUARE)
    np.testing.assert_allclose(hessian, 2 * inverse.T @ inverse, rtol=1e-12)
    assert count == [1]


def test_the_matrix_is_leased():
    """A write into the matrix would falsify the derivative: NumPy refuses it until the sweep."""
    matrix = formats.random_array((200, 200), density=0.5, rng=np.random.default_rng(0)).tocsr()
    loss = np.sum(sparse.matmul(matrix, ac.Variable(np.ones(200))))

    with pytest.raises(ValueError, match="read-only"):
        matrix.data[0] = 1.0
    loss.backward()
    matrix.data[0] = 1.0


def test_refusals():
    """Two dense or two sparse operands, vectors, misshapen and singular systems."""
    with pytest.raises(ac.ArgumentError, match="two dense"):
        sparse.matmul(DENSE, np.ones(5))
    with pytest.raises(ac.ArgumentError, match="two sparse"):
        sparse.matmul(A, A)
    with pytest.raises(ac.ShapeError, match="not a matrix"):
        sparse.matmul(formats.coo_array(np.ones(5)), np.ones(5))
    with pytest.raises(ValueError, match="mismatch"):
        sparse.matmul(A, ac.Variable(np.ones(3)))
    with pytest.raises(ac.ShapeError, match="right side"):
        sparse.spsolve(S, np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        sparse.spsolve(formats.csc_array((3, 3)), ac.Variable(np.ones(3)))


def test_without_scipy(monkeypatch):
    """Error 18."""
    monkeypatch.setitem(__import__("sys").modules, "scipy.sparse", None)

    with pytest.raises(ac.MissingDependencyError, match=r"ac\.sparse\.matmul\(\) needs scipy"):
        sparse.matmul(A, np.ones(5))
