"""Differential equations: gradients against closed forms, differences and the unrolled solver."""

import numpy as np
import pytest

import autograd_core as ac

peer = pytest.importorskip("scipy.integrate")
from autograd_core.scipy import integrate  # noqa: E402
from autograd_core.scipy.linalg import expm  # noqa: E402

M = np.array([[-0.3, 1.0], [-1.2, -0.1]])
Y0, T = np.array([1.0, -0.5]), np.array([0.0, 0.4, 1.3])


def linear(t, y, m):
    """y′ = m y, whose solution is an exponential."""
    return m @ y


def exact(y0, m, times):
    """The solution of ``linear``, (k, n)."""
    return np.stack([expm(m * (t - times[0])) @ y0 for t in times])


def by_odeint(y0, m, times):
    """The same by LSODA."""
    return integrate.odeint(linear, y0, times, (m,), tfirst=True, rtol=1e-11, atol=1e-11)


def by_solve_ivp(method):
    """The same by another method."""

    def f(y0, m, times):
        span = (times[0], times[-1])
        options = {"rtol": 1e-9, "atol": 1e-11, "args": (m,), "method": method}
        return integrate.solve_ivp(linear, span, y0, t_eval=times, **options).y.T

    return f


METHODS = ["RK45", "RK23", "DOP853", "LSODA", "Radau", "BDF"]


def weighted(f):
    """A number that depends on every entry of the result."""
    weights = np.arange(6.0).reshape(3, 2) - 2.0
    return lambda *args: np.sum(weights * f(*args) ** 2)


@pytest.mark.parametrize("method", ["odeint", *METHODS])
def test_gradients_are_those_of_the_exact_solution(method):
    """By first state, parameters and times, as exact as the tolerance."""
    f = by_odeint if method == "odeint" else by_solve_ivp(method)

    ours = ac.grad(weighted(f), (0, 1, 2))(Y0, M, T)
    theirs = ac.grad(weighted(exact), (0, 1, 2))(Y0, M, T)
    for a, b in zip(ours, theirs):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("method", ["odeint", "RK45", "BDF"])
def test_forward_mode(method):
    """The variational equation, along a direction in everything."""
    f = by_odeint if method == "odeint" else by_solve_ivp(method)
    primals, tangents = (Y0, M, T), (np.array([0.3, 1.0]), M.T + 0.2, np.array([0.1, -0.2, 0.3]))

    value, ours = ac.jvp(f, primals, tangents)
    np.testing.assert_allclose(value, exact(*primals), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours, ac.jvp(exact, primals, tangents)[1], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("method", ["odeint", "DOP853"])
def test_second_order(method):
    """Hessians are those of the exact solution."""
    f = by_odeint if method == "odeint" else by_solve_ivp(method)

    ours = ac.hvp(lambda y0: weighted(f)(y0, M, T))(Y0, np.array([0.3, 1.0]))
    theirs = ac.hvp(lambda y0: weighted(exact)(y0, M, T))(Y0, np.array([0.3, 1.0]))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    ours = ac.hvp(lambda m: weighted(f)(Y0, m, T))(M, M.T)
    theirs = ac.hvp(lambda m: weighted(exact)(Y0, m, T))(M, M.T)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_jacobians_hessians_and_the_third_order():
    """By everything, mixed derivatives too."""
    for k in range(3):
        ours, theirs = (ac.jacobian(f, k)(Y0, M, T) for f in (by_odeint, exact))
        np.testing.assert_allclose(ours, theirs, atol=1e-8)
    blocks = [ac.hessian(weighted(f), (0, 1, 2))(Y0, M, T) for f in (by_odeint, exact)]
    for ours, theirs in zip(*blocks):
        for a, b in zip(ours, theirs):
            np.testing.assert_allclose(a, b, atol=1e-7)
    third = [
        ac.grad(ac.grad(ac.grad(lambda k: f(Y0, M * k, T)[-1, 0])))(1.0) for f in (by_odeint, exact)
    ]
    assert third[0] == pytest.approx(third[1], rel=1e-7)


@pytest.mark.slow
def test_gradcheck_to_second_order():
    """A nonlinear equation whose right side depends on the time."""

    def f(y0, k, t1):
        def pendulum(t, y, p):
            return [y[1], -np.sin(y[0]) * p["k"] * t]

        options = {"rtol": 1e-11, "atol": 1e-12, "method": "DOP853"}
        return integrate.solve_ivp(pendulum, (0.3, t1), y0, args=({"k": k},), **options).y[:, -1]

    ac.gradcheck(f, Y0, 1.5, 1.2, order=2)


def test_values_are_scipys():
    """The same numbers, whether something is tracked or not; also the results beside them."""
    options = {"args": (M,), "rtol": 1e-6}
    expected = peer.solve_ivp(linear, (0, 1.0), Y0, **options)
    for y0 in (Y0, ac.Variable(Y0), Y0.tolist()):
        found = integrate.solve_ivp(linear, (0, 1.0), y0, **options)
        np.testing.assert_array_equal(ac.stop_gradient(found.y), expected.y)
        np.testing.assert_array_equal(found.t, expected.t)
        assert found.nfev == expected.nfev
        assert found.success
    expected, info = peer.odeint(linear, Y0, T, (M,), tfirst=True, full_output=True)
    found, ours = integrate.odeint(linear, ac.Variable(Y0), T, (M,), tfirst=True, full_output=True)
    np.testing.assert_array_equal(found.detach(), expected)
    assert ours["nfe"].tolist() == info["nfe"].tolist()


def test_times():
    """Those that are given are returned, tracked as they came; the end may be a Variable."""

    def fall(t, y):
        return [y[1], -9.81]

    end = ac.grad(lambda t1: integrate.solve_ivp(fall, (0.0, t1), [0.0, 3.0]).y[0, -1])
    assert end(2.0) == pytest.approx(3 - 2 * 9.81)
    start = ac.grad(lambda t0: integrate.solve_ivp(fall, (t0, 2.0), [0.0, 3.0]).y[0, -1])
    assert start(0.0) == pytest.approx(-3 + 2 * 9.81)
    times = ac.Variable([0.5, 1.0])
    found = integrate.solve_ivp(fall, (0.0, 1.0), [0.0, 3.0], t_eval=times)
    assert found.t.tolist() == [0.5, 1.0]
    assert found.t.requires_grad
    found.y[0].sum().backward()
    np.testing.assert_allclose(times.grad, 3 - 9.81 * np.array([0.5, 1.0]), rtol=1e-6)


def test_backward_in_time_and_repeated_times():
    """Times may fall, and LSODA takes them twice."""
    times = np.array([1.0, 0.6, 0.6, 0.0])

    def f(y0):
        return np.sum(integrate.odeint(linear, y0, times, (M,), tfirst=True)[1:])

    def g(y0):
        return np.sum(exact(y0, M, times)[1:])

    np.testing.assert_allclose(ac.grad(f)(Y0), ac.grad(g)(Y0), rtol=1e-5)

    def same(y0):
        return np.sum(integrate.odeint(linear, y0, np.zeros(2), (M,), tfirst=True))

    assert ac.grad(same)(Y0).tolist() == [2, 2]


def test_stiff_equations():
    """The gradient follows the cotangent, which is stable, not the solution, which is not."""

    def rhs(t, y, rate):
        return -rate * (y - np.cos(t))

    def f(y0, rate):
        return integrate.solve_ivp(
            rhs, (0.0, 2.0), y0, "Radau", args=(rate,), rtol=1e-8, atol=1e-8
        ).y[0, -1]

    rate, h = 1e4, 1.0

    def plain(rate):
        return peer.solve_ivp(
            rhs, (0.0, 2.0), [1.5], "Radau", args=(rate,), rtol=1e-12, atol=1e-13
        ).y[0, -1]

    by_state, by_rate = ac.grad(f, (0, 1))(np.array([1.5]), rate)
    assert abs(by_state[0]) < 1e-8
    differences = (plain(rate + 100 * h) - plain(rate - 100 * h)) / (200 * h)
    assert by_rate == pytest.approx(differences, rel=1e-2, abs=1e-11)
    with pytest.raises(ac.NoRuleError, match="no second derivative here"):
        ac.hessian(lambda rate: f(np.array([1.5]), rate))(rate)


def test_small_cotangents():
    """Tolerances are absolute; a loss in other units has the same digits."""

    def f(scale):
        return ac.grad(lambda m: scale * np.sum(by_solve_ivp("RK45")(Y0, m, T)))(M)

    np.testing.assert_allclose(f(1e-12), 1e-12 * f(1.0), rtol=1e-12)


@pytest.mark.slow
def test_against_jax():
    """The gradients of odeint are those of jax.experimental.ode."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    theirs = pytest.importorskip("jax.experimental.ode").odeint

    def rhs(y, t, k):
        return -k * y * (1 + t)

    y0, k, times = np.array([1.0, 2.0]), np.array([0.5, 0.7]), np.array([0.0, 0.5, 2.0])

    ours = ac.grad(lambda y0, k: np.sum(integrate.odeint(rhs, y0, times, (k,)) ** 2), (0, 1))(y0, k)
    other = jax.grad(lambda y0, k: (theirs(rhs, y0, times, k) ** 2).sum(), (0, 1))(y0, k)
    for a, b in zip(ours, other):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-5)


def test_refusals():
    """Options and solutions without derivative, said at the call."""
    y0 = ac.Variable(Y0)
    for option in ({"dense_output": True}, {"events": lambda t, y, m: y[0]}):
        with pytest.raises(ac.NoRuleError, match=next(iter(option))):
            integrate.solve_ivp(linear, (0, 1.0), y0, args=(M,), **option)
        assert integrate.solve_ivp(linear, (0, 1.0), Y0, args=(M,), **option).success
    with pytest.raises(ac.NoRuleError, match="complex"):
        integrate.solve_ivp(linear, (0, 1.0), ac.Variable(Y0 + 1j), args=(M,))
    with pytest.raises(ac.NoRuleError, match="takes from around it"):
        ac.grad(lambda k: integrate.solve_ivp(lambda t, y: k * y, (0, 1.0), [1.0]).y[0, -1])(1.0)

    def explodes(t, y):
        return y**2

    with pytest.raises(ac.NoRuleError, match="was not solved"):
        integrate.solve_ivp(explodes, (0, 5.0), ac.Variable([1.0]))
    assert not integrate.solve_ivp(explodes, (0, 5.0), [1.0]).success
