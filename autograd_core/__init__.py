"""Differentiate plain NumPy code."""

from . import (
    operators,  # noqa: F401
    rules,
)
from .forms import (
    bilinear,
    composite,
    constant,
    elementwise,
    linear,
    multilinear,
    primitive,
    pullback,
    pushforward,
)
from .tape import enable_grad, no_grad, strong_zeros
from .variable import Variable, array
