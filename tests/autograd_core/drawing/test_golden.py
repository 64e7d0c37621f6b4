"""Twelve graphs in every format and style, byte for byte; ``--update-golden`` rewrites them."""

import threading
from pathlib import Path

import pytest
from pictures import PICTURES

from autograd_core.drawing import dot, mermaid, svg, text
from autograd_core.drawing.model import Graph

FOLDER = Path(__file__).with_name("golden")
STYLES = ("default", "compact", "full", "micrograd", "backward", "paper")
WAYS = {
    **{f"{style}.dot": (dot.text, {"style": style}) for style in STYLES},
    "dark.dot": (dot.text, {"theme": "dark", "rankdir": "LR", "title": "dark", "legend": True}),
    "costs.dot": (dot.text, {"show": "+saved", "precision": 2, "max_elems": 2, "legend": True}),
    "model.json": (Graph.to_json, {}),
    "default.txt": (text.write, {}),
    "default.mmd": (mermaid.write, {}),
    "default.svg": (svg.write, {}),
    "micrograd.mmd": (mermaid.write, {"style": "micrograd", "theme": "dark", "legend": True}),
    "backward.mmd": (mermaid.write, {"style": "backward", "title": "sweep", "show": "+time"}),
    "list.txt": (text.write, {"order": "list", "ascii": True, "style": "full", "width": 120}),
}


def written(picture, way):
    """The text of one picture in one way."""
    write, options = WAYS[way]
    return "".join(write(PICTURES[picture](), **options))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_the_same_byte_for_byte(picture, way, request):
    """A change of what is written is seen, and read by a person."""
    path = FOLDER / f"{picture}.{way}"
    found = written(picture, way).encode()

    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(found)
    assert found == path.read_bytes()


def test_nothing_is_kept_that_no_picture_makes():
    """Each golden file belongs to a picture and a way."""
    names = {f"{picture}.{way}" for picture in PICTURES for way in WAYS}
    assert {path.name for path in FOLDER.iterdir()} == names


def test_other_threads_and_other_graphs_change_nothing():
    """Four threads, each drawing all pictures in an order of its own."""
    expected = {(p, w): written(p, w) for p in PICTURES for w in WAYS}
    found = []

    def draw(k):
        keys = list(expected)
        keys = keys[k * 20 :] + keys[: k * 20]
        found.append({key: written(*key) for key in keys} == expected)

    threads = [threading.Thread(target=draw, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
