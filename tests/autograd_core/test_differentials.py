"""What a declaration becomes: shared differentials, positions for names, signs."""

import numpy as np

from autograd_core import Variable
from autograd_core.forms import RULES

A = np.arange(6.0).reshape(2, 3)


def test_differentials_are_shared():
    """One for each set of tracked operands, made once."""
    rule = RULES[np.multiply]

    assert rule.differential((0,)) is rule.differential((0,))
    assert rule.differential((0,)) is not rule.differential((0, 1))
    v = Variable(A)
    assert (v * 2).node.rule is (v * 3).node.rule


def test_an_elementwise_formula_becomes_positions():
    """Names are resolved at registration; a formula of one name is called as it is."""
    differential = RULES[np.multiply].differential((0, 1))

    left, right = differential.pull(2.0, (3.0, 5.0))
    assert sorted([left, right]) == [6.0, 10.0]


def test_signs_are_known_of_sums_and_differences_alone():
    """Where shapes differ only these are g itself, or -g, for every operand."""
    signs = {
        op: [RULES[op].differential(tracked).mixed.sign for tracked in ((0,), (1,), (0, 1))]
        for op in (np.add, np.subtract, np.multiply, np.remainder)
    }
    assert signs == {
        np.add: [1, 1, 1],
        np.subtract: [1, -1, -1],
        np.multiply: [0, 0, 0],
        np.remainder: [1, 0, 0],
    }
