"""Scopes: names around operations, which a recording notes."""

import threading

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.errors import ArgumentError
from autograd_core.scopes import here, name_scope


def test_scopes_nest_and_end():
    """A dot between outer and inner; after an exception all is as before."""

    def fail():
        with name_scope("a"), name_scope("b", "Linear") as path:
            raise ZeroDivisionError(path)

    with pytest.raises(ZeroDivisionError, match=r"^a\.b$"):
        fail()
    assert here.get() == ()


def test_operations_bear_their_scope():
    """On the graph, with the frames around them, outer ones first."""
    x = Variable(1.0)
    with ac.recording() as rec:
        with name_scope("a"), name_scope("b", "Linear"):
            y = np.sin(x)
        np.cos(y)

    graph = rec.graph()

    assert [(box.label, box.scope) for box in graph] == [("x1", ""), ("sin", "a.b"), ("cos", "")]
    assert [(scope.path, scope.label) for scope in graph.scopes] == [("a", ""), ("a.b", "Linear")]


def test_a_scope_of_a_recording_is_numbered_when_it_comes_again():
    """Each call has its own frame; another recording counts anew."""

    @name_scope("cell")
    def cell(x):
        return np.sin(x)

    for _ in range(2):
        graph = ac.graph(lambda x: cell(cell(x)), 1.0)
        assert [box.scope for box in graph.find("sin")] == ["cell", "cell:2"]


def test_threads_have_their_own():
    """A scope of one is not seen in another."""
    seen = []
    with name_scope("a"):
        thread = threading.Thread(target=lambda: seen.append(here.get()))
        thread.start()
        thread.join()
    assert seen == [()]


@pytest.mark.parametrize("name", ["", None, 3])
def test_a_scope_has_a_name(name):
    """Text, and not empty."""
    with pytest.raises(ArgumentError, match=r"name_scope\(\) got"):
        name_scope(name)
