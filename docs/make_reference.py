"""The reference of both packages, for Sphinx: a page for each family of public names.

The families and what belongs to them are told from ``__all__`` and the defining modules, so a new
public name appears without being listed here.
"""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import make_nn

import autograd_core as ac
import autograd_core.scipy
import autograd_core.sparse
import nn
import nn.sklearn
from autograd_core.scipy.stats import Distribution

CORE = {  # title: the modules whose names stand there; the last one takes the rest
    "Variables and modes": "variable modes",
    "Transforms": "transforms trees",
    "Operations and rules": "functions forms support",
    "Graphs": "drawing dispatch watching",
    "Checks and diagnostics": "checking diagnostics",
    "Errors and warnings": "errors",
    "Further names": "",
}
SPACES = (*(f"scipy.{name}" for name in ac.scipy.__all__), "sparse")
INHERITED = {"Variable"}  # classes whose bases are private, so that they show all they can do


def family(item: Any) -> str:
    """The title under which a public name of the engine stands."""
    home = getattr(item, "__module__", "").partition(".")[2].partition(".")[0]
    *known, last = CORE
    return next((title for title in known if home in CORE[title].split()), last)


def plain(app, what, name, item, options, lines: list[str]) -> None:
    """Docstrings are plain text whose one markup is ````code````: stars and bars are themselves.

    A list of parameters that goes over several lines is brought into one, and the source of a
    formula is a paragraph of its own. Connected to ``autodoc-process-docstring``.
    """
    del app, what, name, item, options
    text, before = [], ""
    for line in lines:
        if line.startswith("Source: ") and before.strip():
            text.append("")
        if before.endswith(",") and ":" not in before and text and text[-1].startswith("    "):
            line = f"{text.pop()} {line.strip()}"
        text.append(line)
        before = line
    example = False
    for place, line in enumerate(text):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example:
            parts = line.split("``")  # every other one is code
            parts[::2] = [re.sub(r"([*|])", r"\\\1", part) for part in parts[::2]]
            text[place] = "``".join(parts)
    lines[:] = text


def signature(app, what: str, name, item, options, text, result) -> tuple[str, str] | None:
    """The parameters of a class, which a metaclass hides. For ``autodoc-process-signature``."""
    del app, name, options, text, result
    if what != "class" or issubclass(item, Warning):  # a builtin's has no signature
        return None
    return make_nn.signature(item), ""


def public(app, name, item, options, bases: list[type]) -> None:
    """Leave out private base classes. Connected to ``autodoc-process-bases``."""
    del app, name, item, options
    bases[:] = [base for base in bases if not base.__name__.startswith("_")]


def foreign(app, what, name, item, skip: bool, options) -> bool | None:
    """Leave out what another package has put into a class. Connected to ``autodoc-skip-member``."""
    del app, what, options, skip
    home = getattr(item, "__module__", "") or ""
    return True if home.startswith("sklearn") or name.endswith("_request") else None


def slug(title: str) -> str:
    """A title as the name of a file."""
    return title.lower().replace(" ", "-").replace(",", "").replace(".", "-")


def heading(text: str, line: str = "=") -> str:
    """A title in reStructuredText."""
    return f"{text}\n{line * len(text)}\n"


def entry(module: str, name: str, item: Any) -> str:
    """How autodoc is asked for one name; another name for something is told as such."""
    known, home = getattr(item, "__name__", name), nn if module.startswith("nn") else ac
    if known != name and hasattr(home, known):
        return f".. py:data:: {module}.{name}\n\n   The same as ``{known}``.\n"
    if home is nn and make_nn.top(item) == "autograd_core":
        return f".. py:data:: {module}.{name}\n\n   That of ``autograd_core``.\n"
    if not callable(item) or isinstance(item, Distribution):
        return f".. py:data:: {module}.{name}\n\n   {first_line(name, item)}\n"
    if inspect.isclass(item):
        options = "   :inherited-members: object\n" if name in INHERITED else ""
        return f".. autoclass:: {module}.{name}\n{options}"
    return f".. autofunction:: {module}.{name}\n"


def first_line(name: str, item: Any) -> str:
    """What a table says of a name, in reStructuredText."""
    known = getattr(item, "__name__", name)
    if isinstance(item, Distribution):
        listed = ", ".join(f"``{method}``" for method in item.formulas)
        return f"{listed} of ``{item.signature}``."
    if known != name:
        return f"The same as ``{known}``."
    lines = [(inspect.getdoc(item) or "").partition("\n")[0]]
    plain(None, "", name, item, None, lines)
    return lines[0]


def page(title: str, module: str, items: dict[str, Any], said: str = "") -> str:
    """A page: a table of its names, then each of them."""
    rows = "".join(
        f"   * - :py:obj:`~{module}.{name}`\n     - {first_line(name, item)}\n"
        for name, item in items.items()
    )
    table = f".. list-table::\n   :widths: auto\n   :class: names\n\n{rows}"
    parts = [heading(title), said, table]
    parts += [entry(module, name, item) for name, item in items.items()]
    return "\n".join(parts)


def members(module: ModuleType, names: Any) -> dict[str, Any]:
    """The public things of a module that are no modules, in alphabetical order."""
    found = {name: getattr(module, name) for name in sorted(set(names), key=str.casefold)}
    return {name: item for name, item in found.items() if not inspect.ismodule(item)}


def pages() -> Iterator[tuple[str, str]]:
    """The name and the text of each page."""
    items, contents = members(ac, ac.__all__), {}
    for title in CORE:
        own = {name: item for name, item in items.items() if family(item) == title}
        if own:
            contents[f"core-{slug(title)}"] = page(title, "autograd_core", own)
    for name in SPACES:
        module = import_module(f"autograd_core.{name}")
        said = make_nn.first_line(module) + "\n"
        own = members(module, module.__all__)
        contents[f"core-{slug(name)}"] = page(f"ac.{name}", f"autograd_core.{name}", own, said)
    yield from contents.items()
    yield "core", index("autograd_core", contents, "``import autograd_core as ac``")

    items, contents = members(nn, nn.__all__), {}
    for title in make_nn.FAMILIES:
        own = {name: item for name, item in items.items() if make_nn.family(item) == title}
        if own:
            contents[f"nn-{slug(title)}"] = page(title, "nn", own)
    for space in make_nn.NAMESPACES:
        module = getattr(nn, space)
        own = members(module, make_nn.NAMESPACES[space])
        new = {name: item for name, item in own.items() if not make_nn.is_nn(name, item)}
        said = make_nn.first_line(module) + "\n"
        contents[f"nn-{space}"] = page(f"nn.{space}", f"nn.{space}", new, said)
    yield from contents.items()
    yield "nn", index("nn", contents, "``import nn``")


def index(title: str, contents: dict[str, str], said: str) -> str:
    """The page that lists the pages of a package."""
    lines = "".join(f"   {name}\n" for name in contents)
    return f"{heading(title)}\n{said}\n\n.. toctree::\n   :maxdepth: 1\n\n{lines}"


def write(folder: Path) -> None:
    """Write all pages; a file that would not change is left alone."""
    folder.mkdir(exist_ok=True)
    wanted = dict(pages())
    for path in folder.glob("*.rst"):
        if path.stem not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
