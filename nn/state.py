"""What is trained and saved, by name: of a Module, or of any object that holds parameters."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd_core import StateError, Variable

from .parameter import Buffer, Parameter
from .paths import items_of, walk

__all__ = ["parameters", "state_dict"]

NUMBERS = "biufc"


class Unmatched(NamedTuple):
    """The names that ``load_state_dict(strict=False)`` left out."""

    missing: list[str]
    unknown: list[str]


# --- plain objects --------------------------------------------------------------------------------
def parameters(obj: Any) -> list[Variable]:
    """The Variables that require a gradient anywhere inside an object, each once.

    Args:
        obj: a Module, or any object, list or dict; attributes are searched, whatever their class.

    >>> class Line:
    ...     def __init__(self):
    ...         self.slope, self.offset = Parameter(1.0), Parameter(0.0)
    >>> len(parameters([Line(), Line()]))
    4
    """
    return [value for _, value in _variables(obj) if _is_trained(value)]


def state_dict(obj: Any) -> dict[str, NDArray[Any]]:
    """A copy of each Parameter, tracked Variable and persistent Buffer inside an object, by path.

    Args:
        obj: a Module, or any object, list or dict.

    >>> state_dict({"w": Parameter([1.0, 2.0])})
    {'w': array([1., 2.])}
    """
    return {
        path: value.numpy()
        for path, value in _variables(obj)
        if _is_trained(value) or (isinstance(value, Buffer) and value.persistent)
    }


def _is_trained(value: Variable) -> bool:
    return isinstance(value, Parameter) or (value.requires_grad and value.is_leaf)


def _variables(obj: Any) -> Iterable[tuple[str, Variable]]:
    return [(path, v) for path, v in walk(obj, _inside) if isinstance(v, Variable)]


def _inside(value: Any) -> Iterable[tuple[str, Any]] | None:
    """The attributes of any object that was made by a Python class."""
    from .module import Module

    if isinstance(value, Module):
        return list(value._members())
    found = items_of(value)
    if found is not None or isinstance(value, Variable | type) or not hasattr(value, "__dict__"):
        return found
    if callable(value) and hasattr(value, "__code__"):
        return None
    return list(vars(value).items())


# --- loading --------------------------------------------------------------------------------------
def check(own: Mapping[str, Any], given: Mapping[str, Any], strict: bool = True) -> Unmatched:
    """Compare what a module has with what a state offers, by names, shapes and kinds of numbers.

    Args:
        own: path → what has ``.shape`` and ``.dtype``, of the module.
        given: the same of the state; nothing is read from it but these two.
        strict: whether missing and unknown names are errors.
    Returns:
        the names that are missing and unknown.
    Raises:
        StateError: one report of all that does not fit.
    """
    missing = [name for name in own if name not in given]
    unknown = [name for name in given if name not in own]
    common = [name for name in own if name in given]
    shapes = [name for name in common if not _fits(given[name].shape, own[name].shape)]
    kinds = [name for name in common if not _keeps(given[name].dtype, own[name].dtype)]
    if shapes or kinds or (strict and (missing or unknown)):
        raise StateError(
            _report(own, given, missing * strict, unknown * strict, shapes, kinds),
            hint="rename the key; nn.load_torch for weights saved by PyTorch"
            if shapes or missing
            else "load_state_dict(state, strict=False) leaves out what is unknown"
            if unknown
            else "state[name].astype(float), or state[name].real",
        )
    return Unmatched(missing, unknown)


def _fits(given: tuple[int, ...], own: tuple[int, ...]) -> bool:
    """Whether the shapes are one; a row (1, n), as some keep their biases, is a vector (n,)."""
    return given == own or (len(own) == 1 and given == (1, *own))


def _keeps(given: np.dtype[Any], own: np.dtype[Any]) -> bool:
    """Whether numbers stay what they are but for their precision; integers are no weights."""
    if given.kind not in NUMBERS or (given.kind in "biu" and own.kind in "fc"):
        return False
    return np.can_cast(given, own, "same_kind")


def _report(
    own: Mapping[str, Any],
    given: Mapping[str, Any],
    missing: list[str],
    unknown: list[str],
    shapes: list[str],
    kinds: list[str],
) -> str:
    """The first lines of error 15."""

    def offered(name: str) -> str:
        close = difflib.get_close_matches(name, missing, 1)
        return f"{name} {given[name].shape}" + (f", did you mean {close[0]}?" if close else "")

    def misshaped(name: str) -> str:
        here, there = own[name].shape, given[name].shape
        turned = ", its transpose" if there == here[::-1] else ""
        return f"{name} is {here}, the file has {there}{turned}"

    def misfit(name: str) -> str:
        return f"{name} is {own[name].dtype}, the file has {given[name].dtype}"

    counts = [
        _counted(missing, "name is missing", "names are missing"),
        _counted(unknown, "is unknown", "are unknown"),
        _counted(shapes, "has another shape", "have another shape"),
        _counted(kinds, "has another kind of numbers", "have another kind of numbers"),
    ]
    names = [
        _listed("missing: ", missing, lambda name: f"{name} {own[name].shape}"),
        _listed("unknown: ", unknown, offered),
    ]
    lines = [
        "load_state_dict: " + ", ".join(filter(None, counts)) + ".",
        "     ".join(filter(None, names)),
        _listed("shape:   ", shapes, misshaped),
        _listed("kind:    ", kinds, misfit),
    ]
    return "\n  ".join(filter(None, lines))


def _counted(names: list[str], one: str, many: str) -> str:
    return f"{len(names)} {one if len(names) == 1 else many}" if names else ""


def _listed(head: str, names: list[str], text: Callable[[str], str]) -> str:
    more = f"; and {len(names) - 10} more" if len(names) > 10 else ""
    return head + "; ".join(map(text, names[:10])) + more if names else ""


def load(own: Mapping[str, Variable], state: Mapping[str, Any], strict: bool = True) -> Unmatched:
    """Give Variables the values of a state, all of them or, after an error, none.

    Args:
        own: path → Variable.
        state: path → array; it is copied.
        strict: whether missing and unknown names are errors.
    Raises:
        StateError: names, shapes or kinds of numbers differ.
    """
    arrays = {name: np.asarray(_plain(value)) for name, value in state.items()}
    unmatched = check(own, arrays, strict)
    ready = [
        (v, np.array(arrays[name], v.dtype).reshape(v.shape))
        for name, v in own.items()
        if name in arrays
    ]
    for variable, array in ready:
        variable.data = array
    return unmatched


def _plain(value: Any) -> Any:
    return value.numpy() if isinstance(value, Variable) else value
