"""What the table of cases does not say of the recurrent cells."""

import numpy as np
import pytest

import autograd_core as ac
import nn

X = np.random.default_rng(0).normal(size=(3, 6, 4))


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_cell_in_a_loop(name):
    """A cell with a layer's weights, step by step, gives the layer's outputs and gradients."""
    layer, cell = getattr(nn, name)(4, 5, rng=0), getattr(nn, f"{name}Cell")(4, 5, rng=0)
    state, outputs = None, []

    for k in range(X.shape[1]):
        state = cell(X[:, k], state)
        outputs.append(state[0] if isinstance(state, tuple) else state)
    looped, (whole, _) = np.stack(outputs, axis=1), layer(X)
    np.sum(looped**2).backward()
    np.sum(whole**2).backward()

    np.testing.assert_allclose(looped.numpy(), whole.numpy(), rtol=1e-13)
    for ours, theirs in zip(cell.parameters(), layer.parameters(), strict=True):
        np.testing.assert_allclose(ours.grad, theirs.grad, rtol=1e-11, atol=1e-13)


def test_plain_states():
    """A state may be an array or a Variable, and starts from zeros without one."""
    cell, x = nn.GRUCell(4, 5, rng=0), X[:, 0]
    zero = np.zeros((3, 5))

    for state in (zero, ac.Variable(zero)):
        np.testing.assert_array_equal(cell(x, state).numpy(), cell(x).numpy())


def test_hints_of_a_cell():
    """Whole sequences are sent to the layer, one input without its batch gets one."""
    with pytest.raises(ac.ShapeError) as sequences:
        nn.LSTMCell(4, 5)(X)
    with pytest.raises(ac.ShapeError) as single:
        nn.LSTMCell(4, 5)(X[0, 0])

    assert sequences.value.hint == "LSTM for whole sequences"
    assert single.value.hint == "x.reshape(-1, 4)"
