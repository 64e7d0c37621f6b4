"""Callbacks that act on the training: stop it, save the model, change the learning rate."""

import math
from collections.abc import Callable
from os import PathLike, fspath
from typing import Any

from autograd_core import ArgumentError

from .. import optim, schedules
from ..history import direction
from .base import Callback, Monitor

__all__ = [
    "EMA",
    "EarlyStopping",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]


class EarlyStopping(Monitor):
    """Stop when a quantity has not become better for some epochs; go back to the best weights.

    Args:
        monitor: the quantity, as in the History.
        patience: how many epochs without improvement are allowed.
        min_delta: by how much a value must be better to count.
        mode: "min", "max", or "auto", which is "max" for accuracy and its like.
        restore_best_weights: leave the model with the weights of the best epoch.
    Attributes:
        stopped_epoch: the epoch after which it stopped, or None.
        best_epoch: the epoch of the best value, or None.
    Raises:
        ArgumentError: at the start of ``fit``, if nothing of this name is measured.

    Source: Prechelt, "Early Stopping - But When?" (1998).

    >>> EarlyStopping(patience=3).monitor
    'val_loss'
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 10,
        min_delta: float = 0.0,
        mode: str = "auto",
        restore_best_weights: bool = True,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        if patience < 0:
            raise ArgumentError(f"EarlyStopping got patience={patience}.", hint="patience=10")
        self.patience = patience
        self.restore_best_weights = restore_best_weights
        self.stopped_epoch: int | None = None
        self.best_epoch: int | None = None
        self._weights: dict[str, Any] | None = None

    def on_train_begin(self) -> None:
        """Forget earlier runs."""
        super().on_train_begin()
        self.stopped_epoch = self.best_epoch = self._weights = None
        self._waited = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Count the epochs without improvement."""
        if self.improved(logs):
            self.best_epoch, self._waited = epoch, 0
            if self.restore_best_weights:
                self._weights = self.model.state_dict()
            return
        self._waited += 1
        if self._waited >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self) -> None:
        """Put the best weights back."""
        if self._weights is not None:
            self.model.load_state_dict(self._weights)
            self._weights = None


class ModelCheckpoint(Monitor):
    """Save the model after each epoch, or after those that made a quantity better.

    Args:
        path: the file; ``{epoch}`` and the names of quantities in braces are filled in.
        monitor: the quantity, as in the History.
        save_best_only: keep only improvements.
        mode: "min", "max" or "auto".
    Raises:
        ArgumentError: at the start of ``fit``, if nothing of this name is measured.

    >>> ModelCheckpoint("best.npz").save_best_only
    True
    """

    def __init__(
        self,
        path: str | PathLike[str],
        monitor: str = "val_loss",
        save_best_only: bool = True,
        mode: str = "auto",
    ) -> None:
        super().__init__(monitor, mode)
        self.path, self.save_best_only = path, save_best_only
        if not save_best_only:
            self.watches = ()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Save, if it is worth it."""
        if not self.save_best_only or self.improved(logs):
            self.model.save(fspath(self.path).format(epoch=epoch, **logs))


class LearningRateScheduler(Callback):
    """Set the learning rate before each epoch.

    Args:
        fn: the epoch, counted from 0, to the rate.
    Raises:
        ArgumentError: at the epoch whose rate is not a positive number.

    >>> LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch)).fn(1)
    0.05
    """

    def __init__(self, fn: Callable[[int], float]) -> None:
        self.fn = fn

    def on_epoch_begin(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Set the rate of every group."""
        rate = float(self.fn(epoch))
        if not (math.isfinite(rate) and rate > 0):
            raise ArgumentError(
                f"LearningRateScheduler got {rate} for epoch {epoch}.",
                "a rate is a positive number.",
                "LearningRateScheduler(lambda epoch: 0.01 * 0.9**epoch)",
            )
        for group in self.run.optimizer.param_groups:
            group["lr"] = rate


class ReduceLROnPlateau(Callback):
    """Make the learning rate smaller when a quantity has stopped becoming better.

    Args:
        monitor: the quantity, as in the History.
        options: those of ``nn.ReduceLROnPlateau``: mode, factor, patience, threshold, cooldown,
            min_lr.
    Raises:
        ArgumentError: at the start of ``fit``, if nothing of this name is measured.

    >>> import numpy as np
    >>> from nn import Linear, fit
    >>> slower = ReduceLROnPlateau("loss", patience=0, factor=0.5, threshold=1e9)
    >>> history = fit(
    ...     Linear(2, 1), np.eye(2), np.ones((2, 1)), 2, 3, "sgd", "mse", lr=0.1, verbose=0,
    ...     callbacks=[slower],
    ... )
    >>> history.lr
    [0.1, 0.05, 0.025]
    """

    def __init__(self, monitor: str = "val_loss", **options: Any) -> None:
        self.monitor, self.watches = monitor, (monitor,)
        self.options = {"mode": direction(monitor, "auto"), **options}

    def on_train_begin(self) -> None:
        """Start a schedule for the optimizer of this run."""
        self._schedule = schedules.ReduceLROnPlateau(self.run.optimizer, **self.options)

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Tell the schedule."""
        self._schedule.step(logs[self.monitor])


class TerminateOnNaN(Callback):
    """End the run without an error when a batch has a loss that is nan or infinite.

    Without it ``fit`` raises a NumericError there. The last finite weights stay either way.

    >>> import numpy as np
    >>> from nn import Linear, fit
    >>> X, y = np.array([[np.nan, 0.0]]), np.ones((1, 1))
    >>> fit(Linear(2, 1), X, y, loss="mse", verbose=0, callbacks=[TerminateOnNaN()]).batch_loss
    [nan]
    """

    def on_batch_end(self, batch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Look at the loss."""
        if not math.isfinite(logs["loss"]):
            self.model.stop_training = True


class EMA(Callback):
    """Keep averaged weights during the run, and leave the model with them.

    Args:
        decay: the share of the old average that a step keeps.
    Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992).

    >>> import numpy as np
    >>> from nn import Linear, fit
    >>> layer, X, y = Linear(2, 1), np.eye(2), np.ones((2, 1))
    >>> before = layer.weight.numpy()
    >>> history = fit(layer, X, y, epochs=5, loss="mse", verbose=0, callbacks=[EMA(0.999)])
    >>> bool(np.allclose(layer.weight.numpy(), before, atol=1e-3))  # hardly moved, on the average
    True
    """

    def __init__(self, decay: float = 0.999) -> None:
        self.decay = decay

    def on_train_begin(self) -> None:
        """Start from the weights as they are."""
        self._average = optim.EMA(self.model, decay=self.decay)

    def on_batch_end(self, batch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Take the new weights into the average."""
        self._average.update()

    def on_train_end(self) -> None:
        """Give the averages to the model."""
        self._average.copy_to(self.model)
