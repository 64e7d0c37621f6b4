"""DOT text: valid, escaped, and the same bytes every time."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import chain, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers import Dot, fields, rows
from pictures import HOSTILE, PICTURES, STYLES, first, graphs, made, options

import autograd_core as ac
from autograd_core import Variable
from autograd_core.drawing.dot import escaped, field, quoted, text, write
from autograd_core.drawing.labels import printable
from autograd_core.drawing.model import Box, Edge, Graph, Summary
from autograd_core.drawing.picture import picture

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="there is no program dot")


def leaves(record):
    """The fields of a record, whatever they are nested in."""
    for part in record:
        if isinstance(part, list):
            yield from leaves(part)
        else:
            yield part


@settings(deadline=None)
@given(graphs(), options())
def test_what_is_written_can_be_read_back(graph, presentation):
    """Boxes, arrows, labels, frames and notes; the same text with and without the package."""
    shown = picture(graph, presentation)
    source = "".join(text(graph, **presentation))
    parsed = Dot(source)

    assert write(graph, **presentation).source == source
    drawn = [key for item in shown.boxes for key in item.keys]
    assert [key for key in parsed.nodes if not key.startswith("legend_")] == drawn
    for item in shown.boxes:
        attributes = parsed.nodes[item.box.id]
        if attributes["shape"] == "record":
            found = [
                (port, [r for r in texts if r])
                for port, texts in leaves(fields(attributes["label"]))
            ]
            ports = [(f"o{k}", texts) for k, texts in enumerate(item.ports)]
            head = [(None, item.rows)] if ports else [(None, [row]) for row in item.rows]
            assert found == [(p, [r for r in texts if r]) for p, texts in head + ports]
        else:
            assert rows(attributes["label"]) == (item.rows or [""])
    arrows = [(a.edge.tail, None if a.port is None else f"o{a.port}", a.to) for a in shown.arrows]
    written = parsed.edges[len(parsed.edges) - len(arrows) :]
    assert [edge[:3] for edge in written] == arrows
    for arrow, (*_, attributes) in zip(shown.arrows, written, strict=True):
        beside = " " if arrow.width is not None else ""
        label = attributes.get("label")
        assert ([] if label is None else rows(label)) == [beside + row for row in arrow.rows]
    frames = [f for f in parsed.frames if f["name"] not in ("cluster_title", "cluster_legend")]
    assert [rows(f["graph"]["label"]) for f in frames] == [f.rows for f in shown.frames]
    ids = {item.box.id for item in shown.boxes}
    assert [[b for b in f["boxes"] if b in ids] for f in frames] == [f.boxes for f in shown.frames]
    assert (rows(parsed.graph["label"]) if shown.notes else []) == shown.notes


# --- text -----------------------------------------------------------------------------------------
@given(st.text())
def test_any_name_arrives_as_it_is(name):
    """Quotes, backslashes, brackets, entities, emoji; what cannot be printed as its number."""
    assert rows(escaped(name)) == printable(name).split("\n")
    assert [part for _, part in fields(field(name))] == [printable(name).split("\n")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("n0", "n0"),
        ("-4.2", "-4.2"),
        ("Node", '"Node"'),
        ("", '""'),
        ("<b>", '"<b>"'),
        ('a"b', r'"a\"b"'),
        (r"a\"b", r'"a\"b"'),
        ("1a", '"1a"'),
        ("n\n", '"n\n"'),
    ],
)
def test_identifiers_are_quoted_where_they_must_be(value, text):
    """Never HTML, never a keyword."""
    assert quoted(value) == text


def test_long_rows_end_in_an_ellipsis():
    """A name of ten thousand letters makes no picture of ten thousand letters."""
    (label,) = [
        n["label"] for n in Dot(ac.to_dot(Variable(1.0, name="x" * 10_000)).source).nodes.values()
    ]

    assert rows(label)[0] == "x" * 79 + "…"


# --- what is drawn --------------------------------------------------------------------------------
def test_the_first_picture():
    """Values 2, 3, 0.9093, 6, 6.909; gradients 2.584, 2, 1, 1, 1."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    a = np.sin(x1)
    b = x1 * x2
    y = a + b

    parsed = Dot(ac.to_dot(y, names=locals()).source)

    assert [rows(node["label"]) for node in parsed.nodes.values()] == [
        ["x1", "2", "grad 2.584"],
        ["a = sin", "0.9093", "grad 1"],
        ["x2", "3", "grad 2"],
        ["b = multiply", "6", "grad 1"],
        ["y = add", "6.909", "grad 1"],
    ]


def test_a_square_has_two_edges():
    """One for each operand; the graph is not strict."""
    parsed = Dot("".join(text(PICTURES["square"]())))

    assert [(a, b, e["label"]) for a, _, b, e in parsed.edges] == [
        ("n0", "n1", "0"),
        ("n0", "n1", "1"),
    ]


def test_several_outputs_are_ports():
    """An arrow leaves the output that it comes from."""
    parsed = Dot("".join(text(PICTURES["svd"](), style="compact")))

    assert fields(parsed.nodes["n1"]["label"]) == [
        [
            (None, ["svd"]),
            [("o0", ["U", "(3, 3)"]), ("o1", ["S", "(3,)"]), ("o2", ["Vh", "(3, 3)"])],
        ]
    ]
    assert [edge[:3] for edge in parsed.edges[1:]] == [("n1", "o1", "n2"), ("n1", "o0", "n3")]


def test_frames_stand_in_frames():
    """Each holds the boxes of its scope, and says what goes in and out."""
    parsed = Dot("".join(text(PICTURES["network"]())))
    net, hidden, out = parsed.frames

    assert (hidden["around"], out["around"]) == (net, net)
    assert hidden["boxes"] == ["n1", "n2", "n3", "n4"]
    assert rows(hidden["graph"]["label"]) == [
        "net.hidden: Linear",
        "2 operations, 25 parameters, 200 B, (8, 4) → (8, 5)",
    ]
    assert Dot("".join(text(PICTURES["network"](), show="-scope"))).frames == []


def test_arrows_of_the_sweep_grow_with_the_norm():
    """The largest has four points, a millionth of it half a point; unknown ones none."""
    flows = [1e3, 1.0, 1e-3, 0.0, np.nan, 5e-324]
    edges = [Edge("n0", "n1", kind="gradient", contribution=Summary.of(v)) for v in flows]
    boxes = [Box(f"n{k}", "operation", "f", (), "float64") for k in range(2)]
    graph = made(boxes, [*edges, Edge("n0", "n1", kind="gradient")], ["n0"])

    parsed = Dot("".join(text(graph)))

    widths = [edge[3].get("penwidth") for edge in parsed.edges]
    assert widths == ["4", "2.25", "0.5", "0.5", "4", "0.5", None]


def test_gradients_beside_operands_are_dashed():
    """And do not shape the layout."""
    parsed = Dot("".join(text(PICTURES["second"]())))

    assert [edge[3].get("style") for edge in parsed.edges] == [None] * 3 + ["dashed"] * 3
    assert [edge[3].get("constraint") for edge in parsed.edges] == [None] * 3 + ["false"] * 3


def test_nan_is_red_and_its_first_place_has_a_thick_frame():
    """Also what failed is red, and says why."""
    nodes = Dot("".join(text(PICTURES["strange"]()))).nodes

    fills = [nodes[f"n{k}"]["fillcolor"] for k in range(4)]
    assert fills == ["#cfe8f7", "#f5a79c", "#f5a79c", "#f5a79c"]
    assert [nodes[f"n{k}"].get("penwidth") for k in range(4)] == [None, "5", "2.5", None]
    assert rows(nodes["n3"]["label"])[-1] == "shapes (2,) and (3,) do not match"


def test_each_role_has_a_shape_of_its_own():
    """So color is never the only sign."""
    roles = ("input", "parameter", "constant", "operation", "scope", "cut")
    graph = made([Box(f"n{k}", r, r, (), "float64") for k, r in enumerate(roles)], [], ["n0"])

    for theme, style in product(("light", "dark"), ("default", "paper")):
        nodes = Dot("".join(text(graph, theme=theme, style=style))).nodes.values()
        looks = [(n["shape"], n.get("style"), n.get("peripheries")) for n in nodes]
        assert len(set(looks)) == len(roles)


def test_a_legend_names_what_occurs():
    """One box for each kind."""
    nodes = Dot("".join(text(PICTURES["strange"](), legend=True))).nodes

    named = [node["label"] for key, node in nodes.items() if key.startswith("legend_")]
    assert named == ["input", "nan or inf, or failed"]


def test_micrograd_has_a_record_for_each_value():
    """Name, data and gradient; the operation is a bubble before it."""
    parsed = Dot("".join(text(first(), style="micrograd")))

    assert parsed.graph["rankdir"] == "LR"
    assert fields(parsed.nodes["n0"]["label"]) == [
        [(None, ["x1"]), (None, ["data 2"]), (None, ["grad 2.584"])]
    ]
    assert parsed.nodes["n1op"]["label"] == "sin"
    assert ("n1op", None, "n1", {}) in parsed.edges
    assert ("n0", None, "n1op", {}) in parsed.edges


def test_backward_shows_what_is_kept_beside():
    """In a tab, as saved tensors are drawn elsewhere."""
    nodes = Dot("".join(text(PICTURES["backward"](), style="backward"))).nodes

    assert (nodes["n1k"]["label"], nodes["n1k"]["shape"]) == ("keeps x, y: 16 B", "tab")
    assert "n0k" not in nodes


def test_attributes_pass_through():
    """For the graph, all boxes and all arrows; and for some by hooks."""
    graph = first()
    parsed = Dot(
        write(
            graph,
            graph_attr={"bgcolor": "ivory", "concentrate": True},
            node_attr={"fontsize": 9},
            edge_attr={"label": 'a "b"\\'},
            size=(8, 5),
            dpi=200,
            font="Courier",
            style_fn=lambda node: {"fillcolor": "red"} if node.label == "sin" else None,
            edge_fn=lambda edge: {"penwidth": 3} if edge.head == "n1" else None,
        ).source
    )

    assert parsed.graph["bgcolor"] == "ivory"
    assert (parsed.graph["size"], parsed.graph["dpi"]) == ("8,5", "200")
    assert parsed.graph["concentrate"] == "true"
    assert parsed.defaults["node"]["fontname"] == "Courier"
    assert parsed.defaults["node"]["fontsize"] == "9"
    assert parsed.defaults["edge"]["label"] == 'a "b"\\\\'
    assert [n["fillcolor"] == "red" for n in parsed.nodes.values()] == [False, True, *[False] * 3]
    assert [e.get("penwidth") for *_, e in parsed.edges] == ["3", *[None] * 4]


def lines_run(size):
    """How many lines of Python it takes to write a chain of so many operations in two scopes."""
    boxes = [
        Box(f"n{k}", "operation", "sin", (), "float64", scope="ab"[k % 2]) for k in range(size)
    ]
    edges = [Edge(f"n{k}", f"n{k + 1}", kind="gradient") for k in range(size - 1)]
    graph, count = Graph(boxes, edges, ["n0"]), 0

    def trace(*_):
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert sum(1 for _ in text(graph, show="+saved +time")) > 2 * size
    finally:
        sys.settrace(before)
    return count


def test_a_label_of_the_caller_takes_the_place_of_notes():
    """A graph has one label."""
    parsed = Dot("".join(text(PICTURES["network"](), graph_attr={"label": "mine"})))
    assert parsed.graph["label"] == "mine"


def test_twice_the_graph_is_twice_the_work():
    """Counted in lines, not by a clock."""
    few, many = lines_run(100), lines_run(400)

    assert many < 4.1 * few


# --- the program ----------------------------------------------------------------------------------
def words(svg):
    """All text of an SVG picture, in order, without spaces, which it may change."""
    texts = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [re.sub(r"\s", "", element.text or "") for element in texts]


@needs_dot
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", PICTURES)
def test_graphviz_shows_what_was_written(name, style):
    """Every row of every box and arrow is in the picture as it is, without a warning."""
    graph = PICTURES[name]()
    source = "".join(text(graph, style=style, legend=True, title=HOSTILE))

    done = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=True)

    shown = picture(graph, {"style": style})
    found = words(done.stdout)
    assert done.stderr == b""
    for item in shown.boxes:
        for row in [*item.rows, *item.bubble, *item.aside, *chain(*item.ports)]:
            assert not row.strip() or re.sub(r"\s", "", row) in found
    for arrow in shown.arrows:
        assert {re.sub(r"\s", "", row) for row in arrow.rows} <= set(found)
