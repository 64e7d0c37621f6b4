"""The film of the decision boundary."""

import pytest

import nn


def test_writes_a_picture_per_epoch(tmp_path):
    """An animated GIF with as many pictures as were asked for."""
    pytest.importorskip("matplotlib").use("Agg")
    image = pytest.importorskip("PIL.Image")
    X, y = nn.datasets.moons(30, rng=0)
    path = tmp_path / "film.gif"
    film = nn.callbacks.DecisionBoundaryMovie(path, X, y, every=2, resolution=10)
    model = nn.Model(nn.Linear(2, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=1))
    model.fit(X, y, 10, 4, "adam", "cross_entropy", lr=0.1, verbose=0, rng=0, callbacks=[film])

    with image.open(path) as pictures:
        assert pictures.n_frames == 2
