"""Ctrl-C at any moment leaves everything as it was: all or nothing.

A timer raises KeyboardInterrupt at random points of a thousand sweeps. Afterwards ``.grad`` is what
it was or all of what it would be, modes are at their defaults, nothing is leased, and the same
computation gives the same bits.
"""

import signal
import sys

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, leases, modes

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no interval timers"
)
TIMES = 1000


@pytest.fixture(autouse=True)
def _lost_interrupts(monkeypatch):
    """Python prints what is raised inside a destructor, and goes on."""
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)


def interrupted(work, seconds):
    """Whether a KeyboardInterrupt, due after so many seconds, came before the end of ``work``."""

    def ring(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        work()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return False


def loss(v, w, a):
    """Some forty operations: views, writes, a leased constant, a nested gradient."""
    h = v * a
    for _ in range(8):
        h = np.tanh(h) + h[::-1] * 0.5
        h[:2] = w
    with ac.no_grad():
        scale = float(np.sum(h).item()) * 0 + 1.0
    inner = ac.grad(lambda u: np.sum(np.sin(u) * w[0]))(np.ones(3))
    return (h.sum() + (h * h).sum() + inner.sum() + w.sum()) * scale


@pytest.mark.parametrize("times", [100, pytest.param(TIMES, marks=pytest.mark.slow)])
def test_a_storm_of_interrupts(times):
    """``.grad``, modes and leases are as before or done; the computation repeated is right."""
    rng = np.random.default_rng(times)
    a = np.linspace(0.5, 1.5, 5000)  # large enough to be leased
    v, w = Variable(np.linspace(-1.0, 1.0, 5000)), Variable([0.3, -0.7])
    loss(v, w, a).backward()
    done, hits = [v.grad.tobytes(), w.grad.tobytes()], 0
    for _ in range(times):
        v.grad = w.grad = None
        hits += interrupted(lambda: loss(v, w, a).backward(), rng.uniform(2e-5, 2e-3))
        grads = [None if x.grad is None else x.grad.tobytes() for x in (v, w)]
        assert grads in ([None, None], done), "some gradients were written, and some not"
        assert modes.recording(), "gradients are still off"
        assert not leases._locks, "an array is still leased"
        assert a.flags.writeable
    assert hits > times / 10, "the timer rang too late"
    v.grad = w.grad = None
    loss(v, w, a).backward()
    assert [v.grad.tobytes(), w.grad.tobytes()] == done


@pytest.mark.parametrize("times", [100, pytest.param(TIMES, marks=pytest.mark.slow)])
def test_a_storm_over_modes(times):
    """A mode ends with its block, wherever the block is left."""
    rng = np.random.default_rng(times)

    def work():
        for _ in range(300):
            with ac.no_grad(), ac.enable_grad(), ac.strong_zeros():
                pass

    for _ in range(times):
        interrupted(work, rng.uniform(2e-5, 5e-4))
        assert modes.recording()
        assert not modes.zeros_are_strong()
