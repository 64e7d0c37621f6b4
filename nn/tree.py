"""How a module is shown: an indented tree, equal neighbors as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Module


def folded(children: list[tuple[str, Module]]) -> list[str]:
    """A line or block for each child, equal neighbors as one: ``(3-14): 12 x Linear(4, 4)``."""
    groups: list[tuple[list[str], str]] = []
    for name, module in children:
        text = repr(module)
        if groups and groups[-1][1] == text:
            groups[-1][0].append(name)
        else:
            groups.append(([name], text))
    lines: list[str] = []
    for names, text in groups:
        span = names[0] if len(names) == 1 else f"{names[0]}-{names[-1].rpartition('.')[2]}"
        count = "" if len(names) == 1 else f"{len(names)} x "
        lines += f"({span}): {count}{text}".split("\n")
    return lines
