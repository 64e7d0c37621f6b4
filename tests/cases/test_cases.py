"""The adversarial cases, strict: each gives its expected answer."""

import numpy as np
import pytest
from run_cases import adapter, check, load

LATER_NUMPY = {"LA-59": "matvec"}  # what older versions of NumPy lack
CASES = [c for c in load() if hasattr(np, LATER_NUMPY.get(c["id"], "array"))]
SLOW = [c for c in CASES if c.get("slow")]


@pytest.fixture(scope="module")
def ours():
    return adapter("ours")


def rows(cases):
    """One parameter per case, named by its id."""
    return pytest.mark.parametrize("case", cases, ids=[c["id"] for c in cases])


@rows([c for c in CASES if not c.get("slow")])
def test_case(case, ours):
    """The expected answer, or another one that the contract permits."""
    check(case, ours)


@pytest.mark.slow
@rows(SLOW)
def test_slow_case(case, ours):
    """So do a million operations, and a million iterations."""
    check(case, ours)
