"""Rows of the losses: each formula once more, with loops over samples where that is plainer."""

import math

import numpy as np

import nn
from rows import Row, integers, normal, together


def mean(function):
    """The mean of a function of two numbers over pairs of entries."""

    def formula(_, x, t):
        return np.mean([function(a, b) for a, b in zip(x.ravel(), t.ravel(), strict=True)])

    return formula


def log_probability(x, label):
    """The logarithm of the softmax of a row at its label."""
    return x[label] - math.log(sum(math.exp(v) for v in x))


def cross_entropy(_, x, t):
    """The mean of -log p[t], classes along axis 1."""
    rows, labels = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]), t.ravel()
    return -np.mean([log_probability(row, k) for row, k in zip(rows, labels, strict=True)])


def weighted_cross_entropy(loss, x, t):
    """With class weights, an ignored label and smoothing, as Szegedy et al. define it."""
    total = norm = 0.0
    for row, label in zip(x, t, strict=True):
        if label != loss.ignore_index:
            w, eps = loss.weight, loss.label_smoothing
            others = sum(w[k] * log_probability(row, k) for k in range(len(row))) / len(row)
            total -= (1 - eps) * w[label] * log_probability(row, label) + eps * others
            norm += w[label]
    return total / norm


def soft_cross_entropy(loss, x, t):
    """The mean of -Σ t log p, with smoothing."""
    t = t * (1 - loss.label_smoothing) + loss.label_smoothing / t.shape[1]
    logs = np.array([[log_probability(row, k) for k in range(len(row))] for row in x])
    return -(t * logs).sum(1).mean()


def probabilities(*shape):
    """Inputs from (0, 1)."""
    return lambda rng, n: rng.uniform(0.05, 0.95, (n, *shape))


def shares(classes):
    """Rows of probabilities."""
    return lambda rng, n: rng.dirichlet(np.ones(classes), n)


def log_shares(classes):
    """Rows of log-probabilities."""
    return lambda rng, n: np.log(rng.dirichlet(np.ones(classes), n))


def signs(*shape):
    """1 and -1."""
    return lambda rng, n: rng.choice([-1.0, 1.0], (n, *shape))


def multi_margin(loss, x, t):
    """The mean over rows of Σ max(0, m - x[t] + x[j])ᵖ / C."""
    terms = [
        max(0.0, loss.margin - row[label] + row[j]) ** loss.p
        for row, label in zip(x, t, strict=True)
        for j in range(len(row))
        if j != label
    ]
    return sum(terms) / x.size


def focal(loss, x, t):
    """The mean of α (1 - p)ᵞ (-log p) with p of the right class."""

    def one(x, t):
        p = 1 / (1 + math.exp(-x if t else x))
        return (loss.alpha if t else 1 - loss.alpha) * (1 - p) ** loss.gamma * -math.log(p)

    return mean(one)(loss, x, t)


def cosine(loss, a, b, t):
    """The mean of 1 - cos, or of what the cosine exceeds the margin by."""
    cos = [x @ y / (np.linalg.norm(x) * np.linalg.norm(y)) for x, y in zip(a, b, strict=True)]
    both = zip(cos, t, strict=True)
    return np.mean([1 - c if k > 0 else max(0, c - loss.margin) for c, k in both])


def labels(high, *shape):
    """Integers, in the smallest dtype, as some data sets have them."""
    return lambda rng, n: rng.integers(high, size=(n, *shape)).astype(np.uint8)


def row(name, make, inputs, formula, torch=None, wrong=(), batches=(1, 3), call=None):
    """A row of a loss with a mean, differentiated by its first argument."""
    extra = {} if call is None else {"call_torch": call}
    options = {"by": (0,), "batches": batches, "wrong": wrong, "torch": torch, **extra}
    return Row(name, make, inputs, formula, **options)


def by_long(twin, x, t, *rest):
    """PyTorch takes labels as int64."""
    return twin(x, t.long(), *rest)


MISFIT = [
    ((np.ones((8, 1)), np.ones(8)), "got input of shape (8, 1) and target of shape (8,)"),
    ((np.ones((0, 2)), np.ones((0, 2))), "got no rows"),
]

ROWS = [
    row(
        "CrossEntropyLoss",
        nn.CrossEntropyLoss,
        together(normal(4), labels(4)),
        cross_entropy,
        lambda torch: torch.nn.CrossEntropyLoss(),
        wrong=[
            ((np.ones((2, 3)), np.array([1, 3])), "got labels 1, 3 for 3 classes"),
            ((np.ones((2, 3)), np.array([0.0, 1.0])), "got labels of dtype float64"),
            ((np.ones((0, 3)), np.zeros(0, int)), "got no rows"),
        ],
        call=by_long,
    ),
    row(
        "CrossEntropyLoss of images",
        nn.SoftmaxLoss,
        together(normal(3, 2, 2), integers(3, 2, 2)),
        cross_entropy,
        lambda torch: torch.nn.CrossEntropyLoss(),
    ),
    row(
        "CrossEntropyLoss with every option",
        lambda: nn.CrossEntropyLoss(np.array([0.5, 1.0, 2.0]), 1, label_smoothing=0.1),
        lambda rng, n: (rng.normal(size=(n + 3, 3)), np.arange(n + 3) % 3),
        weighted_cross_entropy,
        lambda torch: torch.nn.CrossEntropyLoss(
            torch.tensor([0.5, 1.0, 2.0]), ignore_index=1, label_smoothing=0.1
        ),
    ),
    row(
        "CrossEntropyLoss of rows",
        lambda: nn.CrossEntropyLoss(label_smoothing=0.2),
        together(normal(3), shares(3)),
        soft_cross_entropy,
        lambda torch: torch.nn.CrossEntropyLoss(label_smoothing=0.2),
    ),
    row(
        "NLLLoss",
        lambda: nn.NLLLoss(weight=np.array([1.0, 2.0, 0.5])),
        together(log_shares(3), integers(3)),
        lambda loss, x, t: -(loss.weight[t] * x[np.arange(len(t)), t]).sum() / loss.weight[t].sum(),
        lambda torch: torch.nn.NLLLoss(torch.tensor([1.0, 2.0, 0.5])),
    ),
    row(
        "BCEWithLogitsLoss",
        nn.BCEWithLogitsLoss,
        together(normal(2), probabilities(2)),
        mean(lambda x, t: t * math.log1p(math.exp(-x)) + (1 - t) * math.log1p(math.exp(x))),
        lambda torch: torch.nn.BCEWithLogitsLoss(),
        wrong=[*MISFIT, ((np.ones(2), np.array([-1, 1])), "got targets from -1 to 1")],
    ),
    row(
        "BCEWithLogitsLoss with pos_weight",
        lambda: nn.BCEWithLogitsLoss(pos_weight=[3.0]),
        together(normal(1), probabilities(1)),
        mean(lambda x, t: 3 * t * math.log1p(math.exp(-x)) + (1 - t) * math.log1p(math.exp(x))),
        lambda torch: torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])),
    ),
    row(
        "BCELoss",
        nn.BCELoss,
        together(probabilities(2), probabilities(2)),
        mean(lambda p, t: -t * math.log(p) - (1 - t) * math.log(1 - p)),
        lambda torch: torch.nn.BCELoss(),
        wrong=[*MISFIT, ((np.array([1.5]), np.array([1.0])), "got 1 of 1 inputs outside [0, 1]")],
    ),
    row(
        "BinaryCrossEntropy",
        nn.BinaryCrossEntropy,
        together(probabilities(2), probabilities(2)),
        mean(lambda p, t: -t * math.log(p) - (1 - t) * math.log(1 - p)),
        lambda torch: torch.nn.BCELoss(),
    ),
    row(
        "FocalLoss",
        nn.FocalLoss,
        together(normal(2), lambda rng, n: rng.integers(2, size=(n, 2))),
        focal,
        wrong=MISFIT,
    ),
    row(
        "MSELoss",
        nn.MSELoss,
        together(normal(2), normal(2)),
        mean(lambda x, t: (x - t) ** 2),
        lambda torch: torch.nn.MSELoss(),
        wrong=MISFIT,
    ),
    row(
        "MeanSquaredError",
        nn.MeanSquaredError,
        together(normal(2), normal(2)),
        mean(lambda x, t: (x - t) ** 2),
        lambda torch: torch.nn.MSELoss(),
        wrong=MISFIT,
    ),
    Row(
        "MSELoss without reduction",
        lambda: nn.MSELoss(reduction="none"),
        together(normal(2), normal(2)),
        lambda _, x, t: (x - t) ** 2,
    ),
    row(
        "L1Loss",
        lambda: nn.L1Loss(reduction="sum"),
        together(normal(2), normal(2)),
        lambda _, x, t: np.abs(x - t).sum(),
        lambda torch: torch.nn.L1Loss(reduction="sum"),
        wrong=MISFIT[:1],
        batches=(0, 1, 3),
    ),
    row(
        "HuberLoss",
        lambda: nn.HuberLoss(0.7),
        together(normal(2), normal(2)),
        mean(lambda x, t: (x - t) ** 2 / 2 if abs(x - t) < 0.7 else 0.7 * (abs(x - t) - 0.35)),
        lambda torch: torch.nn.HuberLoss(delta=0.7),
        wrong=MISFIT,
    ),
    row(
        "SmoothL1Loss",
        lambda: nn.SmoothL1Loss(0.7),
        together(normal(2), normal(2)),
        mean(lambda x, t: (x - t) ** 2 / 1.4 if abs(x - t) < 0.7 else abs(x - t) - 0.35),
        lambda torch: torch.nn.SmoothL1Loss(beta=0.7),
        wrong=MISFIT,
    ),
    row(
        "KLDivLoss",
        nn.KLDivLoss,
        together(log_shares(3), shares(3)),
        lambda _, x, t: (t * (np.log(t) - x)).sum() / len(t),
        lambda torch: torch.nn.KLDivLoss(reduction="batchmean"),
        wrong=MISFIT,
    ),
    row(
        "KLDivLoss of logarithms",
        lambda: nn.KLDivLoss(log_target=True, reduction="sum"),
        together(log_shares(3), log_shares(3)),
        lambda _, x, t: (np.exp(t) * (t - x)).sum(),
        lambda torch: torch.nn.KLDivLoss(log_target=True, reduction="sum"),
    ),
    row(
        "PoissonNLLLoss",
        nn.PoissonNLLLoss,
        together(normal(2), integers(9, 2)),
        mean(lambda x, t: math.exp(x) - t * x),
        lambda torch: torch.nn.PoissonNLLLoss(),
        wrong=MISFIT,
    ),
    row(
        "PoissonNLLLoss of rates",
        lambda: nn.PoissonNLLLoss(log_input=False),
        together(probabilities(2), integers(9, 2)),
        mean(lambda x, t: x - t * math.log(x)),
        wrong=[((np.zeros(2), np.ones(2)), "got a rate <= 0")],
    ),
    Row(
        "GaussianNLLLoss",
        nn.GaussianNLLLoss,
        together(normal(2), normal(2), probabilities(2)),
        lambda _, x, t, v: np.mean((np.log(v) + (x - t) ** 2 / v) / 2),
        by=(0, 2),
        batches=(1, 3),
        wrong=[((np.ones(2), np.ones(2), np.zeros(2)), "got a variance <= 0")],
        torch=lambda torch: torch.nn.GaussianNLLLoss(),
    ),
    row(
        "HingeLoss",
        nn.HingeLoss,
        together(normal(2), signs(2)),
        mean(lambda x, t: max(0.0, 1 - t * x)),
        wrong=[*MISFIT, ((np.ones(2), np.array([0, 2])), "got targets 0, 2")],
    ),
    row(
        "HingeLoss squared, of labels",
        lambda: nn.HingeLoss(margin=0.5, squared=True),
        together(normal(2), integers(2, 2)),
        mean(lambda x, t: max(0.0, 0.5 - (1 if t else -1) * x) ** 2),
    ),
    row(
        "MultiMarginLoss",
        lambda: nn.MultiMarginLoss(margin=0.7),
        together(normal(4), integers(4)),
        multi_margin,
        lambda torch: torch.nn.MultiMarginLoss(margin=0.7),
        wrong=[((np.ones(3), np.array(0)), "it takes rows of scores")],
    ),
    row(
        "MultiMarginLoss squared",
        lambda: nn.MulticlassHinge(p=2),
        together(normal(4), integers(4)),
        multi_margin,
        lambda torch: torch.nn.MultiMarginLoss(p=2),
    ),
    Row(
        "MarginRankingLoss",
        lambda: nn.MarginRankingLoss(0.3),
        together(normal(2), normal(2), signs(2)),
        lambda _, a, b, t: np.maximum(0, 0.3 - t * (a - b)).mean(),
        by=(0, 1),
        batches=(1, 3),
        torch=lambda torch: torch.nn.MarginRankingLoss(0.3),
    ),
    Row(
        "TripletMarginLoss",
        nn.TripletMarginLoss,
        together(normal(4), normal(4), normal(4)),
        lambda _, a, b, c: np.maximum(
            0, np.sqrt(((a - b) ** 2).sum(1)) - np.sqrt(((a - c) ** 2).sum(1)) + 1
        ).mean(),
        batches=(1, 3),
        torch=lambda torch: torch.nn.TripletMarginLoss(eps=0.0),
    ),
    Row(
        "CosineEmbeddingLoss",
        lambda: nn.CosineEmbeddingLoss(-0.2),
        together(normal(4), normal(4), signs()),
        cosine,
        by=(0, 1),
        batches=(1, 3),
        torch=lambda torch: torch.nn.CosineEmbeddingLoss(-0.2),
    ),
]
