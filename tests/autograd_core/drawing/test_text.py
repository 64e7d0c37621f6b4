"""A graph as text: the tree, the list, widths, signs, and what is safe to print."""

import numpy as np
import pytest

from autograd_core.drawing.model import Box, Edge, Graph, Output, Summary
from autograd_core.drawing.text import wide, write
from autograd_core.errors import ArgumentError

FIRST = """\
add                ()  6.909   grad 1
├─0 sin            ()  0.9093  grad 1
│ └─ x1            ()  2       grad 2.584
└─1 multiply       ()  6       grad 1
  ├─0 x1           above
  └─1 x2           ()  3       grad 2
5 nodes, 5 edges, float64"""


def leaf(key, name, value=None, grad=None, role="input", shape=(), dtype="float64"):
    """A box for an input."""
    return Box(key, role, name, shape, dtype, name, summary(value), summary(grad))


def op(key, label, value=None, grad=None, shape=(), dtype="float64", **facts):
    """A box for an operation."""
    box = Box(key, "operation", label, shape, dtype, None, summary(value), summary(grad))
    for name, fact in facts.items():
        setattr(box, name, fact)
    return box


def summary(value):
    """What a picture shows of a value."""
    return None if value is None else Summary.of(value)


def first():
    """y = sin(x1) + x1 * x2 at 2 and 3, all known."""
    nodes = [
        leaf("n0", "x1", 2.0, 3 + np.cos(2.0)),
        op("n1", "sin", np.sin(2.0), 1.0),
        leaf("n2", "x2", 3.0, 2.0),
        op("n3", "multiply", 6.0, 1.0),
        op("n4", "add", np.sin(2.0) + 6.0, 1.0),
    ]
    edges = [Edge("n0", "n1"), Edge("n0", "n3", "0"), Edge("n2", "n3", "1")]
    edges += [Edge("n1", "n4", "0"), Edge("n3", "n4", "1")]
    return Graph(nodes, edges, ["n4"])


def test_the_first_picture_as_text():
    """Every number of it stands in its place."""
    assert write(first()) == FIRST


def test_the_list_has_a_line_for_each_box():
    """In order of creation, written like a program."""
    assert write(first(), order="list").splitlines() == [
        "n0 = x1                ()  2       grad 2.584",
        "n1 = sin(n0)           ()  0.9093  grad 1",
        "n2 = x2                ()  3       grad 2",
        "n3 = multiply(n0, n2)  ()  6       grad 1",
        "n4 = add(n1, n3)       ()  6.909   grad 1",
        "5 nodes, 5 edges, float64",
    ]


def test_plain_characters():
    """With ascii=True nothing else is written, also not for names."""
    graph = first()
    graph.nodes[2].label = graph.nodes[2].name = "損失"
    graph.nodes[1].value = None

    text = write(graph, ascii=True)

    assert text.isascii()
    assert text.splitlines()[1] == "|-0 sin             ()  ?      grad 1"
    assert text.splitlines()[2] == "| `- x1             ()  2      grad 2.584"
    assert "\\u640d\\u5931" in text


def test_a_deep_tree_is_a_list():
    """Beyond forty levels; at forty it is a tree."""

    def chain(n):
        nodes = [leaf("n0", "x"), *(op(f"n{k}", "sin") for k in range(1, n))]
        return Graph(nodes, [Edge(f"n{k}", f"n{k + 1}") for k in range(n - 1)], [f"n{n - 1}"])

    assert write(chain(41)).startswith("sin ")
    assert write(chain(42)).startswith("n0 = x ")


@pytest.mark.slow
@pytest.mark.parametrize(("order", "mentions"), [("tree", 2), ("list", 1)])
def test_a_hundred_thousand_lines_take_linear_time(order, mentions):
    """Depth and width are no matter: no recursion, no line padded to the widest."""
    n = 20_000
    nodes = [leaf("n0", "x"), *(op(f"n{k}", "sin") for k in range(1, n)), op("n", "stack")]
    edges = [Edge(f"n{k}", f"n{k + 1}") for k in range(n - 1)]
    edges += [Edge(f"n{k}", "n", str(k)) for k in range(n)]

    text = write(Graph(nodes, edges, ["n"]), order=order)

    assert text.count("\n") + 1 == mentions * n + (2 if order == "list" else 1)
    assert len(text) < 100 * mentions * n


def test_sixty_diamonds_are_written_once():
    """What is used twice stands once, with a sign, and as a reference."""
    nodes = [leaf("n0", "x"), *(op(f"n{k}", "add") for k in range(1, 61))]
    edges = [Edge(f"n{k // 2}", f"n{k // 2 + 1}", str(k % 2)) for k in range(120)]
    graph = Graph(nodes, edges, ["n60"])

    small = Graph(nodes[:4], edges[:6], ["n3"])
    assert write(small).splitlines() == [
        "add                ()  ·  grad ·",
        "├─0 add [n2]       ()  ·  grad ·",
        "│ ├─0 add [n1]     ()  ·  grad ·",
        "│ │ ├─0 x          ()  ·  grad ·",
        "│ │ └─1 x          above",
        "│ └─1 add [n1]     above",
        "└─1 add [n2]       above",
        "4 nodes, 6 edges, float64",
    ]
    assert len(write(graph).splitlines()) == 62


def test_several_roots_and_what_no_root_uses():
    """Each root is a tree, a root inside another is a reference, the rest follows."""
    graph = first()
    graph.nodes.append(op("n5", "cos", -0.4161))
    graph.edges.append(Edge("n0", "n5"))
    graph.roots = ["n4", "n1"]

    text = write(graph).splitlines()

    assert text[6].split() == ["sin", "above"]
    assert text[7].split() == ["cos", "()", "-0.4161", "grad", "·"]
    assert text[8].split() == ["└─", "x1", "above"]


def test_what_stands_on_a_line():
    """Names, options, counts, mixed dtypes, marks, adaptations, gradients that do not exist."""
    nodes = [
        leaf("n0", "fc.weight", np.ones((2, 3)), np.ones((2, 3)), "parameter", (2, 3), "float32"),
        leaf("n1", "c", 1.0, None, "constant"),
        op("n2", "sum", np.ones(3), None, (3,), "float32", name="total", reached=False),
        op("n3", "divide", np.full(9, np.nan), None, (9,), count=12, marks=("culprit",)),
        op("n4", "stack", None, None, (2,), marks=("failed",), message="shapes differ"),
    ]
    nodes[2].options = {"axis": "0"}
    edges = [Edge("n0", "n2"), Edge("n2", "n3", "0", "(3,) → (9,)"), Edge("n1", "n3", "1")]
    edges += [Edge("n3", "n4", view=True, count=3)]

    text = write(Graph(nodes, edges, ["n4"], ["a note"])).splitlines()

    assert [line[:26].rstrip() for line in text] == [
        "stack",
        "└─ divide x 12",
        "  ├─0 total = sum(axis=0)",
        "  │ └─ fc.weight",
        "  └─1 c",
        "5 nodes, 4 edges",
        "a note",
    ]
    assert text[0].split() == [
        "stack",
        "(2,)",
        "float64",
        "·",
        "grad",
        "·",
        "failed:",
        "shapes",
        "differ",
    ]
    assert "(9,) float64    9 nan or inf" in text[1]
    assert text[1].endswith("view  3 edges  the first nan or inf")
    assert "(3,) float32    [1 1 1]" in text[2]
    assert "grad none" in text[2]
    assert text[2].endswith("(3,) → (9,)")
    assert text[3].endswith("[[1 1 1] [1 1 1]]  grad |2.449| [[1 1 1] [1 1 1]]")
    assert "grad" not in text[4]


def test_operations_with_several_results():
    """Each result that is used has its own shape, value and gradient."""
    outputs = (
        Output("U", (2, 2), "float64", Summary.of(np.eye(2))),
        Output("S", (2,), "float64", Summary.of([2.0, 1.0]), Summary.of([1.0, 0.0])),
    )
    svd = op("n1", "svd", outputs=outputs)
    graph = Graph(
        [leaf("n0", "A", shape=(2, 2)), svd, op("n2", "matmul", shape=(2,))],
        [Edge("n0", "n1"), Edge("n1", "n2", "0", port="U"), Edge("n1", "n2", "1", port="S")],
        ["n2"],
    )

    tree, listed = write(graph).splitlines(), write(graph, order="list").splitlines()

    assert tree[1].split("  ")[0] == "├─0 svd.U [n1]"
    assert "(2, 2)  [[1 0] [0 1]]  grad ·" in tree[1]
    assert tree[3].split("  ")[0] == "└─1 svd.S [n1]"
    assert "(2,)    [2 1]          grad |1| [1 0]" in tree[3]
    assert (
        listed[1] == "n1 = svd(n0)            U (2, 2), S (2,)" or "U (2, 2), S (2,)" in listed[1]
    )
    assert listed[2].startswith("n2 = matmul(n1.U, n1.S) ")


def test_what_reduction_has_made():
    """Scopes say their facts, cuts what they stand for."""
    facts = {"operations": "40", "parameters": "1 024"}
    nodes = [
        Box("n3", "cut", "12 304 more operations, 2 inputs", (), ""),
        Box("n9", "scope", "Block", (8,), "float64", "layers.0-11", options=facts, count=12),
    ]
    text = write(Graph(nodes, [Edge("n3", "n9", count=2)], ["n9"])).splitlines()

    assert text[0].split("  ")[0] == "layers.0-11 = Block x 12"
    assert text[0].endswith("operations 40  parameters 1 024")
    assert text[1] == "└─ 12 304 more operations, 2 inputs  2 edges"


def test_a_sweep_alone_runs_from_the_root():
    """Its arrows point to the operands, and say what they give."""
    nodes = [leaf("n0", "x"), op("n1", "sin")]
    given = Summary.of(0.5)
    graph = Graph(nodes, [Edge("n1", "n0", kind="gradient", contribution=given)], ["n1"])

    assert write(graph).splitlines()[1] == "└─ x               ()  ·  grad ·  gives 0.5"


def test_more_can_be_shown_and_less():
    """By words with signs, or by all the words."""
    box = op("n0", "exp", 1.0, shape=(3,), line="train.py:31, in loss", scope="head")
    box.keeps, box.saved_bytes, box.seconds = ("out",), 2_500_000, (0.0012, 0.003)
    graph = Graph([box], [], ["n0"])

    more = write(graph, show="+line +saved +time +scope +bytes -grad -shape").splitlines()[0]

    assert more.split("  ")[-6:] == [
        "1",
        "24 B",
        "keeps out: 2.5 MB",
        "1.2 ms forward, 3 ms backward",
        "in head",
        "at train.py:31, in loss",
    ]
    assert write(graph, show=["op", "value"]).splitlines()[0].split() == ["exp", "1"]
    many = Graph([leaf("n0", "x", np.arange(9.0), shape=(9,))], [], ["n0"])
    assert "min 0 mean 4" in write(many)
    assert "mean" not in write(many, show="-stats")


def test_precision_and_length_of_arrays():
    """Digits are significant ones; an array of more numbers is summed up."""
    graph = Graph([leaf("n0", "x", [1.0, 2 / 3, 3.0], shape=(3,))], [], ["n0"])

    assert "[1 0.67 3]" in write(graph, precision=2)
    assert "min 0.6667 mean 1.556 max 3" in write(graph, max_elems=2)


def test_options_of_the_graph_are_its_defaults():
    """What was said when it was made counts, unless the writer is told otherwise."""
    graph = first()
    graph.options = {"order": "list", "precision": 2, "rankdir": "LR"}

    assert "0.91" in write(graph)
    assert write(graph, order="tree", precision=4) == FIRST


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"order": "graph"}, "order got 'graph'.\n  try: order='tree' or order='list'"),
        ({"show": "+vlaue"}, "show= has no field 'vlaue', did you mean 'value'?\n  try: of name"),
        ({"precision": 0}, "precision=0 is too small."),
        ({"style": "ful"}, "style='ful' is not known, did you mean 'full'?"),
    ],
)
def test_other_values_are_errors(options, text):
    """They name the nearest that there is."""
    with pytest.raises(ArgumentError) as error:
        write(first(), **options)

    assert str(error.value).startswith(text)


def test_no_line_is_wider_than_asked_for():
    """It ends in an ellipsis; wide letters count twice."""
    graph = first()
    graph.nodes[2].label = graph.nodes[2].name = "損失" * 30

    for width in (5, 12, 40):
        for ascii in (False, True):
            assert max(map(wide, write(graph, width=width, ascii=ascii).splitlines())) <= width


def test_columns_stand_below_each_other_with_wide_letters():
    """Each takes two columns of a terminal, an accent none."""
    graph = first()
    graph.nodes[2].label = graph.nodes[2].name = "損失"
    graph.nodes[0].label = graph.nodes[0].name = "e\u0301"

    text = write(graph).splitlines()

    assert {wide(line[: line.index("()")]) for line in text[:4]} == {19}
    assert wide(text[5][: text[5].index("()")]) == 19


@pytest.mark.parametrize(
    "bad", ["\n", "\r", "\x1b[31m", "\u202e", "\u2028", "\x00", "\x7f", "\ud800"]
)
def test_no_name_moves_the_cursor_or_turns_the_text(bad):
    """Control characters, line ends and marks of direction are written as escapes."""
    graph = first()
    graph.nodes[0].label = graph.nodes[0].name = f"a{bad}b"
    graph.nodes[1].label = graph.nodes[1].message = f"s{bad}n"
    graph.nodes[1].marks = ("failed",)
    graph.nodes[3].options = {bad: bad}
    graph.notes = [f"note{bad}"]

    text = write(graph, title=bad)

    assert bad not in text.replace("\n", "") or bad == "\n"
    assert len(text.split("\n")) == 9
    text.encode()


def test_parts_of_a_line_are_given_to_a_hook():
    """It returns those to be written; where it fails the box is named."""
    first_only = write(first(), label_fn=lambda _box, parts: parts[:1])
    assert first_only.splitlines()[:3] == ["add", "├─0 sin", "│ └─ x1"]
    marked = write(first(), order="list", label_fn=lambda box, parts: [box.id, *parts[1:2]])
    assert marked.splitlines()[1].split() == ["n1", "=", "n1", "()"]
    assert write(first(), label_fn=lambda _box, _parts: []).splitlines()[1] == "├─0"

    with pytest.raises(ArgumentError, match=r"label_fn failed at n4 \(add\): KeyError"):
        write(first(), label_fn=lambda _box, _parts: {}["a"])


def test_a_style_says_what_is_shown():
    """As in pictures."""
    text = write(first(), style="compact").splitlines()

    assert text[0].split() == ["add", "()"]
    assert "time" not in write(first(), style="full")
    graph = first()
    graph.options = {"style": "compact"}
    assert write(graph).splitlines() == text
