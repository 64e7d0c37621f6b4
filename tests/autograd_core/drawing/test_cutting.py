"""What is too much is counted in boxes of its own."""

from collections import Counter

import pytest
from patterns import chain, diamonds, edge, ends, fan, labels, layers, leaf, op

from autograd_core.drawing.cutting import counted, cut, told
from autograd_core.drawing.model import Box, Graph


def test_what_fits_is_left_alone():
    """The graph itself comes back."""
    graph = chain(5)

    assert cut(graph, 6) is graph


def test_the_farthest_from_the_roots_is_cut():
    """Its box says how much it was."""
    small = cut(chain(9, ["a", "b"]), 4)

    assert labels(small) == ["6 more operations, 1 input", "b", "a", "b"]
    assert (small.nodes[0].role, small.nodes[0].dtype) == ("cut", "")
    assert small.truncated == {"operation": 6, "input": 1}
    assert small.notes == ["6 operations, 1 input are not shown; max_nodes=None shows all."]
    assert ends(small) == [("n6", "n7"), ("n7", "n8"), ("n8", "n9")]


def test_a_fan_keeps_its_center():
    """Inputs that are left out for one user are one box; its edge counts them."""
    small = cut(fan(1000), 10)

    assert len(small) <= 10
    assert small.nodes[-1].label == "stack"
    (box,) = [box for box in small if box.role == "cut"]
    assert box.label == f"{1000 - len(small) + 2} more inputs".replace("1000", "1 000")
    assert sum(one.count for one in small.edges) == 1000


def test_each_frontier_has_its_own_box():
    """Two arms that are cut stay two."""
    nodes = [leaf(0, "x"), leaf(100, "z")]
    nodes += [op(k, "f") for k in range(1, 40)] + [op(k, "g") for k in range(101, 140)]
    nodes.append(op(200, "add"))
    edges = [edge(k, k + 1) for k in [*range(39), *range(100, 139)]]
    edges += [edge(39, 200, "0"), edge(139, 200, "1")]

    small = cut(Graph(nodes, edges, ["n200"]), 20)

    assert len(small) <= 20
    assert [box.role for box in small].count("cut") == 2


def test_what_no_root_needs_is_cut_first():
    """And never hides a root."""
    nodes = [leaf(0, "x"), *(op(k, "sin") for k in range(1, 50)), op(50, "sum")]
    edges = [edge(0, k) for k in range(1, 51)]

    small = cut(Graph(nodes, edges, ["n50"]), 5)

    assert small.roots == ["n50"]
    assert {"x", "sum"} <= {*labels(small)}
    assert small.truncated == {"operation": 49 - (len(small) - 3)}


def test_what_was_left_out_stands_before_what_uses_it():
    """Also where a leaf that nothing uses was made later."""
    nodes = [leaf(0, "x"), op(1, "sin"), op(2, "cos"), *(leaf(k, f"x{k}") for k in range(3, 9))]
    graph = Graph(nodes, [edge(0, 1), edge(1, 2)], ["n2", *(f"n{k}" for k in range(3, 9))])

    for most in range(2, 9):
        small = cut(graph, most)

        rank = {box.id: k for k, box in enumerate(small)}
        assert all(rank[used] < rank[user] for used, user in ends(small))


def test_the_focus_is_the_center():
    """Boxes above and below it are kept in turn."""
    small = cut(chain(99, ["a", "b"]), 7, ["n50"])

    assert [box.role for box in small] == ["cut", *["operation"] * 5, "cut"]
    assert "n50" in [box.id for box in small]
    assert small.roots == [small.nodes[-1].id]


@pytest.mark.parametrize("most", [1, 2, 3, 10, 100])
def test_never_more_than_asked_for(most):
    """Of anything."""
    for graph in (chain(500, "ab"), diamonds(300), fan(300), layers(60)):
        small = cut(graph, most)

        assert len(small) <= most
        assert sum(len(box.members) or 1 for box in small) == len(graph)


def test_a_hundred_thousand():
    """Visited a few times each, without recursion."""
    small = cut(chain(100_000, "ab"), 500)

    assert len(small) == 500
    assert small.truncated == {"operation": 99_501, "input": 1}


def test_what_was_cut_can_be_cut_again():
    """Counts add up."""
    small = cut(cut(chain(5000, "ab"), 50), 5)

    assert small.truncated == {"operation": 4996, "input": 1}
    assert small.nodes[0].label == "4 996 more operations, 1 input"


def test_counts_in_words():
    """Of boxes that stand for several, all of them."""
    box = Box("n0", "scope", "Block", (), "", options={"operations": "1 200"}, count=3)

    assert counted(box) == {"operation": 3600}
    assert counted(op(0, "sin", count=4)) == {"operation": 4}
    assert counted(Box("n0", "cut", "1 more operation, 2 constants", (), "")) == {
        "operation": 1,
        "constant": 2,
    }
    assert told(Counter(input=1)) == "1 input"
    assert told(Counter(constant=2, parameter=1), " more") == "1 more parameter, 2 constants"
