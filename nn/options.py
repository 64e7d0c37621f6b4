"""What the arguments of ``fit`` stand for: losses, optimizers, schedules, penalties, displays.

Everything is checked here and nothing is changed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograd_core import ArgumentError, OptimizerError, Variable

from . import regularizers
from .callbacks import Callback, ProgressBar
from .callbacks.records import BatchLines, EpochLines, SparseLines
from .history import History
from .inputs import Batches, as_array
from .losses import get as get_loss
from .module import Module
from .optim import Optimizer
from .optim.names import get as get_optimizer
from .paths import label
from .progress import interactive
from .scoring import Metric

__all__: list[str] = []

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


# --- loss, optimizer, schedule --------------------------------------------------------------------
def chosen_loss(loss: Any, y: Any, who: str = "fit") -> Any:
    """The loss that was asked for, by whatever name.

    Raises:
        ArgumentError: none, an unknown name, or one that gives no single number.
    """
    if loss is None:
        raise propose(y, who)
    found = get_loss(loss)
    if getattr(found, "reduction", "mean") == "none":
        raise ArgumentError(
            f"{who}() got {type(found).__name__}(reduction='none').",
            "a step follows one number.",
            "reduction='mean'",
        )
    return found


def check_takes_weights(loss: Any) -> None:
    """Make sure that a loss has a third argument.

    Raises:
        ArgumentError: a function of output and target alone.
    """
    function = loss.forward if isinstance(loss, Module) else loss
    try:
        inspect.signature(function).bind("output", "target", "sample_weight")
    except TypeError as error:
        name = getattr(loss, "__name__", type(loss).__name__)
        raise ArgumentError(
            f"fit() got weights, and the loss {name} takes none.",
            "it is a function of output and target alone.",
            f"def {name}(output, target, sample_weight=None)",
        ) from error


def propose(y: Any, who: str = "fit") -> ArgumentError:
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
    return ArgumentError(f"{who}() got no loss.", why, f'{who}(..., loss="{name}")')


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
    return get_optimizer(optimizer)(module, **options), asked


def check_trainable(module: Module) -> None:
    """Refuse a module of which no parameter would move."""
    if not any(parameter.requires_grad for parameter in module.parameters()):
        raise OptimizerError(
            f"fit() found nothing to train in {label(module)}.",
            "its parameters are frozen, or it has none.",
            "model.unfreeze(), or a layer with weights",
        )


def check_whole(optimizer: Optimizer, source: Batches) -> None:
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


def chosen_schedule(scheduler: Any, optimizer: Optimizer) -> Any:
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


def penalties(module: Module, regularizer: Any) -> list[tuple[Variable, Callable[[Variable], Any]]]:
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
def check_counts(**counts: int | None) -> None:
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


def check_clip(clip_norm: float | None) -> None:
    if clip_norm is not None and not clip_norm > 0:
        raise ArgumentError(f"fit() got clip_norm={clip_norm!r}.", hint="clip_norm=1.0")


def display(
    verbose: int | bool | str, print_every: int | None, callbacks: Sequence[Callback]
) -> list[Callback]:
    """The callbacks that show what happens."""
    if not isinstance(callbacks, Sequence):
        raise ArgumentError(
            f"fit() got a {type(callbacks).__name__} as its callbacks.",
            "they are a list.",
            "callbacks=[callback]",
        )
    for callback in callbacks:
        if not isinstance(callback, Callback):
            name = getattr(callback, "__name__", type(callback).__name__)
            raise ArgumentError(
                f"fit() got {name} among its callbacks.",
                "a callback is an instance of nn.callbacks.Callback.",
                f"{name}()" if isinstance(callback, type) else "LambdaCallback(on_epoch_end=f)",
            )
    if print_every is not None:
        check_counts(print_every=print_every)
        lines: list[Callback] = [SparseLines(print_every)]
        return lines if verbose in ("auto", 0) else lines + display(verbose, None, callbacks)
    if verbose is True or verbose == "auto":
        verbose = 1 if interactive() else 2
    if verbose not in _VERBOSE:
        raise ArgumentError(f"fit() got verbose={verbose!r}.", hint='0, 1, 2, 3 or "auto"')
    if any(isinstance(callback, ProgressBar) for callback in callbacks) and verbose == 1:
        return []
    return _VERBOSE[int(verbose)]()
