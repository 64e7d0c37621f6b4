"""state_dict, load_state_dict, and the same of plain objects."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.state import check


def net():
    """Two layers and a buffer that is not saved."""
    made = nn.Sequential({"fc": nn.Linear(4, 3, rng=0), "out": nn.Linear(3, 1, rng=1)})
    made.extra = nn.Buffer([1.0], persistent=False)
    return made


def test_state_dict_is_a_copy():
    """Writing into a state changes nothing; buffers that are not persistent are left out."""
    made = net()
    state = made.state_dict()
    state["fc.weight"][...] = 0

    assert list(state) == ["fc.weight", "fc.bias", "out.weight", "out.bias"]
    assert (made[0].weight.data != 0).all()


def test_round_trip():
    """Loading a state gives the values, cast to the parameter's dtype, copied."""
    made, other = net(), net().initialize(9)
    state = made.state_dict()

    left = other.load_state_dict({k: v.astype(np.float32) for k, v in state.items()})

    assert left == ([], [])
    assert other[0].weight.dtype == np.float64
    np.testing.assert_allclose(other[0].weight.data, made[0].weight.data, rtol=1e-6)


def test_error_15():
    """The text of error 15: names that are missing and unknown, and shapes."""
    made = net()
    state = made.state_dict()
    state["fc.bais"] = state.pop("fc.bias")
    state["fc.weight"] = state["fc.weight"].T
    before = made.state_dict()

    with pytest.raises(ac.StateError) as caught:
        made.load_state_dict(state)

    assert str(caught.value) == (
        "load_state_dict: 1 name is missing, 1 is unknown, 1 has another shape.\n"
        "  missing: fc.bias (3,)     unknown: fc.bais (3,), did you mean fc.bias?\n"
        "  shape:   fc.weight is (4, 3), the file has (3, 4), its transpose\n"
        "  try: rename the key; nn.load_torch for weights saved by PyTorch"
    )
    assert all((made.state_dict()[k] == v).all() for k, v in before.items())


def test_strict_false_leaves_out_and_says_what():
    """Missing and unknown names are returned; shapes must fit all the same."""
    made = net()
    state = {"fc.bias": np.ones(3), "other": np.ones(2)}

    left = made.load_state_dict(state, strict=False)

    assert left.missing == ["fc.weight", "out.weight", "out.bias"]
    assert left.unknown == ["other"]
    assert made[0].bias.tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(ac.StateError, match="1 has another shape"):
        made.load_state_dict({"fc.bias": np.ones(4)}, strict=False)


@pytest.mark.parametrize(
    "value",
    [
        np.ones(3, complex),
        np.ones(3, np.int64),
        np.ones(3, bool),
        np.array([None] * 3),
        np.array(["a"] * 3),
    ],
    ids=lambda value: value.dtype.name,
)
def test_other_kinds_of_numbers_are_refused(value):
    """Complex or integers into float, objects and text do not fit, and nothing is loaded."""
    made = net()
    state = {**made.state_dict(), "fc.weight": np.zeros((4, 3)), "fc.bias": value}

    with pytest.raises(ac.StateError, match="1 has another kind of numbers"):
        made.load_state_dict(state)

    assert (made[0].weight.data != 0).all()


def test_a_row_fits_a_vector():
    """A bias stored as (1, n) loads into (n,)."""
    made = net()

    made.load_state_dict({**made.state_dict(), "fc.bias": np.array([[1.0, 2.0, 3.0]])})

    assert made[0].bias.tolist() == [1.0, 2.0, 3.0]


def test_long_lists_are_cut():
    """Ten names, and how many more."""
    made = nn.Sequential(*(nn.Linear(1, 1) for _ in range(8)))

    with pytest.raises(ac.StateError, match="16 names are missing") as caught:
        made.load_state_dict({})

    assert "; and 6 more" in str(caught.value)


def test_loading_harms_no_tape():
    """A graph recorded before keeps the values it was recorded with."""
    layer = nn.Linear(2, 1, bias=False, rng=0)
    w, x = layer.weight.numpy(), ac.Variable(np.ones((1, 2)))
    y = layer(x)

    layer.load_state_dict({"weight": np.zeros((2, 1))})
    y.sum().backward()

    np.testing.assert_array_equal(x.grad, w.T)


def test_check_reads_shapes_and_dtypes_only():
    """A state may be described instead of given."""

    class Described:
        shape, dtype = (2,), np.dtype(float)

    assert check({"w": np.zeros(2)}, {"w": Described()}) == ([], [])


def test_plain_objects():
    """Any object's attributes are searched, through lists and dicts, each parameter once."""

    class Plain:
        def __init__(self):
            self.w, self.free = nn.Parameter([1.0]), ac.Variable(2.0)
            self.layers = [nn.Linear(2, 1, rng=0), {"again": self.w}]
            self.constant, self.number, self.me = ac.Variable(1.0, requires_grad=False), 3, self

    obj = Plain()

    assert list(nn.state_dict(obj)) == ["w", "free", "layers.0.weight", "layers.0.bias"]
    assert nn.parameters(obj)[:2] == [obj.w, obj.free]
    assert nn.parameters(obj.layers[0]) == obj.layers[0].parameters()
