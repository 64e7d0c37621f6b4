"""Gradients held within bounds, before a step."""

from __future__ import annotations

from math import inf, isfinite
from typing import Any

import numpy as np

from autograd_core import NumericError, OptimizerError, Variable

from .groups import Params, named

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def clip_grad_norm_(params: Params, max_norm: float, norm_type: float = 2.0) -> float:
    """Scale all gradients by one factor, so that together they are no longer than ``max_norm``.

    Args:
        params: Parameters or Variables, a Module, or a callable that returns one of these; those
            without a gradient are passed over.
        max_norm: the longest that the gradients may be, as one vector.
        norm_type: p of the p-norm; ``math.inf`` for the largest entry by size.
    Returns:
        The norm before clipping; 0 without any gradient.
    Raises:
        NumericError: the norm is not finite. Nothing is changed then.
        OptimizerError: no parameters, or bounds that are not positive.
    Source: Pascanu et al., "On the difficulty of training recurrent neural networks" (2013),
    algorithm 1.

    >>> import autograd_core as ac
    >>> w = ac.Variable([3.0, 4.0])
    >>> (w * w).sum().backward()
    >>> clip_grad_norm_([w], 1.0)
    10.0
    >>> w.grad
    array([0.6, 0.8])
    """
    if not max_norm > 0 or not norm_type > 0:
        raise OptimizerError(
            f"clip_grad_norm_ needs positive numbers for max_norm and norm_type; it got "
            f"{max_norm} and {norm_type}.",
            hint="nn.clip_grad_norm_(params, 1.0)",
        )
    found = named("clip_grad_norm_", params)
    pairs = [(name, p) for name, p in found if p.grad_rows is not None or p.grad is not None]
    grads = [_array(p) for _, p in pairs]
    norm = _norm([_norm(np.abs(g).reshape(-1), norm_type) for g in grads], norm_type)
    if not isfinite(norm):
        bad = [name for (name, _), g in zip(pairs, grads, strict=True) if not np.isfinite(g).all()]
        raise NumericError(
            f"clip_grad_norm_ found a gradient norm of {norm}.",
            f"{', '.join(map(repr, bad[:10]))} {'has' if len(bad) == 1 else 'have'} entries that "
            "are not finite; nothing was changed.",
            "a smaller learning rate, or skip this batch",
        )
    if norm > max_norm:
        for (_, param), g in zip(pairs, grads, strict=True):
            if param.grad_rows is None:
                param.grad = g * (max_norm / norm)
            else:
                np.multiply(g, max_norm / norm, out=g)
    return norm


def clip_grad_value_(params: Params, value: float) -> None:
    """Cut every entry of the gradients to between ``-value`` and ``value``.

    Args:
        params: as for ``clip_grad_norm_``.
        value: the largest an entry may be, by size.
    Raises:
        OptimizerError: no parameters, or a bound that is not positive.

    >>> import autograd_core as ac
    >>> w = ac.Variable([3.0, -0.25])
    >>> (w * w).sum().backward()
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    if not value > 0:
        raise OptimizerError(
            f"clip_grad_value_ needs a positive number; it got {value}.",
            hint="nn.clip_grad_value_(params, 1.0)",
        )
    for _, param in named("clip_grad_value_", params):
        if param.grad_rows is not None:
            np.clip(_array(param), -value, value, out=_array(param))
        elif param.grad is not None:
            param.grad = np.clip(_array(param), -value, value)


def _array(param: Variable) -> Any:
    """The gradient without its history; of one that is kept in rows, the rows."""
    if param.grad_rows is not None:
        return param.grad_rows[1]
    return param.grad.data if isinstance(param.grad, Variable) else param.grad


def _norm(sizes: Any, p: float) -> float:
    """The p-norm of numbers that are not negative; without overflow on the way."""
    sizes = np.asarray(sizes, np.float64 if not hasattr(sizes, "dtype") else None)
    largest = float(sizes.max(initial=0))
    if p == inf or largest == 0 or not isfinite(largest):
        return largest
    return largest * float(np.sum((sizes / largest) ** p) ** (1 / p))
