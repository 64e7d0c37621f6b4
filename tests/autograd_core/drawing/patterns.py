"""Graphs of a known pattern, made by hand, and random ones: what tests of reduction share."""

from hypothesis import strategies as st

from autograd_core.drawing.model import Box, Edge, Graph, Scope

LEAVES = ("input", "parameter", "constant")


def leaf(key, name, role="input", shape=(), **facts):
    """A box for a leaf; its identifier may be a number."""
    return Box(f"n{key}", role, name, shape, "float64", name=name, **facts)


def op(key, label, scope="", shape=(), **facts):
    """A box for an operation."""
    return Box(f"n{key}", "operation", label, shape, "float64", scope=scope, **facts)


def edge(tail, head, operand="", **facts):
    """An arrow between boxes with these numbers."""
    return Edge(f"n{tail}", f"n{head}", operand, **facts)


def chain(n, labels=("sin",)):
    """An input and n operations, one after the other; their names take turns."""
    nodes = [leaf(0, "x"), *(op(k, labels[k % len(labels)]) for k in range(1, n + 1))]
    return Graph(nodes, [edge(k, k + 1) for k in range(n)], [f"n{n}"])


def diamonds(n):
    """Each sum adds the one before to itself."""
    nodes = [leaf(0, "x"), *(op(k, "add") for k in range(1, n + 1))]
    return Graph(nodes, [edge(k // 2, k // 2 + 1, str(k % 2)) for k in range(2 * n)], [f"n{n}"])


def fan(n):
    """One operation of n inputs."""
    nodes = [*(leaf(k, f"x{k}") for k in range(n)), op(n, "stack")]
    return Graph(nodes, [edge(k, n, str(k)) for k in range(n)], [f"n{n}"])


def layers(n, different=()):
    """x → n layers (matmul with a weight, tanh) in scopes layers.0, layers.1, … → sum.

    Those that are ``different`` have relu for tanh.
    """
    nodes, edges, scopes = [leaf(0, "x", shape=(3,))], [], [Scope("layers", "Sequential")]
    for k in range(n):
        path, at = f"layers.{k}", 3 * k
        scopes.append(Scope(path, "Linear"))
        nodes += [
            leaf(at + 1, f"{path}.weight", "parameter", (3, 3), scope=path),
            op(at + 2, "matmul", path, (3,)),
            op(at + 3, "relu" if k in different else "tanh", path, (3,)),
        ]
        edges += [edge(at, at + 2, "0"), edge(at + 1, at + 2, "1"), edge(at + 2, at + 3)]
    nodes.append(op(3 * n + 1, "sum"))
    edges.append(edge(3 * n, 3 * n + 1))
    return Graph(nodes, edges, [f"n{3 * n + 1}"], scopes=scopes)


def labels(graph):
    """What the boxes are called, with their counts."""
    return [box.label + (f" x {box.count}" if box.count > 1 else "") for box in graph]


def ends(graph):
    """Used and user of each edge."""
    pairs = [(one.tail, one.head) for one in graph.edges]
    return [pair if one.kind == "operand" else pair[::-1] for pair, one in zip(pairs, graph.edges)]


def below(graph):
    """For each box all that were computed from it."""
    found = {box.id: set() for box in graph}
    for used, user in sorted(ends(graph), key=lambda pair: -[*found].index(pair[0])):
        found[used] |= {user} | found[user]
    return found


@st.composite
def graphs(draw):
    """Any graph of up to 24 boxes: leaves, few kinds of operations, nested scopes, some roots."""
    size = draw(st.integers(1, 24))
    paths = st.sampled_from(["", "a", "a.0", "a.1", "a.2", "a.0.c", "b", "b:2"])
    nodes, edges, scope = [], [], ""
    for k in range(size):
        scope = draw(paths) if draw(st.integers(0, 2)) == 0 else scope
        arity = draw(st.integers(0, 3)) if k else 0
        if not arity:
            nodes.append(leaf(k, f"x{k}", draw(st.sampled_from(LEAVES)), scope=scope))
            continue
        label = draw(st.sampled_from(["add", "sin", "cast"]))
        nodes.append(op(k, label, scope))
        near = st.integers(max(0, k - 4), k - 1) if draw(st.booleans()) else st.integers(0, k - 1)
        view = draw(st.booleans())
        edges += [edge(draw(near), k, str(place), view=view) for place in range(arity)]
    roots = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=3, unique=True))
    scopes = [Scope(path, "Block") for path in ("a", "a.0", "a.1", "a.2", "a.0.c", "b", "b:2")]
    return Graph(nodes, edges, [f"n{k}" for k in sorted(roots, reverse=True)], scopes=scopes)


BLOCKS = {  # operations of a layer: name, and operands: h, another of the layer, a weight, the mask
    "dense": (("matmul", "h", "w"), ("tanh", 0)),
    "gate": (("matmul", "h", "w"), ("multiply", 0, "mask")),
    "residual": (("sin", "h"), ("add", 0, "h")),
    "inner": (("sin", "h"), ("cos", 0), ("add", 1, 0)),
}


def stack(blocks):
    """x and a mask → one layer after the other, in scopes net.0, net.1, …; each a kind of block."""
    nodes, edges, h = [leaf(0, "x"), leaf(1, "mask")], [], 0
    for k, block in enumerate(blocks):
        made = []
        for label, *operands in BLOCKS[block]:
            sources = []
            for operand in operands:
                if operand == "w":
                    nodes.append(leaf(len(nodes), f"net.{k}.w", "parameter", scope=f"net.{k}"))
                    sources.append(len(nodes) - 1)
                elif operand in ("h", "mask"):
                    sources.append(h if operand == "h" else 1)
                else:
                    sources.append(made[operand])
            made.append(len(nodes))
            nodes.append(op(made[-1], label, f"net.{k}"))
            edges += [edge(source, made[-1], str(j)) for j, source in enumerate(sources)]
        h = made[-1]
    scopes = [Scope("net", "Stack"), *(Scope(f"net.{k}", "Block") for k in range(len(blocks)))]
    nodes.append(op(len(nodes), "sum"))
    edges.append(edge(h, len(nodes) - 1))
    return Graph(nodes, edges, [nodes[-1].id], scopes=scopes)
