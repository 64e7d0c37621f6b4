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
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac

GRAPH = Path("expression.dot")
STEP = 1e-6  # of the finite differences
TOLERANCE = 1e-8
PICTURE = Path("spiral.png")
HIDDEN, EPOCHS = 100, 150
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
    checks = [differentiate(2.0, 3.0), train()]
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


def train() -> bool:
    """Train a network on the spiral, print its accuracy, draw it; whether it is good enough."""
    import nn

    places, labels = nn.datasets.spiral(rng=0)
    model = nn.Model(nn.Linear(2, HIDDEN, rng=0), nn.ReLU(), nn.Linear(HIDDEN, 3, rng=1))
    print(f"spiral of three classes, {len(labels)} points, network 2 -> {HIDDEN} -> 3")
    start = time.perf_counter()
    model.fit(places, labels, 32, EPOCHS, "adam", "cross_entropy", lr=1e-2, verbose=1, rng=0)
    seconds, accuracy = time.perf_counter() - start, model.score(places, labels)
    passed = accuracy >= ACCURACY
    print(
        f"  accuracy {accuracy:.1%} after {EPOCHS} epochs in {seconds:.1f} s "
        f"(at least {ACCURACY:.0%})   {verdict(passed)}"
    )
    if find_spec("matplotlib"):
        axes = nn.plot.decision_boundary(model, places, labels, title="what it makes of each place")
        axes.figure.savefig(PICTURE)
        print(f"  wrote its regions to {PICTURE.resolve()}")
    return passed


if __name__ == "__main__":
    sys.exit(main())
