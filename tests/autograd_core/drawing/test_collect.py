"""From the tape to a Graph: complete, ordered, and without effect."""

import sys
import threading
from contextlib import nullcontext

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.collect import RELEASED, UNSWEPT, Collector
from autograd_core.forms import RULES
from autograd_core.tape import ancestors


def collected(roots, names=None, grad="auto"):
    """The graph of all boxes."""
    return ac.graph(roots, names=names, grad=grad, fold=False, max_nodes=None)


def first():
    """The expression of the first picture."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    return np.sin(x1) + x1 * x2, x1, x2


def numbers(graph, kind):
    """The values or gradients on a graph, by label."""
    facts = ((box.label, getattr(box, kind)) for box in graph)
    return {label: None if fact is None else round(fact.numbers[0], 4) for label, fact in facts}


def test_operations_stand_in_order_and_leaves_before_their_first_use():
    """Identifiers are n0, n1, … in that order."""
    graph = collected([first()[0]])

    assert [(box.id, box.label) for box in graph] == [
        ("n0", "x1"),
        ("n1", "sin"),
        ("n2", "x2"),
        ("n3", "multiply"),
        ("n4", "add"),
    ]
    assert [(e.tail, e.head, e.operand) for e in graph.edges] == [
        ("n0", "n1", ""),
        ("n0", "n3", "0"),
        ("n2", "n3", "1"),
        ("n1", "n4", "0"),
        ("n3", "n4", "1"),
    ]
    assert graph.roots == ["n4"]


def test_every_gradient_is_on_the_picture():
    """By a sweep of the drawing's own, which writes nothing."""
    y, x1, _ = first()

    graph = collected([y])

    expected = {"x1": 2.5839, "sin": 1.0, "x2": 2.0, "multiply": 1.0, "add": 1.0}
    assert numbers(graph, "grad") == expected
    assert x1.grad is None
    y.backward()
    assert round(x1.grad, 4) == 2.5839


def test_leaves_show_name_value_and_gradient_after_backward():
    """Releasing what was saved leaves structure, leaves and roots."""
    y, *_ = first()
    y.backward()

    graph = collected([y])

    assert numbers(graph, "value") == {
        "x1": 2.0,
        "sin": None,
        "x2": 3.0,
        "multiply": None,
        "add": 6.9093,
    }
    assert numbers(graph, "grad") == {
        "x1": 2.5839,
        "sin": None,
        "x2": 2.0,
        "multiply": None,
        "add": 1.0,
    }
    assert graph.notes == [RELEASED]


def test_names_bring_names_and_values():
    """A dictionary such as locals(); a Variable's own name goes first."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    a = np.sin(x1)
    b = x1 * x2
    y = a + b

    graph = collected([y], names={"a": a, "b": b, "other": x2, "text": "no Variable"})

    assert [box.name for box in graph] == ["x1", "a", "x2", "b", None]
    assert numbers(graph, "value")["sin"] == 0.9093


def test_names_are_a_dictionary():
    """A list of Variables has no names."""
    x = Variable(2.0)

    with pytest.raises(ac.ArgumentError, match=r"got list.\n  try: names=locals\(\)"):
        ac.graph(x * x, names=[x])


def test_nameless_inputs_are_numbered():
    """Around the names that are taken."""
    x, y, z = Variable(1.0), Variable(2.0, name="x2"), Variable(3.0)

    assert [box.name for box in collected([x * y * z]) if box.role == "input"] == ["x1", "x2", "x3"]


def test_both_edges_of_a_square():
    """One Variable, two operands."""
    x = Variable(3.0)

    edges = collected([x * x]).edges

    assert [edge.operand for edge in edges] == ["0", "1"]
    assert len({edge.tail for edge in edges}) == 1


def test_edges_say_how_operands_were_adapted():
    """Broadcast, and cast."""
    x = Variable(np.ones(3, np.float32))
    m = Variable(np.ones((2, 3)))

    notes = [edge.note for edge in collected([x + m]).edges]

    assert notes == ["(3,) → (2, 3) float32 → float64", ""]


def test_options_are_shown_where_they_are_not_default():
    """An axis, a shape, an index."""
    x = Variable(np.ones((2, 3)))
    y = np.sum(x[1:, ..., None].reshape(3, 1), axis=1)

    options = [box.options for box in collected([y]) if box.role == "operation"]

    shape = RULES[np.reshape].binding.before[1].name.lstrip("_")  # NumPy 2.0 says newshape
    assert options == [{"index": "(1:, ..., None)"}, {shape: "(3, 1)"}, {"axis": "1"}]


def test_several_roots_share_their_common_parts():
    """One picture."""
    y, x1, _ = first()

    graph = collected([y, y * x1])

    assert [box.label for box in graph] == ["x1", "sin", "x2", "multiply", "add", "multiply"]
    assert graph.roots == ["n4", "n5"]
    assert numbers(graph, "grad")["add"] == 3.0


def test_several_outputs_and_own_operations():
    """A node with several results, and one that is a Function."""

    class Twice(ac.Function):
        def forward(self, x):
            return 2 * x

        def backward(self, g):
            return 2 * g

    a, b = np.split(Variable(np.ones(4)), 2)
    graph = collected([np.sum(Twice.apply(a) * b)])

    labels = [box.label for box in graph]
    assert labels == ["x1", "split", "Twice", "multiply", "sum"]
    assert graph.nodes[0].grad.numbers == (2.0, 2.0, 2.0, 2.0)
    assert [(o.name, o.shape, o.grad.numbers) for o in graph.nodes[1].outputs] == [
        ("0", (2,), (2.0, 2.0)),
        ("1", (2,), (2.0, 2.0)),
    ]
    assert [(e.tail, e.head, e.port) for e in graph.edges[1:3]] == [
        ("n1", "n2", "0"),
        ("n2", "n3", ""),
    ]


def test_a_constant_root_is_one_box_and_a_note():
    """It depends on nothing."""
    graph = collected([Variable(2.0, requires_grad=False, name="c")])

    assert [(box.label, box.role) for box in graph] == [("c", "constant")]
    assert graph.notes == ["c was not computed from anything that is tracked."]


def test_a_matrix_is_not_swept_unless_asked():
    """The seed would be a choice."""
    x = Variable(np.ones(3))

    assert collected([x * 2]).nodes[0].grad is None
    assert collected([x * 2], grad=True).nodes[0].grad.numbers == (2.0, 2.0, 2.0)
    assert collected([np.sum(x * 2)], grad=False).nodes[0].grad is None


class Counted(dict):
    """Counts how often a method is called."""

    def __init__(self, monkeypatch, *methods):
        super().__init__(dict.fromkeys(methods, 0))
        for name in methods:
            monkeypatch.setattr(Collector, name, self.counting(name, getattr(Collector, name)))

    def counting(self, name, method):
        """The method, counted."""

        def counted(*args):
            self[name] += 1
            return method(*args)

        return counted


@pytest.fixture
def counted(monkeypatch):
    """Boxes and edges that are made."""
    return Counted(monkeypatch, "_operation", "_leaf", "_edges", "_version")


@pytest.mark.slow
@pytest.mark.parametrize("swept", [False, True])
def test_a_long_chain_is_visited_once(counted, swept):
    """100,000 operations, without recursion."""
    x = y = Variable(1.0)
    for _ in range(100_000):
        y = y + 1.0

    graph = collected([y], grad=swept)

    assert len(graph) == 100_001
    assert counted == {"_operation": 100_000, "_leaf": 1, "_edges": 100_000, "_version": 100_000}
    assert x.grad is None


def test_diamonds_are_visited_once(counted):
    """60 of them, with 2**60 paths."""
    z = Variable(1.0)
    for _ in range(60):
        z = z + z

    graph = collected([z])

    assert (len(graph), len(graph.edges)) == (61, 120)
    assert counted == {"_operation": 60, "_leaf": 1, "_edges": 60, "_version": 120}
    assert graph.nodes[0].grad.numbers == (2.0**60,)


def test_a_thousand_roots_share_one_picture(counted):
    """Their common part is there once."""
    x = Variable(1.0)
    common = np.sin(x)

    graph = collected([common * float(k) for k in range(1000)])

    assert (len(graph), len(graph.roots)) == (1002, 1000)
    assert counted == {"_operation": 1001, "_leaf": 1, "_edges": 1001, "_version": 1001}


@pytest.mark.slow
def test_a_wide_fan_is_visited_once(counted):
    """100,000 operands of one operation; reads of one array; outputs of one operation."""
    leaves = [Variable(float(k)) for k in range(100_000)]

    graph = collected([np.sum(np.stack(leaves))], grad=True)

    assert len(graph) == 100_002
    assert [edge.operand for edge in graph.edges[:3]] == ["0", "1", "2"]
    assert counted == {"_operation": 2, "_leaf": 100_000, "_edges": 2, "_version": 100_001}

    x = Variable(np.ones(5_000))
    parts = [x[k] for k in range(5_000)]
    outputs = np.split(x, 5_000)
    graph = collected([np.sum(np.stack(parts)) + np.sum(np.concatenate(outputs))], grad=True)

    assert len(graph) == 5_007
    assert graph.nodes[0].grad.text() == "min 2 mean 2 max 2 std 0"


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_drawing_has_no_effect(recorded, direction):
    """Gradients, graph, modes, references and contents are the same before and after."""
    x, w = Variable([1.0, 2.0], name="x"), Variable(np.ones(2), requires_grad=False)
    x.grad = np.ones(2)
    with ac.recording() if recorded else nullcontext():
        h = x * x
        y = np.sum(h * w)
    data, tape = x.data, list(ancestors([y.node])[0])

    def state():
        nodes = [(node.rule, node.saved, sys.getrefcount(node)) for node in tape]
        counts = [sys.getrefcount(v) for v in (x, w, h, y, data, x.node)]
        modes = ac.is_grad_enabled(), ac.is_recording(), np.geterr()
        return nodes, counts, modes, x.grad.tolist(), x.data.tolist(), h.name

    ac.graph(y)  # which fills caches
    before = state()
    first, second = (ac.graph(y, grad=True, direction=direction) for _ in range(2))
    assert first == second
    assert state() == before
    assert x.data is data
    y.backward()
    assert x.grad.tolist() == [3.0, 5.0]


def test_threads_draw_the_same_picture():
    """Each records and draws for itself, all at once; numbering starts anew for each graph."""

    def draw():
        with ac.recording() as rec, ac.name_scope("part"):
            first()[0].backward(retain_graph=True)
        graph = rec.graph()
        for box in graph:
            box.seconds = box.released_at = None
        pictures.append(graph.to_json())

    pictures = []
    draw()
    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(pictures) == 5
    assert len(set(pictures)) == 1


def test_arrays_may_be_named_too():
    """What a recording knows of an operand that is no Variable."""
    data = np.arange(3.0)

    graph = ac.graph(lambda x: x * data, 2.0, names={"data": data, "other": np.ones(3)})

    assert graph["data"].role == "constant"


def test_gradients_that_nobody_asked_for_are_not_missed():
    """A note says how to get them, unless they were declined."""
    with ac.recording():
        y = Variable(np.ones(3)) * 2.0

    assert ac.graph(y).notes == [UNSWEPT]
    assert ac.graph(y, grad=False).notes == []
    assert ac.graph(y, grad=True).notes == ["Gradients are those of the sum of all entries."]


def test_a_view_is_drawn_with_the_writes_it_has_not_seen():
    """Its graph, and its value under a name, are those of now."""
    x = Variable([1.0, 2.0, 3.0], name="x")
    y = x * 2.0
    first, second = y[:1], y[:1]
    y[0] = 5.0 * x[1]

    drawn = ac.graph(first, names={"second": second})

    assert [box.label for box in drawn if box.role == "operation"][-2:] == ["setitem", "getitem"]
    assert drawn[drawn.roots[0]].value.text() == "[10]"
