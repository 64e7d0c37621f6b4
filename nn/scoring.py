"""Using a module without training it: outputs, probabilities, labels, and how good they are.

It knows batches and what a loss says about outputs; the loop is in ``training``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import ArgumentError, Variable, no_grad

from . import functional as F
from . import metrics as metric_functions
from .inputs import (
    Batches,
    as_array,
    as_inputs,
    cast,
    check_rows,
    check_weights,
    parameter_dtype,
    reads_itself,
    takes_integers,
)
from .keywords import checked
from .module import Module

__all__ = ["evaluate", "predict"]

Array = NDArray[Any]
Metric = Callable[[Any, Any], float]

MEANINGS = {  # what a loss takes its input for
    "CrossEntropyLoss": "softmax",
    "MultiMarginLoss": "softmax",
    "NLLLoss": "log",
    "BCEWithLogitsLoss": "sigmoid",
    "FocalLoss": "sigmoid",
    "BCELoss": "probability",
    "HingeLoss": "margin",
    "cross_entropy": "softmax",
    "multi_margin_loss": "softmax",
    "nll_loss": "log",
    "binary_cross_entropy_with_logits": "sigmoid",
    "focal_loss": "sigmoid",
    "binary_cross_entropy": "probability",
    "hinge_loss": "margin",
}
NUMERIC = (  # how the names of losses begin whose targets are numbers
    *("mse", "mean", "l1", "smooth", "huber", "bce", "binary", "focal"),
    *("hinge", "kl", "poisson", "gaussian"),
)


def meaning(loss: Any) -> str | None:
    """What the outputs of a model trained with this loss are: scores, probabilities, or None."""
    kinds = [loss.__name__] if hasattr(loss, "__name__") else [k.__name__ for k in type(loss).mro()]
    return next((MEANINGS[name] for name in kinds if name in MEANINGS), None)


@contextmanager
def evaluating(members: Iterable[Module]) -> Iterator[None]:
    """Eval mode for these modules, and nothing recorded; modes come back."""
    switched = [module for module in members if module.training]
    for module in switched:
        module.training = False
    try:
        with no_grad():
            yield
    finally:
        for module in switched:
            module.training = True


@checked
def predict(module: Module, X: Any, batch_size: int = 256) -> Array:
    """The outputs of a module, in eval mode and without recording; its mode is restored.

    Args:
        module: any Module.
        X: inputs (n, ...), a tuple of them for a module with several, or a DataLoader or Dataset,
            whose targets are left aside.
        batch_size: rows per call of the module.
    Returns:
        (n, ...): raw outputs, such as logits.
    Raises:
        ShapeError: X has no axis, or does not fit the module.

    >>> from nn import Linear
    >>> predict(Linear(2, 3), np.ones((4, 2))).shape
    (4, 3)
    """
    if reads_itself(X):
        return collected(module, X, batch_size)[0]
    inputs = as_inputs(X)
    members = module.modules()
    dtype = parameter_dtype(module, members)
    integers = any(array.dtype.kind in "iub" for array in inputs) and takes_integers(module)
    inputs = tuple(cast(array, dtype, integers) for array in inputs)
    with evaluating(members):
        rows = len(inputs[0]) if inputs[0].ndim else 0
        if len(inputs) == 1 and rows <= batch_size:
            return _plain(module, module(*inputs))
        check_rows("predict", inputs, None)
        return np.concatenate(
            [
                _plain(module, module(*(array[k : k + batch_size] for array in inputs)))
                for k in range(0, rows, batch_size)
            ]
        )


def _plain(module: Module, output: Any) -> Array:
    if isinstance(output, Variable):
        array: Array = output.numpy()
        return array
    if isinstance(output, np.ndarray):
        return output
    raise ArgumentError(
        f"predict() needs one array per batch; {type(module).__name__} gives a "
        f"{type(output).__name__}.",
        hint="Model(module, lambda output: output[0])",
    )


def collected(module: Module, source: Any, batch_size: int) -> tuple[Array, Array]:
    """The outputs and targets of all batches of a loader or Dataset, in its order."""
    from .data import Dataset
    from .loading import DataLoader

    loader = DataLoader(source, batch_size) if isinstance(source, Dataset) else source
    batches = Batches(loader, parameter_dtype(module), takes_integers(module))
    outputs, targets = [], []
    with evaluating(module.modules()):
        for *inputs, target in batches:
            outputs.append(_plain(module, module(*inputs)))
            targets.append(as_array(target))
    return np.concatenate(outputs), np.concatenate(targets)


@checked
def evaluate(
    module: Module,
    X: Any,
    y: ArrayLike | None = None,
    batch_size: int = 256,
    metrics: Iterable[str | Metric] = (),
    sample_weight: ArrayLike | None = None,
    *,
    loss: Any = None,
) -> dict[str, float]:
    """The loss and metrics of a module on data, in eval mode and without recording.

    Everything is computed over all rows at once, so that it does not depend on ``batch_size``.

    Args:
        module: any Module.
        X: inputs (n, ...), or a DataLoader or Dataset with targets.
        y: targets (n, ...).
        batch_size: rows per call of the module.
        metrics: names of ``nn.metrics``, or functions of (y_true, y_pred). They are given
            probabilities if the loss says how to compute them, otherwise raw outputs.
        sample_weight: (n,), for the loss.
        loss: a loss, its class or its name; without it only metrics are computed.
    Returns:
        ``{"loss": ..., metric: ...}``.
    Raises:
        ShapeError: X and y have different lengths, or no rows.
        ArgumentError: an unknown metric or loss, or neither of them.

    >>> from nn import Identity
    >>> evaluate(Identity(), np.ones((3, 1)), np.zeros((3, 1)), metrics=["mae"], loss="mse")
    {'loss': 1.0, 'mae': 1.0}
    """
    from .losses import get as get_loss

    chosen = named_metrics(metrics)
    loss = None if loss is None else get_loss(loss)
    if reads_itself(X):
        outputs, targets = collected(module, X, batch_size)
    else:
        if y is None:
            raise ArgumentError("evaluate() got no targets: y is None.", hint="evaluate(X, y)")
        inputs, targets = as_inputs(X), as_array(y)
        check_rows("evaluate", inputs, targets)
        outputs = predict(module, X, batch_size)
    if loss is None and not chosen:
        raise ArgumentError(
            "evaluate() got no loss and no metrics.",
            "a Model has its own only after compile() or fit().",
            'evaluate(X, y, loss="cross_entropy"), or metrics=["accuracy"]',
        )
    weights = None
    if sample_weight is not None:
        weights = check_weights("evaluate", sample_weight, len(outputs))
    return scores(outputs, targets, loss, chosen, weights)


def scores(
    outputs: Array,
    targets: Array,
    loss: Any,
    metrics: dict[str, Metric],
    weights: Array | None = None,
    only_metrics: bool = False,
) -> dict[str, float]:
    """The loss and the metrics of outputs that are there already."""
    found: dict[str, float] = {}
    if loss is not None and not only_metrics:
        targets = cast(targets, outputs.dtype, wants_floats(loss))
        with evaluating(loss.modules() if isinstance(loss, Module) else ()):
            value = loss(outputs, targets, *([] if weights is None else [weights]))
        found["loss"] = float(value)
    if metrics:
        shown = outputs if meaning(loss) in (None, "margin") else probabilities(outputs, loss)
        found.update((name, float(f(targets, shown))) for name, f in metrics.items())
    return found


def wants_floats(loss: Any) -> bool:
    """Whether a loss compares numbers, so that integer targets are numbers too."""
    name = getattr(loss, "__name__", type(loss).__name__)
    return name.lower().startswith(NUMERIC)


def named_metrics(metrics: Iterable[str | Metric]) -> dict[str, Metric]:
    """Metrics by the name they get in logs.

    Raises:
        ArgumentError: a name that ``nn.metrics`` does not have.
    """
    if isinstance(metrics, str) or callable(metrics):
        metrics = (metrics,)
    found: dict[str, Metric] = {}
    for metric in metrics:
        function = metric_functions.get(metric)
        found[getattr(function, "__name__", type(function).__name__)] = function
    return found


def probabilities(outputs: Array, loss: Any) -> Array:
    """Outputs as probabilities: a softmax or sigmoid, as the loss has it.

    Raises:
        ArgumentError: the loss does not say what outputs mean.
    """
    kind = meaning(loss)
    if kind == "softmax":
        result: Array = F.softmax(outputs, axis=1)
    elif kind == "sigmoid":
        result = F.sigmoid(outputs)
    elif kind == "log":
        result = np.exp(outputs)
    elif kind == "probability":
        result = outputs
    else:
        raise ArgumentError(
            f"predict_proba() cannot tell probabilities from outputs trained with {_name(loss)}.",
            "softmax belongs to cross_entropy, sigmoid to bce_with_logits.",
            "predict(X)",
        )
    return result


def labels(outputs: Array, loss: Any) -> Array:
    """Outputs as labels: the best column, or 1 where a single score is above its middle.

    Raises:
        ArgumentError: the loss does not say what outputs mean.
    """
    kind = meaning(loss)
    if kind in ("softmax", "log"):
        best: Array = outputs.argmax(axis=1)
        return best
    if kind is None:
        raise ArgumentError(
            f"predict_labels() cannot tell labels from outputs trained with {_name(loss)}.",
            "classes belong to losses such as cross_entropy and bce_with_logits.",
            "predict(X)",
        )
    above = (outputs > (0.5 if kind == "probability" else 0.0)).astype(np.int64)
    return above[:, 0] if above.ndim == 2 and above.shape[1] == 1 else above


def _name(loss: Any) -> str:
    return "no loss yet" if loss is None else getattr(loss, "__name__", type(loss).__name__)
