"""The functions that a formula may call: those of NumPy and scipy.special that have rules."""

import difflib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd_core as ac

Function = Callable[..., Any]

PREFIXES = ("np", "numpy", "math")
PLACES = ("numpy", "numpy.linalg", "numpy.fft", "scipy.special")
SHORT = {"linalg": "numpy.linalg", "fft": "numpy.fft", "special": "scipy.special"}
CONSTANTS = {
    "pi": np.pi, "e": np.e, "euler_gamma": np.euler_gamma, "inf": np.inf, "nan": np.nan,
    "newaxis": None,
}  # fmt: skip
OTHERS = {"ln": "log", "sigmoid": "special.expit", "relu": "maximum(x, 0)", "sgn": "sign"}

STEPS = (np.remainder, np.fmod, np.divmod, np.modf, np.frexp, np.unwrap)

# fmt: off
FORBIDDEN = {  # with rules, and not for formulas
    "files":     {"save", "savez", "savez_compressed", "savetxt", "loadtxt", "genfromtxt",
                  "fromfile"},
    "functions": {"apply_along_axis", "apply_over_axes", "piecewise", "fromfunction", "fromiter"},
    "writes":    {"copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis"},
    "text":      {"array2string", "array_repr", "array_str", "fromstring", "frombuffer",
                  "einsum_path"},
    "memory":    {"shares_memory", "may_share_memory", "require", "empty", "empty_like"},
}
BECAUSE = {
    "files":     "a formula reads and writes no files.",
    "functions": "it calls a function that it is given.",
    "writes":    "a formula changes nothing.",
    "text":      "its result, or its argument, is text or bytes.",
    "memory":    "it is about memory, not about numbers.",
}
# fmt: on


@cache
def function(name: str) -> Function:
    """The function that a formula means by a dotted name.

    Args:
        name: "sin", "np.sin", "linalg.norm", "norm", "scipy.special.erf", "erf", "add.reduce".
    Raises:
        ArgumentError: there is none, it has no rule, or it is not for formulas.

    >>> function("sin") is np.sin, function("np.linalg.norm") is np.linalg.norm
    (True, True)
    """
    for found in candidates(name):
        short = name.rpartition(".")[2]
        for kind, names in FORBIDDEN.items():
            if short in names:
                raise ac.ArgumentError(
                    f"A formula may not call {name}.",
                    BECAUSE[kind],
                    "a file of Python, with ac.grad",
                )
        if short in ("array", "asarray"):
            return joined
        entry: Any = ac.supported(found)
        if entry.status in ("differentiable", "constant") and not name.endswith(".at"):
            return found
        raise ac.ArgumentError(
            f"{entry.name} is not for formulas.",
            "it has no rule for derivatives." if entry.status == "traced" else "",
            entry.hint or "python -m autograd_core supported lists what has one",
        )
    raise unknown(name)


def has_steps(called: Function) -> bool:
    """Whether a function is constant between jumps, or has jumps at every whole number.

    >>> has_steps(np.floor), has_steps(np.sin)
    (True, False)
    """
    entry: Any = ac.supported(called)
    return entry.status == "constant" or called in STEPS


def candidates(name: str) -> list[Function]:
    """What bears a name, the first place first."""
    parts = name.split(".")
    if parts[0] in PREFIXES or parts[:2] == ["scipy", "special"]:
        parts = parts[1:]
    places: tuple[str, ...] = PLACES
    if parts and parts[0] in SHORT and len(parts) > 1:
        places, parts = (SHORT[parts[0]],), parts[1:]
    found = []
    for place in places if parts else ():
        if not find_spec(place.partition(".")[0]) or parts[0].startswith("_"):
            continue
        one = getattr(import_module(place), parts[0], None)
        if len(parts) == 2:  # a method of a ufunc
            one = getattr(one, parts[1], None) if isinstance(one, np.ufunc) else None
        if callable(one) and not isinstance(one, type) and len(parts) < 3:
            found.append(one)
    return found


def unknown(name: str) -> ac.ArgumentError:
    """The error of a name that no function bears."""
    short = name.rpartition(".")[2]
    near = [one for one in difflib.get_close_matches(short, names(), 9, 0.6) if is_known(one)]
    hint = OTHERS.get(short) or ", ".join(near[:3])
    missing = "" if hint or find_spec("scipy") else "those of scipy.special need SciPy."
    hint = hint or "python -m autograd_core supported, which lists the functions"
    return ac.ArgumentError(f"There is no function {name!r}.", missing, hint)


def is_known(name: str) -> bool:
    """Whether a formula may call a function of this name."""
    try:
        return bool(candidates(name)) and callable(function(name))
    except ac.ArgumentError:
        return False


@cache
def names() -> list[str]:
    """The short names of what is defined in the modules that are searched."""
    places = [import_module(p) for p in PLACES if find_spec(p.partition(".")[0])]
    return sorted({one for place in places for one in dir(place) if one[0].islower()})


def joined(nested: Any) -> Any:
    """Lists as one array; a Variable if there is one among them.

    >>> joined([1.0, 2.0])
    array([1., 2.])
    """
    return ac.array(nested) if has_variable(nested) else np.asarray(nested)


def has_variable(value: Any) -> bool:
    """Whether nested lists hold a Variable."""
    if isinstance(value, list | tuple):
        return any(map(has_variable, value))
    return isinstance(value, ac.Variable)
