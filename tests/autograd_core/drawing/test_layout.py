"""Places for boxes and ways for arrows, in layers."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core.drawing.layout import BESIDE, crossings, layered, ranked, spaced

SIZE = (40.0, 20.0)


@st.composite
def drawn(draw):
    """Boxes of any size, and any edges between them, in circles too."""
    count = draw(st.integers(1, 12))
    sizes = {f"n{k}": draw(st.tuples(st.floats(5, 90), st.floats(5, 90))) for k in range(count)}
    keys = st.sampled_from(sorted(sizes))
    return sizes, draw(st.lists(st.tuples(keys, keys), max_size=20))


@settings(deadline=None)
@given(drawn(), st.sampled_from(["TB", "LR", "BT", "RL"]))
def test_no_boxes_overlap_and_all_is_inside(graph, rankdir):
    """And each arrow begins and ends at its boxes."""
    sizes, edges = graph
    laid = layered(sizes, edges, rankdir)

    assert list(laid.places) == list(sizes)
    for one, other in combinations(sizes, 2):
        apart = [abs(a - b) for a, b in zip(laid.places[one], laid.places[other])]
        needed = [(a + b) / 2 for a, b in zip(sizes[one], sizes[other])]
        assert any(a >= n - 1e-6 for a, n in zip(apart, needed))
    for (x, y), (width, height) in zip(laid.places.values(), sizes.values()):
        assert -1e-6 <= x - width / 2
        assert x + width / 2 <= laid.width + 1e-6
        assert -1e-6 <= y - height / 2
        assert y + height / 2 <= laid.height + 1e-6
    for (tail, head), route in zip(edges, laid.routes, strict=True):
        for key, (x, y) in ((tail, route[0]), (head, route[-1])):
            (cx, cy), (width, height) = laid.places[key], sizes[key]
            assert abs(x - cx) <= width / 2 + 1e-6
            assert abs(y - cy) <= height / 2 + 1e-6


@given(drawn())
def test_it_is_the_same_every_time(graph):
    """Nothing is random."""
    assert layered(*graph) == layered(*graph)


def test_arrows_point_in_the_direction_asked_for():
    """Down, to the right, up, to the left."""
    sizes, edges = {"a": SIZE, "b": SIZE}, [("a", "b")]

    found = {}
    for rankdir in ("TB", "LR", "BT", "RL"):
        (ax, ay), (bx, by) = layered(sizes, edges, rankdir).places.values()
        found[rankdir] = (np.sign(bx - ax), np.sign(by - ay))
    assert found == {"TB": (0, 1), "LR": (1, 0), "BT": (0, -1), "RL": (-1, 0)}


def test_leaves_stand_right_above_their_use():
    """And whatever is used stands above its user."""
    edges = [("a", "b"), ("b", "c"), ("leaf", "c"), ("a", "c")]
    assert ranked(["a", "b", "leaf", "c"], edges) == {"a": 0, "b": 1, "leaf": 1, "c": 2}


def test_a_circle_is_cut_where_it_began():
    """One arrow points up."""
    assert ranked(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a")]) == {"a": 0, "b": 1, "c": 2}


def test_loose_edges_make_no_layers():
    """A gradient flows up beside its operand."""
    edges = [("a", "b"), ("b", "a")]
    (_, up), (_, down) = layered({"a": SIZE, "b": SIZE}, edges, loose={1}).places.values()

    assert up < down


def test_crossings_are_undone():
    """Two pairs that were made crosswise."""
    sizes = dict.fromkeys("abcd", SIZE)
    laid = layered(sizes, [("a", "d"), ("b", "c")])

    x = {key: place[0] for key, place in laid.places.items()}
    assert (x["a"] < x["b"]) == (x["d"] < x["c"])


def test_crossings_are_counted():
    """Against all pairs of a random drawing."""
    rng = np.random.default_rng(0)
    pairs = [(f"u{a}", f"l{b}") for a, b in rng.integers(0, 8, (30, 2))]
    below = {}
    for upper, lower in pairs:
        below.setdefault(upper, []).append(lower)
    rows = [[f"{side}{k}" for k in range(8)] for side in "ul"]

    expected = sum(
        (a < c and b > d) or (a > c and b < d) for (a, b), (c, d) in combinations(pairs, 2)
    )
    assert crossings(rows, below) == expected


@pytest.mark.parametrize("seed", range(5))
def test_positions_are_the_nearest_that_keep_apart(seed):
    """No small move that keeps the distances brings them nearer."""
    rng = np.random.default_rng(seed)
    wanted, weights = rng.normal(0, 30, 6), rng.uniform(1, 4, 6)
    apart = rng.uniform(5, 20, 5)

    def cost(places):
        return np.sum(weights * (np.asarray(places) - wanted) ** 2)

    found = np.array(spaced(list(wanted), list(apart), list(weights)))
    assert np.all(np.diff(found) >= apart - 1e-9)
    for _ in range(300):
        moved = found + rng.normal(0, 0.05, 6)
        if np.all(np.diff(moved) >= apart):
            assert cost(moved) >= cost(found) - 1e-9


def test_a_deep_chain_and_a_wide_fan_are_no_matter():
    """Three hundred boxes, the most that are drawn this way."""
    keys = [f"n{k}" for k in range(300)]
    sizes = dict.fromkeys(keys, SIZE)

    chain = layered(sizes, [(f"n{k}", f"n{k + 1}") for k in range(299)])
    fan = layered(sizes, [(key, "n299") for key in keys[:-1]])
    assert chain.width == SIZE[0]
    assert fan.width == 299 * SIZE[0] + 298 * BESIDE


def test_nothing_is_laid_out_as_nothing():
    """No boxes, no size."""
    laid = layered({}, [])
    assert (laid.width, laid.height) == (0.0, 0.0)
