"""Weights as .npz: arrays in members p0.npy, p1.npy, …, and a JSON header that maps names to them.

NumPy opens such a file, and so does every program that opens zip archives. The reader here
accepts less: a file is read only if it is, to the last byte, what ``write`` makes of its contents.
Its length follows from its header and is compared before memory is taken; every other byte is
either an array's or compared with the one expected. So names are never paths, members cannot be
compressed, doubled, hidden or overlapping, and a flipped bit is seen.

Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification" 6.3, §4.3; NumPy Enhancement
Proposal 1, "A simple file format for NumPy arrays".
"""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np

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

HEADER = "header.json"
FORMAT = 1
DTYPES = {  # truth values, integers, floats and complex numbers
    dtype.str: dtype
    for code in "?bhilqBHILQefdgFDG"
    for dtype in (np.dtype(code).newbyteorder("<"), np.dtype(code).newbyteorder(">"))
}
_MANTISSA = int(np.finfo(np.longdouble).nmant)  # longdouble is not one format on all machines

_DATE = 33  # the first of January 1980, at midnight
_NEEDS, _MADE = 45, 3 << 8 | 45  # version 4.5 (large archives), on a system with permissions
_LONG, _WIDE = 0xFFFF, 0xFFFFFFFF  # "see the field of 64 bits"
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_EXTRA = struct.Struct("<2H2Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_CENTRAL_EXTRA = struct.Struct("<2H3Q")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")


def _before(name: bytes, crc: int, size: int) -> bytes:
    """What stands before the bytes of a member: its local header."""
    fixed = _LOCAL.pack(
        b"PK\x03\x04", _NEEDS, 0, 0, 0, _DATE, crc, _WIDE, _WIDE, len(name), _LOCAL_EXTRA.size
    )
    return fixed + name + _LOCAL_EXTRA.pack(1, 16, size, size)


def _after(members: Iterable[tuple[bytes, int, int]]) -> bytes:
    """What stands after all members (name, CRC, size): the central directory."""
    lines, offset = [], 0
    for name, crc, size in members:
        fixed = _CENTRAL.pack(
            b"PK\x01\x02", _MADE, _NEEDS, 0, 0, 0, _DATE, crc, _WIDE, _WIDE, len(name),
            _CENTRAL_EXTRA.size, 0, 0, 0, 0o644 << 16, _WIDE,
        )  # fmt: skip
        lines.append(fixed + name + _CENTRAL_EXTRA.pack(1, 24, size, size, offset))
        offset += _LOCAL.size + len(name) + _LOCAL_EXTRA.size + size
    directory, count = b"".join(lines), len(lines)
    length = len(directory)
    return (
        directory
        + _END_64.pack(b"PK\x06\x06", 44, _MADE, _NEEDS, 0, 0, count, count, length, offset)
        + _LOCATOR_64.pack(b"PK\x06\x07", 0, offset + length, 1)
        + _END.pack(b"PK\x05\x06", 0, 0, _LONG, _LONG, _WIDE, _WIDE, 0)
    )


def _preamble(entry: Entry) -> bytes:
    """What stands before the numbers in an .npy file, a multiple of 64 bytes."""
    text = f"{{'descr': {entry.dtype.str!r}, 'fortran_order': False, 'shape': {entry.shape}, }}"
    length = -(len(text) + 11) % 64 + len(text) + 1
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", length) + f"{text:<{length - 1}}\n".encode()


def _members(entries: Iterable[Entry]) -> Iterator[tuple[bytes, Entry, bytes]]:
    """Name, entry and preamble of each member that holds an array."""
    for number, entry in enumerate(entries):
        yield f"p{number}.npy".encode(), entry, _preamble(entry)


def write(file: BinaryIO, arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    """Write arrays, which ``numbers`` has seen, and metadata, which JSON can hold."""
    entries = {name: Entry(little(a.dtype), a.shape) for name, a in arrays.items()}
    header = dump(
        {
            "format": FORMAT,
            "longdouble": _MANTISSA,
            "arrays": {
                name: {"member": f"p{n}.npy", "dtype": e.dtype.str, "shape": e.shape}
                for n, (name, e) in enumerate(entries.items())
            },
            "metadata": metadata,
        }
    )
    done = [(HEADER.encode(), zlib.crc32(header), len(header))]
    file.write(_before(*done[0]) + header)
    for (name, entry, preamble), array in zip(
        _members(entries.values()), arrays.values(), strict=True
    ):
        content = octets(contiguous(array))
        crc = zlib.crc32(content, zlib.crc32(preamble))
        done.append((name, crc, len(preamble) + entry.nbytes))
        file.write(_before(*done[-1]) + preamble)
        file.write(content)
    file.write(_after(done))


class Reader:
    """A file whose header has been checked: ``entries`` and ``metadata``; ``arrays`` reads it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.name = file, str(file.name)
        header = self._header()
        if header.get("format") != FORMAT:
            refuse(file, f"its format is {str(header.get('format'))[:20]}, known is {FORMAT}.")
        described, metadata = header.get("arrays"), header.get("metadata")
        if not (isinstance(described, dict) and isinstance(metadata, dict) and len(header) == 4):
            refuse(file, "its header does not describe arrays.")
        self.metadata: dict[str, Any] = metadata
        self.entries: dict[str, Entry] = {
            name: self._entry(number, about, header.get("longdouble"))
            for number, (name, about) in enumerate(described.items())
        }
        self._compare_length()

    def _header(self) -> dict[str, Any]:
        """The parsed member that comes first."""
        name, start = HEADER.encode(), self._file.read(len(_before(HEADER.encode(), 0, 0)))
        if len(start) < _LOCAL.size + len(name) + _LOCAL_EXTRA.size:
            refuse(self._file, "it is too short.")
        crc = _LOCAL.unpack_from(start)[6]
        size = _LOCAL_EXTRA.unpack_from(start, len(start) - _LOCAL_EXTRA.size)[2]
        if start != _before(name, crc, size):
            refuse(self._file, "it does not begin as nn.save begins; np.load opens other archives.")
        if size > LIMIT:
            refuse(self._file, f"its header claims {size} bytes, more than {LIMIT}.")
        text = self._file.read(size)
        if len(text) < size or zlib.crc32(text) != crc:
            refuse(self._file, "its header is damaged.")
        self._done = [(name, crc, size)]
        return parse(self._file, text)

    def _entry(self, number: int, about: object, mantissa: object) -> Entry:
        """What the header says about one array, checked."""
        match about:
            case {"member": member, "dtype": str(text), "shape": shape, **rest}:
                if member != f"p{number}.npy" or rest:
                    refuse(self._file, "its header names an unexpected member.")
            case _:
                refuse(self._file, "its header does not describe arrays.")
        if text not in DTYPES:
            refuse(self._file, f"it holds numbers of type {text[:20]!r}.")
        dtype = DTYPES[text]
        if dtype.char in "gG" and mantissa != _MANTISSA:
            refuse(self._file, "its longdouble numbers are those of another kind of machine.")
        return Entry(dtype, shape_of(self._file, shape, dtype))

    def _compare_length(self) -> None:
        """Refuse a file that is longer or shorter than its header says."""
        members = list(self._done)
        members += [(n, 0, len(p) + e.nbytes) for n, e, p in _members(self.entries.values())]
        expected = sum(len(_before(*m)) + m[2] for m in members) + len(_after(members))
        found = os.fstat(self._file.fileno()).st_size
        if found != expected:
            refuse(self._file, f"it has {found} bytes, and its header describes {expected}.")

    def arrays(self) -> dict[str, Array]:
        """Every array by its name; call it once."""
        file, arrays = self._file, []
        for name, entry, preamble in _members(self.entries.values()):
            size = len(preamble) + entry.nbytes
            start = file.read(len(_before(name, 0, size)) + len(preamble))
            array = entry.read(file)
            crc = zlib.crc32(octets(array), zlib.crc32(preamble))
            if start != _before(name, crc, size) + preamble:
                refuse(file, f"its member {name.decode()} is damaged.")
            self._done.append((name, crc, size))
            arrays.append(native(array))
        if file.read() != _after(self._done):
            refuse(file, "its directory is damaged.")
        return dict(zip(self.entries, arrays, strict=True))
