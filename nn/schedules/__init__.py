"""Learning rates as functions of the step: schedules of an optimizer, and pure functions."""

from . import combined, schedulers
from .combined import *  # noqa: F403
from .rates import *  # noqa: F403  (reached as nn.schedules.cosine and so on)
from .schedulers import *  # noqa: F403

__all__ = [*combined.__all__, *schedulers.__all__]
