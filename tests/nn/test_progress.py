"""The bar on stderr: how often it writes, what it leaves."""

import io
import sys
import types

import pytest

from nn import progress
from nn.progress import PlainBar, TqdmBar, described, progress_bar


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    now = types.SimpleNamespace(value=100.0)
    monkeypatch.setattr(progress.time, "monotonic", lambda: now.value)
    return now


def test_writes_ten_times_a_second_at_most(clock):
    """Steps in between are counted, not shown; the last one always is."""
    stream = io.StringIO()
    bar = PlainBar(100, stream)
    for _ in range(99):
        bar.advance("loss 1")
        clock.value += 0.01
    written = stream.getvalue().count("\r")
    assert 9 <= written <= 11

    bar.next = clock.value + 1000
    bar.advance("last")
    assert "#" * 20 in stream.getvalue().split("\r")[-1]


def test_leaves_a_clean_line(clock):
    """What was drawn is wiped."""
    stream = io.StringIO()
    bar = PlainBar(2, stream)
    bar.advance("loss 1")
    bar.close()

    assert stream.getvalue().endswith(" \r")


def test_takes_the_plain_bar_without_tqdm(monkeypatch):
    """tqdm is optional."""
    monkeypatch.setitem(sys.modules, "tqdm", None)

    assert isinstance(progress_bar(3), PlainBar)


def test_takes_tqdm_where_it_is(monkeypatch):
    """Its bar advances once per step and gets the text when an update is due."""

    class Fake:
        def __init__(self, total, **options):
            self.total, self.done, self.text, self.closed = total, 0, "", False

        def set_description_str(self, text, refresh):
            self.text = text

        def update(self):
            self.done += 1

        def close(self):
            self.closed = True

    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Fake))
    bar = progress_bar(2)
    bar.advance("loss 2")
    bar.close()

    assert isinstance(bar, TqdmBar)
    assert (bar.bar.done, bar.bar.text, bar.bar.closed) == (1, "loss 2", True)


def test_a_pipe_is_not_interactive(monkeypatch):
    """Without a terminal or notebook nobody watches."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert not progress.interactive()

    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    assert progress.interactive()


def test_describes_quantities():
    """Four digits each."""
    assert described({"loss": 1234.5678, "accuracy": 0.5}) == "loss 1235  accuracy 0.5"
