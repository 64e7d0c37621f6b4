"""Schedules of one formula: they set the rates of an optimizer, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_core import OptimizerError, StateError

from ..optim.keywords import Spelled
from ..optim.optimizer import Optimizer
from . import rates

__all__ = [
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "LinearWarmup",
    "MultiStepLR",
    "PolynomialLR",
    "Schedule",
    "StepLR",
]


class Schedule(Spelled):
    """A rate for every step; sets that of each group when made, and at each ``step()``.

    A schedule overrides ``rate``. It starts from the rates the optimizer was made with, also if
    another schedule has changed them since; one set by ``optimizer.lr = ...`` counts as new.

    Args:
        optimizer: its groups are given their rates.
    Raises:
        OptimizerError: the rate of the optimizer is a function already.

    ``last_step`` counts the calls of ``step()``.

    >>> from nn import SGD, Parameter
    >>> class Halving(Schedule):
    ...     def rate(self, lr, step):
    ...         return lr / 2**step
    >>> optimizer = SGD([Parameter(1.0)], lr=0.8)
    >>> schedule = Halving(optimizer)
    >>> schedule.step()
    >>> optimizer.lr
    0.4
    """

    per_batch: bool = False  # whether its steps are usually batches, not epochs

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self.last_step = optimizer, 0
        for group in optimizer.param_groups:
            if callable(group["lr"]):
                raise OptimizerError(
                    f"{type(self).__name__} got an optimizer whose lr is a function.",
                    "both would set the rate.",
                    "a number for lr, or no schedule",
                )
        self.base_rates = [
            float(group.setdefault("initial_lr", group["lr"])) for group in optimizer.param_groups
        ]
        self.apply()

    def rate(self, lr: float, step: int) -> float:
        """The rate after a number of steps, of a group that starts from ``lr``."""
        raise NotImplementedError

    def step(self) -> None:
        """Go on by one: after each epoch, or each batch, as the numbers are meant."""
        self.last_step += 1
        self.apply()

    def apply(self) -> None:
        """Give every group its rate."""
        for group, lr in zip(self.optimizer.param_groups, self.base_rates, strict=True):
            group["lr"] = self.rate(lr, self.last_step)

    def get_last_lr(self) -> list[float]:
        """The rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """The number of steps, and the rates it started from."""
        return {"last_step": self.last_step, "base_rates": list(self.base_rates)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the schedule that gave this state was.

        Raises:
            StateError: it is that of another kind of schedule, or of other groups. Nothing is
                changed then.
        """
        own = self.state_dict()
        if set(own) != set(state) or len(state["base_rates"]) != len(self.base_rates):
            raise StateError(
                f"{type(self).__name__}.load_state_dict got the state of something else.",
                f"it needs {', '.join(own)}, with {len(self.base_rates)} base rates.",
                "the state of a schedule of this class and as many groups",
            )
        vars(self).update({name: state[name] for name in own})
        self.base_rates = [float(lr) for lr in state["base_rates"]]


class StepLR(Schedule):
    """The rate times γ every ``step_size`` steps.

    Args:
        optimizer: see Schedule.
        step_size, gamma: see above.

    >>> from nn import SGD, Parameter
    >>> schedule = StepLR(SGD([Parameter(1.0)], lr=0.5), step_size=1)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.05]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.step``."""
        return rates.step(lr, self.step_size, self.gamma)(step)


class MultiStepLR(Schedule):
    """The rate times γ at each milestone.

    Args:
        optimizer: see Schedule.
        milestones: numbers of steps.
        gamma: see above.

    >>> from nn import SGD, Parameter
    >>> schedule = MultiStepLR(SGD([Parameter(1.0)], lr=0.5), milestones=[1, 5])
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.05]
    """

    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1) -> None:
        self.milestones, self.gamma = tuple(milestones), gamma
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.multi_step``."""
        return rates.multi_step(lr, self.milestones, self.gamma)(step)


class ExponentialLR(Schedule):
    """The rate times γ at every step.

    Args:
        optimizer: see Schedule.
        gamma: see above.

    >>> from nn import SGD, Parameter
    >>> schedule = ExponentialLR(SGD([Parameter(1.0)], lr=0.5), gamma=0.5)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.exponential``."""
        return rates.exponential(lr, self.gamma)(step)


class LinearLR(Schedule):
    """From one part of the rate to another on a straight line.

    Args:
        optimizer: see Schedule.
        start_factor, end_factor: the parts.
        total_iters: the number of steps between them.

    >>> from nn import SGD, Parameter
    >>> schedule = LinearLR(SGD([Parameter(1.0)], lr=0.5), start_factor=0.5, total_iters=2)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.375]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.linear``."""
        return rates.linear(lr, self.total_iters, self.start_factor, self.end_factor)(step)


class LinearWarmup(Schedule):
    """From a part of the rate up to the rate on a straight line.

    Args:
        optimizer: see Schedule.
        steps: how many it takes.
        start: the part; with 0 the first step moves nothing.

    >>> from nn import SGD, Parameter
    >>> schedule = LinearWarmup(SGD([Parameter(1.0)], lr=0.5), steps=2)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    per_batch = True

    def __init__(self, optimizer: Optimizer, steps: int, start: float = 0.0) -> None:
        self.steps, self.start = steps, start
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.warmup``."""
        return rates.warmup(lr, self.steps, self.start)(step)


class PolynomialLR(Schedule):
    """The rate times (1 - t / total_iters)^power, then 0.

    Args:
        optimizer: see Schedule.
        total_iters, power: see above.

    >>> from nn import SGD, Parameter
    >>> schedule = PolynomialLR(SGD([Parameter(1.0)], lr=0.5), total_iters=2, power=2.0)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.125]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.polynomial``."""
        return rates.polynomial(lr, self.total_iters, self.power)(step)


class CosineAnnealingLR(Schedule):
    """Down to ``eta_min`` in ``T_max`` steps along a cosine; after that up again, as a wave.

    ``nn.schedules.cosine`` stays at the end instead, and has a warmup.

    Args:
        optimizer: see Schedule.
        T_max, eta_min: see above.
    Source: Loshchilov and Hutter, "SGDR" (2017), §3.

    >>> from nn import SGD, Parameter
    >>> schedule = CosineAnnealingLR(SGD([Parameter(1.0)], lr=0.5), T_max=2)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.cosine``."""
        return rates.between(lr, self.eta_min, step, self.T_max)


class CosineAnnealingWarmRestarts(Schedule):
    """Down to ``eta_min`` along a cosine, again and again; the first period has T_0 steps.

    Args:
        optimizer: see Schedule.
        T_0: the length of the first period.
        T_mult: each is this many times as long as the one before.
        eta_min: the lowest rate.
    Source: Loshchilov and Hutter, "SGDR" (2017), §3.

    >>> from nn import SGD, Parameter
    >>> schedule = CosineAnnealingWarmRestarts(SGD([Parameter(1.0)], lr=0.5), T_0=2)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0
    ) -> None:
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.cosine_restarts``."""
        return rates.cosine_restarts(lr, self.T_0, self.T_mult, self.eta_min)(step)


class LambdaLR(Schedule):
    """The rate times a function of the number of steps.

    Args:
        optimizer: see Schedule.
        lr_lambda: the function; it is not saved.

    >>> from nn import SGD, Parameter
    >>> schedule = LambdaLR(SGD([Parameter(1.0)], lr=0.5), lambda step: 1 / (1 + step))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """``lr`` times the function of the step."""
        return lr * self.lr_lambda(step)
