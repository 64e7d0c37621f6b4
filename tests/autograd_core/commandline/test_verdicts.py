"""What differences say: they find what is wrong, and accuse nothing that is right."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.checking.comparisons import Check
from autograd_core.commandline import verdicts
from autograd_core.commandline.bounds import computing
from autograd_core.commandline.gradients import Formula
from autograd_core.commandline.verdicts import BY_STEP, OK, UNSURE, WRONG, compared


def judged(text, *given, factor=1.0):
    """The verdicts on the gradients of a formula, each multiplied by a factor."""
    formula = Formula(text, given)
    points = [np.asarray(point) for point in formula.points]
    with computing():
        holomorphic = np.iscomplexobj(formula.value())
        every = tuple(range(len(points)))
        found = ac.grad(formula.total, argnums=every, holomorphic=holomorphic)(*formula.points)
        gradients = [np.asarray(factor * g) for g in found]
        steps = formula.expression.stepwise
        return [v for _, v in compared(formula.total, points, gradients, holomorphic, steps)]


SMOOTH = [
    ("x**2", "x=3"),
    ("sin(x) * exp(-x**2)", "x=0.3,-1.2,2"),
    ("1 / x", "x=1e-2"),
    ("log(x)", "x=1e-8"),
    ("x**2", "x=1e7"),
    ("1e-12 * x**3 + x", "x=2"),
    ("log(det(A @ A.T + [[1, 0], [0, 1]]))", "A=[[1,2],[3,4]]"),
    ("solve(A, b)", "A=[[3,1],[1,2]]", "b=9,8"),
    ("abs(z)**2", "z=1+2j"),
    ("z**3", "z=1+2j,0.5-1j"),
    ("where(x > 0, x, 2*x)", "x=1,-1"),
    ("maximum(x, y)", "x=1,5", "y=2,3"),
    ("sort(x)[0]**2", "x=3,1,2"),
    ("interp(x, [0, 1], [0, 5])", "x=0.3"),
]


@pytest.mark.parametrize("given", SMOOTH, ids=lambda given: given[0])
def test_what_is_right_is_ok(given):
    """Gradients of smooth formulas agree with differences."""
    assert set(judged(*given)) == {OK}


@pytest.mark.parametrize("factor", [1.001, 0.5, -1.0, 2.0, 0.0])
@pytest.mark.parametrize("given", SMOOTH, ids=lambda given: given[0])
def test_what_is_wrong_is_found(given, factor):
    """A gradient that is off by a thousandth, a sign or a factor is called wrong."""
    assert WRONG in judged(*given, factor=factor)


@pytest.mark.parametrize(
    "given",
    [
        ("sqrt(x)", "x=0"),
        ("floor(x)", "x=1"),
        ("log(x)", "x=-1"),
        ("x**0.5", "x=0"),
        ("where(x > 0, 1.0, 0.0) + x", "x=0"),
        ("x", "x=nan"),
        ("x", "x=inf"),
        ("x / x", "x=0,1"),
        ("sqrt(x - x)", "x=0"),
        ("10**6 // x", "x=0.7"),
        ("1e300 // x", "x=0.7"),
        ("x % 1e-5", "x=0.7"),
        ("floor(1e6 * x)", "x=0.7"),
        ("x + 1e300", "x=0.7"),
        ("abs(sin(1e6 * x))", "x=0.7"),
        ("sin(x) * abs(x - 1e12)", "x=1e15"),
    ],
    ids=lambda given: given[0],
)
def test_nothing_is_accused_where_differences_cannot_tell(given):
    """Jumps, steps, edges of the domain, lost digits and quick oscillations are no failures."""
    assert WRONG not in judged(*given)


@pytest.mark.parametrize(
    "given", [("sin(x)", "x=1e20"), ("sin(1e9*x)", "x=1"), ("cos(1e10*x)", "x=0.3")]
)
def test_complex_steps_decide_where_steps_are_too_coarse(given):
    """Where differences are a number without a meaning, complex steps need none."""
    assert judged(*given) == [BY_STEP]


def test_what_is_wrong_is_no_complex_step():
    """A complex step agrees with the right gradient alone."""
    assert judged("sin(1e9*x)", "x=1", factor=1.1) != [BY_STEP]


@pytest.mark.parametrize("dtype", ["float16", "float32", "complex64", "longdouble"])
def test_other_dtypes_have_their_own_tolerance(dtype, tmp_path):
    """Coarser numbers are compared as finely as they are."""
    np.save(tmp_path / "x.npy", np.array([0.1, 0.7, 1.3], dtype))
    text, given = "real(sum(sin(x)*x))", f"x=@{tmp_path}/x.npy"
    assert judged(text, given) == [OK]
    assert judged(text, given, factor=1.5) == [WRONG]


def test_many_numbers_are_compared_in_random_directions(tmp_path):
    """Beyond a hundred numbers products are compared; a wrong one is told in a line."""
    np.save(tmp_path / "x.npy", np.linspace(0.1, 1, 300))
    given = f"x=@{tmp_path}/x.npy"
    assert judged("sum(sin(x))", given) == ["finite differences in random directions: ok, to 1e-06"]


def test_a_wrong_product_is_told(tmp_path, monkeypatch):
    """What random directions find is WRONG, unless the formula has steps."""

    def fail(self):
        raise ac.GradcheckError("backward of total is wrong.\n  more")

    monkeypatch.setattr(Check, "backward", fail)
    np.save(tmp_path / "x.npy", np.ones(300))
    assert judged("sum(x)", f"x=@{tmp_path}/x.npy") == [f"{WRONG}: backward of total is wrong."]
    assert judged("sum(floor(x))", f"x=@{tmp_path}/x.npy") == [UNSURE]


@pytest.mark.parametrize("text", ["z*conj(z)", "abs(z) + 0j", "real(z) + 0j"])
def test_what_has_no_complex_derivative_is_told(text):
    """The derivatives along both axes of the plane must be those of one function."""
    with pytest.raises(ac.ArgumentError, match="no complex derivative"):
        judged(text, "z=1+2j")


def test_the_numbers_of_differences_are_returned():
    """Beside each verdict stands what differences give, in the shape of the gradient."""
    total = Formula("sum(A @ x)", ["A=[[1,2],[3,4]]", "x=1,10"]).total
    points = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 10.0])]
    gradients = [np.array([[1.0, 10.0], [1.0, 10.0]]), np.array([4.0, 6.0])]
    (by_A, _), (by_x, _) = compared(total, points, gradients, False, False)
    np.testing.assert_allclose(by_A, gradients[0], rtol=1e-9)
    np.testing.assert_allclose(by_x, gradients[1], rtol=1e-9)
    assert verdicts.OK == "ok"
