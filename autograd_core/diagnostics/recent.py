"""The graph of the last operations before an error, cut out of the whole."""

from __future__ import annotations

from ..drawing.collect import Collector
from ..drawing.marks import marked
from ..drawing.model import Graph
from ..tape import Node
from ..variable import Variable

__all__ = ["LAST", "last_operations"]

LAST = 8  # operations that are shown


def last_operations(end: Variable | Node, count: int = LAST) -> Graph:
    """The graph of the last operations behind a result, the newest marked as the culprit.

    Args:
        end: what the last of them has made, or its node.
        count: how many.
    Returns:
        their boxes with those of their operands; what was cut is counted.

    >>> x = Variable(0.5, name="x")
    >>> graph = last_operations(((x + 1) * 2) ** 2, count=2)
    >>> [box.label for box in graph], graph.truncated
    (['multiply', 'power'], {'input': 1, 'operation': 1})
    """
    roots = [end] if isinstance(end, Variable) else []
    ends = [end.node] if isinstance(end, Variable) else [end]
    whole = Collector(roots, [node for node in ends if node is not None], timed=False).graph()
    marked(whole)
    operations = [box.id for box in whole.nodes if box.role == "operation"]
    shown = set(operations[-count:])
    cut = set(operations) - shown
    edges = [edge for edge in whole.edges if edge.head in shown and edge.tail not in cut]
    shown |= {edge.tail for edge in edges} | set(whole.roots)
    boxes = [box for box in whole.nodes if box.id in shown]
    if not any("culprit" in box.marks for box in boxes):
        whole[whole.roots[0]].marks += ("culprit",)
    truncated: dict[str, int] = {}
    for box in whole.nodes:
        if box.id not in shown:
            truncated[box.role] = truncated.get(box.role, 0) + 1
    scopes = [
        scope
        for scope in whole.scopes
        if any(f"{box.scope}.".startswith(f"{scope.path}.") for box in boxes)
    ]
    notes = [*whole.notes]
    if cut:
        earlier = (
            "1 earlier operation is" if len(cut) == 1 else f"{len(cut)} earlier operations are"
        )
        notes.append(f"{earlier} not shown.")
    return Graph(boxes, edges, whole.roots, notes, scopes, truncated, whole.options)
