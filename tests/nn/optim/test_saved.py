"""A saved state is checked before it is used, and copied."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.optim.saved import checked_groups, checked_states


def test_states_are_copies_in_the_precision_of_the_parameters():
    """Lists and tuples stay what they are; counts are Python numbers."""
    w = ac.Variable(np.zeros(2, np.float32))
    given = {"mean": np.ones(2), "calls": [np.arange(2)], "n": 3}
    ((count, state),) = checked_states("Adam", [w], [{"count": 4, "memory": given}]).values()
    given["mean"][0] = 9.0

    assert 4 == count
    assert [1.0, 1.0] == state["mean"].tolist()
    assert (np.float32, np.int64) == (state["mean"].dtype, state["calls"][0].dtype)


def test_messages_say_what_differs():
    """The sizes of groups, the names of options, the shapes of states."""
    w = ac.Variable(np.zeros(2))
    groups = nn.SGD([w]).param_groups
    for state, expected in [
        ([], "something else than the state"),
        (nn.SGD([w, ac.Variable(1.0)]).state_dict(), "groups of 1 parameters"),
        (nn.Lion([w]).state_dict(), "unknown: betas"),
    ]:
        with pytest.raises(ac.errors.StateError, match=expected):
            checked_groups("SGD", groups, state)
    entry = {"count": 1, "memory": {"mean": np.zeros(3)}}
    with pytest.raises(ac.errors.StateError, match="parameter 0"):
        checked_states("Adam", [w], [entry])


def test_what_a_schedule_leaves_in_a_group_is_kept():
    """The rate it started from goes along, with and without a schedule on the other side."""
    w = ac.Variable(np.zeros(2))
    first, second = nn.SGD([w], lr=0.5), nn.SGD([w], lr=0.1)
    nn.StepLR(first, 3)
    second.load_state_dict(first.state_dict())
    assert 0.5 == second.param_groups[0]["initial_lr"]
    first.load_state_dict(nn.SGD([w], lr=0.1).state_dict())
    assert 0.1 == first.lr
