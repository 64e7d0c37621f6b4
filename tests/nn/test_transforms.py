"""Scales are fitted once and undone exactly; flips, crops and mixtures draw from their own seed."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def columns(dtype=np.float64):
    """Rows (50, 3) of different scale; the last column is constant."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3)) * [1.0, 100.0, 0.0] + [5.0, -3.0, 7.0]
    return x.astype(dtype)


@pytest.mark.parametrize("kind", [nn.Standardize, nn.MinMaxScale])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaling_is_undone_and_keeps_the_dtype(kind, dtype):
    """``inverse`` gives the rows back; constant columns are left alone; x is not written."""
    x = columns(dtype)
    before = x.copy()
    scale = kind().fit(x)
    made = scale.transform(x)

    assert made.dtype == dtype
    assert np.array_equal(x, before)
    assert np.array_equal(made[:, 2], x[:, 2])
    np.testing.assert_allclose(scale.inverse(made), x, rtol=1e-5 if dtype == np.float32 else 1e-12)
    assert np.array_equal(scale(x), made)


def test_scales_are_those_of_sklearn():
    """Where no column is constant, to 1e-12."""
    peer = pytest.importorskip("sklearn.preprocessing")
    x, other = columns()[:, :2], columns()[:9, :2] + 1

    np.testing.assert_allclose(
        nn.Standardize().fit(x).transform(other),
        peer.StandardScaler().fit(x).transform(other),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        nn.MinMaxScale().fit(x).transform(other),
        peer.MinMaxScaler().fit(x).transform(other),
        rtol=1e-12,
    )


def test_scaling_of_images_integers_and_variables():
    """Numbers per channel; integers become float64; Variables keep their gradient."""
    images = np.random.default_rng(0).integers(0, 255, (6, 3, 4, 4)).astype(np.uint8)
    made = nn.Standardize(axis=(0, 2, 3)).fit(images).transform(images)
    v = ac.Variable(columns(), requires_grad=True)
    scale = nn.Standardize().fit(columns())
    scale.transform(v).sum().backward()

    assert made.dtype == np.float64
    np.testing.assert_allclose(made.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(made.std(axis=(0, 2, 3)), 1)
    np.testing.assert_allclose(v.grad, np.broadcast_to(1 / scale.scale, v.shape))


def test_what_cannot_be_scaled_is_an_error():
    """Nothing to learn from; nothing learned."""
    with pytest.raises(ac.ShapeError, match="nothing to learn from"):
        nn.Standardize().fit(np.zeros((0, 3)))
    with pytest.raises(ac.StateError, match=r"MinMaxScale\(\).fit\(X_train\)"):
        nn.MinMaxScale().transform(np.ones((2, 2)))


def test_one_hot_rows():
    """A one at the label, in the default dtype or another, for labels of any shape."""
    assert nn.one_hot([1, 0], 3).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert nn.one_hot(np.zeros((2, 4), np.uint8)).shape == (2, 4, 1)
    assert nn.one_hot([], 3).shape == (0, 3)
    assert nn.one_hot([1], 2, np.int8).dtype == np.int8
    with nn.default_dtype(np.float32):
        assert nn.one_hot([1]).dtype == np.float32


@pytest.mark.parametrize(
    ("labels", "classes", "text"),
    [
        ([1, 2, 3], 3, "from 1 to 3 for 3 classes"),
        ([-1, 1], None, "from -1 to 1"),
        ([0.0, 1.0], None, "dtype float64"),
        (["a"], None, "np.unique"),
    ],
)
def test_labels_that_number_no_class_are_errors(labels, classes, text):
    """The message tells the range."""
    with pytest.raises(ac.LabelError, match=text):
        nn.one_hot(labels, classes)


def test_flips_are_drawn_for_each_row():
    """About a share p of the rows is mirrored, whole, and the seed decides which."""
    x = np.arange(1000 * 3).reshape(1000, 1, 3)
    made = nn.RandomFlip(0.3, rng=0)(x)
    flipped = (made == x[..., ::-1]).all(axis=(1, 2))

    assert ((made == x).all(axis=(1, 2)) | flipped).all()
    assert 0.25 < flipped.mean() < 0.35
    assert np.array_equal(made, nn.RandomFlip(0.3, rng=0)(x))
    assert np.array_equal(nn.RandomFlip(1.0, axis=1, rng=0)(x[:, 0]), x[:, 0, ::-1])


def test_crops_are_windows_of_their_image():
    """Each is found in the padded image, at places that differ."""
    x = np.arange(1.0, 1 + 40 * 2 * 5 * 6).reshape(40, 2, 5, 6)
    made = nn.RandomCrop((4, 3), padding=1, rng=0)(x)
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (4, 3), axis=(-2, -1))
    places = [
        np.argwhere((windows[n] == made[n][:, None, None]).all(axis=(0, 3, 4))) for n in range(40)
    ]

    assert made.shape == (40, 2, 4, 3)
    assert all(len(place) == 1 for place in places)
    assert len(np.unique(np.concatenate(places), axis=0)) > 10
    assert np.array_equal(nn.RandomCrop(5, rng=0)(x[..., :5]), x[..., :5])


def test_transforms_are_composed_and_shown():
    """One after the other, in a loader too."""
    both = nn.Compose([nn.RandomFlip(0.5, rng=0), nn.RandomCrop(2, rng=1)])
    loader = nn.DataLoader(nn.ArrayDataset(np.ones((5, 1, 3, 3)), transform=both), 4)

    assert [x.shape for (x,) in loader] == [(4, 1, 2, 2), (1, 1, 2, 2)]
    assert repr(both) == "Compose(RandomFlip(0.5, axis=-1), RandomCrop((2, 2), padding=0))"


def test_mixtures_are_of_rows_and_targets_alike():
    """Both are mixed with one share, between each row and another."""
    X = np.arange(6.0).reshape(6, 1)
    mixed, target = nn.mixup(X, X * 10, alpha=1.0, rng=3)

    np.testing.assert_allclose(target, mixed * 10)
    assert not np.array_equal(mixed, X)
    np.testing.assert_allclose(mixed.sum(), X.sum())


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.RandomFlip(1.5), ac.ArgumentError, "p=1.5"),
        (lambda: nn.RandomFlip(axis=0)(np.ones((2, 2))), ac.ShapeError, "first axis counts"),
        (lambda: nn.RandomFlip()(np.ones(3)), ac.ShapeError, r"shape \(3,\)"),
        (lambda: nn.RandomCrop(0), ac.ArgumentError, "size=0"),
        (lambda: nn.RandomCrop(3, padding=-1), ac.ArgumentError, "padding=-1"),
        (lambda: nn.RandomCrop(9)(np.ones((1, 1, 8, 8))), ac.ShapeError, "a larger padding"),
        (lambda: nn.RandomCrop(2)(np.ones((8, 8))), ac.ShapeError, r"x\[None\]"),
        (lambda: nn.mixup([[1.0]], [1]), ac.LabelError, "one_hot"),
        (lambda: nn.mixup([[1.0]], [1.0], alpha=0), ac.ArgumentError, "alpha=0"),
        (lambda: nn.mixup([[1.0]], [1.0, 2.0]), ac.ShapeError, "one per sample"),
    ],
)
def test_what_cannot_be_transformed_is_an_error(call, error, text):
    """Shapes and ranges are named."""
    with pytest.raises(error, match=text):
        call()
