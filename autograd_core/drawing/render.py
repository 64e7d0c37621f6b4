"""Write a Graph to a file, in the format that its suffix names: all of it, or nothing.

Pictures are drawn by the program ``dot`` of Graphviz, which is handed the text and a list of
arguments, never a command line. Without it a small graph is drawn as .svg all the same.
"""

import difflib
import logging
import os
import re
import secrets
import shutil
import stat
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import ArgumentError, AutogradError, MissingDependencyError, UsageHint, stack_level
from . import dot, mermaid, svg
from .labels import printable
from .model import Graph
from .options import written
from .styles import look

MANY = 2000  # boxes, beyond which ``dot`` may take minutes
_MARKUP, _BACKSLASH = re.compile(r"[]\\`*_{}[<>#&|~!$@:^]"), r"\\\g<0>"
LOGGER = logging.getLogger("autograd_core")


def save(graph: Graph, path: str | os.PathLike[str], **presentation: Any) -> Path:
    """Write the graph to a file; what was there stays until all of the new file is written.

    Args:
        graph: what to write.
        path: ends in .dot .gv .svg .png .pdf .mmd .md .txt .html or .json.
        presentation: the options of the format's writer.
    Returns:
        the path.
    Raises:
        ArgumentError: the suffix or an option is unknown.
        MissingDependencyError: .png, .pdf, or .svg of more than 300 boxes, without the program
            ``dot``.
        AutogradError: ``dot`` failed; what it said is in the message.
        OSError: the path is a folder, or may not be written.
    Warns:
        UsageHint: more than 2000 boxes are handed to ``dot``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Graph([], [], []), f"{folder}/empty.mmd").read_text("utf-8")
    'flowchart TB\\n'
    """
    target = Path(path)
    write = FORMATS.get(target.suffix.lower())
    if write is None:
        raise _unknown(target)
    pieces = write(graph, target, presentation)
    with replacing(target) as file:
        for piece in pieces:
            file.write(piece if isinstance(piece, bytes) else piece.encode())
    return target


def _unknown(target: Path) -> ArgumentError:
    """The error for a suffix that no writer has."""
    near = difflib.get_close_matches(target.suffix.lower(), FORMATS, 3, cutoff=0.5)
    names = [target.with_suffix(suffix).name for suffix in near]
    return ArgumentError(
        f"{target.name!r} ends in no format of a drawing.",
        "the suffix chooses it: " + " ".join(FORMATS),
        " or ".join(map(repr, names)) or repr(f"{target.name or 'graph'}.svg"),
    )


# --- formats --------------------------------------------------------------------------------------
def _dot(graph: Graph, _target: Path, options: dict[str, Any]) -> Iterator[str]:
    return dot.text(graph, **options)


def _mermaid(graph: Graph, _target: Path, options: dict[str, Any]) -> Iterator[str]:
    yield mermaid.write(graph, **options)


def _markdown(graph: Graph, target: Path, options: dict[str, Any]) -> Iterator[str]:
    """Mermaid in a fenced block, under a title: the given one, or the file's name."""
    title = look(graph, options).title or target.stem
    drawn = mermaid.write(graph, **options | {"title": None})
    plain = " ".join(printable(title).split())
    yield f"# {_MARKUP.sub(_BACKSLASH, plain)}\n\n```mermaid\n{drawn}```\n"


def _by(module: str) -> Callable[..., Iterator[str]]:
    """The writer of another file, imported when it is needed."""

    def write(graph: Graph, _target: Path, options: dict[str, Any]) -> Iterator[str]:
        yield written(graph, module, options)

    return write


def _json(graph: Graph, _target: Path, options: dict[str, Any]) -> Iterator[str]:
    if options:
        raise ArgumentError(
            f".json holds the graph itself; it takes no {', '.join(options)}.",
            hint="the options belong to what is made of it: Graph.from_json(text).to_dot(...)",
        )
    yield graph.to_json()


def _drawn(graph: Graph, target: Path, options: dict[str, Any]) -> Iterator[bytes]:
    """What the program ``dot`` makes of the text; a small .svg can be had without it."""
    source = "".join(dot.text(graph, **options))
    program = shutil.which("dot")
    if program is None and target.suffix.lower() == ".svg" and len(graph) <= svg.MOST:
        yield svg.write(graph, **options).encode()
        return
    if program is None:
        others = ", ".join(repr(target.with_suffix(s).name) for s in (".html", ".mmd", ".txt"))
        raise MissingDependencyError(
            f"{target.name!r} needs the program dot, which is not on the PATH.",
            hint="apt install graphviz | brew install graphviz | choco install graphviz; "
            f"or save {others}, which need nothing",
        )
    if len(graph) > MANY:
        warnings.warn(
            f"dot may take minutes to draw {len(graph)} boxes; max_nodes=500 shows fewer, "
            f"and {target.with_suffix('.html').name!r} shows all.",
            UsageHint,
            stacklevel=stack_level(),
        )
    arguments = [program, f"-T{target.suffix.lower()[1:]}"]
    done = subprocess.run(arguments, input=source.encode(), capture_output=True, check=False)
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        raise AutogradError(
            f"dot could not draw {target.name!r}; it ended with status {done.returncode}.",
            printable(said) or "it said nothing.",
            f"save {target.with_suffix('.dot').name!r} and look at the text",
        )
    if said:
        LOGGER.warning("dot: %s", printable(said))
    yield done.stdout


FORMATS: dict[str, Callable[[Graph, Path, dict[str, Any]], Iterator[str] | Iterator[bytes]]] = {
    **dict.fromkeys((".dot", ".gv"), _dot),
    **dict.fromkeys((".svg", ".png", ".pdf"), _drawn),
    ".mmd": _mermaid,
    ".md": _markdown,
    ".txt": _by("text"),
    ".html": _by("page"),
    ".json": _json,
}


# --- files ----------------------------------------------------------------------------------------
@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` when the block ends well, and else vanishes.

    A link is followed; a device, such as ``/dev/stdout``, is written straight.

    Raises:
        OSError: the path is a folder, or may not be written; the message names it.
    """
    target = os.path.realpath(path)
    mode = _mode(target)
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as file:  # IsADirectoryError for a folder
            yield file
        return
    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".{secrets.token_hex(8)}.tmp")
    try:
        file = open(temporary, "xb")  # noqa: SIM115  (closed below, before it is renamed)
    except OSError as err:
        raise type(err)(err.errno, err.strerror, os.fspath(path)) from err
    try:
        with file:
            yield file
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _mode(path: str) -> int | None:
    """What kind of file the path is, and its permissions; None if there is none."""
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None
