"""What the arguments of fit stand for: optimizers, schedules, penalties, displays."""

from functools import partial

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError
from nn.callbacks import ProgressBar
from nn.options import (
    ADAM,
    Settings,
    check_takes_weights,
    chosen_loss,
    chosen_optimizer,
    chosen_schedule,
    display,
    penalties,
)


@pytest.fixture
def model():
    """A line."""
    return nn.Model(nn.Linear(2, 1, rng=0))


def test_an_optimizer_is_kept_while_the_same_is_asked_for(model):
    """The same name and rate give the same one; another rate, name or model a new one."""
    settings = Settings()
    first, asked = chosen_optimizer(model, settings, "adam", 0.1)
    settings.optimizer, settings.asked = first, asked

    assert chosen_optimizer(model, settings, "adam", 0.1)[0] is first
    assert chosen_optimizer(model, settings, ADAM, None)[0] is first
    assert chosen_optimizer(model, settings, "adam", 0.2)[0] is not first
    assert type(chosen_optimizer(model, settings, "sgd", 0.1)[0]) is nn.SGD
    assert chosen_optimizer(nn.Linear(2, 1), settings, "adam", 0.1)[0] is not first


def test_an_optimizer_comes_in_many_forms(model):
    """An instance, a class, a partial, a function of the model."""
    ready = nn.SGD(model, lr=0.3)
    assert chosen_optimizer(model, Settings(), ready, None)[0] is ready
    for form in (nn.RMSprop, partial(nn.SGD, momentum=0.9), lambda params: nn.SGD(params, lr=0.3)):
        assert chosen_optimizer(model, Settings(), form, None)[0].param_groups


def test_the_default_is_still_a_name():
    """The signature of fit shows "adam"."""
    assert ADAM == "adam"
    assert repr(ADAM) == "'adam'"


def test_a_schedule_comes_in_three_forms(model):
    """An object, a class or partial that makes one, a function of the step."""
    optimizer = nn.SGD(model, lr=0.5)
    schedule = nn.StepLR(optimizer, 1)
    assert chosen_schedule(None, optimizer) is None
    assert chosen_schedule(schedule, optimizer) is schedule
    assert type(chosen_schedule(partial(nn.StepLR, step_size=2), optimizer)) is nn.StepLR
    assert chosen_schedule(lambda step: 0.1, optimizer) is None
    assert optimizer.lr == 0.1


def test_penalties_are_those_of_the_layers_and_of_the_run():
    """A regularizer of the run spares what is called bias."""
    layer = nn.Linear(2, 1, weight_regularizer="l1", bias_regularizer="l2", rng=0)
    assert [p is q for (p, _), q in zip(penalties(layer, None), layer.parameters())] == [True] * 2
    assert [p for p, _ in penalties(nn.Linear(2, 1, rng=0), None)] == []
    every = penalties(layer, nn.L2(0.1))
    assert [p for p, _ in every][2:] == [layer.weight]


def test_a_loss_says_whether_it_takes_weights():
    """Losses of ours do."""
    check_takes_weights(nn.CrossEntropyLoss())
    check_takes_weights(nn.functional.mse_loss)
    with pytest.raises(ArgumentError, match="takes none"):
        check_takes_weights(lambda output, target: output)


def test_a_loss_is_an_object_a_class_or_a_name():
    """Or any function."""
    assert type(chosen_loss("mse", None)) is nn.MSELoss
    assert type(chosen_loss(nn.MSELoss, None)) is nn.MSELoss
    assert chosen_loss(np.hypot, None) is np.hypot


def test_displays_are_callbacks():
    """One at most, none for 0."""
    assert display(0, None, []) == []
    assert display(False, None, []) == []
    assert [type(c).__name__ for c in display(1, None, [])] == ["ProgressBar"]
    assert display(1, None, [ProgressBar()]) == []
    assert [type(c).__name__ for c in display(2, 5, [])] == ["SparseLines", "EpochLines"]


def test_scipy_minimizes_the_whole_loss(model):
    """One batch of all rows; several are refused."""
    pytest.importorskip("scipy")
    X = np.random.default_rng(0).standard_normal((20, 2))
    y = X @ np.array([[1.0], [-2.0]])
    history = model.fit(X, y, None, 1, nn.ScipyMinimize(model), "mse", verbose=0)
    assert history.epochs == 1
    assert model.evaluate(X, y)["loss"] < 1e-8
    with pytest.raises(ArgumentError, match="batch_size=None"):
        model.fit(X, y, 8, 1, nn.ScipyMinimize(model), "mse", verbose=0)
