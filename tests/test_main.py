"""The command line: what it prints, what it writes, and how it ends."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import __main__ as command


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_info_is_one_line(capsys):
    """``info`` names the library, Python and NumPy."""
    assert command.main(["info"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert f"autograd-core {ac.__version__}" in out
    assert f"NumPy {np.__version__}" in out


def test_demo_passes_its_checks(folder, capsys):
    """``demo`` prints checked gradients and the accuracy, and names the file it wrote."""
    assert command.main(["demo"]) == 0
    out, err = capsys.readouterr()
    assert "dy/dx1  2.583853   finite differences 2.583853   ok" in out
    assert "dy/dx2  2.000000   finite differences 2.000000   ok" in out
    assert "accuracy 99" in out
    assert "WRONG" not in out
    assert str(folder / "expression.dot") in out
    assert (folder / "expression.dot").read_text("utf-8").startswith("digraph")
    assert "loss" in err
    assert (folder / "spiral.png").exists() == bool(find_spec("matplotlib"))


def test_a_failed_check_ends_with_one(monkeypatch, capsys):
    """A wrong gradient is called wrong, and the exit code says so."""
    monkeypatch.setattr(command, "TOLERANCE", -1.0)
    monkeypatch.setattr(command, "EPOCHS", 1)
    assert command.main(["demo"]) == 1
    assert capsys.readouterr().out.count("WRONG") == 3


def test_a_folder_that_cannot_be_written_ends_with_one(folder, capsys):
    """An error of the file system is told in one line."""
    (folder / "expression.dot").mkdir()
    assert command.main(["demo"]) == 1
    assert "expression.dot" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["dmo"], ["demo", "--fast"]], ids=str)
def test_an_unknown_command_ends_with_two(arguments, capsys):
    """What is not understood prints the usage."""
    with pytest.raises(SystemExit) as exit_:
        command.main(arguments)
    assert exit_.value.code == 2
    assert "usage: autograd-core" in capsys.readouterr().err


def test_the_module_runs():
    """``python -m autograd_core`` is the command."""
    run = [sys.executable, "-m", "autograd_core", "info"]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("autograd-core")
