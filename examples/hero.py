"""The picture of the README: a graph, a gradient and a decision boundary, side by side.

Run it with ``python examples/hero.py`` (extra ``plot``): it writes ``hero.png`` to the current
folder. Left, what ``ac.graph`` knows of y = sin(x1) + x1·x2 at (2, 3); middle, the same function
with its gradient, from ``ac.grad``, at many places; right, a network trained by ``nn`` on a spiral.
"""

from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import autograd_core as ac
import nn

FILE = Path("hero.png")
PLACE = (2.0, 3.0)
FILLS = {"input": "#e0ecf8", "operation": "#fdf0d5"}
EDGES = {"input": "#1f6f9f", "operation": "#a86a00"}


def expression(x1, x2):
    """sin(x1) + x1·x2, of numbers, arrays or Variables."""
    return np.sin(x1) + x1 * x2


def places(graph):
    """Where each box stands: its rank is the longest way from an input; ranks are centered."""
    ranks = {}
    for box in graph:  # in order of creation
        before = [ranks[edge.tail] for edge in graph.edges if edge.head == box.id]
        ranks[box.id] = max(before, default=-1) + 1
    rows = defaultdict(list)
    for key, rank in ranks.items():
        rows[rank].append(key)
    return {
        key: (k - (len(row) - 1) / 2, -rank)
        for rank, row in rows.items()
        for k, key in enumerate(row)
    }


def draw_graph(ax, graph):
    """The boxes with value and gradient, and the arrows between them."""
    where = places(graph)
    for edge in graph.edges:
        ax.annotate(
            "",
            where[edge.head],
            where[edge.tail],
            arrowprops={"arrowstyle": "-|>", "color": "#6a6a6a", "shrinkA": 36, "shrinkB": 36},
        )
    for box in graph:
        ax.text(
            *where[box.id],
            f"{box.label}\n{box.value.text()}\ngradient {box.grad.text()}",
            ha="center",
            va="center",
            linespacing=1.4,
            bbox={
                "boxstyle": "round,pad=0.5",
                "facecolor": FILLS[box.role],
                "edgecolor": EDGES[box.role],
                "linewidth": 2.5 if box.id in graph.roots else 1,
            },
        )
    x, y = np.transpose(list(where.values()))
    ax.set(xlim=(x.min() - 0.5, x.max() + 0.5), ylim=(y.min() - 0.4, y.max() + 0.4))
    ax.set_title("the graph of sin(x1) + x1*x2, swept")
    ax.axis("off")


def draw_gradient(ax):
    """The function's heights, its gradient as arrows, and the place of the graph."""
    x1, x2 = np.meshgrid(np.linspace(-1, 4, 200), np.linspace(-1, 4, 200))
    ax.contourf(x1, x2, expression(x1, x2), 16, cmap="cividis")
    coarse = np.meshgrid(np.linspace(-0.7, 3.7, 10), np.linspace(-0.7, 3.7, 10))
    slopes = ac.grad(lambda a, b: np.sum(expression(a, b)), argnums=(0, 1))(*coarse)
    ax.quiver(*coarse, *slopes, color="white", width=0.006)
    ax.plot(*PLACE, "o", color="#d55e00", markeredgecolor="white", markersize=9)
    ax.set(title="its gradient, at many places at once", xlabel="x1", ylabel="x2", aspect="equal")


def main(steps=150, seed=0):
    """Train, draw where matplotlib is installed; the network's accuracy on the spiral.

    Args:
        steps: epochs of training.
        seed: of the data, the weights and the batches.
    """
    graph = ac.graph(expression, *PLACE)
    gradients = [box.grad.numbers[0] for box in graph if box.role == "input"]
    assert np.allclose(gradients, [3.0 + np.cos(2.0), 2.0], rtol=1e-15)

    X, y = nn.datasets.spiral(rng=seed)
    model = nn.Model(nn.Linear(2, 100, rng=seed), nn.ReLU(), nn.Linear(100, 3, rng=seed + 1))
    model.fit(X, y, 32, steps, "adam", "cross_entropy", lr=1e-2, verbose=0, rng=seed)
    accuracy = model.score(X, y)
    if find_spec("matplotlib"):
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(1, 3, figsize=(15, 5), layout="constrained")
        draw_graph(axes[0], graph)
        draw_gradient(axes[1])
        nn.plot.decision_boundary(model, X, y, ax=axes[2], title=f"a spiral, {accuracy:.0%} right")
        axes[2].set_aspect("equal")
        figure.savefig(FILE, dpi=80)
    print(f"gradients {gradients[0]:.4f} and {gradients[1]:.4f}; accuracy {accuracy:.3f}")
    return accuracy


if __name__ == "__main__":
    main()
