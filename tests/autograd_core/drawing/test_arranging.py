"""The order of a drawing, and where things are in it."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.arranging import Arrangement
from autograd_core.errors import ArgumentError


def test_leaves_stand_before_their_first_user():
    """In order of the operands of the call, constants included."""
    x, w = Variable(1.0, name="x"), Variable(2.0, name="w")
    with ac.recording():
        y = np.sin(x)
        z = 3.0 * y + w
    arrangement = Arrangement([z.node])
    items = list(arrangement.arrange())

    kinds = ["leaf" if getattr(item, "rule", 0) is None else type(item).__name__ for item in items]
    assert kinds == ["leaf", "Node", "Constant", "Node", "leaf", "Node"]
    assert sorted(arrangement.ids.values()) == [f"n{k}" for k in range(6)]


def test_outputs_have_no_number():
    """They are ports of the operation that made them."""
    s, v = np.linalg.svd(Variable(np.eye(2)))[1:]
    arrangement = Arrangement([s.node, v.node])

    assert len(list(arrangement.arrange())) == 2
    assert arrangement.end_of(s.node) == ("n1", "S")
    assert arrangement.end_of(v.node) == ("n1", "Vh")
    assert arrangement.box_of(v.node) == "n1"


def test_focus_may_be_a_variable():
    """A leaf, a result, an output; what is not there is an error."""
    x, c = Variable(np.ones(4), name="x"), Variable(np.ones(2), requires_grad=False)
    with ac.recording():
        a, b = np.split(x, 2)
        y = np.sum(a * b + c)
    collector = Arrangement([y.node])
    list(collector.arrange())

    assert collector.resolved((x, a, y, "mul*")) == ("n0", "n1", "n5", "mul*")
    assert collector.resolved(c) == "n3"
    with pytest.raises(ArgumentError, match="not on the graph"):
        ac.graph(y, focus=Variable(2.0))
