"""``graph``: the graph of a formula, in a file of any format or in the terminal."""

import sys
from argparse import Namespace
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from .bounds import computing
from .gradients import Formula

PACKAGE: Any = import_module("autograd_core")
DEMO = "autograd-core demo"
OPTIONS = ("style", "direction", "theme", "show", "depth", "max_nodes")


def graph(args: Namespace) -> bool:
    """Draw the graph of a formula; True.

    Raises:
        ArgumentError: the formula, a value or an option has no meaning.
        MissingDependencyError: a picture needs the program ``dot``.
        OSError: the file cannot be written.
    """
    formula = Formula(args.formula, args.values)
    formula.value()
    options = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    with computing("The graph"):
        made = drawing(formula, **{"title": formula.text} | options)
    if args.out is None:
        print(made.to_text(ascii=not can_show("├─·")).rstrip("\n"))
    else:
        print(f"wrote {made.save(args.out)}")
    return True


def drawing(formula: Formula, **options: Any) -> Any:
    """The Graph of a formula, whose inputs bear its names."""

    def drawn(*points: Any) -> Any:
        return formula(*points)

    kind = Parameter.POSITIONAL_OR_KEYWORD
    names = [Parameter(name, kind) for name in formula.names]
    drawn.__signature__ = Signature(names)  # type: ignore[attr-defined]
    if not all(
        find_spec(f"autograd_core.drawing.{module}") for module in ("render", "text", "page")
    ):
        return Dot(formula)
    return PACKAGE.graph(drawn, *formula.points, **options)


class Dot:
    """The graph as DOT alone: what there is without ``ac.graph``."""

    def __init__(self, formula: Formula) -> None:
        points = [
            PACKAGE.Variable(point, name=name)
            for name, point in zip(formula.names, formula.points, strict=True)
        ]
        self.source = PACKAGE.to_dot(formula(*points)).source

    def to_text(self, **_options: Any) -> str:
        """DOT is text."""
        return str(self.source)

    def save(self, path: Any) -> Any:
        """Write DOT under any name."""
        Path(path).write_text(f"// {DEMO}\n{self.source}", encoding="utf-8")
        return path


def can_show(text: str) -> bool:
    """Whether the terminal has these characters."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
