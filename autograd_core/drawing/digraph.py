"""What ``to_dot`` returns: a ``graphviz.Digraph`` that shows something also without Graphviz.

The only file that needs the package graphviz; it is imported when a Digraph is asked for.
"""

import shutil
from collections.abc import Collection
from typing import Any

import graphviz

from .display import MOST_DRAWN, PLAIN, SVG, bundle, graph_writers
from .model import Graph


class Digraph(graphviz.Digraph):  # type: ignore[misc]  # the package is untyped
    """A ``graphviz.Digraph`` of a Graph; a notebook also gets text, Mermaid and the page.

    Args:
        drawn: the graph that it was written from.

    >>> Digraph(drawn=Graph([], [], [])).source.split()
    ['digraph', '{', '}']
    """

    def __init__(self, *args: Any, drawn: Graph | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.drawn = drawn

    def _copy_kwargs(self, **options: Any) -> Any:
        return super()._copy_kwargs(**options) | {"drawn": self.drawn}

    def _repr_mimebundle_(
        self,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        **_: Any,
    ) -> dict[str, str]:
        """What a Graph is shown as, with this picture: with ``dot``, and of 300 boxes at most."""
        writers = {} if self.drawn is None else graph_writers(self.drawn)
        writers.setdefault(PLAIN, lambda: str(self.source))
        writers.pop(SVG, None)
        if shutil.which("dot") and (self.drawn is None or len(self.drawn) <= MOST_DRAWN):
            writers[SVG] = self._repr_image_svg_xml
        return bundle(writers, include, exclude)
