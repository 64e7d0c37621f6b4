"""Two graphs as one: what the second has besides, and what it lacks.

Boxes are compared in order, as the lines of two texts are: one that is equal in role, name,
operation, options, shape and dtype stays, the others are added or removed. Every writer shows the
result; words say what the colors mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from ..errors import ArgumentError
from .links import ends
from .model import Box, Edge, Graph

MOST = 3000  # of more boxes between equal beginnings and ends, all count as changed
ADDED, REMOVED = "added", "removed"
PAINT = {
    ADDED: {"color": "#1b6e1b", "fillcolor": "#d3f0d0", "fontcolor": "#1a1a1a"},
    REMOVED: {"color": "#b3261e", "fillcolor": "#fbd9d5", "fontcolor": "#1a1a1a"},
}


def difference(old: Graph, new: Graph) -> Graph:
    """All boxes and arrows of both graphs, those of one alone marked "added" or "removed".

    Values and gradients are the new ones, roots those of both.

    Raises:
        ArgumentError: the second is no Graph.

    >>> x, sin, cos = (Box("n0", "input", "x", (), "float64", name="x"),
    ...                Box("n1", "operation", "sin", (), "float64"),
    ...                Box("n1", "operation", "cos", (), "float64"))
    >>> before, after = (Graph([x, f], [Edge("n0", "n1")], ["n1"]) for f in (sin, cos))
    >>> [(box.label, box.marks) for box in difference(before, after)]
    [('x', ()), ('sin', ('removed',)), ('cos', ('added',))]
    """
    if not isinstance(new, Graph):
        raise ArgumentError(
            f"diff() got {type(new).__name__}; it compares with a Graph.",
            hint="before.diff(ac.graph(f, x))",
        )
    nodes: list[Box] = []
    places: tuple[dict[str, str], dict[str, str]] = {}, {}  # of the old boxes, and of the new
    for before, after in _aligned(old.nodes, new.nodes):
        key = f"n{len(nodes)}"
        for box, place in zip((before, after), places, strict=True):
            if box is not None:
                place[box.id] = key
        nodes.append(_marked(key, before, after))
    edges = _edges(old, new, places, {box.id: k for k, box in enumerate(nodes)})
    roots = [places[1][key] for key in new.roots] + [places[0][key] for key in old.roots]
    counts = {mark: sum(mark in box.marks for box in nodes) for mark in (ADDED, REMOVED)}
    note = f"{counts[ADDED]} boxes are added (green), {counts[REMOVED]} removed (red)."
    scopes = {scope.path: scope for scope in (*new.scopes, *old.scopes)}
    return Graph(
        nodes,
        edges,
        list(dict.fromkeys(roots)),
        [note, *new.notes],
        list(scopes.values()),
        dict(new.truncated),
        new.options | {"style_fn": painted, "edge_fn": painted_edge},
    )


def painted(box: Box) -> dict[str, str] | None:
    """The colors of a box that was added or removed; a hook of the writers."""
    return next((PAINT[mark] for mark in (ADDED, REMOVED) if mark in box.marks), None)


def painted_edge(edge: Edge) -> dict[str, str] | None:
    """The color of an arrow between old boxes that was added or removed."""
    color = next((PAINT[m]["color"] for m in (ADDED, REMOVED) if edge.note.endswith(m)), None)
    return None if color is None else {"color": color, "fontcolor": color}


def _token(box: Box) -> tuple[Any, ...]:
    """What boxes that stay have in common."""
    return box.role, box.label, box.name, box.shape, box.dtype, tuple(sorted(box.options.items()))


Pair = tuple[Any, Any]  # an old box and a new one; None where there is none


def _aligned(old: list[Box], new: list[Box]) -> Iterator[Pair]:
    """Pairs of equal boxes, and each other one alone, in the order of both graphs."""
    a, b = list(map(_token, old)), list(map(_token, new))
    start, least = 0, min(len(a), len(b))
    while start < least and a[start] == b[start]:
        start += 1
    end = 0
    while end < least - start and a[-1 - end] == b[-1 - end]:
        end += 1
    stop, last = len(a) - end, len(b) - end
    yield from zip(old[:start], new[:start], strict=True)
    blocks: list[Any] = [("replace", 0, stop - start, 0, last - start)]
    if max(stop, last) - start <= MOST:
        matcher = SequenceMatcher(None, a[start:stop], b[start:last], autojunk=False)
        blocks = list(matcher.get_opcodes())
    for tag, i, j, k, m in blocks:
        some, others = old[start + i : start + j], new[start + k : start + m]
        if tag == "equal":
            yield from zip(some, others, strict=True)
        else:
            yield from ((box, None) for box in some)
            yield from ((None, box) for box in others)
    yield from zip(old[stop:], new[last:], strict=True)


def _marked(key: str, before: Any, after: Any) -> Box:
    """The box of the new graph, or of the old one, with its mark; in words, too."""
    if before is not None and after is not None:
        stays: Box = replace(after, id=key)
        return stays
    box: Box = before if after is None else after
    mark = REMOVED if after is None else ADDED
    message = f"{mark}: {box.message}" if box.message else mark
    return replace(box, id=key, marks=(*box.marks, mark), message=message)


def _edges(
    old: Graph, new: Graph, places: tuple[dict[str, str], dict[str, str]], rank: dict[str, int]
) -> list[Edge]:
    """The arrows of both; those of one alone between boxes of both say so."""
    moved = [
        [replace(edge, tail=place[edge.tail], head=place[edge.head]) for edge in graph.edges]
        for graph, place in zip((old, new), places, strict=True)
    ]
    keys = [{_key(edge): None for edge in edges} for edges in moved]
    common = set(places[0].values()) & set(places[1].values())
    found = []
    for edges, others, mark in ((moved[1], keys[0], ADDED), (moved[0], keys[1], REMOVED)):
        for edge in edges:
            if _key(edge) not in others:
                between = edge.tail in common and edge.head in common
                note = " ".join(filter(None, (edge.note, mark)))
                found.append(replace(edge, note=note) if between else edge)
            elif mark == ADDED:
                found.append(edge)
    return sorted(found, key=lambda edge: rank[ends(edge)[1]])


def _key(edge: Edge) -> tuple[str, ...]:
    return edge.tail, edge.head, edge.operand, edge.port, edge.kind
