"""The tape: order, modes, what it keeps, leases, depth, and how it dies."""

import asyncio
import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, backward, tape

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
    return sum(isinstance(o, tape.Node) for o in gc.get_objects())


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
    assert tape.recording()


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


# --- modes ----------------------------------------------------------------------------------------
def test_no_grad_records_nothing():
    """As a block, as a decorator, and nested."""
    v = Variable(2.0)

    @ac.no_grad()
    def quiet():
        return v * 2

    with ac.no_grad():
        assert not (v * 2).requires_grad
        with ac.enable_grad():
            assert (v * 2).requires_grad
        assert not (v * 2).requires_grad
    assert not quiet().requires_grad
    assert (v * 2).requires_grad


def test_enable_grad_as_a_decorator():
    """It records inside a no_grad block."""
    v = Variable(2.0)

    @ac.enable_grad()
    def loud():
        return v * 2

    with ac.no_grad():
        assert loud().requires_grad


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, MemoryError])
def test_modes_survive_exceptions(error):
    """What was set is reset by its token, whatever climbs through."""
    with pytest.raises(error), ac.no_grad(), ac.strong_zeros(), ac.enable_grad():
        raise error

    assert tape.recording()
    assert not tape.zeros_are_strong()


def test_a_mode_object_may_be_used_again():
    """One no_grad() in two blocks, and inside itself."""
    mode = ac.no_grad()
    with mode, mode:
        assert not tape.recording()
    assert tape.recording()
    with mode:
        assert not tape.recording()


def test_the_mode_of_one_thread_is_not_that_of_another():
    """Three threads without gradients beside three that differentiate, held by a barrier."""
    barrier, results = threading.Barrier(6), {}

    def run(k):
        v = Variable(float(k + 1))
        if k % 2:
            with ac.no_grad():
                barrier.wait()
                y = v * v
                barrier.wait()
            results[k] = y.requires_grad
        else:
            barrier.wait()
            y = v * v
            barrier.wait()
            y.backward()
            results[k] = v.grad

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, range(6)))
    assert results == {0: 2.0, 1: False, 2: 6.0, 3: False, 4: 10.0, 5: False}


def test_the_mode_of_one_task_is_not_that_of_another():
    """The same for coroutines, also with a decorated one."""

    async def without(gate, v):
        with ac.no_grad():
            await gate.wait()
            return (v * 2).requires_grad

    @ac.no_grad()
    async def decorated(gate, v):
        await gate.wait()
        return (v * 2).requires_grad

    async def main():
        gate, v = asyncio.Event(), Variable(1.0)
        tasks = [asyncio.create_task(f(gate, v)) for f in (without, decorated)]
        await asyncio.sleep(0)
        mine = (v * 2).requires_grad
        gate.set()
        return mine, await asyncio.gather(*tasks)

    assert asyncio.run(main()) == (True, [False, False])


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
