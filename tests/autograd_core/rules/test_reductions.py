"""Sums, products, extrema and scans: every option, ties, zeros, and what does not fit."""

import numpy as np
import pytest
from harness import case, checks
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac

MASK = np.array([[True, False, True], [True, True, False]])
AXES = [{"axis": 0}, {"axis": -1}, {"axis": (1, 0)}, {"axis": ()}, {"axis": (-1,)}]
PLAIN = [{}, *AXES, {"keepdims": True}, {"axis": 0, "keepdims": True}]
STARTS = [
    {"initial": 0.7},
    {"axis": 1, "initial": np.float32(-0.3), "keepdims": True},
    {"where": MASK, "initial": 0.4},
    {"where": MASK[:1], "axis": -1, "initial": -0.2},
]
MASKS = [{"where": MASK}, {"where": [True, False, True], "axis": 1, "keepdims": True}]
DTYPES = [{"dtype": "g"}, {"dtype": complex, "axis": 1}]
SCANS = [{}, {"axis": 0}, {"axis": -1}, *DTYPES]
EXTREMA = PLAIN + STARTS


def away_from_zero(rng):
    """Factors, no two of one size."""
    return [rng.permutation(np.linspace(0.5, 1.9, 6)).reshape(2, 3) * rng.choice([-1, 1], (2, 3))]


def with_zeros(rng):
    """Factors with none, one and two zeros in their columns."""
    x = away_from_zero(rng)[0]
    x[[0, 0, 1], [1, 2, 2]] = 0
    return [x]


CASES = [
    case(np.sum, options=PLAIN + STARTS + MASKS + DTYPES),
    case(np.mean, options=PLAIN + MASKS + DTYPES),
    case(np.prod, make=away_from_zero, options=PLAIN + STARTS + MASKS + DTYPES),
    case(np.prod, make=with_zeros, options=[*PLAIN, {"initial": 2.0}]),
    case(np.prod, also=[[(3, 1, 2)]]),
    case(np.cumsum, options=SCANS),
    case(np.cumprod, make=away_from_zero, options=SCANS),
    case(np.cumprod, make=with_zeros, options=SCANS),
    case(np.cumprod),
    case(np.max, options=EXTREMA),
    case(np.min, options=EXTREMA),
    case(np.amax, options=EXTREMA),
    case(np.amin, options=EXTREMA),
    case(np.ptp, options=PLAIN),
    case(np.trace, options=[{}, {"offset": 1}, {"offset": -1}, {"offset": 5}, *DTYPES[:1]]),
    case(
        np.trace,
        shapes=[(2, 3, 4)],
        options=[{}, {"axis1": -1, "axis2": 0, "offset": 1}, {"axis1": 2, "axis2": 1}],
    ),
]
if hasattr(np, "cumulative_sum"):  # from NumPy 2.1 on
    CUMULATIVE = [
        {"axis": 1},
        {"axis": 0, "include_initial": True},
        {"axis": -1, "dtype": "g", "include_initial": True},
    ]
    CASES += [
        case(np.cumulative_sum, shapes=[(4,)], options=[{}, {"include_initial": True}]),
        case(np.cumulative_prod, shapes=[(4,)], options=[{}, {"include_initial": True}]),
        case(np.cumulative_sum, options=CUMULATIVE),
        case(np.cumulative_prod, options=CUMULATIVE),
        case(np.cumulative_prod, make=with_zeros, options=CUMULATIVE),
    ]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- extrema --------------------------------------------------------------------------------------
@pytest.mark.parametrize("op", [np.max, np.min, np.amax, np.amin])
def test_ties_share_equally(op):
    """Counted per slice, over all reduced axes."""
    x = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]) * (1 if op in (np.max, np.amax) else -1)

    assert ac.grad(op)(x) == pytest.approx(np.array([[1, 1, 0], [1, 0, 0]]) / 3)
    by_rows = ac.grad(lambda x: np.sum(op(x, axis=1)))(x)
    assert by_rows.tolist() == [[0.5, 0.5, 0], [1, 0, 0]]


def test_a_nan_is_the_maximum():
    """It takes the cotangent of its slice; the others of its slice take none."""
    x = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 3.0]])
    slope = ac.grad(lambda x: np.sum(np.max(x, axis=1) * [5.0, 7.0]))(x)

    assert slope.tolist() == [[0, 5, 0], [0, 0, 7]]


def test_many_tied_halves():
    """70 000 does not fit into float16, its inverse does."""
    slope = ac.grad(np.max)(np.ones(70_000, np.float16))

    assert slope.dtype == np.float16
    assert slope[0] == np.float16(1 / 70_000)


@pytest.mark.parametrize(
    ("initial", "by_x", "by_initial"),
    [(2.0, [0, 0.5, 0.5], 0), (5.0, [0, 0.25, 0.25], 0.5), (9.0, [0, 0, 0], 1)],
)
def test_initial_ties_as_an_operand(initial, by_x, by_initial):
    """max(x, initial=c) is maximum(max(x), c), differentiable in c."""
    x = np.array([1.0, 5.0, 5.0])
    slopes = ac.grad(lambda x, c: np.max(x, initial=c), (0, 1))(x, initial)

    assert slopes[0].tolist() == by_x
    assert slopes[1] == by_initial


def test_initial_of_what_is_masked_altogether():
    """A slice of which nothing is selected is its initial value."""
    x, where = np.array([[1.0, 5.0], [2.0, 3.0]]), np.array([[False, False], [True, False]])
    slopes = ac.grad(
        lambda x, c: np.sum(np.min(x, axis=1, initial=c, where=where) * [1.0, 10.0]), (0, 1)
    )(x, 7.0)

    assert slopes[0].tolist() == [[0, 0], [10, 0]]
    assert slopes[1] == 1


@pytest.mark.parametrize("op", [np.max, np.min])
def test_empty_extremum(op):
    """Without an initial value NumPy's error; with one, that is all there is."""
    x = np.zeros((0, 2))
    with pytest.raises(ValueError, match="zero-size"):
        op(ac.Variable(x))

    by_x, by_start = ac.grad(lambda x, c: np.sum(op(x, axis=0, initial=c)), (0, 1))(x, 3.0)
    assert by_x.shape == (0, 2)
    assert by_start == 2


def test_mask_without_initial():
    """NumPy's error: there may be nothing to choose from."""
    with pytest.raises(ValueError, match="identity"):
        np.max(ac.Variable([1.0, 2.0]), where=[True, False])


def test_range_of_equal_values():
    """Shares of one cancel those of the other."""
    assert ac.grad(np.ptp)(np.full(3, 2.0)).tolist() == [0, 0, 0]


# --- sums and means -------------------------------------------------------------------------------
@pytest.mark.parametrize("op", [np.sum, np.prod])
def test_initial_is_differentiable(op):
    """By a Variable that is the start value, also beside a plain one."""
    x = np.array([2.0, 3.0])
    by_start = ac.grad(lambda c: op(ac.Variable(x), initial=c))(4.0)

    assert by_start == (1 if op is np.sum else 6)
    assert op(ac.Variable(np.float32(x)), initial=np.float64(4)).dtype == np.float32


def test_initial_is_one_number():
    """As in NumPy."""
    with pytest.raises(ValueError, match="reshape"):
        np.sum(ac.Variable([1.0, 2.0]), initial=[1.0, 2.0])


def test_initial_in_forward_mode():
    """The start value has no tangent of its own."""
    x, t = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    assert ac.jvp(lambda x: np.sum(x, initial=10.0), (x,), (t,)) == (13, 1)


def test_unselected_entries_are_not_seen():
    """Neither in the value nor in the derivative."""
    x, where = np.array([1.0, np.nan, 4.0]), np.array([True, False, True])
    for op, expected in ((np.sum, [1, 0, 1]), (np.mean, [0.5, 0, 0.5]), (np.prod, [4, 0, 1])):
        assert ac.grad(lambda x, op=op: op(x, where=where))(x).tolist() == expected


def test_mean_of_many_halves():
    """The count is applied once, as a Python number: 70 000 does not fit into float16."""
    x = np.ones(70_000, np.float16)
    for options in ({}, {"where": np.ones(70_000, bool)}):
        slope = ac.grad(lambda x, options=options: np.mean(x, **options))(x)
        assert slope.dtype == np.float16
        assert (slope == np.float16(1 / 70_000)).all()


def test_sum_in_integers():
    """What is rounded has derivative zero: a plain result."""
    total = np.sum(ac.Variable([1.5, 2.5]), dtype=int)
    assert total == 3
    assert not isinstance(total, ac.Variable)


@pytest.mark.parametrize("op", [np.sum, np.mean, np.prod, np.max, np.cumsum, np.cumprod])
def test_duplicate_axes_and_axes_out_of_range(op):
    """NumPy's own errors."""
    x = ac.Variable(np.ones((2, 3)))
    with pytest.raises(np.exceptions.AxisError):
        op(x, axis=2)
    if op not in (np.cumsum, np.cumprod):
        with pytest.raises(ValueError, match="duplicate"):
            op(x, axis=(0, 0))


@pytest.mark.parametrize("op", [np.sum, np.prod, np.max, np.cumsum, np.cumprod])
def test_a_number_along_an_axis(op):
    """NumPy lets a number be reduced along axis 0, except for its mean."""
    assert ac.grad(lambda x: np.sum(op(x, axis=0)))(3.0) == 1
    assert ac.grad(lambda x: np.sum(op(x, axis=-1)))(0.0) == 1


# --- products -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([0.0, 2.0, 3.0], [6, 0, 0]),
        ([0.0, 0.0, 3.0], [0, 0, 0]),
        ([1e-200, 1e-200, 1e300], [1e100, 1e100, 0]),
        ([1e200, 1e200, 2.0], [2e200, 2e200, np.inf]),
        ([np.inf, 2.0], [2, np.inf]),
        ([np.nan, 2.0], [2, np.nan]),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_product_of_the_others(x, expected):
    """No division: zeros, what is too small and what is too large do no harm."""
    assert ac.grad(np.prod)(np.array(x)) == pytest.approx(np.array(expected), nan_ok=True)


def test_second_derivatives_of_products_with_zeros():
    """∂²/∂xᵢ∂xⱼ is the product of all others, exactly; on the diagonal 0."""
    assert ac.hessian(np.prod)(np.array([0.0, 0.0, 3.0])).tolist() == [
        [0, 3, 0],
        [3, 0, 0],
        [0] * 3,
    ]
    assert ac.hessian(np.prod)(np.array([1e-200, 2e200])).tolist() == [[0, 1], [1, 0]]


def test_third_derivative_of_a_product():
    """All zeros but where the three differ."""
    third = ac.jacobian(ac.hessian(np.prod))(np.zeros(3))
    assert third[0, 1, 2] == third[2, 0, 1] == 1
    assert np.sum(third) == 6


def test_scan_with_zeros():
    """The Jacobian of cumprod at zeros, against its definition."""
    x = np.array([2.0, 0.0, 3.0, 0.0, 5.0])
    jacobian = ac.jacobian(np.cumprod)(x)

    for i, j in np.ndindex(5, 5):
        others = np.delete(x[: i + 1], j) if j <= i else np.zeros(1)
        assert jacobian[i, j] == np.prod(others)


def test_scan_that_leaves_the_range():
    """What overflows only between entries that are not asked for is not met."""
    x = np.array([1e-300, 1e200, 1e200])
    assert ac.grad(lambda x: np.cumprod(x)[0])(x).tolist() == [1, 0, 0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.0, -1.5, 0.5, 2.0]), min_size=1, max_size=9))
def test_scans_of_any_length(factors):
    """cumprod by its rule is cumprod by a loop, in both orders."""
    x = np.array(factors)
    weights = np.linspace(-1, 1.3, x.size)

    def loop(x):
        total, out = 1.0, 0.0
        for k in range(x.size):
            total = total * x[k]
            out = out + weights[k] * total
        return out

    def rule(x):
        return np.sum(np.cumprod(x) * weights)

    assert ac.grad(rule)(x) == pytest.approx(ac.grad(loop)(x), abs=1e-12)
    assert ac.hessian(rule)(x) == pytest.approx(ac.hessian(loop)(x), abs=1e-12)


@pytest.mark.parametrize("axis", [np.int64(1), np.array(1), (np.array(-1),)])
@pytest.mark.parametrize("op", [np.sum, np.mean, np.max])
def test_an_axis_is_whatever_is_an_integer(op, axis):
    """NumPy takes its own integers and 0-d arrays of them; so does the sweep."""
    ac.gradcheck(lambda x: op(x, axis=axis) ** 2, np.arange(6.0).reshape(2, 3), order=2)
