"""Differentiate what NumPy cannot see into: a function of the C library, a loop over ``math``.

Run it with ``python examples/black_boxes.py``; with the extra ``plot`` it draws
``black_boxes.png``. Where is a planet at a given time? Kepler's equation E - e sin E = M says it,
for the time M and the eccentricity e, both angles counted from the nearest point to the sun. Its
solution E is differentiated by M and e in three ways:

- Bessel's series for it, with an own *primitive*: the C library's ``jn``, through ctypes. The rule
  is a recurrence in terms of the primitive itself, so that every order of derivative exists.
- Bisection, a *black box* with its *Jacobian*: that of the implicit function, from the equation.
- The same black box, and a *numeric* Jacobian: nothing but the loop is needed.

``ac.gradcheck`` compares each with finite differences; all three agree, to their accuracies.
Source: G. Watson, "A treatise on the theory of Bessel functions" (1944), §17.2.
"""

import ctypes
import math
from ctypes.util import find_library
from importlib.util import find_spec

import numpy as np

import autograd_core as ac

ECCENTRICITY = 0.6
TERMS, HALVINGS = 120, 60  # of the series, of the interval


# --- a primitive with a rule ----------------------------------------------------------------------
def c_function():
    """jn of the C library: (n, x) → Jₙ(x), of numbers."""
    library = ctypes.CDLL(find_library("m") or find_library("msvcrt"))
    jn = getattr(library, "jn", None) or library._jn
    jn.argtypes, jn.restype = (ctypes.c_int, ctypes.c_double), ctypes.c_double
    return jn


EACH = np.vectorize(c_function(), otypes=[float])


@ac.primitive
def bessel(x, n):
    """Jₙ(x), for whole n; the two broadcast."""
    return EACH(n, x)[()]


@ac.pullback(bessel, at=0)
def bessel_pullback(g, _out, x, n):
    """Jₙ′ = (Jₙ₋₁ - Jₙ₊₁) / 2."""
    return g * (bessel(x, n - 1) - bessel(x, n + 1)) / 2


def by_series(mean, e):
    """E = M + Σ (2/n) Jₙ(n e) sin(n M), for times (k,) → (k,)."""
    n = np.arange(1, TERMS + 1)
    return mean + np.sin(mean[:, None] * n) @ (2 / n * bessel(n * e, n))


# --- black boxes ----------------------------------------------------------------------------------
def bisect(mean, e):
    """E by halving intervals, with Python's numbers alone; for times (k,) → (k,)."""
    found = []
    for m in mean.tolist():
        low, high = m - 1.0, m + 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if middle - e * math.sin(middle) < m:
                low = middle
            else:
                high = middle
        found.append((low + high) / 2)
    return np.array(found)


def implicit(mean, e):
    """The Jacobians of E: 1 / (1 - e cos E) by its own time, sin E / (1 - e cos E) by e."""
    E = by_bisection(mean, e)  # a Variable if the Jacobian is differentiated in turn
    slope = 1 / (1 - e * np.cos(E))
    return np.diag(slope), np.sin(E) * slope


by_bisection = ac.custom_gradient(bisect, jac=implicit)
by_differences = ac.custom_gradient(bisect, jac="3-point")


def place(E, e):
    """Where the planet is, for angles (k,) → (2, k), in halves of the long axis from the sun."""
    return np.stack([np.cos(E) - e, np.sqrt(1 - e**2) * np.sin(E)])


def draw(mean, slopes):
    """How the orbit moves with e, and how far the three ways differ, in ``black_boxes.png``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)

    def position(e):
        return place(by_bisection(times, e), e)

    times = np.linspace(0, 2 * np.pi, 25)[:-1]
    at, moves = position(ECCENTRICITY), ac.jacobian(position)(ECCENTRICITY)
    left.plot(*place(np.linspace(0, 2 * np.pi, 300), ECCENTRICITY), color="#BBBBBB")
    left.quiver(*at, *moves, color="#D55E00", angles="xy", scale_units="xy", scale=5, width=0.005)
    left.plot(*at, "o", color="#0072B2", markersize=5, label="24 equal times")
    left.plot(0, 0, "*", color="#E69F00", markersize=18, label="sun")
    left.set(title="where each place moves with e: ∂place/∂e", aspect="equal", xlim=(-2.1, 0.6))
    left.legend(loc="center")

    exact = slopes["bisection, implicit"]
    for name, color in (("series of jn", "#0072B2"), ("bisection, differences", "#D55E00")):
        error = np.maximum(np.abs(slopes[name] - exact), 1e-17)
        right.semilogy(mean, error, ".-", color=color, label=name)
    right.set(title="∂E/∂e, compared with the implicit formula", xlabel="M", ylabel="difference")
    right.legend()
    figure.savefig("black_boxes.png", dpi=110)


def main(steps=60):
    """Check and compare; the largest difference between two ways.

    Args:
        steps: how many times of a revolution.
    """
    mean, e = np.linspace(0.1, 6.2, steps), ECCENTRICITY
    ways = {
        "series of jn": (by_series, 2),
        "bisection, implicit": (by_bisection, 2),
        "bisection, differences": (by_differences, 1),
    }
    slopes = {}
    print(f"{'':24}∂E/∂e, E = {by_bisection(mean[:1], e)[0]:.9f}   gradcheck passes")
    for name, (solve, order) in ways.items():
        ac.gradcheck(solve, mean[:3], e, order=order)
        slopes[name] = ac.jacobian(solve, argnum=1)(mean, e)
        print(f"{name:24}{slopes[name][0]:.15f}       order {order}")
    exact = slopes["bisection, implicit"]
    difference = float(max(np.abs(slope - exact).max() for slope in slopes.values()))
    print(f"largest difference at {steps} times: {difference:.0e}")
    assert np.abs(slopes["series of jn"] - exact).max() < 1e-12, slopes
    assert difference < 1e-8, slopes
    if find_spec("matplotlib"):
        draw(mean, slopes)
    return difference


if __name__ == "__main__":
    main()
