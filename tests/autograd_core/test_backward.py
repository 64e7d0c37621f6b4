"""The reverse sweep as users see it: seeds, accumulation, retention, hooks, failures."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, linear, primitive
from autograd_core.forms import RULES


# --- seeds ----------------------------------------------------------------------------------------
def test_backward_starts_from_a_number():
    """Of any shape with one element."""
    for x in (2.0, [2.0], [[2.0]]):
        v = Variable(x)
        (v * v).backward()
        assert np.ravel(v.grad).tolist() == [4.0]


def test_a_gradient_starts_from_more():
    """One combination of the rows of the Jacobian."""
    v = Variable([1.0, 2.0, 3.0])
    seed = np.array([1.0, 0.0, -1.0])
    (v * v).backward(seed)

    assert v.grad.tolist() == [2.0, 0.0, -6.0]


def test_more_than_a_number_needs_a_gradient():
    """NotScalarError, with ways to go on."""
    v = Variable([1.0, 2.0, 3.0])

    with pytest.raises(ac.NotScalarError, match=r"shape \(3,\)"):
        (v * 2).backward()
    assert v.grad is None


def test_a_seed_is_never_broadcast():
    """It has the shape of the value."""
    with pytest.raises(ac.ShapeError):
        (Variable([1.0, 2.0]) * 2).backward(1.0)


def test_a_seed_with_a_nan_is_refused():
    """A nan would spread to every gradient."""
    v = Variable([1.0, 2.0])

    with pytest.raises(ac.NumericError):
        (v * 2).backward(np.array([1.0, np.nan]))
    assert v.grad is None


def test_a_complex_number_needs_a_gradient():
    """Steepest ascent is defined for real values."""
    z = Variable(1 + 2j)

    with pytest.raises((ac.NotScalarError, TypeError)):
        (z * z).backward()


def test_the_seed_is_neither_stored_nor_written():
    """The caller may write into it afterwards."""
    v = Variable([1.0, 2.0])
    seed = np.array([3.0, 4.0])
    (+v).backward(seed)
    v.grad[:] = 9

    assert seed.tolist() == [3.0, 4.0]
    w = Variable([1.0, 2.0])
    (+w).backward(seed)
    seed[:] = 0
    assert w.grad.tolist() == [3.0, 4.0]


def test_backward_of_a_leaf():
    """d x / d x = 1."""
    v = Variable(3.0)
    v.backward()

    assert v.grad == 1.0


def test_nothing_to_differentiate():
    """NoPathError for what depends on nothing tracked."""
    for y in (Variable(1.0, requires_grad=False), Variable(1.0).detach() * 2):
        with pytest.raises(ac.NoPathError):
            y.backward()
    with ac.no_grad():
        y = Variable(1.0) * 2
    with pytest.raises(ac.NoPathError):
        y.backward()


# --- accumulation ---------------------------------------------------------------------------------
def test_gradients_accumulate_in_leaves():
    """As in PyTorch: two sweeps add up."""
    v = Variable(2.0)
    (3 * v).backward()
    (5 * v).backward()

    assert v.grad == 8.0


def test_accumulation_leaves_the_old_array_alone():
    """What the user read before does not change under him."""
    v = Variable([1.0, 2.0])
    (v * 3).sum().backward()
    first = v.grad
    (v * 5).sum().backward()

    assert first.tolist() == [3.0, 3.0]
    assert v.grad.tolist() == [8.0, 8.0]


def test_results_hold_no_gradient():
    """Only leaves do."""
    v = Variable(2.0)
    y = v * 3
    (y * y).backward()

    assert y.grad is None
    assert v.grad == 36.0


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: np.stack([a, b]),
        lambda a, b: a + a + b,
        lambda a, b: (a.T + b.T).reshape(-1),
        lambda a, b: np.concatenate([a, b]),
        lambda a, b: a[...] + b[:],
        lambda a, b: np.where([[True], [False]], a, b),
        lambda a, b: np.broadcast_arrays(a, b)[0] + b,
    ],
)
def test_gradients_alias_nothing(f):
    """Each has memory of its own, and may be written into."""
    a, b = Variable(np.ones((2, 3))), Variable(np.ones((2, 3)))
    y = f(a, b)
    seed = np.ones(y.shape)
    y.backward(seed)

    assert a.grad.flags.writeable
    assert b.grad.flags.writeable
    assert not np.shares_memory(a.grad, b.grad)
    for grad in (a.grad, b.grad):
        for other in (seed, a.data, b.data):
            assert not np.shares_memory(grad, other)


def test_a_gradient_has_its_variables_shape_and_dtype():
    """Exactly, for numbers too."""
    for x in (np.float32(2), np.ones((2, 1), "f2"), np.ones((0, 3)), np.ones(3, "c8"), 1.5):
        v = Variable(x)
        (v * np.ones((2, 3), "c16")[: max(v.shape[:1] or (2,))]).real.sum().backward()
        assert np.shape(v.grad) == v.shape
        assert v.grad.dtype == v.dtype


# --- retention ------------------------------------------------------------------------------------
def test_a_second_sweep_is_refused():
    """The first one released what it needed; nothing is changed."""
    v = Variable(2.0)
    y = np.exp(v)
    y.backward()
    before = v.grad

    with pytest.raises(ac.GraphFreedError):
        y.backward()
    assert v.grad is before


def test_retain_graph_keeps_what_was_saved():
    """Any number of sweeps, each of which adds."""
    v = Variable(2.0)
    y = v**3
    for _ in range(3):
        y.backward(retain_graph=True)
    assert v.grad == 36.0
    y.backward()
    with pytest.raises(ac.GraphFreedError):
        y.backward()


def test_a_part_that_was_swept_is_refused():
    """A new operation on top of a freed graph does not hide it."""
    v = Variable(2.0)
    h = v * v
    (h * 2).backward()

    with pytest.raises(ac.GraphFreedError):
        (h * 3).backward()
    assert v.grad == 8.0


def test_create_graph_differentiates_gradients():
    """To third order, by sweeping what was swept."""
    v = Variable(2.0)
    (v**4).backward(create_graph=True)
    for expected in (4 * 8.0, 12 * 4.0, 24 * 2.0):
        g = v.grad
        v.grad = None
        assert g.item() == expected
        g.backward(create_graph=True)
    assert v.grad.item() == 24.0


def test_create_graph_through_a_cotangent():
    """A tracked seed is differentiated as well."""
    v, u = Variable([1.0, 2.0]), Variable([3.0, 5.0])
    (v * v).backward(u, create_graph=True)
    g = v.grad
    v.grad = None
    g.sum().backward()

    assert u.grad.tolist() == [2.0, 4.0]
    assert v.grad.tolist() == [6.0, 10.0]


# --- hooks ----------------------------------------------------------------------------------------
def test_a_hook_sees_and_replaces_the_gradient():
    """On a leaf, and on a result; it can be removed."""
    v, seen = Variable([1.0, 2.0]), []
    y = v * 3
    remove = y.register_hook(seen.append)
    y.register_hook(lambda g: g * 10)
    v.register_hook(lambda g: g + 1)

    y.sum().backward(retain_graph=True)
    assert [s.tolist() for s in seen] == [[1.0, 1.0]]
    assert v.grad.tolist() == [31.0, 31.0]
    remove()
    y.sum().backward()
    assert len(seen) == 1


def test_a_hook_sees_the_whole_gradient_once():
    """All contributions have arrived when it is called."""
    v, seen = Variable(2.0), []
    h = v * 1.0
    h.register_hook(lambda g: seen.append(float(g)))
    (h * h + h).backward()

    assert seen == [5.0]


def test_a_hook_that_raises_changes_nothing():
    """No leaf has been given anything when it is called."""
    v, w = Variable(1.0), Variable(1.0)
    v.register_hook(lambda g: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        (v * w).backward()
    assert v.grad is None
    assert w.grad is None


# --- failures -------------------------------------------------------------------------------------
class Planned(Exception):
    """Raised on purpose."""


@pytest.fixture
def fragile():
    """An operation that fails at the k-th call of its rule, or of itself."""
    plan = {"rule": -1, "call": -1, "error": Planned}

    def tick(what):
        plan[what] -= 1
        if plan[what] == -1:
            plan[what] = -1
            raise plan["error"]

    @primitive
    def step(x):
        tick("call")
        return x * 1.0

    def step_transpose(g, _x):
        tick("rule")
        return g

    linear(step, step_transpose)
    step.plan = plan
    yield step, plan
    del RULES[step]


@pytest.mark.parametrize("error", [Planned, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("k", range(4))
def test_a_sweep_that_fails_changes_nothing(fragile, k, error):
    """.grad, modes and leases are as before; the computation repeated is right."""
    step, plan = fragile
    v, a = Variable(np.ones(5000)), np.full(5000, 2.0)
    v.grad = np.full(5000, 7.0)

    def loss():
        h = v
        for _ in range(4):
            h = np.sin(step(h) * a)
        return h.sum()

    plan.update(rule=k, error=error)
    y = loss()
    with pytest.raises(error):
        y.backward()
    assert v.grad.tolist() == [7.0] * 5000
    with pytest.raises(ac.GraphFreedError):  # what the failed sweep has released is gone
        y.backward()
    del y
    assert a.flags.writeable
    v.grad = None
    loss().backward()
    again = v.grad
    v.grad = None
    loss().backward()
    np.testing.assert_array_equal(again, v.grad)


@pytest.mark.parametrize("k", range(3))
def test_an_operation_that_fails_is_not_recorded(fragile, k):
    """The value exists before the node does."""
    step, plan = fragile
    v = Variable(2.0)
    h = v * 1.0

    plan["call"] = k
    try:
        for _ in range(3):
            h = step(h) * h
    except Planned:
        pass
    assert plan["call"] < 0
    h.backward()
    assert np.isfinite(v.grad)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda v: v + np.ones(4), lambda v: v @ np.ones((4, 4)), lambda v: v.reshape(5),
        lambda v: np.sum(v, axis=7), lambda v: v[9], lambda v: v["name"], lambda v: np.sin(v, v, v),
        lambda v: np.concatenate([v, np.ones((2, 2))]), lambda v: v.__setitem__(9, 1.0),
        lambda v: v.__setitem__(slice(None), np.ones(7)), lambda v: v + "text", lambda v: v + None,
    ],
)  # fmt: skip
def test_bad_input_is_numpys_error_and_changes_nothing(wrong):
    """Shapes that do not broadcast, an axis out of range: clear already."""
    leaf = Variable(np.ones(3))
    v = leaf * 2
    with pytest.raises((ValueError, TypeError, IndexError)):
        wrong(v)

    assert v.tolist() == [2.0] * 3
    v.sum().backward()
    assert leaf.grad.tolist() == [2.0] * 3


# --- strong zeros ---------------------------------------------------------------------------------
def test_strong_zeros_stop_infinite_partials():
    """The branch that where() did not take gives exactly 0."""
    v = Variable([1.0, 0.0, 4.0])

    def loss():
        with np.errstate(all="ignore"):
            return np.where(v.data > 0, np.sqrt(v), 0.0).sum()

    with np.errstate(all="ignore"):
        loss().backward()
    assert np.isnan(v.grad[1])
    v.grad = None
    with ac.strong_zeros(), np.errstate(all="ignore"):
        loss().backward()
    assert v.grad.tolist() == [0.5, 0.0, 0.25]


def test_strong_zeros_keep_numbers_numbers():
    """The gradient of a number is a NumPy scalar inside the block as outside."""
    with ac.strong_zeros(), np.errstate(all="ignore"):
        assert type(ac.grad(lambda x: np.where(x > 0, np.sqrt(x), 0.0))(0.0)) is np.float64


# --- determinism ----------------------------------------------------------------------------------
PROGRAM = """
import hashlib, sys
import numpy as np
import autograd_core as ac
rng = np.random.default_rng(0)
waste = [np.empty(n % 97 + 1) for n in range(int(sys.argv[1]))]
x = ac.Variable(rng.normal(size=(20, 10))); w = ac.Variable(rng.normal(size=(10, 10)))
h = x
for _ in range(5):
    h = np.tanh(h @ w + h) + h[:, ::-1] * w.sum(axis=0) + np.stack([h, h]).mean(axis=0)
(h * h).sum().backward()
print(hashlib.sha256(x.grad.tobytes() + w.grad.tobytes()).hexdigest())
"""


def digest(seed):
    """The hash of all gradients, by a process of its own."""
    environment = {"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(seed * 100)],
        env=environment | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_the_same_bits_whatever_the_hash_seed():
    """Contributions are added in order of creation, not of sets or addresses."""
    assert len({digest(seed) for seed in range(3)}) == 1


# --- many reads of one array ----------------------------------------------------------------------
def test_reading_entry_by_entry_makes_no_array_each(monkeypatch):
    """A thousand x[i] share one buffer in the sweep."""
    made = []
    zeros = np.zeros

    def counted(*args, **kwargs):
        array = zeros(*args, **kwargs)
        made.append(array.nbytes)
        return array

    v = Variable(np.arange(1000.0))
    y = sum(v[k] * k for k in range(1000))
    monkeypatch.setattr(np, "zeros", counted)
    y.backward()
    monkeypatch.undo()

    assert sum(made) <= 10 * 8 * v.size
    assert v.grad.tolist() == list(range(1000))


# --- as little arithmetic as there is -------------------------------------------------------------
@pytest.mark.parametrize("cotangent", [np.ones((4, 3)), np.arange(12.0).reshape(4, 3)])
def test_a_product_with_itself_is_pulled_once(cotangent, monkeypatch):
    """x * x has two edges to x, and one formula for both; a product of equals has two."""
    both = ac.forms.RULES[np.multiply].differential((0, 1))
    pulled = []
    monkeypatch.setattr(both, "twice", lambda g, x: pulled.append(g) or 2 * g * x)
    leaf = Variable(np.arange(12.0).reshape(4, 3) - 5)
    x = leaf + 0.0

    (x * x).backward(cotangent)
    assert len(pulled) == 1
    assert leaf.grad.tolist() == (2 * cotangent * leaf.data).tolist()

    ((leaf + 0.0) * (leaf + 0.0)).backward(cotangent)
    assert len(pulled) == 1


def test_a_product_with_itself_to_any_order():
    """Also of complex numbers, under strong zeros, and with a hook on what is multiplied."""
    ac.gradcheck(lambda x: x * x * (x * x), np.array([0.5, -1.5]), order=2)
    ac.gradcheck(lambda z: np.real(z * z), np.array([0.5 - 1j]), order=2)
    with ac.strong_zeros():
        assert ac.grad(lambda x: np.sum(x * x))(np.array([1.0, -3.0])).tolist() == [2.0, -6.0]

    v, seen = Variable([1.0, 2.0]), []
    x = v * 1.0
    x.register_hook(seen.append)
    (x * x).sum().backward()
    assert [g.tolist() for g in seen] == [[2.0, 4.0]]


def test_a_difference_is_summed_before_it_is_negated():
    """The cotangent of what was spread is as small as it before anything else is done to it."""
    Variable(1.0).backward()  # what the first sweep of a process asks for is not counted
    many, m = np.ones((2000, 100)), Variable(np.ones(100))
    y, seed = many - m, np.ones_like(many)
    tracemalloc.start()
    y.backward(seed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert m.grad.tolist() == [-2000.0] * 100
    assert peak < 1.5 * many.nbytes  # the copy of the seed, and nothing else of that size


@pytest.mark.parametrize("shapes", [((3, 2), (2,)), ((2,), (3, 2)), ((3, 1), (1, 2)), ((3, 2), ())])
@pytest.mark.parametrize("op", [np.add, np.subtract])
def test_sums_and_differences_of_unequal_shapes(op, shapes):
    """Either operand may be the smaller one, and either may be constant."""
    a, b = (np.arange(np.prod(shape)).reshape(shape) * 0.5 for shape in shapes)
    ac.gradcheck(lambda a, b: op(a, b) * op(a, b), a, b, order=2)
    ac.gradcheck(lambda a: np.sin(op(a, b)), a, order=2)
    ac.gradcheck(lambda b: np.sin(op(a, b)), b, order=2)
    ac.gradcheck(lambda b: np.sin(op(a.astype(np.float32), b)), b, order=2)
