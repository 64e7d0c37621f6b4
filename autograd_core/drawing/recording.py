"""recording: note of each operation what a plain tape forgets: values, lines, times, scopes.

A note holds summaries, no arrays. It is part of a wrapper around the rule of the operation's node,
so it lives as long as the tape, and the sweep passes through it: gradients, contributions and the
release of what was kept are noted, whenever ``backward()`` comes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import perf_counter
from types import FrameType
from typing import Any
from weakref import ref

import numpy as np

from .. import origins  # noqa: F401  (it notes where values leave the tape meanwhile)
from ..cotangents import Deposit, Parts, is_basic
from ..errors import MutationError, NumericError, ShapeError, users_line
from ..fitting import expanded, reduced
from ..scopes import current, flag, here, innermost, name_scope
from ..tape import Node, next_number, parents_of
from ..variable import VARIABLES
from ..views import Leaf, View
from ..watching import Watch
from ..wrappers import Wrapped, layer
from .model import MOST_ELEMENTS, Graph, Summary
from .saved import is_output, kept, options, title

SPREAD = 1000  # up to so many entries a read of some is spread to be summarized
Place = tuple[int, int]  # an operand's position, and its place in a list there, or -1
NUMBERS = (np.ndarray, np.generic, int, float, complex)


class Constant:
    """An untracked operand: what is known of it, and how to tell whether two are the same.

    ``key`` is equal for two uses of one leaf or array; None if it is not known. ``array`` is a weak
    reference to an array, for names given later.
    """

    __slots__ = ("array", "key", "name", "value")

    def __init__(self, operand: Any, key: Any = None, name: str | None = None) -> None:
        self.key, self.name, self.value = key, name, Summary.of(operand)
        if type(operand) in (int, float):  # which takes the dtype of the other operand
            self.value = replace(self.value, dtype="float64")
        self.array: Any = ref(operand) if type(operand) is np.ndarray else None


class Note:
    """What was noted of one operation.

    Args:
        value, grad: summaries of the result, and of the gradient in the last sweep.
        parts: what the rule gave to each operand, by its place among the parents.
        line, frames: where it was recorded; the scopes around it.
        seconds: of the call, and of the rule in the last sweep.
        keeps, saved_bytes, options: what the rule held when it was recorded.
        constants: untracked operands with their positions, (k, place in a list or -1).
        parameters: the numbers of the nodes among the operands that are parameters.
        inplace, view: whether the result was written over, or shares memory with, its operand.
        second: whether a recorded sweep has made it.
        name: given to the result, then or later.
        released: seconds from the start of the recording to the last sweep; None before it.
    """

    __slots__ = (
        "constants", "frames", "grad", "inplace", "keeps", "line", "name", "options", "parameters",
        "parts", "recording", "released", "saved_bytes", "second", "seconds", "value", "view",
    )  # fmt: skip

    def __init__(self, node: Node, recording: "Recording", seconds: float) -> None:
        self.value: Summary | None = None
        self.grad: Summary | None = None
        self.parts: dict[int, Summary] = {}
        self.line, self.frames, self.second = users_line(), here.get(), in_sweep()
        self.options = options(node)
        self.seconds: tuple[float, float | None] = (seconds, None)
        self.keeps, self.saved_bytes = kept(node)
        self.constants: list[tuple[Place, Constant]] = []
        self.parameters: list[int] = []
        self.inplace = self.view = False
        self.name: str | None = None
        self.released: float | None = None
        self.recording = ref(recording)

    @property
    def scope(self) -> str:
        """The path of the innermost scope."""
        return innermost(self.frames)

    def swept(self, node: Node, g: Any, c: Any, seconds: float) -> None:
        """Take note of the gradient that arrived, and of what the rule made of it."""
        if not isinstance(g, list):
            self.grad = Summary.of(np.conjugate(plain(g)))
        parents = parents_of(node)
        several = c if isinstance(c, tuple | list) else (c,)
        for k, (part, parent) in enumerate(zip(several, parents, strict=False)):
            if part is not None and type(part) is not Parts:
                with suppress(ShapeError):  # the sweep itself will raise it
                    self.parts[k] = contribution(plain(part), parent)
        recording = self.recording()
        self.seconds = (self.seconds[0], seconds)
        if recording is not None:
            self.released = perf_counter() - recording.start


class Recorded(Wrapped):
    """The differential of one recorded node: it notes what passes through it."""

    def __init__(self, node: Node, note: Note) -> None:
        super().__init__(node.rule)
        self.note, self.shape, self.dtype = note, node.shape, node.dtype
        self.parents, self.partner = node.parents, node.partner  # read by parents_of

    def quick(self, g: Any, saved: Any) -> Any:
        """The cotangents of the operands, which are noted."""
        start = perf_counter()
        try:
            c = self.inner.quick(g, saved)
        except MutationError as error:
            error.add_note(f"  {self.rule.name} was recorded at {self.note.line}")
            raise
        self.note.swept(self, g, c, perf_counter() - start)  # type: ignore[arg-type]
        return c

    def pull(self, g: Any, saved: Any) -> Any:
        """The same on Variables: what the formula does goes into a scope of its own."""
        start, scope = perf_counter(), f"backward of {title(self.rule)}"
        with resumed(self.note.recording()), name_scope(scope, "", outside=True):
            c = self.inner.pull(g, saved)
        self.note.swept(self, g, c, perf_counter() - start)  # type: ignore[arg-type]
        return c

    def named(self, name: str | None) -> None:
        """Take note of the name that the user gives to the result."""
        self.note.name = name


class Failure:
    """An operation that raised: its name, its operands' nodes and shapes, the message, where.

    ``error`` is held until the block ends: another one may have its ``id`` as soon as it is gone.
    """

    __slots__ = ("constants", "error", "frames", "label", "line", "message", "parents", "shapes")

    def __init__(self, op: Any, operands: tuple[Any, ...], error: Exception, rec: "Recording"):
        self.label, self.message = getattr(op, "__name__", "operation"), brief(error)
        self.error: BaseException | None = error
        self.line, self.frames = users_line(), here.get()
        self.parents: list[tuple[Place, Node]] = []
        self.constants: list[tuple[Place, Constant]] = []
        self.shapes = []
        for place, operand in each(operands, range(len(operands))):
            if type(operand) in VARIABLES and operand.node is not None:
                self.parents.append((place, operand.node))
            elif type(operand) in VARIABLES or isinstance(operand, NUMBERS):
                self.constants.append((place, rec.constant(operand)))
            else:
                continue
            self.shapes.append(str(np.shape(plain(operand))))

    @property
    def scope(self) -> str:
        """The path of the innermost scope."""
        return innermost(self.frames)


class Recording:
    """What ``recording()`` gives: the operations of its block in order, with their notes.

    It holds the tape of what was recorded until it is dropped; the tape holds the notes.
    ``failure`` is the operation that raised what ended the block; ``ended`` is the message where
    no operation did, such as a layer that was given another shape.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.times: dict[str, int] = {}
        self.failure: Failure | None = None
        self.ended = ""
        self.start, self.first = perf_counter(), next_number()
        self.arrays: dict[int, tuple[Any, object]] = {}
        self.outer: Recording | None = None

    def graph(self, **options: Any) -> Graph:
        """The part that was built, also after an exception; options are those of ``ac.graph``."""
        from . import graph

        return graph(self, **options)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the graph of what was recorded."""
        from .display import of_recording

        return of_recording(self, include, exclude)

    def ends(self) -> list[Node]:
        """The recorded operations whose results no other one uses, in order of creation."""
        used = {parent for node in self.nodes for parent in parents_of(node)}
        return sorted({*self.nodes} - used, key=lambda node: node.number)

    def close(self, error: Any) -> None:
        """Hand what was noted to the recording around it; forget a failure that was caught."""
        failure, outer = self.failure, self.outer
        if failure is not None and failure.error is not None:
            climbs = failure.error is error
            self.failure = failure if climbs else None
            if climbs and outer is not None:
                outer.failure = failure
            else:
                failure.error = None  # which holds the frames that it has passed
        if self.failure is None and isinstance(error, Exception):
            self.ended = brief(error)
        if outer is not None:
            outer.nodes.extend(self.nodes)
            self.outer = None

    def entered(self, path: str) -> str:
        """The path of a scope that is opened, numbered if it was before."""
        count = self.times[path] = self.times.get(path, 0) + 1
        return path if count == 1 else f"{path}:{count}"

    # --- as an observer ---------------------------------------------------------------------------
    def made(
        self,
        result: Any,
        op: Any,  # noqa: ARG002 (all observers are told)
        operands: tuple[Any, ...],
        seconds: float,
        written: bool,
    ) -> None:
        """Note a result; inner operations come first, and are not noted again."""
        node = result.node
        if node is None or node.rule is None or node.number <= self.first:
            return
        found = layer(node.rule, Recorded)
        if found is None:
            if is_output(node) and layer(node.parents.rule, Recorded) is None:
                self._note(node.parents, operands, seconds)
            note = self._note(node, () if is_output(node) else operands, seconds)
            note.value, note.name = Summary.of(result._data), result.name
            note.view = type(result.role) is View
        else:
            note = found.note
        if written:
            note.inplace, note.name = True, result.name

    def _note(self, node: Node, operands: tuple[Any, ...], seconds: float) -> Note:
        note, rule = Note(node, self, seconds), node.rule.rule
        count = len(operands)
        listed = count and hasattr(rule, "operands")  # a Function lists none
        for place, operand in each(operands, rule.operands(count) if listed else range(count)):
            if type(operand) not in VARIABLES or operand.node is None:
                if type(operand) in VARIABLES or isinstance(operand, NUMBERS):
                    note.constants.append((place, self.constant(operand)))
            elif hasattr(operand, "initializer"):  # as a Parameter of nn has
                note.parameters.append(operand.node.number)
        node.rule = Recorded(node, note)
        self.nodes.append(node)
        return note

    def failed(self, op: Any, operands: tuple[Any, ...], error: Exception) -> None:
        """Note an operation that raised; of nested ones the innermost."""
        told = self.failure is not None and self.failure.error is error
        if not told and not isinstance(error, NumericError):
            self.failure = Failure(op, operands, error, self)

    def constant(self, operand: Any) -> Constant:
        """What is known of an untracked operand."""
        if type(operand) in VARIABLES:
            leaf = operand.role if type(operand.role) is Leaf else None
            key: Any = None if leaf is None else ("leaf", leaf.source.number)
            return Constant(operand._data, key, operand.name)
        if type(operand) is not np.ndarray:
            return Constant(operand)
        known, key = self.arrays.get(id(operand), (None, None))
        if known is None or known() is not operand:
            key = object()
            self.arrays[id(operand)] = ref(operand), key
        return Constant(operand, key)


class Recorder(Watch):
    """The mode of ``recording()``.

    Args:
        alone: tell nothing to a recording around it.
    """

    def __init__(self, alone: bool = False) -> None:
        super().__init__(flag, None)
        self.alone = alone
        self.recordings: list[Recording] = []

    def _recreate_cm(self) -> "Recorder":
        return Recorder(self.alone)

    def __enter__(self) -> Recording:  # type: ignore[override]
        outer, self.value = current(), Recording()
        self.recordings.append(self.value)
        self.value.outer = None if self.alone else outer
        super().__enter__()
        return self.recordings[-1]

    def __exit__(self, *exception: object) -> None:
        try:
            super().__exit__(*exception)
        finally:
            done = self.recordings.pop()
            self.value = self.recordings[-1] if self.recordings else None
            done.close(exception[1] if len(exception) > 1 else None)


def recording() -> Recorder:
    """Note of each operation of a block its value, gradient, line, time and scope.

    Returns:
        a context manager, also a decorator, for this thread or task; ``as`` gives a Recording,
        whose ``graph()`` draws what was built, also after an exception.

    >>> import numpy as np
    >>> from autograd_core import Variable
    >>> with recording() as rec:
    ...     y = np.sin(Variable(2.0)) * 3.0
    >>> [(box.label, box.value.text()) for box in rec.graph()]
    [('x1', '2'), ('sin', '0.9093'), ('constant', '3'), ('multiply', '2.728')]
    """
    return Recorder()


@contextmanager
def resumed(recording: Recording | None) -> Iterator[None]:
    """Go on recording what a sweep does; for a recording that was dropped, into a new one."""
    if current() is not None:
        yield
        return
    found = recording or Recording()
    with Watch(flag, found):
        try:
            yield
        except BaseException as error:
            found.close(error)
            raise


# --- small parts ----------------------------------------------------------------------------------
def in_sweep() -> bool:
    """Whether a sweep is under way that calls this, if only through a rule of the user's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == "autograd_core.backward":
            return True
        frame = frame.f_back
    return False


def brief(error: Exception) -> str:
    """The class of an error and its first line, if it can say one."""
    try:
        text = str(error).partition("\n")[0]
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def plain(value: Any) -> Any:
    """The array behind a Variable."""
    return value._data if type(value) in VARIABLES else value


def contribution(part: Any, parent: Any) -> Summary:
    """What a rule gives to an operand, summed and cast to the operand's shape and dtype."""
    if type(part) is Deposit and parent.size > SPREAD:
        inside = Summary.of(part.g)
        norm = inside.norm if is_basic(part.index) else None  # of others, entries may add up
        return Summary(parent.shape, parent.dtype.name, None, None, inside.strange, norm)
    part = part.spread(parent.dtype) if type(part) is Deposit else part
    fitted = np.asarray(reduced(part, parent))[()]
    if parent.size > MOST_ELEMENTS:
        return Summary(parent.shape, parent.dtype.name)
    return Summary.of(np.conjugate(expanded(fitted, parent)))


def each(operands: tuple[Any, ...], positions: Any) -> Iterator[tuple[Place, Any]]:
    """The operands at these positions with their places, also those in lists."""
    for k in positions:
        operand: Any = operands[k] if k < len(operands) else None
        if type(operand) in (list, tuple):
            yield from (((k, place), item) for place, item in enumerate(operand))
        else:
            yield (k, -1), operand
