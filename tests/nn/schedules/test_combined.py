"""What chains and cycles add to the schedules of one formula."""

import autograd_core as ac
import nn
from nn import schedules


def test_a_chain_of_pure_functions_is_a_chain_of_schedules():
    """Each starts from the rate that the one before gives."""
    optimizer = nn.SGD([ac.Variable(1.0)], lr=0.5)
    parts = [nn.LinearWarmup(optimizer, 4), nn.StepLR(optimizer, 3)]
    chain = nn.ChainedLR(optimizer, parts)
    pure = schedules.chained(
        0.5, [lambda lr: schedules.warmup(lr, 4), lambda lr: schedules.step(lr, 3)]
    )

    for step in range(10):
        assert pure(step) == optimizer.lr
        chain.step()
