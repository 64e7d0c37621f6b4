"""What is known of each node: names, values, gradients, contributions, without computing again.

Three sources: what a recording has noted, what the tape holds, and a sweep of the drawing's own,
which writes nothing and calls no hook.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np

from ..cotangents import Deposit, Parts
from ..errors import AutogradError
from ..fitting import expanded, reduced
from ..modes import zeros_are_strong
from ..tape import ALONE, Node, parents_of
from ..variable import Variable
from ..views import Leaf, settle
from ..wrappers import Hooked, layer
from .model import MOST_ELEMENTS, Summary
from .recording import Note, Recorded, contribution
from .saved import described, pulling


def note_of(node: Node) -> Note | None:
    """What a recording has noted of a node, if one was open."""
    found = layer(node.rule, Recorded)
    return None if found is None else found.note


class Facts:
    """What is known of nodes, each by the node; ``parts`` by (node, place among its parents).

    ``released`` are nodes that a sweep has released; ``complete`` says that the drawing's own sweep
    has come to its end, so that a gradient which is not there is none; ``notes`` are lines for the
    reader.
    """

    def __init__(self, order: Iterable[Node]) -> None:
        self.names: dict[Node, str] = {}
        self.values: dict[Any, Summary] = {}  # of one output of several by (node, output)
        self.grads: dict[Node, Summary] = {}
        self.parts: dict[tuple[Node, int], Summary] = {}
        self.seconds: dict[Node, float] = {}
        self.recorded: dict[Node, Note] = {}
        self.parameters: set[Node] = set()
        self.released: set[Node] = set()
        self.complete = False
        self.notes: list[str] = []
        numbers: set[int] = set()
        leaves = []
        for node in order:
            if node.rule is None:
                leaves.append(node)
                self._leaf(node)
                continue
            note = note_of(node)
            if note is not None:
                self._noted(node, note)
                numbers.update(note.parameters)
            if node.saved is None:
                self.released.add(node)
            else:
                self._read(node)
        self.parameters = {leaf for leaf in leaves if leaf.number in numbers}

    def _leaf(self, node: Any) -> None:
        """What a Source tells of its leaf."""
        if getattr(node, "name", None):
            self.names[node] = str(node.name)
        if getattr(node, "value", None) is not None:
            self.values[node] = Summary.of(node.value)
        if node.grad is not None:
            grad = node.grad._data if isinstance(node.grad, Variable) else node.grad
            grad = grad.spread(node.dtype) if type(grad) is Deposit else grad
            self.grads[node] = Summary.of(grad)

    def _noted(self, node: Node, note: Note) -> None:
        self.recorded[node] = note
        if note.name:
            self.names[node] = str(note.name)
        if note.value is not None:
            self.values[node] = note.value
        if note.grad is not None:
            self.grads[node] = note.grad
        self.parts.update({(node, k): part for k, part in note.parts.items()})

    def _read(self, node: Node) -> None:
        """The values that a rule keeps of its operands and of its result."""
        rule = pulling(node)
        if node.rule.rule.form == "function":
            for value, parent in zip(node.kept[1:], parents_of(node), strict=False):
                self._saved(value, parent)
            return
        try:
            rule.lifted(node, self._saved)
        except AutogradError as error:  # a leased array is not what it was
            self._tell(f"{described(node)}: {error.what}")

    def _saved(self, value: Any, origin: Node, output: int | None = None) -> Any:
        """A value that some rule keeps of ``origin``; in the place of a ``lift``."""
        key: Any = origin if output is None else (origin, output)
        if key not in self.values:
            self.values[key] = Summary.of(getattr(value, "array", value))
        return value

    def _tell(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)

    def know(self, variable: Variable, name: str | None) -> None:
        """A Variable that is at hand brings its value, and its own name or the given one."""
        settle(variable)
        node = variable.node
        large = variable.size > MOST_ELEMENTS
        self.values[node] = Summary.of(variable._data if large else variable.numpy())
        if variable.name or name:
            self.names[node] = variable.name or str(name)
        if hasattr(variable, "initializer"):
            self.parameters.add(node)

    def know_model(self, model: Any) -> None:
        """The parameters of a model are named by their paths."""
        for path, parameter in model.named_parameters():
            if type(parameter.role) is Leaf:
                self.names[parameter.role.source] = path
                self.parameters.add(parameter.role.source)

    # --- the drawing's own sweep ------------------------------------------------------------------
    def sweep(self, seeds: Mapping[Node, Any], order: Sequence[Node]) -> None:
        """The gradients of all nodes, as far as what the rules need is there."""
        grads: dict[Node, Summary] = {}
        parts: dict[tuple[Node, int], Summary] = {}
        pending, ours = dict(seeds), set[Node]()
        complete = True
        with np.errstate(all="ignore"):
            for node in reversed(order):
                g = pending.pop(node, None)
                if g is None:
                    continue
                if node.shape is None:
                    g = g.listed(node.dtype, node.rule.rule.form == "linear")
                else:
                    g = expanded(g, node)
                    grads[node] = Summary.of(np.conjugate(g))
                if node.rule is None:
                    continue
                if node.saved is None:
                    complete = False
                    continue
                if layer(node.rule, Hooked) is not None:
                    self._tell("Hooks are not called by a drawing; gradients are without them.")
                for k, parent, part in self._pulled(node, g):
                    if type(part) is not Parts:
                        parts[node, k] = contribution(part, parent)
                    _add(pending, ours, parent, part)
        if complete:
            self.grads, self.parts, self.complete = grads, parts, True
        else:
            self.grads, self.parts = grads | self.grads, parts | self.parts

    def _pulled(self, node: Node, g: Any) -> list[tuple[int, Node, Any]]:
        """What an operation's rule gives to its operands, fitted to each, with its place."""
        rule, parents = pulling(node), parents_of(node)
        start = perf_counter()
        try:
            alone = node.also is ALONE
            c = rule.quick(g, node.saved) if alone else rule.pair(g, node.saved, node.also)
            if rule.elementwise and zeros_are_strong():
                several = c if isinstance(c, tuple) else (c,)
                c = tuple([p if p is None else np.where(g == 0, 0, p) for p in several])
                c = c if len(parents) > 1 else c[0]
            several = c if len(parents) > 1 else (c,)
            fitted = [
                (k, p, c if type(c) in KINDS else reduced(c, p, node))
                for k, (p, c) in enumerate(zip(parents, several, strict=True))
                if c is not None
            ]
        except Exception as error:  # of the user's own rules too: a drawing goes on without it
            self._tell(f"No gradient behind {described(node)}: {str(error).partition(chr(10))[0]}")
            return []
        self.seconds[node] = perf_counter() - start
        return fitted

    def reached(self, node: Node) -> bool:
        """Whether a gradient comes here, as far as that is known."""
        if node in self.grads or node.shape is None:
            return True
        passed_by = bool(self.released) and node.rule is not None and node not in self.released
        return not (self.complete or passed_by)


KINDS = (Parts, Deposit)  # of cotangents that are added in their own way


def _add(pending: dict[Node, Any], ours: set[Node], parent: Node, part: Any) -> None:
    """Add a contribution to what is pending; entries of arrays and outputs in place."""
    before = pending.get(parent)
    if type(part) is Parts:
        sums = pending.setdefault(parent, Parts())
        for k, value in part.items():
            sums[k] = sums[k] + value if k in sums else value
    elif type(part) is Deposit:
        if parent not in ours:
            zeros = np.zeros(parent.shape, parent.dtype)
            pending[parent] = zeros if before is None else zeros + before
            ours.add(parent)
        part.into(pending[parent])
    elif before is None:
        pending[parent] = part
    else:
        pending[parent] = total = before + part
        whole = type(total) is np.ndarray and total.shape == parent.shape
        (ours.add if whole else ours.discard)(parent)
