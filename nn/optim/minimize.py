"""ScipyMinimize: the methods of scipy.optimize.minimize, for a model."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core import ArgumentError, OptimizerError, require

from .groups import Params
from .objective import Objective
from .optimizer import Optimizer
from .packs import Array

__all__ = ["ScipyMinimize"]

DIRECT = {"bounds", "callback", "constraints", "tol"}  # arguments of minimize, not of a method
WITHOUT_GRADIENT = {"nelder-mead", "powell", "cobyla", "cobyqa"}


class ScipyMinimize(Optimizer):
    """Minimize the loss on all data, over all parameters as one vector, in one step.

    Args:
        params: a Module, Parameters or Variables, or a callable that returns one of these.
        method: a method of ``scipy.optimize.minimize`` that takes at most a gradient.
        **options: ``bounds``, ``constraints``, ``callback`` and ``tol``, as SciPy takes them; any
            other is an option of the method, such as ``maxiter``.
    Raises:
        MissingDependencyError: SciPy is not installed.
        OptimizerError: see Optimizer; ``step`` without a closure.
        ArgumentError: an option that the method does not have (when ``step`` is called).

    ``result`` is SciPy's, of the last step. The vector is float64; parameters keep their dtype.

    >>> import autograd_core as ac
    >>> w = ac.Variable([-1.0, 2.0])
    >>> optimizer = ScipyMinimize([w], "BFGS")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> loss = optimizer.step(closure)
    >>> w.data.round(4)
    array([1., 1.])
    """

    needs_closure = True
    full_batch = True

    def __init__(self, params: Params, method: str = "L-BFGS-B", **options: Any) -> None:
        require("scipy", extra="scipy", feature="ScipyMinimize")
        super().__init__(params, lr=1.0)  # a method finds the length of its steps itself
        self.method, self.options = method, options
        self.result: Any = None

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Run the method from the parameters as they are.

        Args:
            closure: clears the gradients, computes the loss on all data, calls ``backward()`` and
                returns the loss.
        Returns:
            What the closure returned first.
        Raises:
            OptimizerError: no closure, no gradient, or a start that is not finite. The parameters
                are what they were then, as after any other exception.
        """
        if closure is None:
            raise OptimizerError(
                "ScipyMinimize.step() needs a closure.",
                "the method chooses the points at which it needs the loss.",
                "def closure(): optimizer.zero_grad(); loss = ...; loss.backward(); return loss",
            )
        objective = Objective(self, closure)
        start = objective.point()
        try:
            objective.begin()
            self.result = self._run(objective, start.astype(np.float64))
        except BaseException:
            objective.move(start)
            raise
        objective.move(self.result.x)
        self.last_step += 1
        return objective.first

    def _run(self, objective: Objective, start: Array) -> Any:
        optimize = require("scipy.optimize", extra="scipy", feature="ScipyMinimize")
        given = {k: v for k, v in self.options.items() if k in DIRECT}
        options = {k: v for k, v in self.options.items() if k not in DIRECT}
        has_gradient = self.method.lower() not in WITHOUT_GRADIENT

        def value(x: Array) -> Any:
            objective.move(x)
            loss, grad = objective()
            return (loss, grad.astype(np.float64)) if has_gradient else loss

        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Unknown solver options")
            try:
                return optimize.minimize(
                    value, start, method=self.method, jac=has_gradient, options=options, **given
                )
            except optimize.OptimizeWarning as error:
                raise ArgumentError(
                    f"{self.method} has no such option: {error}.",
                    hint=f"scipy.optimize.show_options('minimize', {self.method!r})",
                ) from None
            except ValueError as error:
                if str(error).startswith("Unknown solver"):
                    raise ArgumentError(
                        f"method={self.method!r} is no method of scipy.optimize.minimize.",
                        hint="method='L-BFGS-B'",
                    ) from None
                raise
