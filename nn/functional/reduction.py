"""What all losses share: shapes that agree, weights of samples, the mean, and who brought a nan.

A loss of one number per entry is computed first; this file makes it what ``reduction`` asks for.
It knows no loss.
"""

import math
from typing import Any

import numpy as np

from autograd_core import ArgumentError, NumericError, ShapeError, Variable

from ..choices import choice

__all__ = ["combined", "floating", "matched", "reduced", "report_nan", "row_weights"]

REDUCTIONS = {"mean": "mean", "sum": "sum", "none": "none"}


def floating(value: Any) -> Any:
    """An input as an array of floating-point numbers, or a Variable."""
    if isinstance(value, Variable):
        return value
    value = np.asarray(value)
    return value if value.dtype.kind == "f" else value.astype(float)


def matched(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Input and target of one shape, the target in the input's dtype.

    Raises:
        ShapeError: the shapes differ; they are never broadcast.
    """
    input = floating(input)
    if not isinstance(target, Variable) or target.dtype.kind != "f":
        target = np.asarray(target)
        if target.dtype is not input.dtype:
            target = target.astype(input.dtype)
    if input.shape != target.shape:
        raise _mismatch(name, input.shape, target.shape)
    return input, target


def _mismatch(name: str, input: tuple[int, ...], target: tuple[int, ...]) -> ShapeError:
    try:
        shape = np.broadcast_shapes(input, target)
        why = f"NumPy would broadcast them to {shape}, and the loss would be wrong without a word."
    except ValueError:
        why = "every entry of the input has a target of its own."
    if math.prod(input) != math.prod(target):
        hint = f"a target of shape {input}"
    else:
        hint = f"target.reshape({_sizes(input)}), or input.reshape({_sizes(target)})"
    return ShapeError(f"{name} got input of shape {input} and target of shape {target}.", why, hint)


def _sizes(shape: tuple[int, ...]) -> str:
    """The arguments of a reshape; the first length, that of the samples, may change."""
    return ", ".join(map(str, (-1, *shape[1:])))


def row_weights(name: str, sample_weight: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    """Weights that multiply losses of a shape (N, ...), from one for each sample or each entry.

    Raises:
        ShapeError: neither of these.
    """
    weights = sample_weight
    if not isinstance(weights, Variable):
        weights = np.asarray(weights).astype(dtype, copy=False)
    if weights.shape == shape:
        return weights
    if shape and weights.shape == shape[:1]:
        return weights.reshape((-1,) + (1,) * (len(shape) - 1))
    raise ShapeError(
        f"{name} got sample_weight of shape {weights.shape} for losses of shape {shape}.",
        "each sample has one weight.",
        f"a sample_weight of shape {shape[:1]}",
    )


def reduced(
    name: str, losses: Any, target: Any, sample_weight: Any = None, reduction: str = "mean"
) -> Any:
    """The losses as one number, or as they are.

    Args:
        name: of the loss, for messages.
        losses: one for each entry, of shape (N, ...).
        target: searched for a nan if the result is one.
        sample_weight: of shape (N,), or that of the losses.
        reduction: ``"mean"``, with weights Σ wℓ / Σ w; ``"sum"``; ``"none"``.
    Raises:
        ArgumentError: another reduction; weights that sum to 0.
        ShapeError: the mean of no losses; weights of another shape.
        NumericError: a nan in the target.
    """
    if sample_weight is None:
        return combined(name, losses, target, None, reduction)
    weights = row_weights(name, sample_weight, losses.shape, losses.dtype)
    total = weights.sum() * (losses.size / max(weights.size, 1))
    return combined(name, losses * weights, target, total, reduction)


def combined(name: str, losses: Any, target: Any, total: Any, reduction: str) -> Any:
    """The losses, weighted already, as one number or as they are.

    Args, errors: as of ``reduced``; ``total`` divides their sum for the mean, None for their count.
    """
    if reduction == "mean":
        if not losses.size:
            raise ShapeError(
                f"{name} got no rows, and their mean is not defined.",
                hint='reduction="sum", or a batch with rows',
            )
        if total is not None and not total != 0:
            raise ArgumentError(
                f"{name} got weights that sum to 0; the mean divides by their sum.",
                hint='reduction="sum", or some weight that is not 0',
            )
        result = losses.mean() if total is None else losses.sum() / total
    elif choice("reduction", reduction, REDUCTIONS) == "sum":
        result = losses.sum()
    else:
        result = losses
    report_nan(name, result, target)
    return result


def report_nan(name: str, result: Any, target: Any) -> None:
    """Where a loss is nan, look for one in the target, and name its row.

    Raises:
        NumericError: there is one.
    """
    found = result != result
    if found if type(found) is not np.ndarray else found.any():
        values = target.data if isinstance(target, Variable) else np.asarray(target)
        rows = np.argwhere(np.isnan(values))
        if len(rows):
            raise NumericError(
                f"{name} got nan in row {rows[0][0] if values.ndim else 0} of the target.",
                f"{len(rows)} of {values.size} entries are nan; so would the loss be.",
                "keep = ~np.isnan(target); loss(input[keep], target[keep])",
            )
