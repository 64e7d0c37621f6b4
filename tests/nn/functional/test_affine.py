"""Affine and bilinear maps."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F


def cases():
    """Shapes of x, with and without a bias."""
    shapes = [(4,), (1, 4), (3, 4), (2, 3, 4), (0, 4)]
    return [(shape, bias) for shape in shapes for bias in (True, False)]


@pytest.mark.parametrize(("shape", "with_bias"), cases())
def test_linear_is_its_plain_composition(shape, with_bias):
    """Value, first and second derivatives are those of x @ W + b."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=shape), rng.normal(size=(4, 2))
    args = (x, w, rng.normal(size=2)) if with_bias else (x, w)

    def plain(x, w, b=0.0):
        return x @ w + b

    def squares(f):
        return lambda *args: np.sum(np.sin(f(*args)))

    np.testing.assert_allclose(F.linear(*args), plain(*args), rtol=1e-14)
    places = tuple(range(len(args)))
    for ours, theirs in zip(
        ac.grad(squares(F.linear), argnums=places)(*args),
        ac.grad(squares(plain), argnums=places)(*args),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-15)
    if x.size:
        ac.gradcheck(F.linear, *args, order=2)


def test_arrays_in_arrays_out():
    """Plain arrays give a plain array, of their dtype."""
    y = F.linear(np.ones((2, 3), np.float32), np.ones((3, 1), np.float32), np.ones(1, np.float32))

    assert type(y) is np.ndarray
    assert y.dtype == np.float32


def test_bilinear():
    """x1ᵀ A x2 + b for each output."""
    rng = np.random.default_rng(0)
    x, y, a, b = (rng.normal(size=s) for s in [(3, 2), (3, 4), (5, 2, 4), (5,)])
    expected = [[u @ m @ v + c for m, c in zip(a, b)] for u, v in zip(x, y)]

    np.testing.assert_allclose(F.bilinear(x, y, a, b), expected, rtol=1e-13)
    ac.gradcheck(F.bilinear, x, y, a, b, order=2)
