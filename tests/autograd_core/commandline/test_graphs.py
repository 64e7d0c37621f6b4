"""``graph``: formulas as pictures."""

import shutil

import pytest

from autograd_core.commandline import graphs
from autograd_core.commandline.entry import main
from autograd_core.commandline.gradients import Formula
from autograd_core.commandline.graphs import can_show, drawing


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


BEGINNINGS = {
    ".dot": b"digraph",
    ".gv": b"digraph",
    ".mmd": b"---\ntitle: ",
    ".md": b"# sin(x1)",
    ".txt": b"sin(x1) + x1*x2\nadd ",
    ".html": b"<!doctype html>",
    ".json": b"{",
    ".svg": (b"<?xml", b"<svg"),
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
}


@pytest.mark.parametrize("suffix", BEGINNINGS)
def test_a_file_is_written_and_named(suffix, folder, capsys):
    """``--out`` writes the format of its suffix, with names and gradients, and says where."""
    if suffix in (".png", ".pdf") and not shutil.which("dot"):
        pytest.skip("the program dot draws pictures")
    name = f"y{suffix}"
    assert main(["graph", "sin(x1) + x1*x2", "x1=2", "x2=3", "--out", name]) == 0
    assert capsys.readouterr().out == f"wrote {name}\n"
    written = (folder / name).read_bytes()
    assert written.startswith(BEGINNINGS[suffix])
    if suffix not in (".png", ".pdf"):
        assert b"x2" in written
        assert b"2.58" in written


def test_a_drawing_has_the_names_of_the_formula():
    """Inputs are named as they were given, also unused ones and those that are arrays."""
    made = drawing(Formula("sum(A @ b)", ["A=[[1,2],[3,4]]", "b=1,2"]))
    inputs = {box.name: box for box in made if box.role == "input"}
    assert set(inputs) == {"A", "b"}
    assert inputs["A"].grad.numbers == (1.0, 2.0, 1.0, 2.0)


@pytest.mark.parametrize(
    ("options", "there", "absent"),
    [
        (["--direction", "backward"], ["gives -0.4161", "from the roots to the leaves"], []),
        (["--show", "value"], ["6.909"], ["grad", "2.584"]),
        (["--show", "-grad"], ["6.909"], ["grad"]),
        (["--max-nodes", "2"], ["2 more operations, 2 inputs"], ["sin   "]),
        (["--depth", "1"], ["sin"], []),
    ],
    ids=str,
)
def test_options_shape_the_text(options, there, absent, capsys):
    """Each option of the text form is seen in it."""
    assert main(["graph", "sin(x1) + x1*x2", "x1=2", "x2=3", *options]) == 0
    out = capsys.readouterr().out
    assert [part for part in there if part not in out] == []
    assert [part for part in absent if part in out.partition("\n")[2]] == []


@pytest.mark.parametrize(
    ("options", "suffix", "there"),
    [
        (["--style", "micrograd"], ".dot", "rankdir=LR"),
        (["--style", "paper"], ".dot", "Times"),
        (["--theme", "dark"], ".dot", "bgcolor"),
        (["--theme", "dark"], ".html", '"dark"'),
        (["--show", "op"], ".mmd", 'n1["sin"]'),
        (["--direction", "both"], ".dot", "dashed"),
    ],
    ids=str,
)
def test_options_shape_pictures(options, suffix, there, folder):
    """Each option of a picture is seen in its text."""
    name = f"y{suffix}"
    assert main(["graph", "sin(x1) + x1*x2", "x1=2", "x2=3", "--out", name, *options]) == 0
    assert there in (folder / name).read_text("utf-8")


def test_a_file_that_is_there_stays_until_the_new_one_is_written(folder, monkeypatch, capsys):
    """Without the program ``dot`` nothing is overwritten; what installs it is told."""
    (folder / "y.png").write_text("old", "utf-8")
    monkeypatch.setenv("PATH", str(folder))
    assert main(["graph", "x**2", "x=1", "--out", "y.png"]) == 1
    err = capsys.readouterr().err
    assert "needs the program dot" in err
    assert "apt install graphviz" in err
    assert (folder / "y.png").read_text("utf-8") == "old"


def test_a_formula_without_names_is_one_box(capsys):
    """A constant has a graph of one box, and a note."""
    assert main(["graph", "2.0*3"]) == 0
    assert "1 node, 0 edges" in capsys.readouterr().out


def test_plain_characters_where_there_are_no_others(monkeypatch, capsys):
    """A terminal without line drawing gets ASCII."""
    monkeypatch.setattr(graphs, "can_show", lambda text: False)
    assert main(["graph", "sin(x1) + x1*x2", "x1=2", "x2=3"]) == 0
    out = capsys.readouterr().out
    assert "|-0 sin" in out
    assert out.isascii()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sin(y)", "x=1"], 2, "y has no value"),
        (["x > 0", "x=1"], 2, "has no derivative"),
        (["sin(x)", "x=1", "--out", "none/y.dot"], 1, "none"),
        (["sin(x)", "x=1", "--out", "."], 2, "ends in no format"),
        (["sin(x)", "x=1", "--out", "y"], 2, "ends in no format"),
        (["sin(x)", "x=1", "--out", "y.doc"], 2, "try: 'y.dot'"),
        (["sin(x)", "x=1", "--style", "papr", "--out", "y.dot"], 2, "style='paper'"),
        (["sin(x)", "x=1", "--show", "+valeu"], 2, "'value'"),
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
