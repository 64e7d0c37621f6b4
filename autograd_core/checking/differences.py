"""Derivatives along a direction from values alone, with an estimate of their own error."""

from collections.abc import Callable
from typing import Any

import numpy as np

Vector = np.ndarray[Any, Any]
VectorFunction = Callable[[Vector], Vector]
LEVELS = 5  # of the extrapolation
ENOUGH = 1e-10  # relative error that calls for no smaller steps
TOO_FAR = 1e8  # from zero, for differences that disagree to be believed
SMALL, LARGE = 1e-8, 1e-2  # steps, relative to the largest variable
APART = 1e-2  # the relative difference between the slopes of two steps that is too much
ROUNDING = 1e-15  # relative; ten times what a sum loses


def directional(f: VectorFunction, x: Vector, t: Vector) -> tuple[Vector, Vector]:
    """The derivative of f along t, and its error: central differences, extrapolated.

    Steps that leave the domain, or are too coarse, are followed by smaller ones; each output
    takes its best. A complex step replaces them where f allows it and agrees.

    Args:
        f: (n,) → (m,).
        x, t: the place and the direction, of shape (n,).
    Returns:
        (derivative, error), of shape (m,); what could not be computed is nan, its error infinite.
    """
    size = float(np.max(np.abs(t), initial=0.0)) or 1.0
    moved = np.abs(x[t != 0])
    scale = max(float(np.max(moved, initial=0.0)), 1.0)
    smallest = float(np.min(moved[moved > 0], initial=scale))
    value, error = extrapolated(f, x, t / size, 1e-2 * scale)
    for step in (1e-3 * scale, 1e-2 * smallest):
        if np.all(error <= ENOUGH * (1 + np.abs(value))):
            break
        other, its_error = extrapolated(f, x, t / size, step)
        better = its_error < error
        value, error = np.where(better, other, value), np.where(better, its_error, error)
    value, error = refined(f, x, t / size, value, error)
    return value * size, error * size


def extrapolated(f: VectorFunction, x: Vector, t: Vector, step: float) -> tuple[Vector, Vector]:
    """Richardson's extrapolation over halved steps; for each output the entry that changed least.

    Source: Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4 (1982).
    """
    with np.errstate(all="ignore"):
        row = [_central(f, x, t, step)]
        value, error = row[0], np.full(row[0].shape, np.inf)
        for level in range(1, LEVELS):
            coarser, row = row, [_central(f, x, t, step / 2**level)]
            for k, old in enumerate(coarser):
                row.append(row[k] + (row[k] - old) / (4.0 ** (k + 1) - 1))
                change = np.maximum(np.abs(row[-1] - row[k]), np.abs(row[-1] - old))
                better = change < error
                value, error = np.where(better, row[-1], value), np.where(better, change, error)
    return value, error


def _central(f: VectorFunction, x: Vector, t: Vector, h: float) -> Vector:
    return (f(x + h * t) - f(x - h * t)) / (2 * h)


def refined(
    f: VectorFunction, x: Vector, t: Vector, value: Vector, error: Vector
) -> tuple[Vector, Vector]:
    """The complex step Im f(x + ih t) / h where f is analytic: exact to rounding.

    What f does with complex numbers is taken only where it agrees with the differences.
    """
    exact = complex_step(f, x, t, value.shape)
    agrees = np.abs(exact - value) <= 10 * error + 1e-8 * np.abs(value)
    agrees &= error < np.inf
    return np.where(agrees, exact, value), np.where(agrees, 0.0, error)


def complex_step(f: VectorFunction, x: Vector, t: Vector, shape: tuple[int, ...]) -> Vector:
    """Im f(x + ih t) / h, of this shape; nan where f takes no complex numbers, or gives none."""
    try:
        with np.errstate(all="ignore"):
            stepped = f(x + 1e-30j * t)
    except Exception:  # whatever f has against complex numbers
        return np.full(shape, np.nan)
    known = stepped.shape == shape and stepped.dtype.kind == "c"
    return stepped.imag / 1e-30 if known else np.full(shape, np.nan)


def is_far(x: Vector, t: Vector) -> bool:
    """Whether what moves along t is so far from zero that differences mean little."""
    return bool(np.any(np.abs(x[t != 0]) > TOO_FAR))


def unsettled(
    f: VectorFunction, x: Vector, t: Vector, ours: Vector, numeric: Vector
) -> tuple[Vector, Vector]:
    """Where differences along t are a number without a meaning, (m,) each.

    Args:
        f, x, t: as ``directional`` takes them.
        ours, numeric: (m,), the derivative and what differences gave for it.
    Returns:
        (apart, hidden): where a much smaller step gives another number, as for what oscillates
        within the steps; and where rounding of the value hides how ours and numeric differ.
    """
    length = float(np.max(np.abs(t), initial=0.0)) or 1.0
    size = max(1.0, float(np.max(np.abs(x[t != 0]), initial=0.0))) / length
    with np.errstate(all="ignore"):
        near = _central(f, x, t, SMALL * size)
        lost = ROUNDING * np.abs(f(x)) / size
        room = APART * (np.abs(near) + np.abs(numeric)) + lost / SMALL
        return np.abs(near - numeric) > room, np.abs(ours - numeric) <= lost / LARGE


def one_sided(f: VectorFunction, x: Vector, t: Vector) -> tuple[Vector, Vector]:
    """The derivatives along t from the left and from the right, to about 1e-5."""
    h = 1e-6 * max(1.0, float(np.max(np.abs(x), initial=0.0)))
    with np.errstate(all="ignore"):
        here = f(x)
        return (here - f(x - h * t)) / h, (f(x + h * t) - here) / h
