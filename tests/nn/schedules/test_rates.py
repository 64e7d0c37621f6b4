"""Pure functions of the step."""

import numpy as np
import pytest

import autograd_core as ac
from nn import schedules


def test_cosine_rises_falls_and_stays():
    """Through all its values; the end is reached exactly."""
    rate = schedules.cosine(2.0, 30, warmup=10, end=0.5)

    assert np.allclose(np.linspace(0, 2, 11), [rate(t) for t in range(11)])
    assert np.isclose(1.25, rate(20))
    assert [0.5] * 3 == [rate(t) for t in (30, 31, 1000)]
    assert (np.diff([rate(t) for t in range(10, 31)]) < 0).all()


def test_restarts_begin_at_the_highest_rate():
    """At every beginning of a period, far out too."""
    rate = schedules.cosine_restarts(1.0, 3, growth=2)
    begin = 0
    for cycle in range(12):
        assert 1.0 == rate(begin)
        assert rate(begin + 3 * 2**cycle - 1) < 1.0
        begin += 3 * 2**cycle


def test_sequences_start_each_part_at_its_own_zero():
    """The first at 0, the others at their milestones."""
    rate = schedules.sequential([lambda t: t, lambda t: 100 + t, lambda t: 200 + t], [2, 5])

    assert [0, 1, 100, 101, 102, 200, 201] == [rate(t) for t in range(7)]


@pytest.mark.parametrize("call", [
    lambda: schedules.step(1.0, 0),
    lambda: schedules.linear(1.0, 0),
    lambda: schedules.polynomial(1.0, -1),
    lambda: schedules.cosine(1.0, 10, warmup=10),
    lambda: schedules.cosine_restarts(1.0, 0),
    lambda: schedules.one_cycle(1.0, 10, shape="sine"),
    lambda: schedules.sequential([lambda t: t], [3]),
])  # fmt: skip
def test_schedules_without_steps_are_errors(call):
    """Said when they are made, not at the first step."""
    with pytest.raises(ac.errors.ArgumentError):
        call()
