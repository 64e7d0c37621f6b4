"""Attention layers, and the parts of a transformer's encoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import ArgumentError, ShapeError

from . import functional
from .defaults import Seed, generator, get_default_dtype
from .functional.noise import check_probability
from .linear import Linear, check_length
from .module import Module
from .norm import LayerNorm
from .parameter import Buffer, Parameter, spend
from .paths import label

__all__ = ["MultiHeadAttention", "PositionalEncoding", "TransformerEncoderLayer"]

Named = str | Callable[..., Any]
Regularizer = str | Callable[..., Any] | None
Array = Any  # an array, or a Variable of one


class MultiHeadAttention(Module):
    """Attention in several subspaces at once: concat(head₁, …, head_h) O.

    head_i = softmax(q kᵀ / √E) v, with q, k and v projected to E = embed_dim / num_heads features.

    Args:
        embed_dim: the length of queries, keys, values and outputs.
        num_heads: the number of subspaces; it divides ``embed_dim``.
        dropout: the share of the attention weights that is dropped in training.
        bias: whether the projections add a bias.
        weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype, name: as for
            ``Linear``.
    Shapes:
        query (N, L, embed_dim), key and value (N, S, embed_dim) → (N, L, embed_dim);
        in_proj_weight (embed_dim, 3 embed_dim), for queries, keys and values side by side,
        in_proj_bias (3 embed_dim,), out_proj a Linear.
    Raises:
        ShapeError: when called on arrays that do not fit.
    Source: A. Vaswani et al., "Attention is all you need" (2017), §3.2.2.

    >>> layer = MultiHeadAttention(8, 2, rng=0)
    >>> layer(np.ones((3, 5, 8)), causal=True).shape
    (3, 5, 8)
    """

    _sizes = ("embed_dim", "num_heads")

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        weight_init: Named = "kaiming_uniform",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.embed_dim, self.num_heads = embed_dim, num_heads
        for size in self._sizes:
            check_length(self, size, getattr(self, size))
        if embed_dim % num_heads:
            raise ArgumentError(
                f"{type(self).__name__}() got embed_dim={embed_dim} and num_heads={num_heads}.",
                "each head takes an equal share of the features.",
                f"embed_dim={embed_dim // num_heads * num_heads + num_heads}",
            )
        check_probability(type(self).__name__, dropout, "dropout")
        self.dropout = dropout
        if name is not None:
            self.name = name
        self.rng = rng = generator(rng)
        self.in_proj_weight = Parameter.drawn(
            (embed_dim, 3 * embed_dim),
            weight_init,
            rng=rng,
            dtype=dtype,
            activation="linear",
            regularizer=weight_regularizer,
        )
        self.in_proj_bias = None
        if bias:
            self.in_proj_bias = Parameter.drawn(
                (3 * embed_dim,), bias_init, rng=rng, dtype=dtype, regularizer=bias_regularizer
            )
        self.out_proj = Linear(
            embed_dim,
            embed_dim,
            bias=bias,
            weight_init=weight_init,
            bias_init=bias_init,
            weight_regularizer=weight_regularizer,
            bias_regularizer=bias_regularizer,
            rng=rng,
            dtype=dtype,
        )

    def forward(
        self,
        query: Array,
        key: Array | None = None,
        value: Array | None = None,
        mask: Array | None = None,
        causal: bool = False,
    ) -> Array:
        """Let each query look at the keys.

        Args:
            query: (N, L, embed_dim).
            key: (N, S, embed_dim); the queries themselves for None.
            value: (N, S, embed_dim); the keys themselves for None.
            mask: (L, S), (N, L, S) or (N, heads, L, S), or what broadcasts to one of these: True
                where a query may look, or numbers to add to the scores. Padding is masked by
                ``valid[:, None, :]`` of ``valid`` (N, S).
            causal: query i looks at the keys 0 to i only.
        Returns:
            (N, L, embed_dim).
        """
        key = query if key is None else key
        value = key if value is None else value
        self._check(query, key, value)
        q, k, v = self._projected(query, key, value)
        if mask is not None and np.ndim(mask) == 3:
            mask = mask[:, None]
        dropout = self.dropout if self.training else 0.0
        attended = functional.scaled_dot_product_attention(
            q, k, v, mask, causal, dropout, rng=self.rng
        )
        return self.out_proj(attended.swapaxes(1, 2).reshape(query.shape))

    def _projected(self, query: Array, key: Array, value: Array) -> list[Array]:
        """Queries, keys and values by head (N, heads, length, features); by one product if all
        are projections of the same.
        """
        weight: Any = self.in_proj_weight
        bias: Any = self.in_proj_bias
        width = self.embed_dim
        if query is key is value:
            joint = functional.linear(query, weight, bias)
            parts = [joint[..., k * width : (k + 1) * width] for k in range(3)]
        else:
            places = [slice(k * width, (k + 1) * width) for k in range(3)]
            parts = [
                functional.linear(x, weight[:, place], None if bias is None else bias[place])
                for x, place in zip((query, key, value), places, strict=True)
            ]
        heads = (self.num_heads, width // self.num_heads)
        return [part.reshape(*part.shape[:2], *heads).swapaxes(1, 2) for part in parts]

    def _check(self, query: Array, key: Array, value: Array) -> None:
        shapes = [np.shape(x) for x in (query, key, value)]
        fits = all(len(shape) == 3 and shape[2] == self.embed_dim for shape in shapes)
        if fits and shapes[0][0] == shapes[1][0] and shapes[1] == shapes[2]:
            return
        raise ShapeError(
            f"{label(self)} needs a query (N, L, {self.embed_dim}), and key and value "
            f"(N, S, {self.embed_dim}); it got {', '.join(map(str, shapes))}.",
            "one sequence has a batch axis too." if len(shapes[0]) == 2 else "",
            "x[None]" if len(shapes[0]) == 2 else f"Linear({shapes[0][-1:]}, {self.embed_dim})",
        )


class PositionalEncoding(Module):
    """Add sines and cosines of the position to a sequence: x + table[:T].

    Feature 2i at position t is sin(t / 10000^(2i/d)), feature 2i + 1 the cosine of the same.

    Args:
        d_model: the number of features.
        max_len: the longest sequence.
        dtype: of the table; the default dtype for None. Sequences keep theirs.
        name: shown in messages.
    Shapes:
        (N, T, d_model) or (T, d_model) → the same.
    Raises:
        ShapeError: when called on another number of features, or on a longer sequence.
    Source: A. Vaswani et al., "Attention is all you need" (2017), §3.5.

    >>> PositionalEncoding(2)(np.zeros((1, 2, 2))).numpy().round(2)
    array([[[0.  , 1.  ],
            [0.84, 0.54]]])
    """

    _sizes = ("d_model",)

    def __init__(
        self,
        d_model: int,
        max_len: int = 5000,
        *,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.d_model, self.max_len = d_model, max_len
        check_length(self, "d_model", d_model)
        check_length(self, "max_len", max_len)
        if name is not None:
            self.name = name
        spend((max_len, d_model))
        pair = np.arange(d_model) // 2
        angle = np.arange(max_len)[:, None] / 10000.0 ** (2 * pair / d_model)
        table = np.where(np.arange(d_model) % 2, np.cos(angle), np.sin(angle))
        self.table = Buffer(table.astype(dtype or get_default_dtype()), persistent=False)

    def forward(self, x: Array) -> Array:
        """(..., T, d_model) → the same, with the positions added."""
        shape = np.shape(x)
        if len(shape) < 2 or shape[-1] != self.d_model or shape[-2] > self.max_len:
            raise ShapeError(
                f"{label(self)} needs sequences (N, T, {self.d_model}) of at most {self.max_len} "
                f"steps; it got shape {shape}.",
                hint=f"PositionalEncoding({shape[-1] if shape else 1}, "
                f"max_len={max(self.max_len, *shape[-2:-1], 1)})",
            )
        return x + self.table.numpy()[: shape[-2]].astype(np.result_type(x.dtype, np.float16))


class TransformerEncoderLayer(Module):
    """Self-attention and two dense layers, each with a residual path and a normalization.

    With ``norm_first`` x + f(norm(x)) for each of the two f, otherwise norm(x + f(x)).

    Args:
        d_model: the number of features.
        nhead: the number of heads; it divides ``d_model``.
        dim_feedforward: the width between the two dense layers.
        dropout: the share dropped in training: of the attention weights, between the dense layers,
            and of what either f adds.
        activation: between the dense layers, a name or a function.
        norm_first: normalize what f takes, which trains without a warm-up, not what comes out.
        weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype, name: as for
            ``Linear``.
    Shapes:
        (N, T, d_model) → the same.
    Raises:
        ShapeError: when called on another shape.
    Source: A. Vaswani et al., "Attention is all you need" (2017), §3; the order: R. Xiong et al.,
        "On layer normalization in the transformer architecture" (2020).

    >>> layer = TransformerEncoderLayer(8, 2, dim_feedforward=16, rng=0)
    >>> layer(np.ones((3, 5, 8))).shape
    (3, 5, 8)
    """

    _sizes = ("d_model", "nhead")

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Named = "relu",
        norm_first: bool = True,
        *,
        weight_init: Named = "kaiming_uniform",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.d_model, self.nhead, self.dim_feedforward = d_model, nhead, dim_feedforward
        check_probability(type(self).__name__, dropout, "dropout")
        self.dropout, self.norm_first = dropout, norm_first
        if name is not None:
            self.name = name
        self.rng = generator(rng)
        options: dict[str, Any] = {
            "weight_init": weight_init,
            "bias_init": bias_init,
            "weight_regularizer": weight_regularizer,
            "bias_regularizer": bias_regularizer,
            "rng": self.rng,
            "dtype": dtype,
        }
        self.self_attn = MultiHeadAttention(d_model, nhead, dropout=dropout, **options)
        self.linear1 = Linear(d_model, dim_feedforward, activation=activation, **options)
        self.linear2 = Linear(dim_feedforward, d_model, **options)
        self.norm1, self.norm2 = LayerNorm(d_model, dtype=dtype), LayerNorm(d_model, dtype=dtype)

    def forward(self, x: Array, mask: Array | None = None, causal: bool = False) -> Array:
        """(N, T, d_model) → the same; ``mask`` and ``causal`` as for ``MultiHeadAttention``."""
        if self.norm_first:
            x = x + self._dropped(self.self_attn(self.norm1(x), mask=mask, causal=causal))
            return x + self._fed_forward(self.norm2(x))
        x = self.norm1(x + self._dropped(self.self_attn(x, mask=mask, causal=causal)))
        return self.norm2(x + self._fed_forward(x))

    def _fed_forward(self, x: Array) -> Array:
        return self._dropped(self.linear2(self._dropped(self.linear1(x))))

    def _dropped(self, x: Array) -> Array:
        return functional.dropout(x, self.dropout, training=self.training, rng=self.rng)
