"""The frames of a picture."""

from pictures import leaf, made, op

from autograd_core.drawing.model import Scope
from autograd_core.drawing.picture import picture


def test_frames_come_outermost_first_and_empty_ones_not_at_all():
    """A thousand in each other are no matter."""
    paths = [".".join("s" * k) for k in range(1, 1001)]
    scopes = [Scope(path) for path in [*paths, "empty"]]
    graph = made(
        [op("n0", "f", scope=paths[-1]), op("n1", "g", scope="s.s")], [], [], scopes=scopes
    )

    frames = picture(graph, {}).frames

    assert [frame.depth for frame in frames] == list(range(1000))
    assert (frames[1].boxes, frames[-1].boxes) == (["n1"], ["n0"])


def test_a_scope_that_nobody_declared_is_framed_too():
    """By its path."""
    graph = made([leaf("n0", "x", scope="a.b")], [], ["n0"], scopes=[Scope("a", "A")])

    assert [frame.rows for frame in picture(graph, {"show": "+scope -attrs"}).frames] == [
        *(["a: A"], ["a.b"]),
    ]


def test_data_comes_in_also_where_it_stands_in_the_frame():
    """Arrays do; a plain number is part of the formula."""
    boxes = [
        leaf("n0", "X", shape=(8, 4), role="constant", scope="a"),
        leaf("n1", "2", 2.0, role="constant", scope="a"),
        op("n2", "multiply", shape=(8, 4), scope="a"),
    ]
    graph = made(boxes, [("n0", "n2"), ("n1", "n2")], ["n2"])

    assert picture(graph, {}).frames[0].rows == ["a", "1 operation, (8, 4) → (8, 4)"]


def test_a_frame_counts_what_is_in_it():
    """Numbers of parameters and their bytes, also of scopes in it that are closed."""
    boxes = [
        leaf("n0", "a.w", shape=(4, 300), role="parameter", scope="a"),
        op("n1", "multiply", shape=(4, 300), scope="a"),
        leaf("n2", "Linear", shape=(4, 2), scope="a", role="scope"),
    ]
    boxes[2].options = {"operations": "2", "parameters": "602", "bytes": "4 816"}
    graph = made(boxes, [("n0", "n1"), ("n1", "n2")], ["n2"])

    (frame,) = picture(graph, {}).frames

    assert frame.rows == ["a", "3 operations, 1 802 parameters, 14.4 kB, · → (4, 2)"]
