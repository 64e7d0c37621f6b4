"""What is used where nothing is said: the dtype of parameters, the generator of random numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import DtypeError

__all__ = [
    "default_dtype",
    "generator",
    "get_default_dtype",
    "manual_seed",
    "set_default_dtype",
]

Seed = int | np.random.SeedSequence | np.random.Generator | None

_DTYPE: np.dtype[Any] = np.dtype(np.float64)
_GENERATOR = np.random.default_rng()


def get_default_dtype() -> np.dtype:
    """The dtype in which parameters are made: float64 at first.

    >>> get_default_dtype()
    dtype('float64')
    """
    return _DTYPE


def set_default_dtype(dtype: DTypeLike) -> None:
    """Make parameters in this dtype from here on.

    Args:
        dtype: a floating-point dtype.
    Raises:
        DtypeError: it is another kind of dtype.

    >>> before = get_default_dtype()
    >>> set_default_dtype(np.float32)
    >>> get_default_dtype()
    dtype('float32')
    >>> set_default_dtype(before)
    """
    global _DTYPE
    found = np.dtype(dtype)
    if found.kind != "f":
        raise DtypeError(
            f"set_default_dtype got {found}.",
            "parameters are floating-point numbers.",
            "nn.set_default_dtype(np.float32)",
        )
    _DTYPE = found


@contextmanager
def default_dtype(dtype: DTypeLike) -> Iterator[None]:
    """Make parameters in this dtype inside a ``with`` block.

    >>> with default_dtype(np.float32):
    ...     get_default_dtype()
    dtype('float32')
    """
    before = _DTYPE
    set_default_dtype(dtype)
    try:
        yield
    finally:
        set_default_dtype(before)


def manual_seed(seed: int | np.random.SeedSequence | None) -> None:
    """Start the default generator again; it serves every ``rng=None``.

    NumPy's global state is neither read nor set.

    >>> manual_seed(0)
    >>> first = generator().random()
    >>> manual_seed(0)
    >>> assert generator().random() == first
    """
    global _GENERATOR
    _GENERATOR = np.random.default_rng(seed)


def generator(rng: Seed = None) -> np.random.Generator:
    """The generator behind an ``rng=``: itself, one made from a seed, or the default one.

    Source: SPEC 7, "Seeding pseudo-random number generation".

    >>> assert generator(0).random() == np.random.default_rng(0).random()
    """
    return _GENERATOR if rng is None else np.random.default_rng(rng)
