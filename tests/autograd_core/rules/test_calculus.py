"""Differences along an axis."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

CASES = [
    case(
        np.diff,
        shapes=[(3, 4)],
        options=[
            {},
            {"axis": 0},
            {"n": 2},
            {"n": 3, "axis": -1},
            {"n": 0},
            {"prepend": 0.5},
            {"append": np.ones((3, 2)), "n": 2},
            {"prepend": 1, "append": 2.0, "axis": 0},
        ],
    ),
    case(
        np.diff,
        shapes=[(2, 3), (), (2, 2)],
        call=lambda a, b, c, **options: np.diff(a, prepend=b, append=c, **options),
        options=[{}, {"n": 2}, {"n": 0}],
    ),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_nothing_is_left(n):
    """More differences than values: an empty result, and gradient zero."""
    x = np.array([1.0, 4.0])

    assert list(ac.grad(lambda x: np.sum(np.diff(x, n)))(x)) == [0, 0]


def test_ends_of_plain_arrays():
    """An array with a tracked end is differentiated by the end."""
    assert ac.grad(lambda s: np.sum(np.diff([1.0, 4.0], prepend=s) ** 2))(3.0) == 4
