"""What the engine says when it refuses: every sentence has its three parts."""

import inspect

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import refusals

SAMPLES = {
    "shape": (2, 3),
    "expected": (3,),
    "dtype": np.dtype(int),
    "values": np.array([1.0, np.nan]),
    "value": True,
    "name": "w",
    "call": "float()",
    "what": "+= ...",
}
REFUSALS = [
    (name, f)
    for name, f in inspect.getmembers(refusals, inspect.isfunction)
    if f.__module__ == refusals.__name__ and not name.startswith("_")
]


def made(function):
    """An error, of sample arguments."""
    parameters = inspect.signature(function).parameters
    return function(*[SAMPLES.get(p, "w") for p in parameters])


@pytest.mark.parametrize(("name", "function"), REFUSALS, ids=[n for n, _ in REFUSALS])
def test_what_why_and_what_to_do(name, function):
    """Each is an error of ours, with a hint, in at most six lines, and says when it is raised."""
    error = made(function)

    assert isinstance(error, (ac.AutogradError, ValueError))
    assert function.__doc__
    if isinstance(error, ac.AutogradError):
        assert error.hint
        assert error.why
        assert error.what[0].isupper() or error.what[0].islower()
        assert str(error).count("\n") <= 5
