"""Model: layers by add, the methods of Keras and scikit-learn, copies and files."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError, ShapeError


def net():
    """Two dense layers for points in the plane and three classes."""
    return nn.Model(nn.Linear(2, 16, rng=0), nn.ReLU(), nn.Linear(16, 3, rng=1))


@pytest.fixture
def spiral():
    """Sixty points of three arms."""
    return nn.datasets.spiral(20, 3, rng=0)


@pytest.fixture
def trained(spiral):
    """A model of the arms."""
    model = net()
    model.fit(*spiral, 16, 60, "adam", "cross_entropy", lr=0.03, verbose=0, rng=0)
    return model


def test_add_returns_the_model():
    """Layers by position or by name; functions too; the same as naming them at once."""
    model = nn.Model().add(nn.Linear(2, 16, rng=0), name="hidden").add(np.tanh)
    model.add(nn.Linear(16, 3, rng=1), name="out")

    assert [name for name, _ in model.named_parameters()] == [
        "hidden.weight",
        "hidden.bias",
        "out.weight",
        "out.bias",
    ]
    assert model.layers[0] is model["hidden"]
    assert len(model) == 3
    with pytest.raises(ArgumentError, match="'out'"):
        model.add(nn.ReLU(), name="out")


def test_wraps_any_module(spiral):
    """``Model(my_module)`` has the methods."""
    X, y = spiral
    model = nn.Model(nn.Residual(nn.Linear(2, 2, rng=0)))
    model.fit(X, np.column_stack([y, y]), loss="mse", epochs=1, verbose=0)
    assert model.predict(X).shape == (60, 2)


def test_learns_and_says_so(trained, spiral):
    """score, labels, probabilities and evaluate agree."""
    X, y = spiral
    probabilities, labels = trained.predict_proba(X), trained.predict_labels(X)

    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(labels, probabilities.argmax(axis=1))
    assert trained.score(X, y) == np.mean(labels == y) > 0.9
    assert trained.score(X, np.eye(3)[y]) == trained.score(X, y)
    found = trained.evaluate(X, y, metrics=["accuracy"])
    assert found["accuracy"] == trained.score(X, y)
    assert trained.history["loss"][-1] < 0.3


def test_two_classes_have_one_output():
    """Logits (n, 1) and labels (n, 1): a sigmoid, one half, labels (n,)."""
    X, y = nn.datasets.moons(100, rng=0)
    model = nn.Model(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 1, rng=1))
    model.fit(
        X, y.reshape(-1, 1), 20, 40, "adam", "bce_with_logits", lr=0.05, verbose=0, rng=0,
        metrics=["accuracy", "roc_auc"],
    )  # fmt: skip

    assert model.predict_proba(X).shape == (100, 1)
    assert model.predict_labels(X).shape == (100,)
    assert model.score(X, y) == model.score(X, y.reshape(-1, 1)) > 0.85
    assert model.evaluate(X, y.reshape(-1, 1))["accuracy"] == model.score(X, y)


def test_hinge_labels_are_scored_by_sign():
    """Targets -1 and 1."""
    X, y = nn.datasets.blobs(60, rng=0)
    signs = np.where(y == y.max(), 1.0, -1.0).reshape(-1, 1)
    model = nn.Model(nn.Linear(2, 8, rng=0), nn.ReLU(), nn.Linear(8, 1, rng=0))
    model.fit(X, signs, 20, 60, "adam", "hinge", lr=0.05, verbose=0, rng=0)
    assert model.score(X, signs) > 0.9


def test_numbers_are_scored_by_r2():
    """As scikit-learn's regressors."""
    X = np.random.default_rng(0).standard_normal((50, 2))
    y = X @ np.array([[1.0], [2.0]])
    model = nn.Model(nn.Linear(2, 1, rng=0))
    model.fit(X, y, 10, 60, "adam", "mse", lr=0.1, verbose=0, rng=0)
    assert model.score(X, y) > 0.99
    with pytest.raises(ArgumentError, match="trained with MSELoss"):
        model.predict_proba(X)


def test_scores_refuse_what_does_not_fit(trained, spiral):
    """Lengths, and a model that knows no loss."""
    X, y = spiral
    with pytest.raises(ShapeError, match="score"):
        trained.score(X, y[:10])
    with pytest.raises(ArgumentError, match="no loss yet"):
        net().predict_labels(X)


def test_train_on_batch_is_one_step(spiral):
    """Equal to a fit of one batch; the metrics are those of the outputs before the step."""
    X, y = spiral
    model, twin = (net().compile("sgd", "cross_entropy", ["accuracy"], lr=0.1) for _ in range(2))
    before = model.test_on_batch(X, y)
    logs = model.train_on_batch(X, y)
    twin.fit(X, y, None, 1, shuffle=False, verbose=0)

    assert logs == pytest.approx(before)
    np.testing.assert_allclose(model.predict(X), twin.predict(X), rtol=1e-12)
    assert model.partial_fit(X, y) is model
    assert model.optimizer.last_step == 2


def test_train_on_batch_counts_weights_and_penalties(spiral):
    """As fit does."""
    X, y = spiral
    weights = np.arange(60) % 3 + 1.0

    def make():
        layer = nn.Linear(2, 3, rng=0, weight_regularizer=nn.L2(0.1))
        return nn.Model(layer).compile("sgd", "cross_entropy", lr=0.1)

    model, twin = make(), make()
    model.train_on_batch(X, y, weights)
    twin.fit(X, y, None, 1, shuffle=False, verbose=0, sample_weight=weights)
    np.testing.assert_allclose(model.predict(X), twin.predict(X), rtol=1e-12)


def test_train_on_batch_needs_a_loss(spiral):
    """The same proposal as fit's."""
    with pytest.raises(ArgumentError, match="cross_entropy"):
        net().train_on_batch(*spiral)


def test_compile_refuses_unknown_names():
    """At once, not at the first fit."""
    with pytest.raises(ArgumentError, match="did you mean"):
        net().compile(loss="cross_entrpy")
    with pytest.raises(ArgumentError, match="did you mean"):
        net().compile(optimizer="adm")
    with pytest.raises(ArgumentError, match="did you mean"):
        net().compile(metrics=["acuracy"])


def test_copies_go_on_alone(trained, spiral):
    """pickle, deepcopy and copy keep weights, history, loss and the optimizer's state."""
    X, y = spiral
    for twin in (pickle.loads(pickle.dumps(trained)), copy.deepcopy(trained), trained.copy()):
        assert twin.score(X, y) == trained.score(X, y)
        assert twin.history["loss"] == trained.history["loss"]
        before = trained.predict(X)
        rng = np.random.default_rng(5)
        twin.fit(X, y, 16, 1, verbose=0, rng=rng)
        np.testing.assert_array_equal(trained.predict(X), before)
        reference = copy.deepcopy(trained)
        reference.fit(X, y, 16, 1, verbose=0, rng=np.random.default_rng(5))
        np.testing.assert_array_equal(twin.predict(X), reference.predict(X))


def test_a_file_holds_the_model(trained, spiral, tmp_path):
    """Architecture and weights; the loss is said again."""
    X, _ = spiral
    trained.save(tmp_path / "m.npz")
    loaded = nn.Model.load(tmp_path / "m.npz")
    assert type(loaded) is nn.Model
    np.testing.assert_array_equal(loaded.predict(X), trained.predict(X))


def test_summary_lists_the_layers():
    """A line per layer with its parameters."""
    text = str(net().summary((2,)))
    assert "Linear" in text
    assert "99" in text.replace(",", "")


def test_repr_is_a_tree():
    """Layers by position; nothing of loss or optimizer."""
    assert repr(net()).splitlines()[1] == "  (0): Linear(2, 16)"
    assert list(net().state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_train_sets_the_mode():
    """With data, as one of the articles calls it, it says what trains."""
    model = net()
    assert model.train(False) is model
    assert not model[0].training
    with pytest.raises(ArgumentError, match=r"train\(\) sets the mode"):
        model.train(X_train=np.ones((2, 5)), Y_train=np.zeros(5), learning_rate=0.05)
    with pytest.raises(ArgumentError, match=r"fit\(\) is what trains"):
        nn.Linear(2, 1).train(np.ones((5, 2)))
