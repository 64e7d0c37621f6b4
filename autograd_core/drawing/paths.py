"""Ways through a Graph: what leads to a box, what follows from it, what lies between two.

Arrows of a sweep run the other way than those of operands, so each is read as "operand → result".
Everything is iterative and linear in the boxes and arrows that are visited.
"""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from ..errors import ArgumentError
from .model import Box, Edge, Graph


def found(graph: Graph, pattern: str) -> list[Box]:
    """The boxes whose identifier, name or label matches a glob pattern, in order."""
    return [box for box in graph if any(fnmatchcase(key, pattern) for key in _keys(box))]


def chosen(graph: Graph, key: str) -> list[str]:
    """The identifiers that an identifier, a name or a pattern stands for.

    Raises:
        ArgumentError: there is none; it lists near ones.
    """
    exact = [box.id for box in graph if key in (box.id, box.name)]
    ids = exact or [box.id for box in found(graph, key)]
    if not ids:
        known = [name for box in graph for name in _keys(box) if name != box.id]
        near = difflib.get_close_matches(str(key), known, 3)
        raise ArgumentError(
            f"The graph has no box {key!r}.",
            hint=", ".join(map(repr, near)) if near else "graph.find('*') lists them all",
        )
    return ids


def _keys(box: Box) -> list[str]:
    return [key for key in (box.id, box.name, box.label) if key]


def reached(
    graph: Graph, starts: Iterable[str], upstream: bool, levels: int | None = None
) -> set[str]:
    """The identifiers to be reached from some, against the arrows or along them.

    Args:
        graph: where.
        starts: identifiers; they are reached.
        upstream: towards the operands; else towards the results.
        levels: how many steps; None for all.
    """
    near: dict[str, list[str]] = {}
    for edge in graph.edges:
        operand, result = ends(edge)
        here, there = (result, operand) if upstream else (operand, result)
        near.setdefault(here, []).append(there)
    front = list(dict.fromkeys(starts))
    seen = set(front)
    while front and (levels is None or levels > 0):
        levels = None if levels is None else levels - 1
        front = [
            k for k in dict.fromkeys(n for key in front for n in near.get(key, ())) if k not in seen
        ]
        seen.update(front)
    return seen


def ends(edge: Edge) -> tuple[str, str]:
    """The identifiers of operand and result, whichever way the arrow points."""
    return (edge.head, edge.tail) if edge.kind == "gradient" else (edge.tail, edge.head)


def part(graph: Graph, ids: Collection[str]) -> Graph:
    """The boxes with these identifiers, and the arrows and scopes among them.

    Its roots are those of the graph, and else the boxes from which nothing leads on.
    """
    boxes = [box for box in graph if box.id in ids]
    edges = [edge for edge in graph.edges if edge.tail in ids and edge.head in ids]
    used = {ends(edge)[0] for edge in edges}
    roots = [key for key in graph.roots if key in ids]
    roots = roots or [box.id for box in boxes if box.id not in used]
    inside = {box.scope for box in boxes}
    scopes = [s for s in graph.scopes if any(f"{p}.".startswith(f"{s.path}.") for p in inside)]
    return replace(graph, nodes=boxes, edges=edges, roots=roots, scopes=scopes)
