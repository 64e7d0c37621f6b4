"""The last operations: cut out of a graph of any size."""

import numpy as np

from autograd_core import Variable
from autograd_core.diagnostics.recent import last_operations


def test_a_small_graph_is_whole():
    """Nothing is cut, and nothing is said to be."""
    x = Variable(0.5, name="x")
    graph = last_operations(np.sin(x) * x)

    assert [box.label for box in graph] == ["x", "sin", "multiply"]
    assert graph.truncated == {}
    assert len(graph.edges) == 3


def test_edges_lead_between_what_is_shown():
    """An operation that was cut leaves no arrow behind; leaves of those shown stay."""
    x, w = Variable(0.5, name="x"), Variable(2.0, name="w")
    y = x
    for _ in range(30):
        y = y * w
    graph = last_operations(y, count=3)

    shown = {box.id for box in graph}
    assert [box.label for box in graph] == ["w", "multiply", "multiply", "multiply"]
    assert all(edge.tail in shown and edge.head in shown for edge in graph.edges)
    assert graph.truncated == {"input": 1, "operation": 27}
    assert graph.notes[-1] == "27 earlier operations are not shown."


def test_a_constant_is_one_box():
    """Without a tape there is the value."""
    graph = last_operations(Variable(0.5, requires_grad=False))
    assert len(graph) == 1
