"""fit: its arguments are checked here, before anything is changed; then a Run takes over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import ArgumentError, DtypeError, LabelError

from . import hints
from .callbacks import Callback
from .defaults import Seed, generator
from .history import History, counted
from .inputs import (
    Array,
    Batches,
    array_batches,
    as_array,
    as_inputs,
    cast,
    check_rows,
    check_weights,
    class_weights,
    hold_out,
    parameter_dtype,
    reads_itself,
    takes_integers,
)
from .keywords import spelled
from .loading import DataLoader
from .loop import Run
from .module import Module
from .options import (
    ADAM,
    Settings,
    check_clip,
    check_counts,
    check_takes_weights,
    check_trainable,
    check_whole,
    chosen_loss,
    chosen_optimizer,
    chosen_schedule,
    display,
    penalties,
)
from .progress import described, write_line
from .scoring import Metric, evaluate, evaluating, named_metrics, wants_floats

__all__ = ["fit"]


@spelled(num_epochs="epochs", loss_fn="loss", data="X", target="y", learning_rate="lr")
def fit(
    module: Module,
    X: Any = None,
    y: Any = None,
    batch_size: int | None = 32,
    epochs: int = 10,
    optimizer: Any = ADAM,
    loss: Any = None,
    *,
    lr: float | None = None,
    metrics: Iterable[str | Metric] = (),
    validation_data: Any = None,
    validation_split: float = 0.0,
    callbacks: Sequence[Callback] = (),
    verbose: int | bool | str = "auto",
    print_every: int | None = None,
    shuffle: bool = True,
    rng: Seed = None,
    sample_weight: ArrayLike | None = None,
    class_weight: Any = None,
    regularizer: Any = None,
    clip_norm: float | None = None,
    scheduler: Any = None,
    accumulate: int = 1,
    initialize: bool = False,
) -> History:
    """Train a module on data; a second call goes on from there.

    Args:
        module: any Module.
        X: inputs (n, ...), a tuple of them for a module with several, or a DataLoader or Dataset
            that brings the targets; arrays, lists and DataFrames.
        y: targets (n, ...).
        batch_size: rows per batch; None takes all rows at once.
        epochs: passes over the data; also ``num_epochs=``.
        optimizer: an Optimizer, its class or its name.
        loss: a loss, its class, its name, or a function of (output, target); also ``loss_fn=``.
        lr: the learning rate; the optimizer's own by default.
        metrics: names of ``nn.metrics``, or functions of (y_true, y_pred). They are given
            probabilities if the loss says how to compute them, otherwise raw outputs.
        validation_data: (X, y), (X, y, sample_weight), or a DataLoader, measured after each epoch.
        validation_split: a fraction: the last rows, before shuffling, are held out.
        callbacks: see ``nn.callbacks``.
        verbose: 0 silent, 1 a bar, 2 a line per epoch, 3 a line per batch; "auto" is 1 on a
            terminal or in a notebook, otherwise 2. All on stderr.
        print_every: a line ``Epoch: 50. Loss: ...`` every so many epochs, in place of ``"auto"``.
        shuffle: a new order in each epoch.
        rng: where orders, and initial weights if asked, are drawn from.
        sample_weight: (n,), for the loss.
        class_weight: label → weight, or "balanced".
        regularizer: a penalty on all parameters but biases, such as ``L2(1e-4)``; it is added to
            the loss and reported apart as ``penalty``.
        clip_norm: gradients together are scaled down to this norm.
        scheduler: a schedule of the optimizer; a class or partial that makes one; or a function of
            the step number to the rate.
        accumulate: how many batches make a step, which is that of one large batch.
        initialize: draw all parameters again first.
    Returns:
        What was measured. Ctrl-C ends the run and returns it too.
    Raises:
        ShapeError: X and y have different lengths, or no rows.
        ArgumentError: a keyword, name or value that is not known; a missing loss.
        LabelError: labels that are text, or without a class weight.
        NumericError: the loss became nan or infinite; the model keeps its last finite weights.

    >>> from nn import Linear
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> layer = Linear(1, 1, rng=0)
    >>> history = fit(layer, X, 2 * X + 1, 3, 300, "sgd", "mse", lr=0.1, verbose=0)
    >>> history["loss"][-1] < 1e-4
    True
    """
    settings: Settings = vars(module).get("_settings") or Settings()
    stepper: Any
    complete(module, X)
    rng = generator(rng)
    loss = chosen_loss(loss if loss is not None else settings.loss, y)
    chosen = named_metrics(metrics) or settings.metrics
    shown = display(verbose, print_every, callbacks)
    check_counts(batch_size=batch_size, epochs=epochs, accumulate=accumulate)
    check_clip(clip_norm)
    check_trainable(module)
    source, held_out = _data(
        module, X, y, loss, batch_size, validation_split, shuffle, rng, sample_weight, class_weight
    )
    held_out = _validation(validation_data, held_out)
    stepper, asked = chosen_optimizer(module, settings, optimizer, lr)
    check_whole(stepper, source)
    run = Run(
        module=module,
        source=source,
        loss=loss,
        optimizer=stepper,
        epochs=epochs,
        callbacks=[*callbacks, *shown],
        metrics=chosen,
        validate=_validator(module, held_out, loss, chosen),
        regularized=penalties(module, regularizer),
        clip_norm=clip_norm,
        scheduler=chosen_schedule(scheduler, stepper),
        accumulate=accumulate,
    )
    if lr is not None:
        stepper.lr = lr
    if initialize:
        module.initialize(rng)
    settings.optimizer, settings.asked, settings.loss = stepper, asked, loss
    settings.history, settings.metrics = run.history, chosen
    vars(module)["_settings"] = settings
    history = run.train()
    if shown and history.epochs:
        last = {name: values[-1] for name, values in history.items()}
        seconds = sum(history.seconds)
        write_line(f"{counted(history.epochs)}  {seconds:.2f} s  {described(last)}")
    return history


def complete(module: Module, X: Any) -> None:
    """Let layers that take their sizes from the first input see one row of it."""
    try:
        module.parameters()
    except ArgumentError:
        first = next(iter(X))[:-1] if reads_itself(X) else tuple(x[:1] for x in as_inputs(X))
        with evaluating(module.modules()):
            module(*first)


# --- the data -------------------------------------------------------------------------------------
def _data(
    module: Module,
    X: Any,
    y: Any,
    loss: Any,
    batch_size: int | None,
    validation_split: float,
    shuffle: bool,
    rng: np.random.Generator,
    sample_weight: ArrayLike | None,
    class_weight: Any,
) -> tuple[Batches, Any]:
    """Batches of what was given, and the rows held out of it or None."""
    dtype, integers = parameter_dtype(module), takes_integers(module)
    if reads_itself(X):
        given = (y, sample_weight, class_weight, validation_split or None)
        if any(value is not None for value in given):
            raise ArgumentError(
                f"fit() got a {type(X).__name__}, and y, weights or validation_split beside it.",
                "it brings its own rows and targets.",
                "fit(loader), and validation_data= for a second loader",
            )
        loader = X
        if not hasattr(X, "__iter__") or hasattr(X, "take"):
            size = batch_size or len(X)
            loader = DataLoader(X, batch_size=size, shuffle=shuffle, rng=rng)
        return Batches(loader, dtype, integers, wants_floats(loss)), None
    if y is None:
        raise ArgumentError(
            "fit() got no targets: y is None.",
            "only a DataLoader or Dataset brings its own.",
            "fit(X, y)",
        )
    inputs, target = as_inputs(X), as_array(y)
    rows = check_rows("fit", inputs, target)
    _check_kinds(inputs, target)
    hints.about_features(inputs)
    hints.about_order(target, shuffle, batch_size or rows)
    weights = None if sample_weight is None else check_weights("fit", sample_weight, rows)
    if class_weight is not None:
        by_class = class_weights(class_weight, target)
        weights = by_class if weights is None else by_class * weights
    arrays = [cast(x, dtype, integers) for x in inputs]
    arrays.append(cast(target, dtype, wants_floats(loss)))
    if weights is not None:
        check_takes_weights(loss)
        arrays.append(weights.astype(dtype))
    held_out = None
    if validation_split:
        arrays, last = hold_out(arrays, validation_split)
        held_out = (
            last[0] if len(inputs) == 1 else tuple(last[: len(inputs)]),
            *last[len(inputs) :],
        )
    if weights is not None:
        arrays = _counted(arrays)
    source = array_batches(
        arrays, batch_size, shuffle=shuffle, rng=rng, weighted=weights is not None
    )
    return source, held_out


def _counted(arrays: list[Array]) -> list[Array]:
    """The rows whose weight, the last array, is not zero: a batch of zeros has no mean."""
    counts = arrays[-1] > 0
    if not counts.any():
        raise ArgumentError("fit() got weights that are all zero.", hint="sample_weight=None")
    return arrays if counts.all() else [array[counts] for array in arrays]


def _check_kinds(inputs: tuple[Array, ...], y: Array) -> None:
    for X in inputs:
        if X.dtype.kind not in "fiubc":
            raise DtypeError(
                f"fit() got X of dtype {X.dtype}.",
                "features are numbers.",
                "X.astype(float), after coding what is text",
            )
    if y.dtype.kind not in "fiubc":
        raise LabelError(
            f"fit() got y of dtype {y.dtype}.",
            "class labels are the integers from 0.",
            "names, y = np.unique(y, return_inverse=True)",
        )


def _validation(given: Any, held_out: Any) -> Any:
    if given is None:
        return held_out
    if held_out is not None:
        raise ArgumentError("fit() got validation_data and validation_split.", hint="one of them")
    if isinstance(given, tuple | list) and len(given) in (2, 3):
        check_rows("fit", as_inputs(given[0]), as_array(given[1]))
        return tuple(given)
    if reads_itself(given):
        return (given,)
    raise ArgumentError(
        f"fit() got validation_data of type {type(given).__name__}.",
        hint="validation_data=(X_val, y_val), or a DataLoader",
    )


def _validator(
    module: Module, data: Any, loss: Any, metrics: dict[str, Metric]
) -> Callable[[], dict[str, float]] | None:
    """A function that measures the held-out data."""
    if data is None:
        return None
    X, y, weights = (*data, None, None)[:3]
    return partial(
        evaluate, module, X, y, metrics=metrics.values(), sample_weight=weights, loss=loss
    )
