"""Schedules made of others, of several phases, or that wait for a score."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from autograd_core import ArgumentError, OptimizerError

from ..choices import choice
from ..optim.optimizer import Optimizer
from . import rates
from .schedulers import Schedule

__all__ = ["ChainedLR", "OneCycleLR", "ReduceLROnPlateau", "SequentialLR"]


class SequentialLR(Schedule):
    """One schedule after the other, each from its own step 0 at its milestone.

    Args:
        optimizer: see Schedule.
        schedulers: schedules of this optimizer; only this one is stepped.
        milestones: the step at which the second begins, the third, and so on.
    Raises:
        ArgumentError: milestones that do not fit; a schedule that waits for a score, or one of
            another optimizer.

    >>> from nn import SGD, Parameter
    >>> optimizer = SGD([Parameter(1.0)], lr=0.5)
    >>> from nn import ExponentialLR, LinearWarmup
    >>> parts = [LinearWarmup(optimizer, 2), ExponentialLR(optimizer, 0.5)]
    >>> schedule = SequentialLR(optimizer, parts, milestones=[2])
    >>> for _ in range(3):
    ...     schedule.step()
    >>> optimizer.lr
    0.25
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[Schedule], milestones: Sequence[int]
    ) -> None:
        self.schedulers = _checked(self, optimizer, schedulers)
        self.milestones = tuple(milestones)
        self.per_batch = any(schedule.per_batch for schedule in self.schedulers)
        rates.milestones_of(len(self.schedulers), self.milestones)
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.sequential``."""
        parts = [_bound(schedule, lr) for schedule in self.schedulers]
        return rates.sequential(parts, self.milestones)(step)


class ChainedLR(Schedule):
    """Each schedule in turn, from the rate that the one before gives: a product of factors.

    Args:
        optimizer: see Schedule.
        schedulers: schedules of this optimizer; only this one is stepped.
    Raises:
        ArgumentError: no schedule; one that waits for a score, or one of another optimizer.

    >>> from nn import SGD, Parameter
    >>> optimizer = SGD([Parameter(1.0)], lr=0.5)
    >>> from nn import ExponentialLR, LinearWarmup
    >>> parts = [LinearWarmup(optimizer, 2), ExponentialLR(optimizer, 0.5)]
    >>> schedule = ChainedLR(optimizer, parts)
    >>> schedule.step()
    >>> optimizer.lr
    0.125
    """

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[Schedule]) -> None:
        self.schedulers = _checked(self, optimizer, schedulers)
        self.per_batch = any(schedule.per_batch for schedule in self.schedulers)
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.chained``."""
        for schedule in self.schedulers:
            lr = schedule.rate(lr, step)
        return lr


class OneCycleLR(Schedule):
    """Up to ``max_lr`` and down to almost nothing, once; momentum the other way round.

    Args:
        optimizer: see Schedule.
        max_lr: the highest rate, of all groups or of each.
        total_steps: how many steps the cycle has; after them the rate stays.
        pct_start: the part of them that rises.
        anneal_strategy: ``"cos"`` or ``"linear"``.
        cycle_momentum: move ``momentum``, or the first of ``betas``, too.
        base_momentum, max_momentum: its least and its greatest value.
        div_factor, final_div_factor: from max_lr / div_factor, to that / final_div_factor.
        three_phase: come down to the first rate as fast as it went up, then to the last one.
    Raises:
        ArgumentError: another strategy, another number of rates than of groups, or
            ``cycle_momentum`` for an optimizer that has none.
    Source: Smith and Topin, "Super-convergence" (2018).

    >>> from nn import SGD, Parameter
    >>> optimizer = SGD([Parameter(1.0)], lr=0.5, momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> for _ in range(2):
    ...     schedule.step()
    >>> optimizer.lr, optimizer.momentum
    (1.0, 0.85)
    """

    per_batch = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        many = len(optimizer.param_groups)
        peaks = [max_lr] * many if isinstance(max_lr, int | float) else list(max_lr)
        if len(peaks) != many:
            raise ArgumentError(
                f"OneCycleLR got {len(peaks)} rates for {many} groups.",
                hint="one max_lr for all groups, or one for each",
            )
        has_momentum = {"momentum", "betas"} & set(optimizer.defaults)
        if cycle_momentum and not has_momentum:
            raise ArgumentError(
                f"{type(optimizer).__name__} has no momentum that OneCycleLR could move.",
                hint="cycle_momentum=False",
            )
        self.total_steps, self.pct_start, self.anneal_strategy = (
            total_steps,
            pct_start,
            anneal_strategy,
        )
        self.cycle_momentum, self.three_phase = cycle_momentum, three_phase
        self.base_momentum, self.max_momentum = base_momentum, max_momentum
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["initial_lr"] = peak
        super().__init__(optimizer)

    def rate(self, lr: float, step: int) -> float:
        """See ``nn.schedules.one_cycle``; ``lr`` is the highest rate."""
        cycle = rates.one_cycle(
            lr,
            self.total_steps,
            self.pct_start,
            self.anneal_strategy,
            self.div_factor,
            self.final_div_factor,
            self.three_phase,
        )
        return cycle(step)

    def apply(self) -> None:
        """Give every group its rate and its momentum."""
        super().apply()
        if not self.cycle_momentum:
            return
        low, high = self.base_momentum, self.max_momentum
        momentum = rates.phases(
            (high, low, high, high),
            self.total_steps,
            self.pct_start,
            self.anneal_strategy,
            self.three_phase,
        )(self.last_step)
        for group in self.optimizer.param_groups:
            if "momentum" in group:
                group["momentum"] = momentum
            else:
                group["betas"] = (momentum, *group["betas"][1:])


class ReduceLROnPlateau(Schedule):
    """The rate times a factor, once a score has not improved for more than ``patience`` steps.

    Args:
        optimizer: see Schedule.
        mode: ``"min"`` for scores that should fall, ``"max"`` for those that should rise.
        factor: what the rate is multiplied by.
        patience: how many steps without improvement are waited for.
        threshold: the part of the best score by which a better one has to differ.
        cooldown: how many steps after a reduction are not counted.
        min_lr: the lowest rate.
    Raises:
        OptimizerError: a factor outside (0, 1).
        ArgumentError: another mode.

    >>> from nn import SGD, Parameter
    >>> optimizer = SGD([Parameter(1.0)], lr=0.5)
    >>> schedule = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> optimizer.lr
    0.05
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        if not 0 < factor < 1:
            raise OptimizerError(
                f"ReduceLROnPlateau needs a factor in (0, 1); it got {factor}.", hint="factor=0.1"
            )
        self.sign = choice("mode", mode, {"min": 1.0, "max": -1.0})
        self.factor, self.patience, self.threshold = factor, patience, threshold
        self.cooldown, self.min_lr = cooldown, min_lr
        self.best, self.waited, self.resting = inf, 0, 0
        super().__init__(optimizer)

    def apply(self) -> None:
        """Leave the rates as they are; only a score changes them."""

    def step(self, score: float) -> None:  # type: ignore[override]
        """Look at the score of an epoch; one that is not a number counts as no improvement."""
        self.last_step += 1
        value = self.sign * float(score)
        if value < self.best - (self.threshold * abs(self.best) if self.best < inf else 0):
            self.best, self.waited = value, 0
        else:
            self.waited += 1
        if self.resting:
            self.resting, self.waited = self.resting - 1, 0
        if self.waited > self.patience:
            for group in self.optimizer.param_groups:
                group["lr"] = max(group["lr"] * self.factor, self.min_lr)
            self.resting, self.waited = self.cooldown, 0

    def state_dict(self) -> dict[str, Any]:
        """What it has seen."""
        seen = {name: getattr(self, name) for name in ("best", "waited", "resting")}
        return super().state_dict() | seen


def _checked(
    self: Schedule, optimizer: Optimizer, schedulers: Sequence[Schedule]
) -> list[Schedule]:
    name = type(self).__name__
    if not schedulers:
        raise ArgumentError(
            f"{name} got no schedules.", hint="a list of schedules of the same optimizer"
        )
    for schedule in schedulers:
        if isinstance(schedule, ReduceLROnPlateau):
            raise ArgumentError(
                f"{name} cannot hold a ReduceLROnPlateau.",
                "it changes the rate by scores, which are not a function of the step.",
                "one schedule of formulas, or ReduceLROnPlateau alone",
            )
        if schedule.optimizer is not optimizer:
            raise ArgumentError(
                f"{name} got a schedule of another optimizer.",
                hint="schedules made with the optimizer that is given here",
            )
    return list(schedulers)


def _bound(schedule: Schedule, lr: float) -> rates.Rates:
    return lambda step: schedule.rate(lr, step)
