"""How graphs, Variables and recordings look in a notebook.

Each is offered in several formats, of which a notebook takes the one it likes best. Display never
raises: a format that cannot be written is left out and named in the plain text.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from html import escape
from importlib import import_module
from typing import Any

import numpy as np

from ..cotangents import Deposit
from ..tape import parents_of
from .model import Graph, Summary
from .recording import brief
from .runs import spaced

PLAIN, HTML, SVG, MERMAID = "text/plain", "text/html", "image/svg+xml", "text/vnd.mermaid"
MOST_DRAWN = 300  # boxes of a picture that is drawn without being asked for
MOST_WALKED = 2_000  # operations behind a Variable that are looked at without being asked for
MOST_WRITTEN = 30  # boxes of the text form on a Variable's card
MOST_NUMBERS = 100  # of a larger array the corners are shown
MOST_COMPUTED = 1_000_000  # of a larger array no norm is computed
FRAME = (
    '<iframe srcdoc="{}" title="{}" sandbox="allow-scripts allow-downloads" '
    'style="width: 100%; height: 32em; border: 1px solid #8888; border-radius: 4px"></iframe>'
)

Writers = Mapping[str, Callable[[], str]]


def bundle(
    writers: Writers,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """What the writers give, by format; a failure is a line of the plain text.

    Args:
        writers: format → function without arguments; "text/plain" is one of them.
        include, exclude: formats that are wanted, by default all, and that are not.

    >>> bundle({"text/plain": lambda: "y", "text/html": lambda: 1 / 0})
    {'text/plain': 'y\\ntext/html is left out: ZeroDivisionError: division by zero'}
    """
    found: dict[str, str] = {}
    lost = []
    wanted = {*(include or writers)} - {*(exclude or ())}
    for kind, writer in writers.items():
        if kind not in wanted:
            continue
        try:
            found[kind] = writer()
        except Exception as error:  # display never raises
            lost.append(f"{kind} is left out: {brief(error)}")
    if lost and PLAIN in wanted:
        found[PLAIN] = "\n".join([*([found[PLAIN]] if PLAIN in found else []), *lost])
    return found


# --- graphs and recordings ------------------------------------------------------------------------
def of_graph(
    graph: Graph,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """A Graph: as text, the interactive page in a frame of its own, a picture, and Mermaid.

    The picture needs the program ``dot``, and at most 300 boxes.
    """
    return bundle(graph_writers(graph), include, exclude)


def graph_writers(graph: Graph) -> dict[str, Callable[[], str]]:
    """What a graph can be shown as: format → a function that writes it."""
    writers = {
        PLAIN: lambda: str(_module("text").write(graph)),
        HTML: lambda: framed(str(_module("page").write(graph)), f"graph of {len(graph)} boxes"),
        MERMAID: lambda: str(_module("mermaid").write(graph)),
    }
    if shutil.which("dot") is not None and len(graph) <= MOST_DRAWN:
        writers[SVG] = lambda: _svg(graph)
    return writers


def _module(name: str) -> Any:
    return import_module(f".{name}", __package__)


def _svg(graph: Graph) -> str:
    """The picture as elements of a page, without the head of a file."""
    text = str(_module("dot").write(graph).pipe(format="svg", encoding="utf-8"))
    return text[text.index("<svg") :]


def framed(page: str, title: str) -> str:
    """A page inside another, which it cannot reach.

    >>> framed("<p>", "a graph")[:22]
    '<iframe srcdoc="&lt;p&'
    """
    return FRAME.format(escape(page), escape(title))


def of_recording(
    recording: Any,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """A recording: its graph."""
    try:
        graph = recording.graph()
    except Exception as error:  # display never raises
        text = f"{recording!r}\nits graph is left out: {brief(error)}"
        return bundle({PLAIN: lambda: text}, include, exclude)
    return of_graph(graph, include, exclude)


# --- Variables ------------------------------------------------------------------------------------
def of_variable(
    variable: Any,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """A Variable: its repr, and a card with value, gradient, shape, dtype, operation, and graph."""
    writers = {PLAIN: lambda: repr(variable), HTML: lambda: card(variable)}
    return bundle(writers, include, exclude)


def card(variable: Any) -> str:
    """What is known of a Variable as a table, with its graph as text to be opened."""
    with np.printoptions(threshold=MOST_NUMBERS):
        rows = [(name, text) for name, text in _facts(variable) if text]
    cells = "".join(
        f'<tr><th style="text-align: left; vertical-align: top">{escape(name)}</th>'
        f'<td style="text-align: left"><pre style="margin: 0">{escape(text)}</pre></td></tr>'
        for name, text in rows
    )
    return f"<table>{cells}</table>{_details(variable)}"


def _facts(variable: Any) -> Iterable[tuple[str, str]]:
    """The rows of a card."""
    node, rule = variable.node, getattr(variable.node, "rule", None)
    yield type(variable).__name__, variable.name or ""
    yield "value", str(variable)
    yield "gradient", _gradient(variable)
    yield "shape", str(variable.shape)
    yield "dtype", str(variable.dtype)
    yield "bytes", spaced(variable.nbytes) if variable.ndim else ""
    yield "operation", rule.rule.name if rule is not None else ""
    yield "", "no gradient is wanted" if node is None else ""


def _gradient(variable: Any) -> str:
    """The gradient of a leaf as it is kept; of an array the norm first."""
    source = getattr(variable.role, "source", None)
    grad = None if source is None else source.grad
    if grad is None:
        return ""
    if type(grad) is Deposit:
        if variable.size > MOST_COMPUTED:
            return "of single rows, see grad_rows"
        grad = grad.spread(variable.dtype)
    if np.ndim(grad) == 0 or np.size(grad) > MOST_COMPUTED:
        return str(grad)
    norm = Summary.of(getattr(grad, "_data", grad)).norm
    return f"norm {norm:.4g}\n{grad}"


def _details(variable: Any) -> str:
    """The graph as text, if it is of a size to look at."""
    if variable.node is None or variable.node.rule is None:
        return ""
    if _many(variable.node):
        return f"<p>more than {MOST_WALKED} operations: .graph() shows them</p>"
    graph = import_module(__package__).graph(variable, grad=False, max_nodes=MOST_WRITTEN)
    text = escape(_module("text").write(graph))
    return f"<details><summary>graph</summary><pre>{text}</pre></details>"


def _many(node: Any) -> bool:
    """Whether there are more nodes above this one than are walked without being asked for."""
    met, stack = {node}, [node]
    while stack and len(met) <= MOST_WALKED:
        new = [parent for parent in parents_of(stack.pop()) if parent not in met]
        met.update(new)
        stack += new
    return len(met) > MOST_WALKED
