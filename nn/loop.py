"""The loop: epochs, batches, steps, and what is measured on the way.

Arguments have been checked and data are batches when a Run is made; see ``training``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import NumericError, Variable

from . import schedules
from .callbacks.base import Callback, Events, check_watched
from .hints import about_progress
from .history import History
from .inputs import Batches
from .module import Module
from .optim import Optimizer, clip_grad_norm_
from .scoring import Metric, scores

__all__: list[str] = []

Array = NDArray[Any]


@dataclass
class Run:
    """One run of ``fit``, which callbacks see as ``self.run``.

    Attributes:
        module: what is trained.
        source: where batches come from; ``batches`` says how many make an epoch.
        loss: called as loss(output, target), with weights as third argument if there are some.
        optimizer: takes the steps.
        epochs: how many passes.
        callbacks: who is told.
        metrics: name → function of (y_true, y_pred), measured over each epoch's outputs.
        validate: gives the quantities of the held-out data, or None.
        regularized: parameters with what penalizes them.
        clip_norm: the largest norm of all gradients together, or None.
        scheduler: a schedule, or None.
        accumulate: how many batches make a step.
        history: what was measured.
    """

    module: Module
    source: Batches
    loss: Any
    optimizer: Optimizer
    epochs: int
    callbacks: Sequence[Callback] = ()
    metrics: dict[str, Metric] = field(default_factory=dict)
    validate: Callable[[], dict[str, float]] | None = None
    regularized: Sequence[tuple[Variable, Callable[[Variable], Any]]] = ()
    clip_norm: float | None = None
    scheduler: Any = None
    accumulate: int = 1
    history: History = field(default_factory=History)
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.batches = len(self.source)
        measured = ["loss", *(["penalty"] if self.regularized else []), *self.metrics]
        held_out = ["val_loss", *(f"val_{name}" for name in self.metrics)]
        added = [name for callback in self.callbacks for name in callback.adds]
        self.quantities = [*measured, *(held_out if self.validate else []), *added]
        check_watched(self.callbacks, self.quantities)
        self.parameters = self.module.parameters()
        self._state: list[Variable] = [*self.parameters, *self.module.buffers()]
        self._summed = getattr(self.loss, "reduction", "mean") == "sum"
        self._per_batch = getattr(self.scheduler, "per_batch", False)
        self._with_closure = getattr(self.optimizer, "needs_closure", False)

    def train(self) -> History:
        """All epochs, unless a callback, Ctrl-C or a bad loss ends them earlier."""
        module: Any = self.module
        events = self.events = Events(self.callbacks, module, self)
        modes = [(inner, inner.training) for inner in module.modules()]
        module.stop_training = False
        events.fire("on_train_begin")
        module.train()
        try:
            for epoch in range(self.epochs):
                self._epoch(epoch)
                if module.stop_training:
                    break
        except BaseException as exc:
            events.fire("on_exception", exc)
            if not isinstance(exc, KeyboardInterrupt):
                raise
            self.interrupted = True
        finally:
            events.fire("on_train_end")
            for inner, mode in modes:
                inner.training = mode
        return self.history

    # --- one epoch --------------------------------------------------------------------------------
    def _epoch(self, epoch: int) -> None:
        events, started = self.events, time.perf_counter()
        module: Any = self.module
        for listener in events.epoch_begin:
            listener(epoch, {})
        self._sound = [value.numpy() for value in self._state]
        self._total = self._weight = self._penalty = 0.0
        self._seen: list[tuple[Array, Array]] = []
        self._pending = 0.0
        last = self.batches - 1
        for number, batch in enumerate(self.source):
            for listener in events.batch_begin:
                listener(number, {})
            value = self._batch(batch, number == last or not (number + 1) % self.accumulate)
            self.history.batch_loss.append(value)
            error = None if math.isfinite(value) else self._recovered(value, epoch, number, batch)
            for listener in events.batch_end:
                listener(number, {"loss": value})
            if module.stop_training:
                break
            if error is not None:
                raise error
        logs = self._logs()
        for listener in events.epoch_end:
            listener(epoch, logs)
        self.history.record(logs, lr=self.optimizer.lr, seconds=time.perf_counter() - started)
        if self.scheduler is not None and not self._per_batch:
            self._schedule(logs)
        about_progress(self.history["loss"])

    def _logs(self) -> dict[str, float]:
        """What the epoch measured; the validation runs here."""
        logs = {"loss": self._total / self._weight if self._weight else math.nan}
        if self.regularized:
            logs["penalty"] = self._penalty
        if self._seen:
            outputs, targets = (np.concatenate(parts) for parts in zip(*self._seen, strict=True))
            logs.update(scores(outputs, targets, self.loss, self.metrics, only_metrics=True))
        if self.validate is not None:
            logs.update((f"val_{name}", value) for name, value in self.validate().items())
        return logs

    def _schedule(self, logs: dict[str, float]) -> None:
        if isinstance(self.scheduler, schedules.ReduceLROnPlateau):
            self.scheduler.step(logs.get("val_loss", logs["loss"]))
        else:
            self.scheduler.step()

    # --- one batch --------------------------------------------------------------------------------
    def _batch(self, batch: tuple[Any, ...], step: bool) -> float:
        """Forward, backward, and a step if it is time; the loss of the batch."""
        take = self._by_closure if self._with_closure else self._by_gradient
        value, rows = take(batch, step)
        if not math.isfinite(value):
            return value
        if step and self._per_batch:
            self.scheduler.step()
        self._total += value if self._summed else value * rows
        self._weight = 1.0 if self._summed else self._weight + rows
        return value

    def _by_gradient(self, batch: tuple[Any, ...], step: bool) -> tuple[float, float]:
        """The gradients of a batch, and a step by them if it is time."""
        optimizer = self.optimizer
        if not self._pending:
            optimizer.zero_grad()
        loss, rows = self._forward(batch)
        value: float = loss.item()
        if not math.isfinite(value):
            return value, rows
        if self.regularized:
            loss = loss + self._penalized()
        if self.accumulate > 1:
            self._accumulated(loss, rows, step)
        else:
            loss.backward()
        if step:
            if self.clip_norm is not None:
                clip_grad_norm_(self.parameters, self.clip_norm)
            optimizer.step()
        return value, rows

    def _by_closure(self, batch: tuple[Any, ...], _step: bool) -> tuple[float, float]:
        """A step of an optimizer that asks for the loss several times; the first one counts."""
        found: list[tuple[float, float]] = []
        seen = len(self._seen) + 1

        def closure() -> Any:
            self.optimizer.zero_grad()
            loss, rows = self._forward(batch)
            del self._seen[seen:]
            found.append((loss.item(), rows))
            total = loss + self._penalized() if self.regularized else loss
            total.backward()
            return total

        self.optimizer.step(closure)
        return found[0]

    def _forward(self, batch: tuple[Any, ...]) -> tuple[Any, float]:
        """The loss of a batch and its weight: the number of rows, or the sum of their weights."""
        if self.source.weighted:
            *inputs, target, weights = batch
            output = self.module(*inputs)
            loss, rows = self.loss(output, target, weights), float(weights.sum())
        else:
            *inputs, target = batch
            output = self.module(*inputs)
            loss, rows = self.loss(output, target), len(target)
        if self.metrics:
            self._seen.append((output.data, target))
        return loss, rows

    def _penalized(self) -> Any:
        """The penalty of all regularized parameters."""
        terms = [penalty(parameter) for parameter, penalty in self.regularized]
        total = sum(terms[1:], terms[0])
        self._penalty = total.item()
        return total

    def _accumulated(self, loss: Any, rows: float, step: bool) -> None:
        """Add the gradients of a batch; at a step make them those of the mean over all rows."""
        if self._summed:
            loss.backward()
            self._pending = 0.0 if step else 1.0
            return
        (loss * rows).backward()
        self._pending += rows
        if step:
            for parameter in self.parameters:
                if parameter.grad is not None:
                    parameter.grad = parameter.grad / self._pending
            self._pending = 0.0

    # --- a loss that is not finite ----------------------------------------------------------------
    def _recovered(
        self, value: float, epoch: int, number: int, batch: tuple[Any, ...]
    ) -> NumericError:
        """The error to raise unless a callback ends the run; the weights are finite again."""
        why = self._reason(batch)
        if not all(np.isfinite(v.numpy()).all() for v in self._state):
            for variable, sound in zip(self._state, self._sound, strict=True):
                variable.data = sound
        return NumericError(
            f"fit() met a loss of {value} in epoch {epoch}, batch {number}.",
            f"{why} The model keeps its last finite weights.",
            "with ac.debug(): model.fit(...), which stops at the first bad operation; "
            "a smaller lr, clip_norm=1.0, or Standardize() for the features",
        )

    def _reason(self, batch: tuple[Any, ...]) -> str:
        """Where the first number that is not finite stands."""
        *inputs, target = batch[:-1] if self.source.weighted else batch
        for name, arrays in (("inputs", inputs), ("targets", [target])):
            for array in arrays:
                if array.dtype.kind == "f" and not np.isfinite(array).all():
                    return f"the {name} of this batch hold nan or inf."
        for name, parameter in self.module.named_parameters():
            if not np.isfinite(parameter.numpy()).all():
                return f"the step before made {name!r} infinite."
        return "inputs, targets and weights are finite: a value in between overflowed."
