"""why_no_grad: where the path from a result to a Variable breaks, and how to mend it.

The tape tells what was recorded; the notes of origins.py tell what became of values that left it.
Every node is visited a fixed number of times, without recursion.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from ..drawing.saved import differential, is_output, label
from ..errors import ArgumentError
from ..origins import Origin, behind, exits_of, lost_by, made_from, origin_of, was_watched
from ..tape import Node, ancestors, parents_of
from ..variable import VARIABLES, Variable
from ..views import Leaf, settle
from .holdings import constants_of

__all__ = ["why_no_grad"]

LONGEST = 10  # names of a path that are shown
WIDEST = 60  # characters of a name
NUMBERS = (".item()", ".tolist()", "float()")  # exits that give Python's numbers
WATCH = "the same inside ac.debug(), which notes the lines where values leave the tape"
SAID: dict[str, tuple[str, str]] = {  # what became of a value, and what to do
    "detached": ("{what} at {place}", "use {it} without {what}"),
    "converted": ("{what} at {place}", "use {it} without {what}"),
    "no_grad": (
        "{what} inside no_grad() at {place}",
        "compute {it} outside of no_grad(), or inside ac.enable_grad()",
    ),
    "zero": (
        "{what} has derivative zero, at {place}",
        "a function with a slope in place of {what}; ac.custom_gradient to give it one",
    ),
    "integer": (
        "{what} to integers, which have no derivative, at {place}",
        "keep {it} floating-point",
    ),
}


@dataclass(frozen=True)
class Path:
    """What ``why_no_grad`` found; its text is the report.

    Attributes:
        depends: whether a derivative leads from y to x.
        reason: "" if nothing is wrong; else "detached", "converted", "no_grad", "constant",
            "integer", "unused", "freed", "other graph" or "zero".
        names: what lies between, from y to x or to where the path stops.
        place: the line where it stops; "" if nobody has watched.
        what, why, hint: the three parts of the text.
    """

    depends: bool
    reason: str
    names: tuple[str, ...]
    place: str
    what: str
    why: str
    hint: str

    def __repr__(self) -> str:
        names = list(self.names)
        if len(names) > LONGEST:
            names[5:-4] = [f"... ({len(names) - 9} more)"]
        path = f"\n  {' <- '.join(names)}" if len(names) > 1 else ""
        return f"{self.what}{path}\n  {self.why}" + (f"\n  try: {self.hint}" if self.hint else "")


def why_no_grad(y: Variable, x: Variable) -> Path:
    """Say where the path from ``y`` to ``x`` breaks, so that backward() leaves no gradient there.

    Args:
        y: the result from which backward() starts, of any shape.
        x: the Variable whose gradient is missing.
    Returns:
        the reason, the path up to the break, and a way to mend it; it prints as a report. Inside
        ``debug()`` or ``recording()``, and after it, the line of the break is known too.
    Raises:
        ArgumentError: y or x is not a Variable.

    >>> from autograd_core import debug
    >>> w = Variable([1.0, 2.0])
    >>> with debug():
    ...     h = np.tanh(w).detach()
    ...     loss = np.mean(np.square(Variable(3.0) - h))
    >>> print(str(why_no_grad(loss, w)))  # doctest: +ELLIPSIS
    loss does not depend on w: the path stops at h.
      loss <- mean <- square <- subtract <- h
      h is a constant: .detach() at ...
      try: use h without .detach()
    """
    for position, value in (("first", y), ("second", x)):
        if not isinstance(value, Variable):
            raise ArgumentError(
                f"why_no_grad() takes two Variables; its {position} argument is "
                f"{type(value).__name__}.",
                "a plain number does not remember how it was computed.",
                "ac.why_no_grad(loss, w) with the results themselves, before .item() and .data",
            )
        settle(value)
    return Search(y, x, sys._getframe(1)).found()


class Search:
    """Two Variables, what they are called, and the tape behind the first.

    Args:
        y, x: the Variables.
        frame: of the caller, whose names for them are used.
    """

    def __init__(self, y: Variable, x: Variable, frame: FrameType) -> None:
        self.y, self.x = y, x
        self.scope = {**frame.f_globals, **frame.f_locals}
        self.a = _line(y.name or "") or self._called(y, "the result")
        self.b = _line(x.name or "") or self._called(x, "the other")
        self.order, _ = ancestors([] if y.node is None else [y.node])

    def _called(self, value: Any, otherwise: str) -> str:
        """What the caller calls a Variable, or the array or number that holds a constant."""
        for name, known in self.scope.items():
            if not name.isidentifier() or name.startswith("_"):
                continue
            if known is value:
                return name
            if type(known) in VARIABLES and known.node is None and known._data is value:
                return _line(known.name or name)
        return otherwise

    # --- the answer -------------------------------------------------------------------------------
    def found(self) -> Path:
        """The first reason that applies."""
        if self.y is self.x:
            return self._depends((self.b,), [])
        if self.x.node is None:
            return self._constant(self.x, f"{self.b} has no gradient: it does not require one.", ())
        if self.y.node is None:
            return self._constant(self.y, self._stops(self.a), (self.a,))
        steep, every = self._users(sloped), self._users(parents_of)
        target = self.x.node
        if target in steep:
            return self._depends(self._names(steep, target, self.b), _between(steep, target))
        if target in every:
            return self._flat(every)
        return self._lost(every) or self._elsewhere()

    def _stops(self, where: str) -> str:
        return f"{self.a} does not depend on {self.b}: the path stops at {where}."

    def _users(self, operands: Any) -> dict[Node, Node | None]:
        """Each node to which ``operands`` leads from y, and the node that used it."""
        users: dict[Node, Node | None] = {self.y.node: None}
        for node in reversed(self.order):
            if node in users and node.rule is not None:
                for parent in operands(node):
                    users.setdefault(parent, node)
        return users

    def _names(self, users: Mapping[Node, Node | None], end: Node, last: str) -> tuple[str, ...]:
        """The path from y to a leaf or an operand, in names of operations."""
        ops = [label(node) for node in _between(users, end) if not is_output(node)]
        return (self.a, *ops, last)

    # --- there is a path --------------------------------------------------------------------------
    def _depends(self, names: tuple[str, ...], between: list[Node]) -> Path:
        a, b = self.a, self.b
        what, reason = f"{a} depends on {b}.", ""
        if any(node.saved is None for node in between):
            reason, why = "freed", "backward() has run over this graph and released its values."
            hint = f"compute {a} again, or backward(retain_graph=True) the first time"
        elif self.x.is_leaf:
            has = self.x.grad is not None
            why = f"the .grad of {b} holds a gradient." if has else "nothing has been swept yet."
            start = "backward()" if self.y.size == 1 else "sum().backward()"
            hint = "" if has else f"{_code(a, 'y')}.{start}"
        else:
            why = f"only leaves have .grad; {b} is the result of an operation."
            hint = f"{_code(b, 'x')}.register_hook(print) before backward()"
        return Path(True, reason, names, "", what, why, hint)

    def _flat(self, every: Mapping[Node, Node | None]) -> Path:
        """Every path passes an operation that has derivative zero."""
        between = _between(every, self.x.node)
        below = [*between[1:], self.x.node]
        node = next(n for n, m in zip(between, below, strict=True) if m not in set(sloped(n)))
        name = label(node)
        names, what = self._names(every, self.x.node, self.b), f"the derivative of {name} is zero."
        hint = f"a function with a slope in place of {name}"
        return Path(False, "zero", names, "", f"{self.a} has gradient zero by {self.b}: {what}",
                    f"{name} is constant wherever it has a derivative.", hint)  # fmt: skip

    # --- there is none ----------------------------------------------------------------------------
    def _constant(self, variable: Variable, what: str, names: tuple[str, ...]) -> Path:
        """One of the two is no part of any tape."""
        name, origin = self.b if variable is self.x else self.a, origin_of(variable)
        if origin is not None:
            return self._left(origin, name, what, names)
        if variable.dtype.kind not in "fc":
            why, code = (
                f"{name} holds {variable.dtype}, which has no derivatives.",
                _code(name, "x"),
            )
            hint = f"{code} = ac.Variable({code}.data.astype(float))"
            return Path(False, "integer", names, "", what, why, hint)
        if type(variable.role) is Leaf:
            why = f"{name} has requires_grad=False."
            hint = f"{_code(name, 'x')}.requires_grad = True before {self.a} is computed"
            return Path(False, "constant", names, "", what, why, hint)
        why = f"{name} came of constants, of .detach(), or of a computation inside no_grad()."
        return Path(False, "constant", names, "", what, why, WATCH)

    def _left(self, origin: Origin, name: str, what: str, names: tuple[str, ...]) -> Path:
        """The report of a value whose history was lost at a known line."""
        said, hint = SAID[origin.reason]
        place = origin.place.removesuffix(", in <module>")
        facts = {"what": origin.what, "place": place, "it": name if name.isidentifier() else "it"}
        why = f"{name} is a constant: {said.format(**facts)}"
        return Path(False, origin.reason, names, origin.place, what, why, hint.format(**facts))

    def _leaves(self) -> frozenset[int]:
        """The numbers of the leaves behind x, or its own."""
        return (
            behind(self.x.node) if self.x.node.rule is not None else frozenset([self.x.node.number])
        )

    def _lost(self, users: Mapping[Node, Node | None]) -> Path | None:
        """A constant on the tape of y that is known to come from x."""
        leaves, number = self._leaves(), self.x.node.number
        for node in reversed(self.order):
            origin = made_from(node)
            if origin is not None and origin.leads_from(leaves, number):
                name = _line(getattr(node, "name", None) or self._leaf_name(node))
                path = self._names(users, node, name)
                return self._left(origin, name, self._stops(name), path)
            for lost in lost_by(node):
                if not lost.origin.leads_from(leaves, number):
                    continue
                operation = label(node)
                place = f"operand {lost.position}"
                name = self._called(lost.value(), place) if lost.value() is not None else place
                where = f"{place} of {operation}" if name == place else name
                path = (*self._names(users, node, operation), name)
                return self._left(lost.origin, name, self._stops(where), path)
        return None

    def _leaf_name(self, node: Node) -> str:
        """What the caller calls a leaf."""
        for name, known in self.scope.items():
            if type(known) in VARIABLES and known.node is node:
                return name
        return "a new Variable"

    def _elsewhere(self) -> Path:
        """x is behind nothing that y was computed from, as far as anybody knows."""
        a, b, x = self.a, self.b, self.x
        what = f"{a} does not depend on {b}: no recorded path leads there."
        if x.node.number > self.y.node.number:
            why = f"{b} was made after {a} was computed."
            return Path(
                False, "other graph", (), "", what, why, f"compute {a} again, from this {b}"
            )
        twin = next((node for node in self.order if node.rule is None and _is_copy(node, x)), None)
        if twin is not None:
            why = f"{a} was computed from another leaf of the same name or values: a copy of {b}."
            return Path(False, "other graph", (), "", what, why, f"compute {a} from {b} itself")
        constants = [c for node in self.order if node.rule is not None for c in constants_of(node)]
        for origin in exits_of(self._leaves(), x.node.number) if was_watched(self.y.node) else ():
            numbers = origin.what in NUMBERS
            suspects = [c for c in constants if numbers or not isinstance(c, int | float | complex)]
            if suspects and origin.newest < self.y.node.number:
                place = origin.place.removesuffix(", in <module>")
                why = f"one of its constants may come from {origin.what} at {place}"
                hint = f"compute {a} without {origin.what}"
                return Path(False, origin.reason, (), origin.place, what, why, hint)
        why = f"{a} was computed from {', '.join(self._leaf_names())}"
        if not constants:
            hint = f"use {b} in what {a} is computed from"
            return Path(False, "unused", (), "", what, f"{why} alone.", hint)
        some = "1 constant" if len(constants) == 1 else f"{len(constants)} constants"
        return Path(False, "unused", (), "", what, f"{why} and {some}.", WATCH)

    def _leaf_names(self) -> Iterator[str]:
        """The leaves behind y, ten at most."""
        leaves: list[Any] = [node for node in self.order if node.rule is None]
        for node in leaves[:LONGEST]:
            name = _line(node.name or self._leaf_name(node))
            yield name if name != "a new Variable" else f"a leaf of shape {node.shape}"
        if len(leaves) > LONGEST:
            yield f"{len(leaves) - LONGEST} more"


def _between(users: Mapping[Node, Node | None], end: Node) -> list[Node]:
    """The nodes from y down to the one that used ``end``."""
    path, node = [], users[end]
    while node is not None:
        path.append(node)
        node = users[node]
    return path[::-1]


def sloped(node: Node) -> Iterator[Node]:
    """The operands by which an operation has a derivative that is not zero everywhere."""
    inner = differential(node)
    for k, parent in enumerate(parents_of(node)):
        if not inner.elementwise or inner.rule.formulas[inner.tracked[k]] != 0:
            yield parent


def _line(name: str) -> str:
    """A name in one line of moderate length."""
    name = " ".join(name.split())
    return name if len(name) <= WIDEST else f"{name[: WIDEST - 3]}..."


def _code(name: str, otherwise: str) -> str:
    """A name as code may use it: the path of a parameter is none."""
    return name if name.isidentifier() else otherwise


def _is_copy(source: Any, x: Variable) -> bool:
    """Whether a leaf looks like a copy of x: the same name, or the same numbers."""
    if source.shape != x.shape or source.dtype != x.dtype:
        return False
    if source.name is not None and source.name == x.name:
        return True
    return x.size > 1 and source.value is not None and np.array_equal(source.value, x._data)
