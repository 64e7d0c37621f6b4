"""The tape: order, modes, what it keeps, leases, depth, and how it dies."""

import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, backward, modes, tape

LARGE = 5000


def chain(length, x=1.0):
    """A leaf and a chain of operations on it."""
    v = Variable(x)
    y = v
    for _ in range(length):
        y = y * 1.0
    return v, y


def nodes():
    """How many nodes are alive."""
    return sum(type(o) in (tape.Node, tape.Source) for o in gc.get_objects())


# --- order and depth ------------------------------------------------------------------------------
def test_ancestors_come_oldest_first():
    """Numbers grow along edges."""
    v = Variable(2.0)
    y = np.sin(v) * v + np.cos(v * v)

    order, _ = tape.ancestors([y.node])
    numbers = [n.number for n in order]
    assert numbers == sorted(numbers)
    assert all(p.number < n.number for n in order for p in tape.parents_of(n))


def visits(monkeypatch, run):
    """How many nodes the sweeps of ``run`` have ordered."""
    seen, ancestors = [], tape.ancestors

    def counted(*args):
        order = ancestors(*args)
        seen.append(len(order[0]))
        return order

    monkeypatch.setattr(backward, "ancestors", counted)
    run()
    return sum(seen)


def test_sixty_stacked_diamonds(monkeypatch):
    """x = x + x sixty times: 2⁶⁰ paths, 61 nodes, each visited once."""
    v = Variable(1.0)
    y = v
    for _ in range(60):
        y = y + y

    assert visits(monkeypatch, y.backward) == 61
    assert v.grad == 2.0**60


@pytest.mark.parametrize("shape", ["chain", "diamond", "fan-out", "fan-in", "reads"])
def test_doubling_the_graph_doubles_the_work(monkeypatch, shape):
    """Nodes visited are at most twice as many for twice the operations."""

    def build(n):
        v = Variable(np.ones(50))
        y = v
        if shape == "chain":
            for _ in range(n):
                y = y * 1.0
        elif shape == "diamond":
            for _ in range(n):
                y = y + y * 0.0
        elif shape == "fan-out":
            y = sum(v * k for k in range(n))
        elif shape == "fan-in":
            y = np.stack([v] * n).sum(axis=0)
        else:
            y = sum(v[k % 50] for k in range(n)) * v
        return y.sum()

    once = visits(monkeypatch, build(100).backward)
    monkeypatch.undo()
    twice = visits(monkeypatch, build(200).backward)
    assert twice <= 2 * once + 5


def test_a_million_operations():
    """Forward, backward and dropping cost heap, not stack."""
    v, y = chain(1_000_000)

    y.backward()
    assert v.grad == 1.0
    del y
    assert modes.recording()


def test_a_long_chain_is_dropped_without_a_sweep():
    """Unlinking a chain does not recurse either."""
    v, y = chain(200_000)
    del y

    assert v.grad is None


# --- freeing --------------------------------------------------------------------------------------
@pytest.fixture
def no_collector():
    """The garbage collector off: only reference counts free."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def watched():
    """A big saved array, and a weak reference to it."""
    v = Variable(np.ones(LARGE))
    h = np.exp(v)
    y = h.sum()
    return v, y, weakref.ref(h._data)


def test_what_was_saved_dies_in_the_sweep(no_collector):
    """backward() releases the values; the structure stays for drawing."""
    _, y, saved = watched()
    assert saved() is not None
    y.backward()

    assert saved() is None
    assert y.node.rule is not None


def test_a_dropped_graph_is_freed_at_once(no_collector):
    """Without a sweep too, by reference counting alone."""
    v, y, saved = watched()
    before = nodes()
    del y

    assert saved() is None
    assert nodes() == before - 2
    assert v.tolist()


def test_every_kind_of_graph_is_freed(no_collector):
    """Views, writes, several outputs, hooks, second order: nothing makes a cycle."""
    before = nodes()

    def use():
        v = Variable(np.ones((3, 4)))
        x = v * 1.0
        x[1:][0] = 2.0
        x[x > 1.5] *= 3.0
        y = (np.split(x, 3)[1] * x.T[:, 1]).sum() + np.einsum("ij,ij", x, x)
        x.register_hook(lambda g: None)
        y.backward(create_graph=True)
        g = v.grad
        v.grad = None
        (g * g).sum().backward()
        ac.grad(lambda u: ac.grad(lambda w: (w**3).sum())(u).sum())(np.ones(3))

    use()
    assert nodes() == before


def test_a_sum_keeps_no_array(no_collector):
    """y = a + b names nothing, so nothing is kept."""
    a = Variable(np.ones(LARGE))
    h = a * 2.0
    kept = weakref.ref(h._data)
    y = h + h
    del h

    assert kept() is None
    assert y.requires_grad


def test_iterations_do_not_grow_the_heap(no_collector):
    """The same loss a thousand times leaves as many nodes as once."""
    v = Variable(np.ones(5))

    def step():
        v.grad = None
        np.tanh(v * 2).sum().backward()

    step()
    before = nodes()
    for _ in range(1000):
        step()
    assert nodes() == before


def test_bookkeeping_is_small():
    """A node of two operands and two saved values is one object of at most 120 bytes."""
    v, w = Variable(np.ones(3)), Variable(np.ones(3))
    node = (v * w).node

    assert node.kept == (node.saved, node.also)
    assert type(node.saved) is type(node.also) is np.ndarray
    assert sys.getsizeof(node) <= 120


def test_slices_cost_the_collector_two_objects():
    """A recorded slice is a node and the slice itself; its shape is shared."""
    v = Variable(np.ones(30))
    slices = [v[k : k + 3] for k in range(20)]

    assert len({id(part.node.shape) for part in slices}) == 1
    assert {type(part.node.saved) for part in slices} == {tape.Source}
    assert [part.node.also for part in slices] == [slice(k, k + 3) for k in range(20)]


# --- threads --------------------------------------------------------------------------------------
def test_nested_derivatives_in_two_threads_do_not_meet():
    """A holds grad open while B starts a nested one, A ends, B ends: 24 each."""
    barrier = threading.Barrier(2)
    results = []

    def run(k):
        def inner(x):
            barrier.wait()
            return x**4

        results.append(ac.grad(ac.grad(ac.grad(inner)))(1.0))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert results == [24.0, 24.0]


def test_eight_threads():
    """Nested gradients under a switch interval of a microsecond are all right."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def run(k):
        x = np.linspace(1.0, 2.0, 5) + k
        f = ac.grad(lambda u: np.sum(ac.grad(lambda w: np.sum(w**3 * u))(u)))
        return all(np.allclose(f(x), 9 * x**2) for _ in range(20))

    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(run, range(8)))
    finally:
        sys.setswitchinterval(interval)
