"""What ``to_dot`` returns: a ``graphviz.Digraph`` that shows something also without Graphviz.

The only file that needs the package graphviz; it is imported when a Digraph is asked for.
"""

import shutil
from collections.abc import Collection
from functools import partial
from typing import Any

import graphviz

from .display import bundle, framed
from .model import Graph
from .options import written

MOST_SHOWN = 300  # boxes of a picture that a notebook draws by itself


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
        """What a notebook can show of it; whatever fails is left out and named in the text."""
        return bundle(self._writers(), include, exclude)

    def _writers(self) -> dict[str, Any]:
        """The formats that a notebook may choose from."""
        writers: dict[str, Any] = {"text/plain": lambda: self.source}
        if shutil.which("dot") and (self.drawn is None or len(self.drawn) <= MOST_SHOWN):
            writers["image/svg+xml"] = self._repr_image_svg_xml
        if self.drawn is not None:
            writers["text/plain"] = partial(self._written, "text")
            writers["text/vnd.mermaid"] = partial(self._written, "mermaid")
            writers["text/html"] = self._page
        return writers

    def _page(self) -> str:
        return framed(self._written("page"), "computation graph")

    def _written(self, module: str) -> Any:
        return written(self.drawn, module, {})
