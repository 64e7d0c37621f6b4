"""Attention: weighted means of values, by how well queries and keys agree."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import ShapeError, Variable

from ..defaults import Seed, generator
from .activations import softmax
from .noise import dropout as dropped

__all__ = ["attention_weights", "scaled_dot_product_attention"]

Array = Any  # an array, or a Variable of one


def scaled_dot_product_attention(
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None = None,
    causal: bool = False,
    dropout: float = 0.0,
    *,
    rng: Seed = None,
) -> Array:
    """softmax(q kᵀ / √E) v.

    Args:
        q: queries (..., L, E).
        k: keys (..., S, E).
        v: values (..., S, V).
        mask: what broadcasts to (..., L, S): True where a query may look, or numbers to add to the
            scores. A query that may look nowhere gets zeros.
        causal: query i looks at the keys 0 to i only.
        dropout: the share of the weights that is dropped.
        rng: the generator of the dropped places.
    Returns:
        (..., L, V).
    Raises:
        ShapeError: the arrays do not fit together.
    Source: A. Vaswani et al., "Attention is all you need" (2017), §3.2.1.

    >>> q, k = np.array([[1.0, 0.0]]), np.array([[9.0, 0.0], [9.0, 0.0], [-9.0, 0.0]])
    >>> scaled_dot_product_attention(q, k, np.array([[1.0], [2.0], [5.0]])).round(3)
    array([[1.5]])
    """
    if np.shape(k)[:-1] != np.shape(v)[:-1]:
        raise ShapeError(
            f"scaled_dot_product_attention got k of shape {np.shape(k)} "
            f"and v of shape {np.shape(v)}.",
            "each key has one value.",
            "k (..., S, E) and v (..., S, V)",
        )
    weights = attention_weights(q, k, mask, causal)
    if dropout:
        weights = dropped(weights, dropout, training=True, rng=generator(rng))
    return weights @ v


def attention_weights(q: Array, k: Array, mask: Array | None = None, causal: bool = False) -> Array:
    """softmax(q kᵀ / √E): how much each query looks at each key.

    Args:
        q: queries (..., L, E).
        k: keys (..., S, E).
        mask, causal: as for ``scaled_dot_product_attention``.
    Returns:
        (..., L, S); each row sums to 1, or is zero where a query may look nowhere.
    Raises:
        ShapeError: the arrays do not fit together.
    Source: A. Vaswani et al., "Attention is all you need" (2017), §3.2.1.

    >>> attention_weights(np.ones((3, 1)), np.ones((3, 1)), causal=True).round(2)
    array([[1.  , 0.  , 0.  ],
           [0.5 , 0.5 , 0.  ],
           [0.33, 0.33, 0.33]])
    """
    if min(np.ndim(q), np.ndim(k)) < 2 or q.shape[-1] != k.shape[-1]:
        raise ShapeError(
            f"Attention got queries of shape {np.shape(q)} and keys of shape {np.shape(k)}.",
            "queries and keys are compared feature by feature.",
            "queries (..., L, E) and keys (..., S, E)",
        )
    scores = (q * (1 / math.sqrt(q.shape[-1]))) @ np.swapaxes(k, -1, -2)
    if mask is not None:
        mask = _fitting(mask, scores.shape)
        if mask.dtype.kind == "b":
            scores = np.where(mask, scores, -math.inf)
        else:
            scores = scores + mask.astype(scores.dtype)
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=np.bool_), scores, -math.inf)
    return softmax(scores)


def _fitting(mask: Array, shape: tuple[int, ...]) -> Array:
    """The mask as an array of booleans or of floating-point numbers that broadcasts to a shape."""
    mask = mask if isinstance(mask, Variable) else np.asarray(mask)
    try:
        fits = np.broadcast_shapes(mask.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits or mask.dtype.kind not in "bf":
        raise ShapeError(
            f"Attention got a mask of shape {mask.shape} and dtype {mask.dtype} "
            f"for scores of shape {shape}.",
            "a mask has a boolean, or a number to add, for each query and key.",
            f"a boolean mask of shape {shape[-2:]}, True where a query may look",
        )
    return mask
