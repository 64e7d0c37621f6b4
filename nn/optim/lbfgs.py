"""LBFGS: steps that remember how the gradient changed, and search along a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_core import OptimizerError, StateError

from ..choices import choice
from .groups import Constraint, Params
from .objective import Objective
from .optimizer import Optimizer
from .packs import Array, copied

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """w ← w - t H g, where H approximates the inverse Hessian from the last changes of w and g.

    One ``step`` makes up to ``max_iter`` of these; it calls the closure for each trial, so it is
    for full batches. All parameters are one vector; all share the hyperparameters.

    Args:
        params: see Optimizer; one group.
        lr: the first t to try.
        max_iter: iterations of one ``step``.
        max_eval: calls of the closure in one ``step``; 1.25 ``max_iter`` by default.
        tolerance_grad: stop where no entry of the gradient is larger by size.
        tolerance_change: stop where the loss, or every entry, changes by less.
        history_size: how many changes are remembered.
        line_search: ``"strong_wolfe"``, or None for t = lr.
        maximize, constraint: see Optimizer; a constraint acts after the whole step.
    Raises:
        OptimizerError: see Optimizer; several groups; ``step`` without a closure.
    Source: Nocedal and Wright, "Numerical optimization" (2006), algorithms 7.4, 7.5, 3.5 and 3.6.

    >>> import autograd_core as ac
    >>> w = ac.Variable([-1.0, 2.0])
    >>> optimizer = LBFGS([w])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> for _ in range(5):
    ...     loss = optimizer.step(closure)
    >>> w.data.round(4)
    array([1., 1.])
    """

    needs_closure = True

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 10,
        line_search: str | None = "strong_wolfe",
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        if line_search is not None:
            line_search = choice("line_search", line_search, {"strong_wolfe": "strong_wolfe"})
        super().__init__(
            params,
            lr,
            max_iter=max_iter,
            max_eval=max_eval,
            tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change,
            history_size=history_size,
            line_search=line_search,
            maximize=maximize,
            constraint=constraint,
        )
        if len(self.param_groups) > 1:
            raise OptimizerError(
                "LBFGS takes one group of parameters.",
                "all of them are one vector, along which it searches.",
                "LBFGS(model)",
            )
        self._pairs: list[tuple[Array, Array]] = []  # changes of the point and of the gradient
        self._last: tuple[Array, Array] | None = None  # the last move, and the gradient before it

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Minimize for up to ``max_iter`` iterations.

        Args:
            closure: clears the gradients, computes the loss, calls ``backward()`` and returns the
                loss.
        Returns:
            What the closure returned first.
        Raises:
            OptimizerError: no closure, no gradient, or a loss or gradient that is not finite at the
                start. The parameters are what they were then, as after any other exception.
        """
        if closure is None:
            raise OptimizerError(
                "LBFGS.step() needs a closure.",
                "it tries several points in each step, and needs the loss at each.",
                "def closure(): optimizer.zero_grad(); loss = ...; loss.backward(); return loss",
            )
        objective = Objective(self, closure)
        start, memory = objective.point(), (list(self._pairs), self._last)
        try:
            self._minimize(objective, start)
        except BaseException:
            objective.move(start)
            self._pairs, self._last = memory
            raise
        self.last_step += 1
        objective.constrain()
        return objective.first

    def _minimize(self, objective: Objective, x: Array) -> None:
        group = self.group
        limit = group["max_eval"] or group["max_iter"] * 5 // 4
        loss, grad = objective.begin()
        for iteration in range(group["max_iter"]):
            if np.abs(grad).max(initial=0) <= group["tolerance_grad"]:
                return
            fresh = self._last is None and not self._pairs
            self._remember(grad)
            direction = self._direction(grad)
            slope = float(grad.dot(direction))
            if slope > -group["tolerance_change"]:
                return
            t = self.lr * min(1.0, 1 / float(np.abs(grad).sum())) if fresh else self.lr
            before = loss
            if group["line_search"]:
                found = strong_wolfe(
                    _along(objective, x, direction), t, Point(0.0, loss, slope, grad)
                )
                move = found.t * direction
                self._last = move, grad
                loss, grad = found.value, found.grad
                x = objective.move(x + move)
            else:
                move = t * direction
                self._last = move, grad
                x = objective.move(x + move)
                if iteration + 1 == group["max_iter"] or objective.calls >= limit:
                    return
                loss, grad = objective()
            small = np.abs(move).max() <= group["tolerance_change"]
            if small or abs(loss - before) < group["tolerance_change"] or objective.calls >= limit:
                return

    def _remember(self, grad: Array) -> None:
        """Note how the last move changed the gradient."""
        if self._last is None:
            return
        move, before = self._last
        change = grad - before
        self._last = None
        if change.dot(move) > 1e-10:
            self._pairs = [*self._pairs, (move, change)][-self.group["history_size"] :]

    def _direction(self, grad: Array) -> Array:
        """-H g, by the recursion in two loops."""
        q, factors = -grad, []
        for s, y in reversed(self._pairs):
            factor = s.dot(q) / s.dot(y)
            q = q - factor * y
            factors.append(factor)
        if self._pairs:
            s, y = self._pairs[-1]
            q = q * (s.dot(y) / y.dot(y))
        for (s, y), factor in zip(self._pairs, reversed(factors), strict=True):
            q = q + s * (factor - y.dot(q) / s.dot(y))
        return q

    def state_dict(self) -> dict[str, Any]:
        """Hyperparameters, and the remembered changes."""
        memory = {"pairs": self._pairs, "last": self._last}
        return super().state_dict() | {"memory": copied(memory)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on as the optimizer that gave this state would, bit for bit.

        Raises:
            StateError: see Optimizer.
        """
        memory = state.get("memory", {})
        size = sum(param.size for param in self.parameters())
        vectors = [v for pair in [*memory.get("pairs", [None]), memory.get("last") or ()] if pair
                   for v in pair]  # fmt: skip
        if "pairs" not in memory or any(np.shape(v) != (size,) for v in vectors):
            raise StateError(
                f"LBFGS.load_state_dict needs changes of {size} numbers.",
                hint="the state of an LBFGS of the same parameters",
            )
        super().load_state_dict(state)
        self._pairs = [(np.array(s), np.array(y)) for s, y in memory["pairs"]]
        last = memory["last"]
        self._last = None if last is None else (np.array(last[0]), np.array(last[1]))


class Point(NamedTuple):
    """A trial on a line: where, the loss, its slope along the line, and the gradient."""

    t: float
    value: float
    slope: float
    grad: Array


def _along(objective: Objective, x: Array, direction: Array) -> Callable[[float], Point]:
    def trial(t: float) -> Point:
        objective.move(x + t * direction)
        value, grad = objective()
        return Point(t, value, float(grad.dot(direction)), grad)

    return trial


def strong_wolfe(
    trial: Callable[[float], Point],
    t: float,
    start: Point,
    *,
    c1: float = 1e-4,
    c2: float = 0.9,
    limit: int = 25,
) -> Point:
    """A point where the loss has fallen enough, and its slope has flattened.

    Args:
        trial: measures at a distance.
        t: the first distance to try.
        start: the point at distance 0; its slope is negative.
        c1, c2: how much is enough: f(t) ≤ f(0) + c1 t f'(0), and abs(f'(t)) ≤ c2 abs(f'(0)).
        limit: how many trials at most; after them the best point is returned.
    Source: Nocedal and Wright (2006), algorithms 3.5 and 3.6.
    """
    low, high = start, None
    for _ in range(limit):
        now = trial(t)
        if not now.value <= start.value + c1 * t * start.slope or (
            now.value >= low.value and low is not start
        ):
            high = now
        elif abs(now.slope) <= -c2 * start.slope:
            return now
        else:
            if now.slope * ((high.t - low.t) if high else 1.0) >= 0:
                high = low
            low = now
        if high is None:
            t = _cubic(low, start)
            t = min(t, 10 * low.t) if t > 1.1 * low.t else 10 * low.t
        else:
            width = abs(high.t - low.t)
            if width <= 1e-12 * max(1.0, abs(low.t)):
                break
            t, near = _cubic(low, high), min(low.t, high.t)
            inside = near + 0.1 * width <= t <= near + 0.9 * width
            t = t if inside else near + 0.5 * width
    return low


def _cubic(a: Point, b: Point) -> float:
    """Where the cubic through two points with their slopes is least; nan if nowhere."""
    with np.errstate(all="ignore"):
        distance = np.float64(b.t) - a.t
        d1 = a.slope + b.slope - 3 * (b.value - a.value) / distance
        d2 = np.sign(distance) * np.sqrt(d1 * d1 - np.float64(a.slope) * b.slope)
        return float(b.t - distance * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
