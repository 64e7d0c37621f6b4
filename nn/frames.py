"""Where a call of a module stands in a recording: a scope with its path and its class."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING

from autograd_core import name_scope

if TYPE_CHECKING:
    from .module import Module

__all__: list[str] = []

# the paths of all modules below the outermost one that is called, and the path of the innermost
outer: ContextVar[tuple[dict[int, str], str] | None] = ContextVar("outer", default=None)


@contextmanager
def frame(module: Module) -> Iterator[None]:
    """A block in which what is recorded stands in a scope of the module.

    The outermost module has one if it has a name, or nothing inside it: a model's layers are found
    under their paths in the model.
    """
    around = outer.get()
    paths, above = around or ({}, "")
    path = paths.get(id(module), "")
    name = path.removeprefix(f"{above}.") if above else path
    if not path:  # the outermost, or one that is no part of it
        paths = {id(inner): p for p, inner in module.named_modules()}
        alone = len(paths) == 1 or around is not None
        name = module.name or (type(module).__name__ if alone else "")
    token = outer.set((paths, path))
    try:
        with name_scope(name, type(module).__name__) if name else nullcontext():
            yield
    finally:
        outer.reset(token)
