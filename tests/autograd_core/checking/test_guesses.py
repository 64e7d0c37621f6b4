"""The guess names the mistake that was made."""

import numpy as np
import pytest

from autograd_core.checking.guesses import guess

RIGHT = np.array([[1.0, 2.0, 3.0, 5.0, 7.0, 11.0]])
POINT = np.zeros((2, 3))
TURNED = RIGHT.reshape(2, 3).T.reshape(1, 6)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (-RIGHT, "the sign"),
        (0 * RIGHT, "zero: a path that was not followed"),
        (RIGHT / 6, "6 times too small; a mean where a sum over entries belongs?"),
        (RIGHT * 6, "6 times too large; a sum where a mean over entries belongs?"),
        (RIGHT * 1.5, "a factor of 1.5"),
        (TURNED, "transposed"),
        (RIGHT * 0 + 4, "one number for every entry; a mean where a sum over entries belongs?"),
        (RIGHT * np.inf, "a division by zero, or infinity times zero"),
        (RIGHT + np.arange(6), ""),
    ],
)
def test_a_mistake_is_recognized(wrong, expected):
    """Wrong numbers and right ones are related as the text says."""
    assert guess(wrong, RIGHT, POINT) == expected


def test_a_conjugate_is_recognized():
    """Imaginary parts stand at the odd places."""
    point = np.zeros(3, complex)

    text = guess(RIGHT * np.array([1, -1, 1, -1, 1, -1]), RIGHT, point)

    assert text == "a missing conjugate, or one too many"
