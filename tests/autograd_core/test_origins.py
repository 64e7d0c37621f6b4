"""Notes of where values leave the tape: nothing is kept alive, nothing is mistaken."""

import gc
import subprocess
import sys
import weakref

import numpy as np

import autograd_core as ac
from autograd_core import Variable, origins


def test_nothing_is_noted_while_nobody_watches():
    """A detached value has no origin outside of debug()."""
    w = Variable([1.0, 2.0])
    assert origins.origin_of((w * 2).detach()) is None


def test_recording_notes_them_in_a_new_program():
    """Though diagnostics is read when it is first asked for."""
    code = """
import autograd_core as ac
x = ac.Variable([1.0, 2.0])
with ac.recording():
    y = x.detach() * ac.Variable(2.0)
print(ac.why_no_grad(y, x).reason)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "detached\n"


def test_an_origin_names_the_leaves_behind():
    """Also through values that had lost their history before."""
    v, w = Variable([1.0, 2.0]), Variable([1.0, 2.0])
    with ac.debug():
        first = (v * w).detach()
        second = (first * w).detach()
    origin = origins.origin_of(second)

    assert origin.behind == {v.node.number, w.node.number}
    assert origin.reason == "detached"


def test_notes_keep_nothing_alive():
    """Neither the array that is noted nor the graph behind it."""
    w = Variable(np.ones(1000))
    with ac.debug():
        held = np.tanh(w * 2).numpy()
        alive = weakref.ref(held)
        count = len(origins._origins)
        del held
    gc.collect()

    assert alive() is None
    assert len(origins._origins) < count


def test_an_address_that_is_used_again_is_not_mistaken():
    """A new array where a noted one was has no origin."""
    w = Variable(np.ones(4))
    with ac.debug():
        for _ in range(100):
            w.numpy()
            assert origins.origin_of(np.ones(4)) is None


def test_notes_are_bounded():
    """Of numbers, which cannot be watched, the oldest are forgotten."""
    w = Variable(1.5)
    with ac.debug():
        held = [w.item() for _ in range(origins.MOST + 10)]

    assert origins.origin_of(held[0]) is None
    assert origins.origin_of(held[-1]).what == ".item()"
    assert len(origins._numbers) <= origins.MOST
    assert len(origins._exits) <= origins.MOST


def test_lines_of_the_library_are_not_the_users():
    """An optimizer reads .data at every step; that is nobody's mistake."""
    import nn

    layer = nn.Linear(2, 1, rng=0)
    optimizer = nn.SGD(layer, lr=0.1)
    with ac.debug():
        (layer(np.ones((3, 2))) ** 2).sum().backward()
        before = len(origins._exits)
        optimizer.step()
        assert len(origins._exits) == before
        layer.weight.numpy()
    leaf = frozenset([layer.weight.node.number])
    assert "test_origins.py" in origins.exits_of(leaf, 0)[0].place


def test_behind_walks_each_node_once():
    """A growing graph of which a number is read at each step takes linear time."""
    w = Variable(1.0)
    with ac.debug():
        y = w
        for _ in range(3000):
            y = y * 1.0
            y.item()
    assert origins.behind(y.node) == {w.node.number}
