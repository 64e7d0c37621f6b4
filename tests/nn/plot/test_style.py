"""Colors can be told apart, also by those who do not see all of them."""

import numpy as np
import pytest

from nn.plot import style

pytest.importorskip("matplotlib")

# What remains of linear RGB without the red or the green cones (Viénot, Brettel, Mollon 1999).
PROTAN = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
DEUTAN = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])


@pytest.mark.parametrize("seen", [np.eye(3), PROTAN, DEUTAN], ids=["all", "no red", "no green"])
def test_the_first_three_colors_stay_apart(seen):
    """In linear RGB, with all cones and without the red or green ones."""
    codes = [[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in style.COLORS[:3]]
    linear = np.array(codes) ** 2.2 @ seen.T
    distances = np.linalg.norm(linear[:, None] - linear, axis=-1)

    assert distances[np.triu_indices(3, 1)].min() > 0.15


def test_there_are_as_many_colors_as_classes():
    """Eight of their own, of more a scale."""
    for count in (1, 8, 9, 30):
        assert len({tuple(np.atleast_1d(c)) for c in style.class_colors(count)}) == count


def test_tints_are_lighter():
    """A share of the color, the rest white."""
    assert style.tints(["#000000"], 0.25) == [(0.75, 0.75, 0.75)]


def test_given_axes_are_used():
    """Otherwise there is a new figure of the size that is asked for."""
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert style.axes(ax, "f") is ax
    assert style.axes(None, "f", (3.0, 2.0)).figure.get_size_inches().tolist() == [3.0, 2.0]
