"""PyTorch's own layers, losses and optimizers, with their default options, on one thread."""

import torch
from torch import nn

from .networks import RATE

torch.set_num_threads(1)


class Bag(nn.Module):
    """The mean of looked-up vectors, and a layer of scores."""

    def __init__(self, rows, width, classes, sparse):
        super().__init__()
        self.table = nn.Embedding(rows, width, sparse=sparse)
        self.scores = nn.Linear(width, classes)

    def forward(self, ids):
        """(n, words) → (n, classes)."""
        return self.scores(self.table(ids).mean(1))


def _mlp(shapes, _case):
    *hidden, last = shapes[::2]
    layers = [layer for sizes in hidden for layer in (nn.Linear(*sizes), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(*last))


def _cnn(shapes, _case):
    (first, *_), _, (second, *_), _, (features, classes), _ = shapes
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(features, classes),
    )  # fmt: skip


NETWORKS = {
    "mlp": _mlp,
    "mlp_scores": _mlp,
    "cnn": _cnn,
    "lstm": lambda shapes, _case: nn.LSTM(shapes[0][0], shapes[1][0], batch_first=True),
    "bag": lambda shapes, case: Bag(*shapes[0], shapes[1][1], case.sparse),
}


def _made(case):
    """The module with the case's parameters, the constants, and how a tensor is ours again."""
    arrays, constants = case.arrays()
    module = NETWORKS[case.network]([a.shape for a in arrays], case)
    module = module.to(getattr(torch, case.dtype))
    turned = [
        isinstance(layer, nn.Linear | nn.LSTM) and p.ndim == 2
        for layer in module.modules()
        for p in layer.parameters(recurse=False)
    ]
    with torch.no_grad():
        for p, a, turn in zip(module.parameters(), arrays, turned, strict=True):
            p.copy_(torch.from_numpy(a.T if turn else a))

    def ours(tensors):
        dense = [t.detach().to_dense() if t.is_sparse else t.detach() for t in tensors]
        return [(t.T if turn else t).numpy() for t, turn in zip(dense, turned, strict=True)]

    return module, [torch.from_numpy(c) for c in constants], ours


def step(case):
    """Zero the gradients, forward, backward, optimizer."""
    module, (x, target), ours = _made(case)
    parameters = list(module.parameters())
    optimizer = getattr(torch.optim, case.optimizer)(parameters, lr=RATE)
    if case.network == "lstm":
        criterion, outputs = nn.MSELoss(), lambda x: module(x)[0]
    else:
        criterion, outputs = nn.CrossEntropyLoss(), module

    def read():
        return ours([p.grad for p in parameters]), ours(parameters)

    def call():
        optimizer.zero_grad()
        criterion(outputs(x), target).backward()
        optimizer.step()
        return read

    return call


def predict(case):
    """The scores of a batch, inside no_grad."""
    module, (x,), _ = _made(case)
    module.eval()

    def call():
        with torch.no_grad():
            return module(x).numpy()

    return call
