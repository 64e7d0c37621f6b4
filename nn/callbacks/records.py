"""Callbacks that write down what happens: a bar, files, TensorBoard, gradients per layer."""

import csv
import json
import time
from os import PathLike, fspath

import numpy as np

from autograd_core import Variable, require

from ..progress import Bar, described, progress_bar, write_line
from .base import Callback

__all__ = ["CSVLogger", "GradientMonitor", "JSONLogger", "ProgressBar", "TensorBoard"]


class ProgressBar(Callback):
    """A bar over all batches of the run on stderr: tqdm's if it is installed.

    ``fit(verbose=1)`` adds it. At most ten updates a second.

    >>> from nn import Linear, fit
    >>> X, y = np.eye(2), np.ones((2, 1))
    >>> history = fit(Linear(2, 1), X, y, loss="mse", verbose=0, callbacks=[ProgressBar()])
    >>> len(history["loss"])
    10
    """

    _bar: Bar | None = None

    def on_train_begin(self) -> None:
        """Open the bar."""
        self._bar = progress_bar(self.run.epochs * self.run.batches)
        self._epoch, self._logs = 0, dict[str, float]()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Know the epoch."""
        self._epoch = epoch

    def on_batch_end(self, batch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """One step further."""
        if self._bar is None:
            return
        text = ""
        if self._bar.due():
            shown = {**self._logs, **logs}
            text = f"epoch {self._epoch + 1}/{self.run.epochs}  {described(shown)}"
        self._bar.advance(text)

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Show what the epoch measured during the next one."""
        self._logs = dict(logs)

    def on_train_end(self) -> None:
        """Wipe the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class EpochLines(Callback):
    """A line per epoch, which ``fit(verbose=2)`` asks for."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Start the watch."""
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the line."""
        seconds = time.perf_counter() - self._started
        write_line(f"epoch {epoch + 1}/{self.run.epochs}  {seconds:.2g} s  {described(logs)}")


class BatchLines(Callback):
    """A line per batch in the first article's form, which ``fit(verbose=3)`` asks for."""

    def on_train_begin(self) -> None:
        """Count from 0."""
        self._epoch = self._iteration = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Know the epoch."""
        self._epoch = epoch

    def on_batch_end(self, batch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Write the line."""
        where = f"epoch = {self._epoch} and iteration = {self._iteration}"
        write_line(f"Loss at {where}: {logs['loss']}")
        self._iteration += 1


class SparseLines(Callback):
    """A line every few epochs in the second article's form, for ``fit(print_every=50)``."""

    def __init__(self, every: int) -> None:
        self.every = every

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the line."""
        if epoch % self.every == 0:
            write_line(f"Epoch: {epoch}. Loss: {logs['loss']}")


class CSVLogger(Callback):
    """A line per epoch in a file of comma-separated values, written at once.

    Args:
        path: the file.
        append: add to the file instead of starting it anew.

    >>> import os, tempfile
    >>> from nn import Linear, fit
    >>> layer, X, y = Linear(2, 1), np.eye(2), np.ones((2, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "log.csv")
    ...     _ = fit(layer, X, y, epochs=2, loss="mse", verbose=0, callbacks=[CSVLogger(path)])
    ...     with open(path) as file:
    ...         [line.partition(",")[0] for line in file]
    ['epoch', '0', '1']
    """

    def __init__(self, path: str | PathLike[str], append: bool = False) -> None:
        self.path, self.append = path, append

    def on_train_begin(self) -> None:
        """Write the names of the columns."""
        self._columns = ["epoch", *self.run.quantities]
        mode = "a" if self.append else "w"
        with open(self.path, mode, newline="", encoding="utf-8") as file:
            if file.tell() == 0:
                csv.writer(file).writerow(self._columns)

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the line."""
        with open(self.path, "a", newline="", encoding="utf-8") as file:
            row = {"epoch": epoch, **logs}
            csv.writer(file).writerow([row.get(name, "") for name in self._columns])


class JSONLogger(Callback):
    """A line of JSON per epoch, written at once; nan and infinities are null.

    Args:
        path: the file.
        append: add to the file instead of starting it anew.

    >>> import os, tempfile
    >>> from nn import Linear, fit
    >>> layer, X, y = Linear(2, 1), np.eye(2), np.ones((2, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "log.jsonl")
    ...     _ = fit(layer, X, y, epochs=2, loss="mse", verbose=0, callbacks=[JSONLogger(path)])
    ...     with open(path) as file:
    ...         [list(json.loads(line)) for line in file]
    [['epoch', 'loss'], ['epoch', 'loss']]
    """

    def __init__(self, path: str | PathLike[str], append: bool = False) -> None:
        self.path, self.append = path, append

    def on_train_begin(self) -> None:
        """Start the file."""
        if not self.append:
            with open(self.path, "w", encoding="utf-8"):
                pass

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the line."""
        numbers = {name: v if np.isfinite(v) else None for name, v in logs.items()}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"epoch": epoch, **numbers}) + "\n")


class TensorBoard(Callback):
    """The quantities of each epoch as scalars for TensorBoard (extra ``tensorboard``).

    Args:
        log_dir: the folder of the event files.
    Raises:
        MissingDependencyError: tensorboard is not installed.

    >>> model.fit(X, y, loss="mse", callbacks=[TensorBoard("runs/1")])  # doctest: +SKIP
    """

    def __init__(self, log_dir: str | PathLike[str]) -> None:
        self.log_dir = log_dir
        feature = "nn.callbacks.TensorBoard"
        writer = "tensorboard.summary.writer.event_file_writer"
        self._events = require("tensorboard.compat.proto.event_pb2", "tensorboard", feature)
        self._summaries = require("tensorboard.compat.proto.summary_pb2", "tensorboard", feature)
        self._writers = require(writer, "tensorboard", feature)

    def on_train_begin(self) -> None:
        """Open a file in the folder."""
        self._writer = self._writers.EventFileWriter(fspath(self.log_dir))

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the scalars."""
        value = self._summaries.Summary.Value
        values = [value(tag=name, simple_value=float(v)) for name, v in logs.items()]
        summary = self._summaries.Summary(value=values)
        event = self._events.Event(wall_time=time.time(), step=epoch, summary=summary)
        self._writer.add_event(event)
        self._writer.flush()

    def on_train_end(self) -> None:
        """Close the file."""
        self._writer.close()


class GradientMonitor(Callback):
    """The size of the gradients: ``grad_norm`` in the logs, and per parameter in ``norms``.

    Attributes:
        norms: the path of each parameter to the norm of its gradient in the last batch of each
            epoch.

    >>> from nn import Linear, fit
    >>> monitor, X, y = GradientMonitor(), np.eye(2), np.ones((2, 1))
    >>> history = fit(Linear(2, 1), X, y, epochs=3, loss="mse", verbose=0, callbacks=[monitor])
    >>> len(history["grad_norm"]), list(monitor.norms)
    (3, ['weight', 'bias'])
    """

    adds = ("grad_norm",)

    def on_train_begin(self) -> None:
        """Forget earlier runs."""
        self.norms: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:  # noqa: ARG002
        """Measure the gradients of the last batch."""
        total = 0.0
        for name, parameter in self.model.named_parameters():
            gradient = parameter.grad
            if isinstance(gradient, Variable):
                gradient = gradient.data
            norm = 0.0 if gradient is None else float(np.linalg.norm(gradient))
            self.norms.setdefault(name, []).append(norm)
            total += norm**2
        logs["grad_norm"] = total**0.5
