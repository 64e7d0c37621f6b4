"""What every test must leave as it found it."""

import gc
import threading

import pytest

from autograd_core import leases, modes

pytest.register_assert_rewrite("harness")


def pytest_collection_modifyitems(items):
    """A test has the same name in every process, so that several can share the tests."""
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"{item.nodeid} has an address in its name: give it ids=")


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    """Modes at their defaults, no array leased, no thread more than before."""
    threads = threading.active_count()
    yield
    assert modes.recording(), "gradients are still off"
    assert not modes.zeros_are_strong(), "strong_zeros is still on"
    if leases._locks:
        gc.collect()  # a traceback may hold a tape
    assert not leases._locks, "an array is still leased"
    assert threading.active_count() <= threads, "a thread is still running"
