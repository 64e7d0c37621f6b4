"""Write a Graph as an interactive page: one HTML file that needs no network and no program.

The page itself is ``page.html``; this file puts the data into it. Whatever stands in the data
cannot end the script element that holds it, so names arrive as text and nothing else.
"""

import dataclasses
import json
import math
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from ..errors import ArgumentError
from .model import Graph

MARKER = "@DATA@"
SHOWN = ("name", "op", "value", "grad", "shape", "dtype", "attrs", "saved")
DIRECTIONS = ("TB", "LR", "BT", "RL")
EXACT = 2**53  # from here on JavaScript's numbers have gaps


def write(
    graph: Graph | Sequence[Graph],
    *,
    title: str | None = None,
    theme: str | None = None,
    rankdir: str = "TB",
    precision: int = 4,
    show: Sequence[str] = SHOWN,
    fold: bool = True,
) -> str:
    """The page as the text of an HTML file; open it in a browser, also offline.

    Args:
        graph: what to show; of several, such as one per epoch, a slider chooses.
        title: stands above the picture.
        theme: "light" or "dark"; None asks the reader's system.
        rankdir: where the arrows point: "TB", "LR", "BT" or "RL".
        precision: significant digits of numbers.
        show: the words for what stands in a box.
        fold: whether equal neighbors start as one box.
    Raises:
        ArgumentError: no graph, or a theme or direction that there is not.

    >>> from .model import Box
    >>> page = write(Graph([Box("n0", "input", "x", (), "float64", "x")], [], ["n0"]))
    >>> page.startswith("<!doctype html>"), "</script><b>" in page
    (True, False)
    """
    graphs = [graph] if isinstance(graph, Graph) else list(graph)
    if not graphs:
        raise ArgumentError("A page needs a graph; it got an empty list.")
    _one_of("theme", theme, (None, "light", "dark"))
    _one_of("rankdir", rankdir, DIRECTIONS)
    data = {
        "title": title or "Computation graph",
        "theme": theme,
        "rankdir": rankdir,
        "precision": precision,
        "show": list(show),
        "fold": fold,
        "graphs": [_plain(each) for each in graphs],
    }
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", r"\u003c")
    before, _, after = files(__package__).joinpath("page.html").read_text("utf-8").partition(MARKER)
    return before + text + after


def _one_of(option: str, value: Any, allowed: Sequence[Any]) -> None:
    if value not in allowed:
        raise ArgumentError(
            f"{option}={value!r} is not a choice.", hint=f"{option}= one of {allowed}"
        )


def _plain(value: Any) -> Any:
    """What JSON can say of it; numbers that JSON or JavaScript cannot hold become text."""
    if dataclasses.is_dataclass(value):
        names = (field.name for field in dataclasses.fields(value))
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) > EXACT:
        return str(value)
    if isinstance(value, complex):
        return f"({value:.4g})"
    return value if isinstance(value, (str, int, type(None))) else str(value)
