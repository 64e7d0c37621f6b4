"""Repeats in a Graph: equal neighbors in a chain become one box.

Equal are operations of the same name, options, shape, dtype and wiring, and runs of scopes whose
boxes are equal one by one. What differs, or is used by anything but its successor, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from .links import LEAVES, Links, ends, joined
from .model import Box, Edge, Graph
from .runs import Run, Runs, summed

LEAST = 3  # so many equal neighbors are folded
SEEN = frozenset({"culprit", "failed"})  # a box with such a mark is never hidden in another
BEFORE = "before"  # the operand that the element before in a chain has computed


# --- operations -----------------------------------------------------------------------------------
def folded(graph: Graph, protected: Iterable[str] = (), links: Links | None = None) -> Graph:
    """The graph with each chain of at least three equal operations as one box.

    One without operands differs from one with them. The leaves that each of them has for itself
    become one box, too.

    Args:
        graph: each box stands before those that use it.
        protected: identifiers of boxes that stay.
        links: those of the graph, if they are known.

    >>> from .model import Edge
    >>> boxes = [Box(f"n{k}", "operation", "sin", (), "float64") for k in range(4)]
    >>> chain = Graph(boxes, [Edge(f"n{k}", f"n{k + 1}") for k in range(3)], ["n3"])
    >>> [(box.id, box.count) for box in folded(chain)]
    [('n0', 1), ('n3', 3)]
    """
    chains = Chains(graph, protected, links or Links(graph))
    found = [members for chain in chains for members in (chain, *chains.own_leaves(chain))]
    groups = {members[-1].id: [box.id for box in members] for members in found}
    return joined(graph, groups, map(_one, found)) if groups else graph


def _one(members: Sequence[Box]) -> Box:
    """The box for several equal ones; for leaves the first name and the last."""
    last, first = members[-1], members[0]
    facts = summed(members, last) | {"count": sum(box.count for box in members)}
    if last.role in LEAVES:
        for fact in ("value", "grad"):
            if any(getattr(box, fact) != getattr(last, fact) for box in members):
                facts[fact] = None
        if first.label != last.label:
            facts["label"] = f"{first.label} … {last.label}"
            facts["name"] = facts["label"] if last.name else None
    return replace(last, **facts)


class Chains:
    """At least three operations of one kind, each used by the next alone and wired like it.

    Iterating gives each chain, from its first operation to its last.
    """

    def __init__(self, graph: Graph, protected: Iterable[str], links: Links) -> None:
        self.graph, self.links = graph, links
        self.boxes = {box.id: box for box in graph}
        self.roots = {*graph.roots}
        self.stays = {*protected, *(box.id for box in graph if SEEN & {*box.marks})}

    def __iter__(self) -> Iterator[list[Box]]:
        before: dict[str, Box] = {}
        after: dict[str, Box] = {}
        for box in self.graph:
            used = dict.fromkeys(self.links.near(box.id, upstream=True))
            one = next((self.boxes[key] for key in used if self._leads_to(key, box)), None)
            if one is not None:
                before[box.id], after[one.id] = one, box
        for box in self.graph:
            if box.id in after and box.id not in before:
                path = [box]
                while path[-1].id in after:
                    path.append(after[path[-1].id])
                yield from (chain for chain in self._alike(path) if len(chain) >= LEAST)

    def _leads_to(self, key: str, box: Box) -> bool:
        """Whether an operation is of the kind of the next, which alone uses it."""
        one = self.boxes[key]
        return (
            one.role == "operation"
            and self._only_for(key, box.id)
            and box.id not in self.stays
            and (one.scope, one.name) == (box.scope, box.name)
            and _kind(one) == _kind(box)
        )

    def _only_for(self, key: str, user: str) -> bool:
        """Whether a box that may be folded is used by this one alone."""
        free = key not in self.roots and key not in self.stays
        return free and all(near == user for near in self.links.near(key, upstream=False))

    def _alike(self, path: list[Box]) -> Iterator[list[Box]]:
        """The parts of a path in which each is wired to the one before in the same way."""
        chain: list[Box] = []
        known: list[Any] = []
        for one, box in pairwise(path):
            wiring = self._wiring(box, one.id)
            if wiring != known:
                yield chain
                chain = [one] if not known and self._begins(one, wiring) else []
                known = wiring
            chain.append(box)
        yield chain

    def _begins(self, one: Box, wiring: list[Any]) -> bool:
        """Whether an operation can stand first in a chain wired in this way."""
        used = self.links.near(one.id, upstream=True)
        place = [row[-1] for row in wiring].index(BEFORE)
        return place < len(used) and self._wiring(one, used[place]) == wiring

    def _wiring(self, box: Box, before: str) -> list[Any]:
        """Where the operands come from: the box before, a leaf of its own, or a certain box."""
        rows = []
        own: dict[str, int] = {}
        for edge in self.links.uses(box.id):
            key = ends(edge)[0]
            target: Any = BEFORE if key == before else key
            if key != before and self.boxes[key].role in LEAVES and self._only_for(key, box.id):
                target = (own.setdefault(key, len(own)), *_leaf(self.boxes[key]))
            rows.append((edge.operand, edge.kind, edge.note, edge.port, edge.view, target))
        return rows

    def own_leaves(self, chain: list[Box]) -> Iterator[list[Box]]:
        """For each operand that is a leaf of its own throughout a chain, these leaves."""
        targets = [row[-1] for row in self._wiring(chain[1], chain[0].id)]
        places = {target: k for k, target in enumerate(targets) if isinstance(target, tuple)}
        for place in places.values():
            yield [self.boxes[self.links.near(box.id, upstream=True)[place]] for box in chain]


def _kind(box: Box) -> Any:
    """What equal boxes share, but for where they stand and what they are called."""
    if box.role in LEAVES:
        return _leaf(box)
    if box.role != "operation":
        return box.id  # what stands for others is equal to none
    outputs = tuple((out.name, out.shape, out.dtype) for out in box.outputs)
    options = tuple(sorted(box.options.items()))
    return box.label, box.shape, box.dtype, options, outputs, box.marks


def _leaf(box: Box) -> tuple[Any, ...]:
    """What equal leaves share; of a constant also its numbers."""
    numbers = repr(box.value.numbers) if box.role == "constant" and box.value else ""
    return box.role, box.shape, box.dtype, numbers


# --- runs of scopes -------------------------------------------------------------------------------
def repeats(
    runs: Runs, parts: Sequence[Run], kinds: dict[Any, int], stays: Callable[[Run], bool]
) -> Iterator[list[Run]]:
    """Some runs in groups: at least three equal ones in a chain together, each other one alone.

    Args:
        runs: where they come from.
        parts: runs that lie in the same scope, in order.
        kinds: a number for each structure that was met; it is added to.
        stays: whether a run is never folded.
    """
    if len(parts) < LEAST:
        yield from ([run] for run in parts)
        return
    contents = [None if stays(run) else Content(runs, run, kinds) for run in parts]
    group, known = [parts[0]], None
    for (before, content), run in zip(pairwise(contents), parts[1:], strict=True):
        link = before.link(content) if before is not None and content is not None else None
        if link is not None and known in (None, link):
            group.append(run)
        else:
            together = len(group) >= LEAST
            again = link is not None and not together  # the last may begin another chain
            rest = group[:-1] if again else group
            yield from [group] if together else [[alone] for alone in rest]
            group = [group[-1], run] if again else [run]
        known = link if len(group) > 1 else None
    yield from [group] if len(group) >= LEAST else [[alone] for alone in group]


class Content:
    """What is in a run, for comparison: ``kind`` is equal for equal structures.

    ``outside`` is what it uses of others, by box and port, in order of first use.
    """

    def __init__(self, runs: Runs, run: Run, kinds: dict[Any, int]) -> None:
        self.runs, self.run = runs, run
        members = runs.members(run)
        self.index = {box.id: k for k, box in enumerate(members)}
        self.outside: dict[tuple[str, str], int] = {}
        rows: list[Any] = [run.scope.label]
        for box in members:
            inner = "" if box.role in LEAVES else box.scope[len(run.scope.path) :]
            rows.append((_kind(box), inner, *map(self._operand, runs.links.uses(box.id))))
        self.kind = kinds.setdefault(tuple(rows), len(kinds))
        self.asked = any(box.id in runs.roots for box in members)
        self.seen = any(SEEN & {*box.marks} for box in members)
        used = (key for box in members for key in runs.links.near(box.id, upstream=False))
        self.users = {key for key in used if key not in self.index}

    def _operand(self, edge: Edge) -> tuple[Any, ...]:
        key = ends(edge)[0]
        if key in self.index:
            target: tuple[Any, ...] = ("inside", self.index[key], edge.port)
        else:
            target = ("outside", self.outside.setdefault((key, edge.port), len(self.outside)))
        return edge.operand, edge.kind, edge.note, edge.view, target

    def link(self, after: Content) -> tuple[Any, ...] | None:
        """How the next run uses this one, if it is equal and alone does so; else None."""
        if self.kind != after.kind or self.run.stop != after.run.start:
            return None
        if self.asked or self.seen or after.seen or not self.users <= after.index.keys():
            return None
        rows: list[Any] = []
        for own, (key, port) in zip(self.outside, after.outside, strict=True):
            if own == (key, port):
                rows.append("same")
            elif key in self.index:
                rows.append((self.index[key], port))
            else:
                return None
        return tuple(rows) if any(row != "same" for row in rows) else None
