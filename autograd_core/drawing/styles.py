"""How graphs look: presets, themes, and the options that every writer takes.

Each role has a color and a shape, so that color is never the only sign. The palettes can be told
apart by color-blind readers, and every text on them has a contrast of 4.5 at least.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ArgumentError
from .labels import FIELDS
from .model import Box, Edge, Graph

Paint = tuple[str, str, str]  # fill, frame, text
_COLOR = re.compile(r"(#[0-9a-fA-F]{3,8}|[a-zA-Z]+)\Z")

# fmt: off
LIGHT = {
    "input":     ("#cfe8f7", "#1f6f9f", "#1a1a1a"),
    "parameter": ("#cdeedd", "#0b7a55", "#1a1a1a"),
    "constant":  ("#ffffff", "#ffffff", "#595959"),
    "operation": ("#fdf0d5", "#a86a00", "#1a1a1a"),
    "scope":     ("#cdbcf0", "#553a94", "#1a1a1a"),
    "cut":       ("#ffffff", "#595959", "#404040"),
    "saved":     ("#f7d9e9", "#a3447a", "#1a1a1a"),
    "second":    ("#d3e0fb", "#3a57b0", "#1a1a1a"),
    "bad":       ("#f5a79c", "#a31515", "#1a1a1a"),
    "unreached": ("#eeeeee", "#8c8c8c", "#595959"),
    "page":      ("#ffffff", "#7a7a7a", "#404040"),
    "least":     ("#ffffff", "#8a4b08", "#1a1a1a"),
    "most":      ("#f59342", "#8a4b08", "#1a1a1a"),
}
DARK = {
    "input":     ("#0f4a70", "#6cb8e6", "#f2f2f2"),
    "parameter": ("#0d6a4c", "#7be0b8", "#f2f2f2"),
    "constant":  ("#1b1b1f", "#1b1b1f", "#b4b4b4"),
    "operation": ("#553f00", "#e3b04b", "#f2f2f2"),
    "scope":     ("#6a4fb3", "#cdbcf8", "#ffffff"),
    "cut":       ("#1b1b1f", "#b4b4b4", "#d0d0d0"),
    "saved":     ("#6b2a50", "#e79bc4", "#f2f2f2"),
    "second":    ("#2a3b85", "#9db1f5", "#f2f2f2"),
    "bad":       ("#951b1b", "#ff9c8f", "#ffffff"),
    "unreached": ("#333336", "#8c8c8c", "#c4c4c4"),
    "page":      ("#1b1b1f", "#9a9a9a", "#d0d0d0"),
    "least":     ("#1b1b1f", "#f2a65a", "#f2f2f2"),
    "most":      ("#8f4a00", "#f2a65a", "#f2f2f2"),
}
PRESETS: dict[str, dict[str, Any]] = {
    "default":   {"show": "name op value stats grad shape dtype attrs scope"},
    "compact":   {"show": "op shape scope"},
    "full":      {"show": " ".join(FIELDS)},
    "micrograd": {"show": "name op value stats grad shape attrs", "rankdir": "LR"},
    "backward":  {"show": "name op grad shape attrs saved scope"},
    "modules":   {"show": "name op attrs scope"},
    "paper":     {"show": "name op shape attrs scope", "font": "Times"},
}
STRUCTURE: dict[str, dict[str, Any]] = {  # what a preset asks of the graph itself
    "backward":  {"direction": "backward"},
    "modules":   {"depth": 1},
}
OPTIONS: dict[str, Any] = {
    "style": "default", "show": (), "rankdir": "TB", "precision": 4, "max_elems": 6,
    "theme": "light", "title": None, "legend": False, "font": "Helvetica", "size": None,
    "dpi": None, "graph_attr": None, "node_attr": None, "edge_attr": None, "style_fn": None,
    "label_fn": None, "edge_fn": None,
}
# fmt: on
HOOKS = ("style_fn", "label_fn", "edge_fn")
MEANING = {  # of each kind of box, for the legend
    **{kind: kind for kind in ("input", "parameter", "constant", "operation")},
    "scope": "several operations",
    "cut": "left out",
    "saved": "kept for backward",
    "bad": "nan or inf, or failed",
    "unreached": "no gradient arrives",
    "second": "made by a sweep",
}
CHOICES: dict[str, Iterable[str]] = {
    "style": PRESETS,
    "theme": ("light", "dark"),
    "rankdir": ("TB", "LR", "BT", "RL"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Every presentation option, checked; ``paint`` is the palette, ``scale`` what fills show.

    ``scale`` is "saved" or "time" if that was added to a style whose fills show roles, else "".
    """

    style: str
    show: frozenset[str]
    rankdir: str
    precision: int
    max_elems: int
    theme: str
    title: str | None
    legend: bool
    font: str
    size: str | None
    dpi: str | None
    graph_attr: Mapping[str, Any]
    node_attr: Mapping[str, Any]
    edge_attr: Mapping[str, Any]
    style_fn: Callable[[Box], Mapping[str, Any] | None] | None
    label_fn: Callable[[Box, list[str]], Iterable[str]] | None
    edge_fn: Callable[[Edge], Mapping[str, Any] | None] | None
    paint: Mapping[str, Paint]
    scale: str


def look(graph: Graph, options: Mapping[str, Any]) -> Look:
    """The options of a writer over those of the graph, over those of the style.

    Raises:
        ArgumentError: an unknown option, or a value that it does not take.

    >>> look(Graph([], [], []), {"style": "paper"}).font
    'Times'
    """
    for name in options:
        if name not in OPTIONS:
            raise ArgumentError(
                f"DOT and Mermaid have no option {name!r}.", hint=_near(name, OPTIONS)
            )
    kept = {k: v for k, v in graph.options.items() if k in OPTIONS and options.get(k, v) is v}
    given = {k: v for k, v in [*kept.items(), *options.items()] if v is not None}
    style = _choice("style", given.get("style", "default"))
    chosen = {**OPTIONS, **PRESETS[style], **given}
    for name in ("theme", "rankdir"):
        _choice(name, chosen[name])
    for name in HOOKS:
        if chosen[name] is not None and not callable(chosen[name]):
            raise ArgumentError(
                f"{name}= takes a function, not {type(chosen[name]).__name__}.",
                hint=f"{name}=lambda item: ...",
            )
    for name in ("graph_attr", "node_attr", "edge_attr"):
        chosen[name] = _mapping(name, chosen[name])
    for name, least in (("precision", 1), ("max_elems", 0)):
        if not isinstance(chosen[name], int) or isinstance(chosen[name], bool):
            raise ArgumentError(
                f"{name}= takes a whole number, not {chosen[name]!r}.",
                hint=f"{name}={OPTIONS[name]}",
            )
        if chosen[name] < least:
            raise ArgumentError(f"{name}={chosen[name]} is too small.", hint=f"{name}={least}")
    show = frozenset(PRESETS[style]["show"].split())
    added = frozenset[str]()
    if "show" in given:
        usual, show = show, _shown(given["show"], show)
        added = show - usual
    scale = next((name for name in ("saved", "time") if name in added), "")
    chosen |= {"show": show, "scale": scale, "paint": _paint(style, chosen["theme"])}
    chosen |= {"size": _size(chosen["size"]), "dpi": _dpi(chosen["dpi"])}
    chosen |= {"font": str(chosen["font"]), "legend": bool(chosen["legend"])}
    return Look(**chosen)


def _near(name: str, known: Iterable[str]) -> str:
    """The names that look like this one, or all there are."""
    known = list(known)
    return ", ".join(f"{near}=" for near in difflib.get_close_matches(name, known, 2) or known)


def _choice(option: str, value: Any) -> str:
    known = list(CHOICES[option])
    if value in known:
        return str(value)
    near = difflib.get_close_matches(str(value), known, 1)
    raise ArgumentError(
        f"{option}={value!r} is not known" + (f", did you mean {near[0]!r}?" if near else "."),
        hint=", ".join(f"{option}={name!r}" for name in known),
    )


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ArgumentError(
            f"{name}= takes a dict of DOT attributes, not {type(value).__name__}.",
            hint=f'{name}={{"fontsize": 12}}',
        )
    return value


def _shown(given: Any, before: frozenset[str]) -> frozenset[str]:
    """The fields that a list names, or that words with signs add and take away."""
    words = given.split() if isinstance(given, str) else list(given)
    signed = [word for word in words if isinstance(word, str) and word[:1] in ("+", "-")]
    for word in words:
        name = word[1:] if word in signed else word
        if name not in FIELDS:
            near = difflib.get_close_matches(str(name), FIELDS, 1)
            raise ArgumentError(
                f"show= has no field {name!r}" + (f", did you mean {near[0]!r}?" if near else "."),
                hint="of " + " ".join(FIELDS) + "; or with signs: '+time -dtype'",
            )
    if signed and len(signed) < len(words):
        raise ArgumentError(
            f"show={given!r} names some fields with a sign and some without.",
            "signs change what is shown, plain names say all that is shown.",
            "show='+time -dtype', or show='name value grad'",
        )
    if not signed:
        return frozenset(words)
    plus, minus = ({w[1:] for w in signed if w[0] == sign} for sign in "+-")
    return (before | plus) - minus


def _size(value: Any) -> str | None:
    """Inches, as Graphviz reads them: "8", "8,5", 8 or (8, 5)."""
    if value is None:
        return None
    parts = value.rstrip("!").split(",") if isinstance(value, str) else value
    try:
        numbers = [float(part) for part in (parts if isinstance(parts, (list, tuple)) else [parts])]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) not in (1, 2) or not all(0 < number < 1e6 for number in numbers):
        raise ArgumentError(f"size={value!r} is no size in inches.", hint="size=8 or size=(8, 5)")
    bang = "!" if isinstance(value, str) and value.endswith("!") else ""
    return ",".join(f"{number:g}" for number in numbers) + bang


def _dpi(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 1 <= value <= 10_000:
        raise ArgumentError(f"dpi={value!r} is no number of dots per inch.", hint="dpi=200")
    return f"{value:g}"


def _paint(style: str, theme: str) -> Mapping[str, Paint]:
    """The palette of a theme; of the style "paper" only its paper and its ink."""
    palette = LIGHT if theme == "light" else DARK
    if style != "paper":
        return palette
    inks = {"light": ("#ffffff", "#000000", "#b0b0b0"), "dark": ("#000000", "#ffffff", "#606060")}
    paper, ink, gray = inks[theme]
    return dict.fromkeys(palette, (paper, ink, ink)) | {"most": (gray, ink, ink)}


def is_color(text: str) -> bool:
    """Whether every format reads it as a color: a name, or # and hexadecimal digits.

    >>> is_color("#1f6f9f"), is_color("red;x")
    (True, False)
    """
    return _COLOR.match(text) is not None


def blend(low: str, high: str, share: float) -> str:
    """The color that lies so far between two.

    >>> blend("#000000", "#ff0000", 0.5)
    '#800000'
    """
    ends = [[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in (low, high)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))


def steps(style: str) -> Mapping[str, Any]:
    """The structure options that a style brings: "backward" its direction, "modules" its depth.

    Raises:
        ArgumentError: there is no such style.

    >>> steps("modules")
    {'depth': 1}
    """
    return STRUCTURE.get(_choice("style", style), {})
