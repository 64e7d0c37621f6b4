"""Pictures without any program."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from pictures import HOSTILE, PICTURES, STYLES, first, graphs, options

from autograd_core.drawing.labels import printable
from autograd_core.drawing.picture import picture
from autograd_core.drawing.svg import write

SVG = "{http://www.w3.org/2000/svg}"
TAGS = ("svg", "rect", "g", "path", "polygon", "ellipse", "line", "text")


def texts(source):
    """The rows of a picture; its other elements are none but shapes."""
    root = ET.fromstring(source)
    assert {element.tag for element in root.iter()} <= {f"{SVG}{tag}" for tag in TAGS}
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@settings(deadline=None)
@given(graphs(), options())
def test_every_row_is_there_as_it_is(graph, presentation):
    """Whatever the names; nothing becomes an element or an attribute."""
    shown = picture(graph, presentation)
    found = texts(write(graph, **presentation))

    for item in shown.boxes:
        rows = [
            *item.rows,
            *item.bubble,
            *item.aside,
            *(row for port in item.ports for row in port),
        ]
        assert set(rows) <= set(found)
    for arrow in shown.arrows:
        assert set(arrow.rows) <= set(found)
    assert found[len(found) - len(shown.notes) :] == shown.notes


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", PICTURES)
def test_boxes_and_arrows_are_counted(name, style):
    """One shape for each box, one path for each arrow."""
    shown = picture(PICTURES[name](), {"style": style})
    root = ET.fromstring(write(PICTURES[name](), style=style))

    joins = sum(len(item.keys) - 1 for item in shown.boxes)
    assert len(root.findall(f".//{SVG}path")) == len(shown.arrows) + joins
    arrows = len(shown.arrows) + sum(bool(item.bubble) for item in shown.boxes)
    doubled = sum(item.box.role == "parameter" for item in shown.boxes) * (style != "micrograd")
    drawn = sum(len(root.findall(f".//{SVG}{tag}")) for tag in ("rect", "ellipse", "polygon"))
    assert drawn - 1 - arrows - doubled == sum(len(item.keys) for item in shown.boxes)


def test_scopes_are_rows_and_titles_are_text():
    """Frames are left to Graphviz."""
    found = texts(write(PICTURES["network"](), title=HOSTILE))

    assert found[0] == printable(HOSTILE).replace("\n", " ")
    assert "in net.hidden" in found
    assert "in net.hidden" not in texts(write(PICTURES["network"](), show="-scope"))


def test_colors_come_from_theme_and_hooks():
    """What is no color is left out."""
    source = write(
        first(),
        theme="dark",
        node_attr={"fontcolor": "gold"},
        graph_attr={"bgcolor": '"/><script>'},
        style_fn=lambda box: {"fillcolor": "navy", "color": '" onload="x'},
        edge_fn=lambda edge: {"color": "crimson"},
    )

    assert source.count('fill="navy" stroke="#6cb8e6"') == 2
    assert 'fill="gold"' in source
    assert source.count('stroke="crimson"') == 5
    assert "onload" not in source
    assert "script" not in source
    assert 'height="100%" fill="#1b1b1f"' in source


def test_a_size_is_fitted():
    """Inches of 96 pixels; never larger than it is."""
    width, height = (float(ET.fromstring(write(first())).get(k)) for k in ("width", "height"))
    small = ET.fromstring(write(first(), size=1))
    large = ET.fromstring(write(first(), size=(100, 100)))

    assert max(float(small.get("width")), float(small.get("height"))) == 96
    assert (float(large.get("width")), float(large.get("height"))) == (width, height)


def test_a_legend_is_drawn_beside():
    """One box for each kind."""
    assert texts(write(first(), legend=True)).count("legend:") == 2
