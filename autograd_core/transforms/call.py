"""One call of a function on tracked stand-ins, and the tape that it leaves.

Each chosen argument is given a node of its own, so that nested transforms of one value never meet.
What leaves here is plain, unless something else that it depends on is still tracked.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..backward import leading, sweep
from ..errors import ArgumentError, DtypeError
from ..modes import enable_grad, recording
from ..tape import Node, ancestors, next_number
from ..trees import Tree, is_leaf, leaves, mapped, restored
from ..variable import Variable, lift, track
from .selection import Args, Kwargs, Selection, described


def promoted(leaf: Any) -> Any:
    """The value of a leaf as an array or NumPy scalar of its own memory; whole numbers as floats.

    Raises:
        DtypeError: a boolean, an object, text; a masked array or a matrix.

    >>> promoted(3)
    np.float64(3.0)
    """
    kind = type(leaf)
    if kind is np.ndarray and leaf.dtype.kind in "fc" and leaf.dtype.isnative:
        return leaf.copy()[()]
    if kind is float:
        return np.float64(leaf)
    if isinstance(leaf, Variable):
        leaf = leaf.numpy()
    array = leaf if isinstance(leaf, np.ndarray) else np.asarray(leaf)
    if isinstance(array, np.ma.MaskedArray | np.matrix):
        raise DtypeError(
            f"A {kind.__name__} of shape {array.shape} cannot be differentiated by.",
            "its mask, or its own kind of product, would be lost.",
            "np.asarray(x), or x.filled(0)",
        )
    if array.dtype.kind not in "iufc":
        raise DtypeError(
            f"A {kind.__name__} of dtype {array.dtype} cannot be differentiated by.",
            "derivatives live in floating-point or complex numbers.",
            "x.astype(float), or choose another argument with argnum=",
        )
    dtype = float if array.dtype.kind in "iu" else array.dtype.newbyteorder("=")
    return np.array(array, dtype)[()]


def is_tracked(value: Any) -> bool:
    """Whether the value is a Variable with a history."""
    return isinstance(value, Variable) and value.node is not None


def value_of(y: Any) -> Any:
    """The array or number without its history; a read-only view of a Variable's."""
    return y.data if isinstance(y, Variable) else y


class Path(NamedTuple):
    """The nodes between stand-ins and results, oldest first, and where a sweep stops.

    ``nested``: derivatives are to be recorded too, for something else is tracked behind.
    """

    order: list[Node]
    targets: frozenset[Node]
    nested: bool


class Call:
    """One call of f on stand-ins for the chosen arguments; all of them if there is no selection.

    ``inputs`` are the stand-ins of the leaves of ``trees``, in order, and ``nodes`` their nodes;
    ``output`` is what f returned; ``recorded`` whether gradients were on outside.
    """

    __slots__ = ("inputs", "nodes", "oldest", "output", "recorded", "trees")

    def __init__(
        self, f: Callable[..., Any], args: Args, kwargs: Kwargs, selection: Selection | None = None
    ) -> None:
        self.trees = args if selection is None else selection.values(f, args, kwargs)
        self.recorded = recording()
        self.inputs: list[Variable] = []
        stand_ins = [self._entered(tree) for tree in self.trees]
        self.nodes: list[Node] = [variable.node for variable in self.inputs]
        self.oldest = self.nodes[0].number if self.nodes else next_number()
        if selection is not None:
            args, kwargs = selection.replaced(f, args, kwargs, stand_ins)
        else:
            args = tuple(stand_ins)
        if self.recorded:
            self.output = f(*args, **kwargs)
        else:
            with enable_grad():
                self.output = f(*args, **kwargs)

    def _entered(self, tree: Tree) -> Tree:
        """The tree with stand-ins: Sources, or identities over what is tracked already."""
        if not is_leaf(tree):
            return restored(tree, map(self._entered, leaves(tree)))
        value = promoted(tree)  # of a view it also brings the node up to date
        outer = tree.node if self.recorded and isinstance(tree, Variable) else None
        variable = track(value, outer)
        if outer is None:
            variable.node.retired = True  # no business of backward()
        self.inputs.append(variable)
        return variable

    def path(self, ends: Collection[Node]) -> Path:
        """The way from the stand-ins to the ends."""
        order, outside = ancestors(ends, self.oldest)
        if not outside:  # every tape that begins here begins with a stand-in
            return Path(order, frozenset(), False)
        targets = frozenset(self.nodes)
        return Path(leading(order, targets), targets, self.recorded)

    def plain(self, value: Tree) -> Tree:
        """A result as the caller may keep it: Variables only where something else is tracked."""
        return mapped(self.plain_leaf, value)

    def plain_leaf(self, leaf: Any) -> Any:
        """One leaf of a result; an array is in memory of its own."""
        if not isinstance(leaf, Variable):
            return leaf
        if leaf.node is not None and self.recorded and self.path([leaf.node]).nested:
            return leaf
        return own(leaf.data)

    def cotangents(self, seeds: dict[Node, Any], path: Path, free: bool = False) -> list[Any]:
        """The cotangent of each stand-in, unconjugated, of its shape and dtype; zeros if unused.

        Args:
            seeds: a cotangent for each end of the path, or for some.
            path: as found for these ends.
            free: release the tape, if nothing else needs it.
        """
        order, targets, nested = path
        found = sweep(seeds, targets, lift if nested else None, free and not nested, order)
        return [found[node] if node in found else zeros(node) for node in self.nodes]

    def closed(self, cotangents: Iterable[Any], conjugate: bool = True) -> list[Tree]:
        """Cotangents as the user sees them, in the structure of the chosen arguments."""
        values = handed_out(cotangents, conjugate)
        return [next(values) if is_leaf(tree) else restored(tree, values) for tree in self.trees]


def zeros(spec: Any) -> Any:
    """Zeros of the shape and dtype of a node or array; a NumPy scalar if it is a number."""
    return np.zeros(spec.shape, spec.dtype) if spec.shape else spec.dtype.type(0)


def ones(spec: Any) -> Any:
    """Ones of the shape and dtype of a node or array; a NumPy scalar if it is a number."""
    return np.ones(spec.shape, spec.dtype) if spec.shape else spec.dtype.type(1)


def own(value: Any) -> Any:
    """The value in memory of its own, if it is a view or read-only."""
    if isinstance(value, np.ndarray) and (value.base is not None or not value.flags.writeable):
        return value.copy()
    return value


def handed_out(cotangents: Iterable[Any], conjugate: bool) -> Iterator[Any]:
    """Conjugated on the way out, if complex, and sharing no memory."""
    given: set[int] = set()
    for g in cotangents:
        if conjugate and g.dtype.kind == "c":
            yield g.conj()
        elif type(g) is np.ndarray:
            shared = g.base is not None or id(g) in given or not g.flags.writeable
            yield g.copy() if shared else g
            given.add(id(g))
        else:
            yield g


def with_aux(output: Any) -> tuple[Any, Any]:
    """The two parts of what a function with ``has_aux`` returned."""
    if isinstance(output, tuple) and len(output) == 2:
        return output
    raise ArgumentError(
        f"With has_aux=True a function returns (value, extras); it returned {described(output)}.",
        hint="return value, extras",
    )


def check_number(y: Any, what: str) -> np.dtype[Any]:
    """The dtype of a result, which must be that of real or complex numbers.

    Raises:
        DtypeError: it is another one.
    """
    dtype: np.dtype[Any] = y.dtype if hasattr(y, "dtype") else np.asarray(y).dtype
    if dtype.kind not in "iufc":
        raise DtypeError(
            f"{what} got a result of dtype {dtype}.",
            "derivatives live in floating-point or complex numbers.",
            "return what was computed, not a comparison of it",
        )
    return dtype


def check_kind(y: Any, nodes: Iterable[Node], holomorphic: bool, what: str) -> None:
    """Ask for real results without ``holomorphic``, and for complex arguments with it.

    Raises:
        DtypeError: it is otherwise, or the result is not a number.
    """
    dtype = check_number(y, what)
    if dtype.kind == "c" and not holomorphic:
        raise DtypeError(
            f"{what} got a complex result, of dtype {dtype}.",
            "a complex number has no direction of steepest ascent.",
            "holomorphic=True for f'(z); or return a real number, such as np.abs(z)",
        )
    if holomorphic and any(node.dtype.kind != "c" for node in nodes):
        raise DtypeError(
            f"{what} with holomorphic=True needs complex arguments.",
            "a real argument has no complex neighbors.",
            "x.astype(complex), or leave holomorphic=True out",
        )
    if holomorphic and dtype.kind != "c" and is_tracked(y):
        raise DtypeError(
            f"{what} with holomorphic=True got a real result, of dtype {dtype}.",
            "a real function of a complex argument has no complex derivative.",
            "leave holomorphic=True out, for the direction of steepest ascent",
        )
