"""EMA: weights averaged over the steps of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_core import OptimizerError, StateError, Variable

from ..keywords import Checked
from .groups import Params, named

__all__ = ["EMA"]


class EMA(Checked):
    """a ← β a + (1 - β) w after each step: averaged weights, which often score better.

    Used with ``with``, the model has the averaged weights inside the block and its own after it.

    Args:
        model: a Module, Parameters or Variables, or a callable that returns one of these; not
            their running statistics.
        decay: β; 0.999 averages over the last thousand steps or so.
    Raises:
        OptimizerError: no parameters, or a decay outside [0, 1).
    Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992).

    >>> import autograd_core as ac
    >>> w = ac.Variable([0.0])
    >>> ema = EMA([w], decay=0.5)
    >>> w.data[...] = 1.0
    >>> ema.update()
    >>> with ema:
    ...     print(w.data)
    [0.5]
    >>> w.data
    array([1.])
    """

    def __init__(self, model: Params, decay: float = 0.999) -> None:
        if not 0 <= decay < 1:
            raise OptimizerError(
                f"EMA needs a number in [0, 1) for decay; it got {decay}.", hint="decay=0.999"
            )
        self.decay = decay
        self.params = [param for _, param in named("EMA", model)]
        self.averages = [np.array(param.data) for param in self.params]
        self._scratch = [np.empty_like(average) for average in self.averages]
        self._kept: list[np.ndarray] = []

    def update(self) -> None:
        """Take the weights as they are into the averages; allocates nothing."""
        for average, param, part in zip(self.averages, self.params, self._scratch, strict=True):
            np.subtract(param.data, average, part)
            np.multiply(part, 1 - self.decay, part)
            np.add(average, part, average)

    def copy_to(self, model: Params | None = None) -> None:
        """Write the averages into the parameters, or into those of another model.

        Raises:
            StateError: the other model has parameters of other shapes. Nothing is changed then.
        """
        params = self.params if model is None else [p for _, p in named("EMA", model)]
        if [p.shape for p in params] != [average.shape for average in self.averages]:
            raise StateError(
                "EMA.copy_to got a model whose parameters have other shapes.",
                hint="a model made as the averaged one was",
            )
        _write(params, self.averages)

    def __enter__(self) -> EMA:
        if self._kept:
            raise OptimizerError(
                "The averaged weights of this EMA are in use already.",
                hint="one block `with ema:` at a time",
            )
        self._kept = [np.array(param.data) for param in self.params]
        _write(self.params, self.averages)
        return self

    def __exit__(self, *exception: object) -> None:
        _write(self.params, self._kept)
        self._kept = []

    def state_dict(self) -> dict[str, Any]:
        """The decay, and copies of the averages in the order of the parameters."""
        return {"decay": self.decay, "averages": [average.copy() for average in self.averages]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from saved averages.

        Raises:
            StateError: they do not fit the parameters. Nothing is changed then.
        """
        found = [np.asarray(average) for average in state.get("averages", [])]
        if [a.shape for a in found] != [a.shape for a in self.averages]:
            raise StateError(
                "EMA.load_state_dict: the averages are not those of these parameters.",
                f"{len(self.averages)} are needed, in their shapes; {len(found)} were given.",
                "EMA(model) of the model whose averages were saved",
            )
        for own, average in zip(self.averages, found, strict=True):
            own[...] = average
        self.decay = float(state["decay"])


def _write(params: list[Variable], arrays: list[np.ndarray]) -> None:
    for param, array in zip(params, arrays, strict=True):
        if param.shape:
            param.data[...] = array
        else:
            param.data = array.astype(param.dtype)
