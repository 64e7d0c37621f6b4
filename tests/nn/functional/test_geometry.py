"""How a kernel moves: lengths, margins, indices, and what is refused."""

import numpy as np
import pytest

import autograd_core as ac
from nn.functional.geometry import (
    Geometry,
    check_groups,
    check_images,
    check_output_padding,
    margins_of,
    per_axis,
)


def test_outputs():
    """The kernel fits ⌊(L + 2p - d(k - 1) - 1) / s⌋ + 1 times along an axis."""
    geometry = Geometry((2, 1), ((1, 1), (0, 2)), (1, 3), 1)

    assert geometry.outputs((7, 8), (3, 2)) == (4, 7)
    assert geometry.padded((7, 8)) == (9, 10)


def test_windows_index_what_the_kernel_meets():
    """An entry of the kernel meets every stride-th entry from its own place on."""
    geometry = Geometry((2,), ((0, 0),), (3,), 1)
    line = np.arange(10)

    met = {place: line[window].tolist() for place, window in geometry.windows((2,), (3,))}

    assert met == {(0,): [0, 2, 4], (1,): [3, 5, 7]}


@pytest.mark.parametrize(
    ("stride", "dilation", "apart"), [(3, 1, True), (2, 1, False), (3, 2, False), (5, 2, True)]
)
def test_is_apart(stride, dilation, apart):
    """Places overlap unless the stride is longer than the kernel reaches."""
    assert Geometry((stride,), ((0, 0),), (dilation,), 1).is_apart((3,)) == apart


@pytest.mark.parametrize(
    ("padding", "margins"),
    [
        (1, ((1, 1), (1, 1))),
        ((1, 2), ((1, 1), (2, 2))),
        (((0, 1), 2), ((0, 1), (2, 2))),
        ([[0, 1], [2, 3]], ((0, 1), (2, 3))),
        ("valid", ((0, 0), (0, 0))),
        ("same", ((1, 1), (1, 2))),
    ],
)
def test_margins(padding, margins):
    """A padding is a number, one or a pair for each axis, or a word."""
    assert margins_of("conv2d", padding, (3, 4), (1, 1), (1, 1)) == margins


@pytest.mark.parametrize("padding", [-1, 0.5, (1,), (1, 2, 3), ((1, 2, 3), 1), "full", None])
def test_other_paddings_are_refused(padding):
    """What is none of these is an error that says what there is."""
    with pytest.raises(ac.ArgumentError, match="'valid' or 'same'"):
        margins_of("conv2d", padding, (3, 3), (1, 1), (1, 1))


def test_same_with_a_stride_is_refused():
    """Only with stride 1 has the result the image's size."""
    with pytest.raises(ac.ArgumentError, match="padding='same' with stride"):
        margins_of("conv2d", "same", (3, 3), (2, 1), (1, 1))


@pytest.mark.parametrize("value", [0, 1.5, (1,), (1, 2, 3), (1, -1), "2", None])
def test_sizes_are_positive_integers(value):
    """One positive integer, or one for each axis."""
    with pytest.raises(ac.ArgumentError, match="stride="):
        per_axis("conv2d", "stride", value, 2)


def test_sizes_of_numpy():
    """NumPy's integers are integers."""
    assert per_axis("conv2d", "stride", np.int64(2), 2) == (2, 2)


def test_error_4():
    """Images with the channels last are named, and the transposition is shown."""
    with pytest.raises(ac.ShapeError) as caught:
        check_images("Conv2d 'conv.0' (3 -> 16)", np.ones((32, 28, 28, 3)), 3, 2)

    assert str(caught.value) == (
        "Conv2d 'conv.0' (3 -> 16) needs images of shape (N, 3, H, W); "
        "it got shape (32, 28, 28, 3).\n"
        "  why: axis 1 holds the channels; here it is the last axis that has length 3.\n"
        "  try: x.transpose(0, 3, 1, 2)"
    )


@pytest.mark.parametrize(
    ("shape", "channels", "hint"),
    [((3, 28, 28), 3, "x[None]"), ((32, 28, 28), 1, "x[:, None]"), ((2, 4, 5, 5), 3, "3 channels")],
)
def test_other_images(shape, channels, hint):
    """A missing axis is named; anything else says how many channels there must be."""
    with pytest.raises(ac.ShapeError) as caught:
        check_images("conv2d", np.ones(shape), channels, 2)

    assert hint in caught.value.hint


def test_groups_divide():
    """Groups that do not divide the channels are refused with groups that do."""
    check_groups("Conv2d", 2, 4, 6)
    with pytest.raises(ac.ArgumentError, match="cannot divide 4 channels into 6 by groups=4") as e:
        check_groups("Conv2d", 4, 4, 6)

    assert e.value.hint == "groups=2"


def test_output_padding():
    """It is less than the stride or the dilation."""
    assert check_output_padding("t", (1, 0), 2, 1, 2) == (1, 0)
    with pytest.raises(ac.ArgumentError, match=r"output_padding \(2, 2\) with stride"):
        check_output_padding("t", 2, 2, 1, 2)
