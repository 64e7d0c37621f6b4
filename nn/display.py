"""How a module looks in a notebook: its table, and a picture of its layers to be opened.

The picture is of a trial call on zeros. Only modules of this package are tried: what a class of
somebody else does when it is called is not known.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_core import AutogradError, Graph, graph

from .parameter import Pending

if TYPE_CHECKING:
    from .module import Module

__all__: list[str] = []

MOST = 1_000_000  # parameters of a module that is tried without being asked for
BATCH = 2
LENGTHS = ((), (4,), (28, 28), (32, 32), (8, 8), (8, 8, 8))  # of sequences and images
SVG = "image/svg+xml"


def bundle(
    module: Module, include: Collection[str] | None, exclude: Collection[str] | None
) -> dict[str, str]:
    """The module as text and as HTML; what cannot be written is left out and named in the text.

    >>> from nn import Linear
    >>> sorted(bundle(Linear(2, 1), None, None))
    ['text/html', 'text/plain']
    """
    writers: dict[str, Callable[[], str]] = {
        "text/plain": lambda: repr(module),
        "text/html": lambda: module.summary()._repr_html_() + _details(module),
    }
    found: dict[str, str] = {}
    for kind, writer in writers.items():
        if (include and kind not in include) or (exclude and kind in exclude):
            continue
        try:
            found[kind] = writer()
        except Exception as error:  # display never raises
            what = str(error).partition("\n")[0]
            text = f"{kind} is left out: {type(error).__name__}: {what}"
            found["text/plain"] = "\n".join([*found.values(), text])
    return found


def _details(module: Module) -> str:
    """The picture, to be opened; or how to get it."""
    drawn = tried(module)
    if drawn is None:
        return "<p><code>.graph(X, style=&quot;modules&quot;)</code> draws a call.</p>"
    picture = drawn._repr_mimebundle_(include={SVG}).get(SVG)
    if picture is None:
        picture = f"<pre>{escape(drawn.to_text(show='-value -grad'))}</pre>"
    return f"<details><summary>layers, called with {BATCH} samples</summary>{picture}</details>"


def tried(module: Module) -> Graph | None:
    """The graph of a call on zeros, a box for each layer; None if there is no input to try.

    >>> from nn import Linear, ReLU, Sequential
    >>> drawn = tried(Sequential(Linear(4, 2), ReLU()))
    >>> [(box.label, box.shape) for box in drawn]
    [('x', (2, 4)), ('Linear', (2, 2)), ('ReLU', (2, 2))]
    """
    layers = module.modules()
    ours = all(type(layer).__module__.partition(".")[0] == "nn" for layer in layers)
    hooked = any("_hooks" in vars(layer) for layer in layers)
    if not ours or hooked or module._found(Pending) or module.num_parameters() > MOST:
        return None
    for X in _trials(layers):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                return graph(module, X, grad=False, style="modules", depth=1)
        except (AutogradError, ValueError, IndexError, TypeError):
            continue  # it takes inputs of another shape
    return None


def _trials(layers: list[Module]) -> Iterator[Any]:
    """Inputs that the first layer with a size may take: rows, sequences, images, integers."""
    size = next((getattr(layer, layer._sizes[0]) for layer in layers if layer._sizes), None)
    if not isinstance(size, int):
        return
    for lengths in LENGTHS:
        shape = (*lengths, size) if len(lengths) < 2 else (size, *lengths)
        yield np.zeros((BATCH, *shape))
    yield np.zeros((BATCH, size, 16))
    yield np.zeros((BATCH, 4), int)
