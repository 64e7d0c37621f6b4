"""The view of a sweep: arrows from results to operands, with what flows along them."""

from dataclasses import replace

from .model import Box, Edge, Graph

NOTE = "Arrows follow the sweep, from the roots to the leaves; on them is what each rule gives."


def directed(graph: Graph, direction: str) -> Graph:
    """The graph of the sweep in the place of the recorded one, or with both kinds of arrows.

    Args:
        graph: with contributions on its arrows, as far as they are known.
        direction: "forward", "backward" or "both".
    """
    if direction == "forward":
        return graph
    boxes = {box.id: box for box in graph}
    arrows = [_reversed(edge, boxes) for edge in graph.edges]
    if direction == "both":
        drawn = [a for a in arrows if a.contribution is not None]
        return replace(graph, edges=[*graph.edges, *drawn])
    for box in graph:
        if box.role == "constant" or not box.reached:
            box.marks = (*box.marks, "unreached")
    return replace(graph, edges=arrows, notes=[NOTE, *graph.notes])


def _reversed(edge: Edge, boxes: dict[str, Box]) -> Edge:
    """The arrow of the sweep along the arrow of an operand."""
    operand, result = boxes[edge.tail], boxes[edge.head]
    shape = next((o.shape for o in operand.outputs if o.name == edge.port), operand.shape)
    axes = summed(shape, result.shape) if "→" in edge.note else ()
    note = f"sum over axes ({', '.join(map(str, axes))}{',' * (len(axes) == 1)})" if axes else ""
    return replace(edge, tail=edge.head, head=edge.tail, kind="gradient", note=note, view=False)


def summed(shape: tuple[int, ...], full: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of a result along which an operand was expanded, and its cotangent is summed.

    >>> summed((3,), (2, 3)), summed((2, 1), (2, 3)), summed((2, 3), (2, 3))
    ((0,), (1,), ())
    """
    extra = len(full) - len(shape)
    if extra < 0:
        return ()
    spread = [k for k, n in enumerate(shape) if n == 1 != full[k + extra]]
    return (*range(extra), *(k + extra for k in spread))
