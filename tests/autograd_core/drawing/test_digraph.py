"""What ``to_dot`` returns, in a notebook and elsewhere."""

import shutil

import graphviz
import pytest
from pictures import first

from autograd_core.drawing import digraph, dot, mermaid
from autograd_core.drawing.model import Box, Graph

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="there is no program dot")


def test_it_is_a_digraph_of_the_package():
    """It can be changed and copied as one."""
    made = dot.write(first())
    made.graph_attr["rankdir"] = "LR"
    made.node("more")

    copy = made.copy()

    assert isinstance(made, graphviz.Digraph)
    assert "rankdir=LR" in copy.source
    assert copy.source.endswith("\tmore\n}\n")
    assert copy.drawn is made.drawn


def test_a_subgraph_can_be_added():
    """By the package's own context manager."""
    made = dot.write(first())
    with made.subgraph(name="cluster_mine") as inner:
        inner.node("n0")
    assert "subgraph cluster_mine {" in made.source


@needs_dot
def test_where_dot_is_a_picture_is_shown():
    """Beside text and Mermaid; of large graphs none."""
    kinds = {"image/svg+xml", "text/vnd.mermaid"}
    shown = dot.write(first())._repr_mimebundle_(include=kinds)

    assert set(shown) == kinds
    assert shown["image/svg+xml"].startswith("<?xml")
    large = Graph([Box(f"n{k}", "input", "x", (), "") for k in range(301)], [], [])
    assert dot.write(large)._repr_mimebundle_(include={"image/svg+xml"}) == {}


def test_where_dot_is_absent_there_is_mermaid_and_a_page(monkeypatch, tmp_path):
    """Display never raises; what failed is named in the text."""
    monkeypatch.setenv("PATH", str(tmp_path))
    made = dot.write(first())

    shown = made._repr_mimebundle_()
    monkeypatch.setattr(mermaid, "write", lambda graph: 1 / 0)
    broken = made._repr_mimebundle_(exclude={"text/html"})

    assert set(shown) == {"text/plain", "text/html", "text/vnd.mermaid"}
    assert shown["text/vnd.mermaid"].startswith("flowchart TB")
    assert shown["text/html"].startswith("<iframe")
    assert set(broken) == {"text/plain"}
    assert "text/vnd.mermaid is left out: ZeroDivisionError" in broken["text/plain"]


def test_the_page_is_in_a_frame_of_its_own():
    """Its style and script touch nothing else."""
    page = dot.write(first())._repr_mimebundle_(include={"text/html"})["text/html"]

    assert page.startswith("<iframe srcdoc=")
    assert "<script" not in page


def test_without_a_graph_the_source_is_shown(monkeypatch, tmp_path):
    """A Digraph made by hand."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert digraph.Digraph()._repr_mimebundle_() == {"text/plain": "digraph {\n}\n"}


@needs_dot
def test_it_renders_and_pipes():
    """As any other."""
    assert dot.write(first()).pipe(format="svg").startswith(b"<?xml")
