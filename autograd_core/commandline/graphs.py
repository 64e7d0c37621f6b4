"""``graph``: the graph of a formula, in a file of any format or in the terminal."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

import autograd_core as ac

from .bounds import computing
from .gradients import Formula

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
            raise ac.ArgumentError(
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


def drawing(formula: Formula, **options: Any) -> ac.Graph:
    """The Graph of a formula, whose inputs bear its names."""

    def drawn(*points: Any) -> Any:
        return formula(*points)

    kind = Parameter.POSITIONAL_OR_KEYWORD
    names = [Parameter(name, kind) for name in formula.names]
    drawn.__signature__ = Signature(names)  # type: ignore[attr-defined]
    return ac.graph(drawn, *formula.points, **options)


def can_show(text: str) -> bool:
    """Whether the terminal has these characters."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
