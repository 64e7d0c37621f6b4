"""The README is true: its commands, its code, its links and its map of the files.

Blocks with prompts are doctests, which pytest collects from the page itself; the others run here.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)
COMMANDS = """\
```console
python -m pip install -e . && python -m autograd_core demo
python -m pip install -e ".[test]" && python -m pytest
```
"""


def test_two_commands_are_the_set_up():
    """The two one-line commands stand there word for word; .ci/run reads them from there."""
    assert COMMANDS in README


@pytest.mark.parametrize("block", [b for b in BLOCKS if not b.startswith(">>>")])
def test_block_without_prompts_runs(block):
    """Code that needs an optional package runs where it is installed, and checks itself."""
    for package in re.findall(r"^from (\w+)", block, re.M):
        pytest.importorskip(package, reason=f"this block of the README needs {package}")
    assert "assert " in block
    exec(block, {"np": np, "ac": ac})


def test_the_graph_is_the_one_that_is_drawn():
    """The Mermaid block is what ``to_mermaid`` writes of the ten lines' expression."""
    drawn = ac.to_mermaid(lambda x1, x2: np.sin(x1) + x1 * x2, 2.0, 3.0, rankdir="LR")
    assert f"```mermaid\n{drawn.rstrip()}\n```" in README


def test_links_lead_somewhere():
    """Every relative link names a file of the project."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_map_names_every_module():
    """The map of the files has each module of both packages, and nothing that is not there."""
    table = README.partition("## The files")[2].partition("\n## ")[0]
    named = {"autograd_core": set(), "nn": set()}
    for cell in re.findall(r"^\| (.+?) \|", table, re.M):
        package, _, _ = cell.strip("`").partition("/")  # the rest of a cell stands beside it
        named.get(package, set()).update(re.findall(r"\w+\.py", cell))
    for package, names in named.items():
        assert names == {path.name for path in (ROOT / package).glob("[!_]*.py")}, package
    folders = re.findall(r"`([\w/]+)/`", table)
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
    inside = {f"nn/{path.parent.name}" for path in (ROOT / "nn").glob("*/__init__.py")}
    assert inside <= set(folders)
