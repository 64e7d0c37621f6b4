"""Modes: blocks, decorators, nesting, exceptions, threads and tasks."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd_core as ac
from autograd_core import Variable, modes


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

    assert modes.recording()
    assert not modes.zeros_are_strong()


def test_a_mode_object_may_be_used_again():
    """One no_grad() in two blocks, and inside itself."""
    mode = ac.no_grad()
    with mode, mode:
        assert not modes.recording()
    assert modes.recording()
    with mode:
        assert not modes.recording()


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
