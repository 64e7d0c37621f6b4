"""Models in files: their weights beside the architecture, which is plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MethodType
from typing import Any

from autograd_core import StateError

from . import state
from .config import built, encoded
from .entries import Entry
from .files import Path
from .parameter import BUDGET
from .serialize import Reader, opened, write
from .sharing import share, shared

__all__: list[str] = []

SPARE = 2**23  # numbers that layers may make and not save, such as tables of positions


class Loading:
    """``load``, which a class and an instance take differently: to make a model, to fill one."""

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        return MethodType(_made, owner) if instance is None else MethodType(_filled, instance)


class Saved:
    """What a module inherits to be saved and loaded.

    >>> import os, tempfile
    >>> from nn import Linear, Sequential
    >>> model = Sequential(Linear(2, 3), Linear(3, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.npz")
    ...     model.save(path)
    ...     Sequential.load(path)
    Sequential(
      (0): Linear(2, 3)
      (1): Linear(3, 1)
    )
    """

    def save(self, path: Path) -> None:
        """Save parameters, persistent buffers and the architecture, to exactly this path.

        The file is .safetensors under that suffix, else .npz. An architecture that is more than
        plain data, such as a nameless function, is left out: ``load`` then says so.

        Args:
            path: where to; a file that is there is replaced when the new one is complete.
        Raises:
            StateError: a dtype that .safetensors does not know.
            OSError: the path is a link or a folder, or may not be written.
        """
        _save(self, path)

    load = Loading()


def _save(model: Any, path: Path) -> None:
    """Write a model's state, and how it was made."""
    about: dict[str, Any] = {
        "frozen": [name for name, p in model.named_parameters() if not p.requires_grad],
        "shared": shared(model),
    }
    try:
        about["architecture"] = encoded(model)
    except StateError as err:
        about["without"] = err.what
    write(path, model._state(), about)


def _filled(model: Any, path: Path, *, strict: bool = True) -> Any:
    """Take the weights of a file, all of them or, after an error, none.

    ``load`` of a class makes the model from the file instead.

    Args:
        path: a file that ``model.save`` or ``nn.save`` wrote, or the package safetensors.
        strict: whether missing and unknown names are errors; otherwise they are left out.
    Returns:
        the model itself.
    Raises:
        StateError: the file is damaged, or one report of all that does not fit.
        OSError: the path is no regular file, or may not be read.
    """
    with opened(path) as reader:
        state.check(model._state(), reader.entries, strict)
        arrays = reader.arrays()
    state.load(model._state(), arrays, strict)
    return model


def _made(cls: type[Any], path: Path, *, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that a file describes, with its weights in the dtypes they were saved in.

    Classes and functions are looked up by name in this package and in ``custom_objects``; nothing
    is imported, and no arrays are made that are much larger than the file's. ``load`` of a model
    takes the weights alone.

    Args:
        path: a file that ``model.save`` wrote.
        custom_objects: name → class or function, for what this package does not know.
    Raises:
        StateError: the file is damaged, holds no architecture, or one with an unknown name, or
            another kind of model than the class.
        OSError: the path is no regular file, or may not be read.
    """
    with opened(path) as reader:
        model = _built(reader, cls, custom_objects or {})
        share(model, reader.metadata.get("shared"))
        own = model._state()
        state.check({name: _like(name, v, reader) for name, v in own.items()}, reader.entries)
        arrays = reader.arrays()
    for name, variable in own.items():
        variable.data = arrays[name].reshape(variable.shape)
    frozen = reader.metadata.get("frozen")
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not (isinstance(frozen, list) and name in frozen)
    return model


def _like(name: str, value: Any, reader: Reader) -> Entry:
    """What the model has under a name, in the precision that the file has."""
    found = reader.entries[name].dtype if name in reader.entries else value.dtype
    return Entry(found if found.kind == value.dtype.kind else value.dtype, value.shape)


def _built(reader: Reader, cls: type[Any], custom_objects: Mapping[str, Any]) -> Any:
    """The model of a file's architecture, drawn anew."""
    if "architecture" not in reader.metadata:
        raise StateError(
            f"The file {reader.name!r} holds weights without an architecture.",
            str(reader.metadata.get("without", "model.save writes one, nn.save does not."))[:200],
            "make the model as it was made, then model.load(path)",
        )
    numbers = sum(math.prod(entry.shape) for entry in reader.entries.values())
    drawn = BUDGET.set(SPARE + 4 * numbers)
    try:
        model = built(reader.metadata["architecture"], {cls.__name__: cls, **custom_objects})
    except StateError:
        raise
    except Exception as err:  # whatever a constructor says to the arguments of a damaged file
        raise StateError(
            f"The architecture in {reader.name!r} cannot be built.",
            f"{type(err).__name__}: {err}".partition("\n")[0],
            "the version of the library that wrote it",
        ) from err
    finally:
        BUDGET.reset(drawn)
    if not isinstance(model, cls):
        raise StateError(
            f"The file {reader.name!r} holds a {type(model).__name__}, no {cls.__name__}.",
            hint="nn.Module.load(path) makes whatever it holds",
        )
    return model
