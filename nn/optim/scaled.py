"""Steps scaled entry by entry by the size of past gradients, or by their signs alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from .formulas import average, average_square, penalized, remembered
from .groups import Constraint, Params, Rate
from .optimizer import Optimizer
from .packs import Array, State

__all__ = ["Adadelta", "Adagrad", "Lion", "RMSProp", "RMSprop", "Rprop"]

add: Any = np.add
multiply: Any = np.multiply
subtract: Any = np.subtract
divide: Any = np.divide
root: Any = np.sqrt


class RMSprop(Optimizer):
    """s ← α s + (1 - α) g²;  w ← w - lr g / (√s + ε).

    With momentum μ: v ← μ v + g / (√s + ε);  w ← w - lr v.

    Args:
        params: see Optimizer.
        lr, alpha, eps: lr, α and ε.
        weight_decay: λ; g + λ w takes the place of g.
        momentum: μ.
        centered: divide by the spread around the mean of the gradients, √(s - m²), in place of √s.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Hinton, "Neural networks for machine learning", lecture 6e (2012); Graves, "Generating
    sequences with recurrent neural networks" (2013), §4.2 for ``centered``.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = RMSprop([w], lr=0.01)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """The mean square, and what momentum and centering need."""
        group = self.group
        names = ["square"] + ["velocity"] * (group["momentum"] > 0) + ["mean"] * group["centered"]
        state = {name: np.zeros_like(param) for name in names}
        return state | {"_step": np.empty_like(param), "_scale": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along the scaled gradient, or along the velocity it feeds."""
        group, square, step, scale = self.group, state["square"], state["_step"], state["_scale"]
        grad = penalized(grad, param, group["weight_decay"], step)
        average_square(square, grad, group["alpha"], scale)
        if group["centered"]:
            mean = remembered(state, "mean", param)
            average(mean, grad, group["alpha"], scale)
            multiply(mean, mean, scale)
            square = subtract(square, scale, scale)
        root(square, scale)
        add(scale, group["eps"], scale)
        direction = divide(grad, scale, step)
        if group["momentum"]:
            velocity = remembered(state, "velocity", param)
            multiply(velocity, group["momentum"], velocity)
            direction = add(velocity, step, velocity)
        multiply(direction, self.lr, step)
        subtract(param, step, param)
        return state, param


RMSProp = RMSprop


class Adagrad(Optimizer):
    """s ← s + g²;  w ← w - lr g / (√s + ε).

    Args:
        params: see Optimizer.
        lr, eps: lr and ε.
        lr_decay: η; lr / (1 + (t - 1) η) takes the place of lr at the t-th update.
        weight_decay: λ; g + λ w takes the place of g.
        initial_accumulator_value: what s starts from.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Duchi et al., "Adaptive subgradient methods" (2011).

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            maximize=maximize,
            constraint=constraint,
        )

    def is_local(self, group: Mapping[str, Any]) -> bool:
        """True without decay."""
        return not group["weight_decay"]

    def init(self, param: Array) -> State:
        """The sum of the squares."""
        total = np.full_like(param, self.group["initial_accumulator_value"])
        return {"sum": total, "_step": np.empty_like(param), "_scale": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along the gradient over the root of the sum."""
        group, total, step, scale = self.group, state["sum"], state["_step"], state["_scale"]
        grad = penalized(grad, param, group["weight_decay"], step)
        multiply(grad, grad, scale)
        add(total, scale, total)
        root(total, scale)
        add(scale, group["eps"], scale)
        divide(grad, scale, step)
        multiply(step, self.lr / (1 + (self.count - 1) * group["lr_decay"]), step)
        subtract(param, step, param)
        return state, param


class Adadelta(Optimizer):
    """s ← ρ s + (1 - ρ) g²;  d = g √(u + ε) / √(s + ε);  u ← ρ u + (1 - ρ) d²;  w ← w - lr d.

    Args:
        params: see Optimizer.
        lr, rho, eps: lr, ρ and ε.
        weight_decay: λ; g + λ w takes the place of g.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012), algorithm 1.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = Adadelta([w])
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(4)
    array([ 0.9968, -1.9968])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            rho=rho,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """The mean squares of gradients and of steps."""
        state = {name: np.zeros_like(param) for name in ("square", "moved")}
        return state | {"_step": np.empty_like(param), "_scale": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step whose unit is that of the parameter."""
        group, step, scale = self.group, state["_step"], state["_scale"]
        grad = penalized(grad, param, group["weight_decay"], step)
        average_square(state["square"], grad, group["rho"], scale)
        root(add(state["square"], group["eps"], scale), scale)
        divide(grad, scale, step)
        root(add(state["moved"], group["eps"], scale), scale)
        multiply(step, scale, step)
        average_square(state["moved"], step, group["rho"], scale)
        multiply(step, self.lr, step)
        subtract(param, step, param)
        return state, param


class Rprop(Optimizer):
    """Steps that grow by η₊ where the gradient keeps its sign, and shrink by η₋ where it turns.

    Where it has turned no step is made. For full batches.

    Args:
        params: see Optimizer.
        lr: the length of the first step.
        etas: (η₋, η₊).
        step_sizes: the least and the largest length.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the
    RPROP algorithm" (1993), in the form without weight backtracking.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = Rprop([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            etas=etas,
            step_sizes=step_sizes,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """The lengths of the steps, and the signs of the last gradients."""
        state = {"size": np.full_like(param, self.lr), "sign": np.zeros_like(param)}
        return state | {"_turn": np.empty_like(param), "_factor": np.empty_like(param)}

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step against the signs."""
        size, sign, turn, factor = state["size"], state["sign"], state["_turn"], state["_factor"]
        shrink, grow = self.group["etas"]
        np.sign(grad, out=factor)
        multiply(sign, factor, turn)  # 1 where it is kept, -1 where it has turned
        sign[...] = factor
        np.maximum(turn, 0, out=factor)
        multiply(factor, grow - 1, factor)
        np.minimum(turn, 0, out=turn)
        add(factor, 1, factor)
        multiply(size, factor, size)
        multiply(turn, 1 - shrink, factor)
        add(factor, 1, factor)
        multiply(size, factor, size)
        np.clip(size, *self.group["step_sizes"], out=size)
        add(turn, 1, turn)
        multiply(sign, turn, sign)
        subtract(param, multiply(sign, size, factor), param)
        return state, param


class Lion(Optimizer):
    """w ← (1 - lr λ) w - lr sign(β₁ m + (1 - β₁) g);  m ← β₂ m + (1 - β₂) g.

    Every entry moves by lr: take a rate three to ten times below Adam's, and a λ as much above.

    Args:
        params: see Optimizer.
        lr, betas, weight_decay: lr, (β₁, β₂) and λ.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Chen et al., "Symbolic discovery of optimization algorithms" (2023), algorithm 2.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, -2.0])
    >>> optimizer = Lion([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([ 0.9, -1.9])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            weight_decay=weight_decay,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """The mean of the gradients."""
        scratch = {"_step": np.empty_like(param), "_part": np.empty_like(param)}
        return {"mean": np.zeros_like(param)} | scratch

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step of equal length in every entry."""
        mean, step, part, lr = state["mean"], state["_step"], state["_part"], self.lr
        beta1, beta2 = self.group["betas"]
        multiply(mean, beta1, step)
        add(step, multiply(grad, 1 - beta1, part), step)
        np.sign(step, out=step)
        multiply(step, lr, step)
        multiply(param, 1 - lr * self.group["weight_decay"], param)
        subtract(param, step, param)
        average(mean, grad, beta2, part)
        return state, param
