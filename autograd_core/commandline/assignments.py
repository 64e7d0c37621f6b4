"""What formulas are given: ``x=2``, ``x=1,2,3``, ``x=[[1,2],[3,4]]``, ``x=@file.npy``."""

import ast
import keyword
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac

Array = np.ndarray[Any, Any]

FORMS = "2, -1e-3, 1+2j, 1,2,3, [[1,2],[3,4]] or @file.npy"
LONGEST = 20_000  # characters of a value


def assignments(texts: Sequence[str]) -> dict[str, Any]:
    """The values of some ``name=value``, in their order.

    Raises:
        ArgumentError: one is none, or a name comes twice.

    >>> assignments(["x1=2", "b=1,2"])
    {'x1': np.float64(2.0), 'b': array([1., 2.])}
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python reads names
        if not equals or not name.isidentifier():
            raise ac.ArgumentError(
                f"{text[:60]!r} is no name=value.", hint="x=2; the formula in quotes before it"
            )
        if keyword.iskeyword(name):
            raise ac.ArgumentError(
                f"{name} cannot be a name.", "it is a word of Python.", f"{name}_"
            )
        if name in found:
            raise ac.ArgumentError(f"{name} has two values.", hint=f"{name}={value[:30]} alone")
        found[name] = number_or_array(value.strip(), name)
    return found


def number_or_array(text: str, name: str = "a value") -> Any:
    """A number or array of floating-point or complex numbers, as a person types it.

    Args:
        text: a number, numbers with commas between, nested lists, or @ and a file of NumPy's.
        name: what messages call it.
    Raises:
        ArgumentError: the text is none of these, or the file cannot be read.

    >>> number_or_array("1, 2.5"), number_or_array("1+2j")
    (array([1. , 2.5]), np.complex128(1+2j))
    """
    found = from_file(text[1:], name) if text.startswith("@") else from_text(text, name)
    if found.dtype.kind in "biu":
        found = found.astype(float)
    if found.dtype.kind not in "fc":
        raise ac.ArgumentError(
            f"{name} holds {found.dtype}.", "derivatives are by floating-point numbers.", FORMS
        )
    return found[()]


def from_text(text: str, name: str) -> Array:
    """The array that a text describes."""
    error = ac.ArgumentError(f"{name}={text[:40]} is no number and no array.", hint=FORMS)
    if not text or len(text) > LONGEST:
        raise error
    for word in ("inf", "-inf", "nan"):
        if text.lower() == word:
            return np.array(float(word))
    try:
        literal = ast.literal_eval(text)
        if not is_numeric(literal):
            raise error
        return np.array(literal)
    except ac.ArgumentError:
        raise
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError, OverflowError):
        raise error from None


def is_numeric(literal: Any) -> bool:
    """Whether nested lists hold numbers alone."""
    if isinstance(literal, list | tuple):
        return len(literal) > 0 and all(map(is_numeric, literal))
    return type(literal) in (int, float, complex)


def from_file(path: str, name: str) -> Array:
    """The array of a .npy file; nothing in it is run."""
    hint = "np.save('x.npy', x) writes one"
    try:
        with Path(path).open("rb") as file:
            if file.read(6) != b"\x93NUMPY":
                raise ac.ArgumentError(f"{path} is no .npy file.", f"{name} reads one.", hint)
            file.seek(0)
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
    except OSError as err:
        raise ac.ArgumentError(
            f"{name}=@{path} cannot be read: {err.strerror or err}.", hint=hint
        ) from err
    except (ValueError, EOFError, MemoryError, SyntaxError) as err:
        why = str(err).partition("\n")[0][:120].rstrip(".")
        raise ac.ArgumentError(f"{path} is damaged, or holds no numbers.", f"{why}.", hint) from err
