"""Equal neighbors in a chain are one box, and nothing else is."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patterns import BLOCKS, chain, diamonds, edge, fan, labels, layers, leaf, op, stack

from autograd_core.drawing.folding import folded, repeats
from autograd_core.drawing.model import Graph, Summary
from autograd_core.drawing.runs import Runs


def test_a_chain_of_equal_operations_is_one_box():
    """With the last one's result, and all that it stands for."""
    graph = chain(5)
    graph["n5"].value = Summary.of(1.0)

    small = folded(graph)

    assert labels(small) == ["x", "sin x 5"]
    assert small["n5"].members == ("n1", "n2", "n3", "n4", "n5")
    assert small["n5"].value == Summary.of(1.0)
    assert [(e.tail, e.head) for e in small.edges] == [("n0", "n5")]


def test_two_are_no_chain():
    """Three are."""
    assert folded(chain(2)) == chain(2)
    assert labels(folded(chain(3))) == ["x", "sin x 3"]


def test_both_operands_from_the_one_before():
    """Sixty diamonds are sixty equal sums."""
    small = folded(diamonds(60))

    assert labels(small) == ["x", "add x 60"]
    assert [(e.tail, e.head, e.operand, e.count) for e in small.edges] == [("n0", "n60", "", 2)]


def products(n, **facts):
    """x · w1 · w2 · …, each factor a parameter."""
    nodes, edges = [leaf(0, "x")], []
    for k in range(n):
        nodes += [leaf(2 * k + 1, f"w{k}", "parameter", **facts), op(2 * k + 2, "multiply")]
        edges += [edge(2 * k, 2 * k + 2, "0"), edge(2 * k + 1, 2 * k + 2, "1")]
    return Graph(nodes, edges, [f"n{2 * n}"])


def test_leaves_of_each_are_one_box_too():
    """Named by the first and the last; what they share is kept."""
    small = folded(products(4, grad=Summary.of(1.0), value=None))

    assert labels(small) == ["x", "w0 … w3 x 4", "multiply x 4"]
    assert small.nodes[1].members == ("n1", "n3", "n5", "n7")
    assert small.nodes[1].grad == Summary.of(1.0)
    assert [(e.tail, e.head, e.count) for e in small.edges] == [("n0", "n8", 1), ("n7", "n8", 4)]


def test_one_leaf_for_all_is_the_same_wiring():
    """It stays the box that it is."""
    graph = chain(4, ["multiply"])
    graph.nodes.insert(1, leaf(9, "w", "parameter"))
    graph.edges += [edge(9, k, "1") for k in range(1, 5)]

    assert labels(folded(graph)) == ["x", "w", "multiply x 4"]


CHANGES = {
    "label": lambda graph: setattr(graph["n3"], "label", "cos"),
    "shape": lambda graph: setattr(graph["n3"], "shape", (3,)),
    "dtype": lambda graph: setattr(graph["n3"], "dtype", "float32"),
    "options": lambda graph: setattr(graph["n3"], "options", {"axis": "0"}),
    "scope": lambda graph: setattr(graph["n3"], "scope", "head"),
    "name": lambda graph: setattr(graph["n3"], "name", "h"),
    "bad": lambda graph: setattr(graph["n3"], "marks", ("bad",)),
    "culprit": lambda graph: setattr(graph["n3"], "marks", ("culprit",)),
    "root": lambda graph: graph.roots.append("n3"),
    "use": lambda graph: graph.edges.append(edge(3, 6)),
    "operand": lambda graph: graph.edges.append(edge(6, 3, "1")),
    "note": lambda graph: setattr(graph.edges[2], "note", "(1,) → ()"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_differs_is_not_folded(change):
    """One that differs in the middle of five, or is used elsewhere, keeps a box for its result."""
    graph = chain(5)
    graph.nodes.append(leaf(6, "z"))
    change(graph)

    assert all(box.count < 5 for box in folded(graph))
    assert "n3" in [box.id for box in folded(graph)]


def test_constants_of_other_values_differ():
    """z + 1 + 2 + 3 is no repetition, z + 1 + 1 + 1 is."""
    for values, count in (([1.0, 2.0, 3.0], 1), ([1.0, 1.0, 1.0], 3)):
        graph = products(3)
        for box, value in zip(graph.nodes[1::2], values):
            box.role, box.value = "constant", Summary.of(value)

        assert folded(graph).nodes[-1].count == count


def test_a_box_that_is_looked_at_stays():
    """It is not folded with others."""
    assert labels(folded(chain(7), protected=["n4"])) == ["x", "sin x 3", "sin", "sin x 3"]


@pytest.mark.slow
def test_fans_and_long_chains():
    """A hundred thousand are one box; leaves of one operation are not a chain."""
    assert labels(folded(chain(100_000))) == ["x", "sin x 100000"]
    assert len(folded(fan(1000))) == 1001


def groups(graph, stays=lambda run: False):
    """The groups of runs inside the outermost one."""
    runs = Runs(graph)
    found = repeats(runs, runs.top[0].parts, {}, stays)
    return [[run.scope.path for run in group] for group in found]


def test_equal_scopes_in_a_chain_are_one_group():
    """However deep; two are left as they are."""
    assert groups(layers(4)) == [[f"layers.{k}" for k in range(4)]]
    assert groups(layers(2)) == [["layers.0"], ["layers.1"]]


def test_a_scope_that_differs_divides_the_group():
    """What differs is never folded."""
    found = groups(layers(7, different=[3]))

    assert [len(group) for group in found] == [3, 1, 3]
    assert [len(group) for group in groups(layers(5, different=[2]))] == [1] * 5
    assert [len(group) for group in groups(layers(4), lambda run: run.start == 2)] == [1] * 4


@pytest.mark.parametrize("what", ["use", "root", "culprit"])
def test_a_scope_whose_result_is_wanted_is_not_folded_with_others(what):
    """Used elsewhere, asked for, or worth to be seen."""
    graph = layers(4)
    if what == "use":
        graph.nodes.append(op(99, "cos"))
        graph.edges.append(edge(6, 99))
    if what == "root":
        graph.roots.append("n6")
    if what == "culprit":
        graph["n5"].marks = ("culprit",)

    assert max(map(len, groups(graph))) < 4


def test_scopes_side_by_side_are_no_chain():
    """Equal ones that use the same input are all shown."""
    nodes = [leaf(0, "x"), *(op(k, "sin", f"a.{k}") for k in range(1, 5)), op(5, "stack", "a")]
    edges = [edge(0, k) for k in range(1, 5)] + [edge(k, 5, str(k)) for k in range(1, 5)]

    assert [len(group) for group in groups(Graph(nodes, edges, ["n5"]))] == [1] * 4


@given(st.lists(st.sampled_from([*BLOCKS]), min_size=1, max_size=14))
def test_layers_are_folded_where_three_equal_ones_follow_each_other(blocks):
    """And nowhere else, whatever stands around them."""
    found = groups(stack(blocks))

    expected = []
    for _, same in groupby(range(len(blocks)), blocks.__getitem__):
        paths = [f"net.{k}" for k in same]
        expected += [paths] if len(paths) >= 3 else [[path] for path in paths]
    assert found == expected


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=20))
def test_operations_are_folded_where_three_equal_ones_follow_each_other(names):
    """Run-length encoding, with runs of at least three."""
    small = folded(chain(len(names), names[-1:] + names[:-1]))

    expected = []
    for name, same in groupby(names):
        count = len([*same])
        expected += [f"{name} x {count}"] if count >= 3 else [name] * count
    assert labels(small) == ["x", *expected]
