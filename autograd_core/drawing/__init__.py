"""Seeing the graph: from a tape, a recording or a function to a Graph, and from there to text.

``targets`` and ``collect`` make a Graph of plain data (``model``), ``reduce`` makes it smaller, and
each format has a writer: ``dot`` for Graphviz, ``mermaid``, ``text``, ``page``; JSON is ``schema``.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError
from .collect import Collector
from .directions import directed
from .marks import marked
from .model import MOST_NUMBERS, Graph, summarizing
from .options import (
    DIRECTIONS,
    PRESENTATION,
    REDUCING,
    STRUCTURE,
    refuse_unknown,
    refuse_value,
    written,
)
from .recording import Recording, recording
from .targets import Target

if TYPE_CHECKING:
    import graphviz

__all__ = [
    "Graph",
    "Recording",
    "draw",
    "graph",
    "recording",
    "to_dot",
    "to_html",
    "to_json",
    "to_mermaid",
    "to_text",
]

MOST_ON_PAGE = 3000  # boxes that a page shows without being told a number


def graph(
    target: Any,
    *args: Any,
    names: Mapping[str, Any] | None = None,
    model: Any = None,
    grad: bool | str = "auto",
    seed: Any = None,
    direction: str | None = None,
    **options: Any,
) -> Graph:
    """The graph behind Variables, or of a call: operations, values, gradients, shapes.

    Args:
        target: a Variable, a list of several, drawn with their common parts once; a function or
            Module, which is called with ``args``, recorded and swept; or a Recording.
        names: name → Variable, such as ``locals()``, for names and values of intermediates.
        model: a Module; its parameters are shown under their paths.
        grad: whether to sweep for the gradients of all; "auto" does for functions, and if the
            roots are numbers.
        seed: the cotangent of the root for that sweep, a list of several; ones by default.
        direction: "forward"; "backward" for the graph of the sweep; "both". None asks the style.
        options: ``depth``, ``collapse``, ``expand``, ``fold``, ``hide``, ``merge``, ``focus``,
            ``upstream``, ``downstream``, ``between``, ``max_nodes``, which shape the graph; those
            of presentation, such as ``style`` and ``show``, become the defaults of its writers.
    Returns:
        plain data, which outlives the tape; nothing is changed by drawing.
    Raises:
        ArgumentError: the target is not a Variable, nor a function; an option is unknown.

    >>> import numpy as np
    >>> drawing = graph(lambda x1, x2: np.sin(x1) + x1 * x2, 2.0, 3.0)
    >>> [(box.label, box.grad.text()) for box in drawing]
    [('x1', '2.584'), ('sin', '1'), ('x2', '2'), ('multiply', '1'), ('add', '1')]
    """
    from .styles import steps

    refuse_unknown("graph()", options, STRUCTURE | PRESENTATION)
    brought = {"direction": "forward", **steps(options.get("style") or "default")}
    usual = brought.pop("direction")
    direction = usual if direction is None else direction
    refuse_value("direction", direction, DIRECTIONS)
    refuse_value("grad", grad, (True, False, "auto"))
    most = options.get("max_elems")
    with summarizing(max(MOST_NUMBERS, most if isinstance(most, int) else 0)):
        found = Target(target, args)
        asked = "time" in (options.get("show") or ()) or options.get("style") == "full"
        timed = asked or not found.called
        collector = Collector(found.roots, found.ends, found.failure, timed)
        collector.know(names or {}, found.model if model is None else model)
        collector.sweep(grad, seed, wanted=found.called or direction != "forward")
        drawing = collector.graph()
    drawing.notes += [f"The recording ended with {found.ended}"] if found.ended else []
    marked(drawing)
    drawing = directed(drawing, direction)
    drawing.options = {name: options.pop(name) for name in sorted(PRESENTATION & options.keys())}
    for name in ("focus", "between"):
        if options.get(name) is not None:
            options[name] = collector.resolved(options[name])
    from .reduce import reduced  # a dozen files that an import of the package need not read

    shaping = REDUCING | brought | options
    small = reduced(drawing, **shaping)
    joined = any(box.members for box in small)
    if joined and "max_nodes" not in options and len(drawing) <= MOST_ON_PAGE:
        whole = reduced(drawing, **shaping | {"fold": False, "max_nodes": None})
        if len(whole) > len(small):
            small.opened = replace(whole, options={"fold": bool(shaping["fold"])})
    return small


def _divided(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options that ``graph`` has, for a style and what it shows shape it too; those of writers."""
    known = STRUCTURE | PRESENTATION
    shaping = {name: value for name, value in options.items() if name in known}
    return shaping, {name: value for name, value in options.items() if name not in STRUCTURE}


def _graph(target: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Graph:
    """The graph of a target; one that is there already takes options of presentation alone."""
    if args or not isinstance(target, Graph):
        return graph(target, *args, **options)
    for name in sorted(options.keys() & STRUCTURE):
        raise ArgumentError(
            f"{name}= shapes a Graph where it is made, and this one is there already.",
            hint=f"ac.graph(y, {name}=...)",
        )
    refuse_unknown("graph()", options, PRESENTATION)
    same = copy(target)
    same.options = target.options | options
    return same


def to_dot(target: Any, *args: Any, **options: Any) -> "graphviz.Digraph":
    """The graph for Graphviz; target and options are those of ``graph``, or the target is a Graph.

    Returns:
        a ``graphviz.Digraph``. Its ``.source`` is text; ``.render()`` needs the program ``dot``.
    Raises:
        ArgumentError: the target is not a Variable, nor a function; an option is unknown.

    >>> from autograd_core import Variable
    >>> x = Variable(3.0, name="x")
    >>> to_dot(x * x).source.startswith("digraph {")
    True
    """
    shaping, presentation = _divided(options)
    return _graph(target, args, shaping).to_dot(**presentation)


def to_mermaid(target: Any, *args: Any, **options: Any) -> str:
    """The graph as Mermaid text, which many sites draw; as ``to_dot``."""
    shaping, presentation = _divided(options)
    return _graph(target, args, shaping).to_mermaid(**presentation)


def to_text(target: Any, *args: Any, **options: Any) -> str:
    """The graph as indented text, as ``print`` shows it; as ``to_dot``."""
    shaping, presentation = _divided(options)
    return _graph(target, args, shaping).to_text(**presentation)


def to_html(target: Any, *args: Any, **options: Any) -> str:
    """The graph as an interactive page, one file that needs no network; as ``to_dot``.

    The page folds repeats by itself and opens them on a click; it has room for 3000 boxes. Of a
    list of Graphs, such as one per epoch, a slider chooses.
    """
    if isinstance(target, list) and target and all(isinstance(item, Graph) for item in target):
        return str(written(target, "page", options))
    shaping, presentation = _divided(options)
    return _for_page(target, args, shaping).to_html(**presentation)


def _for_page(target: Any, args: tuple[Any, ...], shaping: dict[str, Any]) -> Graph:
    """The graph with all that a page can fold, and whether it is to begin folded."""
    fold = {name: shaping[name] for name in shaping.keys() & {"fold"}}
    if isinstance(target, Graph):
        drawing = _graph(target, args, {k: v for k, v in shaping.items() if k not in fold})
        drawing.options |= fold
        return drawing
    drawing = graph(target, *args, **{"max_nodes": MOST_ON_PAGE} | shaping | {"fold": False})
    drawing.options["fold"] = bool(shaping.get("fold", True))
    return drawing


def to_json(target: Any, *args: Any, **options: Any) -> str:
    """The graph as JSON, which ``Graph.from_json`` reads; options are those of ``graph``."""
    return _graph(target, args, options).to_json()


def draw(target: Any, *args: Any, to: str | Path | None = None, **options: Any) -> Path | Graph:
    """Write the graph to a file, in the format that the suffix names; its path.

    Args:
        target: as for ``graph``, with ``args`` and ``options``; or a Graph.
        to: ends in .dot .gv .svg .png .pdf .mmd .md .txt .html or .json; None returns the Graph.
    Raises:
        ArgumentError: the suffix or an option is unknown.
        MissingDependencyError: .png, .pdf, or .svg of more than 300 boxes, without the program
            ``dot``.
    """
    shaping, presentation = _divided(options)
    if to is None:
        return _graph(target, args, options)
    if Path(to).suffix.lower() == ".html":
        return _for_page(target, args, shaping).save(to, **presentation)
    return _graph(target, args, shaping).save(to, **presentation)
