"""From what the user hands over to batches of arrays: checks, dtypes, weights, held-out rows.

It knows the shapes of data and the dtype of a module, not losses or optimizers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import ArgumentError, LabelError, ShapeError, Variable

from .data import Dataset
from .defaults import Seed, get_default_dtype
from .embedding import Embedding
from .loading import DataLoader
from .module import Module
from .parameter import Parameter

__all__: list[str] = []

Array = NDArray[Any]


@dataclass
class Batches:
    """Where batches come from, and what dtype they are to have.

    Attributes:
        source: yields tuples (inputs..., target), with a weight at the end if ``weighted``.
        dtype: floating arrays are cast to it.
        integers: whether integer inputs are cast too.
        floats: whether integer targets are cast too.
        ready: the arrays have these dtypes already.
    """

    source: Any
    dtype: np.dtype[Any]
    integers: bool = False
    floats: bool = False
    weighted: bool = False
    ready: bool = False

    def __len__(self) -> int:
        return len(self.source)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.source) if self.ready else map(self._cast, self.source)

    def _cast(self, batch: Any) -> tuple[Any, ...]:
        if not isinstance(batch, tuple | list) or len(batch) < 2:
            kind = type(batch).__name__
            raise ArgumentError(
                f"A batch is a tuple (inputs, targets) here; the loader gave a {kind}.",
                hint="DataLoader((X, y), batch_size=32)",
            )
        *inputs, target = batch
        made = [cast(x, self.dtype, self.integers) for x in inputs]
        return *made, cast(target, self.dtype, self.floats)


def cast(values: Any, dtype: np.dtype[Any], integers: bool = False) -> Any:
    """Floating arrays, and integers if asked, in a dtype; everything else as it is."""
    kind = values.dtype.kind
    if values.dtype != dtype and (kind == "f" or (integers and kind in "iub")):
        return values.astype(dtype)
    return values


def parameter_dtype(module: Module, members: Sequence[Module] = ()) -> np.dtype[Any]:
    """The dtype of the first parameter, or the default one.

    Args:
        module: any Module.
        members: all modules inside it, where they are known.
    """
    for layer in members or module.modules():
        for value in vars(layer).values():
            if isinstance(value, Parameter):
                return value.dtype
    for parameter in module.parameters():
        return parameter.dtype
    return get_default_dtype()


def takes_integers(module: Module) -> bool:
    """Whether integers are numbers to this module's first layer; to an Embedding they are names."""
    for layer in module.modules():
        if isinstance(layer, Embedding):
            return False
        if any(isinstance(value, Variable) for value in vars(layer).values()):
            return type(layer).__module__.startswith("nn.")
    return False


def as_array(values: Any) -> Array:
    """Arrays, lists, pandas objects and untracked Variables as arrays."""
    array: Array = values.numpy() if isinstance(values, Variable) else np.asarray(values)
    return array


def as_inputs(X: Any) -> tuple[Array, ...]:
    """One array, or the arrays of a tuple: a module with several inputs takes one each."""
    return tuple(as_array(x) for x in X) if isinstance(X, tuple) else (as_array(X),)


def reads_itself(X: Any) -> bool:
    """Whether X brings its own targets: a loader, a Dataset, or something to iterate over."""
    if isinstance(X, DataLoader | Dataset):
        return True
    plain = isinstance(X, Variable | Mapping | list | tuple | str) or hasattr(X, "__array__")
    return not plain and hasattr(X, "__iter__") and hasattr(X, "__len__")


def check_rows(name: str, inputs: tuple[Array, ...], y: Array | None) -> int:
    """The number of rows, the same in all arrays.

    Args:
        name: the function that was called, for the message.
        inputs: each (n, ...).
        y: (n, ...), or None where there is no target.
    Raises:
        ShapeError: lengths differ, there is no row, or an array has no axis.
    """
    X = inputs[0]
    if any(array.ndim == 0 for array in (*inputs, *([] if y is None else [y]))):
        raise ShapeError(
            f"{name}() got a single number.", "rows are samples here.", "np.atleast_2d(X)"
        )
    lengths = [len(array) for array in inputs]
    if len(set(lengths)) > 1:
        shapes = ", ".join(str(array.shape) for array in inputs)
        raise ShapeError(
            f"{name}() got inputs of shapes {shapes}.",
            "a tuple holds one array per input of the module, with a row per sample in each.",
            "np.array(X), if the tuple is one input",
        )
    if y is not None and len(y) != len(X):
        raise _lengths(name, X, y)
    if len(X) == 0:
        raise ShapeError(
            f"{name}() got no samples: X has shape {X.shape}.", hint="an X of at least one row"
        )
    return len(X)


def _lengths(name: str, X: Array, y: Array) -> ShapeError:
    what = f"{name}() got X of shape {X.shape} and y of "
    what += f"length {len(y)}." if y.ndim == 1 else f"shape {y.shape}."
    if X.ndim == 2 and X.shape[1] == y.shape[-1]:
        call = f"{name}(X.T, y)" if y.ndim == 1 else f"{name}(X.T, y.T)"
        why = "rows are samples here, and this X has one row per feature."
        return ShapeError(what, why, call)
    cut = f"X[:{len(y)}], y" if len(X) > len(y) else f"X, y[:{len(X)}]"
    return ShapeError(what, "every row of X needs its own target.", f"{name}({cut})")


def check_weights(name: str, weights: ArrayLike, rows: int) -> Array:
    """Weights (n,) that are finite and not negative.

    Raises:
        ShapeError: not one per row.
        ArgumentError: a weight that is negative, nan or infinite.
    """
    array = np.asarray(weights)
    if array.shape != (rows,):
        raise ShapeError(
            f"{name}() got sample_weight of shape {array.shape} for {rows} samples.",
            "each sample has one weight.",
            f"an array of shape ({rows},)",
        )
    if array.dtype.kind not in "fiub" or not np.isfinite(array).all() or (array < 0).any():
        raise ArgumentError(
            f"{name}() got a sample_weight that is negative or not finite.",
            hint="weights >= 0",
        )
    return array


def class_weights(class_weight: Any, y: Array) -> Array:
    """The weight of each row by its class.

    Args:
        class_weight: label → weight, or "balanced": n / (classes · count), as scikit-learn has it.
        y: labels (n,), or one-hot rows (n, C).
    Raises:
        LabelError: a label without a weight, or targets that are no labels.
        ArgumentError: neither a mapping nor "balanced".
    """
    labels = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(len(y), -1)[:, 0]
    if y.ndim > 2 or (labels.dtype.kind == "f" and (labels % 1).any()):
        raise LabelError(
            f"class_weight needs a label per row; y has shape {y.shape} and dtype {y.dtype}.",
            hint="sample_weight=",
        )
    classes, where, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if isinstance(class_weight, Mapping):
        lost = [c for c in classes.tolist() if c not in class_weight]
        if lost:
            raise LabelError(
                f"class_weight has no weight for {', '.join(map(str, lost[:10]))}.",
                hint=f"class_weight={dict.fromkeys(classes.tolist()[:10], 1.0)}",
            )
        per_class = np.array([class_weight[c] for c in classes.tolist()], float)
    elif isinstance(class_weight, str) and class_weight == "balanced":
        per_class = len(labels) / (len(classes) * counts)
    else:
        raise ArgumentError(
            f"class_weight={class_weight!r} is neither a dict nor 'balanced'.",
            hint='class_weight={0: 1.0, 1: 5.0}, or "balanced"',
        )
    weights: Array = per_class[where]
    return weights


def hold_out(arrays: list[Array], fraction: float) -> tuple[list[Array], list[Array]]:
    """The first rows and the last ones, which are ``fraction`` of all.

    Raises:
        ArgumentError: a fraction outside (0, 1), or one that leaves one side empty.
    """
    rows = len(arrays[0])
    cut = rows - round(rows * fraction) if 0 < fraction < 1 else 0
    if not 0 < cut < rows:
        raise ArgumentError(
            f"fit() got validation_split={fraction} for {rows} samples.",
            "both parts need a sample.",
            "validation_split=0.2",
        )
    return [a[:cut] for a in arrays], [a[cut:] for a in arrays]


def array_batches(
    arrays: list[Array], batch_size: int | None, *, shuffle: bool, rng: Seed, weighted: bool
) -> Batches:
    """Batches of arrays that have their dtypes already."""
    loader = DataLoader(
        tuple(arrays), batch_size=batch_size or len(arrays[0]), shuffle=shuffle, rng=rng
    )
    return Batches(loader, arrays[0].dtype, weighted=weighted, ready=True)
