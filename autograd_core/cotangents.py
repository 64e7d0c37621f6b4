"""The kinds of cotangents that are not arrays, and what stands for an operand without its values.

A Spec is an operand's shape and dtype, Parts are the cotangents of several outputs, a Deposit is
zero but at an index. The file knows nothing of rules or of the tape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def zeros(spec: Any) -> np.ndarray:
    """An array of zeros of a Spec's shape and dtype."""
    return np.zeros(spec.shape, spec.dtype)


class Spec:
    """Shape and dtype of an array, without its values."""

    __slots__ = ("dtype", "shape")

    def __init__(self, value: Any) -> None:
        array = value if hasattr(value, "dtype") else np.asarray(value)
        self.shape, self.dtype = array.shape, array.dtype

    @classmethod
    def of(cls, shape: tuple[int, ...], dtype: np.dtype) -> Spec:
        """The Spec of arrays of this shape and dtype."""
        spec = object.__new__(cls)
        spec.shape, spec.dtype = shape, dtype
        return spec

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return int(np.prod(self.shape, dtype=np.intp))


class Parts(dict[int, Any]):
    """Cotangents of an operation with several outputs, by position; what is absent is zero."""

    def __add__(self, other: Parts) -> Parts:
        both = {k: self[k] + other[k] for k in self.keys() & other.keys()}
        return Parts({**self, **other, **both})

    def listed(self, specs: Sequence[Spec], linear: bool) -> list[Any]:
        """One entry for each output: None where it was not used, or zeros for a linear rule."""
        return [self.get(k, zeros(spec) if linear else None) for k, spec in enumerate(specs)]


class Deposit:
    """A cotangent that is zero but at ``index``: added into its operand's buffer, not spread."""

    __slots__ = ("g", "index", "shape")
    __array_ufunc__ = None  # an array on the left leaves the addition to __radd__

    def __init__(self, g: Any, spec: Any, index: Any) -> None:
        self.g, self.shape, self.index = g, spec.shape, index

    def into(self, buffer: np.ndarray) -> np.ndarray:
        """Add the entries in place; repeated ones add up."""
        index = self.index
        if type(index) is slice:
            part = buffer[index]
            part += self.g
        elif type(index) is int or is_basic(index):
            buffer[index] += self.g
        elif self.has_rows():
            _add_rows(buffer, index, self.g)
        else:
            np.add.at(buffer, index, self.g)
        return buffer

    def has_rows(self) -> bool:
        """Whether whole rows are added, enough of them for a way of their own to pay."""
        index = self.index
        is_integers = type(index) is np.ndarray and index.dtype.kind != "b"
        return is_integers and len(self.shape) > 1 and self.g.size > 500

    def spread(self, dtype: np.dtype) -> np.ndarray:
        """The whole cotangent, in an array of its own."""
        buffer = np.zeros(self.shape, dtype)
        return _write_rows(buffer, self.index, self.g) if self.has_rows() else self.into(buffer)

    def __add__(self, other: Any) -> Any:
        return self.spread(self.g.dtype) + other

    __radd__ = __add__

    def apart(self) -> Deposit:
        """The same rows, each once and in order; see ``has_rows``."""
        if self.index.ndim == 1 and np.all(self.index[1:] > self.index[:-1]):
            return self
        rows, places = np.unique(self.index % self.shape[0], return_inverse=True)
        width = self.shape[1:]
        dtype, spec = self.g.dtype, Spec.of((rows.size, *width), self.g.dtype)
        sums = Deposit(self.g.reshape(-1, *width), spec, places.reshape(-1)).spread(dtype)
        return Deposit(sums, self, rows)


def _write_rows(buffer: np.ndarray, index: np.ndarray, g: Any) -> np.ndarray:
    """Write ``g`` into rows of zeros; of a repeated row the last, to which the others are added."""
    order = np.arange(index.size).reshape(index.shape)
    latest = np.empty(len(buffer), np.intp)
    latest[index] = order
    earlier = latest[index] != order
    buffer[index] = g
    if earlier.any():
        _add_rows(buffer, index[earlier], g[earlier])
    return buffer


def _add_rows(buffer: np.ndarray, index: np.ndarray, g: Any) -> None:
    """Add ``g`` to the rows of a buffer: six times faster than ``np.add.at`` by whole rows."""
    seen = np.zeros(len(buffer), bool)
    seen[index] = True
    if np.count_nonzero(seen) == index.size:
        buffer[index] += g
    elif buffer.flags.c_contiguous:
        width = buffer[0].size
        places = (index % len(buffer)).reshape(-1, 1) * width + np.arange(width)
        np.add.at(buffer.reshape(-1), places.reshape(-1), g.reshape(-1))
    else:
        np.add.at(buffer, index, g)


def is_basic(index: Any) -> bool:
    """Whether an index selects each entry at most once, by slices and integers alone."""
    if type(index) is tuple:
        return all(type(i) in (int, slice) or i is None or i is Ellipsis for i in index)
    return type(index) in (int, slice) or index is None or index is Ellipsis
