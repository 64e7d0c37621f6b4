"""Formulas as they are written in the rules."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.formulas import formulas
from autograd_core.forms import RULES


def texts(y):
    """The formulas of the operation that made y."""
    return formulas(y.node)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (np.sin, ("g * np.cos(x)",)),
        (np.negative, ("-g",)),
        (lambda x: x * x, ("g * y", "g * x")),
        (lambda x: 2.0 * x, ("g * x",)),
        (lambda x: x + x, ("g", "g")),
        (lambda x: x - x, ("g", "-g")),
        (lambda x: np.sum(np.stack([x, x])), ("spread(g, a, axis, keepdims, where)",)),
    ],
)
def test_a_formula_is_read_from_its_rule(f, expected):
    """One for each tracked operand."""
    assert texts(f(Variable(2.0))) == expected


def test_a_formula_means_what_the_rule_computes():
    """Of elementwise rules that are one expression in NumPy, evaluated at a point."""
    checked = 0
    for op, rule in RULES.items():
        if rule.form != "elementwise" or len(rule.formulas) != 1 or not isinstance(op, np.ufunc):
            continue
        x = Variable(1.4 if op is np.arccosh else 0.4)
        y = op(x)
        (text,) = texts(y)
        try:
            value = eval(text, {"np": np}, {"g": np.float64(2.0), "x": x.data, "y": y.data})
        except (NameError, SyntaxError):  # of constants and functions of the rules' own
            continue
        y.backward(gradient=2.0)
        assert value == pytest.approx(float(x.grad), rel=1e-12), op
        checked += 1
    assert checked > 10


def test_several_lambdas_in_one_line_are_told_apart():
    """By their columns."""
    twice = ac.primitive(lambda x, y: x * y)
    ac.elementwise(twice, lambda g, y: g * y * 1.0, lambda g, x: g * x * 1.0)

    assert texts(twice(Variable(2.0), Variable(3.0))) == ("g * y * 1.0", "g * x * 1.0")


def test_what_is_no_expression_has_no_formula():
    """Rules of several statements, Functions, rules without a source."""
    assert texts(np.linalg.svd(Variable(np.eye(2)))[0]) == ("",)

    class Twice(ac.Function):
        def forward(self, x):
            return 2 * x

        def backward(self, g):
            return 2 * g

    assert texts(Twice.apply(Variable(1.0))) == ("",)
    op = ac.primitive(lambda x: x + 0.0)
    ac.elementwise(op, eval("lambda g: g * 1.0"))
    assert texts(op(Variable(1.0))) == ("",)
