"""The public calls: one Graph, many formats."""

import json
import pickle
import re

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.model import Graph
from autograd_core.errors import ArgumentError


def f(x1, x2):
    """The expression of the first picture."""
    return np.sin(x1) + x1 * x2


def test_the_first_picture_in_one_line():
    """Every gradient of the figure: 2.584, 2, 1, 1, 1."""
    graph = ac.graph(f, 2.0, 3.0)

    gradients = {box.label: box.grad.text() for box in graph}
    assert gradients == {"x1": "2.584", "sin": "1", "x2": "2", "multiply": "1", "add": "1"}


def test_variables_have_graphs():
    """As the function."""
    y = f(Variable(2.0), Variable(3.0))

    assert y.graph(grad=False) == ac.graph(y, grad=False)
    assert ac.draw(y) == ac.graph(y)


def test_a_graph_is_seen_at_the_prompt():
    """What Python shows of a Graph is its text, as ``print`` writes it."""
    graph = ac.graph(f, 2.0, 3.0)

    assert repr(graph) == str(graph) == graph.to_text()


def test_a_path_without_its_name_is_refused():
    """The error shows how the file is given."""
    with pytest.raises(ArgumentError, match=r'ac.draw\(y, to="y.svg"\)'):
        ac.draw(f(Variable(2.0), Variable(3.0)), "y.svg")


def test_json_is_a_format():
    """There and back."""
    text = ac.to_json(f, 2.0, 3.0, style="paper")

    assert Graph.from_json(text) == ac.graph(f, 2.0, 3.0, style="paper")


@pytest.mark.parametrize(
    "call",
    [ac.graph, ac.to_dot, ac.to_json, lambda y, **options: y.graph(**options)],
)
def test_unknown_options_are_refused(call):
    """With the nearest name."""
    y = f(Variable(2.0), Variable(3.0))

    with pytest.raises(ArgumentError, match="try: precision="):
        call(y, precison=3)
    with pytest.raises(ArgumentError, match="no option 'nonsense'"):
        call(y, nonsense=1)


def test_presentation_becomes_the_default_of_writers():
    """Kept in the graph."""
    assert ac.graph(f, 2.0, 3.0, style="paper", precision=2).options == {
        "precision": 2,
        "style": "paper",
    }


def test_a_style_brings_the_structure_that_it_shows():
    """ "backward" follows the sweep, unless a direction is given."""
    x = ac.Variable(2.0, name="x")
    y = np.sin(x) * x

    assert {edge.kind for edge in ac.graph(y, style="backward").edges} == {"gradient"}
    assert "keeps x" in ac.to_dot(y, style="backward").source
    assert {e.kind for e in ac.graph(y, style="backward", direction="forward").edges} == {"operand"}


def test_as_many_numbers_are_kept_as_are_to_be_shown():
    """Of arrays recorded before, a note says that their statistics are all that is kept."""
    x = ac.Variable(np.arange(8.0), name="x")
    with ac.recording():
        y = np.sum(np.sin(x))

    assert "[0 1 2 3 4 5 6 7]" in ac.to_mermaid(lambda x: x * 2.0, x.numpy(), max_elems=8)
    assert "[0 1 2 3 4 5 6 7]" not in ac.to_mermaid(lambda x: x * 2.0, x.numpy(), max_elems=7)
    assert "of recorded arrays of more than 6 entries" in ac.to_mermaid(y, max_elems=8)
    assert "of recorded arrays" not in ac.to_mermaid(y)


def test_times_are_taken_where_they_are_to_be_shown():
    """Also by a writer that is handed a function."""
    assert "time: " in ac.to_mermaid(lambda x: np.sin(x), 2.0, show="+time")


def test_several_graphs_are_one_page():
    """A history of training: both are in it."""
    graphs = [ac.graph(f, x, 3.0, title=f"epoch {x:g}") for x in (1.0, 2.0)]

    page = ac.to_html(graphs)

    values = [graph.nodes[-1].value.numbers[0] for graph in graphs]
    assert all(repr(value) in page for value in values)


@pytest.mark.parametrize("way", [ac.to_mermaid, lambda *target: ac.to_dot(*target).source])
def test_value_gradient_shape_dtype_and_module_stand_together(way):
    """Without an option, in DOT and in Mermaid."""
    import nn

    text = way(nn.Model(nn.Linear(2, 3, rng=0)), np.ones((4, 2)))

    (bias,) = (line for line in text.splitlines() if "0.bias" in line)
    for fact in ("[0 0 0]", "grad |6.928| [4 4 4]", "(3,) float64"):
        assert fact in bias
    assert "0: Linear" in text


def test_a_graph_can_be_written_by_every_call(tmp_path):
    """As by its own methods; options of presentation become its own, the given one stays."""
    graph = ac.graph(f, 2.0, 3.0)

    assert ac.to_text(graph) == graph.to_text()
    assert ac.to_mermaid(graph, style="paper") == graph.to_mermaid(style="paper")
    assert ac.to_dot(graph).source == graph.to_dot().source
    assert ac.to_html(graph, title="y") == graph.to_html(title="y")
    assert ac.to_json(graph) == graph.to_json()
    assert ac.draw(graph) == graph
    assert ac.draw(graph, precision=2).options == {"precision": 2}
    for name in ("y.txt", "y.html"):
        assert ac.draw(graph, to=tmp_path / name).read_bytes() == (
            graph.save(tmp_path / f"own_{name}").read_bytes()
        )
    assert graph.options == {}


def test_a_graph_has_its_shape(tmp_path):
    """Options that shape it, and arguments, come too late; and no graph is made of a Graph."""
    graph = ac.graph(f, 2.0, 3.0)

    with pytest.raises(ArgumentError, match=r"depth= shapes .*\n  try: ac.graph\(y, depth=...\)"):
        ac.to_text(graph, depth=1)
    with pytest.raises(ArgumentError, match="focus= shapes"):
        ac.draw(graph, to=tmp_path / "y.html", focus="x1")
    with pytest.raises(ArgumentError, match="drawn without arguments; it got float"):
        ac.to_html(graph, 2.0)
    with pytest.raises(ArgumentError, match="try: precision="):
        ac.to_json(graph, precison=3)
    for target in (graph, [graph, graph]):
        with pytest.raises(ArgumentError, match="it got a Graph"):
            ac.graph(target)


def repeated(x):
    """Five equal operations, which are one box."""
    for _ in range(5):
        x = np.tanh(x)
    return x


def on_page(text):
    """How many boxes a page holds, and whether it begins with repeats folded."""
    data = json.loads(re.search(r"<script[^>]*json[^>]*>(.*?)</script>", text, re.S)[1])
    return len(data["graphs"][0]["nodes"]), data["fold"]


def test_a_page_can_open_what_a_graph_has_folded():
    """The same page as of the function; text and JSON are those of the folded one."""
    graph = ac.graph(repeated, 0.5)

    assert len(graph) == 2
    assert on_page(graph.to_html()) == on_page(ac.to_html(repeated, 0.5)) == (6, True)
    assert (
        on_page(ac.to_html(graph, fold=False)) == on_page(graph.to_html(fold=False)) == (6, False)
    )
    assert on_page(ac.to_html(repeated, 0.5, fold=False)) == (6, False)
    assert on_page(pickle.loads(pickle.dumps(graph)).to_html()) == (6, True)
    assert len(Graph.from_json(graph.to_json())) == 2
    assert on_page(graph.upstream("tanh").to_html()) == (2, True)


def test_a_page_has_room_for_three_thousand():
    """More than a text shows unasked; with max_nodes= there are never more."""
    x = Variable(2.0)
    y = sum([x * np.sin(x) for _ in range(300)])
    with ac.recording() as rec:
        for _ in range(5):
            y = np.tanh(y)

    graph = rec.graph()

    assert len(graph) <= 500 < on_page(graph.to_html())[0]
    assert on_page(rec.graph(max_nodes=40).to_html())[0] <= 40
    assert ac.graph(y, fold=False, max_nodes=None).opened is None
