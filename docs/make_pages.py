"""The interactive graphs that pages of the site show, written when it is built."""

from pathlib import Path

import make_figures
import numpy as np

import autograd_core as ac
import nn


def expression(x1, x2):
    """The example of the whole project: sin(x1) + x1·x2."""
    return np.sin(x1) + x1 * x2


def network():
    """The graph of the loss of a small classifier, with all values."""
    model = nn.Model(nn.Linear(2, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1))
    points, labels = nn.datasets.spiral(10, rng=0)
    with ac.recording() as recording:
        nn.CrossEntropyLoss()(model(points), labels).backward()
    return recording.graph(model=model)


GRAPHS = {
    "expression.html": lambda: ac.graph(expression, 2.0, 3.0),
    "network.html": network,
}


def write(folder: Path) -> None:
    """Write each graph as a page of its own, and the first one as a picture too."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = make_figures.draw(ac.to_mermaid(expression, 2.0, 3.0))
    (folder / "expression.svg").write_text(picture, encoding="utf-8")
    for name, made in GRAPHS.items():
        (folder / name).write_text(made().to_html(), encoding="utf-8")
