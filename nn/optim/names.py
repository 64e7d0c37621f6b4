"""Optimizers by name, for ``fit(optimizer="adam")``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..choices import choice
from .adaptive import Adam, Adamax, AdamW, NAdam, RAdam
from .descent import SGD
from .lbfgs import LBFGS
from .matrices import LAMB, Muon
from .minimize import ScipyMinimize
from .scaled import Adadelta, Adagrad, Lion, RMSprop, Rprop

__all__: list[str] = []

RULES = [Adadelta, Adagrad, Adam, AdamW, Adamax, LAMB, LBFGS, Lion, Muon, NAdam, RAdam, RMSprop,
         Rprop, SGD, ScipyMinimize]  # fmt: skip
NAMES: dict[str, Callable[..., Any]] = {rule.__name__.lower(): rule for rule in RULES}


def get(optimizer: str | Callable[..., Any]) -> Callable[..., Any]:
    """What makes an optimizer of parameters: the class of a name, or a class or function itself.

    Raises:
        ArgumentError: an unknown name; the message proposes the nearest.

    >>> get("adam").__name__
    'Adam'
    """
    return optimizer if callable(optimizer) else choice("optimizer", optimizer, NAMES)
