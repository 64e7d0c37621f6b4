"""Toy data follows the laws it names, in random order, from its own generator."""

import sys

import numpy as np
import pytest

import autograd_core as ac
from nn import datasets

CLASSES = {"spiral": 3, "circles": 2, "moons": 2, "blobs": 3, "xor": 2, "checkerboard": 2}
DRAWN = [*CLASSES, "sine", "swiss_roll"]


def drawn(name, **options):
    """Points and labels of a set, from seed 0."""
    return getattr(datasets, name)(rng=0, **options)


@pytest.mark.parametrize("name", DRAWN)
def test_the_seed_decides(name):
    """The same seed gives the same points, another one others."""
    X, y = drawn(name)

    assert np.array_equal(X, drawn(name)[0])
    assert np.array_equal(y, drawn(name)[1])
    assert not np.array_equal(X, getattr(datasets, name)(rng=1)[0])


@pytest.mark.parametrize("name", CLASSES)
def test_labels_are_int64_balanced_and_in_random_order(name):
    """X is float64 (n, 2); no class is rare; the rows are not sorted by class."""
    X, y = drawn(name)

    assert (X.dtype, y.dtype) == (np.float64, np.int64)
    assert X.shape == (len(y), 2)
    counts = np.bincount(y)
    assert len(counts) == CLASSES[name]
    assert counts.min() > 0.8 * counts.max()
    assert (np.diff(y) != 0).sum() > len(y) / 4


def test_the_arms_of_the_spiral():
    """Radius and angle of arm k: from 0 to 1, and from 2πk/C over one and a half sectors."""
    X, y = datasets.spiral(50, 4, noise=0.0, rng=0)
    radius = np.hypot(*X.T)
    angle = np.arctan2(X[:, 0], X[:, 1])

    expected = 2 * np.pi / 4 * (y + 1.5 * radius)
    turned = np.where(radius > 0, np.mod(angle - expected + np.pi, 2 * np.pi) - np.pi, 0)
    np.testing.assert_allclose(turned, 0, atol=1e-9)
    for k in range(4):
        np.testing.assert_allclose(np.sort(radius[y == k]), np.linspace(0, 1, 50), atol=1e-12)


@pytest.mark.parametrize("n_samples", [1, 2, 7, 100])
@pytest.mark.parametrize("name", ["circles", "moons"])
def test_places_are_those_of_sklearn(name, n_samples):
    """Without noise the same points with the same labels, in another order."""
    peer = getattr(pytest.importorskip("sklearn.datasets"), f"make_{name}")
    X, y = drawn(name, n_samples=n_samples, noise=0.0)
    X_peer, y_peer = peer(n_samples, noise=None, shuffle=False)

    ours, theirs = (
        np.column_stack([np.round(a, 9) + 0.0, b]) for a, b in [(X, y), (X_peer, y_peer)]
    )
    np.testing.assert_allclose(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)], atol=1e-8)


@pytest.mark.parametrize("name", ["circles", "moons", "xor", "blobs"])
def test_noise_is_the_standard_deviation_of_the_coordinates(name):
    """A common seed draws the same order of the same errors, so that they add up alike."""
    quiet, loud = (
        drawn(name, n_samples=4000, noise=0.0)[0],
        drawn(name, n_samples=4000, noise=0.3)[0],
    )

    assert (loud - quiet).std() == pytest.approx(0.3, rel=0.05)


def test_curves():
    """The sine is a column for a column; the roll is t cos t, u, t sin t."""
    X, y = drawn("sine", n_samples=2000)
    assert X.shape == y.shape == (2000, 1)
    assert (y - np.sin(X)).std() == pytest.approx(0.1, rel=0.1)
    assert np.abs(X).max() <= np.pi

    X, t = drawn("swiss_roll")
    np.testing.assert_allclose(X[:, ::2], t[:, None] * np.column_stack([np.cos(t), np.sin(t)]))
    assert 0 <= X[:, 1].min() < X[:, 1].max() <= 21


def test_cells_alternate():
    """The class is the color of the cell, for even and odd boards."""
    for cells in (2, 3, 5):
        X, y = drawn("checkerboard", n_cells=cells)
        assert np.array_equal(y, (np.floor(X[:, 0] * cells) + np.floor(X[:, 1] * cells)) % 2)


def test_digits_are_those_of_sklearn():
    """Pixels from 0 to 1, as vectors or as images of one channel."""
    peer = pytest.importorskip("sklearn.datasets").load_digits()
    X, y = datasets.digits()
    images, _ = datasets.digits(images=True)

    np.testing.assert_array_equal(X * 16, peer.data)
    np.testing.assert_array_equal(images[:, 0] * 16, peer.images)
    np.testing.assert_array_equal(y, peer.target)


def test_digits_say_what_they_need(monkeypatch):
    """Without scikit-learn: error 18, with the extra."""
    for module in ("sklearn", "sklearn.datasets"):
        monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(ac.MissingDependencyError) as caught:
        datasets.digits()
    assert str(caught.value) == (
        'digits() needs sklearn.\n  try: pip install "autograd-core[sklearn]"'
    )


@pytest.mark.parametrize("name", DRAWN)
def test_arguments_out_of_range_are_errors(name):
    """Counts are whole and above 0, noise is not negative."""
    count = "n_per_class" if name == "spiral" else "n_samples"
    for options in ({count: 0}, {count: 2.5}, {"noise": -0.1}, {"noise": np.nan}):
        with pytest.raises(ac.ArgumentError, match=next(iter(options))):
            drawn(name, **options)


def test_the_inner_radius_is_checked():
    """A factor above 1 would turn the circles inside out."""
    with pytest.raises(ac.ArgumentError, match=r"factor=1\.5"):
        datasets.circles(factor=1.5)
