"""What a call leaves on the tape: NumPy's value, and a node of what its rule keeps."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, dispatch

A = np.array([[0.7, -1.3, 2.1], [1.6, 0.4, -0.8]])
B = np.array([[1.2, 0.8, -0.5], [2.4, 0.9, 0.3]])


def kept(y):
    """The arrays that the node of a result keeps."""
    saved = y.node.kept
    saved = saved if type(saved) in (tuple, list) else [saved]
    return [s for s in saved if isinstance(s, np.ndarray)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (np.exp, ["out"]),
        (np.tanh, ["out"]),
        (np.sqrt, ["out"]),
        (np.sin, ["in"]),
        (np.log, ["in"]),
        (lambda v: v + B, []),
        (lambda v: v - B, []),
        (np.sum, []),
        (np.mean, []),
        (np.negative, []),
        (lambda v: v.reshape(6), []),
        (lambda v: v.T, []),
        (lambda v: v[0], []),
        (np.cumsum, []),
        (lambda v: v * B, ["B"]),
        (lambda v: v @ B.T, ["B"]),
        (lambda v: np.concatenate([v, v]), []),
        (lambda v: np.broadcast_to(v, (4, 2, 3)), []),
    ],
)
def test_naming_is_keeping(call, expected):
    """Nothing else stays alive: not the input of exp, not the output of sin."""
    x = Variable(np.abs(A)) * 1
    y = call(x)
    inside = kept(y)

    labels = []
    for array in inside:
        if np.shares_memory(array, y._data) and not np.shares_memory(x._data, y._data):
            labels.append("out")
        elif np.shares_memory(array, x._data):
            labels.append("in")
        elif array.size == B.size and np.array_equal(np.ravel(array), np.ravel(B)):
            labels.append("B")
        else:
            labels.append("B" if np.array_equal(array, B.T) else "other")
    assert labels == expected


def test_several_outputs_make_one_node_and_a_pick_each():
    """np.split records once; each part is picked from it."""
    v = Variable(A)
    first, second = np.split(v, 2)

    assert first.node.parents is not None
    (parent_of_first,) = (
        {first.node.parents} if not isinstance(first.node.parents, tuple) else first.node.parents
    )
    (parent_of_second,) = (
        {second.node.parents} if not isinstance(second.node.parents, tuple) else second.node.parents
    )
    assert parent_of_first is parent_of_second


def test_named_tuples_stay_named_tuples():
    """np.divmod gives a tuple, np.linalg.slogdet its own class."""
    assert type(np.divmod(Variable(A), 0.7)) is tuple
    assert type(np.split(Variable(A), 2)) is list


def test_an_untracked_call_is_not_recorded():
    """Nothing to differentiate, nothing on the tape; the result is an untracked Variable."""
    u = Variable(A, requires_grad=False)

    for y in (np.sin(u), u + 1, u.sum(), u[0], np.stack([u, u]), np.max(u), u @ B.T):
        assert isinstance(y, Variable)
        assert y.node is None


def test_constants_are_plain():
    """What has no derivative comes out as NumPy has it."""
    v = Variable(A)

    assert type(np.floor(v)) is np.ndarray
    assert type(np.argmax(v)) is np.int64
    assert type(np.zeros_like(v)) is np.ndarray
    assert np.shape(v) == (2, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda v, k: np.sum(v, axis=k),
        lambda v, k: np.take(B, k),
        lambda v, k: np.roll(B, k),
        lambda v, k: np.repeat(v, k),
        lambda v, k: np.reshape(v, k),
        lambda v, k: np.full((2,), 1.0)[k],
        lambda v, k: np.sum(B, axis=k),
        lambda v, k: np.expand_dims(B, k),
        lambda v, k: np.tril(B, k),
    ],
)
def test_a_tracked_option_is_refused(call):
    """An axis or an index has no derivative, whether the operand is tracked or not."""
    with pytest.raises((ac.AutogradError, TypeError, IndexError)):
        call(Variable(A), Variable(1.0))


def test_a_view_shares_memory_and_a_result_does_not():
    """A view stays a view: no copy is made of a slice, a transpose or a reshape."""
    v = Variable(A) * 1.0

    for view in (v[1:], v.T, v.reshape(3, 2), v[:, ::-1], np.swapaxes(v, 0, 1), v.real, v.ravel()):
        assert np.shares_memory(view._data, v._data)
    for copied in (v + 0, v.copy(), v[[0, 1]], np.sort(v), v.flatten()):
        assert not np.shares_memory(copied._data, v._data)


def test_lists_of_variables_are_operands():
    """Found in any place of a list or tuple, beside plain arrays."""
    v = Variable(A)
    y = np.concatenate([B, v, B]) * np.arange(6.0)[:, None]
    y.sum().backward()

    assert v.grad.tolist() == [[2.0] * 3, [3.0] * 3]


def test_a_failing_call_records_nothing(monkeypatch):
    """The value exists before the node."""
    v, made = Variable(A), []
    monkeypatch.setattr(dispatch, "node_of", lambda *args: made.append(args))
    for call in (
        lambda: v + np.ones(7),
        lambda: np.concatenate([v, np.ones(7)]),
        lambda: np.cumsum(v, axis=9),
    ):
        with pytest.raises(ValueError, match=r"broadcast|dimension|axis"):
            call()

    assert made == []


def test_dtype_of_a_ufunc_casts_only_what_numpy_casts():
    """A complex operand does not become real in silence."""
    z = Variable([1 + 1j, 2.0])

    with pytest.raises(TypeError, match="same_kind"):
        np.multiply(z, z, dtype=float)


@pytest.mark.parametrize("join", [np.stack, lambda rows: np.choose([0, 1], rows)])
def test_variables_in_a_list_inside_a_list(join):
    """None of them is lost beside an operand that NumPy has seen."""
    a, b, x = ac.Variable(2.0), ac.Variable(3.0), ac.Variable([0.3, 1.0])
    join([[a, b], x]).sum().backward()

    assert a.grad == 1
    assert b.grad == (1 if join is np.stack else 0)
