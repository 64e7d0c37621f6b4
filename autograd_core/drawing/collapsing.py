"""Scopes of a Graph as one box each: those that were asked for, and as many as it takes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from .focus import unmatched
from .folding import folded, repeats
from .links import joined
from .model import Graph, Scope
from .runs import Run, Runs

Choice = str | Callable[[Scope], Any] | Iterable[str | Callable[[Scope], Any]]
AGAIN = re.compile(r":\d+")  # the number of a scope that was entered before: "cell:2"
OPENED = "Scopes are collapsed to stay within {} boxes; max_nodes=None opens them."

UNKNOWN = "No scopes are known: build the graph inside ac.recording()."


class Collapser:
    """The ways to draw a graph with scopes as boxes, deep ones or all.

    Args:
        graph: each box stands before those that use it.
        collapse, expand: scopes to become a box, and to stay open with those around them; paths,
            patterns or predicates.
        fold: whether repeats become one box.
        protected: identifiers of boxes that are not folded.
    Raises:
        ArgumentError: a path or pattern that no scope has.
    """

    def __init__(
        self, graph: Graph, collapse: Choice, expand: Choice, fold: bool, protected: Sequence[str]
    ) -> None:
        self.graph, self.fold, self.protected = graph, fold, protected
        self.runs = Runs(graph)
        runs = list(self.runs)
        self.deepest = max((run.depth for run in runs), default=0)
        paths = {run.scope.path: run.scope for run in runs}
        self.closed = _matched(paths, collapse)
        wanted = _matched(paths, expand)
        self.open: set[Run] = set()
        for run in reversed(runs):
            if run.scope.path in wanted or not self.open.isdisjoint(run.parts):
                self.open.add(run)
        operations = enumerate(self.runs.operations)
        keys = {*protected}
        self.kept = [k for k, box in operations if box.id in keys]
        self.kinds: dict[Any, int] = {}

    def fitted(self, depth: int | None, most: int | None) -> Graph:
        """Scopes of this depth as boxes; of a smaller one, if that is what it takes to fit.

        Args:
            depth: scopes that lie in so many become a box; None for those asked for alone.
            most: how many boxes there may be, None for all; one scope deep there may be more.
        """
        graph = self.drawn(depth)
        if depth is not None and not self.deepest:
            return replace(graph, notes=[*graph.notes, UNKNOWN])
        if most is None or len(graph) <= most or not self.deepest:
            return graph
        low, high = 1, min(depth or self.deepest + 1, self.deepest + 1)
        found = graph if high == 1 else self.drawn(1)
        while high - low > 1:
            middle = (low + high) // 2
            smaller = self.drawn(middle)
            if len(smaller) <= most:
                low, found = middle, smaller
            else:
                high = middle
        if len(found) == len(graph):
            return graph
        return replace(found, notes=[*found.notes, OPENED.format(most)])

    def drawn(self, depth: int | None) -> Graph:
        """The graph with scopes of this depth as boxes, and repeats as one."""
        made = [self.runs.box(group) for group in self._groups(depth)]
        groups = {box.id: keys for keys, box in made}
        if not made:
            return folded(self.graph, self.protected, self.runs.links) if self.fold else self.graph
        graph = joined(self.graph, groups, (box for _, box in made))
        return folded(graph, self.protected) if self.fold else graph

    def _groups(self, depth: int | None) -> Iterator[list[Run]]:
        """The runs to be drawn as a box, several together where they repeat."""
        stack = [self.runs.top]
        while stack:
            parts = stack.pop()
            for group in self._repeats(parts):
                if len(group) > 1 or self._closes(group[0], depth):
                    yield group
                elif group[0].parts:
                    stack.append(group[0].parts)

    def _repeats(self, parts: Sequence[Run]) -> Iterable[list[Run]]:
        if self.fold:
            return repeats(self.runs, parts, self.kinds, self._stays)
        return ([run] for run in parts)

    def _stays(self, run: Run) -> bool:
        """Whether a run is open on request, or holds a box that must be seen."""
        k = bisect_left(self.kept, run.start)
        return run in self.open or (k < len(self.kept) and self.kept[k] < run.stop)

    def _closes(self, run: Run, depth: int | None) -> bool:
        deep = depth is not None and run.depth >= depth
        return run not in self.open and (deep or run.scope.path in self.closed)


def _matched(scopes: dict[str, Scope], choice: Choice) -> set[str]:
    """The paths of the scopes that are meant."""
    found: set[str] = set()
    for one in [choice] if isinstance(choice, str) or callable(choice) else choice:
        if callable(one):
            found |= {path for path, scope in scopes.items() if one(scope)}
            continue
        paths = {
            path
            for path in scopes
            if fnmatchcase(path, one) or fnmatchcase(AGAIN.sub("", path), one)
        }
        if not paths:
            raise unmatched("scope", one, scopes)
        found |= paths
    return found
