"""debug: the first bad operation, forward and backward, and nothing when nobody watches."""

import gc
import pickle
import re
import threading
import warnings
import weakref

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Variable, watching
from autograd_core.diagnostics.anomalies import Checked
from autograd_core.wrappers import layer

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
    assert "recorded at test_anomalies.py" in error.__notes__[1]
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


def test_short_ways_are_watched():
    """A sum that overflows, and an operation in place, with the operand as it was."""
    v = Variable([1e308, 1e308])
    assert "sum gave inf in 1 of 1" in caught(lambda: v.sum()).what
    w = np.array([0.0, 2.0]) * Variable([1.0, 1.0])

    def halve():
        nonlocal w
        w /= 0.0

    error = caught(halve)
    assert "divide gave nan" in error.what
    assert "operand 0: min 0, max 2" in error.why


def test_a_function_of_the_user_is_watched():
    """Its result, and what its backward gives."""

    class Bad(ac.Function):
        def forward(self, x):
            return x * 1.0

        def backward(self, g):
            return g * np.nan

    v = Variable([1.0, 2.0])
    assert "The derivative of Bad gave nan" in caught(lambda: Bad()(v).sum().backward()).what


def test_powers_are_named_and_mended():
    """By a number for an exponent they are an operation of their own."""
    error = caught(lambda: Variable(X) ** -0.5)
    assert "power gave nan in 1 of 3" in error.what
    assert "2 entries <= 0" in error.why
    assert "np.maximum(x, eps) ** y" in error.hint


def test_the_scope_is_named():
    """Forward, where it is no layer's own note; backward, with the line."""
    v = Variable(np.abs(X))

    def wave():
        with ac.name_scope("wave"):
            return np.log(v)

    assert "  inside 'wave'" in caught(wave).__notes__

    class Root(nn.Module):
        def forward(self, x):
            return np.sqrt(x)

    model = nn.Sequential({"out": Root()})
    note = caught(lambda: np.where(X > 5, model(v), v).sum().backward()).__notes__[1]
    assert note.endswith(", inside 'out'")
    notes = caught(lambda: nn.Sequential({"out": Root()})(Variable(X))).__notes__
    assert sum("inside 'out'" in line for line in notes) == 1


def test_the_graph_of_the_last_operations():
    """It ends in the culprit, is drawn when asked for, and can be pickled."""
    v = Variable(X, name="v")

    def f():
        y = v
        for _ in range(20):
            y = y * 1.0
        np.log(y)

    error = caught(f)
    assert callable(error.drawn)
    graph = error.graph
    assert [box.label for box in graph if box.role == "operation"] == ["multiply"] * 7 + ["log"]
    assert graph.truncated == {"input": 1, "operation": 13}
    assert "13 earlier operations are not shown." in graph.notes
    culprits = [box for box in graph if "culprit" in box.marks]
    assert [box.label for box in culprits] == ["log"]
    assert culprits[0].value.strange == 2
    assert error.graph is graph
    assert "error.graph" in error.__notes__[-1]
    again = pickle.loads(pickle.dumps(caught(f)))
    assert len(again.graph) == len(graph)
    assert ac.NumericError("by hand").graph is None


def test_the_graph_of_a_bad_derivative():
    """It ends in the operation whose rule gave it."""
    v = Variable(np.abs(X), name="v")

    graph = caught(lambda: np.where(X > 5, np.sqrt(2 * v), v).sum().backward()).graph
    assert [box.label for box in graph if box.role == "operation"] == ["multiply", "sqrt"]
    graph = caught(lambda: (v.sum() * np.sqrt(v[1])).backward()).graph
    assert [box.label for box in graph if box.role == "operation"] == ["getitem", "sqrt"]


def test_a_line_of_ones_own_is_blamed_for_a_warning():
    """nan="warn" points at the user's line."""
    with ac.debug(nan="warn", inf="ignore"), pytest.warns(ac.UsageHint) as found:
        np.log(Variable(X)).sum()
    assert {warning.filename for warning in found} == {__file__}


def test_graphs_are_freed_at_once():
    """Without the collector, as outside of debug(); long ones in a loop."""
    x = Variable(1.0)
    gc.disable()
    try:
        with ac.debug(writes=True):
            y = x * 1.0
            alive = weakref.ref(layer(y.node.rule, Checked))
            del y
            assert alive() is None
            y = x
            for _ in range(20_000):
                y = y * 1.0
            del y
    finally:
        gc.enable()


# --- writes ---------------------------------------------------------------------------------------
def written(index):
    """Multiply by an array, and write into it through a view that is older than the tape."""
    v, a = Variable(np.ones(10_000)), np.ones(10_000)
    view = a[:]
    loss = (v * a).sum()
    view[index] = 7.0
    loss.backward()
    return v.grad


def test_a_write_to_one_entry_is_found():
    """Where the sample of a lease may overlook it; with the operation and its line."""
    with ac.debug():
        assert written(4321)[4321] == 7.0
    with ac.debug(writes=True), pytest.raises(ac.MutationError) as error:
        written(4321)

    assert error.value.what.startswith("An array of shape (10000,) that multiply still needs")
    first, second, third = error.value.__notes__
    assert "test_anomalies.py" in first
    assert "multiply was recorded at test_anomalies.py" in second
    assert "1 of 10000 entries changed after test_anomalies.py" in third
    assert "and before this use of it" in third


def test_the_lines_around_a_write_are_named():
    """The last operation before which nothing had changed, and the first after."""
    v, a = Variable(np.ones(10_000)), np.ones(10_000)
    view = a[:]

    def f():
        y = v * a
        before = y + 1.0
        view[4321] = 7.0
        after = before * 2.0
        (after * y).sum().backward()

    with ac.debug(writes=True), pytest.raises(ac.MutationError) as error:
        f()

    note = error.value.__notes__[2]
    lines = [int(number) for number in re.findall(r"test_anomalies.py:(\d+)", note)]
    assert lines[1] - lines[0] == 2


def test_a_write_to_all_names_both_lines():
    """Inside debug() also without copies."""
    with ac.debug(), pytest.raises(ac.MutationError) as error:
        written(slice(None))
    assert "multiply was recorded at test_anomalies.py" in error.value.__notes__[-1]


def test_writes_are_found_in_both_modes_and_twice():
    """In a recorded sweep, and in forward mode, which reads the same copies."""
    a = np.ones(10_000)
    view = a[:]

    def f(v):
        y = v * a
        view[4321] += 1.0
        return y

    with ac.debug(writes=True):
        for differentiate in (
            lambda: ac.jvp(f, (np.ones(10_000),), (np.ones(10_000),)),
            lambda: ac.grad(lambda v: f(v).sum())(np.ones(10_000)),
            lambda: f(Variable(np.ones(10_000))).sum().backward(create_graph=True),
        ):
            with pytest.raises(ac.MutationError):
                differentiate()


def test_unchanged_arrays_pass():
    """With nan in them, too, and to second order."""
    a = np.array([np.nan, 1.0, 2.0])
    with ac.debug(nan="ignore", writes=True):
        v = Variable(np.ones(3))
        (v * a * v).sum().backward(create_graph=True)
        v.grad.sum().backward()


# --- rules ----------------------------------------------------------------------------------------
def test_a_rule_that_widens_is_found():
    """A formula with a number of NumPy's turns float32 into float64."""
    f = ac.primitive(lambda x: x * x)
    ac.elementwise(f, lambda g, x: g * (x * np.float64(2.0)))
    v = Variable(np.ones(3, np.float32))

    with ac.debug(), pytest.raises(ac.RuleError) as error:
        f(v).sum().backward()
    assert "dtype float64 for an operand of shape (3,) and dtype float32" in error.value.what
    assert error.value.hint


def test_a_rule_that_writes_is_found():
    """The cotangent belongs to all who use it."""

    greedy = ac.primitive(lambda x: x * 2.0)

    @ac.pullback(greedy)
    def greedy_pullback(g, _out, _x):
        g *= 2.0
        return g

    v = Variable(np.ones(3))
    with ac.debug(), pytest.raises(ac.RuleError, match="wrote into the cotangent"):
        (greedy(v) * np.arange(3.0)).sum().backward()


# --- graphs that are kept -------------------------------------------------------------------------
def test_losses_in_a_list_are_told_once():
    """A hundred live graphs of one line; none where each is dropped."""
    v, losses = Variable(np.ones(3)), []
    with ac.debug(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(300):
            loss = (v * v).sum()
            loss.backward()

    def train():
        for _ in range(250):
            loss = (v * v).sum()
            loss.backward()
            losses.append(loss)

    with ac.debug(), pytest.warns(ac.UsageHint) as found:
        train()

    assert len(found) == 1
    assert "100 graphs made at test_anomalies.py" in str(found[0].message)
    assert "loss.item()" in str(found[0].message)
    assert found[0].filename == __file__
