"""Copies: every change is seen, and nothing else."""

import numpy as np
import pytest

from autograd_core import Variable
from autograd_core.diagnostics.writes import Copies


@pytest.mark.parametrize("index", [0, 1, 777, 4999, 9999])
def test_each_entry_counts(index):
    """The error names the operation, its line, and how many entries differ."""
    factor = np.ones(10_000)
    view = factor[:]
    copies = Copies((Variable(np.ones(10_000)) * factor).node)
    assert copies.change("multiply", "a.py:1") is None

    view[index] = 2.0
    error = copies.change("multiply", "a.py:1")
    assert "(10000,) that multiply" in error.what
    assert error.__notes__[-1] == "  multiply was recorded at a.py:1; 1 of 10000 entries differ"


def test_lists_and_pairs_are_copied():
    """What an operation keeps of several operands."""
    x, factor = Variable(np.ones(3)), Variable(np.ones(3))
    copies = Copies((x * factor).node)
    assert len(copies.pairs) == 2


def test_nan_is_itself():
    """An array with nan is unchanged if it is the same."""
    values = np.array([np.nan, 1.0])
    assert Copies((Variable([1.0, 2.0]) * values).node).change("multiply", "") is None
