"""reduce, accumulate, reduceat, outer and at of every ufunc that has them."""

import numpy as np
import pytest
from harness import case, checks, into

import autograd_core as ac
from autograd_core.errors import ConversionError, MutationError
from autograd_core.forms import RULES
from autograd_core.rules.methods import BINARY, FOLDED, UNARY, WITHOUT_OUTER, added_at

MASK = np.array([[True, False, True], [True, True, False]])
POSITIVE = {np.power, np.float_power, np.arccosh, np.log, np.log2, np.log10, np.log1p, np.sqrt}
INVERSES = {np.arcsin, np.arccos, np.arctanh}
WHOLE = {
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.bitwise_count, np.invert),
    *(np.left_shift, np.right_shift, np.gcd, np.lcm),
}  # NumPy refuses floats
HOLOMORPHIC = {
    *(np.add, np.subtract, np.multiply, np.divide, np.sin, np.exp, np.square, np.conjugate),
    *(np.negative, np.reciprocal, np.absolute),
}  # or right for complex numbers all the same; of the others their own rules' tests speak
AXES = [{}, {"axis": 1}, {"axis": -1, "keepdims": True}]
SEVERAL = [*AXES, {"axis": None}, {"axis": (0, 1), "keepdims": True}, {"axis": ()}]
STARTED = [{"where": MASK, "initial": 0.5}, {"initial": 2.0, "axis": 1}]
REORDERED = [np.fmax, np.fmin, np.hypot, np.logaddexp, np.logaddexp2]
SAME_AS_FUNCTIONS = [np.add, np.multiply, np.maximum, np.minimum]
ALL = [*SAME_AS_FUNCTIONS, *REORDERED, *FOLDED]
MISCOUNTED = {np.power, np.arctan2}  # NumPy's own loops go wrong from the third element
PLACES = np.array([0, 2, 0, 1, 0])


def between(ufunc, **options):
    """Limits in which a ufunc is real and not constant, and far from its jumps."""
    limits = {"low": -1.8, "high": 1.8}
    if ufunc in POSITIVE:
        limits = {"low": 1.2, "high": 2.0}
    elif ufunc in INVERSES:
        limits = {"low": -0.9, "high": 0.9}
    elif ufunc in (np.remainder, np.fmod):
        limits = {"low": 2.1, "high": 3.9}
    limits["complex"] = True if ufunc in HOLOMORPHIC else None
    return {**limits, **options}


def at(ufunc, *operands):
    """The target after ``ufunc.at`` with repeated places."""
    return into(ufunc.at, operands[0], PLACES, *operands[1:])


def changes(ufunc):
    """A case of ``ufunc.at``."""
    if ufunc in WHOLE:
        skip = ["complex", "dtypes", "zoo"]  # a number is not what changes
        return case(ufunc.at, shapes=[(3,)], call=lambda a: whole(ufunc, a), skip=skip)
    if ufunc is np.ldexp:
        return case(ufunc.at, shapes=[(3,)], call=lambda a: at(ufunc, a, PLACES), **between(ufunc))
    limits = {}
    if ufunc.nin == 1:  # which acts three times on one element
        limits = {"low": 20, "high": 30} if ufunc in POSITIVE else {"low": 0.1, "high": 0.3}
    if ufunc is np.arccos:
        limits = {"low": 0.6, "high": 0.7}
    if ufunc in (np.rad2deg, np.degrees):
        limits["dtypes"] = ("float32", "longdouble")  # float16 overflows
    if ufunc is np.float_power:
        limits["dtypes"] = ()  # it computes in float64
    shapes = [(3,), (5,)][: ufunc.nin]
    return case(
        ufunc.at, shapes=shapes, call=lambda *xs: at(ufunc, *xs), **between(ufunc, **limits)
    )


def whole(ufunc, a):
    """Whole numbers change in place; a float beside them is what is differentiated."""
    numbers = np.array([5, 2, 7])
    if isinstance(a, ac.Variable):
        numbers = ac.Variable(numbers, requires_grad=False)
    ufunc.at(numbers, PLACES, *([] if ufunc.nin == 1 else [np.array([1, 2, 3, 1, 2])]))
    return a * np.asarray(numbers)


def reductions(ufunc):
    """Cases of ``ufunc.reduce``."""
    if ufunc in MISCOUNTED:
        return case(ufunc.reduce, shapes=[(2, 2)], options=AXES, **between(ufunc))
    options = [*(AXES if ufunc in FOLDED else SEVERAL), *STARTED]
    if ufunc in (np.nextafter, np.heaviside, np.copysign):
        options = AXES  # all else depends on the start alone
    # nothing has the sum -inf, whose differences are nan
    skip = ["zoo"] if ufunc in (np.logaddexp, np.logaddexp2) else []
    return case(ufunc.reduce, options=options, **between(ufunc, skip=skip))


def scans(ufunc):
    """Cases of ``ufunc.accumulate``."""
    if ufunc in MISCOUNTED:
        return case(ufunc.accumulate, shapes=[(2, 2)], options=[{}, {"axis": 1}], **between(ufunc))
    return case(ufunc.accumulate, options=[{}, {"axis": 1}, {"axis": -1}], **between(ufunc))


def segments(ufunc):
    """Cases of ``ufunc.reduceat``: segments that overlap, and single elements."""
    if ufunc in MISCOUNTED:
        return case(ufunc.reduceat, shapes=[(3, 2)], args=([0, 2, 1],), **between(ufunc))
    return case(ufunc.reduceat, shapes=[(5, 2)], args=([0, 3, 1, 1, 4],), **between(ufunc))


def pairs(ufunc):
    """A case of ``ufunc.outer``."""
    if ufunc is np.ldexp:
        return case(ufunc.outer, shapes=[(2,)], args=(np.array([[1, 2], [0, -1]]),), complex=None)
    return case(ufunc.outer, shapes=[(2,), (2, 2)], **between(ufunc))


CASES = [
    case(added_at, shapes=[(3, 2), (4, 2)], args=(np.array([0, 2, 0, 0]),)),
    *(reductions(f) for f in ALL),
    *(scans(f) for f in ALL),
    *(segments(f) for f in ALL),
    *(
        case(op, shapes=[(2, 5)], args=(np.array([0, 2, 4, 1]),), options=[{"axis": -1}])
        for op in (np.add.reduceat, np.multiply.reduceat)
    ),
    *(case(f.reduce, options=[{"dtype": float}]) for f in (np.add, np.multiply)),
    *(case(f.accumulate, options=[{"dtype": float}]) for f in (np.add, np.multiply)),
    *(pairs(f) for f in BINARY if f not in WITHOUT_OUTER),
    *(changes(f) for f in (*UNARY, *BINARY) if f.nout == 1),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- what the cases cannot say --------------------------------------------------------------------
@pytest.mark.parametrize("ufunc", sorted(MISCOUNTED, key=str), ids=lambda f: f.__name__)
def test_a_fold_goes_from_the_left(ufunc):
    """Value and gradient are those of the calls written out."""
    x = np.array([1.5, 1.2, 1.7, 1.1])

    def written_out(x):
        return ufunc(ufunc(ufunc(x[0], x[1]), x[2]), x[3])

    assert ac.value_and_grad(ufunc.reduce)(x)[0] == written_out(x)
    np.testing.assert_array_equal(ac.grad(ufunc.reduce)(x), ac.grad(written_out)(x))


def test_ties_of_fmax_share_and_nan_takes_nothing():
    """The cotangent of an extremum goes to all who have it."""
    x = np.array([3.0, np.nan, 3.0, 1.0])

    np.testing.assert_array_equal(ac.grad(np.fmax.reduce)(x), [0.5, 0, 0.5, 0])
    np.testing.assert_array_equal(ac.grad(np.fmax.reduce)(x[1:2]), [0])


@pytest.mark.parametrize("ufunc", [np.logaddexp, np.logaddexp2], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([-np.inf, -np.inf], [0.5, 0.5]),
        ([np.inf, 1.0], [1, 0]),
        ([-np.inf, 1.0], [0, 1]),
        ([1000.0, 1000.0], [0.5, 0.5]),
    ],
    ids=str,
)
def test_sums_of_exponentials_at_infinity(ufunc, x, expected):
    """Equal infinities share; nothing overflows and nothing becomes nan."""
    with np.errstate(all="raise", under="ignore"):
        grad = ac.grad(ufunc.reduce)(np.array(x))
    np.testing.assert_allclose(grad, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("ufunc", "x", "expected"),
    [
        (np.maximum, [1.0, 3.0, 3.0, 2.0], [1, 3, 0, 0]),
        (np.minimum, [1.0, 3.0, 1.0, 0.0], [3, 0, 0, 1]),
        (np.maximum, [1.0, np.nan, 3.0, 2.0], [1, 3, 0, 0]),
        (np.fmax, [np.nan, 1.0, np.nan, 2.0], [1, 2, 0, 1]),
    ],
    ids=str,
)
def test_a_running_extremum_is_its_first_winner(ufunc, x, expected):
    """Of equals the first one takes the cotangents; nan is met once."""
    np.testing.assert_array_equal(
        ac.grad(lambda x: np.sum(ufunc.accumulate(x)))(np.array(x)), expected
    )


@pytest.mark.parametrize(
    "ufunc", [np.add, np.subtract, np.multiply, np.maximum], ids=lambda f: f.__name__
)
def test_at_acts_occurrence_by_occurrence(ufunc):
    """On rows, masks and negative places, the value is NumPy's."""
    x, v = np.arange(1.0, 13.0).reshape(3, 4) / 7, np.array([[2.0], [-3.0], [1.5]])

    for index in ([0, 2, 0], [True, False, True], (slice(None), [1, 1, -3]), 1):
        plain = x.copy()
        shape = plain[index].shape
        values = np.resize(v, shape)
        ufunc.at(plain, index, values)
        y = ac.Variable(x) * 1.0
        ufunc.at(y, index, ac.Variable(values))
        np.testing.assert_array_equal(y.data, plain)


def test_at_refuses_plain_targets_and_leaves():
    """A plain target would lose the gradient; a leaf's gradient would lose its value."""
    v = ac.Variable([1.0, 2.0])

    for ufunc in (np.add, np.multiply):
        with pytest.raises(ConversionError, match="requires_grad=False"):
            ufunc.at(np.zeros(3), [0, 1], v)
        with pytest.raises(MutationError):
            ufunc.at(ac.Variable(np.ones(3)), [0, 1], v)


def test_at_writes_through_views():
    """The base of a reversed slice takes what is added to it."""
    x, v = ac.Variable(np.ones(5)), ac.Variable([1.0, 2.0, 3.0])
    y = x * 2.0

    np.add.at(y[::-2], [0, 1, 0], v)
    (y * np.arange(5.0)).sum().backward()
    np.testing.assert_array_equal(y.data, [2, 2, 4, 2, 6])
    np.testing.assert_array_equal(v.grad, [4, 2, 4])


@pytest.mark.parametrize("method", ["reduce", "accumulate", "reduceat", "outer"])
def test_methods_of_comparisons_are_plain(method):
    """Logic has no derivative."""
    x = ac.Variable([1.0, 0.0, 2.0])
    more = {"reduceat": ([0, 2],), "outer": (x,)}.get(method, ())

    assert type(getattr(np.logical_and, method)(x, *more)) in (np.ndarray, np.bool_)


def test_generalized_ufuncs_have_no_methods():
    """NumPy refuses them itself."""
    with pytest.raises(RuntimeError):
        np.matmul.reduce(ac.Variable(np.ones((2, 2))))


def test_an_out_argument_is_written():
    """reduce and accumulate write into a Variable; a plain array is refused."""
    x, out = ac.Variable([1.0, 2.0, 3.0]), ac.Variable(np.zeros(3), requires_grad=False)

    np.multiply.accumulate(x, out=out)
    out.sum().backward()
    np.testing.assert_array_equal(out.data, [1, 2, 6])
    np.testing.assert_array_equal(x.grad, [9, 4, 2])
    with pytest.raises(ConversionError):
        np.add.reduce(x, out=np.zeros(()))


def test_every_numeric_ufunc_has_its_methods():
    """Whatever has an elementwise rule has outer and at, or a constant one."""
    for ufunc in (*UNARY, *BINARY):
        if ufunc in RULES and ufunc.nout == 1:
            assert ufunc.at in RULES, ufunc
            assert ufunc.nin == 1 or ufunc.outer in RULES or ufunc in WHOLE, ufunc


def test_a_reduction_of_one_element_is_no_view():
    """What is written into the operand afterwards does not reach the result."""
    x = ac.Variable([[1.0], [2.0]])
    y = x * 1.0

    z = np.divide.reduce(y, axis=-1)
    y[...] = 7.0
    np.testing.assert_array_equal(z.data, [1, 2])


@pytest.mark.parametrize("method", ["reduce", "accumulate", "reduceat"])
def test_a_fold_of_one_element_has_numpys_dtype(method):
    """float_power computes in double precision, also where nothing is computed."""
    x, indices = np.array([1.5], "f4"), [[0]] if method == "reduceat" else []

    assert getattr(np.float_power, method)(ac.Variable(x), *indices).dtype == np.float64
