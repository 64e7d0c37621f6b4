"""Checkpoints: everything that a training run needs to go on as if it had not stopped."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from autograd_core import ArgumentError, StateError

from . import state
from .defaults import generator
from .entries import Array
from .files import Path
from .keywords import checked
from .serialize import opened, write
from .structures import pack, unpack

if TYPE_CHECKING:
    from .module import Module

__all__ = ["load_checkpoint", "save_checkpoint"]


Generators = np.random.Generator | Mapping[str, np.random.Generator] | None


class Stateful(Protocol):
    """What optimizers, schedules, loaders and histories have in common."""

    def state_dict(self) -> Any:
        """All that it remembers, as nested plain values and arrays."""

    def load_state_dict(self, state: Any, /) -> object:
        """Remember this instead."""


@checked
def save_checkpoint(
    path: Path,
    *,
    model: Module | None = None,
    optimizer: Stateful | None = None,
    scheduler: Stateful | None = None,
    rng: Generators = None,
    history: Stateful | None = None,
    epoch: int | None = None,
) -> None:
    """Save a training run in one file, so that going on equals not having stopped, bit for bit.

    Besides what is given, the generators that the model's layers hold are saved, and the default
    generator, which serves every ``rng=None``.

    Args:
        path: where to; a file that is there is replaced when the new one is complete.
        model: its parameters, buffers and generators.
        optimizer, scheduler: their ``state_dict``.
        rng: the generator that shuffles, or several by name.
        history: its ``state_dict``.
        epoch: a number of yours, which ``load_checkpoint`` returns.
    Raises:
        StateError: a state holds something else than numbers, texts and arrays.
        OSError: the path is a link or a folder, or may not be written.

    >>> import tempfile
    >>> from nn import SGD, Linear
    >>> model = Linear(2, 1)
    >>> optimizer = SGD(model, lr=0.1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(folder + "/run", model=model, optimizer=optimizer, epoch=3)
    ...     load_checkpoint(folder + "/run", model=model, optimizer=optimizer)
    3
    """
    parts: dict[str, Any] = {"epoch": epoch, "generators": {}}
    for name, found in _generators(rng, model).items():
        parts["generators"][name] = found.bit_generator.state
    if model is not None:
        parts["model"] = {name: value.data for name, value in model._state().items()}
    for name, part in (("optimizer", optimizer), ("scheduler", scheduler), ("history", history)):
        if part is not None:
            parts[name] = part.state_dict()
    arrays: dict[str, Array] = {}
    packed = {name: pack(part, arrays, name) for name, part in parts.items()}
    write(path, arrays, {"checkpoint": packed})


@checked
def load_checkpoint(
    path: Path,
    *,
    model: Module | None = None,
    optimizer: Stateful | None = None,
    scheduler: Stateful | None = None,
    rng: Generators = None,
    history: Stateful | None = None,
) -> int | None:
    """Give each part back what it was saved with, all of them or, after an error, none.

    Args:
        path: a file that ``save_checkpoint`` wrote.
        model, optimizer, scheduler, rng, history: made as the saved ones were.
    Returns:
        the epoch that was saved.
    Raises:
        StateError: the file is damaged, lacks a part, or a part does not fit.
        OSError: the path is no regular file, or may not be read.

    >>> import tempfile
    >>> rng = np.random.default_rng(0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(folder + "/run", rng=rng)
    ...     before = rng.random()
    ...     load_checkpoint(folder + "/run", rng=rng)
    >>> before == rng.random()
    True
    """
    saved = _read(path)
    given = {"optimizer": optimizer, "scheduler": scheduler, "history": history}
    parts = [(name, part, saved[name]) for name, part in given.items() if part is not None]
    weights = {} if model is None else saved.table("model")
    generators = _generators(rng, model)
    states = _checked(generators, saved.table("generators"))
    with ExitStack() as undo:
        for name, part, kept in parts:
            undo.callback(part.load_state_dict, part.state_dict())
            _give(part, name, kept)
        if model is not None:
            state.load(model._state(), weights)
        undo.pop_all()
    for name, found in generators.items():
        found.bit_generator.state = states[name]
    epoch: int | None = saved["epoch"]
    return epoch


class Parts(dict[str, Any]):
    """What a checkpoint holds; a part that is missing is a StateError."""

    def __missing__(self, name: str) -> Any:
        raise StateError(
            f"The checkpoint holds no {name}.",
            f"it holds {', '.join(self)}.",
            f"save_checkpoint(path, {name}={name}, ...)",
        )

    def table(self, name: str) -> dict[str, Any]:
        """A part that consists of named values."""
        part = self[name]
        if not isinstance(part, dict):
            raise StateError(f"The {name} of the checkpoint is no table.", hint="save it again")
        return part


def _read(path: Path) -> Parts:
    """The parts of a checkpoint."""
    with opened(path) as reader:
        packed = reader.metadata.get("checkpoint")
        if not isinstance(packed, dict):
            raise StateError(
                f"The file {reader.name!r} is no checkpoint.",
                hint="nn.load(path), or model.load(path)",
            )
        arrays = reader.arrays()
    try:
        return Parts((name, unpack(part, arrays)) for name, part in packed.items())
    except (ValueError, RecursionError) as err:
        raise StateError(
            f"The file {reader.name!r} is no checkpoint.",
            f"{err}.",
            "a file that nn.save_checkpoint wrote",
        ) from err


def _generators(rng: Generators, model: Module | None) -> dict[str, np.random.Generator]:
    """Every generator that a run draws from, by name."""
    given = rng if isinstance(rng, Mapping) else {} if rng is None else {"": rng}
    found = {f"rng {name}".strip(): value for name, value in given.items()}
    if model is not None:
        found |= {f"model {path}": value for path, value in model.named_generators()}
    for name, value in found.items():
        if not isinstance(value, np.random.Generator):
            raise ArgumentError(
                f"A checkpoint got a {type(value).__name__} as {name}.",
                "a seed or a number is no state.",
                "rng = np.random.default_rng(seed), used in training and given here",
            )
    return {"default": generator(None), **found}


def _checked(
    generators: Mapping[str, np.random.Generator], states: dict[str, Any]
) -> dict[str, Any]:
    """The saved states of these generators, each of which its generator can take."""
    for name, found in generators.items():
        try:
            type(found.bit_generator)().state = states[name]
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            raise StateError(
                f"The checkpoint holds no state for the generator {name!r}.",
                f"it holds those of {', '.join(map(str, states))}; this one is a "
                f"{type(found.bit_generator).__name__}.",
                "a model and generators made as the saved ones were",
            ) from err
    return states


def _give(part: Stateful, name: str, kept: Any) -> None:
    """Load the state of an optimizer, a schedule or a history."""
    try:
        part.load_state_dict(kept)
    except StateError:
        raise
    except Exception as err:  # whatever a part says to the state of another
        raise StateError(
            f"The {name} of the checkpoint does not fit this {type(part).__name__}.",
            f"{type(err).__name__}: {err}".partition("\n")[0],
            f"one made as the saved {name} was",
        ) from err
