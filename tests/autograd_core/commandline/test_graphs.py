"""``graph``: formulas as pictures."""

import pytest

from autograd_core.commandline.entry import main
from autograd_core.commandline.graphs import can_show


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_the_graph_is_text(folder, capsys):
    """The text form goes to the terminal, with values and gradients; nothing is written."""
    assert main(["graph", "sin(x1) + x1*x2", "x1=2", "x2=3"]) == 0
    out, err = capsys.readouterr()
    for part in ("x1", "x2", "sin", "multiply", "add", "2.584", "6.909"):
        assert part in out
    assert err == ""
    assert list(folder.iterdir()) == []


def test_a_file_is_written_and_named(folder, capsys):
    """``--out y.dot`` writes DOT, and says where."""
    assert main(["graph", "sin(x1) + x1*x2", "x1=2", "x2=3", "--out", "y.dot"]) == 0
    assert "wrote y.dot" in capsys.readouterr().out
    assert "digraph" in (folder / "y.dot").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sin(y)", "x=1"], 2, "y has no value"),
        (["x > 0", "x=1"], 2, "has no derivative"),
        (["sin(x)", "x=1", "--out", "none/y.dot"], 1, "none"),
        (["sin(x)", "x=1", "--theme", "pink"], 2, "invalid choice: 'pink'"),
        (["sin(x)", "x=1", "--theme", "dark"], 2, "--theme means nothing to text"),
        (["sin(x)", "x=1", "--style", "paper", "--out", "y.txt"], 2, "means nothing to text"),
        (["sin(x)", "x=1", "--style", "paper", "--out", "y.html"], 2, "means nothing to .html"),
        (["sin(x)", "x=1", "--show", "value", "--out", "y.json"], 2, "means nothing to .json"),
    ],
    ids=str,
)
def test_mistakes_are_told(arguments, code, said, folder, capsys):
    """A message, and nothing half-written."""
    assert main(["graph", *arguments]) == code
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in out + err
    assert list(folder.iterdir()) == []


def test_a_terminal_is_asked_for_its_characters(monkeypatch):
    """Lines are drawn with what the standard output has."""

    class Terminal:
        encoding = "ascii"

    monkeypatch.setattr("sys.stdout", Terminal())
    assert can_show("|-")
    assert not can_show("├─")
    Terminal.encoding = None
    assert not can_show("├─")
