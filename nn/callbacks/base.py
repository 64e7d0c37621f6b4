"""Callback, and how the loop calls several of them. It knows nothing of what they do."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from autograd_core import ArgumentError

from ..history import direction
from ..keywords import Checked

__all__ = ["Callback", "LambdaCallback"]

EVENTS = (
    "on_train_begin",
    "on_train_end",
    "on_epoch_begin",
    "on_epoch_end",
    "on_batch_begin",
    "on_batch_end",
    "on_exception",
)


class Callback(Checked):
    """Override what you need; ``fit(callbacks=[...])`` calls it.

    Attributes:
        model: the module in training; ``model.stop_training = True`` ends the run after this batch
            or epoch.
        run: the run: ``optimizer``, ``history``, ``epochs``, ``batches`` per epoch, ``quantities``
            that each epoch measures.
        watches: the names of quantities that it needs; the run must measure them.
        adds: the names of quantities that it writes into ``logs`` itself.

    Epochs and batches are counted from 0. ``logs`` holds what was measured: of a batch its loss, of
    an epoch all quantities; what is added to an epoch's logs gets into the History.

    >>> class Counted(Callback):
    ...     epochs = 0
    ...     def on_epoch_end(self, epoch, logs):
    ...         self.epochs += 1
    >>> Counted().epochs
    0
    """

    model: Any = None
    run: Any = None
    watches: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Nothing: a subclass need not call it."""

    def on_train_begin(self) -> None:
        """Before the first epoch."""

    def on_train_end(self) -> None:
        """After the last epoch, also after Ctrl-C or an error."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float]) -> None:
        """Before the first batch; ``logs`` is empty."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """After the last batch and the validation."""

    def on_batch_begin(self, batch: int, logs: dict[str, float]) -> None:
        """Before the forward pass; ``logs`` is empty."""

    def on_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """After the step; gradients are still there."""

    def on_exception(self, exc: BaseException) -> None:
        """An exception ends the run; KeyboardInterrupt is one."""


class LambdaCallback(Callback):
    """Functions as a callback: ``LambdaCallback(on_epoch_end=lambda epoch, logs: ...)``.

    Args:
        adds: the names of quantities that the functions write into ``logs``.
        events: functions by the name of the event.
    Raises:
        ArgumentError: there is no event of that name.

    >>> seen = []
    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    >>> callback.on_epoch_end(0, {})
    >>> seen
    [0]
    """

    def __init__(self, *, adds: Iterable[str] = (), **events: Callable[..., None]) -> None:
        for name, function in events.items():
            if name not in EVENTS:
                near = difflib.get_close_matches(name, EVENTS, n=1)
                raise ArgumentError(
                    f"LambdaCallback() has no argument {name!r}.",
                    hint=f"{near[0]}=" if near else ", ".join(EVENTS),
                )
            setattr(self, name, function)
        self.adds = tuple(adds)


class Events:
    """Several callbacks as one; an event costs nothing if nobody listens."""

    def __init__(self, callbacks: Sequence[Callback], model: Any, run: Any) -> None:
        for callback in callbacks:
            callback.model, callback.run = model, run
        self._heard = {name: self._listeners(callbacks, name) for name in EVENTS}
        self.train_begin = self._heard["on_train_begin"]
        self.epoch_begin = self._heard["on_epoch_begin"]
        self.epoch_end = self._heard["on_epoch_end"]
        self.batch_begin = self._heard["on_batch_begin"]
        self.batch_end = self._heard["on_batch_end"]

    @staticmethod
    def _listeners(callbacks: Sequence[Callback], name: str) -> list[Callable[..., None]]:
        bound = [getattr(callback, name) for callback in callbacks]
        return [f for f in bound if getattr(f, "__func__", f) is not getattr(Callback, name)]

    def fire(self, name: str, *args: Any) -> None:
        """Call everybody who listens to an event."""
        for listener in self._heard[name]:
            listener(*args)


class Monitor(Callback):
    """A callback that watches one quantity of an epoch.

    Args:
        monitor: the name of the quantity.
        mode: "min", "max", or "auto": told from the name.
        min_delta: by how much a value must be better to count.
    """

    def __init__(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        self.monitor, self.min_delta = monitor, abs(min_delta)
        self.sign = -1.0 if direction(monitor, mode) == "max" else 1.0
        self.watches = (monitor,)
        self.best = float("inf")

    def on_train_begin(self) -> None:
        """Forget earlier runs."""
        self.best = float("inf")

    def improved(self, logs: Mapping[str, float]) -> bool:
        """Whether the quantity is better than ever; a nan never is."""
        value = self.sign * logs[self.monitor]
        better = value < self.best - self.min_delta
        if better:
            self.best = value
        return better


def check_watched(callbacks: Sequence[Callback], quantities: Sequence[str]) -> None:
    """Make sure that a run measures what its callbacks watch.

    Raises:
        ArgumentError: it does not; the message lists what there is.
    """
    for callback in callbacks:
        for name in callback.watches:
            if name not in quantities:
                raise _unmeasured(type(callback).__name__, name, quantities)


def _unmeasured(kind: str, name: str, quantities: Sequence[str]) -> ArgumentError:
    hint = f"one of {', '.join(map(repr, quantities))}"
    near = difflib.get_close_matches(name, quantities, n=1)
    if name.startswith("val_") and not any(q.startswith("val_") for q in quantities):
        hint = f"fit(..., validation_data=(X_val, y_val)), or {hint}"
    elif near:
        hint = f"monitor={near[0]!r}, or {hint}"
    return ArgumentError(
        f"{kind}(monitor={name!r}) has nothing to watch.", "this run does not measure it.", hint
    )
