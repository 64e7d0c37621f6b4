"""Optimizers: one walk over the parameters, and the update rules."""

from . import adaptive, clipping, descent, matrices, optimizer, scaled
from .adaptive import *  # noqa: F403
from .clipping import *  # noqa: F403
from .descent import *  # noqa: F403
from .matrices import *  # noqa: F403
from .optimizer import *  # noqa: F403
from .scaled import *  # noqa: F403

__all__ = [
    *adaptive.__all__,
    *clipping.__all__,
    *descent.__all__,
    *matrices.__all__,
    *optimizer.__all__,
    *scaled.__all__,
]
