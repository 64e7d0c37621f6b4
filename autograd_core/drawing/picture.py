"""What a picture of a graph consists of, before any format: rows, colors, frames, notes.

Hooks are called here, once for each element that is shown, and what they return is checked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite, log10, prod
from textwrap import wrap
from typing import Any

from ..errors import ArgumentError
from .frames import Frame, framed
from .labels import (
    duration,
    edge_lines,
    heading,
    keeps,
    lines,
    output_lines,
    printable,
    record_lines,
    rows_of,
    size,
)
from .model import MOST_NUMBERS, Box, Edge, Graph, Summary
from .reduce import reduced
from .styles import MEANING, Look, Paint, blend, look, steps

WIDE, NARROW, DECADES = 4.0, 0.5, 6  # of arrows in points: the largest norm, and one 1e-6 of it
WRAPPED = 100  # characters of a row of notes


@dataclass(slots=True)
class Shown:
    """A box as it is drawn.

    Args:
        kind: its role, or what outweighs it: "bad", "unreached", "second".
        rows: what stands in it; ``ports`` what stands at each of several outputs.
        scaled: whether its color shows what it costs.
        bubble: in the style "micrograd" the rows of the operation, beside those of its result.
        aside: in the style "backward" what it keeps, in a box of its own.
        own: the attributes that ``style_fn`` gave.
    """

    box: Box
    kind: str
    rows: list[str]
    paint: Paint
    scaled: bool
    root: bool
    ports: list[list[str]] = field(default_factory=list)
    bubble: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """The identifiers of all that is drawn for the box; its own last."""
        key = self.box.id
        return [f"{key}op"] * bool(self.bubble) + [f"{key}k"] * bool(self.aside) + [key]


@dataclass(slots=True)
class Arrow:
    """An edge as it is drawn.

    Args:
        to: where it ends: the bubble of an operation, or its box.
        port: the place of the output that it comes from; None if there is one.
        width: in points; None unless it grows with what flows along.
        gray: whether an end of it is reached by no gradient.
        own: the attributes that ``edge_fn`` gave.
    """

    edge: Edge
    rows: list[str]
    to: str
    port: int | None = None
    width: float | None = None
    gray: bool = False
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Picture:
    """Everything a writer has to write, in its order.

    Args:
        legend: for each entry its shape, its colors, and what they mean; empty unless asked for.
        both: whether gradients are drawn beside operands.
    """

    look: Look
    boxes: list[Shown]
    arrows: list[Arrow]
    frames: list[Frame]
    notes: list[str]
    legend: list[tuple[str, Paint, str]]
    both: bool


def structured(graph: Graph, options: Mapping[str, Any]) -> Graph:
    """The graph collapsed as its style asks, unless that was done before."""
    depth = steps(options.get("style") or graph.options.get("style", "default")).get("depth")
    if depth is None or not any(box.scope.count(".") >= depth for box in graph if box.scope):
        return graph
    return reduced(graph, depth=depth)


def picture(graph: Graph, options: Mapping[str, Any]) -> Picture:
    """The picture of a graph with these presentation options.

    Raises:
        ArgumentError: an unknown option; a hook that raised, named with its node.
    """
    chosen = look(graph, options)
    meeting: dict[str, list[Summary | None]] = {}
    for edge in graph.edges:
        if edge.kind == "gradient":
            meeting.setdefault(edge.head, []).append(edge.contribution)
    roots, shares = set(graph.roots), _shares(graph, chosen.scale)
    boxes = [
        _shown(box, chosen, box.id in roots, shares.get(box.id), meeting.get(box.id, []))
        for box in graph
    ]
    notes = [
        wrapped
        for note in [*graph.notes, *_totals(graph, chosen.scale), *_unkept(graph, chosen)]
        for row in printable(note).split("\n")
        for wrapped in wrap(row, WRAPPED)
    ]
    return Picture(
        chosen,
        boxes,
        _arrows(graph, chosen, boxes),
        framed(graph, chosen),
        notes,
        _legend(graph, chosen, boxes) if chosen.legend else [],
        both=len({edge.kind for edge in graph.edges}) == 2,
    )


# --- boxes ----------------------------------------------------------------------------------------
def kind_of(box: Box) -> str:
    """The role, unless something outweighs it: nan and inf, no path, a second sweep."""
    if {"bad", "culprit", "failed"} & set(box.marks):
        return "bad"
    if "unreached" in box.marks or not box.reached:
        return "unreached"
    return "second" if "second" in box.marks else box.role


def _shown(
    box: Box, chosen: Look, root: bool, share: float | None, parts: list[Summary | None]
) -> Shown:
    kind = kind_of(box)
    paint, scaled = chosen.paint[kind], share is not None and kind != "bad"
    if share is not None and scaled:
        least, most = chosen.paint["least"], chosen.paint["most"]
        paint = (blend(least[0], most[0], share), most[1], most[2])
    shown = Shown(box, kind, _rows(box, chosen, parts), paint, scaled, root)
    for output in box.outputs:
        rows = output_lines(output, chosen.show, chosen.precision, chosen.max_elems)
        shown.ports.append(rows)
    if chosen.style == "micrograd" and box.role == "operation" and not box.outputs:
        shown.bubble = heading(box, ("op", "attrs"))
    if chosen.style == "backward" and "saved" in chosen.show:
        shown.aside = rows_of([keeps(box)])
    if chosen.label_fn is not None:
        shown.rows = rows_by_hook(chosen.label_fn, box, lines_of(shown))
        shown.ports = [rows[:1] for rows in shown.ports]
    if chosen.style_fn is not None:
        shown.own = _attributes("style_fn", chosen.style_fn, box, _called(box))
    return shown


def _rows(box: Box, chosen: Look, parts: list[Summary | None]) -> list[str]:
    """The rows of the box itself, without those at its outputs."""
    if chosen.style == "micrograd" and box.role not in ("scope", "cut") and not box.outputs:
        return record_lines(box, chosen.show, chosen.precision, chosen.max_elems, parts)
    show = chosen.show - {"saved"} if chosen.style == "backward" else chosen.show
    return lines(box, show, chosen.precision, chosen.max_elems, parts)


def lines_of(shown: Shown) -> list[str]:
    """All rows of a box for a format without ports: each output in one row."""
    return [*shown.rows, *(", ".join(rows) for rows in shown.ports if rows)]


def _called(box: Box) -> str:
    """A box as a message names it: n3 (multiply)."""
    return f"{box.id} ({' '.join(heading(box, ('name', 'op')))})"


def rows_by_hook(hook: Callable[..., Any], box: Box, rows: list[str]) -> list[str]:
    """The rows of a box as ``label_fn`` makes them; ArgumentError if it fails, with the box."""
    given = _call("label_fn", hook, _called(box), box, list(rows))
    given = given.split("\n") if isinstance(given, str) else given
    if not isinstance(given, (list, tuple)) or not all(isinstance(row, str) for row in given):
        raise ArgumentError(
            f"label_fn returned {type(given).__name__} for {_called(box)}.",
            "it is given the rows of a box, and returns those to be shown.",
            "label_fn=lambda node, lines: lines[:1]",
        )
    return [part for row in given for part in printable(row).split("\n")]


def _attributes(
    name: str, hook: Callable[..., Any], element: Any, called: str
) -> Mapping[str, str]:
    """The attributes that a hook gives to an element, as text."""
    given = _call(name, hook, called, element)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ArgumentError(
            f"{name} returned {type(given).__name__} for {called}.",
            "it returns a dict of DOT attributes, or None.",
            f'{name}=lambda element: {{"color": "red"}}',
        )
    return {str(key): _text(value) for key, value in given.items() if value is not None}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _call(name: str, hook: Callable[..., Any], called: str, *args: Any) -> Any:
    try:
        return hook(*args)
    except Exception as err:
        raise ArgumentError(
            f"{name} failed at {called}: {type(err).__name__}: {err}",
            hint=f"{name}=None draws the graph without it",
        ) from err


# --- arrows ---------------------------------------------------------------------------------------
def _arrows(graph: Graph, chosen: Look, boxes: list[Shown]) -> list[Arrow]:
    flows = [e.contribution.norm for e in graph.edges if e.kind == "gradient" and e.contribution]
    largest = max((norm for norm in flows if norm and isfinite(norm)), default=0.0)
    shapes = {box.id: box.shape for box in graph} if chosen.style == "modules" else {}
    ends, hook = {item.box.id: item for item in boxes}, chosen.edge_fn
    ports = {(b.id, o.name): k for b in graph for k, o in enumerate(b.outputs)}
    return [
        Arrow(
            edge,
            edge_lines(edge, chosen.show, chosen.precision, shapes.get(edge.tail) or None),
            ends[edge.head].keys[0] if ends[edge.head].bubble else edge.head,
            ports.get((edge.tail, edge.port)),
            _width(edge, largest),
            "unreached" in (ends[edge.tail].kind, ends[edge.head].kind),
            {}
            if hook is None
            else _attributes("edge_fn", hook, edge, f"{edge.tail} -> {edge.head}"),
        )
        for edge in graph.edges
    ]


def _width(edge: Edge, largest: float) -> float | None:
    """By the logarithm of the norm; the widest for the largest, and for nan and inf."""
    if edge.kind != "gradient" or edge.contribution is None or edge.contribution.norm is None:
        return None
    norm = edge.contribution.norm
    if edge.contribution.strange or not isfinite(norm):
        return WIDE
    if not norm:
        return NARROW
    share = max(0.0, 1 + (log10(norm) - log10(largest)) / DECADES)
    return round(NARROW + (WIDE - NARROW) * share, 2)


def _unkept(graph: Graph, chosen: Look) -> list[str]:
    """A note where ``max_elems`` asks for numbers that were not kept when they were recorded."""
    values = [box.value for box in graph if box.value is not None]
    missing = any(v.numbers is None and prod(v.shape) <= chosen.max_elems for v in values)
    return [f"of recorded arrays of more than {MOST_NUMBERS} entries statistics are kept"][
        : int(missing)
    ]


# --- memory and time ------------------------------------------------------------------------------
def _costs(graph: Graph, scale: str) -> dict[str, float]:
    """What each box costs in bytes or seconds, where that is known."""
    if scale == "saved":
        return {box.id: box.saved_bytes for box in graph if box.saved_bytes}
    return {box.id: sum(box.seconds) for box in graph if box.seconds is not None}


def _shares(graph: Graph, scale: str) -> dict[str, float]:
    """Each box's part of the largest cost, from 0 to 1; nothing without a scale."""
    costs = _costs(graph, scale) if scale else {}
    most = max(costs.values(), default=0) or 1
    return {box.id: costs.get(box.id, 0) / most for box in graph if costs}


def _totals(graph: Graph, scale: str) -> list[str]:
    """The running peak of memory, or the time of both sweeps, in a note."""
    costs = _costs(graph, scale) if scale else {}
    if not costs:
        return [f"show=+{scale}: nothing is known of it here"] if scale else []
    last, total = list(costs)[-1], sum(costs.values())
    dearest = max(costs, key=costs.__getitem__)
    if scale == "saved":
        return [
            f"kept for backward: rises to {size(int(total))} at {last}; "
            f"most of it, {size(int(costs[dearest]))}, by {_called(graph[dearest])}"
        ]
    forward, backward = (sum(box.seconds[k] for box in graph if box.seconds) for k in (0, 1))
    return [
        f"time: {duration(forward)} forward, {duration(backward)} backward; "
        f"longest {_called(graph[dearest])}, {duration(costs[dearest])}"
    ]


def _legend(graph: Graph, chosen: Look, boxes: list[Shown]) -> list[tuple[str, Paint, str]]:
    """One entry for each kind of box that occurs; and the ends of the scale of colors."""
    kinds = {item.kind: item.paint for item in boxes if not item.scaled}
    least, most = chosen.paint["least"], chosen.paint["most"]
    kinds |= {item.box.role: least for item in boxes if item.scaled}
    if any(item.aside for item in boxes):
        kinds["saved"] = chosen.paint["saved"]
    entries = [(kind, paint, MEANING[kind]) for kind, paint in kinds.items()]
    if any(item.scaled for item in boxes):
        highest = max(_costs(graph, chosen.scale).values())
        told = size(int(highest)) if chosen.scale == "saved" else duration(highest)
        entries += [("operation", least, "0"), ("operation", (most[0], least[1], most[2]), told)]
    return entries
