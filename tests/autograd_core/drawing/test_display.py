"""What a notebook is offered of graphs, Variables and recordings; display never raises."""

import shutil
from html.parser import HTMLParser
from time import perf_counter

import numpy as np
import pytest
from patterns import chain

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing import display
from autograd_core.drawing.display import bundle, card, framed

HOSTILE = "<script>alert(1)</script>\"'&\x00"


class Elements(HTMLParser):
    """The elements of a page, with their attributes, and all text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def first():
    """y = sin(x1) + x1 · x2 with both leaves."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    return np.sin(x1) + x1 * x2, x1, x2


def test_a_graph_is_offered_as_text_page_and_mermaid():
    """And as a picture, if the program is there."""
    graph = ac.graph(lambda x: np.sin(x), 2.0)

    offered = graph._repr_mimebundle_()

    kinds = {"text/plain", "text/html", "text/vnd.mermaid"}
    assert set(offered) - {"image/svg+xml"} == kinds
    assert ("image/svg+xml" in offered) == (shutil.which("dot") is not None)
    assert offered["text/plain"] == str(graph)
    assert offered["text/vnd.mermaid"] == graph.to_mermaid()
    ((tag, attributes),) = Elements(offered["text/html"]).found
    assert tag == "iframe"
    assert attributes["srcdoc"] == graph.to_html()
    assert attributes["sandbox"] == "allow-scripts allow-downloads"


def test_formats_are_chosen():
    """Those that are not wanted are not even written."""
    graph = chain(3)

    assert list(graph._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert "text/html" not in graph._repr_mimebundle_(exclude={"text/html"})
    assert graph._repr_mimebundle_(include=[], exclude=None).keys() >= {"text/plain", "text/html"}


def test_the_picture_is_for_small_graphs_and_needs_the_program(monkeypatch):
    """At most 300 boxes; without the program nothing is lost but the picture."""
    monkeypatch.setattr(display, "_svg", lambda graph: f"<svg>{len(graph)}</svg>")
    monkeypatch.setattr(display.shutil, "which", lambda program: f"/usr/bin/{program}")
    assert chain(299)._repr_mimebundle_(include={"image/svg+xml"}) == {
        "image/svg+xml": "<svg>300</svg>"
    }
    assert chain(300)._repr_mimebundle_(include={"image/svg+xml"}) == {}

    monkeypatch.setattr(display.shutil, "which", lambda program: None)
    assert "image/svg+xml" not in chain(3)._repr_mimebundle_()


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_the_picture_is_a_part_of_a_page():
    """Without the head that a file has."""
    assert chain(3)._repr_mimebundle_()["image/svg+xml"].startswith("<svg")


@pytest.mark.parametrize("module", ["text", "page", "mermaid", "dot"])
def test_a_writer_that_fails_is_left_out_and_named(monkeypatch, module):
    """The others are there; the text says what is not."""
    real = display._module

    def broken(name):
        if name == module:
            raise RuntimeError("no ink\nat all")
        return real(name)

    monkeypatch.setattr(display, "_module", broken)
    monkeypatch.setattr(display.shutil, "which", lambda program: program)

    offered = chain(3)._repr_mimebundle_(exclude=set())

    kinds = {
        "text": "text/plain",
        "page": "text/html",
        "mermaid": "text/vnd.mermaid",
        "dot": "image/svg+xml",
    }
    assert f"{kinds[module]} is left out: RuntimeError: no ink" in offered["text/plain"]
    assert "at all" not in offered["text/plain"]
    assert kinds[module] not in offered or module == "text"


def test_an_error_that_cannot_be_written_is_no_error():
    """Its class is named."""

    class Silent(Exception):
        def __str__(self):
            raise ValueError

    def fail():
        raise Silent

    assert bundle({"text/plain": lambda: "y", "a/b": fail}) == {
        "text/plain": "y\na/b is left out: Silent"
    }
    assert bundle({"text/plain": fail}) == {"text/plain": "text/plain is left out: Silent"}
    assert bundle({"a/b": fail, "text/plain": fail}, exclude={"text/plain"}) == {}
    assert bundle({"a/b": fail, "text/plain": fail}, include={"a/b"}) == {}


def test_a_recording_is_offered_as_its_graph():
    """Also after an exception; what cannot be drawn is said."""
    with ac.recording() as rec:
        np.exp(first()[0])

    offered = rec._repr_mimebundle_(exclude={"text/html"})  # which has times in it
    assert offered == rec.graph()._repr_mimebundle_(exclude={"text/html"})

    class Broken:
        def graph(self):
            raise RuntimeError("no tape")

        def __repr__(self):
            return "Broken()"

    assert display.of_recording(Broken()) == {
        "text/plain": "Broken()\nits graph is left out: RuntimeError: no tape"
    }


def test_a_card_says_what_is_known_of_a_variable():
    """Value, gradient with its norm, shape, dtype, bytes, operation, and the graph as text."""
    y, x1, _ = first()
    w = Variable([3.0, 4.0], name="w")
    np.sum(w**2 / 2).backward()
    y.backward()

    offered = y._repr_mimebundle_()
    assert offered["text/plain"] == repr(y)
    assert "<tr><th" in offered["text/html"]
    assert (
        Elements(card(x1)).text == "Variablex1value2.0gradient2.5838531634528574shape()dtypefloat64"
    )
    assert Elements(card(w)).text.endswith("gradientnorm 5\n[3. 4.]shape(2,)dtypefloat64bytes16")
    text = Elements(card(y)).text
    assert text.startswith("value6.909297426825682shape()dtypefloat64operationaddgraphadd  ")
    assert "└─1 multiply" in text
    assert "details" in [tag for tag, _ in Elements(card(y)).found]
    assert "no gradient is wanted" in card(Variable(1.0, requires_grad=False))


def test_drawing_a_card_changes_nothing():
    """No gradient is written, rows of a table stay rows."""
    table = Variable(np.ones((5000, 16)))
    loss = np.sum(table[np.arange(64)] ** 2)
    loss._repr_mimebundle_()
    assert table.grad is None
    loss.backward()
    before = type(table.role.source.grad)

    assert "norm" in card(table)

    assert type(table.role.source.grad) is before
    assert table.grad_rows is not None


def test_texts_of_users_are_data():
    """Names make no elements, neither in a card nor in a frame."""
    x = Variable(2.0, name=HOSTILE)
    page = (x * Variable(3.0, name="<b>"))._repr_mimebundle_()["text/html"]
    tags = {tag for tag, _ in Elements(page).found}

    assert tags == {"table", "tr", "th", "td", "pre", "details", "summary"}
    assert {tag for tag, _ in Elements(x._repr_mimebundle_()["text/html"]).found} <= tags
    ((_, attributes),) = Elements(framed(HOSTILE, HOSTILE)).found
    assert (attributes["srcdoc"], attributes["title"]) == (HOSTILE, HOSTILE)


def test_a_large_variable_is_quick_to_show():
    """Of a hundred million numbers only the corners are looked at."""
    x = Variable(np.broadcast_to(1.0, 100_000_000))
    x.role.source.grad = x.data

    start = perf_counter()
    offered = x._repr_mimebundle_()

    assert perf_counter() - start < 1.0  # it takes milliseconds; a sum of all takes longer
    assert "[1. 1. 1. ... 1. 1. 1.]" in offered["text/html"]
    assert len(offered["text/html"]) < 2000


def test_a_long_tape_is_not_walked_without_being_asked():
    """The card says how to see it."""
    z = Variable(1.0)
    for _ in range(2000):
        z = z + 1.0

    assert "more than 2000 operations: .graph() shows them" in card(z)
    assert "<details>" not in card(z)


def test_thirty_boxes_are_written_on_a_card():
    """Of more the farthest are cut."""
    z = Variable(1.0)
    for k in range(100):
        z = np.sin(z) if k % 2 else np.cos(z)

    assert "71 more operations, 1 input" in card(z)


def test_a_variable_whose_value_cannot_be_written_is_still_shown(monkeypatch):
    """The plain text says so."""

    def broken(self):
        raise RuntimeError("torn")

    y = first()[0]
    monkeypatch.setattr(Variable, "__str__", broken)

    offered = y._repr_mimebundle_()

    assert offered == {
        "text/plain": f"{y!r}\ntext/html is left out: RuntimeError: torn",
    }
