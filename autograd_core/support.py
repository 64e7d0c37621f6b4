"""What is differentiable, told from the registry of rules: of one function, or all as a table."""

import difflib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, signature
from textwrap import wrap
from types import ModuleType
from typing import Any

import numpy as np

from .dispatch import no_rule
from .forms import EMPTY, RULES, Rule, name_of

__all__ = ["supported"]

# fmt: off
FORMS = {  # how a derivative is declared: in a few words
    "elementwise": "entry by entry, one formula for each operand",
    "linear":      "linear in its operands, by their transposes",
    "bilinear":    "linear in each of two operands",
    "multilinear": "linear in each of many operands",
    "pullback":    "all cotangents by one function",
    "composite":   "an expression in other operations, differentiable as they are",
    "constant":    "derivative zero wherever it exists, or shape and dtype alone",
}
STATUS = {  # what a call with a tracked Variable does
    "differentiable": "differentiable",
    "constant":       "constant: with a tracked Variable it gives a plain result",
    "refused":        "not differentiable: with a tracked Variable it raises NoRuleError",
    "converts":       "not differentiable: it converts a tracked Variable, which raises",
    "traced":         "no rule of its own: as differentiable as what it calls",
    "unknown":        "not known",
}
SECTIONS = {  # what an operation is: the title of its part of a table
    "ufunc":    "Ufuncs",
    "special":  "Ufuncs of scipy.special",
    "function": "Functions",
    "method":   "Methods of ufuncs",
    "own":      "Operations of this package",
    "refused":  "Refused",
    "wrapper":  "Functions of autograd_core.scipy",
}
ROOTS = ("numpy", "numpy.linalg", "numpy.fft", "scipy.special", "autograd_core.scipy.special",
         "autograd_core.scipy.linalg", "autograd_core.scipy.stats", "autograd_core.scipy.signal",
         "autograd_core.scipy.integrate", "autograd_core.scipy.optimize")
SHORT = {"np": "numpy", "ac": "autograd_core", "sp": "scipy"}
LIKE = {  # NumPy hands a Variable over with ``like=`` alone: what to write instead
    "np.array":             "np.stack([x, y]), ac.array([x, y])",
    "np.asarray":           "ac.array(x)",
    "np.asanyarray":        "ac.array(x)",
    "np.ascontiguousarray": "np.copy(x, order='C')",
    "np.asfortranarray":    "np.copy(x, order='F')",
    "np.require":           "np.copy(x, order='C')",
    "np.full":              "np.full_like(x, value, shape=shape)",
}
# fmt: on
STARS: dict[Any, str] = {Parameter.POSITIONAL_OR_KEYWORD: "", Parameter.VAR_POSITIONAL: "*"}
WIDTH = 88  # of a line of a printed table
NEAR = 3  # how many names are proposed


@dataclass(frozen=True)
class Support:
    """What becomes of a tracked Variable in one function; print it. True if differentiable.

    Args:
        name: as a user calls it.
        status: "differentiable", "constant", "refused" (NumPy asks, and is told no), "converts"
            (it does not ask), "traced" (a function of functions), or "unknown".
        section: the part of the table that it stands in; "" for what has no rule.
        form: how the derivative is declared, if there is a rule.
        operands: the arguments by which it has a derivative.
        others: required arguments by which it has none.
        options: what may be given besides; "NumPy's default" of any other is always allowed.
        hint: what to do instead, or which names are near.
    """

    name: str
    status: str
    section: str = ""
    form: str = ""
    operands: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    hint: str = ""

    def __bool__(self) -> bool:
        return self.status == "differentiable"

    def __str__(self) -> str:
        known = self.status == "differentiable"
        composite = self.form == "composite"
        rows = {
            "form": f"{self.form}: {FORMS[self.form]}" if known else "",
            "arguments" if composite else "by": ", ".join(self.operands) if known else "",
            "not by": ", ".join(self.others) if known else "",
            "options": (", ".join(self.options) or "none but NumPy's defaults") if known else "",
            "near" if self.status == "unknown" else "try": self.hint,
        }
        lines = [f"  {key:<10} {text}" for key, text in rows.items() if text]
        return "\n".join([f"{self.name}: {STATUS[self.status]}", *lines])

    __repr__ = __str__


@dataclass(frozen=True)
class Table:
    """All that is known, sorted by section and name; print it, iterate it, or ask ``table[name]``.

    Args:
        rows: an entry for each function.
    """

    rows: tuple[Support, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Support]:
        return iter(self.rows)

    @cached_property
    def _by_name(self) -> dict[str, Support]:
        return {row.name: row for row in self.rows}

    def __getitem__(self, name: str) -> Support:
        return self._by_name[name]

    @property
    def counts(self) -> dict[str, int]:
        """status → how many."""
        return dict(Counter(row.status for row in self.rows))

    def __str__(self) -> str:
        lines = [counted(self.counts)]
        groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            groups[row.section][row.form or row.status].append(row.name)
        for section, kinds in groups.items():
            number = sum(map(len, kinds.values()))
            lines += ["", f"{SECTIONS[section]} ({number})"]
            for kind, names in sorted(kinds.items()):
                lines.append(f"  {kind} ({len(names)})")
                lines += wrap(
                    "  ".join(names), WIDTH, initial_indent="    ", subsequent_indent="    ",
                    break_on_hyphens=False, break_long_words=False,
                )  # fmt: skip
        return "\n".join(lines)

    __repr__ = __str__


def counted(counts: dict[str, int]) -> str:
    """How many of each status, in a line.

    >>> counted({"differentiable": 3, "constant": 1})
    '4 functions: 3 differentiable, 1 constant'
    """
    if not counts:
        return "no function of it has a rule"
    parts = [f"{counts[status]} {status}" for status in STATUS if status in counts]
    return f"{sum(counts.values())} functions: {', '.join(parts)}"


def supported(what: Any = None) -> Support | Table:
    """Whether a function is differentiable: by which arguments, with which options.

    Args:
        what: a function of NumPy or SciPy, a function of your own, or a name: "np.interp",
            "linalg.norm", "gammaln". A module, such as "np.linalg" or ``np.fft``, gives the table
            of its functions; None the table of all.
    Returns:
        a Support or a Table. Printed, it is the answer; ``bool(supported(f))`` whether f is
        differentiable. A name that nothing bears has the status "unknown" and names near ones.

    >>> supported("interp")
    np.interp: differentiable
      form       pullback: all cotangents by one function
      by         x, xp, fp
      options    left, right, period
    >>> supported(np.floor).status, bool(supported("np.sin"))
    ('constant', True)
    >>> supported("np.intrep")
    np.intrep: not known
      near       np.interp, np.rint
    """
    if what is None:
        return table()
    if not isinstance(what, str):
        return of_module(what) if isinstance(what, ModuleType) else of(what)
    found = lookup(what.strip())
    if isinstance(found, ModuleType):
        return of_module(found)
    return unknown(what.strip()) if found is None else of(found)


def of(function: Any) -> Support:
    """The entry of a function object."""
    rule = rule_of(function)
    if rule is not None:
        return of_rule(rule)
    name = plain_name(function)
    if any(function is op for op in refused()):
        return of_refused(function)
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc):
        return of_refused(function)
    if module in ("math", "cmath"):
        better = f"np.{name.rpartition('.')[2]}"
        hint = better if lookup(better) is not None else "the functions of NumPy"
        return Support(name, "converts", hint=hint)
    if not callable(function):
        return Support(repr(function)[:60], "unknown", hint="a function, or its name")
    if module.startswith("autograd_core.scipy."):
        return of_wrapper(name, function)
    ours = lookup(f"autograd_core.{name}") if module.startswith("scipy") else None
    if ours is not None and ours is not function:
        return Support(name, "converts", hint=plain_name(ours))
    method = getattr(np, name.rpartition(".")[2], None)
    if getattr(function, "__objclass__", None) is np.ndarray and method is not None:
        return of(method)
    return Support(name, "traced")


def of_rule(rule: Rule) -> Support:
    """The entry of an operation that has a rule."""
    name, section = plain_name(rule.op), section_of(rule.op)
    if rule.form == "constant":
        return Support(name, "constant", section, rule.form)
    if name in LIKE:
        hint = f"{LIKE[name]}; with like=x it is differentiable"
        return Support(name, "converts", section, rule.form, hint=hint)
    operands, others = operands_of(rule)
    options = options_of(rule)
    return Support(name, "differentiable", section, rule.form, operands, others, options)


def of_refused(function: Any) -> Support:
    """The entry of a function that NumPy hands Variables to, and that has no rule."""
    return Support(plain_name(function), "refused", "refused", hint=str(no_rule(function).hint))


def rule_of(function: Any) -> Rule | None:
    """The rule of a function, also where NumPy has two objects for it, for ``like=``."""
    if isinstance(function, np.ufunc) and not name_of(function).startswith("np."):
        load_special()
    try:
        found = RULES.get(function)
    except TypeError:  # what has no hash is no function
        return None
    if found is None and getattr(function, "__module__", None) == "numpy":
        public = getattr(np, getattr(function, "__name__", ""), None)
        found = RULES.get(public) if public is not function and callable(public) else None
    return found


def operands_of(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The arguments by which a rule differentiates, and the required ones by which not."""
    if rule.form == "elementwise":
        return operand_names(rule.op), ()
    binding = rule.binding
    if binding is None:
        return arguments(rule.composite), ()
    if binding.rest:
        return tuple(name for name in arguments(rule.formulas[0]) if name[0] == "*"), ()
    names = [slot.name.lstrip("_") for slot in binding.before]
    required = [p for p, slot in enumerate(binding.before) if slot.default is EMPTY]
    at = rule.at or tuple(required)
    others = [names[p] for p in required if p not in at]
    return tuple(names[p] for p in at), tuple(others)


def operand_names(op: Any) -> tuple[str, ...]:
    """The operands of an elementwise function."""
    count = op.nin if isinstance(op, np.ufunc) else len(RULES[op].formulas)
    return ("x",) if count == 1 else tuple(f"x{k + 1}" for k in range(count))


def arguments(function: Any) -> tuple[str, ...]:
    """The arguments that a function of Python cannot do without; with a star if any number."""
    parameters = signature(function).parameters.values()
    asked = [p for p in parameters if p.default is EMPTY and p.kind in STARS]
    return tuple(STARS[p.kind] + p.name.lstrip("_") for p in asked)


def options_of(rule: Rule) -> tuple[str, ...]:
    """The options of a rule and of its composite, in the order of their declaration."""
    found = {}
    for binding in (rule.binding, rule.composite_binding):
        if binding is not None:
            listed = [*binding.before[binding.required :], *binding.after]
            found.update(dict.fromkeys(p.name.lstrip("_") for p in listed))
    return tuple(found)


def section_of(op: Any) -> str:
    """The part of the table that an operation stands in."""
    if isinstance(op, np.ufunc):
        return "special" if name_of(op).startswith("scipy") else "ufunc"
    if isinstance(getattr(op, "__self__", None), np.ufunc):
        return "method"
    if op.__module__.startswith("autograd_core.scipy."):
        return "wrapper"
    return "own" if op.__module__.startswith("autograd_core.") else "function"


def plain_name(function: Any) -> str:
    """A function's name with the module where a user finds it."""
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__name__", type(function).__name__)
    if module.startswith("autograd_core.scipy."):
        return f"ac.scipy.{module.split('.')[2]}.{name}"
    if module == "builtins":
        return str(name)
    if module.startswith("scipy."):
        public = ".".join(part for part in module.split(".") if not part.startswith("_"))
        return f"{public}.{name}"
    return name_of(function)


# --- the whole table ------------------------------------------------------------------------------
def load_special() -> None:
    """Let the ufuncs of SciPy have their rules, where SciPy is installed."""
    if "autograd_core.rules.special" not in sys.modules and find_spec("scipy"):
        import_module("autograd_core.rules.special")


def table() -> Table:
    """Every function of NumPy and SciPy that Variables meet, and one's own operations."""
    load_special()
    rows = [of_rule(rule) for rule in RULES.values()]
    rows = [row for row in rows if row.section != "wrapper"]
    rows += [of_refused(op) for op in {name_of(op): op for op in refused()}.values()]
    rows += [of_wrapper(name, function) for name, function in wrappers()]
    order = list(SECTIONS)
    return Table(tuple(sorted(rows, key=lambda row: (order.index(row.section), row.name))))


def of_module(module: ModuleType) -> Table:
    """The part of the table that a module has under its own names."""
    mine = module.__name__.replace("numpy", "np", 1).replace("autograd_core", "ac", 1) + "."
    return Table(tuple(row for row in table() if row.name.rpartition(".")[0] + "." == mine))


def refused() -> list[Any]:
    """NumPy's functions and ufuncs that a Variable is handed to, and that have no rule."""
    import_module("numpy.lib.recfunctions")  # whose functions are among them
    overrides: Any = import_module("numpy.testing.overrides")
    every = {
        *overrides.get_overridable_numpy_array_functions(),
        *overrides.get_overridable_numpy_ufuncs(),
    }
    known = {name_of(op) for op in RULES}  # of np.ones and its like, which has like=, one stands
    return [op for op in every if name_of(op) not in known and not op.__name__.startswith("_")]


def wrappers() -> Iterator[tuple[str, Any]]:
    """What autograd_core.scipy offers, by name, where SciPy is installed."""
    if find_spec("scipy"):
        for part in import_module("autograd_core.scipy").__all__:
            module = import_module(f"autograd_core.scipy.{part}")
            for name in module.__all__:
                yield f"ac.scipy.{part}.{name}", getattr(module, name)


def of_wrapper(name: str, function: Any) -> Support:
    """The entry of a function of autograd_core.scipy, or of a distribution, which has some."""
    rule = RULES.get(function)
    if rule is not None:
        return of_rule(rule)
    operands = arguments(function) if callable(function) else ()
    return Support(name, "differentiable", "wrapper", "composite", operands)


# --- names ----------------------------------------------------------------------------------------
def lookup(name: str) -> Any:
    """What a name means, with or without its module: a function, a module, or None."""
    parts = name.split(".")
    parts[:1] = SHORT.get(parts[0], parts[0]).split(".")
    if not all(part.isidentifier() and not part.startswith("_") for part in parts):
        return None
    if parts[0] in ("numpy", "scipy", "autograd_core", "math", "cmath"):
        return reached(parts[0], parts[1:])
    for root in ROOTS:
        found = reached(root, parts)
        if callable(found) or isinstance(found, ModuleType):
            return found
    return next((rule.op for rule in RULES.values() if name_of(rule.op) == name), None)


def reached(root: str, parts: list[str]) -> Any:
    """An attribute of a module, or of its parts; None if there is no such thing."""
    try:
        place: Any = import_module(root)
        for part in parts:
            place = getattr(place, part)
    except (AttributeError, ImportError):  # SciPy is an extra
        return None
    return place


def unknown(name: str) -> Support:
    """The entry of a name that nothing bears."""
    rows = table()
    whole = difflib.get_close_matches(name, [row.name for row in rows], NEAR, 0.75)
    last = {row.name.rpartition(".")[2]: row.name for row in reversed(rows.rows)}
    short = difflib.get_close_matches(name.rpartition(".")[2], list(last), NEAR, 0.7)
    near = list(dict.fromkeys([*whole, *(last[one] for one in short)]))[:NEAR]
    hint = ", ".join(near) or "nothing; ac.supported() lists all"
    if not find_spec("scipy") and (not near or "scipy" in name):
        hint += '; those of SciPy need pip install "autograd-core[scipy]"'
    return Support(name[:60], "unknown", hint=hint)
