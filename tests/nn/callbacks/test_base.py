"""Callback, LambdaCallback, and how a run calls them."""

import pytest

import nn
from autograd_core import ArgumentError
from nn.callbacks import Callback, LambdaCallback
from nn.callbacks.base import EVENTS, Events, check_watched


def test_only_those_who_listen_are_called():
    """An event that nobody overrides costs nothing."""

    class Ends(Callback):
        def on_batch_end(self, batch, logs):
            logs["seen"] = batch

    events = Events([Callback(), Ends(), LambdaCallback(on_train_end=lambda: None)], "m", "r")
    logs = {}
    for listener in events.batch_end:
        listener(3, logs)

    assert logs == {"seen": 3}
    assert [len(getattr(events, name)) for name in ("batch_begin", "batch_end")] == [0, 1]
    assert len(events.epoch_end) == 0


def test_callbacks_know_model_and_run():
    """Both are set before the first event."""
    callback = Callback()
    Events([callback], "model", "run")
    assert (callback.model, callback.run) == ("model", "run")


def test_every_event_is_a_method():
    """LambdaCallback takes exactly these; another name proposes the nearest."""
    assert all(callable(getattr(Callback, name)) for name in EVENTS)
    with pytest.raises(ArgumentError, match="on_epoch_end="):
        LambdaCallback(on_epoch_ends=print)
    with pytest.raises(ArgumentError, match="on_train_begin, on_train_end"):
        LambdaCallback(zzz=print)


@pytest.mark.parametrize(
    ("name", "quantities", "message"),
    [
        ("val_los", ("loss", "val_loss"), "monitor='val_loss', or one of 'loss', 'val_loss'"),
        ("val_loss", ("loss",), "validation_data=(X_val, y_val)"),
        ("zzz", ("loss",), "one of 'loss'"),
    ],
)
def test_an_unknown_monitor_lists_what_there_is(name, quantities, message):
    """With the nearest name, or with what is missing."""
    stop = nn.callbacks.EarlyStopping(name)
    with pytest.raises(ArgumentError) as caught:
        check_watched([stop], quantities)
    assert message in str(caught.value)
    assert f"EarlyStopping(monitor={name!r})" in str(caught.value)
