"""No rule without a case, no case without a rule."""

import ast
import importlib.util
from pathlib import Path

import pytest
from harness import Case

import autograd_core as ac  # noqa: F401  registers the families
from autograd_core.forms import RULES

HERE = Path(__file__).parent
FAMILIES = sorted(set(HERE.glob("test_*.py")) - {Path(__file__)})


def cases(path):
    """The list ``CASES`` of a file."""
    spec = importlib.util.spec_from_file_location(f"cases_of_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


def title(op):
    """An operation as one reads it in a report."""
    owner = getattr(op, "__self__", None)
    home = getattr(owner, "__name__", None) or getattr(op, "__module__", "")
    return f"{home}.{getattr(op, '__name__', op)}"


def ours(op):
    """Whether the package declares the rule, not a test or an example."""
    return not (getattr(op, "__module__", None) or "").startswith(("harness", "test_", "__main__"))


def test_cases_are_rules():
    """{c.op for c in CASES} == set(RULES)."""
    tried = {c.op for path in FAMILIES for c in cases(path) if isinstance(c, Case)}
    rules = {op for op in RULES if ours(op)}

    assert sorted(map(title, rules - tried)) == []
    assert sorted(map(title, tried - rules)) == []


@pytest.mark.parametrize("path", FAMILIES, ids=lambda p: p.stem)
def test_every_family_runs_its_cases(path):
    """A file with cases has the test that runs them."""
    tree = ast.parse(path.read_text("utf-8"))
    used = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and hasattr(n.func, "id")}

    assert {"case", "checks"} <= used
