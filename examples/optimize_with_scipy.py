"""Give SciPy exact derivatives: Rosenbrock's valley, and a fit under constraints.

Run it with ``python examples/optimize_with_scipy.py`` (needs the extra ``scipy``); with the extra
``plot`` it draws ``optimize_with_scipy.png``: the valley in two dimensions, and the ways down it.
The functions are plain NumPy; they see Variables only while they are differentiated.
"""

from importlib.util import find_spec

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


def ways(steps):
    """The way down from (-1.2, 1) of three methods of SciPy, all with our derivatives.

    Returns:
        name of the method: (points (k, 2), evaluations).
    """
    found = {}
    for method in ("BFGS", "Newton-CG", "trust-exact"):
        path = [START[:2]]
        newton = {} if method == "BFGS" else {"hess": ac.hessian(rosenbrock)}
        result = minimize(
            ac.value_and_grad(rosenbrock), START[:2], jac=True, method=method,
            callback=lambda x, path=path: path.append(x.copy()), options={"maxiter": steps},
            **newton,
        )  # fmt: skip
        found[method] = np.array(path), result.nfev
    return found


def draw(paths):
    """The valley's contours and the ways down, in ``optimize_with_scipy.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    x, y = np.meshgrid(np.linspace(-1.7, 1.6, 300), np.linspace(-0.7, 1.9, 300))
    heights = 100.0 * (y - x**2) ** 2 + (1 - x) ** 2
    left.contour(x, y, heights, levels=10.0 ** np.arange(-1.5, 3.1, 0.5), colors="#cccccc")
    for (name, (path, calls)), color in zip(
        paths.items(), ("#D55E00", "#0072B2", "#009E73"), strict=True
    ):
        label = f"{name}, {calls} evaluations"
        left.plot(*path.T, "o-", color=color, markersize=3, lw=1.2, label=label)
        right.semilogy([max(rosenbrock(x), 1e-20) for x in path], "o-", color=color, markersize=3)
    left.plot(1, 1, "*", color="black", markersize=15, zorder=3)
    left.set(title="Rosenbrock's valley, from (-1.2, 1) to (1, 1)", xlabel="x1", ylabel="x2")
    left.legend(loc="lower right")
    right.set(title="height over the iterations", xlabel="iteration")
    right.grid(alpha=0.3)
    figure.savefig("optimize_with_scipy.png", dpi=110)


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
    if find_spec("matplotlib"):
        draw(ways(steps))
    return exact.nfev


if __name__ == "__main__":
    main()
