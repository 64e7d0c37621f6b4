"""ndarray's methods, each in terms of the NumPy function of its name.

NumPy hands the function to the class that inherits them, so that nothing here knows of tapes. What
works in place assigns to ``x[...]``. The commonest (``sum``, ``mean``, ``reshape``, ``transpose``)
have shorter ways, in operators.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

RAW = (
    "byteswap",
    "ctypes",
    "dump",
    "dumps",
    "getfield",
    "setfield",
    "setflags",
    "tobytes",
    "tofile",
)
REFUSED = {name: f"x.data.{name}" for name in RAW}
REFUSED["resize"] = "np.resize(x, shape), or x.reshape(shape)"


class Flat:
    """All entries in row order: iterated, indexed and assigned, as ndarray's ``flat``.

    >>> from autograd_core import Variable
    >>> x = Variable([[1.0, 2.0], [3.0, 4.0]], requires_grad=False)
    >>> x.flat[1:3] = 0
    >>> [entry.item() for entry in x.flat]
    [1.0, 0.0, 0.0, 4.0]
    """

    __slots__ = ("base",)

    def __init__(self, base: Any) -> None:
        self.base = base

    def __len__(self) -> int:
        return int(self.base.size)

    def __iter__(self) -> Iterator[Any]:
        return iter(np.ravel(self.base))

    def __getitem__(self, index: Any) -> Any:
        chosen = np.ravel(self.base)[index]
        return np.copy(chosen) if chosen.ndim else chosen  # never a view, as in NumPy

    def __setitem__(self, index: Any, value: Any) -> None:
        np.put(self.base, np.arange(len(self))[index], value)


def refused(name: str) -> property:
    """An attribute of ndarray that raises; a ``__getattr__`` would slow all others down."""

    def get(self: Any) -> Any:
        raise AttributeError(
            f"A {type(self).__name__} has no {name}.\n"
            "  why: raw memory does not remember how it was computed.\n"
            f"  try: {REFUSED[name]}"
        )

    return property(get)


class Methods:
    """The methods of an array, for a class that NumPy dispatches on."""

    __slots__ = ()

    # --- reductions and scans ---------------------------------------------------------------------
    def prod(
        self: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        **options: Any,
    ) -> Any:
        """np.prod; also with ``initial`` and ``where``."""
        return np.prod(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **options)

    def max(
        self: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Any:
        """np.max; also with ``initial`` and ``where``."""
        return np.max(self, axis=axis, out=out, keepdims=keepdims, **options)

    def min(
        self: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Any:
        """np.min; also with ``initial`` and ``where``."""
        return np.min(self, axis=axis, out=out, keepdims=keepdims, **options)

    def std(
        self: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        **options: Any,
    ) -> Any:
        """np.std; also with ``where``, ``mean`` and ``correction``."""
        options = _spread_options(ddof, options)
        return np.std(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **options)

    def var(
        self: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        **options: Any,
    ) -> Any:
        """np.var; also with ``where``, ``mean`` and ``correction``."""
        options = _spread_options(ddof, options)
        return np.var(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **options)

    def cumsum(self: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """np.cumsum."""
        return np.cumsum(self, axis=axis, dtype=dtype, out=out)

    def cumprod(self: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """np.cumprod."""
        return np.cumprod(self, axis=axis, dtype=dtype, out=out)

    def trace(
        self: Any,
        offset: int = 0,
        axis1: int = 0,
        axis2: int = 1,
        dtype: Any = None,
        out: Any = None,
    ) -> Any:
        """np.trace."""
        return np.trace(self, offset=offset, axis1=axis1, axis2=axis2, dtype=dtype, out=out)

    # --- what is true, where the largest is -------------------------------------------------------
    def all(
        self: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Any:
        """np.all; also with ``where``."""
        return np.all(self, axis=axis, out=out, keepdims=keepdims, **options)

    def any(
        self: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Any:
        """np.any; also with ``where``."""
        return np.any(self, axis=axis, out=out, keepdims=keepdims, **options)

    def argmax(self: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """np.argmax."""
        return np.argmax(self, axis=axis, out=out, keepdims=keepdims)

    def argmin(self: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """np.argmin."""
        return np.argmin(self, axis=axis, out=out, keepdims=keepdims)

    def argsort(
        self: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
    ) -> Any:
        """np.argsort."""
        return np.argsort(self, axis=axis, kind=kind, order=order, stable=stable)

    def argpartition(
        self: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None
    ) -> Any:
        """np.argpartition."""
        return np.argpartition(self, kth, axis=axis, kind=kind, order=order)

    def nonzero(self: Any) -> Any:
        """np.nonzero."""
        return np.nonzero(self)

    def searchsorted(self: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
        """np.searchsorted."""
        return np.searchsorted(self, v, side=side, sorter=sorter)

    def round(self: Any, decimals: int = 0, out: Any = None) -> Any:
        """np.round; a plain array."""
        return np.round(self, decimals=decimals, out=out)

    # --- the same entries in another form ---------------------------------------------------------
    def ravel(self: Any, order: Any = "C") -> Any:
        """np.ravel."""
        return np.ravel(self, order=order)

    def flatten(self: Any, order: Any = "C") -> Any:
        """A copy with one axis."""
        return np.copy(np.ravel(self, order=order))

    def squeeze(self: Any, axis: Any = None) -> Any:
        """np.squeeze."""
        return np.squeeze(self, axis=axis)

    def swapaxes(self: Any, axis1: int, axis2: int) -> Any:
        """np.swapaxes."""
        return np.swapaxes(self, axis1, axis2)

    def repeat(self: Any, repeats: Any, axis: Any = None) -> Any:
        """np.repeat."""
        return np.repeat(self, repeats, axis=axis)

    def copy(self: Any, order: Any = "C") -> Any:
        """np.copy: a result with the same derivative and memory of its own."""
        return np.copy(self, order=order)

    def astype(
        self: Any,
        dtype: Any,
        order: Any = "K",
        casting: Any = "unsafe",
        subok: bool = True,  # noqa: ARG002  (there are no subclasses of arrays here)
        copy: bool = True,
    ) -> Any:
        """The entries converted; a float becomes an integer without a derivative.

        Raises:
            TypeError: ``casting`` does not allow it.
        """
        if not np.can_cast(self.dtype, dtype, casting):
            raise TypeError(
                f"Cannot cast array data from {self.dtype!r} to {np.dtype(dtype)!r} "
                f"according to the rule {casting!r}"
            )
        out = np.astype(self, dtype, copy=copy)
        return out if order == "K" else np.copy(out, order=order)

    def view(self: Any, *kind: Any, **kinds: Any) -> Any:
        """The same entries under another name.

        Raises:
            TypeError: a dtype or a type is given, which would read raw memory.
        """
        if kind or kinds:
            raise TypeError(
                "view() of another dtype or type is not differentiable.\n"
                "  why: raw memory does not remember how it was computed.\n"
                "  try: x.astype(dtype) to convert; x.data.view(dtype) for the bits"
            )
        return self[...]

    @property
    def flat(self: Any) -> Any:
        """All entries in row order; may be assigned."""
        return Flat(self)

    @flat.setter
    def flat(self: Any, values: Any) -> None:
        Flat(self)[:] = values

    # --- parts ------------------------------------------------------------------------------------
    def take(
        self: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise"
    ) -> Any:
        """np.take."""
        return np.take(self, indices, axis=axis, out=out, mode=mode)

    def compress(self: Any, condition: Any, axis: Any = None, out: Any = None) -> Any:
        """np.compress."""
        return np.compress(condition, self, axis=axis, out=out)

    def choose(self: Any, choices: Any, out: Any = None, mode: Any = "raise") -> Any:
        """np.choose."""
        return np.choose(self, choices, out=out, mode=mode)

    def diagonal(self: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """np.diagonal."""
        return np.diagonal(self, offset=offset, axis1=axis1, axis2=axis2)

    # --- entry by entry, and products -------------------------------------------------------------
    def clip(self: Any, min: Any = None, max: Any = None, out: Any = None, **options: Any) -> Any:
        """np.clip."""
        return np.clip(self, min, max, out=out, **options)

    def conj(self: Any) -> Any:
        """np.conjugate; itself, if it is real."""
        return np.conjugate(self) if self.dtype.kind == "c" else self

    conjugate = conj

    def dot(self: Any, b: Any, out: Any = None) -> Any:
        """np.dot."""
        return np.dot(self, b, out=out)

    # --- in place ---------------------------------------------------------------------------------
    def sort(
        self: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
    ) -> None:
        """Sort in place, along one axis."""
        self[...] = np.sort(self, axis=axis, kind=kind, order=order, stable=stable)

    def partition(
        self: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None
    ) -> None:
        """Partition in place, along one axis."""
        places = np.argpartition(self, kth, axis=axis, kind=kind, order=order)
        self[...] = np.take_along_axis(self, places, axis)

    def fill(self: Any, value: Any) -> None:
        """Write one number everywhere."""
        self[...] = value

    def put(self: Any, indices: Any, values: Any, mode: Any = "raise") -> None:
        """np.put: write into the flattened array."""
        np.put(self, indices, values, mode=mode)


def _spread_options(ddof: float, options: dict[str, Any]) -> dict[str, Any]:
    """NumPy refuses ``ddof`` and ``correction`` together, even if one is the default."""
    return options if "correction" in options and ddof == 0 else {"ddof": ddof, **options}


if not TYPE_CHECKING:  # for a type checker they are not there
    for _name in REFUSED:
        setattr(Methods, _name, refused(_name))
