"""From the tape to a Graph: what was done, to what, and what is known of values and gradients.

Drawing changes nothing: no gradient is written, nothing is released. Each node and each edge is
visited a fixed number of times, without recursion.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..cotangents import Deposit, Parts
from ..fitting import expanded, reduced
from ..tape import Node, ancestors, parents_of
from ..variable import Variable
from .model import MOST_ELEMENTS, Box, Edge, Graph, Summary

SWEPT = 10_000  # up to so many operations a drawing sweeps for the gradients of all
SIMPLE = (int, float, str, bool, tuple, slice, type(None), type(...))  # options worth showing


def collected(
    roots: Sequence[Variable],
    names: Mapping[str, Any] | None = None,
    grad: bool | str = "auto",
    seed: Any = None,
    model: Any = None,
) -> Graph:
    """The graph behind some Variables.

    Args:
        roots: the results to start from.
        names: name → Variable, such as ``locals()``; brings names and values.
        grad: True: sweep for all gradients; False: only those that leaves hold; "auto": sweep if
            the roots are real numbers and the graph is of moderate size.
        seed: cotangents of the roots, one or a list; ones by default.
        model: a Module, which names its parameters by their paths.
    Returns:
        operations in order of creation, each leaf right before the operation that uses it first.
    Raises:
        ShapeError: a seed does not have the shape of its root.
    """
    ends = [root.node for root in roots if root.node is not None]
    order, _ = ancestors(ends)
    facts = Facts(order)
    for name, value in [*(names or {}).items(), *((None, root) for root in roots)]:
        if isinstance(value, Variable) and value.node is not None:
            facts.know(value, name)
    scalar = all(end.shape == () and end.dtype.kind == "f" for end in ends)
    for path, parameter in model.named_parameters() if model is not None else ():
        facts.names[parameter.role.source] = path
    if grad is True or (grad == "auto" and scalar and len(order) <= SWEPT):
        facts.sweep(_seeds(roots, seed), order)
    return _graph(roots, _arranged(order), facts)


def _seeds(roots: Sequence[Variable], seed: Any) -> dict[Node, Any]:
    """The cotangent of each root: ones, or what is given."""
    given = seed if isinstance(seed, list | tuple) else [seed] * len(roots)
    seeds: dict[Node, Any] = {}
    for root, value in zip(roots, given, strict=True):
        if root.node is not None:
            cotangent = np.ones(root.shape, root.dtype)[()] if value is None else root._seed(value)
            before = seeds.get(root.node)
            seeds[root.node] = cotangent if before is None else before + cotangent
    return seeds


def _arranged(order: Sequence[Node]) -> list[Node]:
    """Operations in order of creation, each leaf right before the first that uses it."""
    arranged: dict[Node, None] = {}
    for node in order:
        if node.rule is not None:
            arranged.update(dict.fromkeys(p for p in parents_of(node) if p.rule is None))
            arranged[node] = None
    arranged.update(dict.fromkeys(order))  # a leaf that nothing uses is a root
    return list(arranged)


# --- what is known --------------------------------------------------------------------------------
class Facts:
    """Names, values and gradients of nodes, as far as they are known without computing again."""

    def __init__(self, order: Iterable[Node]) -> None:
        self.names: dict[Node, str] = {}
        self.values: dict[Node, Summary] = {}
        self.grads: dict[Node, Summary] = {}
        self.released = False
        for node in order:
            if node.rule is None:
                self._leaf(node)
            elif node.saved is None:
                self.released = True
            elif node.rule.rule.form == "function":
                for value, parent in zip(node.kept[1:], parents_of(node), strict=False):
                    self._saved(value, parent)
            else:
                node.rule.lifted(node, self._saved)

    def _leaf(self, node: Any) -> None:
        """What a Source tells of its leaf."""
        if getattr(node, "name", None):
            self.names[node] = node.name
        if getattr(node, "value", None) is not None:
            self.values[node] = Summary.of(node.value)
        if node.grad is not None:
            grad = node.grad.numpy() if isinstance(node.grad, Variable) else node.grad
            grad = grad.spread(node.dtype) if type(grad) is Deposit else grad
            self.grads[node] = Summary.of(grad)

    def _saved(self, value: Any, origin: Node, output: int | None = None) -> Any:
        """A value that some rule keeps of ``origin``; in the place of a ``lift``."""
        if output is None and origin not in self.values:
            self.values[origin] = Summary.of(getattr(value, "array", value))
        return value

    def know(self, variable: Variable, name: str | None) -> None:
        """A Variable that is at hand brings its value, and its own name or the given one."""
        node = variable.node
        large = variable.size > MOST_ELEMENTS
        self.values[node] = Summary.of(variable._data if large else variable.numpy())
        if variable.name or name:
            self.names[node] = variable.name or str(name)

    def sweep(self, pending: dict[Node, Any], order: Sequence[Node]) -> None:
        """The gradients of all nodes, as far as what the rules need is there."""
        for node in reversed(order):
            g = pending.pop(node, None)
            if g is None:
                continue
            if node.shape is None:
                g = g.listed(node.dtype, node.rule.rule.form == "linear")
            else:
                g = expanded(g, node)
                self.grads.setdefault(node, Summary.of(np.conjugate(g)))
            if node.rule is not None and node.saved is not None:
                self._contribute(node, g, pending)

    def _contribute(self, node: Node, g: Any, pending: dict[Node, Any]) -> None:
        """Add what one operation's rule gives to its operands."""
        with np.errstate(all="ignore"):
            c = node.rule.pull(g, node.kept)
            parents = parents_of(node)
            for parent, part in zip(parents, c if len(parents) > 1 else (c,), strict=True):
                if part is not None:
                    part = part if type(part) is Parts else reduced(part, parent, node)
                    pending[parent] = pending[parent] + part if parent in pending else part


# --- boxes and edges ------------------------------------------------------------------------------
def _graph(roots: Sequence[Variable], order: Sequence[Node], facts: Facts) -> Graph:
    ids = {node: f"n{k}" for k, node in enumerate(order)}
    unnamed = (f"x{k}" for k in range(1, len(order) + 1) if f"x{k}" not in facts.names.values())
    boxes = [_box(ids[node], node, facts, unnamed) for node in order]
    edges = [edge for node in order for edge in _edges(node, ids)]
    ends = [ids[root.node] for root in roots if root.node is not None]
    graph = Graph(boxes, edges, ends)
    for root in roots:
        if root.node is None:
            key = f"n{len(graph)}"
            value = Summary.of(root.numpy())
            name = root.name or "constant"
            graph.nodes.append(Box(key, "constant", name, root.shape, root.dtype.name, value=value))
            graph.roots.append(key)
            graph.notes.append(f"{name} was not computed from anything that is tracked.")
    if facts.released and any(box.value is None for box in boxes):
        graph.notes.append("backward() has released values; draw before it, or pass names=")
    return graph


def _box(key: str, node: Node, facts: Facts, unnamed: Any) -> Box:
    value, grad = facts.values.get(node), facts.grads.get(node)
    name = facts.names.get(node)
    if node.rule is None:
        name = name or next(unnamed)
        return Box(key, "input", name, node.shape, node.dtype.name, name, value, grad)
    label, options = node.rule.rule.name, _options(node)
    if node.shape is None:
        return Box(key, "operation", label, (), f"{len(node.dtype)} outputs", options=options)
    return Box(
        key, "operation", label, node.shape, node.dtype.name, name, value, grad, options=options
    )


def _inner(rule: Any) -> Any:
    """A differential without what is wrapped around it."""
    while hasattr(rule, "inner"):
        rule = rule.inner
    return rule


def _options(node: Node) -> dict[str, str]:
    """Arguments that are no operands and not their default."""
    rule = node.rule.rule
    if rule.form == "pick" and node.saved is not None:
        return {"output": str(node.saved)}
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
        return f"({text},)" if len(value) == 1 else f"({text})"
    text = "..." if value is ... else repr(value) if isinstance(value, SIMPLE) else "array"
    return text if len(text) <= 40 else text[:37] + "..."


def _edges(node: Node, ids: Mapping[Node, str]) -> list[Edge]:
    """An edge from each operand, also where one Variable is two operands."""
    if node.rule is None:
        return []
    rule, parents = _inner(node.rule), parents_of(node)
    places = getattr(rule, "tracked", ()) or (0,) * len(parents)
    several = len(parents) > 1 or _takes_several(rule.rule)
    return [
        Edge(ids[parent], ids[node], _place(place) if several else "", _adapted(parent, node, rule))
        for parent, place in zip(parents, [*places, *[""] * len(parents)], strict=False)
    ]


def _takes_several(rule: Any) -> bool:
    if rule.form == "elementwise":
        return len(rule.formulas) > 1
    return rule.form in ("bilinear", "multilinear") or len(rule.at) > 1


def _place(place: Any) -> str:
    """The place of an operand in the call, or in the list that holds it."""
    return str(place[1] if isinstance(place, tuple) else place)


def _adapted(parent: Node, node: Node, rule: Any) -> str:
    """How an operand was adapted to its operation: broadcast, or cast."""
    if not rule.elementwise or node.shape is None:
        return ""
    shape = f"{parent.shape} → {node.shape}" if parent.shape != node.shape else ""
    dtype = f"{parent.dtype} → {node.dtype}" if parent.dtype != node.dtype else ""
    return " ".join(part for part in (shape, dtype) if part)
