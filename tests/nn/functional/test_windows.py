"""Windows: their largest entries, their sums, and the way back."""

import numpy as np
import pytest

import autograd_core as ac
from nn.functional import windows
from nn.functional.geometry import Geometry
from nn.functional.windows import window_maxima, window_sums

PLAIN = Geometry((2, 2), ((0, 0), (0, 0)), (1, 1), 1)
MIXED = Geometry((1, 2), ((1, 1), (0, 1)), (1, 2), 1)


@pytest.fixture(params=[1, 2**18], autouse=True)
def block(request, monkeypatch):
    """Image by image, or all at once."""
    monkeypatch.setattr(windows, "BLOCK", request.param)


@pytest.mark.parametrize("geometry", [PLAIN, MIXED], ids=["plain", "mixed"])
def test_ties_share_equally(geometry):
    """The gradient of a constant image is divided among all entries of each window."""
    x = ac.Variable(np.ones((2, 1, 4, 6)))

    y = window_maxima(x, (2, 2), geometry)
    y.sum().backward()

    np.testing.assert_allclose(x.grad.sum(), y.size, rtol=1e-12)
    if geometry is PLAIN:
        assert (x.grad == 0.25).all()


def test_some_ties():
    """Only the largest entries share."""
    x = ac.Variable(np.array([[[[3.0, 1.0], [3.0, 3.0]]]]))

    window_maxima(x, (2, 2), PLAIN).sum().backward()

    np.testing.assert_allclose(x.grad[0, 0], [[1 / 3, 0.0], [1 / 3, 1 / 3]])


def test_nan():
    """A nan is the largest, and takes no gradient."""
    x = ac.Variable(np.array([[[[np.nan, 1.0], [2.0, 3.0]]]]))

    y = window_maxima(x, (2, 2), PLAIN)
    y.sum().backward()

    assert np.isnan(y.data).all()
    assert (x.grad == 0).all()


@pytest.mark.parametrize("geometry", [PLAIN, MIXED], ids=["plain", "mixed"])
@pytest.mark.parametrize("operation", [window_maxima, window_sums])
def test_derivatives(operation, geometry):
    """First and second derivatives agree with differences."""
    x = np.random.default_rng(0).normal(size=(2, 1, 4, 5))

    ac.gradcheck(lambda x: operation(x, (2, 2), geometry) ** 2, x)


def test_integers():
    """Integers have maxima too; what is put around is below all of them."""
    x = np.array([[[[-5, -3], [-4, -9]]]])

    found = window_maxima(x, (2, 2), PLAIN._replace(padding=((1, 1), (1, 1))))

    assert found.tolist() == [[[[-5, -3], [-4, -9]]]]
