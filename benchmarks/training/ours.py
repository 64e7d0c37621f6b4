"""nn: its layers, losses and optimizers; ``fit``, and the loop that a user would write."""

import numpy as np

import autograd_core as ac
import nn
from nn import functional

from .networks import RATE


class Bag(nn.Module):
    """The mean of looked-up vectors, and a layer of scores."""

    def __init__(self, rows, width, classes, dtype):
        self.table = nn.Embedding(rows, width, dtype=dtype)
        self.scores = nn.Linear(width, classes, dtype=dtype)

    def forward(self, ids):
        """(n, words) → (n, classes)."""
        return self.scores(self.table(ids).mean(axis=1))


def _mlp(shapes, dtype):
    *hidden, (n, m) = shapes[::2]
    layers = [nn.Linear(*sizes, activation="relu", dtype=dtype) for sizes in hidden]
    return nn.Sequential(*layers, nn.Linear(n, m, dtype=dtype))


def _cnn(shapes, dtype):
    (first, *_), _, (second, *_), _, (features, classes), _ = shapes
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1, dtype=dtype), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding=1, dtype=dtype), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(features, classes, dtype=dtype),
    )  # fmt: skip


NETWORKS = {
    "mlp": _mlp,
    "mlp_scores": _mlp,
    "cnn": _cnn,
    "lstm": lambda shapes, dtype: nn.LSTM(shapes[0][0], shapes[1][0], dtype=dtype),
    "bag": lambda shapes, dtype: Bag(*shapes[0], shapes[1][1], dtype=dtype),
}


def _made(case):
    """The module with the case's parameters, and the constants."""
    arrays, constants = case.arrays()
    module = NETWORKS[case.network]([a.shape for a in arrays], case.dtype)
    for p, a in zip(module.parameters(), arrays, strict=True):
        p.data = a
    return module, constants


def step(case):
    """Zero the gradients, forward, backward, optimizer."""
    module, (x, target) = _made(case)
    optimizer = getattr(nn, case.optimizer)(module, lr=RATE)
    parameters = module.parameters()
    if case.network == "lstm":
        criterion, outputs = nn.MSELoss(), lambda x: module(x)[0]
    else:
        criterion, outputs = nn.CrossEntropyLoss(), module

    def read():
        return [p.grad for p in parameters], [p.data for p in parameters]

    def call():
        optimizer.zero_grad()
        criterion(outputs(x), target).backward()
        optimizer.step()
        return read

    return call


def predict(case):
    """The scores of a batch, inside no_grad."""
    module, (x,) = _made(case)
    module.eval()

    def call():
        with ac.no_grad():
            return module(x).numpy()

    return call


def _new():
    return nn.Model(nn.Linear(2, 100, activation="relu", rng=0), nn.Linear(100, 3, rng=1))


EPOCHS, BATCH = 20, 20


def fit(case):
    """A whole run of Model.fit, from new weights."""
    _, (x, labels) = case.arrays()

    def call():
        model = _new()
        history = model.fit(
            x, labels, BATCH, EPOCHS, nn.Adam(model, lr=1e-2), "cross_entropy", verbose=0, rng=2
        )
        return history["loss"]

    return call


def loop(case):
    """The same run as a loop over permutations, with the library's layers and optimizer."""
    _, (x, labels) = case.arrays()

    def call():
        model, rng, losses = _new(), np.random.default_rng(2), []
        optimizer = nn.Adam(model, lr=1e-2)
        for _ in range(EPOCHS):
            order, total = rng.permutation(len(x)), 0.0
            for start in range(0, len(x), BATCH):
                rows = order[start : start + BATCH]
                optimizer.zero_grad()
                loss = functional.cross_entropy(model(x[rows]), labels[rows])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)
            losses.append(total / len(x))
        return losses

    return call
