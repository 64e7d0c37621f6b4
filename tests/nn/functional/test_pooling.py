"""Pooling as functions: values by hand, options and errors."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

IMAGE = np.arange(16.0).reshape(1, 1, 4, 4)


def test_arrays_give_arrays():
    """Without a Variable the result is an array."""
    assert type(F.max_pool2d(IMAGE, 2)) is np.ndarray
    assert type(F.avg_pool2d(IMAGE, 2)) is np.ndarray


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1.0, 3.0]),
        ({"ceil_mode": True}, [1.0, 3.0, 4.0]),
        ({"padding": 1}, [0.0, 2.0, 4.0]),
        ({"stride": 1}, [1.0, 2.0, 3.0, 4.0]),
        ({"dilation": 3}, [3.0]),
    ],
)
def test_max_options(options, expected):
    """Stride, padding, dilation and the last window."""
    assert F.max_pool1d(np.arange(5.0)[None, None], 2, **options).ravel().tolist() == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1.0, 4.0]),
        ({"ceil_mode": True}, [1.0, 4.0, 6.0]),
        ({"padding": 1, "ceil_mode": True}, [1 / 3, 3.0, 11 / 3]),
        ({"padding": 1, "ceil_mode": True, "count_include_pad": False}, [0.5, 3.0, 5.5]),
    ],
)
def test_mean_options(options, expected):
    """What counts among the values of a window."""
    found = F.avg_pool1d(np.arange(7.0)[None, None], 3, **options).ravel()

    np.testing.assert_allclose(found, expected)


def test_float32_is_kept():
    """Divisors are numbers or arrays of the images' dtype."""
    x = IMAGE.astype(np.float32)

    for pooled in (
        F.avg_pool2d(x, 3, padding=1, count_include_pad=False),
        F.adaptive_avg_pool2d(x, 3),
        F.max_pool2d(x, 3, padding=1),
    ):
        assert pooled.dtype == np.float32


def test_adaptive_of_a_divisor_is_plain():
    """Where the size divides the image's, the windows are those of avg_pool2d."""
    np.testing.assert_allclose(F.adaptive_avg_pool2d(IMAGE, 2), F.avg_pool2d(IMAGE, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.max_pool2d(IMAGE, 3, padding=2), "padding (2, 2) for windows of size (3, 3)"),
        (lambda: F.avg_pool2d(IMAGE, 2, padding=2), "above half a window"),
        (lambda: F.max_pool2d(IMAGE, 0), "kernel_size=0"),
        (lambda: F.max_pool2d(IMAGE, 2, stride=0), "stride=0"),
        (lambda: F.adaptive_avg_pool2d(IMAGE, (1, 2, 3)), "output_size="),
        (lambda: F.max_pool2d(IMAGE, 5), "windows of size (5, 5), larger than images of size (4"),
        (lambda: F.max_pool2d(IMAGE[0], 2), "needs images of shape (N, C, H, W)"),
        (lambda: F.global_avg_pool2d(np.ones((2, 3))), "it got shape (2, 3)"),
        (lambda: F.max_pool1d(IMAGE, 2), "needs signals of shape (N, C, L)"),
    ],
)
def test_errors(call, message):
    """Each refusal says what it got."""
    with pytest.raises((ac.ShapeError, ac.ArgumentError)) as caught:
        call()

    assert message in str(caught.value)
    assert caught.value.hint
