"""The commands by name: how they are chosen, and how they end."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.commandline import entry
from autograd_core.commandline.entry import COMMANDS, main

RUN = [sys.executable, "-m", "autograd_core"]
HERE = os.environ | {"PYTHONPATH": str(Path(ac.__file__).parents[1])}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_result_goes_to_the_standard_output(capsys):
    """A command that is well ends with 0 and says nothing on the standard error."""
    assert main(["grad", "x**2", "x=3"]) == 0
    out, err = capsys.readouterr()
    assert "d/dx   6" in out
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no command was given; there are grad, graph"),
        (["dmo"], "did you mean demo?"),
        (["wombat"], "there are grad, graph"),
        (["demo", "--fast"], "demo does not know --fast"),
        (["demo", "spirals"], "invalid choice"),
        (["info", "more"], "more"),
        (["grad"], "FORMULA"),
        (["graph", "x", "x=1", "--depth", "two"], "invalid count value: 'two'"),
        (["graph", "x", "x=1", "--max-nodes", "0"], "invalid count value: '0'"),
        (["gradcheck", "numpy:sin", "1", "--order", "3"], "--order"),
    ],
    ids=str,
)
def test_what_is_not_understood_ends_with_two(arguments, said, capsys):
    """The usage is printed, and what was not understood; the exit code is 2."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: autograd-core" in err
    assert said in err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    """``COMMAND --help`` ends well and shows a line that can be typed."""
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"example:\n  autograd-core {command}" in out
    assert max(map(len, out.splitlines())) <= 100


def test_help_lists_all_commands(capsys):
    """``--help`` names every command, an example of each, and the exit codes."""
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for command, (_, purpose, example) in COMMANDS.items():
        assert f"\n    {command}" in out
        assert purpose in " ".join(out.split())
        assert example in out
    assert "exit codes" in out


def test_the_version_is_told(capsys):
    """``--version`` prints the version and ends well."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"autograd-core {ac.__version__}\n"


def test_values_may_stand_after_options(capsys):
    """The order of values and options does not matter."""
    assert main(["gradcheck", "numpy:multiply", "2.0", "--order", "1", "3.0"]) == 0
    assert "2 inputs" in capsys.readouterr().out


def test_a_formula_may_begin_with_a_minus(capsys):
    """``-x**2`` is a formula and no option."""
    assert main(["grad", "-x**2", "x=3"]) == 0
    assert "-x**2 = -9" in capsys.readouterr().out


def test_errors_of_the_file_system_end_with_one(monkeypatch, capsys):
    """An OSError is told in a line: the file and the system's reason, without its number."""

    def broken(_args):
        raise PermissionError(13, "Permission denied", "y.dot")

    monkeypatch.setitem(COMMANDS, "info", (broken, "p", "info"))
    assert main(["info"]) == 1
    assert capsys.readouterr().err == "autograd-core: y.dot: Permission denied.\n"


def test_an_interrupt_ends_in_a_line(monkeypatch, capsys):
    """Ctrl-C ends with 130, as shells expect."""

    def interrupted(_args):
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "info", (interrupted, "p", "info"))
    assert main(["info"]) == entry.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


def test_an_absent_package_ends_with_one(monkeypatch, capsys):
    """A missing dependency says how to install it."""

    def missing(_args):
        ac.require("no_such_package", extra="plot", feature="this")

    monkeypatch.setitem(COMMANDS, "info", (missing, "p", "info"))
    assert main(["info"]) == 1
    assert 'pip install "autograd-core[plot]"' in capsys.readouterr().err


def run(*arguments, environment=None):
    """The command in a process of its own, in an empty folder."""
    return subprocess.run(
        [*RUN, *arguments], capture_output=True, text=True, env=HERE | (environment or {})
    )


def test_the_module_runs_from_an_empty_folder():
    """``python -m autograd_core`` is the command; the exit code is the process's."""
    done = run("grad", "sin(x1) + x1*x2", "x1=2", "x2=3")
    assert done.returncode == 0, done.stderr
    assert "d/dx1   2.583853163" in done.stdout
    assert done.stderr == ""
    done = run("grad", "sni(x)", "x=1")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error():
    """A closed pipe ends the command in silence."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*RUN, "supported"], stdout=writer, stderr=subprocess.PIPE, text=True, env=HERE
        )
    finally:
        os.close(writer)
    assert done.returncode == 0
    assert done.stderr == ""


def test_an_output_without_unicode_gets_plain_characters():
    """Where the terminal knows ASCII alone, nothing is raised."""
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("grad", "μ**2", "μ=2", environment=environment)
    assert done.returncode == 0, done.stderr
    assert "d/d" in done.stdout
    done = run("graph", "x**2 + x", "x=2", environment=environment)
    assert done.returncode == 0, done.stderr


def test_versions_are_those_of_the_packages(capsys):
    """``info`` names the library, Python and NumPy in one line."""
    assert main(["info"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert f"autograd-core {ac.__version__}" in out
    assert f"NumPy {np.__version__}" in out


PAGE = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"
PROMPT = "$ python -m autograd_core "


def transcript():
    """The commands of the page, each with what it is said to print."""
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    for command in re.split(rf"^{re.escape(PROMPT)}", "".join(blocks), flags=re.M)[1:]:
        line, _, printed = command.partition("\n")
        yield pytest.param(shlex.split(line), printed, id=line)


@pytest.mark.parametrize(("arguments", "printed"), list(transcript()))
def test_the_page_shows_what_is_printed(arguments, printed, folder, capsys):
    """Each command of the reference prints what stands below it, on either stream."""
    source = re.search(
        r"^With this in `mine.py`,\n\n```\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S
    )
    (folder / "mine.py").write_text(source[1], "utf-8")
    nn.Model(nn.Linear(2, 3), nn.ReLU()).save("weights.npz")
    main(arguments)
    out, err = capsys.readouterr()
    sys.modules.pop("mine", None)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(printed, out + err, flags), out + err


def test_the_page_has_a_row_for_each_command():
    """The table of the reference names every command."""
    named = re.findall(r"^\| `(\w+)", PAGE.read_text("utf-8"), re.M)
    assert set(named) == set(COMMANDS)
