"""Fitting: a cotangent is summed, made real, cast and spread to what its operand is."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable, fitting, linear, primitive
from autograd_core.forms import RULES, Spec


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((2, 3), (3,)),
        ((2, 3), (1, 3)),
        ((2, 3), (2, 1)),
        ((2, 3), ()),
        ((4, 2, 3), (2, 1)),
        ((3,), (3,)),
    ],
)
def test_a_cotangent_is_summed_where_the_operand_was_expanded(given, wanted):
    """Over new axes and over axes of length one."""
    c = np.arange(float(np.prod(given))).reshape(given)

    fitted = fitting.reduced(c, Spec(np.zeros(wanted)))
    ones = np.broadcast_to(np.ones(wanted), given)
    assert np.shape(fitted) == wanted or np.shape(fitted) == ()
    assert np.sum(fitted) == np.sum(c * ones)


def test_a_cotangent_is_made_real_and_cast():
    """The real part for a real operand, in the operand's dtype."""
    fitted = fitting.reduced(np.array([1 + 2j, 3 - 1j]), Spec(np.zeros(2, "f4")))

    assert fitted.dtype == np.float32
    assert fitted.tolist() == [1.0, 3.0]


def test_a_cotangent_that_does_not_fit_names_the_rule():
    """A rule that returns another shape is found at once."""

    @primitive
    def wrongly(x):
        return x * 2

    linear(wrongly, lambda g, _x: np.ones(7))
    try:
        y = wrongly(Variable(np.ones(3))).sum()
        with pytest.raises(ac.ShapeError, match="wrongly"):
            y.backward()
    finally:
        del RULES[wrongly]


def test_a_short_cotangent_is_spread():
    """To the full shape, small or large; a gradient for the user is in memory of its own."""
    for length in (3, 5000):
        spread = fitting.expanded(np.float64(2.0), Spec(np.zeros((2, length))))
        own = fitting.owned(np.broadcast_to(2.0, (2, length)))

        assert spread.shape == (2, length)
        assert np.all(spread == 2.0)
        assert own.flags.writeable
        assert own.base is None
