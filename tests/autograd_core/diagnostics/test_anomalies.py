"""debug: the first bad operation, forward and backward, and nothing when nobody watches."""

import threading

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, watching

X = np.array([1.0, 0.0, -2.0])
pytestmark = pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")


@pytest.fixture(autouse=True)
def quiet():
    """NumPy's own warnings are not what is tested."""
    with np.errstate(all="ignore"):
        yield


def caught(f, **options):
    """The error that f raises inside debug()."""
    with pytest.raises(ac.NumericError) as found, ac.debug(**options):
        f()
    return found.value


@pytest.mark.parametrize(
    ("f", "first", "why", "hint"),
    [
        (np.log, "log gave nan in 1 of 3", "2 entries <= 0 (min -2, max 1)", "np.maximum(x, eps)"),
        (np.sqrt, "sqrt gave nan in 1 of 3", "2 entries <= 0", "np.sqrt(np.maximum"),
        (lambda x: 1.0 / x, "divide gave inf in 1 of 3", "operand 1 has 1 entry == 0", "np.where"),
        (lambda x: np.exp(1e3 * x), "exp gave inf in 1 of 3", "1 entry > 700", "np.max(x)"),
        (lambda x: np.arcsin(2 * x), "arcsin gave nan in 2 of 3", "beyond", "np.clip"),
        (lambda x: np.var(np.log(x)), "log gave nan", "2 entries", "eps"),
        (lambda x: np.add(x, np.nan), "add gave nan in 3 of 3", "operand 1 has 1 nan", "strong"),
    ],
)
def test_the_first_bad_operation_is_named(f, first, why, hint):
    """With its operands' ranges, a way to mend it, and the line."""
    error = caught(lambda: f(Variable(X)))

    assert first in error.what
    assert why in error.why
    assert hint in error.hint
    assert "test_anomalies.py" in error.__notes__[0]


def test_a_bad_derivative_is_named():
    """With the line at which its operation was recorded; the operations before are not blamed."""
    v = Variable(np.abs(X))

    error = caught(lambda: np.where(X > 5, np.sqrt(v), v).sum().backward())
    assert error.what == "The derivative of sqrt gave nan in 1 of 3 entries."
    assert "recorded at test_anomalies.py" in error.__notes__[-1]
    assert v.grad is None


def test_a_bad_operation_of_a_recorded_sweep_is_named():
    """It is an operation like others; a note says in whose derivative."""
    v = Variable(np.abs(X))

    error = caught(lambda: np.where(X > 5, np.sqrt(v), v).sum().backward(create_graph=True))
    assert error.what == "divide gave nan in 1 of 3 entries."
    assert "in the derivative of sqrt" in error.__notes__[-1]


def test_good_programs_are_left_alone():
    """Values and gradients are the same bits, to second order, also by index and in place."""
    x = np.array([0.5, 1.5, 2.5])

    def f(x):
        y = np.tanh(x) @ np.ones((3, 2)) + x[:2]
        y[0] *= 2.0
        return np.sum(np.log(y) ** 2 / (1 + y))

    expected = ac.value_and_grad(f)(x), ac.hessian(f)(x)
    with ac.debug():
        actual = ac.value_and_grad(f)(x), ac.hessian(f)(x)
    np.testing.assert_array_equal(actual[0][0], expected[0][0])
    np.testing.assert_array_equal(actual[0][1], expected[0][1])
    np.testing.assert_array_equal(actual[1], expected[1])


def test_reactions():
    """Ignored, warned of, or raised, each for itself; and a limit of size."""
    v = Variable(X)
    with ac.debug(nan="ignore", inf="ignore"):
        np.log(v)
    with ac.debug(inf="ignore"), pytest.raises(ac.NumericError):
        np.log(v)
    with ac.debug(nan="warn", inf="ignore"), pytest.warns(ac.UsageHint, match="log gave nan"):
        np.log(v)
    assert "multiply gave more than 10 in 2 of 3" in caught(lambda: v * 20, large=10).what
    with pytest.raises(ac.ArgumentError, match="debug"):
        ac.debug(nan="stop")


def test_nothing_is_left_behind():
    """The doors of Variable are those of before, after errors and nested blocks too."""
    before = {name: getattr(Variable, name) for name in watching.DOORS}
    caught(lambda: np.log(Variable(X)))
    with ac.debug(), ac.debug(nan="ignore"):
        pass

    assert {name: getattr(Variable, name) for name in watching.DOORS} == before
    assert np.isnan(np.log(Variable(X)).data[2])


def test_another_thread_does_not_watch():
    """The mode is that of one thread; as a decorator too."""
    results = []
    with ac.debug():
        thread = threading.Thread(target=lambda: results.append(np.log(Variable(X))))
        with np.errstate(all="ignore"):
            thread.start()
            thread.join()

    @ac.debug()
    def f():
        return np.log(Variable(X))

    assert len(results) == 1
    with pytest.raises(ac.NumericError):
        f()


def test_without_gradients():
    """Values are looked at inside no_grad(), too."""
    with ac.no_grad():
        assert "log gave nan" in caught(lambda: np.log(Variable(X))).what
