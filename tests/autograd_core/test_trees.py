"""Nested arguments: opened, closed, compared, and laid out as one vector."""

import pickle
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import trees
from autograd_core.errors import ArgumentError, DtypeError, ShapeError

Point = namedtuple("Point", "x y")


@dataclass(frozen=True)
class Layer:
    """A record whose constructor would object to being run again."""

    weight: object
    bias: object
    calls: list = field(default_factory=list, init=False)


TREES = st.recursive(
    st.none() | st.floats(-9, 9) | st.integers(-9, 9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.tuples(inner, inner).map(lambda pair: Point(*pair))
    ),
    max_leaves=8,
)


@given(TREES)
def test_a_tree_restored_from_its_leaves_is_itself(tree):
    """Opening and closing lose nothing."""
    assert trees.restored(tree, iter(list(trees.leaves(tree)))) == tree


@given(TREES)
def test_flatten_and_unflatten_are_inverse(tree):
    """The vector holds each leaf once, and unflatten puts it back."""
    vector, unflatten = trees.flatten(tree)

    assert vector.dtype == np.float64
    assert vector.tolist() == [float(leaf) for leaf in trees.leaves(tree)]
    assert unflatten(vector) == tree


def test_containers_keep_their_type():
    """A dict of any kind, a namedtuple and a frozen dataclass come back as what they were."""
    counts = defaultdict(list, a=1.0)
    tree = [OrderedDict(b=1.0, a=2.0), Point(3.0, None), Layer(4.0, (5.0,)), counts]

    new = trees.mapped(lambda leaf: leaf * 10, tree)

    assert new == [
        OrderedDict(b=10.0, a=20.0),
        Point(30.0, None),
        Layer(40.0, (50.0,)),
        {"a": 10.0},
    ]
    assert new[3].default_factory is list
    assert counts == {"a": 1.0}


def test_flatten_keeps_shapes_and_dtypes():
    """Arrays return in their own form; whole numbers become floats."""
    tree = {"w": np.arange(6.0).reshape(2, 3), "b": np.ones(2, np.float32), "n": 3, "none": None}

    vector, unflatten = trees.flatten(tree)
    new = unflatten(vector + 1)

    assert vector.shape == (9,)
    assert new["w"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert new["b"].dtype == np.float32
    assert new["n"] == 4.0
    assert new["none"] is None


def test_an_unflatten_can_be_pickled():
    """Another process cuts the vector in the same way."""
    vector, unflatten = trees.flatten([np.ones(2), {"a": 3.0}])

    copy = pickle.loads(pickle.dumps(unflatten))

    assert copy(vector)[1] == {"a": 3.0}


def test_an_empty_tree_is_an_empty_vector():
    """Nothing in, nothing out."""
    vector, unflatten = trees.flatten({"a": [], "b": None})

    assert vector.shape == (0,)
    assert unflatten(vector) == {"a": [], "b": None}


def test_a_vector_of_another_length_is_refused():
    """No number is dropped or invented."""
    _, unflatten = trees.flatten([1.0, 2.0])

    with pytest.raises(ShapeError, match=r"needs a vector of shape \(2,\); it got shape \(3,\)"):
        unflatten(np.ones(3))


@pytest.mark.parametrize("leaf", [1j, True, "text", np.ones(2, bool), set()], ids=repr)
def test_flatten_refuses_what_is_not_a_real_number(leaf):
    """A complex number would need two places in the vector; text has none."""
    with pytest.raises(DtypeError, match="one leaf has dtype"):
        trees.flatten([1.0, leaf])


def test_matching_goes_by_key():
    """The order in which a dict was filled does not matter."""
    pairs = list(trees.matching({"a": 1, "b": (2, None)}, {"b": (20, None), "a": 10}, "x"))

    assert pairs == [(1, 10), (2, 20)]


@pytest.mark.parametrize(
    ("tree", "other"),
    [
        ([1.0], [1.0, 2.0]),
        ([1.0], (1.0,)),
        ({"a": 1.0}, {"b": 1.0}),
        (1.0, [1.0]),
        ([1.0], 1.0),
        ([None], [1.0]),
    ],
    ids=repr,
)
def test_matching_refuses_another_structure(tree, other):
    """The message says what stands where."""
    with pytest.raises(ArgumentError, match="the tangent does not have the structure"):
        list(trees.matching(tree, other, "the tangent"))
