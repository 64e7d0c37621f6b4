"""What a picture consists of: rows, colors, frames, notes, and what hooks say."""

import pytest
from pictures import PICTURES, first, leaf, made, op

from autograd_core import ArgumentError
from autograd_core.drawing.model import Box, Edge, Graph, Summary
from autograd_core.drawing.picture import kind_of, lines_of, picture, structured


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        ({}, "operation"),
        ({"marks": ("bad",)}, "bad"),
        ({"marks": ("second", "failed")}, "bad"),
        ({"marks": ("second",)}, "second"),
        ({"marks": ("unreached", "second")}, "unreached"),
        ({"reached": False}, "unreached"),
    ],
)
def test_some_things_outweigh_a_role(box, kind):
    """Nan and inf first, then no path, then a second sweep."""
    assert kind_of(Box("n0", "operation", "f", (), "", **box)) == kind


# --- hooks ----------------------------------------------------------------------------------------
def test_hooks_are_called_once_for_each_element():
    """In the order in which they are drawn."""
    boxes, labels, edges = [], [], []

    picture(
        first(),
        {
            "style_fn": lambda box: boxes.append(box.id),
            "label_fn": lambda box, rows: labels.append(box.id) or rows,
            "edge_fn": lambda edge: edges.append((edge.tail, edge.head)),
        },
    )

    assert boxes == labels == ["n0", "n1", "n2", "n3", "n4"]
    assert edges == [("n0", "n1"), ("n0", "n3"), ("n2", "n3"), ("n1", "n4"), ("n3", "n4")]


def test_hooks_change_rows_and_attributes():
    """Rows are text, printable whatever they were; of a port only its name stays."""
    shown = picture(
        PICTURES["svd"](),
        {
            "label_fn": lambda box, rows: f"{box.label}\t\n{len(rows)}",
            "style_fn": lambda box: {"fontsize": 9, "nojustify": True, "color": None},
        },
    )

    assert shown.boxes[1].rows == ["svd\\x09", "5"]
    assert shown.boxes[1].ports == [["U"], ["S"], ["Vh"]]
    assert shown.boxes[1].own == {"fontsize": "9", "nojustify": "true"}


@pytest.mark.parametrize(
    ("hook", "message"),
    [
        (
            {"style_fn": lambda box: 1 / 0},
            "style_fn failed at n0 (x1): ZeroDivisionError: division",
        ),
        ({"label_fn": lambda box, rows: None}, "label_fn returned NoneType for n0 (x1)."),
        ({"label_fn": lambda box, rows: [1]}, "label_fn returned list for n0 (x1)."),
        ({"label_fn": lambda box: []}, "label_fn failed at n0 (x1): TypeError"),
        ({"edge_fn": lambda edge: "red"}, "edge_fn returned str for n0 -> n1."),
        ({"edge_fn": lambda edge: edge.nothing}, "edge_fn failed at n0 -> n1: AttributeError"),
    ],
)
def test_a_hook_that_fails_is_named_with_its_node(hook, message):
    """The cause is kept."""
    with pytest.raises(ArgumentError) as info:
        picture(first(), hook)
    assert str(info.value).startswith(message)
    assert (info.value.__cause__ is None) == ("returned" in message)


# --- costs ----------------------------------------------------------------------------------------
def test_memory_is_a_scale_with_its_peak_in_the_notes():
    """The most is darkest; what holds nothing, or what was freed, is white."""
    shown = picture(PICTURES["measured"](), {"show": "+saved"})

    assert [item.paint[0] for item in shown.boxes] == [
        *("#ffffff", "#f59342", "#fce4d0", "#ffffff", "#ffffff"),
    ]
    assert shown.notes == [
        "kept for backward: rises to 10 kB at n2; most of it, 8 kB, by n1 (exp)",
    ]


def test_time_is_a_scale_with_its_sums_in_the_notes():
    """Forward and backward."""
    shown = picture(PICTURES["measured"](), {"show": "+time"})

    assert [item.scaled for item in shown.boxes] == [True] * 5
    assert shown.boxes[3].paint[0] == "#f59342"
    assert shown.notes == ["time: 501 ms forward, 1.5 s backward; longest n3 (cos), 2 s"]


def test_without_costs_there_is_no_scale():
    """A note says so, and roles keep their colors."""
    shown = picture(first(), {"show": "+time"})

    assert not any(item.scaled for item in shown.boxes)
    assert shown.notes == ["show=+time: nothing is known of it here"]


def test_a_legend_has_what_occurs_and_the_ends_of_the_scale():
    """Shapes in the lowest color, then nothing and the most."""
    entries = picture(PICTURES["measured"](), {"show": "+saved", "legend": True}).legend

    assert [(kind, paint[0], meaning) for kind, paint, meaning in entries] == [
        ("input", "#ffffff", "input"),
        ("operation", "#ffffff", "operation"),
        ("operation", "#ffffff", "0"),
        ("operation", "#f59342", "8 kB"),
    ]
    assert picture(PICTURES["measured"](), {}).legend == []


# --- notes, structure -----------------------------------------------------------------------------
def test_numbers_that_were_not_kept_are_missed():
    """Only where they were asked for."""
    assert picture(PICTURES["adapted"](), {}).notes == []
    assert picture(PICTURES["adapted"](), {"max_elems": 12}).notes == [
        "of recorded arrays of more than 6 entries statistics are kept",
    ]


def test_notes_are_wrapped():
    """A hundred characters wide."""
    graph = Graph([], [], [], ["word " * 50 + "\nnext"])

    notes = picture(graph, {}).notes

    assert [len(note) for note in notes] == [99, 99, 49, 4]


def test_a_style_that_asks_for_structure_gets_it():
    """One box for each layer, unless that was done before."""
    graph = PICTURES["network"]()

    small = structured(graph, {"style": "modules"})

    assert len(small) < len(graph)
    assert structured(small, {"style": "modules"}) is small
    assert structured(graph, {}) is graph


def test_modules_have_shapes_on_their_arrows():
    """Familiar from Keras."""
    shown = picture(PICTURES["collapsed"](), {"style": "modules"})

    assert [arrow.rows for arrow in shown.arrows] == [
        *(["x 7"], ["(8, 16)"], ["x 2", "(8, 16, 32)"], ["(8, 16, 32)"]),
    ]


def test_outputs_are_rows_where_there_are_no_ports():
    """One each."""
    shown = picture(PICTURES["svd"](), {"style": "compact"})

    assert lines_of(shown.boxes[1]) == ["svd", "U, (3, 3)", "S, (3,)", "Vh, (3, 3)"]


def test_arrows_to_what_no_gradient_reaches_are_gray():
    """And so are the boxes."""
    boxes = [leaf("n0", "x", 1.0, reached=False), op("n1", "f", 1.0)]
    flow = Edge("n0", "n1", kind="gradient", contribution=Summary.of(0.0))

    shown = picture(made(boxes, [flow, Edge("n1", "n1")], ["n1"]), {})

    assert [arrow.gray for arrow in shown.arrows] == [True, False]
    assert shown.both
