"""Who uses what, and several boxes as one."""

from autograd_core.drawing.links import Links, both, ends, joined, places, without
from autograd_core.drawing.model import Box, Edge, Graph, Scope, Summary


def ladder(*kinds):
    """x → a → b → c, and x → c."""
    nodes = [Box("n0", "input", "x", (), "float64", name="x")]
    nodes += [Box(f"n{k}", "operation", "abc"[k - 1], (), "float64") for k in (1, 2, 3)]
    edges = [Edge("n0", "n1"), Edge("n1", "n2"), Edge("n2", "n3", "0"), Edge("n0", "n3", "1")]
    return Graph(nodes, edges, ["n3"], ["note"], [Scope("s"), Scope("s.t")], {"input": 1}, {"a": 1})


def test_arrows_of_a_sweep_point_the_other_way():
    """What is used comes first, in both kinds of arrows."""
    assert ends(Edge("n0", "n1")) == ("n0", "n1")
    assert ends(Edge("n1", "n0", kind="gradient")) == ("n0", "n1")


def test_neighbors_and_levels():
    """In the order of the graph; levels count the fewest edges."""
    links = Links(ladder())

    assert links.near("n3", upstream=True) == ["n2", "n0"]
    assert links.near("n0", upstream=False) == ["n1", "n3"]
    assert [edge.operand for edge in links.uses("n3")] == ["0", "1"]
    assert list(links.uses("n0")) == []
    assert links.levels(["n3"], upstream=True) == {"n3": 0, "n2": 1, "n0": 1, "n1": 2}


def test_part_of_a_graph_has_roots_of_its_own():
    """Where none of the roots is left, what nothing else uses."""
    part = without(ladder(), ["n0", "n1", "n2"])

    assert [box.id for box in part] == ["n0", "n1", "n2"]
    assert [(e.tail, e.head) for e in part.edges] == [("n0", "n1"), ("n1", "n2")]
    assert part.roots == ["n2"]
    assert without(ladder(), ["n0", "n3"]).roots == ["n3"]


def test_frames_stay_where_boxes_stay():
    """Those around them too."""
    graph = ladder()
    graph.nodes[0].scope = "s.t"
    graph.scopes.append(Scope("other"))

    assert without(graph, ["n0"]).scopes == [Scope("s"), Scope("s.t")]
    assert without(graph, ["n1"]).scopes == []


def test_a_group_stands_where_its_last_member_stood():
    """Edges are merged for each pair of neighbors, and what was inside is known."""
    graph = ladder()
    graph.nodes[0].scope = "s"
    box = Box("n2", "scope", "ab", (), "", members=("n1", "n2"))

    small = joined(graph, {"n2": ["n1", "n2"]}, [box])

    assert [one.id for one in small] == ["n0", "n2", "n3"]
    assert [(e.tail, e.head, e.operand) for e in small.edges] == [
        ("n0", "n2", ""),
        ("n2", "n3", "0"),
        ("n0", "n3", "1"),
    ]
    assert small.scopes == [Scope("s")]
    assert (small.notes, small.truncated, small.options) == (["note"], {"input": 1}, {"a": 1})
    assert places(small) == {"n0": "n0", "n1": "n2", "n2": "n2", "n3": "n3"}
    assert len(graph) == 4


def test_a_root_inside_a_group_is_the_group():
    """What was asked for stays marked."""
    box = Box("n3", "scope", "all", (), "", members=("n2", "n3"))

    assert joined(ladder(), {"n3": ["n2", "n3"]}, [box]).roots == ["n3"]


def test_merged_arrows_say_what_both_say():
    """And count."""
    one = Edge("n0", "n1", "0", "v2", view=True, contribution=Summary.of(1.0))

    merged = both(one, Edge("n0", "n1", "1", "v2", view=True, count=2))

    assert merged == Edge("n0", "n1", "", "v2", view=True, count=3)
