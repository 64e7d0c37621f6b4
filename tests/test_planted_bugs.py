"""Planted bugs: the checks of a rule find every mistake that rules are known to make.

A mutant changes what one rule returns, or what the engine does with it. Each must turn at least one
check red; one that survives is a hole in the checks. By default ten rules chosen by hash are tried;
``PLANTED=all`` in the environment tries the whole table.
"""

import importlib.util
import os
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
from autograd_core import backward
from autograd_core.forms import RULES

FORMS = ("elementwise", "linear", "bilinear", "pullback")
FAMILIES = ("elementwise", "reductions", "shape", "joining", "indexing", "products")
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
        made.pull = lambda g, saved: mutant(inner(g, saved), g, saved)
        made.quick = lambda g, saved: mutant(quick(g, saved), g, saved)
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


ENGINE_MUTANTS = {
    "cotangents are not summed": ("reduced", lambda c, *_: c),
    "cotangents are not expanded": ("expanded", lambda g, *_: g),
    "a node is left out": ("ancestors", lambda ends, *_: (backward_order(ends)[1:], False)),
    "order is reversed": ("ancestors", lambda ends, *_: (backward_order(ends)[::-1], False)),
}  # fmt: skip


def backward_order(ends):
    """The nodes that lead to the ends, as the tape orders them."""
    from autograd_core import tape

    return tape.ancestors(ends)[0]


def engine_is_right():
    """A few programs that use what the mutants break."""
    v, b, w = (ac.Variable(np.ones(shape)) for shape in ((2, 3), 3, 4))
    y = (np.sin(v) * b + v * v).sum() + (v + v).sum() * 0.5 + w.sum()
    y.backward()
    expected = np.cos(1.0) + 2 + 1
    return bool(
        np.allclose(v.grad, expected)
        and b.grad.shape == (3,)
        and w.grad.tolist() == [1.0] * 4
        and np.allclose(b.grad, 2 * np.sin(1.0))
    )


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ENGINE_MUTANTS)
def test_a_mistake_in_the_engine_is_found(monkeypatch, mutant):
    """By a program of four operations."""
    name, replacement = ENGINE_MUTANTS[mutant]
    if not hasattr(backward, name):
        pytest.skip(f"the engine has no {name}")
    assert engine_is_right()
    monkeypatch.setattr(backward, name, replacement)
    try:
        found = not engine_is_right()
    except Exception:  # a loud mistake is found too
        found = True
    assert found
