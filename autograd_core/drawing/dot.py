"""Write a Graph as DOT, the language of Graphviz.

Labels are quoted strings, never HTML, and every text in them is data: quotes, backslashes, angle
brackets and control characters arrive in the picture as they are. The program ``dot`` is not
needed to write; only to render.
"""

import re
from typing import TYPE_CHECKING, Any

from ..errors import require
from .model import Box, Edge, Graph

if TYPE_CHECKING:
    import graphviz

UNKNOWN = "·"
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# fmt: off
STYLES = {  # a color and a shape for each role, so that color is never the only sign
    "input":     {"shape": "ellipse", "fillcolor": "#cfe8f7", "style": "filled"},
    "parameter": {"shape": "doublecircle", "fillcolor": "#d5efe3", "style": "filled"},
    "constant":  {"shape": "plain", "fontcolor": "#595959"},
    "operation": {"shape": "box", "fillcolor": "#fdf0d5", "style": "filled,rounded"},
}
# fmt: on
ROOT = {"penwidth": "2.5"}


def escaped(text: str) -> str:
    r"""The text as the inside of a DOT label; a line break becomes the two characters \n.

    >>> print(escaped('a\\b & c\nd'))
    a\\b &amp; c\nd
    """
    text = _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
    return text.replace("\\", r"\\").replace("&", "&amp;").replace("\n", r"\n")


def lines(box: Box, precision: int = 4) -> list[str]:
    """What stands in a box: name and operation, value, gradient, shape and dtype."""
    named = box.name is not None and box.name != box.label
    options = ", ".join(f"{key}={value}" for key, value in box.options.items())
    title = f"{box.name} = {box.label}" if named else box.label
    value = UNKNOWN if box.value is None else box.value.text(precision)
    rows = [title, options, value]
    if box.role != "constant":
        rows.append(f"grad {_gradient(box, precision)}")
    rows.append("" if (box.shape, box.dtype) == ((), "float64") else f"{box.shape} {box.dtype}")
    return [row for row in rows if row]


def _gradient(box: Box, precision: int) -> str:
    """The gradient; of an array the norm first."""
    if box.grad is None:
        return UNKNOWN
    text = box.grad.text(precision)
    return f"|{box.grad.norm:.{precision}g}| {text}" if box.shape and box.grad.norm else text


def write(graph: Graph, rankdir: str = "TB", precision: int = 4) -> "graphviz.Digraph":
    """The graph as a ``graphviz.Digraph``: ``.source`` is text, ``.render`` needs the program.

    Args:
        graph: what to write.
        rankdir: where the arrows point: "TB", "LR", "BT" or "RL".
        precision: significant digits of numbers.
    Raises:
        MissingDependencyError: the package graphviz is not installed.
    """
    package = require("graphviz", extra="", feature="to_dot()")
    digraph = package.Digraph(graph_attr={"rankdir": rankdir}, node_attr={"fontname": "Helvetica"})
    roots = set(graph.roots)
    for box in graph:
        label = package.nohtml(r"\n".join(map(escaped, lines(box, precision))))
        style = STYLES[box.role] | (ROOT if box.id in roots else {})
        digraph.node(box.id, label, **style)
    for edge in graph.edges:
        digraph.edge(edge.tail, edge.head, **_edge_label(edge, package))
    if graph.notes:
        digraph.attr(label=package.nohtml(r"\n".join(map(escaped, graph.notes))))
    return digraph


def _edge_label(edge: Edge, package: Any) -> dict[str, str]:
    text = " ".join(part for part in (edge.operand, edge.note) if part)
    return {"label": package.nohtml(escaped(text))} if text else {}
