"""Fit a ringing bell with SciPy, and know how well each parameter is known.

Run it with ``python examples/curve_fitting.py`` (needs the extra ``scipy``); with the extra
``plot`` it draws ``curve_fitting.png``. ``curve_fit`` computes the covariance of what it finds
from the Jacobian; with an exact Jacobian the covariance is exact too, and the same derivatives
carry it on to any quantity that depends on the parameters. ``least_squares`` takes the same
Jacobian, and with a robust loss does not believe outliers.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

optimize = ac.require("scipy.optimize", extra="scipy", feature="examples/curve_fitting.py")

TRUTH = np.array([1.0, 0.35, 6.0, 0.4])  # amplitude, decay rate, angular frequency, phase
START = np.array([0.7, 0.6, 5.6, 0.0])
NOISE = 0.15
TIMES = np.linspace(0, 6, 64)
KNOCKED = slice(5, None, 11)  # samples that a loose contact spoils, about one per swing


def ring(t, a, b, w, p):
    """a exp(-b t) cos(w t + p), the same shape as t."""
    return a * np.exp(-b * t) * np.cos(w * t + p)


def jacobian_by_hand(t, a, b, w, p):
    """∂ring/∂(a, b, w, p) as one would derive it on paper, (t, 4)."""
    decay, cosine, sine = np.exp(-b * t), np.cos(w * t + p), np.sin(w * t + p)
    by_phase = -a * decay * sine
    return np.stack([decay * cosine, -t * a * decay * cosine, t * by_phase, by_phase], axis=1)


def quality(parameters):
    """π times the number of swings in which the amplitude falls to 1/e: w / 2b."""
    _, b, w, _ = parameters
    return w / (2 * b)


def spread(f, parameters, covariance):
    """The standard deviation of f(parameters), to first order: √(J C Jᵀ) for each output.

    Args:
        f: parameters (p,) → a number or an array.
        parameters, covariance: (p,) and (p, p).
    """
    jacobian = ac.jacobian(f)(parameters)
    return np.sqrt(np.sum((jacobian @ covariance) * jacobian, axis=-1))


def fit(measured, **options):
    """The parameters and covariance that ``curve_fit`` finds, noise known; with its options."""
    tight = {"method": "trf", "xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}
    sigma = np.full(len(measured), NOISE)
    return optimize.curve_fit(
        ring, TIMES, measured, START, sigma, absolute_sigma=True, **tight, **options
    )


def robust(measured, steps):
    """The parameters that ``least_squares`` finds where errors beyond 2 sigma count less."""

    def residuals(parameters):
        return (ring(TIMES, *parameters) - measured) / NOISE

    return optimize.least_squares(
        residuals, START, jac=ac.jacobian(residuals), loss="soft_l1", f_scale=2.0, max_nfev=steps
    ).x


def draw(measured, found, covariance, spoiled, misled, steady):
    """The fit with its band, and the fits of the spoiled samples, in ``curve_fitting.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    t = np.linspace(0, 9, 600)
    band = 2 * spread(lambda p: ring(t, *p), found, covariance)
    curve = ring(t, *found)
    left.fill_between(t, curve - band, curve + band, color="#0072B2", alpha=0.3, lw=0, label="2 σ")
    left.plot(t, curve, color="#0072B2", label="fit")
    left.plot(TIMES, measured, ".", color="black", markersize=4, label="measured")
    left.axvspan(TIMES[-1], t[-1], color="#000000", alpha=0.06, lw=0)
    left.set(title="curve_fit: what the data leave open", xlabel="time", ylim=(-1.3, 1.5))
    left.legend(loc="upper right", ncols=3, frameon=False)

    right.plot(TIMES, spoiled, ".", color="black", markersize=4, label="measured")
    for parameters, color, label in (
        (misled, "#D55E00", "least squares"),
        (steady, "#009E73", "soft_l1"),
        (TRUTH, "#999999", "truth"),
    ):
        style = "--" if label == "truth" else "-"
        right.plot(t, ring(t, *parameters), style, color=color, label=label)
    right.set(title="least_squares: with a loose contact", xlim=(0, t[-1]), ylim=(-1.3, 2.3))
    right.legend(loc="upper right", ncols=4, frameon=False)
    figure.savefig("curve_fitting.png", dpi=110)


def main(steps=200):
    """Fit; the largest deviation of the covariance from its formula, relative to its entries.

    Args:
        steps: the most evaluations of a fit with outliers.
    """
    rng = np.random.default_rng(0)
    measured = ring(TIMES, *TRUTH) + NOISE * rng.standard_normal(TIMES.size)
    found, covariance = fit(measured, jac=ac.curve_fit_jac(ring))
    _, by_differences = fit(measured)
    by_hand = jacobian_by_hand(TIMES, *found)
    analytic = NOISE**2 * np.linalg.inv(by_hand.T @ by_hand)
    deviation = float(np.max(np.abs(covariance / analytic - 1)))
    numeric = float(np.max(np.abs(by_differences / analytic - 1)))

    spoiled = measured.copy()
    spoiled[KNOCKED] = 1.6
    misled, _ = fit(spoiled, jac=ac.curve_fit_jac(ring))
    steady = robust(spoiled, steps)

    off = [np.std(ring(TIMES, *p) - ring(TIMES, *TRUTH)) for p in (misled, steady)]

    errors = np.sqrt(np.diag(covariance))
    for name, value, error, true in zip("abwp", found, errors, TRUTH, strict=True):
        print(f"{name} = {value:.3f} ± {error:.3f}   (true: {true})")
    swing = f"{quality(found):.2f} ± {spread(quality, found, covariance):.2f}"
    print(f"quality w / 2b = {swing}   (true: {quality(TRUTH):.2f})")
    print(f"covariance against its formula: {deviation:.0e}; with differences {numeric:.0e}")
    print(f"spoiled samples: least squares is off by {off[0]:.3f}, soft_l1 by {off[1]:.3f}")
    assert np.allclose(ac.curve_fit_jac(ring)(TIMES, *found), by_hand, rtol=0, atol=1e-13)
    assert deviation < 1e-10, deviation
    assert np.all(np.abs(found - TRUTH) < 3 * errors), (found, errors)
    if steps >= 20:
        assert off[1] < off[0] / 4, off
    if find_spec("matplotlib"):
        draw(measured, found, covariance, spoiled, misled, steady)
    return deviation


if __name__ == "__main__":
    main()
