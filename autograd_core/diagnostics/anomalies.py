"""debug: stop at the first operation that makes a nan or an infinity, in either direction.

Inside ``debug()`` each result is looked at, and the rule of its node is wrapped, so that the sweep
looks at what it pulls: whether it is finite, has the operand's shape and dtype, and was made
without writing into what others use.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any
from weakref import WeakSet

import numpy as np

from ..binding import name_of
from ..cotangents import Deposit, Parts
from ..differentials import Diagonal
from ..drawing.saved import LABELS
from ..errors import (
    ArgumentError,
    MutationError,
    NumericError,
    RuleError,
    UsageHint,
    stack_level,
    users_line,
)
from ..rules.elementwise import raised
from ..scopes import here, innermost
from ..tape import Node, parents_of
from ..variable import VARIABLES, node_of
from ..watching import Watch, observing, readers
from ..wrappers import Wrapped, layer
from .recent import LAST, last_operations
from .writes import Copies, Sentry

__all__ = ["debug"]

REACTIONS = ("raise", "warn", "ignore")
MANY = 100  # graphs of one line that are alive before it is worth a word
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
    raised: (0, "<= 0", lambda x: x <= 0, "np.maximum(x, eps) ** y"),
}


@dataclass(frozen=True)
class Guard:
    """What to do about a nan, an infinity, and a number larger than ``large`` in size.

    ``sentry``: keeps copies of what the tape keeps, if writes are looked for.
    """

    nan: str
    inf: str
    large: float
    sentry: Sentry | None

    def trouble(self, values: Any) -> tuple[str, str, int] | None:
        """What is wrong with an array, the reaction, and with how many entries."""
        values = np.asarray(values)
        if values.dtype.kind not in "fc" or (self.large == inf and np.isfinite(values).all()):
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
        if self.sentry is not None:
            self.sentry.look(users_line())
        if node is not None and layer(node.rule, Checked):
            return  # seen already, by an inner door
        values = [v._data if type(v) in VARIABLES else v for v in operands]
        values = [v for v in values if isinstance(v, np.ndarray | np.generic | float | int)]
        found = self.trouble(result._data)
        if found is not None:
            error = _error(found, f"{_name(op)} gave", np.size(result._data), op, values)
            frames = here.get()
            if frames and not frames[-1][1]:  # of a module the error is told on its way
                error.add_note(f"  inside {innermost(frames)!r}")
            if found[1] == "raise":
                raise _drawn(error, partial(last_operations, result))
            _warn(str(error))
        if node is not None and node.rule is not None and node.shape is not None:
            node.rule = Checked(node, self, values)

    def failed(self, op: Any, operands: tuple[Any, ...], error: Exception) -> None:
        """Nothing: an operation that raises says itself what is wrong."""


_flag = observing("debug")


def debug(
    nan: str = "raise", inf: str = "raise", large: float | None = None, writes: bool = False
) -> Watch:
    """Stop at the first operation that makes a bad number, forward or backward, at your line.

    Args:
        nan, inf: ``"raise"``, ``"warn"`` or ``"ignore"``.
        large: raise for numbers larger than this in size, too.
        writes: keep a copy of every array that the tape keeps, and compare it when it is used;
            without, a write through a view that is older than the tape may go unseen. The error
            names the lines between which an array was changed.
    Returns:
        a context manager, also a decorator; for this thread or task. ``why_no_grad`` knows the
        lines of conversions inside the block.
    Raises:
        ArgumentError: another word. Inside the block: NumericError, with the operation, its
            operands' ranges, a way to mend it, and the last operations as ``error.graph``; in the
            sweep also the line of the operation. MutationError, with that line, for an array that
            was changed; RuleError for a rule that gives another dtype or shape than its operand's,
            or writes into the cotangent that it is given.

    Computing is slower inside, by some tens of microseconds an operation, and a graph holds its
    operands for as long as it lives, so that an error can tell their ranges. A result that is swept
    and kept, as by ``losses.append(loss)``, keeps its graph: of a hundred from one line a UsageHint
    tells.

    >>> from autograd_core import Variable
    >>> x = Variable([1.0, 0.0])
    >>> try:
    ...     with np.errstate(all="ignore"), debug():
    ...         np.log(x)
    ... except NumericError as error:
    ...     print(error)
    ...     print([box.label for box in error.graph])
    log gave inf in 1 of 2 entries.
      why: its input has 1 entry <= 0 (min 0, max 1).
      try: np.log(np.maximum(x, eps)); ac.strong_zeros() if np.where hides those entries
    ['x1', 'log']
    """
    for name, reaction in (("nan", nan), ("inf", inf)):
        if reaction not in REACTIONS:
            raise ArgumentError(
                f"debug() got {name}={reaction!r}.",
                hint=f"{name}=" + ", ".join(map(repr, REACTIONS)),
            )
    return Watch(_flag, Guard(nan, inf, _limit(large), Sentry() if writes else None))


def _limit(large: float | None) -> float:
    return inf if large is None else float(large)


def _error(
    found: tuple[str, str, int], what: str, size: int, op: Any, values: list[Any]
) -> NumericError:
    """What happened, the ranges of the operands, and a way to mend it."""
    name, _, count = found
    return NumericError(f"{what} {name} in {count} of {size} entries.", *_ranges(op, values))


def _drawn(error: NumericError, draw: Callable[[], Any]) -> NumericError:
    """The error with its graph, which is drawn when somebody asks."""
    error.drawn = draw
    error.add_note(f"  graph of the last {LAST} operations: error.graph")
    return error


def _warn(text: str) -> None:
    """A UsageHint at the line of the user."""
    warnings.warn(text, UsageHint, stacklevel=stack_level())


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
    if op is None:
        return "An operation"
    return str(LABELS.get(op) or getattr(op, "__name__", name_of(op)).lstrip("_"))


class Checked(Wrapped):
    """The differential of a watched operation: what it pulls out of good numbers must be good."""

    def __init__(self, node: Node, guard: Guard, values: list[Any]) -> None:
        super().__init__(node.rule)
        self.guard, self.values, self.place = guard, values, users_line()
        self.scope = innermost(here.get())
        self.number, self.shape, self.dtype = node.number, node.shape, node.dtype
        self.parents = parents_of(node)
        self.copies = Copies(node, guard.sentry, self.place) if guard.sentry else None

    def pull(self, g: Any, saved: Any) -> Any:
        """The cotangents of the operands, looked at; their own operations are watched too."""
        try:
            return self._seen(g, saved, self._pulled(self.inner.pull, g, saved))
        except NumericError as error:
            error.add_note(f"  in the derivative of {_name(self.rule.op)}")
            raise

    def quick(self, g: Any, saved: Any) -> Any:
        """The same for plain arrays."""
        return self._seen(g, saved, self._pulled(self.inner.quick, g, saved))

    def push(self, tangents: Any, saved: Any) -> Any:
        """The tangent of the output, of what is as it was."""
        self._check_copies()
        return self.inner.push(tangents, saved)

    def _pulled(self, pull: Callable[[Any, Any], Any], g: Any, saved: Any) -> Any:
        """What the rule gives, if nothing was changed before, and it changes nothing itself."""
        self._check_copies()
        before = g.copy() if isinstance(g, np.ndarray) else None
        try:
            pulled = pull(g, saved)
        except MutationError as error:
            error.add_note(f"  {self.rule.name} was recorded at {self.place}")
            raise
        if before is not None and not np.array_equal(before, g, equal_nan=True):
            raise RuleError(
                f"The rule of {self.rule.name} wrote into the cotangent that it was given.",
                "other operations use the same array.",
                "g = g.copy() first, or a formula that makes a new array",
            )
        return pulled

    def _check_copies(self) -> None:
        error = self.copies and self.copies.change(self.rule.name)
        if error:
            raise error

    def _seen(self, g: Any, saved: Any, pulled: Any) -> Any:
        """What was pulled, looked at."""
        parts = pulled if isinstance(pulled, tuple) else (pulled,)
        for parent, part in zip(self.parents, parts, strict=False):
            if part is None or type(part) is Parts:
                continue
            if type(part) is not Deposit:
                self._check_fit(part, parent)
            values = part.g if type(part) is Deposit else part
            values = values._data if type(values) in VARIABLES else values
            found = self.guard.trouble(values)
            if found is not None and self.guard.trouble(getattr(g, "_data", g)) is None:
                what = f"The derivative of {_name(self.rule.op)} gave"
                error = _error(found, what, np.size(values), self.rule.op, self.values)
                inside = f", inside {self.scope!r}" if self.scope else ""
                error.add_note(f"  the operation was recorded at {self.place}{inside}")
                if found[1] == "raise":
                    raise _drawn(error, lambda: last_operations(self._node(saved)))
                _warn(str(error))
        return pulled

    def _check_fit(self, part: Any, parent: Any) -> None:
        """A rule that is not fitted must give its operand's dtype, in a shape that spreads to it.

        Raises:
            RuleError: it does not, and the sweep would go on with what it gives.
        """
        if layer(self.inner, Diagonal) is None or not hasattr(part, "dtype"):
            return
        pairs = zip(part.shape[::-1], parent.shape[::-1], strict=False)
        spreads = part.ndim <= parent.ndim and all(own in (1, full) for own, full in pairs)
        if part.dtype != parent.dtype or not spreads:
            raise RuleError(
                f"The rule of {self.rule.name} gave a cotangent of shape {part.shape} and dtype "
                f"{part.dtype} for an operand of shape {parent.shape} and dtype {parent.dtype}.",
                "a cotangent has the shape and dtype of its operand.",
                "numbers of Python's in the formula, which keep a dtype, in place of NumPy's",
            )

    def _node(self, saved: Any) -> Node:
        """The end of the tape up to this operation, for a drawing."""
        several = saved if isinstance(saved, tuple) else (saved,)
        kept = tuple([v._data if type(v) in VARIABLES else v for v in several])
        parents = self.parents if len(self.parents) > 1 else self.parents[0]
        node = node_of(self.inner, parents, kept if isinstance(saved, tuple) else kept[0], self)
        node.number = self.number
        return node


# --- graphs that are kept by accident -------------------------------------------------------------
_alive: dict[str, WeakSet[Checked]] = {}  # the ends of graphs that were swept, by their line
_told: set[str] = set()


def count_graphs(_out: Any, how: Any, operands: tuple[Any, ...]) -> None:
    """Tell of results that are kept after backward(): a reader of watching.py."""
    if how != "backward":
        return
    end = layer(getattr(operands[0].node, "rule", None), Checked)
    if end is None:
        return
    alive = _alive.setdefault(end.place, WeakSet())
    alive.add(end)
    if len(alive) >= MANY and end.place not in _told:
        _told.add(end.place)
        _warn(
            f"{len(alive)} graphs made at {end.place} are alive.\n"
            "  why: a result keeps its graph, and a list of results keeps them all.\n"
            "  try: losses.append(loss.item())"
        )


readers.append(count_graphs)
