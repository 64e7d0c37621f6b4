"""Formulas as text: what they mean, and that nothing else has a meaning."""

import ast
import re
import string

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.commandline.bounds import computing
from autograd_core.commandline.expressions import (
    DEEPEST,
    LONGEST,
    METHODS,
    REFUSED,
    Expression,
    parsed,
)

A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -1.5, 2.5])


def value(text, **values):
    """The value of a formula."""
    return Expression(text, list(values))(values)


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2*3 - 4/5",
        "2**10 % 7 // 2",
        "-x + +x - 2",
        "x**2 + x**-1",
        "(1 + 2j) * x",
        "x > 0",
        "(x > 0) & ~(x > 1) | (x < -1)",
        "x[0] + x[-1]",
        "x[1:] - x[:-1]",
        "x[::2].sum()",
        "A[:, 0] @ A[0]",
        "A[..., None][1, 1, 0]",
        "x[[0, 2]]",
        "x[x > 0]",
        "np.sin(x) + np.cos(x)",
        "np.linalg.norm(A, ord=2)",
        "np.sum(A, axis=0, keepdims=True)",
        "np.sum(A, axis=(0, 1))",
        "np.stack([x, 2 * x])",
        "np.concatenate((x, x))",
        "np.where(x > 0, x, 0.0)",
        "np.einsum('ij,jk->ik', A, A)",
        "np.linalg.svd(A)[1]",
        "np.linalg.svd(A).S",
        "np.linalg.eigh(A + A.T).eigenvalues",
        "A.T @ A",
        "x.mean() + A.trace() + x.std(ddof=1)",
        "(x * 1j).imag",
        "np.pi * x + np.e - np.euler_gamma",
        "np.inf - x",
        "np.interp(0.5, [0, 1], [0, 10])",
        "np.clip(x, -1, 1)",
        "np.multiply.outer(x, x)",
        "np.add.reduce(x)",
        "np.fft.fft(x).real",
        "np.sum(x, where=[True, False, True])",
        "np.max(x, axis=None)",
        "1 + (2)",
        "- x ** 2",
        "np.zeros((2, 3)) + 1",
    ],
)
def test_a_formula_means_what_python_and_numpy_mean(text):
    """The value is that of the same text as Python."""
    expected = eval(text, {"np": np, "x": B, "A": A})
    found = value(text, x=B, A=A)
    np.testing.assert_array_equal(found, expected)
    assert np.asarray(found).dtype == np.asarray(expected).dtype


def test_names_may_stand_without_their_module():
    """``sin`` is ``np.sin``, ``pi`` is ``np.pi``; given values come before constants."""
    assert value("sin(x) + norm([3, 4])", x=0.0) == 5.0
    assert value("cos(pi)") == -1.0
    assert value("e * 2", e=4.0) == 8.0


def test_lists_are_arrays():
    """A list in a formula is an array, of Variables too."""
    assert np.array_equal(value("[1, 2] * [3, 4]"), [3, 8])
    x = ac.Variable(3.0)
    value("array([x, 2 * x]) @ [1, 10]", x=x).backward()
    assert x.grad == 21.0


def test_a_formula_is_differentiable():
    """With Variables for values a formula is recorded."""
    x1, x2 = ac.Variable(2.0), ac.Variable(3.0)
    value("sin(x1) + x1*x2", x1=x1, x2=x2).backward()
    assert (x1.grad, x2.grad) == (3.0 + np.cos(2.0), 2.0)


def test_used_names_are_known():
    """A formula tells which of the given names occur in it."""
    assert Expression("x + y", ["x", "y", "z"]).used == {"x", "y"}


@pytest.mark.parametrize("text", ["x // 2", "x % 2", "floor(x) + x", "x.round() * 2", "sign(x)"])
def test_steps_are_seen(text):
    """A formula with steps in it is told from a smooth one, by operators, calls and methods."""
    assert Expression(text, ["x"]).stepwise
    assert not Expression("sin(x) + x.mean()", ["x"]).stepwise


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The formula is empty"),
        ("   ", "The formula is empty"),
        ("sin(x", "'(' was never closed, at character 4"),
        ("x +", "is no formula"),
        ("x; y", "is no formula"),
        ("x = 2", "is no formula"),
        ("import os", "is no formula"),
        ("x\n+1", "is no formula"),
        ("\x00", "is no formula"),
        ("lambda * 2", "lam for lambda"),
        ("y", "y has no value"),
        ("xx", "did you mean x?"),
        ("sin", "sin is a function"),
        ("np.sin + 1", "np.sin is a function"),
        ("np.__loader__", "knows no np.__loader__"),
        ("np", "np has no value"),
        ("sni(x)", "There is no function 'sni'"),
        ("x(2)", "x is a value, no function"),
        ("2(x)", "cannot hold '2'"),
        ("sin(x)(x)", "cannot hold 'sin(x)'"),
        ("x.foo", "has no 'foo'"),
        ("x.sort()", "sort(x) instead of x.sort()"),
        ("x.foo()", "no method 'foo'"),
        ("x and x", "& and |"),
        ("not x", "~(x > 0)"),
        ("x ^ 2", "x**2 for a power"),
        ("x << 2", "x * 2**n"),
        ("x >> 2", "x / 2**n"),
        ("0 < x < 1", "(0 < x) & (x < 1)"),
        ("x if x > 0 else 1", "where(x > 0, a, b)"),
        ("x is 1", "try: =="),
        ("x in [1]", "isin(x, [1, 2])"),
        ("lambda: x", "a file of Python"),
        ("[y for y in x]", "functions of whole arrays"),
        ("sum(y for y in x)", "functions of whole arrays"),
        ("(y := 2)", "name=value"),
        ("f'{x}'", "cannot hold"),
        ("'a' * 3", "cannot hold"),
        ("b'a'", "cannot hold"),
        ("sin(b'a')", "cannot hold"),
        ("...", "cannot hold"),
        ("None", "cannot hold"),
        ("(x, x)", "cannot hold"),
        ("{1: x}", "cannot hold"),
        ("{x}", "a list"),
        ("sin(*x)", "one by one"),
        ("sin(**x)", "the option **"),
        ("sin(x, out=x)", "the option out"),
        ("ones(2, like=x)", "the option like"),
        ("max(x, 0)", "maximum(x, y)"),
        ("min(x, 0)", "minimum(x, y)"),
        ("await x", "cannot hold"),
        ("(yield)", "cannot hold"),
    ],
)
def test_nothing_else_has_a_meaning(text, said):
    """Other syntax and unknown names are refused before anything is computed, with a way out."""
    with pytest.raises(ac.ArgumentError, match=re.escape(said)):
        Expression(text, ["x"])


ATTACKS = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "x.__reduce__()",
    "x.tofile('f')",
    "x.dump('f')",
    "np.save('f', x)",
    "np.load('f')",
    "np.fromfile('f')",
    "np.loadtxt('/etc/passwd')",
    "np.genfromtxt('http://localhost/')",
    "np.memmap('f')",
    "np.lib.npyio.DataSource()",
    "np.f2py.compile('')",
    "np.ctypeslib.load_library('c', '/')",
    "np.testing.rundocs()",
    "np.vectorize(print)(x)",
    "np.frompyfunc(eval, 1, 1)(x)",
    "np.apply_along_axis(eval, 0, x)",
    "open('f')",
    "eval('1')",
    "exec('1')",
    "getattr(x, 'a')",
    "globals()",
    "np.sum.__globals__",
    "sin.__self__",
    "np.linalg.__builtins__",
    "np.savetxt('f', x)",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_refused(text, tmp_path, monkeypatch):
    """What would run code or touch files is refused while it is read."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ac.ArgumentError):
        Expression(text, ["x"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9" * 1000, "too large"),
        ("9" * 4400, "thousands of digits"),
        ("x" * (LONGEST + 1), f"{LONGEST} are allowed"),
        ("(" * 300 + "x" + ")" * 300, "nested"),
        ("-" * 2000 + "x", "nested"),
        ("sin(" * (DEEPEST + 2) + "x" + ")" * (DEEPEST + 2), "nested"),
        ("[" * (DEEPEST + 2) + "x" + "]" * (DEEPEST + 2), "nested"),
        ("stack(" + "[" * 190 + "x" + "]" * 190 + ")", "nested"),
        ("x" + "[0" * 180 + "]" * 180, "nested"),
        ("x" + ".T" * 2000, "nested"),
        ("**".join(["x"] * 1500), "nested"),
    ],
    ids=lambda text: text[:12],
)
def test_bombs_are_refused_while_they_are_read(text, said):
    """Huge numbers, long texts and deep nesting are bounded."""
    with pytest.raises(ac.ArgumentError, match=said):
        Expression(text, ["x"])


@pytest.mark.parametrize(
    "text", ["9**9**9**9", "2**10**9", "(10**300)**300", "10**300 * 10**300", "-9**9**9 + x"]
)
def test_powers_are_bounded(text):
    """Whole numbers that no float holds are refused when they are computed, at once."""
    with pytest.raises(ac.ArgumentError, match="too large"):
        value(text, x=1.0)


def test_long_sums_are_not_deep():
    """A thousand terms are one level."""
    assert value("+".join(["x"] * 1000), x=1.0) == 1000.0
    assert value("x" + "*2/2" * 500, x=3.0) == 3.0


def test_deep_formulas_are_computed_within_the_recursion_limit():
    """What is accepted can also be computed, forward and backward."""
    levels = DEEPEST - 5
    x = ac.Variable(0.1)
    value("sin(" * levels + "x" + ")" * levels, x=x).backward()
    assert 0 < x.grad < 1


def test_methods_take_what_functions_take():
    """``x.name(...)`` is ``np.name(x, ...)``: the methods are those whose arguments agree."""
    for name in METHODS:
        assert hasattr(np.ndarray, name)
        assert hasattr(np, name)
        if name not in ("dot", "clip"):
            array = np.arange(4.0).reshape(2, 2)
            np.testing.assert_array_equal(value(f"x.{name}()", x=array), getattr(array, name)())


def test_refusals_are_of_syntax_that_exists():
    """Each entry is a class of ast."""
    assert all(isinstance(kind, type) and issubclass(kind, ast.AST) for kind in REFUSED)


def test_reading_warns_of_nothing():
    """What Python would warn of, such as ``1 is 1``, is refused or read without a word."""
    assert isinstance(parsed("'\\d'"), ast.Constant)


def outcome(text):
    """Read and compute a formula; None, or the error a person would be shown."""
    try:
        expression = Expression(text, ["x", "A"])
        with computing():
            expression({"x": ac.Variable(B), "A": ac.Variable(A)})
    except ac.ArgumentError as error:
        return error
    return None


PIECES = [
    *["x", "A", "1", "0", "2.5", "1j", "9" * 400, "None", "True", "'ij,j'"],
    *["y", "lambda", "__import__"],
    *["sin", "np.", "linalg.", "norm", "svd", "stack", "sum", "where", "tile", "ones", "einsum"],
    *["+", "-", "*", "/", "//", "%", "**", "@", "<", "==", "&", "|", "^", "~", "=", ":=", "!"],
    *["(", ")", "[", "]", "{", "}", ",", ":", ".", "...", " ", "\n", "\\", "#", ";", "'", '"'],
    *[".T", ".sum()", "axis=", "out=", "if", "else", "for", "in", "is", "not", "await"],
    *["\x00", "é"],
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60))
@example("x.__class__.__mro__")
def test_any_text_gives_a_value_or_a_message(text):
    """No text does anything else than give a value, or an error that says what is wrong."""
    error = outcome(text)
    assert error is None or str(error)


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("tile(x,9999999999)")
@example("x**9**9**9")
def test_any_pieces_of_syntax_give_a_value_or_a_message(text):
    """Nor do pieces of Python, put together at random."""
    error = outcome(text)
    assert error is None or str(error)


LEAVES = st.sampled_from(["x", "A", "2", "0.5", "1j", "x[0]", "A[1, :]", "pi", "[1, 2, 3]"])
FUNCTIONS = ["sin", "sqrt", "sum", "abs", "norm", "inv", "sort", "fft"]
TREES = st.recursive(
    LEAVES,
    lambda t: st.one_of(
        st.tuples(t, st.sampled_from(["+", "-", "*", "/", "**", "@", "<"]), t).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(st.sampled_from(FUNCTIONS), t).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(t, t).map(lambda p: f"where({p[0]} > 0, {p[0]}, {p[1]})"),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(TREES)
def test_formulas_that_can_be_read_can_be_computed_or_say_why(text):
    """A formula that is well written is read; computing it gives a value or NumPy's reason."""
    Expression(text, ["x", "A"])
    error = outcome(text)
    assert error is None or error.why


@pytest.mark.parametrize("character", string.punctuation)
def test_single_characters_are_no_formulas(character):
    """Punctuation alone is told to be no formula."""
    assert outcome(character) is not None
