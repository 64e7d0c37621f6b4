"""Large graphs: part of them, scopes as one box, repeats as one box, and never more than so many.

``reduced`` takes the steps in their order; each is a function from Graph to Graph. Each box of
the graph is, in the result, either itself, or in the ``members`` of one other, or was asked to
disappear.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..errors import ArgumentError
from .collapsing import Choice, Collapser
from .cutting import cut
from .focus import between as paths_between
from .focus import focused, named
from .hiding import hidden, merged
from .links import places
from .model import Graph

PART = "{} of {} boxes are shown."


def reduced(
    graph: Graph,
    *,
    depth: int | None = None,
    collapse: Choice = (),
    expand: Choice = (),
    fold: bool = True,
    hide: str | Iterable[str] = (),
    merge: bool = False,
    focus: str | Iterable[str] | None = None,
    upstream: int | None = None,
    downstream: int | None = None,
    between: tuple[Any, Any] | None = None,
    max_nodes: int | None = 500,
) -> Graph:
    """A smaller graph that shows what was asked for; the given one stays as it is.

    Args:
        graph: each box stands before those that use it.
        depth: scopes that lie in so many, themselves included, become one box each.
        collapse: scopes to become a box: paths, patterns such as ``"encoder.*"``, predicates.
        expand: scopes that stay open, with those around them.
        fold: whether equal neighbors in a chain become one box.
        hide: of "constants", "parameters", "views", "casts", "names", or names of operations.
        merge: whether operations alone are boxes, and values stand on the arrows.
        focus: names, identifiers or patterns of boxes; what lies on paths through them is kept.
        upstream: so many levels toward the inputs, from the focus or else from the roots.
        downstream: so many levels toward the results, from the focus or else from the leaves.
        between: two names, identifiers or patterns; what lies on paths between them is kept.
        max_nodes: of more boxes, scopes are collapsed from the inside out, then what is farthest
            from the focus or the roots is cut; None for all.
    Raises:
        ArgumentError: a name that nothing has, a number below its least, or no path between.

    >>> from .model import Box, Edge
    >>> boxes = [Box(f"n{k}", "operation", "sin", (), "float64") for k in range(9)]
    >>> sines = Graph(boxes, [Edge(f"n{k}", f"n{k + 1}") for k in range(8)], ["n8"])
    >>> [(box.label, box.count) for box in reduced(sines)]
    [('sin', 1), ('sin', 8)]
    """
    for name, number, least in (
        ("max_nodes", max_nodes, 1),
        ("depth", depth, 1),
        ("upstream", upstream, 0),
        ("downstream", downstream, 0),
    ):
        _check(name, number, least)
    chosen = [] if focus is None else named(graph, focus)
    part = graph
    if between is not None:
        first, second = between
        part = paths_between(part, named(graph, first), named(graph, second))
        inside = {box.id for box in part}
        chosen = [key for key in chosen if key in inside]
    if chosen or upstream is not None or downstream is not None:
        part = focused(part, chosen or None, upstream, downstream)
    if len(part) < len(graph):
        part = replace(part, notes=[*part.notes, PART.format(len(part), len(graph))])
    part = hidden(part, [hide] if isinstance(hide, str) else hide, chosen)
    part = Collapser(part, collapse, expand, fold, chosen).fitted(depth, max_nodes)
    if max_nodes is not None:
        place = places(part)
        center = dict.fromkeys(place[key] for key in chosen)
        part = cut(part, max_nodes, list(center), whole=graph)
    return merged(part) if merge else part


def _check(name: str, number: int | None, least: int) -> None:
    """Refuse what is no number of boxes or levels."""
    whole = isinstance(number, int) and not isinstance(number, bool)
    if number is not None and not (whole and number >= least):
        raise ArgumentError(
            f"{name} got {number!r}; it takes whole numbers from {least}, or None.",
            hint=f"{name}={max(least, 10)}",
        )
