"""What stands in several places of a module: told when it is saved, put back when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_core import StateError

from .config import encoded
from .contents import Contents
from .parameter import Buffer, Parameter
from .paths import items_of

if TYPE_CHECKING:
    from .module import Module

KINDS = (Contents, Parameter, Buffer)


class Place(NamedTuple):
    """Where a module, parameter or buffer stands: in ``owner`` under ``name``."""

    path: str
    owner: Any
    name: str
    value: Any


def places(module: Module, deep: bool = True) -> Iterator[Place]:
    """Every place inside a module, those of shared things too; what they hold is shown once.

    Args:
        module: where to start.
        deep: whether to look inside modules.
    """
    seen: set[int] = {id(module)}

    def visit(prefix: str, owner: Any) -> Iterator[Place]:
        members = owner._members() if isinstance(owner, Contents) else items_of(owner)
        for name, value in members or ():
            path = f"{prefix}.{name}" if prefix else name
            if isinstance(value, KINDS):
                yield Place(path, owner, name, value)
            if id(value) in seen or (isinstance(value, Contents) and not deep):
                continue
            seen.add(id(value))
            yield from visit(path, value)

    return visit("", module)


def shared(module: Module) -> dict[str, str]:
    """Path → first path, for each place whose module, parameter or buffer stands elsewhere too.

    >>> from nn import Linear, Sequential
    >>> layer = Linear(2, 2)
    >>> shared(Sequential(layer, layer))
    {'1': '0'}
    """
    first: dict[int, str] = {}
    return {
        place.path: known
        for place in places(module)
        if (known := first.setdefault(id(place.value), place.path)) != place.path
    }


def share(module: Module, found: object) -> None:
    """Put the things at first paths into the other places, as ``shared`` found them.

    Args:
        module: a model made from a file.
        found: path → first path, of the same file.
    Raises:
        StateError: there is no such place, or something else stands there.
    """
    known = {place.path: place for place in places(module)}
    for path, first in found.items() if isinstance(found, dict) else ():
        here, there = known.get(path), known.get(first) if isinstance(first, str) else None
        if here is None or there is None or not _alike(here.value, there.value):
            raise StateError(
                f"The file says that {path!r} is shared with {str(first)!r}, which does not fit.",
                "its architecture has no such places, or different things stand there.",
                "the version of the library that wrote it",
            )
        if here.value is not there.value:
            _put(here, there.value)


def _alike(here: Any, there: Any) -> bool:
    """Whether one of them can take the place of the other; never of what holds it."""
    if type(here) is not type(there):
        return False
    if isinstance(here, Contents):
        return bool(encoded(here) == encoded(there))
    return bool(here.shape == there.shape)


def _put(place: Place, value: Any) -> None:
    """Let something else stand in a place; tuples keep what they were made with."""
    inside = isinstance(place.owner, Contents)
    holders = [vars(place.owner), vars(place.owner).get("_entries")] if inside else [place.owner]
    for holder in holders:
        if isinstance(holder, list | dict):
            for key, item in list(
                enumerate(holder) if isinstance(holder, list) else holder.items()
            ):
                if item is place.value and str(key) == place.name:
                    holder[key] = value
