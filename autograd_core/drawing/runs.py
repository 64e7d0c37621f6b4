"""Calls of modules in a Graph: consecutive operations of one scope, and the box for such a call.

An operation lies in the scope that it was made in and in those around it. A module that is called
twice, with something else in between, has two runs; so no path leaves a run and comes back, and a
box can stand in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from .links import LEAVES, Links, ids
from .model import Box, Graph, Scope

SHOWN = 4  # so many shapes are listed


@dataclass(slots=True, eq=False)
class Run:
    """The operations ``start`` to ``stop`` of a graph, all in one scope.

    Args:
        scope: where they were made.
        around: the path of the scope around that one, "" if there is none.
        depth: how many scopes they lie in, this one included.
        start, stop: from where to where, among the boxes that are no leaves.
        parts: the runs inside.
    """

    scope: Scope
    around: str
    depth: int
    start: int
    stop: int
    parts: list[Run] = field(default_factory=list)


class Runs:
    """All runs of a graph, and the leaves that belong to them.

    ``top`` are the runs inside no other; ``operations`` are the boxes that are no leaves.
    """

    def __init__(self, graph: Graph) -> None:
        self.links = Links(graph)
        self.boxes = {box.id: box for box in graph}
        self.roots = set(graph.roots)
        self.operations = [box for box in graph if box.role not in LEAVES]
        rank = {box.id: k for k, box in enumerate(self.operations)}
        self.leaves: dict[int, list[tuple[int, Box]]] = {}  # by first user, with the last
        for box in graph:
            users = [rank[key] for key in self.links.near(box.id, upstream=False)]
            if box.role in LEAVES and users and box.id not in self.roots:
                self.leaves.setdefault(min(users), []).append((max(users), box))
        self.top = _found(graph, self.operations)

    def __iter__(self) -> Iterator[Run]:
        """Every run, outer ones before those inside."""
        stack = self.top[::-1]
        while stack:
            run = stack.pop()
            yield run
            stack += run.parts[::-1]

    def members(self, run: Run) -> list[Box]:
        """The operations of a run, each after the leaves of its own that nothing outside uses."""
        found = []
        for k in range(run.start, run.stop):
            for last, leaf in self.leaves.get(k, ()):
                if last < run.stop and _belongs(leaf, run.scope.path):
                    found.append(leaf)
            found.append(self.operations[k])
        return found

    def exits(self, members: Iterable[Box]) -> list[Box]:
        """Those whose results are used outside, or asked for."""
        members = list(members)
        inside = {box.id for box in members}
        return [
            box
            for box in members
            if box.id in self.roots
            or any(user not in inside for user in self.links.near(box.id, upstream=False))
        ]

    def entries(self, members: Iterable[Box]) -> list[Box]:
        """What is used and stands outside, each once."""
        members = list(members)
        inside = {box.id for box in members}
        used = (key for box in members for key in self.links.near(box.id, upstream=True))
        return [self.boxes[key] for key in dict.fromkeys(used) if key not in inside]

    def box(self, runs: Sequence[Run]) -> tuple[list[str], Box]:
        """What stands behind one run or several equal ones in a chain, and the box for them.

        Its facts are those of one run, its result is the last one's.
        """
        first, last = self.members(runs[0]), self.members(runs[-1])
        members = [box for run in runs for box in self.members(run)]
        exits = self.exits(last) or last[-1:]
        scope = runs[0].scope
        return [box.id for box in members], Box(
            id=self.operations[runs[-1].stop - 1].id,
            role="scope",
            label=scope.label or scope.path.rpartition(".")[2],
            name=span([run.scope.path for run in runs]),
            options=_facts(first, self.entries(first), exits),
            scope=runs[0].around,
            count=len(runs),
            **summed(members, exits[-1]),
        )


def _found(graph: Graph, operations: list[Box]) -> list[Run]:
    """The outermost runs, with those inside them."""
    scopes = {scope.path: scope for scope in graph.scopes}
    scopes |= {box.scope: Scope(box.scope) for box in operations if box.scope not in scopes}
    chains: dict[str, list[Scope]] = {}
    top: list[Run] = []
    stack: list[Run] = []
    for k, box in enumerate(operations):
        chain = chains.get(box.scope)
        if chain is None:
            chain = [scopes[path] for path in _beginnings(box.scope) if path in scopes]
            chains[box.scope] = chain
        same = 0
        while same < min(len(stack), len(chain)) and stack[same].scope is chain[same]:
            same += 1
        del stack[same:]
        for scope in chain[same:]:
            around = stack[-1].scope.path if stack else ""
            run = Run(scope, around, len(stack) + 1, k, k)
            (stack[-1].parts if stack else top).append(run)
            stack.append(run)
        for run in stack:
            run.stop = k + 1
    return top


def _belongs(leaf: Box, path: str) -> bool:
    """Whether a leaf that a scope alone uses is a part of it: no input, nor data with a name."""
    if leaf.role == "constant":
        return leaf.name is None or within(leaf.name, path)
    return leaf.role == "parameter" or within(leaf.scope, path)


def _beginnings(path: str) -> list[str]:
    """ "a.b" has "a" and "a.b"; "" has none."""
    dots = [k for k, letter in enumerate(path) if letter == "."]
    return [path[:k] for k in (*dots, len(path)) if k]


def within(path: str, scope: str) -> bool:
    """Whether a path lies in a scope.

    >>> within("encoder.0", "encoder"), within("encoder2", "encoder")
    (True, False)
    """
    return path == scope or path.startswith(f"{scope}.")


def span(paths: Sequence[str]) -> str:
    """The first path and the last; of one list, the last position alone.

    >>> span(["layers.0", "layers.1", "layers.2"]), span(["cell", "cell:2"])
    ('layers.0-2', 'cell … cell:2')
    """
    if paths[0] == paths[-1]:
        return paths[0]
    (first, _, start), (last, _, stop) = paths[0].rpartition("."), paths[-1].rpartition(".")
    if first == last and start.isdigit() and stop.isdigit():
        return f"{paths[0]}-{stop}"
    return f"{paths[0]} … {paths[-1]}"


def spaced(number: int) -> str:
    """Thousands apart: ``12 304``."""
    return f"{number:,}".replace(",", " ")


def number(text: str | None) -> int:
    """What ``spaced`` has written; 0 for None."""
    return int(text.replace(" ", "")) if text else 0


def operations(box: Box) -> int:
    """How many operations a box stands for."""
    if box.role == "scope":
        return box.count * number(box.options.get("operations"))
    return box.count if box.role == "operation" else 0


def parameters(box: Box, what: str = "parameters") -> int:
    """How many numbers the parameters of a box are, or their "bytes"."""
    if box.role == "scope":
        return box.count * number(box.options.get(what))
    each = np.dtype(box.dtype).itemsize if what == "bytes" and box.dtype else 1
    return box.count * prod(box.shape) * each if box.role == "parameter" else 0


def summed(members: Sequence[Box], result: Box) -> dict[str, Any]:
    """What a box says of all that it stands for, and of its result."""
    saved = [box.saved_bytes for box in members if box.saved_bytes is not None]
    times = [box.seconds for box in members if box.seconds is not None]
    every = [mark for box in members for mark in box.marks]
    marks = [
        mark
        for mark in dict.fromkeys(every)
        if mark not in ("second", "unreached") or all(mark in box.marks for box in members)
    ]
    return {
        "shape": result.shape,
        "dtype": result.dtype,
        "value": result.value,
        "grad": result.grad,
        "outputs": result.outputs,
        "reached": any(box.reached for box in members),
        "saved_bytes": sum(saved) if saved else None,
        "released": any(box.released for box in members),
        "seconds": (sum(t[0] for t in times), sum(t[1] for t in times)) if times else None,
        "marks": tuple(marks),
        "message": next((box.message for box in members if box.message), ""),
        "members": tuple(key for box in members for key in ids(box)),
    }


def _facts(members: list[Box], entries: list[Box], exits: list[Box]) -> dict[str, str]:
    """Operations, parameters with their bytes, shapes in and out."""
    facts = {"operations": spaced(sum(map(operations, members)))}
    for name in ("parameters", "bytes"):
        total = sum(parameters(box, name) for box in members)
        if total:
            facts[name] = spaced(total)
    came = [box for box in entries if box.role != "parameter"]
    came = came or [box for box in members if box.role == "constant" and box.shape]  # plain data
    for name, boxes in (("in", came), ("out", exits)):
        shapes = [str(box.shape) for box in boxes]
        if shapes:
            facts[name] = ", ".join(shapes[:SHOWN]) + ", …" * (len(shapes) > SHOWN)
    return facts
