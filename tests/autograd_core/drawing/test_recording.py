"""Recordings: what a plain tape forgets is noted, in this context, and nothing else is changed."""

import asyncio
import contextvars
import gc
import threading

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.recording import in_sweep, resumed
from autograd_core.scopes import current


def numbers(graph, kind="value"):
    """The values or gradients on a graph, by label."""
    facts = [(box.label, getattr(box, kind)) for box in graph]
    return {label: None if fact is None else fact.text() for label, fact in facts}


def test_values_gradients_and_lines_stay_after_backward():
    """Of every operation, also when the tape was swept outside of the block."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    with ac.recording():
        y = np.sin(x1) + x1 * x2
    y.backward()

    graph = y.graph()

    assert numbers(graph) == {
        "x1": "2", "sin": "0.9093", "x2": "3", "multiply": "6", "add": "6.909"
    }  # fmt: skip
    assert numbers(graph, "grad") == {
        "x1": "2.584", "sin": "1", "x2": "2", "multiply": "1", "add": "1"
    }  # fmt: skip
    lines = [box.line for box in graph if box.role == "operation"]
    assert all(line.startswith("test_recording.py:") for line in lines)
    assert graph.notes == []
    parts = [edge.contribution.text() for edge in graph.edges]
    assert parts == ["-0.4161", "3", "2", "1", "1"]


def test_released_boxes_say_what_was_kept():
    """Its names stay; its bytes are gone, the last operation's first."""
    x = Variable(np.ones(1000))
    with ac.recording() as rec:
        y = np.sum(np.sin(x))

    before = rec.graph().find("sin")[0]
    y.backward()
    after = rec.graph().find("sin")[0]

    assert (before.keeps, before.saved_bytes, before.released) == (("x",), 8000, False)
    assert (after.keeps, after.saved_bytes, after.released) == (("x",), None, True)
    assert before.released_at is None
    assert rec.graph().find("sum")[0].released_at < after.released_at
    assert before.seconds[0] > 0
    assert after.seconds[1] > 0


def test_options_stay_after_backward():
    """An axis is known."""
    with ac.recording():
        y = np.sum(Variable(np.ones((2, 3))), axis=1)[0]
    y.backward()

    assert [box.options for box in y.graph()][1:] == [{"axis": "1"}, {"index": "0"}]


def test_names_may_be_given_later():
    """To results, and to views."""
    x = Variable(np.ones((2, 3)))
    with ac.recording() as rec:
        h = np.exp(x)
        v = h.T
        h.name, v.name = "h", "v"
    del h, v

    assert [box.name for box in rec.graph()] == ["x1", "h", "v"]


def test_untracked_operands_are_constants():
    """Numbers, arrays and leaves without gradient, each once."""
    x, w = Variable(np.ones(2)), Variable(np.ones(2), requires_grad=False, name="w")
    data = np.arange(2.0)

    graph = ac.graph(lambda x: (x * w + data) * w - data + 2.0, x)

    constants = [(box.name, box.value.text()) for box in graph if box.role == "constant"]
    assert constants == [("w", "[1 1]"), (None, "[0 1]"), (None, "2")]
    assert len(graph.edges) == 10


def test_writes_in_place_make_versions():
    """By an index, by an operator; the reader says which version it reads."""
    x = Variable(2.0, name="x")
    with ac.recording() as rec:
        buffer = Variable(np.zeros(3), requires_grad=False, name="buffer")
        buffer[0] = x
        buffer += x
        np.sum(buffer)

    graph = rec.graph()

    assert [box.name for box in graph] == ["buffer", "x", "buffer (v2)", "buffer (v3)", None]
    assert [edge.note for edge in graph.edges if "v" in edge.note] == ["buffer (v2)", "buffer (v3)"]


def test_views_are_marked():
    """What shares its operand's memory, as NumPy did it."""
    x = Variable(np.ones((2, 3)))
    graph = ac.graph(lambda x: np.sum(x.T.reshape(6)[1:] * x.reshape(6)[1:]), x)

    views = [(edge.head, edge.view) for edge in graph.edges if edge.tail != "n7"]
    labels = {box.id: box.label for box in graph}
    assert [(labels[head], view) for head, view in views] == [
        ("transpose", True),
        ("reshape", False),  # of a transposed array: a copy
        ("getitem", True),
        ("reshape", True),
        ("getitem", True),
        ("multiply", False),
        ("multiply", False),
        ("sum", False),
    ]


def test_short_ways_and_own_operations_are_noted():
    """Methods, in-place operators, Functions."""

    class Twice(ac.Function):
        def forward(self, x):
            return 2 * x

        def backward(self, g):
            return 2 * g

    def f(x):
        y = +Twice.apply(x).reshape(2).transpose()
        y -= y.mean()
        return y.sum()

    graph = ac.graph(f, np.array([1.0, 2.0]))

    assert all(box.value is not None for box in graph)
    assert [box.label for box in graph if box.role == "operation"] == [
        "Twice", "reshape", "transpose", "positive", "mean", "subtract", "sum"
    ]  # fmt: skip


def test_recorded_sweeps_have_scopes_of_their_own():
    """With create_graph, inside the block or after it."""
    x = Variable(0.5)
    with ac.recording() as rec:
        y = np.sin(x) * x
        y.backward(create_graph=True)
    inside = x.grad.graph()
    x.grad = None
    with ac.recording():
        y = np.sin(x) * x
    y.backward(create_graph=True)
    outside = x.grad.graph()

    assert inside.find("cos")[0].scope == outside.find("cos")[0].scope == "backward of sin"
    assert {box.label: box.marks for box in inside if box.role == "operation"} == {
        "sin": (), "cos": ("second",), "multiply": ("second",), "add": ("second",)
    }  # fmt: skip
    assert len(rec.graph()) > len(inside)
    assert not ac.is_recording()


def test_what_a_rule_outside_of_the_engine_does_is_second_too():
    """As in those of nn; its scope has the name that is shown."""
    import nn

    x = Variable(np.ones((2, 3)), name="x")
    with ac.recording() as rec:
        nn.CrossEntropyLoss()(x, np.array([0, 1])).backward(create_graph=True)
        np.sum(x.grad**2)

    swept = [box for box in rec.graph(fold=False) if "second" in box.marks]
    assert [box.label for box in swept] == ["softmax", "subtract", "multiply"]
    assert {box.scope for box in swept} == {"backward of cross_entropy"}


def test_an_exception_leaves_the_part_that_was_built():
    """With the failing operation, its operands' shapes, and the message."""
    x = Variable(np.ones((2, 3)), name="x")

    def build():
        with ac.name_scope("head"):
            return np.sin(x) @ np.ones((4, 2))

    with pytest.raises(ValueError, match="matmul"), ac.recording() as rec:
        build()

    graph = rec.graph()
    failed = graph.nodes[-1]

    assert [box.label for box in graph] == ["x", "sin", "constant", "matmul"]
    assert (failed.marks, failed.scope) == (("failed",), "head")
    assert failed.options == {"shapes": "(2, 3), (4, 2)"}
    assert failed.message.startswith("ValueError: matmul")
    assert failed.line.startswith("test_recording.py:")
    assert [(edge.tail, edge.head, edge.operand) for edge in graph.edges[-2:]] == [
        ("n1", "n3", "0"),
        ("n2", "n3", "1"),
    ]
    assert graph.roots == ["n3"]


def test_what_ended_a_recording_is_told():
    """Also where no operation raised: a layer refuses a shape before it computes."""
    import nn

    with pytest.raises(ac.ShapeError), ac.recording() as rec:
        nn.Linear(2, 3, rng=0)(np.sin(Variable(np.ones((4, 5)), name="x")))

    graph = rec.graph()

    assert [box.label for box in graph] == ["x", "sin"]
    (note,) = (note for note in graph.notes if "ended" in note)
    assert note.startswith("The recording ended with ShapeError: Linear (2 -> 3) needs inputs")
    assert "it got shape (4, 5)" in note


def test_any_error_leaves_a_recording_as_itself():
    """Also one that has no message, and one that cannot say its message."""

    def failing(error):
        raise error

    for error in (KeyError, type("Silent", (Exception,), {"__str__": None})):
        with pytest.raises(error), ac.recording() as rec:
            np.sin(Variable(1.0)) * failing(error)
        assert rec.graph().notes[0] == f"The recording ended with {error.__name__}"


def test_the_first_operation_may_fail():
    """Then there is nothing else but its operands."""
    with pytest.raises(ValueError, match="broadcast"), ac.recording() as rec:
        Variable(np.ones(2), name="x") + np.ones(3)

    assert [box.label for box in rec.graph()] == ["x", "constant", "add"]


def test_what_was_caught_did_not_fail():
    """An exception that does not leave the block is forgotten."""
    x = Variable(np.ones(2))
    with ac.recording() as rec:
        try:
            x + np.ones(3)
        except ValueError:
            np.sin(x)

    assert [box.label for box in rec.graph()] == ["x1", "sin"]


def test_each_error_is_told_from_those_before_it():
    """Also where Python gives it the place in memory of one that was caught and is gone."""
    with ac.recording() as rec:
        for op in (np.sin, np.cos):
            rec.failed(op, (), ValueError("caught"))
        assert rec.failure.label == "cos"
    assert rec.failure is None


def test_a_failure_keeps_no_frame_alive():
    """The error, which holds the frames that it has passed, is let go at the end of the block."""
    with pytest.raises(ValueError, match="broadcast"), ac.recording() as rec:
        Variable(np.ones(2)) + np.ones(3)

    assert (rec.failure.label, rec.failure.error) == ("add", None)


def test_a_recording_that_ends_in_another_task():
    """Python's own error says so; what was recorded is handed over all the same."""
    mode = ac.recording()
    contextvars.copy_context().run(mode.__enter__)

    with pytest.raises(ValueError, match="different Context"):
        mode.__exit__(None, None, None)
    assert (mode.recordings, mode.value) == ([], None)


def test_a_failure_in_a_nested_recording():
    """Both show it, if it climbs out of both."""
    x = Variable(np.ones(2), name="x")
    broadcast = pytest.raises(ValueError, match="broadcast")
    with broadcast, ac.recording() as outer, ac.recording() as inner:
        x + np.ones(3)
    assert [g.graph().nodes[-1].marks for g in (outer, inner)] == [("failed",)] * 2

    with ac.recording() as outer:
        try:
            with ac.recording() as inner:
                x + np.ones(3)
        except ValueError:
            np.sin(x)
    assert [box.label for box in outer.graph()] == ["x", "sin"]
    assert [box.label for box in inner.graph()] == ["x", "constant", "add"]


def test_recordings_nest():
    """The outer one has what the inner one noted; drawing a function tells neither."""
    x = Variable(1.0)
    with ac.recording() as outer:
        y = np.sin(x)
        with ac.recording() as inner:
            z = np.cos(y)
        np.exp(z)
        ac.graph(np.tanh, 1.0)

    assert [box.label for box in inner.graph()] == ["x1", "sin", "cos"]
    assert [box.label for box in outer.graph()] == ["x1", "sin", "cos", "exp"]


def test_one_mode_may_be_used_again():
    """Also as a decorator; each block has a recording of its own."""
    mode = ac.recording()
    with mode as first:
        np.sin(Variable(1.0))
        with mode as second:
            np.cos(Variable(1.0))
    with mode as third:
        pass

    assert [box.label for box in second.graph()] == ["x1", "cos"]
    assert len(first.graph()) == 4
    assert len(third.graph()) == 0

    @ac.recording()
    def f(x):
        return np.sin(x)

    assert f(Variable(1.0)).graph().find("sin")[0].line


def test_only_this_context_is_recorded():
    """Not other threads, not other tasks."""
    with ac.recording() as rec:
        thread = threading.Thread(target=lambda: np.sin(Variable(1.0)))
        thread.start()
        thread.join()

    async def record(f):
        with ac.recording() as rec:
            for _ in range(3):
                f(Variable(1.0))
                await asyncio.sleep(0)
        return [box.label for box in rec.graph() if box.role == "operation"]

    async def both():
        return await asyncio.gather(record(np.sin), record(np.cos))

    assert len(rec.graph()) == 0
    assert asyncio.run(both()) == [["sin"] * 3, ["cos"] * 3]


def test_a_dropped_recording_leaves_nothing():
    """No cycle: nodes and notes go at once, without the garbage collector."""
    from autograd_core.drawing.recording import Note

    gc.collect()
    gc.disable()
    try:
        with ac.recording() as rec:
            y = np.sum(np.sin(Variable(np.ones(3))))
        y.backward()
        del y, rec
        assert not [o for o in gc.get_objects() if type(o) is Note]
    finally:
        gc.enable()


def test_gradients_are_those_of_an_unrecorded_tape():
    """Bit for bit, also through reads, writes, products and hooks."""
    rng = np.random.default_rng(0)
    start = rng.normal(size=(4, 3))

    def f(x, seen):
        y = np.tanh(x @ x.T)
        y.register_hook(lambda g: seen.append(g.sum()))
        z = y[1:] * 2.0
        z[0] = y[0] ** 2
        return np.sum(z[:, 0] * y[0, 1:]) + np.var(x)

    results = []
    for record in (False, True):
        x, seen = Variable(start), []
        if record:
            with ac.recording():
                f(x, seen).backward()
        else:
            f(x, seen).backward()
        results.append((x.grad, seen))

    assert np.array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_recorded_tapes_go_through_every_transform():
    """Forward mode, jacobians, second derivatives, checkpoints."""
    x = np.array([0.3, 0.7])

    def f(x):
        return np.sum(np.sin(x) * x)

    with ac.recording():
        recorded = ac.hessian(f)(x), ac.jacobian(np.sin)(x), ac.jvp(f, (x,), (x,))[1]
    plain = ac.hessian(f)(x), ac.jacobian(np.sin)(x), ac.jvp(f, (x,), (x,))[1]

    for mine, theirs in zip(recorded, plain):
        np.testing.assert_array_equal(mine, theirs)


def test_a_changed_array_is_reported_with_the_line_of_the_operation():
    """The note names where it was recorded."""
    data = np.ones(10_000)
    view = data[:]
    with ac.recording():
        y = np.sum(Variable(np.ones(10_000)) * data)
    view[0] = 5.0

    with pytest.raises(ac.MutationError) as caught:
        y.backward()

    assert any("was recorded at test_recording.py:" in note for note in caught.value.__notes__)


def test_debug_stops_after_the_culprit_was_noted():
    """The first nan or inf is on the graph."""
    with (
        pytest.raises(ac.NumericError),
        np.errstate(all="ignore"),
        ac.recording() as rec,
        ac.debug(),
    ):
        np.log(np.exp(Variable([0.0, 1.0])) - 1.0)

    graph = rec.graph()

    assert [box.label for box in graph] == ["x1", "exp", "constant", "subtract", "log"]
    assert graph.nodes[-1].marks == ("bad", "culprit")


def test_a_sweep_is_told_from_the_user():
    """By the frames between."""
    assert not in_sweep()


def test_resuming_opens_a_recording_where_there_is_none():
    """And leaves one that is open as it is."""
    with resumed(None):
        assert current() is not None
    with ac.recording() as rec, resumed(None):
        assert current() is rec
    assert current() is None
