"""History: what a run of ``fit`` measured, epoch by epoch. It knows nothing of models."""

import csv
import difflib
import math
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

from autograd_core import require

from .choices import choice

__all__ = ["History"]

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 24  # characters of a sparkline
_ROWS = 4  # series that the repr shows; with its head that makes five lines
_GROWING = ("acc", "auc", "f1", "r2", "precision", "recall", "score")


class History(Mapping[str, list[float]]):
    """A list per measured quantity with one number per epoch: ``history["val_loss"]``.

    Attributes:
        batch_loss: the loss of each batch, in order.
        lr: the learning rate at the end of each epoch.
        seconds: how long each epoch took.

    >>> history = History()
    >>> history.record({"loss": 1.0, "val_loss": 1.5}, lr=0.1, seconds=2.0)
    >>> history.record({"loss": 0.5, "val_loss": 1.7}, lr=0.1, seconds=2.0)
    >>> history["loss"], history.best("val_loss")
    ([1.0, 0.5], (0, 1.5))
    >>> history
    2 epochs, 4 s      first       last       best   at
    loss                   1        0.5        0.5    1  █▁
    val_loss             1.5        1.7        1.5    0  ▁█
    """

    def __init__(self) -> None:
        self._series: dict[str, list[float]] = {}
        self.batch_loss: list[float] = []
        self.lr: list[float] = []
        self.seconds: list[float] = []

    def record(self, logs: Mapping[str, float], *, lr: float, seconds: float) -> None:
        """Add what one epoch measured; a quantity that is new is nan in the epochs before."""
        for name in {**self._series, **logs}:
            series = self._series.setdefault(name, [math.nan] * len(self.seconds))
            series.append(float(logs.get(name, math.nan)))
        self.lr.append(float(lr))
        self.seconds.append(float(seconds))

    def __getitem__(self, name: str) -> list[float]:
        try:
            return self._series[name]
        except KeyError:
            raise KeyError(f"{name!r}; {known(name, self._series)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    @property
    def epochs(self) -> int:
        """How many epochs were recorded."""
        return len(self.seconds)

    def best(self, monitor: str = "val_loss", mode: str = "auto") -> tuple[int, float]:
        """The epoch, counted from 0, at which a quantity was best, and its value there.

        Args:
            monitor: the name of the quantity.
            mode: "min", "max", or "auto", which takes the largest accuracy, AUC, R² or F1, and the
                smallest of everything else.
        Raises:
            KeyError: nothing of that name was recorded, or only nan.
        """
        sign = -1.0 if direction(monitor, mode) == "max" else 1.0
        finite = [(sign * v, epoch) for epoch, v in enumerate(self[monitor]) if not math.isnan(v)]
        if not finite:
            raise KeyError(f"{monitor!r} holds no number.")
        _, epoch = min(finite)
        return epoch, self[monitor][epoch]

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses over the epochs; needs matplotlib, returns the Axes, never shows them."""
        require("matplotlib", extra="plot", feature="history.plot()")
        from .plot import loss_curve

        return loss_curve(self, ax=ax)

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write a line per epoch: epoch, the quantities, lr, seconds."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["epoch", *self._series, "lr", "seconds"])
            rows = zip(*self._series.values(), self.lr, self.seconds, strict=True)
            writer.writerows([epoch, *row] for epoch, row in enumerate(rows))

    def to_pandas(self) -> Any:
        """A DataFrame with a row per epoch; needs pandas."""
        pandas = require("pandas", extra="", feature="history.to_pandas()")
        table = {**self._series, "lr": self.lr, "seconds": self.seconds}
        return pandas.DataFrame(table).rename_axis("epoch")

    def state_dict(self) -> dict[str, Any]:
        """All that was recorded, as lists of numbers: for checkpoints."""
        return {
            "series": {name: list(values) for name, values in self._series.items()},
            "batch_loss": list(self.batch_loss),
            "lr": list(self.lr),
            "seconds": list(self.seconds),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the place of what ``state_dict`` saved."""
        self._series = {name: list(values) for name, values in state["series"].items()}
        self.batch_loss, self.lr = list(state["batch_loss"]), list(state["lr"])
        self.seconds = list(state["seconds"])

    def __repr__(self) -> str:
        title = f"{counted(self.epochs)}, {sum(self.seconds):.3g} s"
        lines = [f"{title:16}{'first':>8} {'last':>10} {'best':>10} {'at':>4}"]
        for name in list(self)[:_ROWS]:
            values = self[name]
            if all(map(math.isnan, values)):
                lines.append(f"{name:13} nothing but nan")
                continue
            at, best = self.best(name)
            numbers = f"{values[0]:>11.4g}{values[-1]:>11.4g}{best:>11.4g}"
            lines.append(f"{name:13}{numbers}{at:>5}  {sparkline(values)}")
        return "\n".join(lines)


def counted(epochs: int) -> str:
    """A number of epochs in words.

    >>> counted(1), counted(2)
    ('1 epoch', '2 epochs')
    """
    return f"{epochs} epoch{'' if epochs == 1 else 's'}"


def sparkline(values: list[float], width: int = _WIDTH) -> str:
    """Numbers as a line of small bars; longer lists are thinned, nan is a space.

    >>> sparkline([3.0, 2.0, 1.0])
    '█▅▁'
    """
    step = max(1, math.ceil(len(values) / width))
    shown = values[::step]
    finite = [v for v in shown if math.isfinite(v)]
    if not finite:
        return ""
    low, span = min(finite), (max(finite) - min(finite)) or 1.0
    top = len(_BARS) - 1
    return "".join(_BARS[round((v - low) / span * top)] if math.isfinite(v) else " " for v in shown)


def direction(monitor: str, mode: str) -> str:
    """ "min" or "max": as said, or told from the name of the quantity.

    Raises:
        ArgumentError: another mode.
    """
    auto = "max" if any(word in monitor for word in _GROWING) else "min"
    return choice("mode", mode, {"min": "min", "max": "max", "auto": auto})


def known(name: str, names: Mapping[str, Any]) -> str:
    """What there is, and the nearest to a name that is not there."""
    near = difflib.get_close_matches(name, list(names), n=1)
    guess = f", did you mean {near[0]!r}?" if near else ""
    return f"there is {', '.join(names) or 'nothing yet'}{guess}"
