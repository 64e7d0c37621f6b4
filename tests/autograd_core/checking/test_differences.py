"""Differences that know how good they are."""

import numpy as np
import pytest

from autograd_core.checking.differences import (
    complex_step,
    directional,
    extrapolated,
    one_sided,
    unsettled,
)

CASES = [
    (np.sin, 0.5, np.cos(0.5)),
    (np.exp, 3.0, np.exp(3.0)),
    (np.log, 1e-5, 1e5),
    (np.sqrt, 0.01, 5.0),
    (lambda x: 1 / x, 1e-3, -1e6),
    (lambda x: x**5, 100.0, 5e8),
    (np.tan, 1.5, 1 / np.cos(1.5) ** 2),
]


@pytest.mark.parametrize(("f", "x", "slope"), CASES)
def test_derivatives_are_right_to_nine_digits(f, x, slope):
    """Also near the border of the domain, and at large arguments."""
    value, _ = directional(f, np.array([x]), np.ones(1))

    np.testing.assert_allclose(value, [slope], rtol=1e-9)


@pytest.mark.parametrize(("f", "x", "slope"), CASES[:2])
def test_the_error_estimate_is_honest(f, x, slope):
    """The true error is not far above the estimate."""
    value, error = extrapolated(f, np.array([x]), np.ones(1), 1e-2)

    assert abs(value[0] - slope) <= 10 * error[0] + 1e-13


def test_a_direction_may_have_any_length():
    """The derivative is linear in it."""
    x, t = np.array([1.0, 2.0]), np.array([3e6, -1e6])

    value, _ = directional(lambda x: x[:1] * x[1:], x, t)

    np.testing.assert_allclose(value, [x[1] * t[0] + x[0] * t[1]], rtol=1e-9)


def test_what_is_not_analytic_is_not_stepped_into_the_complex_plane():
    """np.real and abs would give nonsense there."""
    value, _ = directional(lambda x: np.abs(x) + np.real(x), np.array([-2.0]), np.ones(1))

    np.testing.assert_allclose(value, [0.0], atol=1e-9)


def test_the_sides_of_a_kink_are_told_apart():
    """Left and right derivative of |x| at 0."""
    left, right = one_sided(np.abs, np.zeros(1), np.ones(1))

    np.testing.assert_allclose([left[0], right[0]], [-1, 1], rtol=1e-4)


def test_a_complex_step_is_exact_or_nan():
    """Where no difference is right, too; nan of what takes no complex numbers, or returns none."""
    x, t = np.array([1e20]), np.ones(1)

    assert complex_step(np.sin, x, t, (1,)) == np.cos(1e20)
    for f in (np.abs, np.arctan2, lambda x: x[:0]):
        assert np.isnan(complex_step(f, x, t, (1,)))


def test_two_steps_that_disagree_are_unsettled():
    """And so is a derivative that rounding of the value hides; what is smooth is settled."""
    one = np.ones(1)
    apart, _ = unsettled(lambda x: np.sin(1e9 * x), one, one, 5e8 * one, 0 * one)
    _, hidden = unsettled(lambda x: 1e20 + x, one, one, one, 0 * one)

    assert apart
    assert hidden
    assert not np.any(unsettled(np.square, one, one, 3 * one, 2 * one))
