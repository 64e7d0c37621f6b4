"""Presets, themes and options."""

from itertools import combinations

import pytest

from autograd_core import ArgumentError
from autograd_core.drawing.labels import FIELDS
from autograd_core.drawing.model import Graph
from autograd_core.drawing.styles import DARK, LIGHT, OPTIONS, PRESETS, blend, look, steps

EMPTY = Graph([], [], [])
ROLES = ("input", "parameter", "operation", "scope", "saved", "bad")
CONES = {  # Machado, Oliveira and Fernandes (2009), severity 1, of linear RGB
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(color):
    """Red, green and blue as amounts of light."""
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(first, second):
    """The ratio of WCAG 2: 1 for equal colors, 21 for black on white."""
    lights = sorted(
        0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (first, second))
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(light):
    """CIE L*a*b* of linear RGB, in which distances are what an eye sees."""
    r, g, b = (min(max(c, 0.0), 1.0) for c in light)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 4 / 29 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(first, second, cones):
    """How far apart two colors are for an eye."""
    seen = [
        lab([sum(m * c for m, c in zip(row, linear(color))) for row in CONES[cones]])
        for color in (first, second)
    ]
    return sum((a - b) ** 2 for a, b in zip(*seen)) ** 0.5


@pytest.mark.parametrize("style", PRESETS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_has_a_contrast_of_four_and_a_half(theme, style):
    """In boxes of each kind, on the page, and on every step of the color scale."""
    paint = look(EMPTY, {"theme": theme, "style": style}).paint

    for fill, _, ink in paint.values():
        assert contrast(fill, ink) >= 4.5
    for step in range(11):
        fill = blend(paint["least"][0], paint["most"][0], step / 10)
        assert contrast(fill, paint["most"][2]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_frames_and_arrows_can_be_seen(palette):
    """Lines on the page have a contrast of 3; a constant and the page itself have no frame."""
    page = palette["page"][0]

    for kind, (_, frame, _) in palette.items():
        assert kind == "constant" or contrast(frame, page) >= 3


@pytest.mark.parametrize("cones", CONES)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_roles_can_be_told_apart_by_color_blind_readers(palette, cones):
    """Fill or frame differ by more than the eye's threshold of 2.3, several times."""
    for one, other in combinations(ROLES, 2):
        apart = [distance(palette[one][k], palette[other][k], cones) for k in (0, 1)]
        assert max(apart) > 9, (one, other, apart)


def test_writer_over_graph_over_style_over_default():
    """The nearest wins; None means what the style has."""
    graph = Graph([], [], [], options={"precision": 7, "font": "Courier", "ascii": True})

    assert look(graph, {}).precision == 7
    assert look(graph, {"precision": 2}).precision == 2
    assert look(graph, {"precision": None}).precision == 4
    assert look(graph, {"style": "paper"}).font == "Courier"
    assert look(graph, {"style": "paper", "font": None}).font == "Times"
    assert look(EMPTY, {"style": "micrograd"}).rankdir == "LR"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("name grad", {"name", "grad"}),
        (["op", "line"], {"op", "line"}),
        ("+saved -dtype", {*PRESETS["default"]["show"].split(), "saved"} - {"dtype"}),
        ("", set()),
        (FIELDS, set(FIELDS)),
    ],
)
def test_show_names_or_adds_and_takes_away(given, shown):
    """Plain words name all, words with signs change what the style shows."""
    assert look(EMPTY, {"show": given}).show == shown


def test_a_scale_of_color_comes_with_what_was_added():
    """The full style shows costs too, and keeps the colors of roles."""
    scales = [look(EMPTY, {"show": s}).scale for s in ("+saved", "+time", "+saved +time", "-dtype")]
    assert scales == ["saved", "time", "saved", ""]
    assert look(EMPTY, {"style": "full"}).scale == ""


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"titel": "x"}, "DOT and Mermaid have no option 'titel'.\n  try: title="),
        ({"style": "micrgrad"}, "style='micrgrad' is not known, did you mean 'micrograd'?"),
        ({"theme": "drak"}, "theme='drak' is not known, did you mean 'dark'?"),
        ({"rankdir": "XY"}, "rankdir='XY' is not known.\n  try: rankdir='TB', rankdir='LR'"),
        ({"show": "+savd"}, "show= has no field 'savd', did you mean 'saved'?"),
        ({"show": "+saved grad"}, "show='+saved grad' names some fields with a sign"),
        ({"show": [3]}, "show= has no field 3"),
        ({"precision": 0}, "precision=0 is too small.\n  try: precision=1"),
        ({"precision": 2.5}, "precision= takes a whole number, not 2.5."),
        ({"max_elems": True}, "max_elems= takes a whole number, not True."),
        ({"node_attr": "red"}, "node_attr= takes a dict of DOT attributes, not str."),
        ({"style_fn": "red"}, "style_fn= takes a function, not str."),
        ({"size": "big"}, "size='big' is no size in inches."),
        ({"size": (1, 2, 3)}, "size=(1, 2, 3) is no size in inches."),
        ({"dpi": 0}, "dpi=0 is no number of dots per inch."),
    ],
    ids=str,
)
def test_whatever_an_option_does_not_take_is_named(option, message):
    """With what is near it."""
    with pytest.raises(ArgumentError) as info:
        look(EMPTY, option)
    assert str(info.value).startswith(message)


@pytest.mark.parametrize(
    ("size", "text"), [(8, "8"), ((8, 5.5), "8,5.5"), ("8,5!", "8,5!"), (" 3 ", "3"), (None, None)]
)
def test_sizes_are_inches(size, text):
    """As Graphviz reads them."""
    assert look(EMPTY, {"size": size}).size == text


def test_two_styles_ask_something_of_the_graph():
    """The others are looks alone."""
    assert {style: steps(style) for style in PRESETS if steps(style)} == {
        "backward": {"direction": "backward"},
        "modules": {"depth": 1},
    }


def test_every_option_has_a_default():
    """And an empty graph takes them all."""
    assert look(EMPTY, OPTIONS) == look(EMPTY, {"show": ""})
