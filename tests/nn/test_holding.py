"""What containers are made of."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.holding import as_module


def test_functions_become_layers():
    """A Module is taken as it is, a function is wrapped, a class refused."""
    layer = nn.Identity()

    assert as_module(layer, layer) is layer
    assert as_module(np.sin, layer).fn is np.sin
    with pytest.raises(ac.ArgumentError, match="the class Identity in the place of a layer"):
        as_module(nn.Identity, layer)
