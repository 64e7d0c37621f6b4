"""Who uses what in a Graph, and several boxes drawn as one.

An arrow may point from an operand to its operation, or back along the sweep; here it goes from
what is used to what uses it. Nothing here knows why boxes are joined.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .model import Box, Edge, Graph

LEAVES = frozenset({"input", "parameter", "constant"})


def ends(edge: Edge) -> tuple[str, str]:
    """The box that is used, and the one that uses it; an arrow of a sweep points the other way.

    >>> ends(Edge("n1", "n0", kind="gradient"))
    ('n0', 'n1')
    """
    return (edge.tail, edge.head) if edge.kind == "operand" else (edge.head, edge.tail)


class Links:
    """What each box uses and what uses it, in the order of the graph; once for each edge."""

    def __init__(self, graph: Graph) -> None:
        self._uses: dict[str, list[Edge]] = {}
        self._above: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        for edge in graph.edges:
            used, user = ends(edge)
            self._uses.setdefault(user, []).append(edge)
            self._above.setdefault(user, []).append(used)
            self._below.setdefault(used, []).append(user)

    def uses(self, key: str) -> Sequence[Edge]:
        """The edges between a box and what it uses."""
        return self._uses.get(key, ())

    def near(self, key: str, upstream: bool) -> Sequence[str]:
        """What a box uses, or what uses it."""
        return (self._above if upstream else self._below).get(key, ())

    def levels(self, starts: Iterable[str], upstream: bool) -> dict[str, int]:
        """Each box that is reached, and over how many edges at least; breadth-first."""
        found = dict.fromkeys(starts, 0)
        queue = deque(found)
        while queue:
            key = queue.popleft()
            for near in self.near(key, upstream):
                if near not in found:
                    found[near] = found[key] + 1
                    queue.append(near)
        return found


def ids(box: Box) -> tuple[str, ...]:
    """The identifiers that a box stands for, its own if it stands for itself."""
    return box.members or (box.id,)


def places(graph: Graph) -> dict[str, str]:
    """Where each box went: identifier → that of the box that stands for it now."""
    return {member: box.id for box in graph for member in ids(box)}


def without(graph: Graph, kept: Iterable[str]) -> Graph:
    """Only some boxes and what connects them; where no root is left, what nothing else uses."""
    keep = set(kept)
    nodes = [box for box in graph if box.id in keep]
    edges = [edge for edge in graph.edges if edge.tail in keep and edge.head in keep]
    used = {ends(edge)[0] for edge in edges}
    roots = [root for root in graph.roots if root in keep]
    roots = roots or [box.id for box in nodes if box.id not in used]
    return framed(replace(graph, nodes=nodes, edges=edges, roots=roots))


def framed(graph: Graph) -> Graph:
    """The graph with those frames alone that still have a box inside; its lists are its own."""
    inside: set[str] = set()
    for path in {box.scope for box in graph}:
        while path and path not in inside:
            inside.add(path)
            path = path.rpartition(".")[0]
    scopes = [scope for scope in graph.scopes if scope.path in inside]
    lists: dict[str, Any] = {
        name: list(getattr(graph, name)) for name in ("nodes", "edges", "roots", "notes")
    }
    return replace(
        graph,
        **lists,
        scopes=scopes,
        truncated=dict(graph.truncated),
        options=dict(graph.options),
    )


def joined(
    graph: Graph,
    groups: Mapping[str, list[str]],
    boxes: Iterable[Box],
    early: Collection[str] = (),
) -> Graph:
    """The graph with a box for each group, where its last member stood.

    Args:
        graph: what is reduced; each box stands before those that use it.
        groups: identifier of a new box → those of the boxes that it replaces.
        boxes: the new boxes; an edge that touches one is merged with its neighbors of the same
            ends, and counts them.
        early: groups that stand where their first member stood.
    """
    place = {key: group for group, keys in groups.items() for key in keys}
    made = {box.id: box for box in boxes}
    stands: dict[str, int] = {}
    for k, box in enumerate(graph):
        group = place.get(box.id)
        if group is not None and not (group in early and group in stands):
            stands[group] = k
    nodes = [
        made.get(place.get(box.id, ""), box)
        for k, box in enumerate(graph)
        if box.id not in place or stands[place[box.id]] == k
    ]
    rank = {box.id: k for k, box in enumerate(nodes)}
    edges = sorted(_merged(graph.edges, place), key=lambda edge: rank[ends(edge)[1]])
    roots = list(dict.fromkeys(place.get(root, root) for root in graph.roots))
    return framed(replace(graph, nodes=nodes, edges=edges, roots=roots))


def _merged(edges: Iterable[Edge], place: Mapping[str, str]) -> list[Edge]:
    """The edges between boxes, one for each pair of neighbors if one of them is a group."""
    merged: list[Edge] = []
    known: dict[tuple[str, str, str], int] = {}
    for edge in edges:
        if edge.tail not in place and edge.head not in place:
            merged.append(edge)
            continue
        tail, head = place.get(edge.tail, edge.tail), place.get(edge.head, edge.head)
        if tail == head:
            continue
        inner: dict[str, Any] = (
            {"operand": "", "note": "", "formula": ""} if edge.head in place else {}
        )
        port = "" if edge.tail in place else edge.port
        moved = replace(edge, tail=tail, head=head, port=port, **inner)
        at = known.setdefault((tail, head, edge.kind), len(merged))
        if at == len(merged):
            merged.append(moved)
        else:
            merged[at] = both(merged[at], moved)
    return merged


def both(one: Edge, other: Edge) -> Edge:
    """Two arrows between the same boxes as one, which says what both of them say.

    >>> both(Edge("n0", "n1", "0", view=True), Edge("n0", "n1", "1")).count
    2
    """
    same: dict[str, Any] = {
        name: getattr(one, name) if getattr(one, name) == getattr(other, name) else ""
        for name in ("operand", "note", "port", "formula")
    }
    view, count = one.view and other.view, one.count + other.count
    return replace(one, **same, view=view, count=count, contribution=None)
