"""Tables of vectors looked up by integers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from numpy.typing import DTypeLike

from autograd_core import ArgumentError

from . import init
from .defaults import Seed
from .functional.embedding import embedding, integers
from .linear import Named, Regularizer, check_length
from .module import Module
from .parameter import Parameter
from .paths import label

__all__ = ["Embedding"]


class Embedding(Module):
    """A trained vector for each of a number of ids.

    Args:
        num_embeddings: how many ids there are.
        embedding_dim: the length of the vectors.
        padding_idx: an id whose vector starts as zeros and takes no gradient; a negative one counts
            from the end.
        weight_init: None draws normal numbers of variance 1.
        weight_regularizer, rng, dtype, name: as for ``Linear``.
    Shapes:
        integers (...) → (..., embedding_dim); weight (num_embeddings, embedding_dim).
    Raises:
        ArgumentError: a ``padding_idx`` out of range.
        DtypeError, LabelError: when called on ids that are no integers, or out of range.

    Source: Bengio et al., "A neural probabilistic language model" (2003), §2.

    >>> import numpy as np
    >>> Embedding(10, 3, rng=0)(np.array([[1, 2], [1, 1]])).shape
    (2, 2, 3)
    """

    _sizes = ("num_embeddings", "embedding_dim")

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        weight_init: Named | None = None,
        weight_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        check_length(self, "num_embeddings", num_embeddings)
        check_length(self, "embedding_dim", embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ArgumentError(
                f"Embedding() got padding_idx={padding_idx}; it has rows 0 to "
                f"{num_embeddings - 1}.",
                hint="padding_idx=0",
            )
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx, self.name = padding_idx, name
        draw = partial(init.normal, std=1.0) if weight_init is None else init.get(weight_init)
        if padding_idx is not None:
            draw = partial(_with_zeros, draw, padding_idx)
        self.weight = Parameter.drawn(
            (num_embeddings, embedding_dim),
            draw,
            rng=rng,
            dtype=dtype,
            regularizer=weight_regularizer,
        )

    def forward(self, ids: Any) -> Any:
        """Integers (...) → (..., embedding_dim)."""
        padding = self.padding_idx
        if padding is not None:
            padding %= self.num_embeddings
        found = integers(label(self), ids, self.num_embeddings)
        return embedding(found, self.weight, padding)

    def _multiply_adds(self, _inputs: Any, _output: Any) -> int:
        """None: rows are looked up."""
        return 0


def _with_zeros(draw: Callable[..., Any], row: int, shape: Any, **options: Any) -> Any:
    """What an initializer draws, with zeros in one row."""
    drawn = draw(shape, **options)
    drawn[row] = 0
    return drawn
