"""NumPy's public surface, row by row, and the arrays that its examples name."""

import json
import re
from pathlib import Path

import numpy as np

import autograd_core as ac

SURFACE = json.loads(Path(__file__).with_name("numpy_surface.json").read_text("utf-8"))
BY_NAME = {row["name"]: row for row in SURFACE}
FILES = {
    "elementwise", "constants", "reductions", "shape", "joining", "indexing", "creation",
    "products", "methods", "variable", "linalg", "fft", "calculus", "polynomials",
    "statistics", "sorting",
}  # fmt: skip

NAMES = {
    "np": np,
    "x": np.array([0.7, -1.3, 2.1, 0.4, 1.6]),  # distinct, no integers, no zero
    "y": np.array([1.2, 0.8, -0.5, 2.4, 0.9]),
    "p": np.array([0.3, 0.6, 0.8, 0.15, 0.45]),  # in (0, 1)
    "q": np.array([1.3, 2.1, 1.7, 3.2, 1.1]),  # above 1
    "t": np.array([0.0, 1.0, 2.5, 3.1, 4.0]),  # increasing
    "n": np.array([0.7, np.nan, 2.1, 0.4, 1.6]),  # with a nan
    "v": np.array([0.5, -1.1, 2.0]),
    "w": np.array([1.5, 0.3, -0.7]),
    "s": np.float64(1.25),
    "X": np.array([[0.7, -1.3, 2.1, 0.4], [1.6, 0.9, -0.8, 1.1], [-0.2, 2.7, 0.3, -1.9]]),
    "Y": np.array([[1.2, 0.8], [-0.5, 2.4], [0.9, -1.4], [0.6, 1.7]]),
    "A": np.array([[2.1, 0.4, -0.3], [0.7, 1.9, 0.5], [-0.6, 0.2, 2.8]]),  # well conditioned
    "S": np.array([[3.1, 0.4, -0.3], [0.4, 2.2, 0.5], [-0.3, 0.5, 2.8]]),  # positive definite
    "T": np.arange(12.0).reshape(2, 3, 2) ** 0.5 - 1.1,
    "z": np.array([0.7 + 0.2j, -1.3 + 1.1j, 2.1 - 0.4j]),
    "i": np.array([0, 2, 2, 1]),  # an index with a repeat
    "m": np.array([True, False, True, True, False]),  # a mask
    "sym": lambda a: (a + np.swapaxes(a, -1, -2)) / 2,
    "did": lambda f, a: (f(a), a)[1],  # call a function that works in place, return its target
}
NAMES["B"] = np.stack([NAMES["A"], NAMES["A"].T + np.eye(3)])  # a batch of two


def in_scope(row):
    """Whether this version of the library promises the row."""
    return row["file"] in FILES


def resolve(name):
    """NumPy's object of that name, or None where this NumPy lacks it."""
    if name.startswith("numpy.ndarray."):
        return getattr(np.ndarray, name.rpartition(".")[2], None)
    found = np
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return found


def examples(rows):
    """(row, differentiate in, expression) of the rows that this NumPy has."""
    for row in rows:
        if resolve(row["name"]) is not None:
            for variable, expression in row.get("examples", ()):
                yield row, variable, expression


def as_function(variable, expression, names=NAMES):
    """The expression as a function of one name; arrays take the call without ``like=``."""
    tracked = compile(expression, expression, "eval")
    bare = compile(re.sub(r", like=\w+", "", expression), expression, "eval")

    def function(value):
        code = tracked if isinstance(value, ac.Variable) else bare
        return eval(code, {**names, variable: value})

    return function
