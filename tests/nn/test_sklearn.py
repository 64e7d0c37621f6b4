"""The estimators keep scikit-learn's contract, and train what they are asked to train."""

import os
import pickle
import subprocess
import sys
import threading
from functools import partial

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError, UsageHint

sklearn = pytest.importorskip("sklearn", reason="needs the extra sklearn")

from sklearn.datasets import make_blobs, make_moons  # noqa: E402
from sklearn.metrics import r2_score  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

from nn.sklearn import NNClassifier, NNRegressor  # noqa: E402

QUICK = [NNClassifier(epochs=25, lr=0.02), NNRegressor(epochs=25, lr=0.02)]
pytestmark = pytest.mark.filterwarnings(
    # noise and a single class are learned slowly, as they should be
    f"ignore:The loss has not fallen:{UsageHint.__module__}.{UsageHint.__name__}"
)

X, Y = make_moons(120, noise=0.1, random_state=0)
LABELS = np.array(["down", "up"])[Y]
XR = np.random.default_rng(0).normal(size=(100, 3))
YR = 50.0 + 10.0 * XR[:, 0] - 5.0 * XR[:, 1] ** 2


@parametrize_with_checks(QUICK)
def test_every_check_of_scikit_learn(estimator, check):
    """All of them, with fewer epochs."""
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([NNClassifier(), NNRegressor()])
def test_every_check_with_the_defaults(estimator, check):
    """All of them, without any argument."""
    check(estimator)


def classifier(**options):
    """One that trains in a moment."""
    return NNClassifier(**{"epochs": 30, "lr": 0.03, "random_state": 0, **options})


def regressor(**options):
    """One that trains in a moment."""
    return NNRegressor(**{"epochs": 60, "lr": 0.03, "random_state": 0, **options})


def test_a_classifier_learns():
    """Labels of text, probabilities that sum to one, a decision that agrees."""
    model = classifier().fit(X, LABELS)

    assert model.score(X, LABELS) > 0.95
    proba = model.predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(model.classes_[proba.argmax(axis=1)], model.predict(X))
    np.testing.assert_array_equal(model.decision_function(X) > 0, model.predict(X) == "up")
    assert (model.n_features_in_, model.n_iter_, model.history_.epochs) == (2, 30, 30)
    assert isinstance(model.module_, nn.Module)


def test_a_regressor_learns():
    """Targets far from zero, in their own units."""
    assert regressor().fit(XR, YR).score(XR, YR) > 0.95


def test_losses_that_are_no_difference_take_targets_as_they_are():
    """Counts and their logarithmic rate; absolute errors, in the units of y."""
    counts = np.random.default_rng(0).poisson(np.exp(XR[:, 0]))
    rates = regressor(loss=nn.PoissonNLLLoss()).fit(XR, counts).predict(XR)

    assert np.corrcoef(rates, XR[:, 0])[0, 1] > 0.8
    assert regressor(loss="l1").fit(XR, YR).score(XR, YR) > 0.9


def test_a_fitted_network_stays_what_it_is():
    """Arguments that are set after fit count from the next fit on."""
    model, other = regressor().fit(XR, YR), classifier().fit(X, Y)
    before, labels = model.predict(XR), other.predict_proba(X)

    model.set_params(standardize=False, loss=nn.PoissonNLLLoss())
    other.set_params(standardize=False, loss="bce_with_logits")
    np.testing.assert_array_equal(before, model.predict(XR))
    np.testing.assert_array_equal(labels, other.predict_proba(X))


def test_several_targets_at_once():
    """(n, k) in, (n, k) out; (n, 1) stays (n, 1)."""
    both = np.stack([YR, -2 * YR], axis=1)
    found = regressor().fit(XR, both).predict(XR)

    assert r2_score(both, found) > 0.95
    assert regressor(epochs=1).fit(XR, YR[:, None]).predict(XR).shape == (100, 1)


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits", "hinge", "focal"])
def test_losses_of_two_classes(loss):
    """Over two outputs or one; probabilities where the loss has them."""
    model = classifier(loss=loss).fit(X, LABELS)

    assert model.score(X, LABELS) > 0.95
    assert model.decision_function(X).shape == (120,)
    assert hasattr(model, "predict_proba") == (loss != "hinge")


def test_a_loss_of_two_classes_refuses_three():
    """With the loss that does it."""
    points, y = make_blobs(30, random_state=0)

    with pytest.raises(ArgumentError, match="two classes"):
        classifier(loss="hinge").fit(points, y)


def test_weights_are_repetitions():
    """A row of weight k counts as k rows, one of weight 0 as none, in a full batch."""
    weights = np.random.default_rng(1).integers(0, 4, len(XR))
    weighted = regressor(batch_size=None, epochs=10).fit(XR, YR, sample_weight=weights)
    repeated = regressor(batch_size=None, epochs=10).fit(
        np.repeat(XR, weights, axis=0), np.repeat(YR, weights)
    )

    np.testing.assert_allclose(weighted.predict(XR), repeated.predict(XR), rtol=1e-9)


def test_early_stopping_keeps_the_best_weights():
    """It stops before the last epoch, and the network is that of the best one."""
    model = classifier(early_stopping=True, epochs=500, lr=0.1, hidden=(64,))
    model.fit(X, np.random.default_rng(0).integers(0, 2, 120))

    history = model.history_
    assert model.n_iter_ < 500
    assert len(history["val_loss"]) == history.best("val_loss")[0] + 11


def test_early_stopping_with_rare_classes():
    """Rows are held out without regard to classes where that cannot be."""
    y = np.r_[np.zeros(119, int), 1]

    classifier(early_stopping=True, epochs=2).fit(X, y)


def test_features_need_not_be_scaled():
    """``standardize`` serves features of any size; without it they are taken as they are."""
    scaled, plain = classifier().fit(X * 1e6 - 1e7, Y), classifier(standardize=False).fit(X, Y)

    assert scaled.score(X * 1e6 - 1e7, Y) > 0.95
    assert plain.score(X, Y) > 0.9


def test_warm_start_goes_on():
    """Two fits of ten epochs are one of twenty, optimizer and generator included."""
    twice = classifier(warm_start=True, epochs=10, standardize=False, dropout=0.2)
    once = classifier(epochs=20, standardize=False, dropout=0.2).fit(X, Y)

    twice.fit(X, Y).fit(X, Y)
    np.testing.assert_array_equal(once.predict_proba(X), twice.predict_proba(X))
    cold = classifier(epochs=10).fit(X, Y)
    assert not np.array_equal(cold.predict_proba(X), cold.set_params(epochs=1).fit(X, Y)._output(X))


def test_partial_fit_sees_the_rows_in_parts():
    """Classes are told in the first call; a label outside them is refused."""
    model = classifier()
    for _ in range(40):
        model.partial_fit(X[:60], LABELS[:60], classes=["down", "up", "never"])
        model.partial_fit(X[60:], LABELS[60:])

    assert model.score(X, LABELS) > 0.9
    assert model.n_iter_ == 80
    assert model.predict_proba(X).shape == (120, 3)
    with pytest.raises(ValueError, match="sideways"):
        model.partial_fit(X[:1], ["sideways"])
    targets = regressor()
    for _ in range(40):
        targets.partial_fit(XR[:50], YR[:50]).partial_fit(XR[50:], YR[50:])
    assert targets.score(XR, YR) > 0.9


class Gated(nn.Module):
    """A network of the user's."""

    def __init__(self, features, outputs, rng, width=4):
        self.a = nn.Linear(features, width, rng=rng)
        self.b = nn.Linear(features, width, rng=rng)
        self.out = nn.Linear(width, outputs, rng=rng)

    def forward(self, x):
        """(n, features) → (n, outputs)."""
        return self.out(np.tanh(self.a(x)) * nn.functional.sigmoid(self.b(x)))


def test_pipeline_and_search():
    """A pipeline in a grid search over its own and the module's arguments."""
    pipeline = make_pipeline(StandardScaler(), classifier(module=Gated, epochs=10))
    grid = {"nnclassifier__module__width": [1, 8], "nnclassifier__lr": [0.05]}

    found = GridSearchCV(pipeline, grid, cv=3).fit(X, LABELS)
    assert found.best_params_["nnclassifier__module__width"] == 8
    assert found.best_score_ > 0.8


def same_scores_with_two_workers(backend):
    """Cross-validation alone and with two workers."""
    joblib = pytest.importorskip("joblib")
    alone = cross_val_score(regressor(epochs=20), XR, YR, cv=3)
    with joblib.parallel_config(backend, n_jobs=2):
        together = cross_val_score(regressor(epochs=20), XR, YR, cv=3)
    return np.array_equal(alone, together)


def test_cross_validation_with_two_threads():
    """The same scores as with one."""
    before = set(threading.enumerate())
    assert same_scores_with_two_workers("threading")
    for thread in set(threading.enumerate()) - before:
        thread.join(10)


@pytest.mark.slow
def test_cross_validation_with_two_workers():
    """The same scores as with one; estimators travel through joblib to other processes."""
    loky = pytest.importorskip("joblib.externals.loky")
    try:
        assert same_scores_with_two_workers("loky")
    finally:
        loky.get_reusable_executor().shutdown(wait=True)


def test_estimators_travel(tmp_path):
    """pickle and joblib keep what was learned."""
    joblib = pytest.importorskip("joblib")
    model = classifier(module=partial(Gated, width=3), epochs=3).fit(X, Y)
    joblib.dump(model, tmp_path / "m")

    for twin in (pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "m")):
        np.testing.assert_array_equal(model.predict_proba(X), twin.predict_proba(X))
        twin.partial_fit(X, Y)


def test_frames_tell_their_names():
    """feature_names_in_ of a DataFrame."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b"])

    assert list(classifier(epochs=1).fit(frame, Y).feature_names_in_) == ["a", "b"]


def test_nn_alone_does_not_import_scikit_learn():
    """``nn.sklearn`` is found when it is asked for, by attribute or import."""
    program = (
        "import sys, nn\n"
        "early = 'sklearn' in sys.modules\n"
        "found = nn.sklearn.NNClassifier\n"
        "print(early, 'sklearn' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.split() == ["False", "True"]


def test_without_scikit_learn_the_extra_is_named():
    """Error 18, where an import of nothing would be a riddle."""
    program = "import sys; sys.modules['sklearn'] = None\nimport nn.sklearn"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=os.environ
    )
    assert 'pip install "autograd-core[sklearn]"' in run.stderr
