"""Metrics of classes equal scikit-learn's, and read labels, one-hot rows and probabilities."""

import numpy as np
import pytest

import autograd_core as ac
from nn import metrics

AVERAGES = ["macro", "micro", "weighted", None]


@pytest.fixture
def drawn():
    """Labels of four classes, predictions that are often right, weights."""
    rng = np.random.default_rng(0)
    y_true = rng.integers(0, 4, 200)
    y_pred = np.where(rng.random(200) < 0.6, y_true, rng.integers(0, 4, 200))
    return y_true, y_pred, rng.random(200)


def rows(seed=1, n=50, classes=3):
    """Probabilities (n, C) and labels."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(classes), n)
    return rng.integers(0, classes, n), p


def close(actual, expected):
    """Equal to 1e-12, entry by entry."""
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_counts_equal_those_of_sklearn(drawn, weighted):
    """Accuracy, balanced accuracy and the confusion matrix in every form."""
    peer = pytest.importorskip("sklearn.metrics")
    y_true, y_pred, weight = drawn
    options = {"sample_weight": weight} if weighted else {}

    close(
        metrics.accuracy(y_true, y_pred, **options), peer.accuracy_score(y_true, y_pred, **options)
    )
    close(
        metrics.balanced_accuracy(y_true, y_pred, **options),
        peer.balanced_accuracy_score(y_true, y_pred, **options),
    )
    for labels in (None, [2, 0], [3, 1, 7]):
        for normalize in (None, "true", "pred", "all"):
            both = {"labels": labels, "normalize": normalize, **options}
            close(
                metrics.confusion_matrix(y_true, y_pred, **both),
                peer.confusion_matrix(y_true, y_pred, **both),
            )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_averages_equal_those_of_sklearn(drawn, name, average, weighted):
    """Precision, recall and F1 over four classes, one of them never predicted."""
    peer = pytest.importorskip("sklearn.metrics")
    y_true, y_pred, weight = drawn
    options = {"average": average} | ({"sample_weight": weight} if weighted else {})

    for predicted in (y_pred, np.where(y_pred == 3, 0, y_pred)):
        expected = getattr(peer, f"{name}_score")(y_true, predicted, zero_division=0, **options)
        close(getattr(metrics, name)(y_true, predicted, **options), expected)


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_the_positive_class_is_one_of_two(drawn, name):
    """``average="binary"`` is about pos_label; labels may be any two, strings too."""
    peer = pytest.importorskip("sklearn.metrics")
    y_true, y_pred = drawn[0] > 1, drawn[1] > 1
    words = np.array(["no", "yes"])

    ours, theirs = getattr(metrics, name), getattr(peer, f"{name}_score")
    close(ours(y_true, y_pred), theirs(y_true, y_pred))
    close(ours(y_true * 2 - 1, y_pred * 2 - 1), theirs(y_true * 2 - 1, y_pred * 2 - 1))
    true, predicted = words[y_true.astype(int)], words[y_pred.astype(int)]
    close(ours(true, predicted, pos_label="no"), theirs(true, predicted, pos_label="no"))


@pytest.mark.parametrize("weighted", [False, True])
def test_probabilities_are_scored_as_sklearn_does(weighted):
    """log_loss and brier of two and three classes, certain and wrong ones too."""
    peer = pytest.importorskip("sklearn.metrics")
    y, p = rows()
    p[0], p[1] = [1, 0, 0], [0, 0, 1]
    options = {"sample_weight": np.linspace(0.1, 1, 50)} if weighted else {}

    close(metrics.log_loss(y, p, **options), peer.log_loss(y, p, **options))
    close(metrics.brier(y, p, **options), peer.brier_score_loss(y, p, **options))
    binary, one = (y > 0).astype(int), p[:, 0]
    close(metrics.log_loss(binary, one, **options), peer.log_loss(binary, one, **options))
    close(metrics.brier(binary, one, **options), peer.brier_score_loss(binary, one, **options))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k_equals_that_of_sklearn(k):
    """The class is among the k of highest score, with and without weights; ties included."""
    peer = pytest.importorskip("sklearn.metrics")
    y, p = rows(classes=4)
    p = np.round(p, 1)
    weight = np.linspace(0.1, 1, 50)

    close(metrics.top_k_accuracy(y, p, k), peer.top_k_accuracy_score(y, p, k=k))
    close(
        metrics.top_k_accuracy(y, p, k, sample_weight=weight),
        peer.top_k_accuracy_score(y, p, k=k, sample_weight=weight),
    )


@pytest.mark.parametrize(
    "y_pred",
    [
        [0, 1, 1, 1],
        [[0], [1], [1], [1]],
        [0.1, 0.9, 0.6, 0.7],
        [[0.1], [0.9], [0.6], [0.7]],
        [[0.9, 0.1], [0.1, 0.9], [0.4, 0.6], [0.3, 0.7]],
        [[1, 0], [0, 1], [0, 1], [0, 1]],
        [[3.0, -2.0], [0.0, 5.0], [1.0, 9.0], [-2.0, -1.0]],
        [False, True, True, True],
        np.float32([0, 1, 1, 1]),
        ac.Variable([0.1, 0.9, 0.6, 0.7]),
    ],
    ids=str,
)
@pytest.mark.parametrize("y_true", [[0, 1, 0, 1], [[0], [1], [0], [1]], np.eye(2)[[0, 1, 0, 1]]])
def test_every_form_of_a_prediction_is_read(y_true, y_pred):
    """Labels, columns, one-hot rows, probabilities, scores per class, Variables."""
    assert metrics.accuracy(y_true, y_pred) == 0.75


def test_labels_may_be_strings_or_pandas():
    """Classes are named by whatever compares."""
    pandas = pytest.importorskip("pandas")
    y_true, y_pred = pandas.Series(["a", "b", "b"]), pandas.Series(["a", "b", "a"])

    assert metrics.accuracy(y_true, y_pred) == 2 / 3
    assert metrics.confusion_matrix(y_true, y_pred).tolist() == [[1, 0], [1, 1]]


def test_columns_that_never_win_are_in_the_confusion_matrix():
    """With (n, C) the classes are 0 to C - 1, seen or not."""
    assert metrics.confusion_matrix([0, 0], [[1.0, 0, 0], [1.0, 0, 0]]).shape == (3, 3)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: metrics.accuracy([0, 1], [-3.5, 2.5]), ac.ArgumentError, "from -3.5 to 2.5"),
        (lambda: metrics.accuracy([0, 2], [0.5, 0.25]), ac.LabelError, "labels 0, 2 for 2"),
        (lambda: metrics.accuracy([1, 3], np.eye(3)[:2]), ac.LabelError, "labels 1, 3 for 3"),
        (lambda: metrics.accuracy([0, 1], [[1, 1], [0, 1]]), ac.LabelError, "not one-hot"),
        (lambda: metrics.accuracy([[1, 1]], [[1, 1]]), ac.LabelError, "not one-hot"),
        (lambda: metrics.accuracy([0.5, 1.0], [0, 1]), ac.LabelError, "no labels"),
        (lambda: metrics.accuracy(["a"], [1]), ac.LabelError, "a string equals no number"),
        (lambda: metrics.accuracy([0, 1], [0]), ac.ShapeError, "one per sample"),
        (lambda: metrics.accuracy([], []), ac.ShapeError, "there are none"),
        (lambda: metrics.accuracy([0], np.zeros((1, 2, 2))), ac.ShapeError, "(n, C)"),
        (lambda: metrics.accuracy([0, 1], [0.5, np.nan]), ac.NumericError, "NaN in row 1"),
        (lambda: metrics.accuracy([0], [0], sample_weight=[1, 1]), ac.ShapeError, "one weight"),
        (lambda: metrics.accuracy([0], [0], sample_weight=[-1]), ac.ArgumentError, "smallest -1"),
        (lambda: metrics.f1([0, 1, 2], [0, 1, 2]), ac.LabelError, "average='macro'"),
        (lambda: metrics.f1([0, 2], [0, 2]), ac.LabelError, "pos_label="),
        (lambda: metrics.f1([0, 1], [0, 1], average="makro"), ac.ArgumentError, "'macro'"),
        (lambda: metrics.top_k_accuracy([0], [[0.5, 0.5]], 3), ac.ArgumentError, "k=3"),
        (lambda: metrics.top_k_accuracy([0], [0.5]), ac.ShapeError, "(n, C)"),
        (lambda: metrics.log_loss([0], [[3.0, 1.0]]), ac.ArgumentError, "softmax"),
        (lambda: metrics.log_loss([0], [[0.5, 0.1]]), ac.ArgumentError, "sum to 1"),
        (lambda: metrics.log_loss([0, 1], [1.5, 0.5]), ac.ArgumentError, "sigmoid"),
        (
            lambda: metrics.confusion_matrix([0], [0], labels=[4]),
            ac.LabelError,
            "none of which",
        ),
    ],
)
def test_what_cannot_be_compared_is_an_error(call, error, text):
    """Each says what it got and what it wanted."""
    with pytest.raises(error) as caught:
        call()

    assert text in str(caught.value)
