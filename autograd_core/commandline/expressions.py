"""A formula as text, such as ``sin(x1) + x1*x2``: read with ``ast``, never with ``eval``.

Numbers, given names, operators, comparisons, indexing, lists, and calls of functions that have
rules; nothing else has a meaning. What it costs is bounded: the length of the text, its depth,
whole numbers, and the memory of what it computes.
"""

import ast
import difflib
import operator
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

import autograd_core as ac

from .bounds import bounded, power, shortened
from .vocabulary import CONSTANTS, Function, candidates, function, has_steps, joined, names, unknown

Values = Mapping[str, Any]
Closure = Callable[[Values], Any]

LONGEST = 5000  # characters
DEEPEST = 150  # levels of parentheses, operators and calls

OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.MatMult: operator.matmul, ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
SIGNS: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert
}  # fmt: skip
ATTRIBUTES: dict[str, Function] = {"T": np.transpose, "real": np.real, "imag": np.imag}
METHODS = {  # that have the arguments of NumPy's function
    "sum", "mean", "std", "var", "max", "min", "prod", "cumsum", "cumprod", "dot", "ravel",
    "trace", "clip", "conj", "round", "diagonal", "argmax", "argmin",
}  # fmt: skip
REFUSED = {  # syntax that people try: what to write instead
    ast.BoolOp: "& and |, with parentheses around comparisons",
    ast.Not: "~(x > 0)",
    ast.BitXor: "x**2 for a power; ^ is none",
    ast.LShift: "x * 2**n",
    ast.RShift: "x / 2**n",
    ast.IfExp: "where(x > 0, a, b)",
    ast.Is: "==",
    ast.In: "isin(x, [1, 2])",
    ast.Lambda: "a file of Python, with ac.grad",
    ast.ListComp: "functions of whole arrays",
    ast.GeneratorExp: "functions of whole arrays",
    ast.NamedExpr: "name=value after the formula",
    ast.JoinedStr: "a plain text",
    ast.Starred: "the arguments one by one",
    ast.Dict: "name=value after the formula",
    ast.Set: "a list, [1, 2]",
}


class Expression:
    """A formula, checked as a whole before anything is computed; call it with values by name.

    Args:
        text: the formula.
        given: the names that have values.
    Attributes:
        used: those of them that occur.
        stepwise: whether it has steps, such as those of ``floor`` and ``//``.
    Raises:
        ArgumentError: what the text means is not known, not allowed, or too large.

    >>> Expression("sin(x1) + x1*x2", ["x1", "x2"])({"x1": 0.0, "x2": 3.0})
    np.float64(0.0)
    """

    def __init__(self, text: str, given: Sequence[str]) -> None:
        self.text, self.given = text.strip(), frozenset(given)
        self.used: set[str] = set()
        self.stepwise = False
        self.closure = self.value(parsed(self.text), 0)

    def __call__(self, values: Values) -> Any:
        """The value, of numbers, arrays or Variables."""
        return self.closure(values)

    # --- one method for each kind of node ---
    def value(self, node: ast.expr, depth: int) -> Closure:
        """What computes a part of the formula from the values."""
        if depth > DEEPEST:
            raise ac.ArgumentError(
                f"The formula is nested more than {DEEPEST} levels deep.", hint="a file of Python"
            )
        meaning = getattr(self, f"of_{type(node).__name__}", None)
        if meaning is None:
            raise self.refusal(node, node)
        found: Closure = meaning(node, depth + 1)
        return found

    def refusal(self, node: ast.AST, whole: ast.AST) -> ac.ArgumentError:
        """The error for syntax without a meaning."""
        shown = shortened(ast.get_source_segment(self.text, whole) or type(node).__name__)
        return ac.ArgumentError(
            f"A formula cannot hold {shown!r}.",
            "it may hold numbers, names, operators, comparisons, indices, lists and calls.",
            REFUSED.get(type(node), ""),
        )

    def of_Constant(self, node: ast.Constant, _depth: int) -> Closure:
        """A number."""
        number = node.value
        if not isinstance(number, int | float | complex):
            raise self.refusal(node, node)
        bounded(number)
        return lambda _: number

    def of_Name(self, node: ast.Name, _depth: int) -> Closure:
        """A given value, or a constant."""
        name = node.id
        if name in self.given:
            self.used.add(name)
            return lambda values: values[name]
        if name in CONSTANTS:
            return lambda _: CONSTANTS[name]
        raise self.no_value(name)

    def no_value(self, name: str) -> ac.ArgumentError:
        """The error of a name without a value."""
        near = difflib.get_close_matches(name, self.given, 1)
        why = f"did you mean {near[0]}?" if near else ""
        if candidates(name):
            return ac.ArgumentError(f"{name} is a function.", why, f"{name}(x)")
        if "." in name:
            return ac.ArgumentError(f"A formula knows no {name}.")
        return ac.ArgumentError(f"{name} has no value.", why, f"{name}=1.0 after the formula")

    def of_BinOp(self, node: ast.BinOp, depth: int) -> Closure:
        """Operands with operators between them; a long sum is no deep one."""
        steps: list[tuple[Any, Closure]] = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            operation = power if isinstance(first.op, ast.Pow) else OPERATORS.get(type(first.op))
            if operation is None:
                raise self.refusal(first.op, first)
            self.stepwise |= isinstance(first.op, ast.FloorDiv | ast.Mod)
            steps.append((operation, self.value(first.right, depth)))
            first = first.left
        start = self.value(first, depth)
        steps.reverse()

        def computed(values: Values) -> Any:
            value = start(values)
            for operation, operand in steps:
                value = bounded(operation(value, operand(values)))
            return value

        return computed

    def of_UnaryOp(self, node: ast.UnaryOp, depth: int) -> Closure:
        """A sign."""
        operation, operand = SIGNS.get(type(node.op)), self.value(node.operand, depth)
        if operation is None:
            raise self.refusal(node.op, node)
        return lambda values: operation(operand(values))

    def of_Compare(self, node: ast.Compare, depth: int) -> Closure:
        """One comparison; two in a row would ask for the truth of an array."""
        operation = OPERATORS.get(type(node.ops[0]))
        if operation is None:
            raise self.refusal(node.ops[0], node)
        if len(node.ops) > 1:
            raise ac.ArgumentError(
                "A formula compares two values at a time.", hint="(0 < x) & (x < 1)"
            )
        left, right = self.value(node.left, depth), self.value(node.comparators[0], depth)
        return lambda values: operation(left(values), right(values))

    def of_List(self, node: ast.List, depth: int) -> Closure:
        """An array."""
        items = [self.value(item, depth) for item in node.elts]
        return lambda values: joined([item(values) for item in items])

    def of_Subscript(self, node: ast.Subscript, depth: int) -> Closure:
        """A part of an array, or one of several results."""
        whole, index = self.value(node.value, depth), self.index(node.slice, depth)
        return lambda values: whole(values)[index(values)]

    def index(self, node: ast.expr, depth: int) -> Closure:
        """What stands in square brackets."""
        if isinstance(node, ast.Tuple):
            parts = [self.index(item, depth) for item in node.elts]
            return lambda values: tuple([part(values) for part in parts])
        if isinstance(node, ast.Slice):
            ends = [
                self.value(end, depth) if end is not None else lambda _: None
                for end in (node.lower, node.upper, node.step)
            ]
            return lambda values: slice(*[end(values) for end in ends])
        if isinstance(node, ast.Constant) and node.value in (None, Ellipsis):
            return lambda _: node.value
        return self.value(node, depth)

    def of_Attribute(self, node: ast.Attribute, depth: int) -> Closure:
        """``x.T``, ``np.pi``, or a result by its name: ``svd(x).S``."""
        name, dotted = node.attr, dotted_name(node)
        if dotted is not None and dotted.partition(".")[0] not in self.given:
            if dotted.rpartition(".")[0] in ("np", "numpy", "math") and name in CONSTANTS:
                return lambda _: CONSTANTS[name]
            raise self.no_value(dotted)
        whole = self.value(node.value, depth)
        if name in ATTRIBUTES:
            return lambda values: ATTRIBUTES[name](whole(values))
        if name.startswith("_") or not isinstance(node.value, ast.Call):
            raise no_field(name, ATTRIBUTES)
        return lambda values: field(whole(values), name)

    def of_Call(self, node: ast.Call, depth: int) -> Closure:
        """A function's value."""
        called, first = self.called(node.func, depth)
        if getattr(node.func, "id", "") in ("min", "max") and len(node.args) > 1:
            name = ast.unparse(node.func)
            raise ac.ArgumentError(
                f"The second argument of {name} is an axis.",
                hint=f"{name}imum(x, y) for the {name}imum of two; {name}(x, axis=0)",
            )
        given = [*first, *[self.argument(a, depth) for a in node.args]]
        options = {}
        for option in node.keywords:
            if option.arg is None or option.arg in ("out", "like"):
                raise ac.ArgumentError(f"A formula cannot hold the option {option.arg or '**'}.")
            options[option.arg] = self.argument(option.value, depth)
        return lambda values: called(
            *[a(values) for a in given], **{name: o(values) for name, o in options.items()}
        )

    def called(self, node: ast.expr, depth: int) -> tuple[Function, list[Closure]]:
        """A function, and what stands before its dot if it is a method."""
        dotted = dotted_name(node)
        if dotted is not None and dotted.partition(".")[0] not in self.given:
            found = function(dotted)
            self.stepwise |= has_steps(found)
            return found, []
        if dotted is not None and "." not in dotted:
            raise ac.ArgumentError(
                f"{dotted} is a value, no function.", hint=f"{dotted}*(...) to multiply"
            )
        if not isinstance(node, ast.Attribute):
            raise self.refusal(node, node)
        if node.attr not in METHODS:
            known = unknown(node.attr) if node.attr not in names() else None
            hint = known.hint if known else f"{node.attr}(x) instead of x.{node.attr}()"
            raise ac.ArgumentError(f"A formula knows no method {node.attr!r}.", hint=hint)
        found = function(node.attr)
        self.stepwise |= has_steps(found)
        return found, [self.value(node.value, depth)]

    def argument(self, node: ast.expr, depth: int) -> Closure:
        """What may be given to a function: also texts, None, truth values, and nested lists."""
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str)):
            return lambda _: node.value
        if isinstance(node, ast.Tuple | ast.List):
            if depth > DEEPEST:
                return self.value(node, depth)
            kind = tuple if isinstance(node, ast.Tuple) else list
            items = [self.argument(item, depth + 1) for item in node.elts]
            return lambda values: kind([item(values) for item in items])
        return self.value(node, depth)


def parsed(text: str) -> ast.expr:
    """The syntax tree of a formula.

    Raises:
        ArgumentError: the text is empty, too long or no expression.
    """
    if not text:
        raise ac.ArgumentError("The formula is empty.", hint='"sin(x1) + x1*x2" x1=2 x2=3')
    if len(text) > LONGEST:
        raise ac.ArgumentError(
            f"The formula has {len(text)} characters; {LONGEST} are allowed.",
            hint="a file of Python",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except (MemoryError, RecursionError):
        raise ac.ArgumentError("The formula is nested too deep.", hint="a file of Python") from None
    except (SyntaxError, ValueError) as err:
        raise ac.ArgumentError(
            f"{shortened(text)!r} is no formula.", *explained(text, err)
        ) from None


def explained(text: str, error: Exception) -> tuple[str, str]:
    """Why a text is no formula, and what to try."""
    why = str(getattr(error, "msg", error)).partition("\n")[0]
    place = getattr(error, "offset", None)
    if "digits" in why:
        return "a number in it has thousands of digits.", "1e300"
    if place and "\n" not in text:
        why += f", at character {place}: {shortened(text[max(place - 1, 0) :], 20)!r}"
    words = [word for word in re.findall(r"\w+", text) if word == "lambda"]
    hint = "lam for lambda, which is a word of Python" if words else ""
    return f"{why[:150]}.", hint


def dotted_name(node: ast.expr) -> str | None:
    """``np.linalg.norm`` as text; None if it is anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def field(value: Any, name: str) -> Any:
    """A result by its name, of a function that gives several."""
    fields = getattr(value, "_fields", ()) if isinstance(value, tuple) else ()
    if name not in fields:
        raise no_field(name, fields or ATTRIBUTES)
    return getattr(value, name)


def no_field(name: str, known: Iterable[str]) -> ac.ArgumentError:
    """The error of a name after a dot."""
    near = difflib.get_close_matches(name, known, 1)
    return ac.ArgumentError(
        f"A value of a formula has no {name!r}.", hint=", ".join(near or list(known)[:4])
    )
