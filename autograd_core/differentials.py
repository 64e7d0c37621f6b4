"""What a declaration becomes: how one operation's derivative pulls cotangents and pushes tangents.

A Differential belongs to a rule and to the operands that are tracked in a call. It is made once,
kept by the rule, and shared by all nodes; what varies is in the node. The file knows nothing of
Variables or of the tape: nodes reach it as Specs, and ``lift`` is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from . import refusals
from .cotangents import Deposit, Parts, zeros

if TYPE_CHECKING:
    from .forms import Rule

Formula = Callable[..., Any] | float


class Differential:
    """The derivative of one operation by certain operands, as the tape uses it.

    ``pull(g, saved)`` gives the cotangent of the operand, or a tuple of one for each; ``quick`` is
    the same for plain arrays, and ``pair(g, saved, also)`` where two values are saved;
    ``push(tangents, saved)`` gives the output's tangent. ``needs`` are
    the positions of the operands whose values are kept. ``direct`` means that cotangents of one
    shape and dtype with the operand come out, so that nothing need be fitted; ``deposits``, that a
    Deposit of the two saved values does. ``sign`` is that of the last operand of a sum or a
    difference, whose cotangents are g itself, or -g.
    """

    direct: bool  # these two are set in the instance, where the sweep finds them sooner
    deposits: bool
    elementwise = False
    sign = 0
    pull: Any
    quick: Any
    pair: Any
    push: Any

    def __init__(self, rule: Rule, tracked: tuple[Any, ...]) -> None:
        self.rule, self.tracked = rule, tracked
        self.needs: frozenset[int] = frozenset()
        self.pull = self.quick = self._pull
        self.pair = self._pair
        self.push = self._push
        self.direct = self.deposits = False

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        raise NotImplementedError

    def _pair(self, g: Any, saved: Any, also: Any) -> Any:
        return self.quick(g, (saved, also))

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
        if not self.needs:
            return node.kept  # type: ignore[no-any-return]
        saved = list(node.kept)
        parents = _parents(node)
        for position, parent in zip(self.tracked, parents, strict=True):
            if position in self.needs:
                saved[position] = lift(saved[position], parent)
        return tuple(saved)


class Diagonal(Differential):
    """Elementwise: one formula for each operand, in what it names of operands and output.

    ``twice(g, x)``, if there is one, is the sum of both cotangents where both operands are one.
    """

    elementwise = True

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        self.rule, self.tracked = rule, tracked
        letters = "xyz" if len(rule.formulas) == 2 else "xy"
        formulas = [rule.formulas[k] for k in tracked]
        named = {name for f in formulas if callable(f) for name in parameters(f)}
        self.kept = tuple(letter for letter in letters if letter in named)
        self.places = tuple(letters.index(letter) for letter in self.kept)
        self.needs = frozenset(self.places)
        origins = {**{p: k for k, p in enumerate(tracked)}, len(rule.formulas): -1}
        self.lifts = [(k, origins[p]) for k, p in enumerate(self.places) if p in origins]
        self.both, self.second = self.places == (0, 1), self.places == (1,)
        self.pack = itemgetter(*self.places) if self.places else _nothing
        self.pull = self.quick = _compiled(formulas, self.kept)
        self.pair = _compiled(formulas, self.kept, "st") if len(self.kept) == 2 else None
        self.terms = [_compiled([f], self.kept) for f in formulas]
        self.twice = rule.twice
        self.push = self._push
        self.mixed = Mixed(self)
        self.direct, self.deposits = True, False

    def _push(self, tangents: Sequence[Any], saved: Any) -> Any:
        """A diagonal Jacobian is its own transpose: the formulas with t for g, summed."""
        total = None
        for term, tangent in zip(self.terms, tangents, strict=True):
            t = None if tangent is None else term(tangent, saved)
            if t is not None:
                total = t if total is None else total + t
        return total

    def lifted(self, node: Any, lift: Callable[..., Any]) -> Any:
        """What was saved, with Variables again in place of tracked operands and the output."""
        if not self.lifts:
            return node.kept
        origins = (*_parents(node), node)
        if len(self.places) == 1:
            return lift(node.saved, origins[self.lifts[0][1]])
        values = list(node.kept)
        for k, origin in self.lifts:  # the last is the node itself, for the output
            values[k] = lift(values[k], origins[origin])
        return tuple(values)


class Mixed(Differential):
    """An elementwise differential where shapes or dtypes differ, so that cotangents are fitted."""

    elementwise = True

    def __init__(self, same: Diagonal) -> None:
        self.rule, self.tracked, self.needs = same.rule, same.tracked, same.needs
        self.pull, self.quick, self.pair, self.push = same.pull, same.quick, same.pair, same.push
        self.lifted = same.lifted  # type: ignore[method-assign]
        formulas = [same.rule.formulas[k] for k in same.tracked]
        self.sign = formulas[-1] if formulas in ([1], [-1], [1, 1], [1, -1]) else 0
        self.direct = self.deposits = False


class Linear(Differential):
    """Linear in some operands jointly: a transpose for each, which arrive as Specs."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        self.transposes = [rule.formulas[rule.at.index(position)] for position in tracked]
        if len(tracked) == 1:
            (transpose,) = self.transposes
            self.pull = lambda g, saved: transpose(g, *saved)
            self.pair = fast = rule.fast or transpose
            self.deposits = fast is Deposit
            self.quick = lambda g, saved: fast(g, *saved)

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
        chosen = tuple([cotangents[place] for _, place in self.tracked])
        return chosen if len(chosen) > 1 else chosen[0]

    def _push(self, tangents: Sequence[Any], saved: tuple[Any, ...]) -> Any:
        values, (position,) = list(saved), self.rule.at
        operands = [zeros(spec) for spec in saved[position]]
        for (_, place), tangent in zip(self.tracked, tangents, strict=True):
            operands[place] = operands[place] if tangent is None else tangent
        values[position] = operands
        return self.rule.apply(values)


class Bilinear(Differential):
    """Linear in each of two operands; each transpose needs the value of the other."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        first, second = rule.at
        self.needs = frozenset({first: second, second: first}[position] for position in tracked)
        if len(tracked) == 1:
            transpose = rule.formulas[rule.at.index(tracked[0])]
            self.pull = self.quick = lambda g, saved: transpose(g, *saved)
            self.pair = transpose

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
    """Where a multilinear rule needs the operands' values: everywhere but at a sole tracked one."""

    def __contains__(self, position: object) -> bool:
        return len(self) > 1 or not super().__contains__(position)


class Pullback(Differential):
    """All cotangents at once, from output and operands; ``saved`` starts with the output."""

    def __init__(self, rule: Rule, tracked: tuple[int, ...]) -> None:
        super().__init__(rule, tracked)
        names = [p.name for p in rule.binding.before]
        self.needs = frozenset(k for k in rule.at if not names[k].startswith("_"))
        self.keeps_output = not parameters(rule.formulas[0])[1].startswith("_")
        self.chosen = [rule.at.index(position) for position in tracked]
        self.push = self._push if rule.pushforward else None

    def _pull(self, g: Any, saved: tuple[Any, ...]) -> Any:
        cotangents = self.rule.formulas[0](g, *saved)
        if len(self.rule.at) == 1:
            return cotangents
        if not isinstance(cotangents, tuple | list) or len(cotangents) != len(self.rule.at):
            raise refusals.cotangents(self.rule.name, len(self.rule.at))
        chosen = tuple([_called(cotangents[place]) for place in self.chosen])
        return chosen if len(chosen) > 1 else chosen[0]

    def _push(self, tangents: Sequence[Any], saved: tuple[Any, ...]) -> Any:
        by_position = dict(zip(self.tracked, tangents, strict=True))
        ordered = [by_position.get(position) for position in self.rule.at]
        return self.rule.pushforward(ordered[0] if len(ordered) == 1 else ordered, *saved)

    def lifted(self, node: Any, lift: Callable[..., Any]) -> tuple[Any, ...]:
        """What was saved, with Variables again in place of tracked operands and the output."""
        out, *arguments = node.kept
        parents = _parents(node)
        for position, parent in zip(self.tracked, parents, strict=True):
            if position in self.needs:
                arguments[position] = lift(arguments[position], parent)
        if self.keeps_output:
            several = type(out) is list
            out = [lift(o, node, k) for k, o in enumerate(out)] if several else lift(out, node)
        return (out, *arguments)


class Pick(Differential):
    """One output of several: an operation of its own on the tape, after the one that made them.

    ``tracked`` is which one it is.
    """

    def _pull(self, g: Any, saved: int) -> Parts:  # type: ignore[override]
        return Parts({saved: g})

    def _push(self, tangents: Sequence[Any], saved: int) -> Any:  # type: ignore[override]
        return tangents[0][saved]


def _parents(node: Any) -> tuple[Any, ...]:
    if node.partner is not None:
        return node.parents, node.partner
    return node.parents if type(node.parents) is tuple else (node.parents,)


def _called(cotangent: Any) -> Any:
    """A cotangent, or what comes of the function that a rule gave in its place."""
    return cotangent() if callable(cotangent) else cotangent


def _nothing(_: Any) -> tuple[()]:
    return ()


def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's positional parameters."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def _compiled(formulas: Sequence[Any], kept: tuple[str, ...], slots: str = "s") -> Any:
    """One function (g, saved) of several formulas: names become positions, once.

    ``slots`` are the parameters after g: "s" takes what is saved as one, "st" two values apart.

    >>> _compiled([lambda g, y: g * y, lambda g, x: g * x], ("x", "y"))(1.0, (2.0, 3.0))
    (3.0, 2.0)
    """
    one_each = len(kept) == len(slots)
    places = {name: slots[k] if one_each else f"s[{k}]" for k, name in enumerate(kept)}
    places["g"] = "g"
    terms = []
    for k, formula in enumerate(formulas):
        if callable(formula):
            if formulas == [formula] and one_each and parameters(formula) == ("g", *kept):
                return formula
            terms.append(f"f{k}({', '.join(places[name] for name in parameters(formula))})")
        else:
            terms.append({0: "None", 1: "g", -1: "-g"}.get(formula, f"g * {formula!r}"))
    names = {f"f{k}": formula for k, formula in enumerate(formulas)}
    body = terms[0] if len(terms) == 1 else f"({', '.join(terms)})"
    return eval(f"lambda g, {', '.join(slots)}: {body}", names)
