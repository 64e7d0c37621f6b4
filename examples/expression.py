"""Differentiate y = sin(x1) + x1·x2 in reverse mode, and draw the graph that it leaves.

Run it with ``python examples/expression.py``: it prints value and gradients, and writes the graph
to the current folder: ``expression.html`` steps through it in a browser, and Graphviz draws
``expression.dot`` (``dot -Tsvg expression.dot``).
"""

import math
from pathlib import Path

import numpy as np

import autograd_core as ac

FILE = Path("expression.dot")


def expression(x1, x2):
    """sin(x1) + x1·x2, of numbers, arrays or Variables."""
    return np.sin(x1) + x1 * x2


def main(steps=1, file=FILE):
    """Check the gradients against the formulas, ``steps`` times; the value of y.

    Args:
        steps: how many points to check, each further from the origin.
        file: where the graph of the last one goes, as DOT; the page stands beside it.
    """
    for step in range(1, steps + 1):
        x1, x2 = ac.Variable(2.0 * step, name="x1"), ac.Variable(3.0 * step, name="x2")
        sine, product = np.sin(x1), x1 * x2
        y = sine + product
        graph = ac.graph(y, names={"sine": sine, "product": product, "y": y})
        y.backward()  # releases the values that the graph shows, so it comes second
        assert math.isclose(x1.grad, x2.item() + math.cos(x1.item()), rel_tol=1e-15)
        assert x2.grad == x1.item()

    second = ac.grad(ac.grad(expression))  # to any order: y'' = -sin(x1)
    assert math.isclose(second(2.0, 3.0), -math.sin(2.0), rel_tol=1e-15)
    for path in (file, file.with_suffix(".html")):
        graph.save(path)
    print(f"y = {y:.4f}, dy/dx1 = {x1.grad:.4f}, dy/dx2 = {x2.grad:.4f}; graph in {file}")
    return y.item()


if __name__ == "__main__":
    main()
