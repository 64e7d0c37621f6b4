"""Twelve graphs that together show everything a picture can show; and any graph, by chance."""

import numpy as np
from hypothesis import strategies as st

from autograd_core.drawing.model import Box, Edge, Graph, Output, Scope, Summary
from autograd_core.drawing.styles import PRESETS

HOSTILE = '"q" \\N <b>{a|b}</b> & ] --> # 1. *x* `y` </script> \u202eإ 🙂 \x07\nend'


def s(value):
    """A summary."""
    return Summary.of(value)


def leaf(key, name, value=None, grad=None, role="input", **more):
    """A box without operands."""
    shape = np.shape(value) if value is not None else more.pop("shape", ())
    dtype = np.asarray(value).dtype.name if value is not None else more.pop("dtype", "float64")
    known = None if value is None else s(value)
    return Box(
        key, role, name, shape, dtype, name, known, None if grad is None else s(grad), **more
    )


def op(key, label, value=None, grad=None, **more):
    """An operation."""
    return leaf(key, label, value, grad, "operation", **more)


def unnamed(box):
    """The box of an operation that has no name."""
    if box.role == "operation":
        box.name = None
    return box


def made(boxes, edges, roots, **more):
    """A graph of boxes and (tail, head, operand) edges."""
    arrows = [edge if isinstance(edge, Edge) else Edge(*edge) for edge in edges]
    return Graph([unnamed(box) for box in boxes], arrows, roots, **more)


def first():
    """The seed's figure: sin(x1) + x1·x2 with values and derivatives."""
    return made(
        [
            leaf("n0", "x1", 2.0, 3.0 + np.cos(2.0)),
            op("n1", "sin", np.sin(2.0), 1.0),
            leaf("n2", "x2", 3.0, 2.0),
            op("n3", "multiply", 6.0, 1.0),
            op("n4", "add", 6.0 + np.sin(2.0), 1.0),
        ],
        [
            ("n0", "n1"),
            ("n0", "n3", "0"),
            ("n2", "n3", "1"),
            ("n1", "n4", "0"),
            ("n3", "n4", "1"),
        ],
        ["n4"],
    )


def square():
    """x·x has two edges."""
    return made(
        [leaf("n0", "x", 3.0, 6.0), op("n1", "multiply", 9.0, 1.0)],
        [("n0", "n1", "0"), ("n0", "n1", "1")],
        ["n1"],
    )


def adapted():
    """Broadcast, cast, view, a version, an option; an array large enough for statistics."""
    return made(
        [
            leaf("n0", "row", np.float32([1, 2, 3]), np.float32([2, 2, 2])),
            leaf("n1", "table", np.arange(12.0).reshape(4, 3), np.ones((4, 3))),
            op("n2", "add", np.arange(12.0).reshape(4, 3) + 1, np.ones((4, 3))),
            op("n3", "transpose", np.ones((3, 4)), np.ones((3, 4))),
            op("n4", "sum", np.ones(3), np.ones(3), options={"axis": "1", "keepdims": "False"}),
        ],
        [
            Edge("n0", "n2", "0", "(3,) → (4, 3) float32 → float64"),
            Edge("n1", "n2", "1", "v2"),
            Edge("n2", "n3", view=True),
            Edge("n3", "n4"),
        ],
        ["n4"],
    )


def svd():
    """An operation with three outputs, of which two are used."""
    outputs = (
        Output("U", (3, 3), "float64", s(np.eye(3)), s(np.zeros((3, 3)))),
        Output("S", (3,), "float64", s(np.array([3.0, 2.0, 1.0])), s(np.ones(3))),
        Output("Vh", (3, 3), "float64"),
    )
    return made(
        [
            leaf("n0", "A", np.diag([3.0, 2.0, 1.0]), np.eye(3)),
            op("n1", "svd", outputs=outputs, dtype="", options={"full_matrices": "False"}),
            op("n2", "sum", 6.0, 1.0),
            op("n3", "trace", 3.0, 1.0),
        ],
        [("n0", "n1"), Edge("n1", "n2", port="S"), Edge("n1", "n3", port="U")],
        ["n2", "n3"],
    )


def network():
    """A multilayer perceptron: parameters by path, scopes in scopes, what is kept."""
    at = {"scope": "net.hidden"}
    out = {"scope": "net.out"}
    return made(
        [
            leaf("n0", "X", np.ones((8, 4)), role="constant"),
            leaf("n1", "hidden.weight", np.ones((4, 5)), np.ones((4, 5)), "parameter", **at),
            op("n2", "matmul", np.ones((8, 5)), np.ones((8, 5)), keeps=("X", "weight"), **at),
            leaf("n3", "hidden.bias", np.zeros(5), np.ones(5), "parameter", **at),
            op("n4", "add", np.ones((8, 5)), np.ones((8, 5)), **at),
            op("n5", "tanh", np.ones((8, 5)), np.ones((8, 5)), scope="net"),
            leaf("n6", "out.weight", np.ones((5, 2)), np.ones((5, 2)), "parameter", **out),
            op("n7", "matmul", np.ones((8, 2)), np.ones((8, 2)), keeps=("a", "b"), **out),
            op("n8", "mean", 5.0, 1.0),
        ],
        [
            ("n0", "n2", "0"),
            ("n1", "n2", "1"),
            ("n2", "n4", "0"),
            Edge("n3", "n4", "1", "(5,) → (8, 5)"),
            ("n4", "n5"),
            ("n5", "n7", "0"),
            ("n6", "n7", "1"),
            ("n7", "n8"),
        ],
        ["n8"],
        scopes=[Scope("net", "Net"), Scope("net.hidden", "Linear"), Scope("net.out", "Linear")],
        notes=["built inside ac.recording()"],
    )


def collapsed():
    """A collapsed scope, a fold of twelve, merged arrows, and what was cut."""
    facts = {"operations": "1 340", "parameters": "1", "bytes": "40 960"}
    return made(
        [
            Box("n0", "cut", "12 304 more operations, 2 inputs", (), ""),
            leaf("n1", "tokens", shape=(8, 16)),
            Box(
                *("n2", "scope", "Encoder", (8, 16, 32), "float32", "encoder"),
                options={**facts, "in": "(8, 16)", "out": "(8, 16, 32)"},
                members=("n5", "n6"),
            ),
            Box("n3", "operation", "tanh", (8, 16, 32), "float32", count=12),
            op("n4", "sum", 3.5, 1.0),
        ],
        [
            Edge("n0", "n2", count=7),
            ("n1", "n2"),
            Edge("n2", "n3", count=2),
            ("n3", "n4"),
        ],
        ["n4"],
        truncated={"operation": 12304, "input": 2},
        notes=["12 306 boxes left out: max_nodes=500"],
    )


def flow(tail, head, value, note="", formula=""):
    """An arrow of a sweep, with what it contributes."""
    known = None if value is None else s(value)
    return Edge(tail, head, note=note, kind="gradient", contribution=known, formula=formula)


def backward():
    """The sweep's own graph: contributions that meet, a sum over axes, nothing for one branch."""
    return made(
        [
            op("n0", "add", 6.909, 1.0, keeps=()),
            op("n1", "multiply", 6.0, 1.0, keeps=("x", "y"), saved_bytes=16),
            leaf("n2", "x2", 3.0, 2.0),
            op("n3", "sin", 0.9093, 1.0, keeps=("x",), saved_bytes=8),
            leaf("n4", "x1", 2.0, 3.0 + np.cos(2.0)),
            leaf("n5", "b", np.zeros(3), np.full(3, 2.0)),
            leaf("n6", "c", 1.0, reached=False),
        ],
        [
            flow("n0", "n1", 1.0, formula="g"),
            flow("n0", "n3", 1.0, formula="g"),
            flow("n1", "n2", 2.0, formula="g * x"),
            flow("n1", "n4", 3.0, formula="g * y"),
            flow("n3", "n4", np.cos(2.0), formula="g * np.cos(x)"),
            flow("n0", "n5", np.full(3, 2.0), "sum over axes (0,)"),
            flow("n0", "n6", None),
        ],
        ["n0"],
        notes=["backward: arrows run from the root to the leaves"],
    )


def strange():
    """The first nan in a thick red frame, and what follows from it."""
    return made(
        [
            leaf("n0", "x", np.array([1.0, -1.0]), np.array([1.0, np.nan])),
            op("n1", "log", np.array([0.0, np.nan]), np.ones(2), marks=("bad", "culprit")),
            op("n2", "sum", np.nan, 1.0, marks=("bad",), line="train.py:31, in loss"),
            op("n3", "matmul", marks=("failed",), message="shapes (2,) and (3,) do not match"),
        ],
        [("n0", "n1"), ("n1", "n2"), ("n0", "n3", "0"), ("n2", "n3", "1")],
        ["n2"],
        notes=["first nan: log in 'decoder.out' at train.py:30, input from -1 to 1"],
    )


def measured():
    """Memory and time, some of it released."""
    return made(
        [
            leaf("n0", "x", np.ones(1000), np.ones(1000)),
            op("n1", "exp", np.ones(1000), keeps=("y",), saved_bytes=8000, seconds=(2e-5, 1e-5)),
            op("n2", "sin", np.ones(1000), keeps=("x",), saved_bytes=2000, seconds=(1e-3, 2e-3)),
            op("n3", "cos", np.ones(1000), keeps=("x",), released=True, seconds=(0.5, 1.5)),
            op("n4", "sum", 1000.0, 1.0, line="train.py:31, in loss"),
        ],
        [("n0", "n1"), ("n1", "n2"), ("n2", "n3"), ("n3", "n4")],
        ["n4"],
    )


def hostile():
    """Names, values, options, scopes, notes and ports that would be markup if they could."""
    outputs = (Output('<o1>|"', (2,), "float64", s([1.0, 2.0])), Output("", (), "float64"))
    return made(
        [
            leaf("n0", HOSTILE, 2.0, 1.0, scope="end.<b>"),
            leaf("n1", "", 1.0, role="constant"),
            op("n2", '`<"|>`', outputs=outputs, options={"a}b": '"\\'}, scope="end"),
            op("n3", "x" * 200, np.array([True, False])),
        ],
        [
            Edge("n0", "n2", '"0"', "-->|</b>"),
            Edge("n1", "n2", "end"),
            Edge("n2", "n3", port='<o1>|"'),
        ],
        ["n3"],
        scopes=[Scope("end", 'class "X"'), Scope("end.<b>", "]:::op")],
        notes=['a "note" %%{init: {}}%% \\', "1. <i>x</i>"],
    )


def unknown():
    """Nothing is known but the structure; a constant root; a branch without a gradient."""
    return made(
        [
            leaf("n0", "x", reached=False, shape=(3,)),
            op("n1", "floor", shape=(3,), marks=("unreached",)),
            leaf("n2", "y", shape=(3,), dtype="complex64"),
            op("n3", "multiply", shape=(3,), dtype="complex128"),
            leaf("n4", "constant", 2.5, role="constant"),
        ],
        [("n0", "n1"), ("n1", "n3", "0"), Edge("n2", "n3", "1", "complex64 → complex128")],
        ["n3", "n4"],
        notes=["· is not known: build it inside ac.recording()"],
    )


def second():
    """Both directions at once, and operations that a recorded sweep has made."""
    at = {"scope": "backward of power", "marks": ("second",)}
    return made(
        [
            leaf("n0", "x", 2.0, 12.0),
            op("n1", "power", 8.0, 1.0, options={"exponent": "3"}),
            op("n2", "square", 4.0, 3.0, **at),
            op("n3", "multiply", 12.0, 1.0, **at),
        ],
        [
            ("n0", "n1"),
            ("n0", "n2"),
            ("n2", "n3"),
            flow("n1", "n0", 12.0),
            flow("n2", "n0", 12.0),
            flow("n3", "n2", 1e-3),
        ],
        ["n1", "n3"],
        scopes=[Scope("backward of power")],
    )


PICTURES = {
    make.__name__: make
    for make in (
        *(first, square, adapted, svd, network, collapsed),
        *(backward, strange, measured, hostile, unknown, second),
    )
}


NAMES = st.text(max_size=20)
STYLES = sorted(set(PRESETS) - {"modules"})  # which collapses scopes, and has a test of its own


# --- graphs by chance -----------------------------------------------------------------------------
@st.composite
def graphs(draw):
    """Any graph at all: hostile names, all roles, scopes in scopes, ports, several roots."""
    size = draw(st.integers(1, 6))
    value = st.none() | st.floats().map(Summary.of)
    array = st.lists(st.floats(-9, 9), max_size=9).map(Summary.of)
    boxes = [
        Box(
            f"n{k}",
            draw(st.sampled_from(["input", "parameter", "constant", "operation", "scope", "cut"])),
            draw(NAMES),
            draw(st.sampled_from([(), (3,), (2, 3)])),
            draw(st.sampled_from(["float64", "complex64", ""])),
            draw(st.none() | NAMES),
            draw(value | array),
            draw(value | array),
            draw(st.booleans()),
            draw(st.dictionaries(NAMES, NAMES, max_size=2)),
            tuple(
                draw(st.lists(st.builds(Output, NAMES, st.just((2,)), st.just("f4")), max_size=3))
            ),
            draw(st.sampled_from(["", "a", "a.b", "a.b.<c>"])),
            tuple(draw(st.lists(NAMES, max_size=2))),
            draw(st.none() | st.integers(0, 10**12)),
            marks=tuple(draw(st.sets(st.sampled_from(["bad", "culprit", "second", "failed"])))),
            count=draw(st.integers(1, 3)),
        )
        for k in range(size)
    ]
    keys = st.sampled_from([box.id for box in boxes])
    edges = st.builds(
        Edge,
        keys,
        keys,
        NAMES,
        NAMES,
        st.sampled_from(["operand", "gradient"]),
        NAMES,
        st.booleans(),
        st.integers(1, 3),
        st.none() | st.floats().map(Summary.of),
        NAMES,
    )
    scopes = [Scope("a", draw(NAMES)), Scope("a.b", draw(NAMES))]
    return Graph(
        boxes,
        draw(st.lists(edges, max_size=6)),
        draw(st.lists(keys, max_size=2, unique=True)),
        draw(st.lists(NAMES, max_size=2)),
        scopes[: draw(st.integers(0, 2))],
    )


@st.composite
def options(draw):
    """Any presentation."""
    return {
        "style": draw(st.sampled_from(STYLES)),
        "theme": draw(st.sampled_from(["light", "dark"])),
        "rankdir": draw(st.sampled_from(["TB", "LR", "BT", "RL"])),
        "precision": draw(st.integers(1, 17)),
        "max_elems": draw(st.integers(0, 9)),
        "title": draw(st.none() | NAMES),
        "legend": draw(st.booleans()),
        "show": draw(st.sampled_from(["+saved", "+time -value", ["name", "grad"], "+line +bytes"])),
    }
