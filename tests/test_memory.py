"""Peak memory of a sweep: a constant number of layers above what the tape has kept."""

import gc
import tracemalloc

import numpy as np
import pytest

from autograd_core import Variable

WIDTH = 20_000
LAYER = 8 * WIDTH  # bytes


def peak(layers, layer):
    """(kept before the sweep, highest during it) in layers, for a chain of that many."""
    v = Variable(np.linspace(-1.0, 1.0, WIDTH))
    (layer(v).sum()).backward()  # what is made once in a process is there
    v.grad = None
    gc.collect()
    tracemalloc.start()
    try:
        h = v
        for _ in range(layers):
            h = layer(h)
        loss = h.sum()
        del h
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        loss.backward()
        return kept / LAYER, tracemalloc.get_traced_memory()[1] / LAYER
    finally:
        tracemalloc.stop()


def written(h):
    """Views and a write."""
    h = h * 1.0
    h[: WIDTH // 2] *= 0.5
    return np.tanh(h)


CHAINS = {
    "tanh": (lambda h: np.tanh(h), 1),
    "a product with itself": (lambda h: h * h, 1),
    "two branches": (lambda h: np.sin(h) + np.cos(h), 2),
    "a reversal": (lambda h: np.tanh(h[::-1]), 1),
    "writes": (written, 4),
    "a sum": (lambda h: h + 1.0, 0),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_sweep_takes_a_few_layers_more(name):
    """Twice as deep, the same number of layers above what was kept."""
    layer, most = CHAINS[name]
    shallow, deep = peak(10, layer), peak(40, layer)

    assert deep[0] <= 40 * most + 1.5, "the tape keeps more than its rules name"
    for kept, highest in (shallow, deep):
        assert highest - kept <= 5.5, "the sweep piles up cotangents"


def test_what_was_kept_is_released_on_the_way():
    """Half way through, half is gone: a second tape fits beside the rest."""
    v = Variable(np.linspace(-1.0, 1.0, WIDTH))
    gc.collect()
    tracemalloc.start()
    try:
        h, seen = v * 1.0, []
        for k in range(40):
            h = np.tanh(h)
            if k == 20:
                h.register_hook(lambda g: seen.append(tracemalloc.get_traced_memory()[0] / LAYER))
        loss = h.sum()
        del h
        kept = tracemalloc.get_traced_memory()[0] / LAYER
        loss.backward()
    finally:
        tracemalloc.stop()

    assert kept >= 40
    assert seen[0] <= kept - 17
