"""Where things are in a module: the walk over its attributes, and the paths in errors.

A path is made of attribute names, positions and keys: ``encoder.layers.0.weight``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_core import ArgumentError, AutogradError, ShapeError

from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module

PLAIN = {int, float, complex, bool, str, bytes, type(None), np.ndarray, np.float64}
Members = Callable[[Any], Iterable[tuple[str, Any]] | None]


def walk(obj: Any, members: Members, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Everything inside an object with its path, in order of definition, each once.

    Args:
        obj: where to start; it comes first, under ``prefix``.
        members: gives the (name, value) pairs inside a value, or None for one to end at.
    """
    seen: set[int] = set()

    def visit(path: str, value: Any) -> Iterator[tuple[str, Any]]:
        if id(value) in seen:
            return
        seen.add(id(value))
        yield path, value
        for name, item in members(value) or ():
            yield from visit(f"{path}.{name}" if path else name, item)

    return visit(prefix, obj)


def items_of(value: Any) -> Iterable[tuple[str, Any]] | None:
    """What is in a list, tuple or dict, numbers and texts left out; None for anything else."""
    if isinstance(value, list | tuple):
        return [(str(k), item) for k, item in enumerate(value) if type(item) not in PLAIN]
    if isinstance(value, dict):
        return [(str(key), item) for key, item in value.items() if type(item) not in PLAIN]
    return None


def near(path: str, paths: Iterable[str]) -> str:
    """The paths that look like one, for a message.

    >>> near("fc.bais", ["fc.weight", "fc.bias"])
    'fc.bias'
    """
    paths = list(paths)
    found = difflib.get_close_matches(path, paths, 3) or paths
    return ", ".join(found[:10]) + (", ..." if len(found) > 10 else "")


# --- names in messages ----------------------------------------------------------------------------
def label(module: Module, path: str | None = None) -> str:
    """A layer as a message names it: its class, its name or path, and its sizes.

    >>> from nn import Linear
    >>> label(Linear(4, 2)), label(Linear(4, 2), "hidden.2")
    ('Linear (4 -> 2)', "Linear 'hidden.2' (4 -> 2)")
    """
    name = module.name if isinstance(module.name, str) else path
    quoted = f" {name!r}" if name else ""
    arrow = sizes(module)
    return f"{type(module).__name__}{quoted}{f' ({arrow})' if arrow else ''}"


def sizes(module: Module) -> str:
    """What a layer takes and gives, ``4 -> 2``, of the attributes its class names; or nothing."""
    return " -> ".join([str(getattr(module, name)) for name in module._sizes])


class Failure:
    """Where a call failed: the layer, and the one before it; kept on the exception on its way up.

    Each enclosing module says again where the layer is, so that the outermost has the last word.
    """

    def __init__(self, error: Exception, module: Module) -> None:
        self.error, self.module = error, module
        self.before: Module | None = None
        self.note = ""
        known = isinstance(error, AutogradError)
        self.parts = (error.what, error.why, error.hint) if known else None  # type: ignore[attr-defined]

    @classmethod
    def of(cls, error: Exception, module: Module) -> Failure:
        """The failure that an exception carries, or a new one in this module."""
        found: Failure | None = vars(error).get("_failure")
        if found is None:
            found = error._failure = cls(error, module)  # type: ignore[attr-defined]
        return found

    def seen_from(self, root: Module) -> None:
        """Name the layer by its path below ``root``."""
        paths = {id(module): path for path, module in root.named_modules()}
        path = paths.get(id(self.module))
        if not path:
            return
        if self.parts is not None and label(self.module) in self.parts[0]:
            self._rewrite(path, paths)
            return
        notes = self.error.__notes__ if hasattr(self.error, "__notes__") else []
        if self.note in notes:
            notes.remove(self.note)
        self.note = f"  inside {path!r}, {label(self.module, '')}"
        self.error.add_note(self.note)

    def _rewrite(self, path: str, paths: Mapping[int, str]) -> None:
        error: Any = self.error
        plain, name = label(self.module), repr(self.module.name or path)
        what, why, hint = self.parts or ("", "", "")
        error.what = what.replace(plain, label(self.module, path))
        error.hint = hint.replace(plain, name)
        before = self.before
        if before is not None and not why and isinstance(error, ShapeError):
            named = before.name or paths.get(id(before), "")
            size = getattr(before, before._sizes[-1])
            why = f"the layer before it, {named!r} ({sizes(before)}), gives {size}."
        error.why = why.replace(plain, name)

    def after(self, modules: Iterable[Module]) -> None:
        """Note the last of the modules that came before and has sizes, if none is noted."""
        if self.before is None:
            sized = [m for module in modules for m in module.modules() if m._sizes]
            self.before = sized[-1] if sized else None


def check_replacement(module: Module, name: str, before: Parameter, value: Any) -> None:
    """Refuse what would silently take a Parameter's place."""
    if not isinstance(value, Parameter):
        kind = (
            "an array"
            if isinstance(value, np.ndarray | np.generic | int | float | complex | list)
            else f"a {type(value).__name__}"
        )
        raise ArgumentError(
            f"{label(module)}.{name} is a Parameter; it was assigned {kind}.",
            "it would no longer be trained or saved.",
            f"layer.{name}.data = value, or layer.{name} = nn.Parameter(value)",
        )
    if value.shape != before.shape:
        raise ShapeError(
            f"{label(module)}.{name} has shape {before.shape}; it was assigned {value.shape}.",
            hint=f"a Parameter of shape {before.shape}",
        )


@contextmanager
def replaced(module: Module, values: Mapping[str, Any]) -> Iterator[None]:
    """Let a module compute with other values in the place of its parameters, inside a block.

    Args:
        module: what holds the parameters.
        values: path of a parameter → the Variable or array in its place.
    Raises:
        ArgumentError: there is no such parameter.

    >>> from nn import Linear
    >>> layer = Linear(2, 1, bias=False)
    >>> with replaced(layer, {"weight": np.ones((2, 1))}):
    ...     layer(np.ones((1, 2)))
    Variable([[2.]], requires_grad=False, shape=(1, 1))
    """
    new = {id(module.get_parameter(path)): value for path, value in values.items()}

    def put(value: Any) -> Any:
        if isinstance(value, list | tuple):
            items = [put(item) for item in value]
            changed = any(a is not b for a, b in zip(items, value, strict=True))
            return type(value)(items) if changed else value
        if isinstance(value, dict):
            pairs = {key: put(item) for key, item in value.items()}
            return pairs if any(pairs[key] is not value[key] for key in value) else value
        return new.get(id(value), value)

    changes = [
        (vars(inner), name, value, put(value))
        for inner in module.modules()
        for name, value in vars(inner).items()
        if name != "_arguments" and put(value) is not value
    ]
    try:
        for attributes, name, _, value in changes:
            attributes[name] = value
        yield
    finally:
        for attributes, name, value, _ in changes:
            attributes[name] = value
