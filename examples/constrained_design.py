"""Design the lightest truss that holds, with exact Hessians, and say what more load would cost.

Run it with ``python examples/constrained_design.py`` (needs the extra ``scipy``); with the extra
``plot`` it draws ``constrained_design.png``. Two steel tubes lean against each other and carry a
load at the top. They must not yield, not buckle, and not sag by more than some millimetres: three
inequalities for two numbers, the diameter of the tubes and the height of the top.

SciPy's trust-constr finds out which limits are active; Newton's method on the conditions of Karush,
Kuhn and Tucker finds the last digits. They hold a gradient, so that their Jacobian holds Hessians;
and their solution is differentiated once more, by the load. Where only buckling is active, theory
knows the answers: the top is at span / √5, and the mass goes with the cube root of the load.

Source of the task: R. Fox, "Optimization methods for engineering design" (1971); numbers are ours.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

optimize = ac.require("scipy.optimize", extra="scipy", feature="examples/constrained_design.py")

LOAD = 40.0  # at the top, in kN
SPAN = 3.0  # from the middle to a foot, in m
WALL = 0.003  # of the tubes, in m
SAG = 4.0  # that is allowed, in mm
ELASTICITY, STRENGTH, DENSITY = 210e6, 235e3, 7850.0  # of steel, in kN/m², kN/m², kg/m³
LIMITS = ("yields", "buckles", "sags")
START = np.array([0.9, 2.6])


def mass(x):
    """Of both tubes in kg; x is (diameter in dm, height in m)."""
    diameter, height = x
    return 2 * DENSITY * np.pi * WALL * diameter / 10 * np.sqrt(SPAN**2 + height**2)


def margins(x, load):
    """How far each limit is away, as a share of it: (3,), not negative where the truss holds."""
    diameter, height = x
    area, length = np.pi * WALL * diameter / 10, np.sqrt(SPAN**2 + height**2)
    force = load / 2 * length / height  # along a tube, in kN
    euler = np.pi**2 * ELASTICITY * area * (diameter / 10) ** 2 / 8 / length**2
    sag = 1000 * force * length**2 / (ELASTICITY * area * height)
    return np.stack([1 - force / (area * STRENGTH), 1 - force / euler, 1 - sag / SAG])


def search(steps):
    """What trust-constr finds in so many iterations, and its path (k, 2)."""
    path = [START]

    def left(x):
        return margins(x, LOAD)

    def curvature(x, weights):
        return ac.hessian(lambda x: weights @ left(x))(x)

    limits = optimize.NonlinearConstraint(left, 0, np.inf, jac=ac.jacobian(left), hess=curvature)
    found = optimize.minimize(
        mass, START, method="trust-constr", jac=ac.grad(mass), hess=ac.hessian(mass),
        constraints=limits, bounds=[(0.05, 3.0), (0.1, 9.0)], options={"maxiter": steps},
        callback=lambda x, _state: path.append(x.copy()),
    )  # fmt: skip
    return found, np.array(path)


def conditions(z, load, active):
    """Of Karush, Kuhn and Tucker: zero at the optimum.

    Args:
        z: the design (2,), and a multiplier for each active limit.
        load: in kN.
        active: which limits are reached, three truth values.
    """
    x, multipliers = z[:2], z[2:]

    def lagrangian(x):
        return mass(x) - multipliers @ margins(x, load)[active]

    return np.concatenate([ac.grad(lagrangian)(x), margins(x, load)[active]])


def refine(start, load, active):
    """The solution of the conditions, differentiable by the load."""
    return ac.scipy.optimize.root(conditions, start, (load, active), tol=1e-14).x


def draw(path, x):
    """The feasible set, the masses and the path, in ``constrained_design.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5.6), layout="constrained")
    ax = figure.subplots()
    grid = np.meshgrid(np.linspace(0.15, 1.1, 300), np.linspace(0.4, 3.4, 300))
    left = margins(grid, LOAD)
    ax.contourf(*grid, left.min(axis=0), levels=[0, 1], colors=["#009E73"], alpha=0.2)
    for margin, name, color in zip(left, LIMITS, ("#CC79A7", "#D55E00", "#0072B2"), strict=True):
        ax.contour(*grid, margin, levels=[0], colors=[color], linewidths=2)
        ax.plot([], [], color=color, lw=2, label=f"left of this, it {name}")
    levels = np.sort([10, 20, mass(x), 40, 50, 60, 70])
    lines = ax.contour(*grid, mass(grid), levels=levels, colors="#777777", linewidths=0.7)
    ax.clabel(lines, fmt="%.0f kg", fontsize=8)
    ax.plot(*path.T, "o-", color="black", markersize=3.5, lw=1, label="trust-constr")
    ax.plot(*x, "*", color="black", markersize=16, label=f"lightest: {mass(x):.1f} kg")
    ax.set(xlabel="diameter in dm", ylabel="height in m", title="trusses that hold, and the best")
    ax.set(xlim=(0.15, 1.1), ylim=(0.4, 3.4))
    ax.legend(loc="lower right")
    figure.savefig("constrained_design.png", dpi=110)


def main(steps=200):
    """Search, refine, differentiate; the largest residual of the conditions.

    Args:
        steps: the most iterations of trust-constr.
    """
    found, path = search(steps)
    held = margins(found.x, LOAD)
    active = held <= max(0.01, held.min())
    z = refine(np.concatenate([found.x, np.ones(active.sum())]), LOAD, active)
    x, multipliers = z[:2], z[2:]
    residual = float(np.max(np.abs(conditions(z, LOAD, active))))
    price = ac.grad(lambda load: mass(refine(z, load, active)[:2]))(LOAD)

    print(f"diameter {100 * x[0]:.2f} mm, height {x[1]:.5f} m, mass {mass(x):.4f} kg")
    print(
        "active: " + ", ".join(f"it {name}" for name, on in zip(LIMITS, active, strict=True) if on)
    )
    print(f"residual of the conditions: {found.optimality:.0e} searched, {residual:.0e} refined")
    print(f"a kN more costs {1000 * price:.3f} g; theory says {1000 * mass(x) / 3 / LOAD:.3f} g")
    assert residual < 1e-8, residual
    assert np.all(multipliers > 0), multipliers
    assert np.all(margins(x, LOAD) > -1e-12), margins(x, LOAD)
    assert abs(x[1] - SPAN / np.sqrt(5)) < 1e-10, x
    assert abs(price - mass(x) / 3 / LOAD) < 1e-10, price
    if steps >= 200:
        assert np.allclose(found.x, x, rtol=1e-4), (found.x, x)
    if find_spec("matplotlib"):
        draw(path, x)
    return residual


if __name__ == "__main__":
    main()
