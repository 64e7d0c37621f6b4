"""How a call's arguments find the parameters of a rule: by NumPy's own names."""

import inspect

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.binding import Binding, name_of
from autograd_core.forms import RULES

A = np.arange(12.0).reshape(3, 4)
NUMPY = tuple(map(int, np.__version__.split(".")[:2]))


def bound(op, rule, *args, skip=1, **kwargs):
    """Values by place, and the names of the options that the rule does not list."""
    values, named, unlisted = Binding(op, rule, skip)(args, kwargs)
    return values, named, list(unlisted)


def test_positional_and_keyword_arguments_are_one():
    """np.sum(a, 0) and np.sum(axis=0, a=a)."""

    def rule(g, a, axis=None, keepdims=False):
        return g + a + axis + keepdims

    assert bound(np.sum, rule, A, 0) == ([A, 0, False], {}, [])
    assert bound(np.sum, rule, axis=0, a=A)[0][1:] == [0, False]
    assert bound(np.sum, rule, A, keepdims=True)[0][1:] == [None, True]


def test_an_underscore_marks_what_is_allowed_but_not_needed():
    """The name without it is NumPy's."""

    def rule(g, _a, _axis=None):
        return g

    assert bound(np.cumsum, rule, A, axis=1)[0][1] == 1


def test_a_default_that_is_repeated_is_no_option():
    """np.reshape(a, s, order='C') is np.reshape(a, s)."""

    def rule(g, a, _shape):
        return g + a

    assert "order" not in bound(np.reshape, rule, A, (4, 3), order="C")[2]
    assert "order" in bound(np.reshape, rule, A, (4, 3), order="F")[2]
    assert "order" in bound(np.reshape, rule, A, (4, 3), "F")[2]


def test_positional_only_parameters_go_by_position():
    """And may be renamed."""

    def rule(g, mine, _where):
        return g + mine

    assert bound(np.where, rule, A > 1, A, skip=1)[0][1] is A


def test_what_numpy_passes_for_nothing_is_nothing():
    """np._NoValue stands for the rule's default."""

    def rule(g, a, keepdims=False):
        return g + a + keepdims

    assert bound(np.sum, rule, A, keepdims=np._NoValue)[0][1] is False


@pytest.mark.parametrize("rule", [lambda g, *_rest: g, lambda g, a, **options: g])
def test_what_would_swallow_options_is_refused(rule):
    """They would be ignored in silence."""
    with pytest.raises(ac.RuleError):
        Binding(np.sum, rule, 1)


def test_names_are_those_a_user_writes():
    """np.linalg.inv, np.add.reduce, and our own by their plain name."""
    assert name_of(np.sin) == "np.sin"
    assert name_of(np.sum) == "np.sum"
    assert name_of(np.add.reduce) == "np.add.reduce"
    assert name_of(np.linalg.inv) == "np.linalg.inv"


@pytest.mark.skipif(NUMPY < (2, 1), reason="rules name options that came later")
def test_every_signature_is_numpys():
    """What a rule names, NumPy has: a misprint would never be found by a call."""
    wrong = []
    for op, rule in RULES.items():
        for binding in (rule.binding, rule.composite_binding):
            try:
                theirs = inspect.signature(op).parameters
            except (TypeError, ValueError):
                continue
            variadic = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
            if binding is None or variadic & {p.kind for p in theirs.values()}:
                continue  # np.pad; the methods of ufuncs
            if isinstance(op, np.ufunc) or isinstance(getattr(op, "__self__", None), np.ufunc):
                continue
            placed = [n for n, p in theirs.items() if p.kind is p.POSITIONAL_ONLY]
            mine = [p.name.lstrip("_") for p in [*binding.before, *binding.after]]
            wrong += [f"{name_of(op)}: {n}" for n in mine[len(placed) :] if n not in theirs]

    assert wrong == []


@pytest.mark.parametrize(
    ("call", "other"),
    [
        (lambda v: np.sum(v, 0), lambda v: np.sum(a=v, axis=0)),
        (lambda v: np.reshape(v, (4, 3)), lambda v: np.reshape(v, (4, 3), order="C")),
        (lambda v: np.transpose(v, (1, 0)), lambda v: np.transpose(axes=(1, 0), a=v)),
        (lambda v: np.take(v, [0, 1], 1), lambda v: np.take(v, axis=1, indices=[0, 1])),
        (lambda v: np.max(v, 0, None, True), lambda v: np.max(v, keepdims=True, axis=0)),
        (lambda v: np.concatenate((v, v), 1), lambda v: np.concatenate((v, v), axis=1)),
        (lambda v: np.diff(v, 2, 0), lambda v: np.diff(v, axis=0, n=2)),
        (lambda v: np.var(v, 0, None, None, 1), lambda v: np.var(v, ddof=1, axis=0)),
    ],
)
def test_calls_by_place_and_by_name_agree(call, other):
    """The same value and gradient."""
    grads = []
    for f in (call, other):
        v = Variable(A)
        y = f(v)
        (y * np.cos(np.arange(y.size)).reshape(y.shape)).sum().backward()
        grads.append(v.grad)

    np.testing.assert_array_equal(grads[0], grads[1])
