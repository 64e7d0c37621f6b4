"""What is bad on a graph: nan and infinity, and the operation that made the first of them."""

from .model import Box, Edge, Graph, Summary

UNKNOWN = (
    "{} ({}) has nan or inf; whether it is the first is not known: "
    "build the graph inside ac.recording()."
)


def marked(graph: Graph) -> None:
    """Mark boxes with nan or infinity as bad, and the first operation that made one, with a note.

    The first is one whose operands are finite and whose result is not; where operands are not
    known, a note says so. If all that is known is finite, it is the one whose gradient is finite
    and whose contributions to its operands are not.
    """
    boxes = {box.id: box for box in graph}
    arrows: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        if edge.kind == "operand":
            arrows.setdefault(edge.head, []).append(edge)
    for box in graph:
        if is_bad(box):
            box.marks = (*box.marks, "bad")
    if any(value.strange for box in graph for value in _values(box)):
        _forward(graph, boxes, arrows)
    else:
        _backward(graph, boxes, arrows)


def is_bad(box: Box) -> bool:
    """Whether a nan or an infinity is known of a value or a gradient."""
    summaries = (box.value, box.grad, *(s for o in box.outputs for s in (o.value, o.grad)))
    return any(summary is not None and summary.strange > 0 for summary in summaries)


def _values(box: Box) -> list[Summary]:
    """The values of a box that are known."""
    values = [output.value for output in box.outputs] or [box.value]
    return [value for value in values if value is not None]


def _forward(graph: Graph, boxes: dict[str, Box], arrows: dict[str, list[Edge]]) -> None:
    """The first operation that makes a bad value of finite ones."""
    unexplained: Box | None = None  # the first bad one for which nothing that is known accounts
    for box in graph:
        if not any(value.strange for value in _values(box)):
            continue
        given = [_value(boxes[edge.tail], edge.port) for edge in arrows.get(box.id, ())]
        known = [value for value in given if value is not None]
        if box.role != "operation" or len(known) < len(given):
            unexplained = unexplained or box
        elif known and not any(value.strange for value in known):
            _blame(graph, box, "is the first to give nan or inf", ", ".join(map(_range, known)))
            return
    if unexplained is not None and unexplained.role == "operation":
        graph.notes.append(UNKNOWN.format(unexplained.label, unexplained.id))


def _backward(graph: Graph, boxes: dict[str, Box], arrows: dict[str, list[Edge]]) -> None:
    """The first operation of the sweep whose rule makes a bad contribution of a finite gradient."""
    for box in reversed(graph.nodes):
        grads = [o.grad for o in box.outputs] if box.outputs else [box.grad]
        if any(g is not None and g.strange for g in grads) or all(g is None for g in grads):
            continue
        edges = arrows.get(box.id, ())
        if any(e.contribution is not None and e.contribution.strange for e in edges):
            values = [_value(boxes[edge.tail], edge.port) for edge in edges]
            ranges = ", ".join(_range(value) for value in values if value is not None)
            _blame(graph, box, "has the first derivative with nan or inf", ranges)
            return


def _value(box: Box, port: str) -> Summary | None:
    """The value of a box, or of one of its outputs."""
    return next((o.value for o in box.outputs if o.name == port), box.value)


def _blame(graph: Graph, box: Box, what: str, ranges: str) -> None:
    """Mark the culprit, and say where it is."""
    box.marks = (*box.marks, "culprit")
    parts = [f"{box.label} ({box.id}) {what}"]
    parts += [f"its input is {ranges}"] if ranges else []
    parts += [f"inside {box.scope}"] if box.scope else []
    parts += [f"at {box.line}"] if box.line else []
    graph.notes.append("; ".join(parts) + ".")


def _range(value: Summary) -> str:
    """The least and the largest entry."""
    if value.statistics is not None:
        return f"{value.statistics[0]:.4g} to {value.statistics[2]:.4g}"
    numbers = [n for n in value.numbers or () if not isinstance(n, complex)]
    if not numbers:
        return value.text()
    low, high = min(numbers), max(numbers)
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
