"""Nested values survive as JSON and arrays."""

import json
import math

import numpy as np
import pytest

from autograd_core import StateError
from nn.structures import pack, unpack


def there_and_back(value):
    """Pack, through JSON, and unpack."""
    arrays = {}
    text = json.dumps(pack(value, arrays, "x"), allow_nan=False)
    return unpack(json.loads(text), arrays)


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -(2**200), 0.1, -0.0, math.inf, -math.inf, "", "τ\0", [], (), {}, [1, (2, [3])],
     {"a": {"b": [None]}, 0: "zero", "0": "text"}, {"list": [1]}, {"array": "x"}],
    ids=repr,
)  # fmt: skip
def test_values_come_back(value):
    """Equal, and of the same types: a tuple stays one, 0 and "0" are two keys."""
    assert repr(value) == repr(there_and_back(value))


def test_nan_comes_back():
    """JSON has no NaN, so it goes as a text."""
    assert math.isnan(there_and_back({"a": [math.nan]})["a"][0])


def test_arrays_keep_dtype_and_place():
    """Arrays and NumPy scalars come back as what they were, each under its own name."""
    value = {"a": {"b": np.float32([1, 2])}, "a.b": np.int8(3), "c": np.array(2.0)}

    arrays = {}
    found = unpack(pack(value, arrays, "x"), arrays)
    assert len(arrays) == 3
    assert repr(found) == repr(value)
    assert type(found["a.b"]) is np.int8
    assert found["c"].shape == ()


def test_a_generator_comes_back():
    """The states of NumPy's bit generators are such values: all of them, bit for bit."""
    for kind in (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox,
                 np.random.SFC64):  # fmt: skip
        rng = np.random.Generator(kind(1))
        rng.random(3, np.float32)  # half a word is left over
        other = np.random.Generator(kind(2))

        other.bit_generator.state = there_and_back(rng.bit_generator.state)
        np.testing.assert_array_equal(rng.random(10, np.float32), other.random(10, np.float32))


@pytest.mark.parametrize("value", [..., {1, 2}, {(1, 2): 3}, {1.5: 2}, 1j, b"a", {True: 1},
                                   [[len]], np.array([...])], ids=repr)  # fmt: skip
def test_other_things_are_refused(value):
    """What cannot come back as it was is named by its place."""
    with pytest.raises(StateError, match="'x"):
        pack({"k": [value]}, {}, "x")


@pytest.mark.parametrize(
    "packed",
    [[1], {}, {"dict": 1}, {"dict": [[1]]}, {"dict": [[1, 2, 3]]}, {"dict": [[None, 1]]},
     {"list": {}}, {"tuple": "ab"}, {"array": "missing"}, {"array": 1}, {"scalar": "w"},
     {"float": "1.0"}, {"float": "__import__('os')"}, {"module": "os"}],
    ids=repr,
)  # fmt: skip
def test_what_nothing_packs_to_is_refused(packed):
    """Nothing is imported, evaluated or formatted; there is no other key."""
    with pytest.raises(ValueError, match=r"packed|pair"):
        unpack(packed, {"w": np.zeros(2)})
