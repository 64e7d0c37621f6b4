"""The functions of formulas: found by the names people use, and none that does harm."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.commandline.vocabulary import (
    BECAUSE,
    FORBIDDEN,
    OTHERS,
    candidates,
    function,
    has_steps,
    joined,
    names,
    unknown,
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("sin", np.sin),
        ("np.sin", np.sin),
        ("numpy.sin", np.sin),
        ("math.sin", np.sin),
        ("abs", np.absolute),
        ("norm", np.linalg.norm),
        ("linalg.norm", np.linalg.norm),
        ("np.linalg.norm", np.linalg.norm),
        ("fft", np.fft.fft),
        ("fft.fft", np.fft.fft),
        ("np.fft.rfft", np.fft.rfft),
        ("multiply.outer", np.multiply.outer),
    ],
)
def test_a_function_is_found(name, meant):
    """With and without its module, a function of NumPy is found."""
    assert function(name) == meant


@pytest.mark.parametrize("name", ["erf", "special.erf", "scipy.special.erf"])
def test_special_functions_are_found(name):
    """The ufuncs of scipy.special are known too."""
    special = pytest.importorskip("scipy.special")
    assert function(name) is special.erf


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_what_does_harm_is_refused(kind):
    """Functions with rules that read or write something are not for formulas, and it says why."""
    assert set(FORBIDDEN) == set(BECAUSE)
    for name in FORBIDDEN[kind]:
        assert hasattr(np, name)
        with pytest.raises(ac.ArgumentError, match="may not call") as error:
            function(f"np.{name}")
        assert error.value.why == BECAUSE[kind]


@pytest.mark.parametrize(
    "name",
    [
        "np.load",
        "np.random.normal",
        "np.lib.format.open_memmap",
        "np.add.at",
        "np.memmap",
        "np.vectorize",
        "np.frompyfunc",
        "np.core",
        "np.__dict__",
        "np._core",
        "os.system",
        "eval",
        "print",
        "open",
        "np.linalg.linalg",
        "np.show_config",
        "np.test",
        "np.fft.fft.fft",
    ],
)
def test_nothing_else_is_a_function(name):
    """What has no rule cannot be called, whatever module it is in."""
    with pytest.raises(ac.ArgumentError):
        function(name)


def test_every_function_of_a_formula_has_a_rule():
    """All that the names lead to is differentiable or constant, and public."""
    for name in names():
        try:
            found = function(name)
        except ac.ArgumentError:
            continue
        if found is not joined:
            assert ac.supported(found).status in ("differentiable", "constant"), name


def test_an_unknown_name_has_near_ones():
    """Misspelled and foreign names bring what was meant."""
    assert "sin" in unknown("sni").hint.split(", ")
    assert "cholesky" in unknown("linalg.choleski").hint
    assert unknown("ln").hint == "log"
    hints = [hint.partition("(")[0] for hint in OTHERS.values()]
    assert [h for h in hints if not candidates(h) and not h.startswith("special.")] == []


def test_lists_become_arrays():
    """Lists of numbers give an array; one with a Variable in it a Variable that has a path."""
    assert joined([[1.0, 2.0], [3.0, 4.0]]).shape == (2, 2)
    x = ac.Variable(2.0)
    out = joined([[x, 1.0], [0.0, x]])
    out.sum().backward()
    assert x.grad == 2.0


def test_steps_are_known():
    """Functions that are constant between jumps are told from smooth ones."""
    assert [has_steps(np.floor), has_steps(np.mod), has_steps(np.argmax)] == [True] * 3
    assert [has_steps(np.sin), has_steps(np.abs), has_steps(np.sort)] == [False] * 3
