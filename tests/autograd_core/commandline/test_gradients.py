"""``grad``: values and gradients, and what differences say of them."""

import re
from argparse import Namespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.commandline import gradients
from autograd_core.commandline.entry import main
from autograd_core.commandline.gradients import Formula, grad, number, shown, table


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys, *arguments):
    """What ``grad`` prints of a formula that is well."""
    code = main(["grad", *arguments])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return out


def test_the_first_formula(capsys):
    """Value, gradients and differences of the README's example, in columns."""
    out = printed(capsys, "sin(x1) + x1*x2", "x1=2", "x2=3")
    assert out == (
        "sin(x1) + x1*x2 = 6.909297427\n"
        "  d/dx1   2.583853163   finite differences 2.583853163   ok\n"
        "  d/dx2   2             finite differences 2             ok\n"
    )


def test_short_arrays_stand_in_a_line(capsys):
    """The gradient of a vector is a vector; of a vector's value the sum is differentiated."""
    out = printed(capsys, "x**2", "x=1,2,3")
    assert "x**2 = [1, 4, 9]\n" in out
    assert "of shape (3,); the gradients are those of its sum" in out
    assert "d/dx   [2, 4, 6]   finite differences [2, 4, 6]   ok" in out


def test_matrices_have_lines_of_their_own(capsys):
    """A matrix stands below its name, after the verdict."""
    out = printed(capsys, "sum(A @ x)", "A=[[1,2],[3,4]]", "x=1,10")
    assert "d/dA   of shape (2, 2)   ok\n    [[ 1., 10.],\n     [ 1., 10.]]\n" in out
    assert "d/dx   [4, 6] " in out


def test_large_arrays_are_checked_in_random_directions(folder, capsys):
    """Of more numbers than a Jacobian is worth, products in random directions are compared."""
    np.save("big.npy", np.linspace(0, 1, 1000))
    out = printed(capsys, "sum(sin(x)**2)", "x=@big.npy")
    assert "of shape (1000,)   finite differences in random directions: ok" in out
    assert "..." in out


def test_complex_formulas(capsys):
    """A real value has the direction of steepest ascent, a complex one its complex derivative."""
    assert "d/dx   2+4j   finite differences 2+4j   ok" in printed(capsys, "abs(x)**2", "x=1+2j")
    assert "d/dx   2+4j   finite differences 2+4j   ok" in printed(capsys, "x**2", "x=1+2j")
    out = printed(capsys, "x*y", "x=1,2j", "y=3j,4+0j")
    assert "d/dx   [0+3j, 4+0j]" in out


@pytest.mark.parametrize(("formula", "x"), [("abs(x)", "0"), ("maximum(x, 0)", "0")])
def test_kinks_have_the_values_of_convention(formula, x, capsys):
    """Where central differences agree with the convention, all is ok."""
    assert printed(capsys, formula, f"x={x}").rstrip().endswith("ok")


def test_names_that_do_not_occur_are_told(capsys):
    """A value that is given in vain has gradient 0, and a line."""
    out = printed(capsys, "x**2", "x=1", "y=2")
    assert "d/dy   0 " in out
    assert "y does not occur in the formula" in out


def test_a_wrong_gradient_is_a_failure(monkeypatch, capsys):
    """What differs from differences is called WRONG, and the exit code is 1."""

    def wrong(f, argnums, holomorphic):
        return lambda *points: [2.0 * g for g in ac_grad(f, argnums=argnums)(*points)]

    ac_grad = ac.grad
    monkeypatch.setattr(gradients.ac, "grad", wrong)
    assert main(["grad", "x**2 + y", "x=1,2", "y=1"]) == 1
    out = capsys.readouterr().out
    assert "d/dx   [4, 8]   finite differences [2, 4]   WRONG" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1+2"], "nothing to differentiate by"),
        (["x > 0", "x=1"], "The value is bool, which has no derivative"),
        (["argmax(x)", "x=1,2"], "The value is int64"),
        (["svd(x)", "x=[[1,2],[3,4]]"], "(svd(x))[0]"),
        (["exp(1j*x)", "x=1"], "real(...), imag(...) or abs(...)"),
        (["x*conj(x)", "x=1+2j"], "depends on the direction"),
        (["sin(x", "x=1"], "is no formula"),
        (["sin(y)", "x=1"], "y has no value"),
        (["x=2", "sin(x)"], "the formula comes first"),
        (["x + y", "x=1,2", "y=1,2,3"], "could not be broadcast"),
        (["inv(x)", "x=[[1,2],[2,4]]"], "Singular matrix"),
        (["x[5]", "x=1,2"], "out of bounds"),
        (["1/0*x", "x=1"], "division by zero"),
        (["sum(sign(x))", "x=1+2j"], "has no derivative"),
        (["lexsort(x)", "x=1,2"], "int64"),
        (["x", "x=@none.npy"], "No such file"),
    ],
)
def test_mistakes_are_told(arguments, said, capsys):
    """What cannot be differentiated ends with 2, a message, and nothing on the standard output."""
    assert main(["grad", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_nothing_is_left_switched():
    """The tape, the gradient mode and NumPy's errors are as they were."""
    before = np.geterr()
    grad(Namespace(formula="log(x)", values=["x=0"]))
    assert np.geterr() == before
    assert ac.is_grad_enabled()


def test_numbers_are_short():
    """Ten digits, no negative zeros; more numbers than fit are cut."""
    assert number(-0.0) == "0"
    assert number(1 / 3) == "0.3333333333"
    assert shown(np.array([1.0, -2.5])) == "[1, -2.5]"
    assert "..." in shown(np.arange(100.0))
    assert table([["a", "b"]]) == ["  a   b"]


def test_a_formula_is_a_function_of_its_names():
    """A Formula can be called with other points."""
    formula = Formula("x*y", ["x=2", "y=3"])
    assert formula(5.0, 7.0) == 35.0
    assert formula.value() == 6.0
    assert formula.unused == []


LEAVES = st.sampled_from(["x", "y", "2", "0.5", "x[0]", "y[-1]", "pi"])
TREES = st.recursive(
    LEAVES,
    lambda t: st.one_of(
        st.tuples(t, st.sampled_from(["+", "-", "*", "/", "**", "//", "%"]), t).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(st.sampled_from(["sin", "sqrt", "sum", "abs", "exp", "floor", "tanh"]), t).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        st.tuples(t, t).map(lambda p: f"maximum({p[0]}, {p[1]})"),
    ),
    max_leaves=6,
)
NUMBERS = st.floats(-3, 3).map(lambda v: round(v, 3))


@settings(deadline=None, max_examples=150)
@given(TREES, st.lists(NUMBERS, min_size=3, max_size=3), st.lists(NUMBERS, min_size=3, max_size=3))
def test_random_formulas_pass_their_check(text, x, y):
    """Of a formula at any place, differences agree, or say nothing; or it is told what is wrong."""
    values = [f"{name}={','.join(map(str, v))}" for name, v in (("x", x), ("y", y))]
    assert main(["grad", text, *values]) in (0, 2)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=30), st.text(max_size=10))
def test_random_text_ends_with_zero_or_two(text, x):
    """Whatever is typed, the command ends well, or with a message."""
    if not re.match(r"-+[ho]", text) and not x.startswith("@"):
        assert main(["grad", text, f"x={x}"]) in (0, 2)
