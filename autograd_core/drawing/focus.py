"""Parts of a Graph: what lies above, below or on a path through certain boxes, found by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from ..errors import ArgumentError
from .links import Links, ids, without
from .model import Box, Graph
from .runs import within


def found(graph: Graph, pattern: str) -> list[Box]:
    """The boxes whose identifier, name or label matches a pattern, in order."""
    return [
        box
        for box in graph
        if any(fnmatchcase(text, pattern) for text in (box.id, box.name, box.label) if text)
    ]


def named(graph: Graph, target: str | Iterable[str]) -> list[str]:
    """The identifiers of the boxes that are meant.

    Args:
        graph: where to look.
        target: an identifier, a name, the path of a scope, the name of an operation, or a pattern
            of one of them such as ``"mat*"``; or several of these.
    Raises:
        ArgumentError: nothing is called like this.

    >>> named(Graph([Box("n0", "input", "x", (), "float64", name="x")], [], ["n0"]), "x")
    ['n0']
    """
    if isinstance(target, str):
        return _named(graph, target)
    return list(dict.fromkeys(key for one in target for key in _named(graph, one)))


def _named(graph: Graph, target: str) -> list[str]:
    if not isinstance(target, str):
        raise ArgumentError(
            f"A box of the graph was asked for by {type(target).__name__}.",
            hint="a Variable of the graph, a name, an identifier such as 'n3', or a pattern",
        )
    exact = [box.id for box in graph if target == box.name or target in ids(box)]
    if exact:
        return exact
    inside = [box.id for box in graph if within(box.scope, target)]
    if inside:
        return inside
    matching = [box.id for box in graph if any(fnmatchcase(text, target) for text in _texts(box))]
    if not matching:
        raise unmatched("box", target, (text for box in graph for text in _texts(box)[1:]))
    return matching


def _texts(box: Box) -> list[str]:
    """What a box can be found by."""
    return [box.id, *(text for text in (box.name, box.label, box.scope) if text)]


def unmatched(kind: str, target: str, known: Iterable[str]) -> ArgumentError:
    """The error for a name that nothing has; it lists near ones.

    >>> print(unmatched("box", "fc1.weigth", ["x", "fc1.weight"]))
    No box of the graph matches 'fc1.weigth'.
      try: 'fc1.weight'
    """
    every = list(dict.fromkeys(known))
    near = difflib.get_close_matches(target, every, 3) or every[:5]
    what = f"No {kind} of the graph matches {target!r}."
    if every:
        return ArgumentError(what, hint=", ".join(map(repr, near)))
    hint = "build it inside ac.recording(), or draw a function" if kind == "scope" else ""
    return ArgumentError(what, f"the graph has no {kind}.", hint)


def focused(
    graph: Graph,
    focus: Sequence[str] | None = None,
    upstream: int | None = None,
    downstream: int | None = None,
) -> Graph:
    """What lies on a path through some boxes, as far as a number of levels away.

    Args:
        graph: what is reduced.
        focus: identifiers; None is the roots for upstream, the leaves for downstream.
        upstream, downstream: how many levels toward the inputs and toward the results; None for
            all if there is a focus.
    """
    links = Links(graph)
    kept: set[str] = set()
    sources = [box.id for box in graph if not links.uses(box.id)]
    for levels, up, starts in ((upstream, True, graph.roots), (downstream, False, sources)):
        if focus is not None or levels is not None:
            found = links.levels(starts if focus is None else focus, up)
            kept.update(key for key, level in found.items() if levels is None or level <= levels)
    return without(graph, kept)


def between(graph: Graph, first: Sequence[str], second: Sequence[str]) -> Graph:
    """All paths from some boxes to others, in whichever direction there are any.

    Raises:
        ArgumentError: no path leads from the ones to the others.
    """
    links = Links(graph)
    for above, below in ((first, second), (second, first)):
        reached = links.levels(above, upstream=False)
        kept = [key for key in links.levels(below, upstream=True) if key in reached]
        if kept:
            return without(graph, kept)
    raise ArgumentError(
        f"No path leads from {graph[first[0]].label!r} to {graph[second[0]].label!r}.",
        "neither was computed from the other.",
        "focus= for what lies above and below one of them",
    )
