"""The reverse sweep: pull a cotangent back through the tape, newest operation first.

On the way cotangents pair without conjugation, dL = Re Σ g·dx. A pending cotangent broadcasts *to*
its node's shape and has its dtype; it is spread to the full shape only where a rule or the user
sees it. The file never names Variable: ``lift``, handed in, makes one of a value and its node.
"""

import os
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from . import refusals
from .cotangents import Deposit, Parts, zeros
from .fitting import expanded, reduced
from .leases import SMALL
from .modes import zeros_are_strong
from .tape import ALONE, Node, ancestors, parents_of

Lift = Callable[..., Any]
ndarray = np.ndarray
add: Any = np.add
VIEWING = {int, slice}  # indices that give a view of an array, into which the sweep can add


_memory_kept: list[bool] = []


def keep_memory() -> None:
    """Let the C library keep what a sweep frees, instead of returning it page by page.

    glibc raises its thresholds when a large block is freed: this one of 32 MiB is never written,
    so it costs no memory. Once in a process; ``AUTOGRAD_CORE_KEEP_MEMORY=0`` turns it off.
    """
    _memory_kept.append(True)
    if os.environ.get("AUTOGRAD_CORE_KEEP_MEMORY") != "0":
        np.empty(2**25 - 8192, np.uint8)


def sweep(
    seeds: Mapping[Node, Any],
    targets: Set[Node] = frozenset(),
    lift: Lift | None = None,
    free: bool = True,
    order: Sequence[Node] | None = None,
) -> dict[Any, Any]:
    """The cotangents of the sources, or of the targets, that lead to the seeded nodes.

    Args:
        seeds: a cotangent for each end, in the shape and dtype of its node.
        targets: nodes to stop at; what does not lead to one of them is not visited. Without any,
            the sweep goes to every source.
        lift: (value, node, output) → Variable; the formulas then run on Variables and are recorded.
        free: release what each operation saved as soon as it is done.
        order: the nodes to visit, oldest first, if they are known.
    Returns:
        Each found node's cotangent, of its own shape and dtype; it may share memory. Without
        targets, a source of which rows were read by number may have a Deposit.
    Raises:
        GraphFreedError: the tape has been swept already.
    """
    if not _memory_kept:
        keep_memory()
    if order is None:
        order, _ = ancestors(seeds, min((t.number for t in targets), default=0))
        order = leading(order, targets) if targets else order
    pending: dict[Node, Any] = dict(seeds)
    found: dict[Any, Any] = {}
    c: Any
    ours: set[Node] = set()  # nodes whose pending cotangent the sweep itself has made
    recorded = lift is not None
    direct = not zeros_are_strong()
    take = pending.pop
    for node in reversed(order):
        g = take(node, None)
        rule = node.rule
        if g is None:
            if rule is None:
                found[node] = zeros(node)[()]
            continue
        if rule is None or (targets and node in targets):
            if type(g) is not Deposit:
                g = g if g.shape == node.shape else expanded(g, node)
            found[node] = g.spread(node.dtype) if targets and type(g) is Deposit else g
            continue
        saved = node.saved
        if saved is None:
            raise refusals.freed()
        also, parents, partner = node.also, node.parents, node.partner
        if rule.direct and direct:
            if recorded:
                c = rule.pull(g, rule.lifted(node, lift))
            elif also is ALONE:
                c = rule.quick(g, saved)
            elif partner is parents and rule.twice:
                c = rule.twice(g, saved), None
            else:
                c = rule.pair(g, saved, also)
        elif rule.deposits and not recorded:
            g = g if g.shape == node.shape else expanded(g, node)
            owned = parents in ours and pending[parents].shape == parents.shape
            if owned and node.shape and type(also) in VIEWING:
                part = pending[parents][also]
                part += g
            else:
                _deposit(pending, ours, parents, Deposit(g, saved, also))
            c = None
        else:
            c = _pulled(rule, g, node, lift)
            if type(c) is Deposit:
                _deposit(pending, ours, parents, c)
                c = None
        if free:
            node.saved, node.also = None, ALONE
        if partner is not None:
            c, part = c
            if partner in pending:
                _add(pending, ours, partner, part, recorded)
            elif part is not None:
                pending[partner] = part
        elif type(parents) is tuple:
            for parent, part in zip(parents, c, strict=True):
                _add(pending, ours, parent, part, recorded)
            continue
        if c is None:
            continue
        if parents in pending:
            _add(pending, ours, parents, c, recorded)
        else:
            pending[parents] = c
    return found


def _add(pending: dict[Node, Any], ours: set[Node], parent: Node, c: Any, recorded: bool) -> None:
    """Add a cotangent to what is pending, in place where the sweep has made the array."""
    if c is None:
        return
    before = pending.get(parent)
    if before is None:
        pending[parent] = c
    elif parent in ours and before.shape == parent.shape:
        add(before, c, before)
    else:
        pending[parent] = total = before + c
        if type(total) is ndarray and not recorded:
            ours.add(parent)


def leading(order: Sequence[Node], targets: Set[Node]) -> list[Node]:
    """The nodes to which a target leads, targets included; oldest first."""
    reached = set(targets)
    for node in order:
        if node not in reached and any(parent in reached for parent in parents_of(node)):
            reached.add(node)
    return [node for node in order if node in reached]


def _pulled(rule: Any, g: Any, node: Node, lift: Lift | None) -> Any:
    """The cotangents of the operands, fitted to each: the general case."""
    if type(g) is Parts:
        g = g.listed(node.dtype, rule.rule.form == "linear")
    elif g.shape != node.shape:
        g = expanded(g, node)
    if rule.sign:  # the sum, if there is one, comes first: it leaves less to negate
        parts = [g if _fits(g, p) else reduced(g, p, node) for p in parents_of(node)]
        parts[-1] = parts[-1] if rule.sign > 0 else -parts[-1]
        return parts if len(parts) > 1 else parts[0]
    if lift is None:
        also = node.also
        c = rule.quick(g, node.saved) if also is ALONE else rule.pair(g, node.saved, also)
    else:
        if type(g) is ndarray and g.nbytes > SMALL:
            g.flags.writeable = False  # nobody else writes into it, so that no tape need lease it
        c = rule.pull(g, rule.lifted(node, lift))
    if type(c) is Deposit:
        return c
    if rule.elementwise and zeros_are_strong():
        c = _silenced(c, g)
    if node.partner is not None:
        (first, second), a, b = c, node.parents, node.partner
        return (
            first if _fits(first, a) else reduced(first, a, node),
            second if _fits(second, b) else reduced(second, b, node),
        )
    parents = parents_of(node)
    if len(parents) == 1:
        return c if _fits(c, parents[0]) else reduced(c, parents[0], node)
    several = zip(parents, c, strict=True)
    return [part if _fits(part, p) else reduced(part, p, node) for p, part in several]


def _fits(c: Any, parent: Node) -> bool:
    """Whether a cotangent needs neither sum nor cast."""
    if type(c) is ndarray:
        return c.shape == parent.shape and c.dtype is parent.dtype
    return c is None or type(c) is Parts


def _silenced(c: Any, g: Any) -> Any:
    """Zero wherever the incoming cotangent is zero, whatever the formula says."""
    if type(c) is tuple:
        return tuple([_silenced(part, g) for part in c])
    if c is None:
        return None
    silent = np.where(g == 0, 0, c)
    return silent[()] if type(silent) is ndarray and not silent.shape else silent


def _deposit(pending: dict[Node, Any], ours: set[Node], parent: Node, c: Deposit) -> None:
    """Add into the parent's own buffer: many reads of one array share one array of zeros."""
    before = pending.get(parent)
    if before is None:
        if parent.rule is None and c.has_rows():
            pending[parent] = c  # a table's rows: to be spread by whoever wants all of it
            return
        pending[parent] = c.spread(parent.dtype)
    elif type(before) is Deposit:
        pending[parent] = c.into(before.spread(parent.dtype))
    elif parent in ours and before.shape == parent.shape:
        c.into(before)
    else:
        pending[parent] = c.into(np.array(expanded(before, parent)))
    ours.add(parent)
