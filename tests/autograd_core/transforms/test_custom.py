"""Operations that answer for themselves are ordinary operations on the tape."""

import numpy as np

import autograd_core as ac
from autograd_core import Variable
from autograd_core.transforms.custom import plain


class Pair(ac.Function):
    """Sum and product."""

    def forward(self, x, y):
        """Two results."""
        self.x, self.y = x, y
        return x + y, x * y

    def backward(self, gs, gp):
        """One gradient for each argument."""
        return gs + gp * self.y, gs + gp * self.x


def test_one_node_serves_several_results():
    """An unused result counts as zero."""
    x, y = Variable(2.0), Variable(3.0)

    _, product = Pair.apply(x, y)
    product.backward()

    assert (x.grad, y.grad) == (3.0, 2.0)


def test_forward_mode_is_derived():
    """By transposition of the backward."""
    value, tangent = ac.jvp(lambda x, y: Pair.apply(x, y), (2.0, 3.0), (1.0, 10.0))

    assert value == (5.0, 6.0)
    assert tangent == (11.0, 23.0)


def test_what_is_kept_is_released():
    """A second sweep finds nothing."""
    x = Variable(2.0)
    total, _ = Pair.apply(x, 3.0)
    total.backward()

    try:
        total.backward()
    except ac.GraphFreedError:
        return
    raise AssertionError("the graph was not freed")


def test_a_plain_value_is_an_array_or_number():
    """Of whatever a tape keeps."""
    assert plain(Variable(2.0)) == 2.0
    assert plain(np.float64(2.0)) == 2.0
