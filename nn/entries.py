"""What the two containers of weights have in common: dtypes, shapes, JSON, and what is refused."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from autograd_core import StateError, Variable

__all__: list[str] = []

Array = NDArray[Any]

LIMIT = 10_000_000  # bytes of a header
LARGEST = 2**63 - 1  # bytes of an array


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says about one array before it is read."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """The bytes that the array's numbers take."""
        return math.prod(self.shape) * self.dtype.itemsize

    def read(self, file: BinaryIO) -> Array:
        """The array (shape) whose numbers come next in the file."""
        array = np.empty(self.shape, self.dtype)
        if file.readinto(octets(array)) != array.nbytes:  # type: ignore[attr-defined]
            refuse(file, "it ends before its last array.")
        if self.dtype == bool and np.any(array.view(np.uint8) > 1):
            refuse(file, "a truth value in it is neither 0 nor 1.")
        return array


def refuse(file: BinaryIO, why: str) -> NoReturn:
    """Say why a file is not read."""
    raise StateError(
        f"The file {file.name!r} holds no weights that can be loaded.",
        why,
        "copy or save it again; nothing was changed",
    )


def shape_of(file: BinaryIO, shape: object, dtype: np.dtype[Any]) -> tuple[int, ...]:
    """A shape found in a file, if an array of the dtype can have it."""
    lengths = shape if isinstance(shape, list) else [None]
    if len(lengths) > 64 or not all(type(n) is int and 0 <= n <= LARGEST for n in lengths):
        refuse(file, f"a shape in it is {str(shape)[:60]}.")
    if math.prod(n for n in lengths if n) * dtype.itemsize > LARGEST:
        refuse(file, f"an array of shape {tuple(lengths)} is larger than any memory.")
    return tuple(lengths)


def numbers(name: str, value: object) -> Array:
    """The values that are to be saved under a name, of a dtype that files can hold.

    Raises:
        StateError: they are objects, texts, dates or records, or masked.

    >>> numbers("w", [1, 2])
    array([1, 2])
    """
    array = value.data if isinstance(value, Variable) else value
    if not isinstance(array, np.ma.MaskedArray):
        array = np.asarray(array)
        if array.dtype.kind in "biufc":
            return array
    raise StateError(
        f"{name!r} cannot be saved: {type(value).__name__} of dtype {array.dtype}.",
        "files of weights hold arrays of numbers and truth values.",
        "leave it out, or convert it",
    )


def little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype as files have it: lowest byte first."""
    return dtype.newbyteorder("<")


def contiguous(array: Array) -> Array:
    """The array in C order, lowest byte first, in its own shape; a copy only where needed.

    >>> contiguous(np.arange(6, dtype=">i4").reshape(2, 3).T).tobytes()[:12:4]
    b'\\x00\\x03\\x01'
    """
    return np.ascontiguousarray(array, dtype=little(array.dtype)).reshape(array.shape)


def octets(array: Array) -> memoryview:
    """The bytes of a contiguous array, in place.

    >>> octets(np.ones(1, ">u2")).tobytes()
    b'\\x00\\x01'
    """
    return array.reshape(-1).view(np.uint8).data


def native(array: Array) -> Array:
    """The array in the byte order of this machine."""
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def dump(header: Mapping[str, Any]) -> bytes:
    """A header as JSON in ASCII.

    Raises:
        StateError: it would be longer than readers accept, or a number in it is not finite.
    """
    try:
        text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError) as err:
        raise StateError(
            "The header of this file cannot be written.",
            f"{err}.",
            "nn.save(model.state_dict(), path)",
        ) from err
    if len(text) > LIMIT:
        raise StateError(
            f"The header of this file would have {len(text)} bytes.",
            f"readers accept {LIMIT}, so that nobody can exhaust their memory.",
            "save the model in parts",
        )
    return text


def parse(file: BinaryIO, text: bytes) -> dict[str, Any]:
    """The object that a header holds: strict JSON in UTF-8, every key once, finite numbers."""
    try:
        found = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_finite,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as err:
        refuse(file, f"its header is no JSON that can be read: {str(err)[:80]}.")
    if not isinstance(found, dict):
        refuse(file, "its header is no JSON object.")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys differ."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _finite(text: str) -> float:
    """A number, where JSON's numbers are."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is no number of JSON")
    return number
