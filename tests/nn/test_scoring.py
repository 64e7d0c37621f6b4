"""evaluate and predict: exact for ragged batches, in eval mode, recording nothing."""

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError, ShapeError, Variable
from nn.scoring import labels, meaning, probabilities


@pytest.fixture
def model():
    """Dropout shows whether the mode is right."""
    return nn.Model(nn.Linear(2, 5, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(5, 3, rng=1))


@pytest.fixture
def data():
    """Ten points, three classes."""
    return np.random.default_rng(0).standard_normal((10, 2)), np.arange(10) % 3


def test_predict_is_the_output_in_eval_mode(model, data):
    """The same for every batch size; modes come back, also mixed ones."""
    X, _ = data
    model[2].training = False
    whole = model.predict(X)

    for size in (1, 3, 10, 100):
        np.testing.assert_allclose(model.predict(X, batch_size=size), whole, rtol=1e-12)
    assert type(whole) is np.ndarray
    assert [m.training for m in model.modules()] == [True, True, True, False]
    np.testing.assert_allclose(whole, model.copy().eval()(X).numpy())


def test_predict_records_nothing(model, data):
    """No gradient can come out of it."""
    seen = []
    model.register_forward_hook(lambda module, args, out: seen.append(out.requires_grad))
    model.predict(data[0])
    assert seen == [False]


def test_the_mode_comes_back_after_an_error(model):
    """Also when the shapes do not fit."""
    with pytest.raises(ShapeError):
        model.predict(np.zeros((4, 7)))
    assert model.training


def test_predict_takes_what_fit_takes(model, data):
    """Lists, untracked Variables, frames, Datasets, integers, one sample."""
    X, y = data
    expected = model.predict(X)
    for given in (X.tolist(), Variable(X, requires_grad=False), nn.ArrayDataset(X, y)):
        np.testing.assert_allclose(model.predict(given), expected, rtol=1e-12)
    assert model.predict(np.ones((2, 2), int)).shape == (2, 3)
    assert model.predict(X[0]).shape == (3,)
    assert model.predict(X[:0]).shape == (0, 3)


def test_predict_wants_one_array():
    """A module that gives several says so; as the error advises, it is still put in eval mode."""

    class Pair(nn.Module):
        def __init__(self):
            self.dropout = nn.Dropout(0.5, rng=0)

        def forward(self, x):
            return self.dropout(x), x

    with pytest.raises(ArgumentError, match="gives a tuple") as caught:
        nn.predict(Pair(), np.ones((2, 2)))
    assert "Model(module, lambda output: output[0])" in str(caught.value)
    found = nn.predict(nn.Model(Pair(), lambda output: output[0]), np.ones((2, 2)))
    np.testing.assert_array_equal(found, np.ones((2, 2)))


def test_evaluate_is_exact_for_ragged_batches(model, data):
    """Loss and metrics do not depend on the batch size, whatever the metric."""
    X, y = data
    model.compile(loss="cross_entropy", metrics=["accuracy", "log_loss"])
    whole = model.evaluate(X, y)
    for size in (1, 3, 7):
        assert model.evaluate(X, y, size) == pytest.approx(whole, rel=1e-12)
    assert whole["loss"] == pytest.approx(whole["log_loss"])


def test_evaluate_weighs_the_loss(model, data):
    """The weighted mean is that of the rows repeated."""
    X, y = data
    weights = np.arange(10) % 2
    found = nn.evaluate(model, X, y, sample_weight=weights, loss="cross_entropy")
    rows = weights == 1
    assert found == pytest.approx(nn.evaluate(model, X[rows], y[rows], loss="cross_entropy"))


def test_evaluate_refuses_what_fit_refuses(model, data):
    """Lengths, names, weights."""
    X, y = data
    with pytest.raises(ShapeError, match=r"evaluate\(X.T, y\)"):
        nn.evaluate(model, X.T, y)
    with pytest.raises(ArgumentError, match="did you mean 'accuracy'"):
        nn.evaluate(model, X, y, metrics=["acuracy"])
    with pytest.raises(ShapeError, match="10 samples"):
        nn.evaluate(model, X, y, sample_weight=np.ones(3), loss="cross_entropy")
    with pytest.raises(ArgumentError, match="no targets"):
        nn.evaluate(model, X, loss="cross_entropy")
    with pytest.raises(ArgumentError, match="no loss and no metrics"):
        nn.Model(model).evaluate(X, y)


def test_metrics_may_be_functions(model, data):
    """Of (y_true, y_pred), under their own names."""

    def share(y_true, y_pred):
        return float((y_pred.argmax(axis=1) == y_true).mean())

    X, y = data
    found = nn.evaluate(model, X, y, metrics=[share, "accuracy"], loss="cross_entropy")
    assert found["share"] == found["accuracy"]


def test_outputs_mean_what_the_loss_says():
    """Softmax for classes, a sigmoid for logits, an exponential for log-probabilities."""
    logits = np.array([[0.0, np.log(3.0)]])
    np.testing.assert_allclose(probabilities(logits, nn.CrossEntropyLoss()), [[0.25, 0.75]])
    np.testing.assert_allclose(probabilities(logits, nn.BCEWithLogitsLoss()), [[0.5, 0.75]])
    np.testing.assert_allclose(probabilities(logits, nn.NLLLoss()), [[1.0, 3.0]])
    np.testing.assert_array_equal(probabilities(logits, nn.BCELoss()), logits)
    with pytest.raises(ArgumentError, match="trained with MSELoss"):
        probabilities(logits, nn.MSELoss())


def test_labels_follow():
    """The best column; above one half; above zero."""
    assert labels(np.array([[0.0, 2.0], [3.0, 1.0]]), nn.CrossEntropyLoss()).tolist() == [1, 0]
    assert labels(np.array([[0.4], [0.6]]), nn.BCELoss()).tolist() == [0, 1]
    assert labels(np.array([[-0.4], [0.6]]), nn.BCEWithLogitsLoss()).tolist() == [0, 1]
    assert labels(np.array([-0.4, 0.6]), nn.HingeLoss()).tolist() == [0, 1]
    with pytest.raises(ArgumentError, match="no loss yet"):
        labels(np.zeros((2, 2)), None)


def test_kept_float32(data):
    """float64 data become the parameters' dtype."""
    model = nn.Model(nn.Linear(2, 3, rng=0, dtype=np.float32))
    assert model.predict(data[0]).dtype == np.float32


@pytest.mark.parametrize(
    ("loss", "kind"),
    [
        (nn.articles.SoftmaxWithLoss(), "softmax"),
        (nn.BinaryCrossEntropy(), "probability"),
        (nn.functional.hinge_loss, "margin"),
        (nn.MeanSquaredError(), None),
    ],
)
def test_a_subclass_of_a_loss_means_the_same(loss, kind):
    """Also the articles' own, and functions."""
    assert meaning(loss) == kind
