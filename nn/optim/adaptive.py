"""Steps scaled entry by entry, by what the gradients have been: Adam and its relatives."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from .groups import Constraint, Params, Rate
from .optimizer import Optimizer
from .packs import Array, State

__all__ = ["Adam", "AdamW"]

add: Any = np.add
multiply: Any = np.multiply
subtract: Any = np.subtract
divide: Any = np.divide
sqrt: Any = np.sqrt


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g;  s ← β₂ s + (1 - β₂) g²;  w ← w - lr m̂ / (√ŝ + ε).

    m̂ and ŝ are m and s divided by 1 - β₁ᵗ and 1 - β₂ᵗ after t updates.

    Args:
        params: see Optimizer.
        lr, betas, eps: the rate, (β₁, β₂) and ε.
        weight_decay: λ; g + λ w takes the place of g.
        amsgrad: divide by the largest ŝ so far.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer; betas outside [0, 1).
    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1; Reddi
    et al., "On the convergence of Adam and beyond" (2018).

    >>> w = Variable([1.0, -2.0])
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    elementwise: ClassVar[bool] = True
    decoupled: ClassVar[bool] = False  # whether weights decay by themselves, not through g

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """Both moments, and the largest second one for ``amsgrad``."""
        names = ["mean", "square", "largest"] if self.group["amsgrad"] else ["mean", "square"]
        state = {name: np.zeros_like(param) for name in names}
        return state | {"_step": np.empty_like(param), "_scale": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step of Adam, or of AdamW."""
        group, lr, decay = self.group, self.lr, self.group["weight_decay"]
        mean, square, step, scale = state["mean"], state["square"], state["_step"], state["_scale"]
        beta1, beta2 = group["betas"]
        if decay and self.decoupled:
            multiply(param, 1 - lr * decay, param)
        elif decay:
            multiply(param, decay, step)
            grad = add(step, grad, step)
        multiply(grad, grad, scale)
        multiply(scale, 1 - beta2, scale)
        multiply(square, beta2, square)
        add(square, scale, square)
        multiply(grad, 1 - beta1, step)
        multiply(mean, beta1, mean)
        add(mean, step, mean)
        if group["amsgrad"]:
            square = np.maximum(square, state["largest"], out=state["largest"])
        sqrt(square, scale)
        correction = math.sqrt(1 - beta2**self.count)
        add(scale, group["eps"] * correction, scale)  # √s + ε √c, where √ŝ + ε is that over √c
        divide(mean, scale, step)
        multiply(step, lr * correction / (1 - beta1**self.count), step)
        subtract(param, step, param)
        return state, param


class AdamW(Adam):
    """Adam, after w ← (1 - lr λ) w: weights decay by themselves, not through the gradient.

    Args:
        params: see Optimizer.
        lr, betas, eps, amsgrad: see Adam.
        weight_decay: λ.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Adam.
    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.

    >>> w = Variable([1.0, -2.0])
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.85, -1.8 ])
    """

    decoupled: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            constraint=constraint,
        )
