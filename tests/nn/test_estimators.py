"""What the two estimators share: arguments, random states, weights, networks of the user's."""

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError

pytest.importorskip("sklearn", reason="needs the extra sklearn")

from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.exceptions import NotFittedError

from nn.sklearn import NNClassifier, NNRegressor

X, Y = make_moons(120, noise=0.1, random_state=0)
XR = np.random.default_rng(0).normal(size=(100, 3))
YR = 50.0 + 10.0 * XR[:, 0] - 5.0 * XR[:, 1] ** 2


def classifier(**options):
    """One that trains in a moment."""
    return NNClassifier(**{"epochs": 30, "lr": 0.03, "random_state": 0, **options})


def regressor(**options):
    """One that trains in a moment."""
    return NNRegressor(**{"epochs": 60, "lr": 0.03, "random_state": 0, **options})


class Gated(nn.Module):
    """A network of the user's."""

    def __init__(self, features, outputs, rng, width=4):
        self.a = nn.Linear(features, width, rng=rng)
        self.b = nn.Linear(features, width, rng=rng)
        self.out = nn.Linear(width, outputs, rng=rng)

    def forward(self, x):
        """(n, features) → (n, outputs)."""
        return self.out(np.tanh(self.a(x)) * nn.functional.sigmoid(self.b(x)))


def test_a_module_of_the_user_s():
    """Made for the features and outputs at hand; its arguments are reached through set_params."""
    model = classifier(module=Gated).set_params(module__width=7).fit(X, Y)

    assert model.score(X, Y) > 0.9
    assert model.module_.a.out_features == 7
    assert model.get_params()["module__width"] == 7
    assert clone(model).set_params(module__width=5).fit(X, Y).module_.a.out_features == 5
    assert "module__width" not in model.get_params(deep=False)


@pytest.mark.parametrize(("module", "name"), [(Gated, "widht"), (None, "width")])
def test_arguments_that_a_module_does_not_take(module, name):
    """Are refused when they are set, with a proposal."""
    with pytest.raises(ArgumentError, match="module"):
        classifier(module=module).set_params(**{f"module__{name}": 3})


def test_a_failed_fit_leaves_no_network():
    """What is not trained is not fitted."""
    model = classifier().fit(X, Y).set_params(optimizer="adma")

    with pytest.raises(ArgumentError, match="adam"):
        model.fit(X, Y)
    with pytest.raises(NotFittedError):
        model.predict(X)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_the_same_random_state_gives_the_same_network(make):
    """Bit for bit; a Generator and a RandomState serve too; another seed gives another one."""
    x, y = (X, Y) if make is classifier else (XR, YR)

    def outputs(seed):
        return make(random_state=seed, epochs=3, dropout=0.1).fit(x, y).predict(x).tobytes()

    def scores(seed):
        return make(random_state=seed, epochs=3, dropout=0.1).fit(x, y)._output(x).tobytes()

    assert outputs(0) == outputs(0)
    assert scores(np.random.default_rng(0)) == scores(0)
    assert scores(np.random.RandomState(0)) == scores(np.random.RandomState(0))
    assert scores(1) != scores(0)


def test_numpy_s_global_state_is_left_alone():
    """Without random_state as well."""
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002
    classifier(random_state=None, epochs=1).fit(X, Y)

    assert before == np.random.get_state()[1].tobytes()  # noqa: NPY002


def test_weights_must_count_something():
    """Neither negative ones nor only zeros."""
    for weights in (-np.ones(120), np.zeros(120)):
        with pytest.raises(ValueError, match=r"[wW]eight"):
            classifier().fit(X, Y, sample_weight=weights)


def test_dropout_and_penalty_reach_the_network():
    """A layer after each hidden one; smaller weights."""
    dropped = classifier(hidden=(8, 8), dropout=0.2, epochs=1).fit(X, Y)
    kinds = [type(layer).__name__ for layer in dropped.module_]
    assert kinds == ["Linear", "Dropout", "Linear", "Dropout", "Linear"]

    plain, decayed = (classifier(l2=l2).fit(X, Y).module_ for l2 in (0.0, 0.1))
    assert np.abs(decayed[0].weight.data).sum() < 0.5 * np.abs(plain[0].weight.data).sum()


def test_no_hidden_layer_is_logistic_regression():
    """``hidden=()`` is a linear model."""
    assert len(classifier(hidden=(), epochs=1).fit(X, Y).module_) == 1
