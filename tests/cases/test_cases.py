"""The adversarial cases, strict: each gives its expected answer."""

import numpy as np
import pytest
from run_cases import FAILURES, adapter, check, load, run_case

LATER_NUMPY = {"LA-59": "matvec"}  # what older versions of NumPy lack
CASES = [c for c in load() if hasattr(np, LATER_NUMPY.get(c["id"], "array"))]
SLOW = [c for c in CASES if c.get("slow")]
WAITING = {  # a function that has no rule yet -> the cases that need it
    "np.average": "RED-39",
    "np.corrcoef": "RED-41",
    "np.nanstd": "RED-23",
    "np.nanvar": "RED-24",
    "np.percentile": "KINK-45 RED-57",
    "np.quantile": "KINK-47",
    "np.unique": "IDX-71",
}  # fmt: skip
OUT_OF_SCOPE = {case: function for function, cases in WAITING.items() for case in cases.split()}


@pytest.fixture(scope="module")
def ours():
    return adapter("ours")


def rows(cases):
    """One parameter per case, named by its id."""
    return pytest.mark.parametrize("case", cases, ids=[c["id"] for c in cases])


@rows([c for c in CASES if not c.get("slow") and c["id"] not in OUT_OF_SCOPE])
def test_case(case, ours):
    """The expected answer, or another one that the contract permits."""
    check(case, ours)


@pytest.mark.slow
@rows(SLOW)
def test_slow_case(case, ours):
    """So do a million operations, and a million iterations."""
    check(case, ours)


@rows([c for c in CASES if c["id"] in OUT_OF_SCOPE])
def test_out_of_scope(case, ours):
    """What waits for a rule raises because of that function; once it passes it leaves the list."""
    status, detail = run_case(case, ours, strict=True)

    assert status in FAILURES, "it passes: take it off OUT_OF_SCOPE"
    assert OUT_OF_SCOPE[case["id"]] in detail


def test_out_of_scope_names_cases():
    """No id on the list is a misprint."""
    assert set(OUT_OF_SCOPE) <= {c["id"] for c in CASES}
