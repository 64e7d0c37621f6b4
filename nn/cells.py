"""Recurrent layers over sequences, and their cells for single steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import ShapeError

from . import functional, init
from .choices import choice
from .defaults import Seed, generator
from .linear import check_length
from .module import Module
from .parameter import Parameter
from .paths import label

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]

Named = str | Callable[..., Any]
Regularizer = str | Callable[..., Any] | None
Array = Any  # an array, or a Variable of one
NONLINEARITIES = {"tanh": "tanh", "relu": "relu"}


class Drawing(NamedTuple):
    """How parameters are drawn: the keywords that all of these layers have in common."""

    weight_init: Named
    recurrent_init: Named
    bias_init: Named
    weight_regularizer: Regularizer
    bias_regularizer: Regularizer
    rng: Seed
    dtype: DTypeLike | None

    def parameters(
        self, features: int, units: int, gates: int, bias: bool, gain: str
    ) -> dict[str, Parameter]:
        """The parameters of one cell, named and shaped as PyTorch's but transposed."""
        width = gates * units

        def drawn(
            shape: tuple[int, ...], initializer: Named, regularizer: Regularizer, **gain: str
        ) -> Parameter:
            return Parameter.drawn(
                shape, initializer, rng=self.rng, dtype=self.dtype, regularizer=regularizer, **gain
            )

        found = {
            "weight_ih": drawn(
                (features, width), self.weight_init, self.weight_regularizer, activation=gain
            ),
            "weight_hh": drawn((units, width), self.recurrent_init, self.weight_regularizer),
        }
        if bias:
            found["bias_ih"] = drawn((width,), self.bias_init, self.bias_regularizer)
            found["bias_hh"] = drawn((width,), "zeros", self.bias_regularizer)
        return found


class Recurrent(Module):
    """The base of cells and layers: sizes, parameters, states, and how a sequence is run."""

    _sizes = ("input_size", "hidden_size")
    _gates = 1
    _states = 1  # h alone, or h and c
    _gain = "sigmoid"  # the nonlinearity that the initializers are told

    def _prepare(self, input_size: int, hidden_size: int, bias: bool, name: str | None) -> None:
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        for size in self._sizes:
            check_length(self, size, getattr(self, size))
        if name is not None:
            self.name = name

    def _draw(self, suffix: str, features: int, drawing: Drawing) -> None:
        """Hold newly drawn parameters of one cell, under names with a suffix."""
        found = drawing.parameters(features, self.hidden_size, self._gates, self.bias, self._gain)
        for name, parameter in found.items():
            setattr(self, name + suffix, parameter)

    def _weights(self, suffix: str) -> list[Parameter]:
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")[: 4 if self.bias else 2]
        return [getattr(self, name + suffix) for name in names]

    def _given(self, state: Any, shape: tuple[int, ...], dtype: Any) -> Sequence[Array]:
        """The states as a sequence, their shapes checked; zeros for None."""
        if state is None:
            return (np.zeros(shape, dtype),) * self._states
        states = state if self._states > 1 and isinstance(state, tuple | list) else (state,)
        if len(states) != self._states or any(np.shape(s) != shape for s in states):
            kind = "a pair (h, c) of states" if self._states > 1 else "a state"
            raise ShapeError(
                f"{label(self)} needs {kind} of shape {shape}; "
                f"it got {', '.join(str(np.shape(s)) for s in states)}.",
                "a state has a row of hidden_size numbers for each sample"
                + (" and each layer and direction." if len(shape) > 2 else "."),
                "None, to start from zeros",
            )
        return states

    def _run(self, x: Array, states: Sequence[Array], weights: Sequence[Array]) -> Sequence[Array]:
        """Each state after each step (T, N, H); x (T, N, F), each state (N, H)."""
        raise NotImplementedError

    def __len__(self) -> int:
        return self.hidden_size


class Elman:
    """h' = tanh(x W + b + h U + c)."""

    nonlinearity: str

    def _run(self, x: Array, states: Sequence[Array], weights: Sequence[Array]) -> Sequence[Array]:
        return (functional.rnn(x, *states, *weights, nonlinearity=self.nonlinearity),)


class Gated:
    """r, z = σ(...), n = tanh(x W + b + r (h U + c)), h' = (1 - z) n + z h."""

    _gates = 3

    def _run(self, x: Array, states: Sequence[Array], weights: Sequence[Array]) -> Sequence[Array]:
        return (functional.gru(x, *states, *weights),)


class LongShort:
    """i, f, o = σ(...), g = tanh(...), c' = f c + i g, h' = o tanh(c')."""

    _gates, _states = 4, 2

    def _run(self, x: Array, states: Sequence[Array], weights: Sequence[Array]) -> Sequence[Array]:
        return functional.lstm(x, tuple(states), *weights)


def forgetful(
    bias_init: Named, forget_bias: float, shape: Any, *, rng: Seed = None, dtype: Any = None
) -> np.ndarray:
    """An LSTM's bias (4 H,) as an initializer draws it, and ``forget_bias`` more for its f."""
    bias = np.array(init.get(bias_init)(shape, rng=rng, dtype=dtype))
    units = len(bias) // 4
    bias[units : 2 * units] += forget_bias
    return bias


# --- cells ----------------------------------------------------------------------------------------
class _Cell(Recurrent):
    """One step of a recurrent layer, with its own parameters."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        bias: bool = True,
        weight_init: Named = "kaiming_uniform",
        recurrent_init: Named = "orthogonal",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self._prepare(input_size, hidden_size, bias, name)
        drawing = Drawing(
            weight_init,
            recurrent_init,
            bias_init,
            weight_regularizer,
            bias_regularizer,
            generator(rng),
            dtype,
        )
        self._draw("", input_size, drawing)

    def forward(self, x: Array, state: Any = None) -> Any:
        """One step: x (N, input_size) and the state before it → the state after it."""
        if np.ndim(x) != 2 or x.shape[1] != self.input_size:
            raise ShapeError(
                f"{label(self)} needs inputs of shape (N, {self.input_size}); "
                f"it got shape {np.shape(x)}.",
                "a cell takes one step of all sequences of a batch.",
                f"{type(self).__name__[:-4]} for whole sequences"
                if np.ndim(x) == 3
                else f"x.reshape(-1, {self.input_size})",
            )
        weights = self._weights("")
        states = self._given(state, (len(x), self.hidden_size), weights[0].dtype)
        after = [s[0] for s in self._run(x[None], states, weights)]
        return after[0] if self._states == 1 else tuple(after)


class RNNCell(Elman, _Cell):
    """h' = tanh(x W + b + h U + c), one step.

    Args:
        input_size, hidden_size: the lengths of x and of h.
        bias: whether b and c are added.
        nonlinearity: "tanh" or "relu".
        weight_init, recurrent_init, bias_init: initializers of W, U and b; c starts from zeros.
        weight_regularizer, bias_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        x (N, input_size), h (N, hidden_size) or None → h'; weight_ih (input_size, hidden_size),
        weight_hh (hidden_size, hidden_size), bias_ih and bias_hh (hidden_size,).
    Raises:
        ShapeError: when called on arrays of other shapes.
    Source: J. Elman, "Finding structure in time" (1990).

    >>> RNNCell(2, 3, rng=0)(np.ones((4, 2))).shape
    (4, 3)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        bias: bool = True,
        nonlinearity: str = "tanh",
        weight_init: Named = "kaiming_uniform",
        recurrent_init: Named = "orthogonal",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.nonlinearity = self._gain = choice("nonlinearity", nonlinearity, NONLINEARITIES)
        super().__init__(
            input_size,
            hidden_size,
            bias=bias,
            weight_init=weight_init,
            recurrent_init=recurrent_init,
            bias_init=bias_init,
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
            name=name,
        )


class GRUCell(Gated, _Cell):
    """h' = (1 - z) n + z h with a reset and an update gate, one step.

    r, z = σ(x W + b + h U + c), n = tanh(x W + b + r (h U + c)), by blocks in this order.

    Args:
        input_size, hidden_size: the lengths of x and of h.
        bias: whether b and c are added.
        weight_init, recurrent_init, bias_init: initializers of W, U and b; c starts from zeros.
        weight_regularizer, bias_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        x (N, input_size), h (N, hidden_size) or None → h'; weight_ih (input_size, 3 hidden_size),
        weight_hh (hidden_size, 3 hidden_size), bias_ih and bias_hh (3 hidden_size,).
    Raises:
        ShapeError: when called on arrays of other shapes.
    Source: K. Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014).

    >>> GRUCell(2, 3, rng=0)(np.ones((4, 2))).shape
    (4, 3)
    """


class LSTMCell(LongShort, _Cell):
    """c' = f c + i g and h' = o tanh(c'), one step.

    i, f, o = σ(x W + b + h U + c), g = tanh(...), by blocks in the order i, f, g, o.

    Args:
        input_size, hidden_size: the lengths of x and of h.
        bias: whether b and c are added.
        forget_bias: added to the initial bias of the forget gate.
        weight_init, recurrent_init, bias_init: initializers of W, U and b; c starts from zeros.
        weight_regularizer, bias_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        x (N, input_size), (h, c), each (N, hidden_size), or None → (h', c'); weight_ih
        (input_size, 4 hidden_size), weight_hh (hidden_size, 4 hidden_size), bias_ih and bias_hh
        (4 hidden_size,).
    Raises:
        ShapeError: when called on arrays of other shapes.
    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory" (1997); the forget bias: R.
        Jozefowicz et al., "An empirical exploration of recurrent network architectures" (2015).

    >>> h, c = LSTMCell(2, 3, rng=0)(np.ones((4, 2)))
    >>> h.shape, c.shape
    ((4, 3), (4, 3))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        bias: bool = True,
        forget_bias: float = 1.0,
        weight_init: Named = "kaiming_uniform",
        recurrent_init: Named = "orthogonal",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.forget_bias = forget_bias
        super().__init__(
            input_size,
            hidden_size,
            bias=bias,
            weight_init=weight_init,
            recurrent_init=recurrent_init,
            bias_init=partial(forgetful, bias_init, forget_bias),
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
            name=name,
        )
