"""``grad``: the value and the gradients of a formula, beside finite differences."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd_core as ac

from .assignments import assignments
from .bounds import computing
from .expressions import Expression
from .verdicts import WRONG, compared

Array = np.ndarray[Any, Any]

DIGITS = 10  # significant ones
INLINE = 4  # an array of more numbers, or of more axes than one, has lines of its own


class Formula:
    """A formula at some values: what ``grad`` and ``graph`` are about.

    Args:
        text: the formula.
        given: ``name=value`` for each name in it.
    Raises:
        ArgumentError: one of them has no meaning.
    """

    def __init__(self, text: str, given: Sequence[str]) -> None:
        name, equals, _ = text.partition("=")
        if equals and name.strip().isidentifier() and not text.partition("==")[1]:
            raise ac.ArgumentError(
                f"{text[:60]!r} is no formula.", "the formula comes first.", '"x**2" x=2'
            )
        values = assignments(given)
        self.expression = Expression(text, list(values))
        self.text = self.expression.text
        self.names, self.points = list(values), list(values.values())
        self.unused = [name for name in self.names if name not in self.expression.used]

    def __call__(self, *points: Any) -> Any:
        """The value at other points."""
        return self.expression(dict(zip(self.names, points, strict=True)))

    def total(self, *points: Any) -> Any:
        """The sum of all entries of the value."""
        return np.sum(self(*points))

    def value(self) -> Array:
        """The value, an array or number of floating-point or complex numbers.

        Raises:
            ArgumentError: it is something else.
        """
        with computing():
            value = self(*self.points)
            value = value.numpy() if isinstance(value, ac.Variable) else value
        if isinstance(value, tuple | list):
            raise ac.ArgumentError(
                f"The formula gives a list of {len(value)}, no value.",
                hint=f"({self.text[:60]})[0]",
            )
        value = np.asarray(value)
        if value.dtype.kind not in "fc":
            raise ac.ArgumentError(
                f"The value is {value.dtype.name}, which has no derivative.",
                hint="where(condition, a, b), or + 0.0 for a number",
            )
        return value


def grad(args: Namespace) -> bool:
    """Print the value of a formula and its gradients; whether differences agree."""
    formula = Formula(args.formula, args.values)
    if not formula.names:
        raise ac.ArgumentError(
            "There is nothing to differentiate by.", hint="x=2 after the formula"
        )
    value = formula.value()
    holomorphic = value.dtype.kind == "c"
    if holomorphic and not all(np.iscomplexobj(point) for point in formula.points):
        raise ac.ArgumentError(
            "The value is complex, and not every variable is.",
            "the gradient of a complex value is defined where f'(z) is.",
            "real(...), imag(...) or abs(...) of it; or x=2+0j",
        )
    text = shown(value)
    rows = [
        f"{formula.text} = {text}" if "\n" not in text else f"{formula.text} =\n{indented(text)}"
    ]
    if value.shape:
        rows.append(f"  of shape {value.shape}; the gradients are those of its sum")
    with computing():
        every = tuple(range(len(formula.points)))
        found = ac.grad(formula.total, argnums=every, holomorphic=holomorphic)(*formula.points)
        points = [np.asarray(point) for point in formula.points]
        gradients = [np.asarray(gradient) for gradient in found]
        stepwise = formula.expression.stepwise
        verdicts = compared(formula.total, points, gradients, holomorphic, stepwise)
    named = zip(formula.names, gradients, verdicts, strict=True)
    rows += table([row(name, gradient, *verdict) for name, gradient, verdict in named])
    rows += [f"  {name} does not occur in the formula" for name in formula.unused]
    print("\n".join(rows))
    return all(WRONG not in verdict for _, verdict in verdicts)


def row(name: str, gradient: Array, numeric: Array | None, verdict: str) -> list[str]:
    """The cells of one gradient: beside its differences, if both fit into a line."""
    if numeric is None or gradient.ndim > 1 or gradient.size > INLINE:
        text = indented(shown(gradient))
        return [f"d/d{name}", f"of shape {gradient.shape}", f"{verdict}\n{text}"]
    return [f"d/d{name}", shown(gradient), f"finite differences {shown(numeric)}", verdict]


def table(rows: list[list[str]]) -> list[str]:
    """Lines whose cells stand below each other.

    >>> table([["x", "2.5", "ok"], ["longer", "1", "ok"]])
    ['  x        2.5   ok', '  longer   1     ok']
    """
    count = max(map(len, rows))
    widths = [max((len(r[k]) for r in rows if k < len(r) - 1), default=0) for k in range(count)]
    return [
        "  "
        + "   ".join(cell.ljust(width) for cell, width in zip(r, widths, strict=False)).rstrip()
        for r in rows
    ]


def indented(text: str) -> str:
    """The lines of an array, below what it belongs to."""
    return "    " + text.replace("\n", "\n    ")


def shown(array: Array) -> str:
    """An array or number in a few digits.

    >>> shown(np.array(2 / 3)), shown(np.array([1.0, 0.5]))
    ('0.6666666667', '[1, 0.5]')
    """
    if array.size <= INLINE and array.ndim < 2:
        numbers = [number(one) for one in np.ravel(array).tolist()]
        return f"[{', '.join(numbers)}]" if array.ndim else numbers[0]
    return np.array2string(array, precision=6, separator=", ", threshold=60, edgeitems=3)


def number(one: complex) -> str:
    """A number in ten digits; no more of it is in a difference.

    >>> number(2.583853163452857), number(1 + 2j), number(-0.0)
    ('2.583853163', '1+2j', '0')
    """
    one += 0.0  # no negative zeros
    return f"{one:.{DIGITS}g}"
