"""Calls of modules in a graph, and the box that stands for one."""

from patterns import edge, layers, leaf, op

from autograd_core.drawing.model import Graph, Scope, Summary
from autograd_core.drawing.runs import Runs, operations, spaced, span, within


def test_runs_nest_as_scopes_do():
    """The call of the whole has the calls of its layers inside."""
    (whole,) = Runs(layers(3)).top

    assert (whole.scope.path, whole.depth, whole.around) == ("layers", 1, "")
    assert (whole.start, whole.stop) == (0, 6)
    assert [(run.scope.path, run.depth, run.around) for run in whole.parts] == [
        ("layers.0", 2, "layers"),
        ("layers.1", 2, "layers"),
        ("layers.2", 2, "layers"),
    ]
    assert [run.scope.path for run in Runs(layers(1))] == ["layers", "layers.0"]


def test_a_module_that_is_called_twice_has_two_runs():
    """Unless nothing lies in between; so no path leaves a run and comes back."""
    nodes = [leaf(0, "x"), op(1, "sin", "a"), op(2, "cos"), op(3, "sin", "a"), op(4, "sin", "a")]
    graph = Graph(nodes, [edge(k, k + 1) for k in range(4)], ["n4"])

    assert [(run.start, run.stop) for run in Runs(graph)] == [(0, 1), (2, 4)]


def test_a_scope_has_the_leaves_that_it_alone_uses():
    """Constants and parameters; of inputs those that were made in it."""
    nodes = [
        leaf(0, "x"),
        leaf(1, "own", scope="a"),
        leaf(2, "w", "parameter"),
        leaf(3, "shared", "parameter"),
        op(4, "f", "a"),
        op(5, "g"),
    ]
    edges = [edge(k, 4, str(k)) for k in range(4)] + [edge(3, 5), edge(4, 5)]
    runs = Runs(Graph(nodes, edges, ["n5"]))

    (run,) = runs.top

    assert [box.label for box in runs.members(run)] == ["own", "w", "f"]
    assert [box.label for box in runs.entries(runs.members(run))] == ["x", "shared"]


def test_data_with_a_name_stands_outside_of_the_layer_that_uses_it():
    """Numbers without one, and buffers of the module, stand inside."""
    nodes = [leaf(0, "x", "constant", (5, 4)), leaf(1, "2", "constant"), op(3, "f", "a")]
    nodes.insert(2, leaf(2, "a.running_mean", "constant", (4,)))
    nodes[1].name = None
    runs = Runs(Graph(nodes, [edge(k, 3, str(k)) for k in range(3)], ["n3"]))

    assert [box.label for box in runs.members(runs.top[0])] == ["2", "a.running_mean", "f"]
    assert runs.box(runs.top)[1].options["in"] == "(5, 4)"
    nodes[0].name = None
    assert runs.box(runs.top)[1].options["in"] == "(5, 4), (4,)"


def test_the_box_for_a_call_says_what_is_in_it():
    """Operations, parameters and their bytes, shapes in and out; sums of the rest."""
    graph = layers(2)
    for k, box in enumerate(graph):
        box.saved_bytes, box.seconds = 10 * k, (1.0, 2.0)
    graph["n6"].value = Summary.of([1.0, 2.0, 3.0])
    graph["n5"].marks = ("bad", "second")
    runs = Runs(graph)

    keys, box = runs.box([runs.top[0]])

    assert keys == [f"n{k}" for k in range(1, 7)]
    assert (box.id, box.role, box.label, box.name) == ("n6", "scope", "Sequential", "layers")
    assert (box.shape, box.dtype, box.value) == ((3,), "float64", graph["n6"].value)
    assert box.options == {
        "operations": "4",
        "parameters": "18",
        "bytes": "144",
        "in": "(3,)",
        "out": "(3,)",
    }
    assert (box.saved_bytes, box.seconds, box.marks) == (210, (6.0, 12.0), ("bad",))
    assert box.members == tuple(keys)
    assert box.count == 1
    assert operations(box) == 4


def test_many_shapes_are_cut_short():
    """Four are listed."""
    nodes = [*(leaf(k, f"x{k}") for k in range(6)), op(6, "stack", "a")]
    runs = Runs(Graph(nodes, [edge(k, 6, str(k)) for k in range(6)], ["n6"], scopes=[Scope("a")]))

    assert runs.box(runs.top)[1].options["in"] == "(), (), (), (), …"


def test_names_of_paths_and_numbers():
    """A scope contains what its path begins; neighbors are written together."""
    assert within("a.b", "a")
    assert within("a", "a")
    assert not within("ab", "a")
    assert span(["a.0"]) == "a.0"
    assert span(["a.0", "a.1", "b.2"]) == "a.0 … b.2"
    assert [spaced(n) for n in (1, 1000, 12304567)] == ["1", "1 000", "12 304 567"]
