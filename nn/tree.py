"""How a module is shown: an indented tree, equal neighbors as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Module


def folded(children: list[tuple[str, Module]]) -> list[str]:
    """A line or block for each child, equal neighbors as one: ``(3-14): 12 x Linear(4, 4)``.

    A child that stands among them a second time is shown by its first name: ``(2): (0) again``.
    """
    groups: list[tuple[list[str], str]] = []
    first: dict[int, str] = {}
    for name, module in children:
        known = first.setdefault(id(module), name)
        text = repr(module) if known == name else f"({known}) again"
        if groups and groups[-1][1] == text:
            groups[-1][0].append(name)
        else:
            groups.append(([name], text))
    lines: list[str] = []
    for names, text in groups:
        count = "" if len(names) == 1 else f"{len(names)} x "
        lines += f"({_span(names)}): {count}{text}".split("\n")
    return lines


def _span(names: list[str]) -> str:
    """The first name and the last; of one list, the last position alone: ``layers.0-11``."""
    if len(names) == 1:
        return names[0]
    first, last = names[0].rpartition("."), names[-1].rpartition(".")
    return f"{names[0]}-{last[2] if first[0] == last[0] else names[-1]}"
