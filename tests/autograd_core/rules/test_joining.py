"""Joining, splitting, inserting, grids and padding: what comes together keeps its gradient."""

import numpy as np
import pytest
from harness import case, checks
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.errors import ConversionError, NoRuleError
from autograd_core.rules.joining import extended

MASKS = np.lib.NumpyVersion(np.__version__) >= "2.2.0"  # before, insert took booleans for 0 and 1
FIXED = np.array([[0.25, -1.5, 0.75]])
FORMS = [[(3,), (3,)], [(2, 3), (1, 3)], [(2, 3), (3,)], [(), ()], [(2, 1, 2), (2, 1, 2)]]


def joined(op, shapes, options=({},)):
    """A case for a function that takes a list of arrays."""
    return case(op, shapes=shapes, call=lambda *xs, **o: op(list(xs), **o), options=options)


def accepted(op, forms):
    """The forms that NumPy joins."""
    for shapes in forms:
        try:
            op([np.zeros(shape) for shape in shapes])
        except ValueError:
            continue
        yield shapes


def padding(shape, width, mode, **options):
    """A case for np.pad."""
    return case(
        np.pad,
        shapes=[shape],
        call=lambda x, **o: np.pad(x, width, mode, **o),
        options=[options],
        also=[] if mode in ("empty",) else [[(1,) * len(shape)]],
        complex=None if mode in ("maximum", "minimum", "median") else True,
    )


WIDTHS = [((5,), 2), ((5,), (1, 3)), ((3,), ((0, 7),)), ((3, 4), ((1, 2), (0, 3))), ((2, 3), 1)]
MODES = [
    ("constant", {}),
    ("constant", {"constant_values": 0}),
    ("constant", {"constant_values": 1.5}),
    ("constant", {"constant_values": (1.5, -0.5)}),
    ("edge", {}),
    ("wrap", {}),
    *((mode, kind) for mode in ("reflect", "symmetric")
      for kind in ({}, {"reflect_type": "even"}, {"reflect_type": "odd"})),
    ("linear_ramp", {}),
    ("linear_ramp", {"end_values": (1.5, -0.5)}),
    *((mode, length) for mode in ("maximum", "minimum", "mean", "median")
      for length in ({}, {"stat_length": 2}, {"stat_length": (3, 1)})),
]  # fmt: skip

CASES = [
    joined(np.concatenate, [(2, 3), (1, 3)], [{}, {"axis": None}, {"axis": -2}]),
    joined(np.concatenate, [(2, 3), (2, 1), (2, 0)], [{"axis": 1}, {"axis": -1}]),
    joined(np.concatenate, [(3,)], [{}]),
    joined(np.concatenate, [(3,), (2,)], [{"casting": "unsafe"}, {"dtype": np.longdouble}]),
    case(np.concatenate, shapes=[(2, 3)], call=lambda x: np.concatenate([FIXED, x, x, FIXED])),
    case(np.concatenate, shapes=[(2, 3, 2)], options=[{}, {"axis": 1}, {"axis": None}]),
    joined(np.stack, [(2, 3), (2, 3)], [{}, {"axis": 1}, {"axis": -1}]),
    joined(np.stack, [(), (), ()]),
    joined(np.stack, [(2,), (2,)], [{"dtype": np.longdouble, "casting": "safe"}]),
    case(np.stack, shapes=[(2, 3)], options=[{}, {"axis": 1}, {"axis": -1}]),
    case(np.stack, shapes=[(3,)], call=lambda x: np.stack([FIXED[0], x, x])),
    *(
        joined(op, shapes)
        for op in (np.vstack, np.hstack, np.dstack, np.column_stack)
        for shapes in accepted(op, FORMS)
    ),
    *(joined(op, [(2, 3), (2, 3)], [{"dtype": np.longdouble}]) for op in (np.vstack, np.hstack)),
    case(np.vstack, shapes=[(2, 3)]),
    case(np.hstack, shapes=[(2, 3)]),
    joined(np.block, [(2,), (3,)]),
    case(
        np.block,
        shapes=[(2, 2), (2,), ()],
        call=lambda a, b, c: np.block([[a, np.ones((2, 1))], [b, c]]),
    ),
    case(
        np.block, shapes=[(2, 3, 1)], call=lambda a: np.block([[a, a[:, :, 0, None]], [a, 2 * a]])
    ),
    case(np.block, shapes=[(2, 3)]),
    case(np.append, shapes=[(2, 3), (1, 3)], options=[{}, {"axis": 0}]),
    case(np.append, shapes=[(2,), ()]),
    case(np.append, shapes=[(2,), ()], call=lambda a, s: np.append(a, [s, 1.5, 2 * s])),
    case(
        np.split,
        shapes=[(4, 6)],
        options=[
            {"indices_or_sections": 2},
            {"indices_or_sections": 3, "axis": 1},
            {"indices_or_sections": [1, 1, 9], "axis": -1},
            {"indices_or_sections": [3, 1]},
            {"indices_or_sections": (-2,)},
        ],
    ),
    case(np.split, shapes=[(4, 2)], call=lambda x: np.split(x, [1, 3])[1]),
    case(np.array_split, shapes=[(5, 2)], args=(3,)),
    case(np.array_split, shapes=[(2, 2)], args=(3,), options=[{"axis": 1}]),
    case(np.hsplit, shapes=[(2, 4)], args=(2,)),
    case(np.hsplit, shapes=[(4,)], args=([1, 3],)),
    case(np.vsplit, shapes=[(4, 2)], args=(2,)),
    case(np.dsplit, shapes=[(2, 1, 4)], args=([1],)),
    case(
        np.insert,
        shapes=[(2, 3), ()],
        call=lambda a, v, obj=1, **o: np.insert(a, obj, v, **o),
        options=[
            {},
            {"axis": 1},
            {"obj": -1, "axis": 0},
            {"obj": [0, 2, 2, 3], "axis": -1},
            {"obj": slice(0, 3, 2), "axis": 1},
            {"obj": slice(1, 2), "axis": 1},
            *([{"obj": np.array([True, False, True]), "axis": 1}] if MASKS else []),
            {"obj": [], "axis": 1},
        ],
    ),
    case(np.insert, shapes=[(2, 3), (3,)], call=lambda a, v: np.insert(a, 1, v)),
    case(np.insert, shapes=[(2, 3), (2,)], call=lambda a, v: np.insert(a, 1, v, axis=1)),
    case(np.insert, shapes=[(2, 3), (2, 2)], call=lambda a, v: np.insert(a, 1, v, axis=1)),
    case(np.insert, shapes=[(3,), (1, 1)], call=lambda a, v: np.insert(a, [1], v)),
    case(np.insert, shapes=[(3,), (1, 2)], call=lambda a, v: np.insert(a, [1, 0], v)),
    case(np.insert, shapes=[(2, 3), (2, 1)], call=lambda a, v: np.insert(a, [1], v, axis=1)),
    case(np.insert, shapes=[(2, 3), (2, 2)], call=lambda a, v: np.insert(a, [2, 0], v, axis=1)),
    case(
        np.insert,
        shapes=[(3,), ()],
        call=lambda a, s: np.insert(a, [2, 0], [s, 1.5]),
        dtypes=(),  # a Python number in a list is a float64, as in np.array
        complex=None,
    ),
    case(
        np.delete,
        shapes=[(3, 4)],
        options=[
            {"obj": 1},
            {"obj": 1, "axis": 1},
            {"obj": [0, -1, 0], "axis": -1},
            {"obj": slice(0, 3, 2), "axis": 0},
            {"obj": np.array([True, False, True]), "axis": 0},
            {"obj": [], "axis": 1},
        ],
    ),
    case(
        np.meshgrid,
        shapes=[(3,), (2,)],
        options=[
            {},
            {"indexing": "ij"},
            {"sparse": True},
            {"sparse": True, "copy": False},
            {"copy": False, "indexing": "ij"},
        ],
    ),
    case(np.meshgrid, shapes=[(3,)]),
    case(np.meshgrid, shapes=[(3,), (), (2,)]),
    case(np.ix_, shapes=[(3,), (2,)]),
    case(np.ix_, shapes=[(3,)], call=lambda x: np.ix_(x, [True, False, True])[0]),
    *(padding(shape, width, mode, **options) for shape, width in WIDTHS for mode, options in MODES),
    padding((2, 3), 1, "constant", constant_values=((1.5, 2.5), (3.5, 4.5))),
    padding((2, 3), 1, "linear_ramp", end_values=((1.5, 2.5), (3.5, 4.5))),
    padding((2, 3), 0, "mean"),
    case(
        np.pad,
        shapes=[(2, 3), (), ()],
        call=lambda x, s, t: np.pad(x, 1, constant_values=((s, t), (0.5, s * t))),
        dtypes=(),  # as above
        complex=None,
    ),
    case(
        np.pad,
        shapes=[(3,), (), ()],
        call=lambda x, s, t: np.pad(x, 2, "linear_ramp", end_values=(s, t)),
    ),
    case(np.pad, shapes=[()], args=(3,), skip=["zoo"]),  # a scalar has no axes to pad; empty do not
    case(
        extended,
        shapes=[(3, 2)],
        call=lambda x, mode="wrap", kind="even": extended(x, ((2, 1), (0, 4)), mode, kind),
        options=[{}, {"mode": "reflect", "kind": "odd"}],
    ),
]
if hasattr(np, "unstack"):  # NumPy 2.1
    CASES.append(
        case(
            np.unstack,
            shapes=[(2, 3)],
            call=lambda x, **o: np.unstack(x, **o),
            options=[{}, {"axis": 1}, {"axis": -2}],
            also=[[(2, 0)], [(1,)]],
        )
    )


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- several outputs ------------------------------------------------------------------------------
def test_parts_that_are_not_used_are_zeros():
    """Only the parts that reach the end have a gradient; none of them is lost."""
    x = ac.Variable(np.arange(6.0))
    first, _, last = np.split(x, 3)

    (2 * first).sum().backward(retain_graph=True)
    np.testing.assert_array_equal(x.grad, [2, 2, 0, 0, 0, 0])
    (3 * last).sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 2, 0, 0, 3, 3])


def test_a_write_into_a_part_reaches_the_whole():
    """Parts are views, also the only one."""
    for sections, expected in ((2, [1, 1, 0, 1]), (1, [1, 1, 0, 1])):
        x = ac.Variable(np.ones(4))
        y = x * 1.0

        np.split(y, sections)[-1][-2] = 5.0
        y.sum().backward()
        np.testing.assert_array_equal(y.data, [1, 1, 5, 1])
        np.testing.assert_array_equal(x.grad, expected)


@pytest.mark.parametrize(
    "copy",
    [
        lambda y: np.concatenate([y]),
        lambda y: np.block(y),
        lambda y: np.vstack([y]),
        lambda y: np.pad(y, 0),
        lambda y: np.pad(y, 0, "mean"),
        lambda y: np.insert(y, [], 0.0, axis=0),
        lambda y: np.delete(y, [], axis=0),
        lambda y: np.meshgrid(y)[0],
    ],
)
def test_what_is_joined_is_a_copy(copy):
    """A later write into the array does not change it."""
    y = ac.Variable(np.ones((1, 2))) * 1.0
    z = copy(y)

    y[...] = 5.0
    np.testing.assert_array_equal(z.data.ravel(), [1, 1])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6), st.lists(st.integers(-8, 8), max_size=4))
def test_any_indices_split(length, indices):
    """Parts may be empty, overlap, or leave something out: an entry counts where it occurs."""
    x = ac.Variable(np.zeros(length))
    counts = np.zeros(length)
    for part in np.split(np.arange(length), indices):
        counts[part] += 1

    sum(part.sum() for part in np.split(x, indices)).backward()
    np.testing.assert_array_equal(x.grad, counts)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_places_insert_and_delete(data):
    """What is inserted and what stays find their gradients, by the values themselves."""
    length = data.draw(st.integers(1, 5))
    places = data.draw(st.lists(st.integers(-length, length - 1), min_size=1, max_size=4))
    x, v = ac.Variable(np.arange(float(length))), ac.Variable(-1 - np.arange(float(len(places))))

    inserted, deleted = np.insert(x, places, v), np.delete(x, places)
    (inserted * inserted.data).sum().backward()
    np.testing.assert_array_equal(x.grad, x.data)
    np.testing.assert_array_equal(v.grad, v.data)
    x.grad = None
    deleted.sum().backward()
    np.testing.assert_array_equal(x.grad, np.isin(x.data, np.delete(x.data, places)))


# --- refusals -------------------------------------------------------------------------------------
def test_a_function_as_mode_is_refused():
    """It would write into a plain array."""
    x = ac.Variable(np.ones(3))

    with pytest.raises(NoRuleError, match="mode=function") as caught:
        np.pad(x, 1, lambda vector, *_: vector)
    assert "np.concatenate" in caught.value.hint


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.pad(x, 1, "nonsense"),
        lambda x: np.pad(x, 1, "edge", stat_length=2),
        lambda x: np.pad(x, -1),
        lambda x: np.pad(x, 1.5, "mean"),
        lambda x: np.pad(x, ((1, 2), (3, 4)), "maximum"),
        lambda x: np.split(x, 2),
        lambda x: np.vsplit(x, 1),
        lambda x: np.concatenate([x, np.ones((1, 1))]),
        lambda x: np.stack([x, np.ones(2)]),
        lambda x: np.insert(x, 7, 1.0),
        lambda x: np.delete(x, 7),
        lambda x: np.block([[x], x]),
        lambda x: np.block([[x], []]),
        lambda x: np.meshgrid(x, indexing="yx"),
        lambda x: np.ix_(x, np.ones((1, 1))),
    ],
)
def test_errors_are_of_the_kind_of_numpy(call):
    """What NumPy refuses is refused."""
    kind = refusal(call, np.ones(3))

    assert issubclass(refusal(call, ac.Variable(np.ones(3))), kind)


def refusal(call, x):
    """The class of the error that a call raises."""
    try:
        call(x)
    except (ValueError, TypeError, IndexError) as error:
        return type(error)
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize("function", [lambda x, k: np.insert(x, k, 1.0), np.delete])
def test_a_place_has_no_derivative(function):
    """A tracked Variable as a place is refused; an untracked one is an integer."""
    x = ac.Variable(np.arange(3.0))

    with pytest.raises(ConversionError):
        function(x, ac.Variable(1.0))
    place = ac.Variable(np.array(1), requires_grad=False)
    np.testing.assert_array_equal(function(x, place).data, function(x.data, 1))


@pytest.mark.parametrize("join", [np.stack, np.vstack, np.hstack, np.column_stack])
def test_lists_of_variables_are_arrays(join):
    """Beside a Variable a list of numbers and Variables counts as an array."""
    x, s = ac.Variable([1.5, 2.5]), ac.Variable(3.0)

    y = join([x, [s, 1.0]])
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.data, join([x.data, [3.0, 1.0]]))
    np.testing.assert_array_equal(x.grad, [3, 5])
    assert s.grad == 6


def test_integers_hold_no_gradient():
    """What is tracked is not rounded into an array of integers without a word."""
    whole, v = np.array([1, 2, 3]), ac.Variable(0.5)

    for put in (
        lambda: np.insert(whole, 1, v),
        lambda: np.pad(ac.Variable(whole, requires_grad=False), 1, constant_values=v),
    ):
        with pytest.raises(ConversionError, match="dtype int64"):
            put()


def test_a_plain_array_takes_what_is_tracked():
    """The array need not be a Variable for what is put into it to be one."""
    v = ac.Variable([0.5, 1.5])

    y = np.insert(np.zeros((2, 3)), 1, v, axis=1)
    (y * np.arange(8.0).reshape(2, 4)).sum().backward()
    np.testing.assert_array_equal(y.data, np.insert(np.zeros((2, 3)), 1, [0.5, 1.5], axis=1))
    np.testing.assert_array_equal(v.grad, [1, 5])
