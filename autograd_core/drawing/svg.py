"""Write a Graph as an SVG picture without any program, laid out by ``layout``.

For up to 300 boxes, where Graphviz is absent. Scopes are rows in their boxes, not frames.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import hypot
from typing import Any
from unicodedata import east_asian_width

from .labels import printable, rows_of
from .layout import BETWEEN, Layout, Point, layered
from .model import Graph
from .picture import Arrow, Picture, Shown, picture, structured
from .styles import Look, Paint, is_color

MOST = 300  # boxes
ROW, PAD, EDGE = 15.0, 7.0, 14.0  # pixels: height of a row, room around text, margin
NARROW, WIDE = set("ijlftrI|.,:;'!()[]{} /·"), set("mwMW@%—→…")
Field = list[str]


@dataclass(slots=True)
class Cell:
    """What is drawn at one place: bands of fields, one above the other, in a shape."""

    bands: list[list[Field]]
    shape: str
    paint: Paint
    frame: float = 1.0
    own: Mapping[str, str] | None = None

    @property
    def size(self) -> Point:
        """Width and height in pixels."""
        wide = max(sum(map(_wide, band)) for band in self.bands)
        high = sum(max(map(_high, band)) for band in self.bands)
        return (
            (wide * 1.3, high * 1.3)
            if self.shape in ("input", "parameter", "bubble")
            else (wide, high)
        )

    def middle(self, port: int) -> float:
        """How far beside the middle the field of an output is."""
        wides = [_wide(field) for field in self.bands[-1]]
        stretch = max(sum(map(_wide, band)) for band in self.bands) / sum(wides)
        return (sum(wides[:port]) + wides[port] / 2 - sum(wides) / 2) * stretch


def _wide(field: Field) -> float:
    return 2 * PAD + max((12 * sum(map(_em, row)) for row in field), default=0.0)


def _high(field: Field) -> float:
    return PAD + ROW * max(1, len(field))


def _em(letter: str) -> float:
    """About how wide a letter of Helvetica is, in ems."""
    if east_asian_width(letter) in "WF":
        return 1.0
    return (
        0.3 if letter in NARROW else 0.87 if letter in WIDE else 0.68 if letter.isupper() else 0.56
    )


def write(graph: Graph, **presentation: Any) -> str:
    """The picture as the text of an SVG file.

    Args:
        graph: what to draw.
        presentation: the options of ``to_dot``; of DOT's attributes only colors and widths.
    Raises:
        ArgumentError: an unknown option, or a hook that failed.

    >>> write(Graph([], [], [])).partition(" ")[0]
    '<svg'
    """
    shown = picture(structured(graph, presentation), presentation)
    cells = {key: cell for item in shown.boxes for key, cell in _cells(item, shown)}
    for k, (kind, paint, meaning) in enumerate(shown.legend):
        cells[f"legend_{k}"] = Cell([[["legend:", meaning]]], kind, paint)
    joins = [(key, item.keys[-1]) for item in shown.boxes for key in item.keys[:-1]]
    edges = [*joins, *((arrow.edge.tail, arrow.to) for arrow in shown.arrows)]
    numbered = list(enumerate(shown.arrows, len(joins)))
    laid = layered(
        {key: cell.size for key, cell in cells.items()},
        edges,
        shown.look.rankdir,
        loose={k for k, arrow in numbered if _dashed(arrow, shown)},
        starts={
            k: cells[arrow.edge.tail].middle(arrow.port)
            for k, arrow in numbered
            if arrow.port is not None
        },
        between=max([BETWEEN, *(_room(arrow, shown.look) for arrow in shown.arrows)]),
    )
    return "".join(_document(shown, cells, laid, [tail.endswith("op") for tail, _ in joins]))


def _room(arrow: Arrow, look: Look) -> float:
    """The room between layers that the label of an arrow needs."""
    if look.rankdir in ("TB", "BT"):
        return 30.0 + 12 * len(arrow.rows)
    return 40.0 + max((10 * sum(map(_em, row)) for row in arrow.rows), default=0.0)


def _dashed(arrow: Arrow, shown: Picture) -> bool:
    """Whether it is a gradient beside operands."""
    return shown.both and arrow.edge.kind == "gradient"


def _cells(item: Shown, shown: Picture) -> Iterator[tuple[str, Cell]]:
    """The cells of a box, of the bubble before it, and of what it keeps."""
    *others, key = item.keys
    if item.bubble:
        yield others[0], Cell([[item.bubble]], "bubble", item.paint)
    if item.aside:
        yield others[-1], Cell([[item.aside]], "saved", shown.look.paint["saved"])
    rows = item.rows
    if item.box.scope and "scope" in shown.look.show:
        rows = [*rows, *rows_of([f"in {item.box.scope}"])]
    frame = 5.0 if "culprit" in item.box.marks else 2.5 if item.root else 1.0
    own = {name: str(value) for name, value in shown.look.node_attr.items()} | {**item.own}
    record = shown.look.style == "micrograd" and item.box.role not in ("scope", "cut")
    bands = [[[row] for row in rows]] if record and not item.ports else [[rows]]
    if item.ports:
        bands.append(item.ports)
    yield key, Cell(bands, "record" if record else item.box.role, item.paint, frame, own)


# --- the document ---------------------------------------------------------------------------------
def _document(
    shown: Picture, cells: Mapping[str, Cell], laid: Layout, joins: list[bool]
) -> Iterator[str]:
    """Page, title, arrows, boxes, notes: what comes later lies above."""
    look = shown.look
    fill, line, ink = look.paint["page"]
    fill = str(look.graph_attr.get("bgcolor", fill))
    fill = fill if is_color(fill) else look.paint["page"][0]
    top = EDGE + (2 * ROW if look.title else 0)
    texts = max((12 * sum(map(_em, row)) for row in [look.title or "", *shown.notes]), default=0.0)
    width = max(laid.width, texts) + 2 * EDGE
    height = top + laid.height + EDGE + ROW * len(shown.notes)
    inches = [float(part) for part in (look.size or "").rstrip("!").split(",") if part]
    fit = min(
        [1.0, *(96 * most / part for most, part in zip(inches * 2, (width, height), strict=False))]
    )
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width * fit:.0f}" height="{height * fit:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{_text(look.font)}, sans-serif" '
        f'font-size="12" text-anchor="middle">\n<rect width="100%" height="100%" fill="{fill}"/>\n'
    )
    if look.title:
        yield _row(look.title, width / 2, EDGE + ROW / 2, ink, 'font-size="16"')
    yield f'<g transform="translate({(width - laid.width) / 2:.1f} {top:.1f})">\n'
    for pointed, route in zip(joins, laid.routes, strict=False):
        yield _way(route, look, line, 1.0, "" if pointed else "2 3", pointed)
    routes = laid.routes[len(joins) :]
    for arrow, route in zip(shown.arrows, routes, strict=True):
        yield _arrow(arrow, route, shown)
    for arrow, route in zip(shown.arrows, routes, strict=True):
        yield from _label(arrow, route, look)
    for key, cell in cells.items():
        yield from _cell(cell, laid.places[key])
    yield "</g>\n"
    for k, note in enumerate(shown.notes):
        y = top + laid.height + EDGE + ROW * k
        yield _row(note, EDGE, y, ink, 'text-anchor="start"')
    yield "</svg>\n"


def _text(text: str) -> str:
    return escape(printable(text).replace("\n", " "))


def _row(text: str, x: float, y: float, ink: str, more: str = "") -> str:
    """A row of text around a height."""
    return f'<text x="{x:.1f}" y="{y + 4:.1f}" fill="{ink}" {more}>{_text(text)}</text>\n'


# --- boxes ----------------------------------------------------------------------------------------
def _cell(cell: Cell, place: Point) -> Iterator[str]:
    """The shape, lines between its fields, and their rows."""
    (x, y), (width, height) = place, cell.size
    own = {name: value for name, value in (cell.own or {}).items() if is_color(value)}
    fill, line, ink = (
        own.get(name, usual)
        for name, usual in zip(("fillcolor", "color", "fontcolor"), cell.paint, strict=True)
    )
    stroke = f'fill="{fill}" stroke="{line}" stroke-width="{cell.frame:g}"'
    yield _outline(cell.shape, (x - width / 2, y - height / 2), cell.size, stroke)
    inner = sum(max(map(_high, band)) for band in cell.bands)
    wide = max(sum(map(_wide, band)) for band in cell.bands)
    top = y - inner / 2
    for k, band in enumerate(cell.bands):
        high = max(map(_high, band))
        if k:
            yield _line((x - wide / 2, top), (x + wide / 2, top), line)
        stretch = wide / sum(map(_wide, band))
        left = x - wide / 2
        for j, field in enumerate(band):
            if j:
                yield _line((left, top), (left, top + high), line)
            across = _wide(field) * stretch
            for n, row in enumerate(field):
                middle = top + high / 2 + ROW * (n - (len(field) - 1) / 2)
                yield _row(row, left + across / 2, middle, ink)
            left += across
        top += high


def _outline(shape: str, corner: Point, size: Point, stroke: str) -> str:
    """A shape of its own for each role."""
    (x, y), (w, h) = corner, size
    if shape in ("input", "parameter", "bubble"):
        around = f'cx="{x + w / 2:.1f}" cy="{y + h / 2:.1f}"'
        ring = f'<ellipse {around} rx="{w / 2:.1f}" ry="{h / 2:.1f}" {stroke}/>\n'
        inner = f'<ellipse {around} rx="{w / 2 - 3:.1f}" ry="{h / 2 - 3:.1f}" {stroke}/>\n'
        return ring + (inner if shape == "parameter" else "")
    if shape in ("scope", "saved"):
        tab = (x, y - 5, x, y + h, x + w, y + h, x + w, y, x + w / 3, y, x + w / 3 - 5, y - 5)
        return f'<polygon points="{" ".join(f"{v:.1f}" for v in tab)}" {stroke}/>\n'
    more = {"operation": ' rx="6"', "cut": ' stroke-dasharray="5 4"'}.get(shape, "")
    where = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
    return f"<rect {where} {stroke}{more}/>\n"


def _line(start: Point, end: Point, color: str) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{color}"/>\n'
    )


# --- arrows ---------------------------------------------------------------------------------------
def _arrow(arrow: Arrow, route: list[Point], shown: Picture) -> str:
    """The way of an arrow in its color: of gradients, of what none reaches, or of a hook."""
    look = shown.look
    kind = "unreached" if arrow.gray else "second" if arrow.edge.kind == "gradient" else "page"
    own = {name: str(value) for name, value in look.edge_attr.items()} | dict(arrow.own)
    color = own["color"] if is_color(own.get("color", "")) else look.paint[kind][1]
    dashes = "6 4" if _dashed(arrow, shown) else "2 3" if arrow.edge.view else ""
    return _way(route, look, color, arrow.width or 1.0, dashes)


def _way(
    route: list[Point], look: Look, color: str, width: float, dashes: str, pointed: bool = True
) -> str:
    """A curve through its points, with a head."""
    (x, y), (before_x, before_y) = route[-1], route[-2]
    length = hypot(x - before_x, y - before_y) or 1.0
    dx, dy = (x - before_x) / length, (y - before_y) / length
    head, side = (6 + width) * pointed, 3 + width / 2
    base_x, base_y = x - head * dx, y - head * dy
    path = _curve([*route[:-1], (base_x, base_y)], look.rankdir)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    drawn = f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}"{dashed}/>\n'
    left = (base_x - side * dy, base_y + side * dx)
    right = (base_x + side * dy, base_y - side * dx)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in ((x, y), left, right))
    return drawn + (f'<polygon points="{points}" fill="{color}"/>\n' if pointed else "")


def _label(arrow: Arrow, route: list[Point], look: Look) -> Iterator[str]:
    """The rows of an arrow beside its middle, with a rim that parts them from other arrows."""
    middle = len(route) // 2
    (ax, ay), (bx, by) = route[middle - 1], route[middle]
    fill, _, ink = look.paint["page"]
    rim = f'stroke="{fill}" stroke-width="3" paint-order="stroke"'
    down = look.rankdir in ("TB", "BT")
    anchor, beside = ("start", 4) if down else ("middle", 0)
    for k, row in enumerate(arrow.rows):
        at = (ax + bx) / 2 + beside, (ay + by) / 2 + 12 * (k - (len(arrow.rows) - 1) / 2)
        yield _row(row, *at, ink, f'font-size="10" text-anchor="{anchor}" {rim}')


def _curve(route: list[Point], rankdir: str) -> str:
    """A path that leaves each point in the direction of the layers."""
    path = f"M{route[0][0]:.1f},{route[0][1]:.1f}"
    for (ax, ay), (bx, by) in pairwise(route):
        if rankdir in ("TB", "BT"):
            bends = (ax, (ay + by) / 2, bx, (ay + by) / 2)
        else:
            bends = ((ax + bx) / 2, ay, (ax + bx) / 2, by)
        path += " C" + " ".join(f"{v:.1f}" for v in (*bends, bx, by))
    return path
