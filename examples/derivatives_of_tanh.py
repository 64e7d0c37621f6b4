"""Differentiate tanh six times, and compare every derivative with its closed form.

Run it with ``python examples/derivatives_of_tanh.py``; with the extra ``plot`` it draws
``derivatives_of_tanh.png``. A derivative is a function like any other, so that it can be
differentiated again: backwards with ``elementwise_grad``, forwards with ``jvp``, or in turns.
"""

from importlib.util import find_spec

import numpy as np

import autograd_core as ac

ORDERS = 6
POINTS = 401

# dⁿ tanh(x) / dxⁿ = Pₙ(t) with t = tanh(x): P₀ = t and Pₙ₊₁ = Pₙ′ (1 - t²), lowest power first.
CLOSED_FORMS = (
    (0, 1),
    (1, 0, -1),
    (0, -2, 0, 2),
    (-2, 0, 8, 0, -6),
    (0, 16, 0, -40, 0, 24),
    (16, 0, -136, 0, 240, 0, -120),
    (0, -272, 0, 1232, 0, -1680, 0, 720),
)


def slope(f):
    """The derivative of a function that acts entry by entry, in forward mode."""

    def derivative(x):
        return ac.jvp(f, (x,), (np.ones(np.shape(x)),))[1]

    return derivative


def family(orders, *ways):
    """tanh and its derivatives: each is a function, made from the one before by the ways in turn.

    Args:
        orders: how many derivatives.
        ways: functions from a function to its derivative.
    """
    functions = [np.tanh]
    for n in range(orders):
        functions.append(ways[n % len(ways)](functions[-1]))
    return functions


def draw(x, curves):
    """All curves, each divided by its peak, in ``derivatives_of_tanh.png``."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.8), layout="constrained")
    ax = figure.subplots()
    colors = colormaps["plasma"](np.linspace(0, 0.95, len(curves)))
    for n, (y, color) in enumerate(zip(curves, colors, strict=True)):
        peak = np.abs(y).max()
        label = "tanh" if n == 0 else f"derivative {n}, peak {peak:.3g}"
        ax.plot(x, y / peak, color=color, linewidth=3.0 if n == 0 else 1.7, label=label)
    ax.axhline(0, color="#999999", linewidth=0.8)
    ax.set(xlabel="x", title="tanh and its derivatives, each divided by its peak")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig("derivatives_of_tanh.png", dpi=110)


def main(steps=ORDERS):
    """Differentiate backwards, forwards and in turns; the largest error of all.

    Args:
        steps: how many times, six at most.
    """
    x = np.linspace(-4, 4, POINTS)
    expected = [np.polynomial.Polynomial(form)(np.tanh(x)) for form in CLOSED_FORMS[: steps + 1]]
    ways = {
        "backwards": [ac.elementwise_grad],
        "forwards": [slope],
        "in turns": [ac.elementwise_grad, slope],
    }
    errors = {}
    for name, way in ways.items():
        curves = [f(x) for f in family(steps, *way)]
        errors[name] = [np.abs(y - e).max() for y, e in zip(curves, expected, strict=True)]

    print(f"largest error on {POINTS} points    " + "".join(f"{name:>12}" for name in errors))
    for n in range(steps + 1):
        row = "".join(f"{error[n]:12.1e}" for error in errors.values())
        print(f"  {'tanh' if n == 0 else f'derivative {n}':30}{row}")
    largest = float(np.max(list(errors.values())))
    assert largest < 1e-10, largest
    if find_spec("matplotlib"):
        draw(x, curves)
    return largest


if __name__ == "__main__":
    main()
