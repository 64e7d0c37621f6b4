"""What a node tells of itself: labels, options, what it keeps, where its operands stood."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.saved import (
    described,
    is_view,
    kept,
    label,
    operand_places,
    options,
    output_names,
)


@pytest.fixture
def x():
    """A matrix."""
    return Variable(np.arange(6.0).reshape(2, 3) + 1.0)


def test_operations_have_numpys_names(x):
    """Operators too."""
    y = x * 1.0
    y[0] = 1.0

    names = [label(v.node) for v in (x**2, x[0], y, x @ x.T, np.sum(x))]
    assert names == ["power", "getitem", "setitem", "matmul", "sum"]
    assert described(np.linalg.inv(x @ x.T).node) == "np.linalg.inv"


def test_options_are_what_is_not_default(x):
    """Short, as they are written."""
    assert options(np.sum(x, axis=1, keepdims=True).node) == {"axis": "1", "keepdims": "True"}
    assert options(np.sum(x).node) == {}
    assert options(x[::2, None].node) == {"index": "(::2, None)"}
    assert len(options(x[tuple([None] * 30)].node)["index"]) == 40


@pytest.mark.parametrize(
    ("f", "names", "size"),
    [
        (np.sin, ("x",), 48),
        (np.exp, ("y",), 48),
        (lambda x: x * x, ("x", "y"), 48),
        (lambda x: x + x, (), 0),
        (lambda x: x * np.ones(3), ("y",), 24),
        (lambda x: x @ np.ones((3, 2)), ("b",), 48),
        (lambda x: x.T * x.T, ("x (view)", "y (view)"), 48),
        (lambda x: np.max(x, axis=0), ("out", "a"), 72),
        (lambda x: np.linalg.norm(x) * 1.0, (), None),
    ],
)
def test_what_a_rule_keeps_is_named_and_counted(x, f, names, size):
    """Each buffer once; views say so; a lease is what it holds."""
    found, total = kept(f(x).node)

    if size is not None:
        assert (found, total) == (names, size)


def test_leased_arrays_count(x):
    """Large constants are held by a lease."""
    data = np.ones((5000, 3))

    assert kept((Variable(np.ones((5000, 3))) * data).node) == (("y",), data.nbytes)


def test_several_outputs_have_numpys_names(x):
    """Or numbers."""
    u, *_ = np.linalg.svd(x, full_matrices=False)
    a, _ = np.split(x, 2)

    assert output_names(u.node.parents) == ["U", "S", "Vh"]
    assert output_names(a.node.parents) == ["0", "1"]


def test_operands_have_places(x):
    """Positions in the call, and in a list there."""
    c = np.ones((2, 3))

    assert operand_places((c * x).node) == [(1, -1)]
    assert operand_places((x * x).node) == [(0, -1), (1, -1)]
    assert operand_places(np.stack([c, x, x]).node) == [(0, 1), (0, 2)]
    assert operand_places(np.where(c > 0, x, x).node) == [(1, -1), (2, -1)]


def test_views_that_the_operation_tells():
    """Without a recording: transposes and slices."""
    x = Variable(np.ones((2, 3)))

    assert [is_view(y.node) for y in (x.T, x[1:], x[0, 0], x[[0]], x * 1.0)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_released_nodes_keep_nothing(x):
    """Nothing is known after a sweep."""
    y = np.sum(np.sin(x))
    y.backward()

    assert kept(y.node) == ((), 0)
    assert options(y.node) == {}
    assert ac.graph(y).find("sin")[0].released
