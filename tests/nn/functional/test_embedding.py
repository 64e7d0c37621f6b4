"""Rows of a table."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

TABLE = np.arange(12.0).reshape(4, 3)


@pytest.mark.parametrize("ids", [[1, 3], np.array([1, 3], np.uint8), ac.array([1, 3])])
def test_lists_arrays_and_variables(ids):
    """Ids of any integer dtype, in any form."""
    assert F.embedding(ids, TABLE).tolist() == [[3.0, 4.0, 5.0], [9.0, 10.0, 11.0]]


def test_repeats_add_up():
    """The gradient of a row is the sum over its occurrences; rows not used take zero."""
    weight = ac.Variable(TABLE)

    F.embedding(np.array([[1, 1], [2, 1]]), weight).sum().backward()

    assert weight.grad.tolist() == [[0.0] * 3, [3.0] * 3, [1.0] * 3, [0.0] * 3]


def test_padding_takes_no_gradient():
    """The row of padding_idx is looked up, and left alone."""
    weight = ac.Variable(TABLE)

    rows = F.embedding(np.array([1, 2, 1]), weight, padding_idx=1)
    rows.sum().backward()

    assert rows.data[0].tolist() == [3.0, 4.0, 5.0]
    assert weight.grad.tolist() == [[0.0] * 3, [0.0] * 3, [1.0] * 3, [0.0] * 3]


def test_no_ids():
    """No ids give no rows, whatever their dtype."""
    assert F.embedding([], TABLE).shape == (0, 3)
    assert F.embedding(np.zeros((2, 0)), TABLE).shape == (2, 0, 3)


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        (np.array([0.0, 1.0]), ac.DtypeError, "needs integer ids; it got float64"),
        (np.array([True, False]), ac.DtypeError, "it got bool"),
        (np.array([0, 4]), ac.LabelError, "has rows 0 to 3; it got ids from 0 to 4"),
        (np.array([-1, 2]), ac.LabelError, "it got ids from -1 to 2"),
    ],
)
def test_errors(ids, error, message):
    """What is no id is refused with the range that was found."""
    with pytest.raises(error) as caught:
        F.embedding(ids, TABLE)

    assert message in str(caught.value)
    assert caught.value.hint
