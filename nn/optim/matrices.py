"""Steps that look at a parameter as a whole: LAMB at its length, Muon at its singular values."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from .formulas import average, average_square
from .groups import Constraint, Params, Rate
from .optimizer import Optimizer
from .packs import Array, State

__all__ = ["LAMB", "Muon"]

add: Any = np.add
multiply: Any = np.multiply
subtract: Any = np.subtract
divide: Any = np.divide
root: Any = np.sqrt


class LAMB(Optimizer):
    """Adam's step r = m̂ / (√ŝ + ε) + λ w, at the length of the weight: w ← w - lr (‖w‖/‖r‖) r.

    Where one of the norms is zero their ratio counts as one. For large batches.

    Args:
        params: see Optimizer.
        lr, betas, eps, weight_decay: see AdamW.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Adam.
    Source: You et al., "Large batch optimization for deep learning" (2020), algorithm 2, φ(x) = x.

    >>> import autograd_core as ac
    >>> w = ac.Variable([3.0, -4.0])
    >>> optimizer = LAMB([w], lr=0.1, weight_decay=0.0)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(4)
    array([ 2.6464, -3.6464])
    """

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 1e-2,
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
        """Both moments."""
        return _moments(param)

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step, as long as the weight times the rate."""
        step, lr = _adam_step(state, grad, self.group, self.count), self.lr
        multiply(param, self.group["weight_decay"], state["_scale"])
        add(step, state["_scale"], step)
        lengths = _norm(param), _norm(step)
        multiply(step, lr * lengths[0] / lengths[1] if all(lengths) else lr, step)
        subtract(param, step, param)
        return state, param


class Muon(Optimizer):
    """Momentum whose singular values are all brought near one; for the matrices of hidden layers.

    m ← μ m + (1 - μ) g;  w ← (1 - lr λ) w - lr 0.2 √(longer side) orthogonal(g + μ (m - g))

    The orthogonal factor comes from a few steps of a Newton-Schulz iteration; the factor in front
    makes the step as long as AdamW's. What is not a matrix, and groups with ``matrices=False``
    (embeddings and the last layer are better left out), get AdamW with the same rate.

    Args:
        params: see Optimizer.
        lr, momentum, weight_decay: lr, μ and λ.
        nesterov: without it, orthogonal(m).
        ns_steps: steps of the iteration.
        betas, eps: those of AdamW.
        matrices: whether matrices get Muon's step; an option for groups.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024); Liu et
    al., "Muon is scalable for LLM training" (2025), §2.2 for the length of the step.

    >>> import autograd_core as ac
    >>> w = ac.Variable(np.zeros((2, 2)))
    >>> optimizer = Muon([w], lr=0.1)
    >>> (w @ np.diag([3.0, 2.0])).sum().backward()
    >>> optimizer.step()
    >>> bool(np.linalg.norm(w.data) < 0.1)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-3,
        momentum: float = 0.95,
        weight_decay: float = 0.1,
        nesterov: bool = True,
        ns_steps: int = 5,
        betas: tuple[float, float] = (0.9, 0.95),
        eps: float = 1e-8,
        matrices: bool = True,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            momentum=momentum,
            weight_decay=weight_decay,
            nesterov=nesterov,
            ns_steps=ns_steps,
            betas=betas,
            eps=eps,
            matrices=matrices,
            maximize=maximize,
            constraint=constraint,
        )

    def init(self, param: Array) -> State:
        """The momentum of a matrix; both moments of anything else."""
        if param.ndim != 2 or not self.group["matrices"]:
            return _moments(param)
        short, long = sorted(param.shape)
        scratch = {f"_wide{i}": np.empty((short, long), param.dtype) for i in (1, 2)}
        scratch |= {f"_square{i}": np.empty((short, short), param.dtype) for i in (1, 2)}
        return {"mean": np.zeros_like(param), "_step": np.empty_like(param)} | scratch

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along the orthogonal factor, or one of AdamW."""
        group, lr = self.group, self.lr
        if "square" in state:
            step = _adam_step(state, grad, group, self.count)
        else:
            mean, step, momentum = state["mean"], state["_step"], group["momentum"]
            average(mean, grad, momentum, step)
            if group["nesterov"]:
                subtract(mean, grad, step)
                multiply(step, momentum, step)
                add(step, grad, step)
            else:
                step[...] = mean
            orthogonalize(step, group["ns_steps"], state)
            multiply(step, 0.2 * sqrt(max(param.shape)), step)
        multiply(step, lr, step)
        multiply(param, 1 - lr * group["weight_decay"], param)
        subtract(param, step, param)
        return state, param


def orthogonalize(matrix: Array, steps: int, scratch: dict[str, Array]) -> None:
    """Bring the singular values of a matrix (n, m) near one, in place: to between 0.7 and 1.2.

    x ← a x + b (x xᵀ) x + c (x xᵀ)² x from x = matrix / ‖matrix‖, where (a, b, c) let small
    singular values grow fastest.

    Args:
        matrix: (n, m).
        steps: how often.
        scratch: ``_wide1``, ``_wide2`` (k, l) and ``_square1``, ``_square2`` (k, k), where k ≤ l
            are n and m.
    Source: Jordan et al. (2024); Bernstein and Newhouse, "Old optimizer, new norm" (2024).
    """
    x, spare = scratch["_wide1"], scratch["_wide2"]
    gram, cubic = scratch["_square1"], scratch["_square2"]
    view = matrix if matrix.shape == x.shape else matrix.T
    divide(view, _norm(matrix) + 1e-7, x)
    a, b, c = 3.4445, -4.7750, 2.0315
    for _ in range(steps):
        np.matmul(x, x.T, out=gram)
        np.matmul(gram, gram, out=cubic)
        multiply(cubic, c, cubic)
        multiply(gram, b, gram)
        add(cubic, gram, cubic)
        np.matmul(cubic, x, out=spare)
        multiply(x, a, x)
        add(x, spare, x)
    view[...] = x


def _moments(param: Array) -> State:
    state = {name: np.zeros_like(param) for name in ("mean", "square")}
    return state | {"_step": np.empty_like(param), "_scale": np.empty_like(param)}


def _adam_step(state: State, grad: Array, group: dict[str, Any], count: int) -> Array:
    """Advance both moments; m̂ / (√ŝ + ε) in the scratch array ``_step``."""
    mean, square, step, scale = state["mean"], state["square"], state["_step"], state["_scale"]
    beta1, beta2 = group["betas"]
    average_square(square, grad, beta2, scale)
    average(mean, grad, beta1, step)
    divide(square, 1 - beta2**count, scale)
    add(root(scale, scale), group["eps"], scale)
    divide(mean, scale, step)
    return divide(step, 1 - beta1**count, step)  # type: ignore[no-any-return]


def _norm(array: Array) -> float:
    """The Euclidean norm of all entries, as a Python number."""
    flat = array.reshape(-1)
    return sqrt(flat.dot(flat))
