"""``gradcheck``: functions of one's own, from the command line."""

import sys

import numpy as np
import pytest

from autograd_core.commandline.checks import is_named, told
from autograd_core.commandline.entry import main
from autograd_core.forms import RULES

SOURCE = """
import numpy as np
import autograd_core as ac

def energy(x, k=1.0):
    return np.sum(k * x**2)

@ac.primitive
def cube(x):
    return x**3

ac.elementwise(cube, lambda g, x: g * 2 * x**2)

def fails(x):
    raise ValueError("nothing\\nto see")

def drops(x):
    return float(x)

class Well:
    @staticmethod
    def depth(x):
        return np.exp(-x**2)

number = 3
"""


@pytest.fixture(autouse=True)
def module(tmp_path, monkeypatch):
    """Each test works in a folder with a module of its own, which is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(SOURCE, "utf-8")
    (tmp_path / "broken.py").write_text("x = 1 / 0\n", "utf-8")
    (tmp_path / "half.py").write_text("import not_installed_here\n", "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "inner.py").write_text(SOURCE, "utf-8")
    before, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - before:
        if name in ("mine", "broken", "half", "sub", "sub.inner"):
            del sys.modules[name]
    for op in [op for op in RULES if getattr(op, "__module__", "") == "mine"]:
        del RULES[op]
    assert sys.path == path


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (["mine:energy", "1.0,2.0"], "gradcheck of energy: 2 inputs, 1 output"),
        (["mine:energy", "1.0", "k=3"], "gradcheck of energy: 1 input, 1 output"),
        (["mine:Well.depth", "0.5"], "gradcheck of depth: 1 input"),
        (["sub.inner:energy", "[[1,2],[3,4]]"], "4 inputs"),
        (["numpy:hypot", "3.0", "4.0"], "gradcheck of hypot: 2 inputs"),
        (["numpy:sin", "1+2j"], "complex128"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_report_is_printed(arguments, title, capsys):
    """A function of the folder, or of a package, is checked at the given place."""
    assert main(["gradcheck", *arguments]) == 0
    out, err = capsys.readouterr()
    assert title in out
    assert "backward      ok" in out
    assert "second order  ok" in out
    assert err == ""


def test_the_order_and_the_seed_are_chosen(capsys):
    """``--order 1`` leaves second derivatives out."""
    assert main(["gradcheck", "mine:energy", "1.0", "--order", "1", "--seed", "7"]) == 0
    assert "second order" not in capsys.readouterr().out


def test_arrays_come_from_files(tmp_path, capsys):
    """``@file.npy`` is an argument."""
    np.save("x.npy", np.arange(3.0))
    assert main(["gradcheck", "mine:energy", "@x.npy"]) == 0
    assert "3 inputs" in capsys.readouterr().out


def test_a_wrong_derivative_ends_with_one(capsys):
    """The table of the worst entries is printed, and the exit code is 1."""
    assert main(["gradcheck", "mine:cube", "1.0,2.0"]) == 1
    out, err = capsys.readouterr()
    assert "backward of" in out
    assert "analytic" in out
    assert "Traceback" not in out + err


def test_a_function_that_raises_ends_with_one(capsys):
    """Its error is told in a line, with the place it comes from."""
    assert main(["gradcheck", "mine:fails", "1.0"]) == 1
    out, err = capsys.readouterr()
    assert "mine:fails raised ValueError: nothing, at mine.py:15" in err
    assert "Traceback" not in out + err


def test_an_error_of_ours_is_told_in_full(capsys):
    """What it proposes is printed too."""
    assert main(["gradcheck", "mine:drops", "1.0"]) == 1
    err = capsys.readouterr().err
    assert "ConversionError" in err
    assert "  try: " in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mine"], "names no function"),
        (["mine:"], "names no function"),
        ([":energy"], "names no function"),
        (["nine:energy", "1"], "There is no module 'nine'"),
        (["mine.deeper:energy", "1"], "no module"),
        (["mine:enrgy", "1"], "try: energy"),
        (["mine:number", "1"], "is no function, but a int"),
        (["broken:f", "1"], "it raised ZeroDivisionError: division by zero, at broken.py:1"),
        (["half:f", "1"], "it raised ModuleNotFoundError: No module named 'not_installed_here'"),
        (["mine:energy", "one"], "is no number and no array"),
        (["mine:energy", "k=1", "k=2", "1"], "k has two values"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_told(arguments, said, capsys):
    """What names no function, or no value, ends with 2 and a message."""
    assert main(["gradcheck", *arguments]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in out + err


def test_a_function_without_a_place_is_told(capsys):
    """Without values there is nothing to differentiate by."""
    assert main(["gradcheck", "mine:energy"]) == 1
    assert "gradcheck() got no floating-point argument" in capsys.readouterr().err


def test_names_of_options_are_recognized():
    """``k=3`` is an option, ``@a=b.npy`` and ``1`` are not."""
    assert [is_named(text) for text in ("k=3", "@a=b.npy", "1", "[1]")] == [True, *[False] * 3]
    assert told(ValueError("a\nb")) == "ValueError: a"
