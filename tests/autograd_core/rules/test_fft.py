"""Fourier transforms: odd and even lengths, cut and padded, every norm, repeated axes."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

ONE_AXIS = [
    {}, {"n": 3}, {"n": 4}, {"n": 7}, {"axis": 0}, {"axis": 0, "n": 5, "norm": "ortho"},
    {"norm": "forward"}, {"norm": "backward", "n": 6},
]  # fmt: skip
SEVERAL = [
    {}, {"s": (3, 4)}, {"axes": (0,), "norm": "ortho"}, {"axes": (1, 0)}, {"axes": (0, 0)},
    {"s": (5, 2), "axes": (-1, -2), "norm": "forward"}, {"s": (-1, 6), "axes": (0, 1)},
]  # fmt: skip
DTYPES = ("float32", "longdouble")  # NumPy computes half precision in single

CASES = [
    case(np.fft.fft, shapes=[(2, 5)], options=ONE_AXIS, dtypes=DTYPES),
    case(np.fft.ifft, shapes=[(2, 5)], options=ONE_AXIS, dtypes=DTYPES),
    case(np.fft.rfft, shapes=[(2, 5)], options=ONE_AXIS, dtypes=DTYPES, complex=None),
    case(np.fft.irfft, shapes=[(3, 5)], options=ONE_AXIS, dtypes=DTYPES),
    case(np.fft.hfft, shapes=[(3, 5)], options=ONE_AXIS, dtypes=DTYPES),
    case(np.fft.ihfft, shapes=[(2, 5)], options=ONE_AXIS, dtypes=DTYPES, complex=None),
    case(np.fft.fft2, shapes=[(3, 4)], options=SEVERAL, dtypes=DTYPES),
    case(np.fft.ifft2, shapes=[(3, 4)], options=SEVERAL, dtypes=DTYPES),
    case(np.fft.fftn, shapes=[(2, 3, 2)], options=[{}, {"axes": (0, 2, 0)}, {"axes": (1, 2)}],
         dtypes=DTYPES),
    case(np.fft.ifftn, shapes=[(2, 3, 2)], options=[{}, {"axes": (0, 2)}], dtypes=DTYPES),
    case(np.fft.rfft2, shapes=[(3, 4)], options=SEVERAL, dtypes=DTYPES, complex=None),
    case(np.fft.rfftn, shapes=[(2, 3, 2)], options=[{}, {"axes": (2, 0)}], dtypes=DTYPES,
         complex=None),
    case(np.fft.irfft2, shapes=[(3, 4)], options=SEVERAL, dtypes=DTYPES),
    case(np.fft.irfftn, shapes=[(2, 3, 2)], options=[{}, {"axes": (1, 0)}], dtypes=DTYPES),
    case(np.fft.fftshift, shapes=[(2, 5)], options=[{}, {"axes": 1}, {"axes": (0, 1)}]),
    case(np.fft.ifftshift, shapes=[(2, 5)], options=[{}, {"axes": 1}, {"axes": (0, 1)}]),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_a_real_signal_has_a_real_gradient():
    """Of its dtype, through a spectrum and back."""
    x = np.random.default_rng(0).normal(size=6).astype("f4")
    g = ac.grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(x)

    assert g.dtype == np.float32
    np.testing.assert_allclose(g, 12 * x, rtol=1e-5)  # Parseval


@pytest.mark.parametrize("call", [
    lambda x: np.fft.fft(x, 0),
    lambda x: np.fft.fftn(x, (2,), (0, 1)),
    lambda x: np.fft.fft(x, norm="none"),
    lambda x: np.fft.rfft(x, axis=3),
])  # fmt: skip
def test_impossible_calls_are_numpys_errors(call):
    """The same error, with the same text."""
    with pytest.raises((ValueError, IndexError)) as expected:
        call(np.ones((2, 3)))

    with pytest.raises(type(expected.value)) as actual:
        call(ac.Variable(np.ones((2, 3))))
    assert str(actual.value) == str(expected.value)


def test_the_result_may_be_written_into_a_variable():
    """out= rebinds it."""
    x, out = ac.Variable(np.ones(4)), ac.Variable(np.zeros(4, complex), requires_grad=False)
    np.fft.fft(x, out=out)
    np.real(out[0]).backward()

    assert list(x.grad) == [1, 1, 1, 1]
