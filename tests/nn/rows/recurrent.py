"""Rows of the recurrent layers and their cells."""

import numpy as np

import nn
from rows import Row, normal


def sigmoid(x):
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + np.exp(-x))


def step(layer, x, state, end=""):
    """The state (h,) or (h, c) after one step, gate by gate as the textbooks write it."""
    h, n = state[0], layer.hidden_size
    w, u = (getattr(layer, f"weight_{which}h{end}").numpy() for which in "ih")
    b, c = (getattr(layer, f"bias_{which}h{end}").numpy() if layer.bias else 0.0 for which in "ih")
    by_input = np.split(np.einsum("ni,ij->nj", x, w) + b, w.shape[1] // n, axis=1)
    by_state = np.split(np.einsum("ni,ij->nj", h, u) + c, w.shape[1] // n, axis=1)
    sums = [p + q for p, q in zip(by_input, by_state)]
    if len(sums) == 1:
        return (np.tanh(sums[0]) if layer.nonlinearity == "tanh" else np.maximum(sums[0], 0),)
    if len(sums) == 3:
        r, z = sigmoid(sums[0]), sigmoid(sums[1])
        return ((1 - z) * np.tanh(by_input[2] + r * by_state[2]) + z * h,)
    cell = sigmoid(sums[1]) * state[1] + sigmoid(sums[0]) * np.tanh(sums[2])
    return sigmoid(sums[3]) * np.tanh(cell), cell


def one_step(cell, x, h=None):
    """The result of a cell that starts from h, or from zeros."""
    zero = np.zeros((len(x), cell.hidden_size))
    count = 2 if isinstance(cell, nn.LSTMCell) else 1
    after = step(cell, x, (zero if h is None else h,) * count)
    return after if count == 2 else after[0]


def sequences(layer, x, start=None, lengths=None):
    """Outputs and final states, one sequence after the other, each alone and of its own length."""
    x = x if layer.batch_first else x.swapaxes(0, 1)
    count, ends = (
        2 if isinstance(layer, nn.LSTM) else 1,
        ["", "_reverse"][: 1 + layer.bidirectional],
    )
    names = [f"_l{k}{end}" for k in range(layer.num_layers) for end in ends]
    width = layer.hidden_size * len(ends)
    final = np.zeros((count, len(names), len(x), layer.hidden_size))
    output = np.zeros((*x.shape[:2], width))
    for row, sequence in enumerate(x):
        below = sequence if lengths is None else sequence[: lengths[row]]
        for layer_index in range(layer.num_layers):
            both = []
            for k, end in enumerate(ends):
                place = layer_index * len(ends) + k
                h = np.zeros(layer.hidden_size) if start is None else start[place, row]
                state, found = (h[None],) * count, []
                for inputs in below[::-1] if end else below:
                    state = step(layer, inputs[None], state, names[place])
                    found.append(state[0][0])
                final[:, place, row] = [s[0] for s in state]
                both.append(found[::-1] if end else found)
            below = np.concatenate(both, axis=1)
        output[row, : len(below)] = below
    output = output if layer.batch_first else output.swapaxes(0, 1)
    return (output, tuple(final)) if count == 2 else (output, final[0])


def packed(twin, x, start, lengths):
    """PyTorch's way to give lengths."""
    import torch

    rnn = torch.nn.utils.rnn
    packed = rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    output, final = twin(packed, start)
    return rnn.pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])[0], final


def with_lengths(layers, units, steps=4, features=3):
    """Inputs x, a state of so many layers and directions, and lengths from 1 to all steps."""

    def draw(rng, n):
        start = rng.normal(size=(layers, n, units))
        return rng.normal(size=(n, steps, features)), start, rng.integers(1, steps + 1, n)

    return draw


BIASED = {"bias_init": "normal", "rng": 0}
WRONG = [
    (np.ones((2, 3)), "needs sequences of shape (N, T, 3); it got shape (2, 3)"),
    (np.ones((2, 4, 5)), "needs sequences of shape (N, T, 3); it got shape (2, 4, 5)"),
    (np.ones((2, 0, 3)), "with at least one step"),
    ((np.ones((2, 4, 3)), np.ones((2, 2))), "(1, 2, 2)"),
    ((np.ones((2, 4, 3)), None, np.array([1, 5])), "lengths from 1 to 5 for sequences of 4 steps"),
    ((np.ones((2, 4, 3)), None, np.array([1.0, 2.0])), "integers"),
    ((np.ones((2, 4, 3)), None, np.array([1])), "needs lengths of shape (2,)"),
]
WRONG_STEP = [
    (np.ones((2, 4, 3)), "needs inputs of shape (N, 3); it got shape (2, 4, 3)"),
    (np.ones((2, 4)), "needs inputs of shape (N, 3); it got shape (2, 4)"),
    ((np.ones((2, 3)), np.ones((3, 2))), "(2, 2)"),
]

ROWS = [
    Row(
        "RNN",
        lambda: nn.RNN(3, 2, **BIASED),
        normal(4, 3),
        sequences,
        wrong=WRONG,
        torch=lambda torch: torch.nn.RNN(3, 2, batch_first=True),
    ),
    Row(
        "RNN with relu, both directions, lengths",
        lambda: nn.RNN(3, 2, bidirectional=True, nonlinearity="relu", **BIASED),
        with_lengths(2, 2),
        sequences,
        torch=lambda torch: torch.nn.RNN(
            3, 2, bidirectional=True, nonlinearity="relu", batch_first=True
        ),
        call_torch=packed,
    ),
    Row(
        "GRU",
        lambda: nn.GRU(3, 2, **BIASED),
        normal(4, 3),
        sequences,
        wrong=WRONG,
        torch=lambda torch: torch.nn.GRU(3, 2, batch_first=True),
    ),
    Row(
        "GRU with two layers, both directions, lengths",
        lambda: nn.GRU(3, 2, num_layers=2, bidirectional=True, **BIASED),
        with_lengths(4, 2),
        sequences,
        torch=lambda torch: torch.nn.GRU(3, 2, num_layers=2, bidirectional=True, batch_first=True),
        call_torch=packed,
    ),
    Row(
        "LSTM",
        lambda: nn.LSTM(3, 2, **BIASED),
        normal(4, 3),
        sequences,
        wrong=WRONG,
        torch=lambda torch: torch.nn.LSTM(3, 2, batch_first=True),
    ),
    Row(
        "LSTM with two layers, both directions, time first, no bias",
        lambda: nn.LSTM(
            3, 2, num_layers=2, bidirectional=True, batch_first=False, bias=False, rng=0
        ),
        lambda rng, n: rng.normal(size=(4, n, 3)),
        sequences,
        torch=lambda torch: torch.nn.LSTM(3, 2, num_layers=2, bidirectional=True, bias=False),
    ),
    Row(
        "RNNCell",
        lambda: nn.RNNCell(3, 2, **BIASED),
        lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=(n, 2))),
        one_step,
        wrong=WRONG_STEP,
        torch=lambda torch: torch.nn.RNNCell(3, 2),
    ),
    Row(
        "GRUCell",
        lambda: nn.GRUCell(3, 2, **BIASED),
        lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=(n, 2))),
        one_step,
        wrong=WRONG_STEP,
        torch=lambda torch: torch.nn.GRUCell(3, 2),
    ),
    Row(
        "LSTMCell",
        lambda: nn.LSTMCell(3, 2, **BIASED),
        normal(3),
        one_step,
        wrong=WRONG_STEP,
        torch=lambda torch: torch.nn.LSTMCell(3, 2),
    ),
]
