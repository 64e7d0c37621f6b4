"""``graph``: the graph of a formula, in a file of any format or in the terminal."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from ..errors import ArgumentError
from .bounds import computing
from .gradients import Formula

PACKAGE: Any = import_module("autograd_core")
DEMO = "autograd-core demo"
STRUCTURE = ("direction", "depth", "max_nodes")  # options that shape the graph
PICTURES = (".dot", ".gv", ".svg", ".png", ".pdf", ".mmd", ".md")
PRESENTATION = {  # those of its text, and the formats that they mean something to
    "style": PICTURES,
    "theme": (*PICTURES, ".html"),
    "show": (*PICTURES, ".html", ".txt"),
}


def graph(args: Namespace) -> bool:
    """Draw the graph of a formula; True.

    Raises:
        ArgumentError: the formula, a value or an option has no meaning.
        MissingDependencyError: a picture needs the program ``dot``.
        OSError: the file cannot be written.
    """
    formula = Formula(args.formula, args.values)
    formula.value()
    structure, presentation = chosen(args, STRUCTURE), chosen(args, PRESENTATION)
    suffix = ".txt" if args.out is None else Path(args.out).suffix.lower()
    for name in presentation:
        if suffix in (".txt", ".html", ".json") and suffix not in PRESENTATION[name]:
            raise ArgumentError(
                f"--{name} means nothing to {'text' if suffix == '.txt' else suffix}.",
                hint=f"--out graph.svg, or another of {' '.join(PRESENTATION[name])}",
            )
    with computing("The graph"):
        made = drawing(formula, title=formula.text, **structure)
    if args.out is None:
        print(made.to_text(ascii=not can_show("├─·"), **presentation).rstrip("\n"))
    else:
        print(f"wrote {made.save(args.out, **presentation)}")
    return True


def chosen(args: Namespace, names: Iterable[str]) -> dict[str, Any]:
    """The options that were given."""
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


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

    def save(self, path: Any, **_options: Any) -> Any:
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
