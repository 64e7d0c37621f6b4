"""Other axes, another order, more copies: every entry keeps its gradient."""

from inspect import signature

import numpy as np
import pytest
from harness import case, checks
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd_core as ac
from autograd_core.errors import NoRuleError
from autograd_core.rules.shape import inverse

COPIES = "copy" in signature(np.reshape).parameters  # NumPy 2.1
BY_NAME = {"also": [[()], [(0,)], [(1, 1)], [(0, 3)]]}


def several(function, shapes=((), (2,), (2, 1, 3))):
    """A case for a function that takes any number of arrays."""
    return case(function, shapes=list(shapes), call=function)


CASES = [
    case(
        np.reshape,
        shapes=[(2, 3)],
        call=lambda a, shape=-1, **o: np.reshape(a, shape, **o),
        options=[
            {},
            {"shape": (3, 2)},
            {"shape": (3, -1, 1), "order": "F"},
            {"shape": 6, "order": "F"},
            *([{"shape": 6, "copy": True}] if COPIES else []),
        ],
        **BY_NAME,
    ),
    case(np.ravel, shapes=[(2, 3)], options=[{}, {"order": "F"}]),
    case(
        np.transpose,
        shapes=[(2, 3, 4)],
        options=[{}, {"axes": (2, 0, 1)}, {"axes": (-1, 0, -2)}],
    ),
    case(np.transpose, options=[{}, {"axes": [1, 0]}]),
    case(np.matrix_transpose, shapes=[(2, 3, 4)]),
    case(np.swapaxes, shapes=[(2, 3, 4)], args=(0, -1)),
    case(np.swapaxes, shapes=[(2, 3)], args=(1, 1)),
    case(
        np.moveaxis,
        shapes=[(2, 3, 4)],
        options=[
            {"source": 0, "destination": -1},
            {"source": (0, -1), "destination": (-2, 0)},
        ],
    ),
    case(
        np.rollaxis,
        shapes=[(2, 3, 4)],
        options=[
            {"axis": 2},
            {"axis": 0, "start": 3},
            {"axis": -1, "start": -2},
            {"axis": 1, "start": 1},
        ],
    ),
    case(
        np.squeeze,
        shapes=[(1, 3, 1)],
        options=[{}, {"axis": 0}, {"axis": (0, -1)}, {"axis": ()}],
    ),
    case(np.expand_dims, options=[{"axis": 0}, {"axis": -1}, {"axis": (0, 2)}]),
    *(
        several(op, shapes)
        for op in (np.atleast_1d, np.atleast_2d, np.atleast_3d)
        for shapes in ([()], [(3,)], [(2, 3)], [(2, 1, 2)], [(), (3,), (2, 2)])
    ),
    case(
        np.broadcast_to,
        shapes=[(3, 1)],
        call=lambda a, shape=(2, 3, 4), **o: np.broadcast_to(a, shape, **o),
        options=[{}, {"shape": (3, 1)}, {"shape": (0, 3, 1)}, {"subok": True}],
    ),
    case(np.broadcast_to, shapes=[()], args=((2, 2),)),
    case(np.broadcast_to, shapes=[(1,)], args=(3,)),
    several(np.broadcast_arrays, [(3,), (2, 1), ()]),
    several(np.broadcast_arrays, [(2, 2), (2, 2)]),
    case(np.flip, options=[{}, {"axis": 1}, {"axis": (0, -1)}]),
    case(np.fliplr),
    case(np.flipud),
    case(
        np.rot90,
        shapes=[(2, 3, 2)],
        options=[{}, {"k": 2}, {"k": -1}, {"k": 3, "axes": (2, 0)}],
    ),
    case(
        np.roll,
        shapes=[(2, 3)],
        options=[
            {"shift": 2},
            {"shift": 1, "axis": 1},
            {"shift": (1, -2), "axis": (0, -1)},
            {"shift": (1, 1), "axis": 1},
            {"shift": np.array([4]), "axis": 0},
        ],
    ),
    case(
        np.repeat,
        shapes=[(2, 3)],
        options=[
            {"repeats": 2},
            {"repeats": 3, "axis": -1},
            {"repeats": 0, "axis": 0},
            {"repeats": [2], "axis": 1},
            {"repeats": np.array([0, 2]), "axis": 0},
            {"repeats": (1, 0, 2, 3, 0, 1)},
        ],
    ),
    case(np.repeat, shapes=[()], args=(3,)),
    *(
        case(
            np.tile, shapes=[shape], options=[{"reps": reps} for reps in (2, (2, 1, 3), (0, 2), ())]
        )
        for shape in [(2, 3), (2,), ()]
    ),
    case(
        np.resize,
        shapes=[(2, 3)],
        call=lambda a, shape=(3, 3): np.resize(a, shape),
        options=[{}, {"shape": 4}, {"shape": (0, 2)}, {"shape": (13,)}, {"shape": ()}],
    ),
]


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- orders that a cotangent does not share -------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "name", "order"),
    [
        (lambda x: np.reshape(x, 6, order="A"), "np.reshape", "A"),
        (lambda x: np.ravel(x, order="K"), "np.ravel", "K"),
        (lambda x: np.ravel(x, "A"), "np.ravel", "A"),
        (lambda x: x.reshape(6, order="A"), "np.reshape", "A"),
        (lambda x: x.flatten("K"), "np.ravel", "K"),
    ],
)
def test_memory_order_is_refused_at_the_call(call, name, order):
    """'A' and 'K' follow the layout; the message names the orders that do not."""
    with pytest.raises(NoRuleError) as caught:
        call(ac.Variable(np.ones((2, 3))))
    assert str(caught.value) == (
        f"{name}(..., order='{order}') is not differentiable with this option; "
        "it is with order='C'.\n"
        f"  why: '{order}' follows the memory layout, which a cotangent does not share.\n"
        "  try: order='C' or order='F'"
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.reshape(x, 7),
        lambda x: np.transpose(x, (0, 0)),
        lambda x: np.swapaxes(x, 0, 2),
        lambda x: np.rollaxis(x, 0, -3),
        lambda x: np.squeeze(x, 0),
        lambda x: np.broadcast_to(x, (3, 3)),
        lambda x: np.repeat(x, [1, 2, 3], axis=0),
        lambda x: np.repeat(x, -1),
        lambda x: np.resize(x, (-1, 2)),
        lambda x: np.reshape(x.T, 6, copy=False) if COPIES else np.reshape(x, 4),
        lambda x: np.broadcast_arrays(x, np.ones(4)),
    ],
)
def test_errors_are_those_of_numpy(call):
    """What NumPy refuses is refused in its words."""
    theirs, ours = refusal(call, np.ones((2, 3))), refusal(call, ac.Variable(np.ones((2, 3))))

    assert isinstance(ours, type(theirs))
    assert str(ours) == str(theirs)


def refusal(call, x):
    """The error that a call raises."""
    try:
        call(x)
    except ValueError as error:
        return error
    raise AssertionError("nothing was refused")


# --- results that share memory --------------------------------------------------------------------
@pytest.mark.parametrize(
    "take",
    [
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.reshape(x.T, (2, 3), order="F"),
        np.ravel,
        np.transpose,
        lambda x: np.moveaxis(x, 0, 1),
        lambda x: np.rollaxis(x, 1),
        lambda x: np.expand_dims(x, 1),
        lambda x: np.flip(x, 0),
        np.fliplr,
        lambda x: np.rot90(x, 3),
        np.atleast_2d,
        np.atleast_3d,
        lambda x: np.broadcast_arrays(x, x)[0],
    ],
)
def test_a_write_through_another_form_reaches_the_array(take):
    """As in NumPy, values and gradients both."""
    start = np.arange(6.0).reshape(2, 3)
    expected = start.copy()
    take(expected)[0] = 7.0

    x, v = ac.Variable(start), ac.Variable(7.0)
    y = x * 1.0
    take(y)[0] = v
    (y * (1.0 + start)).sum().backward()

    np.testing.assert_array_equal(y.data, expected)
    written = expected != start
    written |= start == 7.0
    np.testing.assert_array_equal(x.grad, np.where(written, 0, 1.0 + start))
    assert v.grad == (1.0 + start)[written].sum()


def test_copies_do_not_share():
    """roll, repeat, tile and resize give arrays of their own."""
    y = ac.Variable(np.arange(6.0).reshape(2, 3)) * 1.0

    for copy in (np.roll(y, 0), np.repeat(y, 1), np.tile(y, 1), np.resize(y, (2, 3))):
        copy[0] = 9.0
    np.testing.assert_array_equal(y.data, np.arange(6.0).reshape(2, 3))


def test_an_array_of_the_right_shape_is_itself():
    """Nothing is recorded for it."""
    x = ac.Variable(np.ones((2, 3)))

    assert np.atleast_2d(x) is x
    assert np.broadcast_arrays(x, np.ones(3))[0] is x


# --- any shapes -----------------------------------------------------------------------------------
@given(st.permutations(range(4)), st.lists(st.booleans(), min_size=4, max_size=4))
def test_inverse_undoes_a_permutation(axes, negative):
    """In both orders, however the axes are counted."""
    mixed = [axis - 4 * flag for axis, flag in zip(axes, negative, strict=True)]

    assert [axes[k] for k in inverse(mixed, 4)] == [0, 1, 2, 3]


@settings(max_examples=60, deadline=None)
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3))
def test_broadcasting_is_summed_back(shapes):
    """The gradient of what was repeated counts the repetitions."""
    shape = shapes.input_shapes[0]
    x = ac.Variable(np.ones(shape))

    np.broadcast_to(x, shapes.result_shape).sum().backward()
    count = np.prod(shapes.result_shape) / max(np.prod(shape), 1)
    np.testing.assert_array_equal(x.grad, np.full(shape, count))


@settings(max_examples=60, deadline=None)
@given(
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    st.lists(st.integers(0, 3), max_size=4),
)
def test_tiles_are_summed_back(shape, reps):
    """The gradient of a tiled array is the sum of the tiles, for any shape and repetitions."""
    x = ac.Variable(np.zeros(shape))
    tiled = np.tile(np.arange(float(x.size)).reshape(shape), reps)
    weights = np.arange(1.0, 1 + tiled.size).reshape(tiled.shape)

    (np.tile(x, reps) * weights).sum().backward()
    expected = np.bincount(tiled.astype(int).ravel(), weights.ravel(), x.size)
    np.testing.assert_array_equal(x.grad, expected.reshape(shape))
