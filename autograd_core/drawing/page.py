"""Write a Graph as an interactive page: one HTML file that needs no network and no program.

The page itself is ``page.html``; this file puts the data into it. Whatever stands in the data
cannot end the script element that holds it, so names arrive as text and nothing else.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from ..errors import ArgumentError
from .model import Graph
from .picture import lines_of, picture
from .styles import HOOKS, OPTIONS, Look, look

MARKER = "@DATA@"
EXACT = 2**53  # from here on JavaScript's numbers have gaps: integers beyond become text


def write(graph: Graph | Sequence[Graph], *, fold: bool | None = None, **presentation: Any) -> str:
    """The page as the text of an HTML file; open it in a browser, also offline.

    Args:
        graph: what to show; of several, such as one per epoch, a slider chooses.
        fold: whether equal neighbors start as one box, which opens on a click; they do unless
            the graph's options say otherwise.
        presentation: style, show, rankdir, precision, max_elems, title, font, style_fn, label_fn,
            edge_fn; theme is "light" or "dark", without it the reader's system decides. The
            legend is always there; size, dpi and attributes of Graphviz say nothing about a page.
    Raises:
        ArgumentError: no graph, an unknown option, or a hook that failed.

    >>> from .model import Box
    >>> page = write(Graph([Box("n0", "input", "x", (), "float64", "x")], [], ["n0"]))
    >>> page.startswith("<!doctype html>"), page.count("</html>")
    (True, 1)
    """
    graphs = [_opened(each) for each in ([graph] if isinstance(graph, Graph) else graph)]
    if not graphs:
        raise ArgumentError("A page needs a graph; it got an empty list.", hint="ac.graph(y)")
    chosen = look(graphs[0], presentation)
    given = {**graphs[0].options, **presentation}
    usual = given.get("show") is None and chosen.style == "default"
    data = {
        "title": chosen.title or "Computation graph",
        "theme": given.get("theme"),
        "rankdir": chosen.rankdir,
        "precision": chosen.precision,
        "max_elems": chosen.max_elems,
        "show": sorted(chosen.show | ({"saved"} if usual else set())),
        "font": "" if chosen.font == OPTIONS["font"] else chosen.font,
        "fold": bool(given.get("fold", True) if fold is None else fold),
        "graphs": [_data(each) | _hooked(each, presentation, chosen) for each in graphs],
    }
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", r"\u003c")
    before, _, after = files(__package__).joinpath("page.html").read_text("utf-8").partition(MARKER)
    return before + text + after


def _opened(graph: Graph) -> Graph:
    """The graph with all that a page can fold by itself, if that is known."""
    if graph.opened is None:
        return graph
    return replace(graph.opened, options=graph.opened.options | graph.options)


def _data(graph: Graph) -> dict[str, Any]:
    """The fields of a graph, without its options."""
    data: dict[str, Any] = json.loads(graph.to_json(), parse_int=_exact)
    return {name: value for name, value in data.items() if name != "options"}


def _exact(digits: str) -> int | str:
    return int(digits) if abs(int(digits)) <= EXACT else digits


def _hooked(graph: Graph, presentation: Any, chosen: Look) -> dict[str, Any]:
    """What hooks say: rows and attributes of boxes by identifier, of arrows in their order."""
    if not any(getattr(chosen, name) for name in HOOKS):
        return {}
    shown = picture(graph, presentation)
    rows = {item.box.id: lines_of(item) for item in shown.boxes if chosen.label_fn}
    own = {item.box.id: dict(item.own) for item in shown.boxes if item.own}
    return {"rows": rows, "own": own, "arrows": [dict(arrow.own) for arrow in shown.arrows]}
