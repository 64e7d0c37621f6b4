"""Differentiate plain NumPy code."""

from . import rules
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
from . import operators  # noqa: F401
from .variable import Variable, array
