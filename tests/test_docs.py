"""The pages in docs/ are true; their code blocks are doctests that pytest collects itself."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))
CURRENT = (2, 4)  # older releases lack functions that the table lists


@pytest.mark.skipif(
    tuple(map(int, np.__version__.split(".")[:2])) < CURRENT,
    reason="the table lists functions that this NumPy does not have yet",
)
def test_coverage_table_is_fresh():
    """The table of supported functions is what the registry says; its script rewrites it."""
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
