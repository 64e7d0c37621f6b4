"""Named arrays in files: the suffix says which kind, and what is no state is refused."""

import zipfile

import numpy as np
import pytest

import nn
from autograd_core import ArgumentError, StateError


@pytest.mark.parametrize("name", ["w.npz", "w.ckpt", "w", "w.safetensors.npz", ".safetensors.bak"])
def test_any_other_name_is_npz(name, tmp_path):
    """Written to exactly that path."""
    nn.save({"w": np.ones(2)}, tmp_path / name)

    assert zipfile.is_zipfile(tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_the_suffix_chooses_safetensors(tmp_path):
    """As a text or a path."""
    nn.save({"w": np.ones(2)}, str(tmp_path / "w.safetensors"))

    assert (tmp_path / "w.safetensors").read_bytes()[8:9] == b"{"
    np.testing.assert_array_equal(nn.load(str(tmp_path / "w.safetensors"))["w"], [1, 1])


def test_a_file_under_the_wrong_suffix_is_refused(tmp_path):
    """It is not guessed what a file may be."""
    nn.save({"w": np.ones(2)}, tmp_path / "w.npz")
    (tmp_path / "w.npz").rename(tmp_path / "w.safetensors")

    with pytest.raises(StateError):
        nn.load(tmp_path / "w.safetensors")


def test_a_model_is_no_state(tmp_path):
    """The message says how it is saved."""
    with pytest.raises(ArgumentError) as caught:
        nn.save(nn.Linear(2, 2), tmp_path / "w.npz")
    assert caught.value.hint.startswith("model.save(path)")
    assert list(tmp_path.iterdir()) == []


def test_names_are_texts(tmp_path):
    """A number as a key would come back as something else."""
    with pytest.raises(ArgumentError, match="names are texts"):
        nn.save({0: np.ones(2)}, tmp_path / "w.npz")


def test_what_is_saved_is_what_was_there(tmp_path):
    """Lists, numbers, Variables and Parameters, tracked or not."""
    p = nn.Parameter([1.0, 2.0])
    nn.save({"list": [1, 2], "number": 3.5, "p": p, "result": p * 2}, tmp_path / "w")

    found = nn.load(tmp_path / "w")
    assert found["number"].shape == ()
    np.testing.assert_array_equal(found["result"], [2.0, 4.0])
    assert all(a.flags.writeable for a in found.values())
