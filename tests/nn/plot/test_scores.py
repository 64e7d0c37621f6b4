"""The ROC curve and the confusion matrix show the numbers of ``nn.metrics``."""

import numpy as np
import pytest

import autograd_core as ac
from nn import metrics, plot

pytest.importorskip("matplotlib")


def test_curves_share_their_axes():
    """Chance once, then a curve each in a color of its own, with its area."""
    rng = np.random.default_rng(0)
    y, score = rng.integers(0, 2, 50), rng.normal(size=50)
    ax = plot.roc_curve(y, score, label="first")
    assert plot.roc_curve(y, y + score, label="second", ax=ax) is ax

    first, second = (metrics.roc_auc(y, s) for s in (score, y + score))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "chance, 0.5", f"first, AUC {first:.4f}", f"second, AUC {second:.4f}",
    ]  # fmt: skip
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), metrics.roc_curve(y, score)[0])
    assert ax.lines[1].get_color() != ax.lines[2].get_color()
    assert ax.get_aspect() == 1.0


def test_cells_show_counts_and_shares():
    """Rows are true classes, columns predicted ones; names may be given."""
    y_true, y_pred = [0, 1, 1, 1], [0, 0, 1, 1]
    ax = plot.confusion_matrix(y_true, y_pred, names=["cat", "horse"])

    assert [text.get_text() for text in ax.texts] == ["1", "0", "1", "2"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["cat", "horse"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    ax = plot.confusion_matrix(y_true, y_pred, normalize="true")
    assert [text.get_text() for text in ax.texts] == ["1.00", "0.00", "0.33", "0.67"]


def test_rows_are_named_by_their_labels():
    """Words, columns of probabilities, and a choice of labels."""
    words = plot.confusion_matrix(["b", "a"], ["a", "a"])
    columns = plot.confusion_matrix([0, 1], [[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]])
    chosen = plot.confusion_matrix([5, 7], [5, 7], labels=[7, 5])

    names = [[t.get_text() for t in ax.get_xticklabels()] for ax in (words, columns, chosen)]
    assert names == [["a", "b"], ["0", "1", "2"], ["7", "5"]]


def test_one_class_has_no_curve():
    """The error is that of the metric."""
    with pytest.raises(ac.LabelError, match="one class only"):
        plot.roc_curve([1, 1], [0.5, 0.6])
