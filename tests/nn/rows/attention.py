"""Rows of the attention layers."""

import numpy as np

import nn
from rows import Row, normal


def softmax(x):
    """Along the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attention(layer, query, key=None, value=None, mask=None):
    """One sample, one head and one query after the other."""
    key = query if key is None else key
    value = key if value is None else value
    width, heads = layer.embed_dim, layer.num_heads
    each = width // heads
    weight, bias = layer.in_proj_weight.numpy(), 0.0
    if layer.in_proj_bias is not None:
        bias = layer.in_proj_bias.numpy()
    projected = [np.einsum("nte,ef->ntf", x, weight) + bias for x in (query, key, value)]
    q, k, v = (p[..., i * width : (i + 1) * width] for i, p in enumerate(projected))
    out = np.zeros(query.shape)
    for n, t, h in np.ndindex(*query.shape[:2], heads):
        part = slice(h * each, (h + 1) * each)
        scores = k[n, :, part] @ q[n, t, part] / np.sqrt(each)
        if mask is not None:
            scores = np.where(mask[n, t], scores, -np.inf)
        out[n, t, part] = softmax(scores) @ v[n, :, part]
    return dense(layer.out_proj, out)


def dense(layer, x):
    """x W + b."""
    bias = 0.0 if layer.bias is None else layer.bias.numpy()
    return np.einsum("...i,io->...o", x, layer.weight.numpy()) + bias


def normalized(layer, x):
    """(x - mean) / √(var + ε), scaled and shifted."""
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + layer.eps)
    return x * layer.weight.numpy() + layer.bias.numpy()


def encoder(layer, x):
    """Both halves, in either order."""

    def fed(x):
        return dense(layer.linear2, np.maximum(dense(layer.linear1, x), 0))

    if layer.norm_first:
        x = x + attention(layer.self_attn, normalized(layer.norm1, x))
        return x + fed(normalized(layer.norm2, x))
    x = normalized(layer.norm1, x + attention(layer.self_attn, x))
    return normalized(layer.norm2, x + fed(x))


def encoding(layer, x):
    """x and the sines and cosines, entry by entry."""
    out = x.copy()
    for t, k in np.ndindex(*x.shape[1:]):
        angle = t / 10000 ** (2 * (k // 2) / layer.d_model)
        out[:, t, k] += np.cos(angle) if k % 2 else np.sin(angle)
    return out


def masked(rng, n):
    """Queries of 3, keys and values of 5 steps, and a mask in which each query sees some."""
    mask = rng.random((n, 3, 5)) < 0.6
    mask[..., 0] = True
    return rng.normal(size=(n, 3, 4)), rng.normal(size=(n, 5, 4)), rng.normal(size=(n, 5, 4)), mask


def with_mask(twin, q, k, v, mask):
    """PyTorch's mask is True where a query may not look, and has an axis for heads."""
    return twin(q, k, v, attn_mask=~mask.repeat_interleave(2, 0))


BIASED = {"bias_init": "normal", "rng": 0}
ROWS = [
    Row(
        "MultiHeadAttention",
        lambda: nn.MultiHeadAttention(4, 2, **BIASED),
        normal(3, 4),
        attention,
        wrong=[
            (np.ones((3, 4)), "needs a query (N, L, 4)"),
            (np.ones((2, 3, 5)), "it got (2, 3, 5)"),
            ((np.ones((2, 3, 4)), np.ones((1, 3, 4))), "(2, 3, 4), (1, 3, 4), (1, 3, 4)"),
            ((np.ones((2, 3, 4)), None, None, np.ones((2, 7), bool)), "a mask of shape (2, 7)"),
            ((np.ones((2, 3, 4)), None, None, np.ones((3, 3), int)), "dtype int64"),
        ],
        torch=lambda torch: torch.nn.MultiheadAttention(4, 2, batch_first=True),
        call_torch=lambda twin, x: twin(x, x, x),
        output=lambda out: out[0],
    ),
    Row(
        "MultiHeadAttention of queries, keys and values, masked, without bias",
        lambda: nn.MultiHeadAttention(4, 2, bias=False, rng=0),
        masked,
        attention,
        torch=lambda torch: torch.nn.MultiheadAttention(4, 2, bias=False, batch_first=True),
        call_torch=with_mask,
        output=lambda out: out[0],
    ),
    Row(
        "PositionalEncoding",
        lambda: nn.PositionalEncoding(5, max_len=9),
        normal(7, 5),
        encoding,
        wrong=[
            (np.ones((1, 10, 5)), "of at most 9 steps; it got shape (1, 10, 5)"),
            (np.ones((1, 3, 4)), "needs sequences (N, T, 5)"),
        ],
    ),
    Row(
        "TransformerEncoderLayer",
        lambda: nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, dropout=0.0, **BIASED),
        normal(3, 4),
        encoder,
        wrong=[(np.ones((2, 3, 5)), "LayerNorm")],
        torch=lambda torch: torch.nn.TransformerEncoderLayer(
            4, 2, dim_feedforward=6, dropout=0.0, norm_first=True, batch_first=True
        ),
    ),
    Row(
        "TransformerEncoderLayer normalized last",
        lambda: nn.TransformerEncoderLayer(
            4, 2, dim_feedforward=6, dropout=0.0, norm_first=False, **BIASED
        ),
        normal(3, 4),
        encoder,
        torch=lambda torch: torch.nn.TransformerEncoderLayer(
            4, 2, dim_feedforward=6, dropout=0.0, batch_first=True
        ),
        scale=10.0,
    ),
]
