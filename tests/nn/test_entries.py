"""Arrays go into files in C order and native meaning; strict JSON, or none."""

import io

import numpy as np
import pytest

from autograd_core import StateError, Variable
from nn.entries import LIMIT, Entry, contiguous, dump, native, numbers, octets, parse, shape_of


class Named(io.BytesIO):
    """Bytes with the name that an error mentions."""

    name = "w.npz"


@pytest.mark.parametrize("layout", ["T", "strided", "reversed", "big", "0-d", "stride 0"])
def test_contiguous_keeps_the_values_and_the_shape(layout):
    """Transposed, strided, big-endian and 0-d arrays are stored as what they are."""
    a = np.arange(24.0).reshape(4, 6)
    given = {
        "T": a.T, "strided": a[::2, 1::3], "reversed": a[::-1], "big": a.astype(">f8"),
        "0-d": np.array(3.0), "stride 0": np.broadcast_to(a[0], (3, 6)),
    }[layout]  # fmt: skip

    found = contiguous(given)
    assert found.flags.c_contiguous
    assert found.shape == given.shape
    assert found.dtype.str == "<f8"
    np.testing.assert_array_equal(np.frombuffer(octets(found), "<f8").reshape(given.shape), given)


def test_contiguous_copies_only_what_it_must():
    """An array in order is handed on as it is."""
    a = np.arange(6.0).reshape(2, 3)

    assert np.shares_memory(contiguous(a), a)
    assert np.shares_memory(native(a), a)


@pytest.mark.parametrize(
    "value",
    [
        np.array([...]),
        np.array(["a"]),
        np.array([b"a"]),
        np.array(["2020-01-01"], "M8[D]"),
        np.array([1], "m8[s]"),
        np.zeros(2, [("a", "f8")]),
        np.ma.masked_array([1.0, 2.0], mask=[True, False]),
        None,
        "text",
    ],
    ids=str,
)
def test_only_numbers_are_saved(value):
    """Objects, texts, dates, records and masks are refused by name."""
    with pytest.raises(StateError, match="'w' cannot be saved"):
        numbers("w", value)


def test_variables_are_saved_as_their_data():
    """Tracked or not, a Variable holds an array."""
    w = Variable([1.0, 2.0])

    np.testing.assert_array_equal(numbers("w", w), [1.0, 2.0])
    np.testing.assert_array_equal(numbers("w", w * 2), [2.0, 4.0])


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\xff"}',
        b'{"a": 1} {}',
        b'{"a": 1,}',
        b"[1]",
        b"1",
        b"",
        b"\x00" * 50,
    ],
    ids=range(17),
)
def test_json_is_strict(text):
    """Deep nesting, doubled keys, NaN, huge numbers, byte order marks, other encodings: refused."""
    with pytest.raises(StateError, match=r"w\.npz"):
        parse(Named(), text)


def test_json_comes_back():
    """What dump writes, parse reads: big integers, exact floats, any text."""
    header = {"n": 2**127, "x": [0.1, -0.0, 5e-324], "τ\ud800\0": None, "": True}

    found = parse(Named(), dump(header))
    assert found == header
    assert str(found["x"]) == str(header["x"])


def test_a_long_header_is_not_written():
    """What no reader would accept is refused when it is saved."""
    with pytest.raises(StateError, match="header"):
        dump({"a": "x" * LIMIT})


@pytest.mark.parametrize(
    "shape",
    [[-1], [2**62, 4], [2**64], [True], [1.0], ["3"], 3, None, {"0": 3}, [[3]], [1] * 65,
     [0, 2**62, 4]],
    ids=str,
)  # fmt: skip
def test_shapes_are_checked(shape):
    """Negative, huge and non-integer lengths are refused, also beside a zero."""
    with pytest.raises(StateError, match=r"w\.npz"):
        shape_of(Named(), shape, np.dtype("f8"))


def test_an_array_is_read_in_place():
    """Bytes become an array of the entry's shape; too few of them are an error."""
    a = np.arange(6.0).reshape(2, 3)
    entry = Entry(a.dtype, a.shape)

    np.testing.assert_array_equal(entry.read(Named(a.tobytes())), a)
    with pytest.raises(StateError, match="ends before"):
        entry.read(Named(a.tobytes()[:-1]))


def test_truth_values_are_zero_or_one():
    """Another byte would be a truth value that equals neither."""
    entry = Entry(np.dtype(bool), (2,))

    np.testing.assert_array_equal(entry.read(Named(b"\0\1")), [False, True])
    with pytest.raises(StateError, match="truth value"):
        entry.read(Named(b"\0\2"))
