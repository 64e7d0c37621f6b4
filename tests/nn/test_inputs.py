"""From data to batches: dtypes, lengths, weights, held-out rows."""

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError, LabelError, ShapeError, Variable
from nn.inputs import (
    array_batches,
    as_inputs,
    cast,
    check_rows,
    check_weights,
    class_weights,
    hold_out,
    parameter_dtype,
    reads_itself,
    takes_integers,
)


def test_casts_floats_and_asked_integers():
    """What is right already is not copied."""
    x = np.ones(3, np.float32)
    assert cast(x, np.dtype("f4")) is x
    assert cast(np.ones(3), np.dtype("f4")).dtype == np.float32
    assert cast(np.ones(3, int), np.dtype("f4")).dtype.kind == "i"
    assert cast(np.ones(3, bool), np.dtype("f4"), integers=True).dtype == np.float32


def test_the_dtype_is_that_of_the_first_parameter():
    """Or the default one, where there is none."""
    assert parameter_dtype(nn.Linear(2, 1, dtype=np.float32)) == np.float32
    assert parameter_dtype(nn.ReLU()) == np.float64


def test_integers_are_numbers_to_layers_of_ours():
    """To an Embedding they are names; of others nothing is known."""

    class Own(nn.Module):
        def __init__(self):
            self.table = nn.Parameter(np.ones(3))

    assert takes_integers(nn.Model(nn.Flatten(), nn.Linear(2, 1)))
    assert not takes_integers(nn.Model(nn.Embedding(3, 2), nn.Linear(2, 1)))
    assert not takes_integers(Own())
    assert not takes_integers(nn.ReLU())


def test_tells_loaders_from_arrays():
    """A list is an array, a DataLoader is not."""
    assert not reads_itself([[1.0]])
    assert not reads_itself(np.ones(3))
    assert not reads_itself(Variable([1.0]))
    assert not reads_itself((np.ones(3), np.ones(3)))
    assert reads_itself(nn.ArrayDataset(np.ones(3), np.ones(3)))


def test_arrays_come_out_of_everything():
    """Lists, untracked Variables, tuples of several inputs."""
    assert as_inputs([[1, 2]])[0].shape == (1, 2)
    assert type(as_inputs(Variable([1.0], requires_grad=False))[0]) is np.ndarray
    assert [x.shape for x in as_inputs((np.ones(2), np.ones((2, 3))))] == [(2,), (2, 3)]


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((2, 9)), np.zeros(9), "try: fit(X.T, y)"),
        (np.zeros((2, 9)), np.zeros((1, 9)), "try: fit(X.T, y.T)"),
        (np.zeros((9, 2)), np.zeros(8), "try: fit(X[:8], y)"),
        (np.zeros((0, 2)), np.zeros(0), "no samples: X has shape (0, 2)"),
        (np.float64(1.0), None, "a single number"),
        ((np.zeros((3, 2)), np.zeros((4, 2))), None, "inputs of shapes (3, 2), (4, 2)"),
    ],
)
def test_refuses_lengths_that_differ(X, y, message):
    """Each message names the shapes and the way out."""
    with pytest.raises(ShapeError) as caught:
        check_rows("fit", as_inputs(X), y)
    assert message in str(caught.value)


def test_weights_are_finite_and_not_negative():
    """One per row."""
    assert check_weights("fit", [0, 1], 2).tolist() == [0, 1]
    for bad in ([-1.0, 1.0], [np.nan, 1.0], ["a", "b"]):
        with pytest.raises(ArgumentError, match="negative or not finite"):
            check_weights("fit", bad, 2)
    with pytest.raises(ShapeError, match=r"shape \(3,\) for 2 samples"):
        check_weights("fit", np.ones(3), 2)


def test_balanced_is_scikit_learns_formula():
    """n / (classes · count), also for one-hot rows and columns."""
    y = np.array([0, 0, 0, 1])
    expected = [4 / 6, 4 / 6, 4 / 6, 2.0]
    for labels in (y, np.eye(2)[y], y.reshape(-1, 1), y.astype(float)):
        np.testing.assert_allclose(class_weights("balanced", labels), expected)
    with pytest.raises(LabelError, match="a label per row"):
        class_weights("balanced", np.array([0.5, 1.0]))


def test_holds_out_the_last_rows():
    """Both parts need one."""
    first, last = hold_out([np.arange(10)], 0.3)
    assert (first[0].tolist(), last[0].tolist()) == (list(range(7)), [7, 8, 9])
    for fraction in (0.01, 0.99, 1.0, -0.5):
        with pytest.raises(ArgumentError, match="validation_split"):
            hold_out([np.arange(10)], fraction)


def test_batches_of_arrays_are_read_as_they_are():
    """All rows once per pass; None makes one batch."""
    arrays = [np.arange(10.0), np.arange(10)]
    batches = array_batches(arrays, 4, shuffle=True, rng=0, weighted=False)
    seen = np.concatenate([y for _, y in batches])
    assert sorted(seen.tolist()) == list(range(10))
    assert len(batches) == 3
    assert len(array_batches(arrays, None, shuffle=False, rng=0, weighted=False)) == 1
