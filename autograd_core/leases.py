"""What a tape may keep of arrays that others can write: a copy, the array itself, or a lease.

Small arrays are copied: as cheap as any protection, and it surprises nobody. Large ones are leased:
read-only until the tape that needs them is swept or dropped.
"""

from collections.abc import Iterator
from threading import Lock
from typing import Any

import numpy as np

SMALL = 4096  # bytes up to which a copy is cheaper than a lease


class Lease:
    """A constant array that a tape needs, made read-only until the tape is swept or dropped.

    Its bases become read-only too, so NumPy refuses a write at the line that tries it. A writable
    view made before is out of reach: ``unchanged`` compares a sample of the entries.
    """

    __slots__ = ("array", "locked", "sample")

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.locked = array, []
        with _lock:
            for owner in owners(array):
                if owner.flags.writeable or id(owner) in _leased:
                    _leased[id(owner)] = _leased.get(id(owner), 0) + 1
                    owner.flags.writeable = False
                    self.locked.append(owner)
        self.sample = self._fingerprint()

    def _fingerprint(self) -> bytes:
        array = self.array.T if self.array.flags.f_contiguous else self.array
        if array.flags.c_contiguous:
            flat = array.reshape(-1)
            return flat[:: flat.size // 63].tobytes() + flat[-1:].tobytes()
        places = np.linspace(0, array.size - 1, 64).astype(np.intp)
        return array[np.unravel_index(places, array.shape)].tobytes()

    def unchanged(self) -> bool:
        """Whether 64 entries, first and last included, are what they were."""
        return self.sample == self._fingerprint()

    def __del__(self) -> None:
        with _lock:
            for owner in reversed(self.locked):  # a base first: a view cannot be freer than it
                _leased[id(owner)] -= 1
                if not _leased[id(owner)]:
                    del _leased[id(owner)]
                    owner.flags.writeable = True


_lock = Lock()
_leased: dict[int, int] = {}


def owners(array: Any) -> Iterator[np.ndarray]:
    """The array and its bases, as far as they are arrays."""
    while isinstance(array, np.ndarray):
        yield array
        array = array.base


def is_frozen(array: np.ndarray) -> bool:
    """Whether nobody can write into the array: it and all its bases are read-only."""
    return not any(owner.flags.writeable or id(owner) in _leased for owner in owners(array))


def is_leased(array: np.ndarray) -> bool:
    """Whether a tape holds the array read-only at the moment."""
    return id(array) in _leased


def keep(array: np.ndarray) -> "np.ndarray | Lease":
    """What a tape may keep of an array that others can write: a copy, the array, or a lease."""
    if array.nbytes <= SMALL:
        return array.copy()
    return array if is_frozen(array) else Lease(array)
