"""Order: stable permutations, and what sorts in place."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

CASES = [
    case(
        np.sort,
        options=[{}, {"axis": 0}, {"axis": None}, {"kind": "heapsort"}, {"stable": True}],
    ),
    case(
        np.partition,
        shapes=[(3, 4)],
        options=[
            {"kth": [0, 1, 2, 3]},  # all of them, for the rest is arranged differently by dtype
            {"kth": 1, "axis": 0},
            {"kth": 7, "axis": None},
            {"kth": -2, "kind": "introselect"},
        ],
    ),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("kind", [None, "quicksort", "heapsort", "stable"])
def test_ties_are_stable(kind):
    """Equal values keep their order, whatever algorithm NumPy is asked for."""
    slope = ac.grad(lambda x: np.sum(np.sort(x, kind=kind) * [1.0, 2.0, 3.0]))
    assert list(slope(np.array([2.0, 1.0, 2.0]))) == [2, 1, 3]


def test_partition_of_ties():
    """Every cotangent arrives once, also where values are equal."""
    x = np.array([2.0, 1.0, 2.0, 2.0, 0.5])
    slope = ac.grad(lambda x: np.sum(np.partition(x, 2) * np.arange(1.0, 6)))(x)

    assert sorted(slope) == [1, 2, 3, 4, 5]


def test_partition_by_several():
    """kth may be a list."""
    x = np.array([5.0, 1.0, 3.0, 2.0, 4.0])
    slope = ac.grad(lambda x: np.sum(np.partition(x, [1, 3]) * np.arange(1.0, 6)))(x)

    assert np.partition(x, [1, 3]) @ np.arange(1.0, 6) == x @ slope


def test_order_of_fields_is_refused():
    """order= names fields, which no Variable has."""
    with pytest.raises(ac.NoRuleError, match="order="):
        np.sort(ac.Variable([2.0, 1.0]), order="f")


def test_nan_goes_last():
    """As in NumPy; it takes the cotangent of its place."""
    x = np.array([np.nan, 2.0, 1.0])
    assert list(ac.grad(lambda x: np.sum(np.sort(x)[:2] * [1.0, 2.0]))(x)) == [0, 2, 1]


def test_methods_sort_in_place():
    """x.sort() and x.partition() write into the Variable."""
    x = ac.Variable([[3.0, 1.0, 2.0]])
    y, z = x * 1, x * 1
    y.sort()
    z.partition(0, axis=-1)
    (y * [1.0, 2.0, 3.0]).sum().backward()

    assert y.data.tolist() == [[1, 2, 3]]
    assert z.data[0, 0] == 1
    assert x.grad.tolist() == [[3, 1, 2]]
