"""Convolutions: every mode, method and choice of axes."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

scipy_signal = pytest.importorskip("scipy.signal")
from autograd_core.scipy import signal  # noqa: E402

MODES = [{"mode": mode} for mode in ("full", "same", "valid")]

CASES = [
    case(signal.convolve, shapes=[(5,), (3,)], options=MODES),
    case(signal.convolve, shapes=[(2,), (5,)], options=MODES),
    case(signal.convolve, shapes=[(3, 4), (2, 3)], options=[
        {"mode": mode, "method": method}
        for mode in ("full", "same", "valid") for method in ("direct", "fft")]),
    case(signal.convolve, shapes=[(), ()]),
    case(signal.fftconvolve, shapes=[(5,), (4,)], options=MODES),
    case(signal.fftconvolve, shapes=[(2, 4, 3), (1, 3, 3)], options=[
        {"mode": mode, "axes": 1} for mode in ("full", "same", "valid")]),
    case(signal.fftconvolve, shapes=[(1, 4), (3, 2)], options=[{"axes": [-1], "mode": "same"}]),
    case(signal.fftconvolve, shapes=[(2, 4, 3), (2, 3, 2)], options=[{"axes": (2, 1)}]),
    case(signal.convolved, shapes=[(4,), (3,)], args=("full", "direct", (0,))),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_values_are_scipys():
    """The same names give the same arrays, of arrays and of Variables."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(6, 5)), rng.normal(size=(3, 4))
    for name in ("convolve", "fftconvolve"):
        for mode in ("full", "same", "valid"):
            expected = getattr(scipy_signal, name)(a, b, mode)
            np.testing.assert_array_equal(getattr(signal, name)(a, b, mode), expected)
            found = getattr(signal, name)(ac.Variable(a), b, mode)
            np.testing.assert_array_equal(found.detach(), expected)


@pytest.mark.parametrize("wrap", [lambda x: x, ac.Variable], ids=["array", "Variable"])
def test_errors_are_scipys(wrap):
    """Other numbers of dimensions, unknown modes, operands that do not cover each other."""
    a = wrap(np.ones((3, 2)))
    with pytest.raises(ValueError, match="dimensionality"):
        signal.convolve(a, np.ones(3))
    with pytest.raises(ValueError, match="mode"):
        signal.fftconvolve(a, np.ones((2, 2)), "wrong")
    with pytest.raises(ValueError, match="at least as large"):
        signal.fftconvolve(a, np.ones((2, 3)), "valid")


@pytest.mark.slow
def test_against_jax():
    """The gradients are those of jax.scipy.signal."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    peer = pytest.importorskip("jax.scipy.signal")
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(5, 4)), rng.normal(size=(3, 2))
    for mode in ("full", "same", "valid"):
        ours = ac.grad(lambda a, b: (signal.convolve(a, b, mode) ** 3).sum(), (0, 1))(a, b)
        theirs = jax.grad(lambda a, b: (peer.convolve(a, b, mode) ** 3).sum(), (0, 1))(a, b)
        for x, y in zip(ours, theirs):
            np.testing.assert_allclose(x, np.asarray(y), rtol=1e-11, atol=1e-11)
