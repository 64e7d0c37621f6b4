"""The ROC curve and what is computed from scores equal scikit-learn's; labels bring a hint."""

import warnings

import numpy as np
import pytest

import autograd_core as ac
from nn import metrics


def drawn(seed=0, n=300, decimals=2):
    """Labels and scores with many ties."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    return y, np.round(y * 0.4 + rng.normal(size=n), decimals), rng.random(n)


@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("weighted", [False, True])
def test_scores_are_judged_as_sklearn_does(decimals, weighted):
    """ROC AUC, average precision, and the curve with and without its straight parts."""
    peer = pytest.importorskip("sklearn.metrics")
    y, score, weight = drawn(decimals=decimals)
    options = {"sample_weight": weight} if weighted else {}

    def close(actual, expected):
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)

    close(metrics.roc_auc(y, score, **options), peer.roc_auc_score(y, score, **options))
    close(
        metrics.average_precision(y, score, **options),
        peer.average_precision_score(y, score, **options),
    )
    whole = {"drop_intermediate": False, **options}
    for ours, theirs in zip(
        metrics.roc_curve(y, score, **whole), peer.roc_curve(y, score, **whole)
    ):
        close(ours, theirs)
    if not weighted:  # weights make straight lines a matter of rounding
        for ours, theirs in zip(metrics.roc_curve(y, score), peer.roc_curve(y, score)):
            close(ours, theirs)


def test_the_area_is_the_rank_statistic():
    """The share of pairs in order, ties counting one half."""
    y, score, _ = drawn(decimals=1)
    pairs = score[y == 1][:, None] - score[y == 0]

    assert metrics.roc_auc(y, score) == pytest.approx(
        np.mean((pairs > 0) + 0.5 * (pairs == 0)), abs=1e-14
    )


def test_many_classes_are_judged_one_against_the_rest():
    """The mean over classes, scikit-learn's ``multi_class="ovr"``; one-hot rows are labels."""
    peer = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 4, 200), rng.dirichlet(np.ones(4), 200)

    expected = peer.roc_auc_score(y, p, multi_class="ovr")
    assert metrics.roc_auc(y, p) == pytest.approx(expected, abs=1e-12)
    assert metrics.roc_auc(np.eye(4)[y], p) == pytest.approx(expected, abs=1e-12)
    assert metrics.average_precision(y, p) == pytest.approx(
        peer.average_precision_score(np.eye(4)[y], p), abs=1e-12
    )


def test_forms_of_scores_are_read_alike():
    """A column, two columns, labels ±1 or words, Variables."""
    y, score, _ = drawn()
    expected = metrics.roc_auc(y, score)
    words = np.array(["cat", "dog"])

    assert metrics.roc_auc(y[:, None], score[:, None]) == expected
    assert metrics.roc_auc(y, np.column_stack([-score, score])) == expected
    assert metrics.roc_auc(2 * y - 1, score) == expected
    assert metrics.roc_auc(words[y], score) == expected
    assert metrics.roc_auc(y == 1, ac.Variable(score)) == expected


def test_labels_in_the_place_of_scores_bring_a_hint():
    """Thresholded scores give the balanced accuracy, and the hint says so at the caller's line."""
    y, score, _ = drawn()
    labels = (score > 0).astype(int)

    with pytest.warns(ac.UsageHint, match="at most two values") as caught:
        value = metrics.roc_auc(y, labels)
    assert caught[0].filename == __file__
    assert value == pytest.approx(metrics.balanced_accuracy(y, labels), abs=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metrics.roc_auc([0, 1], [0.2, 0.7])  # two samples have no more than two scores


def test_infinite_scores_have_a_place():
    """-inf and inf are the ends of the order."""
    assert metrics.roc_auc([0, 0, 1, 1], [-np.inf, 0.0, 1.0, np.inf]) == 1.0


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: metrics.roc_auc([1, 1], [0.5, 0.2]), ac.LabelError, "one class only, 1"),
        (lambda: metrics.roc_auc([0, 1, 2], [0.1, 0.2, 0.3]), ac.LabelError, "a column per class"),
        (lambda: metrics.roc_auc([0, 1, 1], np.eye(3)), ac.LabelError, "no sample of class 2"),
        (lambda: metrics.roc_auc([0, 1], [0.5, np.nan]), ac.NumericError, "NaN in row 1"),
        (lambda: metrics.roc_auc([0, 1], [0.5]), ac.ShapeError, "one per sample"),
        (lambda: metrics.roc_curve([0, 1, 2], np.eye(3)), ac.LabelError, "roc_curve(y_true == k"),
        (
            lambda: metrics.roc_auc([0, 1], [0.1, 0.2], sample_weight=[1, 0]),
            ac.LabelError,
            "leave one class only",
        ),
    ],
)
def test_what_cannot_be_ranked_is_an_error(call, error, text):
    """One class is an error, not NaN."""
    with pytest.raises(error) as caught:
        call()

    assert text in str(caught.value)
