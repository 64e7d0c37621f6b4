"""A function and a place, seen as a function of real numbers: F: Rⁿ → Rᵐ.

A complex number counts as two. All that is compared are values, and products J t and Jᵀ u.
"""

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..transforms import jvp, vjp
from ..trees import leaves, restored
from ..variable import Variable

Vector = np.ndarray[Any, Any]


def pack(arrays: Sequence[Any]) -> Vector:
    """Join arrays into one real vector; a complex number gives two entries.

    >>> pack([np.array([1.0, 2.0]), np.complex128(3 + 4j)])
    array([1., 2., 3., 4.])
    """
    return np.concatenate([np.zeros(0), *map(_parts, arrays)])


def _parts(array: Any) -> Vector:
    flat = np.asarray(array).ravel()
    return np.stack([flat.real, flat.imag], axis=1).ravel() if flat.dtype.kind == "c" else flat


def unpack(vector: Vector, like: Sequence[Any], exact: bool = True) -> list[Any]:
    """Cut a real vector into arrays of the shapes of ``like``; of their dtypes too if ``exact``."""
    arrays, start = [], 0
    for array in like:
        stop = start + _parts(array).size
        piece = vector[start:stop]
        if array.dtype.kind == "c":
            piece = piece[0::2] + 1j * piece[1::2]
        piece = piece.reshape(array.shape)
        arrays.append((piece.astype(array.dtype) if exact else piece)[()])
        start = stop
    return arrays


def is_inexact(leaf: Any) -> bool:
    """Whether a leaf is a real or complex number, or an array of these."""
    dtype = getattr(leaf, "dtype", None)
    return (dtype if dtype is not None else np.asarray(leaf).dtype).kind in "fc"


class Problem:
    """A function at its arguments.

    ``points`` are the floating-point leaves of the arguments, and ``names`` what messages call
    them; ``x`` (n,) holds all of them; ``outputs`` are the floating-point leaves of the result.
    """

    def __init__(self, f: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
        if not callable(f):
            raise ArgumentError(
                f"gradcheck() checks a function; it got {type(f).__name__}.",
                "it calls the function at points near by.",
                "gradcheck(f, 2.0), with f in place of its result",
            )
        self.f, self.args, self.kwargs = f, args, kwargs
        self.leaves = [
            leaf.numpy() if isinstance(leaf, Variable) else leaf for leaf in leaves(args)
        ]
        self.points = [np.array(leaf) for leaf in self.leaves if is_inexact(leaf)]
        self.names = [
            f"argument {k}{_parameter(f, k)}"
            for k, argument in enumerate(args)
            for leaf in leaves(argument)
            if is_inexact(leaf)
        ]
        if not self.points:
            raise ArgumentError(
                "gradcheck() got no floating-point argument.",
                "derivatives live in floating-point or complex numbers.",
                "gradcheck(f, 2.0), or arrays of floats",
            )
        self.x = pack(self.points)
        self.outputs = [np.asarray(y) for y in vjp(self.call, *self.points)[0]]

    @property
    def name(self) -> str:
        """What messages call the function."""
        return getattr(self.f, "__name__", None) or type(self.f).__name__

    def call(self, *points: Any) -> tuple[Any, ...]:
        """The floating-point leaves of the result, with these points for the given ones."""
        new = iter(points)
        values = (next(new) if is_inexact(leaf) else leaf for leaf in self.leaves)
        output = self.f(*restored(self.args, values), **self.kwargs)
        return tuple([leaf for leaf in leaves(output) if is_inexact(leaf)])

    def added(self, points: Sequence[Any], spare: Sequence[Any]) -> tuple[Any, ...]:
        """The results plus something else, which so gets the same cotangents as they."""
        return tuple([y + s for y, s in zip(self.call(*points), spare, strict=True)])

    def value(self, x: Vector) -> Vector:
        """F(x), in double precision at least; of complex x too, if f allows it."""
        output = self.call(*unpack(x, self.points, exact=False))
        if x.dtype.kind == "c":
            return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(y)) for y in output)])
        return pack([y.numpy() if isinstance(y, Variable) else y for y in output])

    def pulled(self, u: Vector) -> list[Any]:
        """Jᵀ u, as an array for each point."""
        return list(vjp(self.call, *self.points)[1](tuple(unpack(u, self.outputs))))

    def pushed(self, t: Vector) -> Vector:
        """J t."""
        return pack(jvp(self.call, tuple(self.points), tuple(unpack(t, self.points)))[1])

    def gradient(self, u: Vector, exact: bool = True) -> Callable[..., Any]:
        """The function points → Jᵀ u, an array for each point."""

        def function(*points: Any) -> Any:
            value, pullback = vjp(self.call, *points)
            like = self.outputs if exact else [np.asarray(_plain(y)) for y in value]
            return pullback(tuple(unpack(u, like)))

        return function

    def slope(self, u: Vector, x: Vector) -> Vector:
        """J(x)ᵀ u, in double precision at least."""
        return pack(self.gradient(u, exact=False)(*unpack(x, self.points, exact=False)))

    def places(self) -> Iterator[tuple[str, Vector, slice]]:
        """Each point with its name and its place in x."""
        start = 0
        for name, point in zip(self.names, self.points, strict=True):
            stop = start + _parts(point).size
            yield name, point, slice(start, stop)
            start = stop


def _plain(y: Any) -> Any:
    return y.numpy() if isinstance(y, Variable) else y


def _parameter(f: Callable[..., Any], position: int) -> str:
    """The parameter's name in quotes, where it is known."""
    try:
        names = list(signature(f).parameters)
    except (TypeError, ValueError):
        return ""
    return f", '{names[position]}'" if position < len(names) else ""
