"""Where broadcasting, casting and realness are known: a cotangent is fitted to its operand.

A rule returns what *broadcasts with* its operand; here it is summed, made real and cast. The file
knows nothing of the order of a sweep.
"""

from collections.abc import Callable
from functools import lru_cache
from sys import getrefcount
from typing import Any

import numpy as np

from . import refusals
from .binding import name_of
from .cotangents import Deposit
from .tape import Node, Source

ndarray = np.ndarray
add: Any = np.add


def reduced(c: Any, spec: Any, source: Node | None = None) -> Any:
    """A cotangent summed where the operand was expanded, made real if it is, and cast.

    Args:
        c: any shape that broadcasts with the operand; an array, a number or a Variable.
        spec: the operand's shape and dtype.
        source: the operation it comes from, for the message.
    Returns:
        What broadcasts to ``spec.shape``, of dtype ``spec.dtype``.
    Raises:
        ShapeError: it does not broadcast with the operand; the rule is wrong.
    """
    if not hasattr(c, "shape"):
        return spec.dtype.type(c)
    shape, target = c.shape, spec.shape
    if shape == target or shape == ():
        pass
    elif shape[1:] == target and type(c) is ndarray:  # rows that shared one operand
        c = _column_sums(c)
    elif not target and type(c) is ndarray:
        c = add.reduce(c, None)
    else:
        axes = repeated_axes(shape, target)
        if axes is None:
            raise refusals.misfit(_name(source), shape, target)
        if axes:
            c = _sum(c, axes)
        if len(shape) > len(target):
            c = c.reshape(c.shape[len(shape) - len(target) :])
    if c.dtype is not spec.dtype and c.dtype != spec.dtype:
        if c.dtype.kind == "c" and spec.dtype.kind != "c":
            c = c.real
        c = c.astype(spec.dtype)
    return c


@lru_cache(4096)
def repeated_axes(shape: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...] | None:
    """Along which axes an operand of the target's shape was repeated; None if it does not fit.

    >>> repeated_axes((5, 2, 3), (2, 1)), repeated_axes((1, 3), (2, 3)), repeated_axes((2,), (3,))
    ((0, 2), (), None)
    """
    extra = len(shape) - len(target)
    axes = [*range(extra)]
    for axis in range(max(extra, 0), len(shape)):
        length = target[axis - extra]
        if shape[axis] != length and shape[axis] != 1:
            if length != 1:
                return None
            axes.append(axis)
    return tuple(axes)


def _column_sums(c: np.ndarray) -> np.ndarray:
    """The sum over the first axis; of a small matrix as a product, which is twice as quick."""
    if _is_small(c):
        return _ones(len(c), c.dtype.char).dot(c)  # type: ignore[no-any-return]
    return np.add.reduce(c, 0)  # type: ignore[no-any-return]


def _sum(c: Any, axes: tuple[int, ...]) -> Any:
    """The sum over axes that stay, of length one; of a small matrix's rows as a product."""
    if type(c) is not ndarray:
        return np.sum(c, axis=axes, keepdims=True)
    if axes == (1,) and _is_small(c):
        return c.dot(_ones((c.shape[1], 1), c.dtype.char))
    return add.reduce(c, axes, None, None, True)


def _is_small(c: np.ndarray) -> bool:
    """Whether a product with ones sums a matrix sooner than a reduction."""
    return c.ndim == 2 and c.size < 10_000 and c.dtype.char in "fd"


@lru_cache(64)
def _ones(shape: int | tuple[int, int], dtype: str) -> np.ndarray:
    return np.ones(shape, dtype)


def expanded(g: Any, spec: Any) -> Any:
    """A cotangent spread to the full shape of its node."""
    if g.shape == spec.shape:
        return g
    if isinstance(g, np.ndarray | np.generic) and spec.size < 1000:
        full = np.empty(spec.shape, g.dtype)
        full[...] = g
        return full
    return np.broadcast_to(g, spec.shape)


def owned(g: Any) -> Any:
    """The cotangent in memory of its own, which a user may keep and write into."""
    if type(g) is ndarray and (g.base is not None or getrefcount(g) > 3):
        return g.copy()
    return g


def arrived(source: Source, g: Any) -> Any:
    """The gradient of a leaf as the user sees it; rows alone where nobody looks at them yet."""
    if type(g) is Deposit:
        if source.grad is None and not source.hooks and g.g.dtype.kind == "f":
            return Deposit(owned(g.g), g, g.index.copy())
        g = g.spread(source.dtype)
    if g.dtype.kind == "c":
        g = np.conjugate(g)
    for hook in source.hooks:
        g = replaced(hook, g)
    return g


def whole(source: Source) -> Any:
    """The gradient of a leaf, with what came as rows spread to its shape."""
    if type(source.grad) is Deposit:
        source.grad = source.grad.spread(source.dtype)
    return source.grad


def surface(g: Any) -> Any:
    """Between the engine's convention and the user's: conjugated if complex."""
    return np.conjugate(g) if g.dtype.kind == "c" else g


def replaced(hook: Callable[[Any], Any], g: Any) -> Any:
    """What a hook makes of a gradient: what it returns, unless that is None."""
    seen = hook(g)
    return g if seen is None else seen


def _name(source: Node | None) -> str:
    return "this operation" if source is None else name_of(source.rule.rule.op)
