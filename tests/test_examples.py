"""Every example runs, briefly and in full, and meets its own assertions."""

import ast
import importlib.util
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))
NEEDS = {"optimize_with_scipy": "scipy", "digits_from_primitives": "sklearn"}
LIMITS = {  # what main() returns, in full
    "expression": (6.9092, 6.9094),
    "optimize_with_scipy": (40, 70),
    "digits_from_primitives": (0.95, 1.0),
}


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request, tmp_path, monkeypatch):
    """An example, imported from its file, in an empty folder."""
    path = request.param
    if path.stem in NEEDS:
        pytest.importorskip(NEEDS[path.stem], reason=f"the example needs {NEEDS[path.stem]}")
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location(f"examples_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return path.stem, module


def test_runs_briefly(example, capsys):
    """Two steps run and print."""
    _, module = example
    module.main(steps=2)
    assert capsys.readouterr().out


def test_runs_in_full(example):
    """The whole example meets its own assertions; its number is the expected one."""
    name, module = example
    low, high = LIMITS[name]
    assert low <= module.main() <= high


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_is_short_and_says_how_to_run_it(path):
    """Under 150 lines, with a docstring that holds the command."""
    source = path.read_text("utf-8")
    assert source.count("\n") < 150
    assert f"python examples/{path.name}" in ast.get_docstring(ast.parse(source))
