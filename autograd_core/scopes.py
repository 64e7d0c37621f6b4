"""Scopes: names for parts of a computation, which a recording notes with each operation."""

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any

from .errors import ArgumentError
from .watching import observing

flag = observing("recording", first=True)  # it holds the Recording of each thread or task
current: Callable[[], Any] = flag.on.get
Frames = tuple[tuple[str, str], ...]  # path and label of each scope, outer ones first
here: ContextVar[Frames] = ContextVar("scope", default=())


def innermost(frames: Frames) -> str:
    """The path of the innermost scope; "" outside of all.

    >>> innermost((("encoder", "Encoder"), ("encoder.0", "Linear")))
    'encoder.0'
    """
    return frames[-1][0] if frames else ""


class name_scope(ContextDecorator):
    """Group the operations of a block, or of a function's calls, under a name; may be nested.

    Args:
        name: what the frame around them is called; inside another scope, ``outer.name``.
        label: what it is, such as the class of a module.
        outside: leave the scopes around it, and start anew.
    Raises:
        ArgumentError: the name is empty, or no text.

    Entered again, a scope of the same recording is numbered: ``attention``, ``attention:2``.

    >>> import numpy as np
    >>> from autograd_core import Variable, graph
    >>> def f(x):
    ...     with name_scope("wave"):
    ...         return np.sin(x)
    >>> [box.scope for box in graph(f, 1.0).find("sin")]
    ['wave']
    """

    def __init__(self, name: str, label: str = "", outside: bool = False) -> None:
        if not isinstance(name, str) or not name:
            raise ArgumentError(f"name_scope() got {name!r}.", hint='name_scope("attention")')
        self.name, self.label, self.outside = name, label, outside
        self.tokens: list[Token[Frames]] = []

    def _recreate_cm(self) -> "name_scope":
        return name_scope(self.name, self.label, self.outside)

    def __enter__(self) -> str:
        around = () if self.outside else here.get()
        path = f"{innermost(around)}.{self.name}" if around else self.name
        recording = current()
        if recording is not None:
            path = recording.entered(path)
        self.tokens.append(here.set((*around, (path, self.label))))
        return path

    def __exit__(self, *exception: object) -> None:
        here.reset(self.tokens.pop())
