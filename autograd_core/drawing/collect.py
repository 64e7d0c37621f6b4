"""From nodes to a Graph: boxes in order of creation, an arrow for each operand.

Drawing changes nothing: no gradient is written, nothing is released. Each node and each edge is
visited a fixed number of times, without recursion.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, ShapeError
from ..tape import Node
from ..variable import Variable
from .arranging import Arrangement, key_of
from .formulas import formulas
from .model import Box, Edge, Graph, Output, Scope, Summary, dtype_name
from .recording import Constant, Failure
from .saved import (
    is_view,
    kept,
    label,
    operand_names,
    options,
    writes,
)

SWEPT = 10_000  # up to so many operations a drawing sweeps for the gradients of all
MISSING = "· is not known: build the graph inside ac.recording()."
UNSWEPT = "Gradients are not known: grad=True sweeps for them."
RELEASED = "· is not known, backward() has released it: build the graph inside ac.recording()."


class Collector(Arrangement):
    """What a Graph is made of: the nodes behind some ends, and the facts about them.

    Args:
        roots: the Variables to start from; of a recording there are none.
        ends: the nodes to start from.
        failure: the operation that raised, if one did.
        timed: whether times are shown, which are never the same twice.
    """

    def __init__(
        self,
        roots: Sequence[Variable],
        ends: Sequence[Node],
        failure: Failure | None = None,
        timed: bool = True,
    ) -> None:
        super().__init__(ends, failure)
        self.roots, self.timed, self.asked = roots, timed, False
        for root in roots:
            if root.node is not None:
                self.facts.know(root, None)
        self.arrays: dict[int, tuple[str, Any]] = {}  # given with a name, by id
        self.versions: dict[Node, int] = {}

    def know(self, names: Mapping[str, Any], model: Any) -> None:
        """Take names and values from what is at hand.

        Raises:
            ArgumentError: the names are no dictionary, or the model has no parameters.
        """
        if not isinstance(names, Mapping):
            raise ArgumentError(
                f"names= is a dictionary of Variables; it got {type(names).__name__}.",
                hint='names=locals(), or names={"h": h}',
            )
        for name, value in names.items():
            if isinstance(value, Variable) and value.node is not None:
                self.facts.know(value, name)
            elif isinstance(value, np.ndarray):
                self.arrays[id(value)] = name, value
        if model is None:
            return
        if not hasattr(model, "named_parameters"):
            raise ArgumentError(
                f"model= is a Module; it got {type(model).__name__}.",
                hint="model=net, a Module",
            )
        self.facts.know_model(model)

    # --- the sweep --------------------------------------------------------------------------------
    def sweep(self, grad: bool | str, seed: Any, wanted: bool) -> None:
        """Sweep for all gradients if asked to, or if it is cheap and the seed is plain.

        Args:
            grad: True, False, or "auto".
            seed: cotangents of the roots, one or a list; ones by default.
            wanted: whether "auto" sweeps also from arrays.
        Raises:
            ShapeError: a seed does not have the shape of its root.
        """
        real = all(end.shape is not None and end.dtype.kind == "f" for end in self.ends)
        scalar = real and all(end.shape == () for end in self.ends)
        self.asked = grad is not False
        few = len(self.order) <= SWEPT and len(self.ends) <= max(1, len(self.roots))
        plain = seed is not None or (few and (scalar or (wanted and real)))
        if grad is True or (grad == "auto" and plain):
            self.facts.sweep(self._seeds(seed), self.order)
            if seed is None and not scalar:
                self.facts.notes.append("Gradients are those of the sum of all entries.")

    def _seeds(self, seed: Any) -> dict[Node, Any]:
        """The cotangent of each end: ones, or what is given for each root."""
        if not self.roots or seed is None:
            return {end: np.ones(end.shape, end.dtype)[()] for end in self.ends}
        given = seed if isinstance(seed, list | tuple) else [seed]
        if len(given) != len(self.roots):
            raise ShapeError(
                f"graph() got {len(given)} seeds for {len(self.roots)} roots.",
                hint="seed=[one array for each root]",
            )
        seeds: dict[Node, Any] = {}
        for root, value in zip(self.roots, given, strict=True):
            if root.node is not None:
                cotangent = root._seed(value)
                before = seeds.get(root.node)
                seeds[root.node] = cotangent if before is None else before + cotangent
        return seeds

    # --- boxes ------------------------------------------------------------------------------------
    def boxes(self) -> list[Box]:
        """A box for each operation and leaf."""
        items = list(self.arrange())
        taken = set(self.facts.names.values())
        unnamed = (f"x{k}" for k in range(1, len(items) + 1) if f"x{k}" not in taken)
        boxes = []
        for item in items:
            if isinstance(item, Constant):
                boxes.append(self._constant(item))
            elif isinstance(item, Failure):
                boxes.append(self._failed(item))
            elif item.rule is None:
                boxes.append(self._leaf(item, unnamed))
            else:
                boxes.append(self._operation(item))
        return boxes

    def _constant(self, constant: Constant) -> Box:
        key, value = key_of(constant), constant.value
        array = constant.array() if constant.array is not None else None
        given = self.arrays.get(id(array))  # which holds the array, so that the id is its own
        name = constant.name or (given[0] if given is not None and array is not None else None)
        scope = self._scope(self.users[key])
        shown = name or "constant"
        return Box(
            self.ids[key], "constant", shown, value.shape, value.dtype, name, value, scope=scope
        )

    def _failed(self, failure: Failure) -> Box:
        """The operation that raised, with its operands' shapes and the message."""
        return Box(
            self.ids[failure],
            "operation",
            failure.label,
            (),
            "",
            options={"shapes": ", ".join(failure.shapes)},
            scope=failure.scope,
            line=failure.line,
            marks=("failed",),
            message=failure.message,
        )

    def _leaf(self, node: Node, unnamed: Iterator[str]) -> Box:
        facts = self.facts
        parameter = node in facts.parameters
        name = facts.names.get(node) or next(unnamed)
        return Box(
            self.ids[node],
            "parameter" if parameter else "input",
            name,
            node.shape,
            dtype_name(node.dtype),
            name,
            facts.values.get(node),
            facts.grads.get(node),
            reached=facts.reached(node),
            scope=self._scope(self.users[node]) if parameter else "",
        )

    def _operation(self, node: Node) -> Box:
        facts, note = self.facts, self.facts.recorded.get(node)
        released = node in facts.released
        keeps, saved = ((), None) if released else kept(node)
        box = Box(
            self.ids[node],
            "operation",
            label(node),
            node.shape or (),
            "" if node.shape is None else dtype_name(node.dtype),
            self._name(node),
            facts.values.get(node),
            facts.grads.get(node),
            reached=facts.reached(node),
            options=options(node),
            outputs=self._outputs(node),
            keeps=keeps,
            saved_bytes=saved,
            released=released,
        )
        if note is not None:
            box.scope, box.line = note.scope, note.line
            if self.timed:
                box.released_at = note.released if released else None
                box.seconds = note.seconds[0], note.seconds[1] or facts.seconds.get(node, 0.0)
            box.options = box.options or note.options
            if released:
                box.keeps = note.keeps
            if note.second:
                box.marks = ("second",)
        return box

    def _name(self, node: Node) -> str | None:
        """The name of a result; of one that was written over its operand, with the version."""
        note = self.facts.recorded.get(node)
        if not (writes(node) or (note is not None and note.inplace)):
            return self.facts.names.get(node)
        first = next((o for place, o, _ in self.operands(node) if place == (0, -1)), None)
        before = first if isinstance(first, Node) else None
        self.versions[node] = self.versions.get(before, 1) + 1 if before is not None else 2
        names = self.facts.names
        name = names.get(node) or (names.get(before) if before is not None else None)
        if name:
            names[node] = name
        return f"{name} (v{self.versions[node]})" if name else None

    def _outputs(self, node: Node) -> tuple[Output, ...]:
        """The results of an operation that has several."""
        if node.shape is not None:
            return ()
        facts, found = self.facts, self.outputs.get(node, {})
        outputs = []
        for k, (name, spec) in enumerate(zip(self.names_of(node), node.dtype, strict=True)):
            picked = found.get(k)
            value = facts.values.get(picked) if picked is not None else None
            value = value or facts.values.get((node, k))
            grad = facts.grads.get(picked) if picked is not None else None
            outputs.append(Output(name, spec.shape, dtype_name(spec.dtype), value, grad))
        return tuple(outputs)

    def _scope(self, user: Node | Failure) -> str:
        note = user if isinstance(user, Failure) else self.facts.recorded.get(user)
        return "" if note is None else note.scope

    # --- edges ------------------------------------------------------------------------------------
    def edges(self) -> list[Edge]:
        """An arrow from each operand, also where one Variable is two operands."""
        found: list[Node | Failure] = [n for n in self.order if n.rule and n not in self.ports]
        found += [] if self.failure is None else [self.failure]
        return [edge for item in found for edge in self._edges(item)]

    def _edges(self, item: Node | Failure) -> Iterator[Edge]:
        operands, head = self.operands(item), self.ids[item]
        if isinstance(item, Failure):
            for (k, place), operand, _ in operands:
                tail, port = self.end_of(operand)
                yield Edge(tail, head, str(k if place < 0 else place), port=port)
            return
        texts, rule = formulas(item), item.rule.rule
        several, names = len(operands) > 1 or len(rule.at) > 1, operand_names(rule)
        note = self.facts.recorded.get(item)
        view = is_view(item) if note is None else note.view
        for (k, place), operand, parent in operands:
            tail, port = self.end_of(operand)
            name = names.get(k, str(k)) if place < 0 else str(place)
            edge = Edge(tail, head, name if several else "", port=port)
            if isinstance(operand, Constant):
                shape, dtype = operand.value.shape, operand.value.dtype
                edge.note = _adapted(shape, np.dtype(dtype), item) if shape else ""
            else:
                edge.note = _adapted(operand.shape, operand.dtype, item)
                edge.note = " ".join(filter(None, [self._version(operand), edge.note]))
                edge.view = view and parent == 0
                edge.contribution = self.facts.parts.get((item, parent))
                edge.formula = texts[parent] if parent < len(texts) else ""
            yield edge

    def _version(self, operand: Node) -> str:
        """Which version of a Variable that is written in place is read: "x (v2)"."""
        version, name = self.versions.get(operand), self.facts.names.get(operand)
        return "" if version is None else f"{name} (v{version})" if name else f"v{version}"

    # --- the whole --------------------------------------------------------------------------------
    def graph(self) -> Graph:
        """Boxes and edges, with the notes for the reader."""
        boxes, edges = self.boxes(), self.edges()
        used = {edge.tail for edge in edges} if not self.roots else set()
        roots = [self.box_of(end) for end in self.ends]
        roots = [key for key in roots if key not in used]  # of a recording, some outputs are
        roots += [] if self.failure is None else [self.ids[self.failure]]
        graph = Graph(boxes, edges, list(dict.fromkeys(roots)), scopes=self._scopes())
        for root in self.roots:
            if root.node is None:
                _add_constant_root(graph, root)
        graph.notes += self.facts.notes
        done = [b for b in boxes if b.role == "operation" and "failed" not in b.marks]
        plain = [b for b in done if not b.outputs]
        if any(b.value is None for b in plain):
            graph.notes.append(RELEASED if self.facts.released else MISSING)
        elif self.asked and any(b.grad is None and b.reached for b in plain):
            graph.notes.append(RELEASED if self.facts.released else UNSWEPT)
        return graph

    def _scopes(self) -> list[Scope]:
        """The frames around boxes, outer ones first."""
        failed = [] if self.failure is None else [self.failure.frames]
        frames = [*(note.frames for note in self.facts.recorded.values()), *failed]
        labels = dict(frame for around in dict.fromkeys(frames) for frame in around)
        return [Scope(path, label) for path, label in labels.items()]


def _adapted(shape: Any, dtype: Any, node: Node) -> str:
    """How an operand was adapted to its operation: broadcast, or cast."""
    if not node.rule.elementwise or node.shape is None or shape is None:
        return ""
    parts = [f"{shape} → {node.shape}"] if shape != node.shape else []
    parts += [f"{dtype} → {node.dtype}"] if dtype != node.dtype else []
    return " ".join(parts)


def _add_constant_root(graph: Graph, root: Variable) -> None:
    """A root that was not computed from anything: one box and a note."""
    key, value = f"n{len(graph)}", Summary.of(root.numpy())
    name = root.name or "constant"
    graph.nodes.append(Box(key, "constant", name, root.shape, root.dtype.name, value=value))
    graph.roots.append(key)
    graph.notes.append(f"{name} was not computed from anything that is tracked.")
