"""Optimizers: one walk over the parameters, and the update rules."""

from . import adaptive, descent, optimizer
from .adaptive import *  # noqa: F403
from .descent import *  # noqa: F403
from .optimizer import *  # noqa: F403

__all__ = [*adaptive.__all__, *descent.__all__, *optimizer.__all__]
