"""The goals: which ratio is measured, the floor under it, and what it should reach.

A ratio is of two measures, or of one and a unit. Several pairs are combined: the worst of them, or
their geometric mean.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from .turns import Measure

PEERS = {"torch": "torch", "hips": "HIPS", "mygrad": "MyGrad", "micrograd": "micrograd"}
NAMES = PEERS | {"by_hand": "by hand"}
FAMILIES = ("broadcast", "reduce", "index", "shape", "matmul", "where")
MILLISECOND = 1e-3


@dataclass(frozen=True)
class Goal:
    """One row of the table."""

    id: str
    what: str
    unit: str
    pairs: tuple  # of (Measure, Measure or number)
    must: float | None = None
    target: float | None = None
    larger: bool = True  # is better
    combine: Callable = min

    @property
    def measures(self):
        """What has to be measured for it."""
        return [m for pair in self.pairs for m in pair if isinstance(m, Measure)]

    def value(self, results):
        """The ratio; ``results`` has a Result for each of the measures."""
        return self.combine([amount(a, results) / amount(b, results) for a, b in self.pairs])

    def verdict(self, value):
        """How a ratio stands to the goal."""
        if self.must is None:
            return "no goal"
        sign = 1 if self.larger else -1
        if sign * value >= sign * self.target:
            return "target"
        return "must" if sign * value >= sign * self.must else "MISSED"


def amount(measure, results):
    """The least sample of a measure; a number is itself."""
    return results[measure].least if isinstance(measure, Measure) else measure


def mean(ratios):
    """The geometric mean."""
    return prod(ratios) ** (1 / len(ratios))


def faster(id, what, peer, cases, must=None, target=None, mode="gradient", combine=min):
    """How many times a peer's amount is ours, in each of some cases."""
    cases = (cases,) if isinstance(cases, str) else cases
    pairs = tuple((Measure(c, peer, mode), Measure(c, "ours", mode)) for c in cases)
    return Goal(id, what, f"{NAMES[peer]}/ours", pairs, must, target, combine=combine)


def within(id, what, unit, pair, must, target):
    """An amount of ours over another amount, the less the better."""
    return Goal(id, what, unit, (pair,), must, target, larger=False)


def slower(id, what, peer, case, must=None, target=None, mode="step"):
    """How many times our time is a peer's."""
    pair = Measure(case, "ours", mode), Measure(case, peer, mode)
    return within(id, what, f"ours/{NAMES[peer]}", pair, must, target)


def dearer(id, what, case, must, target, mode="gradient"):
    """How many plain calls of the function one of ours costs."""
    pair = Measure(case, "ours", mode), Measure(case, "by_hand", "function")
    return within(id, what, "ours/function", pair, must, target)


SMALL = ("chain 10", "chain 100")
LARGE = ("chain 1e5", "products 1e5", "mixture", "mixture einsum", "gather", "cross-entropy")
SMALL_STEPS = ("mlp 64-128-10", "mlp with Adam")
PEAK, IMPORT = Measure("chain 1e5", "ours", "peak"), Measure("import", "ours", "import")
PASS, STEP = (
    tuple(Measure(case, library, "peak") for library in ("ours", "by_hand"))
    for case in ("perceptron step", "mlp batch 4096")
)
LONG, LONGER = Measure("long 1e5", "ours"), Measure("long 1e6", "ours")
FIT, LOOP = (Measure("spiral", "ours", mode) for mode in ("fit", "loop"))
LSTM, BUILT_IN = Measure("lstm", "ours"), Measure("lstm built-in", "torch")
# fmt: off
GOALS = (
    faster("A1", "chain of sin, mul, add on one number", "torch", "chain 1", 2.2, 3.2),
    faster("A1", "", "hips", "chain 1", 6, 9),
    faster("A1", "", "micrograd", "chain 1", 1.0, 1.2),
    faster("A2", "on 10 and 100 elements, the worse", "torch", SMALL, 1.5, 2.0),
    faster("A2", "", "hips", SMALL, 3.5, 4.2),
    faster("A2", "", "mygrad", SMALL, 3.5, 4.2),
    faster("A3", "on 1000 elements", "torch", "chain 1000", 1.0, 1.25),
    faster("A4", "on 1e5 elements", "torch", "chain 1e5", 0.35, 0.5),
    faster("A5", "on 1e5 elements, products and sums only", "torch", "products 1e5", 0.8, 1.2),
    dearer("A6", "gradient / plain function, 100 elements", "chain 100", 8, 6.5),
    dearer("A6", "1000 elements", "chain 1000", 4, 3.1),
    dearer("A6", "1e5 elements", "chain 1e5", 3.3, 2.6),
    faster("A7", "families, their geometric mean", "torch", FAMILIES, 1.2, 1.8, combine=mean),
    faster("A7", "the worst of them", "torch", FAMILIES, 1.0, 1.4),
    *(faster("A7", f"  {family}", "torch", family) for family in (*FAMILIES, "fan-out")),
    dearer("A8", "recording off / function, 100 elements", "chain 100", 4, 2.8, "unrecorded"),
    faster("A9", "grad(rosenbrock) of 2 variables, whole call", "torch", "rosenbrock 2",
           1.2, 2.0, "whole_call"),
    dearer("B1", "Gaussian mixture, one product", "mixture", 3.2, 2.5),
    faster("B1", "", "torch", "mixture", 1.2, 1.6),
    faster("B2", "Gaussian mixture through einsum", "torch", "mixture einsum", 1.0, 1.5),
    faster("B3", "LSTM of 1024 steps, 14 units", "torch", "lstm", 2, 3),
    faster("B3", "", "hips", "lstm", 8, 12),
    Goal("B3", "  with PyTorch's own sigmoid", "torch/ours", ((BUILT_IN, LSTM),)),
    faster("B4", "determinant by minors, 7x7 numbers", "micrograd", "minors 7x7", 1.5, 2.4),
    faster("B5", "perceptron of single numbers", "micrograd", "number perceptron", 0.8, 1.1),
    faster("B6", "gather of 2048 rows of 5000x64", "torch", "gather", 0.9, 1.8),
    faster("B7", "cross-entropy, 256x1000, from primitives", "torch", "cross-entropy", 0.8, 1.2),
    faster("C1", "step of an MLP (2, 100, 3), batch 20", "torch", "mlp 2-100-3", 1.5, 2.5, "step"),
    faster("C2", "MLP (64, 128, 10), batch 64, SGD and Adam", "torch", SMALL_STEPS, 1.3, 2.0,
           "step"),
    *(faster("C2", f"  {case}", "torch", case, mode="step") for case in SMALL_STEPS),
    faster("C3", "MLP (784, 512, 512, 10), batch 128", "by_hand", "mlp 784-512-512-10",
           0.85, 0.95, "step"),
    faster("C4", "CNN 1-16-32, pools, 28x28, batch 64", "torch", "cnn 1-16-32", 0.5, 0.8, "step"),
    faster("C4", "", "mygrad", "cnn 1-16-32", 3.5, 5.5, "step"),
    slower("C5", "LSTM layer, batch 32, 64 units, 50 steps", "torch", "lstm layer", 2.5, 1.2),
    slower("C5", "  in float64", "torch", "lstm layer, float64"),
    slower("C6", "embedding 10000x64, mean, linear", "torch", "bag 10000x64", 1.5, 0.8),
    slower("C6", "  with sparse gradients in PyTorch", "torch", "bag, sparse"),
    within("C7", "fit on the spiral / a loop by hand", "ours", (FIT, LOOP), 1.15, 1.05),
    slower("C8", "prediction, MLP (64, 128, 10), batch 64", "by_hand", "mlp predicts", 2.0, 1.4,
           "predict"),
    faster("D1", "Hessian in 50 variables", "torch", "rosenbrock 50", 1.0, 2.5, "hessian"),
    faster("D2", "Hessian-vector product, 1000 variables", "hips", "rosenbrock 1000",
           2.5, 4, "hessian_product"),
    faster("D3", "Jacobian 50x50", "hips", "map 50", 3, 5, "jacobian"),
    faster("E1", "bytes kept per operation on one number", "hips", "kept 1", 3.5, 5, "kept"),
    faster("E1", "on 10 elements", "hips", "kept 10", 3.5, 5, "kept"),
    within("E2", "peak of the chain at 1e5 elements", "arrays", (PEAK, 1), 60, 54),
    within("E3", "peak of a perceptron's gradient, batch 4096", "ours/by hand", PASS, 1.6, 1.25),
    within("E3", "peak of a step of the same in nn", "ours/by hand", STEP, 1.6, 1.25),
    faster("E4", "chain of a million operations", "torch", "long 1e6", 1.9, 3.2),
    within("E4", "an operation of 1e6 / one of 1e5", "ours", (LONGER, LONG), 1.6, 1.4),
    within("F1", "import beyond NumPy", "ms", (IMPORT, MILLISECOND), 60, 30),
)
# fmt: on

ALSO = (  # without a goal: the permanent peer, the others where they are no goal, and a compiler
    *(Measure(case, "by_hand") for case in ("chain 1", *SMALL, "chain 1000", *LARGE)),
    *(Measure(case, "jax") for case in ("chain 1", "chain 100", "chain 1e5", "mixture")),
    *(Measure(case, "hips") for case in FAMILIES),
    *(Measure(f"mlp {n}", "by_hand", "step") for n in ("2-100-3", "64-128-10", "with Adam")),
    *(Measure(f"mlp {n}", "mygrad", "step") for n in ("2-100-3", "64-128-10", "784-512-512-10")),
    Measure("mlp 784-512-512-10", "torch", "step"),
    Measure("cnn 1-16-32", "by_hand", "step"),
    Measure("mlp predicts", "torch", "predict"),
    *(Measure(case, "mygrad") for case in ("chain 1", "chain 1e5", "lstm")),
    Measure("rosenbrock 50", "hips", "hessian"),
    Measure("rosenbrock 50", "by_hand", "hessian"),
    Measure("rosenbrock 1000", "torch", "hessian_product"),
    Measure("map 50", "torch", "jacobian"),
    Measure("chain 1e5", "by_hand", "peak"),
    Measure("chain 1e5", "hips", "peak"),
    Measure("perceptron step", "hips", "peak"),
    Measure("import", "hips", "import"),
)
