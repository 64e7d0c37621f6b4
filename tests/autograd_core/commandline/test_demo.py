"""``demo``: what it trains and writes, and what it leaves alone."""

from importlib.util import find_spec

import pytest

from autograd_core.commandline import demo
from autograd_core.commandline.entry import main

NEEDS_MATPLOTLIB = pytest.mark.skipif(not find_spec("matplotlib"), reason="draws pictures")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def short(monkeypatch):
    """Training of an epoch, which is judged by nothing."""
    monkeypatch.setattr(demo, "SPIRAL_EPOCHS", 1)
    monkeypatch.setattr(demo, "CIRCLES_EPOCHS", 1)
    monkeypatch.setattr(demo, "ACCURACY", 0.0)
    monkeypatch.setattr(demo, "AUC", 0.0)


def test_the_main_job_is_done(folder, capsys):
    """``demo`` prints checked gradients and the accuracy, and names the files it wrote."""
    assert main(["demo"]) == 0
    out, err = capsys.readouterr()
    assert "d/dx1   2.583853163   finite differences 2.583853163   ok" in out
    assert "d/dx2   2             finite differences 2             ok" in out
    assert "accuracy 0.99" in out
    assert "WRONG" not in out
    assert "loss" in err
    written = {"expression.dot", "expression.html"}
    written |= {"spiral.png"} if find_spec("matplotlib") else set()
    assert {path.name for path in folder.iterdir()} == written
    for name in written:
        assert str(folder / name) in out
    assert "digraph" in (folder / "expression.dot").read_text("utf-8")


def test_it_may_run_again(short, folder):
    """Its own files are replaced."""
    assert main(["demo"]) == 0
    assert main(["demo"]) == 0


def test_a_picture_that_is_missing_is_told(short, monkeypatch, capsys):
    """Where matplotlib is not installed, ``demo`` says what would draw the regions."""
    monkeypatch.setattr(demo, "find_spec", lambda _name: None)
    assert main(["demo"]) == 0
    assert 'no picture of its regions, which needs pip install "autograd-core[plot]"' in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("name", ["expression.dot", "expression.html", "spiral.png"])
def test_the_files_of_others_are_left_alone(name, folder, short, capsys):
    """A file of that name that the demo has not written stays; nothing is begun."""
    if name == "spiral.png" and not find_spec("matplotlib"):
        pytest.skip("draws no picture")
    (folder / name).write_text("precious", "utf-8")
    assert main(["demo"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{folder / name} is there and was not written by this demo" in err
    assert (folder / name).read_text("utf-8") == "precious"
    assert [path.name for path in folder.iterdir()] == [name]


def test_a_folder_in_the_way_is_told(folder, capsys):
    """An error of the file system ends with 1 and a line."""
    (folder / "expression.dot").mkdir()
    assert main(["demo"]) == 1
    err = capsys.readouterr().err
    assert "expression.dot" in err
    assert "Traceback" not in err


def test_a_failed_check_ends_with_one(monkeypatch, capsys):
    """What is not reached is called wrong, and the exit code says so."""
    monkeypatch.setattr(demo, "SPIRAL_EPOCHS", 1)
    assert main(["demo", "spiral"]) == 1
    assert "WRONG" in capsys.readouterr().out


def test_circles_are_told_apart(folder, capsys):
    """``demo circles`` trains in seconds, on points that are not those of the test."""
    assert main(["demo", "circles"]) == 0
    out = capsys.readouterr().out
    assert "ROC AUC 1.000 after" in out or "ROC AUC 0.99" in out
    assert list(folder.iterdir()) == []


@NEEDS_MATPLOTLIB
@pytest.mark.parametrize("what", ["spiral", "circles"])
@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_pictures_are_drawn_where_asked_for(what, suffix, short, folder, capsys):
    """``--plot FILE`` draws in the format of the suffix, and may do so again."""
    assert main(["demo", what, "--plot", f"p{suffix}"]) == 0
    assert str(folder / f"p{suffix}") in capsys.readouterr().out
    head = (folder / f"p{suffix}").read_bytes()[:5]
    assert head in (b"\x89PNG\r", b"<?xml", b"%PDF-")
    assert main(["demo", what, "--plot", f"p{suffix}"]) == 0


def test_a_picture_that_cannot_be_is_refused_before_training(folder, monkeypatch, capsys):
    """Unknown suffixes, foreign files and a missing package are told at once."""
    assert main(["demo", "spiral", "--plot", "p.bmp"]) == 2
    assert ".png, .svg, .pdf" in capsys.readouterr().err
    (folder / "p.png").write_text("precious", "utf-8")
    if find_spec("matplotlib"):
        assert main(["demo", "circles", "--plot", "p.png"]) == 1
        assert "was not written by this demo" in capsys.readouterr().err

    def absent(module, extra, feature):
        raise demo.ac.MissingDependencyError(f"{feature} needs {module}.", hint="pip install")

    monkeypatch.setattr(demo.ac, "require", absent)
    assert main(["demo", "spiral", "--plot", "q.png"]) == 1
    assert "needs matplotlib" in capsys.readouterr().err
