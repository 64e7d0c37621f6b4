"""Stand-ins: what a function sees while it is differentiated, and what comes out."""

import threading
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.errors import DtypeError
from autograd_core.transforms.call import promoted

Point = namedtuple("Point", "x y")


@dataclass
class Layer:
    """Parameters in a record."""

    weight: object
    bias: object


# --- arguments ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("argument", "dtype"),
    [
        (3, np.float64),
        (3.0, np.float64),
        (np.float32(3), np.float32),
        (np.array([1, 2]), np.float64),
        (np.array([1, 2], np.uint8), np.float64),
        (np.array([1, 2], np.float16), np.float16),
        (np.array([1, 2], np.longdouble), np.longdouble),
        (np.array([1, 2], np.complex64), np.complex64),
        (np.array([1, 2], ">f8"), np.float64),
        (1j, np.complex128),
    ],
    ids=repr,
)
def test_numbers_are_promoted_and_floats_kept(argument, dtype):
    """Whole numbers become float64; nothing else is widened."""
    assert promoted(argument).dtype == np.dtype(dtype)
    gradient = ac.grad(lambda x: np.sum(np.abs(x) ** 2))(argument)
    assert gradient.dtype == np.dtype(dtype)
    assert gradient.shape == np.shape(argument)


@pytest.mark.parametrize(
    "argument",
    [
        True,
        np.bool_(True),
        np.array([True]),
        np.array([1.0], object),
        "text",
        np.ma.masked_array([1.0], [0]),
        np.array([[1.0]]).view(np.matrix),
        np.array(["2020"], "datetime64[D]"),
    ],
    ids=repr,
)
def test_what_has_no_derivative_is_refused(argument):
    """Booleans, objects, text; masks and matrices, whose meaning would be lost."""
    with pytest.raises(DtypeError, match="cannot be differentiated by"):
        ac.grad(lambda x: x)(argument)


def test_gradients_have_the_structure_of_their_argument():
    """Lists, tuples, dicts, namedtuples, dataclasses, None and whole numbers."""
    tree = {"a": [1.0, (2, None)], "p": Point(np.ones(2), 3.0), "l": Layer(np.ones((2, 1)), None)}

    def f(t):
        inner = t["a"][0] * t["a"][1][0] * t["p"].y
        return inner * np.sum(t["p"].x * 2) + np.sum(t["l"].weight)

    gradient = ac.grad(f)(tree)

    assert gradient["a"] == [24.0, (12.0, None)]
    assert gradient["p"].x.tolist() == [12.0, 12.0]
    assert gradient["p"].y == 8.0
    assert gradient["l"].weight.tolist() == [[1.0], [1.0]]
    assert gradient["l"].bias is None


def test_the_argument_itself_is_neither_written_nor_aliased():
    """A function may write into what it is given."""
    x = np.array([1.0, 2.0])

    def f(v):
        v *= 3
        v[0] = 5.0
        return np.sum(v * v)

    gradient = ac.grad(f)(x)
    gradient += 100

    assert x.tolist() == [1.0, 2.0]
    assert gradient.tolist() == [100.0, 136.0]


def test_an_array_that_changes_after_the_call_does_no_harm():
    """The stand-in holds a copy; a pullback called later uses the values of the call."""
    x = np.array([1.0, 2.0])
    _, pullback = ac.vjp(lambda v: v * v, x)
    x[:] = 99

    assert pullback(np.ones(2))[0].tolist() == [2.0, 4.0]


def test_variables_are_accepted_and_their_gradients_left_alone():
    """A leaf, a result, and a view whose base was written afterwards."""
    leaf = Variable([1.0, 2.0])
    result = leaf * 1.0
    view = result[:1]
    result[0] = 5.0

    def square(v):
        return np.sum(v * v)

    found = [ac.grad(square)(v) for v in (leaf, Variable(3.0, requires_grad=False), view)]

    assert [np.ravel(g.numpy() if isinstance(g, Variable) else g).tolist() for g in found] == [
        [2.0, 4.0],
        [6.0],
        [10.0],
    ]
    assert leaf.grad is None


# --- results --------------------------------------------------------------------------------------
def test_results_are_plain():
    """Arrays of their own, numbers as NumPy scalars."""
    value, gradient = ac.value_and_grad(lambda x: np.sum(x * x))(np.ones(3))

    assert type(value) is np.float64
    assert type(gradient) is np.ndarray
    assert gradient.flags.writeable
    assert gradient.base is None
    assert type(ac.grad(lambda x: x * x)(2.0)) is np.float64


def test_two_gradients_share_no_memory():
    """Not with each other, nor with anything that was given."""
    seed = np.ones(3)
    _, pullback = ac.vjp(lambda a, b: a + b, np.zeros(3), np.zeros(3))

    a, b = pullback(seed)
    a += 100
    seed += 7

    assert b.tolist() == [1.0, 1.0, 1.0]


def test_results_stay_tracked_by_what_else_is_tracked():
    """A captured leaf keeps its gradient."""
    w = Variable(3.0)

    slope = ac.grad(lambda x: w * x**2)(2.0)
    slope.backward()

    assert slope.item() == 12.0
    assert w.grad == 4.0


def test_the_graph_of_a_captured_result_is_not_released():
    """Also where the argument has no leaf, or does not matter."""
    w = Variable(3.0)
    square = w * w

    for argument in ({}, {"a": 1.0}, None):
        gradient = ac.grad(lambda p: square * 2.0)(argument)
        assert gradient in ({}, {"a": 0.0}, None)
    ac.grad(lambda x: x * square.detach())(1.0)

    square.backward()
    assert w.grad == 6.0


def test_an_argument_that_is_tracked_stays_tracked():
    """The gradient of a gradient, by the tape."""
    x = Variable(2.0)

    ac.grad(lambda v: v**3)(x).backward()

    assert x.grad == 12.0


def test_inside_no_grad_everything_is_plain():
    """Outside, nothing is recorded; the transform itself works."""
    w = Variable(3.0)

    with ac.no_grad():
        slope = ac.grad(lambda x: w * x**2)(2.0)
        nested = ac.grad(ac.grad(lambda x: w * x**3))(Variable(2.0))

    assert slope == 12.0
    assert nested == 36.0
    assert not isinstance(slope, Variable)
    assert not isinstance(nested, Variable)


def test_a_stand_in_that_leaks_is_no_leaf():
    """backward() does not look for its gradient."""
    kept = []
    ac.grad(lambda x: kept.append(x * x) or x * 2)(3.0)

    with pytest.raises(ac.NoPathError):
        kept[0].backward()


def test_a_function_that_raises_leaves_nothing_behind():
    """Modes are as before; the next call is right."""

    def bad(x):
        raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            ac.grad(bad)(2.0)

    assert ac.grad(lambda x: x * x)(2.0) == 4.0


# --- nesting --------------------------------------------------------------------------------------
def test_perturbations_are_not_confused():
    """Siskind and Pearlmutter's program."""
    assert ac.grad(lambda x: x * ac.grad(lambda y: x + y)(1.0))(1.0) == 1.0


def test_derivatives_nest_to_any_order():
    """Five times x⁵."""

    def f(x):
        return x**5

    for expected in (80.0, 160.0, 240.0, 240.0, 120.0, 0.0):
        f = ac.grad(f)
        assert f(2.0) == expected


def test_modes_nest_in_every_order():
    """Reverse in reverse, forward in reverse, reverse in forward, forward in forward."""

    def f(x):
        return np.sin(x) * x**3

    def reverse(f):
        return ac.grad(f)

    def forward(f):
        return lambda x: ac.jvp(f, (x,), (1.0,))[1]

    x = 1.3
    expected = 6 * x * np.sin(x) + 6 * x**2 * np.cos(x) - x**3 * np.sin(x)
    for outer in (reverse, forward):
        for inner in (reverse, forward):
            np.testing.assert_allclose(outer(inner(f))(x), expected, rtol=1e-12)


def test_threads_that_nest_do_not_meet():
    """B starts inside A's open transform and ends after it."""
    opened, closed = threading.Event(), threading.Event()

    def slow(x):
        opened.set()
        closed.wait(10)
        return x * x

    thread = threading.Thread(target=lambda: ac.grad(slow)(1.0))
    thread.start()
    opened.wait(10)

    def f(x):
        closed.set()
        thread.join(10)
        return x * ac.grad(lambda y: x * y * y)(x)

    assert ac.grad(f)(2.0) == 24.0


def test_many_threads_at_once():
    """Each its own nested gradient."""
    wrong = []

    def work(seed):
        for k in range(30):
            x = 1 + seed + k / 100
            if abs(ac.grad(ac.grad(lambda v: v**3))(x) - 6 * x) > 1e-9:
                wrong.append(x)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
