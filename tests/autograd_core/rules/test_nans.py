"""Reductions without nan: as the plain ones of what is left, and warnings kept."""

import numpy as np
import pytest
from harness import case, checks, plain

import autograd_core as ac

NAN = np.nan
WHERE = np.array([[True, True, False, True], [True, False, True, True]])


HOLES = np.array([[False, True, False, False], [True, False, False, False]])


def of(op, options):
    """An operation on two rows of four with a nan each; differences need numbers to move."""
    return case(
        op,
        make=lambda rng: [(rng.permutation(8) / 5 - 0.73).reshape(2, 4)],
        call=lambda a, **options: op(np.where(HOLES, NAN, a), **options),
        options=options,
    )


REDUCTION = [{}, {"axis": 1}, {"axis": (0, 1), "keepdims": True}, {"axis": -1, "where": WHERE}]
MORE = [{"dtype": "g"}, {"axis": 0, "initial": 1.5}, {"where": WHERE, "initial": 2.0}]
SPREAD = [{"axis": 1, "ddof": 1}, {"correction": 0.5}, {"dtype": "g", "axis": 1}]
SPREAD += [{"mean": np.array([[0.3], [0.4]]), "axis": 1, "keepdims": True}]
EXTREMUM = [{}, {"axis": 1}, {"axis": (0, 1), "keepdims": True}, {"axis": 1, "initial": 0.11}]
EXTREMUM += [{"axis": 1, "where": WHERE, "initial": -0.05}]

SCAN = [{}, {"axis": 0}, {"axis": 1, "dtype": "g"}]

CASES = [
    of(np.nansum, [*REDUCTION, *MORE]),
    of(np.nanprod, [*REDUCTION, *MORE]),
    of(np.nanmean, [*REDUCTION, {"dtype": "g"}]),
    of(np.nanvar, [*REDUCTION, *SPREAD]),
    of(np.nanstd, [*REDUCTION, *SPREAD]),
    of(np.nancumsum, SCAN),
    of(np.nancumprod, SCAN),
    of(np.nanmax, EXTREMUM),
    of(np.nanmin, EXTREMUM),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("op", [np.nanmax, np.nanmin])
def test_ties_share(op):
    """Equally; a nan has no part."""
    assert ac.grad(op)(np.array([2.0, NAN, 2.0])).tolist() == [0.5, 0, 0.5]


def test_infinity_is_no_nan():
    """An infinite extremum takes all, though nan stands beside it."""
    assert ac.grad(np.nanmax)(np.array([-np.inf, NAN])).tolist() == [1, 0]


MESSAGES = {
    np.nanmean: "Mean of empty slice",
    np.nanvar: "Degrees of freedom",
    np.nanstd: "Degrees of freedom",
    np.nanmax: "All-NaN",
    np.nanmin: "All-NaN",
}


@pytest.mark.parametrize("op", MESSAGES)
@pytest.mark.parametrize("create_graph", [False, True])
def test_slice_of_nan_alone(op, create_graph):
    """NumPy's nan and its warning at the call; gradient zero there, the others' own, in silence."""
    x = ac.Variable([[NAN, NAN], [1.0, 3.0]])
    with pytest.warns(RuntimeWarning, match=MESSAGES[op]) as caught:
        y = op(x, axis=1)
    y.sum().backward(create_graph=create_graph)
    alone = ac.grad(op)(np.array([1.0, 3.0]))

    assert len(caught) == 1
    assert np.isnan(y.data).tolist() == [True, False]
    assert plain(x.grad).tolist() == [[0, 0], alone.tolist()]


@pytest.mark.parametrize("op", [np.nanmean, np.nanvar, np.nanstd])
def test_whole_numbers_have_no_nan(op):
    """A dtype of integers is refused, as by NumPy."""
    with pytest.raises(TypeError, match="If a is inexact, then dtype must be inexact"):
        op(ac.Variable([1.0, NAN]), dtype=int)


def test_mean_is_differentiable():
    """A tracked mean= takes its part; NumPy does not show it to us beside plain data."""
    a = np.array([[1.0, NAN, 4.0]])
    f = ac.grad(lambda a, m: np.nanvar(a, axis=1, mean=m)[0], (0, 1))
    slope = f(a, np.array([[2.0]]))[1]

    assert slope[0, 0] == pytest.approx(-1)
    with pytest.raises(ac.ConversionError):
        np.nanvar(a, axis=1, mean=ac.Variable([[2.0]]))


def test_many_halves():
    """70,000 does not fit into float16; its inverse does."""
    slope = ac.grad(np.nanmean)(np.full(70_000, 0.5, np.float16))
    assert slope[0] == np.float16(1 / 70_000)
