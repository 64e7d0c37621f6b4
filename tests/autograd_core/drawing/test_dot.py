"""DOT text: valid, escaped, and the same bytes every time."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.dot import escaped, write
from autograd_core.drawing.model import Box, Graph

FIRST = """\
digraph {
	graph [rankdir=TB]
	node [fontname=Helvetica]
	n0 [label="x1\\n2\\ngrad 2.584" fillcolor="#cfe8f7" shape=ellipse style=filled]
	n1 [label="a = sin\\n0.9093\\ngrad 1" fillcolor="#fdf0d5" shape=box style="filled,rounded"]
	n2 [label="x2\\n3\\ngrad 2" fillcolor="#cfe8f7" shape=ellipse style=filled]
	n3 [label="b = multiply\\n6\\ngrad 1" fillcolor="#fdf0d5" shape=box style="filled,rounded"]
	n4 [label="y = add\\n6.909\\ngrad 1" fillcolor="#fdf0d5" penwidth=2.5 shape=box \
style="filled,rounded"]
	n0 -> n1
	n0 -> n3 [label=0]
	n2 -> n3 [label=1]
	n1 -> n4 [label=0]
	n3 -> n4 [label=1]
}
"""


def first():
    """The first picture: every value and every gradient of sin(x1) + x1·x2."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    a = np.sin(x1)
    b = x1 * x2
    y = a + b
    return ac.to_dot(y, names=locals())


def test_the_first_picture():
    """Values 2, 3, 0.9093, 6, 6.909; gradients 2.584, 2, 1, 1, 1."""
    assert first().source == FIRST


def test_the_same_graph_has_the_same_bytes():
    """Also after other graphs."""
    assert [first().source for _ in range(3)] == [FIRST] * 3


def test_shapes_and_dtypes_are_shown_where_they_say_something():
    """A plain number needs neither."""
    x = Variable(np.ones((2, 3), np.float32), name="x")

    source = ac.to_dot(np.sum(x)).source

    assert "x\\n[[1 1 1] [1 1 1]]\\ngrad |2.449| [[1 1 1] [1 1 1]]\\n(2, 3) float32" in source


def unescaped(label):
    """What Graphviz shows of the inside of a quoted label."""
    text = re.sub(r'\\(["\\n])', lambda m: {"n": "\n"}.get(m[1], m[1]), label)
    return text.replace("&amp;", "&")


@given(st.text(min_size=1))
def test_any_name_arrives_as_it_is(name):
    """Quotes, backslashes, brackets, entities, emoji; what cannot be printed as its number."""
    source = write(Graph([Box("n0", "input", name, (), "float64", name)], [], ["n0"])).source

    (label,) = re.findall(r'^\tn0 \[label="((?:[^"\\]|\\.)*)"', source, re.MULTILINE | re.DOTALL)
    shown = re.sub(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", lambda m: f"\\x{ord(m[0]):02x}", name
    )
    assert unescaped(label) == f"{shown}\n·\ngrad ·"


@pytest.mark.parametrize(
    "name",
    [
        "<b>html</b>",
        'a"b',
        "a\\",
        "\\N",
        "a\nb",
        "&lt;",
        "]",
        "-->",
        pytest.param("x" * 10_000, id="long"),
    ],
)
def test_hostile_names_are_text(name):
    """Quoted, never HTML, no escape of Graphviz's own."""
    text = escaped(name)

    assert unescaped(text) == name
    assert ac.to_dot(Variable(1.0, name=name)).source.count("label=") == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_graphviz_reads_it():
    """Hostile names included."""
    x = Variable(np.ones(3), name='<b>"\\]&lt;\n-->')
    source = ac.to_dot(np.sum(x * x)).source

    done = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=False)

    assert done.returncode == 0
    assert done.stderr == b""


def test_notes_stand_below_the_picture():
    """Escaped like everything else."""
    graph = Graph([Box("n0", "constant", "c", (), "float64")], [], ["n0"], ['a "note"'])

    assert '\tlabel="a \\"note\\""\n' in write(graph).source


def test_direction_and_precision_can_be_chosen():
    """Left to right, two digits."""
    source = ac.to_dot(Variable(1 / 3, name="x"), rankdir="LR", precision=2).source

    assert "rankdir=LR" in source
    assert "x\\n0.33\\n" in source
