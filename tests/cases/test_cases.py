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
    "np.fft.fft": "FFT-02 FFT-04 FFT-15 CX-11",
    "np.fft.fft2": "FFT-13",
    "np.fft.fftn": "FFT-21",
    "np.fft.ifft2": "FFT-22",
    "np.fft.ihfft": "FFT-19",
    "np.fft.irfft": "FFT-10 FFT-11 FFT-12",
    "np.fft.rfft": "HS-rfft",
    "np.fft.rfftn": "FFT-14",
    "np.gradient": "RED-44 RED-45 HS-gradient",
    "np.interp": "KINK-53",
    "np.linalg.cholesky": "LA-14 HS-chol",
    "np.linalg.det": "LA-02 LA-03 LA-39 LA-48 LA-49 CX-21 HS-det",
    "np.linalg.diagonal": "LA-58",
    "np.linalg.eigh": "LA-16 LA-18 LA-19 HS-eigvalsh",
    "np.linalg.eigvals": "LA-21 CX-16",
    "np.linalg.eigvalsh": "LA-20 CX-22",
    "np.linalg.inv": "LA-40 HS-inv",
    "np.linalg.matrix_power": "LA-32",
    "np.linalg.multi_dot": "LA-35",
    "np.linalg.norm": "KINK-20 NORM-01 NORM-02 NORM-08 NORM-10 NORM-11 NORM-12 NORM-20 RED-56 "
    "LA-42 LA-57 FPE-03",
    "np.linalg.pinv": "LA-29",
    "np.linalg.qr": "LA-37",
    "np.linalg.slogdet": "LA-06 LA-55",
    "np.linalg.solve": "AL-08 LA-09 CX-10 HS-solve",
    "np.linalg.svd": "LA-22 LA-24 LA-25 LA-26 HS-svdvals",
    "np.linalg.tensorinv": "LA-45",
    "np.linalg.tensorsolve": "LA-46",
    "np.nanstd": "RED-23",
    "np.nanvar": "RED-24",
    "np.percentile": "KINK-45 RED-57",
    "np.polyval": "RED-49",
    "np.quantile": "KINK-47",
    "np.trapezoid": "RED-46",
    "np.unique": "IDX-71",
    "np.unwrap": "RED-48",
    "np.vander": "RED-50",
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
