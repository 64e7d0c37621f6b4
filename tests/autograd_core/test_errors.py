"""Errors: the tree, the three parts, the notes, and the texts of the catalogue."""

import builtins
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, errors

TREE = {
    "NoRuleError": "NotImplementedError", "ConversionError": "TypeError", "DtypeError": "TypeError",
    "NotScalarError": "TypeError", "NoPathError": "RuntimeError", "GraphFreedError": "RuntimeError",
    "MutationError": "RuntimeError", "ShapeError": "ValueError", "ArgumentError": "TypeError",
    "LabelError": "ValueError", "OptimizerError": "ValueError", "StateError": "ValueError",
    "NumericError": "FloatingPointError", "GradcheckError": "AssertionError",
    "MissingDependencyError": "ImportError", "RuleError": "TypeError",
}  # fmt: skip
WARNINGS = ("UsageHint", "DetachedWarning", "FallbackWarning")


@pytest.mark.parametrize("name", TREE)
def test_each_is_also_the_builtin_a_caller_would_catch(name):
    """And an AutogradError, which is public."""
    error = getattr(ac, name)

    assert issubclass(error, ac.AutogradError)
    assert issubclass(error, getattr(builtins, TREE[name]))
    assert error.__doc__


@pytest.mark.parametrize("name", WARNINGS)
def test_warnings_have_one_root(name):
    """AutogradWarning, a UserWarning."""
    assert issubclass(getattr(ac, name), ac.AutogradWarning)
    assert issubclass(ac.AutogradWarning, UserWarning)


def test_the_tree_is_drawn_in_the_docstring():
    """With every class, and nothing else."""
    drawn = set(re.findall(r"── (\w+)", errors.__doc__))

    assert drawn == set(TREE) | set(WARNINGS)


def test_the_three_parts():
    """What happened, why, what to do; the hint for tools; a part that is missing is left out."""
    error = ac.ShapeError("It broke.", "it was thin.", "thicker(x)")

    assert str(error) == "It broke.\n  why: it was thin.\n  try: thicker(x)"
    assert error.hint == "thicker(x)"
    assert str(ac.ShapeError("It broke.", hint="x")) == "It broke.\n  try: x"
    assert str(ac.ShapeError("It broke.")) == "It broke."


def test_short_errors(monkeypatch):
    """AC_ERRORS=short prints the first line only."""
    monkeypatch.setenv("AC_ERRORS", "short")

    assert str(ac.ShapeError("It broke.", "it was thin.", "thicker(x)")) == "It broke."
    assert str(ac.StateError("It broke.\n  missing: a leg", hint="glue")) == "It broke."


def test_a_note_names_the_users_line():
    """File, line and function of the call that failed."""
    with pytest.raises(ac.AutogradError) as caught:
        (Variable([1.0, 2.0]) * 2).backward()

    line = caught.traceback[0].lineno + 1
    assert caught.value.__notes__ == [
        f"  at test_errors.py:{line}, in test_a_note_names_the_users_line"
    ]


TRACEBACKS = """
import numpy as np, autograd_core as ac, nn, pytest

CALLS = [
    lambda v: v.backward(),
    lambda v: np.asarray(v),
    lambda v: float(v[0]),
    lambda v: v.__iadd__(1),
    lambda v: np.frompyfunc(abs, 1, 1)(v),
    lambda v: np.reshape(v, (3, 1), order="A"),
    lambda v: ac.Variable(np.array([1, 2])),
    lambda v: ac.grad(lambda w: ac.grad(lambda u: u * 2)(w).sum())(np.ones(3)),
    lambda v: ac.debug()(lambda: v / (v - 1))(),
    lambda v: ac.debug()(lambda: np.sqrt(v - 1).sum().backward())(),
    lambda v: nn.Sequential(nn.Linear(10, 5), nn.ReLU(), nn.Linear(4, 2))(np.ones((3, 10))),
    lambda v: nn.Model(nn.Linear(2, 2)).fit(np.ones((2, 9)), np.zeros(9, int), loss="hinge"),
    lambda v: nn.Linear(2, 3, activation="rleu"),
]

@pytest.mark.parametrize("call", CALLS)
@pytest.mark.filterwarnings("ignore")
def test_call(call):
    call(ac.Variable(np.ones(3)))
"""


def test_tracebacks_show_no_line_of_the_project(tmp_path):
    """pytest shows the user's lines, to the one that called, and the message."""
    (tmp_path / "test_user.py").write_text(TRACEBACKS)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "test_user.py"],
        env={"PYTHONPATH": ":".join([str(Path(ac.__file__).parents[1]), *sys.path])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    places = re.findall(r"^(\S+\.py):\d+: in ", run.stdout, re.M)
    assert "13 failed" in run.stdout
    assert len(places) >= 26
    assert {Path(place).name for place in places} <= {"test_user.py", "contextlib.py"}
    assert run.stdout.count("  try: ") >= 13


def test_errors_are_pickled():
    """Across processes too."""
    error = pickle.loads(pickle.dumps(ac.ShapeError("It broke.", "it was thin.", "thicker(x)")))

    assert str(error).endswith("thicker(x)")


def test_guards_hold_without_asserts():
    """python -O removes asserts; ours are raises."""
    program = "import autograd_core as ac; (ac.Variable([1.0, 2.0]) * 2).backward()"
    run = subprocess.run(
        [sys.executable, "-O", "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "NotScalarError" in run.stderr


# --- the catalogue --------------------------------------------------------------------------------
def swept_twice():
    y = Variable(2.0) ** 2
    y.backward()
    y.backward()


def overwritten():
    v, a = Variable(np.ones(5000)), np.ones(5000)
    view = a[:]
    y = (v * a).sum()
    view[:] = 7.0
    y.backward()


def in_place():
    w = Variable(np.ones((784, 10)), name="w")
    w += 1.0


CATALOGUE = {
    "7": (
        lambda: (Variable(np.ones(3)) * 2).backward(),
        """backward() starts from a scalar; this Variable has shape (3,).
  why: the derivative of a vector is a matrix, and backward() computes one combination of its rows.
  try: .sum().backward(), .mean().backward(), .backward(gradient=np.ones(3)), or ac.jacobian""",
    ),
    "8": (
        lambda: Variable(1.0, requires_grad=False).backward(),
        """backward() found nothing that requires a gradient behind this Variable.
  why: every operand on the way was a constant.
  try: Variable(..., requires_grad=True) for the inputs; ac.why_no_grad(loss, w) finds the break""",
    ),
    "9": (
        lambda: np.asarray(Variable(np.ones(3))),
        """np.asarray of a tracked Variable of shape (3,) would drop its gradient.
  why: a plain array does not remember how it was computed.
  try: .detach().numpy() or .item() for the number; np.stack([a, b]) to join; """
        "ac.sparse.matmul(A, v) for a sparse A",
    ),
    "10 array": (
        overwritten,
        """An array of shape (5000,) that multiply still needs for its derivative was changed """
        """after it was recorded.
  why: a derivative uses the values of the moment of the call.
  try: y = y + 1 instead of y += 1, or pass y.copy(); ac.debug(writes=True) names both lines""",
    ),
    "10 leaf": (
        in_place,
        """w += ... would write into the leaf 'w' of shape (784, 10), which requires a gradient.
  why: its .grad would belong to a value that no longer exists.
  try: with ac.no_grad(): w += ...; or w.data = ...; or write into a copy, v = w.copy()""",
    ),
    "11": (
        lambda: np.frompyfunc(abs, 1, 1)(Variable(np.ones(4))),
        "has no derivative rule; it was called on a tracked Variable of shape (4,).\n  why: ",
    ),
    "11 option": (
        lambda: np.reshape(Variable(np.ones(4)), (2, 2), order="A"),
        "np.reshape(..., order='A') is not differentiable with this option; it is with order='C'",
    ),
    "12": (
        swept_twice,
        """backward() ran a second time over the same graph.
  why: the first run released the values it needed.
  try: backward(retain_graph=True) the first time, one backward() on the sum of both losses, """
        "or compute the loss again",
    ),
    "13": (
        lambda: Variable(np.array([1, 2])),
        """A Variable of dtype int64 cannot require a gradient.
  why: derivatives live in floating-point or complex numbers.
  try: x.astype(float), or requires_grad=False""",
    ),
}
CLASSES = {
    "7": "NotScalarError", "8": "NoPathError", "9": "ConversionError", "10 array": "MutationError",
    "10 leaf": "MutationError", "11": "NoRuleError", "11 option": "NoRuleError",
    "12": "GraphFreedError", "13": "DtypeError",
}  # fmt: skip


@pytest.mark.parametrize("number", CATALOGUE)
def test_catalogue(number):
    """The texts that users meet, compared."""
    call, text = CATALOGUE[number]
    with pytest.raises(getattr(ac, CLASSES[number])) as caught:
        call()

    assert text in str(caught.value)


@pytest.mark.parametrize("number", CATALOGUE)
def test_every_error_says_what_to_do(number):
    """A hint, at most six lines, no array dumps, a note with the line."""
    with pytest.raises(ac.AutogradError) as caught:
        CATALOGUE[number][0]()

    assert caught.value.hint
    assert str(caught.value).count("\n") < 6
    assert len(caught.value.__notes__) == 1
    assert "test_errors.py" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("convert", "name"), [(float, "float()"), (int, "int()"), (complex, "complex()")]
)
def test_conversion_to_a_number(convert, name):
    """Form of error 9: what keeps the gradient, and what gives the number."""
    with pytest.raises(ac.ConversionError) as caught:
        convert(Variable(2.0))

    assert str(caught.value).startswith(name)
    assert caught.value.hint == "np.sin keeps the gradient, .item() gives the number"


def test_assignment_into_a_plain_array():
    """Form of error 9: make it a Variable first."""
    with pytest.raises((ac.ConversionError, ValueError)) as caught:
        np.zeros(3)[:] = Variable(np.ones(3))
    error = caught.value
    error = error if isinstance(error, ac.AutogradError) else error.__cause__

    assert isinstance(error, ac.ConversionError)
    with pytest.raises(ac.ConversionError, match=r"requires_grad=False|np\.stack"):
        np.copyto(np.zeros(3), Variable(np.ones(3)))


def test_numpys_own_errors_pass_unchanged():
    """Where NumPy is clear already, its words stand."""
    v = Variable(np.ones(3))
    for call in (lambda x: x + np.ones(4), lambda x: x.reshape(2, 2), lambda x: np.sum(x, axis=5)):
        with pytest.raises((ValueError, IndexError)) as plain:
            call(np.ones(3))
        with pytest.raises(type(plain.value)) as mine:
            call(v)
        assert str(mine.value) == str(plain.value)


def test_missing_packages_are_named():
    """Error 18: what needs it, and how to install it."""
    with pytest.raises(ac.MissingDependencyError) as caught:
        errors.require("no_such_package", extra="plot", feature="history.plot()")

    assert str(caught.value) == (
        'history.plot() needs no_such_package.\n  try: pip install "autograd-core[plot]"'
    )
    assert isinstance(caught.value.__cause__, ImportError)
