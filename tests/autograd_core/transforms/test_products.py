"""Products with the Jacobian, in both modes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.errors import ArgumentError, DtypeError, ShapeError

MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def mixed(x, y):
    """Two inputs, two outputs of other shapes."""
    return {"a": np.sin(x) * y, "b": (np.sum(x * x), y @ MATRIX)}


def test_vjp_gives_value_and_pullback():
    """A tuple with one cotangent for each primal."""
    value, pullback = ac.vjp(lambda x, y: x * y, 3.0, 2.0)

    assert value == 6.0
    assert pullback(10.0) == (20.0, 30.0)
    assert pullback(1.0) == (2.0, 3.0)


def test_jvp_gives_value_and_tangent():
    """Linear in the tangents."""
    assert ac.jvp(lambda x, y: x * y, (3.0, 2.0), (1.0, 0.0)) == (6.0, 2.0)
    assert ac.jvp(lambda x, y: x * y, (3.0, 2.0), (0.0, 10.0)) == (6.0, 30.0)


@given(st.integers(0, 1000))
def test_the_modes_are_adjoint(seed):
    """⟨u, J t⟩ = ⟨Jᵀ u, t⟩, of nested results."""
    rng = np.random.default_rng(seed)
    x, y, s, t = rng.standard_normal((4, 2))
    u = {"b": (rng.standard_normal(), rng.standard_normal(3)), "a": rng.standard_normal(2)}

    value, tangent = ac.jvp(mixed, (x, y), (s, t))
    same, pullback = ac.vjp(mixed, x, y)
    gx, gy = pullback(u)

    left = u["a"] @ tangent["a"] + u["b"][0] * tangent["b"][0] + u["b"][1] @ tangent["b"][1]
    np.testing.assert_allclose(left, gx @ s + gy @ t, rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(value["a"], same["a"])


def test_the_modes_are_adjoint_in_complex_numbers():
    """With the real product Re Σ conj(u)·v."""
    rng = np.random.default_rng(0)
    z, t, u = rng.standard_normal((3, 4)) + 1j * rng.standard_normal((3, 4))

    for f in (np.exp, np.conj, lambda z: z * np.abs(z), lambda z: z**2 * np.conj(z) + np.real(z)):
        _, tangent = ac.jvp(f, (z,), (t,))
        (pulled,) = ac.vjp(f, z)[1](u)
        np.testing.assert_allclose(np.vdot(u, tangent).real, np.vdot(pulled, t).real)


def test_constant_outputs_have_zero_tangents_and_cotangents():
    """Of the shape of the output, and of the input."""
    value, tangent = ac.jvp(lambda x: (np.ones(2), 3), (1.0,), (1.0,))
    _, pullback = ac.vjp(lambda x: np.ones(2), np.zeros(3))

    assert tangent[0].tolist() == [0.0, 0.0]
    assert (value[1], tangent[1]) == (3, 0.0)
    assert pullback(np.ones(2))[0].tolist() == [0.0, 0.0, 0.0]


def test_extras_pass_through():
    """Plain, as the third result."""

    def f(x):
        return x * x, 5 * x

    value, pullback, aux = ac.vjp(f, 3.0, has_aux=True)
    assert (value, pullback(1.0), aux) == (9.0, (6.0,), 15.0)
    assert ac.jvp(f, (3.0,), (1.0,), has_aux=True) == (9.0, 6.0, 15.0)


@pytest.mark.parametrize(
    ("cotangent", "error"),
    [
        (np.ones(3), ShapeError),
        (1.0, ShapeError),
        (np.ones(2) + 1j, DtypeError),
        ([1.0, 1.0], ArgumentError),
        (None, ArgumentError),
        (np.array(["a", "b"]), DtypeError),
    ],
)
def test_a_cotangent_that_does_not_fit_is_refused(cotangent, error):
    """It is not broadcast, nor cast down."""
    _, pullback = ac.vjp(lambda x: x * x, np.ones(2))

    with pytest.raises(error):
        pullback(cotangent)


@pytest.mark.parametrize(
    ("tangents", "error"),
    [((np.ones(3),), ShapeError), ((1.0,), ShapeError), ((), ArgumentError), ((1j,), ShapeError)],
)
def test_a_tangent_that_does_not_fit_is_refused(tangents, error):
    """Shape and number must be those of the primals."""
    with pytest.raises(error):
        ac.jvp(lambda x: x * x, (np.ones(2),), tangents)


def test_products_are_differentiable():
    """By the primals, by cotangents and by tangents."""

    def through_cotangent(u):
        return ac.vjp(lambda x: x**3, 2.0)[1](u)[0]

    def through_tangent(t):
        return ac.jvp(lambda x: x**3, (2.0,), (t,))[1]

    assert ac.grad(through_cotangent)(1.0) == 12.0
    assert ac.grad(through_tangent)(1.0) == 12.0
    assert ac.grad(lambda x: ac.vjp(lambda v: v**3, x)[1](1.0)[0])(2.0) == 12.0
    assert ac.grad(lambda x: ac.jvp(lambda v: v**3, (x,), (1.0,))[1])(2.0) == 12.0


def test_hessian_vector_products():
    """In SciPy's order of arguments: x, v, then the rest."""
    x, v = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, -1.0])

    def f(x, scale=1.0):
        return scale * np.sum(x**4) + x[0] * x[2]

    hessian = np.diag(12 * x**2) + np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    np.testing.assert_allclose(ac.hvp(f)(x, v), hessian @ v)
    np.testing.assert_allclose(ac.hvp(f)(x, v, 2.0), 2 * (hessian @ v) - np.array([-1, 0, 1]) * 1.0)
    np.testing.assert_allclose(ac.hvp(lambda a, x: f(x, a), argnum=1)(1.0, x, v), hessian @ v)


def test_hessian_vector_products_of_nested_arguments():
    """The vector and the result have the structure of the argument."""
    found = ac.hvp(lambda p: p["a"] ** 2 * p["b"])({"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 0.0})

    assert found == {"a": 6.0, "b": 4.0}


def test_a_linear_operator_is_the_jacobian():
    """Never formed; SciPy solves with it."""
    linalg = pytest.importorskip("scipy.sparse.linalg")
    x = np.array([1.0, 2.0, 3.0])

    operator = ac.linear_operator(lambda x: MATRIX @ x**2, x)

    assert operator.shape == (2, 3)
    np.testing.assert_allclose(operator @ np.eye(3), MATRIX * 2 * x)
    np.testing.assert_allclose(operator.T @ np.eye(2), (MATRIX * 2 * x).T)
    found = linalg.lsqr(operator, np.ones(2))[0]
    np.testing.assert_allclose(operator @ found, np.ones(2))
