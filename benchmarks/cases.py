"""The cases: a program, the arrays it is run on, and what is expected of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from . import programs
from .training import networks


@dataclass(frozen=True)
class Case:
    """A program and its inputs: a gradient by the first ones, the others constant."""

    program: Callable
    inputs: Callable  # rng -> (parameters, constants)
    operations: int = 1  # a time is also given per operation
    fresh: bool = False  # start in a new process: large arrays remember what was freed before
    turn: str = ""  # cases of one turn are measured together; by default each by itself
    options: dict = field(default_factory=dict)  # of the program

    def run(self, xp, *inputs):
        """Run the program in a library's namespace."""
        return self.program(xp, *inputs, **self.options)

    def arrays(self):
        """The parameters and the constants, the same in every process."""
        return self.inputs(np.random.default_rng(7))


@dataclass(frozen=True)
class Training(Case):
    """A network and a batch, to be trained; ``network`` is its name in the libraries' files."""

    network: str = ""
    optimizer: str = "SGD"
    dtype: str = "float32"
    sparse: bool = False  # PyTorch's own row-sparse gradients of tables

    def arrays(self):
        """The parameters and the constants, floating-point ones in the case's dtype."""
        return tuple([self._cast(array) for array in arrays] for arrays in super().arrays())

    def _cast(self, array):
        return array.astype(self.dtype) if array.dtype.kind == "f" else array


def number(rng):
    """One number, away from every kink."""
    return [float(rng.uniform(0.4, 0.6))], []


def vector(n):
    """n numbers around a half."""
    return lambda rng: ([rng.uniform(0.4, 0.6, n)], [])


def arrays(*shapes):
    """Arrays of normal numbers, all of them parameters."""
    return lambda rng: ([rng.normal(size=shape) * 0.3 for shape in shapes], [])


def numbers(n):
    """n single numbers, each a parameter; more of them positive, so that no rectifier is idle."""
    return lambda rng: ([float(v) for v in rng.uniform(-0.3, 0.6, n)], [])


def mixture_inputs(rng, n=1000, k=50, d=32):
    """n points, k components, d dimensions."""
    parameters = [rng.normal(size=s) * 0.3 for s in ((k,), (k, d), (k, d), (k, d, d))]
    return parameters, [rng.normal(size=(n, d)), np.eye(d), np.tril(np.ones((d, d)), -1)]


def lstm_inputs(rng, steps=1024, n=14):
    """Two layers of n units, and a sequence of steps + 1 rows."""
    parameters = [rng.normal(size=s) * 0.3 for s in ((4, 4 * n), (3, n))]
    return parameters, [(rng.random((steps + 1, n)) < 0.5) * 1.0]


def gather_inputs(rng, rows=5000, width=64, chosen=2048):
    """A table, row numbers with repetitions, and a weight for each chosen number."""
    return [rng.normal(size=(rows, width))], [
        rng.integers(0, rows, chosen),
        rng.normal(size=(chosen, width)),
    ]


def cross_entropy_inputs(rng, n=256, classes=1000):
    """Scores, and a label for each row."""
    return [rng.normal(size=(n, classes))], [np.arange(n), rng.integers(0, classes, n)]


def perceptron_inputs(rng, batch=4096, n=64, hidden=128, classes=10):
    """Weights and biases of two layers, a batch, and a label for each of its rows."""
    parameters = [
        rng.normal(size=s) * 0.3 for s in ((n, hidden), hidden, (hidden, classes), classes)
    ]
    return parameters, [
        rng.normal(size=(batch, n)),
        np.arange(batch),
        rng.integers(0, classes, batch),
    ]


def squashed_inputs(rng, n=50):
    """A vector, and a constant square matrix."""
    return [rng.normal(size=n)], [rng.normal(size=(n, n)) * 0.2]


def case(program, inputs, operations=1, fresh=False, turn="", **options):
    """A Case; keyword arguments left over are the program's."""
    return Case(program, inputs, operations, fresh, turn, options)


def training(network, inputs, turn="", **options):
    """A Training case; its program is the loss of that name in ``training.networks``, if any."""
    program = getattr(networks, network, None)
    return Training(program, inputs, fresh=True, turn=turn, network=network, **options)


chain = partial(case, programs.array_chain, operations=100)
# fmt: off
CASES = {
    "chain 1": case(programs.number_chain, number, 100),
    "chain 10": chain(vector(10)),
    "chain 100": chain(vector(100)),
    "chain 1000": chain(vector(1000)),
    "chain 1e5": chain(vector(100_000), fresh=True),
    "products 1e5": case(programs.product_chain, vector(100_000), 75, fresh=True),
    "fan-out": case(programs.fan_out, vector(100), 101),
    "broadcast": case(programs.broadcast_bias, arrays((20, 30), 30, 30), 40),
    "reduce": case(programs.reductions, arrays((20, 30)), 70),
    "index": case(programs.slices_in_a_loop, arrays((64, 20), 20), 450),
    "shape": case(programs.shapes, arrays((16, 16)), 80),
    "matmul": case(programs.small_products, arrays((8, 8), (8, 8)), 20),
    "where": case(programs.choices, arrays(100, 100), 60),
    "rosenbrock 2": case(programs.rosenbrock_of_two, arrays(2)),
    "mixture": case(programs.mixture_by_one_product, mixture_inputs, fresh=True),
    "mixture einsum": case(programs.mixture_by_einsum, mixture_inputs, fresh=True),
    "lstm": case(programs.lstm, lstm_inputs, 64_000, fresh=True),
    "lstm built-in": case(
        programs.lstm, lstm_inputs, 64_000, fresh=True, turn="lstm", built_in=True),
    "minors 7x7": case(programs.minors, numbers(49), 13_698),
    "number perceptron": case(programs.number_perceptron, numbers(337), 1300),
    "gather": case(programs.gather, gather_inputs, fresh=True),
    "cross-entropy": case(programs.cross_entropy, cross_entropy_inputs, fresh=True),
    "perceptron step": case(programs.perceptron, perceptron_inputs, fresh=True),
    "rosenbrock 50": case(programs.rosenbrock, vector(50)),
    "rosenbrock 1000": case(programs.rosenbrock, vector(1000)),
    "map 50": case(programs.squashed_map, squashed_inputs),
    "kept 1": case(programs.number_chain, number, 20_000, rounds=5000),
    "kept 10": case(programs.array_chain, vector(10), 20_000, rounds=5000),
    "long 1e5": case(programs.number_chain, number, 100_000, True, "long", rounds=25_000),
    "long 1e6": case(programs.number_chain, number, 1_000_000, True, "long", rounds=250_000),
    "mlp 2-100-3": training("mlp", networks.mlp_inputs(2, 100, 3, batch=20)),
    "mlp 64-128-10": training("mlp", networks.mlp_inputs(64, 128, 10, batch=64)),
    "mlp with Adam": training("mlp", networks.mlp_inputs(64, 128, 10, batch=64), optimizer="Adam"),
    "mlp 784-512-512-10": training("mlp", networks.mlp_inputs(784, 512, 512, 10, batch=128)),
    "mlp batch 4096": training("mlp", networks.mlp_inputs(64, 128, 10, batch=4096)),
    "cnn 1-16-32": training("cnn", networks.cnn_inputs),
    "lstm layer": training("lstm", networks.lstm_inputs),
    "lstm layer, float64": training("lstm", networks.lstm_inputs, dtype="float64"),
    "bag 10000x64": training("bag", networks.bag_inputs, turn="bag"),
    "bag, sparse": training("bag", networks.bag_inputs, turn="bag", sparse=True),
    "spiral": training("spiral", networks.spiral_inputs, dtype="float64"),
    "mlp predicts": training("mlp_scores", networks.scores_inputs(64, 128, 10, batch=64)),
    "import": case(programs.number_chain, number),
}
# fmt: on
