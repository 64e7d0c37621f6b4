"""Places for boxes and ways for arrows, in layers: for pictures where Graphviz is absent.

Layers by longest paths, long arrows through invisible points, order in a layer by medians,
coordinates by alignment to neighbors. Nothing is random, and nothing here knows what is drawn.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

Point = tuple[float, float]
BESIDE, BETWEEN = 22.0, 46.0  # pixels between boxes of a layer, and between layers
PASSES, ROUNDS = 24, 12  # of ordering and of alignment


@dataclass(slots=True)
class Layout:
    """Where things are, in pixels from the top left.

    Args:
        places: the centers of boxes.
        routes: of each arrow the points on its way: its ends on the borders of boxes, and where
            it passes between others.
        width, height: of all of it.
    """

    places: dict[str, Point]
    routes: list[list[Point]]
    width: float
    height: float


def layered(
    sizes: Mapping[str, Point],
    edges: Sequence[tuple[str, str]],
    rankdir: str = "TB",
    loose: Collection[int] = (),
    starts: Mapping[int, float] = MappingProxyType({}),
    between: float = BETWEEN,
) -> Layout:
    """Lay out a graph; circles are cut at their first box.

    Args:
        sizes: width and height of each box, in the order of their making.
        edges: (tail, head); an edge may occur twice, or end where it begins.
        rankdir: where edges point: "TB", "LR", "BT" or "RL".
        loose: the places of edges that are drawn between the layers, and do not make them.
        starts: for the places of some edges, how far beside the middle of their tail they begin.
        between: pixels between layers.

    >>> made = layered({"a": (40, 20), "b": (40, 20)}, [("a", "b")])
    >>> made.places, made.routes
    ({'a': (20.0, 10.0), 'b': (20.0, 76.0)}, [[(20.0, 20.0), (20.0, 66.0)]])
    """
    across = rankdir in ("LR", "RL")
    boxes = {key: (h, w) if across else (w, h) for key, (w, h) in sizes.items()}
    ranks = ranked(list(boxes), [edge for k, edge in enumerate(edges) if k not in loose])
    ways = [_way(k, tail, head, ranks) for k, (tail, head) in enumerate(edges)]
    widths: dict[Hashable, float] = {point: 0.0 for way in ways for point in way}
    widths |= {key: box[0] for key, box in boxes.items()}
    rows = _ordered(_rows(ranks, ways), ways)
    x = _aligned(rows, ways, widths)
    y, height = _heights(rows, boxes, between)
    left = min((x[key] - w / 2 for key, w in widths.items()), default=0.0)
    places = {key: (x[key] - left, y[ranks[key]]) for key in boxes}
    at = {point: (x[point] - left, y[point[1]]) for way in ways for point in way[1:-1]}  # type: ignore[index]
    routes = _routes(edges, ways, boxes, places, at)
    for k, shift in starts.items():
        if ways[k][0] == edges[k][0] and rankdir in ("TB", "BT"):
            routes[k][0] = (places[edges[k][0]][0] + shift, routes[k][0][1])
    width = max((x[key] - left + w / 2 for key, w in widths.items()), default=0.0)
    return _turned(Layout(places, routes, width, height), rankdir)


# --- layers ---------------------------------------------------------------------------------------
def ranked(keys: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box: one below the lowest that leads to it; leaves right above their use.

    >>> ranked(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
    {'a': 0, 'b': 1, 'c': 2}
    """
    heads: dict[str, list[str]] = {key: [] for key in keys}
    waiting = dict.fromkeys(keys, 0)
    for tail, head in edges:
        if tail != head:
            heads[tail].append(head)
            waiting[head] += 1
    sources = [key for key in keys if not waiting[key]]
    ranks, done = dict.fromkeys(keys, 0), set[str]()
    ready, rest = deque(sources), iter(keys)
    while len(done) < len(keys):
        key = ready.popleft() if ready else next(rest)  # a circle is cut where it began
        if key in done:
            continue
        done.add(key)
        for head in heads[key]:
            if head not in done:
                ranks[head] = max(ranks[head], ranks[key] + 1)
                waiting[head] -= 1
                if not waiting[head]:
                    ready.append(head)
    for key in sources:
        ranks[key] = max(0, min((ranks[head] for head in heads[key]), default=1) - 1)
    return ranks


def _way(k: int, tail: str, head: str, ranks: Mapping[str, int]) -> list[Hashable]:
    """From box to box, downwards, with a point on each layer between."""
    upper, lower = sorted((tail, head), key=ranks.__getitem__)
    return [upper, *((k, rank) for rank in range(ranks[upper] + 1, ranks[lower])), lower]


def _rows(ranks: Mapping[str, int], ways: Sequence[Sequence[Hashable]]) -> list[list[Hashable]]:
    """Boxes and points by layer, in the order of their making."""
    rows: list[list[Hashable]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key, rank in ranks.items():
        rows[rank].append(key)
    for way in ways:
        for point in way[1:-1]:
            rows[point[1]].append(point)  # type: ignore[index]
    return rows


# --- order ----------------------------------------------------------------------------------------
def _ordered(
    rows: list[list[Hashable]], ways: Sequence[Sequence[Hashable]]
) -> list[list[Hashable]]:
    """The order of least crossings among those that medians, down and up, lead to."""
    above: dict[Hashable, list[Hashable]] = {}
    below: dict[Hashable, list[Hashable]] = {}
    for way in ways:
        for upper, lower in pairwise(way):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
    best, least = [row[:] for row in rows], crossings(rows, below)
    for turn in range(PASSES):
        if not least:
            break
        near, order = (above, rows) if turn % 2 == 0 else (below, rows[::-1])
        for fixed, free in pairwise(order):
            _sort(free, fixed, near)
        count = crossings(rows, below)
        if count < least:
            best, least = [row[:] for row in rows], count
    return best


def _sort(
    free: list[Hashable], fixed: Sequence[Hashable], near: Mapping[Hashable, list[Hashable]]
) -> None:
    """Sort a layer by the medians of its neighbors; who has none stays where it is."""
    at = {key: k for k, key in enumerate(fixed)}
    wanted = {}
    for k, key in enumerate(free):
        found = sorted(at[other] for other in near.get(key, ()) if other in at)
        middle = len(found) // 2
        wanted[key] = (found[middle] + found[~middle]) / 2 if found else float(k)
    free.sort(key=wanted.__getitem__)


def crossings(
    rows: Sequence[Sequence[Hashable]], below: Mapping[Hashable, Sequence[Hashable]]
) -> int:
    """How many pairs of arrows cross between neighboring layers.

    >>> crossings([["a", "b"], ["c", "d"]], {"a": ["d"], "b": ["c"]})
    1
    """
    total = 0
    for upper, lower in pairwise(rows):
        at, seen = {key: k for k, key in enumerate(lower)}, list[int]()
        for key in upper:
            ends = sorted(at[other] for other in below.get(key, ()) if other in at)
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


# --- coordinates ----------------------------------------------------------------------------------
def _aligned(
    rows: Sequence[Sequence[Hashable]],
    ways: Sequence[Sequence[Hashable]],
    widths: Mapping[Hashable, float],
) -> dict[Hashable, float]:
    """Centers across: as near to the mean of the neighbors as the order and the widths allow."""
    near: dict[Hashable, list[Hashable]] = {key: [] for row in rows for key in row}
    for way in ways:
        for upper, lower in pairwise(way):
            near[upper].append(lower)
            near[lower].append(upper)
    x: dict[Hashable, float] = {}
    for row in rows:
        right = 0.0
        for key in row:
            x[key], right = right + widths[key] / 2, right + widths[key] + BESIDE
    for turn in range(ROUNDS):
        for row in rows if turn % 2 == 0 else rows[::-1]:
            wanted = [
                sum(map(x.__getitem__, near[k])) / len(near[k]) if near[k] else x[k] for k in row
            ]
            apart = [(widths[a] + widths[b]) / 2 + BESIDE for a, b in pairwise(row)]
            weights = [
                1.0 if isinstance(key, str) else 4.0 for key in row
            ]  # keep long arrows straight
            x.update(zip(row, spaced(wanted, apart, weights), strict=True))
    return x


def spaced(
    wanted: Sequence[float], apart: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """The positions nearest to those wanted, by weighted squares, of which each is so far apart.

    >>> spaced([0.0, 0.0], [10.0], [1.0, 1.0])
    [-5.0, 5.0]
    """
    shifts, blocks = [0.0], list[tuple[float, float, int]]()
    for gap in apart:
        shifts.append(shifts[-1] + gap)
    for place, shift, weight in zip(wanted, shifts, weights, strict=False):
        mean, total, count = place - shift, weight, 1
        while blocks and blocks[-1][0] > mean:  # neighbors that want to pass each other move as one
            before, mass, many = blocks.pop()
            mean = (mean * total + before * mass) / (total + mass)
            total, count = total + mass, count + many
        blocks.append((mean, total, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=False)]


def _heights(
    rows: Sequence[Sequence[Hashable]], boxes: Mapping[str, Point], between: float
) -> tuple[list[float], float]:
    """The middle of each layer, and the height of all."""
    middles, top = [], 0.0
    for row in rows:
        high = max((boxes[key][1] for key in row if isinstance(key, str)), default=0.0)
        middles.append(top + high / 2)
        top += high + between
    return middles, max(0.0, top - between)


# --- arrows ---------------------------------------------------------------------------------------
def _routes(
    edges: Sequence[tuple[str, str]],
    ways: Sequence[Sequence[Hashable]],
    boxes: Mapping[str, Point],
    places: Mapping[str, Point],
    at: Mapping[Hashable, Point],
) -> list[list[Point]]:
    """The points of each arrow; those that share a side of a box end beside each other."""
    sides: dict[tuple[str, bool], list[tuple[float, int]]] = {}
    for k, (upper, *points, lower) in enumerate(ways):
        toward = [*(at[p][0] for p in points), places[lower][0]]  # type: ignore[index]
        back = [places[upper][0], *(at[p][0] for p in points)]  # type: ignore[index]
        sides.setdefault((upper, True), []).append((toward[0], k))  # type: ignore[arg-type]
        sides.setdefault((lower, False), []).append((back[-1], k))  # type: ignore[arg-type]
    ends: dict[tuple[int, bool], Point] = {}
    for (key, below), wanting in sides.items():
        (x, y), (width, height) = places[key], boxes[key]
        for place, (_, k) in enumerate(sorted(wanting), 1):
            shift = width * 0.6 * (place / (len(wanting) + 1) - 0.5)
            ends[k, below] = (x + shift, y + height / 2 if below else y - height / 2)
    routes = []
    for k, ((tail, _), (upper, *points, _)) in enumerate(zip(edges, ways, strict=True)):
        route = [ends[k, True], *(at[point] for point in points), ends[k, False]]
        routes.append(route if tail == upper else route[::-1])
    return routes


def _turned(layout: Layout, rankdir: str) -> Layout:
    """The same layout with its arrows pointing elsewhere than down."""
    if rankdir == "TB":
        return layout
    width, height = layout.width, layout.height

    def turned(point: Point) -> Point:
        x, y = point
        return {"BT": (x, height - y), "LR": (y, x), "RL": (height - y, x)}[rankdir]

    places = {key: turned(point) for key, point in layout.places.items()}
    routes = [[turned(point) for point in route] for route in layout.routes]
    return Layout(places, routes, *((width, height) if rankdir == "BT" else (height, width)))
