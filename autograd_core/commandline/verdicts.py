"""What finite differences say of the gradients of a formula, and when they say nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_core as ac

from ..checking import TOLERANCES
from ..checking.comparisons import FULL, SURE, Check
from ..checking.differences import TOO_FAR, complex_step, unsettled
from ..checking.problem import Problem, unpack

Array = np.ndarray[Any, Any]
Verdict = tuple[Array | None, str]

OK, WRONG = "ok", "WRONG"
BY_STEP = "ok, by a complex step"
UNSURE = "differences cannot tell here"


def compared(
    total: Callable[..., Any],
    points: list[Array],
    gradients: list[Array],
    holomorphic: bool,
    stepwise: bool,
) -> list[Verdict]:
    """For each gradient what differences give, if they are few, and a verdict.

    Args:
        total: the function of ``points``, a number.
        points, gradients: of the same shapes.
        holomorphic: whether the gradients are complex derivatives.
        stepwise: whether the function has steps, whose derivative is zero by convention.
    Raises:
        ArgumentError: the function has no complex derivative.
    """
    rtol, atol = max(TOLERANCES.get(p.dtype.name, (1e-6, 1e-9)) for p in points)
    check = Check(Problem(total, tuple(points), {}), rtol, atol, np.random.default_rng(0))
    if check.n > FULL:
        return [(None, in_directions(check, rtol, stepwise))] * len(points)
    numeric, error = check.numeric()  # (1 or 2, n): real and imaginary parts count as two
    ours = rows_of(gradients, holomorphic)
    scale = np.fmax(np.abs(numeric).max(axis=1, keepdims=True, initial=0), 1e-3)
    bad = ~(np.abs(ours - numeric) <= check.slack(scale, error))
    exact = excused = np.zeros_like(bad)
    if bad.any() and holomorphic:
        check_holomorphic(numeric, scale)
    if bad.any():
        exact = bad & by_complex_steps(check, ours, rtol)
        bad &= ~exact
        unsure = ~(error <= SURE * scale) | meaningless(check, ours, numeric) | stepwise
        excused = bad & check.excused("backward", ours, numeric, bad, unsure)
        bad &= ~excused
    parts = unpack(as_gradient(numeric, holomorphic), points, exact=False)
    verdicts: list[Verdict] = []
    for part, (_, _, place) in zip(parts, check.problem.places(), strict=True):
        masks = {WRONG: bad, UNSURE: excused, BY_STEP: exact}
        found = (verdict for verdict, mask in masks.items() if mask[:, place].any())
        verdicts.append((np.asarray(part), next(found, OK)))
    return verdicts


def by_complex_steps(check: Check, ours: Array, rtol: float) -> Array:
    """Where complex steps, which need no differences, agree with the gradients, (1 or 2, n).

    Differences of what oscillates within their steps, sin(1e9*x), are a number all the same.
    """
    problem, shape = check.problem, ours.shape[:1]
    steps = [complex_step(problem.value, problem.x, t, shape) for t in np.eye(check.n)]
    exact = np.stack(steps, axis=1)
    agree: Array = np.abs(ours - exact) <= rtol * np.abs(exact)
    return agree


def meaningless(check: Check, ours: Array, numeric: Array) -> Array:
    """Where differences are a number without a meaning, (1 or 2, n).

    Far from zero, where the value is not finite, or the gradient is none by the chain rule (0
    times infinity); where two steps disagree; and where rounding of the value hides the gradient.
    """
    problem, x = check.problem, check.problem.x
    columns = zip(np.eye(check.n), ours.T, numeric.T, strict=True)
    found = [np.logical_or(*unsettled(problem.value, x, t, g, d)) for t, g, d in columns]
    mask: Array = np.stack(found, axis=1) | (np.abs(x) > TOO_FAR) | ~np.isfinite(ours)
    return mask | ~np.isfinite(problem.value(x)).all()


def rows_of(gradients: list[Array], holomorphic: bool) -> Array:
    """Gradients as the rows of a real Jacobian, (1, n); of f'(z), (2, n)."""
    flat = [gradient.ravel() for gradient in gradients]
    if not holomorphic:
        pairs = [np.stack([g.real, g.imag], 1) if g.dtype.kind == "c" else g for g in flat]
        real: Array = np.concatenate([pair.ravel() for pair in pairs])[None]
        return real.astype(float)
    along = np.concatenate(flat)
    both = np.stack([along, 1j * along], axis=1).ravel()
    return np.stack([both.real, both.imag])


def as_gradient(numeric: Array, holomorphic: bool) -> Array:
    """The Jacobian by differences as one real vector, packed as gradients are."""
    if not holomorphic:
        first: Array = numeric[0]
        return first
    both: Array = np.stack([numeric[0, 0::2], numeric[1, 0::2]], axis=1)
    return both.ravel()


def check_holomorphic(numeric: Array, scale: Array) -> None:
    """Compare the derivatives along the two axes of the complex plane.

    Raises:
        ArgumentError: they are not those of one complex derivative.
    """
    real, imaginary = numeric[:, 0::2], numeric[:, 1::2]
    turned = np.stack([-real[1], real[0]])
    if np.any(np.abs(imaginary - turned) > 1e-4 * scale):
        raise ac.ArgumentError(
            "The formula has no complex derivative here.",
            "its derivative depends on the direction.",
            "real(...), imag(...) or abs(...) of it",
        )


def in_directions(check: Check, rtol: float, stepwise: bool) -> str:
    """The verdict on many entries, by products in random directions."""
    try:
        check.backward()
    except ac.GradcheckError as err:
        if stepwise:
            return UNSURE
        return f"{WRONG}: {err.what}".partition("\n")[0]
    return f"finite differences in random directions: {OK}, to {rtol:.0e}"
