"""Many cotangents at once: a reverse sweep with a leading batch axis.

Elementwise formulas broadcast by themselves; the arguments of the commonest linear operations are
shifted by one axis; a product with a matrix is written out. Whatever else is on the tape is pulled
once for each cotangent, so that the result is always that of as many sweeps.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .. import refusals
from ..cotangents import Deposit, Parts, Spec, is_basic
from ..fitting import expanded, reduced
from ..modes import zeros_are_strong
from ..rules.elementwise import cast, identity
from ..rules.indexing import getitem, scatter
from ..tape import Node, parents_of
from ..wrappers import Leased, Wrapped

Array = Any


def sweep_all(
    seeds: Mapping[Node, Array], order: Sequence[Node], targets: frozenset[Node], count: int
) -> dict[Node, Array]:
    """The cotangents of sources, or targets, for ``count`` cotangents of the ends at once.

    Args:
        seeds: for each end an array of shape (count, …its shape).
        order: the nodes to visit, oldest first.
        targets: where to stop.
        count: the length of the batch axis.
    Returns:
        for each node that was reached an array of shape (count, …its shape).
    Raises:
        GraphFreedError: the tape has been swept already.
    """
    pending: dict[Node, Any] = dict(seeds)
    found: dict[Node, Any] = {}
    for node in reversed(order):
        g = pending.pop(node, None)
        if g is None:
            continue
        if node.rule is None or node in targets:
            found[node] = g
            continue
        if node.saved is None:
            raise refusals.freed()
        for parent, part in zip(parents_of(node), _pulled(node, g, count), strict=True):
            if part is not None:
                pending[parent] = pending[parent] + part if parent in pending else part
    return found


def _pulled(node: Node, g: Any, count: int) -> list[Any]:
    """The cotangents of the operands, each of shape (count, …its shape)."""
    rule, saved = node.rule, node.kept
    if isinstance(rule, Leased):
        rule, saved = rule.inner, rule.before(None, saved)[1]
    if isinstance(rule, Wrapped):  # the user's hooks see one cotangent at a time
        return _one_by_one(node, g, count)
    if rule.elementwise:
        c = _silenced(rule.quick(g, saved), g) if zeros_are_strong() else rule.quick(g, saved)
    elif rule.rule.form == "pick":
        c = Parts({saved: g})
    elif (shift := SHIFTED.get(rule.rule.op)) and (shifted := shift(saved, count)) is not None:
        c = rule.quick(g, shifted)
    elif rule.rule.op in (np.matmul, np.dot) and all(0 < s.ndim < 3 for s in saved):
        c = _products(g, saved[0], saved[1], rule.tracked)
    else:
        return _one_by_one(node, g, count)
    parents = parents_of(node)
    several = c if isinstance(c, tuple | list) else (c,)
    return [_fitted(part, parent, count) for part, parent in zip(several, parents, strict=True)]


def _silenced(c: Any, g: Any) -> Any:
    """Zero wherever the incoming cotangent is zero, whatever the formula says."""
    if isinstance(c, tuple):
        return tuple([_silenced(part, g) for part in c])
    return None if c is None else np.where(g == 0, 0, c)


def _one_by_one(node: Node, g: Any, count: int) -> list[Any]:
    """What any rule gives for each cotangent of the batch, stacked again."""
    parents, linear = parents_of(node), node.rule.rule.form == "linear"
    rows = []
    for k in range(count):
        one = Parts({i: part[k] for i, part in g.items()}) if type(g) is Parts else g[k]
        if type(one) is Parts:
            one = one.listed(node.dtype, linear)
        c = node.rule.quick(one, node.kept)
        c = _silenced(c, one) if node.rule.elementwise and zeros_are_strong() else c
        several = c if len(parents) > 1 else (c,)
        rows.append([_single(part, p, node) for part, p in zip(several, parents, strict=True)])
    return [
        _stacked(part, parent)
        for part, parent in zip(zip(*rows, strict=True), parents, strict=True)
    ]


def _single(c: Any, parent: Node, node: Node) -> Any:
    """One cotangent of one operand, in full."""
    if c is None or type(c) is Parts:
        return c
    return (
        c.spread(parent.dtype) if type(c) is Deposit else expanded(reduced(c, parent, node), parent)
    )


def _stacked(parts: Sequence[Any], parent: Node) -> Any:
    if all(part is None for part in parts):
        return None
    if parent.shape is None:
        keys = {key for part in parts if part is not None for key in part}
        specs = parent.dtype
        return Parts({k: np.stack([_entry(p, k, specs[k]) for p in parts]) for k in sorted(keys)})
    return np.stack([np.zeros(parent.shape, parent.dtype) if p is None else p for p in parts])


def _entry(parts: Parts | None, key: int, spec: Any) -> Any:
    found = None if parts is None else parts.get(key)
    return np.zeros(spec.shape, spec.dtype) if found is None else found


def _fitted(c: Any, parent: Node, count: int) -> Any:
    """A batch of cotangents summed, expanded and cast to (count, …the operand's shape)."""
    if c is None or type(c) is Parts:
        return c
    if type(c) is Deposit:
        return c.spread(parent.dtype)
    shape = (count, *parent.shape)
    if c.ndim > len(shape):
        c = np.add.reduce(c, tuple(range(1, 1 + c.ndim - len(shape))))
    elif c.ndim < len(shape):
        c = c.reshape(c.shape[:1] + (1,) * (len(shape) - c.ndim) + c.shape[1:])
    axes = tuple(k for k in range(1, c.ndim) if shape[k] == 1 != c.shape[k])
    if axes:
        c = np.add.reduce(c, axes, keepdims=True)
    if c.dtype != parent.dtype:
        c = (c.real if parent.dtype.kind != "c" else c).astype(parent.dtype)
    return c if c.shape == shape else np.broadcast_to(c, shape)


# --- what is known of single operations -----------------------------------------------------------
def _spec(spec: Any, count: int) -> Any:
    """A Spec with the batch axis in front."""
    return Spec.of((count, *spec.shape), spec.dtype)


def _shapes_only(saved: Sequence[Any], count: int) -> Sequence[Any]:
    return (_spec(saved[0], count), *saved[1:])


def _reduction(saved: Sequence[Any], count: int) -> Sequence[Any] | None:
    """(a, axis, dtype, keepdims, where); the axes moved up by one."""
    a, *options = saved
    axis = options[0] if options else None
    if axis is not None and not a.ndim:  # NumPy lets numbers have an axis here
        return None
    axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
    return (_spec(a, count), tuple([k + 1 for k in axes]), *options[1:])


def _permutation(saved: Sequence[Any], count: int) -> Sequence[Any]:
    a, *options = saved
    axes = options[0] if options and options[0] is not None else range(a.ndim)[::-1]
    axes = normalize_axis_tuple(axes, a.ndim)
    return _spec(a, count), (0, *[k + 1 for k in axes])


def _selection(saved: Sequence[Any], count: int) -> Sequence[Any] | None:
    """(a, index), basic, or with one array of integers."""
    index = _behind(saved[1])
    return None if index is None else (_spec(saved[0], count), index)


def _scattering(saved: Sequence[Any], count: int) -> Sequence[Any] | None:
    index = _behind(saved[1])
    return None if index is None else (_spec(saved[0], count), index, (count, *saved[2]))


def _behind(index: Any) -> Any:
    """The index that leaves the batch axis alone, or None where NumPy would move it."""
    parts = index if type(index) is tuple else (index,)
    arrays = [part for part in parts if not is_basic(part)]
    alone = len(parts) == 1 and isinstance(index, np.ndarray) and index.dtype.kind in "iu"
    return (slice(None), *parts) if alone or not arrays else None


def _joining(saved: Sequence[Any], count: int) -> Sequence[Any] | None:
    """(arrays, axis): of the operands for concatenate, of the result for stack."""
    arrays, *options = saved
    axis = options[0] if options else 0
    if axis is None:  # all of them flattened
        return None
    return [_spec(a, count) for a in arrays], axis + 1 if axis >= 0 else axis


SHIFTED: dict[Any, Callable[..., Any]] = {
    np.reshape: _shapes_only, np.ravel: _shapes_only, np.squeeze: _shapes_only,
    np.expand_dims: _shapes_only, np.copy: _shapes_only, np.real: _shapes_only,
    np.imag: _shapes_only, np.matrix_transpose: _shapes_only, np.broadcast_to: _shapes_only,
    identity: _shapes_only, cast: _shapes_only,
    np.where: lambda saved, _count: saved,
    np.sum: _reduction, np.mean: _reduction, np.transpose: _permutation,
    getitem: _selection, scatter: _scattering,
    np.concatenate: _joining, np.stack: _joining,
}  # fmt: skip


def _products(g: Any, a: Any, b: Any, tracked: Sequence[int]) -> tuple[Any, ...]:
    """The cotangents of a @ b for vectors and matrices, from a batch of g."""
    found = []
    for position in tracked:
        if position == 0:
            found.append(g @ b.T if b.ndim == 2 else g[..., None] * b)
        elif a.ndim == 2:
            found.append(a.T @ g if b.ndim == 2 else g @ a)
        else:
            found.append(g[..., None, :] * a[:, None] if b.ndim == 2 else g[..., None] * a)
    return tuple(found)
