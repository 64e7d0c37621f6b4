"""Objective: a loss as a function of one vector, for methods that choose the points themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core import OptimizerError, Variable, enable_grad

from .optimizer import Optimizer
from .packs import Array, constrain

__all__: list[str] = []


class Objective:
    """The loss that a closure computes, and its gradient, at any point of the parameters.

    Args:
        optimizer: whose parameters, and whether it climbs.
        closure: clears the gradients, computes the loss, calls ``backward()`` and returns the loss.
    Raises:
        OptimizerError: none of the parameters requires a gradient.
    """

    def __init__(self, optimizer: Optimizer, closure: Callable[[], Any]) -> None:
        self.optimizer, self.closure, self.calls = optimizer, closure, 0
        self.params = [p for p in optimizer.parameters() if p.requires_grad]
        self.sign = -1.0 if optimizer.group["maximize"] else 1.0
        self.label = type(optimizer).__name__
        if not self.params:
            raise OptimizerError(
                f"{self.label}.step() found no parameter that requires a gradient.",
                hint="model.unfreeze()",
            )
        if any(p.dtype.kind == "c" for p in self.params):
            raise OptimizerError(
                f"{self.label} works on real numbers, and a parameter is complex.",
                hint="Adam, or a Parameter for each of the two parts",
            )
        self.first: Any = None

    def point(self) -> Array:
        """The parameters as one vector (n,)."""
        return np.concatenate([np.reshape(p.data, -1) for p in self.params])

    def move(self, x: Array) -> Array:
        """Write a vector (n,) into the parameters; returns it."""
        start = 0
        for p in self.params:
            part = x[start : start + p.size].reshape(p.shape)
            start += p.size
            if p.shape:
                p.data[...] = part
            else:
                p.data = part.astype(p.dtype)
        return x

    def __call__(self) -> tuple[float, Array]:
        """The loss, and its gradient (n,); zeros where a parameter has none."""
        with enable_grad():
            loss = self.closure()
        if loss is None:
            raise OptimizerError(
                f"{self.label}.step() got None from the closure.",
                "it compares the loss at several points.",
                "return loss at the end of the closure",
            )
        if not self.calls:
            self.first = loss
        self.calls += 1
        found = [np.zeros(p.shape, p.dtype) if p.grad is None else p.grad for p in self.params]
        parts = [np.reshape(g.data if isinstance(g, Variable) else g, -1) for g in found]
        value = loss.item() if isinstance(loss, Variable) else loss
        return self.sign * float(value), self.sign * np.concatenate(parts)

    def begin(self) -> tuple[float, Array]:
        """The loss and its gradient at the start.

        Raises:
            OptimizerError: no parameter has a gradient, or something is not finite.
        """
        value, grad = self()
        if all(p.grad is None for p in self.params):
            raise OptimizerError(
                f"{self.label}.step() found no gradient in any of {len(self.params)} parameters.",
                "did you call loss.backward()?",
                "loss.backward() in the closure",
            )
        if not np.isfinite(value) or not np.isfinite(grad).all():
            raise OptimizerError(
                f"{self.label}.step() got a loss or a gradient that is not finite.",
                "there is no way down from such a point; nothing was changed.",
                "other initial weights, or smaller inputs",
            )
        return value, grad

    def constrain(self) -> None:
        """Apply the constraints, at the end."""
        for p in self.params:
            constrain(p, self.optimizer.group["constraint"])
