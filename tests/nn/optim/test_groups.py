"""What an optimizer is given is turned into names and Variables."""

import pytest

import autograd_core as ac
import nn
from nn.optim.groups import RANGES, check_range, named


def test_names_come_from_paths_pairs_variables_or_positions():
    """In this order, so that messages can name a parameter."""
    a, b = ac.Variable(1.0, name="a"), ac.Variable(1.0)

    assert ["a", "1"] == [name for name, _ in named("SGD", [a, b])]
    assert ["x"] == [name for name, _ in named("SGD", [("x", a)])]
    model = nn.Sequential({"fc": nn.Linear(1, 1)})
    assert ["fc.weight", "fc.bias"] == [name for name, _ in named("SGD", model)]


def test_every_hyperparameter_that_has_a_range_is_used_by_a_rule():
    """And numbers of rules without a range are options of the search or free."""
    used = set()
    for rule in nn.optim.names.RULES:
        if rule is not nn.ScipyMinimize:
            used |= set(rule([ac.Variable([[1.0]])]).defaults)

    assert set(RANGES) <= used


def test_functions_are_not_checked():
    """A rate may be one."""
    check_range("SGD", "lr", lambda step: -1.0)
    with pytest.raises(ac.errors.OptimizerError):
        check_range("SGD", "lr", -1.0)


def test_a_module_without_weights():
    """Is not told of iterators."""
    with pytest.raises(ac.OptimizerError) as caught:
        nn.Adam(nn.Model(nn.ReLU()))
    assert caught.value.what == "Adam got no parameters."
    assert caught.value.why == "none of its layers has weights."
