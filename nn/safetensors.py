"""Weights as .safetensors: eight bytes of length, a JSON header, the numbers of all arrays.

Files are exchanged with the package of that name, which this module does not need. The reader
accepts what the format's authors do, if the arrays cover the file exactly and in order.

Source: Hugging Face, "Safetensors", section "Format".
"""

import json
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from autograd_core import StateError

from .entries import (
    LIMIT,
    Array,
    Entry,
    contiguous,
    dump,
    little,
    native,
    octets,
    parse,
    refuse,
    shape_of,
)

__all__: list[str] = []

KEY = "autograd-core"  # of our metadata, among those that other programs write
FORMAT = 1
DTYPES = {
    "BOOL": np.dtype("bool"), "I8": np.dtype("i1"), "I16": np.dtype("<i2"),
    "I32": np.dtype("<i4"), "I64": np.dtype("<i8"), "U8": np.dtype("u1"),
    "U16": np.dtype("<u2"), "U32": np.dtype("<u4"), "U64": np.dtype("<u8"),
    "F16": np.dtype("<f2"), "F32": np.dtype("<f4"), "F64": np.dtype("<f8"),
    "C64": np.dtype("<c8"), "BF16": np.dtype("<u2"),  # read only: the upper half of a float32
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in reversed(DTYPES.items()) if name != "BF16"}


def write(file: BinaryIO, arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    """Write arrays, which ``numbers`` has seen, and metadata, which JSON can hold.

    Raises:
        StateError: the format has no name for a dtype, or keeps the name of an array for itself.
    """
    header: dict[str, Any] = {
        "__metadata__": {KEY: json.dumps({"format": FORMAT, "metadata": metadata})}
    }
    end = 0
    for name, array in arrays.items():
        dtype = little(array.dtype)
        if dtype not in _NAMES or name in header:
            raise StateError(
                f"{name!r} of dtype {array.dtype} cannot be saved as .safetensors.",
                "the format has no place for it.",
                "use .npz",
            )
        begin, end = end, end + array.nbytes
        header[name] = {
            "dtype": _NAMES[dtype], "shape": array.shape, "data_offsets": [begin, end]
        }  # fmt: skip
    text = dump(header)
    text += b" " * (-len(text) % 8)  # so that the numbers begin at a multiple of eight
    file.write(len(text).to_bytes(8, "little") + text)
    for array in arrays.values():
        file.write(octets(contiguous(array)))


class Reader:
    """A file whose header has been checked: ``entries`` and ``metadata``; ``arrays`` reads it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.name = file, str(file.name)
        start = file.read(8)
        length, size = int.from_bytes(start, "little"), os.fstat(file.fileno()).st_size
        if len(start) < 8 or length > min(LIMIT, size - 8):
            refuse(file, f"its header claims {length} bytes; the file has {size}.")
        text = file.read(length)
        if text[:1] != b"{":
            refuse(file, "its header does not begin with a brace.")
        header = parse(file, text)
        self.metadata = self._metadata(header.pop("__metadata__", {}))
        self._types: dict[str, str] = {}
        self.entries: dict[str, Entry] = {}
        end = 0
        for name, about in header.items():
            end = self._entry(name, about, end)
        if 8 + length + end != size:
            refuse(file, f"it has {size} bytes, and its header describes {8 + length + end}.")

    def _metadata(self, found: object) -> dict[str, Any]:
        """What we wrote beside the arrays; nothing in files of other programs."""
        if not (isinstance(found, dict) and all(isinstance(v, str) for v in found.values())):
            refuse(self._file, "its metadata are not texts.")
        if KEY not in found:
            return {}
        ours = parse(self._file, found[KEY].encode("utf-8", "surrogatepass"))
        if ours.get("format") != FORMAT or not isinstance(ours.get("metadata"), dict):
            refuse(self._file, f"its format is {str(ours.get('format'))[:20]}, known is {FORMAT}.")
        return dict(ours["metadata"])

    def _entry(self, name: str, about: object, begin: int) -> int:
        """Check what the header says about one array; where its bytes end."""
        match about:
            case {"dtype": str(text), "shape": shape, "data_offsets": offsets, **rest} if not rest:
                pass
            case _:
                refuse(self._file, "its header does not describe arrays.")
        if text not in DTYPES:
            refuse(self._file, f"it holds numbers of type {text[:20]!r}.")
        entry = Entry(DTYPES[text], shape_of(self._file, shape, DTYPES[text]))
        end = begin + entry.nbytes
        if offsets != [begin, end] or any(type(n) is not int for n in offsets):
            refuse(self._file, f"the bytes of {name[:40]!r} are not where its shape puts them.")
        self._types[name] = text
        self.entries[name] = Entry(np.dtype("<f4"), entry.shape) if text == "BF16" else entry
        return end

    def arrays(self) -> dict[str, Array]:
        """Every array by its name; call it once."""
        found = {}
        for name, entry in self.entries.items():
            if self._types[name] == "BF16":
                halves = Entry(DTYPES["BF16"], entry.shape).read(self._file)
                upper = halves.astype(np.uint32)
                upper <<= 16
                found[name] = upper.view(np.float32)
            else:
                found[name] = native(entry.read(self._file))
        return found
