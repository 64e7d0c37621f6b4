"""A pack lays parameters end to end, and takes their states apart again."""

import numpy as np

import autograd_core as ac
from nn.optim.packs import Pack, copied, matches

GROUP = {"maximize": False, "constraint": None}


def variables(*shapes, dtype=float):
    """Variables that count up, each with the gradient 1."""
    found = []
    for shape in shapes:
        v = ac.Variable(np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype))
        v.grad = np.ones(shape, dtype)
        found.append(v)
    return found


def test_values_and_states_come_back_in_their_shapes():
    """Of matrices, numbers and empty arrays."""
    params = variables((2, 3), (), (0, 4), (5,))
    pack = Pack(GROUP, params, 0, whole=False)
    pack.begin(lambda p: {"copy": p.copy(), "calls": 1, "_scratch": np.empty_like(p)}, [], {})

    pack.values += 1
    pack.store()
    assert [1.0, 7.0] == [params[0].data.min(), params[0].data.max() + 1]
    assert 1.0 == params[1].data
    states = pack.states()
    assert [(2, 3), (), (0, 4), (5,)] == [state["copy"].shape for state in states]
    assert np.array_equal(np.arange(5.0), states[3]["copy"])
    assert [{"copy", "calls"}] * 4 == [set(state) for state in states]


def test_states_of_complex_parameters_have_a_last_axis_of_two():
    """For the real and the imaginary part; empty ones too."""
    pack = Pack(GROUP, variables((2, 3), (0,), (), dtype=complex), 0, whole=False)
    pack.begin(lambda p: {"copy": p.copy()}, [], {})

    assert [(2, 3, 2), (0, 2), (2,)] == [state["copy"].shape for state in pack.states()]


def test_what_is_remembered_takes_the_place_of_a_fresh_state():
    """Cast to the precision of the parameters; temporaries are fresh."""
    params = variables((2,), (3,), dtype=np.float32)
    memory = [{"mean": np.full(2, 5.0), "count": 3}, {"mean": np.full(3, 6.0), "count": 3}]
    pack = Pack(GROUP, params, 3, whole=False)
    pack.begin(lambda p: {"mean": np.zeros_like(p), "_t": np.empty_like(p)}, memory, {})

    state = pack.blocks[0][1]
    assert [5.0, 5.0, 6.0, 6.0, 6.0] == state["mean"].tolist()
    assert np.float32 == state["mean"].dtype
    assert {"mean", "count", "_t"} == set(state)


def test_collect_notices_what_has_changed():
    """A missing gradient, replaced data, the direction: the pack no longer fits."""
    changes = [
        lambda p: setattr(p, "grad", None),
        lambda p: setattr(p, "data", np.zeros(p.shape)),
        lambda _: group.update(maximize=True),
    ]
    for shape in ((3,), (90, 90)):
        for change in changes:
            group = dict(GROUP)
            (param,) = variables(shape)
            pack = Pack(group, [param], 0, whole=False)
            assert pack.collect()
            change(param)
            assert not pack.collect()


def test_copies_share_nothing():
    """Of dicts, lists and tuples; temporaries are left out."""
    state = {"a": np.zeros(2), "b": [np.zeros(1), (np.zeros(3),)], "n": 2, "_t": np.zeros(9)}
    found = copied(state)

    state["a"][0] = state["b"][0][0] = state["b"][1][0][0] = 1.0
    assert {"a", "b", "n"} == set(found)
    assert 0 == found["a"].sum() + found["b"][0].sum() + found["b"][1][0].sum()


def test_matching_shapes():
    """Arrays have the shape of the parameter, or a last axis of two besides."""
    assert matches({"a": np.zeros((2, 3)), "b": np.zeros((2, 3, 2)), "n": 1}, (2, 3))
    assert not matches({"a": np.zeros(3)}, (2, 3))
    assert matches((np.zeros(7),), (2, 3))
