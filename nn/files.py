"""Files that are read only if they are files, and replaced whole or not at all."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

__all__: list[str] = []

Path = str | os.PathLike[str]


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading; a symbolic link to one is followed.

    Raises:
        OSError: it is a folder, a pipe or a device, or may not be read.

    >>> with reading(__file__) as file:
    ...     len(file.read(3))
    3
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
        yield file


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of ``path`` when all of it is on the disk.

    Whatever ends the block early, even a power cut, leaves the former file as it was.

    Raises:
        OSError: the path is a link, a folder, a pipe or a device, or may not be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(folder + "/weights.ckpt") as file:
    ...         _ = file.write(b"abc")
    ...     os.listdir(folder)
    ['weights.ckpt']
    """
    target = os.fspath(path)
    mode = _mode(target)
    folder = os.path.dirname(target) or os.curdir
    temporary = os.path.join(folder, f".{secrets.token_hex(8)}.tmp")
    try:
        file = open(temporary, "xb")  # noqa: SIM115  (closed below, before it is renamed)
    except OSError as err:
        raise OSError(err.errno, err.strerror, target) from err
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    _sync(folder)


def _mode(path: str) -> int | None:
    """The permissions of the file that is to be replaced; None if there is none yet."""
    try:
        found = os.lstat(path).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found):
        raise OSError(errno.EINVAL, "not a regular file", path)
    return stat.S_IMODE(found)


def _sync(folder: str) -> None:
    """Have the folder's new entry on the disk too, where folders can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
