"""The bar on stderr: tqdm's where it is installed, otherwise a line of its own. No models here."""

import sys
import time
from importlib import import_module
from typing import Any, Protocol, TextIO

__all__: list[str] = []

_INTERVAL = 0.1  # seconds between two updates
_CELLS = 20


class Bar(Protocol):
    """What shows how far a run has come."""

    def advance(self, text: str) -> None:
        """One step further; the text is shown with the next update."""

    def due(self) -> bool:
        """Whether enough time has passed for another update."""

    def close(self) -> None:
        """Leave the stream at the start of a line."""


class PlainBar:
    """A bar drawn with one carriage return per update, at most ten times a second.

    Args:
        total: the steps of the whole run.
        stream: where to write; stderr at the time of the call.
    """

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.total, self.done = total, 0
        self.stream = sys.stderr if stream is None else stream
        self.started = self.next = time.monotonic()
        self.width = 0

    def due(self) -> bool:
        """Whether a tenth of a second has passed since the last update, or this is the last."""
        return time.monotonic() >= self.next or self.done + 1 >= self.total

    def advance(self, text: str) -> None:
        """One step further; written if an update is due."""
        due = self.due()
        self.done += 1
        if not due:
            return
        now = time.monotonic()
        self.next = now + _INTERVAL
        full = round(_CELLS * self.done / max(self.total, 1))
        left = (now - self.started) / self.done * (self.total - self.done)
        line = f"[{'#' * full}{'.' * (_CELLS - full)}] {left:.0f} s left  {text}"
        self.stream.write("\r" + line.ljust(self.width))
        self.stream.flush()
        self.width = len(line)

    def close(self) -> None:
        """Wipe the bar: what comes next starts a clean line."""
        self.stream.write("\r" + " " * self.width + "\r")
        self.stream.flush()


class TqdmBar:
    """The same in tqdm's look."""

    def __init__(self, total: int, tqdm: Any) -> None:
        self.bar = tqdm(total=total, mininterval=_INTERVAL, leave=False, file=sys.stderr)
        self.next = time.monotonic()

    def due(self) -> bool:
        """Whether a tenth of a second has passed since the last update."""
        return time.monotonic() >= self.next

    def advance(self, text: str) -> None:
        """One step further."""
        if self.due():
            self.next = time.monotonic() + _INTERVAL
            self.bar.set_description_str(text, refresh=False)
        self.bar.update()

    def close(self) -> None:
        """Wipe the bar."""
        self.bar.close()


def progress_bar(total: int) -> Bar:
    """tqdm's bar where it is installed, otherwise the plain one."""
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError:
        return PlainBar(total)
    return TqdmBar(total, tqdm)


def interactive() -> bool:
    """Whether somebody watches: stderr is a terminal, or a notebook runs this."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def write_line(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def described(logs: dict[str, float]) -> str:
    """Quantities in a few digits.

    >>> described({"loss": 0.123456, "accuracy": 1.0})
    'loss 0.1235  accuracy 1'
    """
    return "  ".join(f"{name} {value:.4g}" for name, value in logs.items())
