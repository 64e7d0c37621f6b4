"""Figures of the site: the Mermaid blocks of its pages, drawn as SVG when the site is built.

Other readers of Markdown draw these blocks themselves. What is read here is the part of Mermaid
that the pages use, which is also what ``ac.to_mermaid`` writes: flowcharts with boxes, labeled
edges and one level of subgraphs, and class diagrams. Boxes stand in layers, below those that point
at them.

>>> svg = draw("flowchart TB\\n  a[x] --> b[sin]\\n  a -- 0 --> c[y]")
>>> svg.count("<rect"), svg.count("<path class='edge'"), "sin" in svg
(3, 2, True)
"""

import html
import re
from dataclasses import dataclass, field
from itertools import pairwise

CHARACTER, LINE, PAD = 7.3, 17, 10  # pixels: the widest a letter gets on average
ACROSS, ALONG = 28, 46  # pixels between boxes of one layer, and between layers
SIZE = 13
PASSES = 8
EDGE = re.compile(
    r"\s*(<\|--|--\s(?P<label>.*?)\s-->|-\.\s(?P<dotted>.*?)\s\.->|-->|---|-\.->|==>|-\.-)"
    r"(?:\|(?P<bar>[^|]*)\|)?\s*"
)
NODE = re.compile(r"([\w.]+)\s*(?:([\[({>]+)(.*?)([\])}]+))?(?::::([\w-]+))?\s*$")
ROUND = ("(", "([", "((")


@dataclass
class Box:
    """A box: its lines, where it stands, and how it looks."""

    lines: list[str]
    group: str = ""
    kind: str = ""
    round: bool = False
    members: list[str] = field(default_factory=list)
    x: float = 0.0  # its center
    y: float = 0.0

    @property
    def width(self) -> float:
        """In pixels, with the text inside; a point of a long edge has none."""
        text = [*self.lines, *self.members]
        return max((len(t) for t in text), default=-2) * CHARACTER + 2 * PAD if text else 8.0

    @property
    def height(self) -> float:
        """In pixels."""
        count = len(self.lines) + len(self.members)
        return count * LINE + 2 * PAD + (6 if self.members else 0) if count else 0.0


@dataclass
class Edge:
    """An arrow from one box to another; ``inherits`` has the triangle at its beginning."""

    start: str
    end: str
    label: str = ""
    inherits: bool = False
    dashed: bool = False
    via: list[str] = field(default_factory=list)


@dataclass
class Figure:
    """What a block of Mermaid says."""

    boxes: dict[str, Box] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    sideways: bool = False


def plain(label: str) -> list[str]:
    """The lines of a label, without quotes and entities."""
    text = re.sub(r"#(\w+);", r"&\1;", label.strip().strip('"'))
    return [html.unescape(part) for part in re.split(r"<br\s*/?>", text)]


def box_of(figure: Figure, text: str, group: str) -> str:
    """The identifier of a box, which is made when it is first named."""
    found = NODE.match(text.strip())
    if found is None:
        raise ValueError(f"no box of a Mermaid figure: {text!r}")
    name, opening, label, _, kind = found.groups()
    if name not in figure.boxes:
        figure.boxes[name] = Box([name], group)
    box = figure.boxes[name]
    if opening:
        box.lines, box.round, box.group = plain(label), opening in ROUND, group or box.group
    box.kind = kind or box.kind
    return name


def read(text: str) -> Figure:
    """A figure from its Mermaid block. Raises ValueError where a line is not understood."""
    head, *lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    figure = Figure(sideways=head.endswith(("LR", "RL")))
    classes, group, owner = head.startswith("classDiagram"), "", ""
    for line in lines:
        if owner:
            if line == "}":
                owner = ""
            else:
                figure.boxes[owner].members.append(line)
        elif classes and line.startswith("class "):
            owner = box_of(figure, line.removeprefix("class ").rstrip("{ "), "")
        elif line.startswith("subgraph "):
            name, _, title = line.removeprefix("subgraph ").partition("[")
            group = name.strip()
            figure.groups[group] = plain(title.rstrip("]"))[0] if title else group
        elif line == "end":
            group = ""
        elif not re.match(r"(classDef|class|style|linkStyle|direction|%%)\b|%%", line):
            connect(figure, line, group, classes)
    return figure


def connect(figure: Figure, line: str, group: str, classes: bool) -> None:
    """Read ``a --> b --> c``, or a box alone."""
    line, _, said = line.partition(" : ") if classes else (line, "", "")
    names, places = [], list(EDGE.finditer(line))
    bounds = [0, *(place.end() for place in places)]
    ends = [*(place.start() for place in places), len(line)]
    for begin, end in zip(bounds, ends, strict=True):
        names.append(box_of(figure, line[begin:end], group))
    for (start, end), place in zip(pairwise(names), places, strict=True):
        label = place["label"] or place["dotted"] or place["bar"] or said
        figure.edges.append(Edge(
            start, end, " ".join(plain(label)), place[1] == "<|--", place[1].startswith("-.")
        ))  # fmt: skip


def layers(figure: Figure, names: list[str]) -> list[list[str]]:
    """The boxes in layers, each below those that point at it; long edges get a point in each."""
    edges = [e for e in figure.edges if e.start in names and e.end in names and e.start != e.end]
    rank = dict.fromkeys(names, 0)
    for _ in names:  # longest paths; a cycle ends with the count of boxes
        for edge in edges:
            rank[edge.end] = max(rank[edge.end], min(rank[edge.start] + 1, len(names) - 1))
    tied = {name for edge in edges for name in (edge.start, edge.end)}
    for name in reversed(names):  # sources move down to what they point at
        below = [rank[e.end] for e in edges if e.start == name]
        if below and not any(e.end == name for e in edges):
            rank[name] = min(below) - 1
    rows: list[list[str]] = [[] for _ in range(max(rank.values(), default=0) + 1)]
    for name in names:
        rows[rank[name]].append(name)
    for edge in edges:
        for between in range(rank[edge.start] + 1, rank[edge.end]):
            point = f"{edge.start} {edge.end} {between} {len(figure.boxes)}"
            figure.boxes[point] = Box([])
            rows[between].append(point)
            edge.via.append(point)
    near: dict[str, list[str]] = {name: [] for row in rows for name in row}
    for edge in edges:
        for a, b in pairwise([edge.start, *edge.via, edge.end]):
            near[a].append(b)
            near[b].append(a)
    for turn in range(PASSES):  # by the mean place of the neighbors in the layer before
        place = {name: k / max(len(row) - 1, 1) for row in rows for k, name in enumerate(row)}
        for above, row in pairwise(rows if turn % 2 == 0 else rows[::-1]):
            seen = {name: [place[n] for n in near[name] if n in above] for name in row}
            row.sort(
                key=lambda name: sum(seen[name]) / len(seen[name]) if seen[name] else place[name]
            )
            place |= {name: k / max(len(row) - 1, 1) for k, name in enumerate(row)}
    rows[0].sort(key=lambda name: name not in tied)  # what stands alone, at the end
    return rows


def arrange(figure: Figure, names: list[str], top: float) -> tuple[float, float]:
    """Place boxes in layers from ``top`` on; their extent along the layers, and across them."""
    rows = layers(figure, names)
    side = figure.sideways
    labels = [len(edge.label) for edge in figure.edges if edge.start != edge.end]
    longest = max(labels, default=0) * CHARACTER
    gap = ACROSS if side else max(ACROSS, 0.5 * longest)
    step = ALONG + (longest if side else LINE * bool(longest))
    loops = {edge.start for edge in figure.edges if edge.start == edge.end}

    def across(name: str) -> float:
        box = figure.boxes[name]
        return box.height if side else box.width + 3 * ACROSS * (name in loops)

    def along(name: str) -> float:
        return figure.boxes[name].width if side else figure.boxes[name].height

    widths = [sum(map(across, row)) + gap * (len(row) - 1) for row in rows]
    total, position = max(widths, default=0.0), top
    for row, width in zip(rows, widths, strict=True):
        depth = max(map(along, row), default=0.0)
        begin = (total - width) / 2
        for name in row:
            middle, line = begin + across(name) / 2, position + depth / 2
            box = figure.boxes[name]
            box.x, box.y = (line, middle) if side else (middle, line)
            begin += across(name) + gap
        position += depth + step
    return position - step - top, total


def shift(boxes: list[Box], x: float, y: float) -> None:
    """Move boxes."""
    for box in boxes:
        box.x, box.y = box.x + x, box.y + y


def draw(text: str) -> str:
    """A Mermaid block as SVG that takes its color from the page around it."""
    figure = read(text)
    frames, height, width = [], 0.0, 0.0
    for group in [*figure.groups, ""] if figure.groups else [""]:
        names = [name for name, box in figure.boxes.items() if box.group == group and box.lines]
        if not names:
            continue
        known = set(figure.boxes)
        long, wide = arrange(figure, names, 0.0)
        boxes = [box for name, box in figure.boxes.items() if name in names or name not in known]
        w, h = (long, wide) if figure.sideways else (wide, long)
        room = PAD + LINE if group else 0.0
        shift(boxes, 2 * PAD, height + room + PAD)
        if group:
            frames.append((PAD, height, w + 2 * PAD, h + room + 2 * PAD, figure.groups[group]))
        height, width = height + h + room + 2 * PAD + ALONG, max(width, w)
    width, height = width + 4 * PAD, height - ALONG + PAD
    parts = [frame(*place) for place in frames]
    parts += [arrow(figure, edge) for edge in figure.edges]
    parts += [drawn(box) for box in figure.boxes.values() if box.lines]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' "
        f"width='{width:.0f}' role='img' font-family='sans-serif' font-size='{SIZE}' "
        "fill='currentColor'>" + "".join(parts) + "</svg>"
    )


def frame(x: float, y: float, w: float, h: float, title: str) -> str:
    """The frame of a subgraph."""
    return (
        f"<rect class='scope' x='{x:.1f}' y='{y:.1f}' width='{w:.1f}' height='{h:.1f}' rx='6' "
        "fill='none' stroke='currentColor' stroke-opacity='.35' stroke-dasharray='4 3'/>"
        f"<text x='{x + PAD:.1f}' y='{y + LINE + 2:.1f}' font-weight='bold'>"
        f"{html.escape(title)}</text>"
    )


def drawn(box: Box) -> str:
    """A box with its text."""
    x, y, w, h = box.x - box.width / 2, box.y - box.height / 2, box.width, box.height
    radius = min(h / 2, 16) if box.round else 4
    out = [
        f"<rect class='box {box.kind}' x='{x:.1f}' y='{y:.1f}' width='{w:.1f}' height='{h:.1f}' "
        f"rx='{radius:.0f}' fill='currentColor' fill-opacity='.06' stroke='currentColor'/>"
    ]
    for k, line in enumerate([*box.lines, *box.members]):
        member = k >= len(box.lines)
        below = y + PAD + LINE * (k + 0.75) + (6 if member else 0)
        where = f"x='{x + PAD:.1f}'" if member else f"x='{box.x:.1f}' text-anchor='middle'"
        weight = " font-weight='bold'" if k == 0 else ""
        out.append(f"<text {where} y='{below:.1f}'{weight}>{html.escape(line)}</text>")
    if box.members:
        line = y + PAD + LINE * len(box.lines) + 4
        out.append(f"<path d='M{x:.1f} {line:.1f}h{w:.1f}' stroke='currentColor'/>")
    return "".join(out)


def arrow(figure: Figure, edge: Edge) -> str:
    """A curve from box to box, through its points, with its head and its label."""
    a, b = figure.boxes[edge.start], figure.boxes[edge.end]
    if a is b:
        x, y = a.x + a.width / 2, a.y
        d = f"M{x:.1f} {y - 8:.1f}c34 -22 34 38 2 16"
        return line(d, edge, (x + 1, y + 8), (-1.0, 0.2), (x + 28, y + 4))
    side = figure.sideways and a.group == b.group
    points = [edge_point(a, b, side)]
    points += [(figure.boxes[name].x, figure.boxes[name].y) for name in edge.via]
    points.append(edge_point(b, a, side))
    d = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (u, v) in pairwise(points):
        c = f"{(x + u) / 2:.1f} {y:.1f} {(x + u) / 2:.1f} {v:.1f}" if side else (
            f"{x:.1f} {(y + v) / 2:.1f} {u:.1f} {(y + v) / 2:.1f}"
        )  # fmt: skip
        d += f"C{c} {u:.1f} {v:.1f}"
    (x, y), (u, v) = (points[1], points[0]) if edge.inherits else points[-2:]
    ahead = (1.0 if u > x else -1.0, 0.0) if side else (0.0, 1.0 if v > y else -1.0)
    return line(d, edge, (u, v), ahead, middle(figure, edge, points[0], points[1], side))


def middle(
    figure: Figure, edge: Edge, start: tuple[float, float], end: tuple[float, float], side: bool
) -> tuple[float, float]:
    """Where the label stands: on the curve, away from the end where edges come together."""
    out = sum(other.start == edge.start for other in figure.edges)
    into = sum(other.end == edge.end for other in figure.edges)
    t = 0.5 if (out > 1) == (into > 1) else 0.7 if out > 1 else 0.3
    (x, y), (u, v) = start, end
    bent, straight = t * t * (3 - 2 * t), 1.5 * t * (1 - t) + t**3
    along, across = (straight, bent) if side else (bent, straight)
    return x + along * (u - x), y + across * (v - y)


def edge_point(box: Box, other: Box, side: bool) -> tuple[float, float]:
    """Where an edge to another box leaves this one."""
    if side:
        return box.x + (box.width / 2 if other.x > box.x else -box.width / 2), box.y
    return box.x, box.y + (box.height / 2 if other.y > box.y else -box.height / 2)


def line(
    d: str, edge: Edge, tip: tuple[float, float], ahead: tuple[float, float],
    place: tuple[float, float],
) -> str:  # fmt: skip
    """The parts of an edge: curve, head, label."""
    (u, v), (i, j) = tip, ahead
    size = 10 if edge.inherits else 7
    left = f"{u - size * i - size / 2 * j:.1f} {v - size * j + size / 2 * i:.1f}"
    right = f"{u - size * i + size / 2 * j:.1f} {v - size * j - size / 2 * i:.1f}"
    head = "class='triangle' stroke='currentColor'" if edge.inherits else ""
    dash = " stroke-dasharray='4 3'" if edge.dashed else ""
    out = (
        f"<path class='edge' d='{d}' fill='none' stroke='currentColor' stroke-opacity='.6'{dash}/>"
    )
    out += f"<path {head} d='M{u:.1f} {v:.1f}L{left}L{right}z'/>"
    if edge.label:
        x, y = place
        out += (
            f"<text class='label' x='{x + 5:.1f}' y='{y + 4:.1f}'>{html.escape(edge.label)}</text>"
        )
    return out
