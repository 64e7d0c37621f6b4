"""The recurrent operations: against their plain composition, and against PyTorch."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

STEPS, BATCH, INPUTS, UNITS = 4, 3, 2, 5
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def arrays(kind, dtype=float, units=UNITS, biases=True):
    """x, the states and the weights of one kind."""
    width = GATES[kind] * units
    shapes = [(STEPS, BATCH, INPUTS), *[(BATCH, units)] * (1 + (kind == "lstm"))]
    shapes += [(INPUTS, width), (units, width), *[(width,), (width,)] * biases]
    rng = np.random.default_rng(1)
    return [(rng.normal(size=shape) * 0.6).astype(dtype) for shape in shapes]


def fused(kind, x, h, *rest, **options):
    """All that the operation gives, stacked: the states, and the cells of an LSTM."""
    if kind == "lstm":
        c, *weights = rest
        return np.stack(F.lstm(x, (h, c), *weights, **options))
    return getattr(F, kind)(x, h, *rest, **options)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def plain(kind, x, h, *rest, nonlinearity="tanh"):
    """The same as a composition of NumPy's operations, step by step."""
    c, rest = (rest[0], rest[1:]) if kind == "lstm" else (None, rest)
    w, u, b, d = rest if len(rest) == 4 else (*rest, 0.0, np.zeros(rest[1].shape[1]))
    n, states, cells = len(u), [], []
    for row in x:
        outer, inner = row @ w + b, h @ u + d
        blocks = [outer[:, k : k + n] for k in range(0, outer.shape[1], n)]
        others = [inner[:, k : k + n] for k in range(0, outer.shape[1], n)]
        total = [p + q for p, q in zip(blocks, others)]
        if kind == "rnn":
            h = np.tanh(total[0]) if nonlinearity == "tanh" else np.maximum(total[0], 0)
        elif kind == "gru":
            r, z = _sigmoid(total[0]), _sigmoid(total[1])
            h = (1 - z) * np.tanh(blocks[2] + r * others[2]) + z * h
        else:
            i, f, g, o = (
                _sigmoid(total[0]),
                _sigmoid(total[1]),
                np.tanh(total[2]),
                _sigmoid(total[3]),
            )
            c = f * c + i * g
            h = o * np.tanh(c)
            cells.append(c)
        states.append(h)
    return np.stack([np.stack(states), np.stack(cells)]) if cells else np.stack(states)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("kind", GATES)
def test_value_of_the_composition(kind, biases):
    """The operation has the values of its plain composition."""
    given = arrays(kind, biases=biases)

    np.testing.assert_allclose(fused(kind, *given), plain(kind, *given), rtol=1e-13)


@pytest.mark.parametrize("kind", GATES)
def test_gradient_of_the_composition(kind):
    """By every operand, the gradient is that of the plain composition."""
    given = arrays(kind)
    argnums = tuple(range(len(given)))

    def gradients(f):
        return ac.grad(lambda *a: np.sum(np.sin(3 * f(kind, *a))), argnums)(*given)

    for expected, actual in zip(gradients(plain), gradients(fused), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("kind", GATES)
def test_second_order_of_the_composition(kind):
    """By every operand, so is the gradient of the gradient's length."""
    given = arrays(kind, units=2)
    argnums = tuple(range(len(given)))

    def second(f):
        first = ac.grad(lambda *a: np.sum(np.sin(3 * f(kind, *a))), argnums)
        return ac.grad(lambda *a: sum(np.sum(p**2) for p in first(*a)), argnums)(*given)

    for expected, actual in zip(second(plain), second(fused), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", GATES)
def test_gradcheck(kind):
    """Reverse, forward and second order agree with finite differences."""
    ac.gradcheck(lambda *a: fused(kind, *a), *arrays(kind, units=2), order=2)


def test_relu():
    """The rectifying RNN is its composition, to second order."""
    given = arrays("rnn", units=2)
    rectified = {"nonlinearity": "relu"}

    ac.gradcheck(lambda *a: fused("rnn", *a, **rectified), *given, order=2)
    expected = plain("rnn", *given, **rectified)
    np.testing.assert_allclose(fused("rnn", *given, **rectified), expected, rtol=1e-13)


@pytest.mark.parametrize("kind", GATES)
def test_part_of_the_output(kind):
    """A loss of the last state alone, or of the cells alone, has its gradient."""
    x, *rest = arrays(kind)
    last = (1, -1) if kind == "lstm" else -1
    expected = ac.grad(lambda x: np.sum(plain(kind, x, *rest)[last] ** 2))(x)

    def part(x):
        if kind == "lstm":
            h, c, *weights = rest
            return F.lstm(x, (h, c), *weights)[1][-1]
        return fused(kind, x, *rest)[-1]

    actual = ac.grad(lambda x: np.sum(part(x) ** 2))(x)

    np.testing.assert_allclose(actual, expected, rtol=1e-11)


@pytest.mark.parametrize("kind", GATES)
def test_float32(kind):
    """Values and gradients stay in float32."""
    given = [ac.Variable(a) for a in arrays(kind, np.float32)]

    out = fused(kind, *given)
    np.sum(out).backward()

    assert {np.dtype(np.float32)} == {out.dtype, *(v.grad.dtype for v in given)}


@pytest.mark.parametrize("kind", GATES)
def test_saturated_gates(kind):
    """Sums of ±1e4 give finite values and gradients, and no warning."""
    given = [ac.Variable(a * 1e4) for a in arrays(kind)]

    out = fused(kind, *given)
    np.sum(out).backward()

    assert np.isfinite(out.data).all()
    assert all(np.isfinite(v.grad).all() for v in given)


@pytest.mark.parametrize("kind", GATES)
def test_no_rows(kind):
    """A batch of no sequences gives none, and zero gradients by the weights."""
    x, *rest = arrays(kind)
    states = [a[:0] for a in rest[: 1 + (kind == "lstm")]]
    weights = [ac.Variable(a) for a in rest[len(states) :]]

    out = fused(kind, x[:, :0], *states, *weights)
    np.sum(out).backward()

    assert out.shape[-3:] == (STEPS, 0, UNITS)
    assert all((v.grad == 0).all() for v in weights)


@pytest.mark.parametrize("kind", GATES)
def test_one_step(kind):
    """A cell's step is the first of a sequence."""
    x, *rest = arrays(kind)
    if kind == "lstm":
        h, c, *weights = rest
        actual = np.stack(F.lstm_cell(x[0], (h, c), *weights))
        expected = fused(kind, x, *rest)[:, 0]
    else:
        actual = getattr(F, f"{kind}_cell")(x[0], *rest)
        expected = fused(kind, x, *rest)[0]

    np.testing.assert_array_equal(actual, expected)
