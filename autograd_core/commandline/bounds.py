"""What a formula may cost: whole numbers, memory, and errors that become messages."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac

BITS = 1024  # of whole numbers; no floating-point number is larger
MEMORY = 2**30  # bytes that computing may take beyond what is taken already


def power(base: Any, exponent: Any) -> Any:
    """A power; of whole numbers only if it is not astronomical."""
    if type(base) is int and type(exponent) is int and exponent > 0:
        bits = (abs(base) - 1).bit_length() * exponent if base else 0
        if bits > BITS:
            raise too_large(f"{shortened(str(base), 20)}**{shortened(str(exponent), 20)}")
    return base**exponent


def bounded(number: Any) -> Any:
    """A number as it is, unless it is whole and too large."""
    if type(number) is int and number.bit_length() > BITS:
        raise too_large("A whole number of this formula")
    return number


def too_large(what: str) -> ac.ArgumentError:
    """The error of a whole number that no floating-point number could hold."""
    return ac.ArgumentError(
        f"{what} is too large.", f"floating-point numbers end at 2**{BITS}.", "1e300"
    )


@contextmanager
def computing(what: str = "The formula") -> Iterator[None]:
    """A block in which the errors of a formula become messages, and memory is bounded.

    Raises:
        ArgumentError: computing failed, whatever the reason.
    """
    try:
        with bounded_memory(), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ac.AutogradError as err:
        raise ac.ArgumentError(err.what, err.why, err.hint) from err
    except MemoryError as err:
        raise ac.ArgumentError(
            f"{what} needs too much memory.",
            f"a command may take {MEMORY // 2**20} MiB{_first_line(err)}",
            "smaller arrays, or a file of Python",
        ) from err
    except Exception as err:  # whatever NumPy says to what a person typed
        raise ac.ArgumentError(
            f"{what} cannot be computed here.",
            f"{type(err).__name__}{_first_line(err)}",
            "a part of it alone, or other values",
        ) from err


def _first_line(error: BaseException) -> str:
    text = shortened(str(error).partition("\n")[0], 200).rstrip(".")
    return f": {text}." if text else "."


@contextmanager
def bounded_memory(most: int = MEMORY) -> Iterator[None]:
    """A block that may take so many bytes more: MemoryError beyond them, where the system can."""
    before = _limit(most)
    try:
        yield
    finally:
        if before is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_AS, before)


def _limit(most: int) -> tuple[int, int] | None:
    """Bound the address space; the bounds until now, or None where there is no such thing."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = pages * resource.getpagesize() + most
        within = [bound for bound in (wanted, soft, hard) if bound != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min(within), hard))
    except (ImportError, OSError, ValueError):
        return None
    return soft, hard


def shortened(text: str, most: int = 60) -> str:
    """A text that fits into a message."""
    return text if len(text) <= most else text[: most - 3] + "..."
