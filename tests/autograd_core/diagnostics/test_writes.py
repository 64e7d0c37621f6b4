"""Copies: every change is seen, and nothing else."""

import gc

import numpy as np
import pytest

from autograd_core import Variable
from autograd_core.diagnostics.writes import Copies, Sentry


@pytest.mark.parametrize("index", [0, 1, 777, 4999, 9999])
def test_each_entry_counts(index):
    """The error names the operation, its line, and how many entries were changed since when."""
    factor, sentry = np.ones(10_000), Sentry()
    view = factor[:]
    copies = Copies((Variable(np.ones(10_000)) * factor).node, sentry, "a.py:1")
    sentry.look("a.py:2")
    assert copies.change("multiply") is None

    view[index] = 2.0
    sentry.look("a.py:4")
    sentry.look("a.py:5")
    error = copies.change("multiply")
    assert "(10000,) that multiply" in error.what
    assert error.__notes__[-2:] == [
        "  multiply was recorded at a.py:1",
        "  1 of 10000 entries changed after a.py:2 and before a.py:4",
    ]


def test_pairs_are_copied():
    """What an operation keeps of two operands."""
    x, factor = Variable(np.ones(3)), Variable(np.ones(3))
    assert len(Copies((x * factor).node, Sentry(), "").copies) == 2


def test_an_array_is_copied_once():
    """However many operations keep it; again if it was changed between them."""
    x, factor, sentry = Variable(np.ones(10_000)), np.ones(10_000), Sentry()
    view = factor[:]
    first, second = x * factor, np.sin(x) * factor
    one, two = Copies(first.node, sentry, "a.py:1"), Copies(second.node, sentry, "a.py:2")
    shared = [copy for copy in one.copies if copy.lent]
    assert shared == [copy for copy in two.copies if copy.lent]

    view[5] = 2.0
    third = np.cos(x) * factor
    three = Copies(third.node, sentry, "a.py:3")
    assert three.change("multiply") is None
    assert one.change("multiply") is not None


def test_copies_go_with_the_tape():
    """The sentry keeps nothing alive."""
    sentry = Sentry()
    copies = Copies((Variable(np.ones(10_000)) * np.ones(10_000)).node, sentry, "")
    assert len(sentry.copies) == 1
    del copies
    gc.collect()
    assert len(sentry.copies) == 0


def test_nan_is_itself():
    """An array with nan is unchanged if it is the same; nan in place of a number is a change."""
    values = np.array([np.nan, 1.0])
    copies = Copies((Variable([1.0, 2.0]) * values).node, Sentry(), "")
    assert copies.change("multiply") is None
    copies.copies[0].array[1] = np.nan
    assert "1 of 2 entries changed" in copies.change("multiply").__notes__[-1]
