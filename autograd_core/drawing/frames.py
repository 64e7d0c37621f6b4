"""The frames of a picture: its scopes, with what is in them and what goes in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .labels import UNKNOWN, rows_of, size
from .model import Graph
from .runs import operations, parameters, spaced
from .styles import Look


@dataclass(slots=True)
class Frame:
    """A scope as it is drawn: how many frames are around it, its rows, and the boxes in it."""

    depth: int
    rows: list[str]
    boxes: list[str] = field(default_factory=list)


def framed(graph: Graph, chosen: Look) -> list[Frame]:
    """The frames that hold a box, each before those in it; none where scopes are not shown."""
    if "scope" not in chosen.show:
        return []
    labels = {box.scope: "" for box in graph if box.scope}
    labels = {scope.path: scope.label for scope in graph.scopes if scope.path} | {
        path: label for path, label in labels.items() if path not in {s.path for s in graph.scopes}
    }
    chains = {path: _chain(path, labels) for path in labels}
    facts = _facts(graph, chains) if "attrs" in chosen.show else {}
    frames = {
        path: Frame(len(chains[path]) - 1, [*_named(path, label), *facts.get(path, [])])
        for path, label in labels.items()
    }
    inside: dict[str, list[str]] = {}
    for path, (_, *around) in chains.items():
        inside.setdefault(around[0] if around else "", []).append(path)
    filled = {path for box in graph for path in chains.get(box.scope, ())}
    for box in graph:
        if box.scope:
            frames[box.scope].boxes.append(box.id)
    ordered, waiting = [], inside.get("", [])[::-1]
    while waiting:
        path = waiting.pop()
        if path in filled:
            ordered.append(frames[path])
            waiting += inside.get(path, [])[::-1]
    return ordered


def _named(path: str, label: str) -> list[str]:
    return rows_of([f"{path}: {label}" if label and label != path else path])


def _chain(path: str, known: Mapping[str, Any]) -> list[str]:
    """The path and those of the scopes around it, innermost first."""
    parts = path.split(".")
    beginnings = (".".join(parts[:k]) for k in range(len(parts), 0, -1))
    return [beginning for beginning in beginnings if beginning in known]


def _facts(graph: Graph, chains: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """For each frame: operations, parameters, bytes, and the shapes that go in and come out."""
    counts = {path: [0, 0, 0] for path in chains}
    inward: dict[str, dict[str, None]] = {path: {} for path in chains}
    outward: dict[str, dict[str, None]] = {path: {} for path in chains}
    boxes = {box.id: box for box in graph}
    for box in graph:
        found = operations(box), parameters(box), parameters(box, "bytes")
        for path in chains.get(box.scope, []):
            counts[path] = [sum(pair) for pair in zip(counts[path], found, strict=True)]
    crossings = [(edge.tail, edge.head) for edge in graph.edges if edge.kind == "operand"]
    for tail, head in [*crossings, *((root, "") for root in graph.roots)]:
        box, shape = boxes[tail], str(boxes[tail].shape)
        left = chains.get(box.scope, [])
        entered = chains.get(boxes[head].scope, []) if head else []
        for path in set(left) - set(entered):
            outward[path][shape] = None
        data = box.role in ("input", "constant") and box.shape != ()  # in the frame, yet given
        for path in entered if box.role != "parameter" else ():
            if data or path not in left:
                inward[path][shape] = None
    return {path: _fact(counts[path], inward[path], outward[path]) for path in chains}


def _fact(
    counts: Sequence[int], inward: Mapping[str, None], outward: Mapping[str, None]
) -> list[str]:
    *numbers, held = counts
    named = zip(numbers, ("operation", "parameter"), strict=True)
    parts = [f"{spaced(n)} {role}{'s' * (n > 1)}" for n, role in named if n]
    parts += [size(held)] if held else []
    if inward or outward:
        parts.append(f"{', '.join(inward) or UNKNOWN} → {', '.join(outward) or UNKNOWN}")
    return [", ".join(parts)] if parts else []
