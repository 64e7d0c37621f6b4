"""Differences, slopes, integrals, interpolation, phases."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

KNOTS = np.array([-1.0, 0.3, 0.8, 2.5])
VALUES = np.array([0.5, -1.2, 2.1, 0.4])


def along_coordinates(x, h, axis, **options):
    """Slopes of fixed values along one axis, as a function of where they stand."""
    return np.gradient(x, h, axis=axis, **options)


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
    case(np.ediff1d, options=[{}, {"to_end": 0.5}, {"to_begin": [1.5, 2.5], "to_end": 3}]),
    case(
        np.ediff1d,
        shapes=[(4,), (2, 1), ()],
        call=lambda a, end, begin: np.ediff1d(a, to_end=end, to_begin=begin),
    ),
    case(np.gradient, shapes=[(5,)], options=[{}, {"edge_order": 2}],
         call=lambda f, **options: np.gradient(f, 0.3, **options), also=[[(2,)]]),
    case(np.gradient, shapes=[(3, 4)], call=lambda f, **options: np.gradient(f, **options),
         also=[[(2, 2)]],
         options=[{}, {"axis": 0}, {"axis": (1, 0), "edge_order": 2}, {"axis": -1}]),
    case(np.gradient, shapes=[(3, 4)], options=[{}, {"edge_order": 2}],
         args=([0.3, 1.0, 1.2], 0.5), skip=["dtypes"]),  # computed in that of the distances
    case(np.gradient, shapes=[(2, 3), ()], options=[{}, {"axis": 1, "edge_order": 2}],
         low=(-2, 0.5)),
    case(np.gradient, shapes=[(3, 4), (), (4,)], low=[-1, 1, 0], high=[1, 2, 4],
         options=[{}, {"edge_order": 2}], complex=None),  # dense complex coordinates: no settling
    case(np.gradient, make=lambda rng: [rng.normal(size=(3, 4)), np.arange(4.0)],
         call=along_coordinates, options=[{"axis": 1}, {"axis": -1, "edge_order": 2}]),
    case(np.trapezoid, shapes=[(3, 4)], options=[{}, {"axis": 0}, {"dx": 0.3}],
         also=[[(1,)], [(0,)]]),
    case(np.trapezoid, shapes=[(3, 4), (4,)]),
    case(np.trapezoid, shapes=[(3, 4), (3, 1)], options=[{"axis": 0}]),
    case(np.trapezoid, shapes=[(3, 4), ()], call=lambda y, dx: np.trapezoid(y, dx=dx, axis=0)),
    case(np.interp, shapes=[(2, 3)], args=(KNOTS, VALUES), complex=None),  # x is real
    case(np.interp, make=lambda rng: [rng.uniform(-2, 3, 7), KNOTS, VALUES], complex=None,
         options=[
             {}, {"left": 0.5}, {"left": -0.7, "right": 2}, {"period": 2.3}, {"period": -5.0},
         ]),
    case(np.interp, make=lambda rng: [VALUES + 1j * VALUES[::-1]],
         call=lambda fp, **options: np.interp([-2.0, 0.1, 0.7, 3.0], KNOTS, fp, **options),
         skip=["dtypes"],  # of complex numbers alone
         options=[{}, {"period": 1.7}]),
    case(np.interp, make=lambda rng: [np.array([-1.7, 0.4, 3.1]), np.array(0.7), np.array(-0.2)],
         call=lambda x, left, right: np.interp(x, KNOTS, VALUES, left, right), complex=None),
    case(np.interp, make=lambda rng: [np.array([-1.7, 0.4, 3.4]), np.array(2.3)],
         call=lambda x, period: np.interp(x, KNOTS, VALUES, period=period), complex=None),
    case(np.unwrap, shapes=[(3, 4)], low=-9, high=9, complex=None,  # only reals are compared
         options=[{}, {"axis": 0}, {"discont": 4.0}, {"period": 2.5, "axis": 0}]),
]  # fmt: skip


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


def test_even_coordinates_are_differentiated_one_by_one():
    """NumPy reads one distance where all are equal; each coordinate has its own slope."""
    f = np.array([0.0, 1.0, 4.0, 9.0])
    slopes = ac.jacobian(lambda x: np.gradient(f, x))(np.arange(4.0))

    np.testing.assert_allclose(slopes[0], [1, -1, 0, 0])
    np.testing.assert_allclose(slopes[1], [0, 2, -2, 0], atol=1e-15)


@pytest.mark.parametrize(("x", "slope"), [(-0.5, 0), (0.0, 10), (1.0, 2), (2.0, 2), (2.5, 0)])
def test_interpolation_on_a_knot(x, slope):
    """The slope to the right; on the last knot that to the left; none outside."""
    assert ac.grad(lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 10.0, 12.0]))(x) == slope


def test_interpolation_outside():
    """The cotangent goes to the value at the end, or to what is given for it."""
    fp = np.array([1.0, 2.0, 5.0])
    x = np.array([-3.0, 0.5, 1.75, 9.0])
    g = ac.grad(lambda fp: np.sum(np.interp(x, [0.0, 1.0, 2.0], fp)))(fp)
    left = ac.grad(lambda c: np.sum(np.interp(ac.Variable(x), [0.0, 1.0, 2.0], fp, left=c)))(7.0)

    assert list(g) == [1.5, 0.75, 1.75]
    assert left == 1


@pytest.mark.parametrize(("xp", "expected"), [([0.5], [3.0]), ([0.0, 1.0, 1.0], [1.0, 0.0, 2.0])])
def test_interpolation_of_intervals_without_length(xp, expected):
    """One knot, or the same knot twice: shares, and no nan."""
    fp = np.ones(len(xp))
    g = ac.grad(lambda xp, fp: np.sum(np.interp([-1.0, 1.0, 3.0], xp, fp)), (0, 1))

    assert list(g(np.array(xp), fp)[0]) == [0] * len(xp)
    assert list(g(np.array(xp), fp)[1]) == expected


def test_interpolation_at_nan():
    """It is its own value, and leaves the others alone."""
    x = np.array([np.nan, 0.5])
    gx, gf = ac.grad(lambda x, fp: np.sum(np.interp(x, [0.0, 1.0], fp)), (0, 1))(x, np.ones(2))

    assert list(gx) == [0, 0]
    assert list(gf) == [0.5, 0.5]


def test_interpolation_of_nothing():
    """No points, gradient zero."""
    g = ac.grad(lambda x, fp: np.sum(np.interp(x, KNOTS, fp)), (0, 1))(np.zeros(0), VALUES)

    assert g[0].shape == (0,)
    assert list(g[1]) == [0, 0, 0, 0]


def test_slopes_along_no_axis():
    """None."""
    assert np.gradient(ac.Variable(np.ones((2, 3))), axis=()) == ()


def test_a_list_of_coordinates():
    """Numbers and Variables in one list."""
    h = ac.Variable(2.0)
    np.gradient(ac.Variable([1.0, 4.0, 9.0]), [0.0, h, 5.0])[0].backward()

    assert h.grad == -0.75


def test_what_a_phase_is_unwrapped_by_is_constant():
    """A tracked period is refused at the call."""
    with pytest.raises(ac.errors.NoRuleError, match="period"):
        np.unwrap(ac.Variable([0.0, 4.0]), period=ac.Variable(2.0))


@pytest.mark.parametrize("call", [
    lambda x: np.gradient(x, 1.0, 2.0),
    lambda x: np.gradient(x, [0.0, 1.0]),
    lambda x: np.gradient(x, [[0.0, 1.0, 2.0]]),
    lambda x: np.gradient(x, edge_order=3),
    lambda x: np.gradient(x[:1]),
    lambda x: np.gradient(x[:2], edge_order=2),
    lambda x: np.gradient(x, axis=1),
    lambda x: np.gradient(np.stack([x, x]), 0.5, edge_order=2),
    lambda x: np.interp(x, [0.0, 1.0], [1.0, 2.0, 3.0]),
    lambda x: np.interp(x, [0.0, 1.0], [1.0, 2.0, 3.0], period=2.0),
    lambda x: np.interp(x, [[0.0, 1.0]], [[1.0, 2.0]], period=2.0),
    lambda x: np.interp(x, [0.0, 1.0], [1.0, 2.0], period=0),
    lambda x: np.interp(x, [], []),
    lambda x: np.interp(x, [], [], period=2.0),
    lambda x: np.trapezoid(x, [0.0, 1.0, 2.0, 3.0]),
    lambda x: np.unwrap(x, axis=1),
    lambda x: np.ediff1d(x, to_end=[1j]),
    lambda x: np.ediff1d(x, to_begin=1j),
])  # fmt: skip
def test_impossible_calls_are_numpys_errors(call):
    """The same error, with the same text."""
    with pytest.raises((ValueError, IndexError, TypeError)) as expected:
        call(np.arange(3.0))

    with pytest.raises(type(expected.value)) as actual:
        call(ac.Variable(np.arange(3.0)))
    assert str(actual.value) == str(expected.value)
