"""Callbacks that act: stopping, saving, rates, averages."""

import math
import types

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError
from nn.callbacks import (
    EMA,
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)


@pytest.fixture
def line():
    """A linear problem."""
    X = np.random.default_rng(0).standard_normal((20, 2))
    return X, X @ np.array([[1.0], [-2.0]])


def fit(X, y, *callbacks, model=None, **options):
    """A short run of a line with callbacks; the model and its history."""
    model = nn.Model(nn.Linear(2, 1, rng=0)) if model is None else model
    defaults = {"loss": "mse", "epochs": 6, "verbose": 0, "rng": 0, "batch_size": 10}
    return model, model.fit(X, y, callbacks=callbacks, **{**defaults, **options})


def played(callback, values, name="val_loss"):
    """Feed a callback a quantity epoch by epoch; how many epochs ran until it stopped."""
    callback.model = types.SimpleNamespace(
        stop_training=False, state_dict=dict, load_state_dict=lambda state: None
    )
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {name: value})
        if callback.model.stop_training:
            return epoch + 1
    return len(values)


@pytest.mark.parametrize(
    ("options", "values", "epochs", "best"),
    [
        ({"patience": 2}, [3.0, 2.0, 2.5, 2.6, 1.0], 4, 1),
        ({"patience": 2, "min_delta": 0.5}, [3.0, 2.9, 2.8, 2.0], 3, 0),
        ({"patience": 1, "monitor": "val_accuracy"}, [0.1, 0.3, 0.2], 3, 1),
        ({"patience": 1, "monitor": "val_accuracy", "mode": "min"}, [0.1, 0.3], 2, 0),
        ({"patience": 2}, [math.nan, math.nan, 1.0], 2, None),
    ],
)
def test_early_stopping_counts_epochs_without_improvement(options, values, epochs, best):
    """Until patience is over; ``best_epoch`` is the one of the best value."""
    stop = EarlyStopping(**options)
    assert played(stop, values, options.get("monitor", "val_loss")) == epochs
    assert stop.best_epoch == best
    assert (stop.stopped_epoch is None) == (epochs == len(values) and not stop.model.stop_training)


def test_early_stopping_restores_the_best_weights(line):
    """Those of the epoch with the least validation loss."""
    X, y = line
    stop = EarlyStopping(patience=2)
    model, history = fit(X, y, stop, validation_data=(X, y), optimizer="sgd", lr=1.02, epochs=50)
    epoch, value = history.best("val_loss")

    assert history.epochs < 50
    assert stop.best_epoch == epoch
    assert model.evaluate(X, y)["loss"] == value


def test_early_stopping_may_keep_the_last_weights(line):
    """``restore_best_weights=False``."""
    X, y = line
    stop = EarlyStopping("loss", patience=1, restore_best_weights=False)
    twin = EarlyStopping("loss", patience=1)
    last, _ = fit(X, y, stop, optimizer="sgd", lr=1.1)
    best, _ = fit(X, y, twin, optimizer="sgd", lr=1.1)
    assert np.any(last[0].weight.numpy() != best[0].weight.numpy())


def test_early_stopping_refuses_a_negative_patience():
    """It is a number of epochs."""
    with pytest.raises(ArgumentError, match="patience=-1"):
        EarlyStopping(patience=-1)


def test_a_checkpoint_keeps_the_best(line, tmp_path):
    """The file holds the weights of the best epoch; names may hold quantities."""
    X, y = line
    best = ModelCheckpoint(tmp_path / "best.npz", monitor="loss")
    each = ModelCheckpoint(tmp_path / "{epoch}.npz", save_best_only=False)
    _, history = fit(X, y, best, each)

    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == [*(f"{k}.npz" for k in range(6)), "best.npz"]
    epoch, _ = history.best("loss")
    kept = nn.Model.load(tmp_path / "best.npz")
    same = nn.Model.load(tmp_path / f"{epoch}.npz")
    np.testing.assert_array_equal(kept.predict(X), same.predict(X))


def test_rates_are_set_before_each_epoch(line):
    """By a function of the epoch; a rate is a positive number."""
    _, history = fit(*line, LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch)), epochs=3)
    assert history.lr == pytest.approx([0.1, 0.05, 0.1 / 3])
    with pytest.raises(ArgumentError, match=r"0\.0 for epoch 1"):
        fit(*line, LearningRateScheduler(lambda epoch: 0.1 - 0.1 * epoch))


def test_the_rate_falls_on_a_plateau(line):
    """A rate too large to improve is made smaller."""
    watch = ReduceLROnPlateau("loss", patience=1, factor=0.5)
    _, history = fit(*line, watch, optimizer="sgd", lr=1.05, epochs=10)
    assert history.lr[-1] < 1.05


def test_terminate_on_nan_ends_without_an_error(line):
    """The History comes back; the weights are finite."""
    X, y = line
    bad = np.where(np.arange(40).reshape(20, 2) == 30, np.nan, X)
    model, history = fit(bad, y, TerminateOnNaN(), shuffle=False)

    assert math.isnan(history.batch_loss[-1])
    assert len(history.batch_loss) == 2
    assert np.isfinite(model[0].weight.numpy()).all()


def test_ema_leaves_the_averaged_weights(line):
    """Equal to the formula over the steps."""
    X, y = line
    steps = []
    note = nn.callbacks.LambdaCallback(
        on_batch_end=lambda batch, logs: steps.append(note.model[0].weight.numpy())
    )
    model = nn.Model(nn.Linear(2, 1, rng=0))
    average = model[0].weight.numpy()
    fit(X, y, note, EMA(0.9), model=model)
    for weight in steps:
        average = 0.9 * average + 0.1 * weight
    np.testing.assert_allclose(model[0].weight.numpy(), average, rtol=1e-10)
