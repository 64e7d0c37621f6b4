"""Find the laws of hares and lynxes from noisy counts, through SciPy's solver.

Run it with ``python examples/lotka_volterra.py`` (needs the extra ``scipy``); with the extra
``plot`` it draws ``lotka_volterra.png``. The equations are integrated by ``solve_ivp``; the
derivatives of the solution by rates and first counts are solutions too, of the variational equation
forward in time (``ac.jvp``) or of the adjoint equation backward (``ac.grad``). Both are the same
numbers. ``least_squares`` takes them as its Jacobian.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

optimize = ac.require("scipy.optimize", extra="scipy", feature="examples/lotka_volterra.py")

NAMES = ("birth", "eaten", "death", "feeding", "hares", "lynxes")
TRUTH = np.array([0.8, 0.04, 0.6, 0.02, 30.0, 10.0])  # rates per year, then counts at the start
GUESS = np.array([0.6, 0.03, 0.8, 0.03, 40.0, 15.0])
YEARS = np.linspace(0, 20, 81)[1:]
NOISE = 0.015  # of a count, relative to it
SOLVER = {"method": "DOP853", "rtol": 1e-7, "atol": 1e-7}


def dynamics(_t, y, rates):
    """How hares and lynxes (2,) change: hares are born and eaten, lynxes die and feed."""
    birth, eaten, death, feeding = rates
    hares, lynxes = y
    return np.stack([(birth - eaten * lynxes) * hares, (feeding * hares - death) * lynxes])


def history(parameters, years=YEARS):
    """Counts (2, n) in given years, for rates and first counts (6,)."""
    rates, start = parameters[:4], parameters[4:]
    solve = ac.scipy.integrate.solve_ivp
    return solve(dynamics, (0.0, years[-1]), start, t_eval=years, args=(rates,), **SOLVER).y


def fit(counted, steps):
    """Parameters whose history is nearest to the counts (2, n), and the ones on the way (k, 6).

    What is sought are logarithms: so no rate is negative, and errors are relative, as the noise is.
    """
    path = []

    def residuals(logs):
        return (np.log(history(np.exp(logs))) - np.log(counted)).ravel()

    def slopes(logs):
        path.append(np.exp(logs))
        return ac.jacobian(residuals)(logs)  # six pushes forward, not 160 sweeps backward

    found = optimize.least_squares(residuals, np.log(GUESS), jac=slopes, max_nfev=steps)
    return np.exp(found.x), np.array(path)


def both_ways(counted):
    """How the squared error grows with all parameters: forward in time, and backward."""

    def error(parameters):
        return np.sum((history(parameters) / counted - 1) ** 2)

    _, forward = ac.jvp(error, (GUESS,), (GUESS,))
    return forward, ac.grad(error)(GUESS) @ GUESS


def draw(counted, path, found):
    """Orbits on the field of the equations, and counts, in ``lotka_volterra.png``."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    years = np.linspace(0, YEARS[-1], 1000)[1:]
    grid = np.stack(np.meshgrid(np.linspace(0, 80, 30), np.linspace(0, 50, 30)))
    flow = dynamics(0, grid, found[:4])
    left.streamplot(*grid, *flow, color="#CCCCCC", linewidth=0.6, arrowsize=0.7, density=1.2)
    for k, parameters in enumerate(path[:-1]):
        color = colormaps["YlOrRd"](0.3 + 0.5 * k / len(path))
        left.plot(*history(parameters, years), color=color, lw=1.2, label=f"step {k}")
    curves = history(found, years)
    left.plot(*curves, color="black", lw=1.6, label="found")
    left.plot(*counted, ".", color="#0072B2", label="counted")
    left.set(xlabel="hares", ylabel="lynxes", title="phase portrait", xlim=(0, 80), ylim=(0, 50))
    left.legend(fontsize=8, loc="upper right")

    for name, counts, curve, color in zip(
        NAMES[4:], counted, curves, ("#009E73", "#D55E00"), strict=True
    ):
        right.plot(YEARS, counts, ".", color=color, label=name)
        right.plot(years, curve, color=color)
    right.set(xlabel="year", title="counts, and the history that was found", ylim=(0, None))
    right.legend(loc="upper right")
    figure.savefig("lotka_volterra.png", dpi=110)


def main(steps=30, seed=0):
    """Fit; the largest relative error of a parameter.

    Args:
        steps: the most evaluations of the history.
        seed: of the noise.
    """
    noise = np.random.default_rng(seed).standard_normal((2, len(YEARS)))
    counted = history(TRUTH) * np.exp(NOISE * noise)
    forward, backward = both_ways(counted)
    found, path = fit(counted, steps)

    print(f"slope of the error: {forward:.5f} forward in time, {backward:.5f} backward")
    print("            true    guess    found")
    for name, *row in zip(NAMES, TRUTH, GUESS, found, strict=True):
        print(f"{name:8}" + "".join(f"{x:9.4f}" for x in row))
    error = float(np.max(np.abs(found / TRUTH - 1)))
    print(f"largest error {error:.2%}, after {len(path)} Jacobians")
    assert abs(forward / backward - 1) < 1e-6, (forward, backward)
    if steps >= 30:
        assert error < 0.01, found
    if find_spec("matplotlib"):
        draw(counted, path, found)
    return error


if __name__ == "__main__":
    main()
