"""The forward sweep: push tangents over the same tape, oldest operation first.

The differentials of the reverse sweep serve again: an elementwise formula is its own transpose, a
linear operation is applied to the tangent, a product takes the product rule, and a pullback is
transposed by sweeping back through it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .backward import sweep
from .fitting import expanded, reduced
from .modes import enable_grad
from .tape import Node, Source, ancestors, parents_of

Lift = Callable[..., Any]


def push(
    ends: Iterable[Node],
    tangents: Mapping[Node, Any],
    lift: Lift,
    nested: bool = False,
    order: Sequence[Node] | None = None,
) -> list[Any]:
    """The tangents of the ends, given those of some nodes that lead to them.

    Args:
        ends: nodes of results.
        tangents: for some nodes a tangent, of the node's shape and dtype.
        lift: (value, node, output) → Variable.
        nested: record what is done, for derivatives of the result; it then holds Variables.
        order: the nodes to visit, oldest first, if they are known.
    Returns:
        For each end its tangent, in its shape and dtype, or None where nothing leads to it.
    """
    ends = list(ends)
    if order is None:
        order, _ = ancestors(ends, min((node.number for node in tangents), default=0))
    known = dict(tangents)
    for node in order:
        if node in known or node.rule is None:
            continue
        incoming = [known.get(parent) for parent in parents_of(node)]
        if any(t is not None for t in incoming):
            t = _pushed(node, incoming, lift, nested)
            if t is not None:
                known[node] = t if node.shape is None else expanded(reduced(t, node, node), node)
    return [known.get(end) for end in ends]


def _pushed(node: Node, incoming: list[Any], lift: Lift, nested: bool) -> Any:
    """The tangent of one operation's output, or the list of them."""
    rule = node.rule
    saved = rule.lifted(node, lift) if nested else node.kept
    if rule.push is not None:
        return rule.push(incoming, saved)
    outputs = node.dtype if node.shape is None else [node]
    with enable_grad():
        seeds = [lift(np.zeros(o.shape, o.dtype), Source(o.shape, o.dtype)) for o in outputs]
        cotangents = rule.pull(seeds if node.shape is None else seeds[0], saved)
        parents = parents_of(node)
        total: Any = 0
        for c, t, parent in zip(
            cotangents if len(parents) > 1 else (cotangents,), incoming, parents, strict=True
        ):
            if c is not None and t is not None:
                total = total + np.sum(np.real(reduced(c, parent, node) * t))
    end = getattr(total, "node", None)
    if end is None:
        return None
    sources = [seed.node for seed in seeds]
    one = {end: end.dtype.type(1)}
    found = sweep(one, frozenset(sources), lift if nested else None, free=not nested)
    pushed = [found.get(source) for source in sources]
    return (
        [0 * s.data if t is None else t for s, t in zip(seeds, pushed, strict=True)]
        if (node.shape is None)
        else pushed[0]
    )
