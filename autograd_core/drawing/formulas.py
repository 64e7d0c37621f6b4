"""The formula of a rule as it is written: ``g * np.cos(x)`` for the derivative of a sine.

Read from the source of the rule, once; empty where a rule is more than one expression.
"""

import ast
import linecache
from functools import cache
from types import CodeType
from typing import Any

from ..differentials import Diagonal, Mixed
from ..tape import Node, parents_of
from .saved import differential

CONSTANT = {1: "g", -1: "-g", 0: "0"}
LONGEST = 100  # characters of a formula that is worth showing


def formulas(node: Node) -> tuple[str, ...]:
    """The formula of each contribution, by the place of the operand among the parents."""
    rule = differential(node)
    if rule.rule.form == "function":
        return ("",) * len(parents_of(node))
    return _formulas(rule)


@cache
def _formulas(rule: Any) -> tuple[str, ...]:
    """Those of a differential, which all its nodes share."""
    form, declared, tracked = rule.rule.form, rule.rule.formulas, rule.tracked
    if isinstance(rule, Diagonal | Mixed):
        return tuple([_text(declared[k]) for k in tracked])
    if form in ("linear", "bilinear") and not isinstance(tracked[0], tuple):
        at = list(rule.rule.at)
        return tuple([_text(declared[at.index(k)]) if k in at else "" for k in tracked])
    if form == "pullback" and len(rule.rule.at) == 1:
        return (_text(declared[0]),)
    return ("",) * len(tracked)


def _text(formula: Any) -> str:
    """What a formula returns, as written; "" if that is not one short expression."""
    if not callable(formula):
        return CONSTANT.get(formula, f"g * {formula!r}")
    code = getattr(formula, "__code__", None)
    body = None if code is None else _body(code)
    text = "" if body is None else ast.unparse(body)
    return text if len(text) <= LONGEST else ""


def _body(code: CodeType) -> ast.expr | None:
    """The expression that a function or lambda of this code returns."""
    for function in _functions(code.co_filename).get(code.co_firstlineno, ()):
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if tuple(names) != code.co_varnames[: code.co_argcount]:
            continue
        if isinstance(function, ast.Lambda):
            if _is_at(code, function.body):
                return function.body
        elif function.name == code.co_name:
            return _returned(function)
    return None


def _returned(function: ast.FunctionDef) -> ast.expr | None:
    """What a function returns that does nothing else."""
    body = [s for s in function.body if not _is_text(s)]
    alone = len(body) == 1 and isinstance(body[0], ast.Return)
    return body[0].value if alone else None  # type: ignore[attr-defined]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_at(code: CodeType, body: ast.expr) -> bool:
    """Whether code was compiled from this expression: two lambdas may stand in one line."""
    lines = [(p[0], p[2]) for p in code.co_positions() if p[0] is not None and p[2] is not None]
    inside = [place for place in lines if place[1] > 0 or place[0] != code.co_firstlineno]
    last = (body.end_lineno, body.end_col_offset)
    return bool(inside) and all((body.lineno, body.col_offset) <= p <= last for p in inside)


Function = ast.Lambda | ast.FunctionDef


@cache
def _functions(file: str) -> dict[int, list[Any]]:
    """The functions and lambdas of a source file, by their first line."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return {}
    found: dict[int, list[Function]] = {}
    for node in ast.walk(tree):
        if isinstance(node, Function):
            decorators = getattr(node, "decorator_list", [])
            line = min([node.lineno, *(d.lineno for d in decorators)])
            found.setdefault(line, []).append(node)
    return found
