"""Write a Graph as text: a tree from each root to its leaves, or one line for each box.

For terminals, logs, doctests, screen readers and reports of bugs. Each box is written once; where
it is used again, a reference stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..errors import ArgumentError
from .labels import duration, gradient_text, keeps, numbered, occupied, value_text
from .links import Links, ends
from .model import Box, Edge, Graph, Output, Summary
from .picture import rows_by_hook
from .styles import look

PLAIN = str.maketrans({"·": "?", "→": "->", "…": "...", "├": "|", "─": "-", "└": "`", "│": "|"})
DEEPEST = 40  # a deeper tree is written as a list
MOST = 72  # what is wider than so many columns does not move the others
LEAST = 17  # columns of the first column, so that small graphs look alike
MARKS = {
    "bad": "nan or inf",
    "culprit": "the first nan or inf",
    "second": "made by a sweep",
    "added": "added",
    "removed": "removed",
}
_ODD = re.compile("[^\x00-\u02ff·→…├─└│]")  # letters that may take no column, or two
_UNSAFE = re.compile(  # control characters, and what turns the direction of writing or is unseen
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def write(
    graph: Graph,
    *,
    ascii: bool | None = None,
    width: int | None = None,
    order: str | None = None,
    precision: int | None = None,
    max_elems: int | None = None,
    show: str | Iterable[str] | None = None,
    style: str | None = None,
    title: str | None = None,
    label_fn: Callable[[Box, list[str]], Iterable[str]] | None = None,
) -> str:
    """The graph as text.

    Args:
        graph: what to write; its own options count where none are given.
        ascii: plain characters alone; others in names are escaped.
        width: columns of a line; a longer one ends in an ellipsis. By default any.
        order: "tree", from each root to its leaves, or "list", a line for each box in order of
            creation; a tree of more than 40 levels is written as a list.
        precision: significant digits of numbers, by default 4.
        max_elems: an array of more numbers is written by its statistics, by default 6.
        show: some of "name op value grad shape dtype attrs saved bytes time line stats scope", or
            what to add and to remove: "+line -dtype".
        style: what is shown is that of "compact", "full", or another of the styles.
        title: the first line.
        label_fn: given a box and the parts of its line, returns those to be written.
    Raises:
        ArgumentError: an option has a value that it does not take; ``label_fn`` fails.

    >>> graph = Graph([Box("n0", "input", "x", (), "float64", name="x")], [], ["n0"])
    >>> print(write(graph))
    x                  ()  ·  grad ·
    1 node, 0 edges, float64
    """
    own = {"ascii": ascii, "width": width, "order": order}
    shared: dict[str, Any] = {"precision": precision, "max_elems": max_elems, "show": show}
    shared |= {"style": style, "title": title, "label_fn": label_fn}
    given = {name: value for name, value in own.items() if value is not None}
    return "\n".join(Form(graph, given, shared).lines())


class Row(NamedTuple):
    """A line: what is named, shape, value and gradient in columns, and what follows."""

    label: str
    cells: tuple[str, ...]
    tail: tuple[str, ...]


class Form:
    """How a graph is written as text, by its options."""

    def __init__(self, graph: Graph, own: dict[str, Any], shared: dict[str, Any]) -> None:
        usual = {"ascii": False, "width": None, "order": "tree"} | graph.options | own
        self.ascii, self.width, self.order = usual["ascii"], usual["width"], usual["order"]
        if self.order not in ("tree", "list"):
            raise ArgumentError(f"order got {self.order!r}.", hint="order='tree' or order='list'")
        chosen = look(graph, {name: value for name, value in shared.items() if value is not None})
        self.precision, self.most, self.title = chosen.precision, chosen.max_elems, chosen.title
        self.hook = chosen.label_fn
        asked = shared["show"] or graph.options.get("show") or ""
        words = asked.split() if isinstance(asked, str) else asked
        hidden = {"scope"} - {word.lstrip("+") for word in words}  # paths say most of it
        self.show = chosen.show - hidden
        self.graph, self.links = graph, Links(graph)
        self.boxes = {box.id: box for box in graph}
        nameless = (box.id for box in graph if box.role == "operation" and box.name is None)
        self.again = {key for key in nameless if len(self.links.near(key, upstream=False)) > 1}
        dtypes = {box.dtype for box in graph if box.dtype and not box.outputs}
        dtypes |= {output.dtype for box in graph for output in box.outputs}
        self.dtype = dtypes.pop() if len(dtypes) == 1 and "dtype" in self.show else ""

    def lines(self) -> Iterator[str]:
        """The lines of the text, one after the other."""
        rows = self.tree() if self.order == "tree" else None
        rows = self.listed() if rows is None else rows
        if self.title is not None:
            yield self.cut(self.safe(str(self.title)))
        widths = [_width(row.cells[k] for row in rows if row.cells) for k in range(3)]
        first = max(LEAST, _width(row.label for row in rows))
        for label, cells, tail in rows:
            padded = [_padded(label, first)]
            padded += [
                _padded(cell, size) for cell, size in zip(cells, widths, strict=False) if size
            ]
            yield self.cut("  ".join([*padded, *tail]).rstrip())
        count = f"{_many(len(self.graph), 'node')}, {_many(len(self.graph.edges), 'edge')}"
        yield self.cut(f"{count}, {self.dtype}" if self.dtype else count)
        for note in self.graph.notes:
            yield self.cut(self.safe(note))

    # --- the two orders ---------------------------------------------------------------------------
    def tree(self) -> list[Row] | None:
        """What each box uses below it, and a reference where it stands above; None if too deep."""
        rows: list[Row] = []
        met: set[tuple[str, str]] = set()
        tops = [*self.graph.roots]
        tops += [box.id for box in self.graph if not self.links.near(box.id, upstream=False)]
        tops += [box.id for box in self.graph]  # what is on a circle is below nothing
        for k, top in enumerate(tops):
            if k >= len(self.graph.roots) and (top, "") in met:
                continue
            stack: list[tuple[str, str, Edge | None, str, int]] = [("", "", None, top, 0)]
            while stack:
                glyph, below, edge, key, level = stack.pop()
                port = edge.port if edge is not None else ""
                rows.append(self._row(glyph, self.boxes[key], edge, (key, port) in met))
                edges = [] if (key, "") in met else self._operands(key)
                met |= {(key, ""), (key, port)}
                if edges and level == DEEPEST:
                    return None
                for j, one in enumerate(reversed(edges)):
                    branch, after = ("├─", "│ ") if j else ("└─", "  ")
                    line = f"{below}{branch}{self.safe(one.operand)} "
                    stack.append((line, below + after, one, ends(one)[0], level + 1))
        return rows

    def listed(self) -> list[Row]:
        """A line for each box: ``n3 = multiply(n0, n2)``."""
        rows = []
        for box in self.graph:
            operands = []
            for edge in self._operands(box.id):
                key = ends(edge)[0] + (f".{self.safe(edge.port)}" if edge.port else "")
                named = edge.operand and not edge.operand.isdigit()
                operands.append(f"{self.safe(edge.operand)}={key}" if named else key)
            outputs = ", ".join(f"{out.name} {out.shape}" for out in box.outputs)
            tail = [self.safe(outputs)] if outputs else []
            label = f"{box.id} = {self._title(box, operands=operands)}"
            row = Row(self.plain(label), self._cells(box), (*tail, *self._tail(box)))
            rows.append(self._hooked(box, row, len(f"{box.id} = ")))
        return rows

    def _operands(self, key: str) -> list[Edge]:
        """The edges to what a box was computed from; of a sweep alone, those of the sweep."""
        edges = self.links.uses(key)
        return [edge for edge in edges if edge.kind == "operand"] or list(edges)

    # --- what stands in a line --------------------------------------------------------------------
    def _row(self, glyph: str, box: Box, edge: Edge | None, above: bool) -> Row:
        port = edge.port if edge is not None else ""
        sign = f" [{box.id}]" if box.id in self.again else ""  # several lines may speak of it
        label = self.plain(glyph + self._title(box, port, brief=above) + sign)
        if above:
            return Row(label, (), ("above", *self._adapted(edge)))
        output = next((out for out in box.outputs if out.name == port), None)
        row = Row(label, self._cells(output or box), (*self._adapted(edge), *self._tail(box)))
        return self._hooked(box, row, len(glyph))

    def _hooked(self, box: Box, row: Row, start: int) -> Row:
        """The row as ``label_fn`` makes it; what stands before the name stays."""
        if self.hook is None:
            return row
        parts = [row.label[start:], *(part for part in (*row.cells, *row.tail) if part)]
        first, *others = [*rows_by_hook(self.hook, box, parts), ""]
        return Row(row.label[:start] + self.plain(first), (), tuple(map(self.plain, others[:-1])))

    def _title(
        self, box: Box, port: str = "", operands: Sequence[str] = (), brief: bool = False
    ) -> str:
        """Name and operation, with operands and options in parentheses."""
        label = self.safe(box.label)
        named = box.name is not None and box.name != box.label and "name" in self.show
        if named:
            name = self.safe(str(box.name))
            label = f"{name} = {label}" if "op" in self.show and not brief else name
        label += f".{self.safe(port)}" if port else ""
        inside = list(operands)
        if "attrs" in self.show and box.role == "operation" and not brief:
            inside += [self.safe(f"{key}={value}") for key, value in box.options.items()]
        label += f"({', '.join(inside)})" if inside else ""
        return label + (f" x {box.count}" if box.count > 1 else "")

    def _cells(self, box: Box | Output) -> tuple[str, ...]:
        """Shape with dtype, value, gradient; none of what has no result."""
        if isinstance(box, Box) and (box.role == "cut" or box.outputs):
            return ()
        shape = [str(box.shape)] if "shape" in self.show else []
        shape += [self.safe(box.dtype)] if "dtype" in self.show and not self.dtype else []
        value = self._number(box.value) if "value" in self.show else ""
        grad = ""
        if "grad" in self.show and not (isinstance(box, Box) and box.role == "constant"):
            reached = box.grad is not None or isinstance(box, Output) or box.reached
            grad = f"grad {self._gradient(box.grad) if reached else 'none'}"
        return tuple(map(self.plain, (" ".join(shape), value, grad)))

    def _number(self, summary: Summary | None) -> str:
        """A value in one line."""
        return value_text(summary, self.show, self.precision, self.most)

    def _gradient(self, summary: Summary | None) -> str:
        """A gradient in one line."""
        return gradient_text(summary, self.show, self.precision, self.most)

    def _adapted(self, edge: Edge | None) -> tuple[str, ...]:
        """What is written on an edge."""
        if edge is None:
            return ()
        words = [edge.note, "view" if edge.view else ""]
        words.append(_many(edge.count, "edge") if edge.count > 1 else "")
        if edge.kind != "operand" and edge.contribution is not None:
            words.append(f"gives {self._gradient(edge.contribution)}")
        return tuple(self.plain(self.safe(word)) for word in words if word)

    def _tail(self, box: Box) -> tuple[str, ...]:
        """What is known besides, as far as it is shown."""
        known = {*box.marks} - ({"bad"} if "culprit" in box.marks else set())
        words = [text for mark, text in MARKS.items() if mark in known]
        if "failed" in box.marks:
            words.append(f"failed: {box.message}" if box.message else "failed")
        if box.role == "scope" and "attrs" in self.show:
            words += [f"{key} {value}" for key, value in box.options.items()]
        if "bytes" in self.show and box.dtype:
            words.append(occupied(box))
        words += [keeps(box)] if "saved" in self.show and keeps(box) else []
        if "time" in self.show and box.seconds is not None:
            forward, backward = (duration(seconds) for seconds in box.seconds)
            words.append(f"{forward} forward, {backward} backward")
        words += [f"in {box.scope}"] if "scope" in self.show and box.scope else []
        words += [f"at {box.line}"] if "line" in self.show and box.line else []
        return tuple(self.plain(self.safe(word)) for word in words)

    # --- characters -------------------------------------------------------------------------------
    def safe(self, text: str) -> str:
        """A text of the user's without what would move or hide other text."""
        return self.plain(_UNSAFE.sub(numbered, text))

    def plain(self, text: str) -> str:
        """The text, or in plain characters if these are asked for."""
        if not self.ascii or text.isascii():
            return text
        return text.translate(PLAIN).encode("ascii", "backslashreplace").decode("ascii")

    def cut(self, line: str) -> str:
        """A line no wider than asked for."""
        if self.width is None or wide(line) <= self.width:
            return line
        end = self.plain("…")
        room, k = self.width - len(end), 0
        while k < len(line) and (room := room - wide(line[k])) >= 0:
            k += 1
        return (line[:k] + end)[: self.width]


def wide(text: str) -> int:
    """The columns that a text takes in a terminal.

    >>> wide("loss"), wide("損失")
    (4, 4)
    """
    return sum(map(_columns, text)) if _ODD.search(text) else len(text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _width(texts: Iterable[str]) -> int:
    """The columns for some texts, without those that are so wide that they stand out."""
    return max((columns for columns in map(wide, texts) if columns <= MOST), default=0)


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - wide(text))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
