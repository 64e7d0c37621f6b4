"""Turn time back in the heat equation: read what has spread beyond recognition.

Run it with ``python examples/heat_inverse.py`` (needs the extra ``scipy``); with the extra ``plot``
it draws ``heat_inverse.png`` and a film of 33 frames, ``heat_inverse.gif``. A plate is heated where
a word is written, and the heat spreads until nobody can read it. The simulation is a loop in plain
NumPy; the gradient through all its steps tells L-BFGS what the plate must have looked like. Many
pasts lead to nearly the same present, for fine patterns are gone; that no temperature was below
zero or above one is what singles out the word.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

optimize = ac.require("scipy.optimize", extra="scipy", feature="examples/heat_inverse.py")

PATTERN = """\
...........................
...........................
..#...#.#####..###..#####..
..#...#.#.....#...#...#....
..#...#.#.....#...#...#....
..#####.####..#####...#....
..#...#.#.....#...#...#....
..#...#.#.....#...#...#....
..#...#.#####.#...#...#....
...........................
...........................
"""
SCALE = 3  # cells of the plate along each letter of the pattern
TIMES = 32  # steps that the heat spreads
RATE = 0.24  # what flows to each neighbour in a step, of the difference; 0.25 at most is stable
NOISE = 5e-5  # of a thermometer; the plate began at 0 and 1
STEPS = 300  # of L-BFGS


def diffuse(u, steps):
    """Temperatures after so many steps; no heat flows through the edge of the plate.

    Args:
        u: temperatures (m, n).
        steps: how many.
    """
    for _ in range(steps):
        down, right = RATE * np.diff(u, axis=0), RATE * np.diff(u, axis=1)
        u = u + np.diff(down, axis=0, prepend=0, append=0)
        u = u + np.diff(right, axis=1, prepend=0, append=0)
    return u


def misfit(flat, measured):
    """Half the sum of squared errors at the end, for the temperatures (mn,) at the beginning."""
    end = diffuse(flat.reshape(measured.shape), TIMES)
    return np.sum((end - measured) ** 2) / 2


def residual(u, measured):
    """How far u is from the measurement when the heat has spread, relative to the measurement."""
    return float(np.linalg.norm(diffuse(u, TIMES) - measured) / np.linalg.norm(measured))


def look_back(measured, steps):
    """The temperatures (m, n) at the beginning, as they were thought to be after each step."""
    path = [np.clip(measured, 0, 1)]
    optimize.minimize(
        ac.value_and_grad(misfit), path[0].ravel(), (measured,), "L-BFGS-B", jac=True,
        bounds=[(0, 1)] * measured.size, options={"maxiter": steps, "ftol": 0, "gtol": 1e-12},
        callback=lambda flat: path.append(flat.reshape(measured.shape)),
    )  # fmt: skip
    return path


def draw(truth, path, measured):
    """What happened, above what was found of it, in ``heat_inverse.png``; a film of the finding."""
    from matplotlib.animation import PillowWriter
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 3.0), layout="constrained")
    axes = figure.subplots(2, 5)
    for ax, t in zip(axes[0], np.linspace(0, TIMES, 5).astype(int), strict=True):
        u = diffuse(truth, t)
        ax.imshow(u, cmap="inferno", vmin=0)
        ax.set_title(f"at time {t}, up to {u.max():.2f}", fontsize=9)
    last = len(path) - 1
    for ax, k in zip(axes[1], sorted({0, 10, 30, 100, last} & set(range(last + 1))), strict=False):
        ax.imshow(path[k], cmap="inferno", vmin=0, vmax=1)
        ax.set_title(f"step {k}, residual {residual(path[k], measured):.0e}", fontsize=9)
    for ax in axes.flat:
        ax.axis("off")
    figure.savefig("heat_inverse.png", dpi=110)

    film = Figure(figsize=(4.5, 2))
    ax = film.add_axes((0, 0, 1, 0.88))
    ax.axis("off")
    image = ax.imshow(measured, cmap="inferno")
    writer = PillowWriter(fps=8)
    with writer.saving(film, "heat_inverse.gif", dpi=80):
        for t in range(TIMES, -1, -1):
            u = diffuse(path[-1], t)
            image.set_data(u)
            image.set_clim(0, u.max())
            ax.set_title(f"time {t}", fontsize=9)
            writer.grab_frame()


def main(steps=STEPS, seed=0):
    """Look back; the residual of the past that was found.

    Args:
        steps: the most iterations of L-BFGS.
        seed: of the noise.
    """
    letters = np.array([[letter == "#" for letter in line] for line in PATTERN.splitlines()], float)
    truth = np.kron(letters, np.ones((SCALE, SCALE)))
    noise = np.random.default_rng(seed).standard_normal(truth.shape)
    measured = diffuse(truth, TIMES) + NOISE * noise
    path = look_back(measured, steps)

    left = residual(path[-1], measured)
    right = np.mean((path[-1] > 0.5) == (truth > 0.5))
    guess = np.mean((measured > measured.max() / 2) == (truth > 0.5))
    print(f"{truth.size} temperatures, {TIMES} steps in time, {len(path) - 1} of the search")
    print(f"residual {left:.1e}; cells told hot from cold: {right:.1%}, by the blur {guess:.1%}")
    if steps >= STEPS:
        assert left < 1e-3, left
        assert right > 0.96, right
    if find_spec("matplotlib"):
        draw(truth, path, measured)
    return left


if __name__ == "__main__":
    main()
