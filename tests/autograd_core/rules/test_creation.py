"""Sequences between two ends, and new arrays by ``like=``: Variables in, a Variable out."""

import io
import tempfile

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.errors import ConversionError

SPACINGS = [
    {},
    {"num": 4},
    {"num": 4, "endpoint": False},
    {"num": 1},
    {"num": 0},
    {"num": 1, "endpoint": False},
]


def spaced(op, shapes, options=SPACINGS, **more):
    """A case for a sequence between two positive ends, far apart from 0."""
    more = {"low": 0.5, "high": 3.0, **more}
    return case(op, shapes=shapes, call=lambda *ends, **o: op(*ends, **o), options=options, **more)


def like(op, shapes, call, options=({},), **more):
    """A case for a function that is dispatched by ``like=`` alone; x is the Variable, or not."""

    def called(*operands, **o):
        variables = [x for x in operands if isinstance(x, ac.Variable)]
        return call(*operands, **o, **({"like": variables[0]} if variables else {}))

    return case(op, shapes=shapes, call=called, options=options, **more)


AXES = [{"num": 3, "axis": 0}, {"num": 3, "axis": 1}, {"num": 3, "axis": -1}]
FORMS = [([(), ()], SPACINGS), ([(3,), (2, 1)], AXES), ([(2,), ()], AXES[:1])]
NESTED = [[(), ()], [(2,), (2,)]]

CASES = [
    *(
        spaced(op, shapes, options)
        for op in (np.linspace, np.logspace, np.geomspace)
        for shapes, options in FORMS
    ),
    spaced(np.linspace, [(), ()],
           [{"retstep": True}, {"num": 4, "retstep": True, "endpoint": False}]),
    spaced(np.linspace, [(2,), (2,)], [{"num": 3, "retstep": True, "axis": -1}]),
    spaced(np.linspace, [(), ()], [{"num": 3, "dtype": np.longdouble}], dtypes=()),
    case(np.linspace, shapes=[()], call=lambda s: np.linspace(0, s, 5)),
    case(np.linspace, shapes=[()], call=lambda s: np.linspace(s, [1.0, 2.0], 5, axis=1)),
    spaced(np.logspace, [(), ()], [{"num": 3, "base": 2.5}, {"num": 3, "dtype": np.longdouble}],
           dtypes=()),
    case(np.logspace, shapes=[(), (), ()], low=0.5, high=3.0,
         call=lambda a, b, base: np.logspace(a, b, 4, base=base), dtypes=()),
    case(np.logspace, shapes=[(2,), (), (2,)], low=0.5, high=3.0, dtypes=(),
         call=lambda a, b, base, **o: np.logspace(a, b, 4, base=base, **o),
         options=[{}, {"axis": 1}, {"axis": -1, "endpoint": False}]),
    spaced(np.geomspace, [(), ()], [{"num": 3, "dtype": np.longdouble}], dtypes=()),
    case(np.geomspace, shapes=[(2,), (2,)], low=[-3.0, -2.0], high=[-2.0, -0.5],
         call=lambda a, b: np.geomspace(a, b, 4)),
    case(np.geomspace, shapes=[()], low=0.5, call=lambda s: np.geomspace(s, 9.0, 4, axis=-1)),
    *(
        like(op, shapes, lambda a, b, op=op, **o: op([[a, 2 * b], [b, a]], **o))
        for op in (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)
        for shapes in NESTED
    ),
    like(np.array, [(2,)], lambda a, **o: np.array(a, **o),
         [{}, {"ndmin": 3}, {"copy": False}, {"order": "F"}, {"dtype": np.longdouble}]),
    like(np.array, [()], lambda a, **o: np.array((a, 1, [2.5][0]), **o), dtypes=()),
    like(np.asarray, [(2,)], lambda a, **o: np.asarray(a, **o),
         [{}, {"copy": True}, {"dtype": np.longdouble}, {"order": "F"}]),
    like(np.ascontiguousarray, [()], lambda a, **o: np.ascontiguousarray(a, **o),
         [{}, {"dtype": np.longdouble}]),
    like(np.ascontiguousarray, [(2, 3)], lambda a, **o: np.ascontiguousarray(a.T, **o)),
    like(np.asfortranarray, [(2, 3)], lambda a, **o: np.asfortranarray(a, **o),
         [{}, {"dtype": np.longdouble}]),
    like(np.require, [()], lambda a, **o: np.require([a, 2 * a], **o),
         [{}, {"requirements": "C"}, {"requirements": ["F", "W"]}, {"dtype": np.longdouble}]),
    like(np.require, [(2, 3)], lambda a, **o: np.require(a, **o),
         [{}, {"requirements": ["F_CONTIGUOUS"]}, {"requirements": "O"}]),
    like(np.full, [()], lambda a, **o: np.full((2, 3), a, **o), [{}, {"dtype": np.longdouble}]),
    like(np.full, [(3,)], lambda a, **o: np.full((2, 3), a, **o), [{}, {"order": "F"}]),
    like(np.full, [()], lambda a, **o: np.full(3, a, **o)),
    like(np.full, [(1, 1, 3)], lambda a, **o: np.full((2, 3), a, **o)),
    case(np.full_like, shapes=[(3,)], call=lambda x: np.full_like(x, x[None, :])),
    case(np.full_like, shapes=[()], dtypes=(), complex=None,  # the dtype is that of the first
         call=lambda s: np.full_like(ac.Variable(np.zeros((2, 3))), s),
         skip=["value", "forward"]),  # in NumPy too, a plain first argument refuses a Variable
    case(np.full_like, shapes=[(2, 3)],
         call=lambda x, **o: np.full_like(x, x[0, 1], **o),
         options=[{}, {"shape": 2}, {"shape": (2, 2)}, {"order": "F"}]),
    case(np.full_like, shapes=[(2, 3)], call=lambda x: np.full_like(x, x[0], dtype=np.longdouble),
         dtypes=()),
    like(np.zeros, [()], lambda _a, **o: np.zeros((2, 3), **o)),
    like(np.ones, [()], lambda _a, **o: np.ones(2, "f4", **o)),
    like(np.empty, [()], lambda _a, **o: np.empty((0, 3), **o)),
    like(np.eye, [()], lambda _a, **o: np.eye(2, 3, k=1, **o)),
    like(np.identity, [()], lambda _a, **o: np.identity(2, **o)),
    like(np.tri, [()], lambda _a, **o: np.tri(2, 3, **o)),
    like(np.arange, [()], lambda _a, **o: np.arange(0.5, 3, **o)),
    like(np.fromfunction, [()], lambda _a, **o: np.fromfunction(np.add, (2, 2), **o)),
    like(np.fromiter, [()], lambda _a, **o: np.fromiter(iter([1.5, 2.5]), float, **o)),
    like(np.frombuffer, [()], lambda _a, **o: np.frombuffer(b"12345678", **o)),
    like(np.fromfile, [()], lambda _a, **o: from_file(**o)),
    like(np.fromstring, [()], lambda _a, **o: np.fromstring("1.5 2.5", sep=" ", **o)),
    like(np.loadtxt, [()], lambda _a, **o: np.loadtxt(io.StringIO("1.5 2.5"), **o)),
    like(np.genfromtxt, [()], lambda _a, **o: np.genfromtxt(io.StringIO("1.5 2.5"), **o)),
]  # fmt: skip


def from_file(**options):
    """Numbers that were written to a file."""
    with tempfile.TemporaryFile() as file:
        np.array([1.5, 2.5]).tofile(file)
        file.seek(0)
        return np.fromfile(file, **options)


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- beside the rules -----------------------------------------------------------------------------
def test_one_sample_has_no_step():
    """The step is nan, as in NumPy, and depends on nothing."""
    samples, step = np.linspace(ac.Variable(1.5), 2.0, 1, retstep=True)

    assert np.isnan(step)
    assert not isinstance(step, ac.Variable)
    np.testing.assert_array_equal(samples.data, [1.5])


def test_geomspace_between_complex_ends():
    """A spiral: each sample is a product of powers of the ends, on NumPy's branch."""
    ends = (np.array(1.0 + 1.0j), np.array(-2.0 + 0.5j))
    assert ac.gradcheck(lambda a, b: np.geomspace(a, b, 5), *ends)


def test_an_array_is_itself_unless_a_copy_is_asked_for():
    """asarray and its kin record nothing where there is nothing to do."""
    x = ac.Variable(np.ones((2, 3)))

    assert np.asarray(x, like=x) is x
    assert np.asanyarray(x, dtype=float, like=x) is x
    assert np.ascontiguousarray(x, like=x) is x
    assert np.require(x, requirements=["C", "A"], like=x) is x
    assert np.array(x, copy=False, like=x) is x
    assert np.array(x, like=x) is not x
    assert np.asarray(x, copy=True, like=x) is not x


@pytest.mark.parametrize(
    ("make", "flag"),
    [
        (np.asfortranarray, "F"),
        (lambda x, **o: np.array(x, order="F", **o), "F"),
        (lambda x, **o: np.asarray(x.T, order="C", **o), "C"),
        (lambda x, **o: np.full((2, 3), x, order="F", **o), "F"),
        (lambda x, **o: np.ascontiguousarray(x.T, **o), "C"),
        (lambda x, **o: np.require(x, None, "F", **o), "F"),
    ],
)
def test_the_order_in_memory_is_the_one_asked_for(make, flag):
    """What these functions are called for."""
    x = ac.Variable(np.ones((2, 3)))

    assert make(x, like=x).data.flags[flag]


def test_what_is_required_may_contradict_itself():
    """NumPy's own errors."""
    x = ac.Variable(np.ones((2, 3)))

    with pytest.raises(ValueError, match="both"):
        np.require(x, None, ["C", "F"], like=x)
    with pytest.raises(KeyError):
        np.require(x, None, ["nonsense"], like=x)


def test_a_new_array_is_its_own():
    """full, full_like and array give arrays that may be written, and are nobody's view."""
    x = ac.Variable([1.0, 2.0])

    for y in (np.full((2, 2), x, like=x), np.full_like(x, x[0]), np.array(x, like=x)):
        y[0] = 9.0
        np.testing.assert_array_equal(x.data, [1, 2])


@pytest.mark.parametrize(
    "call",
    [
        lambda s: np.array([s, 1.0]),
        lambda s: np.asarray(s),
        lambda s: np.full(3, s),
        lambda s: np.full_like(np.zeros(3), s),
        lambda s: np.full_like(ac.Variable(np.arange(3), requires_grad=False), s),
        lambda s: np.arange(0.0, s),
    ],
)
def test_where_numpy_does_not_dispatch_a_gradient_is_not_lost(call):
    """Without like=, and where integers would hold the value, a tracked Variable refuses."""
    with pytest.raises((ConversionError, TypeError)):
        call(ac.Variable(2.5))


def test_like_alone_makes_a_plain_array():
    """Without a Variable among the values there is nothing to differentiate."""
    x = ac.Variable(2.5)

    assert type(np.array([1.0, 2.0], like=x)) is np.ndarray
    assert type(np.zeros(3, like=x)) is np.ndarray
