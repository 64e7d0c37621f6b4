"""Steps scaled entry by entry by both moments of the gradients: Adam and its relatives."""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

import numpy as np

from .formulas import average, average_square, penalized, remembered
from .groups import Constraint, Params, Rate
from .optimizer import Optimizer
from .packs import Array, State

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam"]

add: Any = np.add
multiply: Any = np.multiply
subtract: Any = np.subtract
divide: Any = np.divide
root: Any = np.sqrt


class _Moments(Optimizer):
    """Rules that remember the mean of the gradients and that of their squares."""

    elementwise: ClassVar[bool] = True

    def init(self, param: Array) -> State:
        """Both moments."""
        state = {name: np.zeros_like(param) for name in ("mean", "square")}
        return state | {"_step": np.empty_like(param), "_scale": np.empty_like(param)}

    def advance(self, state: State, grad: Array) -> tuple[float, float]:
        """Bring the moments up to date; what each has to be divided by for its late start."""
        beta1, beta2 = self.group["betas"]
        average_square(state["square"], grad, beta2, state["_scale"])
        average(state["mean"], grad, beta1, state["_step"])
        return 1 - beta1**self.count, 1 - beta2**self.count

    def scale(self, state: State, square: Array, correction: float) -> Array:
        """√c (√ŝ + ε), for ŝ = s/c: a pass less than with the correction inside the root."""
        scale = root(square, state["_scale"])
        return add(scale, self.group["eps"] * sqrt(correction), scale)  # type: ignore[no-any-return]


class _Adam(_Moments):
    """Adam, whose weights decay through the gradient or by themselves."""

    decoupled: ClassVar[bool]

    def init(self, param: Array) -> State:
        """Both moments, and the largest second one for ``amsgrad``."""
        state = super().init(param)
        if self.group["amsgrad"]:
            state["largest"] = np.zeros_like(param)
        return state

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along m̂ / (√ŝ + ε)."""
        group, lr, step = self.group, self.lr, state["_step"]
        if self.decoupled:
            multiply(param, 1 - lr * group["weight_decay"], param)
        else:
            grad = penalized(grad, param, group["weight_decay"], step)
        first, second = self.advance(state, grad)
        square = state["square"]
        if group["amsgrad"]:
            largest = remembered(state, "largest", param)
            square = np.maximum(square, largest, out=largest)
        divide(state["mean"], self.scale(state, square, second), step)
        multiply(step, lr * sqrt(second) / first, step)
        subtract(param, step, param)
        return state, param


class Adam(_Adam):
    """m ← β₁ m + (1 - β₁) g;  s ← β₂ s + (1 - β₂) g²;  w ← w - lr m̂ / (√ŝ + ε).

    m̂ and ŝ are m and s divided by 1 - β₁ᵗ and 1 - β₂ᵗ at the t-th update.

    Args:
        params: see Optimizer.
        lr, betas, eps: the rate, (β₁, β₂) and ε.
        weight_decay: λ; g + λ w takes the place of g.
        amsgrad: divide by the largest s so far.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer; betas outside [0, 1).
    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1; Reddi
    et al., "On the convergence of Adam and beyond" (2018).

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    decoupled: ClassVar[bool] = False

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


class AdamW(_Adam):
    """Adam, after w ← (1 - lr λ) w: weights decay by themselves, not through the gradient.

    Args:
        params: see Optimizer.
        lr, betas, eps, amsgrad: see Adam.
        weight_decay: λ.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Adam.
    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
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
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
            constraint=constraint,
        )


class NAdam(_Moments):
    """Adam that steps along a mean in which the newest gradient counts as it will next time.

    With μₜ = β₁ (1 - 0.96^(ψ t) / 2), ψ the momentum decay, the step is along
    (1 - μₜ) g / (1 - Πᵢ₌₁ᵗ μᵢ) + μₜ₊₁ m / (1 - Πᵢ₌₁ᵗ⁺¹ μᵢ), over √ŝ + ε.

    Args:
        params: see Optimizer.
        lr, betas, eps, weight_decay: see Adam.
        momentum_decay: ψ.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Adam.
    Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016), algorithm 2.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = NAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(2)
    array([ 0.89, -1.89])
    """

    def __init__(
        self,
        params: Params,
        lr: Rate = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
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
            momentum_decay=momentum_decay,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """Both moments, and Π μᵢ."""
        return super().init(param) | {"product": 1.0, "_decayed": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along both the gradient and the mean."""
        group, lr, step, count = self.group, self.lr, state["_step"], self.count
        grad = penalized(grad, param, group["weight_decay"], state["_decayed"])
        _, second = self.advance(state, grad)
        scale = self.scale(state, state["square"], second)
        beta, decay = group["betas"][0], group["momentum_decay"]
        now, then = [beta * (1 - 0.5 * 0.96 ** (decay * t)) for t in (count, count + 1)]
        state["product"] *= now
        lr *= sqrt(second)
        along = (grad, (1 - now) / (1 - state["product"]))
        onward = (state["mean"], then / (1 - state["product"] * then))
        for direction, factor in (along, onward):
            divide(direction, scale, step)
            multiply(step, lr * factor, step)
            subtract(param, step, param)
        return state, param


class RAdam(_Moments):
    """Adam, but along m̂ alone while too few gradients were seen to know their scale.

    With ρ∞ = 2/(1 - β₂) - 1 and ρₜ = ρ∞ - 2 t β₂ᵗ/(1 - β₂ᵗ), a step with ρₜ > 5 is Adam's times
    √((ρₜ - 4)(ρₜ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρₜ)).

    Args:
        params: see Optimizer.
        lr, betas, eps, weight_decay: see Adam; ε is added to √s.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Adam.
    Source: Liu et al., "On the variance of the adaptive learning rate and beyond" (2020),
    algorithm 2, with PyTorch's threshold and place of ε.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = RAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.8, -1.6])
    """

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
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
            maximize=maximize,
            constraint=constraint,
        )

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step, along the mean or along the scaled mean."""
        group, lr, step = self.group, self.lr, state["_step"]
        grad = penalized(grad, param, group["weight_decay"], step)
        first, second = self.advance(state, grad)
        limit = 2 / (1 - group["betas"][1]) - 1
        length = limit - 2 * self.count * (1 - second) / second
        direction = state["mean"]
        if length > 5:
            variance = (length - 4) * (length - 2) * limit
            variance /= (limit - 4) * (limit - 2) * length
            lr *= sqrt(variance * second)
            direction = divide(direction, self.scale(state, state["square"], 1.0), step)
        multiply(direction, lr / first, step)
        subtract(param, step, param)
        return state, param


class Adamax(Optimizer):
    """m ← β₁ m + (1 - β₁) g;  u ← max(β₂ u, abs(g) + ε);  w ← w - lr m̂ / u.

    Args:
        params: see Optimizer.
        lr, betas, eps, weight_decay: see Adam.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Adam.
    Source: Kingma and Ba (2015), algorithm 2, with PyTorch's ε.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
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
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """The mean, and the largest entry by size."""
        state = {name: np.zeros_like(param) for name in ("mean", "largest")}
        return state | {"_step": np.empty_like(param), "_scale": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along m̂ / u."""
        group, lr, mean, largest = self.group, self.lr, state["mean"], state["largest"]
        step, scale = state["_step"], state["_scale"]
        beta1, beta2 = group["betas"]
        grad = penalized(grad, param, group["weight_decay"], step)
        add(np.absolute(grad, out=scale), group["eps"], scale)
        average(mean, grad, beta1, step)
        multiply(largest, beta2, largest)
        np.maximum(largest, scale, out=largest)
        divide(mean, largest, step)
        multiply(step, lr / (1 - beta1**self.count), step)
        subtract(param, step, param)
        return state, param
