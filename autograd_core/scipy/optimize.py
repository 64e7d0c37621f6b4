"""scipy.optimize on Variables: solutions of equations, and their derivatives by the arguments.

SciPy searches, with exact derivatives of the functions where it would take differences. What it
finds is one operation of ``args``, whose derivative is that of the equation it solves: with
F(x, θ) = 0, ∂x/∂θ = -(∂F/∂x)⁻¹ ∂F/∂θ, however it was found. Where the search began makes no
difference, so that ``x0`` has no derivative.

Source: the implicit function theorem; M. Blondel et al., "Efficient and modular implicit
differentiation" (2022). Derivatives are as exact as the solution: ask for a tight tolerance.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NoRuleError, require
from ..forms import primitive, pullback
from ..transforms import grad, hessian, hvp, jacobian, value_and_grad, vjp
from ..transforms.call import value_of
from ..trees import flatten, leaves, mapped
from .parameters import Parameters, as_tuple, entered, joined

OPTIMIZE = require("scipy.optimize", extra="scipy", feature="autograd_core.scipy.optimize")

WITHOUT_GRADIENT = {"nelder-mead", "powell", "cobyla", "cobyqa"}
WITH_HESSIAN = {"dogleg", "trust-exact"}
WITH_PRODUCTS = {"newton-cg", "trust-ncg", "trust-krylov"}


# --- the derivative of a solution -----------------------------------------------------------------
class Equations:
    """F(x, θ) = 0, which a solution fulfills, in those of its components that are free to move."""

    def __init__(
        self, residual: Callable[..., Any], parameters: Parameters, free: Any = None
    ) -> None:
        self.function, self.parameters, self.free = residual, parameters, free

    def residual(self, x: Any, vector: Any) -> Any:
        """F, as an array like x."""
        return np.reshape(joined(self.function(x, *self.parameters(vector))), np.shape(x))

    def pulled(self, g: Any, x: Any, vector: Any) -> Any:
        """θ̄ = -(∂F/∂θ)ᵀ w with (∂F/∂x)ᵀ w = x̄; what is not free does not move."""
        n = x.size
        slope = np.reshape(jacobian(self.residual)(x, vector), (n, n))
        g = np.reshape(g, n)
        if self.free is not None:
            free = self.free.reshape(n)
            slope = np.where(free[:, None] & free, slope, np.eye(n))
            g = np.where(free, g, 0)
        w = np.reshape(np.linalg.solve(slope.mT, g), x.shape)
        _, pull = vjp(lambda theta: self.residual(x, theta), vector)
        return -pull(w)[0]

    def fulfilled(self, x: Any, vector: Any) -> bool:
        """Whether x is a solution to six digits: the step that Newton's method would take."""
        free = np.ones(x.size, bool) if self.free is None else self.free.reshape(x.size)
        slope = np.reshape(jacobian(self.residual)(x, vector), (x.size, x.size))
        residual = np.reshape(self.residual(x, vector), x.size)
        try:
            step = np.linalg.solve(slope[np.ix_(free, free)], residual[free])
        except np.linalg.LinAlgError:
            return False
        return bool(np.max(np.abs(step), initial=0.0) <= 1e-6 * (1 + np.max(np.abs(x), initial=0)))


@primitive
def solution(vector: Any, value: Any, equations: Equations) -> Any:  # noqa: ARG001
    """What SciPy found, as a function of the parameters."""
    return np.array(value)[()]


@pullback(solution, at=0)
def solution_pullback(g: Any, out: Any, vector: Any, _value: Any, equations: Equations) -> Any:
    """By the equation that the solution fulfills."""
    return equations.pulled(g, out, vector)


def implicit(found: Any, solver: str, equations: Equations, vector: Any) -> Any:
    """What SciPy found as a function of the parameters.

    Raises:
        NoRuleError: it fulfills no equation.
    """
    if not (found.success or equations.fulfilled(found.x, value_of(vector))):
        raise NoRuleError(
            f"{solver} did not converge, so that its result has no derivative.",
            " ".join(str(found.message).split()),
            "another x0 or method, a looser tol; args without history for the result itself",
        )
    return solution(vector, found.x, equations)


# --- equations ------------------------------------------------------------------------------------
def root(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """A root of a vector function, differentiable by ``args``.

    Args:
        fun: (x, *args) → as many numbers as x has; or (numbers, Jacobian) with ``jac=True``.
        x0: where to begin, without derivative.
        args: further arguments of fun, possibly nested; solutions are differentiated by what is
            tracked among them.
        method, tol, callback, options: as in SciPy.
        jac: as in SciPy; for the methods "hybr" and "lm" it is exact by default.
    Returns:
        SciPy's OptimizeResult; ``x`` is a Variable where an argument is tracked.
    Raises:
        NoRuleError: an argument is tracked and the search failed, or fun uses a tracked Variable
            that is not among its arguments.

    >>> from autograd_core import grad
    >>> print(f"{grad(lambda a: root(lambda x, a: x**2 - a, 1.0, a).x[0])(4.0):.6f}")
    0.250000
    """
    args, start = as_tuple(args), np.atleast_1d(np.asarray(value_of(x0), float))
    value = first(fun) if jac is True else fun
    parameters, vector = entered(fun, args, "root", start, value)
    if jac is None and method in ("hybr", "lm"):
        jac = exact_jacobian(value)
    found = OPTIMIZE.root(fun, start, parameters.plain, method, jac, tol, callback, options)
    if any(parameters.tracked):
        found.x = implicit(found, "root", Equations(value, parameters), vector)
    return found


def first(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The first of two results."""
    return lambda *args: fun(*args)[0]


def exact_jacobian(f: Callable[..., Any]) -> Callable[..., Any]:
    """The Jacobian of a vector function by its first argument, as a matrix."""

    def matrix(x: Any, *args: Any) -> Any:
        return np.reshape(jacobian(lambda x: joined(f(x, *args)))(x), (-1, x.size))

    return matrix


def fixed_point(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    xtol: float = 1e-8,
    maxiter: int = 500,
    method: str = "del2",
) -> Any:
    """A fixed point of a function, differentiable by ``args``.

    Args:
        func: (x, *args) → an array like x.
        x0: where to begin, without derivative.
        args: further arguments, possibly nested.
        xtol, maxiter, method: as in SciPy.
    Raises:
        RuntimeError: SciPy did not find it.
        NoRuleError: func uses a tracked Variable that is not among its arguments.

    >>> from autograd_core import grad
    >>> root_of = grad(lambda a: fixed_point(lambda x, a: (x + a / x) / 2, 1.0, a))
    >>> print(f"{root_of(4.0):.6f}")
    0.250000
    """
    args, start = as_tuple(args), np.asarray(value_of(x0))
    start = start.astype(np.result_type(start, float))[()]
    parameters, vector = entered(func, args, "fixed_point", start, func)
    found = OPTIMIZE.fixed_point(func, start, parameters.plain, xtol, maxiter, method)
    if not any(parameters.tracked):
        return found
    return solution(vector, found, Equations(lambda x, *a: func(x, *a) - x, parameters))


# --- minima ---------------------------------------------------------------------------------------
def minimize(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """A minimum of a function of a vector, or of nested parameters; differentiable by ``args``.

    Args:
        fun: (x, *args) → a number; or (number, gradient) with ``jac=True``. If ``x0`` is a dict, a
            dataclass, or a list or tuple of arrays, so is x.
        x0: where to begin, without derivative.
        args: further arguments of fun, possibly nested; the minimum is differentiated by what is
            tracked among them.
        method, tol, callback, options: as in SciPy.
        jac, hess, hessp: as in SciPy, functions of one vector; exact by default, for the methods
            that need them.
        bounds: as in SciPy; components at a bound stay there.
        constraints: as in SciPy; a minimum with constraints has no derivative here.
    Returns:
        SciPy's OptimizeResult, and in ``params`` the minimum in the structure of ``x0``; ``x``,
        ``params`` and ``fun`` are Variables where an argument is tracked.
    Raises:
        NoRuleError: an argument is tracked and the search failed, or there are constraints; or
            fun uses a tracked Variable that is not among its arguments.

    >>> loss = lambda p: np.sum((p["w"] - 1.0) ** 2) + (p["b"] + 2.0) ** 2
    >>> found = minimize(loss, {"w": np.zeros(2), "b": 0.0})
    >>> print(np.round(found.params["w"], 6), round(float(found.params["b"]), 6))
    [1. 1.] -2.0
    """
    args = as_tuple(args)
    start, restore = opened(mapped(value_of, x0))
    objective = on_vectors(fun, restore)
    value = first(objective) if jac is True else objective
    parameters, vector = entered(fun, args, "minimize", start, value)
    name = method.lower() if isinstance(method, str) else method
    if hess is None and hessp is None:
        hess = hessian(value) if name in WITH_HESSIAN else None
        hessp = hvp(value) if name in WITH_PRODUCTS else None
    if jac is None and name not in WITHOUT_GRADIENT:
        objective, jac = value_and_grad(objective), True
    found = OPTIMIZE.minimize(
        objective, start, parameters.plain, method, jac, hess, hessp, bounds, constraints, tol,
        callback, options,
    )  # fmt: skip
    if any(parameters.tracked):
        if constraints:
            raise NoRuleError(
                "minimize(..., constraints=...) is not differentiable; it is without constraints.",
                "the multipliers of the constraints would be needed.",
                "bounds=; a penalty; or root of the conditions of Karush, Kuhn and Tucker",
            )
        free = None if bounds is None else inside(found.x, bounds)
        found.x = implicit(found, "minimize", Equations(grad(value), parameters, free), vector)
        found.fun = value(found.x, *args)
    found.params = restore(found.x)
    return found


def opened(tree: Any) -> tuple[Any, Callable[..., Any]]:
    """A vector of floats, and how to make what a function takes out of one."""
    if not isinstance(tree, np.ndarray) and any(np.ndim(leaf) for leaf in leaves(tree)):
        nested = True
    else:
        nested = not isinstance(tree, np.ndarray | np.generic | float | int | list | tuple)
    if nested:
        return flatten(tree)
    vector = np.atleast_1d(tree).ravel()
    return vector.astype(np.result_type(vector, np.float16)), lambda x: x


def on_vectors(fun: Callable[..., Any], restore: Callable[[Any], Any]) -> Callable[..., Any]:
    """The function of one vector."""
    return lambda x, *args: fun(restore(x), *args)


def inside(x: Any, bounds: Any) -> Any:
    """Which components of a minimum are away from their bounds."""
    if not isinstance(bounds, OPTIMIZE.Bounds):
        pairs = [[np.nan if b is None else b for b in pair] for pair in bounds]
        bounds = OPTIMIZE.Bounds(*np.array(pairs, float).T)
    near = 1e-8 * (1 + np.abs(x))
    return ~((x - bounds.lb <= near) | (bounds.ub - x <= near))


__all__ = ["fixed_point", "minimize", "root"]
