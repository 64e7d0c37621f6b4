"""Layers that change shapes, beyond their rows in the table of cases."""

import numpy as np
import pytest

import autograd_core as ac
import nn


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Reshape(-1, -1), "one may be -1"),
        (lambda: nn.Reshape(2.0), "they are integers"),
        (lambda: nn.Unflatten(1, (-2,)), "they are integers"),
        (lambda: nn.Permute(0, 2), "each named once"),
        (lambda: nn.Permute(1, 1), "each named once"),
        (lambda: nn.ZeroPad2d(-1), "not taken away"),
        (lambda: nn.ZeroPad2d((1, 2, 3)), "not taken away"),
        (lambda: nn.Upsample(2, mode="cubic"), "try: 'bilinear', 'linear', 'nearest'"),
        (lambda: nn.Upsample(0), "whole number of pixels"),
        (lambda: nn.Upsample(1.5), "whole number of pixels"),
    ],
)
def test_wrong_arguments(make, message):
    """What makes no shape is refused when the layer is made."""
    with pytest.raises(ac.ArgumentError) as caught:
        make()

    assert message in str(caught.value)


def test_permute_with_the_batch_axis_named():
    """A leading 0 changes nothing."""
    x = np.arange(24.0).reshape(2, 3, 4)

    assert (nn.Permute(0, 2, 1)(x).data == nn.Permute(2, 1)(x).data).all()


def test_padding_by_rows_and_columns():
    """A pair is rows, then columns."""
    assert nn.ZeroPad2d((1, 2))(np.ones((3, 3))).shape == (5, 7)


def test_flatten_of_one_sample():
    """A sample without its batch axis is flattened from axis 0."""
    assert nn.Flatten(start_dim=0)(np.ones((2, 3))).shape == (6,)


def test_interpolation_repeats_the_outermost():
    """One pixel gives equal pixels; the ends are not extrapolated."""
    up = nn.Upsample(3, mode="linear")

    assert up(np.full((1, 1, 1), 2.0)).tolist() == [[[2.0, 2.0, 2.0]]]
    assert up(np.array([[[0.0, 3.0]]])).tolist() == [[[0.0, 0.0, 1.0, 2.0, 3.0, 3.0]]]
