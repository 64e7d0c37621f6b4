"""Pack: parameters that an optimizer updates by one call, and what it remembers of them.

A step on a small network is mostly the price of its NumPy calls. So small parameters of one group
are laid end to end: their gradients are copied into one flat array, the rule runs once, and the
result is copied back. A large parameter is taken as it is, in blocks that fit into the cache. The
file knows arrays and Variables; it must not know any rule.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import Variable

__all__: list[str] = []

SMALL = 4096  # entries up to which a copy costs less than the calls it saves
BLOCK = 32768  # entries that one call of a rule sees at most
Array = NDArray[Any]
State = Any
ndarray = np.ndarray


class Pack:
    """Parameters of one group, dtype and age, that are updated together.

    Args:
        group: the hyperparameters they share.
        params: the parameters; all have a gradient.
        count: how many updates they have had.
        whole: one parameter, which the rule sees in its own shape and in one piece.
    """

    def __init__(
        self, group: dict[str, Any], params: Sequence[Variable], count: int, whole: bool
    ) -> None:
        self.group, self.params, self.count, self.whole = group, list(params), count, whole
        self.holders = [p for p in params if hasattr(p, "constraint")]
        self.negate = group["maximize"]
        self.shapes, self.is_complex = [p.shape for p in params], params[0].dtype.kind == "c"
        self.members: list[tuple[Variable, Any, Array, Array]] = []  # of a joined pack
        arrays = [writable(p) for p in params]
        first = arrays[0]
        self.direct = (
            len(params) == 1
            and (whole or first.size > SMALL)
            and not self.negate
            and _is_plain(first)
            and _is_plain(params[0].grad)
        )
        if self.direct:
            self.array, self.values = first, first if whole else first.reshape(-1)
        else:
            shape = first.shape if whole else sum(a.size for a in arrays)
            dtype = working(first.dtype)
            stored, self.gathered = np.empty(shape, dtype), np.empty(shape, dtype)
            self.values, self.grads = _real(stored, whole), _real(self.gathered, whole)
            self.flat = self.grads.reshape(-1)
            values, grads = self.split(stored), self.split(self.gathered)
            self.members = list(zip(params, arrays, values, grads, strict=True))
        self.blocks: list[tuple[slice | None, State]] = []

    def split(self, flat: Array) -> Iterator[Array]:
        """The part of each parameter in a flat array, in its shape."""
        if self.whole:
            yield flat
            return
        start, numbers = 0, 2 if self.is_complex and flat.dtype.kind == "f" else 1
        for shape in self.shapes:  # the two numbers of a complex entry have an axis of their own
            stop = start + math.prod(shape) * numbers
            yield flat[start:stop].reshape(shape if numbers == 1 else (*shape, numbers))
            start = stop

    # --- one step ---------------------------------------------------------------------------------
    def collect(self) -> bool:
        """Fetch arrays and gradients; False if they are not those the pack was made for."""
        if self.group["maximize"] != self.negate:
            return False
        if self.direct:
            param = self.params[0]
            g = param.grad
            if param.data is not self.array or not _is_plain(g):
                return False
            self.flat = g.reshape(-1)
            self.grads = g if self.whole else self.flat
            return True
        for param, array, value, grad in self.members:
            g = param.grad
            if g is None or param.data is not array:
                return False
            grad[...] = g if type(g) is ndarray else _plain(g)
            value[...] = array
        if self.negate:
            np.negative(self.gathered, self.gathered)
        return True

    def square(self) -> float:
        """The sum of the squares of the gradients: one product tells whether all are finite."""
        return self.flat.dot(self.flat)  # type: ignore[no-any-return]

    def gradients(self) -> Iterator[Array]:
        """The gradient of each parameter, as collected."""
        return iter([self.grads]) if self.direct else self.split(self.grads)

    def store(self) -> None:
        """Copy the flat array back into the parameters, where it is a copy."""
        for i, (param, array, value, grad) in enumerate(self.members):
            if type(array) is ndarray:
                array[...] = value
            else:  # a number cannot be written into
                param.data = array.dtype.type(value)
                self.members[i] = param, param.data, value, grad

    # --- state ------------------------------------------------------------------------------------
    def begin(
        self, init: Callable[[Array], State], states: Sequence[State], scratch: dict[Any, Array]
    ) -> None:
        """Make the state of each block.

        Args:
            init: gives the state of an array of parameters that were never updated.
            states: what is remembered of each parameter; empty if nothing is.
            scratch: arrays that all packs may use for temporaries, by dtype and number.
        """
        self.collect()
        if self.whole:
            state = init(self.values)
            self.blocks = [(None, _merged(state, states[0]) if states else state)]
            return
        joined = {
            name: np.concatenate([np.reshape(state[name], -1) for state in states]).astype(
                self.values.dtype if value.dtype.kind == "f" else value.dtype, copy=False
            )
            if isinstance(value, ndarray)
            else value
            for name, value in (states[0] if states else {}).items()
        }
        for start in range(0, max(1, self.values.size), BLOCK):
            part = slice(start, start + BLOCK)
            state = init(self.values[part])
            if states:
                old = {
                    k: v[part].copy() if isinstance(v, ndarray) else v for k, v in joined.items()
                }
                state = _merged(state, old)
            for k, name in enumerate([name for name in state if name.startswith("_")]):
                like = state[name]
                block = scratch.setdefault((like.dtype, k), np.empty(BLOCK, like.dtype))
                state[name] = block[: like.size]
            self.blocks.append((part if self.values.size > BLOCK else None, state))

    def states(self) -> list[State]:
        """A copy of the state of each parameter, in its shape."""
        if self.whole:
            return [copied(self.blocks[0][1])]
        found: list[State] = [{} for _ in self.params]
        for name, value in copied(self.blocks[0][1]).items():
            parts: Sequence[Any] = [value] * len(found)
            if isinstance(value, ndarray):
                joined = np.concatenate([state[name] for _, state in self.blocks])
                parts = [part.copy() for part in self.split(joined)]
            for state, part in zip(found, parts, strict=True):
                state[name] = part
        return found


def constrain(param: Variable, shared: Callable[[Array], Array] | None) -> None:
    """Apply the constraint of a parameter, or else the one it shares with its group."""
    constraint = getattr(param, "constraint", None) or shared
    if constraint is None:
        return
    array = param.data
    new = constraint(array)
    if not isinstance(array, np.ndarray):
        param.data = new
    elif new is not array:
        array[...] = new


def copied(state: State) -> State:
    """A deep copy of a state, without its temporaries."""
    if isinstance(state, dict):
        return {k: copied(v) for k, v in state.items() if not str(k).startswith("_")}
    if isinstance(state, list | tuple):
        return type(state)(copied(v) for v in state)
    return state.copy() if isinstance(state, ndarray) else state


def _merged(fresh: State, old: State) -> State:
    """What is remembered, with the temporaries of a fresh state."""
    if not isinstance(fresh, dict):
        return copied(old)
    return {k: v for k, v in fresh.items() if k.startswith("_")} | copied(old)


def writable(param: Variable) -> Array:
    """The array of a parameter; a copy takes the place of one that is read-only."""
    array = param.data
    if type(array) is ndarray and not array.flags.writeable:
        param.data = array.copy()
        array = param.data
    return array  # type: ignore[no-any-return]


def _is_plain(array: Any) -> bool:
    """Whether a rule may work on the array itself."""
    if type(array) is not ndarray or array.dtype.kind != "f":
        return False
    return bool(array.flags.c_contiguous) and array.dtype == working(array.dtype)


def working(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype to compute in: half precision cannot hold the squares of gradients."""
    return np.dtype(np.float32) if dtype.itemsize == 2 else dtype


def matches(state: State, shape: tuple[int, ...]) -> bool:
    """Whether the arrays of a state that is a dict have the shape of a parameter."""
    values = state.values() if isinstance(state, dict) else ()
    shapes = {v.shape for v in values if isinstance(v, ndarray)}
    return shapes <= {shape, (*shape, 2)}  # the latter of a complex one


def _plain(g: Any) -> Any:
    """A gradient without its history."""
    return g.data if isinstance(g, Variable) else g


def _real(array: Array, whole: bool) -> Array:
    """A complex array as twice as many real numbers; their axis is the last of a whole one."""
    if array.dtype.kind != "c":
        return array
    return (array[..., None] if whole else array).view(array.real.dtype)
