"""What a tape may keep of arrays that others can write: a copy, the array itself, or a lease."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, leases

LARGE = 5000  # float64 numbers: beyond what is copied rather than leased


def test_a_small_constant_is_copied():
    """Overwriting it after it was recorded does no harm."""
    v, a = Variable([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    y = (v * a).sum()
    a[:] = [198, 4, 6]

    y.backward()
    assert v.grad.tolist() == [2.0, 4.0, 6.0]


def test_a_large_constant_is_leased_until_the_sweep():
    """NumPy refuses the write at the line that tries it."""
    v, a = Variable(np.ones(LARGE)), np.full(LARGE, 2.0)
    y = (v * a).sum()

    with pytest.raises(ValueError, match="read-only"):
        a[0] = 5
    y.backward()
    a[0] = 5
    assert v.grad[0] == 2.0


def test_a_lease_ends_when_the_graph_is_dropped():
    """Without a sweep too."""
    v, a = Variable(np.ones(LARGE)), np.full(LARGE, 2.0)
    y = (v * a).sum()
    del y
    a[0] = 5

    assert v.tolist()


def test_a_lease_covers_the_bases():
    """Writing through the base of a leased view is refused."""
    v, base = Variable(np.ones(LARGE)), np.ones(2 * LARGE)
    y = (v * base[:LARGE]).sum()

    with pytest.raises(ValueError, match="read-only"):
        base[0] = 5
    del y
    base[0] = 5


def test_an_array_that_was_read_only_stays_so():
    """Only flags that a lease has cleared are set again."""
    v, a = Variable(np.ones(LARGE)), np.ones(LARGE)
    a.flags.writeable = False
    y = (v * a).sum()
    y.backward()

    assert not a.flags.writeable


def test_a_write_through_an_older_view_is_found():
    """A view made before the lease is out of its reach; the sample of entries finds the write."""
    v, a = Variable(np.ones(LARGE)), np.full(LARGE, 2.0)
    view = a[:]
    y = (v * a).sum()
    view[:] = 7.0

    with pytest.raises(ac.MutationError):
        y.backward()
    assert v.grad is None


def test_a_lease_ends_after_an_exception():
    """A sweep that fails leaves no array read-only."""
    v, a = Variable(np.ones(LARGE)), np.full(LARGE, 2.0)

    def failing():
        y = (v * a).sum()
        y.backward(np.ones(3))

    with pytest.raises(ac.ShapeError):
        failing()
    gc.collect()
    a[0] = 1.0
    assert a[0] == 1.0


def test_two_threads_lease_one_array():
    """A lease is counted: the array is free when the last of them is gone."""
    a, barrier = np.ones(LARGE), threading.Barrier(2)

    def run(k):
        v = Variable(np.ones(LARGE))
        y = (v * a).sum()
        barrier.wait()
        assert not a.flags.writeable
        barrier.wait()
        y.backward()
        return v.grad.sum()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [LARGE, LARGE]
    assert a.flags.writeable


def test_what_is_kept_of_an_array():
    """Up to 32 KiB a copy; read-only down its chain of bases, itself; else a lease."""
    small, large = np.ones(4096), np.ones(4097)
    frozen = np.ones(LARGE)
    frozen.flags.writeable = False
    half_frozen = np.ones(LARGE)[:]
    half_frozen.flags.writeable = False

    assert not np.shares_memory(leases.keep(small), small)
    assert leases.keep(frozen) is frozen
    assert isinstance(leases.keep(half_frozen), leases.Lease)
    lease = leases.keep(large)
    assert isinstance(lease, leases.Lease)
    assert not large.flags.writeable
    del lease
    assert large.flags.writeable


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("entry", [0, -1])
def test_the_sample_holds_the_first_and_the_last_entry(order, entry):
    """In any layout."""
    a = np.array(np.ones((40, 50)), order=order)
    view = a.view()
    lease = leases.Lease(a)
    assert lease.unchanged()
    view.flat[entry] = 5.0

    assert not lease.unchanged()


def test_the_sample_of_a_strided_array():
    """64 entries, whatever the strides."""
    base = np.ones((80, 100))
    view = base[:]
    lease = leases.Lease(base[::2, ::-2])
    assert lease.unchanged()
    view[:] = 2.0

    assert not lease.unchanged()
