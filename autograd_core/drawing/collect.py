"""From nodes to a Graph: boxes in order of creation, an arrow for each operand.

Drawing changes nothing: no gradient is written, nothing is released. Each node and each edge is
visited a fixed number of times, without recursion.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, ShapeError
from ..tape import Node, ancestors, parents_of
from ..variable import Variable
from ..views import Leaf
from .facts import Facts
from .formulas import formulas
from .model import Box, Edge, Graph, Output, Scope, Summary, name_of
from .recording import Constant, Failure, Place
from .saved import (
    is_output,
    is_view,
    kept,
    label,
    operand_names,
    operand_places,
    options,
    output_names,
    output_of,
    writes,
)

SWEPT = 10_000  # up to so many operations a drawing sweeps for the gradients of all
MISSING = "· is not known: build the graph inside ac.recording()."
RELEASED = "· is not known, backward() has released it: build the graph inside ac.recording()."

Operand = Node | Constant
Item = Node | Constant | Failure


class Collector:
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
        self.timed = timed
        self.roots, self.ends, self.failure = roots, list(dict.fromkeys(ends)), failure
        given = [node for _, node in failure.parents] if failure is not None else []
        self.order, _ = ancestors(dict.fromkeys([*self.ends, *given]))
        self.facts = Facts(self.order)
        for root in roots:
            if root.node is not None:
                self.facts.know(root, None)
        self.ids: dict[Any, str] = {}  # of nodes, and of constants by key
        self.users: dict[Any, Any] = {}  # the first operation that uses a leaf
        self.ports: dict[Node, tuple[Node, str]] = {}  # outputs → their operation, and which
        self.outputs: dict[Node, dict[int, Node]] = {}
        self.names: dict[Node, list[str]] = {}  # of several outputs
        self.versions: dict[Node, int] = {}

    def know(self, names: Mapping[str, Any], model: Any) -> None:
        """Take names and values from what is at hand.

        Raises:
            ArgumentError: the model has no parameters.
        """
        for name, value in names.items():
            if isinstance(value, Variable) and value.node is not None:
                self.facts.know(value, name)
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

    # --- the order --------------------------------------------------------------------------------
    def arrange(self) -> Iterator[Item]:
        """Operations in order of creation, each leaf right before its first user; all numbered."""
        for node in self.order:
            if node.rule is not None and is_output(node):
                (parent,) = parents_of(node)
                self.ports[node] = parent, self._output_names(parent)[output_of(node)]
                self.outputs.setdefault(parent, {}).setdefault(output_of(node), node)
        for node in self.order:
            if node.rule is None or node in self.ports:
                continue
            yield from self._with_leaves(node)
        for node in self.order:
            if node not in self.ports:  # a leaf that nothing uses is a root
                yield from self._first(node, node)
        if self.failure is not None:
            yield from self._with_leaves(self.failure)

    def _output_names(self, node: Node) -> list[str]:
        """The names of several outputs, made once."""
        if node not in self.names:
            self.names[node] = output_names(node)
        return self.names[node]

    def _with_leaves(self, item: Node | Failure) -> Iterator[Item]:
        """An operation after those of its operands that are leaves and have no number yet."""
        for _, operand, _ in self.operands(item):
            if isinstance(operand, Constant) or operand.rule is None:
                yield from self._first(operand, item)
        yield from self._first(item, item)

    def _first(self, item: Item, user: Node | Failure) -> Iterator[Item]:
        """The item with a number of its own, if it has none yet."""
        key = _key(item)
        if key not in self.ids:
            self.ids[key] = f"n{len(self.ids)}"
            self.users[key] = user
            yield item

    def operands(self, item: Node | Failure) -> list[tuple[Place, Operand, int]]:
        """An operation's operands in the order of the call, each with its place in the call.

        The last is its place among the parents; -1 of a constant.
        """
        found: list[tuple[Place, Operand, int]]
        if isinstance(item, Failure):
            found = [(place, node, k) for k, (place, node) in enumerate(item.parents)]
            constants = item.constants
        else:
            pairs = zip(operand_places(item), parents_of(item), strict=True)
            found = [(place, parent, k) for k, (place, parent) in enumerate(pairs)]
            note = self.facts.recorded.get(item)
            constants = [] if note is None else note.constants
        if constants:
            found += [(place, constant, -1) for place, constant in constants]
            found.sort(key=lambda operand: operand[0])
        return found

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
        key, value = _key(constant), constant.value
        name = constant.name
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
            name_of(node.dtype),
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
            "" if node.shape is None else name_of(node.dtype),
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
        for k, (name, spec) in enumerate(zip(self._output_names(node), node.dtype, strict=True)):
            picked = found.get(k)
            value = facts.values.get(picked) if picked is not None else None
            value = value or facts.values.get((node, k))
            grad = facts.grads.get(picked) if picked is not None else None
            outputs.append(Output(name, spec.shape, name_of(spec.dtype), value, grad))
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
                tail, port = self._end(operand)
                yield Edge(tail, head, str(k if place < 0 else place), port=port)
            return
        texts, rule = formulas(item), item.rule.rule
        several, names = len(operands) > 1 or len(rule.at) > 1, operand_names(rule)
        note = self.facts.recorded.get(item)
        view = is_view(item) if note is None else note.view
        for (k, place), operand, parent in operands:
            tail, port = self._end(operand)
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

    def _end(self, operand: Operand) -> tuple[str, str]:
        """The identifier of an operand's box, and which of its outputs is meant."""
        if isinstance(operand, Node) and operand in self.ports:
            parent, port = self.ports[operand]
            return self.ids[parent], port
        return self.ids[_key(operand)], ""

    def box_of(self, node: Any) -> str:
        """The identifier of the box in which a node is; KeyError if it is not on the graph."""
        return self.ids[self.ports[node][0] if node in self.ports else node]

    def resolved(self, key: Any) -> Any:
        """The identifiers of Variables, in a tuple or list too; names and patterns as they are.

        Raises:
            ArgumentError: a Variable is not on the graph.
        """
        if isinstance(key, list | tuple):
            return type(key)([self.resolved(item) for item in key])
        if not isinstance(key, Variable):
            return key
        leaf = key.role.source if type(key.role) is Leaf else None
        for found in (key.node, leaf, None if leaf is None else ("leaf", leaf.number)):
            if found in self.ids or found in self.ports:
                return self.box_of(found)
        raise ArgumentError(
            f"A Variable of shape {key.shape} is not on the graph.",
            "nothing that is drawn was computed from it.",
            "a name, or a pattern such as 'fc*'",
        )

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
        if any(b.value is None and not b.outputs for b in done):
            graph.notes.append(RELEASED if self.facts.released else MISSING)
        return graph

    def _scopes(self) -> list[Scope]:
        """The frames around boxes, outer ones first."""
        failed = [] if self.failure is None else [self.failure.frames]
        frames = [*(note.frames for note in self.facts.recorded.values()), *failed]
        labels = dict(frame for around in dict.fromkeys(frames) for frame in around)
        return [Scope(path, label) for path, label in labels.items()]


def _key(item: Item) -> Any:
    """What tells one item from another: of a constant its own key, if it has one."""
    return item.key or item if isinstance(item, Constant) else item


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
