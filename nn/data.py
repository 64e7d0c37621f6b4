"""Datasets: samples that can be counted and read, many at once; how they are split and joined.

Rows are samples. What reads them in batches is in ``loading``.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import ArgumentError, DtypeError, ShapeError, Variable

from .defaults import Seed, generator
from .keywords import Checked, checked

__all__ = [
    "ArrayDataset",
    "ConcatDataset",
    "Dataset",
    "Subset",
    "TensorDataset",
    "random_split",
    "train_test_split",
]


class Dataset(Checked, ABC):
    """Samples that can be counted and read by number.

    A subclass defines ``__len__`` and ``__getitem__``; a sample is an array, or a tuple or dict of
    arrays. Where many samples can be read at once, ``take`` may be defined anew.

    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...
    ...     def __getitem__(self, index):
    ...         return index, index**2
    >>> Squares().take([1, 3])
    (array([1, 3]), array([1, 9]))
    """

    def __init__(self) -> None:
        """Nothing: a subclass need not call it."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of samples."""

    @abstractmethod
    def __getitem__(self, index: Any) -> Any:
        """The sample of this number, from 0 on."""

    def take(self, indices: Sequence[int] | np.ndarray) -> Any:
        """The samples of these numbers, their fields stacked along a new first axis.

        Raises:
            ShapeError: the samples differ in shape.
        """
        return collate([self[int(index)] for index in indices])


def collate(samples: Sequence[Any]) -> Any:
    """A batch of samples: arrays are stacked; tuples and dicts are walked.

    Args:
        samples: at least one, all of one form.
    Raises:
        ShapeError: arrays of the same field differ in shape.

    >>> collate([(1.0, [1, 2]), (2.0, [3, 4])])
    (array([1., 2.]), array([[1, 2],
           [3, 4]]))
    """
    first = samples[0]
    if isinstance(first, Mapping):
        return {key: collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, tuple):
        return tuple(collate(field) for field in zip(*samples, strict=True))
    arrays = [np.asarray(sample) for sample in samples]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        raise ShapeError(
            f"A batch got samples of shapes {', '.join(map(str, shapes[:10]))}.",
            "the samples of a batch are stacked, so they have one shape.",
            "DataLoader(..., collate_fn=f), where f pads a list of samples",
        )
    return _locked(np.stack(arrays))


def _locked(array: np.ndarray) -> np.ndarray:
    """A fresh array, read-only from here on: a tape keeps such arrays without a copy."""
    array.setflags(write=False)
    return array


class ArrayDataset(Dataset):
    """The rows of some arrays: sample k is the tuple of their rows k.

    Args:
        arrays: each (n, ...): arrays, lists, Variables without gradient, pandas objects.
        transform: a function of the first array's rows (m, ...), called on what is read: a batch
            where a batch is read, one row where one is.
    Raises:
        ShapeError: there is no array, one has no axis, or their lengths differ.
        DtypeError: an array holds Python objects.

    >>> data = ArrayDataset(np.eye(3), [0, 1, 2], transform=lambda x: 2 * x)
    >>> data[1]
    (array([0., 2., 0.]), np.int64(1))
    >>> data[1:][1]
    array([1, 2])
    """

    def __init__(self, *arrays: Any, transform: Callable[[Any], Any] | None = None) -> None:
        self.arrays = tuple(_values(array) for array in arrays)
        self.transform = transform
        _length(self.arrays, type(self).__name__)

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        if isinstance(index, int | np.integer):
            return tuple(field[0] for field in self.take([int(index)]))
        return self.take(np.arange(len(self))[index])

    def take(self, indices: Sequence[int] | np.ndarray) -> tuple[Any, ...]:
        """The rows of these numbers: one array (m, ...) per array."""
        if self.transform is None:
            return tuple(_locked(array.take(indices, axis=0)) for array in self.arrays)
        first, *others = self.arrays
        made = self.transform(first.take(indices, axis=0))
        return made, *(_locked(array.take(indices, axis=0)) for array in others)

    def __repr__(self) -> str:
        shapes = ", ".join(str(array.shape) for array in self.arrays)
        return f"{type(self).__name__}({shapes})"


TensorDataset = ArrayDataset


class Subset(Dataset):
    """Some samples of a dataset, in the order of their numbers.

    Args:
        dataset: a Dataset, or arrays as ``DataLoader`` takes them.
        indices: (m,) integers.
    Raises:
        ArgumentError: an index is not one of the dataset's.

    >>> Subset(np.arange(5) ** 2, [4, 1]).take([0, 1])
    array([16,  1])
    """

    def __init__(self, dataset: Any, indices: ArrayLike) -> None:
        self.dataset = as_dataset(dataset)
        self.indices = np.asarray(indices, np.intp)
        outside = (self.indices < 0) | (self.indices >= len(self.dataset))
        if outside.any():
            raise ArgumentError(
                f"Subset got index {self.indices[outside][0]} for {len(self.dataset)} samples.",
                hint=f"indices from 0 to {len(self.dataset) - 1}",
            )

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Any) -> Any:
        return self.dataset[int(self.indices[index])]

    def take(self, indices: Sequence[int] | np.ndarray) -> Any:
        """The samples of these numbers, counted within the subset."""
        return self.dataset.take(self.indices[np.asarray(indices, np.intp)])


class ConcatDataset(Dataset):
    """Datasets one after the other.

    Args:
        datasets: Datasets, or arrays as ``DataLoader`` takes them; at least one.
    Raises:
        ArgumentError: there is none.

    >>> both = ConcatDataset([np.arange(2), np.arange(3)])
    >>> len(both), both.take([1, 4])
    (5, array([1, 2]))
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = [as_dataset(dataset) for dataset in datasets]
        if not self.datasets:
            raise ArgumentError("ConcatDataset got no datasets.", hint="ConcatDataset([a, b])")
        self._ends = np.cumsum([len(dataset) for dataset in self.datasets])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: Any) -> Any:
        index = range(len(self))[index]  # counts negative ones from the end, refuses the rest
        part = int(np.searchsorted(self._ends, index, side="right"))
        return self.datasets[part][index - int(self._ends[part]) + len(self.datasets[part])]


class _Fields(Dataset):
    """Arrays whose samples are dicts by these names, or the rows of the only one."""

    def __init__(self, arrays: ArrayDataset, names: list[Any] | None) -> None:
        self.arrays, self.names = arrays, names

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, index: Any) -> Any:
        return self._named(self.arrays[index])

    def take(self, indices: Sequence[int] | np.ndarray) -> Any:
        """The rows of these numbers."""
        return self._named(self.arrays.take(indices))

    def _named(self, fields: tuple[Any, ...]) -> Any:
        return fields[0] if self.names is None else dict(zip(self.names, fields, strict=True))


class _Indexed(Dataset):
    """Somebody else's object with ``len`` and an index."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def __len__(self) -> int:
        return len(self.source)

    def __getitem__(self, index: Any) -> Any:
        return self.source[index]


def as_dataset(source: Any) -> Dataset:
    """What a DataLoader reads: a Dataset as it is, arrays as the Dataset of their rows.

    Args:
        source: a Dataset; a tuple of arrays (samples are tuples), a dict of arrays (samples are
            dicts), one array, DataFrame or Series (samples are rows); or anything with ``len`` and
            an index, such as a list of samples.
    Raises:
        ArgumentError: none of these.
    """
    if isinstance(source, Dataset):
        return source
    if isinstance(source, tuple):
        return ArrayDataset(*source)
    if isinstance(source, Mapping):
        return _Fields(ArrayDataset(*source.values()), list(source))
    if isinstance(source, Variable) or hasattr(source, "__array__"):
        return _Fields(ArrayDataset(source), None)
    if hasattr(source, "__len__") and hasattr(source, "__getitem__"):
        return _Indexed(source)
    raise ArgumentError(
        f"A DataLoader cannot read {type(source).__name__!r}.",
        "it needs len() and samples by number.",
        "a Dataset, a tuple or dict of arrays, or a list of samples",
    )


@checked
def random_split(dataset: Any, lengths: Sequence[float], rng: Seed = None) -> list[Subset]:
    """Subsets of these lengths that share no sample and leave none out, drawn at random.

    Args:
        dataset: a Dataset, or arrays as ``DataLoader`` takes them.
        lengths: whole numbers that sum to ``len(dataset)``, or fractions that sum to 1 (rounded
            down; what is left goes to the first parts, one each).
        rng: a seed or generator.
    Raises:
        ArgumentError: a length is negative, or they do not sum to the whole.

    >>> [len(part) for part in random_split(np.arange(10), [0.75, 0.25], rng=0)]
    [8, 2]
    """
    source = as_dataset(dataset)
    total, counts = len(source), np.array(lengths)
    if counts.dtype.kind == "f" and math.isclose(counts.sum(), 1.0):
        counts = np.floor(total * counts).astype(np.intp)
        counts[: total - counts.sum()] += 1
    if counts.dtype.kind != "i" or (counts < 0).any() or counts.sum() != total:
        raise ArgumentError(
            f"random_split got lengths {list(lengths)} for {total} samples.",
            "the parts share no sample and leave none out.",
            f"whole numbers that sum to {total}, or fractions that sum to 1",
        )
    order = generator(rng).permutation(total)
    return [Subset(source, part) for part in np.split(order, np.cumsum(counts[:-1]))]


@checked
def train_test_split(
    *arrays: Any, test_size: float = 0.25, stratify: ArrayLike | None = None, rng: Seed = None
) -> list[Any]:
    """Two random parts of each array: ``X_train, X_test, y_train, y_test, ...``.

    Args:
        arrays: each (n, ...): arrays, Variables, pandas objects, lists; each part is of that kind.
        test_size: a fraction of n (rounded up), or a whole number of rows.
        stratify: labels (n,); each class has the same share in both parts, to rounding.
        rng: a seed or generator.
    Raises:
        ShapeError: there is no array, or the lengths differ.
        ArgumentError: a part would be empty, or a class has too few rows for both parts.

    >>> X_train, X_test, y_train, y_test = train_test_split(
    ...     np.eye(8), [0, 1] * 4, stratify=[0, 1] * 4, rng=0
    ... )
    >>> X_train.shape, X_test.shape, sorted(y_test)
    ((6, 8), (2, 8), [0, 1])
    """
    total = _length(arrays, "train_test_split")
    whole = isinstance(test_size, int | np.integer)
    count = int(test_size) if whole else math.ceil(test_size * total)
    if not 0 < count < total or not (whole or 0 < test_size < 1):
        raise ArgumentError(
            f"train_test_split got test_size={test_size} for {total} rows.",
            "both parts need at least one row.",
            f"a fraction between 0 and 1, or a whole number from 1 to {total - 1}",
        )
    order = generator(rng).permutation(total)
    if stratify is None:
        chosen = np.arange(total) < count
    else:
        labels = np.asarray(stratify)
        _length((*arrays, labels), "train_test_split")
        chosen = _stratified(labels[order], count)
    parts = order[~chosen], order[chosen]
    return [_select(array, part) for array in arrays for part in parts]


def _stratified(labels: np.ndarray, count: int) -> np.ndarray:
    """Which rows (n,) of bool make a part of this many rows: the first of each class.

    Each class gives its share, rounded, and at least one row to either part; those nearest to the
    next whole number make up the rest.
    """
    classes, codes, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    rest = len(labels) - count
    if sizes.min() < 2 or min(count, rest) < len(classes):
        raise ArgumentError(
            f"train_test_split cannot stratify {len(classes)} classes, the smallest of "
            f"{sizes.min()} rows, into parts of {rest} and {count} rows.",
            "each class needs a row in both parts.",
            "a test_size of at least one row per class, classes of at least two rows",
        )
    shares = sizes * (count / len(labels))
    given = np.clip(np.rint(shares).astype(np.intp), 1, sizes - 1)
    while missing := np.sign(count - given.sum()):
        free = (given + missing >= 1) & (given + missing < sizes)
        given[np.argmax(np.where(free, (shares - given) * missing, -np.inf))] += missing
    by_class = np.argsort(codes, kind="stable")
    rank = np.empty_like(by_class)
    rank[by_class] = np.arange(len(labels)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first: np.ndarray = rank < given[codes]
    return first


def _values(array: Any) -> np.ndarray:
    """The values of an array-like, in a plain array."""
    values = np.asarray(array)
    if values.dtype == object:
        raise DtypeError(
            f"A dataset got {type(array).__name__} of shape {values.shape} and dtype object.",
            "its rows are numbers or strings of one kind.",
            'array.astype(float), or frame.select_dtypes("number")',
        )
    return values


def _length(arrays: Sequence[Any], name: str) -> int:
    """The length that all have, in rows."""
    shapes = [np.shape(array) for array in arrays]
    if not shapes or () in shapes:
        raise ShapeError(
            f"{name} got {'a number' if shapes else 'no arrays'}.",
            "rows are samples: each array has at least one axis.",
            f"{name}(X, y)",
        )
    lengths = [shape[0] for shape in shapes]
    if len(set(lengths)) > 1:
        raise ShapeError(
            f"{name} got arrays of lengths {', '.join(map(str, lengths))}.",
            "rows are samples: each array has one per sample.",
            "X.T, where an array has one row per feature",
        )
    return int(lengths[0])


def _select(array: Any, rows: np.ndarray) -> Any:
    """These rows of an array-like, in a thing of its own kind."""
    if hasattr(array, "iloc"):
        return array.iloc[rows]
    if isinstance(array, list | tuple):
        return type(array)(array[row] for row in rows)
    return array[rows]
