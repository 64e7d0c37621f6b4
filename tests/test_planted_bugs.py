"""Planted bugs: the checks of a rule find every mistake that rules are known to make.

A mutant changes what one rule returns, or what the engine does with it. Each must turn at least one
check red; one that survives is a hole in the checks. By default ten rules chosen by hash are tried;
``PLANTED=all`` in the environment tries the whole table.
"""

import importlib.util
import os
import weakref
import zlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from harness import (
    CHECKS,
    Case,
    cotangents,
    first_order,
    outputs,
    quietly,
    second_order,
    wanted,
)

import autograd_core as ac
from autograd_core import backward, calls, leases, tape, variable
from autograd_core.differentials import Differential
from autograd_core.forms import RULES

Mode = type(ac.no_grad())
FORMS = ("elementwise", "linear", "bilinear", "pullback")
FAMILIES = (
    "elementwise", "reductions", "shape", "joining", "indexing", "products", "linalg",
    "decompositions", "fft", "statistics", "sorting", "calculus", "polynomials",
)  # fmt: skip
HERE = Path(__file__).parent / "autograd_core" / "rules"


def family_cases():
    """The first case of each operation with a rule of its own, from the tests of the families."""
    found = {}
    for family in FAMILIES:
        path = HERE / f"test_{family}.py"
        if not path.exists():
            continue
        spec = importlib.util.spec_from_file_location(f"planted_{family}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for c in module.CASES:
            made_anew = c.op.__name__ != "raised"  # the operator ** keeps what was made at import
            if isinstance(c, Case) and RULES[c.op].form in FORMS and made_anew:
                found.setdefault(c.op, c)
    return found


CASES = family_cases()


def chosen():
    """Ten operations by the hash of their names, or all."""
    ops = sorted(CASES, key=lambda op: zlib.crc32(CASES[op].name.encode()))
    return ops if os.environ.get("PLANTED") == "all" else ops[:10]


def each(function):
    """Apply to every cotangent a pull returns."""

    def changed(c, g, saved):
        if isinstance(c, (tuple, list)):
            return type(c)([None if part is None else function(part, g, saved) for part in c])
        return None if c is None else function(c, g, saved)

    return changed


def written(g):
    """Scale a cotangent in place, as a careless rule would."""
    if isinstance(g, np.ndarray) and g.flags.writeable:
        g *= 1.5


def plain(x):
    """Without its history: right to first order only."""
    return x.data if isinstance(x, ac.Variable) else x


class Unsteady:
    """Another result at every second call."""

    def __init__(self):
        self.calls = 0

    def __call__(self, c, g, saved):
        self.calls += 1
        return c * (1.0 if self.calls % 2 else 1.01)


RULE_MUTANTS = {
    "factor 1.001": each(lambda c, g, s: c * 1.001),
    "sign": each(lambda c, g, s: -c),
    "zero": each(lambda c, g, s: c * 0),
    "+1e-5": each(lambda c, g, s: c + 1e-5),
    "extra conj": each(lambda c, g, s: np.conjugate(c)),
    "reversed entries": each(lambda c, g, s: c[..., ::-1] if np.ndim(c) else c * 2),
    "transposed": each(lambda c, g, s: c.T if np.ndim(c) > 1 else c * 2),
    "summed over the wrong axis": each(
        lambda c, g, s: np.sum(c, axis=-1, keepdims=True) if np.ndim(c) else c * 2
    ),
    "float64 out of float32": each(lambda c, g, s: c * np.float64(1) * np.ones(1)),
    "g written in place": each(lambda c, g, s: (written(g), c)[1]),
    "first order only": each(lambda c, g, s: plain(c)),
    "non-deterministic": each(Unsteady()),
}


def makes_no_difference(made, mutant):
    """Whether a change is no mistake for this operation."""
    operands = made.operands()
    weights = cotangents(made, made.function(made.options[0]), operands)
    if not any(map(np.any, first_order(made.function(made.options[0]), operands, weights))):
        return True  # heaviside: the derivative is zero but at the kink
    if mutant == "extra conj":
        takes = quietly(made.function(made.options[0]), *made.operands(imaginary=True))
        return not made.complex or takes is None or not any(
            np.iscomplexobj(y) for y in outputs(takes))  # fmt: skip
    function = made.function(made.options[0])
    if mutant == "first order only":
        return not any(np.any(h) for h in curvature(made, function, operands))
    if mutant in ("reversed entries", "transposed", "summed over the wrong axis"):
        return any(a.ndim == 0 or 1 in a.shape for a in operands)
    if mutant == "g written in place":  # a number cannot be; a list of cotangents is made afresh
        ys = outputs(function(*[a.copy() for a in operands]))
        return len(ys) != 1 or np.ndim(ys[0]) == 0 or getattr(made.op, "nout", 1) > 1
    return not made.dtypes and mutant == "float64 out of float32"


def curvature(made, function, operands):
    """H w of a clean rule."""
    weights = cotangents(made, function, operands)
    return second_order(function, operands, weights, [np.ones_like(a) for a in operands])


@contextmanager
def mutated(op, mutant):
    """Every differential of a rule with a mistake in its pull."""
    rule = RULES[op]
    before = dict(rule.differentials)
    rule.differentials.clear()
    original = type(rule).differential

    def differential(self, tracked):
        made = original(self, tracked)
        if self is not rule or hasattr(made, "planted"):
            return made
        made.planted = True
        inner, quick = made.pull, made.quick
        if getattr(made.pair, "__func__", None) is not Differential._pair:  # which calls quick
            both = made.pair
            made.pair = lambda g, a, b: mutant(both(g, a, b), g, (a, b))
        made.pull = lambda g, saved: mutant(inner(g, saved), g, saved)
        made.quick = lambda g, saved: mutant(quick(g, saved), g, saved)
        if hasattr(made, "mixed"):
            made.mixed.pull, made.mixed.quick, made.mixed.pair = made.pull, made.quick, made.pair
        return made

    type(rule).differential = differential
    calls, shortcuts = dict(ac.operators.CALLS), dict(ac.shortcuts.SHORTCUTS)
    ac.operators.CALLS.pop(op, None)
    ac.shortcuts.SHORTCUTS.pop(op, None)
    try:
        yield
    finally:
        type(rule).differential = original
        rule.differentials.clear()
        rule.differentials.update(before)
        for table, entries in ((ac.operators.CALLS, calls), (ac.shortcuts.SHORTCUTS, shortcuts)):
            table.clear()
            table.update(entries)


def is_found(made):
    """Whether a check of the harness fails."""
    for number, options in enumerate(made.options):
        for name, check in CHECKS.items():
            if wanted(made, name, number == 0):
                try:
                    check(made, options)
                except Exception:  # an assertion, or an error the mistake has led to
                    return True
    return False


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mutant", RULE_MUTANTS)
@pytest.mark.parametrize("op", chosen(), ids=lambda op: CASES[op].name)
def test_a_mistake_in_a_rule_is_found(op, mutant):
    """By at least one check of its case."""
    if makes_no_difference(CASES[op], mutant):
        pytest.skip("no mistake here")
    with mutated(op, RULE_MUTANTS[mutant]):
        assert is_found(CASES[op])
    assert not is_found(CASES[op])


# --- the engine -----------------------------------------------------------------------------------
def order_of(ends, oldest=0):
    """The nodes that lead to the ends, as the tape orders them."""
    return tape.ancestors(ends, oldest)[0]


def skipping(a, b, out):
    """An addition that leaves out the third contribution."""
    return out


def swapped(ends, oldest=0):
    """The order, with the two saved entries of each product exchanged."""
    order = order_of(ends, oldest)
    for node in order:
        if node.rule is not None and node.also is not tape.ALONE:
            node.saved, node.also = node.also, node.saved
    return order, False


def by_address(ends, oldest=0):
    """The nodes as a set would have them."""
    return sorted(order_of(ends, oldest), key=lambda node: hash((id(node), 7))), False


def forgetful(self, kind=None, *_):
    """The end of a mode that forgets an exception."""
    if kind is None:
        self.flag.on.reset(self.tokens.pop())
    self.before.clear()


def sweeping(free):
    """A sweep that frees always, or never."""

    def sweep(seeds, targets=frozenset(), lift=None, _free=True, order=None, **_):
        return backward.sweep(seeds, targets, lift, free, order)

    def called(*args, **kwargs):
        kwargs.pop("free", None)
        return sweep(*args, **kwargs)

    return called


ENGINE_MUTANTS = {
    "cotangents are not summed": (backward, "reduced", lambda c, *_: c),
    "cotangents are not expanded": (backward, "expanded", lambda g, *_: g),
    "one contribution of three is skipped": (backward, "add", skipping),
    "a node is left out": (backward, "ancestors", lambda ends, *_: (order_of(ends)[1:], False)),
    "order is reversed": (backward, "ancestors", lambda ends, *_: (order_of(ends)[::-1], False)),
    "order is that of addresses": (backward, "ancestors", by_address),
    "two saved entries are swapped": (backward, "ancestors", swapped),
    "a finally is forgotten": (Mode, "__exit__", forgetful),
    "saved arrays are freed too early": (variable, "sweep", sweeping(True)),
    "saved arrays are never freed": (variable, "sweep", sweeping(False)),
    "operands are kept without a lease": (calls, "keep", lambda array: array),
    "small operands are kept without a copy": (calls, "keep", leases.Lease),
}  # fmt: skip


def sums():
    """What is expanded is summed, what is short is expanded, every contribution counts."""
    v, b, w = (ac.Variable(np.ones(shape)) for shape in ((2, 3), 3, 4))
    y = (np.sin(v) * b + v * v).sum() + (v + v).sum() * 0.5 + w.sum()
    y.backward()
    u = ac.Variable(np.ones(3))
    (np.sin(u) + np.cos(u) + np.exp(u)).sum().backward()
    return bool(
        np.allclose(v.grad, np.cos(1.0) + 2 + 1)
        and b.grad.shape == (3,)
        and w.grad.tolist() == [1.0] * 4
        and np.allclose(b.grad, 2 * np.sin(1.0))
        and np.allclose(u.grad, np.cos(1.0) - np.sin(1.0) + np.exp(1.0))
    )


def orders():
    """Forty diamonds, whose nodes no other order sorts by luck."""
    x = ac.Variable(0.5)
    y = x
    for _ in range(40):
        y = y * 0.5 + np.sin(y) * 0.5
    y.backward()
    slope, value = 1.0, 0.5
    for _ in range(40):
        slope, value = slope * (0.5 + np.cos(value) * 0.5), value * 0.5 + np.sin(value) * 0.5
    return np.isclose(x.grad, slope)


def products():
    """Each operand's cotangent is the other's."""
    v, w = ac.Variable([2.0, 3.0]), ac.Variable([5.0, 7.0])
    (v * w).sum().backward()
    return v.grad.tolist() == [5.0, 7.0] and w.grad.tolist() == [2.0, 3.0]


def ends():
    """An exception ends a mode."""
    try:
        with ac.no_grad():
            raise KeyError
    except KeyError:
        return (ac.Variable(1.0) * 2.0).requires_grad


def frees():
    """What was saved dies with the first sweep, unless it is retained."""
    v = ac.Variable(np.ones(100))
    h = np.exp(v)
    saved, y = weakref.ref(h._data), h.sum()
    del h
    y.backward()
    return saved() is None


def retains():
    """A retained graph is swept again."""
    v = ac.Variable(2.0)
    y = v * v * v
    y.backward(retain_graph=True)
    y.backward()
    return v.grad == 24.0


def protects():
    """A constant operand has the value of the moment of the call, or cannot be written."""
    right = []
    for size in (3, 50_000):
        v, a = ac.Variable(np.ones(size)), np.full(size, 2.0)
        y = v * a
        try:
            a[:] = 7.0
        except ValueError:
            right.append(size > 3)  # a small one is copied, and surprises nobody
        y.sum().backward()
        right.append(v.grad[0] == 2.0)
    return all(right)


PROMISES = (sums, orders, products, ends, frees, retains, protects)


def engine_is_right():
    """Whether all programs that use what the mutants break are right."""
    return all(promise() for promise in PROMISES)


@pytest.mark.parametrize("mutant", ENGINE_MUTANTS)
def test_a_mistake_in_the_engine_is_found(monkeypatch, mutant):
    """By a small program."""
    owner, name, replacement = ENGINE_MUTANTS[mutant]
    assert engine_is_right()
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, replacement)
        try:
            found = not engine_is_right()
        except Exception:  # a loud mistake is found too
            found = True
        finally:
            ac.no_grad().flag.on.set(True)
    assert found
    assert engine_is_right()
