"""fit: its arguments are checked here, before anything is changed; then a Run takes over."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import ArgumentError, DtypeError, LabelError, OptimizerError, Variable

from . import hints, optim, regularizers
from .callbacks import Callback, ProgressBar
from .callbacks.records import BatchLines, EpochLines, SparseLines
from .choices import choice
from .config import unknown_keyword
from .defaults import Seed, generator
from .history import History
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
from .loading import DataLoader
from .loop import Run
from .losses import get as get_loss
from .module import Module
from .optim import Optimizer
from .progress import described, interactive, write_line
from .scoring import Metric, evaluate, evaluating, named_metrics, wants_floats

__all__ = ["fit"]

P = ParamSpec("P")
R = TypeVar("R")

_VERBOSE: dict[int, Callable[[], list[Callback]]] = {
    0: list,
    1: lambda: [ProgressBar()],
    2: lambda: [EpochLines()],
    3: lambda: [BatchLines()],
}


class _Default(str):
    """The name of an optimizer that nobody asked for by name."""


ADAM = _Default("adam")


@dataclass
class Settings:
    """What a model keeps from one ``fit`` to the next.

    Attributes:
        optimizer: the one that took the last steps.
        asked: the ``optimizer=`` and ``lr=`` it was made from.
        loss: the last loss.
        metrics: what ``compile`` asked for.
        history: of the last run.
    """

    optimizer: Optimizer | None = None
    asked: tuple[Any, float | None] = (None, None)
    loss: Any = None
    metrics: dict[str, Metric] = field(default_factory=dict)
    history: History = field(default_factory=History)


def spelled(**aliases: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function take other names for its keywords; an unknown one is an ArgumentError."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        names = list(inspect.signature(function).parameters)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for name in [name for name in kwargs if name not in names]:
                own = aliases.get(name)
                if own is None:
                    raise unknown_keyword(f"{function.__name__}()", name, names[1:])
                if own in kwargs or names.index(own) < len(args):
                    raise ArgumentError(
                        f"{function.__name__}() got {own!r} twice, also as {name!r}.",
                        hint=f"{own}=",
                    )
                kwargs[own] = kwargs.pop(name)
            return function(*args, **kwargs)

        return call

    return decorated


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
    shown = _display(verbose, print_every, callbacks)
    _check_counts(batch_size=batch_size, epochs=epochs, accumulate=accumulate)
    _check_clip(clip_norm)
    source, held_out = _data(
        module, X, y, loss, batch_size, validation_split, shuffle, rng, sample_weight, class_weight
    )
    held_out = _validation(validation_data, held_out)
    penalties = _penalties(module, regularizer)
    stepper, asked = chosen_optimizer(module, settings, optimizer, lr)
    _check_whole(stepper, source)
    run = Run(
        module=module,
        source=source,
        loss=loss,
        optimizer=stepper,
        epochs=epochs,
        callbacks=[*callbacks, *shown],
        metrics=chosen,
        validate=_validator(module, held_out, loss, chosen),
        regularized=penalties,
        clip_norm=clip_norm,
        scheduler=_chosen_schedule(scheduler, stepper),
        accumulate=accumulate,
    )
    if lr is not None:
        stepper.lr = lr
    if initialize:
        module.initialize(rng)
    settings.optimizer, settings.asked, settings.loss = stepper, asked, loss
    settings.history, settings.metrics = run.history, chosen
    history = run.train()
    if shown and history.epochs:
        last = {name: values[-1] for name, values in history.items()}
        seconds = sum(history.seconds)
        write_line(f"{history.epochs} epochs  {seconds:.2f} s  {described(last)}")
    return history


def complete(module: Module, X: Any) -> None:
    """Let layers that take their sizes from the first input see one row of it."""
    try:
        module.parameters()
    except ArgumentError:
        first = next(iter(X))[:-1] if reads_itself(X) else tuple(x[:1] for x in as_inputs(X))
        with evaluating(module):
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


# --- loss, optimizer, schedule --------------------------------------------------------------------
def chosen_loss(loss: Any, y: Any) -> Any:
    if loss is None:
        raise propose(y)
    found = get_loss(loss)
    if getattr(found, "reduction", "mean") == "none":
        raise ArgumentError(
            f"fit() got {type(found).__name__}(reduction='none').",
            "a step follows one number.",
            "reduction='mean'",
        )
    return found


def propose(y: Any) -> ArgumentError:
    """The error of a missing loss, with a proposal from the look of the targets."""
    values = np.asarray([]) if y is None else as_array(y)
    found = np.unique(values) if values.dtype.kind in "fiub" else values[:0]
    whole = bool(found.size) and not (found % 1).any()
    if not found.size:
        why, name = "it says what outputs and targets are.", "cross_entropy"
    elif values.ndim == 2 and values.shape[1] > 1 and set(found.tolist()) == {0, 1}:
        why, name = "y holds one-hot rows: they look like classes.", "cross_entropy"
    elif whole and values.dtype.kind == "f" and set(found.tolist()) <= {0, 1}:
        why, name = "y holds 0.0 and 1.0: they look like two classes.", "bce_with_logits"
    elif values.dtype.kind in "iub" and found.size <= max(20, int(len(values) ** 0.5)):
        why = f"y holds the integers {found[0]} to {found[-1]}: they look like classes."
        name = "cross_entropy"
    else:
        why, name = "y holds numbers of any size: it looks like a regression.", "mse"
    return ArgumentError("fit() got no loss.", why, f'fit(..., loss="{name}")')


def chosen_optimizer(
    module: Module, settings: Settings, optimizer: Any, lr: float | None
) -> tuple[Optimizer, tuple[Any, float | None]]:
    """The optimizer of this run, and what it was asked for by; the last one if that is the same."""
    if optimizer is ADAM and settings.asked[0] is not None:
        optimizer, lr = settings.asked[0], settings.asked[1] if lr is None else lr
    if isinstance(optimizer, Optimizer):
        own = {id(parameter) for parameter in module.parameters()}
        held = [id(p) for group in optimizer.param_groups for p in group["params"]]
        if own.isdisjoint(held):
            raise OptimizerError(
                f"fit() got an optimizer, {type(optimizer).__name__}, of another model.",
                "it holds no parameter of this one.",
                f"{type(optimizer).__name__}(model)",
            )
        return optimizer, (optimizer, None)
    asked = optimizer, lr
    last = settings.optimizer
    if last is not None and settings.asked == asked and _holds(last, module):
        return last, asked
    options = {} if lr is None else {"lr": lr}
    return named_optimizer(optimizer)(module, **options), asked


def named_optimizer(optimizer: Any) -> Callable[..., Any]:
    """The class of a name, or a callable as it is.

    Raises:
        ArgumentError: a name that is not known.
    """
    table = {name.lower(): getattr(optim, name) for name in optim.__all__}
    make: Callable[..., Any] = (
        optimizer if callable(optimizer) else choice("optimizer", optimizer, table)
    )
    return make


def _check_whole(optimizer: Optimizer, source: Batches) -> None:
    if getattr(optimizer, "full_batch", False) and len(source) > 1:
        raise ArgumentError(
            f"fit() got {type(optimizer).__name__} and {len(source)} batches.",
            "it minimizes one function, the loss on all rows.",
            "batch_size=None",
        )


def _holds(optimizer: Optimizer, module: Module) -> bool:
    """Whether an optimizer holds exactly the parameters of a module."""
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    return held == {id(p) for p in module.parameters()}


def _chosen_schedule(scheduler: Any, optimizer: Optimizer) -> Any:
    if scheduler is None:
        return None
    if isinstance(scheduler, type | partial):
        scheduler = scheduler(optimizer)
    if hasattr(scheduler, "step"):
        if getattr(scheduler, "optimizer", optimizer) is not optimizer:
            raise ArgumentError(
                f"fit() got {type(scheduler).__name__} of another optimizer.",
                "it would change rates that nobody uses.",
                "one optimizer: fit(..., optimizer=opt, scheduler=StepLR(opt, 30))",
            )
        return scheduler
    if callable(scheduler):
        for group in optimizer.param_groups:
            group["lr"] = scheduler
        return None
    raise ArgumentError(
        f"fit() got scheduler={scheduler!r}.",
        hint="StepLR(optimizer, 30), or a function of the step",
    )


def _penalties(
    module: Module, regularizer: Any
) -> list[tuple[Variable, Callable[[Variable], Any]]]:
    """Parameters with what penalizes them: their own regularizers, and the one of this run."""
    found: list[tuple[Variable, Callable[[Variable], Any]]] = [
        (p, p.regularizer) for p in module.parameters() if p.regularizer is not None
    ]
    if regularizer is not None:
        every = regularizers.get(regularizer)
        named = module.named_parameters()
        found += [(p, every) for path, p in named if not path.split(".")[-1].startswith("bias")]
    return found


# --- numbers and pictures -------------------------------------------------------------------------
def _check_counts(**counts: int | None) -> None:
    """Whole numbers from 1 on; epochs from 0, and batch_size may be None."""
    for name, value in counts.items():
        if value is None and name == "batch_size":
            continue
        least = 0 if name == "epochs" else 1
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or value is None or value < least:
            raise ArgumentError(
                f"fit() got {name}={value!r}.", hint=f"a whole number from {least} on"
            )


def _check_clip(clip_norm: float | None) -> None:
    if clip_norm is not None and not clip_norm > 0:
        raise ArgumentError(f"fit() got clip_norm={clip_norm!r}.", hint="clip_norm=1.0")


def _display(
    verbose: int | bool | str, print_every: int | None, callbacks: Sequence[Callback]
) -> list[Callback]:
    """The callbacks that show what happens."""
    for callback in callbacks:
        if not isinstance(callback, Callback):
            name = getattr(callback, "__name__", type(callback).__name__)
            raise ArgumentError(
                f"fit() got {name} among its callbacks.",
                "a callback is an instance of nn.callbacks.Callback.",
                f"{name}()" if isinstance(callback, type) else "LambdaCallback(on_epoch_end=f)",
            )
    if print_every is not None:
        _check_counts(print_every=print_every)
        lines: list[Callback] = [SparseLines(print_every)]
        return lines if verbose in ("auto", 0) else lines + _display(verbose, None, callbacks)
    if verbose is True or verbose == "auto":
        verbose = 1 if interactive() else 2
    if verbose not in _VERBOSE:
        raise ArgumentError(f"fit() got verbose={verbose!r}.", hint='0, 1, 2, 3 or "auto"')
    if any(isinstance(callback, ProgressBar) for callback in callbacks) and verbose == 1:
        return []
    return _VERBOSE[int(verbose)]()
