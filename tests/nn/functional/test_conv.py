"""Convolution as a function: arrays and Variables, options, errors."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F


def test_arrays_give_arrays():
    """Without a Variable among the arguments the result is an array."""
    y = F.conv2d(np.ones((1, 2, 4, 4)), np.ones((3, 2, 2, 2)), np.arange(3.0))

    assert type(y) is np.ndarray
    assert y[0, :, 0, 0].tolist() == [8.0, 9.0, 10.0]


def test_correlation_and_convolution():
    """Kernels are not turned about; np.flip gives the convolution of mathematics."""
    x, w = np.array([1.0, 2.0, 4.0]), np.array([1.0, 10.0])

    assert F.conv1d(x[None, None], w[None, None]).ravel().tolist() == [21.0, 42.0]
    turned = F.conv1d(x[None, None], np.flip(w)[None, None], padding=1)
    assert turned.ravel().tolist() == np.convolve(x, w).tolist()


def test_all_axes():
    """One, two and three axes agree where the others have length one."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 7)), rng.normal(size=(4, 3, 3))
    expected = F.conv1d(x, w, stride=2, padding=1)

    two = F.conv2d(x[..., None], w[..., None], stride=(2, 1), padding=(1, 0))
    three = F.conv3d(
        x[:, :, None, :, None], w[:, :, None, :, None], stride=(1, 2, 1), padding=(0, 1, 0)
    )

    np.testing.assert_allclose(two[..., 0], expected, rtol=1e-13)
    np.testing.assert_allclose(three[:, :, 0, :, 0], expected, rtol=1e-13)


def test_transposed_is_the_transpose():
    """⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩."""
    rng = np.random.default_rng(0)
    x, w, y = rng.normal(size=(2, 4, 9)), rng.normal(size=(6, 2, 3)), rng.normal(size=(2, 6, 5))
    options = {"stride": 2, "padding": 1, "groups": 2}

    forth = np.sum(F.conv1d(x, w, **options) * y)
    back = np.sum(x * F.conv_transpose1d(y, w, **options))

    np.testing.assert_allclose(forth, back, rtol=1e-12)


def test_jacobians_and_hessians():
    """The Jacobian is the matrix of the map, the Hessian of its square twice that matrix's Gram."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 1, 4)), rng.normal(size=(2, 1, 3))
    matrix = ac.jacobian(lambda x: F.conv1d(x, w).ravel())(x).reshape(4, 4)

    np.testing.assert_allclose(matrix @ x.ravel(), F.conv1d(x, w).ravel(), rtol=1e-12)
    second = ac.hessian(lambda x: np.sum(F.conv1d(x, w) ** 2))(x).reshape(4, 4)
    np.testing.assert_allclose(second, 2 * matrix.T @ matrix, rtol=1e-12)


def test_kernel_larger_than_the_image():
    """Both sizes are in the message."""
    with pytest.raises(ac.ShapeError) as caught:
        F.conv2d(np.ones((1, 1, 3, 8)), np.ones((1, 1, 3, 3)), dilation=2)

    assert "kernels of size (5, 5), larger than the padded images of size (3, 8)" in str(
        caught.value
    )


def test_nothing_left():
    """A transposed convolution whose padding cuts everything off is refused."""
    with pytest.raises(ac.ShapeError, match="would give images of size"):
        F.conv_transpose1d(np.ones((1, 1, 1)), np.ones((1, 1, 2)), padding=1)


def test_unknown_padding_mode():
    """A name that is near is proposed."""
    with pytest.raises(ac.ArgumentError, match="did you mean 'reflect'"):
        F.conv1d(np.ones((1, 1, 4)), np.ones((1, 1, 2)), padding=1, padding_mode="reflec")


def test_groups_in_functions():
    """Groups that do not divide the kernels are refused."""
    with pytest.raises(ac.ArgumentError, match="groups=2"):
        F.conv1d(np.ones((1, 4, 4)), np.ones((3, 2, 2)), groups=2)
