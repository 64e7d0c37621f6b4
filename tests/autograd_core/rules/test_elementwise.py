"""Functions that act entry by entry: each rule, and each kink to the third order."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.rules.elementwise import (
    cast,
    i0_derivative,
    identity,
    raised,
    sinc_derivative,
)

inf, nan = np.inf, np.nan
since_2_1 = pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="an option that NumPy 2.0 lacks"
)
clip_ufunc = np._core.umath.clip

CASES = [
    case(np.negative),
    case(np.positive),
    case(np.conjugate),
    case(np.absolute),
    case(np.fabs),
    case(np.reciprocal, low=0.4),
    case(np.square),
    case(np.sqrt, low=0.2),
    case(np.cbrt, low=0.2),
    case(np.exp),
    case(np.exp2),
    case(np.expm1),
    case(np.log, low=0.1),
    case(np.log2, low=0.1),
    case(np.log10, low=0.1),
    case(np.log1p, low=-0.8),
    case(np.sin),
    case(np.cos),
    case(np.tan, low=-1, high=1),
    case(np.arcsin, low=-0.9, high=0.9),
    case(np.arccos, low=-0.9, high=0.9),
    case(np.arctan),
    case(np.sinh),
    case(np.cosh),
    case(np.tanh),
    case(np.arcsinh),
    case(np.arccosh, low=1.2, high=4),
    case(np.arctanh, low=-0.9, high=0.9),
    case(np.deg2rad),
    case(np.radians),
    case(np.rad2deg),
    case(np.degrees),
    case(np.add),
    case(np.subtract),
    case(np.multiply),
    case(np.divide, low=0.4),
    case(np.remainder, low=[3.3, 1.03], high=[3.7, 1.07]),
    case(np.fmod, low=[3.3, 1.03], high=[3.7, 1.07]),
    case(np.power, low=0.4),
    case(np.float_power, low=0.4),
    case(np.maximum),
    case(np.minimum),
    case(np.fmax),
    case(np.fmin),
    case(np.hypot),
    case(np.arctan2, low=0.3),
    case(np.logaddexp),
    case(np.logaddexp2),
    case(np.copysign, low=0.3),
    case(np.heaviside, low=0.3),
    case(np.ldexp, shapes=[(2, 3)], call=lambda x: np.ldexp(x, [1, -2, 3])),
    case(np.nextafter, second=False),  # one bit beyond x: differences of differences see nothing
    case(np.divmod, low=[3.3, 1.03], high=[3.7, 1.07]),
    case(np.modf, low=1.1, high=1.9),
    case(np.frexp, low=1.1, high=1.9, call=lambda x: np.frexp(x)[0]),
    case(np.copy, options=[{}, {"order": "F"}]),
    case(np.astype, args=("f8",), dtypes=(), skip=["zoo"]),  # no numbers before NumPy 2.4
    # the dtype of the result is what the call asks for
    case(cast, args=("f8",), dtypes=()),
    case(np.real),
    case(np.imag),
    case(np.angle, options=[{}, {"deg": True}]),
    case(np.real_if_close, options=[{}, {"tol": 0.1}]),
    case(np.nan_to_num, options=[{}, {"nan": 1.0, "posinf": 2.0, "neginf": 3.0}]),
    case(
        np.clip,
        shapes=[(2, 3), (), (3,)],
        low=[-2, -0.9, 0.8],
        high=[2, -0.8, 0.9],
    ),
    case(clip_ufunc, low=[-2, -0.9, 0.8], high=[2, -0.8, 0.9]),
    case(identity),
    *(case(raised, low=0.4, args=(n,)) for n in (0, 1, 2, 3, -1, 0.5, -2.5)),
    case(np.sinc),
    case(np.i0, low=-3, high=3),
    *(case(sinc_derivative, args=(n,)) for n in (0, 1, 4)),
    *(case(i0_derivative, args=(n,)) for n in (0, 1, 4)),
    case(np.emath.sqrt, low=-2, high=-0.2, dtypes=("float32",)),
    case(np.emath.log, low=-2, high=-0.2, dtypes=("float32",)),
    case(np.emath.log2, low=-2, high=-0.2, dtypes=("float32",)),
    case(np.emath.log10, low=-2, high=-0.2, dtypes=("float32",)),
    case(np.emath.logn, shapes=[(2, 3), (3,)], low=[2, -2], high=[4, -0.2], dtypes=("float32",)),
    case(np.emath.power, shapes=[(2, 3), (3,)], low=[-2, 0.4], high=[-0.4, 2], dtypes=("float32",)),
    case(np.emath.arccos, low=1.2, high=2, dtypes=("float32",)),
    case(np.emath.arcsin, low=1.2, high=2, dtypes=("float32",)),
    case(np.emath.arctanh, low=1.2, high=2, dtypes=("float32",)),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def slopes(function, *points, order=1):
    """The derivatives by each argument, ``order`` times by the same one."""

    def by(k):
        derivative = function
        for _ in range(order):
            derivative = ac.grad(derivative, k)
        return derivative

    with np.errstate(all="ignore"):
        return [float(by(k)(*points)) for k in range(len(points))]


KINKS = [
    (np.absolute, (0.0,), [0]),
    (np.fabs, (0.0,), [0]),
    (np.sqrt, (0.0,), [inf]),
    (np.cbrt, (0.0,), [inf]),
    (np.log, (0.0,), [inf]),
    (np.log2, (0.0,), [inf]),
    (np.log10, (0.0,), [inf]),
    (np.log1p, (-1.0,), [inf]),
    (np.reciprocal, (0.0,), [-inf]),
    (np.arcsin, (1.0,), [inf]),
    (np.arccos, (1.0,), [-inf]),
    (np.arctanh, (1.0,), [inf]),
    (np.arccosh, (1.0,), [inf]),
    (np.maximum, (1.0, 1.0), [0.5, 0.5]),
    (np.maximum, (nan, 1.0), [1, 0]),
    (np.maximum, (1.0, nan), [0, 1]),
    (np.minimum, (1.0, 1.0), [0.5, 0.5]),
    (np.minimum, (1.0, nan), [0, 1]),
    (np.fmax, (nan, 2.0), [0, 1]),
    (np.fmax, (2.0, 2.0), [0.5, 0.5]),
    (np.fmin, (2.0, nan), [1, 0]),
    (np.hypot, (0.0, 0.0), [0, 0]),
    (np.hypot, (3e200, 4e200), [0.6, 0.8]),
    (np.hypot, (3e-200, 4e-200), [0.6, 0.8]),
    (np.arctan2, (0.0, 0.0), [0, 0]),
    (np.arctan2, (0.0, -2.0), [-0.5, 0]),
    (np.arctan2, (1e-200, 1e-200), [5e199, -5e199]),
    (np.arctan2, (1e200, 1e200), [5e-201, -5e-201]),
    (np.copysign, (0.0, -1.0), [0, 0]),
    (np.heaviside, (0.0, 0.3), [0, 1]),
    (np.heaviside, (2.0, 0.3), [0, 0]),
    (np.power, (0.0, 0.0), [0, 0]),
    (np.power, (2.0, 0.0), [0, np.log(2)]),
    (np.power, (0.0, 1.0), [1, 0]),
    (np.power, (0.0, 2.0), [0, 0]),
    (np.power, (0.0, 0.5), [inf, 0]),
    (np.power, (0.0, -1.0), [-inf, 0]),
    (np.power, (-2.0, 3.0), [12, -8 * np.log(2)]),
    (np.float_power, (0.0, 0.0), [0, 0]),
    (np.remainder, (7.0, 3.0), [1, -2]),
    (np.remainder, (-7.0, 3.0), [1, 3]),
    (np.fmod, (-7.0, 3.0), [1, 2]),
    (np.fmod, (1.0, 0.1), [1, -9]),  # 1.0 / 0.1 rounds up to 10
    (np.logaddexp, (-inf, -inf), [0.5, 0.5]),
    (np.logaddexp, (inf, inf), [0.5, 0.5]),
    (np.logaddexp, (inf, 1.0), [1, 0]),
    (np.logaddexp, (-1e4, 1e4), [0, 1]),
    (np.logaddexp2, (-inf, -inf), [0.5, 0.5]),
    (np.logaddexp2, (3.0, -inf), [1, 0]),
    (np.expm1, (-40.0,), [np.exp(-40.0)]),
    (np.tanh, (1000.0,), [0]),
    (np.arcsinh, (1e200,), [1e-200]),
    (np.sinc, (0.0,), [0]),
    (np.sinc, (1e-8,), [-(np.pi**2) / 3 * 1e-8]),
    (np.i0, (0.0,), [0]),
    (np.angle, (0.0,), [0]),
    (np.nan_to_num, (nan,), [0]),
    (np.nan_to_num, (-inf,), [0]),
    (np.clip, (1.0, 1.0, 3.0), [1, 0, 0]),
    (np.clip, (3.0, 1.0, 3.0), [1, 0, 0]),
    (np.clip, (0.0, 1.0, 3.0), [0, 1, 0]),
    (np.clip, (5.0, 1.0, 3.0), [0, 0, 1]),
    (np.clip, (1.5, 2.0, 1.0), [0, 0, 1]),
    (np.clip, (0.0, 2.0, 1.0), [0, 0, 1]),
    (clip_ufunc, (1.0, 1.0, 3.0), [1, 0, 0]),
]


def labels(kinks):
    return [f"{f.__name__}{points}" for f, points, _ in kinks]


@pytest.mark.parametrize(("function", "points", "expected"), KINKS, ids=labels(KINKS))
def test_kink(function, points, expected):
    """One value at each kink and edge."""
    actual = slopes(function, *points)
    assert actual == pytest.approx(expected, rel=1e-12, abs=0)


SECOND = [
    (np.absolute, (0.0,), [0]),
    (np.maximum, (1.0, 1.0), [0, 0]),
    (np.hypot, (0.0, 0.0), [0, 0]),
    (np.arctan2, (0.0, 0.0), [0, 0]),
    (np.copysign, (0.0, 1.0), [0, 0]),
    (np.power, (0.0, 0.0), [0, 0]),
    (np.power, (0.0, 1.0), [0, 0]),
    (np.power, (0.0, 2.0), [2, 0]),
    (np.power, (0.0, 3.0), [0, 0]),
    (np.power, (-2.0, 3.0), [-12, -8 * np.log(2) ** 2]),
    (np.logaddexp, (0.0, 0.0), [0.25, 0.25]),
    (np.logaddexp, (-inf, -inf), [0, 0]),
    (np.logaddexp, (1000.0, 0.0), [0, 0]),
    (np.logaddexp2, (0.0, 0.0), [np.log(2) / 4, np.log(2) / 4]),
    (np.tanh, (1000.0,), [0]),
    (np.sinc, (0.0,), [-(np.pi**2) / 3]),
    (np.i0, (0.0,), [0.5]),
    (np.clip, (1.0, 1.0, 3.0), [0, 0, 0]),
    (np.nan_to_num, (nan,), [0]),
]


@pytest.mark.parametrize(("function", "points", "expected"), SECOND, ids=labels(SECOND))
def test_second_derivative_at_kink(function, points, expected):
    """The second derivative by each operand is finite where the function is smooth or flat."""
    actual = slopes(function, *points, order=2)
    assert actual == pytest.approx(expected, rel=1e-10, abs=1e-14)


THIRD = [
    (np.tanh, (0.0,), [-2]),
    (np.sinc, (0.0,), [0]),
    (np.i0, (0.0,), [0]),
    (np.logaddexp, (0.3, 0.3), [0, 0]),
    (np.power, (0.0, 3.0), [6, 0]),
    (np.arcsin, (0.0,), [1]),
    (np.absolute, (0.0,), [0]),
]


@pytest.mark.parametrize(("function", "points", "expected"), THIRD, ids=labels(THIRD))
def test_third_derivative(function, points, expected):
    """So is the third."""
    assert slopes(function, *points, order=3) == pytest.approx(expected, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("order", range(1, 6))
@pytest.mark.parametrize("point", [0.999999, 1.0, 1.000001])
def test_sinc_is_smooth_where_its_two_formulas_meet(order, point):
    """The series and the recurrence agree on both sides of 1."""
    series, recurrence = sinc_derivative(np.array([point, point]) * [1, -1], order)

    assert series == pytest.approx((-1) ** order * recurrence, rel=1e-12)
    assert series == pytest.approx(
        sinc_derivative(1.0, order) + (point - 1) * sinc_derivative(1.0, order + 1), rel=1e-9
    )


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.hypot(x, 0),
        lambda x: np.arctan2(0, x * x),
        lambda x: np.abs(x),
        lambda x: np.abs(x + 0j),
        lambda x: np.angle(x + 0j),
        lambda x: np.power(x, x),
        lambda x: np.logaddexp(x, 0),
        lambda x: np.sinc(x),
        lambda x: np.clip(x, 0, 1),
        lambda x: np.copysign(x, 1),
    ],
)
def test_guards_are_silent(function):
    """Two derivatives at 0 raise no floating-point error and are finite."""
    with np.errstate(all="raise"):
        slope = ac.grad(function)(0.0)
        curvature = ac.grad(ac.grad(function))(0.0)

    assert np.isfinite([slope, curvature]).all()


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.longdouble])
@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.power(x, 2.5),
        lambda x: np.power(2, x),
        lambda x: np.power(2.5, x),
        lambda x: np.maximum(x, 0.7),
        lambda x: np.fmin(3, x),
        lambda x: np.logaddexp(x, 0.0),
        lambda x: np.logaddexp(0.0, x),
        lambda x: np.hypot(x, 2),
        lambda x: np.arctan2(1, x),
        lambda x: np.remainder(x, 0.4),
        lambda x: np.clip(x, 0, 1.5),
        lambda x: np.copysign(x, -1),
    ],
)
def test_numbers_widen_nothing(function, kind):
    """A Python number as the other operand leaves value and gradient in their dtype."""
    x = ac.Variable(np.array([0.3, 1.1], kind))
    with np.errstate(all="raise"):
        y = function(x)
        y.sum().backward()

    assert y.dtype == kind
    assert x.grad.dtype == kind


def test_maximum_of_one_variable_with_itself():
    """The two halves of a tie add up."""
    assert ac.grad(lambda x: np.maximum(x, x))(3.0) == 1


@since_2_1
@pytest.mark.parametrize("options", [{"max": 1.0}, {"min": -1.0}, {"min": None, "max": 1.0}])
def test_clip_by_keyword(options):
    """min= and max= are a_min and a_max; None is no bound."""
    x = np.array([-2.0, 0.5, 2.0])
    low, high = options.get("min"), options.get("max")

    assert (np.clip(ac.Variable(x), **options).data == np.clip(x, **options)).all()
    expected = [float(low is None), 1, float(high is None)]
    assert list(ac.grad(lambda x: np.sum(np.clip(x, **options)))(x)) == expected


@since_2_1
def test_clip_takes_bounds_once():
    """a_min and min together are an error, as in NumPy."""
    with pytest.raises(ValueError, match="both"):
        np.clip(ac.Variable([1.0]), 0, 1, max=2)


def test_clip_of_an_array_by_a_variable():
    """ndarray.clip hands a Variable over; nan bounds give nan, as in NumPy."""
    bound = ac.Variable(0.5)
    np.array([0.0, 0.2, 0.9]).clip(bound, 1.0).sum().backward()

    assert bound.grad == 2
    assert np.isnan(np.clip(ac.Variable([1.0]), nan, 2.0).data).all()


def test_nan_to_num_in_place():
    """copy=False writes into the Variable it was given."""
    x = ac.Variable([nan, 2.0, inf])
    y = x * 1
    result = np.nan_to_num(y, copy=False, posinf=7.0)
    (y * [1.0, 2.0, 3.0]).sum().backward()

    assert result is y
    assert list(y.data) == [0, 2, 7]
    assert list(x.grad) == [0, 2, 0]


def test_untracked_whole_numbers():
    """Composites take them as NumPy does."""
    n = ac.Variable([3, -1, 7], requires_grad=False)

    assert np.nan_to_num(n).tolist() == [3, -1, 7]
    assert np.clip(n, 0, 5).tolist() == [3, 0, 5]
    assert np.emath.sqrt(n).dtype == complex
    assert np.real_if_close(n).tolist() == [3, -1, 7]


def test_nan_to_num_by_parts():
    """A complex entry keeps the part that is finite."""
    z = ac.Variable([complex(nan, 2.0), complex(3.0, inf)])
    y = np.nan_to_num(z)
    (y.real + y.imag).sum().backward()

    assert (y.data == np.nan_to_num(z.data)).all()
    assert list(z.grad) == [1j, 1]


def test_cast_to_integers_is_constant():
    """What a cast to integers gives is plain, or a derivative of zero."""
    assert list(ac.grad(lambda x: np.sum(np.astype(x, int) * 1.0))(np.array([1.5, 2.5]))) == [0, 0]


@since_2_1
def test_there_is_one_device():
    """Another one is NumPy's error."""
    assert np.astype(ac.Variable([1.0]), "f4", device="cpu").dtype == np.float32
    with pytest.raises(ValueError, match="cpu"):
        np.astype(ac.Variable([1.0]), "f4", device="gpu")


@pytest.mark.parametrize("kind", ["f4", "f8", "c8"])
def test_cast_of_a_number(kind):
    """A NumPy scalar is cast as an array is."""
    x = ac.Variable(1.5)
    y = np.astype(x, kind)
    (3 * y.real).backward()

    assert y.dtype == kind
    assert x.grad == 3
    assert x.grad.dtype == float


def test_complex_to_real_cast_keeps_the_real_part():
    """The imaginary part is dropped by value and by gradient."""
    z = ac.Variable([1.0 + 2.0j])
    with pytest.warns(np.exceptions.ComplexWarning):
        y = np.astype(z, float)
    (3 * y).sum().backward()

    assert z.grad == 3


def test_unused_output_has_no_cotangent():
    """Of two outputs only the one that was used is differentiated."""
    assert ac.grad(lambda x: np.modf(x)[0] * 3)(2.7) == 3
    assert ac.grad(lambda x: np.frexp(x)[0])(2.7) == 0.25
    assert ac.grad(lambda x: np.divmod(x, 0.4)[1])(2.7) == 1
    assert ac.grad(lambda y: np.divmod(2.7, y)[1])(0.4) == -6


def test_emath_stays_real_inside_the_domain():
    """The value is complex only where NumPy's is."""
    assert np.emath.sqrt(ac.Variable([1.0, 4.0])).dtype == float
    assert np.emath.sqrt(ac.Variable([1.0, -4.0])).dtype == complex
    assert ac.grad(lambda x: np.emath.sqrt(x).imag)(-4.0) == -0.25


@pytest.mark.parametrize("x", [-2.0, -0.3, 0.3, 2.0, 2.0 + 1.0j, -2.0 - 1.0j])
def test_absolute_value_of_a_complex_number_squared(x):
    """|z|² has the derivative 2 z in the direction of steepest ascent."""
    assert ac.grad(lambda z: np.abs(z) ** 2)(x) == pytest.approx(2 * x)


@pytest.mark.parametrize("function", [np.arcsin, np.arccos, np.arctanh, np.arccosh, np.arcsinh])
@pytest.mark.parametrize("side", [-0.0, 0.0])
@pytest.mark.parametrize("place", [-2.0, 2.0])
def test_side_of_a_branch_cut(function, place, side):
    """On a cut the derivative is that of the side which the sign of zero names."""

    def at(place):
        return complex(side, place) if function is np.arcsinh else complex(place, side)

    h = 1e-6
    slope = ac.grad(function, holomorphic=True)(at(place))
    rise = function(at(place + h)) - function(at(place - h))
    assert slope == pytest.approx(rise / (at(place + h) - at(place - h)), rel=1e-8)


def test_clip_without_bounds_is_a_copy():
    """What is written into the result does not reach the operand."""
    x = ac.Variable([1.0, 2.0]) * 1

    np.clip(x, None, None)[...] = 7.0
    np.testing.assert_array_equal(x.data, [1, 2])
