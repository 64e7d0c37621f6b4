"""Order and sets: stable permutations, what sorts in place, the first of equal values."""

from inspect import signature

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.rules.sorting import plainly, stable_order

ZEROS = np.array([0.0, 0.0, 1.5, 0.0, -2.0, 0.0])


def trimmed(x):
    """What is left of zeros that differences do not move."""
    return np.trim_zeros(np.where(ZEROS == 0, 0, x))


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
    case(stable_order, options=[{}, {"axis": 0}]),
    case(plainly, call=lambda x: plainly(np.argsort, x)),
    case(np.sort_complex, skip=["dtypes"]),  # complex128, whatever comes
    case(np.unique, options=[{}, {"axis": 0}, {"axis": -1}, {"equal_nan": False}]),
    case(np.unique, call=lambda x, **o: np.unique(x, **o)[0], options=[{"return_index": True}]),
    case(np.unique_all, call=lambda x: np.unique_all(x)[0]),
    case(np.unique_counts, call=lambda x: np.unique_counts(x)[0]),
    case(np.unique_inverse, call=lambda x: np.unique_inverse(x)[0]),
    case(np.unique_values, call=lambda x: np.sort(np.unique_values(x))),  # they have no order
    case(np.union1d, shapes=[(2, 2), (3,)]),
    case(np.intersect1d, call=lambda x: np.intersect1d(x, np.ravel(x)[1:])),
    case(np.setdiff1d, args=([0.5, 0.7],), options=[{}, {"assume_unique": True}]),
    case(np.setxor1d, shapes=[(4,), (3,)], options=[{}, {"assume_unique": True}]),
    case(np.trim_zeros, make=lambda rng: [ZEROS + 0.3], call=trimmed),
    case(np.trim_zeros, shapes=[(4,)], options=[{}, {"trim": "f"}, {"trim": "b"}]),
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


@pytest.mark.parametrize("axis", [0, 1])
def test_order_of_many(axis):
    """Quick where no two are equal, and stable where some are, or nan."""
    x = np.random.default_rng(0).normal(size=(70, 80))
    for tied in (None, x[3, 5], np.nan):
        if tied is not None:
            x[::7, ::5] = tied
        expected = np.argsort(x, axis=axis, stable=True)
        assert np.array_equal(stable_order(x, axis), expected)


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


def test_first_of_equal_values():
    """A value of a set is its first entry; counts and places are plain."""
    x = np.array([2.0, 1.0, 2.0, 1.0])
    found = np.unique(ac.Variable(x), return_index=True, return_inverse=True, return_counts=True)

    assert ac.jacobian(np.unique)(x).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0]]
    assert [type(part) for part in found] == [ac.Variable, *[np.ndarray] * 3]
    assert [part.tolist() for part in found[1:]] == [[1, 0], [1, 0, 1, 0], [2, 2]]


def test_rows_as_a_set():
    """Whole slices are compared along an axis."""
    x = np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 1.0]])
    slope = ac.grad(lambda x: np.sum(np.unique(x, axis=0) * [[1.0, 2.0], [3.0, 4.0]]))(x)
    assert slope.tolist() == [[3, 4], [0, 0], [1, 2]]


def test_nan_in_a_set():
    """One of them, or all."""
    x = np.array([np.nan, 1.0, np.nan])
    assert ac.jacobian(np.unique)(x).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert np.unique(ac.Variable(x), equal_nan=False).shape == (3,)
    assert ac.jacobian(lambda x: np.unique_all(x).values)(x).sum() == 3


@pytest.mark.parametrize("op", [np.unique_all, np.unique_counts, np.unique_inverse])
def test_named_results(op):
    """The results are NumPy's named tuples, of a Variable and plain arrays."""
    x = np.array([[2.0, 1.0], [2.0, 4.0]])
    actual, expected = op(ac.Variable(x)), op(x)

    assert type(actual) is type(expected)
    for a, e in zip(actual, expected, strict=True):
        assert np.array_equal(getattr(a, "data", a), e)
        assert isinstance(a, ac.Variable) == (e is expected.values)


def test_values_in_any_order():
    """NumPy gives them as it finds them; each takes the cotangent of its own place."""
    x = np.array([3.0, 1.0, 2.0, 1.0, 7.0, 5.0])
    values = np.unique_values(ac.Variable(x))
    jacobian = ac.jacobian(np.unique_values)(x)

    assert values.data.tolist() == np.unique_values(x).tolist()
    assert (jacobian @ x).tolist() == values.data.tolist()
    assert jacobian[:, 3].tolist() == [0] * 5


@pytest.mark.skipif("sorted" not in signature(np.unique).parameters, reason="from NumPy 2.3 on")
def test_unsorted_set():
    """sorted=False leaves the order to NumPy."""
    x = np.array([3.0, 1.0, 2.0, 1.0, 7.0, 5.0])
    assert np.array_equal(
        ac.jacobian(lambda x: np.unique(x, sorted=False))(x) @ x, np.unique(x, sorted=False)
    )


@pytest.mark.parametrize("assume_unique", [False, True])
def test_what_two_sets_share(assume_unique):
    """It comes from the first; where it lies in both is plain."""
    x, y = np.array([3.0, 1.0, 2.0]), np.array([2.0, 5.0, 3.0])
    values, first, second = np.intersect1d(
        ac.Variable(x), y, assume_unique=assume_unique, return_indices=True
    )
    slopes = ac.grad(lambda x, y: np.sum(np.intersect1d(x, y) * [1.0, 2.0]), (0, 1))(x, y)

    assert values.data.tolist() == [2, 3]
    assert (first.tolist(), second.tolist()) == ([2, 0], [0, 2])
    assert [s.tolist() for s in slopes] == [[2, 0, 1], [0, 0, 0]]


def test_what_only_one_set_has():
    """Equal values of both are left out, wherever they come from."""
    x, y = np.array([3.0, 1.0, 1.0]), np.array([3.0, 0.5])
    assert np.setxor1d(ac.Variable(x), y).data.tolist() == np.setxor1d(x, y).tolist()
    assert ac.jacobian(lambda x: np.setxor1d(x, y))(x).tolist() == [[0, 0, 0], [0, 1, 0]]
    assert ac.jacobian(lambda x: np.setdiff1d(x, y))(x).tolist() == [[0, 1, 0]]
    assert np.setxor1d(ac.Variable(np.zeros(0)), np.zeros(0)).shape == (0,)


@pytest.mark.parametrize("trim", ["fb", "f", "B", "bf"])
@pytest.mark.parametrize("x", [ZEROS, np.zeros(3), np.ones(2), np.zeros(0)])
def test_trimmed_ends(trim, x):
    """A slice, as NumPy cuts it."""
    expected = np.trim_zeros(x, trim)
    assert np.trim_zeros(ac.Variable(x), trim).data.tolist() == expected.tolist()


@pytest.mark.skipif("axis" not in signature(np.trim_zeros).parameters, reason="from NumPy 2.2 on")
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1), ()])
@pytest.mark.parametrize("trim", ["fb", "f", "b"])
def test_trimmed_borders(trim, axis):
    """Along axes too."""
    x = np.zeros((4, 5))
    x[1, 2] = x[2, 1] = 3
    try:
        expected = np.trim_zeros(x, trim, axis)
    except TypeError:
        pytest.skip("several axes: from NumPy 2.4 on")
    slope = ac.grad(lambda x: np.sum(np.trim_zeros(x, trim, axis)))(x)

    assert np.trim_zeros(ac.Variable(x), trim, axis).data.tolist() == expected.tolist()
    assert slope.sum() == expected.size
    assert slope[1, 2] == slope[2, 1] == 1


def test_numpy_refuses():
    """With NumPy's own words."""
    with pytest.raises(np.exceptions.AxisError):
        np.unique(ac.Variable([0.0, 1.0]), axis=1)
    for x in (np.array([[0.0, 1.0]]), ac.Variable([[0.0, 1.0]])):
        with pytest.raises((ValueError, IndexError, TypeError)):
            np.partition(x, 5)
