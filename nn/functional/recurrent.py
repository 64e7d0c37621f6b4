"""Whole sequences of the three recurrent cells, and single steps of them.

Each kind of cell is one operation over all steps: a loop that works in place, on gates that lie
block after block, and a derivative in NumPy that Variables take too, so that it serves every order.
The gates are results of the operation, which only its own derivative uses; hence cotangents of them
come with derivatives of derivatives alone. Weights get theirs in one product after the loop.
"""

from typing import Any

import numpy as np

from autograd_core import Variable, primitive, pullback

__all__ = ["gru", "gru_cell", "lstm", "lstm_cell", "rnn", "rnn_cell"]

Array = Any  # an array, or a Variable of one


def rnn(
    x: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None = None,
    bias_hh: Array | None = None,
    *,
    nonlinearity: str = "tanh",
) -> Array:
    """h' = tanh(x W + b + h U + c), step after step.

    Args:
        x: a sequence (T, N, F), time first.
        h: the state before the first step (N, H).
        weight_ih: W (F, H).
        weight_hh: U (H, H).
        bias: b (H,).
        nonlinearity: "tanh" or "relu".
    Returns:
        the states after each step (T, N, H).
    Source: J. Elman, "Finding structure in time" (1990).

    >>> x, h = np.ones((3, 1, 1)), np.zeros((1, 1))
    >>> rnn(x, h, np.eye(1), np.eye(1), nonlinearity="relu").ravel()
    array([1., 2., 3.])
    """
    return _rnn(_projected(x, weight_ih, _sum(bias_ih, bias_hh)), weight_hh, h, nonlinearity)


def gru(
    x: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None = None,
    bias_hh: Array | None = None,
) -> Array:
    """h' = (1 - z) n + z h, with a reset gate r and an update gate z, step after step.

    r, z = σ(x W + b + h U + c) and n = tanh(x W + b + r (h U + c)), by blocks in this order.

    Args:
        x: a sequence (T, N, F), time first.
        h: the state before the first step (N, H).
        weight_ih: W (F, 3 H).
        weight_hh: U (H, 3 H).
        bias_ih: b (3 H,).
        bias_hh: c (3 H,); inside the candidate it is reset too.
    Returns:
        the states after each step (T, N, H).
    Source: K. Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), in
        the variant that multiplies before it resets.

    >>> gru(np.ones((2, 1, 1)), np.ones((1, 1)), np.zeros((1, 3)), np.zeros((1, 3))).ravel()
    array([0.5 , 0.25])
    """
    if bias_hh is None:
        bias_hh = np.zeros(weight_hh.shape[1], weight_hh.dtype)
    hidden, _ = _gru(_projected(x, weight_ih, bias_ih), weight_hh, bias_hh, h)
    return hidden


def lstm(
    x: Array,
    state: tuple[Array, Array],
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None = None,
    bias_hh: Array | None = None,
) -> tuple[Array, Array]:
    """c' = f c + i g and h' = o tanh(c'), with three gates, step after step.

    i, f, o = σ(x W + b + h U + c) and g = tanh(x W + b + h U + c), by blocks in the order
    i, f, g, o.

    Args:
        x: a sequence (T, N, F), time first.
        state: h and c before the first step, each (N, H).
        weight_ih: W (F, 4 H).
        weight_hh: U (H, 4 H).
        bias_ih, bias_hh: b and c (4 H,).
    Returns:
        h and c after each step, each (T, N, H).
    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory" (1997); F. Gers et al.,
        "Learning to forget" (2000).

    >>> zero, one = np.zeros((1, 1)), np.ones((1, 1))
    >>> hidden, cells = lstm(np.ones((2, 1, 1)), (zero, one), np.zeros((1, 4)), np.zeros((1, 4)))
    >>> cells.ravel()
    array([0.5 , 0.25])
    """
    bias = _sum(bias_ih, bias_hh)
    if bias is None:
        bias = np.zeros(weight_hh.shape[1], weight_hh.dtype)
    hidden, cells, _ = _lstm(x, weight_ih, weight_hh, bias, *state)
    return hidden, cells


def rnn_cell(x: Array, h: Array, *weights: Array | None, nonlinearity: str = "tanh") -> Array:
    """One step of ``rnn``: x (N, F) and h (N, H) → (N, H).

    >>> rnn_cell(np.ones((1, 1)), np.ones((1, 1)), np.eye(1), np.eye(1), nonlinearity="relu")
    array([[2.]])
    """
    return rnn(x[None], h, *weights, nonlinearity=nonlinearity)[0]


def gru_cell(x: Array, h: Array, *weights: Array | None) -> Array:
    """One step of ``gru``: x (N, F) and h (N, H) → (N, H).

    >>> gru_cell(np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 3)), np.zeros((1, 3)))
    array([[0.5]])
    """
    return gru(x[None], h, *weights)[0]


def lstm_cell(x: Array, state: tuple[Array, Array], *weights: Array | None) -> tuple[Array, Array]:
    """One step of ``lstm``: x (N, F) and h, c (N, H) → h and c.

    >>> one = np.ones((1, 1))
    >>> lstm_cell(one, (one, one), np.zeros((1, 4)), np.zeros((1, 4)))[1]
    array([[0.5]])
    """
    hidden, cells = lstm(x[None], state, *weights)
    return hidden[0], cells[0]


# --- the loops ------------------------------------------------------------------------------------
@primitive
def _rnn(pre: Array, weight: Array, h: Array, nonlinearity: str) -> Array:
    """The states (T, N, H) of h' = tanh(pre + h U); pre (T, N, H)."""
    hidden = np.empty_like(pre)
    for x, state in zip(pre, hidden, strict=True):
        np.matmul(h, weight, out=state)
        state += x
        h = np.tanh(state, state) if nonlinearity == "tanh" else np.maximum(state, 0.0, out=state)
    return hidden


@pullback(_rnn, at=(0, 1, 2))
def _rnn_pullback(
    g: Array, out: Array, _pre: Array, weight: Array, h: Array, nonlinearity: str
) -> tuple[Array, ...]:
    slope = 1 - out * out if nonlinearity == "tanh" else out > 0
    back, h_bar, found = weight.T.copy(), 0.0, []
    for t in range(len(out))[::-1]:
        found.append((g[t] + h_bar) * slope[t])
        h_bar = found[-1] @ back
    pre_bar = np.stack(found[::-1])
    return pre_bar, _products(_before(h, out), pre_bar), h_bar


@primitive
def _gru(pre: Array, weight: Array, bias: Array, h: Array) -> tuple[np.ndarray, np.ndarray]:
    """The states (T, N, H), and (T, 4, N, H): r, z, n, and h U + c of the candidate, called q."""
    n = len(weight)
    pre, blocks, bias = _by_gate(pre, n), _by_block(weight), bias.reshape(3, 1, n)
    hidden = np.empty((len(pre), *h.shape), pre.dtype)
    gates = np.empty((len(pre), 4, *h.shape), pre.dtype)
    product = np.empty(pre.shape[1:], pre.dtype)
    for x, a, state in zip(pre, gates, hidden, strict=True):
        np.matmul(h, blocks, out=product)
        product += bias
        both, candidate, a[3] = a[:2], a[2], product[2]
        np.add(product[:2], x[:2], both)
        both *= 0.5
        np.tanh(both, both)  # σ(x) = (1 + tanh(x/2)) / 2
        both *= 0.5
        both += 0.5
        np.multiply(a[0], product[2], candidate)
        candidate += x[2]
        np.tanh(candidate, candidate)
        np.subtract(h, candidate, state)
        state *= a[1]
        state += candidate
        h = state
    return hidden, gates


@pullback(_gru)
def _gru_pullback(
    g: list[Array], out: list[Array], _pre: Array, weight: Array, _bias: Array, h: Array
) -> tuple[Array, ...]:
    """n̄ = h̄ (1-z) (1-n²), q̄ = n̄ r, r̄ = n̄ q r (1-r), z̄ = h̄ (h-n) z (1-z), from the last step."""
    (by_hidden, by_gates), (hidden, gates) = g, out
    back, before = weight.T.copy(), _before(h, hidden)
    by_n, by_rest = (None, None) if by_gates is None else _gru_slopes(by_gates, gates)
    h_bar, found, candidates = 0.0, [], []
    for t in range(len(hidden))[::-1]:
        r, z, n, q = gates[t]
        h_bar = _plus(h_bar, by_hidden, t)
        n_bar = _plus(h_bar * (1 - z) * (1 - n * n), by_n, t)
        r_bar, z_bar = n_bar * q * r * (1 - r), h_bar * (before[t] - n) * z * (1 - z)
        product_bar = _plus(np.concatenate([r_bar, z_bar, n_bar * r], 1), by_rest, t)
        h_bar = h_bar * z + product_bar @ back
        found.append(product_bar)
        candidates.append(n_bar)
    product_bar = np.stack(found[::-1])
    pre_bar = np.concatenate([product_bar[..., : -len(weight)], np.stack(candidates[::-1])], 2)
    weight_bar = _products(before, product_bar)
    return pre_bar, weight_bar, np.sum(product_bar, (0, 1)), h_bar


def _gru_slopes(g: Array, gates: Array) -> tuple[Array, Array]:
    """What cotangents of the gates add to n̄ (T, N, H), and to r̄, z̄, q̄ beyond (T, N, 3 H)."""
    slope = gates * (1 - gates) * g
    n_bar = (1 - gates[:, 2] ** 2) * g[:, 2]
    return n_bar, np.concatenate([slope[:, 0], slope[:, 1], g[:, 3]], 2)


@primitive
def _lstm(
    x: Array, weight: Array, recurrent: Array, bias: Array, h: Array, c: Array
) -> tuple[np.ndarray, ...]:
    """The states h and c (T, N, H), and the gates i, f, g, o (T, 4, N, H).

    A step is one product of [x h 1] and [W; U; b]. All four gates are tanh: σ(z) is
    tanh(z/2)/2 + 1/2, and the inner half is put into the weights.
    """
    (steps, batch, features), n, dtype = x.shape, len(recurrent), np.result_type(x, weight)
    scale = np.full((4, batch, n), 0.5, dtype)
    scale[2] = 1.0
    shift = 1 - scale
    blocks = np.concatenate([weight, recurrent, bias[None]]).reshape(-1, 4, n).transpose(1, 0, 2)
    blocks = blocks * np.array([0.5, 0.5, 1.0, 0.5], dtype)[:, None, None]
    hidden, cells = (np.empty((steps, batch, n), dtype) for _ in range(2))
    gates, spare = np.empty((steps, 4, batch, n), dtype), np.empty((batch, n), dtype)
    rows = np.ones((batch, features + n + 1), dtype)
    inputs, before = rows[:, :features], rows[:, features:-1]
    before[...] = h
    for t in range(steps):
        a, cell = gates[t], cells[t]
        inputs[...] = x[t]
        np.matmul(rows, blocks, out=a)
        np.tanh(a, a)
        a *= scale
        a += shift
        np.multiply(a[1], c, cell)
        np.multiply(a[0], a[2], spare)
        cell += spare
        np.tanh(cell, spare)
        np.multiply(a[3], spare, before)
        hidden[t] = before
        c = cell
    return hidden, cells, gates


@pullback(_lstm)
def _lstm_pullback(
    g: Any, out: Any, x: Array, weight: Array, recurrent: Array, _bias: Array, h: Array, c: Array
) -> tuple[Array, ...]:
    plain = g[2] is None and not any(isinstance(v, Variable) for v in (*g, *out, recurrent, c))
    pulled = _pulled_in_place if plain else _pulled
    sums_bar, h_bar, c_bar = pulled(g, out, recurrent, c)
    return (
        lambda: (sums_bar @ weight.T).reshape(x.shape),
        _products(x, sums_bar),
        _products(_before(h, out[0]), sums_bar),
        np.sum(sums_bar, 0),
        h_bar,
        c_bar,
    )


def _pulled(
    g: list[Array], out: list[Array], recurrent: Array, c: Array
) -> tuple[Array, Array, Array]:
    """The cotangents of the sums inside the gates (T N, 4 H), and of h and c before the first step.

    From the last step: c̄ grows by h̄ o (1 - tanh² c), then
    ī = c̄ g i (1-i), f̄ = c̄ c f (1-f), ḡ = c̄ i (1-g²), ō = h̄ o (1-o) tanh c.
    """
    (by_hidden, by_cells, by_gates), (hidden, cells, gates) = g, out
    back, before, squashed = recurrent.T.copy(), _before(c, cells), np.tanh(cells)
    by_sums = None if by_gates is None else _lstm_slopes(by_gates, gates)
    h_bar, c_bar, found = 0.0, 0.0, []
    for t in range(len(hidden))[::-1]:
        a, tanh_c = gates[t], squashed[t]
        i, f, change, o = a
        i_slope, f_slope, _, o_slope = a - a * a
        h_bar = _plus(h_bar, by_hidden, t)
        c_bar = _plus(c_bar + h_bar * o * (1 - tanh_c * tanh_c), by_cells, t)
        i_bar, f_bar = c_bar * change * i_slope, c_bar * before[t] * f_slope
        g_bar, o_bar = c_bar * i * (1 - change * change), h_bar * tanh_c * o_slope
        found.append(_plus(np.concatenate([i_bar, f_bar, g_bar, o_bar], 1), by_sums, t))
        c_bar = c_bar * f
        h_bar = found[-1] @ back
    return np.concatenate(found[::-1]), h_bar, c_bar


def _pulled_in_place(
    g: list[np.ndarray | None], out: list[np.ndarray], recurrent: np.ndarray, c: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same for plain arrays, in a few buffers: half the time, which is that of allocations."""
    (by_hidden, by_cells, _), (hidden, cells, gates) = g, out
    back, (steps, batch, n) = recurrent.T.copy(), hidden.shape
    sums_bar = np.empty((steps, batch, 4 * n), gates.dtype)
    by_gate, parts = _by_gate(sums_bar, n), np.empty(gates.shape[1:], gates.dtype)
    h_bar, c_bar = (np.zeros((batch, n), gates.dtype) for _ in range(2))
    tanh_c, spare = np.empty_like(h_bar), np.empty_like(h_bar)
    for t in range(steps)[::-1]:
        a = gates[t]
        i, f, change, o = a
        if by_hidden is not None:
            h_bar += by_hidden[t]
        if by_cells is not None:
            c_bar += by_cells[t]
        np.tanh(cells[t], tanh_c)
        np.multiply(tanh_c, tanh_c, spare)
        np.subtract(1.0, spare, spare)
        spare *= o
        spare *= h_bar
        c_bar += spare
        np.multiply(a, a, parts)
        np.subtract(a, parts, parts)
        parts[0] *= change
        parts[1] *= cells[t - 1] if t else c
        np.multiply(change, change, spare)
        np.subtract(1.0, spare, spare)
        np.multiply(i, spare, parts[2])
        parts[3] *= tanh_c
        parts[:3] *= c_bar
        parts[3] *= h_bar
        by_gate[t] = parts
        c_bar *= f
        np.matmul(sums_bar[t], back, out=h_bar)
    return _rows(sums_bar), h_bar, c_bar


def _lstm_slopes(g: Array, gates: Array) -> Array:
    """What cotangents of the gates add to that of their sums (T, N, 4 H)."""
    slope = gates * (1 - gates) * g
    g_bar = (1 - gates[:, 2] ** 2) * g[:, 2]
    return np.concatenate([slope[:, 0], slope[:, 1], g_bar, slope[:, 3]], 2)


# --- what they share ------------------------------------------------------------------------------
def _projected(x: Array, weight: Array, bias: Array | None) -> Array:
    """x W + b (T, N, k) for x (T, N, F): one product for all steps."""
    total = _rows(x) @ weight
    total = total if bias is None else total + bias
    return total.reshape(*x.shape[:2], weight.shape[1])


def _sum(a: Array | None, b: Array | None) -> Array | None:
    """a + b, of what is there."""
    return b if a is None else a if b is None else a + b


def _by_block(weight: Array) -> Array:
    """U (H, k H) as (k, H, H): a block for each gate."""
    n = len(weight)
    return weight.reshape(n, -1, n).transpose(1, 0, 2).copy()


def _by_gate(pre: Array, n: int) -> Array:
    """(T, N, k n) as (T, k, N, n), a view."""
    *shape, width = pre.shape
    return pre.reshape(*shape, width // n, n).transpose(0, 2, 1, 3)


def _rows(a: Array) -> Array:
    """The last axis, and all others as one."""
    return a.reshape(-1, a.shape[-1])


def _before(first: Array, states: Array) -> Array:
    """The state that each step starts from (T, N, H)."""
    return np.concatenate([first[None], states])[:-1]


def _products(a: Array, g: Array) -> Array:
    """The cotangent of weights: aᵀ ḡ, summed over the steps; this order suits BLAS better."""
    return (_rows(g).T @ _rows(a)).T


def _plus(total: Array, part: Array | None, t: int) -> Array:
    """The cotangent that step t gets from outside, added; None is zero."""
    return total if part is None else total + part[t]
