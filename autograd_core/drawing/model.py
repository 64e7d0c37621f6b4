"""A graph as plain data: boxes, arrows and what is written on them.

Nothing here holds a Variable, a node of the tape, or an array larger than a picture shows, so a
Graph outlives its tape and can be pickled. How it is collected, and how it is written down, is
the business of other files.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .options import written

if TYPE_CHECKING:
    import graphviz

MOST_NUMBERS = 6  # an array of more is shown by its statistics
MOST_ELEMENTS = 10_000_000  # of a larger array not even the statistics are computed
BINS, COUNTED = 20, 100_000  # of a histogram: equal parts of the range, entries that are counted


_most = ContextVar("most", default=MOST_NUMBERS)


@contextmanager
def summarizing(most: int) -> Iterator[None]:
    """Arrays of up to so many entries are shown by their numbers, of a summary made inside.

    >>> with summarizing(10):
    ...     Summary.of(np.arange(8)).text()
    '[0 1 2 3 4 5 6 7]'
    """
    token = _most.set(most)
    try:
        yield
    finally:
        _most.reset(token)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a picture shows of an array: its few numbers, or the statistics of its many.

    ``numbers`` are all entries in C order, None if there are too many; ``statistics`` are least,
    mean, largest and standard deviation of the finite ones, None if there are few or far too
    many; ``strange`` counts nan and inf; ``norm`` is the Euclidean one. ``histogram``, which goes
    with statistics, counts the finite entries in 20 equal parts of their range; of more than
    100,000 entries every second, third, and so on.
    """

    shape: tuple[int, ...]
    dtype: str
    numbers: tuple[Any, ...] | None = None
    statistics: tuple[float, float, float, float] | None = None
    strange: int = 0
    norm: float | None = None
    histogram: tuple[int, ...] | None = None

    @classmethod
    def of(cls, value: Any, most: int | None = None) -> "Summary":
        """Summarize an array or number in one pass.

        >>> Summary.of(np.float64(0.5)).numbers
        (0.5,)
        """
        if type(value) in (float, np.float64):
            finite = isfinite(value)
            norm = abs(float(value)) if finite else 0.0
            return cls((), "float64", (float(value),), None, int(not finite), norm)
        most = _most.get() if most is None else most
        array = np.asarray(value)
        if array.size > MOST_ELEMENTS or array.dtype.kind not in "biufc":
            return cls(array.shape, dtype_name(array.dtype))
        finite = array[np.isfinite(array)]
        with np.errstate(all="ignore"):
            norm = float(np.sqrt(np.sum(np.square(np.abs(finite), dtype=float))))
        strange = array.size - finite.size
        if array.size <= most:
            plain = {"g": float, "G": complex}.get(array.dtype.char, array.dtype)  # of long doubles
            numbers = tuple(array.astype(plain).ravel().tolist())
            return cls(array.shape, dtype_name(array.dtype), numbers, None, strange, norm)
        real = np.abs(finite) if finite.dtype.kind == "c" else finite
        facts, counts = _statistics(real), _histogram(real)
        return cls(array.shape, dtype_name(array.dtype), None, facts, strange, norm, counts)

    def text(self, precision: int = 4) -> str:
        """The summary in one line; ``precision`` significant digits.

        >>> Summary.of([1.0, 2 / 3]).text()
        '[1 0.6667]'
        """
        if self.numbers is not None:
            shown = np.empty(len(self.numbers), object)
            shown[:] = [_number(number, precision) for number in self.numbers]
            return _nested(shown.reshape(self.shape))
        if self.statistics is None:
            return f"{self.strange} nan or inf" if self.strange else "not computed"
        names = ("min", "mean", "max", "std")
        pairs = zip(names, self.statistics, strict=True)
        text = " ".join(f"{name} {_number(number, precision)}" for name, number in pairs)
        return text + (f", {self.strange} nan or inf" if self.strange else "")


@cache
def dtype_name(dtype: np.dtype[Any]) -> str:
    """The name of a dtype, which NumPy puts together each time."""
    return dtype.name


def _statistics(real: np.ndarray[Any, Any]) -> tuple[float, float, float, float] | None:
    """Least, mean, largest and deviation."""
    if not real.size:
        return None
    with np.errstate(all="ignore"):
        mean, deviation = real.mean(dtype=float), real.std(dtype=float)
    return float(real.min()), float(mean), float(real.max()), float(deviation)


def _histogram(real: np.ndarray[Any, Any]) -> tuple[int, ...] | None:
    """How many entries lie in each part of the range; the largest ones in the last part."""
    if not real.size:
        return None
    some = np.asarray(real[:: -(-real.size // COUNTED)], float)
    low, high, parts = float(real.min()), float(real.max()), np.linspace(0.0, 1.0, BINS + 1)[1:-1]
    borders = np.minimum(low * (1 - parts) + high * parts, high)
    places = np.searchsorted(borders, some, side="right")
    return tuple(np.bincount(places, minlength=BINS).tolist())


def _number(number: Any, precision: int) -> str:
    if isinstance(number, complex):
        return f"({number:.{precision}g})"
    return f"{number + 0.0:.{precision}g}" if isinstance(number, float) else str(number)


def _nested(array: Any) -> str:
    """Brackets around rows, as NumPy writes them, but in one line."""
    if not np.ndim(array):
        return str(array[()] if isinstance(array, np.ndarray) else array)
    return "[" + " ".join(_nested(row) for row in array) + "]"


@dataclass(slots=True)
class Output:
    """One result of an operation that has several: ``svd`` has U, S and Vh."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    value: Summary | None = None
    grad: Summary | None = None


@dataclass(slots=True)
class Box:
    """A node of a graph: an operation with its result, a leaf, a folded scope, or a cut.

    Args:
        id: ``n0``, ``n1``, … in order of creation.
        role: "input", "parameter", "constant", "operation"; of a reduced graph also "scope", a
            collapsed scope, and "cut", which stands for what was left out.
        label: NumPy's name of the operation; of others the name.
        shape, dtype: of the result; shape is () and dtype "" where there is none.
        name: given by the user, or the path of a parameter.
        value, grad: None where not known.
        reached: False if no path leads from a root to it, so that its gradient is none.
        options: what is no operand and not its default, such as axis; facts of a scope.
        outputs: of an operation with several results.
        scope: the path of the scope it was made in, "" outside of all.
        keeps: what the rule keeps for the derivative, by name.
        saved_bytes: the bytes of that; None where it is released or not known.
        released: whether a sweep has released it; released_at, of a recording, when: seconds after
            its start, known or not as ``seconds`` is.
        line: "train.py:31, in loss", where it was recorded; "" if not known.
        seconds: (forward, backward); None if not known, or not asked for. Boxes that differ in
            nothing else are equal.
        marks: of "bad" (it holds nan or inf), "culprit" (the first of them), "failed" (it raised),
            "second" (made by a recorded sweep), "unreached" (no path to a tracked leaf).
        message: of an operation that failed.
        count: how many equal ones this one stands for.
        members: the identifiers that it stands for, if more than its own.
    """

    id: str
    role: str
    label: str
    shape: tuple[int, ...]
    dtype: str
    name: str | None = None
    value: Summary | None = None
    grad: Summary | None = None
    reached: bool = True
    options: dict[str, str] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()
    scope: str = ""
    keeps: tuple[str, ...] = ()
    saved_bytes: int | None = None
    released: bool = False
    line: str = ""
    seconds: tuple[float, float] | None = field(default=None, compare=False)
    released_at: float | None = field(default=None, compare=False)
    marks: tuple[str, ...] = ()
    message: str = ""
    count: int = 1
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class Edge:
    """An arrow from an operand to the operation that used it; backward, from it to its operand.

    Args:
        tail, head: identifiers of boxes.
        operand: the operand's place or NumPy's name for it; empty if there is only one.
        note: how the operand was adapted: "(3,) → (2, 3)", "float32 → float64", "v2".
        kind: "operand", or "gradient" for an arrow of the sweep.
        port: which of several outputs of the tail it comes from; "" if there is one.
        view: whether the result shares the operand's memory.
        count: how many arrows were merged into it.
        contribution: what the head's rule gives to the tail's gradient; None where not known.
        formula: the rule that computes it, as written: "g * np.cos(x)".
    """

    tail: str
    head: str
    operand: str = ""
    note: str = ""
    kind: str = "operand"
    port: str = ""
    view: bool = False
    count: int = 1
    contribution: Summary | None = None
    formula: str = ""


@dataclass(slots=True)
class Scope:
    """A frame around boxes: a call of a module, a name_scope, or a recorded sweep.

    Args:
        path: "encoder.0"; the paths of the scopes around it are its beginnings.
        label: the class of the module, or what the scope is.
    """

    path: str
    label: str = ""


@dataclass(slots=True, repr=False)
class Graph:
    """Boxes in order of creation, edges by consumer and operand, and what belongs to them.

    Args:
        nodes, edges: what is drawn.
        roots: the identifiers of what was asked for.
        notes: lines below the picture.
        scopes: frames, outer ones first.
        truncated: what was cut, counted by role: {"operation": 12304, "input": 2}.
        options: how it is to be shown, unless a writer is told otherwise.

    ``opened`` is the same without folding and limit, for a page that opens boxes on a click; None
    where nothing is folded, or where it has more boxes than a page has room for.

    >>> graph = Graph([Box("n0", "input", "x", (), "float64", name="x")], [], ["n0"])
    >>> len(graph), graph["x"].id
    (1, 'n0')
    """

    nodes: list[Box]
    edges: list[Edge]
    roots: list[str]
    notes: list[str] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    truncated: dict[str, int] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    opened: "Graph | None" = field(default=None, init=False, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Box]:
        return iter(self.nodes)

    def __getitem__(self, key: str) -> Box:
        """The box with this identifier or name; KeyError if there is none."""
        for box in self.nodes:
            if key in (box.id, box.name):
                return box
        raise KeyError(key)

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the page in a frame, a picture, Mermaid, or text."""
        from .display import of_graph

        return of_graph(self, include, exclude)

    # --- parts of it ------------------------------------------------------------------------------
    def find(self, pattern: str) -> list[Box]:
        """The boxes whose identifier, name or label matches a pattern such as "mat*"."""
        from .focus import found

        return found(self, pattern)

    def upstream(self, node: str, levels: int | None = None) -> "Graph":
        """The part that leads to a box: what it was computed from.

        Args:
            node: an identifier, a name, the path of a scope, or a pattern.
            levels: how many steps; None for all.
        Raises:
            ArgumentError: there is no such box; it lists near ones.
        """
        from .focus import focused, named

        return focused(self, named(self, node), upstream=levels, downstream=0)

    def downstream(self, node: str, levels: int | None = None) -> "Graph":
        """The part that follows from a box: what was computed with it. As ``upstream``."""
        from .focus import focused, named

        return focused(self, named(self, node), upstream=0, downstream=levels)

    def between(self, first: str, second: str) -> "Graph":
        """The part that lies on a path between two boxes, both included.

        Raises:
            ArgumentError: there is no such box, or no path between them.

        >>> graph = Graph([Box(k, "input", k, (), "") for k in "abc"], [Edge("a", "b")], ["b"])
        >>> [box.id for box in graph.between("a", "b")]
        ['a', 'b']
        """
        from .focus import between, named

        return between(self, named(self, first), named(self, second))

    def diff(self, other: "Graph") -> "Graph":
        """This graph with what another has besides, "added", and what that lacks, "removed"."""
        from .difference import difference

        return difference(self, other)

    # --- written down -----------------------------------------------------------------------------
    def to_dot(self, **options: Any) -> "graphviz.Digraph":
        """As a ``graphviz.Digraph``; options are those of presentation, as for each writer."""
        return written(self, "dot", options)

    def to_mermaid(self, **options: Any) -> str:
        """As Mermaid text."""
        return str(written(self, "mermaid", options))

    def to_text(self, **options: Any) -> str:
        """As indented text, or as a list with ``order="list"``."""
        return str(written(self, "text", options))

    def to_html(self, **options: Any) -> str:
        """As a page of its own, which needs no network."""
        return str(written(self, "page", options))

    def to_json(self) -> str:
        """As JSON, which ``from_json`` reads."""
        from .schema import dumped

        return dumped(self)

    @staticmethod
    def from_json(text: str) -> "Graph":
        """The graph that ``to_json`` has written.

        >>> graph = Graph([Box("n0", "input", "x", (), "float64")], [], ["n0"])
        >>> Graph.from_json(graph.to_json()) == graph
        True
        """
        from .schema import read

        return read(text)

    def save(self, path: str | Path, **options: Any) -> Path:
        """Write it to a file, in the format that the suffix names; its path.

        Args:
            path: ends in .dot .gv .svg .png .pdf .mmd .md .txt .html or .json.
            options: of presentation.
        """
        return Path(written(self, "render", {"path": path, **options}))
