"""Rows of the tables."""

import numpy as np

import nn
from rows import Row, integers


def looked_up(layer, ids):
    """The rows of the table."""
    return layer.weight.numpy()[ids]


ROWS = [
    Row(
        "Embedding",
        lambda: nn.Embedding(5, 3, rng=0),
        integers(5, 4),
        looked_up,
        wrong=[
            (np.ones((2, 3)), "Embedding (5 -> 3) needs integer ids; it got float64"),
            (np.array([[0, 5]]), "has rows 0 to 4; it got ids from 0 to 5"),
            (np.array([-1, 2]), "it got ids from -1 to 2"),
        ],
        torch=lambda torch: torch.nn.Embedding(5, 3),
        to_torch=lambda state: state,
    ),
    Row(
        "Embedding with padding",
        lambda: nn.Embedding(5, 3, padding_idx=-4, rng=0),
        integers(5, 4),
        looked_up,
        torch=lambda torch: torch.nn.Embedding(5, 3, padding_idx=1),
        to_torch=lambda state: state,
        order=0,
    ),
]
