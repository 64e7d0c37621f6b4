"""The command line: ``python -m autograd_core COMMAND``, installed as ``autograd-core`` too.

Results go to the standard output, progress to the standard error. The exit code is 0 when all is
well, 1 when a check failed, 2 when the command was not understood. Everything here goes through
the public names of the package.

>>> main(["info"])  # doctest: +ELLIPSIS
autograd-core ..., Python ..., NumPy ...
0
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac

GRAPH = Path("expression.dot")
STEP = 1e-6  # of the finite differences
TOLERANCE = 1e-8
HIDDEN, STEPS, RATE = 64, 300, 0.05
ACCURACY = 0.98  # to reach; 298 of 300 can be had, for the classes meet in the origin


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="autograd-core", description="Differentiate NumPy code.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser("info", help="versions on one line, for bug reports").set_defaults(run=info)
    commands.add_parser(
        "demo", help="a checked gradient, its graph, and a trained classifier"
    ).set_defaults(run=demo)
    run: Callable[[], bool] = parser.parse_args(arguments).run
    try:
        return 0 if run() else 1
    except OSError as error:
        print(f"autograd-core: {error}", file=sys.stderr)
        return 1


def info() -> bool:
    """Print the versions that a bug report needs."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"autograd-core {ac.__version__}, Python {python}, NumPy {np.__version__}")
    return True


def demo() -> bool:
    """Differentiate, draw and train; whether every check passed."""
    checks = [differentiate(2.0, 3.0), train(np.random.default_rng(0))]
    return all(checks)


def verdict(passed: bool) -> str:
    """The last word of a line that checks something."""
    return "ok" if passed else "WRONG"


def expression(x1: Any, x2: Any) -> dict[str, Any]:
    """The steps of y = sin(x1) + x1·x2, of numbers, arrays or Variables."""
    sine, product = np.sin(x1), x1 * x2
    return {"sine": sine, "product": product, "y": sine + product}


def differentiate(x1: float, x2: float) -> bool:
    """Print the expression's value and gradients beside finite differences; write its graph."""
    v1, v2 = ac.Variable(x1, name="x1"), ac.Variable(x2, name="x2")
    steps = expression(v1, v2)
    y = steps["y"]
    graph = ac.to_dot(y, names=steps)  # before backward() releases what it shows
    y.backward()
    numeric = (
        (expression(x1 + STEP, x2)["y"] - expression(x1 - STEP, x2)["y"]) / (2 * STEP),
        (expression(x1, x2 + STEP)["y"] - expression(x1, x2 - STEP)["y"]) / (2 * STEP),
    )
    print(f"y = sin(x1) + x1*x2 at x1 = {x1:g}, x2 = {x2:g}")
    print(f"  y       {y.item():.6f}")
    passed = True
    for variable, difference in zip((v1, v2), numeric, strict=True):
        gradient = variable.grad.item()
        close = abs(gradient - difference) <= TOLERANCE * max(1, abs(difference))
        print(
            f"  dy/d{variable.name}  {gradient:.6f}   "
            f"finite differences {difference:.6f}   {verdict(close)}"
        )
        passed &= close
    GRAPH.write_text(graph.source, encoding="utf-8")
    print(f"  wrote its graph to {GRAPH.resolve()}; to see it: dot -Tsvg {GRAPH} -o expression.svg")
    return passed


def spiral(rng: np.random.Generator, points: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Three interleaved spiral arms: places (3·points, 2) and classes (3·points,).

    Source: Stanford's course cs231n, "Putting it together: minimal neural network case study".
    """
    radius = np.linspace(0, 1, points)
    arms = []
    for k in range(3):
        angle = np.linspace(4 * k, 4 * (k + 1), points) + 0.2 * rng.standard_normal(points)
        arms.append(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1))
    return np.concatenate(arms), np.repeat(np.arange(3), points)


def scores(weights: Sequence[Any], places: np.ndarray) -> Any:
    """A network of two layers: (n, 2) → (n, 3), a score per class."""
    w1, b1, w2, b2 = weights
    return np.maximum(places @ w1 + b1, 0) @ w2 + b2


def cross_entropy(scores: Any, labels: np.ndarray) -> Any:
    """The mean of -log p[label], where p is the softmax of scores (n, classes)."""
    shifted = scores - ac.stop_gradient(np.max(scores, axis=1, keepdims=True))
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def adam(weights: Sequence[ac.Variable], loss: Callable[[], Any], steps: int) -> Iterator[float]:
    """Minimize ``loss()`` over the weights, in place; the loss before each step.

    Source: D. Kingma and J. Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
    """
    means = [np.zeros(w.shape) for w in weights]
    squares = [np.zeros(w.shape) for w in weights]
    for step in range(1, steps + 1):
        value = loss()
        value.backward()
        for w, mean, square in zip(weights, means, squares, strict=True):
            mean += 0.1 * (w.grad - mean)
            square += 0.001 * (w.grad**2 - square)
            size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            w.data = w.data - RATE * mean / (1 - 0.9**step) / size
            w.grad = None
        yield value.item()


def train(rng: np.random.Generator) -> bool:
    """Train the network on the spiral, print its accuracy; whether it is good enough."""
    places, labels = spiral(rng)
    weights = [
        ac.Variable(rng.standard_normal((2, HIDDEN)), name="w1"),
        ac.Variable(np.zeros(HIDDEN), name="b1"),
        ac.Variable(rng.standard_normal((HIDDEN, 3)) * np.sqrt(2 / HIDDEN), name="w2"),
        ac.Variable(np.zeros(3), name="b2"),
    ]
    print(f"spiral of three classes, {len(labels)} points, network 2 -> {HIDDEN} -> 3")
    start = time.perf_counter()
    losses = adam(weights, lambda: cross_entropy(scores(weights, places), labels), STEPS)
    for step, loss in enumerate(losses):
        if step % 50 == 0:
            print(f"  step {step:3d} of {STEPS}   loss {loss:.4f}", file=sys.stderr)
    seconds = time.perf_counter() - start
    with ac.no_grad():
        guesses = np.argmax(scores(weights, places), axis=1)
    accuracy = np.mean(guesses == labels)
    passed = bool(accuracy >= ACCURACY)
    print(
        f"  accuracy {accuracy:.1%} after {STEPS} steps in {seconds:.1f} s "
        f"(at least {ACCURACY:.0%})   {verdict(passed)}"
    )
    return passed


if __name__ == "__main__":
    sys.exit(main())
