"""What the table of cases does not say of the recurrent layers."""

import numpy as np
import pytest

import autograd_core as ac
import nn

X = np.random.default_rng(0).normal(size=(3, 6, 4))
LENGTHS = np.array([6, 2, 4])
LAYERS = (nn.RNN, nn.GRU, nn.LSTM)


def states(final):
    """The final states as arrays: h, or h and c."""
    return [s.numpy() for s in (final if isinstance(final, tuple) else (final,))]


@pytest.mark.parametrize("layer", LAYERS)
def test_final_state(layer):
    """The final state is the last output forward, and the first of the reverse direction."""
    output, final = layer(4, 5, bidirectional=True, rng=0)(X)

    np.testing.assert_array_equal(output.numpy()[:, -1, :5], states(final)[0][0])
    np.testing.assert_array_equal(output.numpy()[:, 0, 5:], states(final)[0][1])


@pytest.mark.parametrize("layer", LAYERS)
def test_in_two_parts(layer):
    """The state after the first half, given to the second, makes them one sequence."""
    net = layer(4, 5, num_layers=2, rng=0)
    whole, final = net(X)

    first, between = net(X[:, :2])
    second, end = net(X[:, 2:], between)

    parts = np.concatenate([first.numpy(), second.numpy()], axis=1)
    np.testing.assert_allclose(parts, whole.numpy(), rtol=1e-13)
    for a, b in zip(states(end), states(final), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


@pytest.mark.parametrize("layer", LAYERS)
def test_lengths(layer):
    """With lengths each sequence is as if alone; what is behind its end, NaN too, has no part."""
    net = layer(4, 5, num_layers=2, bidirectional=True, rng=0)
    padded = X.copy()
    for row, length in zip(padded, LENGTHS, strict=True):
        row[length:] = np.nan

    output, final = net(padded, lengths=LENGTHS)
    np.sum(output**2).backward()

    for k, length in enumerate(LENGTHS):
        alone, end = net(X[k : k + 1, :length])
        np.testing.assert_allclose(output.numpy()[k, :length], alone.numpy()[0], rtol=1e-12)
        assert not output.numpy()[k, length:].any()
        for a, b in zip(states(final), states(end), strict=True):
            np.testing.assert_allclose(a[:, k], b[:, 0], rtol=1e-12)
    assert all(np.isfinite(p.grad).all() for p in net.parameters())


def test_lengths_against_torch():
    """An LSTM's outputs, states and gradients are those of PyTorch's packed sequences."""
    torch = pytest.importorskip("torch")
    rnn = torch.nn.utils.rnn
    net = nn.LSTM(4, 5, bidirectional=True, bias_init="normal", rng=0)
    twin = torch.nn.LSTM(4, 5, bidirectional=True, batch_first=True, dtype=torch.float64)
    twin.load_state_dict({k: torch.from_numpy(a.T.copy()) for k, a in net.state_dict().items()})
    packed = rnn.pack_padded_sequence(
        torch.from_numpy(X), torch.from_numpy(LENGTHS), batch_first=True, enforce_sorted=False
    )

    output, final = net(X, lengths=LENGTHS)
    expected, ends = twin(packed)
    expected, _ = rnn.pad_packed_sequence(expected, batch_first=True)
    (np.sum(output**2) + np.sum(final[1])).backward()
    (expected.square().sum() + ends[1].sum()).backward()

    np.testing.assert_allclose(output.numpy(), expected.detach().numpy(), rtol=1e-12)
    for a, b in zip(final, ends, strict=True):
        np.testing.assert_allclose(a.numpy(), b.detach().numpy(), rtol=1e-12)
    for name, p in twin.named_parameters():
        ours = net.get_parameter(name).grad.T
        np.testing.assert_allclose(ours, p.grad.numpy(), rtol=1e-10, atol=1e-13)


def test_no_steps_of_one_sequence():
    """A length of zero leaves the state as it was given."""
    net, start = nn.GRU(4, 5, rng=0), np.full((1, 3, 5), 0.25)

    output, final = net(X, start, lengths=[6, 0, 1])

    assert not output.numpy()[1].any()
    assert (final.numpy()[0, 1] == 0.25).all()


def test_forget_bias():
    """``forget_bias`` is in the bias of the forget gates, and there again after initialize()."""
    net = nn.LSTM(4, 5, num_layers=2, forget_bias=2.0, rng=0)
    expected = np.repeat([0.0, 2.0, 0.0, 0.0], 5)

    drawn = [net.bias_ih_l0.numpy().copy(), net.bias_ih_l1.numpy().copy()]
    net.bias_ih_l0.data = np.zeros(20)
    net.initialize(1)

    for bias in (*drawn, net.bias_ih_l0.numpy(), nn.LSTMCell(4, 5, forget_bias=2.0).bias_ih.data):
        np.testing.assert_array_equal(bias, expected)
    assert not net.bias_hh_l0.numpy().any()


def test_recurrent_weights_start_orthogonal():
    """The recurrent weights of an RNN keep the length of a state at first."""
    weight = nn.RNN(4, 5, rng=0).weight_hh_l0.numpy()

    np.testing.assert_allclose(weight @ weight.T, np.eye(5), atol=1e-12)


def test_dropout_between_layers():
    """Dropout falls between two layers, in training only, and equal seeds drop the same."""
    first, second = (nn.GRU(4, 5, num_layers=2, dropout=0.5, rng=7) for _ in range(2))
    plain = nn.GRU(4, 5, num_layers=2, rng=7)

    np.testing.assert_array_equal(first(X)[0].numpy(), second(X)[0].numpy())
    assert (first(X)[0].numpy() != first(X)[0].numpy()).any()
    np.testing.assert_array_equal(first.eval()(X)[0].numpy(), plain(X)[0].numpy())


@pytest.mark.parametrize("layer", LAYERS)
def test_no_gradient_is_computed_in_vain(layer):
    """Inside no_grad the outputs are untracked, and have the same values."""
    net = layer(4, 5, rng=0)
    expected, _ = net(X)

    with ac.no_grad():
        output, _ = net(X)

    assert not output.requires_grad
    np.testing.assert_array_equal(output.numpy(), expected.numpy())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.RNN(4, 5, nonlinearity="tahn"), "did you mean 'tanh'?"),
        (lambda: nn.GRU(4, 5, dropout=1.5), "dropout=1.5"),
        (lambda: nn.LSTM(4, 0), "hidden_size=0"),
        (lambda: nn.LSTM(4, 5, num_layers=0), "num_layers=0"),
        (lambda: nn.GRU(4, 5, bidirektional=True), "try: bidirectional="),
    ],
)
def test_arguments(make, message):
    """What makes no layer is refused by name."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert message in str(caught.value)


def test_state_of_an_lstm():
    """An LSTM wants both states; one alone is refused with their shape."""
    with pytest.raises(ac.ShapeError, match=r"a pair \(h, c\) of states of shape \(1, 3, 5\)"):
        nn.LSTM(4, 5)(X, np.zeros((1, 3, 5)))


def test_learns_to_remember():
    """A small LSTM learns to give the first of ten numbers after the last."""
    rng = np.random.default_rng(0)
    net, head = nn.LSTM(1, 8, rng=1), nn.Linear(8, 1, rng=2)
    optimizer = nn.Adam([*net.parameters(), *head.parameters()], lr=2e-2)
    losses = []
    for _ in range(120):
        x = rng.choice([-1.0, 1.0], size=(32, 10, 1))
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(head(net(x)[0][:, -1]), x[:, 0])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    assert losses[-1] < 0.1 < 0.9 < losses[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_order_of_arguments(layer):
    """Layers, bias, batch_first, dropout, bidirectional, as elsewhere."""
    net = layer(4, 5, 2, False, False, 0.25, True)
    assert (net.num_layers, net.batch_first, net.dropout, net.bidirectional) == (
        2,
        False,
        0.25,
        True,
    )
    assert not any("bias" in name for name, _ in net.named_parameters())
