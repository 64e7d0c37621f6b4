"""What a node of the tape tells of itself: its rule, its options, and what it keeps."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ..binding import name_of
from ..cotangents import is_basic
from ..differentials import Diagonal, Mixed, Pick
from ..leases import Lease, owner
from ..rules.elementwise import raised
from ..rules.indexing import assigned, getitem
from ..tape import Node, parents_of
from ..wrappers import Leased, Wrapped

SIMPLE = (int, float, str, bool, tuple, slice, type(None), type(...))  # options worth showing
LABELS = {getitem: "getitem", assigned: "setitem", raised: "power"}
VIEWS = {np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.squeeze, np.matrix_transpose}
OUTPUTS: dict[Any, tuple[str, ...]] = {  # NumPy's own names of several results
    np.linalg.svd: ("U", "S", "Vh"), np.linalg.qr: ("Q", "R"),
    np.linalg.eig: ("eigenvalues", "eigenvectors"),
    np.linalg.eigh: ("eigenvalues", "eigenvectors"),
    np.linalg.slogdet: ("sign", "logabsdet"),
}  # fmt: skip


def differential(node: Node) -> Any:
    """A node's differential without what is wrapped around it."""
    rule = node.rule
    while isinstance(rule, Wrapped):
        rule = rule.inner
    return rule


def pulling(node: Node) -> Any:
    """A node's differential without the hooks and observers around it; leases stay."""
    rule = node.rule
    while isinstance(rule, Wrapped) and type(rule) is not Leased:
        rule = rule.inner
    return rule


def is_output(node: Node) -> bool:
    """Whether the node is one output of an operation with several."""
    return type(differential(node)) is Pick


def output_of(node: Node) -> int:
    """Which output it is."""
    return int(differential(node).tracked[0])


def label(node: Node) -> str:
    """NumPy's name of the operation."""
    return title(node.rule.rule)


def title(rule: Any) -> str:
    """What an operation is called, given its rule."""
    return LABELS.get(rule.op) or str(rule.name).lstrip("_")


def output_names(node: Node) -> list[str]:
    """The names of an operation's several outputs: NumPy's own, or numbers."""
    names = OUTPUTS.get(node.rule.rule.op, ())
    return [names[k] if k < len(names) else str(k) for k in range(len(node.dtype))]


# --- options --------------------------------------------------------------------------------------
def options(node: Node) -> dict[str, str]:
    """Arguments that are no operands and not their default."""
    rule = node.rule.rule
    binding = getattr(rule, "binding", None)
    if binding is None or node.saved is None:
        return {}
    values = node.kept[1:] if rule.form == "pullback" else node.kept
    return {
        parameter.name.lstrip("_"): _option(value)
        for k, (parameter, value) in enumerate(zip(binding.before, values, strict=False))
        if k not in rule.at and isinstance(value, SIMPLE) and value is not parameter.default
    }


def _option(value: Any) -> str:
    """An option in a few characters; slices as they are written."""
    if isinstance(value, slice):
        parts = (value.start, value.stop, value.step)
        written = ["" if part is None else str(part) for part in parts]
        return ":".join(written if value.step is not None else written[:2])
    if isinstance(value, tuple):
        text = ", ".join(map(_option, value))
        text = f"({text},)" if len(value) == 1 else f"({text})"
    else:
        text = "..." if value is ... else repr(value) if isinstance(value, SIMPLE) else "array"
    return text if len(text) <= 40 else text[:37] + "..."


# --- what is kept ---------------------------------------------------------------------------------
def kept(node: Node) -> tuple[tuple[str, ...], int]:
    """The arrays that a node keeps for its derivative, by name, and their bytes.

    Each buffer counts once; of a view that is said. Both are empty once a sweep has released them.
    """
    buffers: dict[int, int] = {}
    names = []
    for name, value in _arrays(node):
        held = owner(value)
        names.append(name if held is value else f"{name} (view)")
        buffers[id(held)] = max(buffers.get(id(held), 0), value.nbytes)
    return tuple(names), sum(buffers.values())


def _arrays(node: Node) -> Iterator[tuple[str, Any]]:
    """The arrays and NumPy scalars among what is saved, with their names."""
    rule = differential(node)
    if node.saved is None or type(rule) is Pick:
        return
    values = node.kept
    if isinstance(rule, Diagonal | Mixed):
        same = rule if isinstance(rule, Diagonal) else rule.rule.differential(rule.tracked)
        values = (values,) if len(same.kept) == 1 else values
        names: Iterable[str] = same.kept
    else:
        names = _parameters(rule)
    for name, value in zip(names, values, strict=False):
        listed = type(value) in (list, tuple)
        for k, item in enumerate(value if listed else (value,)):
            found = item.array if type(item) is Lease else item
            if isinstance(found, np.ndarray | np.generic):
                yield f"{name}[{k}]" if listed else name, found


def _parameters(rule: Any) -> list[str]:
    """The names of what a rule keeps, in order; the output of a pullback comes first."""
    if rule.rule.form == "function":
        return ["call", *(f"x{k + 1}" for k in range(100))]
    binding = rule.rule.binding
    names = [slot.name.lstrip("_") for slot in binding.before]
    names += [f"x{k + 1}" for k in range(100)] if binding.rest else []
    return ["out", *names] if rule.rule.form == "pullback" else names


# --- operands -------------------------------------------------------------------------------------
def operand_places(node: Node) -> list[tuple[int, int]]:
    """The place of each tracked operand: its position, and its place in a list there, or -1."""
    parents = parents_of(node)
    tracked = [*(getattr(differential(node), "tracked", None) or range(len(parents)))]
    tracked += range(len(tracked), len(parents))
    return [k if isinstance(k, tuple) else (k, -1) for k in tracked[: len(parents)]]


def operand_names(rule: Any) -> dict[int, str]:
    """The names that NumPy gives to operands by position; none of a ufunc's."""
    binding = getattr(rule, "binding", None)
    if binding is None or isinstance(rule.op, np.ufunc):
        return {}
    return {k: slot.name.lstrip("_") for k, slot in enumerate(binding.before)}


def is_view(node: Node) -> bool:
    """Whether a result always shares its operand's memory, as far as the operation tells."""
    op = node.rule.rule.op
    basic = op is getitem and node.saved is not None and is_basic(node.also)
    return bool(node.shape) and (basic or op in VIEWS)


def writes(node: Node) -> bool:
    """Whether the operation is a write into its first operand."""
    return node.rule.rule.op is assigned


def described(node: Node) -> str:
    """An operation in a message: the name a user calls it by, and the shape of its result."""
    op = node.rule.rule.op
    return name_of(op) if callable(op) else label(node)
