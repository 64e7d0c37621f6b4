"""The loop: what ends it, what stays behind, what is measured on the way."""

import numpy as np
import pytest

import nn
from autograd_core import NumericError, UsageHint, Variable


def net(rng=0):
    """A line in the plane."""
    return nn.Model(nn.Linear(2, 1, rng=rng))


@pytest.fixture
def line():
    """Points (24, 2) and a linear function of them (24, 1)."""
    X = np.random.default_rng(0).standard_normal((24, 2))
    return X, X @ np.array([[1.0], [-2.0]]) + 0.5


def run(model, X, y, **options):
    """fit, silently."""
    return model.fit(X, y, **{"loss": "mse", "epochs": 2, "verbose": 0, "rng": 0, **options})


def test_the_epoch_loss_is_the_mean_over_rows(line):
    """A ragged last batch counts by its rows."""
    X, y = line
    history = run(net(), X, y, batch_size=10, epochs=1)
    first, second, third = history.batch_loss
    assert history["loss"] == [pytest.approx((10 * first + 10 * second + 4 * third) / 24)]


def test_a_summed_loss_is_summed(line):
    """``reduction="sum"`` adds up over the epoch."""
    history = run(net(), *line, loss=nn.MSELoss(reduction="sum"), lr=1e-4, epochs=1)
    assert history["loss"] == [pytest.approx(sum(history.batch_loss))]


def test_metrics_are_those_of_the_epochs_outputs(line):
    """Measured while training, over all rows at once."""
    X, y = line
    history = run(net(), X, y, epochs=1, lr=1e-12, metrics=["r2", "mae"], batch_size=7)
    twin = net()
    assert history["mae"][0] == pytest.approx(twin.evaluate(X, y, metrics=["mae"])["mae"])
    assert set(history) == {"loss", "r2", "mae"}


def test_nan_in_the_features_stops_with_finite_weights(line):
    """The error says where the nan stands; nothing of it gets into the weights."""
    X, y = line
    bad = X.copy()
    bad[20, 1] = np.nan
    model = net()
    with pytest.raises(NumericError) as caught:
        run(model, bad, y, batch_size=4, shuffle=False)

    assert "a loss of nan in epoch 0, batch 5" in str(caught.value)
    assert "inputs of this batch hold nan" in str(caught.value)
    assert len(model.history.batch_loss) == 6
    assert all(np.isfinite(p.numpy()).all() for p in model.parameters())
    assert model.predict(X).shape == (24, 1)


def test_a_rate_that_explodes_stops_with_finite_weights(line):
    """The weights go back to the last epoch in which they were finite, if they are not now."""
    X, y = line
    model = net()
    with np.errstate(all="ignore"), pytest.raises((NumericError, ValueError)):
        run(model, X, y, optimizer="sgd", lr=1e150, epochs=50)
    assert all(np.isfinite(p.numpy()).all() for p in model.parameters())


def test_infinite_weights_are_taken_back(line):
    """A step that writes inf is undone when the next loss shows it."""
    X, y = line
    model = net()

    def spoil(batch, logs):
        if batch == 1:
            model[0].weight.data[...] = np.inf

    with np.errstate(all="ignore"), pytest.raises(NumericError, match=r"made '0\.weight' infinite"):
        run(model, X, y, batch_size=8, callbacks=[nn.callbacks.LambdaCallback(on_batch_end=spoil)])
    assert all(np.isfinite(p.numpy()).all() for p in model.parameters())


def test_ctrl_c_leaves_model_and_history(line):
    """KeyboardInterrupt ends the run; what was measured comes back; callbacks hear of it."""
    heard = []

    def interrupt(batch, logs):
        if len(model.history.batch_loss) == 8:
            raise KeyboardInterrupt

    callback = nn.callbacks.LambdaCallback(
        on_batch_end=interrupt,
        on_exception=lambda exc: heard.append(type(exc)),
        on_train_end=lambda: heard.append("end"),
    )
    model = net()
    history = run(model, *line, batch_size=8, epochs=100, callbacks=[callback])

    assert history.epochs == 2
    assert len(history.batch_loss) == 8
    assert heard == [KeyboardInterrupt, "end"]
    assert model.history is history
    assert np.isfinite(model.predict(line[0])).all()


def test_another_exception_is_raised_after_the_callbacks(line):
    """on_exception and on_train_end run; the modes come back."""
    heard = []

    def fail(epoch, logs):
        raise RuntimeError("mine")

    callback = nn.callbacks.LambdaCallback(
        on_epoch_end=fail,
        on_exception=lambda exc: heard.append(str(exc)),
        on_train_end=lambda: heard.append("end"),
    )
    model = net().eval()
    with pytest.raises(RuntimeError, match="mine"):
        run(model, *line, callbacks=[callback])
    assert heard == ["mine", "end"]
    assert not model.training


def test_events_come_in_order(line):
    """Train, epoch, batch: begin before end, logs with the loss."""
    heard = []

    class Listener(nn.callbacks.Callback):
        def on_train_begin(self):
            heard.append(("train", self.run.epochs, self.run.batches))

        def on_epoch_begin(self, epoch, logs):
            heard.append(("epoch", epoch, logs))

        def on_batch_begin(self, batch, logs):
            heard.append(("batch", batch, logs))

        def on_batch_end(self, batch, logs):
            heard.append(("loss", batch, set(logs)))

        def on_epoch_end(self, epoch, logs):
            heard.append(("done", epoch, set(logs)))

        def on_train_end(self):
            heard.append("end")

    run(net(), *line, epochs=1, batch_size=12, callbacks=[Listener()])
    assert heard == [
        ("train", 1, 2),
        ("epoch", 0, {}),
        ("batch", 0, {}),
        ("loss", 0, {"loss"}),
        ("batch", 1, {}),
        ("loss", 1, {"loss"}),
        ("done", 0, {"loss"}),
        "end",
    ]


def test_stop_training_ends_after_the_batch(line):
    """The epoch so far is recorded."""
    model = net()

    def stop(batch, logs):
        model.stop_training = batch == 1

    history = run(
        model, *line, batch_size=4, callbacks=[nn.callbacks.LambdaCallback(on_batch_end=stop)]
    )
    assert len(history.batch_loss) == 2
    assert history.epochs == 1


def test_what_a_callback_adds_gets_into_the_history(line):
    """Quantities of one's own, also to be watched."""
    add = nn.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: logs.update(mine=float(epoch)), adds=["mine"]
    )
    stop = nn.callbacks.EarlyStopping("mine", patience=1, mode="min")
    history = run(net(), *line, epochs=5, callbacks=[add, stop])
    assert history["mine"] == [0.0, 1.0]


def test_a_closure_is_given_where_it_is_needed(line):
    """LBFGS evaluates the loss several times per step and finds the line."""
    X, y = line
    model = net()
    history = run(model, X, y, batch_size=None, epochs=5, optimizer=nn.LBFGS(model))
    assert history["loss"][-1] < 1e-8
    np.testing.assert_allclose(model[0].weight.numpy(), [[1.0], [-2.0]], atol=1e-4)


def test_a_closure_counts_the_penalty_apart(line):
    """``loss`` is that of the data, as for all optimizers."""
    X, y = line
    model, twin = net(), net()
    closed = run(
        model, X, y, batch_size=None, epochs=1, optimizer=nn.LBFGS(model), regularizer=nn.L2(0.1)
    )
    plain = run(twin, X, y, batch_size=None, epochs=1, optimizer="sgd", regularizer=nn.L2(0.1))
    assert closed["loss"] == pytest.approx(plain["loss"])


def test_a_loss_that_does_not_fall_brings_one_hint(line):
    """After ten epochs, once."""
    X, y = line
    with pytest.warns(UsageHint, match="has not fallen in 10 epochs") as caught:
        run(net(), X, y, optimizer="sgd", lr=1e-300, epochs=25)
    assert len(caught) == 1
    assert caught[0].filename == __file__ or "test_loop" in caught[0].filename


def test_a_custom_loss_is_any_function(line):
    """Of output and target."""
    X, y = line

    def distance(output: Variable, target):
        return np.mean(np.abs(output - target))

    history = run(net(), X, y, loss=distance, lr=0.05, epochs=30)
    assert history["loss"][-1] < history["loss"][0]


def test_frozen_layers_stay(line):
    """fit trains what requires a gradient."""
    model = nn.Model(nn.Linear(2, 3, rng=0), nn.Linear(3, 1, rng=1))
    model[0].freeze()
    before = model[0].weight.numpy()
    run(model, *line)
    np.testing.assert_array_equal(model[0].weight.numpy(), before)
