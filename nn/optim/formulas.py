"""What the rules have in common: averages and decay, written into arrays that exist already."""

from typing import Any

import numpy as np

from .packs import Array, State

__all__: list[str] = []

add: Any = np.add
multiply: Any = np.multiply


def average(mean: Array, new: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 - β) new."""
    multiply(new, 1 - beta, scratch)
    multiply(mean, beta, mean)
    add(mean, scratch, mean)


def average_square(mean: Array, new: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 - β) new²."""
    multiply(new, new, scratch)
    multiply(scratch, 1 - beta, scratch)
    multiply(mean, beta, mean)
    add(mean, scratch, mean)


def penalized(grad: Array, param: Array, decay: float, scratch: Array) -> Array:
    """g + λ w, in the scratch array; g itself without λ."""
    if not decay:
        return grad
    multiply(param, decay, scratch)
    return add(grad, scratch, scratch)  # type: ignore[no-any-return]


def remembered(state: State, name: str, param: Array) -> Array:
    """An array of the state; zeros at first, for an option that was switched on later."""
    if name not in state:
        state[name] = np.zeros_like(param)
    return state[name]  # type: ignore[no-any-return]
