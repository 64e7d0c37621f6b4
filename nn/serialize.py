"""Weights and models in files, without pickle: nothing that a file holds is run."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from numpy.typing import ArrayLike

from autograd_core import ArgumentError

from . import npz, safetensors
from .entries import Array, numbers
from .files import Path, reading, replacing

__all__ = ["load", "save"]

Reader = npz.Reader | safetensors.Reader


def save(state: Mapping[str, ArrayLike], path: Path) -> None:
    """Save named arrays: as .safetensors under that suffix, else as .npz, to exactly this path.

    A file that is there already is replaced when the new one is complete.

    Args:
        state: name → array or Variable of any shape; names are any texts.
        path: where to; ``weights.ckpt`` becomes ``weights.ckpt``, which is .npz inside.
    Raises:
        StateError: an array holds something else than numbers and truth values; or complex128 or
            longdouble, which .safetensors does not know.
        OSError: the path is a link or a folder, or may not be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"fc.weight": [[1.0, 2.0]]}, folder + "/w.npz")
    ...     load(folder + "/w.npz")
    {'fc.weight': array([[1., 2.]])}
    """
    if not isinstance(state, Mapping):
        raise ArgumentError(
            f"save() takes a dict of arrays, not a {type(state).__name__}.",
            hint="model.save(path), or nn.save(model.state_dict(), path)",
        )
    write(path, state, {})


def load(path: Path) -> dict[str, Array]:
    """The named arrays of a file that ``save``, ``model.save`` or the package safetensors wrote.

    Nothing in the file is run, imported or taken for a path, and no more memory is taken than the
    file is long; bfloat16 becomes float32.

    Args:
        path: the file.
    Returns:
        name → array.
    Raises:
        StateError: the file is damaged, or something else.
        OSError: the path is no regular file, or may not be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"w": [1.0, 2.0]}, folder + "/w.safetensors")
    ...     load(folder + "/w.safetensors")
    {'w': array([1., 2.])}
    """
    with opened(path) as reader:
        return reader.arrays()


def _container(path: Path) -> Any:
    """The module that reads and writes files of this suffix."""
    return safetensors if os.fspath(path).endswith(".safetensors") else npz


def write(path: Path, state: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
    """Save arrays and metadata, checked before the file is begun."""
    arrays = {}
    for name, value in state.items():
        if not isinstance(name, str):
            raise ArgumentError(
                f"save() got the name {name!r}.", "names are texts.", repr(str(name))
            )
        arrays[name] = numbers(name, value)
    with replacing(path) as file:
        _container(path).write(file, arrays, metadata)


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A file of which only the header has been read."""
    with reading(path) as file:
        yield _container(path).Reader(file)
