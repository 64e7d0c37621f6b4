"""What is given is read as labels, probabilities or values, and as nothing else."""

import numpy as np
import pytest

import autograd_core as ac
from nn.metrics import reading


@pytest.mark.parametrize(
    "y_true",
    [[0, 2, 1], [[0], [2], [1]], np.eye(3)[[0, 2, 1]], np.uint8([0, 2, 1]), [0.0, 2.0, 1.0]],
    ids=["labels", "column", "one-hot", "uint8", "whole floats"],
)
def test_true_labels_are_integers(y_true):
    """In every form that is unambiguous."""
    found = reading.labels("f", y_true)

    assert found.tolist() == [0, 2, 1]
    assert found.dtype.kind in "iu"


def test_one_probability_is_two():
    """A column of class 1 becomes two columns; integers become float64."""
    true, rows = reading.probabilities("f", [0, 1], [0, 1])

    assert true.tolist() == [0, 1]
    assert rows.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_scores_come_per_class_to_judge():
    """One row for two classes, C for C columns."""
    two = reading.scores("f", ["a", "b"], [0.1, 0.9])
    three = reading.scores("f", [0, 1, 2], np.eye(3))

    assert [part.shape for part in (*two, *three)] == [(1, 2), (1, 2), (3, 3), (3, 3)]
    assert two[0].tolist() == [[False, True]]


def test_values_are_columns_of_float64():
    """Two outputs stay two, one becomes a column."""
    true, predicted = reading.value_pair("f", np.float32([1, 2]), ac.Variable([[1], [2]], False))

    assert true.shape == predicted.shape == (2, 1)
    assert true.dtype == predicted.dtype == np.float64


def test_weights_default_to_one():
    """One per sample, not negative, not all zero."""
    assert reading.weights("f", None, 3).tolist() == [1, 1, 1]
    for bad in ([1.0], [1.0, -1.0, 1.0], [0.0, 0.0, 0.0]):
        with pytest.raises(ac.AutogradError):
            reading.weights("f", bad, 3)
