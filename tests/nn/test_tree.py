"""How a module is shown."""

import nn
from nn.tree import folded


def test_neighbors_fold():
    """Equal neighbors are one line; what differs between them keeps them apart."""
    layers = [nn.Linear(1, 1), nn.Linear(1, 1), nn.Identity(), nn.Linear(1, 1)]

    lines = folded([(str(k), layer) for k, layer in enumerate(layers)])

    paths = [(f"block.{k}", layer) for k, layer in enumerate(layers[:2])]
    assert folded(paths) == ["(block.0-1): 2 x Linear(1, 1)"]
    apart = [("a.0", layers[0]), ("b.0", layers[1])]
    assert folded(apart) == ["(a.0-b.0): 2 x Linear(1, 1)"]
    assert lines == ["(0-1): 2 x Linear(1, 1)", "(2): Identity()", "(3): Linear(1, 1)"]
