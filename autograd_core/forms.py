"""The words that declare a derivative, and the registry that holds what was declared.

A declaration becomes a Rule, found in ``RULES`` under NumPy's own function object. For the operands
that are tracked in a call, a Rule gives a Differential: how to pull a cotangent back (``pull``),
how to push tangents forward (``push``), and which values the tape must keep for it (``needs``).
The file knows nothing of Variables or of the tape: nodes reach it as Specs.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, wraps
from inspect import Parameter, signature
from operator import itemgetter
from typing import Any

import numpy as np

from .errors import MutationError, NoRuleError, RuleError

RULES: dict[Any, "Rule"] = {}
Formula = Callable[..., Any] | float


class Spec:
    """Shape and dtype of an array, without its values."""

    __slots__ = ("dtype", "shape")

    def __init__(self, value: Any) -> None:
        array = value if hasattr(value, "dtype") else np.asarray(value)
        self.shape, self.dtype = array.shape, array.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.intp))


class Parts(dict[int, Any]):
    """Cotangents of an operation with several outputs, by position; what is absent is zero."""

    def __add__(self, other: "Parts") -> "Parts":
        both = {k: self[k] + other[k] for k in self.keys() & other.keys()}
        return Parts({**self, **other, **both})

    def listed(self, specs: Sequence[Spec], linear: bool) -> list[Any]:
        """One entry for each output: None where it was not used, or zeros for a linear rule."""
        return [self.get(k, zeros(spec) if linear else None) for k, spec in enumerate(specs)]


class Deposit:
    """A cotangent that is zero but at ``index``: added into its operand's buffer, never spread."""

    __slots__ = ("g", "index", "shape")
    __array_ufunc__ = None  # an array on the left leaves the addition to __radd__

    def __init__(self, g: Any, index: Any, shape: tuple[int, ...]) -> None:
        self.g, self.index, self.shape = g, index, shape

    def into(self, buffer: np.ndarray) -> np.ndarray:
        """Add the entries in place; repeated ones add up."""
        if _is_basic(self.index):
            buffer[self.index] += self.g
        else:
            np.add.at(buffer, self.index, self.g)
        return buffer

    def spread(self, dtype: np.dtype) -> np.ndarray:
        """The whole cotangent, in an array of its own."""
        return self.into(np.zeros(self.shape, dtype))


def _is_basic(index: Any) -> bool:
    """Whether an index selects each entry at most once, by slices and integers alone."""
    if type(index) is tuple:
        return all(type(i) in (int, slice) or i is None or i is Ellipsis for i in index)
    return type(index) in (int, slice) or index is None or index is Ellipsis


# --- from a call's arguments to a rule's parameters -----------------------------------------------
class Binding:
    """How the arguments of a call find the parameters of a rule: by NumPy's own names.

    Args:
        op: the function that is called.
        function: the rule or composite; its parameters after the first ``skip`` are the op's.
    """

    def __init__(self, op: Any, function: Callable[..., Any], skip: int) -> None:
        self.op, self.plans = op, {}
        mine = list(signature(function).parameters.values())[skip:]
        if any(p.kind is Parameter.VAR_KEYWORD for p in mine) or any(
            p.kind is Parameter.VAR_POSITIONAL and p.name.startswith("_") for p in mine
        ):
            raise RuleError(f"A rule of {name_of(op)} would ignore options: *_ and **_ swallow them.")
        self.rest = any(p.kind is Parameter.VAR_POSITIONAL for p in mine)
        self.before = [p for p in mine if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
        self.after = [p for p in mine if p.kind is Parameter.KEYWORD_ONLY]
        self.template = [p.default for p in self.before]
        self.required = sum(p.default is Parameter.empty for p in self.before)

    @cached_property
    def numpy(self) -> dict[str, Parameter] | None:
        """The op's own parameters, or None where NumPy publishes no signature."""
        try:
            return dict(signature(self.op).parameters)
        except (TypeError, ValueError):
            return None

    def plan(self, count: int, keywords: tuple[str, ...]) -> Any:
        """Where each parameter of the rule comes from, for calls of one form."""
        theirs = self.numpy if self.numpy is not None else {p.name.lstrip("_"): p for p in self.before}
        by_place = [
            n for n, p in theirs.items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        given: dict[str, int | str] = dict(zip(by_place, range(count), strict=False))
        given.update({name: name for name in keywords})
        places: list[tuple[int, int | str]] = []
        for slot, parameter in enumerate(self.before):
            name = parameter.name.lstrip("_")
            if slot < len(by_place) and theirs[by_place[slot]].kind is Parameter.POSITIONAL_ONLY:
                name = by_place[slot]
            if name in given:
                places.append((slot, given.pop(name)))
        named = [(p.name, given.pop(p.name.lstrip("_"))) for p in self.after if p.name.lstrip("_") in given]
        known = {n: p.default for n, p in theirs.items()} if self.numpy is not None else {}
        extra = [(name, source, known.get(name, Parameter.empty)) for name, source in given.items()]
        start = len(self.before) if self.rest else count
        return places, named, extra, start

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any], list[str]]:
        """Positional values, keyword-only values, and the options that the rule does not list."""
        key = (len(args), *kwargs)
        plan = self.plans.get(key)
        if plan is None:
            plan = self.plans[key] = self.plan(len(args), tuple(kwargs))
        places, named, extra, start = plan
        values = self.template.copy()
        for slot, source in places:
            values[slot] = args[source] if type(source) is int else kwargs[source]
        if start < len(args):
            values.extend(args[start:])
        options = {n: args[s] if type(s) is int else kwargs[s] for n, s in named}
        unlisted = [
            name
            for name, source, default in extra
            if not _same(args[source] if type(source) is int else kwargs[source], default)
        ]
        return values, options, unlisted


def _same(value: Any, default: Any) -> bool:
    """Whether an option only repeats its default."""
    return value is default or (type(value) is type(default) and type(value) is not np.ndarray and value == default)


def name_of(op: Any) -> str:
    """The name a user calls an operation by: np.linalg.inv, np.add.reduce, sin of SciPy.

    >>> name_of(np.sum), name_of(np.add.reduce), name_of(np.linalg.inv)
    ('np.sum', 'np.add.reduce', 'np.linalg.inv')
    """
    if isinstance(op, np.ufunc):
        home = "np" if getattr(np, op.__name__, None) is op else "scipy.special"
        return f"{home}.{op.__name__}"
    owner = getattr(op, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{name_of(owner)}.{op.__name__}"
    module = getattr(op, "__module__", None) or "numpy"
    prefix = "" if module.startswith("autograd_core") else module.replace("numpy", "np", 1) + "."
    return prefix + getattr(op, "__name__", repr(op))


# --- what a declaration becomes -------------------------------------------------------------------
class Rule:
    """What is declared about one operation: its form, its functions, and a composite to fall back on.

    ``function`` bears the signature that lists the supported options; ``at`` are the positions of
    the differentiable operands; ``formulas`` has one entry for each of them (one in all for the
    forms that return all cotangents at once).
    """

    def __init__(self, op: Any, form: str, formulas: Sequence[Formula] = (), skip: int = 1) -> None:
        self.op, self.form, self.formulas = op, form, tuple(formulas)
        self.composite: Callable[..., Any] | None = None
        self.composite_binding: Binding | None = None
        self.fast: Callable[..., Any] | None = None
        self.pushforward: Callable[..., Any] | None = None
        self.differentials: dict[Any, Differential] = {}
        self.at: tuple[int, ...] = ()
        self.ignored: frozenset[int] = frozenset()
        function = next((f for f in self.formulas if callable(f)), None)
        self.binding = Binding(op, function, skip) if function and form != "elementwise" else None

    @property
    def name(self) -> str:
        """The operation's plain name, as a graph shows it."""
        return getattr(self.op, "__name__", str(self.op))

    def differential(self, tracked: tuple[Any, ...]) -> "Differential":
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
            for p, v in zip(binding.before[binding.required :], values[binding.required :], strict=True)
        }
        return self.op(*values[: binding.required], **options)

    def refuse(self, unlisted: Iterable[str]) -> NoRuleError:
        """The error for options without a derivative."""
        call = ", ".join(f"{name}=..." for name in unlisted)
        listed = [p.name.lstrip("_") + "=" for p in self.binding.before[self.binding.required :]]
        return NoRuleError(
            f"{name_of(self.op)}(..., {call}) is not differentiable with this option.",
            "the options that a rule lists are those it honors.",
            f"the options {', '.join(listed)}" if listed else f"{name_of(self.op)} without it",
        )


class Differential:
    """The derivative of one operation by certain operands, as the tape uses it.

    ``pull(g, saved)`` gives the cotangent of the operand, or a tuple of one for each; ``quick`` is
    the same for plain arrays; ``push(tangents, saved)`` gives the output's tangent. ``needs`` are
    the positions of the operands whose values are kept. ``direct`` means that cotangents of one
    shape and dtype with the operand come out, so that nothing need be fitted.
    """

    direct = False
    elementwise = False
    push: Callable[..., Any] | None

    def __init__(self, rule: Rule, tracked: tuple[Any, ...]) -> None:
        self.rule, self.tracked = rule, tracked
        self.needs: frozenset[int] = frozenset()
        self.pull = self.quick = self._pull
        self.push = self._push

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        raise NotImplementedError

    def _push(self, tangents: Sequence[Any], saved: tuple[Any, ...]) -> Any:
        """Linear in each operand: the sum of the op with one operand replaced by its tangent."""
        total = None
        for position, tangent in zip(self.tracked, tangents, strict=True):
            if tangent is not None:
                term = self.rule.apply([*saved[:position], tangent, *saved[position + 1 :]])
                total = term if total is None else total + term
        return total

    def lifted(self, node: Any, lift: Callable[..., Any]) -> tuple[Any, ...]:
        """What was saved, with Variables again in place of the values of tracked operands."""
        saved = list(node.saved)
        parents = node.parents if type(node.parents) is tuple else (node.parents,)
        for position, parent in zip(self.tracked, parents, strict=True):
            if position in self.needs:
                saved[position] = lift(saved[position], parent)
        return tuple(saved)


class Diagonal(Differential):
    """Elementwise: one formula for each operand, in what it names of the operands and the output."""

    direct = elementwise = True

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        self.rule, self.tracked = rule, tracked
        letters = "xyz" if len(rule.formulas) == 2 else "xy"
        formulas = [rule.formulas[k] for k in tracked]
        named = {name for f in formulas if callable(f) for name in _parameters(f)}
        self.kept = tuple(letter for letter in letters if letter in named)
        self.places = tuple(letters.index(letter) for letter in self.kept)
        self.needs = frozenset(self.places)
        self.pack = itemgetter(*self.places) if self.places else _nothing
        self.pull = self.quick = _compiled(formulas, self.kept)
        self.terms = [_compiled([f], self.kept) for f in formulas]
        self.push = self._push
        self.mixed = Mixed(self)

    def _push(self, tangents: Sequence[Any], saved: Any) -> Any:
        """A diagonal Jacobian is its own transpose: the formulas with t for g, summed."""
        total = None
        for term, tangent in zip(self.terms, tangents, strict=True):
            t = None if tangent is None else term(tangent, saved)
            if t is not None:
                total = t if total is None else total + t
        return total

    def lifted(self, node: Any, lift: Callable[..., Any]) -> Any:
        saved = node.saved if len(self.places) > 1 else (node.saved,)
        parents = node.parents if type(node.parents) is tuple else (node.parents,)
        origin = dict(zip(self.tracked, parents, strict=True))
        origin[len(self.rule.formulas)] = node
        values = tuple(
            lift(v, origin[p]) if p in origin else v for p, v in zip(self.places, saved, strict=False)
        )
        return values if len(values) != 1 else values[0]


class Mixed(Differential):
    """An elementwise differential where shapes or dtypes differ, so that cotangents are fitted."""

    elementwise = True

    def __init__(self, same: Diagonal) -> None:
        self.rule, self.tracked, self.needs = same.rule, same.tracked, same.needs
        self.pull, self.quick, self.push, self.lifted = same.pull, same.quick, same.push, same.lifted


class Linear(Differential):
    """Linear in some operands jointly: a transpose for each, which arrive as Specs."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        self.transposes = [rule.formulas[rule.at.index(position)] for position in tracked]
        if len(tracked) == 1:
            (transpose,) = self.transposes
            self.pull = lambda g, saved: transpose(g, *saved)
            fast = rule.fast
            self.quick = (lambda g, saved: fast(g, *saved)) if fast else self.pull

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        return tuple([transpose(g, *saved) for transpose in self.transposes])

    def _push(self, tangents: Sequence[Any], saved: tuple[Any, ...]) -> Any:
        """The operation itself on the tangents, with zeros for the missing ones."""
        values = list(saved)
        by_position = dict(zip(self.tracked, tangents, strict=True))
        for position in self.rule.at:
            tangent = by_position.get(position)
            values[position] = zeros(saved[position]) if tangent is None else tangent
        return self.rule.apply(values)


class Joint(Differential):
    """Linear in a list of operands; ``tracked`` are (position of the list, place in it)."""

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        cotangents = self.rule.formulas[0](g, *saved)
        return tuple([cotangents[place] for _, place in self.tracked])

    def _push(self, tangents: Sequence[Any], saved: tuple[Any, ...]) -> Any:
        values, (position,) = list(saved), self.rule.at
        operands = [zeros(spec) for spec in saved[position]]
        for (_, place), tangent in zip(self.tracked, tangents, strict=True):
            operands[place] = operands[place] if tangent is None else tangent
        values[position] = operands
        return self.rule.apply(values)

    def lifted(self, node: Any, lift: Callable[..., Any]) -> tuple[Any, ...]:
        return node.saved


class Bilinear(Differential):
    """Linear in each of two operands; each transpose needs the value of the other."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        first, second = rule.at
        self.needs = frozenset({first: second, second: first}[position] for position in tracked)
        if len(tracked) == 1:
            transpose = rule.formulas[rule.at.index(tracked[0])]
            self.pull = self.quick = lambda g, saved: transpose(g, *saved)

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        left, right = self.rule.formulas
        return left(g, *saved), right(g, *saved)


class Multilinear(Differential):
    """Linear in each of many operands: one transpose, given the position."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        self.needs = _Others(tracked)

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        (transpose,) = self.rule.formulas
        cotangents = tuple([transpose(position, g, *saved) for position in self.tracked])
        return cotangents if len(cotangents) > 1 else cotangents[0]


class _Others(frozenset[int]):
    """The positions of operands whose values a multilinear rule needs: all but a sole tracked one."""

    def __contains__(self, position: object) -> bool:
        return len(self) > 1 or not super().__contains__(position)


class Pullback(Differential):
    """All cotangents at once, from the output and the operands; ``saved`` starts with the output."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        names = [p.name for p in rule.binding.before]
        self.needs = frozenset(k for k in rule.at if not names[k].startswith("_"))
        self.keeps_output = not _parameters(rule.formulas[0])[1].startswith("_")
        self.push = self._push if rule.pushforward else None

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        cotangents = self.rule.formulas[0](g, *saved)
        if len(self.rule.at) == 1:
            return cotangents
        chosen = tuple([cotangents[self.rule.at.index(position)] for position in self.tracked])
        return chosen if len(chosen) > 1 else chosen[0]

    def _push(self, tangents: Sequence[Any], saved: tuple[Any, ...]) -> Any:
        by_position = dict(zip(self.tracked, tangents, strict=True))
        ordered = [by_position.get(position) for position in self.rule.at]
        return self.rule.pushforward(ordered[0] if len(ordered) == 1 else ordered, *saved)

    def lifted(self, node: Any, lift: Callable[..., Any]) -> tuple[Any, ...]:
        out, *arguments = node.saved
        parents = node.parents if type(node.parents) is tuple else (node.parents,)
        for position, parent in zip(self.tracked, parents, strict=True):
            if position in self.needs:
                arguments[position] = lift(arguments[position], parent)
        if self.keeps_output:
            several = type(out) is list
            out = [lift(o, node, k) for k, o in enumerate(out)] if several else lift(out, node)
        return (out, *arguments)


class Pick:
    """One output of several: an operation of its own on the tape, after the one that made them."""

    direct = elementwise = False
    rule = Rule("output", "pick")

    def pull(self, g: Any, saved: int) -> Parts:
        return Parts({saved: g})

    quick = pull

    def push(self, tangents: Sequence[Any], saved: int) -> Any:
        return tangents[0][saved]

    def lifted(self, node: Any, lift: Callable[..., Any]) -> int:
        return node.saved


class Identity:
    """The operand unchanged: the node a transform gives to an argument that is tracked already."""

    direct = elementwise = False
    rule = Rule("identity", "linear")

    def pull(self, g: Any, saved: tuple[()]) -> Any:
        return g

    quick = pull

    def push(self, tangents: Sequence[Any], saved: tuple[()]) -> Any:
        return tangents[0]

    def lifted(self, node: Any, lift: Callable[..., Any]) -> tuple[()]:
        return node.saved


class Wrapped:
    """A differential of one node with something done before its pull."""

    direct = False

    def __init__(self, inner: Any) -> None:
        self.inner, self.rule, self.elementwise = inner, inner.rule, inner.elementwise
        if inner.push is None:
            self.push = None

    def before(self, g: Any, saved: Any) -> tuple[Any, Any]:
        return g, saved

    def pull(self, g: Any, saved: Any) -> Any:
        return self.inner.pull(*self.before(g, saved))

    def quick(self, g: Any, saved: Any) -> Any:
        return self.inner.quick(*self.before(g, saved))

    def push(self, tangents: Sequence[Any], saved: Any) -> Any:
        return self.inner.push(tangents, self.before(None, saved)[1])

    def lifted(self, node: Any, lift: Callable[..., Any]) -> Any:
        return self.inner.lifted(node, lift)


class Leased(Wrapped):
    """Some saved arrays are leased: checked, and taken out of their leases, when they are used."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.direct = inner.direct

    def before(self, g: Any, saved: Any) -> tuple[Any, Any]:
        return g, self._released(saved)

    def _released(self, saved: Any) -> Any:
        if type(saved) in (tuple, list):
            return type(saved)([self._released(value) for value in saved])
        if not hasattr(saved, "unchanged"):
            return saved
        if not saved.unchanged():
            raise MutationError(
                f"An array of shape {saved.array.shape} that {self.rule.name} still needs for its "
                "derivative was changed after it was recorded.",
                "a derivative uses the values of the moment of the call.",
                "y = y + 1 instead of y += 1, or pass y.copy()",
            )
        return saved.array


class Hooked(Wrapped):
    """The gradient that arrives at a node passes through the user's functions first."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.hooks: list[Callable[[Any], Any]] = []

    def before(self, g: Any, saved: Any) -> tuple[Any, Any]:
        for hook in self.hooks if g is not None else ():
            g = hook(g)
        return g, saved


DIFFERENTIALS: dict[str, Any] = {
    "elementwise": Diagonal,
    "linear": lambda rule, tracked: (Joint if type(tracked[0]) is tuple else Linear)(rule, tracked),
    "bilinear": Bilinear,
    "multilinear": Multilinear,
    "pullback": Pullback,
}


def _nothing(_: Any) -> tuple[()]:
    return ()


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def zeros(spec: Any) -> np.ndarray:
    return np.zeros(spec.shape, spec.dtype)


def _compiled(formulas: Sequence[Formula], kept: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    """One function (g, saved) of several formulas: names become positions, once.

    >>> _compiled([lambda g, y: g * y, lambda g, x: g * x], ("x", "y"))(1.0, (2.0, 3.0))
    (3.0, 2.0)
    """
    places = {name: "s" if len(kept) == 1 else f"s[{k}]" for k, name in enumerate(kept)} | {"g": "g"}
    terms = []
    for k, formula in enumerate(formulas):
        if callable(formula):
            if formulas == [formula] and _parameters(formula) == ("g", *kept[:1]) and len(kept) == 1:
                return formula
            terms.append(f"f[{k}]({', '.join(places[name] for name in _parameters(formula))})")
        else:
            terms.append({0: "None", 1: "g", -1: "-g"}.get(formula, f"g * {formula!r}"))
    body = terms[0] if len(terms) == 1 else f"({', '.join(terms)})"
    return eval(f"lambda g, s: {body}", {"f": formulas})


# --- the words ------------------------------------------------------------------------------------
def _declare(rule: Rule) -> Rule:
    """Put a rule into the registry; a composite declared before stays as the fallback."""
    before = RULES.get(rule.op)
    if before is not None and before.form != "composite":
        raise RuleError(f"{name_of(rule.op)} has a rule already.")
    if before is not None:
        rule.composite, rule.composite_binding = before.composite, before.composite_binding
    RULES[rule.op] = rule
    return rule


def elementwise(ufunc: Any, *formulas: Formula) -> None:
    """Declare a function that acts entry by entry: one formula for each operand.

    Args:
        ufunc: the function, of one or two operands.
        formulas: functions of the cotangent ``g`` and what they name of the operands ``x``, ``y``
            and the output (``y = f(x)``, ``z = f(x, y)``); or a number, a constant derivative.
    Raises:
        RuleError: a formula names something else.

    >>> from autograd_core import primitive
    >>> cube = primitive(lambda x: x**3)
    >>> elementwise(cube, lambda g, x: g * 3 * x**2)
    """
    allowed = ("g", "x", "y", "z")[: len(formulas) + 2]
    for formula in formulas:
        names = _parameters(formula) if callable(formula) else ("g",)
        if names[:1] != ("g",) or set(names) - set(allowed):
            raise RuleError(
                f"A formula of {name_of(ufunc)} may name {', '.join(allowed)}; "
                f"this one names {', '.join(names)}."
            )
    _declare(Rule(ufunc, "elementwise", formulas)).at = tuple(range(len(formulas)))


def linear(op: Any, *transposes: Formula, at: int | tuple[int, ...] | None = None, fast: Any = None) -> None:
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


def pullback(op: Any, at: int | tuple[int, ...] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare all cotangents of an operation at once.

    The decorated function is (g, out, …the op's own parameters) → a cotangent, or a tuple of one
    for each operand; an operand is a parameter without default, or one at the positions ``at``. A
    leading underscore asks for the Spec only. With several outputs ``g`` and ``out`` are lists.
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
        for value in (*args, *kwargs.values()):
            for item in value if type(value) in (list, tuple) else (value,):
                kind = type(item)
                if kind is not np.ndarray and hasattr(kind, "__array_function__"):
                    return item.__array_function__(operation, (kind,), args, kwargs)
        return function(*args, **kwargs)

    operation.plain = function  # type: ignore[attr-defined]
    return operation
