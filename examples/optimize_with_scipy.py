"""Give SciPy exact derivatives: Rosenbrock's valley, and a fit under constraints.

Run it with ``python examples/optimize_with_scipy.py`` (needs the extra ``scipy``). The functions
are plain NumPy; they see Variables only while they are differentiated.
"""

import numpy as np
from scipy.optimize import NonlinearConstraint, minimize

import autograd_core as ac

START = np.array([-1.2, 1.0, -0.5, 0.8])
TIMES = np.linspace(0, 4, 50)


def rosenbrock(x):
    """The sum of 100 (x[k+1] - x[k]²)² + (1 - x[k])²; its minimum is 0, at (1, …, 1).

    Args:
        x: (n,).
    """
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def decay(parameters, t):
    """a exp(-b t) + c, for parameters (a, b, c) and times (n,) → (n,)."""
    a, b, c = parameters
    return a * np.exp(-b * t) + c


def descend(steps):
    """Minimize Rosenbrock's function with our gradient and with differences; both results."""
    options = {"maxiter": steps}
    exact = minimize(
        ac.value_and_grad(rosenbrock), START, jac=True, method="L-BFGS-B", options=options
    )
    numeric = minimize(rosenbrock, START, method="L-BFGS-B", options=options)
    return exact, numeric


def fit(measured, steps):
    """Fit ``decay`` by least squares where the curve's area from 0 to 4 may be 4 at most.

    Args:
        measured: the values at TIMES (50,).
    Returns:
        SciPy's result of trust-constr; its derivatives, second order too, are exact.
    """

    def loss(parameters):
        return np.sum((decay(parameters, TIMES) - measured) ** 2)

    def area(parameters):
        a, b, c = parameters
        return a * (1 - np.exp(-4 * b)) / b + 4 * c

    limit = NonlinearConstraint(
        area,
        -np.inf,
        4.0,
        jac=ac.grad(area),
        hess=lambda x, v: v[0] * ac.hessian(area)(x),
    )
    return minimize(
        loss,
        np.array([1.0, 1.0, 0.0]),
        jac=ac.grad(loss),
        hess=ac.hessian(loss),
        method="trust-constr",
        constraints=limit,
        options={"maxiter": steps, "gtol": 1e-10},
    )


def main(steps=1000):
    """Run both, checked when not cut short; the evaluations that the exact gradient needed."""
    exact, numeric = descend(steps)
    noise = 0.05 * np.random.default_rng(0).standard_normal(TIMES.size)
    fitted = fit(decay((2.0, 0.7, 0.5), TIMES) + noise, steps)
    if steps >= 1000:
        assert np.allclose(exact.x, 1, atol=1e-4), exact
        assert exact.nfev < numeric.nfev / 4, (exact.nfev, numeric.nfev)
        assert fitted.optimality < 1e-6, fitted
        assert fitted.constr_violation < 1e-8, fitted
    print(f"Rosenbrock in {START.size} dimensions: {exact.nfev} evaluations with the exact")
    print(f"gradient, {numeric.nfev} with finite differences; f = {exact.fun:.1e}")
    print(f"constrained fit: a, b, c = {np.round(fitted.x, 4)}, area {fitted.constr[0][0]:.6f}")
    return exact.nfev


if __name__ == "__main__":
    main()
