"""Values as a person types them."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.commandline.assignments import LONGEST, assignments, number_or_array


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2.0),
        ("-1e-3", -1e-3),
        ("+5", 5.0),
        ("1_000", 1000.0),
        ("1+2j", 1 + 2j),
        ("-2.5j", -2.5j),
        ("1,2,3", [1.0, 2.0, 3.0]),
        ("1,", [1.0]),
        (" 1, 2 ", [1.0, 2.0]),
        ("[1, 2]", [1.0, 2.0]),
        ("[[1,2],[3,4]]", [[1.0, 2.0], [3.0, 4.0]]),
        ("[1,2],[3,4]", [[1.0, 2.0], [3.0, 4.0]]),
        ("1,2j", [1.0, 2j]),
        ("inf", np.inf),
        ("-inf", -np.inf),
    ],
)
def test_numbers_and_arrays_are_read(text, value):
    """Numbers, lists with and without brackets, and complex ones; whole ones become floats."""
    found = number_or_array(text)
    assert np.array_equal(found, value)
    assert found.dtype == np.asarray(value).dtype
    assert found.shape == np.shape(value)


@pytest.mark.parametrize(
    "text",
    ["", "a", "True", "'a'", "None", "[]", "[[1,2],[3]]", "{1: 2}", "1;2", "[1,'a']", "1 2", "1+x",
     "__import__('os')", "9" * 5000, "[" * 500, "1," * LONGEST],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_anything_else_is_refused(text):
    """What is no number and no array is refused, with the forms that are."""
    with pytest.raises(ac.ArgumentError, match="is no number and no array") as error:
        number_or_array(text, "x")
    assert "@file.npy" in error.value.hint
    assert len(str(error.value)) < 300


@given(st.text(max_size=40))
@example("1e999")
@example("0x10")
@example("\x00")
def test_any_text_gives_a_value_or_a_message(text):
    """No text does anything else than give numbers, or an ArgumentError."""
    try:
        found = assignments([f"x={text}"])["x"] if not text.startswith("@") else np.zeros(1)
    except ac.ArgumentError:
        return
    assert np.asarray(found).dtype.kind in "fc"


def test_values_keep_their_order():
    """The names stand as they were given."""
    assert list(assignments(["b=1", "a=2"])) == ["b", "a"]


def test_names_are_those_that_python_reads():
    """A micro sign and a mu are one letter to Python, and to a formula."""
    assert list(assignments(["µ=1"])) == ["μ"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["x"], "'x' is no name=value"),
        (["2"], "'2' is no name=value"),
        (["=2"], "is no name=value"),
        (["a b=2"], "is no name=value"),
        (["x.y=2"], "is no name=value"),
        (["lambda=2"], "it is a word of Python"),
        (["x=1", "x=2"], "x has two values"),
    ],
)
def test_what_is_no_assignment_is_told(texts, said):
    """Names are Python's, each has one value."""
    with pytest.raises(ac.ArgumentError, match=re.escape(said)):
        assignments(texts)


class TestFiles:
    """``x=@file.npy``."""

    @pytest.mark.parametrize("dtype", ["float64", "float32", "complex64", "int16", "bool"])
    def test_arrays_are_read(self, dtype, tmp_path):
        """Floats and complex numbers keep their dtype; whole numbers become floats."""
        path = tmp_path / "a.npy"
        np.save(path, np.eye(2, dtype=dtype))
        found = number_or_array(f"@{path}")
        assert np.array_equal(found, np.eye(2))
        assert found.dtype == (dtype if dtype[0] in "fc" else "float64")

    def test_pickles_are_refused(self, tmp_path):
        """A file with objects in it runs nothing."""
        path = tmp_path / "o.npy"
        np.save(path, np.array([Bomb()], object), allow_pickle=True)
        with pytest.raises(ac.ArgumentError, match="damaged, or holds no numbers"):
            number_or_array(f"@{path}")

    @pytest.mark.parametrize("content", [b"", b"hello", b"\x93NUMPY", b"\x93NUMPY\x01\x00\x10"])
    def test_other_files_are_refused(self, content, tmp_path):
        """A file that is no array, or half of one, is told by its name."""
        path = tmp_path / "x.npy"
        path.write_bytes(content)
        with pytest.raises(ac.ArgumentError, match=r"x\.npy"):
            number_or_array(f"@{path}")

    def test_texts_in_a_file_are_refused(self, tmp_path):
        """An array of texts has no derivative."""
        path = tmp_path / "t.npy"
        np.save(path, np.array(["a"]))
        with pytest.raises(ac.ArgumentError, match="x holds <U1"):
            number_or_array(f"@{path}", "x")

    def test_a_missing_file_is_told(self, tmp_path):
        """The reason of the system is in the message."""
        with pytest.raises(ac.ArgumentError, match="No such file"):
            number_or_array(f"@{tmp_path}/none.npy")
        with pytest.raises(ac.ArgumentError, match="cannot be read"):
            number_or_array(f"@{tmp_path}")


class Bomb:
    """Fails the test if it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was read",))
