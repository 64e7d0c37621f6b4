"""Watching operations: each is told once, to those who listen, and doors are put back."""

import threading

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, watching

FLAG = watching.observing("test")


@pytest.fixture(autouse=True, scope="module")
def _flag():
    """The kind of observation of this file ends with it."""
    yield
    watching._flags.remove(FLAG)


class Diary:
    """An observer that writes down what it is told."""

    def __init__(self):
        self.lines = []

    def made(self, result, op, operands, seconds):
        """A line for each result."""
        assert seconds >= 0
        self.lines.append((getattr(op, "__name__", None), np.shape(result), len(operands)))

    def failed(self, op, operands, error):
        """A line for each failure."""
        self.lines.append((op.__name__, type(error).__name__, len(operands)))


def watch(diary):
    """The mode that tells the diary."""
    return watching.Watch(FLAG, diary)


def test_every_door_is_told():
    """Operators, ufuncs, functions, indices and writes; inner operations come first."""
    x = Variable([1.0, 2.0])
    with watch(Diary()) as diary:
        y = 2.0 - np.sin(x)
        y[0] = x[1]
        np.var(y)
    names = [line[0] for line in diary.lines]

    assert diary.lines[:3] == [("sin", (2,), 1), ("subtract", (2,), 2), ("getitem", (), 2)]
    assert names[-1] == "var" or "var" not in names
    assert len(names) > 5


def test_failures_are_told():
    """With the function and the error, which climbs on."""
    with watch(Diary()) as diary, pytest.raises(ValueError, match="broadcast"):
        Variable([1.0, 2.0]) + np.ones(3)

    assert diary.lines == [("add", "ValueError", 2)]


def test_doors_are_put_back():
    """After errors and nested blocks too; another thread is not told."""
    before = {name: getattr(Variable, name) for name in watching.DOORS}
    with watch(Diary()) as outer, watch(Diary()) as inner, ac.debug():
        thread = threading.Thread(target=lambda: np.sin(Variable(1.0)))
        thread.start()
        thread.join()
        np.cos(Variable(1.0))

    assert {name: getattr(Variable, name) for name in watching.DOORS} == before
    assert outer.lines == []
    assert [line[0] for line in inner.lines] == ["cos"]
