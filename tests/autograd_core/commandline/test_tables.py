"""``supported`` and ``inspect``."""

import subprocess
import sys

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.commandline.entry import main
from autograd_core.commandline.tables import outline, printable, size


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_function_is_told(capsys):
    """``supported NAME`` prints what ``ac.supported`` says."""
    assert main(["supported", "np.interp"]) == 0
    assert capsys.readouterr().out == f"{ac.supported('np.interp')}\n"


@pytest.mark.parametrize("name", [None, "np.linalg"])
def test_tables_are_told(name, capsys):
    """Without a name the whole table is printed, with counts; of a module its part."""
    assert main(["supported", *([name] if name else [])]) == 0
    out = capsys.readouterr().out
    assert out == f"{ac.supported(name)}\n"
    assert " differentiable" in out.partition("\n")[0]


def test_an_unknown_name_ends_with_one(capsys):
    """What nothing bears is answered with near names; the exit code is that of a no."""
    assert main(["supported", "np.intrep"]) == 1
    assert "near       np.interp" in capsys.readouterr().out


def network():
    """A small model with a nested part."""
    return nn.Model(nn.Linear(2, 3), nn.ReLU(), nn.Sequential(nn.Linear(3, 1), nn.Dropout(0.2)))


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_a_saved_model_is_told(suffix, capsys):
    """Names, shapes, dtypes, bytes, and what the model was made of."""
    network().save(f"m{suffix}")
    assert main(["inspect", f"m{suffix}"]) == 0
    out = capsys.readouterr().out
    rows = [line.split("  ") for line in out.splitlines()]
    assert [part.strip() for part in rows[0] if part.strip()] == ["name", "shape", "dtype", "bytes"]
    assert "0.weight    (2, 3)  float64  48 B" in out
    assert "4 arrays, 13 numbers, 104 B" in out
    assert "\n  Model" in out
    assert "in_features=3" in out
    assert "Dropout  p=0.2" in out


def test_weights_alone_are_told(capsys):
    """A file of ``nn.save`` has no architecture, and it is said."""
    nn.save({"w": np.ones((512, 512), np.float32)}, "w.npz")
    assert main(["inspect", "w.npz"]) == 0
    out = capsys.readouterr().out
    assert "w     (512, 512)  float32  1.0 MiB" in out
    assert "no architecture" in out


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04"])
def test_other_files_are_refused(content, folder, capsys):
    """What is no file of weights ends with 1 and a message."""
    (folder / "w.npz").write_bytes(content)
    assert main(["inspect", "w.npz"]) == 1
    out, err = capsys.readouterr()
    assert "w.npz" in err
    assert "Traceback" not in out + err


def test_a_missing_file_is_told(capsys):
    """The reason of the system is printed, in a line."""
    assert main(["inspect", "none.npz"]) == 1
    assert "No such file" in capsys.readouterr().err


def test_a_file_cannot_steer_the_terminal(capsys):
    """Control characters in names are not printed as they are."""
    nn.save({"a\x1b[31mb": np.ones(1)}, "w.npz")
    assert main(["inspect", "w.npz"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "a?[31mb" in out
    assert printable("x" * 500).endswith("...")


def test_sizes_and_outlines():
    """Bytes are rounded to powers of 1024; whatever JSON holds gives lines."""
    assert size(0) == "0 B"
    assert size(1024**3 * 5) == "5.0 GiB"
    assert size(1024**6) == "1048576.0 TiB"
    for odd in (None, 3, "x", [], {}, {"class": 3}, {"class": "A", "config": 3}, [[{"a": []}]]):
        assert len(outline(odd)) <= 1


def test_inspecting_runs_nothing_of_the_file(folder):
    """A model of a class that is not here is described all the same."""
    code = (
        "import nn\nclass Mine(nn.Module):\n    def __init__(self, width):\n"
        "        super().__init__(); self.fc = nn.Linear(width, 1)\n"
        "nn.Model(Mine(4)).save('m.npz')"
    )
    from pathlib import Path

    root = {"PYTHONPATH": str(Path(ac.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], env=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert main(["inspect", "m.npz"]) == 0
