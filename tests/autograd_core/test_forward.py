"""Forward mode: the same tape, oldest first."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import linear, primitive
from autograd_core.forms import RULES

X = np.array([[0.7, -1.3, 2.1], [1.6, 0.4, -0.8]])
T = np.array([[1.0, 0.5, -2.0], [0.25, -1.5, 3.0]])


def program(x):
    """Every form, several outputs, views and writes."""
    y = np.sin(x) * x[::-1] + np.exp(x.mean(axis=0))
    y[0] = np.cumsum(x[1])
    first, second = np.split(y, 2)
    top = np.max(np.concatenate([first, second * 2]), axis=1)
    return np.einsum("ij,kj->ik", y, x) @ top + np.sort(x, axis=None)[:2]


def test_jvp_is_the_directional_derivative():
    """Of a program that uses every form."""
    value, tangent = ac.jvp(program, (X,), (T,))
    h = 1e-5

    np.testing.assert_array_equal(value, program(X.copy()))
    numeric = (program(X + h * T) - program(X - h * T)) / (2 * h)
    np.testing.assert_allclose(tangent, numeric, rtol=1e-8, atol=1e-8)


def test_both_modes_agree():
    """⟨u, J t⟩ = ⟨Jᵀu, t⟩."""
    u = np.array([0.3, -2.0])
    tangent = ac.jvp(program, (X,), (T,))[1]
    _, pull = ac.vjp(program, X)
    (cotangent,) = pull(u) if isinstance(pull(u), tuple) else (pull(u),)

    np.testing.assert_allclose(u @ tangent, np.sum(cotangent * T), rtol=1e-13)


def test_tangents_of_unused_inputs_are_zero():
    """Zeros, never None."""
    value, tangent = ac.jvp(lambda x, y: x * 2, (X, X), (T * 0, T))

    assert tangent.tolist() == np.zeros((2, 3)).tolist()
    assert value.tolist() == (X * 2).tolist()
    _, tangent = ac.jvp(lambda x: np.ones(2), (X,), (T,))
    assert tangent.tolist() == [0.0, 0.0]


def test_forward_over_reverse():
    """The Hessian times a vector, each way round."""

    def f(x):
        return np.sum(np.tanh(x) ** 3 * x)

    exact = np.tensordot(ac.hessian(f)(X), T, 2)
    np.testing.assert_allclose(ac.jvp(ac.grad(f), (X,), (T,))[1], exact, rtol=1e-10)
    np.testing.assert_allclose(ac.grad(lambda x: ac.jvp(f, (x,), (T,))[1])(X), exact, rtol=1e-10)
    np.testing.assert_allclose(ac.hvp(f)(X, T), exact, rtol=1e-10)


def test_forward_over_forward():
    """Second directional derivatives."""

    def along(s):
        return ac.jvp(lambda x: np.sum(np.sin(x) * x**2), (X + s * T,), (T,))[1]

    second = ac.jvp(along, (0.0,), (1.0,))[1]
    h = 1e-5
    assert second == pytest.approx((along(h) - along(-h)) / (2 * h), rel=1e-8)


def test_complex_tangents():
    """The real part where the output is real is all that complex numbers need."""
    z, t = X + 1j * T, T - 2j * X
    h = 1e-6

    for f in (
        lambda z: np.abs(z) ** 2,
        lambda z: z * z.conj() * 1j,
        np.exp,
        lambda z: z.real * z.imag,
    ):
        tangent = ac.jvp(f, (z,), (t,))[1]
        np.testing.assert_allclose(
            tangent, (f(z + h * t) - f(z - h * t)) / (2 * h), rtol=1e-6, atol=1e-7
        )


def test_dtypes_are_kept():
    """A float32 tangent of a float32 program."""
    x, t = X.astype("f4"), T.astype("f4")

    assert ac.jvp(lambda x: np.sin(x).sum() * 2.0, (x,), (t,))[1].dtype == np.float32


def test_deep_programs():
    """A hundred thousand operations: no recursion."""

    def f(x):
        for _ in range(100_000):
            x = x * 1.0
        return x

    assert ac.jvp(f, (2.0,), (3.0,))[1] == 3.0


def test_a_rule_without_forward_mode_of_its_own():
    """A pullback is transposed by sweeping back through it."""

    @primitive
    def rotated(x):
        return x[::-1] * 2

    linear(rotated, lambda g, _x: g[::-1] * 2)
    try:
        assert ac.jvp(rotated, (np.arange(3.0),), (np.array([1.0, 0, 0]),))[1].tolist() == [0, 0, 2]
    finally:
        del RULES[rotated]
