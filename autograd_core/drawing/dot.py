"""Write a Graph as DOT, the language of Graphviz.

Labels are quoted strings, never HTML, and every text in them is data: quotes, backslashes, angle
brackets and control characters arrive in the picture as they are. Neither the program ``dot`` nor
the package graphviz is needed to write.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import require
from .labels import printable
from .model import Graph
from .picture import Arrow, Picture, Shown, picture, structured
from .styles import Look

if TYPE_CHECKING:
    from .digraph import Digraph

Attributes = dict[str, str]

_NAME = re.compile(r"(?:[a-zA-Z_][a-zA-Z0-9_]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?))\Z")
_KEYWORDS = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
_UNESCAPED_QUOTE = re.compile(r'((?:\\\\)*)\\?"')
_ODD_BACKSLASHES = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")

# fmt: off
SHAPES: dict[str, Attributes] = {  # of roles; colors are in the palette
    "input":     {"shape": "ellipse", "style": "filled", "margin": "0.02"},
    "parameter": {"shape": "ellipse", "style": "filled", "margin": "0.02", "peripheries": "2"},
    "constant":  {"shape": "plaintext"},
    "operation": {"shape": "box", "style": "filled,rounded"},
    "scope":     {"shape": "folder", "style": "filled"},
    "cut":       {"shape": "box", "style": "dashed"},
    "saved":     {"shape": "tab", "style": "filled"},
}
# fmt: on
ROOT, CULPRIT = {"penwidth": "2.5"}, {"penwidth": "5"}


# --- text that DOT reads as it is -----------------------------------------------------------------
def escaped(text: str) -> str:
    r"""The text as the inside of a DOT label; a line break becomes the two characters \n.

    >>> print(escaped('a\\b & c\nd'))
    a\\b &amp; c\nd
    """
    text = printable(text).replace("\\", r"\\").replace("&", "&amp;")
    return text.replace("\n", r"\n")


def field(text: str) -> str:
    r"""The text as the inside of a field of a record, where brackets, bars and spaces mean more.

    >>> print(field("a {b|c}"))
    a\ \{b\|c\}
    """
    return re.sub(r"[{}|<> ]", r"\\\g<0>", escaped(text))


@lru_cache(1024)  # attributes and their values are few, and written for every box
def quoted(value: str) -> str:
    r"""An identifier of DOT: bare where it can be, else a quoted string, never HTML.

    >>> print(quoted("n0"), quoted('a"b'), quoted("<b>"))
    n0 "a\"b" "<b>"
    """
    if _NAME.match(value) and value.lower() not in _KEYWORDS:
        return value
    return '"' + _UNESCAPED_QUOTE.sub(r'\1\\"', value) + '"'


def _raw(value: Any) -> str:
    r"""An attribute given by the caller: escapes such as \l are his, the rest is made safe."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = printable(text).replace("\n", r"\n")
    return text + "\\" if _ODD_BACKSLASHES.search(text) else text


def _listed(attributes: Mapping[str, str], first: str = "label") -> str:
    """Attributes in brackets: the label first, the others sorted."""
    names = sorted(attributes, key=lambda name: (name != first, name))
    pairs = " ".join(f"{quoted(name)}={quoted(attributes[name])}" for name in names)
    return f" [{pairs}]" if pairs else ""


# --- the document ---------------------------------------------------------------------------------
def write(graph: Graph, **presentation: Any) -> "Digraph":
    """The graph as a ``graphviz.Digraph``: ``.source`` is text, ``.render`` needs the program.

    Args:
        graph: what to write.
        presentation: style, show, rankdir, precision, max_elems, theme, title, legend, font,
            size, dpi, graph_attr, node_attr, edge_attr, style_fn, label_fn, edge_fn.
    Raises:
        MissingDependencyError: the package graphviz is not installed.
        ArgumentError: an unknown option, or a hook that failed.
    """
    require("graphviz", extra="", feature="to_dot()")
    from .digraph import Digraph

    shown = picture(structured(graph, presentation), presentation)
    attributes = dict(zip(("graph_attr", "node_attr", "edge_attr"), _defaults(shown), strict=True))
    return Digraph(body=list(_body(shown)), drawn=graph, **attributes)


def text(graph: Graph, **presentation: Any) -> Iterator[str]:
    r"""The lines of what ``write`` gives as ``.source``, one by one and without any package.

    >>> print("".join(text(Graph([], [], []))).partition("\n")[0])
    digraph {
    """
    shown = picture(structured(graph, presentation), presentation)
    yield "digraph {\n"
    for name, attributes in zip(("graph", "node", "edge"), _defaults(shown), strict=True):
        yield f"\t{name}{_listed(attributes, first='')}\n" if attributes else ""
    yield from _body(shown)
    yield "}\n"


def _defaults(shown: Picture) -> tuple[Attributes, Attributes, Attributes]:
    """What holds for the graph, for all boxes and for all arrows."""
    chosen = shown.look
    fill, frame, ink = chosen.paint["page"]
    colored = {} if chosen.theme == "light" and chosen.style != "paper" else {"bgcolor": fill}
    graph = {"rankdir": chosen.rankdir, **colored, **_sizes(chosen)}
    if shown.notes or chosen.title or shown.frames or chosen.legend:
        graph |= {"fontcolor": ink, "fontname": chosen.font, "fontsize": "11"}
    node = {"fontname": chosen.font, "fontsize": "12", "height": "0.3", "margin": "0.14,0.07"}
    edge = {"arrowsize": "0.7", "color": frame, "fontcolor": ink}
    edge |= {"fontname": chosen.font, "fontsize": "10"}
    given = (chosen.graph_attr, chosen.node_attr, chosen.edge_attr)
    return tuple(  # type: ignore[return-value]
        own | {str(name): _raw(value) for name, value in theirs.items()}
        for own, theirs in zip((graph, node, edge), given, strict=True)
    )


def _sizes(chosen: Look) -> Attributes:
    return {name: v for name, v in (("size", chosen.size), ("dpi", chosen.dpi)) if v is not None}


def _body(shown: Picture) -> Iterator[str]:
    """Boxes in order of creation, arrows by consumer, frames, legend, notes."""
    for item in shown.boxes:
        yield from _nodes(item, shown.look)
    for item in shown.boxes:
        *others, key = map(quoted, item.keys)
        if item.bubble:
            yield f"\t{others[0]} -> {key}\n"
        if item.aside:
            yield f"\t{others[-1]} -> {key} [arrowhead=none style=dashed]\n"
    for arrow in shown.arrows:
        tail = quoted(arrow.edge.tail) + ("" if arrow.port is None else f":o{arrow.port}")
        yield f"\t{tail} -> {quoted(arrow.to)}{_listed(_drawn(arrow, shown.look, shown.both))}\n"
    if shown.frames or shown.look.title:
        yield from _subgraphs(shown)
    if shown.legend:
        yield from _legend(shown)
    if shown.notes and "label" not in shown.look.graph_attr:
        yield f"\tlabel={quoted(_left(shown.notes))} labeljust=l\n"


# --- boxes ----------------------------------------------------------------------------------------
def _nodes(item: Shown, chosen: Look) -> Iterator[str]:
    """The statements of a box, of the bubble before it, and of what it keeps."""
    *others, key = item.keys
    shape = SHAPES[item.box.role] | _colors(item)
    if item.bubble:
        bubble = _colors(item) | {"shape": "ellipse", "style": "filled"}
        yield _node(others[0], bubble | {"label": _label(item.bubble)})
    if item.aside:
        fill, frame, ink = chosen.paint["saved"]
        colors = {"fillcolor": fill, "color": frame, "fontcolor": ink}
        yield _node(others[-1], SHAPES["saved"] | colors | {"label": _label(item.aside)})
    if item.root:
        shape |= ROOT
    if "culprit" in item.box.marks:
        shape |= CULPRIT
    if item.ports:
        shape |= {"shape": "record", "label": _record_of_ports(item)}
    elif chosen.style == "micrograd" and item.box.role not in ("scope", "cut"):
        fields = " | ".join(field(row) for row in item.rows)
        fill, frame, _ = item.paint
        shape |= {"shape": "record", "style": "filled", "label": "{ " + fields + " }"}
        shape |= {"color": frame, "fillcolor": fill, "margin": "0.14,0.07", "peripheries": "1"}
    else:
        shape |= {"label": _label(item.rows)}
    yield _node(key, shape | {name: _raw(value) for name, value in item.own.items()})


def _node(key: str, attributes: Mapping[str, str]) -> str:
    return f"\t{quoted(key)}{_listed(attributes)}\n"


def _label(rows: Iterable[str]) -> str:
    return r"\n".join(map(escaped, rows))


def _left(rows: Iterable[str]) -> str:
    """Rows that begin at the left."""
    return "".join(escaped(row) + r"\l" for row in rows)


def _colors(item: Shown) -> Attributes:
    """Fill, frame and text; a constant is filled only if something outweighs its role."""
    fill, frame, ink = item.paint
    if item.kind == "constant" and not item.scaled:
        return {"fontcolor": ink}
    colors = {"color": frame, "fontcolor": ink}
    if item.box.role == "constant":
        colors |= {"style": "filled"}
    return colors if item.kind == "cut" else colors | {"fillcolor": fill}


def _record_of_ports(item: Shown) -> str:
    """The box on one side and its outputs on the other, each with a port."""
    outputs = " | ".join(
        f"<o{k}> " + r"\n".join(map(field, rows)) for k, rows in enumerate(item.ports)
    )
    return "{ " + r"\n".join(map(field, item.rows)) + " | { " + outputs + " } }"


# --- arrows ---------------------------------------------------------------------------------------
def _drawn(arrow: Arrow, chosen: Look, both: bool) -> Attributes:
    """The attributes of an arrow; beside operands, gradients do not shape the layout."""
    beside = " " if arrow.width is not None else ""  # a wide arrow would touch its label
    drawn = {"label": _label([beside + row for row in arrow.rows])} if arrow.rows else {}
    if arrow.edge.view:
        drawn["style"] = "dotted"
    if arrow.edge.kind == "gradient":
        drawn |= {"color": chosen.paint["second"][1]}
        drawn |= {"constraint": "false", "style": "dashed"} if both else {}
    if arrow.width is not None:
        drawn["penwidth"] = f"{arrow.width:g}"
    if arrow.gray:
        drawn["color"] = chosen.paint["unreached"][1]
    return drawn | {name: _raw(value) for name, value in arrow.own.items()}


# --- frames, title, legend ------------------------------------------------------------------------
def _subgraphs(shown: Picture) -> Iterator[str]:
    """Frames in frames, and the title's around them all."""
    keys = {item.box.id: item.keys for item in shown.boxes}
    look, level = shown.look, 1
    framed = {key for frame in shown.frames for key in frame.boxes}
    if look.title:
        head = {"fontsize": "16", "label": escaped(look.title), "labelloc": "t", "peripheries": "0"}
        yield from _opened("title", head, level)
        yield from (_member(key, level) for box in keys if box not in framed for key in keys[box])
        level += 1
    base, border = level, _border(look)
    for k, frame in enumerate(shown.frames):
        while level > base + frame.depth:
            level -= 1
            yield "\t" * level + "}\n"
        yield from _opened(str(k), border | {"label": _left(frame.rows)}, level)
        yield from (_member(key, level) for box in frame.boxes for key in keys[box])
        level += 1
    while level > 1:
        level -= 1
        yield "\t" * level + "}\n"


def _border(look: Look) -> Attributes:
    """What all frames have; also inside the title's, from which they would inherit."""
    border = {"color": look.paint["page"][1], "fontsize": "11", "labeljust": "l"}
    return border | {"labelloc": "t", "peripheries": "1", "style": "rounded"}


def _opened(name: str, attributes: Attributes, level: int) -> Iterator[str]:
    yield "\t" * level + f"subgraph cluster_{name} {{\n"
    yield "\t" * (level + 1) + f"graph{_listed(attributes)}\n"


def _member(key: str, level: int) -> str:
    return "\t" * (level + 1) + quoted(key) + "\n"


def _legend(shown: Picture) -> Iterator[str]:
    """One box for each entry, in a frame of its own."""
    yield from _opened("legend", _border(shown.look) | {"label": "legend"}, 1)
    for k, (kind, (fill, frame, ink), meaning) in enumerate(shown.legend):
        colors = {"color": frame, "fillcolor": fill, "fontcolor": ink, "label": meaning}
        yield "\t" + _node(f"legend_{k}", SHAPES.get(kind, SHAPES["operation"]) | colors)
    yield "\t}\n"
