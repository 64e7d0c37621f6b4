"""gradcheck: what differentiation says against what differences say, to second order."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import UsageHint
from ..modes import no_grad
from .comparisons import Check, Report
from .problem import Problem

__all__ = ["Report", "gradcheck"]

# fmt: off
TOLERANCES = {  # relative to the largest entry of a row; absolute
    "float16": (5e-2, 1e-2),
    "float32": (1e-3, 1e-4), "complex64":  (1e-3, 1e-4),
    "float64": (1e-6, 1e-9), "complex128": (1e-6, 1e-9),
}
# fmt: on


def gradcheck(
    f: Callable[..., Any],
    *args: Any,
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    rng: Any = 0,
    rtol: float | None = None,
    atol: float | None = None,
    **kwargs: Any,
) -> Report:
    """Compare the derivatives of ``f`` with differences of its values.

    Args:
        f: any function that can be differentiated; its result may be nested.
        args: where. Every floating-point or complex array among them is checked; whole numbers
            are left as they are.
        order: 1, or 2 for second derivatives too.
        modes: of "reverse" and "forward".
        rng: seed or Generator of the random directions.
        rtol, atol: relative to the largest entry of a row, and absolute; by default what the
            coarsest dtype among the inputs allows.
        kwargs: keyword arguments of ``f``.
    Returns:
        a Report; print it.
    Raises:
        GradcheckError: they differ; its ``report`` holds what was well until then.

    >>> print(gradcheck(lambda a, b: a @ b, np.ones((2, 3)), np.ones(3)))
    gradcheck of <lambda>: 9 inputs, 2 outputs, float64, tolerance 1e-06
      backward      ok, to 1e-09
      forward       ok, to 1e-09
      second order  ok, to 1e-09
    """
    # a place without a derivative is reported, not warned of; captured Variables are constants
    with np.errstate(all="ignore"), warnings.catch_warnings(), no_grad():
        warnings.simplefilter("ignore", UsageHint)  # hints are for programs that are used
        return _checked(f, args, kwargs, order, modes, np.random.default_rng(rng), rtol, atol)


def _checked(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    order: int,
    modes: Sequence[str],
    rng: np.random.Generator,
    rtol: float | None,
    atol: float | None,
) -> Report:
    problem = Problem(f, args, kwargs)
    default = max(TOLERANCES.get(point.dtype.name, (1e-6, 1e-9)) for point in problem.points)
    relative, absolute = default[0] if rtol is None else rtol, default[1] if atol is None else atol
    check = Check(problem, relative, absolute, rng)
    if "reverse" in modes:
        check.backward()
        check.form()
    if "forward" in modes:
        check.forward()
    if order > 1:
        check.second()
    return check.report
