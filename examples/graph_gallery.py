"""Every way to look at a computation graph: styles, formats, views, on three graphs.

Run it with ``python examples/graph_gallery.py``: it writes a folder ``graphs`` with the expression
y = sin(x1) + x1·x2, a perceptron and an LSTM, as DOT, Mermaid, text, JSON and as interactive pages;
with the program ``dot`` on the path (apt install graphviz) as pictures too.
"""

from importlib.util import find_spec
from pathlib import Path
from shutil import which

import numpy as np

import autograd_core as ac
import nn

FOLDER = Path("graphs")
STYLES = ("default", "compact", "full", "micrograd", "backward", "modules", "paper")
SUFFIXES = (".dot", ".mmd", ".txt", ".json", ".html")


def expression(x1, x2):
    """sin(x1) + x1·x2, of numbers, arrays or Variables."""
    return np.sin(x1) + x1 * x2


class Reader(nn.Module):
    """An LSTM over a sequence, and a score for its last state."""

    def __init__(self, rng):
        self.lstm = nn.LSTM(3, 4, rng=rng)
        self.score = nn.Linear(4, 1, rng=rng)

    def forward(self, x):
        """Scores (n, 1) of sequences (n, time, 3)."""
        states, _ = self.lstm(x)
        return self.score(states[:, -1])


def graphs(seed):
    """The three graphs, by name; each call is recorded and swept, and leaves nothing behind."""
    rng = np.random.default_rng(seed)
    layers = [nn.Linear(2, 16, rng=rng), nn.ReLU(), nn.Linear(16, 16, rng=rng), nn.ReLU()]
    perceptron = nn.Sequential(*layers, nn.Linear(16, 3, rng=rng))
    return {
        "expression": ac.graph(expression, 2.0, 3.0),
        "perceptron": ac.graph(perceptron, rng.normal(size=(8, 2))),
        "lstm": ac.graph(Reader(rng), rng.normal(size=(2, 5, 3))),
    }


def views():
    """What else can be asked of one graph: the sweep, a cone, layers only, the first nan."""
    w = ac.Variable(np.linspace(-1.0, 1.0, 6).reshape(2, 3), name="w")
    x = np.ones((4, 2))
    with ac.recording() as rec, np.errstate(all="ignore"):
        with ac.name_scope("layer"):
            h = np.tanh(x @ w)
        loss = np.sum(np.log(h))  # of negative numbers: nan
    return {
        "backward": ac.graph(loss, direction="backward", show="+saved"),
        "cone": ac.graph(loss, focus="w", upstream=2),
        "layers": ac.graph(loss, depth=1),
        "culprit": rec.graph(),
    }


def main(steps=7, seed=0):
    """Write all of it; the number of files.

    Args:
        steps: how many of the styles.
        seed: of the weights and the data.
    """
    FOLDER.mkdir(exist_ok=True)
    written = []
    for name, graph in graphs(seed).items():
        written += [graph.save(FOLDER / f"{name}{suffix}") for suffix in SUFFIXES]
        for style in STYLES[:steps]:
            written.append(graph.save(FOLDER / f"{name}-{style}.dot", style=style))
            if which("dot"):
                written.append(graph.save(FOLDER / f"{name}-{style}.png", style=style, dpi=80))
        again = ac.Graph.from_json((FOLDER / f"{name}.json").read_text("utf-8"))
        assert again.to_dot().source == graph.to_dot().source, "the same bytes from the same graph"
    found = views()
    written += [graph.save(FOLDER / f"{name}.html") for name, graph in found.items()]
    marked = [box.label for box in found["culprit"] if "culprit" in box.marks]
    assert marked == ["log"], marked
    if which("dot") and find_spec("matplotlib"):
        show(steps)
    print(f"{len(written)} files in {FOLDER}; the first nan came from {marked[0]}")
    return len(written)


def show(steps):
    """The expression and the perceptron in each style, side by side."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(
        2, steps, figsize=(3 * steps, 7), layout="constrained", squeeze=False
    )
    for row, name in zip(axes, ("expression", "perceptron"), strict=True):
        for ax, style in zip(row, STYLES, strict=False):
            ax.imshow(plt.imread(FOLDER / f"{name}-{style}.png"))
            ax.set_title(style)
            ax.axis("off")
    figure.savefig(FOLDER / "styles.png", dpi=80)


if __name__ == "__main__":
    main()
