"""Keywords of optimizers and schedules: aliases, proposals, signatures that stay readable."""

import inspect

import pytest

import autograd_core as ac
import nn


def test_the_names_of_other_libraries():
    """``parameters`` and ``learning_rate`` are ``params`` and ``lr``; not both at once."""
    w = ac.Variable(1.0)
    optimizer = nn.SGD(parameters=[w], learning_rate=0.5, weight_decay=1e-3, momentum=0.9)

    assert [w] == optimizer.parameters()
    assert (0.5, 1e-3, 0.9) == (optimizer.lr, optimizer.weight_decay, optimizer.momentum)
    for call in (lambda: nn.SGD([w], parameters=[w]), lambda: nn.Adam([w], lr=1, learning_rate=2)):
        with pytest.raises(ac.errors.ArgumentError, match="two names of one argument"):
            call()


def test_unknown_keywords_get_a_proposal():
    """Of rules and of schedules."""
    w = ac.Variable(1.0)
    with pytest.raises(ac.errors.ArgumentError) as info:
        nn.SGD([w], momentun=0.9)
    assert "SGD() has no argument 'momentun'.\n  try: momentum=" == str(info.value)
    with pytest.raises(ac.errors.ArgumentError, match="try: step_size="):
        nn.StepLR(nn.SGD([w]), stepsize=3)


def test_signatures_are_those_written():
    """For ``help``, editors and the documentation."""
    assert ["params", "lr", "momentum"] == list(inspect.signature(nn.SGD).parameters)[:3]
    assert "gamma" in inspect.signature(nn.StepLR).parameters
