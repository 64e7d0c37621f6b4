"""Learning rates as pure functions: each returns ``step -> rate``, which is good for an lr."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import cos, floor, log, pi

from autograd_core import ArgumentError

from ..choices import choice

__all__ = [
    "chained",
    "cosine",
    "cosine_restarts",
    "exponential",
    "linear",
    "multi_step",
    "one_cycle",
    "polynomial",
    "sequential",
    "step",
    "warmup",
]

Rates = Callable[[int], float]


def step(lr: float, step_size: int, gamma: float = 0.1) -> Rates:
    """lr γ^⌊t / step_size⌋.

    >>> [step(1.0, 2)(t) for t in range(4)]
    [1.0, 1.0, 0.1, 0.1]
    """
    _positive("step_size", step_size)
    return lambda t: lr * gamma ** (t // step_size)


def multi_step(lr: float, milestones: Sequence[int], gamma: float = 0.1) -> Rates:
    """lr γᵏ once k of the milestones are reached.

    >>> [multi_step(1.0, [1, 3])(t) for t in range(4)]
    [1.0, 0.1, 0.1, 0.01]
    """
    marks = sorted(milestones)
    return lambda t: lr * gamma ** bisect_right(marks, t)


def exponential(lr: float, gamma: float) -> Rates:
    """lr γᵗ.

    >>> exponential(1.0, 0.5)(3)
    0.125
    """
    return lambda t: lr * gamma**t


def linear(lr: float, steps: int, start: float = 1 / 3, end: float = 1.0) -> Rates:
    """From ``start`` · lr to ``end`` · lr on a straight line, then the latter.

    >>> [linear(1.0, 4, start=0.0)(t) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    _positive("steps", steps)
    return lambda t: lr * (start + (end - start) * min(t, steps) / steps)


def warmup(lr: float, steps: int, start: float = 0.0) -> Rates:
    """From ``start`` · lr up to lr on a straight line.

    >>> [warmup(1.0, 2)(t) for t in range(4)]
    [0.0, 0.5, 1.0, 1.0]
    """
    return linear(lr, steps, start)


def polynomial(lr: float, steps: int, power: float = 1.0) -> Rates:
    """lr (1 - t / steps)^power, then 0.

    >>> [polynomial(1.0, 2, power=2.0)(t) for t in range(4)]
    [1.0, 0.25, 0.0, 0.0]
    """
    _positive("steps", steps)
    return lambda t: lr * (1 - min(t, steps) / steps) ** power


def cosine(lr: float, steps: int, warmup: int = 0, end: float = 0.0) -> Rates:
    """From 0 up to lr in ``warmup`` steps, down to ``end`` along a cosine, and then ``end``.

    Args:
        lr: the highest rate.
        steps: how many in all, those of the warmup included.
        warmup: how many of them rise.
        end: the last rate.
    Raises:
        ArgumentError: the warmup leaves no step.
    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).

    >>> [round(cosine(1.0, 6, warmup=2)(t), 3) for t in range(8)]
    [0.0, 0.5, 1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _positive("steps - warmup", steps - warmup)
    return lambda t: (
        lr * t / warmup if t < warmup else between(lr, end, min(t, steps) - warmup, steps - warmup)
    )


def cosine_restarts(lr: float, period: int, growth: int = 1, end: float = 0.0) -> Rates:
    """Down to ``end`` along a cosine, again and again; each period ``growth`` times as long.

    >>> [round(cosine_restarts(1.0, 2, growth=2)(t), 3) for t in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """
    _positive("period", period)
    _positive("growth", growth)

    def rate(t: int) -> float:
        if growth == 1:
            return between(lr, end, t % period, period)
        cycle = floor(log(t / period * (growth - 1) + 1, growth) + 1e-12)
        begin = period * (growth**cycle - 1) / (growth - 1)
        return between(lr, end, t - begin, period * growth**cycle)

    return rate


def one_cycle(
    lr: float,
    steps: int,
    rise: float = 0.3,
    shape: str = "cos",
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
    three_phase: bool = False,
) -> Rates:
    """Up from lr / div_factor to lr, and down to lr / div_factor / final_div_factor.

    Args:
        lr: the highest rate.
        steps: how many in all.
        rise: the part of them that rises.
        shape: ``"cos"`` or ``"linear"``.
        div_factor, final_div_factor: see above.
        three_phase: come down to the first rate as fast as it went up, then to the last one.
    Raises:
        ArgumentError: another shape; no steps.
    Source: Smith and Topin, "Super-convergence" (2018).

    >>> [round(one_cycle(1.0, 5, rise=0.6)(t), 2) for t in range(5)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    low, last = lr / div_factor, lr / div_factor / final_div_factor
    return phases((low, lr, low, last), steps, rise, shape, three_phase)


def sequential(rates: Sequence[Rates], milestones: Sequence[int]) -> Rates:
    """One function after the other, each from its own step 0 at its milestone.

    >>> rates = sequential([warmup(1.0, 2), exponential(1.0, 0.5)], [2])
    >>> [rates(t) for t in range(5)]
    [0.0, 0.5, 1.0, 0.5, 0.25]
    """
    starts = milestones_of(len(rates), milestones)
    return lambda t: (lambda k: rates[k](t - starts[k]))(bisect_right(starts, t) - 1)


def chained(lr: float, factories: Sequence[Callable[[float], Rates]]) -> Rates:
    """Each schedule in turn, starting from the rate that the one before gives.

    Args:
        lr: what the first starts from.
        factories: functions of a rate that return ``step -> rate``.

    >>> rates = chained(1.0, [lambda lr: exponential(lr, 0.5), lambda lr: warmup(lr, 2)])
    >>> [rates(t) for t in range(3)]
    [0.0, 0.25, 0.25]
    """

    def rate(t: int) -> float:
        found = lr
        for factory in factories:
            found = factory(found)(t)
        return found

    return rate


# --- what the schedules are made of ---------------------------------------------------------------
def between(start: float, end: float, t: float, steps: float, shape: str = "cos") -> float:
    """What lies ``t`` of ``steps`` from start to end, on half a wave or on a straight line."""
    if shape == "linear":
        return start + (end - start) * t / steps
    return end + (start - end) * (1 + cos(pi * t / steps)) / 2


def phases(
    values: tuple[float, float, float, float],
    steps: int,
    rise: float,
    shape: str,
    three_phase: bool,
) -> Rates:
    """Through the first, second and last of four values, or through all."""
    _positive("steps", steps)
    shape = choice("anneal_strategy", shape, {"cos": "cos", "linear": "linear"})
    peak = rise * steps - 1
    ends = [peak, 2 * peak, steps - 1.0] if three_phase else [peak, steps - 1.0]
    first, second, third, last = values
    pairs = [(first, second), (second, third), (third, last)]
    pairs = pairs if three_phase else [(first, second), (second, last)]

    def rate(t: int) -> float:
        begin, t = 0.0, min(t, steps - 1)
        for end, (low, high) in zip(ends, pairs, strict=True):
            if t <= end or end == ends[-1]:
                return between(low, high, t - begin, end - begin, shape) if end > begin else high
            begin = end
        return last

    return rate


def milestones_of(many: int, milestones: Sequence[int]) -> list[int]:
    """Where each of several schedules starts.

    Raises:
        ArgumentError: not one milestone between each two, or not in order.
    """
    starts = [0, *milestones]
    if len(starts) != many or starts != sorted(starts):
        raise ArgumentError(
            f"{many} schedules need {many - 1} milestones in order; got {list(milestones)}.",
            "a milestone is the step at which the next schedule begins.",
            f"milestones={[10 * (k + 1) for k in range(many - 1)]}",
        )
    return starts


def _positive(name: str, value: float) -> None:
    if not value > 0:
        raise ArgumentError(f"A schedule needs {name} > 0; it got {value}.", hint=f"{name} of 10")
