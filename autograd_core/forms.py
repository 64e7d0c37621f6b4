"""The words that declare a derivative, and the registry that holds what was declared.

A declaration becomes a Rule, found in ``RULES`` under NumPy's own function object. For the operands
that are tracked in a call, a Rule gives a Differential (differentials.py), which a node refers to.
The file knows nothing of Variables or of the tape.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .binding import EMPTY, Binding, name_of
from .cotangents import Deposit, Spec, is_basic
from .differentials import (
    Bilinear,
    Diagonal,
    Formula,
    Joint,
    Linear,
    Multilinear,
    Pullback,
    parameters,
)
from .errors import NoRuleError, RuleError

RULES: dict[Any, "Rule"] = {}


class Rule:
    """What is declared about an operation: its form, its functions, a composite to fall back on.

    ``function`` bears the signature that lists the supported options; ``at`` are the positions of
    the differentiable operands; ``formulas`` has one entry for each of them (one in all for the
    forms that return all cotangents at once).
    """

    def __init__(self, op: Any, form: str, formulas: Sequence[Formula] = (), skip: int = 1) -> None:
        self.op, self.form = op, form
        self.formulas: tuple[Any, ...] = tuple(formulas)
        self.composite: Any = None
        self.composite_binding: Any = None
        self.fast: Callable[..., Any] | None = None
        self.twice: Callable[..., Any] | None = None
        self.pushforward: Any = None
        self.differentials: dict[Any, Any] = {}
        self.at: tuple[int, ...] = ()
        self.ignored: frozenset[int] = frozenset()
        function = next((f for f in self.formulas if callable(f)), None)
        self.binding: Any = None
        if function and form != "elementwise":
            self.binding = Binding(op, function, skip)

    @property
    def name(self) -> str:
        """The operation's plain name, as a graph shows it."""
        return getattr(self.op, "__name__", str(self.op))

    def differential(self, tracked: tuple[Any, ...]) -> Any:
        """The differential by the operands at these positions."""
        found = self.differentials.get(tracked)
        if found is None:
            found = self.differentials[tracked] = DIFFERENTIALS[self.form](self, tracked)
        return found

    def operands(self, count: int) -> Iterable[int]:
        """The positions of the differentiable operands, in a call with so many arguments."""
        return self.at or range(self.binding.required, count)

    def apply(self, values: list[Any]) -> Any:
        """Call the op on positional values of its rule; options go by name."""
        binding = self.binding
        if binding.rest:
            return self.op(*values)
        options = {
            p.name.lstrip("_"): v
            for p, v in zip(
                binding.before[binding.required :], values[binding.required :], strict=True
            )
        }
        return self.op(*values[: binding.required], **options)

    def refuse(self, unlisted: dict[str, tuple[Any, Any]]) -> NoRuleError:
        """The error for options without a derivative, given with their values and defaults."""
        call = ", ".join(f"{name}={_short(value)}" for name, (value, _) in unlisted.items())
        usual = ", ".join(
            f"{name}={_short(default)}"
            for name, (_, default) in unlisted.items()
            if default is not EMPTY and default is not np._NoValue
        )
        binding = self.composite_binding or self.binding
        options = binding.before[binding.required :] + binding.after if binding else []
        listed = ", ".join(p.name.lstrip("_") + "=" for p in options)
        return NoRuleError(
            f"{name_of(self.op)}(..., {call}) is not differentiable with this option; "
            + (f"it is with {usual}." if usual else "it is without it."),
            hint=f"{usual or 'no ' + ', '.join(unlisted)}"
            + (f"; the options it honors are {listed}" if listed else ""),
        )


DIFFERENTIALS: dict[str, Any] = {
    "elementwise": Diagonal,
    "linear": lambda rule, tracked: (Joint if type(tracked[0]) is tuple else Linear)(rule, tracked),
    "bilinear": Bilinear,
    "multilinear": Multilinear,
    "pullback": Pullback,
}


def _short(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else "..."


# --- the words ------------------------------------------------------------------------------------
def _declare(rule: Rule) -> Rule:
    """Put a rule into the registry; a composite declared before stays as the fallback."""
    before = RULES.get(rule.op)
    if before is not None and before.form != "composite":
        raise RuleError(f"{name_of(rule.op)} has a rule already.", hint="@ac.primitive for another")
    if before is not None:
        rule.composite, rule.composite_binding = before.composite, before.composite_binding
    RULES[rule.op] = rule
    return rule


def elementwise(ufunc: Any, *formulas: Formula, twice: Any = None) -> None:
    """Declare a function that acts entry by entry: one formula for each operand.

    Args:
        ufunc: the function, of one or two operands.
        formulas: functions of the cotangent ``g`` and what they name of the operands ``x``, ``y``
            and the output (``y = f(x)``, ``z = f(x, y)``); or a number, a constant derivative.
        twice: (g, x) → the sum of both cotangents where both operands are one, in place of two
            formulas that name the operands.
    Raises:
        RuleError: a formula names something else, or ``twice`` would never be used.

    >>> from autograd_core import primitive
    >>> cube = primitive(lambda x: x**3)
    >>> elementwise(cube, lambda g, x: g * 3 * x**2)
    """
    allowed = ("g", "x", "y", "z")[: len(formulas) + 2]
    for formula in (*formulas, twice):
        names = parameters(formula) if callable(formula) else ("g",)
        known = ("g", "x") if formula is twice else allowed
        if names[:1] != ("g",) or set(names) - set(known):
            raise RuleError(
                f"A formula of {name_of(ufunc)} may name {', '.join(known)}; "
                f"this one names {', '.join(names)}.",
                hint="lambda g, x: g * np.cos(x)",
            )
    kept = {name for f in formulas if callable(f) for name in parameters(f)} - {"g"}
    if twice and len(kept) != 2:
        why = f"it serves formulas that name two values; these name {len(kept)}."
        raise RuleError(f"twice= of {name_of(ufunc)} would not be used.", why, "leave it out")
    rule = _declare(Rule(ufunc, "elementwise", formulas))
    rule.at, rule.twice = tuple(range(len(formulas))), twice


def linear(
    op: Any, *transposes: Formula, at: int | tuple[int, ...] | None = None, fast: Any = None
) -> None:
    """Declare an operation that is linear in one operand, or in some jointly.

    Args:
        op: the function.
        transposes: for each operand, a function of the cotangent and the op's own parameters; the
            operands arrive as Specs. 0: the argument may be tracked and gets no cotangent.
        at: the positions of the operands; by default the leading ones.
        fast: a second body of the transpose, for plain arrays.
    """
    rule = Rule(op, "linear", transposes)
    positions = (at,) if isinstance(at, int) else at or range(len(transposes))
    pairs = [(p, f) for p, f in zip(positions, transposes, strict=True) if callable(f)]
    rule.at, rule.formulas = tuple(p for p, _ in pairs), tuple(f for _, f in pairs)
    rule.ignored = frozenset(positions) - frozenset(rule.at)
    rule.fast = fast
    _declare(rule)


def bilinear(op: Any, left: Callable[..., Any], right: Callable[..., Any]) -> None:
    """Declare an operation that is linear in each of its first two operands.

    Args:
        op: the function.
        left: (g, a, b, …) → the cotangent of a, which arrives as a Spec.
        right: (g, a, b, …) → the cotangent of b, which arrives as a Spec.
    """
    _declare(Rule(op, "bilinear", (left, right))).at = (0, 1)


def multilinear(op: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation that is linear in each of many operands, by one transpose.

    The decorated function is (i, g, *arguments) → the cotangent of argument ``i``, which arrives as
    a Spec. The operands are what the ``*`` of its signature takes, or all without a default.
    """

    def declare(transpose: Callable[..., Any]) -> Callable[..., Any]:
        rule = _declare(Rule(op, "multilinear", (transpose,), skip=2))
        rule.at = () if rule.binding.rest else tuple(range(rule.binding.required))
        return transpose

    return declare


def pullback(
    op: Any, at: int | tuple[int, ...] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare all cotangents of an operation at once.

    The decorated function is (g, out, …the op's own parameters) → a cotangent, or a tuple of one
    for each operand; an operand is a parameter without default, or one at the positions ``at``. A
    leading underscore asks for the Spec only. With several outputs ``g`` and ``out`` are lists. In
    the tuple a function without parameters stands for a cotangent that is computed if it is wanted.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        rule = _declare(Rule(op, "pullback", (function,), skip=2))
        rule.at = (at,) if isinstance(at, int) else at or tuple(range(rule.binding.required))
        return function

    return declare


def pushforward(op: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replace the derived forward mode of a pullback: (t, out, …) → the output's tangent."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        RULES[op].pushforward = function
        return function

    return declare


def constant(*ops: Any) -> None:
    """Declare operations whose derivative is zero wherever it exists: their results are plain."""
    for op in ops:
        _declare(Rule(op, "constant"))


def composite(op: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation, or its rarer options, as an expression in other operations."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        rule = RULES.get(op) or _declare(Rule(op, "composite"))
        rule.composite, rule.composite_binding = function, Binding(op, function, 0)
        return function

    return declare


def primitive(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function of plain arrays an operation of our own, for which a rule can be declared.

    Called with a Variable it is dispatched as NumPy dispatches its own functions, and recorded;
    called with arrays it is the function. ``elementwise`` has an example.

    Raises:
        NoRuleError: when called with a tracked Variable before a rule was declared.
    """

    @wraps(function)
    def operation(*args: Any, **kwargs: Any) -> Any:
        for value in (*args, *kwargs.values()) if kwargs else args:
            for item in value if type(value) in (list, tuple) else (value,):
                kind = type(item)
                if kind is not np.ndarray and hasattr(kind, "__array_function__"):
                    return item.__array_function__(operation, (kind,), args, kwargs)
        return function(*args, **kwargs)

    operation.plain = function  # type: ignore[attr-defined]
    return operation


__all__ = [
    "EMPTY",
    "RULES",
    "Deposit",
    "Rule",
    "Spec",
    "bilinear",
    "composite",
    "constant",
    "elementwise",
    "is_basic",
    "linear",
    "multilinear",
    "name_of",
    "primitive",
    "pullback",
    "pushforward",
]
