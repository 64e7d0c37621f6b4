"""The default dtype and the default generator."""

import numpy as np
import pytest

import nn
from autograd_core import DtypeError


def failing_block():
    """Ask for float32, and fail."""
    with nn.default_dtype(np.float32):
        assert nn.get_default_dtype() == np.float32
        raise KeyError


def test_default_dtype_is_restored():
    """The dtype holds inside the block, also when the block fails."""
    with pytest.raises(KeyError):
        failing_block()

    assert nn.get_default_dtype() == np.float64


def test_integers_are_refused():
    """Parameters are floating-point numbers."""
    with pytest.raises(DtypeError, match="int64"):
        nn.set_default_dtype(np.int64)

    assert nn.get_default_dtype() == np.float64


def test_one_seed_gives_one_sequence():
    """manual_seed starts the default generator again; a Generator is taken as it is."""
    nn.manual_seed(3)
    first = nn.generator().random(4)
    nn.manual_seed(3)

    assert (nn.generator().random(4) == first).all()
    own = np.random.default_rng(0)
    assert nn.generator(own) is own
