"""What stands in boxes and on arrows, row by row: the same in every format.

A row is text as a reader sees it; how quotes and brackets are escaped is the business of the
writer. Nothing here knows a format.
"""

import re
from collections.abc import Collection, Sequence
from math import prod

import numpy as np

from .model import Box, Edge, Output, Summary

FIELDS = (
    *("name", "op", "value", "grad", "shape", "dtype", "attrs"),
    *("saved", "bytes", "time", "line", "stats", "scope"),
)
USUAL = frozenset({"name", "op", "value", "stats", "grad", "shape", "dtype", "attrs", "scope"})
UNKNOWN = "·"
WIDEST = 80  # characters of a row; what is longer ends in an ellipsis
_CONTROLS = re.compile(  # … and marks that turn the text around, and what XML does not allow
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""The text with what cannot be printed as its number; line breaks stay.

    >>> print(printable("a\tb\u202ec"))
    a\x09b\u202ec
    """
    return _CONTROLS.sub(numbered, text)


def numbered(match: re.Match[str]) -> str:
    """The number of a character, as Python writes it in a text."""
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def rows_of(texts: Sequence[str]) -> list[str]:
    """Printable rows of bounded width; empty texts are left out, line breaks begin a new row."""
    rows = [row for text in texts if text for row in printable(text).split("\n")]
    return [row if len(row) <= WIDEST else row[: WIDEST - 1] + "…" for row in rows]


# --- boxes ----------------------------------------------------------------------------------------
def lines(
    box: Box,
    show: Collection[str] = USUAL,
    precision: int = 4,
    max_elems: int = 6,
    parts: Sequence[Summary | None] = (),
) -> list[str]:
    """What stands in a box: name and operation, options, value, gradient, shape, and what it keeps.

    Args:
        box: what to describe; several outputs have lines of their own.
        show: of FIELDS.
        precision: significant digits.
        max_elems: an array of more entries is shown by its statistics.
        parts: the contributions to the gradient, where several meet.

    >>> lines(Box("n0", "input", "x", (), "float64", "x", Summary.of(3.0)))
    ['x', '3', 'grad ·']
    """
    result = [] if box.outputs else _result(box, show, precision, max_elems, parts)
    return [*heading(box, show), *rows_of(result), *footing(box, show)]


def record_lines(
    box: Box,
    show: Collection[str] = USUAL,
    precision: int = 4,
    max_elems: int = 6,
    parts: Sequence[Summary | None] = (),
) -> list[str]:
    """The fields of a record: name, data, grad; those of ``lines`` without the operation.

    >>> record_lines(Box("n1", "operation", "sin", (), "float64", value=Summary.of(3.0)))
    ['', 'data 3', 'grad ·']
    """
    result = _result(box, show, precision, max_elems, parts)
    if "value" in show:
        result[0] = f"data {result[0]}" if result[0] else ""
    leaf = "" if box.role == "operation" else box.label
    name = " ".join(rows_of([leaf if box.name is None else box.name]))
    return [name, *rows_of(result), *footing(box, show)]


def heading(box: Box, show: Collection[str] = USUAL) -> list[str]:
    """The first rows: what it is, how many it stands for, and its options."""
    name = box.name if "name" in show and box.name != box.label else None
    label = box.label if "op" in show or (box.role != "operation" and name is None) else None
    title = (": " if box.role == "scope" else " = ").join(part for part in (name, label) if part)
    options = _options(box) if "attrs" in show or box.role == "cut" else []
    return rows_of([title + (f" x {box.count}" if box.count > 1 else ""), *options])


def _options(box: Box) -> list[str]:
    """Options of a call in one row; of a scope what is in it, and the shapes in and out."""
    if box.role not in ("scope", "cut"):
        return [", ".join(f"{key}={value}" for key, value in box.options.items())]
    facts = dict(box.options)
    ways = [facts.pop("in", ""), facts.pop("out", "")]
    counts = [_counted(name, count) for name, count in facts.items()]
    return [", ".join(counts), " → ".join(way or UNKNOWN for way in ways) if any(ways) else ""]


def _counted(name: str, count: str) -> str:
    """A fact of a scope: "12 operations", or "4.1 kB"."""
    digits = count.replace(" ", "")
    if name == "bytes" and digits.isdigit():
        return size(int(digits))
    return f"{count} {name.removesuffix('s') if digits == '1' else name}"


def _result(
    box: Box,
    show: Collection[str],
    precision: int,
    max_elems: int,
    parts: Sequence[Summary | None],
) -> list[str]:
    """Value, gradient, shape and dtype of the one result."""
    if box.role in ("scope", "cut"):
        return [] if box.options else [_kind(box, show)]
    rows = [value_text(box.value, show, precision, max_elems)] if "value" in show else []
    if "grad" in show and box.role != "constant":
        rows.append(f"grad {_gradient(box, show, precision, max_elems, parts)}")
    return [*rows, _kind(box, show)]


def output_lines(
    output: Output, show: Collection[str] = USUAL, precision: int = 4, max_elems: int = 6
) -> list[str]:
    """One of several results: its name, value, gradient, shape and dtype."""
    rows = [output.name]
    if "value" in show and output.value is not None:
        rows.append(value_text(output.value, show, precision, max_elems))
    if "grad" in show:
        rows.append(f"grad {_gradient(output, show, precision, max_elems)}")
    return rows_of([*rows, _kind(output, show)])


def footing(box: Box, show: Collection[str] = USUAL) -> list[str]:
    """The last rows: memory, time, where it was recorded, and what went wrong."""
    rows = []
    if "bytes" in show and (box.shape or box.dtype) and box.role not in ("scope", "cut"):
        rows.append(occupied(box))
    if "saved" in show:
        rows.append(keeps(box))
    if "time" in show and box.seconds is not None:
        forward, backward = map(duration, box.seconds)
        rows.append(f"{forward} forward, {backward} backward")
    if "line" in show and box.line:
        rows.append(f"at {box.line}")
    if "culprit" in box.marks:
        rows.append("first nan or inf")
    return rows_of([*rows, box.message])


def value_text(value: Summary | None, show: Collection[str], precision: int, max_elems: int) -> str:
    """All entries of a small array, the statistics of a larger one."""
    if value is None:
        return UNKNOWN
    if value.numbers is not None and len(value.numbers) > max_elems:
        value = Summary.of(np.array(value.numbers).reshape(value.shape), max_elems)
    return value.text(precision) if value.numbers is not None or "stats" in show else ""


def _gradient(
    box: Box | Output,
    show: Collection[str],
    precision: int,
    max_elems: int,
    parts: Sequence[Summary | None] = (),
) -> str:
    """The gradient; of an array the norm first; of a number also what it is the sum of."""
    if isinstance(box, Box) and not box.reached:
        return "none"
    if box.grad is None:
        return UNKNOWN
    text = gradient_text(box.grad, show, precision, max_elems)
    if len(parts) < 2:
        return text
    if box.shape or None in parts:
        return f"{text}, sum of {len(parts)}"
    terms = [value_text(part, show, precision, max_elems) for part in parts]
    return " + ".join(f"({t})" if t.startswith("-") else t for t in terms) + f" = {text}"


def gradient_text(
    grad: Summary | None, show: Collection[str], precision: int, max_elems: int
) -> str:
    """As ``value_text``; of an array the norm first."""
    text = value_text(grad, show, precision, max_elems)
    if grad is None or not grad.shape or grad.norm is None:
        return text
    return f"|{grad.norm:.{precision}g}| {text}".rstrip()


def _kind(box: Box | Output, show: Collection[str]) -> str:
    """Shape and dtype; a plain number of 64 bits needs neither."""
    if (box.shape, box.dtype) in (((), "float64"), ((), "")):
        return ""
    shape, dtype = str(box.shape) if "shape" in show else "", box.dtype if "dtype" in show else ""
    return f"{shape} {dtype}".strip()


def occupied(box: Box) -> str:
    """What the result occupies."""
    try:
        return size(prod(box.shape) * np.dtype(box.dtype).itemsize)
    except TypeError:  # no dtype of NumPy's, in a graph from a file
        return ""


def keeps(box: Box) -> str:
    """What an operation holds for its derivative.

    >>> keeps(Box("n0", "operation", "dot", (), "float64", keeps=("a", "b"), saved_bytes=1600))
    'keeps a, b: 1.6 kB'
    """
    if not box.keeps and not box.saved_bytes:
        return ""
    names = "keeps " + (", ".join(box.keeps) or "arrays")
    if box.released:
        return f"{names}: freed"
    return names if box.saved_bytes is None else f"{names}: {size(box.saved_bytes)}"


def size(count: int) -> str:
    """A number of bytes in three digits.

    >>> size(48), size(1_600_000)
    ('48 B', '1.6 MB')
    """
    return _scaled(float(count), ("B", "kB", "MB", "GB", "TB"))


def duration(seconds: float) -> str:
    """A time in three digits.

    >>> duration(0.00123)
    '1.23 ms'
    """
    return _scaled(seconds * 1e9, ("ns", "µs", "ms", "s"))


def _scaled(number: float, units: Sequence[str]) -> str:
    power = 0
    while power < len(units) - 1 and number >= 999.5:
        number, power = number / 1000, power + 1
    return f"{number:.3g} {units[power]}" if number < 999.5 else f"{number:.0f} {units[power]}"


# --- arrows ---------------------------------------------------------------------------------------
def edge_lines(
    edge: Edge,
    show: Collection[str] = USUAL,
    precision: int = 4,
    shape: tuple[int, ...] | None = None,
) -> list[str]:
    """What stands on an arrow: an operand's place and how it was adapted, or a contribution.

    Args:
        edge: what to describe.
        show: of FIELDS.
        precision: significant digits.
        shape: of what flows along it, if that is to be shown.

    >>> edge_lines(Edge("n0", "n1", "1", "(3,) → (2, 3)"))
    ['1 (3,) → (2, 3)']
    """
    place = "" if edge.kind == "gradient" else edge.operand
    first = [place, edge.note, f"x {edge.count}" if edge.count > 1 else ""]
    rows = [" ".join(part for part in first if part)]
    if edge.kind == "gradient" and edge.contribution is not None and "grad" in show:
        rows.append(_flow(edge.contribution, show, precision))
    if edge.kind == "gradient" and "line" in show:
        rows.append(edge.formula)
    return rows_of([*rows, "" if shape is None else str(shape)])


def _flow(part: Summary, show: Collection[str], precision: int) -> str:
    """A contribution: a number itself, an array by shape and norm."""
    if not part.shape:
        return part.text(precision)
    norm = "" if part.norm is None else f"|{part.norm:.{precision}g}|"
    strange = f", {part.strange} nan or inf" if part.strange else ""
    return f"{part.shape if 'shape' in show else ''} {norm}".strip() + strange
