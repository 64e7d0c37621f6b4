"""The options of a drawing, in two tables: those that shape the Graph, and those of its text."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from inspect import Parameter, signature
from typing import Any

from ..errors import ArgumentError

COLLECTING = ("names", "model", "grad", "seed", "direction")
REDUCING = {  # and what each is by default
    "depth": None, "collapse": (), "expand": (), "fold": True, "hide": (), "merge": False,
    "focus": None, "upstream": None, "downstream": None, "between": None, "max_nodes": 500,
}  # fmt: skip
STRUCTURE = frozenset({*COLLECTING, *REDUCING})
PRESENTATION = frozenset({
    "style", "show", "rankdir", "precision", "max_elems", "theme", "title", "legend", "font",
    "size", "dpi", "graph_attr", "node_attr", "edge_attr", "style_fn", "label_fn", "edge_fn",
    "ascii", "width", "order",
})  # fmt: skip
DIRECTIONS = ("forward", "backward", "both")
WRITERS = {  # the module of each format: what a call is called, and the function
    "dot": ("to_dot()", "write"), "mermaid": ("to_mermaid()", "write"),
    "text": ("to_text()", "write"), "page": ("to_html()", "write"), "render": ("save()", "save"),
}  # fmt: skip


def written(graph: Any, module: str, options: Mapping[str, Any]) -> Any:
    """What the writer of a format makes of a graph.

    Raises:
        ArgumentError: an option that the writer does not have.
    """
    call, function = WRITERS[module]
    write = getattr(import_module(f".{module}", __package__), function)
    return write(graph, **checked(write, call, options))


def checked(write: Callable[..., Any], what: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a writer, if it has them all.

    Args:
        write: takes a Graph and options.
        what: the call, for the message.
        options: name → value.
    Raises:
        ArgumentError: an option that the writer does not have.
    """
    parameters = list(signature(write).parameters.values())[1:]
    known = {p.name for p in parameters if p.kind is not Parameter.VAR_KEYWORD}
    if len(known) < len(parameters):
        known |= PRESENTATION
    refuse_unknown(what, options, known)
    return dict(options)


def refuse_unknown(what: str, options: Iterable[str], known: Iterable[str]) -> None:
    """Raise for the first option that is not known, with the nearest that is.

    >>> try:
    ...     refuse_unknown("graph()", ["detph"], ["depth", "fold"])
    ... except ArgumentError as error:
    ...     print(error)
    graph() has no option 'detph'.
      try: depth=
    """
    known = sorted(known)
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1) or known
            raise ArgumentError(
                f"{what} has no option {name!r}.", hint=", ".join(f"{k}=" for k in near)
            )


def refuse_value(what: str, value: Any, known: Iterable[Any]) -> None:
    """Raise if a value is none of the words that an option takes."""
    if value not in known:
        raise ArgumentError(f"{what}={value!r} is unknown.", hint=", ".join(map(repr, known)))
