"""Differentiate y = sin(x1) + x1·x2 in reverse mode, and draw the graph that it leaves.

Run it with ``python examples/expression.py``: it prints value and gradients, and writes the graph
to ``expression.dot`` in the current folder (``dot -Tsvg expression.dot`` draws it).
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
        file: where the graph of the last one goes.
    """
    for step in range(1, steps + 1):
        x1, x2 = ac.Variable(2.0 * step, name="x1"), ac.Variable(3.0 * step, name="x2")
        sine, product = np.sin(x1), x1 * x2
        y = sine + product
        graph = ac.to_dot(y, names={"sine": sine, "product": product, "y": y})
        y.backward()  # releases the values that the graph shows, so it comes second
        assert math.isclose(x1.grad, x2.item() + math.cos(x1.item()), rel_tol=1e-15)
        assert x2.grad == x1.item()

    second = ac.grad(ac.grad(expression))  # to any order: y'' = -sin(x1)
    assert math.isclose(second(2.0, 3.0), -math.sin(2.0), rel_tol=1e-15)
    file.write_text(graph.source, encoding="utf-8")
    print(f"y = {y:.4f}, dy/dx1 = {x1.grad:.4f}, dy/dx2 = {x2.grad:.4f}; graph in {file}")
    return y.item()


if __name__ == "__main__":
    main()
