"""The pages in docs/ are true; their code blocks are doctests that pytest collects itself."""

import ast
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import forms, tape

DOCS = Path(__file__).resolve().parent.parent / "docs"
BUILT = {"_build", "api", "extra", "gallery", "gallery_sources"}  # what the build writes
PAGES = sorted(p for p in DOCS.rglob("*.md") if not BUILT & set(p.relative_to(DOCS).parts))
CURRENT = (2, 4)  # older releases lack functions that the table lists


@pytest.mark.skipif(
    tuple(map(int, np.__version__.split(".")[:2])) < CURRENT,
    reason="the table lists functions that this NumPy does not have yet",
)
def test_coverage_table_is_fresh():
    """The table of supported functions is what the registry says; its script rewrites it."""
    pytest.importorskip("scipy", reason="the table lists the ufuncs of SciPy")
    done = subprocess.run([sys.executable, DOCS / "make_coverage.py", "--check"])
    assert done.returncode == 0, "stale: python docs/make_coverage.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    """Every relative link names a file of the project."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    relative = [link for link in links if "://" not in link]
    assert [link for link in relative if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_is_run(page):
    """Every block of Python has prompts, so that it is run and compared."""
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    assert [block for block in blocks if not block.startswith(">>>")] == []


def test_nn_page_is_fresh():
    """The reference of nn is what names, signatures and docstrings say; its script rewrites it."""
    done = subprocess.run([sys.executable, DOCS / "make_nn.py", "--check"])
    assert done.returncode == 0, "stale: python docs/make_nn.py"


def parameters_by_name(section):
    """name -> parameter names, read from the first table of a section of the reference."""
    table = re.search(r"^\| name \| \|\n\|---\|---\|\n((?:\|.*\n)+)", section, re.M)[1]
    found = {}
    for call, what in re.findall(r"^\| `(.+?)` \| (.+) \|$", table, re.M):
        assert what
        function = ast.parse(f"def {call}: ...").body[0]
        found[function.name] = [
            part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)
        ]
    return found


def signatures(module, names):
    """name -> parameter names, read from the code."""
    items = {name: getattr(module, name) for name in names}
    return {
        name: list(inspect.signature(item).parameters)
        for name, item in items.items()
        if not inspect.ismodule(item)
    }


def in_any_order(signatures):
    """Names with the sets of their parameters; a syntax tree has *args after all others."""
    return {name: sorted(parameters) for name, parameters in signatures.items()}


def test_nn_page_has_every_name_and_parameter():
    """Read from the page itself: each public name has a line, each line a name that exists."""
    page = (DOCS / "nn.md").read_text("utf-8")
    families, *spaces = re.split(r"^## nn\.", page, flags=re.M)
    described = {}
    for section in families.split("\n## ")[1:]:
        described |= parameters_by_name(section)
    assert in_any_order(described) == in_any_order(signatures(nn, nn.__all__))
    described = {section.partition("\n")[0]: parameters_by_name(section) for section in spaces}
    assert set(described) >= {name for name in nn.__all__ if inspect.ismodule(getattr(nn, name))}
    for space in set(described) - {"sklearn"}:
        module = getattr(nn, space)
        names = [*module.__all__, *(nn.schedules.rates.__all__ if space == "schedules" else [])]
        assert in_any_order(described[space]) == in_any_order(signatures(module, names))


CODE = (nn, nn.callbacks, ac, tape, forms)  # where the classes of the figures live


def class_named(name):
    """The class that a figure names."""
    return next(getattr(module, name) for module in CODE if hasattr(module, name))


def test_class_diagram_is_the_code():
    """Who inherits from whom, who holds what, and which methods there are."""
    page = (DOCS / "architecture.md").read_text("utf-8")
    (figure,) = re.findall(r"^```mermaid\nclassDiagram\n(.*?)^```", page, re.M | re.S)
    parents = re.findall(r"(\w+) <\|-- (\w+)", figure)
    assert parents
    for base, derived in parents:
        assert class_named(base) in class_named(derived).__mro__[1:], derived
    held = re.findall(r"(\w+) --> (\w+) : (\w+)", figure)
    for owner, kind, name in held:
        assert inspect.isclass(class_named(kind))
        assert hasattr(class_named(owner), name), (owner, name)
    described = re.findall(r"class (\w+) \{\n(.*?)\}", figure, re.S)
    for owner, body in described:
        for member, call in re.findall(r"(\w+)(\(\))?", body):
            assert callable(getattr(class_named(owner), member)) == bool(call), (owner, member)


def resolves(name):
    """Whether a dotted name below ac, nn or np exists."""
    first, *rest = name.split(".")
    thing = {"ac": ac, "nn": nn, "np": np}[first]
    for part in rest:
        if not hasattr(thing, part):
            return False
        thing = getattr(thing, part)
    return True


@pytest.mark.parametrize("page", ["architecture", "articles", "coming-from", "README"])
def test_names_exist(page):
    """Every name of ours in a table's last column or in a figure is one of the code."""
    path = DOCS.parent / "README.md" if page == "README" else DOCS / f"{page}.md"
    text = path.read_text("utf-8")
    cells = [line.rsplit(" | ", 1)[-1] for line in text.splitlines() if line.startswith("| ")]
    if page == "articles":
        cells = [line.split(" | ")[1] for line in text.splitlines() if line.startswith("| ")]
    cells += re.findall(r"^```mermaid\n(.*?)^```", text, re.M | re.S)
    names = {
        match
        for cell in cells
        for match in re.findall(r"(?<![\w.])((?:ac|nn|np)(?:\.[A-Za-z_]\w*)+)", cell)
        if not match.startswith(("nn.sklearn", "ac.scipy"))  # they need an optional package
    }
    assert names or page == "README"
    assert sorted(name for name in names if not resolves(name)) == []


def test_error_page_has_every_class():
    """The table of classes is the tree, and each stands beside the builtin that it also is."""
    page = (DOCS / "errors.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", page, re.M))
    assert set(rows) == set(ac.errors.__all__)
    for name, builtin in rows.items():
        assert builtin in {base.__name__ for base in getattr(ac.errors, name).__mro__}


def test_anchors_exist():
    """A link to a place inside a page leads to an anchor or a heading of that page."""
    for page in [*PAGES, DOCS.parent / "README.md"]:
        links = re.findall(r"\]\(([\w./-]*\.md)#([\w-]+)\)", page.read_text("utf-8"))
        for file, place in links:
            text = (page.parent / file).read_text("utf-8")
            titles = re.findall(r"^#+ (.+)$", text, re.M)
            slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert place in slugs | set(re.findall(r'<a id="([\w-]+)">', text)), (page.name, place)


def article_tests():
    """(file, name) of every test that the page of the articles points to, row by row."""
    rows = re.findall(r"^\| .+ \| .+ \| (.+) \|$", (DOCS / "articles.md").read_text("utf-8"), re.M)
    proofs = [re.findall(r"`(?:([\w/]+\.py)::)?(test_\w+)`", row) for row in rows]
    assert [row for row, proof in zip(rows, proofs) if not proof and row != "test"] == []
    return [(file or "tests/nn/test_articles.py", name) for row in proofs for file, name in row]


def test_every_row_of_the_articles_is_proved():
    """Each row names tests that there are, and each test of the articles has its row."""
    named = set(article_tests())
    defined = {
        (file, node.name)
        for file in {file for file, _ in named}
        for node in ast.parse((DOCS.parent / file).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert named - defined == set()
    own = {pair for pair in defined if pair[0] == "tests/nn/test_articles.py"}
    assert own - named == set()


def words_and_numbers(text):
    """The lines of a text without its numbers, and the numbers."""
    number = r"(?<![\w.])\d+(?:\.\d+)?"
    return re.sub(r"\s+", " ", re.sub(number, "#", text)).strip(), re.findall(number, text)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spiral", "circles_and_moons", "articles"])
def test_figures_of_the_articles_are_printed(name, capsys, tmp_path, monkeypatch):
    """What the page quotes is what the example prints, to what another processor may change."""
    pytest.importorskip("pandas", reason="the second article takes a frame")
    monkeypatch.chdir(tmp_path)
    path = DOCS.parent / "examples" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"quoted_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (DOCS / "articles.md").read_text("utf-8")
    section = page.partition(f"`python examples/{name}.py`")[2]
    quoted = re.search(r"^```text\n(.*?)^```", section, re.M | re.S)[1]

    module.main()

    words, numbers = words_and_numbers(capsys.readouterr().out)
    expected_words, expected = words_and_numbers(quoted)
    assert words == expected_words
    assert np.allclose(np.array(numbers, float), np.array(expected, float), atol=0.05)


@pytest.mark.parametrize("page", [*PAGES, DOCS.parent / "README.md"], ids=lambda page: page.stem)
def test_nothing_is_called_easy(page):
    """No page says that something is simple, or blames the reader."""
    text = re.sub(r"`[^`\n]*`", "", page.read_text("utf-8"))
    assert re.findall(r"\b(?:simply|just|obviously|of course|trivial(?:ly)?)\b", text, re.I) == []


def test_every_page_is_in_the_tree():
    """Each page is named by a table of contents of another one."""
    named = {"index"}
    for page in PAGES:
        for block in re.findall(
            r"^```\{toctree\}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S
        ):
            entries = [line for line in block.splitlines() if line and not line.startswith(":")]
            places = [re.sub(r".*<(.*)>", r"\1", entry) for entry in entries]
            named |= {
                (page.parent / place).resolve().relative_to(DOCS).as_posix() for place in places
            }
    assert [p for p in PAGES if p.relative_to(DOCS).with_suffix("").as_posix() not in named] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_figures_can_be_drawn(page):
    """Each block of Mermaid is understood by what draws it on the site."""
    spec = importlib.util.spec_from_file_location("make_figures", DOCS / "make_figures.py")
    figures = sys.modules["make_figures"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(figures)
    for block in re.findall(r"^```mermaid\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
        figure = figures.read(block)
        drawn = figures.draw(block)
        assert drawn.count("class='edge'") == len(figure.edges)
        assert drawn.count("class='box") == len(figure.boxes)


@pytest.mark.slow
def test_site_is_built_without_warnings(tmp_path):
    """Sphinx builds every page and runs two steps of every example; a warning would be an error."""
    for package in ("sphinx", "pydata_sphinx_theme", "sphinx_gallery", "sphinx_copybutton"):
        pytest.importorskip(package, reason="the site needs the extra docs")
    for package in ("myst_parser", "matplotlib", "scipy", "sklearn", "pandas"):
        pytest.importorskip(package, reason="the site needs the extra docs")
    root = DOCS.parent
    for folder in ("docs", "examples"):  # a copy: the build writes beside the pages
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns(*BUILT))
    paths = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "DOCS_STEPS": "2"}

    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "docs", "site"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    site = tmp_path / "site"
    built = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    assert {page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES} <= built
    shown = {path.stem for path in (site / "gallery").rglob("*.html")}
    assert {path.stem for path in (root / "examples").glob("*.py")} <= shown
    asked = r'(?:src|href)="(https?:)?//[^"]+\.(?:js|css|woff2?|png|svg)'
    fetched = [
        path.name for path in site.rglob("*.html") if re.search(asked, path.read_text("utf-8"))
    ]
    assert fetched == []


def test_every_example_is_listed():
    """The page of examples has a row for each file, and no other."""
    page = (DOCS / "examples.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+\.py)` \| .+ \| .+ \|$", page, re.M)
    assert listed == sorted(path.name for path in (DOCS.parent / "examples").glob("*.py"))
