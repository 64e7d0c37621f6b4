"""What a formula may cost."""

import sys

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.commandline.bounds import BITS, bounded, bounded_memory, computing, power


@pytest.mark.parametrize(
    ("base", "exponent"), [(2, 10), (-3, 5), (1, 10**9), (-1, 10**9 + 1), (0, 10**9), (2, -1)]
)
def test_powers_are_pythons(base, exponent):
    """A power of whole numbers that fits is exact."""
    assert power(base, exponent) == base**exponent


@pytest.mark.parametrize(("base", "exponent"), [(9, 9**9), (2, 10**30), (10**300, 10**300)])
def test_astronomical_powers_are_refused(base, exponent):
    """What no floating-point number could hold is refused before it is computed."""
    with pytest.raises(ac.ArgumentError, match="is too large"):
        power(base, exponent)


def test_whole_numbers_are_bounded():
    """Up to the largest floating-point number, whole numbers pass."""
    assert bounded(2**BITS - 1) == 2**BITS - 1
    assert bounded(2.0) == 2.0
    with pytest.raises(ac.ArgumentError, match="too large"):
        bounded(2**BITS)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a\nb"),
        TypeError(""),
        ZeroDivisionError("division by zero"),
        IndexError("5"),
        np.linalg.LinAlgError("Singular matrix"),
        RecursionError("deep"),
        AssertionError(),
    ],
    ids=repr,
)
def test_errors_of_computing_become_messages(error):
    """Whatever NumPy raises is an ArgumentError of one line of reasons."""
    with pytest.raises(ac.ArgumentError) as found, computing():
        raise error
    assert type(error).__name__ in found.value.why
    assert "\n" not in found.value.why
    assert found.value.__cause__ is error


def test_errors_of_ours_keep_their_texts():
    """What, why and hint of the library's own errors are passed on."""
    with pytest.raises(ac.ArgumentError) as found, computing():
        raise ac.NoRuleError("What.", "why.", "hint")
    assert (found.value.what, found.value.why, found.value.hint) == ("What.", "why.", "hint")


def test_an_interrupt_is_passed_on():
    """Ctrl-C is no error of a formula."""
    with pytest.raises(KeyboardInterrupt), computing():
        raise KeyboardInterrupt


def test_nothing_is_warned_of():
    """Infinities and nans are results."""
    with computing():
        assert np.isinf(np.float64(1.0) / np.zeros(1))[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs limits of address space")
def test_memory_is_bounded_and_given_back():
    """Beyond the bound an array is refused at once; afterwards all is as before."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(ac.ArgumentError, match="too much memory"), computing():
        np.ones(10**9)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    with bounded_memory(2**28):
        assert np.ones(10**6).sum() == 10**6
        with pytest.raises(MemoryError):
            np.ones(10**8)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_system_without_limits_computes(monkeypatch):
    """Where there is no such limit, the block runs without."""
    monkeypatch.setitem(sys.modules, "resource", None)
    with bounded_memory(1):
        assert np.ones(10**6).sum() == 10**6
