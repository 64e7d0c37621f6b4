"""gradcheck passes what is right, finds what is wrong, and says where."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.checking import gradcheck
from autograd_core.errors import GradcheckError

RNG = np.random.default_rng(3)
X = RNG.standard_normal((2, 3))


def planted(function, *formulas):
    """An elementwise operation of our own with these formulas."""
    operation = ac.primitive(function)
    ac.elementwise(operation, *formulas)
    return operation


RIGHT = [
    (lambda x: np.sin(x) * x, (X,)),
    (lambda a, b: a @ b, (X, RNG.standard_normal((3, 4)))),
    (lambda x: np.sum(np.exp(x) / (1 + x * x)), (X,)),
    (lambda z: z * z * (1 + 2j), (X + 1j,)),
    (lambda z: np.abs(z) ** 2, (X + 1j,)),
    (lambda x: x * (1 + 2j), (X,)),
    (lambda p, n: p["w"] * p["b"][0] ** n, ({"w": X, "b": (2.0, None)}, 3)),
    (lambda x: (np.sin(x), {"c": np.cos(x)}), (X,)),
    (lambda x: np.sin(x), (X.astype(np.float32),)),
    (lambda x: np.sin(x), (X.astype(np.float16),)),
    (lambda x: np.sin(x), (np.zeros((0, 3)),)),
    (lambda x: x[1:] * x[:-1] ** 2, (RNG.standard_normal(50),)),
]


@pytest.mark.parametrize(("f", "args"), RIGHT)
def test_what_is_right_passes(f, args):
    """In both modes, to second order, without a note."""
    report = gradcheck(f, *args)

    assert set(report.errors) == {"backward", "forward", "second order"}
    assert not report.notes


PLANTED = {
    "a factor of 1.001": lambda g, x: g * 2.002 * x,
    "the sign": lambda g, x: -2 * g * x,
    "zero": lambda g, x: 0 * g * x,
    "a constant added": lambda g, x: 2 * g * x + 1e-4,
    "a cotangent forgotten": lambda g, x: 2 * x + 0 * g,
}


@pytest.mark.parametrize("formula", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("x", [X, RNG.standard_normal(200)], ids=["small", "large"])
def test_a_planted_bug_is_found(formula, x):
    """In a full table of entries, and in random directions."""
    wrong = planted(lambda x: x**2, formula)

    with pytest.raises(GradcheckError, match="backward of"):
        gradcheck(wrong, x)


def test_a_bug_of_second_order_is_found():
    """The first derivative is right, but its own derivative is cut."""
    wrong = planted(lambda x: x**3, lambda g, x: 3 * g * ac.stop_gradient(x) ** 2)

    gradcheck(wrong, X, order=1)
    with pytest.raises(GradcheckError, match="second order of"):
        gradcheck(wrong, X)


def test_a_missing_conjugate_is_found():
    """It cannot be seen on real numbers."""
    wrong = planted(lambda x: np.abs(x) ** 2, lambda g, x: 2 * g * x)

    gradcheck(wrong, X, order=1)
    with pytest.raises(GradcheckError, match="a missing conjugate, or one too many"):
        gradcheck(wrong, X + 1j)


def written_pullback(g, out, x):
    """The right numbers, in memory that belongs to others."""
    g *= 2 * x
    return g


def residual_pullback(g, out, x):
    """The right numbers, once."""
    doubled = np.multiply(x, 2, out=x) if isinstance(x, np.ndarray) else 2 * x
    return g * doubled


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (written_pullback, "writes into the cotangent that it is given"),
        (residual_pullback, "writes into what the tape keeps"),
    ],
)
def test_a_rule_that_writes_is_found(rule, text):
    """Its own numbers may be right; those of its neighbors are not."""
    wrong = ac.primitive(lambda x: x**2)
    ac.pullback(wrong)(rule)

    with pytest.raises(GradcheckError, match=text):
        gradcheck(lambda x: wrong(x * 1.0), X, order=1, modes=("reverse",))


def test_an_unstable_function_is_found():
    """Two runs must give the same bits."""
    calls = []

    def noisy(x):
        calls.append(None)
        return x * (1 + 1e-13 * len(calls))

    with pytest.raises(GradcheckError, match="Two runs of noisy"):
        gradcheck(noisy, X)


def test_a_function_that_overwrites_its_input_is_judged_by_its_value():
    """Writes reach the stand-in only."""

    def overwriting(x):
        x[0] = 2 * x[0]
        return x * x

    x = X.copy()
    gradcheck(overwriting, x)

    assert x.tolist() == X.tolist()


def test_captured_variables_are_constants():
    """A layer's parameters are tracked, and are not what is checked."""
    w = ac.Variable(X)

    assert not gradcheck(lambda x: np.sin(w * x), X).notes
    assert w.grad is None


def test_a_kink_is_a_note_and_not_an_error():
    """maximum(x, 0) gives half at 0, between its two slopes; |x| gives 0."""
    report = gradcheck(lambda x: np.where(x > 0, x, 0), np.array([1.0, 0.0, -1.0]))

    assert any("a kink" in note for note in report.notes)


def test_a_wrong_slope_at_a_kink_is_an_error():
    """2 is no slope of |x|."""
    wrong = planted(np.abs, lambda g, x: np.where(x == 0, 2 * g, g * np.sign(x)))

    with pytest.raises(GradcheckError):
        gradcheck(wrong, np.array([1.0, 0.0, -1.0]), order=1)


def test_a_place_without_a_finite_derivative_is_noted():
    """The square root at 0."""
    report = gradcheck(np.sqrt, np.array([1.0, 0.0]))

    assert any("no finite derivative" in note for note in report.notes)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (np.sin, 1e20),
        (np.cos, -3e15),
        (np.sin, np.array([1e20, 1.0])),
        (lambda x: np.sum(np.sin(x)), np.array([1e17, 1.0])),
        (lambda x: np.sin(1e9 * x), 1.3),
    ],
)
def test_nothing_right_is_accused_where_differences_mean_nothing(f, x):
    """What oscillates within the steps has differences, which are a number all the same."""
    report = gradcheck(f, x)
    assert any("differences" in note for note in report.notes)


@pytest.mark.parametrize("x", [3.0, 1e9, 1e12])
def test_a_bug_far_from_zero_is_found(x):
    """Where differences mean something they are believed, however large the numbers."""
    halved = planted(lambda x: x**2, lambda g, x: g * x)
    with pytest.raises(GradcheckError, match="wrong for argument 0"):
        gradcheck(halved, x)


def test_the_message_is_a_table():
    """The worst entries come first, with a guess and what the directions say."""

    def mean_squared_error(predicted, target):
        return wrong(predicted - target) / 4

    wrong = ac.primitive(lambda x: np.sum(x * x))
    ac.pullback(wrong)(lambda g, out, x: 2 * g * x.mean())
    predicted = np.array([[0.5, 1.0], [3.0, 2.0]])

    with pytest.raises(GradcheckError) as caught:
        gradcheck(mean_squared_error, predicted, np.ones((2, 2)))

    lines = str(caught.value).splitlines()
    assert lines[:3] == [
        "backward of mean_squared_error is wrong for argument 0, 'predicted'.",
        "  entry          analytic       numeric        relative error",
        "  (1, 0)         0.3125         1              0.6875",
    ]
    assert lines[-3:] == [
        "  random directions: 0 of 3 agree (tolerance 1e-06); the numeric side is sure to 1e-16",
        "  looks like: one number for every entry; a mean where a sum over entries belongs?",
        "  try: ac.gradcheck of its parts, one operation at a time",
    ]
    assert caught.value.report.title.startswith("gradcheck of mean_squared_error: 8 inputs")


def test_tolerances_and_modes_can_be_chosen():
    """A coarse tolerance accepts a small error; forward mode alone does not sweep."""
    wrong = planted(lambda x: x**2, lambda g, x: g * 2.002 * x)

    report = gradcheck(wrong, X, rtol=1e-2, modes=("reverse",), order=1)

    assert set(report.errors) == {"backward"}
    assert set(gradcheck(np.sin, X, modes=("forward",), order=1).errors) == {"forward"}
