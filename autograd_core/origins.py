"""Where values left the tape, noted while ``debug()`` or ``recording()`` is open.

A value without history is remembered by the array or number that holds it, together with the leaves
that were behind it; no graph is kept alive for that. ``why_no_grad`` reads these notes.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import RLock
from typing import Any
from weakref import ref

import numpy as np

from .binding import name_of
from .errors import users_line
from .forms import RULES
from .leases import owner
from .modes import recording
from .tape import Node, parents_of
from .variable import VARIABLES
from .watching import EXITS, readers

__all__ = [
    "Lost",
    "Origin",
    "behind",
    "exits_of",
    "lost_by",
    "made_from",
    "origin_of",
    "was_watched",
]

MOST = 4096  # notes of a kind; of more the oldest is forgotten
OURS = {"autograd_core", "nn"}
STOPS = "autograd_core.transforms.gradients"  # the module of stop_gradient
CALLS = {"data": ".data", "__array__": "np.asarray()", "__float__": "float()", "cast": ".astype()"}


@dataclass(frozen=True)
class Origin:
    """How a value lost its history.

    Attributes:
        reason: "detached", "converted", "no_grad", "zero" or "integer".
        what: the call, as one writes it.
        place: the line.
        behind: the numbers of the leaves that it was computed from.
        newest: the number of the last operation before.
    """

    reason: str
    what: str
    place: str
    behind: frozenset[int]
    newest: int

    def leads_from(self, leaves: frozenset[int], number: int) -> bool:
        """Whether the value can have come from an operation of this number on these leaves."""
        return leaves <= self.behind and number <= self.newest


@dataclass(frozen=True)
class Lost:
    """An operand that an operation took without its history: its place, and how it lost it."""

    position: int
    origin: Origin
    held: Any

    def value(self) -> Any:
        """The array or number; None if it is gone."""
        return self.held() if isinstance(self.held, ref) else self.held


_lock = RLock()  # an array may be freed, and its note with it, while another is written
_origins: dict[tuple[int, bool], tuple[Any, Origin]] = {}  # by what holds the value, and whether
_numbers: deque[tuple[int, bool]] = deque()  # it is a Variable; numbers have no weak references
_behind: dict[int, frozenset[int]] = {}  # by node
_lost: dict[int, list[Lost]] = {}  # by node
_made: dict[int, Origin] = {}  # by the Source of a new leaf
_watched: dict[int, None] = {}  # the nodes that were made while somebody watched
_exits: deque[Origin] = deque(maxlen=MOST)


# --- reading the notes ----------------------------------------------------------------------------
def origin_of(value: Any) -> Origin | None:
    """How a value without history lost it; None if nobody has watched, or there was none."""
    if type(value) in VARIABLES:
        if value.node is not None:
            return None
        return _noted(value._data, True) or origin_of(value._data)
    return _noted(owner(value), False)


def lost_by(node: Node) -> list[Lost]:
    """The operands that an operation took without their history."""
    return _lost.get(node.number, [])


def made_from(node: Node) -> Origin | None:
    """Of a leaf: how the value that it was made from lost its history."""
    return _made.get(node.number)


def was_watched(node: Node) -> bool:
    """Whether the operation of a node was recorded while somebody watched."""
    return node.number in _watched


def exits_of(leaves: frozenset[int], newest: int) -> list[Origin]:
    """Where the user took something off the tape that was computed from all these leaves.

    Args:
        leaves: their numbers.
        newest: only what left after the operation of this number.
    Returns:
        the last one first; each line once.
    """
    with _lock:
        found = [origin for origin in _exits if origin.leads_from(leaves, newest)]
    return list({origin.place: origin for origin in found[::-1]}.values())


def behind(node: Node) -> frozenset[int]:
    """The numbers of the leaves behind a node, also of those whose history was lost on the way.

    What is known of older nodes is not walked again.
    """
    found: set[int] = set()
    seen, pending = {node}, [node]
    while pending:
        here = pending.pop()
        known = _behind.get(here.number)
        if known is not None:
            found |= known
            continue
        if here.rule is None:
            found.add(here.number)
            origin = made_from(here)
            found |= origin.behind if origin else set()
            continue
        for lost in lost_by(here):
            found |= lost.origin.behind
        for parent in parents_of(here):
            if parent not in seen:
                seen.add(parent)
                pending.append(parent)
    with _lock:
        _bounded(_behind)[node.number] = leaves = frozenset(found)
    return leaves


# --- writing them ---------------------------------------------------------------------------------
def note(out: Any, how: Any, operands: tuple[Any, ...]) -> None:
    """Note what came out of a door: a reader of watching.py."""
    if how == "backward":
        return
    if how == "__init__":
        _note_leaf(out, operands)
    elif type(out) in VARIABLES and out.node is not None:
        _note_operands(out.node, operands)
    elif how in EXITS or _can_hold(out._data if type(out) in VARIABLES else out):
        _note_exit(out, how, operands)


def _note_leaf(leaf: Any, data: tuple[Any, ...]) -> None:
    """A new Variable was made: of what had lost its history?"""
    known = [origin for value in _values(data) if (origin := origin_of(value)) is not None]
    if known and leaf.node is not None:
        with _lock:
            _bounded(_made)[leaf.node.number] = known[0]
    elif known:
        _remember(leaf, known[0], quietly=False)


def _note_operands(node: Node, operands: tuple[Any, ...]) -> None:
    """An operation was recorded: which operands have lost their history?"""
    with _lock:
        _bounded(_watched)[node.number] = None
    if node.number in _lost:
        return  # an inner door has told
    found = [
        Lost(position, origin, _reference(value))
        for position, values in enumerate(operands)
        for value in _values(values)
        if (origin := origin_of(value)) is not None
    ]
    if found:
        with _lock:
            _bounded(_lost)[node.number] = found


def _note_exit(out: Any, how: Any, operands: tuple[Any, ...]) -> None:
    """A constant came of tracked operands, or of others that had lost their history."""
    values = list(_values(operands))
    nodes = [v.node for v in values if type(v) in VARIABLES and v.node is not None]
    known = [origin for value in values if (origin := origin_of(value)) is not None]
    if not nodes and not known:
        return
    leaves = frozenset().union(*map(behind, nodes), *(origin.behind for origin in known))
    newest = max([*(n.number for n in nodes), *(origin.newest for origin in known)])
    module = _caller()
    quietly = module.partition(".")[0] in OURS  # such as an optimizer's line
    reason, what = _reason(out, how) if nodes else (known[0].reason, known[0].what)
    if how == "detach" and module == STOPS:
        what = "ac.stop_gradient()"
    place = users_line() if nodes else known[0].place
    origin = Origin(reason, what, place, leaves, newest)
    if nodes and not quietly and reason != "zero":
        with _lock:
            _exits.append(origin)
    _remember(out, origin, quietly)


def _reason(out: Any, how: Any) -> tuple[str, str]:
    """Why a result of tracked operands is a constant, and the call that made it one."""
    if how in EXITS:
        what = CALLS.get(how, f".{how}()")
        return ("detached" if how == "detach" else "converted"), what
    name = "an operation" if how is None else name_of(how)
    name = CALLS.get(name, name)
    if getattr(RULES.get(how), "form", "") == "constant":
        return "zero", name
    if not recording():
        return "no_grad", name
    kind = getattr(out, "dtype", np.dtype(float)).kind
    return ("integer" if kind not in "fc" else "zero"), name


def _caller() -> str:
    """The module of the line that passed the door."""
    return str(sys._getframe(4).f_globals.get("__name__", ""))


def _remember(out: Any, origin: Origin, quietly: bool) -> None:
    """Attach an origin to what holds a value; ``quietly`` does not replace another."""
    is_variable = type(out) in VARIABLES
    holder = out._data if is_variable else owner(out)
    if not _can_hold(holder) or (quietly and _noted(holder, is_variable) is not None):
        return
    key = id(holder), is_variable
    with _lock:
        if isinstance(holder, np.ndarray):
            _origins[key] = ref(holder, lambda _: _forget(key)), origin
            return
        if key not in _origins:
            _numbers.append(key)
        _origins[key] = holder, origin
        if len(_numbers) > MOST:
            _origins.pop(_numbers.popleft(), None)


def _can_hold(value: Any) -> bool:
    """Whether a value is told by its identity: arrays and numbers, but True, False and integers."""
    if isinstance(value, np.bool_):
        return False
    return isinstance(value, np.ndarray | np.generic | float | complex)


def _forget(key: tuple[int, bool]) -> None:
    with _lock:
        found = _origins.get(key)
        if found is not None and isinstance(found[0], ref) and found[0]() is None:
            del _origins[key]


def _noted(holder: Any, is_variable: bool) -> Origin | None:
    found = _origins.get((id(holder), is_variable))
    if found is None:
        return None
    held, origin = found
    return origin if (held() if isinstance(held, ref) else held) is holder else None


def _reference(value: Any) -> Any:
    value = value._data if type(value) in VARIABLES else value
    return ref(value) if isinstance(value, np.ndarray) else value


def _values(operand: Any) -> Iterator[Any]:
    """The Variables, arrays and numbers in an argument, those in lists included."""
    pending = [operand]
    while pending:
        value = pending.pop()
        if isinstance(value, list | tuple):
            pending.extend(reversed(value))
        elif type(value) in VARIABLES or _can_hold(value):
            yield value


def _bounded(notes: dict[int, Any]) -> dict[int, Any]:
    """The notes, with room for one more."""
    while len(notes) >= MOST:
        del notes[next(iter(notes))]
    return notes


readers.append(note)
