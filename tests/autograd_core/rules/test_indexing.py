"""Indexing: every form of an index, repeated and empty ones, and what writes in place."""

import numpy as np
import pytest
from harness import case, checks, into
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.lib.stride_tricks import sliding_window_view

import autograd_core as ac
from autograd_core.errors import ConversionError, MutationError
from autograd_core.rules.indexing import assigned, getitem, overlapped, scatter

MASK = np.array([[True, False, True, True], [False, False, True, False], [True, True, False, True]])
ROWS = np.array([True, False, True])
INDICES = [
    1,
    slice(None, None, -2),
    None,
    ...,
    (slice(1, None), slice(None, None, 2)),
    (..., 1),
    (0, None, slice(1, 3)),
    np.array([0, 2, 2]),
    np.array([[0, 1], [-1, 0]]),
    MASK,
    ROWS,
    (ROWS, 2),
    (slice(None), np.array([3, 0, 3])),
    (np.array([0, 1, 0]), slice(1, 3)),
    (np.array([[0], [1]]), np.array([3, 3])),
    (np.array([0, 1]), None, np.array([1, 1])),
    np.array(True),
    np.zeros(0, int),
]
VALUE = (np.arange(12.0).reshape(3, 4) - 5) / 7


def put_into(a, v):
    """np.put with a repeated place: the last value stays."""
    return into(np.put, a, [0, 5, 0, -1], v)


CASES = [
    case(getitem, shapes=[(3, 4)], options=[{"index": i} for i in INDICES]),
    case(scatter, shapes=[(4, 2)], args=(np.array([0, 2, 0, 1]), (3, 2))),
    case(scatter, shapes=[(2, 3)], args=((slice(1, 3), slice(None)), (4, 3))),
    case(
        assigned,
        shapes=[(3, 4), (3, 4)],
        args=(MASK,),
        call=lambda a, v, i: assigned(a, v[i], i),
        options=[{"i": i} for i in INDICES],
    ),
    case(assigned, shapes=[(3, 4), (4,)], args=(slice(1, 3),)),
    case(assigned, shapes=[(3, 4), (4,)], args=(np.array([0, 2, 0]),)),
    case(assigned, shapes=[(3, 4), ()], args=(np.array([1, 1]),)),
    case(overlapped, shapes=[(4, 2)], call=lambda g: overlapped(g, (5,), (2,), (0,))),
    case(np.where, shapes=[(2, 3), (3,)], call=lambda x, y: np.where(MASK[:2, :3], x, y)),
    case(np.where, shapes=[(), (2, 1)], call=lambda x, y: np.where(MASK[:2, :3], x, y)),
    case(
        np.take, shapes=[(3, 4)], args=([[0, 2], [2, -1]],), options=[{}, {"axis": 1}, {"axis": -2}]
    ),
    case(
        np.take,
        shapes=[(3, 4)],
        args=(np.array([5, -7, 1]),),
        options=[{"mode": "wrap", "axis": 0}, {"mode": "clip"}, {"mode": "wrap"}],
    ),
    case(np.take, shapes=[(3, 4)], args=(2,), options=[{}, {"axis": 1}]),
    case(
        np.take_along_axis,
        shapes=[(3, 4)],
        options=[
            {"indices": np.array([[0], [3], [3]]), "axis": 1},
            {"indices": np.array([[0, 2, 1, 0], [2, 2, 0, 1]]), "axis": -2},
            {"indices": np.array([[1], [0]]), "axis": 0},
            {"indices": np.array([0, 11, 0]), "axis": None},
        ],
    ),
    case(
        np.compress,
        shapes=[(3, 4)],
        call=lambda a, **o: np.compress([True, False, True], a, **o),
        options=[{}, {"axis": 0}, {"axis": -1}],
    ),
    case(np.extract, shapes=[(3, 4)], call=lambda a: np.extract(MASK, a)),
    case(
        np.choose,
        shapes=[(4,), (4,)],
        call=lambda x, y, **o: np.choose(np.array([0, 1, 1, 0]), [x, y], **o),
    ),
    case(
        np.choose,
        shapes=[(4,), (2, 1)],
        call=lambda x, y, **o: np.choose(np.array([0, 3, -1, 5]), [x, y, VALUE[0]], **o),
        options=[{"mode": "wrap"}, {"mode": "clip"}],
    ),
    case(np.choose, shapes=[(4,)], call=lambda x: np.choose(np.array([0, 1, 1, 0]), [x, VALUE[0]])),
    case(np.choose, shapes=[(2, 4)], call=lambda x: np.choose(np.array([[0], [1], [1]]), x)),
    case(np.choose, shapes=[(2, 1)], call=lambda x: np.choose(np.array([0, 1, 1]), x)),
    case(
        np.select,
        shapes=[(3, 4), (4,), (3, 1)],
        call=lambda x, y, d: np.select([MASK, ROWS[:, None]], [x, 2 * y], d),
    ),
    case(np.select, shapes=[(3, 4)], call=lambda x: np.select([MASK], [x])),
    case(
        np.piecewise,
        shapes=[(3, 4)],
        call=lambda x, functions, *args: np.piecewise(
            x, [MASK, ~MASK & ROWS[:, None]], functions, *args
        ),
        options=[
            {"functions": [np.sin, np.square]},
            {"functions": [np.sin, np.square, lambda x: 3 * x]},
            {"functions": [np.sin, 2.5, np.negative]},
        ],
    ),
    case(
        np.piecewise,
        shapes=[(4,)],
        call=lambda x: np.piecewise(x, MASK[0], [lambda x, k: k * x**2], 3.0),
    ),
    case(np.piecewise, shapes=[()], call=lambda x: np.piecewise(x, [True], [np.sin])),
    *(
        case(op, shapes=[s], options=[{"k": k} for k in (0, 1, -2, 5)])
        for op in (np.diag, np.tril, np.triu)
        for s in ((3, 4), (4, 2), (3,))
    ),
    *(case(op, shapes=[(2, 3, 2)], options=[{"k": 1}]) for op in (np.tril, np.triu)),
    case(
        np.diagonal,
        shapes=[(2, 3, 4)],
        options=[
            {},
            {"offset": 1},
            {"offset": -1, "axis1": 2, "axis2": 0},
            {"axis1": -1, "axis2": 1},
        ],
    ),
    case(np.diagflat, shapes=[(2, 2)], options=[{}, {"k": -1}]),
    case(
        np.apply_along_axis,
        shapes=[(3, 4)],
        call=lambda a, f, axis=0: np.apply_along_axis(f, axis, a),
        options=[
            {"f": np.sum},
            {"f": np.sin, "axis": 1},
            {"f": lambda r: np.outer(r, r), "axis": -1},
        ],
    ),
    case(
        np.apply_along_axis,
        shapes=[(3, 4)],
        call=lambda a: np.apply_along_axis(np.multiply, 1, a, 3.0),
    ),
    case(
        np.apply_over_axes,
        shapes=[(2, 3, 4)],
        call=lambda a, axes: np.apply_over_axes(np.sum, a, axes),
        options=[{"axes": [0, 2]}, {"axes": -1}],
    ),
    case(
        sliding_window_view,
        shapes=[(4, 5)],
        call=sliding_window_view,
        options=[
            {"window_shape": (2, 3)},
            {"window_shape": 3, "axis": 1},
            {"window_shape": (2, 2), "axis": (1, 1)},
            {"window_shape": (2,), "axis": -2},
        ],
    ),
    case(
        np.copyto,
        shapes=[(3, 4), (4,)],
        call=lambda a, v, **o: into(np.copyto, a, v, **o),
        options=[{}, {"where": MASK}, {"where": ROWS[:, None]}],
    ),
    case(np.put, shapes=[(3, 4), (4,)], call=put_into),
    case(np.put, shapes=[(3, 4), (2,)], call=put_into),
    case(np.put, shapes=[(3, 4), (6,)], call=put_into),
    case(
        np.put,
        shapes=[(3, 4), (3,)],
        call=lambda a, v, mode: into(np.put, a, [13, -1, 2], v, mode=mode),
        options=[{"mode": "wrap"}, {"mode": "clip"}],
    ),
    case(np.putmask, shapes=[(3, 4), (5,)], call=lambda a, v: into(np.putmask, a, MASK, v)),
    case(np.place, shapes=[(3, 4), (3,)], call=lambda a, v: into(np.place, a, MASK, v)),
    case(
        np.put_along_axis,
        shapes=[(3, 4), (3, 1)],
        call=lambda a, v: into(np.put_along_axis, a, np.array([[1], [0], [2]]), v, 1),
    ),
    case(
        np.put_along_axis,
        shapes=[(3, 4), ()],
        call=lambda a, v: into(np.put_along_axis, a, np.array([[1, 0, 2, 2]]), v, -2),
    ),
    case(
        np.put_along_axis,
        shapes=[(3, 4), (3,)],
        call=lambda a, v: into(np.put_along_axis, a, np.array([1, 11, 1]), v, None),
    ),
    case(np.fill_diagonal, shapes=[(3, 4), ()], call=lambda a, v: into(np.fill_diagonal, a, v)),
    case(
        np.fill_diagonal,
        shapes=[(7, 3), (2,)],
        call=lambda a, v, **o: into(np.fill_diagonal, a, v, **o),
        options=[{}, {"wrap": True}],
    ),
    case(
        np.fill_diagonal, shapes=[(2, 2, 2), (2,)], call=lambda a, v: into(np.fill_diagonal, a, v)
    ),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- indices --------------------------------------------------------------------------------------
def gradient_of_reading(index, weights):
    """The gradient of Σ weights · x[index], by counting."""
    g = np.zeros((3, 4))
    np.add.at(g, index, weights)
    return g


@pytest.mark.parametrize(
    "index", [[0, 2, 2], [True, False, True], [[0, 1], [1, 1]], ([0, 0], [1, 1]), []], ids=str
)
def test_a_list_is_an_array_of_indices(index):
    """Lists read and write as NumPy reads them; one of booleans is a mask."""
    x = ac.Variable(VALUE)

    y = x[index]
    y.sum().backward()
    np.testing.assert_array_equal(y.data, VALUE[index])
    np.testing.assert_array_equal(x.grad, gradient_of_reading(index, np.ones(VALUE[index].shape)))


def test_reads_of_one_array_share_its_gradient():
    """Slices, rows and masks of one Variable add into one gradient."""
    x = ac.Variable(VALUE)

    (x[0].sum() + 2 * x[:, 1].sum() + 3 * x[MASK].sum() + 4 * x[[0, 0]].sum()).backward()
    expected = 3.0 * MASK
    expected[0] += 1 + 8
    expected[:, 1] += 2
    np.testing.assert_array_equal(x.grad, expected)


ANY_INDEX = st.one_of(
    hnp.basic_indices((3, 4), allow_newaxis=True),
    hnp.integer_array_indices((3, 4)),
    hnp.integer_array_indices((3, 4), result_shape=hnp.array_shapes(min_dims=0, max_dims=3)),
    hnp.arrays(bool, (3, 4)),
    hnp.arrays(bool, (3,)),
)


@settings(max_examples=150, deadline=None)
@given(ANY_INDEX)
def test_any_index_reads_and_writes(index):
    """Reading adds up, writing keeps the last: as on plain arrays, element by element."""
    x, v = (
        ac.Variable(VALUE),
        ac.Variable(np.arange(1.0, 1 + VALUE[index].size).reshape(VALUE[index].shape)),
    )
    weights = np.arange(2.0, 2 + VALUE[index].size).reshape(VALUE[index].shape)

    read, written = x[index], x.copy()
    written[index] = v
    ((read * weights).sum() + (written * VALUE).sum()).backward()
    expected, marks = VALUE.copy(), np.full(VALUE.shape, -1)
    expected[index] = v.data
    marks[index] = np.arange(v.size).reshape(v.shape)
    np.testing.assert_array_equal(written.data, expected)
    np.testing.assert_array_equal(x.grad, gradient_of_reading(index, weights) + VALUE * (marks < 0))
    last = np.zeros(v.size)
    last[marks[marks >= 0]] = VALUE[marks >= 0]
    np.testing.assert_array_equal(np.ravel(v.grad), last)


def test_writing_keeps_the_dtype_of_the_target():
    """A float64 value is cast when it is written into float32, and so is its way back."""
    x, v = ac.Variable(np.ones(3, "f4")), ac.Variable(2.0)

    y = x * 1
    y[1] = v
    (y * np.array([1, 2, 3], "f4")).sum().backward()
    assert y.dtype == np.float32
    assert v.grad.dtype == np.float64
    np.testing.assert_array_equal(x.grad, [1, 0, 3])
    assert v.grad == 2


def test_where_of_a_condition_alone_gives_places():
    """np.where(c) is np.nonzero(c): plain arrays."""
    (places,) = np.where(ac.Variable([0.0, 1.0, 2.0]))

    assert type(places) is np.ndarray
    np.testing.assert_array_equal(places, [1, 2])


def test_the_branch_not_taken_takes_nothing():
    """Infinite values that np.where does not choose have cotangent zero."""
    x = ac.Variable([1.0, np.inf])

    np.where([True, False], x, 0.0).sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 0])


# --- writing in place -----------------------------------------------------------------------------
WRITES = {
    "copyto": lambda a, v: np.copyto(a, v),
    "put": lambda a, v: np.put(a, [0], v),
    "putmask": lambda a, v: np.putmask(a, [True, False, True], v),
    "place": lambda a, v: np.place(a, [True, False, True], v),
    "put_along_axis": lambda a, v: np.put_along_axis(a, np.array([0]), v, 0),
    "fill_diagonal": lambda a, v: np.fill_diagonal(np.stack([a] * 3), v),
}


@pytest.mark.parametrize("name", sorted(set(WRITES) - {"fill_diagonal"}))
def test_a_plain_target_refuses_what_is_tracked(name):
    """A plain array would lose the gradient; the message says what to write."""
    v = ac.Variable([1.0])

    with pytest.raises(ConversionError, match="requires_grad=False"):
        WRITES[name](np.zeros(3), v)


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_leaf_refuses_to_be_written(name):
    """Its gradient would belong to a value that is gone; the value stays."""
    x = ac.Variable(np.eye(3) if name == "fill_diagonal" else np.ones(3))
    write = np.fill_diagonal if name == "fill_diagonal" else WRITES[name]
    before = x.numpy()

    with pytest.raises(MutationError):
        write(x, 5.0)
    np.testing.assert_array_equal(x.data, before)


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (lambda a: np.copyto(a, 1j), TypeError),
        (lambda a: np.copyto(a, np.ones(5)), ValueError),
        (lambda a: np.put(a, [7], 1.0), IndexError),
        (lambda a: np.putmask(a, [True], 1.0), ValueError),
        (lambda a: np.place(a, [True, False, True], []), ValueError),
        (lambda a: np.fill_diagonal(a, 1.0), ValueError),
        (lambda a: np.put_along_axis(a, np.array([9]), 1.0, 0), IndexError),
    ],
)
def test_a_failed_write_changes_nothing(write, error):
    """NumPy's own kind of error, and the old value."""
    y = ac.Variable(np.ones(3)) * 2.0

    with pytest.raises(error):
        write(y)
    np.testing.assert_array_equal(y.data, [2, 2, 2])


@pytest.mark.parametrize(
    "write",
    [
        lambda a: np.put(a, [], 1.0),
        lambda a: np.put(a, [1], []),
        lambda a: np.putmask(a, [True, True, True], []),
        lambda a: np.place(a, [False, False, False], []),
    ],
)
def test_nothing_to_write_is_no_write(write):
    """Empty places or values leave the array alone, as in NumPy."""
    x = ac.Variable(np.ones(3))
    y = x * 2.0

    write(y)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 2, 2])


def test_writes_reach_the_base_of_a_view():
    """Writing into a part of a transposed array is writing into the array."""
    x, v = ac.Variable(VALUE), ac.Variable([10.0, 20.0, 30.0])
    y = x * 1.0

    np.put(y.T[1:], [0, 2, 4], v)
    expected = VALUE.copy()
    part = expected.T[1:]
    part.flat[[0, 2, 4]] = v.data
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.data, expected)
    np.testing.assert_allclose(v.grad, 2 * v.data)
    np.testing.assert_allclose(x.grad, 2 * VALUE * (expected == VALUE))


def test_lists_and_numbers_are_copied_into_a_variable():
    """A list is an array; a Python number takes the dtype of the target."""
    x = ac.Variable(np.ones(2, "f4"))
    y = x * 2

    np.copyto(y, [3.0, 4.0], where=[True, False])
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y.data, [3, 2])
    np.copyto(y, 5)
    np.testing.assert_array_equal(y.data, [5, 5])


# --- refused --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "call",
    [
        lambda x: sliding_window_view(x, 2, writeable=True),
        lambda x: np.piecewise(x, [x.data > 0], [lambda x, k: k * x], k=3.0),
        lambda x: np.take(x, ac.Variable([0.0, 1.0])),
    ],
)
def test_what_has_no_derivative_is_refused(call):
    """Options and index arguments without a derivative raise at the call."""
    with pytest.raises((ac.NoRuleError, TypeError)):
        call(ac.Variable([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda x: np.select([], []), ValueError),
        (lambda x: np.select([[1, 0, 1]], [x]), TypeError),
        (lambda x: np.piecewise(x, [[True] * 3], [1, 2, 3]), ValueError),
        (lambda x: np.apply_along_axis(np.sum, 0, x[:, None][:, :0]), ValueError),
        (lambda x: np.apply_over_axes(lambda a, axis: a[0, 0], x[:, None], 0), ValueError),
        (lambda x: np.take(x, [5]), IndexError),
        (lambda x: np.diag(x.reshape(3, 1, 1)), ValueError),
        (lambda x: np.take_along_axis(x, np.array([0.5]), 0), IndexError),
    ],
)
def test_wrong_arguments_raise_as_in_numpy(call, error):
    """The kind of error that plain arrays raise."""
    with pytest.raises(error):
        call(np.ones(3))
    with pytest.raises(error):
        call(ac.Variable(np.ones(3)))


@pytest.mark.parametrize("index", [[5, 0, 3, 1], [5, -1, 3, 5], [[0, 1], [1, -6]]], ids=str)
def test_large_rows_are_added_once_each_time_they_are_read(index):
    """Unique, repeated and negative rows of a table too large for the simple way."""
    table = ac.Variable(np.ones((6, 200)))
    weights = np.random.default_rng(1).normal(size=table[index].shape)

    (table[index] * weights).sum().backward()
    expected = np.zeros((6, 200))
    np.add.at(expected, index, weights)
    np.testing.assert_allclose(table.grad, expected, rtol=1e-14)


@pytest.mark.parametrize(
    "read",
    [
        lambda x, i: x[i],
        lambda x, i: x[i, i],
        lambda x, i: np.take(x, i),
        lambda x, i: np.take_along_axis(x, i[:, None], 1),
        lambda x, i: np.where(i[:, None] > 0, x, 0.0),
        lambda x, i: np.choose(i % 2, [x[0], x[1]]),
        lambda x, i: into(np.put, x * 1.0, i, 7.0),
        lambda x, i: into(np.add.at, x * 1.0, i, x[0]),
    ],
)
def test_an_index_may_be_overwritten_after_its_use(read):
    """The derivative uses the index of the moment of the call."""
    x, index = ac.Variable(np.arange(9.0).reshape(3, 3)), np.array([0, 2, 1])
    expected = ac.grad(lambda x: np.sum(read(x, index.copy()) ** 2))(x.data)

    y = np.sum(read(x, index) ** 2)
    index[:] = 0
    y.backward()
    np.testing.assert_array_equal(x.grad, expected)


@pytest.mark.parametrize("name", sorted(WRITES))
def test_without_recording_a_leaf_is_written(name):
    """Inside no_grad() a leaf takes the values that an array would."""
    start = np.eye(3) if name == "fill_diagonal" else np.ones(3)
    write = np.fill_diagonal if name == "fill_diagonal" else WRITES[name]
    x, plain = ac.Variable(start), start.copy()

    with ac.no_grad():
        write(x, 5.0)
    write(plain, 5.0)
    np.testing.assert_array_equal(x.data, plain)
    assert x.requires_grad
    assert x.is_leaf


def test_a_sliding_window_is_a_view():
    """It sees what is written into its base afterwards, and refuses to be written, as in NumPy."""
    x = ac.Variable(np.arange(4.0))
    y = x * 1.0

    windows = sliding_window_view(y, 2)
    y[1] = 10.0
    (windows * np.arange(6.0).reshape(3, 2)).sum().backward()
    np.testing.assert_array_equal(windows.data, [[0, 10], [10, 2], [2, 3]])
    np.testing.assert_array_equal(x.grad, [0, 0, 7, 5])
    with pytest.raises(ValueError, match="read-only"):
        windows[0, 0] = 1.0
