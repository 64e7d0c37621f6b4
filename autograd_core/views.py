"""Writes in place, and views that see each other's writes.

A write computes a new array and rebinds the Variable: what a tape kept of the old value is never
touched. A view knows its base and how it was taken; a write through it is carried to the base, and
a view is stale when the array of its root is no longer the one it was taken from.
"""

from typing import Any

import numpy as np

from . import refusals
from .cotangents import Spec
from .forms import Rule
from .modes import enable_grad, no_grad, recording
from .rules.indexing import assigned, getitem
from .tape import Source


class Role:
    """What a Variable is beside a result: here, a result with a name."""

    __slots__ = ("name",)
    base: Any = None

    def __init__(self, name: str | None = None) -> None:
        self.name = name


class Leaf(Role):
    """Made by the user. ``source`` holds its gradient.

    ``exposed``: somebody has read ``.data`` and may write into it; ``kept``: a tape
    keeps the array.
    """

    __slots__ = ("exposed", "kept", "source")

    def __init__(self, source: Source, name: str | None = None) -> None:
        self.source, self.name = source, name
        self.exposed = self.kept = False


class View(Role):
    """Taken from ``base`` by the operation of ``rule`` with ``values``, of which it is ``output``.

    ``root`` is the base of all bases; ``seen`` its array when the view was last derived. Of a
    slice, the commonest view, ``values`` is the index alone.
    """

    __slots__ = ("base", "output", "recorded", "root", "rule", "seen", "values")

    def __init__(self, base: Any, rule: Rule, values: Any, output: int | None = None) -> None:
        self.name, self.base, self.rule, self.values, self.output = None, base, rule, values, output
        role = base.role
        self.root: Any = role.root if type(role) is View else base
        self.seen = self.root._data
        self.recorded = recording()

    def take(self, source: Any) -> Any:
        """This view of another base."""
        if self.rule.op is getitem:
            return source[self.values]
        values = list(self.values)
        values[self.rule.at[0]] = source
        taken = self.rule.apply(values)
        return taken if self.output is None else taken[self.output]

    def place(self, value: Any) -> Any:
        """The base with this view's entries replaced by those of ``value``."""
        base, op = self.base, self.rule.op
        if op is getitem:
            return assigned(base, value, self.values)
        if op in (np.real, np.imag) and base.dtype.kind == "c":
            return value + 1j * np.imag(base) if op is np.real else np.real(base) + 1j * value
        if self.output is None and value.size == base.size:  # its transpose is its inverse
            values = list(self.values)
            values[self.rule.at[0]] = Spec(base._data)
            return self.rule.formulas[0](value, *values)
        positions = self.take(np.arange(base.size).reshape(base.shape))
        flat = assigned(base.reshape(-1), value.reshape(-1), positions.reshape(-1))
        return flat.reshape(base.shape)


def settle(variable: Any) -> None:
    """Derive a stale view, and the stale views it was taken from, again."""
    view = variable.role
    if type(view) is not View or view.root._data is view.seen:
        return
    stale = []
    while type(view := variable.role) is View and view.root._data is not view.seen:
        stale.append(variable)
        variable = view.base
    for variable in reversed(stale):
        view = variable.role
        with enable_grad() if view.recorded else no_grad():
            fresh = view.take(view.base)
        variable._data, variable.node, view.seen = fresh._data, fresh.node, view.root._data


def check_writable(variable: Any, what: str) -> None:
    """Refuse a write that NumPy would refuse, or one into a leaf that requires a gradient.

    Raises:
        MutationError: the root is such a leaf and gradients are on.
        ValueError: the view is read-only, as in NumPy.
    """
    settle(variable)
    role = variable.role
    root = role.root if type(role) is View else variable
    if type(root.role) is Leaf and root.node is not None and recording():
        raise refusals.leaf_write(root.role.name, what, root._data.shape)
    data = variable._data
    frozen = isinstance(data, np.ndarray) and not data.flags.writeable
    if root is not variable and frozen and root._data.flags.writeable:
        raise ValueError("assignment destination is read-only")


def write(variable: Any, new: Any) -> None:
    """Replace the whole content of a Variable, and through it that of its bases.

    Args:
        variable: what is written into; checked by ``check_writable`` before.
        new: a Variable of the same shape and dtype.
    Raises:
        ConversionError: the entries are integers, which would drop the gradient of what is written.
    """
    if new.node is not None and new._data.dtype.kind not in "fc":
        raise refusals.into_integers(new._data.dtype)
    while type(view := variable.role) is View:
        settle(view.base)
        new, variable = view.place(new), view.base
    role = variable.role
    variable._data = new._data
    if type(role) is Leaf:
        role.exposed = role.kept = False
        role.source.value = new._data
        if variable.node is not None and not recording():
            return
        if new.node is not None:
            variable.role = Role(role.name) if role.name else None
    variable.node = new.node


def view_of(
    variable: Any, rule: Rule, values: list[Any], data: Any, output: int | None = None
) -> View | None:
    """The role of a result that shares memory with its operand, or None."""
    own = variable._data
    if type(data) is not np.ndarray or type(own) is not np.ndarray:
        return None
    base = data.base
    if base is not None and type(base) is not np.ndarray:
        base = getattr(base, "base", None)  # what as_strided puts between a window and its array
    if base is None and data is not own:
        return None
    if base is own or data is own or base is own.base or np.may_share_memory(data, own):
        return View(variable, rule, values[1] if rule.op is getitem else values, output)
    return None
