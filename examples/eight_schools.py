"""Draw from the posterior of the eight schools by Hamiltonian Monte Carlo, written in NumPy.

Run it with ``python examples/eight_schools.py``; with the extra ``plot`` it draws
``eight_schools.png``. Eight schools coached their pupils for a test and measured what that gained,
each with an error of its own. How much do the schools differ, and what is each one's gain? All 16
chains move at once: the gradient of their summed log densities has a row for each. The answer is
compared with integrals over two of the ten parameters, the other eight being Gaussian.

Sources: D. Rubin (1981), J. Educ. Stat. 6, 377, for the data; R. Neal, "MCMC using Hamiltonian
dynamics" (2011); A. Gelman et al., "Bayesian Data Analysis" (2013), §5.5, and §11.4 for R-hat.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

GAINS = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
ERRORS = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])
STEPS = 1000  # draws of each chain
CHAINS = 16
LEAPS, STEP = 10, 0.35  # of a trajectory: how many, and how far in time each goes


def effects(q):
    """What each school gains, (…, 8), at q (…, 10): mean, logarithm of the spread, 8 deviations."""
    return q[..., :1] + np.exp(q[..., 1:2]) * q[..., 2:]


def log_density(q):
    """The log of the posterior density at q (…, 10), up to a constant, (…).

    Gains are normal around effects, and effects around their mean, which is N(0, 5); their spread
    is half-Cauchy of scale 5. The density is that of the log spread: hence the last term.
    """
    mean, log_spread, deviations = q[..., 0], q[..., 1], q[..., 2:]
    misfit = np.sum(((GAINS - effects(q)) / ERRORS) ** 2 + deviations**2, axis=-1)
    return -(misfit + (mean / 5) ** 2) / 2 - np.log1p(np.exp(2 * log_spread) / 25) + log_spread


slope = ac.grad(lambda q: np.sum(log_density(q)))  # a row for each chain


def leapfrog(q, p, step):
    """Hamilton's equations in ``LEAPS`` leaps of so much time, (chains, 1).

    Args:
        q, p: positions and momenta at the start, (chains, 10).
    Returns:
        the positions on the way (LEAPS + 1, chains, 10), and the momenta at the end.
    """
    path = [q]
    p = p + step / 2 * slope(q)
    for k in range(LEAPS):
        path.append(path[-1] + step * p)
        p = p + (step if k < LEAPS - 1 else step / 2) * slope(path[-1])
    return np.stack(path), p


def sample(steps, rng):
    """Positions (steps, chains, 10), the share that was accepted, and the widest last path."""
    q, draws, accepted = rng.standard_normal((CHAINS, 10)), [], 0.0
    for _ in range(steps):
        p = rng.standard_normal(q.shape)
        path, end = leapfrog(q, p, STEP * rng.uniform(0.7, 1.3, (CHAINS, 1)))
        gain = log_density(path[-1]) - log_density(q) + np.sum(p**2 - end**2, axis=1) / 2
        taken = np.log(rng.uniform(size=CHAINS)) < gain
        q = np.where(taken[:, None], path[-1], q)
        draws.append(q)
        accepted += np.mean(taken) / steps
    return np.stack(draws), accepted, path[:, np.argmax(np.ptp(path[..., 0], axis=0))]


def r_hat(x):
    """How much wider all draws together spread than each half of a chain; x is (draws, chains, …).

    Returns:
        (…), one when all halves have seen the same distribution.
    """
    n = len(x) // 2
    halves = np.concatenate([x[:n], x[n : 2 * n]], axis=1)
    within = np.mean(np.var(halves, axis=0, ddof=1), axis=0)
    between = np.var(np.mean(halves, axis=0), axis=0, ddof=1)
    return np.sqrt((n - 1) / n + between / within)


def integrate():
    """The posterior on a grid of means and log spreads, and the exact mean of each effect."""
    mean, log_spread = np.meshgrid(np.linspace(-16, 24, 401), np.linspace(-9, 5, 401))
    width = np.exp(2 * log_spread)[..., None]
    variance = ERRORS**2 + width
    fit = np.sum((GAINS - mean[..., None]) ** 2 / variance + np.log(variance), axis=-1)
    log = -(fit + (mean / 5) ** 2) / 2 - np.log1p(width[..., 0] / 25) + log_spread
    weight = np.exp(log - log.max())
    effect = (GAINS * width + mean[..., None] * ERRORS**2) / variance
    return (mean, log_spread, weight), np.average(effect.reshape(-1, 8), 0, weight.ravel())


def draw(draws, path, grid, exact):
    """Effects with their intervals, and a trajectory, in ``eight_schools.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    schools, bars = np.arange(8), np.abs(np.quantile(effects(draws), (0.05, 0.95), (0, 1)) - exact)
    left.errorbar(schools - 0.1, GAINS, 1.645 * ERRORS, fmt="o", color="#999999", label="alone")
    left.errorbar(schools + 0.1, exact, bars, fmt="o", color="#0072B2", label="together")
    left.set_xticks(schools, "ABCDEFGH")
    left.set(title="gain of each school, 90 % intervals", xlabel="school", ylabel="points")
    left.legend()
    right.contourf(*grid, levels=[0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1], cmap="Blues")
    right.plot(*draws[::60, :, :2].reshape(-1, 2).T, ".", color="black", markersize=2, alpha=0.5)
    right.plot(*path[:, :2].T, "o-", color="#D55E00", markersize=4, label="one trajectory")
    right.set(xlim=(-10, 18), ylim=(-5, 4), title="draws on the exact density")
    right.set(xlabel="mean of the effects", ylabel="logarithm of their spread")
    right.legend()
    figure.savefig("eight_schools.png", dpi=110)


def main(steps=STEPS, seed=0):
    """Sample, and compare with the integrals; the largest R-hat of parameters and effects.

    Args:
        steps: draws of each chain, of which a tenth is thrown away.
        seed: of starts, momenta and decisions.
    """
    draws, accepted, path = sample(steps, np.random.default_rng(seed))
    draws = draws[steps // 10 :]
    grid, exact = integrate()
    found = effects(draws).mean(axis=(0, 1))

    print("school          " + "".join(f"{name:>7}" for name in "ABCDEFGH"))
    for name, row in (("measured", GAINS), ("by the chains", found), ("by integrals", exact)):
        print(f"{name:16}" + "".join(f"{x:7.2f}" for x in row))
    print(f"{draws.shape[0]} draws of {CHAINS} chains, {accepted:.0%} of trajectories accepted")
    worst = np.inf
    if steps >= STEPS:
        worst = float(np.max(r_hat(np.concatenate([draws, effects(draws)], axis=2))))
        assert worst < 1.01, worst
        assert np.max(np.abs(found - exact)) < 0.3, (found, exact)
    print(f"largest R-hat: {worst:.4f}")
    if find_spec("matplotlib"):
        draw(draws, path, grid, exact)
    return worst


if __name__ == "__main__":
    main()
