"""Let the data choose the length scale of a Gaussian process: type II maximum likelihood.

Run it with ``python examples/gaussian_process.py`` (needs the extra ``scipy``); with the extra
``plot`` it draws ``gaussian_process.png``. How likely the data are, whatever the function behind
them, is a formula of the kernel's hyperparameters: a Cholesky factor, a triangular system, a sum
of logarithms. It is written in NumPy, and its gradient goes to L-BFGS.

Source: C. Rasmussen and C. Williams, "Gaussian Processes for Machine Learning" (2006), algorithm
2.1 and §5.4.1.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

optimize = ac.require("scipy.optimize", extra="scipy", feature="examples/gaussian_process.py")

SAMPLES = 40
NOISE = 0.2
FIXED = 3.0  # the length scale of somebody who has not looked at the data


def truth(x):
    """Two waves, the shorter of which a long length scale takes for noise; like x."""
    return np.sin(0.8 * x) + 0.7 * np.sin(3.1 * x)


def measure(rng, count, low=0.0, high=10.0):
    """So many places (n,), and noisy values (n,); nothing is known between 5 and 6.5."""
    x = np.sort(rng.uniform(low, high - 1.5, count))
    x = np.where(x > 5.0, x + 1.5, x)
    return x, truth(x) + NOISE * rng.standard_normal(count)


def kernel(x1, x2, size, length):
    """size² exp(-(x1 - x2)² / 2 length²), for places (n,) and (m,) → (n, m)."""
    return size**2 * np.exp(-0.5 * ((x1[:, None] - x2) / length) ** 2)


def factor(x, size, length, noise):
    """The lower Cholesky factor of the covariance of measurements at x (n,) → (n, n)."""
    return np.linalg.cholesky(kernel(x, x, size, length) + noise**2 * np.eye(len(x)))


def surprise(logs, x, y):
    """-log p(y | x, hyperparameters): how well they fit, and how much else they could have fitted.

    Args:
        logs: the logarithms of size, length scale and noise, (3,).
        x, y: measurements, (n,) each.
    """
    root = factor(x, *np.exp(logs))
    whitened = ac.scipy.linalg.solve_triangular(root, y, lower=True)
    misfit, volume = np.sum(whitened**2) / 2, np.sum(np.log(np.diagonal(root)))
    return misfit + volume + len(x) / 2 * np.log(2 * np.pi)


def choose(x, y, length, learned, steps):
    """Size, length scale and noise (3,) that make the data least surprising.

    Args:
        x, y: measurements.
        length: where the length scale begins; it stays there unless ``learned``.
        steps: the most iterations of L-BFGS.
    """
    start = np.log([1.0, length, 0.5])
    free, fixed = (np.log(0.01), np.log(100)), (start[1], start[1])
    found = optimize.minimize(
        ac.value_and_grad(surprise), start, (x, y), "L-BFGS-B", jac=True,
        bounds=[free, free if learned else fixed, free], options={"maxiter": steps},
    )  # fmt: skip
    return np.exp(found.x)


def predict(places, x, y, size, length, noise):
    """Mean and standard deviation of the function at places (m,), after the measurements."""
    root = factor(x, size, length, noise)
    across = ac.scipy.linalg.solve_triangular(root, kernel(x, places, size, length), lower=True)
    mean = across.T @ ac.scipy.linalg.solve_triangular(root, y, lower=True)
    return mean, np.sqrt(np.maximum(size**2 - np.sum(across**2, axis=0), 0))


def log_density(x_new, y_new, x, y, chosen):
    """The mean of log p(y_new) over measurements that were not seen."""
    mean, deviation = predict(x_new, x, y, *chosen)
    variance = deviation**2 + chosen[2] ** 2
    return float(-0.5 * np.mean(np.log(2 * np.pi * variance) + (y_new - mean) ** 2 / variance))


def draw(x, y, results):
    """Mean and 2 sigma of each, in ``gaussian_process.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.4), layout="constrained")
    places = np.linspace(-1, 11, 600)
    for ax, (name, chosen, density) in zip(
        figure.subplots(1, 2, sharex=True, sharey=True), results, strict=True
    ):
        mean, deviation = predict(places, x, y, *chosen)
        low, high = mean - 2 * deviation, mean + 2 * deviation
        ax.fill_between(places, low, high, color="#0072B2", alpha=0.25, lw=0, label="2 σ")
        ax.plot(places, mean, color="#0072B2", label="mean")
        ax.plot(places, truth(places), "--", color="#999999", label="truth")
        ax.plot(x, y, ".", color="black", label="measured")
        _, length, noise = chosen
        ax.set_title(f"{name}: {length:.2f}, noise {noise:.2f}, log density {density:.2f}")
        ax.set(xlabel="x", ylim=(-3, 3.4), xlim=(-1, 11))
    ax.legend(ncols=4, frameon=False, loc="upper center")
    figure.savefig("gaussian_process.png", dpi=110)


def main(steps=100, seed=0):
    """Choose with the length scale fixed, and free; by how much the log density of new data rises.

    Args:
        steps: the most iterations of L-BFGS.
        seed: of the measurements.
    """
    rng = np.random.default_rng(seed)
    (x, y), new = measure(rng, SAMPLES), measure(rng, 200)
    results = []
    for name, learned in (("fixed length scale", False), ("learned length scale", True)):
        chosen = choose(x, y, FIXED, learned, steps)
        density = log_density(*new, x, y, chosen)
        print(f"{name:21}{chosen[1]:.2f}   size {chosen[0]:.2f}   noise {chosen[2]:.2f}")
        print(
            f"  surprise {surprise(np.log(chosen), x, y):7.2f}   new data {density:6.3f} per point"
        )
        results.append((name, chosen, density))
    gain = results[1][2] - results[0][2]
    if steps >= 100:
        assert gain > 0.2, results
        assert abs(results[1][1][2] / NOISE - 1) < 0.5, results
    if find_spec("matplotlib"):
        draw(x, y, results)
    return gain


if __name__ == "__main__":
    main()
