"""The table of cases: every layer, activation and loss of nn is one row, or several.

Each file beside this one holds ``ROWS`` for one family; test_rows.py runs all checks over all rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np


def transposed(state):
    """Our arrays under PyTorch's names: matrices are (out, in) there."""
    return {name: a.T if a.ndim == 2 else a for name, a in state.items()}


@dataclass
class Row:
    """One case.

    ``make()`` builds the module, seeded; ``inputs(rng, n)`` draws its arguments for n samples, one
    array or a tuple of them; ``formula(module, *arrays)`` is the value once more, in plain NumPy.
    The rest is what some rows need and others do not.
    """

    name: str  # the class, and what sets the row apart: "Linear", "Linear without bias"
    make: Callable[[], Any]
    inputs: Callable[[np.random.Generator, int], Any]
    formula: Callable[..., Any]
    wrong: Sequence[tuple[Any, str]] = ()  # (inputs that do not fit, part of the message)
    torch: Callable[[Any], Any] | None = None  # torch -> the module of the same meaning
    to_torch: Callable[[dict[str, Any]], dict[str, Any]] = transposed  # our state -> its state
    call_torch: Callable[..., Any] = lambda module, *inputs: module(*inputs)
    output: Callable[[Any], Any] = lambda out: out  # the part of PyTorch's result to compare
    by: Sequence[int] | None = None  # inputs to differentiate; by default the floating-point ones
    batches: Sequence[int] = (0, 1, 3)  # legal numbers of samples
    scale: float = 1.0  # of the tolerance of values, against formula and PyTorch
    order: int = 2  # of the derivatives checked; 0 for gradients that are not the derivative
    sgd: bool = True  # whether ten steps of SGD are compared with PyTorch's
    training: bool = True  # the mode of the module

    def module(self):
        """The module, in its mode."""
        return self.make().train(self.training)

    def arrays(self, n=3, dtype=np.float64, seed=0):
        """The arguments for n samples, as a tuple, floating-point ones in a dtype."""
        drawn = self.inputs(np.random.default_rng(seed), n)
        drawn = drawn if isinstance(drawn, tuple) else (drawn,)
        return tuple(a.astype(dtype) if a.dtype.kind == "f" else a for a in drawn)

    def places(self, arrays):
        """The positions of the arguments to differentiate."""
        floating = [k for k, a in enumerate(arrays) if a.dtype.kind == "f"]
        return floating if self.by is None else list(self.by)


def normal(*shape):
    """Inputs of normal numbers, (n, *shape)."""
    return lambda rng, n: rng.normal(size=(n, *shape))


def integers(high, *shape):
    """Inputs of integers from 0 to high - 1, (n, *shape)."""
    return lambda rng, n: rng.integers(high, size=(n, *shape))


def together(*inputs):
    """Several arguments, each drawn by its own function."""
    return lambda rng, n: tuple(draw(rng, n) for draw in inputs)


def all_rows():
    """The rows of all families."""
    files = sorted(Path(__file__).parent.glob("[!_]*.py"))
    return [row for path in files for row in import_module(f"rows.{path.stem}").ROWS]
