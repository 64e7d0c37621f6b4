"""No rule without a case, no case without a rule."""

import ast
import contextlib
import importlib.util
from pathlib import Path

import pytest
from harness import DECLARED, Case

HERE = Path(__file__).parent
NOT_FAMILIES = {"test_completeness", "test_guards"}
FAMILIES = sorted(p for p in HERE.rglob("test_*.py") if p.stem not in NOT_FAMILIES)
ELSEWHERE = ("nn.", "autograd_core.scipy.", "autograd_core.sparse")  # tested beside their modules


def cases(path):
    """The list ``CASES`` of a file; empty without SciPy, if the file needs it."""
    spec = importlib.util.spec_from_file_location(f"cases_of_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    with contextlib.suppress(pytest.skip.Exception):
        spec.loader.exec_module(module)
    return getattr(module, "CASES", [])


def title(op):
    """An operation as one reads it in a report."""
    owner = getattr(op, "__self__", None)
    home = getattr(owner, "__name__", None) or getattr(op, "__module__", "")
    return f"{home}.{getattr(op, '__name__', op)}"


def test_cases_are_rules():
    """{c.op for c in CASES} == set(RULES)."""
    tried = {c.op for path in FAMILIES for c in cases(path) if isinstance(c, Case)}

    declared = {op for op in DECLARED if not title(op).startswith(ELSEWHERE)}

    assert sorted(map(title, declared - tried)) == []
    assert sorted(map(title, tried - DECLARED)) == []


@pytest.mark.parametrize("path", FAMILIES, ids=lambda p: p.stem)
def test_every_family_runs_its_cases(path):
    """A file with cases has the test that runs them."""
    tree = ast.parse(path.read_text("utf-8"))
    used = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and hasattr(n.func, "id")}

    assert "checks" in used
    assert used & {"case", "by_last"}
