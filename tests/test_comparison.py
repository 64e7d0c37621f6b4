"""The comparison of drawings in docs/ claims nothing of ours that no test proves."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "explanation" / "comparison.md"
TESTS = ROOT / "tests" / "autograd_core" / "drawing"


def tables():
    """The rows of each table of the page, without its head: lists of cells."""
    found = re.findall(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE.read_text("utf-8"), re.M)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        for table in found
    ]


THEIRS, OURS = tables()


def functions_of(file):
    """The names of the test functions of a file."""
    body = ast.parse((TESTS / file).read_text("utf-8")).body
    return {item.name for item in body if isinstance(item, ast.FunctionDef)}


def test_each_capability_is_compared_and_claimed():
    """Both tables have the same rows, in one order, and no empty cell."""
    assert [row[0] for row in OURS] == [row[0] for row in THEIRS]
    assert {len(row) for row in THEIRS} == {8}
    assert {len(row) for row in OURS} == {3}
    assert all(cell for row in THEIRS + OURS for cell in row)


@pytest.mark.parametrize("row", OURS, ids=lambda row: row[0])
def test_each_claim_has_a_test(row):
    """It is named, and it is there."""
    _, claim, proof = row
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", proof)

    assert claim.startswith("✔ ")
    assert named
    assert proof == ", ".join(f"`{file}::{name}`" for file, name in named)
    assert [name for file, name in named if name not in functions_of(file)] == []
