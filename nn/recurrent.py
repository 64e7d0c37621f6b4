"""Recurrent layers over whole sequences: one or more, in one direction or both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_core import ShapeError

from . import functional
from .cells import (
    NONLINEARITIES,
    Array,
    Drawing,
    Elman,
    Gated,
    GRUCell,
    LongShort,
    LSTMCell,
    Named,
    Recurrent,
    Regularizer,
    RNNCell,
    forgetful,
)
from .choices import choice
from .defaults import Seed, generator
from .functional.noise import check_probability
from .linear import check_length
from .paths import label

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]


class _Layers(Recurrent):
    """Layers of cells over whole sequences, in one direction or both."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
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
        check_length(self, "num_layers", num_layers)
        check_probability(type(self).__name__, dropout, "dropout")
        self.num_layers, self.batch_first = num_layers, batch_first
        self.dropout, self.bidirectional = dropout, bidirectional
        self.rng = generator(rng)
        drawing = Drawing(
            weight_init,
            recurrent_init,
            bias_init,
            weight_regularizer,
            bias_regularizer,
            self.rng,
            dtype,
        )
        for k, suffix in enumerate(self._suffixes()):
            below = self._directions() * hidden_size
            self._draw(suffix, input_size if k < self._directions() else below, drawing)

    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _suffixes(self) -> list[str]:
        """The ends of the parameters' names: layer after layer, forward before reverse."""
        ends = ["", "_reverse"][: self._directions()]
        return [f"_l{layer}{end}" for layer in range(self.num_layers) for end in ends]

    def forward(self, x: Array, state: Any = None, lengths: ArrayLike | None = None) -> Any:
        """Run whole sequences.

        Args:
            x: (N, T, input_size); (T, N, input_size) unless ``batch_first``.
            state: what the first step starts from, (layers · directions, N, hidden_size); for an
                LSTM a pair of these. None: zeros.
            lengths: (N,), how many steps of each sequence count. Outputs after them are zero, the
                final state is that of the last of them, and the reverse direction starts there.
        Returns:
            (output, state): the states of the last layer after each step, (N, T, hidden_size ·
            directions), and the final state of each layer and direction, shaped as it is given.
        Raises:
            ShapeError: an array of another shape, no steps, or lengths beyond them.
        """
        self._check(x)
        x = np.swapaxes(x, 0, 1) if self.batch_first else x
        steps, batch, _ = x.shape
        weights = [self._weights(suffix) for suffix in self._suffixes()]
        shape = (len(weights), batch, self.hidden_size)
        given = self._given(state, shape, weights[0][0].dtype)
        ends = None if lengths is None else self._checked(lengths, steps, batch)
        directions, finals = self._directions(), []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, training=self.training, rng=self.rng)
            outputs = []
            for reverse in range(directions):
                k = layer * directions + reverse
                output, final = self._pass(x, [s[k] for s in given], weights[k], reverse, ends)
                outputs.append(output)
                finals.append(final)
            x = outputs[0] if directions == 1 else np.concatenate(outputs, 2)
        state = tuple([np.stack(of_one) for of_one in zip(*finals, strict=True)])
        output = np.swapaxes(x, 0, 1) if self.batch_first else x
        return output, state if self._states > 1 else state[0]

    def _pass(
        self, x: Array, states: Sequence[Array], weights: Any, reverse: int, ends: Any
    ) -> tuple[Array, list[Array]]:
        """One layer in one direction: the outputs (T, N, H), and each state after the last step."""
        if ends is None:
            order: Any = slice(None, None, -1) if reverse else slice(None)
            after = self._run(x[order] if reverse else x, states, weights)
            return (after[0][order] if reverse else after[0]), [s[-1] for s in after]
        steps, rows = np.arange(len(x))[:, None], np.arange(len(ends))
        counts = (steps < ends)[:, :, None]
        x = np.where(counts, x, 0.0)  # whatever is there, NaN too, takes no part
        order = np.where(counts[:, :, 0], ends - 1 - steps, steps), rows
        after = self._run(x[order] if reverse else x, states, weights)
        output = np.where(counts, after[0][order] if reverse else after[0], 0.0)
        reached = [np.concatenate([s[None], a]) for s, a in zip(states, after, strict=True)]
        return output, [a[ends, rows] for a in reached]

    def _check(self, x: Array) -> None:
        """Refuse what is no batch of sequences."""
        shape = np.shape(x)
        if len(shape) == 3 and shape[2] == self.input_size and shape[1 if self.batch_first else 0]:
            return
        axes = "(N, T, {})" if self.batch_first else "(T, N, {})"
        single = len(shape) == 2 and shape[1] == self.input_size
        raise ShapeError(
            f"{label(self)} needs sequences of shape {axes.format(self.input_size)}"
            + (" with at least one step" if len(shape) == 3 and 0 in shape[:2] else "")
            + f"; it got shape {shape}.",
            "one sequence has a batch axis too." if single else "",
            f"x[{'None' if self.batch_first else ':, None'}]"
            if single
            else f"{type(self).__name__}({shape[-1] if shape else 1}, {self.hidden_size})",
        )

    def _checked(self, lengths: ArrayLike, steps: int, batch: int) -> np.ndarray:
        """The lengths as integers (N,)."""
        ends = np.asarray(lengths)
        if ends.shape != (batch,) or ends.dtype.kind not in "iu":
            raise ShapeError(
                f"{label(self)} needs lengths of shape ({batch},), integers; "
                f"they have shape {ends.shape} and dtype {ends.dtype}.",
                "each sequence of the batch has one length.",
                "lengths=np.array([...])",
            )
        if batch and not 0 <= ends.min() <= ends.max() <= steps:
            raise ShapeError(
                f"{label(self)} got lengths from {ends.min()} to {ends.max()} "
                f"for sequences of {steps} steps.",
                "a length is the number of steps that count.",
                "np.minimum(lengths, x.shape[1])",
            )
        return ends.astype(np.intp)


class RNN(Elman, _Layers):
    """h' = tanh(x W + b + h U + c) over sequences.

    Args:
        input_size, hidden_size: the lengths of an input and of a state.
        num_layers: how many layers; each takes the outputs of the one below.
        bias: whether b and c are added.
        nonlinearity: "tanh" or "relu".
        batch_first: sequences are (N, T, input_size), not (T, N, input_size).
        dropout: the share of the outputs between two layers that is dropped in training.
        bidirectional: each layer also runs backward, and gives both states side by side.
        weight_init, recurrent_init, bias_init: initializers of W, U and b; c starts from zeros.
        weight_regularizer, bias_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        x (N, T, input_size), a state or None → (N, T, hidden_size · directions), state; the state
        (num_layers · directions, N, hidden_size). ``lengths=`` (N,) says how many steps of each
        sequence count. Parameters: ``weight_ih_l0`` (input_size, hidden_size), ``weight_hh_l0``
        (hidden_size, hidden_size), ``bias_ih_l0`` and ``bias_hh_l0`` (hidden_size,), then
        those of ``_l0_reverse``, ``_l1``, ....
    Raises:
        ShapeError: when called on arrays of other shapes.
    Source: J. Elman, "Finding structure in time" (1990).

    >>> output, state = RNN(2, 3, rng=0)(np.ones((4, 5, 2)))
    >>> output.shape, state.shape
    ((4, 5, 3), (1, 4, 3))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
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
            num_layers,
            bias=bias,
            batch_first=batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
            weight_init=weight_init,
            recurrent_init=recurrent_init,
            bias_init=bias_init,
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
            name=name,
        )


class GRU(Gated, _Layers):
    """h' = (1 - z) n + z h with a reset and an update gate, over sequences.

    r, z = σ(x W + b + h U + c), n = tanh(x W + b + r (h U + c)), by blocks in this order.

    Args:
        input_size, hidden_size: the lengths of an input and of a state.
        num_layers: how many layers; each takes the outputs of the one below.
        bias: whether b and c are added.
        batch_first: sequences are (N, T, input_size), not (T, N, input_size).
        dropout: the share of the outputs between two layers that is dropped in training.
        bidirectional: each layer also runs backward, and gives both states side by side.
        weight_init, recurrent_init, bias_init: initializers of W, U and b; c starts from zeros.
        weight_regularizer, bias_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        x (N, T, input_size), a state or None → (N, T, hidden_size · directions), state; the state
        (num_layers · directions, N, hidden_size). ``lengths=`` (N,) says how many steps of each
        sequence count. Parameters: ``weight_ih_l0`` (input_size, 3 hidden_size), ``weight_hh_l0``
        (hidden_size, 3 hidden_size), ``bias_ih_l0`` and ``bias_hh_l0`` (3 hidden_size,), then
        those of ``_l0_reverse``, ``_l1``, ....
    Raises:
        ShapeError: when called on arrays of other shapes.
    Source: K. Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), in
        the variant that multiplies before it resets.

    >>> output, state = GRU(2, 3, num_layers=2, bidirectional=True, rng=0)(np.ones((4, 5, 2)))
    >>> output.shape, state.shape
    ((4, 5, 6), (4, 4, 3))
    """


class LSTM(LongShort, _Layers):
    """c' = f c + i g and h' = o tanh(c'), over sequences.

    i, f, o = σ(x W + b + h U + c), g = tanh(...), by blocks in the order i, f, g, o.

    Args:
        input_size, hidden_size: the lengths of an input and of a state.
        num_layers: how many layers; each takes the outputs of the one below.
        bias: whether b and c are added.
        forget_bias: added to the initial bias of the forget gates.
        batch_first: sequences are (N, T, input_size), not (T, N, input_size).
        dropout: the share of the outputs between two layers that is dropped in training.
        bidirectional: each layer also runs backward, and gives both states side by side.
        weight_init, recurrent_init, bias_init: initializers of W, U and b; c starts from zeros.
        weight_regularizer, bias_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        x (N, T, input_size), a state or None → (N, T, hidden_size · directions), state; h and c are
        (num_layers · directions, N, hidden_size). ``lengths=`` (N,) says how many steps of each
        sequence count. Parameters: ``weight_ih_l0`` (input_size, 4 hidden_size), ``weight_hh_l0``
        (hidden_size, 4 hidden_size), ``bias_ih_l0`` and ``bias_hh_l0`` (4 hidden_size,), then
        those of ``_l0_reverse``, ``_l1``, ....
    Raises:
        ShapeError: when called on arrays of other shapes.
    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory" (1997); the forget bias: R.
        Jozefowicz et al., "An empirical exploration of recurrent network architectures" (2015).

    >>> output, (h, c) = LSTM(2, 3, rng=0)(np.ones((2, 5, 2)), lengths=[5, 2])
    >>> output.shape, h.shape, c.shape
    ((2, 5, 3), (1, 2, 3), (1, 2, 3))
    >>> assert (output[1, 2:] == 0).all() and (output[1, 1] == h[0, 1]).all()
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
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
            num_layers,
            bias=bias,
            batch_first=batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
            weight_init=weight_init,
            recurrent_init=recurrent_init,
            bias_init=partial(forgetful, bias_init, forget_bias),
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
            name=name,
        )
