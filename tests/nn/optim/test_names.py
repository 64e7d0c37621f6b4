"""Optimizers by name."""

import pytest

import autograd_core as ac
import nn


def test_every_rule_has_its_name():
    """In lower case; classes and functions are taken as they are."""
    for rule in (nn.SGD, nn.Adam, nn.AdamW, nn.RMSprop, nn.LBFGS, nn.Muon, nn.ScipyMinimize):
        assert rule is nn.optim.get(rule.__name__.lower())
        assert rule is nn.optim.get(rule.__name__)
        assert rule is nn.optim.get(rule)


def test_all_public_rules_are_named():
    """But for the alias and the base class."""
    public = [getattr(nn, name) for name in nn.optim.__all__]
    rules = {r for r in public if isinstance(r, type) and issubclass(r, nn.Optimizer)}

    assert rules - {nn.Optimizer} == set(nn.optim.names.NAMES.values())


def test_a_typo_gets_a_proposal():
    """Error 16."""
    with pytest.raises(ac.errors.ArgumentError, match="did you mean 'rmsprop'"):
        nn.optim.get("rmspropp")
