"""Nested arguments: list, tuple, dict, namedtuple and dataclass, with None for "nothing here".

A tree is opened into its leaves and closed again around others. What a leaf is, and what becomes
of it, is the business of the caller: this file knows no tape and no Variable.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import fields, is_dataclass
from operator import getitem
from typing import Any

import numpy as np

from .errors import ArgumentError, DtypeError, ShapeError

Tree = Any
_LEAVES = {np.ndarray, float, int, complex, np.float64}  # decided without a question


def is_leaf(tree: Tree) -> bool:
    """Whether the value is neither a container nor None.

    >>> is_leaf(2.0), is_leaf([2.0]), is_leaf(None)
    (True, False, False)
    """
    if type(tree) in _LEAVES:
        return True
    is_record = is_dataclass(tree) and not isinstance(tree, type)
    return not (tree is None or is_record or isinstance(tree, list | tuple | dict))


def _opened(tree: Tree) -> tuple[Sequence[Any], Callable[[Tree, Any], Tree]]:
    """The keys of a container's children, and how to look a child up by its key."""
    if tree is None:
        return (), getitem
    if isinstance(tree, dict):
        return list(tree), getitem
    if isinstance(tree, list | tuple):
        return range(len(tree)), getitem
    return [field.name for field in fields(tree)], getattr


def _closed(tree: Tree, keys: Sequence[Any], children: list[Tree]) -> Tree:
    """A container of the same type with other children; no constructor of the user's runs."""
    if tree is None:
        return None
    if isinstance(tree, dict):
        new = copy(tree)  # keeps the order, and what a defaultdict knows
        new.update(zip(keys, children, strict=True))
        return new
    if isinstance(tree, list | tuple):
        return getattr(tree, "_make", type(tree))(children)
    new = copy(tree)
    for key, child in zip(keys, children, strict=True):
        object.__setattr__(new, key, child)  # a frozen dataclass too
    return new


def leaves(tree: Tree) -> Iterator[Any]:
    """The leaves from left to right, dictionaries in their own order.

    >>> list(leaves({"w": [1, 2], "b": (3, None)}))
    [1, 2, 3]
    """
    if is_leaf(tree):
        yield tree
        return
    keys, child = _opened(tree)
    for key in keys:
        yield from leaves(child(tree, key))


def restored(tree: Tree, values: Iterator[Any]) -> Tree:
    """A tree of the same structure, with the next of ``values`` in place of each leaf.

    >>> restored({"w": [1, 2], "b": None}, iter("xy"))
    {'w': ['x', 'y'], 'b': None}
    """
    if is_leaf(tree):
        return next(values)
    keys, child = _opened(tree)
    return _closed(tree, keys, [restored(child(tree, key), values) for key in keys])


def mapped(function: Callable[[Any], Any], tree: Tree) -> Tree:
    """The tree with ``function(leaf)`` in place of each leaf.

    >>> mapped(abs, [-1, (2, -3)])
    [1, (2, 3)]
    """
    return function(tree) if is_leaf(tree) else restored(tree, map(function, leaves(tree)))


def matching(tree: Tree, other: Tree, what: str) -> Iterator[tuple[Any, Any]]:
    """Pairs of leaves in corresponding places; dictionaries are compared by key.

    Raises:
        ArgumentError: the two do not have the same structure; ``what`` names the other one.

    >>> list(matching({"a": 1, "b": [2]}, {"b": [20], "a": 10}, "the tangent"))
    [(1, 10), (2, 20)]
    """
    if is_leaf(tree):
        if not is_leaf(other):
            raise _mismatch(what, tree, other)
        yield tree, other
        return
    if is_leaf(other) or not (isinstance(other, type(tree)) or isinstance(tree, type(other))):
        raise _mismatch(what, tree, other)
    keys, child = _opened(tree)
    if set(keys) != set(_opened(other)[0]):
        raise _mismatch(what, tree, other)
    for key in keys:
        yield from matching(child(tree, key), child(other, key), what)


def _mismatch(what: str, tree: Tree, other: Tree) -> ArgumentError:
    return ArgumentError(
        f"{what} does not have the structure of its counterpart: {_described(other)} stands where "
        f"there is {_described(tree)}.",
        hint="the same lists, tuples and keys, with one array for each array",
    )


def _described(tree: Tree) -> str:
    name = type(tree).__name__
    if is_leaf(tree) or tree is None:
        return name
    return f"{name} of {', '.join(map(str, _opened(tree)[0])) or 'nothing'}"


class Unflatten:
    """Cut a vector into the arrays of a tree; the inverse of ``flatten``, differentiable too."""

    def __init__(self, tree: Tree) -> None:
        self.forms = [(np.shape(leaf), _real_dtype(leaf)) for leaf in leaves(tree)]
        self.tree = mapped(lambda _: 0.0, tree)
        self.size = sum(int(np.prod(shape)) for shape, _ in self.forms)

    def __call__(self, vector: Any) -> Tree:
        """The tree whose numbers the vector (size,) holds, in the order of the leaves."""
        if np.shape(vector) != (self.size,):
            raise ShapeError(
                f"unflatten() needs a vector of shape ({self.size},); "
                f"it got shape {np.shape(vector)}.",
                "it cuts the vector into the arrays that flatten() joined.",
                "unflatten(x) with the x that flatten() gave, or one of its length",
            )
        return restored(self.tree, self._pieces(vector))

    def _pieces(self, vector: Any) -> Iterator[Any]:
        start = 0
        for shape, dtype in self.forms:
            stop = start + int(np.prod(shape))
            piece = vector[start:stop].reshape(shape) if shape else vector[start]
            yield piece if piece.dtype == dtype else piece.astype(dtype)
            start = stop


def _real_dtype(leaf: Any) -> np.dtype[Any]:
    """The dtype of a leaf in a float64 vector and back; whole numbers become float64."""
    dtype = getattr(leaf, "dtype", None) or np.asarray(leaf).dtype
    if dtype.kind in "iu":
        return np.dtype(float)
    if dtype.kind == "f":
        return np.dtype(dtype)
    raise DtypeError(
        f"flatten() makes a vector of real numbers; one leaf has dtype {dtype}.",
        hint="keep real and imaginary parts, or what is not a number, in trees of their own",
    )


def flatten(tree: Tree) -> tuple[Any, Unflatten]:
    """Any nested structure as one float64 vector, and the function that undoes it.

    Args:
        tree: lists, tuples, dicts, namedtuples and dataclasses of arrays and numbers.
    Returns:
        (vector, unflatten): ``vector`` of shape (numbers in the tree,); ``unflatten(vector)`` is
        a tree like the given one, its arrays in their own shapes and dtypes.
    Raises:
        DtypeError: a leaf is complex, boolean or not a number.

    >>> x, unflatten = flatten({"w": np.ones((2, 2)), "b": 3.0})
    >>> x
    array([1., 1., 1., 1., 3.])
    >>> unflatten(2 * x)["w"]
    array([[2., 2.],
           [2., 2.]])
    """
    unflatten = Unflatten(tree)
    pieces = [np.reshape(leaf, -1) for leaf in leaves(tree)]
    if not pieces:
        return np.zeros(0), unflatten
    return np.concatenate([piece.astype(np.float64) for piece in pieces]), unflatten
