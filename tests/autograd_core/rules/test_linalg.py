"""Inverses, systems, determinants: batches, complex numbers, singular matrices."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.rules import linalg


def square(*shape):
    """Matrices that are far from singular."""

    def make(rng):
        a = rng.normal(size=shape)
        return [a + 3 * np.eye(shape[-1])]

    return make


def system(*shapes):
    """Such matrices and a right side."""
    return lambda rng: [*square(*shapes[0])(rng), rng.normal(size=shapes[1])]


def normal(*shapes):
    """Numbers without structure."""
    return lambda rng: [rng.normal(size=shape) for shape in shapes]


def deficient(rng):
    """A matrix (4, 3) of rank two."""
    return [rng.normal(size=(4, 2)) @ rng.normal(size=(2, 3))]


def without_rank(a, b):
    """Solution, residuals and singular values of least squares."""
    x, residuals, _, s = np.linalg.lstsq(a, b)
    return x, residuals, s


CASES = [
    case(np.linalg.inv, make=square(2, 3, 3)),
    case(np.linalg.solve, make=system((3, 3), (3,))),
    case(np.linalg.solve, make=system((3, 3), (3, 2))),
    case(np.linalg.solve, make=system((2, 1, 3, 3), (4, 3, 2))),
    case(np.linalg.solve, make=system((2, 3, 3), (3,))),
    case(np.linalg.pinv, make=normal((2, 4, 3))),
    case(np.linalg.pinv, make=normal((3, 4))),
    case(np.linalg.lstsq, make=normal((5, 3), (5,)), call=lambda a, b: np.linalg.lstsq(a, b)[0]),
    case(np.linalg.lstsq, make=normal((5, 3), (5, 2)), call=lambda a, b: without_rank(a, b)),
    case(np.linalg.lstsq, make=normal((3, 5), (3,)), call=lambda a, b: without_rank(a, b)),
    case(np.linalg.lstsq, make=deficient, call=lambda a: np.linalg.lstsq(a, np.ones(4), 1e-4)[0],
         skip=["reverse", "forward", "second", "complex"]),  # a step changes the rank
    case(np.linalg.det, make=square(2, 3, 3)),
    case(np.linalg.det, make=normal((4, 4))),
    case(linalg.cofactors, make=square(2, 3, 3)),
    case(linalg.cofactors_slope, make=lambda rng: [*square(3, 3)(rng), rng.normal(size=(3, 3))],
         skip=["zoo"]),  # the third derivative wants an inverse
    case(np.linalg.slogdet, make=square(2, 3, 3)),
    case(np.linalg.matrix_power, make=square(2, 3, 3), args=(3,)),
    case(np.linalg.matrix_power, make=square(3, 3), args=(-2,)),
    case(np.linalg.multi_dot, make=normal((3, 4), (4, 2), (2, 5), (5, 3)),
         call=lambda *a: np.linalg.multi_dot(a)),
    case(np.linalg.multi_dot, make=normal((3,), (3, 2), (2,)),
         call=lambda *a: np.linalg.multi_dot(list(a))),
    case(np.linalg.tensorsolve, make=lambda rng: [
        rng.normal(size=(2, 3, 6)) + np.eye(6).reshape(2, 3, 6) * 4, rng.normal(size=(2, 3))]),
    case(np.linalg.tensorinv, make=lambda rng: [
        rng.normal(size=(6, 2, 3)) + 4 * np.eye(6).reshape(6, 2, 3)], args=(1,)),
    case(np.linalg.matmul, shapes=[(2, 3), (3, 4)]),
    case(np.linalg.vecdot, shapes=[(2, 3), (2, 3)], options=[{}, {"axis": 0}]),
    case(np.linalg.outer, shapes=[(2,), (3,)]),
    case(np.linalg.tensordot, shapes=[(2, 3), (3, 4)], options=[{"axes": 1}]),
    case(np.linalg.cross, shapes=[(2, 3), (2, 3)]),
    case(np.linalg.trace, shapes=[(2, 3, 3)], options=[{}, {"offset": 1}]),
    case(np.linalg.diagonal, shapes=[(2, 3, 3)], options=[{}, {"offset": -1}]),
    case(np.linalg.matrix_transpose, shapes=[(2, 3, 4)]),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- determinants of singular matrices ------------------------------------------------------------
def polynomial_det(a):
    """det of a 3 x 3 matrix, written out."""
    return sum(
        a[0, i] * (a[1, j] * a[2, k] - a[1, k] * a[2, j])
        for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    )


RANKS = {
    "two": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
    "one": np.outer([1.0, 2.0, -1.0], [3.0, 1.0, 2.0]),
    "zero": np.zeros((3, 3)),
    "nearly two": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0 + 1e-13]],
    "three": [[2.0, 1.0, 0.5], [0.3, 1.0, -1.0], [1.0, 2.0, 4.0]],
}


@pytest.mark.parametrize("rank", RANKS)
def test_det_is_exact_at_every_rank(rank):
    """First and second derivatives are those of the polynomial, also in a batch, also complex."""
    a = np.array(RANKS[rank])

    for matrix in (a, a.astype(complex), a * (1 + 2j)):
        holomorphic = {"holomorphic": matrix.dtype.kind == "c"}
        ours, exact = ac.grad(np.linalg.det, **holomorphic), ac.grad(polynomial_det, **holomorphic)
        np.testing.assert_allclose(ours(matrix), exact(matrix), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        ac.hessian(np.linalg.det)(a), ac.hessian(polynomial_det)(a), rtol=1e-11, atol=1e-11
    )
    batch = np.stack([a, np.eye(3)])
    slopes = ac.grad(lambda b: np.sum(np.linalg.det(b)))(batch)
    np.testing.assert_allclose(slopes[0], ac.grad(polynomial_det)(a), rtol=1e-12, atol=1e-12)


def test_det_of_the_smallest():
    """0 x 0 and 1 x 1."""
    assert ac.grad(np.linalg.det)(np.zeros((0, 0))).shape == (0, 0)
    assert ac.grad(np.linalg.det)(np.array([[0.0]])) == 1


def test_det_that_vanishes_alone():
    """det = 1e-400 is 0 and its cofactors are 1e-200; small entries do not make it singular."""
    tiny = ac.grad(np.linalg.det)(np.diag([1e-200, -1e-200]))
    np.testing.assert_allclose(tiny, np.diag([-1e-200, 1e-200]), rtol=1e-12)
    with np.errstate(over="ignore"):
        huge = ac.grad(np.linalg.det)(1e200 * np.eye(2)[::-1])
    np.testing.assert_allclose(huge, -1e200 * np.eye(2)[::-1], rtol=1e-12)
    many = np.random.default_rng(0).normal(size=(60, 60)) * 1e-3
    expected = np.linalg.det(1e3 * many) * np.linalg.inv(1e3 * many).T
    actual = ac.grad(lambda a: np.linalg.det(a) * 1e177)(many)
    np.testing.assert_allclose(actual, expected, rtol=1e-9)


def test_det_keeps_float32():
    """Also of singular matrices."""
    g = ac.grad(np.linalg.det)(np.ones((3, 3), np.float32))

    assert g.dtype == np.float32
    np.testing.assert_allclose(g, 0, atol=1e-6)


def test_the_sign_of_a_complex_determinant_turns():
    """sign has a derivative where it is not ±1."""
    z = np.array([[1 + 2j, 0.5], [0.3j, 2 - 1j]])

    ac.gradcheck(lambda a: np.real(np.linalg.slogdet(a)[0]), z, order=2)
    ac.gradcheck(lambda a: np.imag(np.linalg.slogdet(a).sign) * np.linalg.slogdet(a).logabsdet, z)


def test_singular_systems_raise_numpys_error():
    """In the call, or in the sweep where only the derivative needs an inverse."""
    singular = np.ones((2, 2))
    with pytest.raises(np.linalg.LinAlgError):
        ac.grad(lambda a: np.sum(np.linalg.inv(a)))(singular)
    with pytest.raises(np.linalg.LinAlgError), np.errstate(divide="ignore"):
        ac.grad(lambda a: np.linalg.slogdet(a)[1])(singular)
    with pytest.raises(np.linalg.LinAlgError, match="square"):
        np.linalg.solve(ac.Variable(np.ones((2, 3))), np.ones(2))


def with_values(shape, values, seed=0):
    """A random matrix with these singular values."""
    u, s, vh = np.linalg.svd(np.random.default_rng(seed).normal(size=shape), full_matrices=False)
    return (u * np.broadcast_to(values, s.shape)[..., None, :]) @ vh


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5), (2, 4, 3)])
@pytest.mark.parametrize("tolerance", [{"rcond": 0.1}, {"rtol": 0.1}, {"rcond": 1e-10}])
def test_singular_values_that_are_left_out(shape, tolerance):
    """What is cut off but not zero couples with what is kept."""
    a = with_values(shape, [3.0, 1.7, 0.2])
    ac.gradcheck(lambda a: np.linalg.pinv(a, **tolerance), a, order=2)
    if "rcond" in tolerance and a.ndim == 2:
        b = with_values((shape[0], 2), [1.2, 0.7], seed=1)
        ac.gradcheck(lambda a, b: np.linalg.lstsq(a, b, **tolerance)[0], a, b, order=2)


def test_a_hermitian_pseudo_inverse_that_leaves_out():
    """Of the triangle that is read."""
    q = with_values((4, 4), 1.0)
    a = q @ np.diag([3.0, -2.0, 0.1, 0.05]) @ q.T

    ac.gradcheck(lambda a: np.linalg.pinv(a, rcond=0.1, hermitian=True), a, order=2)


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.linalg.tensorsolve(a[0, :1], a[0, 0]),
        lambda a: np.linalg.multi_dot([a[0, 0], a[0, 1]]),
        lambda a: np.linalg.matrix_norm(a[:0], ord=np.inf),
        lambda a: np.linalg.pinv(a[:0, :1], hermitian=True),
        lambda a: np.linalg.cond(a.astype("f4"), p=np.inf),
    ],
)
def test_odd_shapes_have_numpys_values(call):
    """Systems of one equation, products of numbers, empty matrices."""
    a = np.array([[1.8, 0.7], [0.2, -0.9]])
    actual, expected = call(ac.Variable(a)), call(a)

    assert (actual.shape, actual.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(actual.data, expected, rtol=1e-6)


def test_power_zero_is_flat():
    """The identity, with derivative zero."""
    assert (
        ac.grad(lambda a: np.sum(np.linalg.matrix_power(a, 0)))(np.full((2, 2), 3.0)) == 0
    ).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.linalg.matrix_power(a[0], 2),
        lambda a: np.linalg.outer(a, a),
        lambda a: np.linalg.cross(a, a),
        lambda a: np.linalg.tensorinv(a, 0),
        lambda a: np.linalg.inv(a[:, :1]),
    ],
)
def test_impossible_shapes_are_numpys_errors(call):
    """The same error, with the same text."""
    with pytest.raises((ValueError, np.linalg.LinAlgError)) as expected:
        call(np.ones((2, 2)))

    with pytest.raises(type(expected.value)) as actual:
        call(ac.Variable(np.ones((2, 2))))
    assert str(actual.value) == str(expected.value)
