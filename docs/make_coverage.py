"""Write docs/coverage.md from the registry of rules: ``python docs/make_coverage.py``.

With ``--check`` nothing is written; the exit code is 1 if the page is stale.
"""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.lib.recfunctions
from numpy.testing.overrides import (
    get_overridable_numpy_array_functions,
    get_overridable_numpy_ufuncs,
)

import autograd_core as ac
import autograd_core.rules.special  # it waits for the first ufunc of SciPy otherwise
from autograd_core.dispatch import no_rule
from autograd_core.forms import RULES, Rule, name_of

PAGE = Path(__file__).with_name("coverage.md")
INTRODUCTION = """\
# Supported functions

Written by `docs/make_coverage.py` from the registry of rules; a test fails when it is stale.

A *differentiable* function of a tracked Variable gives a Variable; a *constant* one has derivative
zero wherever it exists, or reads shape and dtype, and gives a plain result. The form says how the
derivative is declared ([writing rules](writing-rules.md)). Options are those with which a tracked
Variable may be given; any other one raises `NoRuleError` at the call, unless it repeats NumPy's
default. `out=` is always allowed, and in calls of ufuncs `dtype=`, `casting=`, `order=`, `subok=`,
and `where=` together with `out=`. Methods, operators and attributes of a Variable are those of
ndarray and follow the functions below.
"""
REFUSED = """\
What NumPy hands a Variable to and what has no derivative: with a tracked Variable the call raises
`NoRuleError`, which says what to do instead.
"""
WRAPPERS = """\
Functions of SciPy that convert their arguments before NumPy's protocols see them, by SciPy's names
and signatures: `ac.scipy.special.logsumexp(x)`. Those of scipy.special that are written in its
ufuncs (`softplus`, `zeta`, `lambertw`, `jvp` and its family) take Variables themselves.
"""
SECTIONS = {  # what a key is: its title
    "ufunc": "Ufuncs",
    "special": "Ufuncs of scipy.special",
    "function": "Functions",
    "method": "Methods of ufuncs",
    "own": "Operations of this package",
}


def kind(op: object) -> str:
    """The section an operation belongs to."""
    if isinstance(op, np.ufunc):
        return "special" if name_of(op).startswith("scipy") else "ufunc"
    if isinstance(getattr(op, "__self__", None), np.ufunc):
        return "method"
    return "own" if op.__module__.startswith("autograd_core") else "function"


def options(rule: Rule) -> list[str]:
    """The options of a rule and of its composite, in the order of their declaration."""
    found = {}
    for binding in (rule.binding, rule.composite_binding):
        if binding is not None:
            listed = [*binding.before[binding.required :], *binding.after]
            found.update(dict.fromkeys(p.name.lstrip("_") for p in listed))
    return list(found)


def row(rule: Rule) -> str:
    """One line of a table: function, class, form, options."""
    kind_of_result = "constant" if rule.form == "constant" else "differentiable"
    listed = ", ".join(f"`{option}`" for option in options(rule))
    return f"| `{name_of(rule.op)}` | {kind_of_result} | {rule.form} | {listed} |"


def page() -> str:
    """The whole page, sorted by name."""
    sections: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for op, rule in RULES.items():
        sections[kind(op)].append((name_of(op), row(rule)))
    parts = [INTRODUCTION]
    for key, title in SECTIONS.items():
        rows = [line for _, line in sorted(sections[key])]
        head = ["| function | class | form | options |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {title} ({len(rows)})", "", *head, *rows, ""]))
    rows = sorted({f"| `{name_of(op)}` | {no_rule(op).hint} |" for op in refused()})
    head = ["| function | instead |", "|---|---|"]
    parts.append("\n".join([f"## Refused ({len(rows)})", "", REFUSED, *head, *rows, ""]))
    parts.append("\n".join(["## Functions of autograd_core.scipy", "", WRAPPERS, *wrappers(), ""]))
    return "\n".join(parts)


def refused() -> list[Any]:
    """NumPy's functions and ufuncs that a Variable is handed to, and that have no rule."""
    every = {*get_overridable_numpy_array_functions(), *get_overridable_numpy_ufuncs()}
    known = {name_of(op) for op in RULES}  # of np.ones and its like, which has like=, one stands
    return [op for op in every if name_of(op) not in known and not op.__name__.startswith("_")]


def wrappers() -> list[str]:
    """The functions of each module of autograd_core.scipy, on a line."""
    modules = [(name, getattr(ac.scipy, name)) for name in ac.scipy.__all__]
    return [
        f"- `{name}`: " + ", ".join(f"`{function}`" for function in sorted(module.__all__))
        for name, module in modules
    ]


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; the exit code."""
    if arguments == ["--check"]:
        return 0 if PAGE.read_text("utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
