"""What need not be drawn: constants, views, casts, parameters, names, operations; or all but these.

Where a box is hidden, its users are joined to what it was computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .focus import unmatched
from .links import LEAVES, Links, ends, framed
from .model import Box, Edge, Graph

Test = Callable[[Box, Links], bool]

WORDS: dict[str, Test] = {  # besides names of operations
    "constants": lambda box, _: box.role == "constant",
    "parameters": lambda box, _: box.role == "parameter",
    "views": lambda box, links: any(edge.view for edge in links.uses(box.id)),
    "casts": lambda box, _: box.role == "operation" and box.label == "cast",
    "names": lambda _box, _links: False,  # nothing but the names of results disappears
}


def hidden(graph: Graph, hide: Iterable[str], protected: Iterable[str] = ()) -> Graph:
    """The graph without some kinds of boxes; roots and protected ones stay.

    Args:
        graph: each box stands before those that use it.
        hide: of "constants", "parameters", "views", "casts", "names", or names of operations.
        protected: identifiers of boxes that stay.
    Raises:
        ArgumentError: a word that is neither of them nor an operation of the graph.
    """
    words = list(hide)
    if not words:
        return graph
    labels = {box.label for box in graph if box.role not in LEAVES}
    for word in words:
        if word not in WORDS and word not in labels:
            raise unmatched("operation", word, [*sorted(labels), *WORDS])
    links = Links(graph)
    stays = {*graph.roots, *protected}
    gone = {
        box.id
        for box in graph
        if box.id not in stays
        and any(
            WORDS[word](box, links) if word in WORDS else box.label == word and operates(box)
            for word in words
        )
    }
    nodes = [box for box in graph if box.id not in gone]
    if "names" in words:
        nodes = [replace(box, name=None) if operates(box) and box.name else box for box in nodes]
    through = Through(graph, links, gone)
    edges = [edge for box in nodes for edge in through.edges(box)]
    return framed(replace(graph, nodes=nodes, edges=edges))


def operates(box: Box) -> bool:
    """Whether a box is an operation, or several equal ones."""
    return box.role == "operation"


Sources = dict[tuple[str, str], bool]  # box and port → whether it is seen through views alone


class Through:
    """The edges of a graph across its hidden boxes."""

    def __init__(self, graph: Graph, links: Links, gone: set[str]) -> None:
        self.links, self.gone = links, gone
        self.known: dict[tuple[str, str], Sources] = {}  # of what several boxes use
        kinds = {edge.kind for edge in graph.edges}
        for box in graph:
            if box.id in gone and len(links.near(box.id, upstream=False)) > 1:
                for kind in kinds:
                    self.known[box.id, kind] = self._sources(box.id, kind)

    def edges(self, box: Box) -> Iterator[Edge]:
        """The edges from what a box was computed from, as far as that is seen."""
        for edge in self.links.uses(box.id):
            used = ends(edge)[0]
            if used not in self.gone:
                yield edge
                continue
            for (key, port), view in self._sources(used, edge.kind).items():
                tail, head = (key, box.id) if edge.kind == "operand" else (box.id, key)
                yield replace(
                    edge,
                    tail=tail,
                    head=head,
                    port=port,
                    view=view and edge.view,
                    contribution=None,
                    formula="",
                )

    def _sources(self, start: str, kind: str) -> Sources:
        """What a hidden box was computed from, across hidden boxes, in order of operands."""
        found: Sources = {}
        met: set[str] = set()
        stack = [(start, "", True)]
        while stack:
            key, port, view = stack.pop()
            if key not in self.gone:
                found.setdefault((key, port), view)
            elif (key, kind) in self.known:
                for source, seen in self.known[key, kind].items():
                    found.setdefault(source, view and seen)
            elif key not in met:
                met.add(key)
                edges = [edge for edge in self.links.uses(key) if edge.kind == kind]
                stack += [(ends(e)[0], e.port, view and e.view) for e in reversed(edges)]
        return found


# --- nothing but operations -----------------------------------------------------------------------
def merged(graph: Graph) -> Graph:
    """The graph of operations alone: values stand on the arrows, leaves in what uses them.

    An operand that is a leaf becomes an option, ``0="x = 2"``; a root says its result.
    """
    precision = graph.options.get("precision", 4)
    boxes = {box.id: box for box in graph}
    leaves = {box.id for box in graph if box.role in LEAVES} - {*graph.roots}
    options = {box.id: dict(box.options) for box in graph}
    edges = []
    for edge in graph.edges:
        used, user = ends(edge)
        text = _stated(boxes[used], precision)
        if used in leaves:
            known = [boxes[used].label] if boxes[used].name or not text else []
            options[user][edge.operand or "operand"] = " = ".join([*known, text] if text else known)
        else:
            note = ", ".join(part for part in (text, edge.note) if part)
            edges.append(replace(edge, note=note))
    for key in graph.roots:
        if boxes[key].value is not None and key not in leaves:
            options[key]["result"] = _stated(boxes[key], precision)
    nodes = [replace(box, options=options[box.id]) for box in graph if box.id not in leaves]
    shown = {"show": "-value -grad -shape -dtype"} | graph.options
    return framed(replace(graph, nodes=nodes, edges=edges, options=shown))


def _stated(box: Box, precision: int) -> str:
    """The value of a box and, of an array, its shape."""
    value = "" if box.value is None else box.value.text(precision)
    return " ".join(part for part in (value, str(box.shape) if box.shape else "") if part)
