"""Loaders and samplers: which samples make a batch, in which order, and who reads them."""

import contextvars
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import ArgumentError, StateError

from .data import as_dataset
from .defaults import Seed, generator
from .keywords import Checked, checked

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["BatchSampler", "DataGenerator", "DataLoader", "WeightedSampler"]


class WeightedSampler(Checked):
    """Numbers of samples, drawn with probabilities proportional to their weights.

    Args:
        weights: (n,), not negative.
        num_samples: how many to draw in a pass; n by default.
        replacement: whether a sample may come twice in a pass.
        rng: a seed or generator.
    Raises:
        ArgumentError: weights that are no weights, or too few to draw from without replacement.

    >>> list(WeightedSampler([0.0, 1.0, 0.0], 4, rng=0))
    [1, 1, 1, 1]
    """

    def __init__(
        self,
        weights: ArrayLike,
        num_samples: int | None = None,
        *,
        replacement: bool = True,
        rng: Seed = None,
    ) -> None:
        values = np.asarray(weights, float)
        if values.ndim != 1 or not np.isfinite(values).all() or not (values >= 0).all():
            raise ArgumentError(
                f"WeightedSampler got weights of shape {values.shape} that are no weights.",
                "a sample's weight is a finite number, not below 0.",
                "weights of shape (n,)",
            )
        self.num_samples = len(values) if num_samples is None else num_samples
        drawable = np.count_nonzero(values)
        most = np.inf if replacement else drawable
        if drawable == 0 or not 0 <= self.num_samples <= most:
            raise ArgumentError(
                f"WeightedSampler cannot draw {self.num_samples} samples from {drawable} with a "
                "positive weight.",
                hint="replacement=True, or another num_samples",
            )
        self.probabilities = values / values.sum()
        self.replacement = replacement
        self.rng = generator(rng)

    def __len__(self) -> int:
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        drawn = self.rng.choice(
            len(self.probabilities), self.num_samples, self.replacement, self.probabilities
        )
        return iter(drawn.tolist())


class BatchSampler(Checked):
    """Batches of the numbers that a sampler gives; a ``sampler=`` of DataLoader.

    Args:
        sampler: numbers of samples: any iterable with a length.
        batch_size: how many make a batch.
        drop_last: leave a last, smaller batch out.
    Raises:
        ArgumentError: ``batch_size`` is not a whole number above 0.

    >>> [batch.tolist() for batch in BatchSampler(range(5), 2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Any, batch_size: int, drop_last: bool = False) -> None:
        self.sampler = _sized(sampler)
        self.batch_size = _positive(batch_size)
        self.drop_last = drop_last

    def __len__(self) -> int:
        return _count(len(self.sampler), self.batch_size, self.drop_last)

    def __iter__(self) -> Iterator[np.ndarray]:
        order = np.fromiter(self.sampler, np.intp)
        yield from _cut(order, self.batch_size, self.drop_last)


@dataclass
class _Pass:
    """A pass over the data: how it began, its batches, and how many were handed out."""

    start: list[dict[str, Any]]
    batches: list[np.ndarray]
    given: int = 0


class DataLoader(Checked):
    """Batches of a dataset; each ``for`` over it is a pass, in a new order where it shuffles.

    Args:
        dataset: a Dataset; a tuple of arrays (batches are tuples), a dict of arrays (dicts), one
            array or DataFrame (arrays); or anything with ``len`` and an index.
        batch_size: samples per batch; the last one may have fewer.
        shuffle: whether each pass has a new random order.
        drop_last: leave a last, smaller batch out.
        sampler: numbers of samples, an iterable with a length, in place of ``shuffle``; or a
            BatchSampler, in place of ``batch_size`` and ``drop_last`` too.
        rng: a seed or generator: the same seed gives the same orders.
        shard: (rank, size): every size-th sample of the common order, from number rank on.
        prefetch: how many batches a thread reads ahead; 0 reads in the caller's thread.
        collate_fn: what makes a batch of a list of samples; stacking them by default.

    Batches of arrays are read-only, so that the tape need not copy them.

    Raises:
        ArgumentError: an option out of range, or two that contradict each other.

    >>> loader = DataLoader((np.arange(5.0), np.arange(5)), batch_size=2, shuffle=True, rng=0)
    >>> len(loader)
    3
    >>> [y.tolist() for _, y in loader]
    [[2, 4], [3, 0], [1]]
    >>> [y.tolist() for _, y in loader]
    [[4, 1], [2, 0], [3]]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        sampler: Any = None,
        rng: Seed = None,
        shard: tuple[int, int] = (0, 1),
        prefetch: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
    ) -> None:
        self.dataset = as_dataset(dataset)
        self.batch_size = _positive(batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.sampler = sampler if sampler is None else _sized(sampler)
        self.rng = generator(rng)
        self.shard = shard
        self.prefetch = prefetch
        self.collate_fn = collate_fn
        self._pass: _Pass | None = None
        self._resumed: _Pass | None = None
        self._check()

    @classmethod
    def _refuse(cls, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Arrays side by side, which would be a dataset and a batch size."""
        if "batch_size" in kwargs:
            for second in args[1:2]:
                _positive(second)

    def _check(self) -> None:
        """Refuse options that are out of range or contradict each other."""
        rank, size = self.shard
        if not 0 <= rank < size:
            raise ArgumentError(
                f"DataLoader got shard={self.shard}.", hint="shard=(rank, size), 0 <= rank < size"
            )
        if not isinstance(self.prefetch, int | np.integer) or self.prefetch < 0:
            raise ArgumentError(
                f"DataLoader got prefetch={self.prefetch!r}.", hint="a number of batches, or 0"
            )
        if self.sampler is not None and self.shuffle:
            raise ArgumentError(
                "DataLoader got a sampler and shuffle=True.",
                "a sampler sets the order.",
                "one of them",
            )
        if isinstance(self.sampler, BatchSampler) and (self.batch_size != 32 or self.drop_last):
            raise ArgumentError(
                "DataLoader got a BatchSampler and batch_size or drop_last.",
                "a BatchSampler sets the batches.",
                "BatchSampler(sampler, batch_size, drop_last)",
            )

    def __len__(self) -> int:
        rank, size = self.shard
        if isinstance(self.sampler, BatchSampler):
            return len(range(rank, len(self.sampler), size))
        total = len(self.dataset if self.sampler is None else self.sampler)
        return _count(len(range(rank, total, size)), self.batch_size, self.drop_last)

    @property
    def num_batches(self) -> int:
        """The number of batches in a pass, ``len(loader)``."""
        return len(self)

    def __iter__(self) -> Iterator[Any]:
        this = self._resumed or _Pass(self._states(), self._order())
        self._resumed, self._pass = None, this
        try:
            with closing(self._read(this.batches[this.given :])) as batches:
                for batch in batches:
                    this.given += 1
                    yield batch
        finally:
            if self._pass is this:
                self._pass = None

    def _order(self) -> list[np.ndarray]:
        """The numbers of the samples of each batch, for a new pass."""
        rank, size = self.shard
        if isinstance(self.sampler, BatchSampler):
            return list(self.sampler)[rank::size]
        if self.sampler is not None:
            order = np.fromiter(self.sampler, np.intp)
        elif self.shuffle:
            order = self.rng.permutation(len(self.dataset))
        else:
            order = np.arange(len(self.dataset))
        return _cut(order[rank::size], self.batch_size, self.drop_last)

    def _batch(self, indices: np.ndarray) -> Any:
        """The batch of these samples."""
        if self.collate_fn is not None:
            return self.collate_fn([self.dataset[int(index)] for index in indices])
        return self.dataset.take(indices)

    def _read(self, batches: list[np.ndarray]) -> Generator[Any]:
        """These batches, one after the other; with ``prefetch``, some are read ahead."""
        if not self.prefetch:
            yield from map(self._batch, batches)
            return
        from concurrent.futures import ThreadPoolExecutor  # slow to import, seldom needed

        modes = contextvars.copy_context()
        pool = ThreadPoolExecutor(1, thread_name_prefix="nn-prefetch")
        ahead: deque[Future[Any]] = deque()
        try:
            for indices in batches:
                ahead.append(pool.submit(modes.run, self._batch, indices))
                if len(ahead) > self.prefetch:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _generators(self) -> list[np.random.Generator]:
        """What the order is drawn from."""
        inner = self.sampler.sampler if isinstance(self.sampler, BatchSampler) else self.sampler
        own = getattr(inner, "rng", None)
        return [self.rng] if own is None else [self.rng, own]

    def _states(self) -> list[dict[str, Any]]:
        """The states of the generators, in order."""
        return [dict(rng.bit_generator.state) for rng in self._generators()]

    def state_dict(self) -> dict[str, Any]:
        """Where it stands: the generators, and inside a pass, how many batches it handed out.

        Another loader of the same dataset and options, given this, goes on with the same batches;
        the generators of transforms are their own.

        >>> loader = DataLoader(np.arange(6), 2, shuffle=True, rng=0)
        >>> for batch in loader:
        ...     state = loader.state_dict()
        ...     break
        >>> twin = DataLoader(np.arange(6), 2, shuffle=True)
        >>> twin.load_state_dict(state)
        >>> [rest.tolist() for rest in twin]
        [[5, 4], [0, 1]]
        """
        now = self._states()
        here = self._pass or self._resumed
        return {
            "rng": now,
            "start": here.start if here else now,
            "batch": here.given if here else 0,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where a loader of the same dataset and options stood.

        Raises:
            StateError: the state is not one of such a loader; nothing is changed then.
        """
        generators, known = self._generators(), {"rng", "start", "batch"}
        if set(state) != known or {len(state["rng"]), len(state["start"])} != {len(generators)}:
            raise StateError(
                f"load_state_dict of a DataLoader got {', '.join(map(str, state))}.",
                f"it holds rng, start and batch, for {len(generators)} generators.",
                "loader.state_dict()",
            )
        before = self._states()
        try:
            _restore(generators, state["start"])
            resumed = _Pass(state["start"], self._order() if state["batch"] else [], state["batch"])
            _restore(generators, state["rng"])
        except (TypeError, ValueError, KeyError) as err:
            _restore(generators, before)
            raise StateError(
                "load_state_dict of a DataLoader got the state of another kind of generator.",
                hint="DataLoader(..., rng=np.random.Generator(...)) of the same kind",
            ) from err
        self._resumed = resumed if resumed.given else None

    def __repr__(self) -> str:
        order = ", shuffle=True" if self.shuffle else ""
        return f"DataLoader({len(self.dataset)} samples, batch_size={self.batch_size}{order})"


@checked
def DataGenerator(
    data: Any, target: Any, batch_size: int, shuffle: bool = True, *, rng: Seed = None
) -> DataLoader:
    """A DataLoader of (data, target) that shuffles.

    Args:
        data, target: (n, ...) each.
        batch_size, shuffle, rng: as ``DataLoader`` takes them.
    Raises:
        ShapeError: the lengths differ.

    >>> DataGenerator(np.eye(5), np.arange(5), 2, rng=0).num_batches
    3
    """
    return DataLoader((data, target), batch_size, shuffle, rng=rng)


def _count(total: int, batch_size: int, drop_last: bool) -> int:
    """How many batches that many samples make."""
    return total // batch_size if drop_last else -(-total // batch_size)


def _cut(order: np.ndarray, batch_size: int, drop_last: bool) -> list[np.ndarray]:
    """An order (n,), in batches."""
    starts = range(0, _count(len(order), batch_size, drop_last) * batch_size, batch_size)
    return [order[start : start + batch_size] for start in starts]


def _positive(batch_size: Any) -> int:
    """A batch size, or the error that it is none."""
    if isinstance(batch_size, int | np.integer) and batch_size > 0:
        return int(batch_size)
    given = f"an array of shape {np.shape(batch_size)}" if np.ndim(batch_size) else batch_size
    raise ArgumentError(
        f"A loader got {given!s} as batch_size.",
        "it is a whole number above 0; the data are one argument before it.",
        "DataLoader((X, y), batch_size=32)",
    )


def _sized(sampler: Any) -> Any:
    """A sampler, or the error that it is none."""
    if isinstance(sampler, Sized) and isinstance(sampler, Iterable):
        return sampler
    raise ArgumentError(
        f"A loader cannot take {type(sampler).__name__!r} as a sampler.",
        "it is walked once per pass, and its length is asked for.",
        "list(sampler), or an object with __iter__ and __len__",
    )


def _restore(generators: list[np.random.Generator], states: list[dict[str, Any]]) -> None:
    """Put the generators into these states."""
    for rng, state in zip(generators, states, strict=True):
        rng.bit_generator.state = state
