"""Solutions of SciPy's searches, and their derivatives by the implicit function theorem."""

import numpy as np
import pytest

import autograd_core as ac

peer = pytest.importorskip("scipy.optimize")
from autograd_core.scipy import optimize  # noqa: E402

A, C, D = 1.2, 2.0, np.array([0.8, 3.0])


def system(x, a, p):
    """Two equations, as a list."""
    return [a * x[0] ** 3 + x[1] - p["c"], x[1] * a - x[0] * p["d"][0] + 0.1 * p["d"][1]]


def cost(x, a, b):
    """A convex function of a vector."""
    return np.sum(np.cosh(x - a)) + 0.1 * np.sum(x**4) * b


@pytest.mark.parametrize("method", ["hybr", "lm", "krylov", "df-sane"])
def test_root(method):
    """By nested arguments, to second order, in both modes, for every way to search."""

    def f(a, c, d):
        return optimize.root(system, [1.0, 1.0], (a, {"c": c, "d": d}), method, tol=1e-12).x

    expected = peer.root(system, [1.0, 1.0], (A, {"c": C, "d": D}), tol=1e-12).x
    np.testing.assert_allclose(f(A, C, D), expected, rtol=1e-8)
    if method == "hybr":
        ac.gradcheck(f, A, C, D, order=2)
    gradient = ac.grad(lambda a: f(a, C, D).sum())(A)
    assert gradient == pytest.approx(ac.grad(lambda a: by_newton(a)[-1].sum())(A), rel=1e-7)


def by_newton(a):
    """The same root by unrolled steps."""
    x = np.array([1.0, 1.0])
    for _ in range(8):
        p = {"c": C, "d": D}
        slope = ac.jacobian(lambda x: ac.array(system(x, a, p)))(x)
        x = x - np.linalg.solve(slope, ac.array(system(x, a, p)))
    return [x]


def test_root_with_a_jacobian():
    """SciPy's own forms of jac."""

    def f(x, a):
        return x**2 - a

    def with_jacobian(x, a):
        return (x**2 - a, np.diag(2 * x))

    for fun, jac in ((f, None), (f, lambda x, a: np.diag(2 * x)), (with_jacobian, True)):
        gradient = ac.jacobian(lambda a: optimize.root(fun, np.ones(2), a, jac=jac).x)
        np.testing.assert_allclose(gradient(np.array([4.0, 9.0])), np.diag([1 / 4, 1 / 6]))


def test_root_without_history():
    """SciPy's result, where nothing is tracked; x0 has no derivative."""
    found = optimize.root(lambda x: x**2 - 4, 1.0)

    assert type(found.x) is np.ndarray
    np.testing.assert_allclose(found.x, [2.0])
    x0 = ac.Variable(1.0)
    assert type(optimize.root(lambda x: x**2 - 4, x0).x) is np.ndarray


def test_fixed_point():
    """SciPy's example, with both methods, to second order."""

    def f(c1, c2, method="del2"):
        return optimize.fixed_point(
            lambda x, c1, c2: np.sqrt(c1 / (x + c2)), [1.2, 1.3], (c1, c2), 1e-13, method=method
        )

    c1, c2 = np.array([10.0, 12.0]), np.array([3.0, 5.0])
    np.testing.assert_allclose(f(c1, c2), [1.4920333, 1.37228132], rtol=1e-7)
    ac.gradcheck(f, c1, c2, order=2)
    np.testing.assert_allclose(
        ac.jacobian(f)(c1, c2, "iteration"), ac.jacobian(f)(c1, c2), rtol=1e-9
    )
    with pytest.raises(RuntimeError, match="Failed to converge"):
        optimize.fixed_point(lambda x, a: -a * x + 1, 0.3, ac.Variable(1.0), method="iteration")


@pytest.mark.parametrize(
    "method",
    [None, "BFGS", "CG", "L-BFGS-B", "TNC", "SLSQP", "Newton-CG", "dogleg", "trust-ncg",
     "trust-exact", "trust-krylov", "trust-constr", "Nelder-Mead", "Powell", "COBYQA"],
)  # fmt: skip
def test_every_method(method):
    """Each finds the minimum, with what it needs of derivatives, and its derivative is the same."""

    def f(a):
        return optimize.minimize(cost, np.zeros(2), (a, 1.5), method, tol=1e-9).x

    a = np.array([0.5, -0.7])
    with np.errstate(all="ignore"):  # of memory that trust-krylov does not initialize
        x, slope = f(a), ac.jacobian(f)(a)
    hessian = np.cosh(x - a) + 1.2 * x**2 * 1.5
    np.testing.assert_allclose(slope, np.diag(np.cosh(x - a) / hessian), atol=1e-4)


def test_minimum_to_second_order():
    """Nested parameters and arguments; the value of the minimum too."""

    def f(a, b):
        def loss(p, a, b):
            return np.sum(np.cosh(p["w"] - a)) + (p["v"] * b["b"] - 1) ** 2 + p["v"] ** 2

        start = {"w": np.zeros(2), "v": 0.1}
        found = optimize.minimize(
            loss, start, (a, {"b": b}), "trust-exact", options={"gtol": 1e-11}
        )
        return found.params["w"] * found.params["v"] + found.fun

    ac.gradcheck(f, np.array([0.5, 0.7]), 2.0, order=2)


def test_params():
    """The minimum in the structure of x0; a vector stays one."""

    def loss(p):
        return np.sum((p["w"] - 1.0) ** 2) + (p["b"] + 2.0) ** 2

    found = optimize.minimize(loss, {"w": np.zeros((2, 2)), "b": 0.0})

    assert found.params["w"].shape == (2, 2)
    assert found.x.shape == (5,)
    np.testing.assert_allclose(found.params["b"], -2, rtol=1e-6)
    pair = optimize.minimize(lambda p: np.sum((p[0] - p[1]) ** 2) + p[1] ** 2, (np.ones(3), 2.0))
    assert isinstance(pair.params, tuple)
    plain = optimize.minimize(lambda x: np.sum((x - 3.0) ** 2), [0.0, 0.0])
    np.testing.assert_allclose(plain.params, [3, 3], rtol=1e-6)
    assert plain.params is plain.x
    assert optimize.minimize(lambda x: np.sum((x - 3.0) ** 2), 1).x.shape == (1,)


def test_fewer_evaluations():
    """The gradient is exact: no differences."""

    def rosenbrock(x):
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    x0 = [-1.2, 1.0, -0.5, 0.8]

    ours = optimize.minimize(rosenbrock, x0, method="L-BFGS-B")
    theirs = peer.minimize(rosenbrock, x0, method="L-BFGS-B")
    assert ours.nfev < 80 < theirs.nfev


def test_value_and_gradient_of_the_users():
    """jac=True, and a function for it."""

    def fun(x, a):
        return (np.sum((x - a) ** 2 + x**4), 2 * (x - a) + 4 * x**3)

    value, slope = (lambda x, a: fun(x, a)[0]), (lambda x, a: fun(x, a)[1])

    for f, jac in ((fun, True), (value, slope), (value, None)):
        found = ac.grad(lambda a: optimize.minimize(f, [0.0], a, jac=jac, tol=1e-10).x[0])(1.0)
        x = peer.minimize(value, [0.0], 1.0, tol=1e-10).x[0]
        assert found == pytest.approx(2 / (2 + 12 * x**2), rel=1e-5)


def test_bounds():
    """Components at a bound stay there; the others move as if they were alone."""

    def f(a, bounds):
        def loss(x, a):
            return np.sum((x - a) ** 2 + 0.1 * x**4) + 0.3 * x[0] * x[1]

        return optimize.minimize(loss, np.full(3, 0.5), a, bounds=bounds, tol=1e-12).x

    a = np.array([-1.0, 0.5, 3.0])
    for bounds in ([(0, 1)] * 3, [(0, None), (None, None), (None, 1)], peer.Bounds(0, 1)):
        slope = ac.jacobian(f)(a, bounds)
        x = f(a, bounds)[1]
        np.testing.assert_allclose(slope, np.diag([0, 2 / (2 + 1.2 * x**2), 0]), atol=1e-8)


def test_against_the_unrolled_gradient():
    """Ridge regression: the derivative of its solution by the penalty, in closed form."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)

    def loss(w, penalty):
        return np.sum((x @ w - y) ** 2) + penalty * np.sum(w**2)

    def ours(penalty):
        return optimize.minimize(loss, np.zeros(3), penalty, "Newton-CG", tol=1e-12).x

    def exact(penalty):
        return np.linalg.solve(x.T @ x + penalty * np.eye(3), x.T @ y)

    np.testing.assert_allclose(ac.jacobian(ours)(0.7), ac.jacobian(exact)(0.7), rtol=1e-8)


def test_refusals():
    """Searches that fail, constraints, functions that use what is tracked around them."""
    a = ac.Variable(1.0)
    with pytest.raises(ac.NoRuleError, match="root did not converge"):
        optimize.root(lambda x, a: x**2 + a, 1.0, a)
    with pytest.raises(ac.NoRuleError, match="minimize did not converge"):
        optimize.minimize(cost, np.ones(2), (a, 1.0), options={"maxiter": 1})
    assert not optimize.minimize(cost, np.ones(2), (1.0, 1.0), options={"maxiter": 1}).success
    equal = {"type": "eq", "fun": lambda x: x[0] - x[1]}
    with pytest.raises(ac.NoRuleError, match="constraints"):
        optimize.minimize(cost, np.ones(2), (a, 1.0), constraints=equal)
    assert optimize.minimize(cost, np.ones(2), (1.0, 1.0), constraints=equal).success
    with pytest.raises(ac.NoRuleError, match="takes from around it"):
        optimize.minimize(lambda x: (x[0] - a) ** 2, 0.0)
    with pytest.raises(ac.NoRuleError, match="takes from around it"):
        ac.grad(lambda b: optimize.root(lambda x: x - b, 0.0).x[0])(1.0)
