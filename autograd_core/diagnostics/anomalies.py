"""debug: stop at the first operation that makes a nan or an infinity, in either direction.

Inside ``debug()`` each result is looked at, and the rule of its node is wrapped, so that the sweep
looks at what it pulls.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from ..binding import name_of
from ..cotangents import Deposit, Parts
from ..differentials import Wrapped, layer
from ..errors import ArgumentError, NumericError, UsageHint, users_line
from ..variable import VARIABLES
from ..watching import Watch, observing

__all__ = ["debug"]

REACTIONS = ("raise", "warn", "ignore")
# what is outside of a function's domain: the operand, how one writes it, and a way to stay inside
DOMAINS: dict[Any, tuple[int, str, Callable[[Any], Any], str]] = {
    np.log: (0, "<= 0", lambda x: x <= 0, "np.log(np.maximum(x, eps))"),
    np.log2: (0, "<= 0", lambda x: x <= 0, "np.log2(np.maximum(x, eps))"),
    np.log10: (0, "<= 0", lambda x: x <= 0, "np.log10(np.maximum(x, eps))"),
    np.log1p: (0, "<= -1", lambda x: x <= -1, "np.log1p(np.maximum(x, eps - 1))"),
    np.sqrt: (0, "<= 0", lambda x: x <= 0, "np.sqrt(np.maximum(x, eps))"),
    np.arcsin: (0, "beyond ±1", lambda x: abs(x) >= 1, "np.arcsin(np.clip(x, -1, 1))"),
    np.arccos: (0, "beyond ±1", lambda x: abs(x) >= 1, "np.arccos(np.clip(x, -1, 1))"),
    np.arctanh: (0, "beyond ±1", lambda x: abs(x) >= 1, "np.arctanh(np.clip(x, eps - 1, 1 - eps))"),
    np.exp: (0, "> 700", lambda x: x > 700, "np.exp(x - np.max(x)), as a softmax does"),
    np.divide: (1, "== 0", lambda y: y == 0, "x / np.where(y == 0, 1, y)"),
    np.power: (0, "<= 0", lambda x: x <= 0, "np.maximum(x, eps) ** y"),
}


@dataclass(frozen=True)
class Guard:
    """What to do about a nan, an infinity, and a number larger than ``large`` in size."""

    nan: str
    inf: str
    large: float

    def trouble(self, values: Any) -> tuple[str, str, int] | None:
        """What is wrong with an array, the reaction, and with how many entries."""
        values = np.asarray(values)
        if values.dtype.kind not in "fc":
            return None
        size = np.abs(values)
        for name, reaction, where in (
            ("nan", self.nan, np.isnan(size)),
            ("inf", self.inf, np.isinf(size)),
            (f"more than {self.large:g}", "raise", size > self.large),
        ):
            count = int(np.count_nonzero(where))
            if count and reaction != "ignore":
                return name, reaction, count
        return None

    def made(self, result: Any, op: Any, operands: tuple[Any, ...], *_: Any) -> None:
        """React to a bad result; else watch what the sweep will pull through its node."""
        node = result.node
        if node is not None and layer(node.rule, Checked):
            return  # seen already, by an inner door
        values = [v._data if type(v) in VARIABLES else v for v in operands]
        values = [v for v in values if isinstance(v, np.ndarray | np.generic | float | int)]
        found = self.trouble(result._data)
        if found is not None:
            _react(found, f"{_name(op)} gave", np.size(result._data), op, values)
        if node is not None and node.rule is not None and node.shape is not None:
            node.rule = Checked(node.rule, self, values)

    def failed(self, op: Any, operands: tuple[Any, ...], error: Exception) -> None:
        """Nothing: an operation that raises says itself what is wrong."""


_flag = observing("debug")


def debug(nan: str = "raise", inf: str = "raise", large: float | None = None) -> Watch:
    """Stop at the first operation that makes a bad number, forward or backward, at your line.

    Args:
        nan, inf: ``"raise"``, ``"warn"`` or ``"ignore"``.
        large: raise for numbers larger than this in size, too.
    Returns:
        a context manager, also a decorator; for this thread or task.
    Raises:
        ArgumentError: another word. Inside the block: NumericError, with the operation, its
            operands' ranges, and a way to mend it; in the sweep also the line of the operation.

    >>> from autograd_core import Variable
    >>> x = Variable([1.0, 0.0])
    >>> try:
    ...     with np.errstate(all="ignore"), debug():
    ...         np.log(x)
    ... except NumericError as error:
    ...     print(error)
    log gave inf in 1 of 2 entries.
      why: its input has 1 entry <= 0 (min 0, max 1).
      try: np.log(np.maximum(x, eps)); ac.strong_zeros() if np.where hides those entries
    """
    for name, reaction in (("nan", nan), ("inf", inf)):
        if reaction not in REACTIONS:
            raise ArgumentError(
                f"debug() got {name}={reaction!r}.",
                hint=f"{name}=" + ", ".join(map(repr, REACTIONS)),
            )
    return Watch(_flag, Guard(nan, inf, _limit(large)))


def _limit(large: float | None) -> float:
    return inf if large is None else float(large)


def _react(
    found: tuple[str, str, int], what: str, size: int, op: Any, values: list[Any], place: str = ""
) -> None:
    """Raise or warn: what happened, the ranges of the operands, and a way to mend it."""
    name, reaction, count = found
    why, hint = _ranges(op, values)
    error = NumericError(f"{what} {name} in {count} of {size} entries.", why, hint)
    if place:
        error.add_note(f"  the operation was recorded at {place}")
    if reaction == "raise":
        raise error
    warnings.warn(str(error), UsageHint, stacklevel=5)


def _ranges(op: Any, values: list[Any]) -> tuple[str, str]:
    """The operands' ranges, with what lies outside of the function's domain; and a way out."""
    position, written, outside, hint = DOMAINS.get(op, (-1, "", None, ""))
    lines = []
    for k, value in enumerate(values):
        array = np.asarray(value)
        if not array.size or array.dtype.kind not in "fciu":
            continue
        real = np.abs(array) if array.dtype.kind == "c" else array
        bad = int(np.count_nonzero(outside(real))) if k == position and outside else 0
        nans = int(np.count_nonzero(np.isnan(real)))
        parts = [f"{bad} {'entry' if bad == 1 else 'entries'} {written}"] if bad else []
        parts += [f"{nans} nan"] if nans else []
        finite = real[np.isfinite(real)] if real.ndim else real
        span = f"min {np.min(finite):.3g}, max {np.max(finite):.3g}" if np.size(finite) else "empty"
        label = "its input" if len(values) == 1 else f"operand {k}"
        lines.append(f"{label} has {' and '.join(parts)} ({span})" if parts else f"{label}: {span}")
    hint = f"{hint}; " if hint else ""
    return "; ".join(lines) + ".", f"{hint}ac.strong_zeros() if np.where hides those entries"


def _name(op: Any) -> str:
    """The operation as the repr of its result shows it."""
    return "An operation" if op is None else getattr(op, "__name__", name_of(op))


class Checked(Wrapped):
    """The differential of a watched operation: what it pulls out of good numbers must be good."""

    def __init__(self, inner: Any, guard: Guard, values: list[Any]) -> None:
        super().__init__(inner)
        self.guard, self.values, self.place = guard, values, users_line()

    def pull(self, g: Any, saved: Any) -> Any:
        """The cotangents of the operands, looked at; their own operations are watched too."""
        try:
            return self._seen(g, self.inner.pull(g, saved))
        except NumericError as error:
            error.add_note(f"  in the derivative of {_name(self.rule.op)}")
            raise

    def quick(self, g: Any, saved: Any) -> Any:
        """The same for plain arrays."""
        return self._seen(g, self.inner.quick(g, saved))

    def _seen(self, g: Any, pulled: Any) -> Any:
        for part in pulled if isinstance(pulled, tuple) else (pulled,):
            part = part.g if type(part) is Deposit else part
            if part is None or type(part) is Parts:
                continue
            values = part._data if type(part) in VARIABLES else part
            found = self.guard.trouble(values)
            if found is not None and self.guard.trouble(getattr(g, "_data", g)) is None:
                what = f"The derivative of {_name(self.rule.op)} gave"
                _react(found, what, np.size(values), self.rule.op, self.values, self.place)
        return pulled
