"""What the table of cases does not say of the attention layers."""

import numpy as np
import pytest

import autograd_core as ac
import nn

X = np.random.default_rng(0).normal(size=(2, 5, 8))


def test_causal():
    """With ``causal``, an output depends on no later input."""
    layer = nn.MultiHeadAttention(8, 2, rng=0)
    later = X.copy()
    later[:, 3:] += 1.0

    before, after = layer(X, causal=True).numpy(), layer(later, causal=True).numpy()

    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert (before[:, 3:] != after[:, 3:]).any()


def test_padding():
    """Masked steps, NaN aside, change nothing: ``valid[:, None, :]`` is the mask of a padding."""
    layer = nn.MultiHeadAttention(8, 2, rng=0)
    valid = np.array([[True] * 5, [True] * 3 + [False] * 2])
    padded = np.where(valid[:, :, None], X, 99.0)

    out = layer(X, mask=valid[:, None, :]).numpy()

    np.testing.assert_array_equal(out[valid], layer(padded, mask=valid[:, None, :]).numpy()[valid])
    np.testing.assert_allclose(out[1, :3], layer(X[1:, :3]).numpy()[0], rtol=1e-13)


def test_key_is_value():
    """Without a value the keys are the values, without keys the queries are both."""
    layer = nn.MultiHeadAttention(8, 2, rng=0)
    memory = X[:, ::-1] + 1.0

    np.testing.assert_array_equal(layer(X, memory).numpy(), layer(X, memory, memory.copy()).numpy())
    np.testing.assert_allclose(layer(X).numpy(), layer(X, X.copy(), X.copy()).numpy(), rtol=1e-13)


def test_heads_share_the_features():
    """The number of heads divides the features; the message proposes a width."""
    with pytest.raises(ac.ArgumentError, match="embed_dim=9"):
        nn.MultiHeadAttention(8, 3)


@pytest.mark.parametrize("make", [nn.MultiHeadAttention, nn.TransformerEncoderLayer])
def test_dropout_is_a_probability(make):
    """A share outside [0, 1] is refused under the keyword's name."""
    with pytest.raises(ac.ArgumentError, match=r"dropout=1\.5"):
        make(8, 2, dropout=1.5)


def test_dropout_of_the_encoder():
    """In training something is dropped, in evaluation nothing; equal seeds drop the same."""
    first, second = (nn.TransformerEncoderLayer(8, 2, 16, dropout=0.5, rng=3) for _ in range(2))
    plain = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, rng=3)

    np.testing.assert_array_equal(first(X).numpy(), second(X).numpy())
    assert (first(X).numpy() != first(X).numpy()).any()
    np.testing.assert_array_equal(first.eval()(X).numpy(), plain(X).numpy())


def test_encoding_keeps_the_dtype():
    """A float32 sequence stays float32, whatever the table is; the table is not stored."""
    layer = nn.PositionalEncoding(8)

    assert layer(X.astype(np.float32)).dtype == np.float32
    assert layer.state_dict() == {}


def test_encoder_learns_to_copy_the_first_step():
    """A small encoder learns what needs attention: to repeat the first step everywhere."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.PositionalEncoding(8), nn.TransformerEncoderLayer(8, 2, 16, rng=1))
    model.eval()
    optimizer = nn.Adam(model, lr=1e-2)
    losses = []
    for _ in range(60):
        x = rng.normal(size=(16, 4, 8))
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), np.broadcast_to(x[:, :1], x.shape))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    assert np.mean(losses[-10:]) < 0.5 * losses[0]


def test_order_of_arguments():
    """As elsewhere: dropout and bias; dropout, activation and norm_first."""
    attention = nn.MultiHeadAttention(8, 2, 0.1, False)
    encoder = nn.TransformerEncoderLayer(8, 2, 16, 0.2, "gelu", False)

    assert (attention.dropout, attention.in_proj_bias) == (0.1, None)
    assert (encoder.dropout, encoder.norm_first) == (0.2, False)
    assert "activation='gelu'" in repr(encoder)
