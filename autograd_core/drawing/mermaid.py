"""Write a Graph as a Mermaid flowchart, which Markdown renders without any program.

Mermaid reads labels as Markdown inside of HTML inside of its own entities: whatever means
something to one of the three is written as a number. It draws nothing beyond 500 edges or 50 000
characters, so a graph that comes near is collapsed further, and a note says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from json import dumps
from typing import Any

from .labels import printable, rows_of
from .model import Graph
from .picture import Arrow, Picture, Shown, lines_of, picture, structured
from .reduce import reduced
from .styles import HOOKS, Look, Paint, is_color

MOST_EDGES, MOST_CHARACTERS = 400, 40_000  # four fifths of what Mermaid accepts
_SPECIAL = re.compile(
    r"""[#&<>"`\\*~{}$%@;ﬂ¶]"""  # Mermaid, HTML, Markdown, KaTeX
    r"|:(?! )|www\.|\](?=[(:\[])"  # icons such as fa:name, styles as Mermaid finds them, links
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # emphasis
    r"|^[ +=|-](?!\d)|^\d+[.)](?=\s|$)",  # code, lists, headings, tables
    re.IGNORECASE,
)
_TWICE = re.compile(  # read again after entities are decoded; a space of no width parts them
    r"\\(?=n)|:(?=fa-)|\$(?=\$)|ﬂ(?=°)|¶(?=ß)"
)
_NAMED = {'"': "#quot;", "&": "#amp;", "<": "#lt;", ">": "#gt;"}
_WIDTH = re.compile(r"\d+(\.\d+)?\Z")

# fmt: off
BRACKETS = {  # a shape for each role
    "input":     ("([", "])"),
    "parameter": ("[[", "]]"),
    "constant":  ("[", "]"),
    "operation": ("[", "]"),
    "scope":     ("{{", "}}"),
    "cut":       ("[", "]"),
    "saved":     (">", "]"),
    "bubble":    ("(", ")"),
}
CLASSES = {"operation": "op"}  # the others are called as their role
STYLES = {"fillcolor": "fill", "color": "stroke", "fontcolor": "color", "penwidth": "stroke-width"}
# fmt: on


def escaped(text: str) -> str:
    """The text as the inside of a quoted label.

    >>> print(escaped('say "a -> b" & #1'))
    say #quot;a -#gt; b#quot; #amp; #35;1
    """
    rows = printable(text).split("\n")
    rows = [_TWICE.sub("\\g<0>\0", row) for row in rows]
    return "<br/>".join(_SPECIAL.sub(_entities, row) for row in rows).replace("\0", "#8203;")


def _entities(match: re.Match[str]) -> str:
    return "".join(_NAMED.get(c, f"#{ord(c)};") for c in match[0])


def write(graph: Graph, **presentation: Any) -> str:
    """The graph as a Mermaid flowchart of at most 400 edges and 40 000 characters.

    Args:
        graph: what to write.
        presentation: the options of ``to_dot``; of DOT's attributes only colors and widths.
    Raises:
        ArgumentError: an unknown option, or a hook that failed.

    >>> print(write(Graph([], [], [])))
    flowchart TB
    """
    whole = small = structured(graph, presentation)
    most = len(whole)
    while True:
        rough = picture(small, presentation | dict.fromkeys(HOOKS))
        if _fits(rough) or most < 2:
            shown = picture(small, presentation)
            if _fits(shown) or most < 2:
                return "".join(_lines(shown))
        most = min(most, 2 * MOST_EDGES) // 2
        small = reduced(whole, max_nodes=most)
        note = f"{len(whole)} boxes are {len(small)} here: Mermaid draws 500 arrows at most"
        small = replace(small, notes=[*small.notes, note])


def _fits(shown: Picture) -> bool:
    links = len(shown.arrows) + sum(len(item.keys) - 1 for item in shown.boxes)
    return links <= MOST_EDGES and sum(map(len, _lines(shown))) <= MOST_CHARACTERS


# --- the document ---------------------------------------------------------------------------------
def _lines(shown: Picture) -> Iterator[str]:
    """Title, boxes, arrows, frames, notes, and the classes that were used."""
    look = shown.look
    if look.title:
        yield f"---\ntitle: {dumps(printable(look.title), ensure_ascii=False)}\n---\n"
    if look.theme == "dark":
        yield '%%{init: {"theme": "dark"}}%%\n'
    yield f"flowchart {look.rankdir}\n"
    for item in shown.boxes:
        yield from _nodes(item)
    links = [*_joins(shown.boxes), *(_link(arrow, shown) for arrow in shown.arrows)]
    yield from (f"  {link}\n" for link in links)
    yield from _subgraphs(shown)
    yield from _legend(shown)
    if shown.notes:
        yield f'  notes["{_label(shown.notes)}"]:::note\n'
    yield from _classes(shown)
    first = len(links) - len(shown.arrows)
    for k, arrow in enumerate(shown.arrows):
        yield from _styled(f"linkStyle {first + k}", _drawn(arrow, look), arrow.own)
    for item in shown.boxes:
        yield from _styled(f"style {_id(item.box.id)}", _marked(item), item.own)
    for name in [*(f"s{k}" for k in range(len(shown.frames))), *["legend"][: len(shown.legend)]]:
        yield from _styled(f"style {name}", _painted(look.paint["page"]), {})
    for k, (kind, paint, _) in enumerate(shown.legend):
        if paint != look.paint[kind]:
            yield from _styled(f"style {_id(f'legend_{k}')}", _painted(paint), {})


def _id(key: str) -> str:
    """An identifier of Mermaid: letters, digits and no word of its own."""
    if re.match(r"n\d+\Z", key):
        return key
    return "b" + "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in key)


def _label(rows: Iterable[str]) -> str:
    return "<br/>".join(map(escaped, rows))


def _nodes(item: Shown) -> Iterator[str]:
    """The statements of a box, of the bubble before it, and of what it keeps."""
    *others, key = item.keys
    if item.bubble:
        yield _node(others[0], "bubble", item.bubble, CLASSES.get(item.kind, item.kind))
    if item.aside:
        yield _node(others[-1], "saved", item.aside, "saved")
    rows = _replaced(item.own, [row for row in lines_of(item) if row])
    yield _node(key, item.box.role, rows, CLASSES.get(item.kind, item.kind))


def _replaced(own: Mapping[str, str], rows: list[str]) -> list[str]:
    """The rows, or the label that a hook gave in their place."""
    return re.split(r"\\[nlr]|\n", own["label"]) if "label" in own else rows


def _node(key: str, shape: str, rows: list[str], name: str) -> str:
    left, right = BRACKETS[shape]
    return f'  {_id(key)}{left}"{_label(rows) or " "}"{right}:::{name}\n'


def _joins(boxes: list[Shown]) -> Iterator[str]:
    """From each bubble to its result, and from what is kept to its operation."""
    for item in boxes:
        *others, key = map(_id, item.keys)
        if item.bubble:
            yield f"{others[0]} --> {key}"
        if item.aside:
            yield f"{others[-1]} -.- {key}"


def _link(arrow: Arrow, shown: Picture) -> str:
    """An arrow: dotted for views, and for gradients beside operands."""
    rows = _replaced(arrow.own, arrow.rows)
    if arrow.port is not None and arrow.edge.port:
        rows = [*rows_of([arrow.edge.port]), *rows]
    text = _label(rows)
    text = text if re.match(r"\d+\Z", text) else f'"{text}"' if text else ""
    dashed = arrow.edge.view or (arrow.edge.kind == "gradient" and shown.both)
    middle = {True: ("-.", ".->", "-.->"), False: ("--", "-->", "-->")}[dashed]
    link = f"{middle[0]} {text} {middle[1]}" if text else middle[2]
    return f"{_id(arrow.edge.tail)} {link} {_id(arrow.to)}"


def _subgraphs(shown: Picture) -> Iterator[str]:
    """Frames in frames, each naming its boxes."""
    keys = {item.box.id: item.keys for item in shown.boxes}
    level = 0
    for k, frame in enumerate(shown.frames):
        while level > frame.depth:
            yield "  " * level + "end\n"
            level -= 1
        level += 1
        yield "  " * level + f'subgraph s{k}["{_label(frame.rows)}"]\n'
        yield from ("  " * (level + 1) + _id(key) + "\n" for b in frame.boxes for key in keys[b])
    while level:
        yield "  " * level + "end\n"
        level -= 1


def _legend(shown: Picture) -> Iterator[str]:
    """One box for each role that occurs, in a frame of its own."""
    if shown.legend:
        yield '  subgraph legend["legend"]\n'
        for k, (kind, _, meaning) in enumerate(shown.legend):
            shape = kind if kind in BRACKETS else "operation"
            yield "  " + _node(f"legend_{k}", shape, [meaning], CLASSES.get(kind, kind))
        yield "  end\n"


# --- colors ---------------------------------------------------------------------------------------
def _classes(shown: Picture) -> Iterator[str]:
    """A class for each role that occurs, and one for notes."""
    kinds = [item.kind for item in shown.boxes] + [kind for kind, *_ in shown.legend]
    kinds += ["saved"] * any(item.aside for item in shown.boxes)
    for kind in dict.fromkeys(kinds):
        fill, frame, ink = shown.look.paint[kind]
        dashes = ",stroke-dasharray:5 5" if kind == "cut" else ""
        name = CLASSES.get(kind, kind)
        yield f"  classDef {name} fill:{fill},stroke:{frame},color:{ink}{dashes}\n"
    if shown.notes:
        fill, _, ink = shown.look.paint["page"]
        yield f"  classDef note fill:{fill},stroke:{fill},color:{ink},text-align:left\n"


def _marked(item: Shown) -> dict[str, str]:
    """What a box has beyond its class: a bold frame, a color of a scale."""
    width = 5 if "culprit" in item.box.marks else 3 if item.root else 0
    marked = {"stroke-width": f"{width}px"} if width else {}
    if item.scaled:
        marked |= _painted(item.paint)
    return marked


def _painted(paint: Paint) -> dict[str, str]:
    return dict(zip(("fill", "stroke", "color"), paint, strict=True))


def _drawn(arrow: Arrow, look: Look) -> dict[str, str]:
    drawn = {} if arrow.width is None else {"stroke-width": f"{arrow.width:g}px"}
    if arrow.edge.kind == "gradient":
        drawn["stroke"] = look.paint["second"][1]
    if arrow.gray:
        drawn["stroke"] = look.paint["unreached"][1]
    return drawn


def _styled(what: str, drawn: dict[str, str], own: Mapping[str, str]) -> Iterator[str]:
    """A style statement; of a hook's attributes the colors and widths that Mermaid has."""
    for name, value in own.items():
        if name == "penwidth" and _WIDTH.match(value):
            drawn[STYLES[name]] = f"{value}px"
        elif name in STYLES and name != "penwidth" and is_color(value):
            drawn[STYLES[name]] = value
    if drawn:
        pairs = ",".join(f"{name}:{drawn[name]}" for name in sorted(drawn))
        yield f"  {what} {pairs}\n"
