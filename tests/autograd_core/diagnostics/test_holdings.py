"""tape_stats: what it counts is what is there."""

import tracemalloc

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Variable
from autograd_core.diagnostics import holdings


def test_operations_leaves_and_constants():
    """Each counts once; a number, an array and an untracked Variable are constants."""
    x, w = Variable(np.ones(3)), Variable(np.ones(3))
    shift = Variable(np.ones(3), requires_grad=False)
    y = np.sum(np.tanh(x * w + shift) * 2.0 + x)

    stats = ac.tape_stats(y)
    assert (stats.operations, stats.parameters, stats.constants) == (6, 2, 2)
    assert stats.longest_path == 6
    assert stats.released == 0


def test_an_operation_with_several_results_counts_once():
    """Its results are no operations of their own, nor steps of a path."""
    x = Variable(np.ones(6))
    first, second = np.split(x, 2)

    stats = ac.tape_stats((first * second).sum())
    assert (stats.operations, stats.longest_path) == (3, 3)


def test_lists_of_operands_and_pullbacks():
    """Of joined arrays those without gradient are constants; of other operands too."""
    x, plain = Variable(np.ones(3)), np.ones(3)
    assert ac.tape_stats(np.concatenate([x, plain, plain]).sum()).constants == 2
    matrix = Variable(np.eye(3))
    assert ac.tape_stats(np.linalg.solve(matrix, plain).sum()).constants == 1
    assert ac.tape_stats(np.linalg.solve(matrix, x).sum()).constants == 0


def test_a_constant_that_is_kept_twice_counts_once():
    """A large array is the same one for all operations that keep it."""
    x, factor = Variable(np.ones(10_000)), np.ones(10_000)

    stats = ac.tape_stats((x * factor + np.sin(x) * factor).sum())
    assert stats.constants == 1


def test_buffers_count_once_and_leaves_not():
    """Two operations keep tanh(x), another a view of it; x is held by its leaf anyway."""
    x = Variable(np.ones((100, 100)))
    y = np.tanh(x)
    loss = np.sum(y * y[::-1]) + np.sum(x * x)

    stats = ac.tape_stats(loss)
    assert stats.arrays == 1
    assert stats.bytes == 80_000
    assert stats.largest == ("tanh", "", (100, 100), "float64", 80_000)


def test_what_functions_of_the_user_keep_is_found():
    """Attributes of a Function, and leased arrays."""

    class Scaled(ac.Function):
        def forward(self, x):
            self.factor = np.full(5000, 2.0)
            return x * self.factor

        def backward(self, g):
            return g * self.factor

    stats = ac.tape_stats(Scaled()(Variable(np.ones(5000))).sum())
    assert stats.arrays >= 1
    assert stats.largest[0] == "Scaled"
    leased = ac.tape_stats((Variable(np.ones(10_000)) * np.ones(10_000)).sum())
    assert leased.bytes == 80_000


def test_a_released_graph_says_so():
    """The structure stays, what was kept is gone."""
    x = Variable(np.ones(10_000))
    y = np.sum(np.tanh(x))
    y.backward()

    stats = ac.tape_stats(y)
    assert (stats.operations, stats.released, stats.arrays, stats.bytes) == (2, 2, 0, 0)
    assert "released: 2 of them keep nothing; backward() has run" in repr(stats)


def test_leaves_and_constants_have_no_operations():
    """Zeros, and no division by them."""
    assert ac.tape_stats(Variable(1.0)).operations == 0
    assert ac.tape_stats(Variable(1.0)).parameters == 1
    stats = ac.tape_stats(Variable(1.0, requires_grad=False))
    assert (stats.parameters, stats.longest_path, stats.bytes_per_operation) == (0, 0, 0.0)
    assert repr(stats).startswith("0 operations, 0 parameters, 0 constants; longest path 0")


def test_the_report():
    """Word for word."""
    x = Variable(np.ones((256, 512)))

    text = repr(ac.tape_stats(np.mean((np.tanh(x) - 1.0) ** 2)))
    lines = text.splitlines()
    assert lines[0] == "4 operations, 1 parameter, 2 constants; longest path 4"
    assert lines[1] == (
        "held for backward: 2.0 MiB in 2 arrays; largest: tanh, (256, 512) float64, 1.0 MiB"
    )
    assert lines[2].startswith("bookkeeping: ")
    assert lines[2].endswith(" bytes per operation")


@pytest.mark.parametrize("watch", [ac.debug, ac.recording])
def test_the_scope_of_the_largest(watch):
    """It is named where somebody has noted scopes: the path of a layer, or a name_scope."""
    model = nn.Sequential({"hidden": nn.Sequential(nn.Linear(50, 100), nn.Tanh())})
    with watch():
        loss = np.mean(model(np.ones((200, 50))) ** 2)
    assert "; largest: tanh in 'hidden.1', (200, 100) float64" in repr(ac.tape_stats(loss))
    x = Variable(np.ones((100, 100)))
    with watch(), ac.name_scope("wave"):
        loss = np.sum(np.tanh(x))
    assert ac.tape_stats(loss).largest[:2] == ("tanh", "wave")


def test_bookkeeping_is_what_python_allocates():
    """Within a third of what tracemalloc sees, for a long chain of numbers."""
    x = Variable(0.5)
    (np.sin(x) * 1.0).backward()
    tracemalloc.start()
    try:
        before, y = tracemalloc.get_traced_memory()[0], x
        for _ in range(3000):
            y = np.sin(y) * 1.01
        allocated = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    stats = ac.tape_stats(y)
    assert stats.operations == 6000
    assert 0.67 * allocated < stats.bookkeeping < 1.33 * allocated


def test_deep_graphs_and_many_paths():
    """A hundred thousand operations in a row, and 2⁶⁰ paths, are counted at once."""
    y = x = Variable(1.0)
    for _ in range(100_000):
        y = y + 1.0
    assert ac.tape_stats(y).longest_path == 100_000
    y = x
    for _ in range(60):
        y = y + y
    assert ac.tape_stats(y).operations == 60


def test_only_variables():
    """A number has no graph."""
    with pytest.raises(ac.ArgumentError, match="tape_stats"):
        ac.tape_stats(1.0)


def test_sizes():
    """In binary units, as memory is counted."""
    assert [holdings._size(n) for n in (0, 1023, 1536, 2**31)] == [
        "0 bytes", "1023 bytes", "1.5 KiB", "2.0 GiB",
    ]  # fmt: skip


def test_a_view_is_counted_with_the_writes_it_has_not_seen():
    """As backward() would pass them."""
    x = Variable([1.0, 2.0, 3.0])
    y = x * 2.0
    view = y[:1]
    y[0] = 5.0

    assert ac.tape_stats(view).operations == 3
