"""Files: a format for each suffix, whole or not at all."""

import os
import re
import shutil
import stat
import sys

import pytest
from pictures import PICTURES, first

from autograd_core import ArgumentError, AutogradError, MissingDependencyError, UsageHint
from autograd_core.drawing import dot, mermaid, svg
from autograd_core.drawing.model import Box, Graph
from autograd_core.drawing.render import FORMATS, save

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="there is no program dot")
posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX files")
STARTS = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}


def program(folder, text):
    """A program called dot that does as it is told."""
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o755)


def test_text_formats_need_nothing(tmp_path, monkeypatch):
    """Neither the program nor the package; the bytes are those of the writer, in UTF-8."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "graphviz", None)
    graph = PICTURES["hostile"]()

    for suffix, text in {
        ".dot": "".join(dot.text(graph, style="full")),
        ".gv": "".join(dot.text(graph, style="full")),
        ".mmd": mermaid.write(graph, style="full"),
    }.items():
        path = save(graph, tmp_path / f"y{suffix}", style="full")
        assert path == tmp_path / f"y{suffix}"
        assert path.read_bytes() == text.encode()


@pytest.mark.parametrize("suffix", [".txt", ".html", ".json"])
def test_the_other_writers_write_too(tmp_path, suffix):
    """Text, page and model."""
    assert save(first(), tmp_path / f"y{suffix}").stat().st_size > 100


def test_json_takes_no_options(tmp_path):
    """It is the graph, not a picture of it."""
    with pytest.raises(ArgumentError, match=r"it takes no style"):
        save(first(), tmp_path / "y.json", style="full")
    assert list(tmp_path.iterdir()) == []


def test_markdown_has_a_title_and_a_fenced_block(tmp_path):
    """The title given, or the file's name; hostile ones are text."""
    graph = PICTURES["hostile"]()

    plain = save(graph, tmp_path / "my_y.md").read_text("utf-8")
    titled = save(graph, tmp_path / "y.md", title="<b>\n# *y*").read_text("utf-8")

    assert plain == f"# my\\_y\n\n```mermaid\n{mermaid.write(graph)}```\n"
    assert titled.splitlines()[0] == r"# \<b\> \# \*y\*"
    assert len(re.findall("^```", plain, re.MULTILINE)) == 2


@needs_dot
@pytest.mark.parametrize("suffix", STARTS)
def test_pictures_are_drawn_by_the_program(tmp_path, suffix):
    """The suffix may be in capitals."""
    path = save(first(), tmp_path / f"y{suffix.upper()}", theme="dark")

    assert path.read_bytes().startswith(STARTS[suffix])


@posix
def test_the_program_gets_a_list_of_arguments(tmp_path, monkeypatch):
    """Whatever the file is called, no shell reads it."""
    program(tmp_path, "import sys; sys.stdin.read(); print(sys.argv[1:])")
    monkeypatch.setenv("PATH", str(tmp_path))

    path = save(first(), tmp_path / "$(touch hacked); y.svg")

    assert path.read_text() == "['-Tsvg']\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["$(touch hacked); y.svg", "dot"]


@posix
def test_what_the_program_said_is_in_the_error(tmp_path, monkeypatch):
    """And no file is left, nor is the old one touched."""
    program(tmp_path, "import sys; sys.stdin.read(); sys.exit('syntax error in line 3')")
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "y.png").write_text("old")

    with pytest.raises(AutogradError) as info:
        save(first(), tmp_path / "y.png")

    assert str(info.value) == (
        "dot could not draw 'y.png'; it ended with status 1.\n"
        "  why: syntax error in line 3\n"
        "  try: save 'y.dot' and look at the text"
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dot", "y.png"]
    assert (tmp_path / "y.png").read_text() == "old"


@posix
def test_what_the_program_says_of_a_picture_is_logged(tmp_path, monkeypatch, caplog):
    """An attribute that it does not know is no error."""
    program(tmp_path, "import sys; sys.stdin.read(); print('Warning: odd', file=sys.stderr)")
    monkeypatch.setenv("PATH", str(tmp_path))

    save(first(), tmp_path / "y.svg")

    assert caplog.messages == ["dot: Warning: odd"]


def test_without_the_program_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    """Error 18 of the catalogue, and what needs nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))

    many = Graph([Box(f"n{k}", "input", "x", (), "") for k in range(301)], [], [])
    with pytest.raises(MissingDependencyError, match=r"'y\.svg' needs the program dot"):
        save(many, tmp_path / "y.svg")
    with pytest.raises(MissingDependencyError) as info:
        save(first(), tmp_path / "y.png")

    assert str(info.value) == (
        "'y.png' needs the program dot, which is not on the PATH.\n"
        "  try: apt install graphviz | brew install graphviz | choco install graphviz; "
        "or save 'y.html', 'y.mmd', 'y.txt', which need nothing"
    )
    assert list(tmp_path.iterdir()) == []


def test_without_the_program_a_small_svg_is_drawn(tmp_path, monkeypatch):
    """By the built-in layout."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert save(first(), tmp_path / "y.svg").read_text("utf-8") == svg.write(first())


def test_without_the_package_only_to_dot_fails(monkeypatch):
    """And says what to install."""
    monkeypatch.setitem(sys.modules, "graphviz", None)

    with pytest.raises(MissingDependencyError, match=r"to_dot\(\) needs graphviz"):
        dot.write(first())
    assert "".join(dot.text(first())).startswith("digraph {")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("y.svgz", "'y.svgz' ends in no format of a drawing.\n  why: the suffix chooses it: .dot"),
        ("y", "'y' ends in no format of a drawing."),
        ("", "'' ends in no format of a drawing."),
    ],
)
def test_an_unknown_suffix_names_near_ones(tmp_path, name, message):
    """And all there are."""
    with pytest.raises(ArgumentError) as info:
        save(first(), os.path.join(tmp_path, name) if name else name)
    assert str(info.value).startswith(message)
    assert "'y.svg'" in str(info.value) or name != "y.svgz"


@posix
def test_many_boxes_warn_first(tmp_path, monkeypatch):
    """At the caller's line."""
    program(tmp_path, "import sys; sys.stdin.read()")
    monkeypatch.setenv("PATH", str(tmp_path))
    graph = Graph([Box(f"n{k}", "input", "x", (), "") for k in range(2001)], [], [])

    with pytest.warns(UsageHint, match="dot may take minutes to draw 2001 boxes") as caught:
        save(graph, tmp_path / "y.svg")
    assert caught[0].filename == __file__


# --- files ----------------------------------------------------------------------------------------
def test_paths_that_cannot_be_written_say_so(tmp_path):
    """A folder that is not there, and one in place of the file."""
    (tmp_path / "y.dot").mkdir()

    with pytest.raises(FileNotFoundError, match=r"none/y\.dot"):
        save(first(), tmp_path / "none" / "y.dot")
    with pytest.raises(IsADirectoryError, match=r"y\.dot"):
        save(first(), tmp_path / "y.dot")
    assert [path.name for path in tmp_path.iterdir()] == ["y.dot"]


def test_a_failing_writer_leaves_the_old_file(tmp_path, monkeypatch):
    """Nothing is half-written."""

    def broken(*_, **__):
        yield "digraph {\n"
        raise ArgumentError("in the middle")

    path = tmp_path / "y.dot"
    path.write_text("old")
    monkeypatch.setattr(dot, "text", broken)

    with pytest.raises(ArgumentError):
        save(first(), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["y.dot"]


@posix
def test_permissions_and_links_stay(tmp_path):
    """The file behind a link is replaced, with its permissions."""
    (tmp_path / "y.dot").touch(0o600)
    (tmp_path / "link.dot").symlink_to("y.dot")

    save(first(), tmp_path / "link.dot")

    assert (tmp_path / "link.dot").is_symlink()
    assert stat.S_IMODE((tmp_path / "y.dot").stat().st_mode) == 0o600
    assert (tmp_path / "y.dot").read_text().startswith("digraph {")


@posix
def test_a_pipe_is_written_straight(tmp_path):
    """Such as the terminal under the name of a device."""
    path = tmp_path / "y.mmd"
    path.symlink_to("/dev/null")

    save(first(), path)

    assert path.is_symlink()


def test_every_suffix_has_a_writer():
    """Ten of them."""
    assert sorted(FORMATS) == sorted(
        [".dot", ".gv", ".svg", ".png", ".pdf", ".mmd", ".md", ".txt", ".html", ".json"]
    )
