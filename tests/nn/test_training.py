"""fit: what it accepts, what it refuses before anything is changed, what each argument does."""

import sys
import warnings

import numpy as np
import pytest

import nn
from autograd_core import (
    ArgumentError,
    DtypeError,
    LabelError,
    OptimizerError,
    ShapeError,
    UsageHint,
)
from nn.options import propose


def net(classes=3, dtype=None, rng=0):
    """Two dense layers for points in the plane."""
    return nn.Model(
        nn.Linear(2, 8, rng=rng, dtype=dtype), nn.Tanh(), nn.Linear(8, classes, rng=1, dtype=dtype)
    )


def bare(output, target):
    """A loss that knows no weights."""
    return np.mean(output**2) + 0.0 * len(target)


@pytest.fixture
def spiral():
    """Sixty points of three arms."""
    return nn.datasets.spiral(20, 3, rng=0)


def run(model, X, y, *args, **options):
    """fit, silently, with what most tests want."""
    defaults = {"loss": "cross_entropy", "epochs": 2, "verbose": 0, "rng": 0}
    if args:
        defaults = {"verbose": 0, "rng": 0}
    return model.fit(X, y, *args, **{**defaults, **options})


def weights(model):
    """All parameters as one vector."""
    return np.concatenate([p.numpy().ravel() for p in model.parameters()])


# --- the loop -------------------------------------------------------------------------------------
def test_equals_the_loop_written_by_hand(spiral):
    """The same batches, steps and losses, bit for bit."""
    X, y = spiral
    model, twin = net(), net()
    history = model.fit(X, y, 16, 5, nn.Adam, nn.CrossEntropyLoss(), lr=0.01, verbose=0, rng=3)
    rng, optimizer, loss = np.random.default_rng(3), nn.Adam(twin, lr=0.01), nn.CrossEntropyLoss()
    losses = []
    for _ in range(5):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 16):
            rows = order[start : start + 16]
            optimizer.zero_grad()
            value = loss(twin(X[rows]), y[rows])
            value.backward()
            optimizer.step()
            losses.append(value.item())

    assert history.batch_loss == losses
    np.testing.assert_array_equal(weights(model), weights(twin))


def test_takes_the_first_articles_order(spiral):
    """data, target, batch size, epochs, optimizer, loss: all by position."""
    X, y = spiral
    model = net()
    history = model.fit(X, y, 20, 3, nn.SGD(model.parameters, lr=0.1), nn.CrossEntropyLoss())

    assert len(history.batch_loss) == 9
    assert history.epochs == 3


def test_takes_other_names(spiral):
    """``num_epochs``, ``loss_fn``, ``learning_rate``, ``data`` and ``target`` are aliases."""
    X, y = spiral
    history = net().fit(
        data=X, target=y, num_epochs=2, loss_fn="cross_entropy", learning_rate=0.5, verbose=0
    )

    assert history.lr == [0.5, 0.5]


def test_trains_any_module(spiral):
    """nn.fit, nn.evaluate and nn.predict need no Model."""
    X, y = spiral

    class Net(nn.Module):
        def __init__(self):
            self.hidden, self.out = nn.Linear(2, 8, rng=0), nn.Linear(8, 3, rng=1)

        def forward(self, x):
            return self.out(np.tanh(self.hidden(x)))

    module = Net()
    history = nn.fit(module, X, y, 20, 30, "adam", "cross_entropy", lr=0.02, verbose=0, rng=0)
    assert history["loss"][-1] < history["loss"][0]
    assert nn.predict(module, X).shape == (60, 3)
    assert nn.evaluate(module, X, y, loss="cross_entropy")["loss"] < 1.0


def test_a_second_fit_goes_on(spiral):
    """Two runs of two epochs are one of four: the same optimizer, its state, the same generator."""
    X, y = spiral
    once, twice, rng = net(), net(), np.random.default_rng(0)
    run(once, X, y, epochs=4, rng=0)
    run(twice, X, y, rng=rng)
    optimizer = twice.optimizer
    run(twice, X, y, rng=rng)

    assert twice.optimizer is optimizer
    np.testing.assert_array_equal(weights(once), weights(twice))


def test_compile_says_it_once(spiral):
    """Optimizer, loss, rate and metrics are kept; fit may still say otherwise."""
    X, y = spiral
    model = net().compile("sgd", "cross_entropy", ["accuracy"], lr=0.1)
    history = model.fit(X, y, epochs=1, verbose=0)

    assert type(model.optimizer) is nn.SGD
    assert history.lr == [0.1]
    assert list(history) == ["loss", "accuracy"]
    model.fit(X, y, epochs=1, verbose=0, optimizer="rmsprop")
    assert type(model.optimizer) is nn.RMSprop


@pytest.mark.parametrize("optimizer", ["adam", "SGD", "rmsprop", nn.AdamW])
def test_optimizers_have_names_and_classes(spiral, optimizer):
    """A name in any letters, or the class."""
    history = run(net(), *spiral, optimizer=optimizer, lr=0.01)
    assert history.lr == [0.01, 0.01]


def test_keeps_float32(spiral):
    """float64 data become the parameters' dtype; nothing is widened."""
    X, y = spiral
    model = net(dtype=np.float32)
    seen = []
    model.register_forward_hook(lambda module, args, out: seen.append((args[0].dtype, out.dtype)))
    run(model, X, y)

    assert set(seen) == {(np.dtype("f4"), np.dtype("f4"))}
    assert {p.dtype for p in model.parameters()} == {np.dtype("f4")}
    assert model.predict(X).dtype == np.float32


def test_casts_integer_features_and_targets():
    """Pixels and counts are numbers to a dense layer; their targets too, for a squared error."""
    X, y = np.arange(12).reshape(6, 2), np.arange(6).reshape(6, 1)
    model = nn.Model(nn.Linear(2, 1, rng=0, dtype=np.float32))
    run(model, X, y, loss="mse", lr=1e-3)
    assert model.predict(X).dtype == np.float32


def test_leaves_ids_alone():
    """Integers are names to an Embedding."""
    ids, y = np.array([[0, 1], [2, 3]]), np.array([0, 1])
    model = nn.Model(nn.Embedding(4, 3, rng=0), nn.Flatten(), nn.Linear(6, 2, rng=0))
    assert run(model, ids, y).epochs == 2


def test_takes_frames():
    """A DataFrame and a Series go straight in."""
    pandas = pytest.importorskip("pandas")
    X, y = nn.datasets.moons(40, rng=0)
    frame = pandas.DataFrame({"a": X[:, 0], "b": X[:, 1], "label": y})

    model, twin = net(2), net(2)
    run(model, frame[["a", "b"]], frame["label"])
    run(twin, X, y)
    np.testing.assert_array_equal(weights(model), weights(twin))


def test_takes_loaders_and_datasets(spiral):
    """A DataLoader with its own batches, or a Dataset in batches of ours."""
    X, y = spiral
    models = [net() for _ in range(3)]
    run(models[0], X, y, batch_size=16)
    run(models[1], nn.ArrayDataset(X, y), None, batch_size=16)
    loader = nn.DataLoader((X, y), 16, shuffle=True, rng=0)
    run(models[2], loader, None)

    np.testing.assert_array_equal(weights(models[0]), weights(models[1]))
    np.testing.assert_array_equal(weights(models[0]), weights(models[2]))


def test_several_inputs_come_as_a_tuple():
    """A module of two inputs takes two arrays."""
    x1, x2 = np.ones((6, 2)), np.ones((6, 3))
    module = nn.Bilinear(2, 3, 1, rng=0)
    history = nn.fit(module, (x1, x2), np.ones((6, 1)), 2, 3, "sgd", "mse", verbose=0, rng=0)
    assert len(history.batch_loss) == 9
    assert nn.predict(module, (x1, x2)).shape == (6, 1)


def test_lazy_layers_see_a_row_first(spiral):
    """``Linear(None, 3)`` gets its size before the optimizer asks for parameters."""
    model = nn.Model(nn.Linear(None, 4, rng=0), nn.Tanh(), nn.Linear(None, 3, rng=0))
    run(model, *spiral)
    assert model[0].in_features == 2


def test_batch_size_none_takes_all_rows(spiral):
    """One step per epoch."""
    assert len(run(net(), *spiral, batch_size=None).batch_loss) == 2


def test_initialize_draws_again(spiral):
    """The weights before do not matter, the generator does."""
    models = net(rng=0), net(rng=7)
    for model in models:
        run(model, *spiral, initialize=True, rng=5)
    np.testing.assert_array_equal(weights(models[0]), weights(models[1]))


# --- weights, penalties, steps --------------------------------------------------------------------
def test_sample_weights_count_rows(spiral):
    """A weight of two equals a row that is there twice; a weight of zero one that is not."""
    X, y = spiral
    weight = np.where(np.arange(60) < 20, 2.0, np.where(np.arange(60) < 40, 1.0, 0.0))
    rows = np.r_[np.arange(20), np.arange(20), np.arange(20, 40)]
    model, twin = net(), net()
    run(model, X, y, sample_weight=weight, batch_size=None, shuffle=False)
    run(twin, X[rows], y[rows], batch_size=None, shuffle=False)

    np.testing.assert_allclose(weights(model), weights(twin), rtol=1e-12)


def test_class_weights_are_sample_weights(spiral):
    """By label; "balanced" gives each class the same sum; both kinds of weights multiply."""
    X, y = spiral
    models = [net() for _ in range(4)]
    run(models[0], X, y, class_weight={0: 1.0, 1: 2.0, 2: 3.0})
    run(models[1], X, y, sample_weight=y + 1.0)
    run(models[2], X, y, class_weight="balanced")
    run(models[3], X, y, class_weight={0: 1.0, 1: 1.0, 2: 1.0}, sample_weight=np.ones(60))

    np.testing.assert_array_equal(weights(models[0]), weights(models[1]))
    np.testing.assert_allclose(weights(models[2]), weights(models[3]), rtol=1e-12)


def test_a_regularizer_spares_biases_and_is_reported_apart(spiral):
    """Equal to weight decay of twice the strength on the weights; ``loss`` is without it."""
    X, y = spiral
    model, twin = net(), net()
    history = run(model, X, y, optimizer="sgd", lr=0.1, regularizer=nn.L2(0.05))
    named = twin.named_parameters()
    groups = [
        {"params": [p for name, p in named if name.endswith("weight")], "weight_decay": 0.1},
        {"params": [p for name, p in named if name.endswith("bias")]},
    ]
    plain = run(twin, X, y, optimizer=nn.SGD(groups, lr=0.1))

    np.testing.assert_allclose(weights(model), weights(twin), rtol=1e-10)
    np.testing.assert_allclose(history["loss"], plain["loss"], rtol=1e-10)
    assert history["penalty"][-1] > 0


def test_layers_bring_their_own_regularizers(spiral):
    """``weight_regularizer=`` counts without being asked for again."""
    model = nn.Model(nn.Linear(2, 3, rng=0, weight_regularizer=nn.L1(0.1)))
    history = run(model, *spiral, optimizer="sgd", lr=1e-9, epochs=1)
    assert history["penalty"][0] == pytest.approx(0.1 * np.abs(model[0].weight.numpy()).sum())


def test_accumulate_makes_one_large_batch(spiral):
    """Three batches of 20 step like one of 60; a ragged last group is exact too."""
    X, y = spiral
    for size, count in ((20, 3), (16, 4)):
        model, twin = net(), net()
        run(model, X, y, optimizer="sgd", lr=0.1, batch_size=size, accumulate=count)
        run(twin, X, y, optimizer="sgd", lr=0.1, batch_size=60)
        np.testing.assert_allclose(weights(model), weights(twin), rtol=1e-12)


def test_clip_norm_bounds_the_step(spiral):
    """With plain descent the step is at most rate times norm."""
    model = net()
    before = weights(model)
    run(model, *spiral, optimizer="sgd", lr=1.0, clip_norm=1e-3, epochs=1, batch_size=None)
    assert np.linalg.norm(weights(model) - before) == pytest.approx(1e-3)


def test_schedules_step_by_epoch_or_by_batch(spiral):
    """An object, a class that makes one, or a function of the step."""
    X, y = spiral
    model = net()
    optimizer = nn.SGD(model, lr=0.1)
    history = run(model, X, y, optimizer=optimizer, scheduler=nn.StepLR(optimizer, 1), epochs=3)
    assert history.lr == pytest.approx([0.1, 0.01, 0.001])

    rates = []
    watch = nn.callbacks.LambdaCallback(
        on_batch_end=lambda batch, logs: rates.append(model.optimizer.last_step)
    )
    run(model, X, y, optimizer="sgd", scheduler=lambda step: 0.1 / (1 + step), callbacks=[watch])
    assert model.optimizer.lr < 0.1
    assert rates[-1] == 4


def test_a_schedule_of_another_optimizer_is_refused(spiral):
    """It would change rates that nobody uses."""
    model = net()
    other = nn.SGD(model, lr=0.1)
    with pytest.raises(ArgumentError, match="StepLR of another optimizer"):
        run(model, *spiral, optimizer="sgd", scheduler=nn.StepLR(other, 1))


# --- validation -----------------------------------------------------------------------------------
def test_validation_split_takes_the_last_rows(spiral):
    """Before shuffling, as Keras does; equal to naming them."""
    X, y = spiral
    model, twin = net(), net()
    history = run(model, X, y, validation_split=0.25, metrics=["accuracy"])
    named = run(twin, X[:45], y[:45], validation_data=(X[45:], y[45:]), metrics=["accuracy"])

    assert list(history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert dict(history) == dict(named)


def test_validation_is_in_eval_mode(spiral):
    """Dropout does nothing there, and the mode of the model comes back."""
    X, y = spiral
    model = nn.Model(nn.Linear(2, 8, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(8, 3, rng=1))
    history = run(model, X, y, validation_data=(X, y), epochs=1)

    assert history["val_loss"][0] == model.evaluate(X, y)["loss"]
    assert model.training


def test_validation_may_be_a_loader(spiral):
    """Its batches are joined before anything is measured."""
    X, y = spiral
    model, twin = net(), net()
    history = run(model, X, y, validation_data=nn.DataLoader((X, y), 7))
    other = run(twin, X, y, validation_data=(X, y))
    assert history["val_loss"] == pytest.approx(other["val_loss"], rel=1e-12)


def test_the_mode_before_comes_back(spiral):
    """A model in eval mode trains in training mode and is in eval mode again."""
    model = nn.Model(nn.Linear(2, 3, rng=0), nn.Dropout(0.5)).eval()
    modes = []
    model.register_forward_hook(lambda module, args, out: modes.append(module.training))
    run(model, *spiral)

    assert all(modes)
    assert not any(m.training for m in model.modules())


# --- what is refused, before anything is changed --------------------------------------------------
def test_columns_for_rows_are_error_2():
    """The catalogue's text."""
    X, y = np.zeros((2, 5000)), np.zeros(5000, int)
    with pytest.raises(ShapeError) as caught:
        run(net(), X, y)
    assert str(caught.value) == (
        "fit() got X of shape (2, 5000) and y of length 5000.\n"
        "  why: rows are samples here, and this X has one row per feature.\n"
        "  try: fit(X.T, y)"
    )


def test_an_unknown_keyword_is_error_16(spiral):
    """The catalogue's text; the nearest name, not a TypeError of Python's."""
    with pytest.raises(ArgumentError) as caught:
        net().fit(*spiral, epoch=3)
    assert str(caught.value) == "fit() has no argument 'epoch'.\n  try: epochs="


def test_an_alias_beside_its_name_is_refused(spiral):
    """Neither of the two is ignored."""
    with pytest.raises(ArgumentError, match="'epochs' twice, also as 'num_epochs'"):
        net().fit(*spiral, epochs=1, num_epochs=2)
    with pytest.raises(ArgumentError, match="'epochs' twice"):
        net().fit(*spiral, 32, 1, num_epochs=2)


@pytest.mark.parametrize(
    ("y", "name"),
    [
        (np.array([0, 1, 2, 1]), "cross_entropy"),
        (np.eye(4)[[0, 1, 2, 1]], "cross_entropy"),
        (np.array([0.0, 1.0, 1.0, 0.0]), "bce_with_logits"),
        (np.array([0.3, 1.5, -2.0, 0.0]), "mse"),
        (np.arange(1000), "mse"),
    ],
)
def test_a_missing_loss_is_proposed(y, name):
    """By the look of the targets."""
    assert f'loss="{name}"' in str(propose(y))
    with pytest.raises(ArgumentError, match="fit\\(\\) got no loss"):
        net().fit(np.zeros((len(y), 2)), y)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"loss": "cross_entrpy"}, ArgumentError, "did you mean 'cross_entropy'"),
        ({"optimizer": "adm"}, ArgumentError, "did you mean 'adam'"),
        ({"metrics": ["acuracy"]}, ArgumentError, "did you mean 'accuracy'"),
        ({"loss": nn.MSELoss(reduction="none")}, ArgumentError, "reduction='none'"),
        ({"epochs": -1}, ArgumentError, "epochs=-1"),
        ({"epochs": 2.5}, ArgumentError, "epochs=2.5"),
        ({"batch_size": 0}, ArgumentError, "batch_size=0"),
        ({"accumulate": 0}, ArgumentError, "accumulate=0"),
        ({"clip_norm": -1.0}, ArgumentError, "clip_norm=-1.0"),
        ({"validation_split": 1.5}, ArgumentError, "validation_split=1.5"),
        ({"validation_data": 3}, ArgumentError, "validation_data of type int"),
        ({"verbose": 7}, ArgumentError, "verbose=7"),
        ({"print_every": 0}, ArgumentError, "print_every=0"),
        ({"callbacks": [nn.callbacks.EarlyStopping]}, ArgumentError, "EarlyStopping()"),
        ({"callbacks": [nn.callbacks.EarlyStopping()]}, ArgumentError, "validation_data="),
        ({"scheduler": 3}, ArgumentError, "scheduler=3"),
        ({"sample_weight": np.ones(3)}, ShapeError, "60 samples"),
        ({"sample_weight": -np.ones(60)}, ArgumentError, "negative"),
        ({"class_weight": {0: 1.0}}, LabelError, "no weight for 1, 2"),
        ({"class_weight": 3}, ArgumentError, "class_weight=3"),
        ({"class_weight": "balanced", "loss": bare}, ArgumentError, "the loss bare takes none"),
    ],
)
def test_refusals_leave_everything_as_it_was(spiral, options, error, message):
    """Each names its argument; weights, optimizer and history stay."""
    model = net()
    run(model, *spiral, epochs=1)
    before, optimizer, history = weights(model), model.optimizer, model.history
    with pytest.raises(error) as caught:
        run(model, *spiral, **{"initialize": True, **options})

    assert message in str(caught.value)
    np.testing.assert_array_equal(weights(model), before)
    assert model.optimizer is optimizer
    assert model.history is history


def test_refuses_data_that_are_none(spiral):
    """No targets, no rows, text, lengths that differ, targets beside a loader."""
    X, y = spiral
    cases = [
        (ArgumentError, "y is None", X, None),
        (ShapeError, "no samples", X[:0], y[:0]),
        (ShapeError, "its own target", X, y[:50]),
        (ShapeError, "single number", 3.0, y),
        (DtypeError, "features are numbers", X.astype(str), y),
        (LabelError, "np.unique", X, np.array(["a", "b", "c"])[y]),
        (ArgumentError, "its own rows", nn.DataLoader((X, y), 8), y),
        (ArgumentError, "A batch is a tuple", nn.DataLoader(X, 8), None),
    ]
    for error, message, data, target in cases:
        with pytest.raises(error) as caught:
            run(net(), data, target)
        assert message in str(caught.value)


def test_an_optimizer_of_another_model_is_refused(spiral):
    """It would train something else."""
    with pytest.raises(OptimizerError, match="of another model"):
        run(net(), *spiral, optimizer=nn.Adam(net()))


# --- what is shown --------------------------------------------------------------------------------
def test_verbose_0_says_nothing(spiral, capsys):
    """Neither stream gets a character."""
    run(net(), *spiral)
    assert capsys.readouterr() == ("", "")


def test_verbose_writes_lines_to_stderr(spiral, capsys):
    """2: a line per epoch; 3: a line per batch in the first article's form; then one last line."""
    run(net(), *spiral, verbose=2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("epoch 1/2")
    assert lines[-1].startswith("2 epochs")

    history = run(net(), *spiral, verbose=3)
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[1] == f"Loss at epoch = 0 and iteration = 1: {history.batch_loss[1]}"
    assert len(lines) == 5


def test_verbose_1_is_a_bar(spiral, capsys, monkeypatch):
    """It is wiped; the last line stays."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    run(net(), *spiral, verbose=1)
    err = capsys.readouterr().err
    assert "#" in err
    assert err.split("\r")[-1].startswith("2 epochs")


def test_auto_asks_whether_somebody_watches(spiral, capsys, monkeypatch):
    """A bar on a terminal, lines elsewhere."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(nn.options, "interactive", lambda: True)
    run(net(), *spiral, verbose="auto")
    assert "\r" in capsys.readouterr().err
    monkeypatch.setattr(nn.options, "interactive", lambda: False)
    run(net(), *spiral, verbose="auto")
    assert "\r" not in capsys.readouterr().err


def test_print_every_has_the_second_articles_form(spiral, capsys):
    """``Epoch: 50. Loss: ...`` every so many epochs."""
    history = run(net(), *spiral, epochs=5, print_every=2)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == [f"Epoch: {k}. Loss: {history['loss'][k]}" for k in (0, 2, 4)]


def test_float_targets_do_not_bring_hints(spiral):
    """An ordinary run warns of nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UsageHint)
        run(net(), *spiral)


@pytest.mark.parametrize("model", [net().freeze(), nn.Model(nn.ReLU())])
def test_nothing_to_train(model, spiral):
    """All parameters frozen, or none: said before anything happens."""
    X, y = spiral
    with pytest.raises(OptimizerError, match="found nothing to train in"):
        run(model, X, y)


def test_callbacks_are_a_list(spiral):
    """One alone is answered with how to write it."""
    X, y = spiral
    with pytest.raises(ArgumentError, match="got a TerminateOnNaN as its callbacks"):
        run(net(), X, y, callbacks=nn.callbacks.TerminateOnNaN())
