"""How a call's arguments find the parameters of a rule: by NumPy's own names.

The signature of a rule is the list of the options it honors. A plan for each form of call is made
once, from NumPy's published signature where there is one, and kept. The file knows no rule.
"""

import sys
from collections.abc import Callable
from functools import cached_property
from inspect import CO_VARARGS, CO_VARKEYWORDS, Parameter, signature
from typing import Any, NamedTuple

import numpy as np

from .errors import RuleError

EMPTY = Parameter.empty
UMATH: Any = sys.modules["numpy._core.umath"]
PLACED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class Slot(NamedTuple):
    """A parameter of a rule: its name, underscore included, and its default."""

    name: str
    default: Any


class Binding:
    """How the arguments of a call find the parameters of a rule: by NumPy's own names.

    Args:
        op: the function that is called.
        function: the rule or composite; its parameters after the first ``skip`` are the op's.
    """

    def __init__(self, op: Any, function: Callable[..., Any], skip: int) -> None:
        self.op = op
        self.plans: dict[Any, Callable[..., Any]] = {}
        code, names = function.__code__, function.__code__.co_varnames
        placed, total = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
        self.rest = bool(code.co_flags & CO_VARARGS)
        if code.co_flags & CO_VARKEYWORDS or (self.rest and names[total].startswith("_")):
            raise RuleError(
                f"A rule of {name_of(op)} would ignore options.",
                "*_ and **_ swallow what they do not name.",
                "list each option; an underscore before its name says that it changes nothing",
            )
        values = function.__defaults__ or ()
        defaults = [EMPTY] * (placed - len(values)) + list(values)
        by_name = function.__kwdefaults__ or {}
        self.before = [*map(Slot, names[skip:placed], defaults[skip:])]
        self.after = [Slot(name, by_name.get(name, EMPTY)) for name in names[placed:total]]
        self.template = [slot.default for slot in self.before]
        self.required = sum(default is EMPTY for default in self.template)

    @cached_property
    def numpy(self) -> dict[str, Parameter] | None:
        """The op's own parameters, or None where NumPy publishes no signature."""
        try:
            return dict(signature(self.op).parameters)
        except (TypeError, ValueError):
            return None

    def plan(self, count: int, keywords: tuple[str, ...]) -> Any:
        """Where each parameter of the rule comes from, for calls of one form."""
        theirs = self.numpy
        if theirs is None:
            usual: Any = Parameter.POSITIONAL_OR_KEYWORD
            kinds = {slot.name.lstrip("_"): usual for slot in self.before}
        else:
            kinds = {name: parameter.kind for name, parameter in theirs.items()}
        by_place = [name for name, kind in kinds.items() if kind in PLACED]
        given: dict[str, int | str] = dict(zip(by_place, range(count), strict=False))
        given.update({name: name for name in keywords})
        places: list[tuple[int, int | str]] = []
        for k, slot in enumerate(self.before):
            name = slot.name.lstrip("_")
            if k < len(by_place) and kinds[by_place[k]] is Parameter.POSITIONAL_ONLY:
                name = by_place[k]
            if name in given:
                places.append((k, given.pop(name)))
        mine = [(slot.name, slot.name.lstrip("_")) for slot in self.after]
        named = [(name, given.pop(plain)) for name, plain in mine if plain in given]
        known = {} if theirs is None else {n: p.default for n, p in theirs.items()}
        extra = [(name, source, known.get(name, EMPTY)) for name, source in given.items()]
        return places, named, extra, len(self.before) if self.rest else count

    def __call__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[list[Any], dict[str, Any], dict[str, tuple[Any, Any]]]:
        """Values by place, keyword-only values, and the options that the rule does not list.

        Each of the last comes with its value and the default it has in NumPy.
        """
        key = (len(args), *kwargs) if kwargs else len(args)
        plan = self.plans.get(key)
        if plan is None:
            plan = self.plans[key] = self.compiled(len(args), tuple(kwargs))
        return plan(args, kwargs)  # type: ignore[no-any-return]

    def compiled(self, count: int, keywords: tuple[str, ...]) -> Callable[..., Any]:
        """A plan as one expression of a call's arguments: names become places, once."""
        places, named, extra, start = self.plan(count, keywords)
        values = [f"d[{slot}]" for slot in range(len(self.template))]
        for slot, source in places:
            values[slot] = _taken(source)
            if self.template[slot] is not EMPTY:
                values[slot] = f"given({values[slot]}, d[{slot}])"
        if start < count:
            values.append(f"*a[{start}:]")
        options = [f"{name!r}: {_taken(source)}" for name, source in named]
        unlisted = ", ".join(
            f"({name!r}, {_taken(s)}, e[{k}])" for k, (name, s, _) in enumerate(extra)
        )
        names = {
            "d": self.template,
            "e": [e for *_, e in extra],
            "given": _given,
            "chosen": _chosen,
        }
        rest = f"chosen([{unlisted}])" if extra else "{}"
        body = f"[{', '.join(values)}], {{{', '.join(options)}}}, {rest}"
        plan: Callable[..., Any] = eval(f"lambda a, k: ({body})", names)
        return plan


def _taken(source: int | str) -> str:
    """Where an argument of a call is found."""
    return f"a[{source}]" if type(source) is int else f"k[{source!r}]"


def _given(value: Any, default: Any) -> Any:
    """An argument, or the rule's default where NumPy passes on that nothing was given."""
    return default if value is np._NoValue else value


def _chosen(extra: list[tuple[str, Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """The options that do more than repeat their default, with value and default."""
    return {name: (v, default) for name, v, default in extra if not _same(v, default)}


def _same(value: Any, default: Any) -> bool:
    """Whether an option only repeats its default."""
    return value is default or (
        type(value) is type(default) and type(value) is not np.ndarray and value == default
    )


def name_of(op: Any) -> str:
    """The name a user calls an operation by: np.linalg.inv, np.add.reduce, sin of SciPy.

    >>> name_of(np.sum), name_of(np.add.reduce), name_of(np.linalg.inv)
    ('np.sum', 'np.add.reduce', 'np.linalg.inv')
    """
    if isinstance(op, np.ufunc):
        name = op.__name__
        if op is getattr(np, name, None):
            return f"np.{name}"
        if op is getattr(UMATH, name, None):
            return f"np.strings.{name}" if hasattr(np.strings, name) else f"np.{name}"
        return f"scipy.special.{name}"
    owner = getattr(op, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{name_of(owner)}.{op.__name__}"
    module = getattr(op, "__module__", None) or "numpy"
    prefix = "" if module.startswith("autograd_core") else module.replace("numpy", "np", 1) + "."
    return prefix + getattr(op, "__name__", repr(op))
