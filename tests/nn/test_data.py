"""Datasets read rows; splits lose none and share none."""

import numpy as np
import pytest

import autograd_core as ac
import nn


class Squares(nn.Dataset):
    """Numbers and their squares, one by one."""

    def __len__(self):
        return 5

    def __getitem__(self, index):
        if not 0 <= index < 5:
            raise IndexError(index)
        return {"x": np.full(2, float(index)), "y": index**2}


def test_rows_are_samples():
    """One number gives the rows, a slice or an array of numbers a batch."""
    data = nn.ArrayDataset(np.arange(8.0).reshape(4, 2), [3, 2, 1, 0])

    x, y = data[-1]
    assert (len(data), x.tolist(), y) == (4, [6.0, 7.0], 0)
    assert data[1:3][1].tolist() == [2, 1]
    assert data[np.array([True, False, False, True])][1].tolist() == [3, 0]
    assert repr(data) == "ArrayDataset((4, 2), (4,))"
    assert nn.TensorDataset is nn.ArrayDataset
    with pytest.raises(IndexError):
        data[4]


def test_what_is_read_is_a_read_only_copy():
    """The tape keeps it without a copy, and the caller's arrays stay as they are."""
    X = np.zeros((3, 2))
    (x,) = nn.ArrayDataset(X).take([0, 1])

    assert not x.flags.writeable
    assert not np.shares_memory(x, X)
    assert X.flags.writeable


def test_a_transform_sees_what_is_read():
    """A batch of features where a batch is read, and one row where one is."""
    seen = []
    data = nn.ArrayDataset(np.eye(3), [0, 1, 2], transform=lambda x: seen.append(x.shape) or 2 * x)

    assert data[0][0].tolist() == [2.0, 0.0, 0.0]
    assert data.take([0, 2])[0].tolist() == [[2, 0, 0], [0, 0, 2]]
    assert seen == [(1, 3), (2, 3)]


def test_samples_are_stacked_field_by_field():
    """Dicts and tuples are walked; samples of other shapes are refused."""
    batch = Squares().take([1, 3])
    assert batch["x"].tolist() == [[1, 1], [3, 3]]
    assert batch["y"].tolist() == [1, 9]

    class Ragged(Squares):
        def __getitem__(self, index):
            return np.zeros(index)

    with pytest.raises(ac.ShapeError, match="collate_fn"):
        Ragged().take([1, 2])


def test_subsets_and_joins():
    """Numbers are counted within the subset and across the join."""
    part = nn.Subset(Squares(), [4, 0])
    both = nn.ConcatDataset([part, Squares()])

    assert (part[0]["y"], len(part), part.take([1])["y"].tolist()) == (16, 2, [0])
    assert [both[k]["y"] for k in range(len(both))] == [16, 0, 0, 1, 4, 9, 16]
    assert both[-1]["y"] == 16
    assert both.take([0, 3])["y"].tolist() == [16, 1]
    with pytest.raises(IndexError):
        both[7]
    with pytest.raises(ac.ArgumentError, match="index 5 for 5 samples"):
        nn.Subset(Squares(), [5])
    with pytest.raises(ac.ArgumentError, match="no datasets"):
        nn.ConcatDataset([])


@pytest.mark.parametrize("lengths", [[6, 3, 1], [0.6, 0.3, 0.1], [10, 0], [0.5, 0.5]])
def test_a_random_split_is_a_partition(lengths):
    """Every sample is in one part; the same seed gives the same parts."""
    parts = nn.random_split(np.arange(10), lengths, rng=0)
    again = nn.random_split(np.arange(10), lengths, rng=0)

    assert sorted(np.concatenate([part.indices for part in parts])) == list(range(10))
    assert [len(part) for part in parts] == [round(n * 10 if n < 1 else n) for n in lengths]
    for part, twin in zip(parts, again):
        assert part.indices.tolist() == twin.indices.tolist()


@pytest.mark.parametrize("lengths", [[5, 4], [0.5, 0.4], [11, -1], []])
def test_a_split_that_is_none_is_an_error(lengths):
    """Lengths sum to the whole."""
    with pytest.raises(ac.ArgumentError, match="whole numbers that sum to 10"):
        nn.random_split(np.arange(10), lengths, rng=0)


@pytest.mark.parametrize(("size", "count"), [(0.25, 3), (4, 4), (0.5, 5)])
def test_train_and_test_share_nothing(size, count):
    """Sizes are scikit-learn's, rows stay together, and the order is random."""
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    X_train, X_test, y_train, y_test = nn.train_test_split(X, y, test_size=size, rng=0)

    assert len(X_test) == count
    assert sorted([*y_train, *y_test]) == list(range(10))
    assert np.array_equal(X_train[:, 0], 2 * y_train)
    assert np.array_equal(X_test[:, 0], 2 * y_test)
    assert y_train.tolist() != sorted(y_train)


@pytest.mark.parametrize("counts", [[50, 30, 20], [97, 2, 11], [4, 4, 4], [5, 200]])
@pytest.mark.parametrize("size", [0.2, 0.5, 0.75])
def test_strata_keep_their_shares(counts, size):
    """Each class gives its share to both parts, to one row, and is in both."""
    y = np.repeat(np.arange(len(counts)), counts)
    train, test = nn.train_test_split(y, test_size=size, stratify=y, rng=0)

    assert len(test) == np.ceil(size * len(y))
    given = np.bincount(test, minlength=len(counts))
    assert (given >= 1).all()
    assert (np.bincount(train, minlength=len(counts)) >= 1).all()
    assert (np.abs(given - len(test) * np.array(counts) / len(y)) <= 1.5).all()


def test_strata_are_those_of_sklearn():
    """The same number of each class as scikit-learn's split."""
    peer = pytest.importorskip("sklearn.model_selection")
    y = np.random.default_rng(0).choice(4, 203, p=[0.5, 0.3, 0.15, 0.05])

    _, ours = nn.train_test_split(y, stratify=y, rng=0)
    _, theirs = peer.train_test_split(y, stratify=y, random_state=0)
    assert np.bincount(ours).tolist() == np.bincount(theirs).tolist()


def test_parts_are_of_the_kind_of_the_whole():
    """DataFrames keep their names, lists are lists, Variables keep their gradient."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": range(4), "b": range(4)})
    v = ac.Variable(np.arange(4.0))
    train, _, rows, _, values, _ = nn.train_test_split(frame, list("wxyz"), v, rng=0)

    assert list(train.columns) == ["a", "b"]
    assert rows == ["wxyz"[k] for k in train["a"]]
    assert values.requires_grad
    assert values.data.tolist() == train["a"].tolist()


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.ArrayDataset(np.ones(3), np.ones(2)), ac.ShapeError, "lengths 3, 2"),
        (lambda: nn.ArrayDataset(), ac.ShapeError, "no arrays"),
        (lambda: nn.ArrayDataset(3.0), ac.ShapeError, "a number"),
        (lambda: nn.ArrayDataset([None, 1]), ac.DtypeError, "dtype object"),
        (
            lambda: nn.ArrayDataset(ac.Variable([1.0], requires_grad=True)),
            ac.ConversionError,
            "drop its gradient",
        ),
        (lambda: nn.train_test_split([1, 2], [1]), ac.ShapeError, "lengths 2, 1"),
        (lambda: nn.train_test_split([1, 2], test_size=2), ac.ArgumentError, "at least one row"),
        (lambda: nn.train_test_split([1, 2], test_size=1.5), ac.ArgumentError, "test_size=1.5"),
        (lambda: nn.train_test_split([1, 2, 3], test_size=0), ac.ArgumentError, "test_size=0"),
        (
            lambda: nn.train_test_split([1, 2, 3, 4], stratify=[0, 0, 0, 1]),
            ac.ArgumentError,
            "the smallest of 1",
        ),
        (lambda: nn.train_test_split([1, 2], stratify=[0]), ac.ShapeError, "lengths 2, 1"),
    ],
)
def test_what_cannot_be_read_is_an_error(call, error, text):
    """Lengths are named, and nothing is guessed."""
    with pytest.raises(error) as caught:
        call()

    assert text in str(caught.value)


def test_data_arrays_are_their_values():
    """xarray's arrays are read by rows, and split into arrays of their kind."""
    xarray = pytest.importorskip("xarray")
    X = xarray.DataArray(np.arange(8.0).reshape(4, 2), dims=("place", "feature"))
    train, test = nn.train_test_split(X, rng=0)

    assert nn.ArrayDataset(X)[1][0].tolist() == [2.0, 3.0]
    assert (type(train), train.dims, test.shape) == (xarray.DataArray, X.dims, (1, 2))
