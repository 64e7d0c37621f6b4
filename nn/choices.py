"""What is chosen by name: the value of a string option, or an error that names the nearest."""

import difflib
from collections.abc import Mapping
from typing import TypeVar

from autograd_core import ArgumentError

__all__ = ["choice", "one_axis"]

T = TypeVar("T")


def choice(kind: str, name: object, table: Mapping[str, T]) -> T:
    """The entry of a table under a name.

    Args:
        kind: the keyword that was given the name, for the message.
        name: what was given; capitals, hyphens and underscores do not matter.
        table: what there is to choose from, under lower-case names.
    Raises:
        ArgumentError: nothing has this name; the message proposes the nearest, or lists all.

    >>> choice("mode", "Max", {"min": 1, "max": 2})
    2
    """
    if not isinstance(name, str):
        raise ArgumentError(
            f"{kind}={name!r} is neither a name nor a callable.", hint=_listed(table)
        )
    if name in table:
        return table[name]
    bare = {_bare(known): entry for known, entry in table.items()}
    if _bare(name) in bare:
        return bare[_bare(name)]
    near = difflib.get_close_matches(name.lower(), table, 1)
    near = near or [known for known in sorted(table) if name and known.startswith(name.lower())]
    if near:
        raise ArgumentError(
            f"{kind}={name!r}, did you mean {near[0]!r}?", hint=f"{kind}={near[0]!r}"
        )
    raise ArgumentError(f"{kind}={name!r} is not known.", hint=_listed(table))


def one_axis(who: str, axis: int, dim: int | None, default: int = -1) -> int:
    """The axis of a function that also takes PyTorch's name for it.

    Args:
        who: the function, for the message.
        axis, dim: what was given.
        default: the axis that stands for none given.
    Raises:
        ArgumentError: both were given, and differ.

    >>> one_axis("softmax()", -1, dim=0)
    0
    """
    if dim is None:
        return axis
    if axis not in (default, dim):
        raise ArgumentError(f"{who} got axis={axis} and dim={dim}.", hint=f"axis={axis}")
    return dim


def _bare(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _listed(table: Mapping[str, T]) -> str:
    names = sorted(table)
    return ", ".join(map(repr, names[:10])) + (", ..." if len(names) > 10 else "")
