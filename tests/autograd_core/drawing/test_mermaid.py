"""Mermaid text: valid, escaped, and within the limits of Mermaid."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers import Mermaid, shown
from pictures import HOSTILE, PICTURES, first, graphs, made, op, options

from autograd_core.drawing.labels import printable
from autograd_core.drawing.mermaid import escaped, write
from autograd_core.drawing.model import Box, Edge, Graph
from autograd_core.drawing.picture import lines_of, picture


def name(key):
    """The identifier of a box in Mermaid."""
    return key if re.fullmatch(r"n\d+", key) else f"b{key}"


@settings(deadline=None)
@given(graphs(), options())
def test_what_is_written_can_be_read_back(graph, presentation):
    """Boxes, arrows, labels, frames and notes, whatever the names and options."""
    drawn = picture(graph, presentation)
    parsed = Mermaid(write(graph, **presentation))

    assert parsed.direction == presentation["rankdir"]
    for item in drawn.boxes:
        assert parsed.nodes[item.box.id][1] == [row for row in lines_of(item) if row]
    arrows = [(arrow.edge.tail, name(arrow.to)) for arrow in drawn.arrows]
    written = parsed.edges[len(parsed.edges) - len(arrows) :]
    assert [(tail, head) for tail, head, _ in written] == arrows
    for arrow, (_, _, rows) in zip(drawn.arrows, written, strict=True):
        assert rows[len(rows) - len(arrow.rows) :] == arrow.rows
    frames = [frame for frame in parsed.frames if frame["rows"] != ["legend"]]
    assert [frame["rows"] for frame in frames] == [frame.rows for frame in drawn.frames]
    ids = {item.box.id for item in drawn.boxes}
    held = [[key for key in frame["boxes"] if key in ids] for frame in frames]
    assert held == [frame.boxes for frame in drawn.frames]
    assert (parsed.nodes["notes"][1] if drawn.notes else []) == [row for row in drawn.notes if row]


@given(st.text())
def test_any_name_arrives_as_it_is(text):
    """Nothing in it is a statement, an entity, HTML or Markdown."""
    rows = printable(text).split("\n")
    assert shown(escaped(text)) == ([] if rows == [""] else rows)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("grad |2| [1 -2]", "grad |2| [1 -2]"),
        ("layer_norm.x: (3,) → (2, 3)", "layer_norm.x: (3,) → (2, 3)"),
        ("_x_", "#95;x#95;"),
        ("-3", "-3"),
        ("- a", "#45; a"),
        ("--", "#45;-"),
        ("1. a", "#49;#46; a"),
        ("[a](b)", "[a#93;(b)"),
        ("fa:fa-car", "fa#58;#8203;fa-car"),
        ("\\n $$", "#92;#8203;n #36;#8203;#36;"),
        ("%%{init}", "#37;#37;#123;init#125;"),
        ("`a`", "#96;a#96;"),
        ("end", "end"),
        ("www.x", "#119;#119;#119;#46;x"),
    ],
)
def test_only_what_means_something_is_escaped(text, written):
    """What people write most stays readable in the source."""
    assert escaped(text) == written


def test_the_first_picture():
    """As it stands in the specification."""
    lines = write(first()).splitlines()

    assert lines[:4] == [
        "flowchart TB",
        '  n0(["x1<br/>2<br/>grad 2.584"]):::input',
        '  n1["sin<br/>0.9093<br/>grad 1"]:::op',
        '  n2(["x2<br/>3<br/>grad 2"]):::input',
    ]
    assert lines[6:9] == ["  n0 --> n1", "  n0 -- 0 --> n3", "  n2 -- 1 --> n3"]


def test_identifiers_are_no_words_of_mermaid():
    """Whatever a box is called."""
    keys = ["end", "graph", "a-b", "a b", "n1", "é"]
    graph = made([op(key, "f") for key in keys], [(key, "n1") for key in keys], ["end"])

    parsed = Mermaid(write(graph))

    assert list(parsed.nodes) == ["bend", "bgraph", "ba_2d_b", "ba_20_b", "n1", "b_e9_"]
    assert [tail for tail, _, _ in parsed.edges] == list(parsed.nodes)


def test_hooks_are_honored_as_far_as_mermaid_can():
    """Colors, widths and labels; nothing that is no color."""
    text = write(
        first(),
        style_fn=lambda box: (
            {"fillcolor": "red", "color": "#00ff00;x", "label": 'a\\nb"'}
            if box.id == "n1"
            else None
        ),
        edge_fn=lambda edge: {"penwidth": 3, "color": "blue"} if edge.head == "n1" else None,
        label_fn=lambda box, rows: rows[:1],
    )

    parsed = Mermaid(text)
    assert [rows for _, rows, _ in parsed.nodes.values()] == [
        *(["x1"], ["a", 'b"'], ["x2"], ["multiply"], ["add"]),
    ]
    assert parsed.styles["style", "n1"] == "fill:red"
    assert parsed.styles["linkStyle", "0"] == "stroke:blue,stroke-width:3px"


def test_roles_differ_in_shape():
    """Or, constants and what is cut, in their frame."""
    roles = ("input", "parameter", "operation", "scope")
    graph = made([Box(f"n{k}", r, r, (), "") for k, r in enumerate(roles)], [], [])

    assert len({shape for shape, _, _ in Mermaid(write(graph)).nodes.values()}) == 4
    assert "classDef cut fill:#ffffff,stroke:#595959,color:#404040,stroke-dasharray:5 5" in write(
        PICTURES["collapsed"]()
    )


def test_titles_are_data():
    """Also a hostile one."""
    assert Mermaid(write(first(), title='a "b"\n---')).title == '"a \\"b\\"\\n---"'
    assert "\n---\n" not in write(first(), title=HOSTILE).removeprefix("---\n").partition("\n")[0]


@pytest.mark.parametrize("fan", [1, 40])
def test_what_mermaid_would_not_draw_is_collapsed(fan):
    """At most 400 arrows and 40 000 characters; a note says so; hooks see only what is shown."""
    boxes = [op(f"n{k}", "sin" * 20, 1.0, 1.0) for k in range(1000)]
    edges = [
        Edge(f"n{k}", f"n{j}") for k in range(999) for j in range(k + 1, k + 1 + fan) if j < 1000
    ]
    seen = []

    text = write(Graph(boxes, edges, ["n999"]), style_fn=lambda box: seen.append(box.id))

    parsed = Mermaid(text)
    assert len(parsed.edges) <= 400
    assert len(text) <= 40_000
    assert len(seen) == len(set(seen)) == len(parsed.nodes) - 1
    assert any("Mermaid draws" in row for row in parsed.nodes["notes"][1])
