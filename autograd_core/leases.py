"""What a tape may keep of arrays that others can write: a copy, the array itself, or a lease.

Small arrays are copied: as cheap as any protection, and it surprises nobody. Large ones are leased:
read-only until the tape that needs them is swept or dropped.
"""

from collections.abc import Iterator
from itertools import count
from threading import RLock
from typing import Any
from weakref import ref

import numpy as np

SMALL = 2**15  # bytes up to which a copy is several times cheaper than a lease


class Release:
    """Makes the arrays of a lease writable again when it is dropped; twice does no harm."""

    __slots__ = ("array", "lease", "locked")

    def __init__(self, lease: int, array: np.ndarray, locked: list[np.ndarray]) -> None:
        self.lease, self.array, self.locked = lease, array, locked

    def __del__(self) -> None:
        if not self.locked:
            return
        with _guard:
            if _leases.get(id(self.array), _nothing)() is None:
                _leases.pop(id(self.array), None)
            for owner in reversed(self.locked):  # a base first: a view cannot be freer than it
                holders = _locks.get(id(owner))
                if holders is None:
                    continue
                holders.discard(self.lease)
                if not holders:
                    _unlock(owner)
                    _locks.pop(id(owner), None)
            self.locked.clear()


class Lease:
    """A constant array that a tape needs, made read-only until the tape is swept or dropped.

    Its bases become read-only too, so NumPy refuses a write at the line that tries it. A writable
    view made before is out of reach: ``unchanged`` compares a sample of the entries. All tapes that
    keep an array share its lease. It is released twice over, for Python gives up a destructor
    that Ctrl-C hits.
    """

    __slots__ = ("__weakref__", "array", "releases", "sample", "samples")

    def __init__(self, array: np.ndarray) -> None:
        locked: list[np.ndarray] = []
        self.array, lease = array, next_lease()
        self.releases = Release(lease, array, locked), Release(lease, array, locked)
        owner: Any = array
        while isinstance(owner, np.ndarray):
            if owner.flags.writeable or id(owner) in _locks:
                locked.append(owner)  # first: what is listed will be released
                _locks.setdefault(id(owner), set()).add(lease)
                owner.setflags(write=False)
            owner = owner.base
        self.samples = _samples(array)
        self.sample = [part.tobytes() for part in self.samples]
        _leases[id(array)] = ref(self)

    def unchanged(self) -> bool:
        """Whether some 64 entries, first and last included, are what they were."""
        return self.sample == [part.tobytes() for part in self.samples]


next_lease = count(1).__next__
_guard = RLock()  # a lease may be dropped while another is made, in the same thread
_leases: dict[int, "ref[Lease]"] = {}  # by the array that is leased
_locks: dict[int, set[int]] = {}  # the leases that make an array read-only
_waiting: dict[int, list[np.ndarray]] = {}  # views that are writable once their base is


def _nothing() -> None:
    return None


def _unlock(array: np.ndarray) -> None:
    """Make an array writable, and the views that waited for it; or let it wait for its base."""
    base = array.base
    if isinstance(base, np.ndarray) and id(base) in _locks:
        _waiting.setdefault(id(base), []).append(array)
        return
    array.setflags(write=True)
    for view in _waiting.pop(id(array), ()):
        if id(view) not in _locks:
            _unlock(view)


def _samples(array: np.ndarray) -> tuple[np.ndarray, ...]:
    """Views of some entries, evenly spread, and of the last one."""
    array = array.T if array.flags.f_contiguous else array
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        return flat[:: flat.size // 63], flat[-1:]
    steps = [max(1, n // 4) for n in array.shape]
    return tuple([array[tuple([slice(k, None, s) for s in steps])] for k in (0, -1)])


def owners(array: Any) -> Iterator[np.ndarray]:
    """The array and its bases, as far as they are arrays."""
    while isinstance(array, np.ndarray):
        yield array
        array = array.base


def owner(value: Any) -> Any:
    """The array whose memory an array shows; what is no array is its own.

    >>> a = np.zeros(4)
    >>> owner(a[1:][::2]) is a
    True
    """
    return [value, *owners(value)][-1]


def is_frozen(array: np.ndarray) -> bool:
    """Whether nobody can write into the array: it and all its bases are read-only."""
    return not any(owner.flags.writeable or id(owner) in _locks for owner in owners(array))


def is_leased(array: np.ndarray) -> bool:
    """Whether a tape holds the array read-only at the moment."""
    return id(array) in _locks


def keep(array: np.ndarray) -> "np.ndarray | Lease":
    """What a tape may keep of an array that others can write: a copy, the array, or a lease."""
    if array.nbytes <= SMALL:
        return array.copy()
    with _guard:
        lease = _leases.get(id(array), _nothing)()
        if lease is not None and lease.array is array:
            return lease
        return array if is_frozen(array) else Lease(array)
