"""Watching operations: each is told once, to those who listen, and doors are put back."""

import contextvars
import threading

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, watching
from autograd_core.rules.indexing import getitem
from autograd_core.variable import VARIABLES

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

    def made(self, result, op, operands, seconds, written):
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
    assert names[3:] == ["assigned", "assigned", "var"]  # a write, and the door that it came by


def test_methods_and_writes_are_told():
    """The short ways to sum, mean, reshape and transpose, and what is done in place."""
    x = Variable(np.ones((2, 3)))
    y = x * 1.0
    with watch(Diary()) as diary:
        x.sum(), x.mean(axis=0), x.reshape(3, 2), x.transpose(), x.T
        y += 2.0
    names = [line[0] for line in diary.lines]

    assert names == ["sum", "mean", "reshape", "transpose", "transpose", "add"]
    assert [line[2] for line in diary.lines] == [1, 1, 1, 1, 1, 2]


def test_a_write_shows_its_operand_as_it_was():
    """Not as the write has left it."""
    seen = []

    class Values(Diary):
        def made(self, result, op, operands, seconds, written):
            seen.append((operands[0].numpy().tolist(), operands[0].node is before))

    y = Variable([1.0, 2.0]) * 1.0
    before = y.node
    with watch(Values()):
        y += 2.0
    assert seen == [([1.0, 2.0], True)]


def test_readers_see_what_comes_out():
    """Also plain arrays and numbers, with NumPy's function or the name of the exit."""
    seen, x = [], Variable([1.0, 2.0])

    def read(out, how, operands):
        seen.append((how, type(out).__name__, operands[0] is x))

    watching.readers.append(read)
    try:
        x.detach()
        with watch(Diary()) as diary:
            x.detach(), x.numpy(), x.tolist(), x.data, x[0].item(), np.sign(x), x > 0
    finally:
        watching.readers.remove(read)

    assert seen == [
        ("detach", "Variable", True), ("numpy", "ndarray", True), ("tolist", "list", True),
        ("data", "ndarray", True), (getitem, "Variable", True), ("item", "float", False),
        (np.sign, "ndarray", True), (np.greater, "ndarray", True),
    ]  # fmt: skip
    assert [line[0] for line in diary.lines] == ["getitem"]


def test_doors_of_subclasses():
    """A class with a property of its own is watched, and left as it was."""

    class Labelled(Variable):
        data = property(Variable.data.fget, Variable.data.fset)

    before, seen = vars(Labelled)["data"], []

    def read(out, how, operands):
        seen.append(how)

    watching.readers.append(read)
    try:
        with watch(Diary()):
            Labelled([1.0]).data  # noqa: B018  (it is read)
    finally:
        watching.readers.remove(read)
        VARIABLES.discard(Labelled)
    assert seen == ["__init__", "data"]
    assert vars(Labelled)["data"] is before


def test_failures_are_told():
    """With the function and the error, which climbs on."""
    with watch(Diary()) as diary, pytest.raises(ValueError, match="broadcast"):
        Variable([1.0, 2.0]) + np.ones(3)

    assert diary.lines == [("add", "ValueError", 2)]


def test_doors_are_put_back():
    """After errors and nested blocks too; another thread is not told."""
    before = {name: getattr(Variable, name) for name in (*watching.DOORS, *watching.EXITS)}
    with watch(Diary()) as outer, watch(Diary()) as inner, ac.debug():
        thread = threading.Thread(target=lambda: np.sin(Variable(1.0)))
        thread.start()
        thread.join()
        np.cos(Variable(1.0))

    assert {name: getattr(Variable, name) for name in before} == before
    assert outer.lines == []
    assert [line[0] for line in inner.lines] == ["cos"]


def doors():
    """The doors as they are."""
    return {name: getattr(Variable, name) for name in (*watching.DOORS, *watching.EXITS)}


def test_a_block_that_ends_in_another_task_puts_doors_back():
    """As that of a generator which is dropped may do; Python's own error says so."""
    before, mode = doors(), watch(Diary())
    contextvars.copy_context().run(mode.__enter__)
    assert doors() != before

    with pytest.raises(ValueError, match="different Context"):
        mode.__exit__(None, None, None)
    assert doors() == before


def test_ctrl_c_while_doors_are_replaced(monkeypatch):
    """None stays replaced, and the next block watches them all."""
    before, watched = doors(), watching._watched

    def interrupted(name, op, method):
        if name == "__rmul__":
            raise KeyboardInterrupt
        return watched(name, op, method)

    monkeypatch.setattr(watching, "_watched", interrupted)
    with pytest.raises(KeyboardInterrupt), watch(Diary()):
        raise AssertionError
    assert doors() == before

    monkeypatch.undo()
    with watch(Diary()) as diary:
        3.0 * Variable(1.0)
    assert [line[0] for line in diary.lines] == ["multiply"]
    assert doors() == before


def test_is_recording_says_so():
    """Inside recording() and debug(), in this thread."""
    seen = []
    for mode in (ac.recording, ac.debug):
        with mode():
            assert ac.is_recording()
            thread = threading.Thread(target=lambda: seen.append(ac.is_recording()))
            thread.start()
            thread.join()
    assert not ac.is_recording()
    assert seen == [False, False]
