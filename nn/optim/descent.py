"""Steps along the gradient itself: SGD with momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from autograd_core import OptimizerError

from .groups import Constraint, Params, Rate
from .optimizer import Optimizer
from .packs import Array, State

__all__ = ["SGD"]

add: Any = np.add
multiply: Any = np.multiply
subtract: Any = np.subtract


class SGD(Optimizer):
    """g ← g + λ w;  v ← μ v + (1 - τ) g;  w ← w - lr v.

    The first v is g. With ``nesterov`` the step is along g + μ v. ``weight_decay=λ`` is the
    gradient of ``L2(λ/2)``.

    Args:
        params: see Optimizer.
        lr, momentum, dampening, weight_decay: lr, μ, τ and λ.
        nesterov: look ahead along the velocity; needs momentum, and no dampening.
        maximize, constraint: see Optimizer.
    Raises:
        OptimizerError: see Optimizer.
    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning"
    (2013), with PyTorch's placing of the rate.

    >>> import autograd_core as ac
    >>> w = ac.Variable([1.0, 2.0])
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([0.8, 1.6])
    """

    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: Rate = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
            constraint=constraint,
        )

    def check(self, group: Mapping[str, Any]) -> None:
        """Nesterov's step needs a velocity that is not damped."""
        if group["nesterov"] and not (group["momentum"] > 0 and group["dampening"] == 0):
            raise OptimizerError(
                f"{self._label} needs momentum > 0, dampening=0 for nesterov.",
                hint="momentum=0.9, nesterov=True",
            )

    def is_local(self, group: Mapping[str, Any]) -> bool:
        """True without momentum and decay."""
        return not (group["momentum"] or group["weight_decay"])

    def init(self, param: Array) -> State:
        """The velocity, if there is momentum."""
        state = {"_step": np.empty_like(param)}
        if self.group["momentum"]:
            state["velocity"] = np.zeros_like(param)
        return state

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """One step along the gradient or the velocity."""
        group, lr, step = self.group, self.lr, state["_step"]
        momentum, decay = group["momentum"], group["weight_decay"]
        if decay:
            multiply(param, decay, step)
            grad = add(step, grad, step)
        if momentum:
            grad = self._accelerated(state, grad, step)
            if group["nesterov"]:
                multiply(grad, lr, step)
                subtract(param, step, param)
                grad, lr = state["velocity"], lr * momentum
        multiply(grad, lr, step)
        subtract(param, step, param)
        return state, param

    def _accelerated(self, state: State, grad: Array, step: Array) -> Array:
        """Bring the velocity up to date; what to step along."""
        group, velocity = self.group, state.get("velocity")
        if velocity is None:
            velocity = state["velocity"] = grad.copy()
        elif self.count == 1:
            velocity[...] = grad
        else:
            multiply(velocity, group["momentum"], velocity)
            if group["dampening"]:
                grad = multiply(grad, 1 - group["dampening"], step)
            add(velocity, grad, velocity)
        return grad if group["nesterov"] else velocity
