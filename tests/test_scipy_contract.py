# ruff: noqa: E501, C408 (the lines are kept word for word)
"""The SciPy contract: the lines of the documentation, word for word.

What they need: functions return plain floats and float64 arrays, in the shape of the input, never
None, and zeros for unused inputs.
"""

import numpy as np
import pytest

import autograd_core as ac

pytest.importorskip("scipy")
from scipy.integrate import solve_ivp
from scipy.optimize import (
    NonlinearConstraint,
    basinhopping,
    check_grad,
    curve_fit,
    dual_annealing,
    fsolve,
    least_squares,
    minimize,
    newton,
    root,
    root_scalar,
)

x0, t = np.array([-1.2, 1.0, -0.5, 0.8]), np.linspace(0, 4, 50)


# fmt: off
def f(x): return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
def F(x): return np.stack([x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1, 0.5 * (x[1] - x[0]) ** 3 + x[1]])
def g(x): return x**3 - 2.0
def model(t, a, b): return a * np.exp(-b * t)
def r(p): return model(t, *p) - y
def c(x): return np.stack([x[0] ** 2 + x[1] ** 2, x[0] * x[1]])
def rhs(t, u): return np.stack([u[1], 50.0 * (1 - u[0] ** 2) * u[1] - u[0]])
# fmt: on
y = model(t, 2.0, 0.7) + 0.01 * np.random.default_rng(0).standard_normal(50)


def test_plain_numbers_and_arrays():
    """Floats and float64 arrays in the shape of the input; the function itself sees plain arrays."""
    value, gradient = ac.value_and_grad(f)(x0)

    assert type(f(x0)) is np.float64
    assert isinstance(value, float)
    assert type(gradient) is np.ndarray
    assert (gradient.dtype, gradient.shape) == (np.float64, (4,))
    assert isinstance(ac.grad(g)(1.0), float)
    assert type(ac.jacobian(F)(np.zeros(2))) is np.ndarray
    assert type(ac.hessian(f)(x0)) is np.ndarray


def test_unused_inputs_are_zeros_never_none():
    """SciPy takes a None gradient without a word and stops at the start."""
    assert ac.grad(lambda x: 3.0)(x0).tolist() == [0.0] * 4
    assert ac.grad(lambda x: x[1])(x0).tolist() == [0.0, 1.0, 0.0, 0.0]
    assert ac.hessian(lambda x: x.sum())(x0).tolist() == np.zeros((4, 4)).tolist()
    assert ac.jacobian(lambda x: np.ones(2))(x0).tolist() == np.zeros((2, 4)).tolist()


def test_lbfgsb_with_value_and_grad():
    """A quarter of the evaluations that finite differences need."""
    result = minimize(ac.value_and_grad(f), x0, jac=True, method="L-BFGS-B")

    np.testing.assert_allclose(result.x, np.ones(4), atol=1e-4)
    assert result.nfev < 80


def test_trust_exact_with_hessian():
    """The second derivatives are exact."""
    result = minimize(f, x0, jac=ac.grad(f), hess=ac.hessian(f), method="trust-exact")

    assert result.success
    np.testing.assert_allclose(ac.grad(f)(result.x), np.zeros(4), atol=1e-4)


def test_newton_cg_with_hvp():
    """hvp(f)(x, v) has SciPy's argument order."""
    result = minimize(f, x0, jac=ac.grad(f), hessp=ac.hvp(f), method="Newton-CG")

    np.testing.assert_allclose(result.x, np.ones(4), atol=1e-4)


def test_trust_constr_with_constraints():
    """Jacobians and Hessians of constraints as well."""
    result = minimize(f, x0, jac=ac.grad(f), hess=ac.hessian(f), method="trust-constr", constraints=NonlinearConstraint(
        c, -np.inf, 1.0, jac=ac.jacobian(c), hess=lambda x, v: ac.hessian(lambda z: v @ c(z))(x)))  # fmt: skip

    assert np.all(c(result.x) <= 1.0 + 1e-6)
    assert result.fun < f(x0)


def test_root_and_fsolve():
    """Systems of equations."""
    solution = [0.8411639, 0.1588361]

    np.testing.assert_allclose(root(F, [0.0, 0.0], jac=ac.jacobian(F)).x, solution, rtol=1e-6)
    np.testing.assert_allclose(fsolve(F, [0.0, 0.0], fprime=ac.jacobian(F)), solution, rtol=1e-6)


def test_root_scalar_and_newton():
    """One equation, with two derivatives."""
    found = root_scalar(g, x0=1.0, fprime=ac.grad(g), fprime2=ac.grad(ac.grad(g)), method="halley")

    assert found.root == pytest.approx(2 ** (1 / 3), rel=1e-12)
    assert newton(g, 1.0, fprime=ac.grad(g)) == pytest.approx(2 ** (1 / 3), rel=1e-12)


def test_least_squares():
    """A Jacobian of residuals; p is unpacked inside."""
    np.testing.assert_allclose(
        least_squares(r, [1.0, 1.0], jac=ac.jacobian(r)).x, [2.0, 0.7], atol=0.02
    )


def test_curve_fit():
    """jac(t, *params) of shape (50, 2); the covariance is then exact."""
    jac = ac.curve_fit_jac(model)
    assert jac(t, 1.0, 1.0).shape == (50, 2)

    found, covariance = curve_fit(model, t, y, p0=[1.0, 1.0], jac=jac)
    np.testing.assert_allclose(found, [2.0, 0.7], atol=0.02)
    assert covariance.shape == (2, 2)


def test_global_optimizers():
    """basinhopping and dual_annealing with local steps."""
    kwargs = {"rng": 0}
    result = basinhopping(ac.value_and_grad(f), x0, niter=2, minimizer_kwargs=dict(jac=True, method="L-BFGS-B"), **kwargs)  # fmt: skip
    assert result.fun < 1e-6

    result = dual_annealing(f, [(-2, 2)] * 4, maxiter=20, minimizer_kwargs=dict(jac=ac.grad(f), method="L-BFGS-B"), rng=0)  # fmt: skip
    assert result.fun < 1e-6


def test_solve_ivp():
    """A stiff equation with the Jacobian by its second argument."""
    solution = solve_ivp(rhs, (0, 100), [2.0, 0.0], method="BDF", jac=ac.jacobian(rhs, argnum=1))

    assert solution.success
    assert np.isfinite(solution.y).all()


def test_check_grad():
    """SciPy's own check agrees."""
    assert check_grad(f, ac.grad(f), x0) < 1e-4


def test_flatten():
    """Any nested structure becomes one float64 vector, and back."""
    W, b = np.ones((2, 3)), np.zeros(3)
    A, target = np.array([[1.0, 2.0], [0.5, -1.0]]), np.full((2, 3), 0.5)

    def loss(p):
        return np.sum((A @ p["w"] + p["b"] - target) ** 2)

    x, unflatten = ac.flatten({"w": W, "b": b})
    result = minimize(ac.value_and_grad(lambda x: loss(unflatten(x))), x, jac=True)
    assert (x.dtype, x.shape) == (np.float64, (9,))
    assert result.fun < 1e-8
    assert loss(unflatten(result.x)) == pytest.approx(result.fun)

    params = ac.scipy.optimize.minimize(loss, {"w": W, "b": b}).params
    assert params["w"].shape == W.shape
    assert params["b"].shape == b.shape
    assert loss(params) == pytest.approx(result.fun, abs=1e-8)


def test_lists_of_numbers_are_accepted_by_jacobian():
    """A function that returns a list or tuple of scalars."""
    np.testing.assert_allclose(
        ac.jacobian(lambda x: [x[0] * x[1], x[0] ** 2])(np.array([2.0, 3.0])), [[3, 2], [4, 0]]
    )


def test_np_array_inside_says_stack():
    """The one line that users must change."""
    with pytest.raises(ac.ConversionError, match=r"np\.stack"):
        ac.grad(lambda x: np.sum(np.array([x[0], x[1]])))(np.array([1.0, 2.0]))


def test_numpy_alone_costs_nothing():
    """f(x0) with an array sees no Variable."""
    seen = []
    ac.grad(lambda x: (seen.append(type(x)), np.sum(x))[1])(x0)
    (lambda x: (seen.append(type(x)), np.sum(x))[1])(x0)

    assert seen == [ac.Variable, np.ndarray]
