"""What all errors of the package have in common."""

import ast
from pathlib import Path

import pytest

import autograd_core.errors as errors
import nn

ROOT = Path(nn.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
KINDS = set(errors.__all__)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_error_says_what_to_try(path):
    """Three parts, or the first and ``hint=``: no message ends without a way on."""
    silent = [
        f"{path.name}:{call.lineno}"
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in KINDS
        and len(call.args) < 3
        and not any(keyword.arg in ("hint", None) for keyword in call.keywords)
    ]
    assert silent == []
