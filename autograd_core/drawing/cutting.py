"""Keep the part of a Graph around its roots, and count what was left out in boxes of its own.

Of what the roots were computed from, a box is kept after all that use it; of what was computed
from them, after all that it uses. So no path leads through a box for what was left out and back.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

from .links import Links, joined
from .model import Box, Graph
from .runs import operations, spaced, summed

ROLES = ("operation", "input", "parameter", "constant")
NOTE = " are not shown; max_nodes=None shows all."
NOTHING: dict[str, Any] = {"shape": (), "dtype": "", "value": None, "grad": None, "outputs": ()}


def cut(graph: Graph, most: int, focus: Sequence[str] = (), whole: Graph | None = None) -> Graph:
    """The graph with at most so many boxes, those for what was left out included.

    Args:
        graph: each box stands before those that use it.
        most: how many boxes; at least one.
        focus: identifiers to start from, breadth-first; by default the roots.
        whole: the graph that this one was made from; its boxes are what is counted.

    >>> from .model import Edge
    >>> boxes = [Box(f"n{k}", "operation", "sin", (), "float64") for k in range(9)]
    >>> sines = Graph(boxes, [Edge(f"n{k}", f"n{k + 1}") for k in range(8)], ["n8"])
    >>> small = cut(sines, 3)
    >>> [box.label for box in small], small.truncated
    (['7 more operations', 'sin', 'sin'], {'operation': 7})
    """
    if len(graph) <= most:
        return graph
    links = Links(graph)
    below = _ordered(links, focus or graph.roots)
    above = _others(graph, links, below)
    order = [*below, *above]
    if focus:
        pairs = chain.from_iterable(zip_longest(below, above))
        order = [key for key in pairs if key is not None]
    for limit in (1, max(2, most // 10)):
        kept = {*order[: most - min(limit, most)]}
        parts = [[key for key in part if key not in kept] for part in (below, above)]
        groups = [group for part in parts for group in _frontiers(part, links, kept)]
        if len(groups) <= limit:
            break
    else:
        groups = _fewer(parts, links, kept, limit)
    if len(groups) + len(kept) > most:
        groups = [[key for group in groups for key in group]]
    return _cut(graph, groups, graph if whole is None else whole, {*below})


def _ordered(links: Links, starts: Sequence[str]) -> list[str]:
    """The starts and what they were computed from, breadth-first, each after all its users."""
    inside = links.levels(starts, upstream=True)
    return _walk(list(inside), links, upstream=True)


def _others(graph: Graph, links: Links, below: Iterable[str]) -> list[str]:
    """All other boxes, breadth-first, each after all of them that it uses."""
    known = {*below}
    return _walk([box.id for box in graph if box.id not in known], links, upstream=False)


def _walk(keys: list[str], links: Links, upstream: bool) -> list[str]:
    """Some boxes, breadth-first in one direction, each once what leads to it has been met."""
    waits = dict.fromkeys(keys, 0)
    for key in keys:
        for near in links.near(key, upstream):
            if near in waits:
                waits[near] += 1
    queue = deque(key for key in keys if not waits[key])
    order = []
    while queue:
        key = queue.popleft()
        order.append(key)
        for near in links.near(key, upstream):
            if near in waits:
                waits[near] -= 1
                if not waits[near]:
                    queue.append(near)
    return order


def _frontiers(part: list[str], links: Links, kept: set[str]) -> list[list[str]]:
    """What was left out, in connected pieces; pieces with the same neighbors together."""
    left = {*part}
    found: dict[frozenset[str], list[str]] = {}
    for start in part:
        if start not in left:
            continue
        left.discard(start)
        piece, neighbors = [start], set()
        for key in piece:  # it grows meanwhile
            for near in (*links.near(key, upstream=True), *links.near(key, upstream=False)):
                if near in left:
                    left.discard(near)
                    piece.append(near)
                elif near in kept:
                    neighbors.add(near)
        found.setdefault(frozenset(neighbors), []).extend(piece)
    return list(found.values())


def _fewer(parts: list[list[str]], links: Links, kept: set[str], limit: int) -> list[list[str]]:
    """The largest pieces below, the rest of them together, and all that stands above."""
    below, above = parts
    pieces = sorted(_frontiers(below, links, kept), key=len, reverse=True)
    free = limit - 1 - bool(above)
    rest = [key for piece in pieces[free:] for key in piece]
    return [group for group in (*pieces[:free], rest, above) if group]


def _cut(graph: Graph, groups: list[list[str]], whole: Graph, below: set[str]) -> Graph:
    """A box with what it stands for in place of each group, and a note."""
    boxes = {box.id: box for box in graph}
    known = {box.id: box for box in whole}
    rank = {box.id: k for k, box in enumerate(graph)}
    made = {}
    for keys in groups:
        keys.sort(key=rank.__getitem__)
        members = [boxes[key] for key in keys]
        facts = summed(members, members[-1]) | NOTHING
        counts: Counter[str] = Counter()
        for key in facts["members"]:
            if key in known:
                counts.update(counted(known[key]))
        made[keys[-1]] = Box(keys[-1], "cut", told(counts, " more"), **facts)
    early = below & made.keys()  # what others use stands before them
    small = joined(graph, dict(zip(made, groups, strict=True)), made.values(), early)
    total: Counter[str] = Counter()
    for box in small:
        total.update(counted(box) if box.role == "cut" else {})
    notes = [note for note in graph.notes if not note.endswith(NOTE)]
    truncated = {role: total[role] for role in ROLES if total[role]}
    return replace(small, notes=[*notes, told(total) + NOTE], truncated=truncated)


def counted(box: Box) -> Counter[str]:
    """How many boxes of each role one box stands for."""
    if box.role == "cut":
        return Counter(
            {
                role: int(found[1].replace(" ", ""))
                for role in ROLES
                if (found := re.search(rf"(\d[\d ]*) (?:more )?{role}", box.label))
            }
        )
    if box.role == "scope":
        return Counter(operation=operations(box))
    return Counter({box.role: box.count})


def told(counts: Counter[str], more: str = "") -> str:
    """The counts in words.

    >>> told(Counter(operation=12304, input=2), " more")
    '12 304 more operations, 2 inputs'
    """
    words = [
        f"{spaced(counts[role])}{{}} {role}{'s' * (counts[role] != 1)}"
        for role in ROLES
        if counts[role]
    ]
    return ", ".join([words[0].format(more), *(word.format("") for word in words[1:])])
