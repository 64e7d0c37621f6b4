"""scipy.integrate on Variables: solutions of differential equations, by the adjoint method.

SciPy solves y′ = f(t, y, θ) as ever. The gradient follows the cotangent λ back in time, by
λ′ = -(∂f/∂y)ᵀ λ and θ̄′ = -(∂f/∂θ)ᵀ λ, along SciPy's interpolation of the solution, which is stable
where the equation itself is. Forward mode solves the variational equation beside it. To derive a
gradient again, solution and cotangent are followed back together; where the solution comes out
elsewhere than it began, as it does for stiff equations, that is refused.

Gradients are as exact as the solution: rtol and atol are those of the call.

Sources: L. Pontryagin et al., "The mathematical theory of optimal processes" (1962); R. Serban and
A. Hindmarsh, "CVODES: the sensitivity-enabled ODE solver in SUNDIALS" (2005); R. Chen et al.,
"Neural ordinary differential equations" (2018).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NoRuleError, require
from ..forms import composite, primitive, pullback, pushforward
from ..transforms import jvp, vjp
from ..transforms.call import is_tracked, value_of
from ..trees import leaves, mapped
from ..variable import array
from .parameters import as_tuple, entered, joined

INTEGRATE = require("scipy.integrate", extra="scipy", feature="autograd_core.scipy.integrate")
TOLERANCE = 1.49012e-8  # of odeint, relative and absolute
SUCCESS = ("Integration successful.", "Nothing was done; the integration time was 0.")


# --- the flow of a differential equation ----------------------------------------------------------
class Dynamics:
    """A differential equation and how to solve it; ``path`` interpolates the solution.

    Args:
        rhs: (t, y, vector) → y′, of arrays or Variables.
        options: method, rtol and atol of ``solve_ivp``.
        known: the solution, where SciPy has found it already, and its interpolation.
    """

    def __init__(
        self, rhs: Callable[..., Any], options: dict[str, Any], known: tuple[Any, Any] | None = None
    ) -> None:
        self.rhs, self.options = rhs, options
        self.known: Any = known[0] if known else None
        self.path: Any = known[1] if known else None

    def solve(self, y0: Any, times: Any, vector: Any) -> Any:
        """The solution at each time, (k, n)."""
        if self.known is not None:
            return self.known
        self.locate([y0], times, vector)
        rows = np.stack([self.path(t) for t in times])
        rows[0] = y0
        return rows

    def locate(self, rows: Any, times: Any, vector: Any) -> None:
        """Find the path through the first of some states, if it is not known.

        Raises:
            NoRuleError: the solver gave up.
        """
        if self.path is not None:
            return
        start, times, vector = value_of(rows[0]), value_of(times), value_of(vector)
        if times[0] == times[-1]:
            self.path = lambda _t: start
        else:
            found = solved(lambda t, y: self.rhs(t, y, vector), times, start, self.options)
            self.path = found.sol

    def adjoint(self, n: int) -> Dynamics:
        """Of the solution, its cotangent and that of the vector, side by side.

        Raises:
            NoRuleError: while it is solved, if the solution gets lost.
        """
        path = self.path

        def rhs(t: Any, state: Any, vector: Any) -> Any:
            y, cotangent = state[:n], state[n : 2 * n]
            check_return(value_of(y), path(value_of(t)), 1.0, 1.0)
            slope, pull = vjp(lambda y, v: self.rhs(t, y, v), y, vector)
            by_state, by_vector = pull(cotangent)
            return np.concatenate([slope, -by_state, -by_vector])

        return Dynamics(rhs, self.options)

    def tangent(self, n: int) -> Dynamics:
        """Of the solution and its tangent; half of the vector is a tangent too."""

        def rhs(t: Any, state: Any, both: Any) -> Any:
            half = both.size // 2
            point, along = (state[:n], both[:half]), (state[n:], both[half:])
            return np.concatenate(jvp(lambda y, v: self.rhs(t, y, v), point, along))

        return Dynamics(rhs, self.options)


def solved(rhs: Callable[..., Any], times: Any, y0: Any, options: dict[str, Any]) -> Any:
    """SciPy's solution from the first to the last time, with its interpolation.

    Raises:
        NoRuleError: the solver gave up.
    """
    found = INTEGRATE.solve_ivp(rhs, (times[0], times[-1]), y0, dense_output=True, **options)
    check_success(found.success, found.message)
    return found


def check_success(success: bool, message: str) -> None:
    """Refuse to differentiate a solution that ends too early."""
    if not success:
        raise NoRuleError(
            "The differential equation was not solved, so that it has no derivative.",
            " ".join(str(message).split()),
            "another method, a smaller rtol; arguments without history for the result itself",
        )


@primitive
def flow(y0: Any, times: Any, vector: Any, dynamics: Dynamics) -> Any:
    """The solution at each time, (k, n), that is y0 at the first one."""
    return dynamics.solve(y0, times, vector)


@pullback(flow, at=(0, 1, 2))
def flow_pullback(g: Any, out: Any, _y0: Any, times: Any, vector: Any, dynamics: Dynamics) -> Any:
    """Those of the first state, the times and the vector."""
    return adjoint_sweep(g, out, times, vector, dynamics)


@pushforward(flow)
def flow_pushforward(
    tangents: Any, out: Any, _y0: Any, times: Any, vector: Any, dynamics: Dynamics
) -> Any:
    """The variational equation, and the slope of the solution where times move."""
    along_y, along_times, along_vector = tangents
    n = out.shape[1]
    start = np.zeros(n) if along_y is None else along_y
    along = np.zeros(vector.size) if along_vector is None else along_vector
    if along_times is not None:
        slopes = slopes_at(out, times, vector, dynamics)
        start = start - slopes[0] * along_times[0]
    states, both = np.concatenate([out[0], start]), np.concatenate([vector, along])
    moved = flow(states, times, both, dynamics.tangent(n))[:, n:]
    return moved if along_times is None else moved + slopes * along_times[:, None]


def slopes_at(out: Any, times: Any, vector: Any, dynamics: Dynamics) -> Any:
    """y′ at each time."""
    return np.stack([dynamics.rhs(times[k], out[k], vector) for k in range(len(times))])


@primitive
def adjoint_sweep(g: Any, out: Any, times: Any, vector: Any, dynamics: Dynamics) -> Any:
    """The cotangents of y0, times and vector, along the interpolated solution."""
    dynamics.locate(out, times, vector)
    n, scale = out.shape[1], scale_of(g)
    state, last = np.zeros(n + vector.size), len(times) - 1

    def rhs(t: Any, state: Any) -> Any:
        _, pull = vjp(lambda y, v: dynamics.rhs(t, y, v), dynamics.path(t), vector)
        return -np.concatenate(pull(state[:n]))

    for k in range(last - 1, -1, -1):
        if g[k + 1].any():
            state, last = followed(rhs, state, times, last, k + 1, dynamics), k + 1
            state[:n] += g[k + 1] / scale
    state = followed(rhs, state, times, last, 0, dynamics) * scale
    return closed(state[:n], state[n:], g, slopes_at(out, times, vector, dynamics))


def followed(
    rhs: Callable[..., Any], state: Any, times: Any, start: int, stop: int, dynamics: Dynamics
) -> Any:
    """A cotangent, taken from one time back to another."""
    if times[start] == times[stop] or not state.any():
        return state
    return solved(rhs, (times[start], times[stop]), state, dynamics.options).y[:, -1]


def scale_of(g: Any) -> float:
    """The size of a cotangent; its sweep is linear, and tolerances are for numbers around one."""
    return float(np.max(np.abs(value_of(g)), initial=0.0)) or 1.0


def closed(by_state: Any, by_vector: Any, g: Any, slopes: Any) -> Any:
    """The cotangents: a time moves its own row along the slope, the first one all the others."""
    by_times = np.sum(g[1:] * slopes[1:], axis=1)
    by_start = -np.sum(by_state * slopes[0])
    return by_state + g[0], np.concatenate([by_start[None], by_times]), by_vector


@composite(adjoint_sweep)
def adjoint_sweep_composite(g: Any, out: Any, times: Any, vector: Any, dynamics: Dynamics) -> Any:
    """The same by flows of solution and cotangents together, to be differentiated in turn."""
    dynamics.locate(out, times, vector)
    n, scale = out.shape[1], scale_of(g)
    by_state, by_vector = np.zeros(n), np.zeros(vector.size)
    rtol, atol = (1e3 * dynamics.options[name] for name in ("rtol", "atol"))
    for k in range(len(times) - 1, 0, -1):
        start = np.concatenate([out[k], by_state + g[k] / scale, by_vector])
        end = flow(start, times[[k, k - 1]], vector, dynamics.adjoint(n))[1]
        check_return(value_of(end[:n]), value_of(out[k - 1]), rtol, atol)
        by_state, by_vector = end[n : 2 * n], end[2 * n :]
    slopes = slopes_at(out, times, vector, dynamics)
    return closed(by_state * scale, by_vector * scale, g, slopes)


def check_return(found: Any, expected: Any, rtol: float, atol: float) -> None:
    """Refuse second derivatives of a solution that cannot be followed back.

    Raises:
        NoRuleError: it comes along elsewhere.
    """
    allowed = atol + rtol * np.max(np.abs(expected), initial=0.0)
    if not np.max(np.abs(found - expected), initial=0.0) <= allowed:
        raise NoRuleError(
            "The solution of this differential equation has no second derivative here.",
            "followed back in time, it misses where it came from: the equation is stiff.",
            "more times in between (t_eval), a smaller rtol; or ac.jvp of ac.jvp",
        )


# --- SciPy's names --------------------------------------------------------------------------------
def odeint(
    func: Callable[..., Any],
    y0: Any,
    t: Any,
    args: Any = (),
    *,
    rtol: Any = None,
    atol: Any = None,
    full_output: bool = False,
    tfirst: bool = False,
    **options: Any,
) -> Any:
    """Solve y′ = func(y, t, *args), differentiable by ``y0``, ``t`` and ``args``.

    Args:
        func: (y, t, *args) → y′, or (t, y, *args) with ``tfirst``.
        y0: (n,), or a number.
        t: (k,), the times; the first is that of ``y0``.
        args: further arguments of func, possibly nested.
        rtol, atol: as in SciPy; gradients are as exact as the solution.
        full_output: return (y, infodict).
        tfirst: the time is the first argument of func.
        options: SciPy's others, by keyword, for the solution itself.
    Returns:
        (k, n), the solution at each time.
    Raises:
        NoRuleError: something is tracked, and LSODA gave up, y0 is complex, or func uses a tracked
            Variable that is not among its arguments.

    >>> from autograd_core import grad
    >>> decay = lambda y, t, rate: -rate * y
    >>> print(f"{grad(lambda r: odeint(decay, 1.0, np.array([0.0, 1.0]), (r,))[-1, 0])(0.5):.6f}")
    -0.606531
    """
    args, y0, t = as_tuple(args), joined(y0), joined(t)
    start, times = np.ravel(value_of(y0)), value_of(t)
    start = start.astype(np.result_type(start, float))

    def rhs(t: Any, y: Any, *args: Any) -> Any:
        return joined(func(t, y, *args) if tfirst else func(y, t, *args))

    parameters, vector = entered(func, args, "odeint", start, lambda y, *a: rhs(times[0], y, *a))
    y, info = INTEGRATE.odeint(
        func, start, times, parameters.plain, full_output=True, rtol=rtol, atol=atol,
        tfirst=tfirst, **options,
    )  # fmt: skip
    if any([*parameters.tracked, is_tracked(y0), is_tracked(t)]):
        refuse_complex("odeint", start, y0)
        check_success(info["message"] in SUCCESS, info["message"])
        smallest = [TOLERANCE if x is None else float(np.min(x)) for x in (rtol, atol)]
        settings = {"method": "LSODA", "rtol": smallest[0], "atol": smallest[1]}
        dynamics = Dynamics(
            lambda t, y, v: np.reshape(rhs(t, y, *parameters(v)), np.shape(y)), settings, (y, None)
        )
        y = flow(np.reshape(y0, -1), t, vector, dynamics)
    elif info["message"] not in SUCCESS and not full_output:
        y = INTEGRATE.odeint(  # for its warning
            func, start, times, parameters.plain, rtol=rtol, atol=atol, tfirst=tfirst, **options
        )
    return (y, info) if full_output else y


def solve_ivp(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    """Solve y′ = fun(t, y, *args), differentiable by times, first state and arguments.

    Args:
        fun: (t, y, *args) → y′.
        t_span: (first time, last time).
        y0: (n,).
        method: as in SciPy; gradients are computed with the same.
        t_eval: (k,), the times of the result. By default the solver chooses them, and those
            between the first and the last are constant.
        dense_output, events: as in SciPy; without derivative.
        vectorized: as in SciPy.
        args: further arguments, possibly nested.
        options: SciPy's others; gradients are as exact as rtol and atol ask of the solution.
    Returns:
        SciPy's OdeResult; ``y`` (n, k) is a Variable where something is tracked.
    Raises:
        NoRuleError: something is tracked, and the solver gave up, y0 is complex, or fun uses a
            tracked Variable that is not among its arguments; or with dense_output or events.

    >>> from autograd_core import grad
    >>> fall = lambda t, y, g: [y[1], -g]
    >>> height = lambda g: solve_ivp(fall, (0.0, 2.0), [0.0, 0.0], args=(g,)).y[0, -1]
    >>> print(f"{grad(height)(9.81):.6f}")
    -2.000000
    """
    arguments = () if args is None else as_tuple(args)
    (t0, t1), y0, t_eval = t_span, joined(y0), joined(t_eval)
    start, times = np.asarray(value_of(y0)), mapped(value_of, t_eval)
    start = start.astype(np.result_type(start, float))

    def rhs(t: Any, y: Any, *args: Any) -> Any:
        return joined(fun(t, y, *args))

    first = lambda y, *a: rhs(value_of(t0), y, *a)  # noqa: E731
    parameters, vector = entered(fun, arguments, "solve_ivp", start, first)
    tracked = any([*parameters.tracked, *map(is_tracked, leaves((y0, t0, t1, t_eval)))])
    found = INTEGRATE.solve_ivp(
        fun, (value_of(t0), value_of(t1)), start, method, times, dense_output or tracked, events,
        vectorized, None if args is None else parameters.plain, **options,
    )  # fmt: skip
    if not tracked:
        return found
    refuse_complex("solve_ivp", start, y0)
    for name, given in (("dense_output", dense_output), ("events", events)):
        if given:
            raise NoRuleError(
                f"solve_ivp(..., {name}=...) is not differentiable with this option; it is "
                "without it.",
                hint="t_eval= for the times of interest, and arguments without history elsewhere",
            )
    check_success(found.success, found.message)
    settings = {"method": method, "rtol": options.get("rtol", 1e-3)}
    settings["atol"] = float(np.min(options.get("atol", 1e-6)))
    if "max_step" in options:
        settings["max_step"] = options["max_step"]
    rows = found.y.T
    if t_eval is None:
        moments = np.concatenate([array([t0]), found.t[1:-1], array([t1])])
    else:
        moments, rows = np.concatenate([array([t0]), t_eval]), np.vstack([start, rows])
    dynamics = Dynamics(
        lambda t, y, v: np.reshape(rhs(t, y, *parameters(v)), np.shape(y)),
        settings,
        (rows, found.sol),
    )
    y, skipped = flow(y0, moments, vector, dynamics), int(t_eval is not None)
    found.t, found.y, found.sol = moments[skipped:], np.transpose(y[skipped:]), None
    return found


def refuse_complex(solver: str, *states: Any) -> None:
    """Real equations alone are followed back.

    Raises:
        NoRuleError: a state is complex.
    """
    if any(state.dtype.kind == "c" for state in states if hasattr(state, "dtype")):
        raise NoRuleError(
            f"{solver} has no derivative of a complex solution.",
            hint="real and imaginary parts as components of their own",
        )


__all__ = ["odeint", "solve_ivp"]
