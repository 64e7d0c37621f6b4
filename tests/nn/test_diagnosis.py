"""diagnose: what it measures, and that it changes nothing."""

import math

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError


@pytest.fixture
def spiral():
    """Sixty points of three arms."""
    return nn.datasets.spiral(20, 3, rng=0)


def net():
    """A network that can learn."""
    return nn.Model(nn.Linear(2, 16, rng=0), nn.ReLU(), nn.Linear(16, 3, rng=1))


def test_a_healthy_network_passes(spiral):
    """Its first loss is near log C, no unit is dead, and it learns eight rows."""
    model = net()
    before = model.state_dict()
    found = model.diagnose(*spiral, loss="cross_entropy")

    assert found.expected_loss == math.log(3)
    assert 0.3 < found.first_loss < 3.0
    assert found.dead_units == {"1": 0.0}
    assert set(found.gradient_norms) == set(before)
    assert found.overfit_loss < 0.1
    assert found.advice == []
    assert "nothing catches the eye" in repr(found)
    assert all(np.array_equal(before[k], v) for k, v in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_finds_dead_units(spiral):
    """Biases far below zero."""
    model = net()
    model[0].bias.data[...] = -100.0
    found = model.diagnose(*spiral, loss="cross_entropy")

    assert found.dead_units == {"1": 1.0}
    assert any("'1' are dead" in line for line in found.advice)
    assert any("no gradient reaches 0.weight, 0.bias" in line for line in found.advice)


def test_finds_dead_units_inside_a_layer(spiral):
    """A ReLU that is the activation of a layer is one too."""
    model = nn.Model(nn.Linear(2, 16, activation="relu", rng=0), nn.Linear(16, 3, rng=1))
    model[0].bias.data[...] = -100.0
    assert model.diagnose(*spiral, loss="cross_entropy").dead_units == {"0": 1.0}


def test_names_what_is_not_finite(spiral):
    """An entry of the data, or the first operation to make one."""
    X, y = spiral
    bad = X.copy()
    bad[3, 0] = np.nan
    found = net().diagnose(bad, y, loss="cross_entropy")
    assert found.advice == ["the first loss is not finite: X has 1 entry that is nan or infinite"]
    assert math.isnan(found.overfit_loss)

    class Log(nn.Module):
        def forward(self, x):
            return np.log(x)

    model = nn.Model(nn.Linear(2, 3, rng=0), Log())
    with np.errstate(all="ignore"):
        (advice,) = model.diagnose(X, y, loss="cross_entropy").advice
    assert advice.startswith("the first loss is not finite: log gave nan in ")
    assert "<= 0" in advice


def test_rows_is_checked(spiral):
    """None to look at is an error."""
    with pytest.raises(ArgumentError, match="rows=0"):
        net().diagnose(*spiral, loss="cross_entropy", rows=0)


def test_finds_a_bad_start(spiral):
    """A loss far above guessing, gradients of all sizes."""
    model = net()
    model[2].weight.data[...] *= 1e6
    found = model.diagnose(*spiral, loss="cross_entropy")
    assert any("far above guessing" in line for line in found.advice)


def test_finds_what_cannot_learn():
    """Equal rows with different labels."""
    found = net().diagnose(np.ones((60, 2)), np.arange(60) % 3, loss="cross_entropy")
    assert any("by heart" in line for line in found.advice)


def test_knows_what_guessing_gives(spiral):
    """log 2 for two classes, the variance for numbers, nothing for other losses."""
    X, y = spiral
    target = (y[:, None] > 0).astype(float)
    model = nn.Model(nn.Linear(2, 1, rng=0))
    assert model.diagnose(X, target, loss="bce_with_logits").expected_loss == math.log(2)
    assert model.diagnose(X, target, loss="mse").expected_loss == pytest.approx(np.var(target))
    assert model.diagnose(X, target, loss="l1").expected_loss is None


def test_takes_the_loss_of_the_last_fit(spiral):
    """Without one the error of fit."""
    model = net()
    with pytest.raises(ArgumentError, match="cross_entropy"):
        model.diagnose(*spiral)
    model.compile(loss="cross_entropy")
    assert model.diagnose(*spiral, rows=10).first_loss > 0
